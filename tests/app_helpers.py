"""A running app and a real browser, for tests that need them."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
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
WAIT = 30_000  # milliseconds
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
        with OPENER.open(urllib.request.Request(url, **options), timeout=10) as response:
            return response.status, json.loads(response.read() or b"null")
    except urllib.error.HTTPError as error:
        body = error.read()
        try:
            return error.code, json.loads(body or b"null")
        except ValueError:
            return error.code, body


@contextmanager
def watched(browser: Any, address: str) -> Iterator[Any]:
    """A new page, empty; afterwards: no foreign request, no script error, no dialog."""
    opened = browser.new_page(viewport={"width": 1440, "height": 1000})
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
def serving(index: Path, *flags: str) -> Iterator[str]:
    """A running app over an index; its address, with a slash."""
    port = free_port()
    command = [sys.executable, str(PRODUCT_ROOT / "app.py"), "--port", str(port)]
    process = subprocess.Popen(
        [*command, "--index", str(index), *flags],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment(),
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}/"
    try:
        for _ in range(240):
            if process.poll() is not None:
                assert process.stdout
                pytest.fail(process.stdout.read().decode())
            try:
                if fetch(url + "healthz")[0] == 200:
                    break
            except OSError:
                time.sleep(0.25)
        yield url
    finally:
        process.terminate()
        process.wait(20)


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
