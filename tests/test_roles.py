"""Roles of accounts: kept in their file, held at the edge, and shown what each may use."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from app_helpers import BOX, WAIT, ask, fetch, look_at, serving, settled
from test_interfaces import _client, no_proxy

from web import login
from web.deeds import COMPONENTS, FUNCTIONS, Deed, deed, looked_at
from youju import keys
from youju.errors import SettingsError

assert no_proxy  # for every test here
JSON = {"Content-Type": "application/json"}
PASSWORD = "正确的密码-8812"
ROLES: tuple[login.Role, ...] = ("reader", "editor", "admin")
CALL = {"data": ["问？"], "fn_index": 1, "session_hash": "s"}


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("accounts") / "accounts.txt"
    for role in ROLES:
        login.add_user(path, role, PASSWORD, role)
    return path


# --- the file ------------------------------------------------------------------------------------


def test_a_role_stays_with_a_new_password(accounts: Path, tmp_path: Path) -> None:
    known = login.read_accounts(accounts)
    assert known.roles == {role: role for role in ROLES}
    path = tmp_path / "accounts.txt"
    path.write_bytes(accounts.read_bytes())
    assert login.add_user(path, "reader", "另一个密码-1234")
    assert login.read_accounts(path).roles["reader"] == "reader"
    login.add_user(path, "reader", "另一个密码-1234", "editor")
    known = login.read_accounts(path)
    assert known.roles["reader"] == "editor" and known.admits("reader", "另一个密码-1234")


def test_accounts_from_before_there_were_roles_may_do_all(accounts: Path, tmp_path: Path) -> None:
    old = tmp_path / "old.txt"
    line = accounts.read_text("utf-8").splitlines()[0]
    old.write_text(line.rpartition(":")[0] + "\n", "utf-8")
    assert login.read_accounts(old).roles == {"reader": "admin"}
    login.add_user(old, "reader", PASSWORD)
    assert login.read_accounts(old).roles == {"reader": "admin"}
    old.write_text(f"{line}x\n", "utf-8")
    with pytest.raises(SettingsError, match="第 1 行不是“名字:加盐散列:角色”"):
        login.read_accounts(old)


# --- what needs which ----------------------------------------------------------------------------


class _Fn:
    """A function as Gradio keeps it."""

    def __init__(self, module: str, name: str) -> None:
        self.fn = type("made", (), {"__module__": module, "__qualname__": name})
        self.api_visibility, self.api_name = "private", name


def _needs(module: str, name: str) -> str:
    body = json.dumps(CALL | {"event_data": {"source": "a"}}).encode()
    return deed("/gradio_api/queue/join", body, {1: _Fn(module, name)}, None).needs


def test_every_change_needs_an_editor_and_what_others_asked_an_administrator() -> None:
    changing = {"upload", "index", "stop_index", "remove", "replace", "correct", "collect"}
    for (module, name), (did, _) in FUNCTIONS.items():
        admins = did in ("evaluate", "see_feedback", "clear_feedback")
        wanted = "admin" if admins else "editor" if did in changing else "reader"
        assert _needs(module, name) == wanted, name
    for name in COMPONENTS:
        body = json.dumps({"fn_name": name, "data": {"doc": "d"}}).encode()
        assert deed("/gradio_api/component_server", body, {}, None).needs == "editor"
    assert _needs("web.tabs.evaluate", "_Tab.show") == "admin"
    assert _needs("web.tabs.evaluate", "_Tab.refresh") == "reader"
    for body in (b"", b"[", b"[]", b'{"fn_index": true}', b'{"fn_index": 7}', b'{"data": 3}'):
        assert deed("/gradio_api/queue/join", body, {}, None) == Deed()
    assert looked_at("/mcp", "/mcp") and not looked_at("/mcp", None)


# --- at the edge ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def address(own_index: Path, accounts: Path) -> Iterator[str]:
    with serving(own_index, "--auth-file", str(accounts), "--no-reader") as url:
        yield url


def test_each_role_may_what_it_may(address: str, own_index: Path) -> None:
    refused: dict[str, set[str]] = {}
    for role in ROLES:
        client = _client(address, auth=(role, PASSWORD))
        assert "50个" in client.predict("贵州2017年驰名商标要多少个？", api_name="/ask")["answer"]
        cookies = "; ".join(f"{k}={v}" for k, v in client.cookies.items())
        headers = JSON | {"Cookie": cookies}
        numbers = {one["api_name"]: one["id"] for one in client.config["dependencies"]}
        refused[role] = set()

        def post(path: str, name: str, given: dict[str, Any]) -> None:
            body = json.dumps(given).encode()
            status, told = fetch(address + path, data=body, headers=headers)  # noqa: B023
            if status == 403:
                assert told["error"].startswith(f"账号“{role}”是"), told  # noqa: B023
                refused[role].add(name)  # noqa: B023
            else:
                assert status == 200, (name, told)

        for name, data in (
            ("show_hits", ["质量", [], [], [], False, "", []]), ("removed", []), ("upload", [[]]),
            ("_look", []), ("show", [None]),
        ):  # fmt: skip
            given = {"data": data, "fn_index": numbers[name], "session_hash": role}
            post("gradio_api/queue/join", name, given | {"event_data": {"source": "x/y.txt"}})
        library = next(
            one["id"] for one in client.config["components"]
            if one["props"].get("elem_id") == "yj-library"
        )  # fmt: skip
        for name in ("look", "correct", "collect"):
            given = {"session_hash": role, "component_id": library, "fn_name": name, "data": {}}
            post("gradio_api/component_server", name, given)
        post("gradio_api/run/collect", "api collect", {"data": ["西部", ["贵州"], False]})
    editing = {"removed", "upload", "correct", "collect", "api collect"}
    assert refused == {
        "reader": editing | {"_look", "show"},
        "editor": {"_look", "show"},
        "admin": set(),
    }
    # a key has a scope of its own
    _, key = keys.make(own_index, "程序", "edit")
    bearer = JSON | {"Authorization": f"Bearer {key}"}
    body = json.dumps({"data": ["西部", ["重庆"], False]}).encode()
    assert fetch(f"{address}gradio_api/run/collect", data=body, headers=bearer)[0] == 200


@pytest.mark.browser
def test_a_reader_is_shown_what_a_reader_may_use(
    browser: Any, address: str, tmp_path: Path
) -> None:
    # The tab is hidden once the page knows who reads it.
    tools = "#yj-upload, #yj-reindex, .yj-library [data-doc], .yj-library [data-correct]"
    for role in ROLES:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        try:
            page.goto(address)
            page.wait_for_selector("input[type=password]", timeout=WAIT)
            page.fill("input:not([type=password]), textarea", role)
            page.fill("input[type=password]", PASSWORD)
            page.keyboard.press("Enter")
            page.wait_for_selector(BOX, timeout=WAIT)
            ask(page, "贵州2017年驰名商标要多少个？")
            look_at(page, "library")
            page.wait_for_selector(".yj-doctable tbody tr", timeout=WAIT)
            settled(page)
            assert (page.locator(tools).count() > 0) == (role != "reader")
            page.fill("#yj-library [data-filter]", "江苏")
            page.wait_for_selector(".yj-library:has-text('1 / ')", timeout=WAIT)
            assert (page.locator(tools).count() > 0) == (role != "reader")
            shown = page.locator("#yj-tab-evaluate-button").is_visible()
            assert shown == (role == "admin")
        finally:
            page.close()
