"""The page in a real Chromium; any request to another host fails the test."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from settings import PRODUCT_ROOT, Settings

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
QUESTION = "贵州省2017年农产品质量安全监测合格率要达到多少？"
BOX = "#yj-question textarea, #yj-question input"
WAIT = 30_000  # milliseconds


def _chromium(own: str) -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome")
    candidates = [os.environ.get("CHROMIUM"), *map(shutil.which, names), own]
    return next((path for path in candidates if path and Path(path).exists()), None)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = _chromium(playwright.chromium.executable_path)
        if path is None:
            if os.environ.get("CI") == "true":
                pytest.fail("no Chromium: tests/get_browser.sh found none")
            pytest.skip("no Chromium on this machine")
        chromium = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def address(corpus_index: Path, settings: Settings) -> Iterator[str]:
    """A running app over the corpus index."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, str(PRODUCT_ROOT / "app.py"), "--port", str(port)]
    process = subprocess.Popen(
        [*command, "--index", str(corpus_index)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    url = f"http://127.0.0.1:{port}/"
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(120):
        if process.poll() is not None:
            break
        try:
            opener.open(url, timeout=2).close()
            break
        except OSError:
            time.sleep(0.5)
    if process.poll() is not None:
        assert process.stdout
        pytest.fail(process.stdout.read().decode())
    yield url
    process.terminate()
    process.wait(20)


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Page]:
    """The page, loaded; afterwards: no foreign request, no script error, no dialog."""
    opened = browser.new_page(viewport={"width": 1360, "height": 900})
    asked: list[str] = []
    broken: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("pageerror", lambda error: broken.append(str(error)))

    def refuse(dialog: Any) -> None:
        broken.append(dialog.message)
        dialog.dismiss()

    opened.on("dialog", refuse)
    opened.goto(address)
    opened.wait_for_selector(BOX, timeout=WAIT)
    yield opened
    opened.close()
    local = (address, "data:", "blob:", address.replace("http", "ws", 1))
    assert [url for url in asked if not url.startswith(local)] == []
    assert broken == []


def _ask(page: Page, question: str, shows: str) -> None:
    page.fill(BOX, question)
    page.press(BOX, "Enter")
    page.wait_for_selector(shows, timeout=WAIT)


def test_from_question_to_the_words_in_the_original(page: Page) -> None:
    _ask(page, QUESTION, ".yj-badge")
    assert "98%" in page.inner_text(".yj-answer")
    page.click(".yj-badge >> nth=0")
    page.wait_for_selector("#cite-1.yj-here", timeout=WAIT)
    quote = page.locator("#cite-1 mark").text_content()
    assert quote
    page.click("#cite-1 .yj-open")
    page.wait_for_selector(".yj-original mark", timeout=WAIT)
    assert page.locator(".yj-original mark").text_content() == quote
    page.wait_for_timeout(300)
    box = page.locator(".yj-original").bounding_box()
    mark = page.locator(".yj-original mark").bounding_box()
    assert box and mark and box["y"] <= mark["y"] < box["y"] + box["height"]
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=f"{folder}/answer.png")


def test_refusal_shows_the_nearest_clauses(page: Page) -> None:
    _ask(page, "上海市地铁票价是多少？", ".yj-refused")
    assert page.locator(".yj-near").count() >= 1
    page.click(".yj-near .yj-open >> nth=0")
    page.wait_for_selector(".yj-original mark", timeout=WAIT)
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=f"{folder}/refusal.png")


def test_a_void_document_raises_a_banner(page: Page) -> None:
    _ask(page, "江苏省2012年行动计划现在还有效吗？", ".yj-banner")
    assert "江苏" in page.inner_text(".yj-banner")


def test_markup_in_the_question_stays_text(page: Page) -> None:
    attack = "<img src=x onerror=alert(1)><script>alert(2)</script> {{7*7}} ${alert(3)}"
    _ask(page, attack, "#yj-result .yj-answer")
    page.wait_for_timeout(300)
    assert page.locator("#yj-result img, #yj-result script").count() == 0
    page.fill(BOX, "")
    page.press(BOX, "Enter")
    page.wait_for_selector(".yj-message", timeout=WAIT)


def test_examples_and_the_library_are_clickable(page: Page) -> None:
    chip = page.locator(".yj-chip").first
    question = chip.text_content()
    chip.click()
    page.wait_for_selector("#yj-result .yj-answer", timeout=WAIT)
    assert page.input_value(BOX) == question
    page.click("#yj-tab-library-button")
    page.locator(".yj-library .yj-link").first.click()
    page.wait_for_selector(".yj-original", timeout=WAIT)


def test_narrow_screens_do_not_scroll_sideways(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    _ask(page, QUESTION, ".yj-badge")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
