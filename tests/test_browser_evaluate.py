"""评测 in a real browser: run, look, compare, download; a bad set is told line by line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from app_helpers import PHONE, QUESTION, WAIT, attach, fits, picture, serving, visiting

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

GOLD = "主要农产品质量安全监测合格率逐年达到96%、97%、98%"
ROWS = (
    {"id": "q1", "question": QUESTION, "category": "数值",
     "answerable": True, "split": "tune", "must_contain": [["98"]],
     "gold": [{"doc": "贵州省质量发展三年行动计划.txt", "quote": GOLD}]},
    {"id": "q2", "question": "<img src=x onerror=alert(1)>上海市地铁票价是多少？",
     "category": "</td><script>alert(2)</script>", "answerable": False, "split": "tune"},
)  # fmt: skip


@pytest.fixture(scope="module")
def address(own_index: Path) -> Iterator[str]:
    with serving(own_index) as url:
        yield url


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Page]:
    with visiting(browser, address, "evaluate") as opened:
        opened.wait_for_selector("#yj-eval-run", timeout=WAIT)
        yield opened


def _upload(page: Page, path: Path) -> None:
    page.locator("#yj-eval-set label", has_text="上传").click()
    attach(page, "#yj-eval-file", path)


def _method(page: Page, name: str) -> None:
    page.click("#yj-eval-method input")
    page.get_by_role("option", name=name, exact=True).click()


def _choose(page: Page, box: str, starts: str) -> None:
    page.click(f"{box} input")
    page.locator("[role=option]", has_text=starts).first.click()


def test_run_look_compare_and_download(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS), "utf-8")
    _upload(page, path)
    page.click("#yj-eval-run")
    page.wait_for_selector("#yj-eval-summary .yj-figures", timeout=WAIT)
    name = page.get_attribute("#yj-eval-summary [data-run]", "data-run") or ""
    assert name.startswith("hybrid-")
    row = page.inner_text("[data-measure='Success@1']")
    assert "1.000" in row and "首条命中" in row
    assert page.locator(".yj-chart").count() == 4  # the last: what confidence is worth
    # every question, expected and found side by side, opens its clause
    page.locator("#yj-eval-flawed input").uncheck()
    page.wait_for_selector(".yj-judged >> nth=1", state="attached", timeout=WAIT)
    first = page.locator(".yj-judged", has_text="贵州省2017年")
    first.locator("summary").click()
    first.locator(".yj-sides .yj-open").first.click()
    page.wait_for_selector(".yj-original mark", timeout=WAIT)
    assert page.locator(".yj-original mark").first.text_content() == GOLD
    # markup of a question set stays text
    assert page.locator("#yj-eval-questions img, #yj-eval-questions script").count() == 0
    assert "<img src=x" in page.inner_text("#yj-eval-questions")
    # the files
    found = {}
    for link in page.locator("#yj-eval-files a[download]").all():
        with page.expect_download(timeout=WAIT) as started:
            link.click()
        file = started.value
        found[file.suggested_filename] = Path(file.path()).read_text("utf-8")
    assert set(found) == {"results.json", "report.md", "qrels.trec", "run.trec"}
    results = json.loads(found["results.json"])
    assert results["run"] == name and [r["id"] for r in results["rows"]] == ["q1", "q2"]
    assert found["run.trec"].startswith("q1 Q0 ") and found["qrels.trec"].startswith("q1 0 ")
    assert "| a right clause first |" in found["report.md"]
    picture(page, "evaluate")
    # another method, then the two compared
    _method(page, "plain")
    page.click("#yj-eval-run")
    page.wait_for_selector("#yj-eval-summary [data-run^='plain-']", timeout=WAIT)
    page.get_by_text("比较两次结果").click()
    _choose(page, "#yj-eval-first", "plain")
    _choose(page, "#yj-eval-second", "hybrid")
    page.click("#yj-eval-do")
    page.wait_for_selector("#yj-eval-difference .yj-figures", timeout=WAIT)
    assert "+1.000" in page.inner_text("#yj-eval-difference")  # plain never refuses


def test_bad_lines_are_told_with_their_numbers(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "broken.jsonl"
    good = json.dumps(ROWS[0], ensure_ascii=False)
    path.write_text(f'{good}\n{{"id": 1}}\nkein json\n{good}\n', "utf-8")
    _upload(page, path)
    page.click("#yj-eval-run")
    page.wait_for_selector("#yj-eval-progress [role=alert]", timeout=WAIT)
    told = page.inner_text("#yj-eval-progress")
    assert "第 2 行" in told and "第 3 行" in told and "第 4 行 编号 q1 重复" in told
    assert "broken.jsonl" in told and "/" not in told.split("有误")[0]


def test_a_run_can_be_stopped(page: Page) -> None:
    before = page.locator("#yj-eval-summary [data-run]").count()
    page.click("#yj-eval-run")
    page.wait_for_selector("#yj-eval-progress progress", timeout=WAIT)
    page.click("#yj-eval-stop:not([disabled])", timeout=WAIT)
    page.wait_for_selector("#yj-eval-progress >> text=没有保存结果", timeout=WAIT)
    page.wait_for_selector("#yj-eval-stop[disabled]", timeout=WAIT)  # nothing runs any more
    assert "没有保存结果" in page.inner_text("#yj-eval-progress")
    assert page.locator("#yj-eval-summary [data-run]").count() == before


def test_narrow_screens_do_not_scroll_sideways(page: Page) -> None:
    page.set_viewport_size(PHONE)
    fits(page)
