"""Keys for programs: made, kept as hashes, withdrawn; what they open over real sockets."""

from __future__ import annotations

import json
import shutil
import stat
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from app_helpers import fetch, serving
from test_interfaces import _client, _with_mcp, no_proxy

from web.login import add_user
from youju import cli, keys
from youju.errors import IndexCorrupt, InputError
from youju.keys import KeyRefused

assert no_proxy  # for every test here
JSON = {"Content-Type": "application/json"}
QUESTION = "贵州省2017年驰名商标要多少个？"
ASKED = [QUESTION, 3, None, None, None, False, "hybrid", None]


def _expire(index: Path, name: str) -> None:
    """Yesterday was the last day of a key."""
    day = (date.today() - timedelta(days=1)).isoformat()
    found = {
        number: asdict(replace(key, expires=day) if key.name == name else key)
        for number, key in keys.load(index).items()
    }
    (index / "keys.json").write_text(json.dumps(found), "utf-8")


# --- made and kept -------------------------------------------------------------------------------


def test_a_key_is_kept_as_a_hash_that_its_owner_alone_reads(tmp_path: Path) -> None:
    key, text = keys.make(tmp_path, " 报送  系统 ", "edit", 30)
    file = tmp_path / "keys.json"
    secret = text.split("_", 2)[2]
    assert len(secret) >= 40 and secret not in file.read_text("utf-8")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert keys.check(text, keys.load(tmp_path)) == key
    assert key.name == "报送 系统" and key.may("edit") and key.may("read")
    reading, other = keys.make(tmp_path, "只读")
    assert not reading.may("edit") and other != text
    assert date.fromisoformat(reading.expires) == date.today() + timedelta(days=keys.DAYS)


def test_what_is_no_key(tmp_path: Path) -> None:
    _, text = keys.make(tmp_path, "甲")
    held = keys.load(tmp_path)
    _, number, secret = text.split("_", 2)
    for wrong in (
        "", "yj", "yj_", f"yj_{number}", f"yj_{number}_", text[:-1], f"{text}x", f"xx{text[2:]}",
        f"yj_00000000_{secret}", text.upper(), "键" * 10_000, "\udcff",
    ):  # fmt: skip
        with pytest.raises(KeyRefused, match="密钥不对，或已经撤销"):
            keys.check(wrong, held)
    keys.withdraw(tmp_path, "甲")
    with pytest.raises(KeyRefused, match="已经撤销"):
        keys.check(text, keys.load(tmp_path))


def test_a_key_holds_to_the_end_of_its_last_day(tmp_path: Path) -> None:
    key, text = keys.make(tmp_path, "甲", days=1)
    last = date.fromisoformat(key.expires)
    assert keys.check(text, keys.load(tmp_path), last) == key
    with pytest.raises(KeyRefused, match=f"密钥“甲”已过期（{key.expires}）"):
        keys.check(text, keys.load(tmp_path), last + timedelta(days=1))


def test_names_and_days_are_looked_at(tmp_path: Path) -> None:
    keys.make(tmp_path, "甲")
    for name, days, told in (
        ("甲", 1, "已有名为“甲”的密钥"), ("", 1, "名称"), ("a\0", 1, "名称"),
        ("长" * 41, 1, "名称"),
        ("乙", 0, "有效天数 0 不在"), ("乙", 99_999, "有效天数"),
    ):  # fmt: skip
        with pytest.raises(InputError, match=told):
            keys.make(tmp_path, name, days=days)
    with pytest.raises(InputError, match="没有名为“乙”的密钥，现有：甲。"):
        keys.withdraw(tmp_path, "乙")


@pytest.mark.parametrize("text", ["[", "[1]", '{"1": {}}', '{"1": 2}'])
def test_a_damaged_file_lets_nobody_in(tmp_path: Path, text: str) -> None:
    (tmp_path / "keys.json").write_text(text, "utf-8")
    with pytest.raises(IndexCorrupt, match="密钥记录"):
        keys.load(tmp_path)


def test_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("YOUJU_CONFIG", raising=False)

    def run(*argv: str) -> tuple[int, str, str]:
        code = cli.main(["key", "--index", str(tmp_path / "index"), *argv])
        return code, *capsys.readouterr()

    assert run()[0] == 2
    (tmp_path / "index").mkdir()
    assert "没有密钥" in run()[1]
    code, text, told = run("报送系统", "--make", "--scope", "edit", "--days", "10")
    assert code == 0 and "只显示这一次" in told and "读取和编辑" in told
    assert keys.check(text.strip(), keys.load(tmp_path / "index")).name == "报送系统"
    made = json.loads(run("只读", "--make", "--json")[1])
    assert made["scope"] == "read" and made["key"].startswith("yj_")
    listed = run()[1]
    assert "报送系统：可读取和编辑" in listed and "只读：可读取，" in listed and "yj_" not in listed
    assert "已撤销" in run("报送系统", "--withdraw")[1]
    assert run("报送系统", "--withdraw")[0] == 2 and run("--make")[0] == 2


# --- at the edge ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def held(own_index: Path) -> dict[str, str]:
    made = {
        name: keys.make(own_index, name, scope)[1]
        for name, scope in (("读", "read"), ("编", "edit"), ("旧", "read"), ("去", "read"))
    }  # type: ignore[misc]
    _expire(own_index, "旧")
    return made


@pytest.fixture(scope="module")
def guarded(own_index: Path, held: dict[str, str], tmp_path_factory: Any) -> Iterator[str]:
    """Accounts, keys and MCP."""
    accounts = tmp_path_factory.mktemp("accounts") / "accounts.txt"
    add_user(accounts, "王芳", "正确的密码-8812")
    flags = ("--mcp", "--auth-file", str(accounts), "--no-reader")
    with serving(own_index, *flags) as url:
        yield url


def _call(url: str, name: str, data: list[Any], key: str | None = None) -> tuple[int, Any]:
    headers = JSON | ({"Authorization": f"Bearer {key}"} if key is not None else {})
    body = json.dumps({"data": data}).encode()
    return fetch(f"{url}gradio_api/run/{name}", data=body, headers=headers)


def _join(url: str, number: int, key: str | None = None) -> tuple[int, Any]:
    headers = JSON | ({"Authorization": f"Bearer {key}"} if key is not None else {})
    body = json.dumps({"data": [QUESTION], "fn_index": number, "session_hash": "s"}).encode()
    return fetch(f"{url}gradio_api/queue/join", data=body, headers=headers)


def test_a_key_opens_the_interfaces_and_nothing_else(guarded: str, held: dict[str, str]) -> None:
    assert _call(guarded, "search", ASKED)[0] == 401  # neither account nor key
    client = _client(guarded, headers={"Authorization": f"Bearer {held['读']}"})
    assert "50个" in client.predict(QUESTION, api_name="/ask")["answer"]
    status, found = _call(guarded, "search", ASKED, held["读"])
    assert status == 200 and found["data"][0]["hits"]
    bearer = {"Authorization": f"bearer  {held['读']} "}
    for path in ("", "gradio_api/file=/etc/passwd", "logout"):
        status, told = fetch(guarded + path, headers=bearer)
        assert status == 403 and "密钥只能用于接口和 MCP" in told["error"], path
    upload = {**bearer, "Content-Type": "multipart/form-data; boundary=x"}
    assert fetch(f"{guarded}gradio_api/upload", data=b"--x--", headers=upload)[0] == 403
    # the functions of the page, by their numbers
    private = [
        one["id"] for one in client.config["dependencies"] if one["api_visibility"] == "private"
    ]
    assert private
    for number in (*private, -1, 10**6):
        status, told = _join(guarded, number, held["编"])
        assert status == 403 and "密钥只能用于接口" in told["error"]


def test_a_key_for_reading_changes_nothing(
    guarded: str, held: dict[str, str], own_index: Path
) -> None:
    for name, data in (
        ("collect", ["西部", ["贵州"], False]),
        ("evaluate", ["bm25", "all", "", False]),
    ):
        status, told = _call(guarded, name, data, held["读"])
        assert status == 403 and told["error"].startswith(f"密钥“读”只能读取，不能调用 {name}")
    client = _client(guarded, headers={"Authorization": f"Bearer {held['读']}"})
    with pytest.raises(Exception, match=r"403|只能读取"):
        client.predict("西部", ["贵州"], api_name="/collect")
    assert not (own_index / "collections.json").exists()
    status, made = _call(guarded, "collect", ["西部", ["贵州"], False], held["编"])
    assert status == 200 and made["data"][0]["changed"] == 1


def test_wrong_old_and_withdrawn_keys_are_told(
    guarded: str, held: dict[str, str], own_index: Path
) -> None:
    assert _call(guarded, "search", ASKED, held["去"])[0] == 200
    keys.withdraw(own_index, "去")
    for key, told in (
        (held["去"], "撤销"),
        ("yj_1_2", "不对"),
        ("", "不对"),
        (held["旧"], "已过期"),
    ):
        for answer in (
            _call(guarded, "search", ASKED, key),
            fetch(f"{guarded}mcp", data=b"{}", headers=JSON | {"Authorization": f"Bearer {key}"}),
        ):
            assert answer[0] == 401 and told in answer[1]["error"]
            assert answer[1]["error"].count("。") == 1


def test_mcp_takes_a_key(guarded: str, held: dict[str, str]) -> None:
    async def work(session: Any) -> Any:
        return await session.call_tool("search", {"question": QUESTION, "k": 2})

    found = _with_mcp(guarded, work, {"Authorization": f"Bearer {held['读']}"})
    assert len(found.structuredContent["hits"]) == 2


def test_without_accounts_programs_are_asked_for_a_key(
    own_index: Path, held: dict[str, str], tmp_path: Path
) -> None:
    index = tmp_path / "index"
    shutil.copytree(own_index, index)
    with serving(index, "--require-key", "--mcp", "--no-reader") as url:
        assert fetch(url + "config")[0] == 200  # the page is open
        status, told = _call(url, "search", ASKED)
        assert status == 401 and "Authorization: Bearer" in told["error"]
        basic = JSON | {"Authorization": "Basic eDp5"}
        assert fetch(url + "mcp", data=b"{}", headers=basic)[0] == 401
        config = fetch(url + "config")[1]["dependencies"]
        public = next(one["id"] for one in config if one["api_name"] == "search")
        assert _join(url, public)[0] == 401
        assert _join(url, public, held["读"])[0] == 200
        assert _call(url, "search", ASKED, held["读"])[0] == 200
        (index / "keys.json").write_text("[", "utf-8")
        status, told = _call(url, "search", ASKED, held["读"])
        assert status == 503 and "密钥记录" in told["error"]
