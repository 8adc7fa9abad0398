"""Addresses, threads and limits in a real Chromium: back, forward, reload, links, a phone."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from app_helpers import (
    BOX,
    PHONE,
    REFUSED,
    WAIT,
    WORDS,
    clipboard,
    look_at,
    search_for,
    serving,
    settled,
    visiting,
    watched,
)

from youju.service import PolicySearch
from youju.settings import Settings

pytestmark = pytest.mark.browser

DAY = "#yj-search-as_of :is(input, textarea)"
FIRST = "贵州省2017年森林覆盖率目标是多少？"
SECOND = "贵州省2017年农产品质量安全监测合格率目标是多少？"


def _ask(page: Any, question: str, shows: str) -> None:
    page.fill(BOX, question)
    page.press(BOX, "Enter")
    _answered(page, shows)


def _answered(page: Any, question: str) -> None:
    """The answer to `question` is shown and the address says so."""
    page.wait_for_function(
        """(question) => {
          const shown = document.querySelector('#yj-result .yj-result');
          const asked = (query) => new URLSearchParams(query).get('q');
          return shown && asked(shown.dataset.address) === question
            && asked(location.search) === question;
        }""",
        arg=question, timeout=WAIT,
    )  # fmt: skip


def _query(page: Any) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


@pytest.mark.parametrize("width", [1440, 390])
def test_back_forward_and_reload_show_what_was_shown(page: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    _ask(page, FIRST, FIRST)
    _ask(page, "农产品质量安全监测合格率呢？", SECOND)
    assert SECOND in page.inner_text(".yj-asked")
    page.wait_for_function(
        "document.querySelectorAll('#yj-thread [data-again]').length === 2", timeout=WAIT
    )
    page.go_back()
    _answered(page, FIRST)
    assert page.input_value(BOX) == FIRST and "50%" in page.inner_text(".yj-answer")
    page.go_forward()
    _answered(page, SECOND)
    assert "98%" in page.inner_text(".yj-answer")
    page.reload()
    _answered(page, SECOND)
    assert page.input_value(BOX) == SECOND
    page.go_back()
    _answered(page, FIRST)
    page.go_back()
    page.wait_for_selector("#yj-result .yj-result", state="detached", timeout=WAIT)
    assert page.input_value(BOX) == ""


def test_on_a_phone_back_closes_the_original(page: Any) -> None:
    page.set_viewport_size(PHONE)
    _ask(page, FIRST, FIRST)
    page.click("#cite-1 .yj-open >> nth=0")
    page.wait_for_selector(".yj-original mark", timeout=WAIT)
    page.wait_for_function("location.search.includes('open=')", timeout=WAIT)
    page.go_back()
    page.wait_for_selector("#yj-side", state="hidden", timeout=WAIT)
    assert "50%" in page.inner_text(".yj-answer")
    page.go_forward()
    page.wait_for_selector("#yj-side", timeout=WAIT)
    page.reload()
    page.wait_for_selector(".yj-original mark", timeout=WAIT)
    _answered(page, FIRST)
    page.click("[data-close]")
    page.wait_for_function("!location.search.includes('open=')", timeout=WAIT)


def test_a_copied_link_shows_the_answer_and_the_place(
    page: Any, browser: Any, address: str
) -> None:
    clipboard(page)
    _ask(page, FIRST, FIRST)
    quote = page.locator("#cite-1 mark").text_content()
    page.click("#cite-1 [data-copy-link]")
    page.wait_for_selector(".yj-toast[data-told=copied]", timeout=WAIT)
    link = page.evaluate("window.copied")
    with watched(browser, address) as other:
        other.goto(link)
        _answered(other, FIRST)
        other.wait_for_selector(".yj-original mark", timeout=WAIT)
        assert "".join(other.locator(".yj-original mark").all_text_contents()) == quote
        assert other.locator(".yj-panelhead .yj-on-warn").count() == 0


def test_search_filters_and_tabs_have_addresses(page: Any, address: str) -> None:
    page.goto(f"{address}?tab=search&q=名牌产品&region=重庆市&in_force=1&as_of=2015-07-01")
    page.wait_for_selector("#yj-found .yj-card", timeout=WAIT)
    assert page.input_value(WORDS) == "名牌产品"
    assert page.is_checked("#yj-search-in_force input")
    titles = page.locator("#yj-found .yj-title").all_text_contents()
    assert titles and all("重庆" in title for title in titles)
    assert page.input_value(DAY) == "2015-07-01"
    look_at(page, "library")
    page.wait_for_function("location.search.includes('tab=library')", timeout=WAIT)
    page.reload()
    page.wait_for_selector(".yj-library .yj-link", timeout=WAIT)
    assert page.locator("#yj-tab-library-button").get_attribute("aria-selected") == "true"
    page.locator(".yj-library .yj-link").first.click()
    page.wait_for_function("location.search.includes('open=')", timeout=WAIT)
    page.go_back()
    page.wait_for_selector("#yj-side", state="hidden", timeout=WAIT)
    page.goto(f"{address}?tab=compare&q=顾客满意度")
    page.wait_for_selector("#yj-compared table", timeout=WAIT)


def test_more_than_twenty_passages_are_listed(page: Any) -> None:
    look_at(page, "search")
    search_for(page, "质量", "#yj-found .yj-more button")
    assert page.locator("#yj-found .yj-card").count() == 20
    page.click("#yj-found .yj-more button")
    page.wait_for_function(
        "document.querySelectorAll('#yj-found .yj-card').length === 40", timeout=WAIT
    )
    page.wait_for_function("location.search.includes('n=40')", timeout=WAIT)


def test_a_filter_that_hides_an_answer_is_offered_to_be_dropped(page: Any) -> None:
    page.click("#yj-ask-region input")
    page.get_by_role("option", name="江苏省").click()
    page.keyboard.press("Escape")
    _ask(page, FIRST, FIRST)
    page.wait_for_selector("#yj-hint [data-go-to]", timeout=WAIT)
    assert "不限地区" in page.inner_text("#yj-hint")
    page.click("#yj-hint [data-go-to]")
    page.wait_for_selector("#yj-result .yj-answer:not(.yj-refused):has-text('50%')", timeout=WAIT)
    page.wait_for_function("!location.search.includes('region')", timeout=WAIT)
    page.wait_for_selector("#yj-hint [data-go-to]", state="detached", timeout=WAIT)


def test_a_refusal_empties_the_panel_and_a_fragment_is_asked_back(page: Any) -> None:
    _ask(page, "那重庆呢？", "那重庆呢？")
    assert "您问的是哪一项" in page.inner_text(".yj-refused")
    _ask(page, FIRST, FIRST)
    page.wait_for_selector(".yj-original mark", timeout=WAIT)
    _ask(page, REFUSED, REFUSED)
    page.wait_for_selector(".yj-original", state="detached", timeout=WAIT)
    assert "查看原文" in page.inner_text("#yj-side")  # empty, and where it was
    page.click("#yj-thread [data-clear]")
    page.wait_for_selector("#yj-thread [data-again]", state="detached", timeout=WAIT)


def test_nothing_jumps_after_a_refusal(page: Any) -> None:
    """The panel stays in its place, and so does the refusal when it is known what to drop."""
    _ask(page, FIRST, FIRST)
    page.wait_for_selector(".yj-original mark", timeout=WAIT)
    before = page.locator("#yj-result .yj-answer").bounding_box()
    page.click("#yj-ask-region input")
    page.get_by_role("option", name="江苏省").click()
    page.keyboard.press("Escape")
    for question, told in ((SECOND, "不限地区"), (REFUSED, "放宽限定后也没有答案")):
        _ask(page, question, question)
        settled(page)
        place = page.locator("#yj-result .yj-refused").bounding_box()
        page.wait_for_selector(f"#yj-hint :text('{told}')", timeout=WAIT)
        settled(page)
        assert page.locator("#yj-result .yj-refused").bounding_box() == place
        assert place and before and (place["x"], place["width"]) == (before["x"], before["width"])


def test_a_completed_question_can_be_edited(page: Any) -> None:
    _ask(page, FIRST, FIRST)
    _ask(page, "农产品质量安全监测合格率呢？", SECOND)
    page.click("[data-edit]")
    assert page.input_value(BOX) == SECOND
    edited = SECOND.replace("2017", "2016")
    _ask(page, edited, edited)
    assert page.locator(".yj-asked").count() == 0


def test_english_is_answered_in_a_sentence(page: Any) -> None:
    page.click("[data-language]")
    page.wait_for_function("document.querySelector('#yj-ask').innerText === 'Ask'", timeout=WAIT)
    english = "What is the forest coverage target of Guizhou?"
    _ask(page, english, english)
    assert "Chinese only" in page.inner_text(".yj-refused")
    assert english not in page.inner_text("#yj-result")
    _ask(page, REFUSED, REFUSED)
    assert "The documents say nothing of" in page.inner_text(".yj-refused")
    look_at(page, "library")
    page.wait_for_selector(".yj-library [data-filter]", timeout=WAIT)
    page.wait_for_function(
        "!/[\\u4e00-\\u9fff]/.test(document.querySelector('[data-filter]').placeholder)",
        timeout=WAIT,
    )


def _warned(page: Any, link: str, words: str) -> None:
    """Open the link until `words` are told: the server takes a new index up after a moment."""
    from playwright.sync_api import TimeoutError as TooLong

    told = ""
    for _ in range(8):
        page.goto("about:blank")
        page.goto(link)
        with contextlib.suppress(TooLong):
            page.wait_for_selector(".yj-panelhead .yj-on-warn", timeout=WAIT / 24)
            told = page.inner_text(".yj-panelhead")
            if words in told:
                return
    raise AssertionError(f"{words!r} is not told of the changed document, but {told!r}")


def test_a_link_into_a_changed_document_finds_the_quotation(
    browser: Any, tmp_path: Path, settings: Settings
) -> None:
    folder = tmp_path / "库"
    folder.mkdir()
    file = folder / "噪声.txt"
    text = (
        "云山市环境噪声管理办法\n云政发〔2022〕8号\n第一条 为了防治噪声，制定本办法。\n"
        "第二条 夜间施工噪声不得超过55分贝。\n第三条 本办法自2022年5月1日起施行。\n"
    )
    file.write_text(text, "utf-8")
    own = replace(settings, index=tmp_path / "index")
    PolicySearch.build([folder], own.index, own)
    with serving(own.index) as address, visiting(browser, address) as page:
        _ask(page, "夜间施工噪声不得超过多少分贝？", "夜间施工噪声不得超过多少分贝？")
        page.wait_for_selector(".yj-original mark", timeout=WAIT)
        page.wait_for_function("location.search.includes('open=')", timeout=WAIT)
        link, quote = page.url, page.locator("#cite-1 mark").text_content()
        file.write_text(text.replace("第二条", "第二条 昼间施工应当公告。\n第三条"), "utf-8")
        PolicySearch.build([folder], own.index, own)
        _warned(page, link, "标出的是最接近的一处")
        marked = "".join(page.locator(".yj-original mark").all_text_contents())
        assert marked.endswith(quote.removeprefix("第二条 ")) and quote
        file.write_text(text.replace("夜间施工噪声不得超过55分贝", "夜间不得施工"), "utf-8")
        PolicySearch.build([folder], own.index, own)
        _warned(page, link, "已找不到所引文字")
