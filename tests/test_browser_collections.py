"""Collections in a real browser: put together in the library, kept to in every tab, in links."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from app_helpers import (
    PHONE,
    WAIT,
    WORDS,
    answered,
    ask,
    attach,
    fits,
    in_library,
    look_at,
    picture,
    row_of,
    search_for,
    serving,
    settled,
    visiting,
    watched,
)

from youju import membership

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

WEST = ("贵州省质量发展三年行动计划", "重庆市人民政府关于贯彻质量发展纲要")
QUESTION = "驰名商标要达到多少个？"


@pytest.fixture(scope="module")
def address(own_index: Path) -> Iterator[str]:
    with serving(own_index) as url:
        yield url


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Page]:
    with in_library(browser, address) as opened:
        yield opened


def _told(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def test_a_collection_is_made_used_linked_and_left(
    page: Page, browser: Any, address: str, own_index: Path
) -> None:
    for words in WEST:
        row_of(page, words).locator("[data-doc]").check()
    # of built-in documents none can be removed
    assert page.locator("[data-remove-picked]").is_hidden()
    page.click("[data-collect]")
    page.wait_for_selector(".yj-library > .yj-message:has-text('请写一个名称')", timeout=WAIT)
    page.fill("[data-collection]", "西部")
    picture(page, "collecting")
    page.click("[data-collect]")
    page.wait_for_selector(
        ".yj-library > .yj-note:has-text('已加入专题“西部”：2 份')", timeout=WAIT
    )
    assert page.locator(".yj-doctable [data-collected=西部]").count() == 2
    # the list, by its filter, and its address
    page.select_option("[data-narrow=collection]", "西部")
    page.wait_for_selector(".yj-library:has-text('2 / 5 ')", timeout=WAIT)
    page.wait_for_function("location.search.includes('collection=')", timeout=WAIT)
    assert _told(page) == {"tab": ["library"], "collection": ["西部"]}
    picture(page, "collected")
    listed = page.url
    with watched(browser, address) as other:
        other.goto(listed)
        other.wait_for_selector(".yj-library:has-text('2 / 5 ')", timeout=WAIT)
        # asked and searched within
        _asked(other, address)
    # taken out again
    row_of(page, WEST[1]).locator("[data-doc]").check()
    page.fill("[data-collection]", "西部")
    page.click("[data-uncollect]")
    page.wait_for_selector(".yj-library:has-text('1 / 5 ')", timeout=WAIT)
    assert len(membership.load(own_index)["西部"]) == 1
    page.locator("[data-pick-page]").check()
    page.fill("[data-collection]", "西部")
    page.click("[data-uncollect]")
    page.wait_for_selector(".yj-doctable:has-text('没有专题“西部”')", timeout=WAIT)
    page.select_option("[data-narrow=collection]", "")
    page.wait_for_selector(".yj-library:has-text('共 5 ')", timeout=WAIT)
    page.wait_for_function("!location.search.includes('collection=')", timeout=WAIT)
    assert membership.load(own_index) == {}


def test_a_sheet_is_answered_within_a_collection(
    browser: Any, address: str, own_index: Path, tmp_path: Path
) -> None:
    """The field is there though the tab was opened at once, and the collection made elsewhere."""
    membership.add(own_index, "西部", [f"corpus/{WEST[0]}.txt"])
    path = tmp_path / "q.csv"
    void = "江苏省2012年行动计划现在还有效吗？"
    path.write_text(f"问题\n贵州2017年驰名商标要多少个？\n{void}\n", "utf-8")
    with visiting(browser, address, "batch") as page:
        box = "#yj-batch-collection input"
        page.wait_for_selector(box, timeout=WAIT)
        page.fill(box, "西部")
        page.press(box, "Enter")
        page.wait_for_selector("#yj-batch-collection .token:has-text('西部')", timeout=WAIT)
        attach(page, "#yj-batch-file", path)
        page.click("#yj-batch-run")
        page.wait_for_selector(".yj-batch tbody tr >> nth=1", timeout=WAIT)
        assert "已作答 1，未作答 1" in page.inner_text("#yj-batch-result")
        picture(page, "batch-within")
        # one that is gone is told before anything is asked
        membership.remove(own_index, "西部")
        page.click("#yj-batch-run")
        page.wait_for_selector("#yj-batch-progress :text('没有专题“西部”')", timeout=WAIT)


def _asked(page: Page, address: str) -> None:
    look_at(page, "ask")
    box = "#yj-ask-collection input"
    page.wait_for_selector(box, timeout=WAIT)
    page.fill(box, "西部")
    page.press(box, "Enter")
    page.wait_for_selector("#yj-ask-collection .token:has-text('西部')", timeout=WAIT)
    ask(page, QUESTION)
    page.wait_for_function("location.search.includes('collection=')", timeout=WAIT)
    assert _told(page)["collection"] == ["西部"]
    sources = page.locator("#yj-result .yj-card").all_inner_texts()
    assert sources and all("贵州" in one or "重庆" in one for one in sources)
    picture(page, "asked-within")
    linked = page.url
    page.goto("about:blank")
    page.goto(linked)
    answered(page, QUESTION)
    page.wait_for_selector("#yj-ask-collection .token:has-text('西部')", timeout=WAIT)
    # what is hidden is offered without it
    ask(page, "江苏省2012年行动计划现在还有效吗？", ".yj-refused")
    page.wait_for_selector("#yj-hint :text('不限专题')", timeout=WAIT)
    # a link to a collection that is gone says so, and can be mended
    page.goto("about:blank")
    page.goto(f"{address}?tab=ask&q=%E8%B4%A8%E9%87%8F&collection=%E6%97%A7%E7%9A%84")
    page.wait_for_selector("#yj-result :text('没有专题“旧的”')", timeout=WAIT)
    page.wait_for_selector("#yj-ask-collection .token:has-text('旧的')", timeout=WAIT)
    page.goto("about:blank")
    page.goto(f"{address}?tab=search&q=%E8%B4%A8%E9%87%8F&collection=%E8%A5%BF%E9%83%A8")
    page.wait_for_selector("#yj-found .yj-card", timeout=WAIT)
    found = page.locator("#yj-found .yj-card").all_inner_texts()
    assert all("贵州" in one or "重庆" in one for one in found)
    page.goto("about:blank")
    query = "tab=compare&q=%E9%A9%B0%E5%90%8D%E5%95%86%E6%A0%87&collection=%E8%A5%BF%E9%83%A8"
    page.goto(f"{address}?{query}")
    page.wait_for_selector("#yj-compared table", timeout=WAIT)
    table = page.inner_text("#yj-compared")
    assert "重庆" in table and "贵州" in table and "江苏" not in table and "安徽" not in table


def test_the_field_is_seen_once_there_is_a_collection(
    browser: Any, address: str, own_index: Path
) -> None:
    with visiting(browser, address) as page:
        settled(page)
        assert page.locator("#yj-ask-collection").count() == 0
    membership.add(own_index, "全部", ["corpus/贵州省质量发展三年行动计划.txt"])
    try:
        with visiting(browser, address, "search", viewport=PHONE) as page:
            page.wait_for_selector("#yj-search-collection", timeout=WAIT)
            fits(page)
            search_for(page, "名牌产品")
            assert page.locator(WORDS).input_value() == "名牌产品"
            picture(page, "collections-phone")
    finally:
        membership.remove(own_index, "全部")
