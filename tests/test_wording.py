"""The model that hears what a question asks of a document, and how it is taught."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import growth
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.asked.wording import MODEL, PHRASES, Wording, around, beside, heard, phrases, runs
from reader.train import aspects
from text.normalize import fold

# Wordings that nobody wrote for training; each by its aspect, and where the document is named.
UNKNOWN = (
    ("河谷县养老服务补贴办法，红头上印的文号给我一下", "doc_number", "养老服务补贴办法"),
    ("请教一下河谷县的犬只管理通告落款写的是哪天", "written_on", "犬只管理通告"),
    ("河谷县养老服务补贴办法的解释权归谁", "interpreter", "养老服务补贴办法"),
    ("河谷县校外培训收费通知现在还有效吗", "status", "校外培训收费通知"),
    ("想知道河谷县小微企业贷款贴息细则的上位依据是哪份文件", "basis", "贷款贴息"),
)
MATTERS = (
    "补贴要等几个月才能到账",
    "食品经营者未查验供货者许可证的怎么处罚",
    "低保金一个月多少钱",
    "学校食堂多久消毒一次",
)


@pytest.mark.parametrize(("question", "aspect", "name"), UNKNOWN)
def test_aspects_and_names_are_heard(question: str, aspect: str, name: str) -> None:
    normal = fold(question)
    told = heard(normal)
    assert aspect in dict(told.aspects)
    assert name in "|".join(normal[start:end] for start, end in told.names)


@pytest.mark.parametrize("question", MATTERS)
def test_a_matter_is_no_aspect(question: str) -> None:
    assert heard(fold(question)).aspects == ()


@given(st.text(max_size=60))
def test_any_text_is_heard(text: str) -> None:
    told = heard(text)
    lowered = text.lower()
    assert all(0.0 <= p <= 1.0 for _, p in told.aspects)
    assert all(0 <= a < b <= len(lowered) for a, b in told.names)
    assert [end < start for (_, end), (start, _) in zip(told.names, told.names[1:], strict=False)
            ] == [True] * max(0, len(told.names) - 1)  # fmt: skip
    assert heard(text) == told


@given(st.lists(st.booleans(), max_size=30))
def test_runs_are_what_is_named(named: list[bool]) -> None:
    inside = [False] * len(named)
    for start, end in runs(named):
        inside[start:end] = [True] * (end - start)
    assert inside == named


def test_a_name_is_one_mark_and_features_are_rows() -> None:
    words = beside("甲办法哪天印发", [True, True, True, False, False, False, False])
    assert words[1:-1] == "■哪天印发"
    assert all(0 <= row < PHRASES for row in phrases(words))
    assert len(around("甲办法")) == 3


def test_long_questions_cost_no_more_than_their_length() -> None:
    model = Wording.load()
    growth.linear(lambda size: model.asked("办法哪天印" * (size // 5), [False] * size), 40_000)
    growth.linear(lambda size: model.named("办法哪天印" * (size // 5)), 8_000)


def test_the_written_questions_are_whole() -> None:
    with aspects.ROWS.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    known = Counter(name for row in rows for name in row["aspects"])
    assert set(known) == set(Wording.load().aspects)
    assert min(known.values()) >= 30
    for row in rows:
        assert set(row) == {"question", "aspects", "writer"}
        assert row["question"].count("[[") == row["question"].count("]]") <= 2
    assert sum(not row["aspects"] for row in rows) > len(rows) / 6


def test_what_was_fitted_is_read_again(tmp_path: Path) -> None:
    rows = aspects.written()[:160]
    model = aspects.fit(rows, ["每月补助多少钱", "由哪个局受理"])
    aspects.save(model, tmp_path / "wording.npz")
    again = Wording.load(tmp_path / "wording.npz")
    for row in rows[:20]:
        named = model.named(row.normal)
        assert np.abs(again.asked(row.normal, named) - model.asked(row.normal, named)).max() < 0.1
    told = aspects.judge(again, rows)
    assert told["whole"] > 0.8 and told["characters"] > 0.9
    assert all(0.0 <= value <= 1.0 for value in told.values())


def test_a_renamed_question_asks_the_same() -> None:
    rows = aspects.written()[:200]
    for row in aspects.renamed(rows):
        assert len(row.named) == len(row.normal) and any(row.named)
    asked = Counter(row.aspects for row in rows)
    assert all(row.aspects in asked for row in aspects.renamed(rows))


def test_the_model_is_small() -> None:
    assert MODEL.stat().st_size < 400_000
