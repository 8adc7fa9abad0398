from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.matching import Joined

# Few characters, so that words are found; a line break and a character beyond 16 bits among them.
LETTERS = st.text(alphabet="质量\n😀a", max_size=12)
TEXTS = st.lists(LETTERS, max_size=8)


def run_by_hand(question: str, text: str) -> int:
    stretches = (question[a:b] for a in range(len(question)) for b in range(a, len(question) + 1))
    return max((len(stretch) for stretch in stretches if stretch in text), default=0)


@given(TEXTS, LETTERS.filter(bool))
def test_holding_is_in(texts, word):
    assert Joined(texts).holding(word).tolist() == [word in text for text in texts]


@given(TEXTS, LETTERS)
def test_runs_are_the_longest_common_stretch(texts, question):
    expect = [run_by_hand(question, text) for text in texts]
    assert Joined(texts).longest_runs(question).tolist() == expect


@given(TEXTS, st.lists(LETTERS.filter(bool), max_size=4, unique=True), st.integers(1, 9))
def test_near_words_stand_together(texts, words, width):
    weights = {word: 1.0 + place for place, word in enumerate(words)}
    whole, near = Joined(texts).near(weights, width)
    step = max(1, width // 2)
    for text, all_of_it, best in zip(texts, whole, near, strict=True):
        held = {word for word in words if word in text}
        assert all_of_it == sum(weights[word] for word in held)
        stretches = [
            {w for w in held if any(text.startswith(w, i) for i in range(at, at + 2 * step))}
            for at in range(0, len(text) + 1, step)
        ]
        assert best == max(sum(weights[w] for w in found) for found in stretches)


def test_examples():
    texts = Joined(["工业产品合格率达到", "", "乙丙"])
    assert texts.longest_runs("农产品合格率").tolist() == [5, 0, 0]
    assert texts.longest_runs("甲乙").tolist() == [0, 0, 1]
    assert texts.holding("到乙").tolist() == [False] * 3, "a word across two texts is in neither"
    assert Joined([]).holding("质").tolist() == Joined([]).longest_runs("质").tolist() == []
    apart = "顾客满意度" + "。" * 90 + "达到85"
    _, near = Joined([apart, "顾客满意度达到85"]).near({"满意": 1.0, "达到": 1.0}, 80)
    assert near.tolist() == [1, 2]


def test_a_long_question():
    assert Joined(["质" * 70_000]).longest_runs("质" * 2_000).tolist() == [2_000]
    assert Joined(["质"]).longest_runs("质").dtype == np.int64
