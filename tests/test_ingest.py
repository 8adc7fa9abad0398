from __future__ import annotations

from pathlib import Path

import pytest
from growth import linear, no_dearer
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.passages import passages
from ingest.pipeline import MAX_CHARACTERS, MAX_LINES, ingest
from tests.ingest_helpers import ROOT, read, read_file
from tests.test_clauses import TRICKY, check_tree
from tests.test_golden import FIELDS
from youju.errors import ReadError


def _sound(text: str) -> None:
    try:
        doc = read(text)
    except ReadError as error:
        assert "甲.txt" in str(error)
        return
    check_tree(text, doc.clauses)
    for name in FIELDS:
        value = getattr(doc.meta, name)
        if value is not None:
            assert value.value and value.span.of(text), name
    for passage in passages(doc):
        assert passage.span.of(text).strip()
    assert read(text) == doc


@given(st.text(max_size=150))
@settings(max_examples=80)
def test_any_text_is_read_or_refused(text: str) -> None:
    _sound(text)


@given(TRICKY)
@settings(max_examples=60)
def test_any_lines_are_read_alike_twice(texts: list[str]) -> None:
    _sound(
        "\n".join(
            [
                "某市人民政府关于印发某计划的通知",
                "某政发〔2015〕3号",
                *texts,
                "某市人民政府",
                "2015年5月2日",
            ]
        )
    )


SOUND = next((ROOT / "corpus").glob("贵州*.txt")).read_text("utf-8-sig")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
def test_two_encodings_of_a_text_give_the_same_tree(tmp_path: Path, encoding: str) -> None:
    source = next((ROOT / "corpus").glob("贵州*.txt"))
    text = source.read_text("utf-8-sig")
    other = tmp_path / source.name
    other.write_bytes(text.encode(encoding))
    one, two = read_file(source), read_file(other)
    assert two.text == one.text
    assert (two.clauses, two.meta, two.tables) == (one.clauses, one.meta, one.tables)


@pytest.mark.parametrize(
    "text",
    ["质量" * (MAX_CHARACTERS // 2 + 1), "质\n" * (MAX_LINES + 1), "", " \n　\t\n", "\x00\x01 \n"],
    ids=["characters", "lines", "empty", "blank", "controls"],
)
def test_what_cannot_be_a_document_is_refused_at_once(text: str) -> None:

    def refuse() -> None:
        with pytest.raises(ReadError, match=r"甲\.txt"):
            read(text)

    no_dearer(refuse, lambda: read(SOUND), 150)


def test_fifty_megabytes_are_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "大.txt").write_bytes("质量发展。\n".encode() * (50_000_000 // 16))

    def refuse() -> None:
        report = ingest([tmp_path])
        assert not report.docs and "大.txt" in report.refused[0][1]

    no_dearer(refuse, lambda: read(SOUND), 150)


@pytest.mark.parametrize("unit", ["质", "质量发展。", "自2021年1月1日起施行，", "（一", "政府"])
def test_a_line_of_a_megabyte_is_read_in_linear_time(unit: str) -> None:
    def work(size: int) -> None:
        assert passages(read((unit * (size // len(unit) + 1))[:size]))

    linear(work, 400_000 if len(unit) == 1 else 100_000)
