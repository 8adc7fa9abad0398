"""A running app and a real browser, for tests that need them."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from youju.settings import PRODUCT_ROOT

FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
WAIT = 120_000  # milliseconds; waits end with what they wait for, so a long one costs nothing
BOX = "#yj-question textarea, #yj-question input"
WORDS = "#yj-words textarea, #yj-words input"
QUESTION = "贵州省2017年农产品质量安全监测合格率要达到多少？"
REFUSED = "上海市地铁票价是多少？"
VOID = "江苏省2012年行动计划现在还有效吗？"  # of a document that is no longer in force
PHONE = {"width": 390, "height": 844}
# The result of a question is there: that of `question`, not one before it, nor what is being done.
_ANSWERED = """(question) => {
  const told = document.querySelector('#yj-result .yj-result .yj-print');
  return told && told.textContent === question;
}"""
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def environment() -> dict[str, str]:
    """The process environment, deaf to settings of this machine and to proxies."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("YOUJU_")}
    return kept | {"no_proxy": "127.0.0.1,localhost", "NO_PROXY": "127.0.0.1,localhost"}


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def fetch(url: str, **options: Any) -> tuple[int, Any]:
    """(status, JSON) of a request, errors included."""
    try:
        with OPENER.open(urllib.request.Request(url, **options), timeout=60) as response:
            return response.status, json.loads(response.read() or b"null")
    except urllib.error.HTTPError as error:
        body = error.read()
        try:
            return error.code, json.loads(body or b"null")
        except ValueError:
            return error.code, body


@contextmanager
def watched(browser: Any, address: str, **options: Any) -> Iterator[Any]:
    """A new page, empty; afterwards: no foreign request, no script error, no dialog."""
    opened = browser.new_page(**({"viewport": {"width": 1440, "height": 1000}} | options))
    asked: list[str] = []
    broken: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("pageerror", lambda error: broken.append(str(error)))
    opened.on("dialog", lambda dialog: (broken.append(dialog.message), dialog.dismiss()))
    yield opened
    opened.close()
    local = (address, "data:", "blob:", address.replace("http", "ws", 1))
    assert [url for url in asked if not url.startswith(local)] == []
    assert broken == []


@contextmanager
def visiting(browser: Any, address: str, tab: str = "ask", **options: Any) -> Iterator[Any]:
    """The page, watched, with a tab open."""
    with watched(browser, address, **options) as opened:
        opened.goto(address)
        opened.wait_for_selector(BOX, timeout=WAIT)
        if tab != "ask":
            look_at(opened, tab)
        yield opened


@contextmanager
def in_library(browser: Any, address: str) -> Iterator[Any]:
    """The page, watched, with the documents of its library listed."""
    with visiting(browser, address, "library") as opened:
        opened.wait_for_selector(".yj-doctable tbody tr", timeout=WAIT)
        yield opened


def row_of(page: Any, words: str) -> Any:
    """The row of the library's table that holds some words."""
    return page.locator(".yj-doctable tbody tr", has_text=words)


def picture(page: Any, name: str) -> None:
    """A picture for whoever wants to look, in the folder that SCREENSHOTS names."""
    if folder := os.environ.get("SCREENSHOTS"):
        settled(page)
        page.screenshot(path=f"{folder}/{name}.png")


def look_at(page: Any, tab: str) -> None:
    """Open a tab and wait until it is the one that is shown."""
    page.click(f"#yj-tab-{tab}-button", timeout=WAIT)
    page.wait_for_selector(f"#yj-tab-{tab}-button[aria-selected=true]", timeout=WAIT)
    page.wait_for_selector(f"#yj-tab-{tab}", timeout=WAIT)


def ask(page: Any, question: str, shows: str = ".yj-result") -> None:
    """Ask, and wait for the result of this question; it shows an element."""
    page.fill(BOX, question)
    page.press(BOX, "Enter")
    answered(page, question)
    page.wait_for_selector(f"#yj-result {shows}", timeout=WAIT)


def answered(page: Any, question: str) -> None:
    """Wait for the result of this question."""
    page.wait_for_function(_ANSWERED, arg=question, timeout=WAIT)


def search_for(page: Any, words: str, shows: str = "#yj-found .yj-card") -> None:
    """Search in the tab that is open; the first result of a page shows an element."""
    page.fill(WORDS, words)
    page.press(WORDS, "Enter")
    page.wait_for_selector(shows, timeout=WAIT)


def attach(page: Any, box: str, path: Path) -> None:
    """Upload a file into a field: it is listed, with a link to it, once it has arrived."""
    page.wait_for_selector(f"{box} input[type=file]", state="attached", timeout=WAIT)
    page.set_input_files(f"{box} input[type=file]", str(path))
    page.wait_for_selector(f"{box} a[download='{path.name}']", timeout=WAIT)


def taken(page: Any, button: str, path: Path) -> str:
    """Save what a button downloads; the name that was suggested."""
    with page.expect_download(timeout=WAIT) as started:
        page.click(button)
    started.value.save_as(path)
    return str(started.value.suggested_filename)


def within(page: Any, inner: str, outer: str) -> None:
    """Wait until the top of the first `inner` is seen in the box of `outer`."""
    page.wait_for_function(
        """([inner, outer]) => {
          const box = (one) => document.querySelector(one)?.getBoundingClientRect();
          const [a, b] = [box(inner), box(outer)];
          return a && b && b.top <= a.top && a.top < b.bottom;
        }""",
        arg=[inner, outer], timeout=WAIT,
    )  # fmt: skip


def fits(page: Any, width: int = 390) -> None:
    """Wait until the page is no wider than the screen: it never is when something sticks out."""
    page.wait_for_function(
        "(width) => innerWidth === width && document.documentElement.scrollWidth <= width",
        arg=width, timeout=WAIT,
    )  # fmt: skip


def settled(page: Any) -> None:
    """Wait until nothing fades in or out and no component waits for the server."""
    page.wait_for_function(
        "!document.querySelector('.pending, .generating')"
        " && document.getAnimations().every((one) => one.playState !== 'running')",
        timeout=WAIT,
    )


def clipboard(page: Any) -> None:
    """What the page copies is found in `window.copied`."""
    page.evaluate(
        "document.execCommand = () => { window.copied = document.activeElement.value; "
        "return true; }"
    )
    page.evaluate("Object.defineProperty(window, 'isSecureContext', {value: false})")


@contextmanager
def serving(index: Path, *flags: str) -> Iterator[str]:
    """A running app over an index; its address, with a slash."""
    port = free_port()
    command = [sys.executable, str(PRODUCT_ROOT / "app.py"), "--port", str(port)]
    # Not a pipe: one that nobody reads fills up, and the app waits for it.
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [*command, "--index", str(index), *flags],
            stdout=said, stderr=subprocess.STDOUT, env=environment(),
        )  # fmt: skip
        url = f"http://127.0.0.1:{port}/"
        try:
            for _ in range(2400):  # a busy machine takes its time; one that has ended is seen
                if process.poll() is not None:
                    said.seek(0)
                    pytest.fail(said.read().decode())
                try:
                    if fetch(url + "healthz")[0] == 200:
                        break
                except OSError:
                    time.sleep(0.25)
            yield url
        finally:
            process.terminate()
            process.wait(120)


@contextmanager
def chromium() -> Iterator[Any]:
    """A headless Chromium; skips the test where there is none, fails it when CI=true."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        names = ("chromium", "chromium-browser", "google-chrome")
        own = playwright.chromium.executable_path
        candidates = [os.environ.get("CHROMIUM"), *map(shutil.which, names), own]
        path = next((path for path in candidates if path and Path(path).exists()), None)
        if path is None:
            if os.environ.get("CI") == "true":
                pytest.fail("no Chromium: tests/get_browser.sh found none")
            pytest.skip("no Chromium on this machine")
        opened = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield opened
        opened.close()
