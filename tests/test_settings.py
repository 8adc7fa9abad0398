from __future__ import annotations

import re
from pathlib import Path

import pytest

from youju.errors import SettingsError
from youju.settings import CONFIG, DEFAULT_INDEX, PRODUCT_ROOT, VARIABLES, Settings


def test_nothing_set_gives_the_built_in_choices() -> None:
    settings = Settings.from_env({})
    assert settings == Settings()
    assert settings.index == DEFAULT_INDEX and settings.default_index
    assert (settings.encoder, settings.reader, settings.store) == ("bundled", "bundled", "auto")


def test_environment_is_read_and_flags_win(tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text("质量强市 10 n\n", "utf-8")
    environ = {
        "YOUJU_INDEX": str(tmp_path / "a"),
        "YOUJU_STORE": "exact",
        "YOUJU_ENCODER": "BAAI/bge-small-zh-v1.5",
        "YOUJU_READER": "none",
        "YOUJU_USER_DICT": str(words),
        "YOUJU_DEBUG": "1",
    }
    settings = Settings.from_env(environ)
    assert settings.index == tmp_path / "a" and not settings.default_index
    assert settings.store == "exact" and settings.debug and settings.user_dict == words
    assert settings.encoder == "BAAI/bge-small-zh-v1.5"
    assert settings.reader == "none"
    assert Settings.from_env(environ, reader="BAAI/bge-reranker-base").reader.startswith("BAAI/")
    assert Settings.from_env(environ, index=tmp_path / "b").index == tmp_path / "b"
    assert Settings.from_env(environ, index=None).index == tmp_path / "a"


def test_empty_variable_counts_as_unset() -> None:
    assert Settings.from_env({"YOUJU_STORE": "  ", "YOUJU_DEBUG": ""}) == Settings()


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("YOUJU_STORE", "oracle"),
        ("YOUJU_ENCODER", "two words"),
        ("YOUJU_READER", "two words"),
        ("YOUJU_THESAURUS", "/no/such/file.jsonl"),
        ("YOUJU_ALIASES", "/no/such/aliases.txt"),
        ("YOUJU_USER_DICT", "/no/such/dict.txt"),
        ("YOUJU_DEBUG", "maybe"),
        ("YOUJU_INDEX", __file__),
        ("YOUJU_INDEX", "a\0b"),
        ("YOUJU_DATA", __file__),
        ("YOUJU_DATA", "a\0b"),
        ("YOUJU_DATA", "/somewhere/corpus"),
        ("YOUJU_DATA", str(PRODUCT_ROOT / "corpus" / "data")),
        ("YOUJU_UPLOAD_MB", "65"),
        ("YOUJU_UPLOAD_FILES", "0"),
        ("YOUJU_UPLOAD_TYPES", "txt,exe"),
        ("YOUJU_UPLOAD_TYPES", ","),
    ],
)
def test_impossible_values_name_the_variable(variable: str, value: str) -> None:
    with pytest.raises(SettingsError, match=variable):
        Settings.from_env({variable: value})


def test_unknown_override_is_our_bug() -> None:
    with pytest.raises(TypeError):
        Settings.from_env({}, colour="red")


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_every_variable_is_documented_and_no_other(readme: str) -> None:
    text = (PRODUCT_ROOT / readme).read_text("utf-8")
    documented = set(re.findall(r"^\| `(YOUJU_\w+)` \|", text, re.MULTILINE))
    assert documented == {*VARIABLES, CONFIG}


def test_no_variable_is_read_behind_the_settings_back() -> None:
    for path in PRODUCT_ROOT.rglob("*.py"):
        parts = path.relative_to(PRODUCT_ROOT).parts
        if parts[0] in {".venv", "build", "tests"} or path.name == "settings.py":
            continue
        named = set(re.findall(r"[\"'](YOUJU_[A-Z_]+)[\"']", path.read_text("utf-8")))
        assert not named - {"YOUJU_DEBUG"}, path


def test_uploads_lie_beside_the_index_unless_told_otherwise(tmp_path: Path) -> None:
    assert Settings.from_env({}).data == DEFAULT_INDEX.parent / "data"
    assert Settings.from_env({}, index=tmp_path / "a").data == tmp_path / "a-data"
    told = {"YOUJU_DATA": str(tmp_path / "b"), "YOUJU_UPLOAD_TYPES": "PDF, .txt"}
    assert Settings.from_env(told, index=tmp_path / "a").data == tmp_path / "b"
    assert Settings.from_env(told).upload_types == ("pdf", "txt")
