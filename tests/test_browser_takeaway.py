"""Taking away, many questions and feedback in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import docx
import openpyxl
import pypdfium2
import pytest
from app_helpers import (
    BOX,
    PHONE,
    QUESTION,
    REFUSED,
    WAIT,
    answered,
    ask,
    attach,
    fits,
    look_at,
    serving,
    taken,
    visiting,
)
from docx_plus.notes import read_footnotes

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

GOLD = "全省饮用水源水质达标率逐年达到94%、95%、96%"


@pytest.fixture(scope="module")
def address(own_index: Path) -> Iterator[str]:
    with serving(own_index, "--no-reader") as url:
        yield url


def test_an_answer_as_a_word_document(page: Page, tmp_path: Path) -> None:
    ask(page, QUESTION)
    name = taken(page, "[data-take=docx]", tmp_path / "a.docx")
    assert name == "贵州省2017年农产品质量安全监测合格率要达到多少.docx"
    document = docx.Document(str(tmp_path / "a.docx"))
    notes = [found.text for found in read_footnotes(document)]
    assert len(notes) == page.locator("#yj-result .yj-card").count()
    place = page.inner_text("#cite-1 footer .yj-where")
    assert "黔府发〔2015〕15号" in notes[0] and place.split("第")[1].strip() in notes[0]
    assert taken(page, "[data-take=md]", tmp_path / "a.md").endswith(".md")
    assert "[^1]:" in (tmp_path / "a.md").read_text("utf-8")


def test_copying_an_answer_takes_its_citations_along(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page, QUESTION)
    page.click(".yj-taking [data-copy]")
    page.wait_for_selector(".yj-toast[data-told=copied]", timeout=WAIT)
    copied = page.evaluate("navigator.clipboard.readText()")
    assert f"问：{QUESTION}" in copied and "98%" in copied and "黔府发〔2015〕15号" in copied


def test_a_thread_is_taken_whole_and_an_answer_has_a_link(page: Page, tmp_path: Path) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page, QUESTION)
    page.wait_for_selector(".yj-thread [data-again]", timeout=WAIT)
    assert page.locator("[data-take-thread]").count() == 0  # the answer's own files are enough
    page.fill(BOX, "2016年呢？")
    page.press(BOX, "Enter")
    answered(page, QUESTION.replace("2017", "2016"))
    name = taken(page, "[data-take=docx]", tmp_path / "one.docx")
    assert name == "贵州省2016年农产品质量安全监测合格率要达到多少.docx"
    taken(page, "[data-take-thread=docx]", tmp_path / "all.docx")
    told = [found.text for found in docx.Document(str(tmp_path / "all.docx")).paragraphs]
    assert [line for line in told if line.endswith("？")] == [
        QUESTION,
        QUESTION.replace("2017", "2016"),
    ]
    page.click(".yj-taking[data-asked] [data-copy-link]")
    page.wait_for_selector(".yj-toast[data-told=copied]", timeout=WAIT)
    page.goto(page.evaluate("navigator.clipboard.readText()"))
    answered(page, QUESTION.replace("2017", "2016"))


def test_chosen_quotations_become_a_memo(page: Page, tmp_path: Path) -> None:
    ask(page, QUESTION)
    page.click("#cite-1 [data-excerpt]")
    quote = "".join(page.locator("#cite-1 mark").all_text_contents())
    ask(page, REFUSED)  # the tray outlives the answer, and nearest clauses can be chosen too
    page.click(".yj-near [data-excerpt] >> nth=0")
    assert page.inner_text(".yj-tray output") == "2"
    page.reload()
    page.wait_for_selector(".yj-tray summary", timeout=WAIT)
    page.click(".yj-tray summary")
    assert page.locator(".yj-tray li").count() == 2
    taken(page, "[data-memo=xlsx]", tmp_path / "m.xlsx")
    (sheet,) = openpyxl.load_workbook(tmp_path / "m.xlsx").worksheets
    assert sheet.max_row == 3 and sheet.cell(2, 2).value == quote
    taken(page, "[data-memo=docx]", tmp_path / "m.docx")
    assert docx.Document(str(tmp_path / "m.docx")).tables[0].rows[1].cells[1].text == quote
    # what was tampered with in the browser is refused by the server
    page.evaluate(
        """() => { const items = JSON.parse(localStorage.getItem('yj-excerpts'));
          items[0].quote = '改过的话';
          localStorage.setItem('yj-excerpts', JSON.stringify(items)); }"""
    )
    page.click("[data-memo=txt]")
    page.wait_for_selector(".yj-tray .yj-message", timeout=WAIT)
    assert "第 1 条摘录的原文已改变" in page.inner_text(".yj-tray .yj-message")
    page.click(".yj-tray [data-drop] >> nth=0")
    page.click(".yj-tray [data-clear]")
    page.wait_for_selector(".yj-tray", state="hidden", timeout=WAIT)


def test_paper_shows_the_answer_and_never_the_panel(page: Page, tmp_path: Path) -> None:
    ask(page, QUESTION)
    page.wait_for_selector(".yj-original mark", timeout=WAIT)  # the original is open beside it
    page.pdf(path=str(tmp_path / "p.pdf"), format="A4")
    pdf = pypdfium2.PdfDocument(tmp_path / "p.pdf")
    text = "".join("".join(leaf.get_textpage().get_text_range().split()) for leaf in pdf)
    assert text.startswith("贵州省2017年农产品") and "98%" in text and "黔府发" in text
    assert len(pdf) <= 2
    for absent in ("下载源文件", "在文中查找", "复制回答", "示例问题", "提问"):
        assert absent not in text


def test_a_sheet_of_questions(page: Page, tmp_path: Path) -> None:
    look_at(page, "batch")
    page.wait_for_selector("#yj-batch-run", timeout=WAIT)
    assert taken(page, "#yj-batch-template", tmp_path / "t.xlsx") == "问题模板.xlsx"
    page.click("#yj-batch-run")
    page.wait_for_selector("#yj-batch-progress >> text=还没有问题表", timeout=WAIT)
    path = tmp_path / "q.csv"
    path.write_text(f"号,问题\n=1,{QUESTION}\n2,？？\n3,{REFUSED}\n", "utf-8")
    attach(page, "#yj-batch-file", path)
    page.click("#yj-batch-run")
    page.wait_for_selector(".yj-batch tbody tr >> nth=2", timeout=WAIT)
    assert "已作答 1，未作答 1，出错 1" in page.inner_text("#yj-batch-result")
    page.wait_for_selector("#yj-batch-xlsx:not([disabled])", timeout=WAIT)
    taken(page, "#yj-batch-xlsx", tmp_path / "out.xlsx")
    answers, cited = openpyxl.load_workbook(tmp_path / "out.xlsx").worksheets
    assert answers.max_row == 4 and "98%" in str(answers.cell(2, 3).value)
    assert answers.cell(2, 1).value == "=1" and answers.cell(2, 1).data_type == "s"
    assert cited.max_row >= 2


def test_a_batch_stops_when_told_and_says_so(page: Page, tmp_path: Path) -> None:
    look_at(page, "batch")
    page.wait_for_selector("#yj-batch-run", timeout=WAIT)
    path = tmp_path / "many.csv"
    path.write_text("问题\n" + f"{QUESTION}\n" * 400, "utf-8")
    attach(page, "#yj-batch-file", path)
    page.click("#yj-batch-run")
    page.wait_for_selector("#yj-batch-progress progress", timeout=WAIT)
    page.click("#yj-batch-stop:not([disabled])", timeout=WAIT)
    page.wait_for_selector("#yj-batch-progress >> text=没有生成文件", timeout=WAIT)
    told = page.inner_text("#yj-batch-progress")
    page.wait_for_selector("#yj-batch-stop[disabled]", timeout=WAIT)  # nothing runs any more
    assert page.inner_text("#yj-batch-progress") == told and "/ 400" in told
    assert page.is_disabled("#yj-batch-xlsx")


def test_feedback_becomes_a_set_that_runs(page: Page, tmp_path: Path) -> None:
    ask(page, QUESTION)
    page.click("[data-verdict=right]")
    page.wait_for_selector("[data-verdict=right][aria-pressed=true]", timeout=WAIT)
    ask(page, REFUSED)
    page.click("[data-verdict=missing]")
    page.wait_for_selector(".yj-judged-now textarea", timeout=WAIT)
    page.fill(".yj-judged-now textarea", GOLD)
    page.click("[data-gold]")
    page.wait_for_selector(".yj-judged-now:has-text('已记下应引的原文')", timeout=WAIT)
    look_at(page, "evaluate")
    page.wait_for_selector("#yj-eval-run", timeout=WAIT)
    page.click("#yj-feedback button >> nth=0")
    page.click("#yj-feedback-show")
    page.wait_for_selector(".yj-feedback", timeout=WAIT)
    told = page.inner_text(".yj-feedback")
    assert "对 1，不对 0，该答未答 1；其中 2 题" in told and REFUSED in told
    page.wait_for_selector("#yj-feedback-xlsx:not([disabled])", timeout=WAIT)
    taken(page, "#yj-feedback-xlsx", tmp_path / "fb.xlsx")
    page.locator("#yj-eval-set label", has_text="反馈").click()
    page.click("#yj-eval-run")
    page.wait_for_selector("#yj-eval-summary .yj-figures", timeout=WAIT)
    assert "反馈题集.jsonl" in page.inner_text("#yj-eval-summary")
    # the sheet that was downloaded runs as it is
    page.locator("#yj-eval-set label", has_text="上传").click()
    attach(page, "#yj-eval-file", tmp_path / "fb.xlsx")
    page.click("#yj-eval-run")
    page.wait_for_selector("#yj-eval-summary :text('fb.xlsx')", timeout=WAIT)
    page.click("#yj-feedback-clear")
    page.click("#yj-feedback-sure")
    page.wait_for_selector(".yj-feedback:has-text('对 0，不对 0')", timeout=WAIT)


def test_read_only_takes_away_and_keeps_nothing(browser: Any, own_index: Path) -> None:
    with serving(own_index, "--no-reader", "--read-only") as url, visiting(browser, url) as page:
        ask(page, REFUSED)
        page.wait_for_selector("[data-take=docx]", timeout=WAIT)
        assert page.locator("[data-verdict]").count() == 0
        assert page.get_by_role("tab", name="批量").count() == 0


def test_the_tools_fit_a_phone(page: Page) -> None:
    page.set_viewport_size(PHONE)
    ask(page, QUESTION)
    page.click("#cite-1 [data-excerpt]")
    page.click(".yj-tray summary")
    page.wait_for_selector(".yj-tray[open] li", timeout=WAIT)
    fits(page)
    box = page.locator(".yj-tray").bounding_box()
    assert box and box["x"] >= 0 and box["x"] + box["width"] <= 390
