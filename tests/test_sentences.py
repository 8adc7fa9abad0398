from __future__ import annotations

import json
from pathlib import Path

import pytest
from growth import linear
from hypothesis import example, given
from hypothesis import strategies as st

from text.normalize import fold
from text.sentences import commas, segments, sentences

CASES = json.loads((Path(__file__).parent / "cases/sentences.json").read_text("utf-8"))
TRICKY = st.text(
    st.sampled_from('。.!?…;,、:()（）《》[]“”" \n\r\t19%零一的等附件表质量aB\u2028'), max_size=80
)


def _show(text: str, spans: list[tuple[int, int]]) -> list[str]:
    return [text[start:end] for start, end in spans]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["label"])
def test_sentences(case: dict) -> None:
    folded = fold(case["text"])
    assert _show(folded, sentences(folded)) == case["expect"]


def test_segments_split_at_semicolons_outside_brackets_and_quotes() -> None:
    text = fold("甲类；乙类（丙；丁）；“子；丑”。完")
    assert _show(text, segments(text)) == ["甲类;", "乙类(丙;丁);", '"子;丑"。', "完"]


def test_commas_keep_thousands_and_brackets() -> None:
    text = fold("提高1,000家，达到85，2017年（含甲，乙），好；完")
    expect = ["提高1,000家,", "达到85,", "2017年(含甲,乙),", "好;", "完"]
    assert _show(text, commas(text)) == expect


@given(TRICKY | st.text(max_size=60))
@example("(" * 40 + "。" + ")" * 40)
def test_pieces_tile_all_that_is_not_blank(raw: str) -> None:
    text = fold(raw)
    for cut in (sentences, segments, commas):
        at = 0
        for start, end in cut(text):
            assert at <= start < end
            assert not text[at:start].strip()
            assert text[start:end] == text[start:end].strip()
            assert not set("\n\r\u2028") & set(text[start:end])
            at = end
        assert not text[at:].strip()


@given(TRICKY)
def test_finer_pieces_never_span_coarser_ends(raw: str) -> None:
    text = fold(raw)
    ends = {end for _, end in commas(text)}
    assert {end for _, end in segments(text)} <= ends | {0}


@pytest.mark.parametrize("unit", ["(", '"', "((。", "1.", "质量。", '("', " ", "…", ")。", "1,000"])
def test_time_is_linear(unit: str) -> None:
    linear(lambda n: (sentences(unit * n), commas(unit * n)), 100_000 // len(unit))
