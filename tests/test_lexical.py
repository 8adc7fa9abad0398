from __future__ import annotations

import dataclasses

import bm25s
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import lexical

TOKENS = [["质量", "强市", "质量"], ["产品", "质量"], [], ["名牌", "产品", "培育"]]


def test_scores_by_hand():
    lexicon = lexical.build(TOKENS)
    idf = np.log(1 + (4 - 2 + 0.5) / (2 + 0.5))
    average = (3 + 2 + 0 + 3) / 4
    norm = 2 + 1.2 * (1 - 0.75 + 0.75 * 3 / average)
    assert lexicon.scores(["质量"])[0] == pytest.approx(idf * 2 / norm, rel=1e-5)
    assert lexicon.scores(["质量"])[[2, 3]].tolist() == [0, 0]
    assert lexicon.idf("质量") == pytest.approx(idf)
    assert lexicon.idf("没有") > lexicon.idf("强市") > lexicon.idf("质量")


@given(st.lists(st.lists(st.sampled_from("甲乙丙丁戊"), max_size=6), min_size=1, max_size=8))
@settings(max_examples=40, deadline=None)
def test_like_bm25s_itself(tokens):
    if not any(tokens):
        return
    engine = bm25s.BM25(k1=lexical.K1, b=lexical.B, method="lucene")
    engine.index(tokens, show_progress=False)
    lexicon = lexical.build(tokens)
    for query in (["甲"], ["甲", "乙", "甲"], ["丙", "丁", "戊"]):
        assert lexicon.scores(query) == pytest.approx(engine.get_scores(query), rel=1e-5, abs=1e-6)


@given(st.lists(st.lists(st.sampled_from("甲乙丙丁戊"), max_size=6), max_size=8), st.integers(1, 9))
@settings(max_examples=40, deadline=None)
def test_sorted_in_shares_as_all_at_once(tokens, share):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lexical, "_SORTED", share)
        made = lexical.build(iter(tokens))
    whole = lexical.build(tokens)
    assert whole.rows.tolist() == [
        row for token in whole.columns for row, held in enumerate(tokens) if token in held
    ]
    for name, content in lexical.files(made, "x").items():
        expected = lexical.files(whole, "x")[name]
        assert (content.dtype, content.tolist()) == (expected.dtype, expected.tolist()), name


def test_what_is_counted_is_told_row_by_row():
    columns, lists = lexical.numbered(iter(TOKENS))
    assert [[columns.string(i) for i in lists.of(row)] for row in range(len(TOKENS))] == TOKENS


def test_weights_scale_the_words():
    lexicon = lexical.build(TOKENS)
    both = lexicon.scores({"质量": 0.5, "培育": 2.0, "没有": 9.0})
    assert both == pytest.approx(
        0.5 * lexicon.scores(["质量"]) + 2 * lexicon.scores(["培育"]), rel=1e-5
    )


@pytest.mark.parametrize("tokens", [TOKENS, [], [[], []]])
def test_saved_and_loaded(tmp_path, tokens):
    lexicon = lexical.build(tokens)
    for name, content in lexical.files(lexicon, "words").items():
        if isinstance(content, bytes):
            (tmp_path / name).write_bytes(content)
        else:
            np.save(tmp_path / name, content)
    again = lexical.load(tmp_path, "words")
    assert again.columns == lexicon.columns
    assert again.scores(["质量", "产品"]).tolist() == lexicon.scores(["质量", "产品"]).tolist()


def test_lengths_must_agree():
    lexicon = lexical.build(TOKENS)
    with pytest.raises(ValueError, match="starts"):
        dataclasses.replace(lexicon, starts=lexicon.starts[:-1])
