"""What is shown of a finished evaluation; `eval.session` makes it, the Evaluate tab draws it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Spot:
    """A stretch of a document that is expected, cited or ranked; `right` against the gold."""

    doc_id: str
    title: str
    start: int
    end: int
    text: str
    right: bool = False


@dataclass(frozen=True, slots=True)
class Measured:
    """A measure over `n` questions with its 95 % interval; None where it applies to none."""

    key: str
    n: int
    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Category:
    """One category's values, by measure."""

    name: str
    n: int
    values: tuple[tuple[str, float | None], ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """One question: what was expected, what was said and found. `rank` of the first right hit."""

    id: str
    question: str
    category: str
    answerable: bool
    refused: bool
    error: str | None
    answer: str
    rank: int | None
    goodness: float
    scores: tuple[tuple[str, float], ...]
    expected: tuple[Spot, ...]
    found: tuple[Spot, ...]
    cited: bool  # `found` are citations; else the best hits


@dataclass(frozen=True, slots=True)
class Curves:
    """`ranks[i]` questions have their first right hit at rank i+1; the last entry: nowhere.

    `recall[i]` is the share of gold clauses among the first i+1 hits. `risk` holds (coverage,
    share of wrong among the answered) as ever less sure answers are given; `working` is where the
    refusal decision stands on it. `trust` holds (confidence, share of right answers), where answers
    tell their confidence.
    """

    ranks: tuple[int, ...]
    recall: tuple[float, ...]
    risk: tuple[tuple[float, float], ...]
    working: tuple[float, float] | None
    trust: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class RunView:
    """A finished run, ready to be shown. `files` can be downloaded."""

    name: str
    method: str
    split: str
    questions: str
    same_corpus: bool  # False: the documents have changed since, places may have moved
    missing: int
    errors: int
    measures: tuple[Measured, ...]
    categories: tuple[Category, ...]
    judged: tuple[Judged, ...]
    curves: Curves
    files: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """Second run minus first, question by question, with 95 % interval and two-sided p."""

    key: str
    n: int
    difference: float
    low: float
    high: float
    p: float


@dataclass(frozen=True, slots=True)
class Step:
    """How far a run is; `name` is set once it is finished and saved."""

    done: int
    total: int
    name: str | None = None
