from __future__ import annotations

import base64
import io
import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

import app
from web import login
from youju.errors import InputError, SettingsError


@pytest.fixture
def accounts(tmp_path: Path) -> Path:
    path = tmp_path / "accounts.txt"
    login.add_user(path, "王芳", "密码密码密码密码")
    login.add_user(path, "bob", "another-password")
    return path


def test_only_the_right_password_opens(accounts: Path) -> None:
    known = login.read_accounts(accounts)
    assert known.admits("王芳", "密码密码密码密码") and known.admits("bob", "another-password")
    for name, password in (("王芳", "another-password"), ("eve", ""), ("", ""), ("bob", "x\udc80")):
        assert not known.admits(name, password)


def test_the_file_holds_no_password_and_only_the_owner_reads_it(accounts: Path) -> None:
    text = accounts.read_text("utf-8")
    assert "another-password" not in text and len(text.splitlines()) == 2
    salts = [line.split("$")[2] for line in text.splitlines()]
    assert len(set(salts)) == 2
    if os.name == "posix":
        assert accounts.stat().st_mode & 0o077 == 0


def test_a_new_password_replaces_the_old(accounts: Path) -> None:
    assert login.add_user(accounts, "bob", "brand-new-one")
    known = login.read_accounts(accounts)
    assert known.admits("bob", "brand-new-one") and not known.admits("bob", "another-password")
    assert known.admits("王芳", "密码密码密码密码")


@pytest.mark.parametrize(
    ("name", "password"),
    [("", "long-enough"), ("a:b", "long-enough"), ("a b", "long-enough"), ("#a", "long-enough"),
     ("a\n", "long-enough"), ("bob", "short")],
)  # fmt: skip
def test_names_and_passwords_that_cannot_be(accounts: Path, name: str, password: str) -> None:
    before = accounts.read_bytes()
    with pytest.raises(InputError):
        login.add_user(accounts, name, password)
    assert accounts.read_bytes() == before


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "没有账号"),
        ("# only a remark\n", "没有账号"),
        ("bob:plain-password\n", "第 1 行"),
        ("\nbob:scrypt$99$AA==$AA==\n", "第 2 行"),
        ("bob:scrypt$14$!!$AA==\n", "第 1 行"),
        (":scrypt$14$AAAA$AA==\n", "第 1 行"),
    ],
)
def test_a_bad_file_is_told_by_its_line(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "accounts.txt"
    path.write_text(text, "utf-8")
    with pytest.raises(SettingsError, match=told):
        login.read_accounts(path)


def test_files_that_cannot_be_read(tmp_path: Path, accounts: Path) -> None:
    with pytest.raises(SettingsError, match="无法读取"):
        login.read_accounts(tmp_path / "none")
    (tmp_path / "gbk").write_bytes("王芳:x".encode("gbk"))
    with pytest.raises(SettingsError, match="UTF-8"):
        login.read_accounts(tmp_path / "gbk")
    accounts.write_text(accounts.read_text("utf-8") * 2, "utf-8")
    with pytest.raises(SettingsError, match="第 3 行的名字重复"):
        login.read_accounts(accounts)


def test_the_header_of_programs(accounts: Path) -> None:
    known = login.read_accounts(accounts)

    def header(text: str) -> str:
        return "Basic " + base64.b64encode(text.encode()).decode()

    right = header("王芳:密码密码密码密码")
    assert known.admits_header(right) and known.admits_header(right)
    for wrong in ("", "Basic", "Basic !!!", header("王芳"), header("王芳:x"), "Bearer abc",
                  "Basic " + base64.b64encode(b"\xff\xfe").decode()):  # fmt: skip
        assert not known.admits_header(wrong)


def test_the_helper_adds_a_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "accounts.txt"
    monkeypatch.setattr(sys, "stdin", io.StringIO("sesame-open\n"))
    assert app.main(["--auth-file", str(path), "--add-user", "ali"]) == 0
    assert "ali" in capsys.readouterr().out
    assert login.read_accounts(path).admits("ali", "sesame-open")
    assert app.main(["--add-user", "ali"]) == 2
    assert app.main(["--auth-file", str(tmp_path / "none")]) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 2


# --- tries ---------------------------------------------------------------------------------------


def test_wrong_tries_wait_longer_and_longer() -> None:
    now = [0.0]
    throttle = login.Throttle(lambda: now[0])
    waited = []
    for _ in range(30):
        for second in range(2000):
            try:
                throttle.check("bob", "192.0.2.1")
            except login.TooMany as error:
                assert "秒后再试。" in str(error)
                now[0] += 1
            else:
                waited.append(second)
                break
        throttle.note("bob", "192.0.2.1", False)
    assert waited[:5] == [0] * 5 and waited[5:9] == [1, 2, 4, 8] and waited[-1] == 900
    now[0] += 61  # from elsewhere a user waits a minute at most, whatever strangers try
    throttle.check("bob", "192.0.2.2")
    throttle.note("bob", "192.0.2.2", True)
    throttle.check("bob", "192.0.2.3")


def test_the_throttle_forgets_before_it_fills_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(login, "_KEPT", 100)
    throttle = login.Throttle()
    for n in range(1000):
        throttle.note(f"n{n}", f"a{n}", False)
    assert len(throttle._wrong) <= 100


def test_every_try_costs_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    spent: list[int] = []

    def hashing(password: str, salt: bytes, cost: int) -> bytes:
        spent.append(1 << cost)
        return b"\0" * 32

    cheap, dear = (login._Secret(cost, b"s" * 16, b"x" * 32) for cost in (10, 13))
    known = login.Accounts({"a": cheap, "b": dear})
    monkeypatch.setattr(login, "_hash", hashing)
    costs = set()
    for name in ("a", "b"):
        spent.clear()
        known.admits(name, "x")
        costs.add(sum(spent))
    assert costs == {1 << 13}


def test_passwords_are_checked_one_at_a_time_beside_the_loop(accounts: Path) -> None:
    """Others are answered meanwhile; who comes too late is told."""
    import asyncio

    door = login.Door(login.read_accounts(accounts))

    async def many() -> tuple[list[object], int]:
        tries = [
            asyncio.ensure_future(door.admits(f"n{n}", "x", f"a{n}")) for n in range(40)
        ]  # fmt: skip
        turns = 0
        while not all(one.done() for one in tries):
            await asyncio.sleep(0)
            turns += 1
        return [one.exception() or one.result() for one in tries], turns

    results, turns = asyncio.run(many())
    assert turns > 100 and results.count(False) == 32
    assert all(isinstance(r, login.TooMany) for r in results if r is not False)
    right = base64.b64encode(b"bob:another-password").decode()
    assert asyncio.run(door.admits_header(f"Basic {right}"))
    assert door._accounts.remembers(f"Basic {right}")


def test_who_has_logged_in_is_known_by_the_cookie() -> None:
    app = SimpleNamespace(tokens={"t1": "张三"}, cookie_id="x")
    for cookies, who in (
        ({"access-token-x": "t1"}, "张三"),
        ({"access-token-unsecure-x": "t1"}, "张三"),
        ({"access-token-x": "t2"}, ""),
        ({"access-token-y": "t1"}, ""),
    ):
        assert login.visitor(SimpleNamespace(app=app, cookies=cookies)) == who
    assert login.visitor(SimpleNamespace(app=object(), cookies={})) == ""
