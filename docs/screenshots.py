"""Take the pictures of the page that the READMEs show: `python docs/screenshots.py [PICTURE…]`.

Needs what the browser tests need (Playwright, a Chromium, a font with Chinese characters). The app
runs over an index of `corpus/` made for the occasion.
"""

from __future__ import annotations

import io
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "screenshots"
BOX = "#yj-question textarea, #yj-question input"
WORDS = "#yj-words textarea, #yj-words input"
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync")
WIDE, PHONE = (1440, 900), (390, 844)
COLOURS = 255  # enough for flat pages, and half of the bytes


def ask(page: Any, question: str = "各地对名牌产品有什么目标？") -> None:
    """A question and its answer; on a wide screen the original opens beside it."""
    page.fill(BOX, question)
    page.press(BOX, "Enter")
    page.wait_for_selector("#cite-1")


def void(page: Any) -> None:
    """An answer from a document that lost its force, with the menu of citation styles."""
    ask(page, "江苏省2012年要发展多少个江苏名牌？")
    page.wait_for_selector(".yj-original mark")
    page.click("#cite-1 .yj-copy summary")


def table(page: Any) -> None:
    """A row of an annex, in the original, with the outline open."""
    ask(page, "重庆市2015年要新增多少个重庆名牌产品？")
    page.wait_for_selector(".yj-original mark")
    page.click("[data-outline]")
    page.click("[data-home]")


def search(page: Any) -> None:
    """Ranked passages with the terms that were also searched."""
    page.click("#yj-tab-search-button")
    page.fill(WORDS, "企业造假会被拉黑吗")
    page.press(WORDS, "Enter")
    page.wait_for_selector("#yj-found .yj-card")
    page.locator("#yj-found .yj-score summary").first.click()


def english(page: Any) -> None:
    """The page in English."""
    page.click("[data-language]")
    ask(page, "贵州省2017年农产品质量安全监测合格率要达到多少？")
    page.wait_for_selector(".yj-original mark")


def reading(page: Any) -> None:
    """The original on a phone."""
    ask(page)
    page.click("#cite-1 .yj-open")
    page.wait_for_selector(".yj-original mark")


PICTURES: dict[str, tuple[tuple[int, int], str, Callable[[Any], None]]] = {
    "ask": (WIDE, "light", ask),
    "void": (WIDE, "light", void),
    "table-dark": (WIDE, "dark", table),
    "search": (WIDE, "light", search),
    "english": (WIDE, "light", english),
    "phone": (PHONE, "light", ask),
    "phone-original": (PHONE, "light", reading),
    "phone-dark": (PHONE, "dark", ask),
}


def main(names: list[str]) -> int:
    """Take the named pictures, all without names; 2 for an unknown name."""
    if unknown := set(names) - set(PICTURES):
        print(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(PICTURES)}")
        return 2
    from playwright.sync_api import sync_playwright

    FOLDER.mkdir(exist_ok=True)
    with served() as address, sync_playwright() as playwright:
        path = os.environ.get("CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        for name in names or PICTURES:
            (width, height), scheme, act = PICTURES[name]
            size: Any = {"width": width, "height": height}
            page = browser.new_context(viewport=size, color_scheme=scheme).new_page()  # type: ignore[arg-type]
            page.goto(address)
            page.wait_for_selector(BOX)
            page.wait_for_timeout(500)
            act(page)
            page.wait_for_timeout(800)
            (FOLDER / f"{name}.png").write_bytes(small(page.screenshot()))
            print(FOLDER / f"{name}.png")
        browser.close()
    return 0


def small(png: bytes) -> bytes:
    """The same picture with a palette."""
    from PIL import Image

    out = io.BytesIO()
    picture = Image.open(io.BytesIO(png)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


@contextmanager
def served() -> Iterator[str]:
    """The app's address while it runs."""
    with socket.socket() as free, tempfile.TemporaryDirectory() as folder:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        index = str(Path(folder) / "index")
        cli = [sys.executable, str(ROOT / "cli.py"), "index", str(ROOT / "corpus")]
        subprocess.run([*cli, "--index", index], check=True, stderr=subprocess.DEVNULL)
        app = [sys.executable, str(ROOT / "app.py"), "--port", str(port), "--index", index]
        process = subprocess.Popen(app, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        address = f"http://127.0.0.1:{port}/"
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            for _ in range(120):
                try:
                    opener.open(address, timeout=2).close()
                    break
                except OSError:
                    time.sleep(0.5)
            yield address
        finally:
            process.terminate()
            process.wait(20)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
