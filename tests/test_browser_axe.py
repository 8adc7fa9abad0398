"""Everybody can use the page: axe-core on every tab, the keyboard, what is told to a listener."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from app_helpers import (
    BOX,
    PHONE,
    QUESTION,
    REFUSED,
    VOID,
    WAIT,
    ask,
    look_at,
    search_for,
    serving,
    settled,
    visiting,
)
from axe_playwright_python.base import AXE_SCRIPT

from youju import membership

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

TABS = ("ask", "search", "compare", "library", "batch", "evaluate")
DESK = {"width": 1440, "height": 900}
# What axe leaves out by itself: names that do not hold the visible words, small targets.
AXE = """async () => {
  const rules = {'label-content-name-mismatch': {enabled: true}, 'target-size': {enabled: true}};
  const found = await axe.run(document, {rules, resultTypes: ['violations']});
  return found.violations.flatMap(({id, nodes}) =>
    nodes.slice(0, 5).map((node) => `${id}: ${node.target} ${node.html.slice(0, 160)}`));
}"""
# The controls of the page in their order, a group of radio buttons as one; what has the focus.
CONTROLS = """() => {
  window.order = [...document.querySelectorAll('button, input, select, textarea, summary, a[href], [tabindex]')]
    .filter((one) => one.tabIndex >= 0 && !one.disabled && one.checkVisibility({visibilityProperty: true})
      && !(one.type === 'file') && !(one.type === 'radio' && !one.checked));
  window.named = (one) => `${one.tagName} ${one.id} ${one.className} ${one.innerText || one.value || ''}`.slice(0, 80);
  return window.order.map(window.named);
}"""  # noqa: E501
FOCUS = """() => {
  const held = document.activeElement;
  return window.order.includes(held) ? window.order.indexOf(held) : window.named(held);
}"""


@pytest.fixture(scope="module")
def address(own_index: Path) -> Iterator[str]:
    membership.add(own_index, "西部", ["corpus/贵州省质量发展三年行动计划.txt"])
    with serving(own_index, "--no-reader") as url:
        yield url


def _clean(page: Page, where: str) -> None:
    settled(page)
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(AXE_SCRIPT)
    assert page.evaluate(AXE) == [], where


@pytest.mark.parametrize(
    "options",
    [
        {"viewport": DESK, "color_scheme": "light"},
        {"viewport": DESK, "color_scheme": "dark"},
        {"viewport": PHONE, "color_scheme": "light", "has_touch": True},
    ],
    ids=["light", "dark", "phone"],
)
def test_axe_finds_nothing_in_any_tab(browser: Any, address: str, options: dict[str, Any]) -> None:
    phone = options["viewport"] is PHONE
    with visiting(browser, address, **options) as page:
        page.wait_for_selector(".yj-examples .yj-chip", timeout=WAIT)
        _clean(page, "as it opens")
        ask(page, VOID, ".yj-on-void")
        if phone:
            page.click("#cite-1 [data-open]")
        page.wait_for_selector(".yj-original mark", timeout=WAIT)
        page.click("[data-outline]")
        page.click(".yj-about summary")
        _clean(page, "the original beside an answer")
        page.click("[data-close]")
        page.click("#cite-1 [data-excerpt]")
        page.click("#cite-1 .yj-copy summary")
        _clean(page, "an answer, its menus open")
        ask(page, REFUSED, ".yj-refused")
        page.click("[data-verdict=missing]")
        page.wait_for_selector(".yj-judged-now textarea", timeout=WAIT)
        _clean(page, "a refusal")
        look_at(page, "search")
        search_for(page, "名牌产品")
        page.click("#yj-found .yj-score summary >> nth=0")
        _clean(page, "search")
        look_at(page, "compare")
        page.fill("#yj-indicator input", "驰名商标")
        page.press("#yj-indicator input", "Enter")
        page.wait_for_selector("#yj-compared .yj-compare", timeout=WAIT)
        _clean(page, "compare")
        look_at(page, "library")
        page.click("[data-correct] >> nth=0", timeout=WAIT)
        page.wait_for_selector(".yj-correcting [name=title]", timeout=WAIT)
        page.click(".yj-doctable [data-doc] >> nth=0")
        page.wait_for_selector(".yj-bulk [data-collection]", timeout=WAIT)
        _clean(page, "library, correcting and choosing")
        look_at(page, "batch")
        page.wait_for_selector("#yj-batch-run", timeout=WAIT)
        _clean(page, "batch")
        look_at(page, "evaluate")
        page.wait_for_selector("#yj-eval-run", timeout=WAIT)
        page.locator("#yj-eval-set label", has_text="上传").click()
        page.wait_for_selector("#yj-eval-file .upload-container", timeout=WAIT)
        page.click("#yj-feedback button >> nth=0")
        page.click("#yj-feedback-show")
        page.wait_for_selector(".yj-feedback", timeout=WAIT)
        _clean(page, "evaluate")


def test_one_tab_key_per_control(page: Page) -> None:
    for name in TABS:
        look_at(page, name)
        if name == "library":
            page.wait_for_selector(".yj-library .yj-link", timeout=WAIT)
        settled(page)
        order = page.evaluate(CONTROLS)
        assert len(order) > len(TABS), name
        page.focus("[data-language]")
        for place in range(1, len(order)):
            page.keyboard.press("Tab")
            assert page.evaluate(FOCUS) == place, f"{name}: after {order[place - 1]}"


def test_results_are_told_to_who_cannot_see_them(page: Page) -> None:
    def told(*words: str) -> str:
        page.wait_for_function(
            "(words) => words.every((one) => "
            "document.querySelector('[role=status][data-say]').textContent.includes(one))",
            arg=list(words), timeout=WAIT,
        )  # fmt: skip
        return page.locator("[data-say]").text_content() or ""

    ask(page, QUESTION)
    assert "Evidence" not in told("98%", "依据：1 处原文引用", "没有注明是否仍然有效")
    ask(page, REFUSED)
    told("未作答", "未找到")
    look_at(page, "search")
    search_for(page, "名牌产品")
    told("20 段，按相关程度排列")
    # the words of the tab that is looked at, in the language that is read
    page.click("[data-language]")
    look_at(page, "ask")
    ask(page, VOID)
    assert "已失效" not in told("No longer in force").split("《")[0]
    assert page.evaluate(f"document.querySelector('{BOX}').labels[0].innerText") == "Ask"
