"""Weights of a question's character pairs."""

from __future__ import annotations

from pathlib import Path

import pytest

from encoder.train import necessity as counting
from encoder.train.sources import Pair
from index import necessity
from text.words import bigrams
from youju.errors import IndexCorrupt


def test_what_asks_weighs_less_than_what_is_asked_about() -> None:
    found = necessity.weights(bigrams("质量奖有哪些评选条件"))
    assert found["哪些"] < 0.1
    assert found["质量"] > 0.8
    assert set(found) == set(bigrams("质量奖有哪些评选条件"))


def test_a_pair_said_twice_counts_twice_and_an_unknown_one_as_usual() -> None:
    _, usual = necessity.load()
    assert necessity.weights(["龘龘", "龘龘"]) == {"龘龘": 2 * usual}


def test_counted_shares_are_drawn_to_the_mean_and_written_as_they_are_read(tmp_path: Path) -> None:
    asked = [Pair("如何评奖", "每年评奖一次", "plain")] * 40 + [Pair("评几次", "一次", "plain")] * 5
    known, mean = counting.count(asked)
    assert mean == pytest.approx(40 / 130)
    assert known["评奖"] == pytest.approx((40 + 5 * mean) / 45)
    assert known["如何"] == pytest.approx(5 * mean / 45)
    assert "几次" not in known, "seen in too few questions"
    counting.write(tmp_path / "n.txt", known, mean)
    read, usual = necessity.load(tmp_path / "n.txt")
    assert read == {token: round(100 * share) / 100 for token, share in known.items()}
    assert usual == round(100 * mean) / 100


@pytest.mark.parametrize("text", ["", "质量\t90\n", "*\tx\n", "质量 90\n"])
def test_a_damaged_file_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "n.txt"
    path.write_text(text, "utf-8")
    with pytest.raises(IndexCorrupt, match=r"n\.txt"):
        necessity.load(path)
