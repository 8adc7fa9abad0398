"""The question sets hold what they promise: every quotation stands in its document."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import opencc
import pytest

ROOT = Path(__file__).parent.parent
FITTED = ROOT / "tests/cases/fitted"
SETS = {
    "policy": (ROOT / "eval/questions/policy.jsonl", ROOT),
    "fitted": (FITTED / "questions.jsonl", FITTED),
}
FLOORS = {
    "everyday": 25,
    "target": 30,
    "table": 15,
    "owner": 15,
    "metadata": 12,
    "comparison": 12,
    "list": 12,
    "when": 8,
    "yesno": 6,
    "open": 8,
    "noisy": 10,
    "traditional": 6,
    "unanswerable": 28,
}
FIELDS = {"id", "question", "category", "answerable", "split", "gold", "must_contain"}


class _Visible(HTMLParser):
    """Text of a page without scripts and styles, one piece per line."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in ("script", "style", "title")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("script", "style", "title")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.pieces.append(data)


@cache
def _visible(path: Path) -> str:
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("gb18030")
    if path.suffix == ".html":
        parser = _Visible()
        parser.feed(text)
        text = "\n".join(parser.pieces)
    return text


@cache
def _questions(name: str) -> tuple[dict[str, Any], ...]:
    lines = SETS[name][0].read_text(encoding="utf-8").splitlines()
    return tuple(json.loads(line) for line in lines)


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


every_set = pytest.mark.parametrize("name", SETS)


@every_set
def test_lines_have_the_agreed_shape(name: str) -> None:
    questions = _questions(name)
    for record in questions:
        assert set(record) == FIELDS, record["id"]
        assert record["category"] in FLOORS, record["id"]
        assert record["split"] in ("tune", "report"), record["id"]
        assert record["question"] == record["question"].strip() != "", record["id"]
        assert record["answerable"] == (record["category"] != "unanswerable"), record["id"]
        assert record["answerable"] == bool(record["gold"]), record["id"]
        assert record["answerable"] == bool(record["must_contain"]), record["id"]
    for key in ("id", "question"):
        repeated = [value for value, n in Counter(r[key] for r in questions).items() if n > 1]
        assert not repeated


@every_set
def test_quotes_stand_in_their_documents(name: str) -> None:
    folder = SETS[name][1]
    for record in _questions(name):
        for gold in record["gold"]:
            text = _visible(folder / gold["doc"])
            assert text.count(gold["quote"]) == 1, (record["id"], gold["quote"])
            for other in gold["alt"]:
                assert other and other in text, (record["id"], other)


@every_set
def test_facts_stand_in_the_gold(name: str) -> None:
    for record in _questions(name):
        proof = "\n".join(q for gold in record["gold"] for q in (gold["quote"], *gold["alt"]))
        for group in record["must_contain"]:
            assert any(fact in proof for fact in group), (record["id"], group)


@every_set
def test_traditional_facts_have_their_simplified_form(name: str) -> None:
    for record in _questions(name):
        for group in record["must_contain"]:
            for fact in group:
                assert _converter().convert(fact) in group, (record["id"], fact)


@every_set
def test_halves_are_balanced(name: str) -> None:
    halves = Counter((r["category"], r["split"]) for r in _questions(name))
    for category in {category for category, _ in halves}:
        assert abs(halves[category, "tune"] - halves[category, "report"]) <= 1, category


def test_policy_covers_every_category() -> None:
    counts = Counter(record["category"] for record in _questions("policy"))
    short = {c: (counts[c], floor) for c, floor in FLOORS.items() if counts[c] < floor}
    assert not short, "category: (have, need)"


def test_policy_asks_about_every_document() -> None:
    asked = {g["doc"] for record in _questions("policy") for g in record["gold"]}
    assert asked == {f"corpus/{path.name}" for path in (ROOT / "corpus").iterdir()}
