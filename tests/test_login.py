from __future__ import annotations

import base64
import io
import os
import sys
from pathlib import Path

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
