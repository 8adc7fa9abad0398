"""Collections that only some may read, in a real browser: the library and an answer, by account."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from access_helpers import COLLECTION, CONFIG, MARKS, SECRET, TITLE, WORD, library
from app_helpers import BOX, WAIT, ask, look_at, serving, settled

from web.login import add_user
from youju.service import PolicySearch
from youju.settings import Settings

pytestmark = pytest.mark.browser
PASSWORD = "正确的密码-8812"
QUESTION = "干部停车泊位由谁负责分配？"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    root = tmp_path_factory.mktemp("office")
    for name in ("zhang", "wang"):
        add_user(root / "accounts.txt", name, PASSWORD, "reader")
    return library(root, 'auth_file = "accounts.txt"\n' + CONFIG)


@pytest.fixture(scope="module")
def address(office: Settings) -> Iterator[str]:
    with serving(office.index, "--config", str(office.index.parent / "youju.toml")) as url:
        yield url


def _entered(browser: Any, address: str, name: str) -> Any:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(address)
    page.wait_for_selector("input[type=password]", timeout=WAIT)
    page.fill("input:not([type=password]), textarea", name)
    page.fill("input[type=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(BOX, timeout=WAIT)
    return page


def _shot(page: Any, name: str, folder: Path) -> None:
    settled(page)
    page.screenshot(path=f"{os.environ.get('SCREENSHOTS') or folder}/{name}.png")


@pytest.mark.parametrize(("name", "may"), [("wang", False), ("zhang", True)])
def test_each_account_sees_what_it_may_read(
    browser: Any, address: str, office: Settings, tmp_path: Path, name: str, may: bool
) -> None:
    secret = PolicySearch.open(office.index, office).find(SECRET).id
    page = _entered(browser, address, name)
    try:
        look_at(page, "library")
        page.wait_for_selector(".yj-doctable tbody tr", timeout=WAIT)
        assert page.locator(".yj-doctable tbody tr").count() == (5 if may else 3)
        assert page.locator(f"[data-collected='{COLLECTION}']").count() == (2 if may else 0)
        assert (TITLE in page.inner_text(".yj-doctable")) == may
        _shot(page, f"library-{name}", tmp_path)
        look_at(page, "ask")
        ask(page, QUESTION)
        said = page.inner_text("#yj-result")
        assert (f"由{WORD}处负责分配" in said) == may
        assert page.locator("#yj-ask-collection").is_visible() == may
        _shot(page, f"answer-{name}", tmp_path)
        # a link to the original, and a picture of all that the browser was given
        page.goto(f"{address}?open={secret}")
        page.wait_for_selector(
            "#yj-source .yj-original" if may else "#yj-source :text('已不在索引')", timeout=WAIT
        )
        _shot(page, f"linked-{name}", tmp_path)
        assert may or not any(mark in page.content() for mark in MARKS)
    finally:
        page.close()
