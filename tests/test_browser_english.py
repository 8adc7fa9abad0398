"""The page in English, tab by tab: Chinese is only what documents, files and questions say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from app_helpers import (
    QUESTION,
    REFUSED,
    VOID,
    WAIT,
    ask,
    attach,
    look_at,
    search_for,
    serving,
    settled,
    visiting,
)

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

# Chinese that is seen or told by name and not marked as the words of a document, a file or a
# person: there is to be none. Choices and what is typed are names too.
CHINESE = """() => {
  const chinese = (text) => /[\\u4e00-\\u9fff]/.test(text || '');
  const marked = (node) => {
    const holder = node.closest('[lang]');
    return holder && holder !== document.documentElement
      && holder.getAttribute('lang').startsWith('zh');
  };
  const seen = (node) => node.checkVisibility({visibilityProperty: true});
  const names = '.file-preview, [role=option], .token, script, style, template';
  const found = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (chinese(walker.currentNode.data) && seen(node) && !node.closest(names) && !marked(node))
      found.add(`${node.tagName}.${node.className}: ${walker.currentNode.data.trim().slice(0, 60)}`);
  }
  document.querySelectorAll('[aria-label], [placeholder]').forEach((node) => {
    if (!seen(node) || node.closest(names) || marked(node)) return;
    for (const name of ['aria-label', 'placeholder'])
      if (chinese(node.getAttribute(name))) found.add(`@${name}: ${node.getAttribute(name)}`);
  });
  return [...found];
}"""  # noqa: E501


@pytest.fixture(scope="module")
def address(own_index: Path) -> Iterator[str]:
    with serving(own_index, "--no-reader") as url:
        yield url


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Page]:
    with visiting(browser, address) as opened:
        opened.wait_for_selector("#yj-ask:text-is('提问')", timeout=WAIT)
        opened.click("[data-language]")
        opened.wait_for_selector("#yj-ask:text-is('Ask')", timeout=WAIT)
        yield opened


def _english(page: Page, where: str) -> None:
    settled(page)
    assert page.evaluate(CHINESE) == [], where


def test_asking_in_english(page: Page) -> None:
    _english(page, "as it opens")
    ask(page, VOID, ".yj-on-void")
    page.wait_for_selector(".yj-original mark", timeout=WAIT)
    page.click("[data-outline]")
    page.click(".yj-about summary")
    page.click("#cite-1 .yj-copy summary")
    page.click("#cite-1 [data-excerpt]")
    page.click(".yj-tray summary")
    assert "No longer in force" in page.inner_text(".yj-on-void")
    _english(page, "a void document")
    page.click("[data-close]")
    ask(page, REFUSED, ".yj-refused")
    assert "The documents say nothing of" in page.inner_text(".yj-refused")
    page.click("[data-verdict=missing]")
    page.wait_for_selector(".yj-judged-now textarea", timeout=WAIT)
    _english(page, "a refusal")
    ask(page, "重庆2020年产品质量国家监督抽查合格率是多少", ".yj-refused .yj-badge:visible")
    assert "There is no figure for" in page.inner_text(".yj-refused")
    page.check("#yj-ask-in_force input")
    ask(page, "各地对名牌产品有什么目标？")
    _english(page, "several documents, in force only")
    page.fill("#yj-ask-as_of :is(input, textarea)", "昨天")
    page.press("#yj-question :is(input, textarea)", "Enter")
    page.wait_for_selector("#yj-result .yj-message", timeout=WAIT)
    assert "is no date" in page.inner_text("#yj-result")


def test_every_other_tab_in_english(page: Page, tmp_path: Path) -> None:
    look_at(page, "search")
    search_for(page, "企业造假会被拉黑吗", "#yj-found .yj-also")
    page.click("#yj-found .yj-score summary >> nth=0")
    _english(page, "search")
    look_at(page, "compare")
    page.fill("#yj-indicator input", "驰名商标")
    page.press("#yj-indicator input", "Enter")
    page.wait_for_selector("#yj-compared .yj-compare", timeout=WAIT)
    page.click("#yj-facts-document input")
    page.get_by_role("option", name="贵州").click()
    page.wait_for_selector("#yj-facts tbody tr", timeout=WAIT)
    _english(page, "compare")
    look_at(page, "library")
    page.wait_for_selector(".yj-library .yj-link", timeout=WAIT)
    page.set_input_files(
        "#yj-upload input[type=file]",
        [
            {"name": "坏.docx", "mimeType": "", "buffer": b"no zip"},
            {"name": "空.txt", "mimeType": "", "buffer": b""},
        ],
    )
    page.wait_for_selector("#yj-library-state [data-state=refused] >> nth=1", timeout=WAIT)
    page.wait_for_selector("#yj-upload .upload-container", timeout=WAIT)
    assert "is empty" in page.inner_text("#yj-library-state")
    page.click("[data-correct] >> nth=0")
    page.wait_for_selector(".yj-correcting [name=title]", timeout=WAIT)
    page.fill(".yj-correcting [name=written_on]", "yesterday")
    page.click(".yj-correcting [type=submit]")
    page.wait_for_selector(".yj-correcting .yj-message:has-text('is no date')", timeout=WAIT)
    _english(page, "library")
    look_at(page, "batch")
    path = tmp_path / "q.csv"
    path.write_text(f"问题\n{QUESTION}\n？？\n{REFUSED}\n", "utf-8")
    attach(page, "#yj-batch-file", path)
    page.click("#yj-batch-run")
    page.wait_for_selector(".yj-batch tbody tr >> nth=2", timeout=WAIT)
    _english(page, "batch")
    look_at(page, "evaluate")
    page.locator("#yj-eval-set label", has_text="Upload").click()
    path = tmp_path / "q.jsonl"
    one = {"id": "q1", "question": REFUSED, "category": "无", "answerable": False, "split": "tune"}
    path.write_text(json.dumps(one, ensure_ascii=False) + "\n", "utf-8")
    attach(page, "#yj-eval-file", path)
    page.click("#yj-eval-run")
    page.wait_for_selector("#yj-eval-summary .yj-figures", timeout=WAIT)
    page.locator("#yj-eval-flawed input").uncheck()
    page.click(".yj-judged summary >> nth=0", timeout=WAIT)
    page.click("#yj-feedback button >> nth=0")
    page.click("#yj-feedback-show")
    page.wait_for_selector(".yj-feedback", timeout=WAIT)
    _english(page, "evaluate")
    page.click("[data-language]")
    page.wait_for_selector("#yj-eval-run:text-is('运行评测')", timeout=WAIT)
    page.wait_for_selector("#yj-eval-set [role=radiogroup] >> text=上传题集", timeout=WAIT)
