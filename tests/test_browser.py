"""The page in a real Chromium; any request to another host fails the test."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest
from app_helpers import (
    BOX,
    PHONE,
    QUESTION,
    REFUSED,
    WAIT,
    answered,
    ask,
    clipboard,
    fits,
    look_at,
    picture,
    search_for,
    serving,
    visiting,
    within,
)

from youju.service import PolicySearch
from youju.settings import PRODUCT_ROOT, Settings

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

# Every visible text of ours with a contrast below 4.5:1 against the ground it stands on.
FAINT = """() => {
  const colour = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => {
    const part = (v) => { v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; };
    return .2126 * part(r) + .7152 * part(g) + .0722 * part(b);
  };
  const ground = (node) => {
    for (; node; node = node.parentElement) {
      const c = colour(getComputedStyle(node).backgroundColor);
      if (c.length === 3 || c[3] > 0.99) return c;
    }
    return [255, 255, 255];
  };
  const faint = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim()) continue;
    if (!node.checkVisibility({visibilityProperty: true})) continue;
    if (!node.closest('#yj-main, #yj-head') || node.closest('script, style')) continue;
    const [a, b] = [light(colour(getComputedStyle(node).color)), light(ground(node))];
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) faint.add(`${node.className} ${node.textContent.slice(0, 20)} ${ratio}`);
  }
  return [...faint];
}"""


def _letters(text: str | None) -> str:
    return "".join((text or "").split())


def _pick(page: Page, field: str, choice: str) -> None:
    page.click(f"{field} input")
    page.get_by_role("option", name=choice).click()
    page.keyboard.press("Escape")


def test_a_missing_year_is_refused_with_the_nearest_and_its_card(page: Page) -> None:
    ask(page, "重庆2020年产品质量国家监督抽查合格率是多少", ".yj-refused .yj-badge")
    said = page.inner_text(".yj-refused")
    assert "没有2020年的数值" in said and "2015年" in said and "90%以上" in said
    page.click(".yj-refused .yj-badge")
    page.wait_for_selector("#cite-1.yj-here", timeout=WAIT)
    assert "产品质量国家监督抽查合格率" in (page.locator("#cite-1 mark").text_content() or "")


def test_two_indicators_are_answered_from_one_question(page: Page) -> None:
    ask(page, "贵州2017年驰名商标和地理标志产品各要多少个", ".yj-badge")
    said = page.inner_text(".yj-answer")
    assert "50个" in said and "200个" in said and "500个" not in said


def test_from_question_to_the_words_in_the_original(page: Page) -> None:
    ask(page, QUESTION, ".yj-badge")
    assert "98%" in page.inner_text(".yj-answer")
    page.click(".yj-badge >> nth=0")
    page.wait_for_selector("#cite-1.yj-here", timeout=WAIT)
    quote = page.locator("#cite-1 mark").text_content()
    assert quote and "98%" in quote
    page.click("#cite-1 .yj-open")
    page.wait_for_selector(".yj-original mark", timeout=WAIT)
    assert "".join(page.locator(".yj-original mark").all_text_contents()) == quote
    # What a reader would copy from the marked place is the quotation, character for character.
    selected = page.evaluate(
        """() => {
          const marks = document.querySelectorAll('.yj-original mark');
          const range = document.createRange();
          range.setStartBefore(marks[0]);
          range.setEndAfter(marks[marks.length - 1]);
          const chosen = getSelection();
          chosen.removeAllRanges();
          chosen.addRange(range);
          return chosen.toString();
        }"""
    )
    assert selected == quote
    within(page, ".yj-original mark", ".yj-original")
    picture(page, "answer")


def test_refusal_shows_the_nearest_clauses(page: Page) -> None:
    ask(page, REFUSED, ".yj-refused")
    assert page.locator(".yj-near").count() >= 1
    page.click(".yj-near .yj-open >> nth=0")
    page.wait_for_selector(".yj-original mark", timeout=WAIT)


def test_a_void_document_raises_a_banner(page: Page) -> None:
    ask(page, "江苏省2012年行动计划现在还有效吗？", ".yj-on-void")
    assert "江苏" in page.inner_text(".yj-on-void")
    ask(page, QUESTION, ".yj-on-none")
    assert "贵州" in page.inner_text(".yj-on-none")


def test_two_browsers_at_once_get_their_own_answers(browser: Any, address: str) -> None:
    with visiting(browser, address) as one, visiting(browser, address) as other:
        for end in ("", "？", "?"):  # each time another question: no answer is that of one before
            of_one, of_other = (
                f"江苏2012年力争发展多少个江苏名牌{end}",
                f"贵州省2017年森林覆盖率目标是多少{end}",
            )
            one.fill(BOX, of_one)
            other.fill(BOX, of_other)
            one.press(BOX, "Enter")
            other.press(BOX, "Enter")
            answered(one, of_one)
            answered(other, of_other)
            assert "江苏名牌" in one.inner_text(".yj-answer")
            assert "森林覆盖率" in other.inner_text(".yj-answer")


def test_filters_narrow_asking_and_searching(page: Page) -> None:
    _pick(page, "#yj-ask-region", "江苏省")
    ask(page, "名牌产品有什么目标？")
    titles = page.locator("#yj-result .yj-card .yj-title").all_text_contents()
    assert titles and all("江苏" in title for title in titles)
    look_at(page, "search")
    page.check("#yj-search-in_force input")
    search_for(page, "名牌产品")
    assert page.locator("#yj-found .yj-card").count() == 20
    assert not any("江苏" in t for t in page.locator("#yj-found .yj-title").all_text_contents())
    assert "名牌" in page.locator("#yj-found mark").first.text_content()
    page.locator("#yj-found .yj-score summary").first.click()
    assert page.locator("#yj-found .yj-score td").first.is_visible()


def test_what_was_also_searched_is_told(page: Page) -> None:
    look_at(page, "search")
    search_for(page, "企业造假会被拉黑吗", "#yj-found .yj-also")
    assert "黑名单" in page.inner_text("#yj-found .yj-also")


def test_a_citation_can_be_copied_in_each_style(page: Page) -> None:
    clipboard(page)
    ask(page, "嘉兴市2013年要努力争创什么示范城市？", ".yj-badge")
    copied = []
    for place in range(4):
        page.click("#cite-1 .yj-copy summary")
        item = page.locator("#cite-1 [data-copy]").nth(place)
        text = item.get_attribute("data-copy")
        item.click()
        page.wait_for_function("(text) => window.copied === text", arg=text, timeout=WAIT)
        page.wait_for_selector(".yj-toast[data-told=copied]", timeout=WAIT)
        copied.append(text or "")
    assert len(set(copied)) == 4
    assert copied[1].startswith("> ") and "[Z]. 2013-06-17." in copied[2]
    assert copied[3].endswith("第一部分第（一）项")
    page.click("#cite-1 .yj-copy summary")
    assert "缺少：文号" in page.locator("#cite-1 [data-copy]").nth(3).inner_text()


def test_reading_the_original(page: Page) -> None:
    ask(page, "重庆市2015年要新增多少个重庆名牌产品？", ".yj-badge")
    page.wait_for_selector(".yj-original mark", timeout=WAIT)
    quote = page.locator("#cite-1 mark").all_text_contents()
    marked = page.locator(".yj-original td mark").all_text_contents()
    assert [_letters(cell) for cell in marked] == [_letters(cell) for cell in quote]
    page.click("[data-outline]")
    page.locator(".yj-outline button", has_text="三、重点工作").click()
    heading = page.locator(".yj-original b", has_text="三、重点工作").first
    heading.evaluate("(b) => { b.dataset.wanted = 'yes'; }")
    within(page, ".yj-original [data-wanted]", ".yj-original")
    page.fill("[data-find]", "名牌")
    found = int(page.inner_text(".yj-find output").split("/")[1])
    assert found == page.locator(".yj-original").text_content().count("名牌") > 1
    page.press("[data-find]", "Enter")
    assert page.inner_text(".yj-find output") == f"2/{found}"
    page.fill("[data-find]", "不会有的话")
    assert page.inner_text(".yj-find output") == "0/0"
    with page.expect_download() as download:
        page.click("[data-download]")
    source = PRODUCT_ROOT / "corpus" / download.value.suggested_filename
    assert Path(download.value.path()).read_bytes() == source.read_bytes()
    page.click(".yj-about summary")
    page.locator(".yj-proof", has_text="渝府发").first.click()
    page.wait_for_function(
        "document.querySelector('.yj-original mark')?.textContent.includes('渝府发')", timeout=WAIT
    )
    page.keyboard.press("Escape")
    assert not page.locator("#yj-side").is_visible()


def test_traditional_documents_can_be_read_simplified(page: Page) -> None:
    ask(page, "安徽省质量兴省活动总结提高阶段做什么？", ".yj-badge")
    page.wait_for_selector(".yj-original mark", timeout=WAIT)
    quote = page.locator(".yj-original mark").all_text_contents()
    page.click("[data-script=simple]")
    page.wait_for_selector("[data-script=original]", timeout=WAIT)
    assert page.locator(".yj-original mark").all_text_contents() == quote
    assert "质量" in page.locator(".yj-original").text_content()


def test_markup_in_the_question_stays_text(page: Page) -> None:
    attack = "<img src=x onerror=alert(1)><script>alert(2)</script> {{7*7}} ${alert(3)} \u202egnp"
    bad = ".yj-result img, .yj-result script, #yj-try img, #yj-thread img"
    page.fill(BOX, attack)
    page.press(BOX, "Enter")
    page.wait_for_selector("#yj-result .yj-result", timeout=WAIT)
    page.wait_for_selector("[data-forget]", state="attached", timeout=WAIT)  # it is remembered
    assert page.locator(bad).count() == 0
    look_at(page, "search")
    search_for(page, attack)
    assert page.locator(bad).count() == 0
    search_for(page, "", "#yj-found .yj-message")


def test_markup_in_documents_stays_text(browser: Any, tmp_path: Path, settings: Settings) -> None:
    attack = "<img src=x onerror=alert(1)><script>alert(2)</script>{{7*7}}${alert(3)}"
    link = '<a href="javascript:alert(4)">点击</a>\u202egnp.exe\u202c'
    folder = tmp_path / "库"
    folder.mkdir()
    text = (
        f"云山市{attack}管理办法\n云政发〔2022〕8号\n第一条 {attack}{link}\n"
        f"第二条 夜间施工噪声不得超过55分贝{attack}{link}。\n"
    )
    (folder / "<img src=x onerror=alert(5)>.txt").write_text(text, "utf-8")
    own = replace(settings, index=tmp_path / "index")
    PolicySearch.build([folder], own.index, own)
    with serving(own.index) as address, visiting(browser, address) as page:
        ask(page, "夜间施工噪声不得超过多少分贝？", "#cite-1")
        page.wait_for_selector(".yj-original mark", timeout=WAIT)
        page.click(".yj-about summary")
        page.click("[data-outline]")
        page.click("#cite-1 .yj-copy summary")
        look_at(page, "library")
        page.wait_for_selector(".yj-library .yj-link", timeout=WAIT)
        look_at(page, "search")
        search_for(page, "噪声")
        assert attack[:20] in page.locator(".yj-original").text_content()
        bad = "#yj-main :is(img, script, a[href], [onerror])"
        assert page.locator(bad).count() == 0
        assert "\u202e" not in page.locator("#yj-main").text_content()


def test_examples_history_and_the_library_are_clickable(page: Page) -> None:
    chip = page.locator(".yj-examples .yj-chip").first
    question = chip.text_content()
    chip.click()
    answered(page, question or "")
    assert page.input_value(BOX) == question
    page.wait_for_selector("[data-forget]", state="attached", timeout=WAIT)
    page.reload()
    page.wait_for_selector(BOX, timeout=WAIT)
    page.click(".yj-starters >> nth=1 >> summary")
    assert page.locator(".yj-starters >> nth=1").locator(".yj-chip").all_text_contents() == [
        question
    ]
    page.click("[data-forget]")
    page.wait_for_selector("[data-forget]", state="detached", timeout=WAIT)
    look_at(page, "library")
    page.locator(".yj-library .yj-link").first.click()
    page.wait_for_selector(".yj-original", timeout=WAIT)


def test_the_page_speaks_english_when_asked(page: Page) -> None:
    ask(page, QUESTION, ".yj-badge")
    assert page.inner_text("#yj-ask") == "提问"
    assert page.locator("#yj-tabs [role=tab]").nth(1).inner_text() == "检索"
    page.click("[data-language]")
    page.wait_for_function("document.querySelector('#yj-ask').innerText === 'Ask'", timeout=WAIT)
    page.wait_for_selector("html[lang=en]", state="attached", timeout=WAIT)
    page.wait_for_selector("[data-find][placeholder='Find in document']", timeout=WAIT)
    assert page.locator("#yj-tabs [role=tab]").all_inner_texts()[:2] == ["Ask", "Search"]
    assert "Quotations as evidence: 1" in page.inner_text("#yj-result .yj-h")
    page.reload()
    page.wait_for_selector(BOX, timeout=WAIT)
    page.wait_for_function("document.querySelector('#yj-ask').innerText === 'Ask'", timeout=WAIT)
    page.click("[data-language]")
    page.wait_for_function("document.querySelector('#yj-ask').innerText === '提问'", timeout=WAIT)


def test_the_keyboard_reaches_everything(page: Page) -> None:
    ask(page, QUESTION, ".yj-badge")
    page.wait_for_selector(".yj-original mark", timeout=WAIT)
    for target in (".yj-badge", "#cite-1 .yj-open", "#cite-1 .yj-copy summary", "[data-close]"):
        page.locator(target).first.focus()
        page.keyboard.press("Shift")  # the next focus counts as the keyboard's
        style = "(e) => getComputedStyle(e).outlineStyle + getComputedStyle(e).outlineWidth"
        assert page.locator(target).first.evaluate(style) == "solid2px", target
    page.keyboard.press("Enter")
    assert not page.locator("#yj-side").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(
    browser: Any, address: str, scheme: Literal["light", "dark"]
) -> None:
    with visiting(browser, address, color_scheme=scheme) as page:
        page.wait_for_selector("body.dark" if scheme == "dark" else "body:not(.dark)", timeout=WAIT)
        for question in ("江苏省2012年行动计划现在还有效吗？", QUESTION):
            ask(page, question, ".yj-badge")
            page.wait_for_selector(".yj-original mark", timeout=WAIT)
            assert page.evaluate(FAINT) == []


def test_narrow_screens_do_not_scroll_sideways(page: Page) -> None:
    page.set_viewport_size(PHONE)
    ask(page, QUESTION, ".yj-badge")
    page.click("#cite-1 .yj-copy summary")
    fits(page)
    page.keyboard.press("Escape")
    assert not page.locator("#yj-side").is_visible()  # the answer is not covered unasked
    page.click("#cite-1 .yj-open")
    page.wait_for_selector(".yj-original mark", timeout=WAIT)
    fits(page)
    quote = page.locator("#cite-1 mark").text_content()
    assert "".join(page.locator(".yj-original mark").all_text_contents()) == quote
    page.click("[data-close]")
    assert not page.locator("#yj-side").is_visible()
    look_at(page, "search")
    search_for(page, "名牌产品")
    fits(page)
