"""What people change beside an index: damage of any kind is a sentence, and nothing is left."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from youju import corrections, keys, membership, origins
from youju.beside import Beside
from youju.errors import IndexCorrupt, IndexWriteError, InputError

READ: dict[str, Callable[[Path], object]] = {
    "corrections.json": corrections.load,
    "collections.json": membership.load,
    "keys.json": keys.load,
}
DEEP = '{"a": ' + "[" * 100_000


@pytest.mark.parametrize("text", [DEEP, "9" * 5000, '{"\\ud800": ["a"]}', "[1]", '{"a": 1}'])
@pytest.mark.parametrize("name", READ)
def test_a_damaged_file_is_said(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(IndexCorrupt, match="不能读取"):
        READ[name](tmp_path)


@pytest.mark.parametrize(
    ("field", "value"),
    [("expires_on", "2023-02-30"), ("written_on", "2023"), ("effective_on", "2023-W01-1"),
     ("status", "有效吗")],
)  # fmt: skip
def test_a_correction_that_none_could_be_is_damage(tmp_path: Path, field: str, value: str) -> None:
    text = json.dumps({"a.txt": {field: {"value": value, "when": "2024-01-01"}}})
    (tmp_path / corrections.FILE).write_text(text, "utf-8")
    with pytest.raises(IndexCorrupt, match="更正记录"):
        corrections.load(tmp_path)


def test_half_a_character_is_not_kept(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="标题里有不完整的字符"):
        corrections.read_value("title", "办\ud800法")
    with pytest.raises(InputError):
        membership.add(tmp_path, "专\ud800题", ["a.txt"])
    assert corrections.name_of("甲\ud800") == "甲?"


def test_folders_that_cannot_be_read_are_none(tmp_path: Path) -> None:
    (tmp_path / "origins.json").write_text("[" * 100_000, "utf-8")
    assert origins.remembered(tmp_path) == ()


def test_a_write_that_fails_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.json").mkdir()  # nothing can take its place
    with pytest.raises(IndexWriteError):
        Beside("a.json", "记录").write(tmp_path, {"a": 1})
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]
