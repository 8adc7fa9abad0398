"""The configuration file: read, checked, and what wins over it."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields
from pathlib import Path

import app_helpers
import pytest

import app
from youju import access, arguments, cli, config
from youju.errors import SettingsError
from youju.settings import PRODUCT_ROOT, VARIABLES, Settings, configured


def _file(folder: Path, text: str) -> Path:
    path = folder / "youju.toml"
    path.write_text(text, "utf-8")
    return path


def _settings(path: Path, environ: dict[str, str] | None = None, **flags: str) -> Settings:
    return Settings.from_env(environ or {}, configured(str(path)), **flags)


def test_every_setting_and_flag_has_its_name() -> None:
    assert set(config.SETTINGS) == set(VARIABLES.values())
    assert {one.name for one in fields(Settings)} - set(VARIABLES.values()) == {"access"}
    told = arguments.app_parser()
    flags = {action.dest for action in told._actions} - {"help", "config", "add_user", "role"}
    assert flags - {"no_feedback"} <= set(config.SETTINGS) | set(config.SERVER)
    assert set(config.SERVER) <= flags


def test_what_it_says_is_set(tmp_path: Path) -> None:
    (tmp_path / "词.txt").write_text("质量强市 10 n\n", "utf-8")
    text = (
        'index = "库/index"\nupload_mb = 8\nupload_types = ["pdf", ".DOCX"]\nocr = false\n'
        'user_dict = "词.txt"\nreader = "none"\nfeedback = false\ndebug = true\n'
    )
    settings = _settings(_file(tmp_path, text))
    assert settings.index == tmp_path / "库" / "index" and settings.data.name == "index-data"
    assert settings.upload_mb == 8 and settings.upload_types == ("pdf", "docx")
    assert settings.user_dict == tmp_path / "词.txt" and settings.reader == "none"
    assert (settings.ocr, settings.feedback, settings.debug) == (False, False, True)
    assert _settings(_file(tmp_path, "\ufeff# leer\n")) == Settings()


def test_flags_win_over_the_environment_and_that_over_the_file(tmp_path: Path) -> None:
    path = _file(tmp_path, 'store = "exact"\nreader = "none"\neval_mb = 1\n')
    assert _settings(path).store == "exact"
    environ = {"YOUJU_STORE": "faiss", "YOUJU_READER": "bundled", "YOUJU_EVAL_MB": ""}
    settings = _settings(path, environ, reader="andere/x")
    assert (settings.store, settings.reader, settings.eval_mb) == ("faiss", "andere/x", 1)
    named = configured(None, {"YOUJU_CONFIG": str(path)})
    assert Settings.from_env({}, named).store == "exact"
    other = tmp_path / "other.toml"
    other.write_text('store = "auto"\n', "utf-8")
    assert configured(str(other), {"YOUJU_CONFIG": str(path)}).values == {"store": "auto"}
    assert configured(None, {"YOUJU_CONFIG": " "}) == config.Config()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("farbe = 1\n", "youju.toml 里的 'farbe' 不认识，可用的是 index、"),
        ("[server]\nport = 1\n", "youju.toml 里的 'server' 不认识"),
        ('upload_mb = "8"\n', "里的 upload_mb 应为整数（如 upload_mb = 32），现在是文字。"),
        ("upload_mb = true\n", "里的 upload_mb 应为整数"),
        ("ocr = 1\n", "里的 ocr 应为 ?true 或 false（如 ocr = true），现在是整数"),
        ('upload_types = "pdf"\n', r"里的 upload_types 应为文字的列表（如 upload_types = \["),
        ("index = 1\n", "里的 index 应为路径"),
        ('index = ""\n', "里的 index 应为路径"),
        ("allow_host = [1]\n", "里的 allow_host 应为文字的列表"),
        ("index = a\n", r"第 1 行第 \d 个字附近不合 TOML 格式"),
        ('index = "a', "不合 TOML 格式"),
        ("a = 1\na = 2\n", "不合 TOML 格式"),
        ("upload_mb = 99\n", "youju.toml 的 upload_mb 的值 '99' 应为 1 到 64 的整数"),
        ('store = "oracle"\n', "youju.toml 的 store 的值 'oracle' 不认识，可用的是"),
        ('thesaurus = "keins"\n', "youju.toml 的 thesaurus 指向的文件 .*keins 不存在"),
        ('encoder = "zwei Worte"\n', "youju.toml 的 encoder 的值"),
    ],
)
def test_what_is_wrong_is_told_with_file_and_name(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(SettingsError, match=told) as wrong:
        _settings(_file(tmp_path, text))
    assert str(wrong.value).count("。") == 1 and str(wrong.value).endswith("。")


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    for given in (str(tmp_path / "none.toml"), "", "a\0b", str(tmp_path)):
        with pytest.raises(SettingsError, match="找不到配置文件"):
            configured(given)
    (tmp_path / "gbk.toml").write_bytes('index = "索引"'.encode("gbk"))
    with pytest.raises(SettingsError, match="不是 UTF-8"):
        configured(str(tmp_path / "gbk.toml"))
    _file(tmp_path, "a = " + "[" * 100_000)
    with pytest.raises(SettingsError, match="不合 TOML 格式"):
        configured(str(tmp_path / "youju.toml"))


def test_the_page_is_told_by_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("YOUJU_CONFIG", raising=False)
    text = 'host = "0.0.0.0"\nport = 8123\nread_only = true\nallow_host = ["A.example.CN"]\n'
    path = _file(tmp_path, text + 'auth_file = "konten.txt"\nmcp = true\n')
    args, _ = arguments.app_arguments(["--config", str(path)])
    assert (args.host, args.port, args.read_only, args.mcp) == ("0.0.0.0", 8123, True, True)
    assert args.allow_host == ["a.example.cn"] and args.auth_file == str(tmp_path / "konten.txt")
    args, _ = arguments.app_arguments(
        ["--config", str(path), "--port", "9000", "--allow-host", "b.example.cn"]
    )
    assert (args.port, args.allow_host) == (9000, ["b.example.cn"])
    args, file = arguments.app_arguments([])
    assert (args.host, args.port, args.read_only) == ("127.0.0.1", 7860, False)
    assert args.allow_host == [] and file == config.Config()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("port = 70000\n", "youju.toml 的 port 的值“70000”不是 1 到 65535 之间的端口"),
        ('allow_host = ["a b"]\n', "youju.toml 的 allow_host 的值“a b”不是主机名"),
        ('allow_origin = ["x"]\n', "youju.toml 的 allow_origin 的值“x”不是"),
        ("farbe = 1\n", "'farbe' 不认识"),
    ],
)
def test_the_page_does_not_start_on_what_cannot_be(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, told: str
) -> None:
    assert app.main(["--config", str(_file(tmp_path, text))]) == 2
    said = capsys.readouterr().err
    assert told in said and len(said.strip().splitlines()) == 1


def test_the_command_line_uses_it(
    tmp_path: Path, corpus_index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = _file(tmp_path, f'index = "{corpus_index}"\nreader = "none"\n')
    assert cli.main(["show", "--config", str(path), "贵州", "--span", "684:690"]) == 0
    assert capsys.readouterr().out == "2015—2\n"
    assert cli.main(["collection", "--config", str(tmp_path / "none.toml")]) == 2
    assert "找不到配置文件" in capsys.readouterr().err


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md", "docs/server.md"])
def test_the_examples_are_one_file(readme: str, tmp_path: Path) -> None:
    text = (PRODUCT_ROOT / readme).read_text("utf-8")
    first, second = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    example = first + second
    found = configured(str(_file(tmp_path, example)))
    assert set(found.values) == set(tomllib.loads(example))
    read = access.read(found.values, found.source)
    assert read is not None and set(read.readers) == set(read.folders) == {"人事"}


def test_a_server_listens_where_the_file_says(tmp_path: Path, corpus_index: Path) -> None:
    path = _file(tmp_path, "read_only = true\n")
    with app_helpers.serving(corpus_index, "--no-reader", "--config", str(path)) as url:
        status, told = app_helpers.fetch(url + "gradio_api/upload", data=b"x", method="POST")
        assert status == 403 and "只读" in told["error"]
