"""The records of an evaluation, in the order in which the data flows.

QuestionItem (with Gold) → Outcome (what the system said) → QuestionResult (scored) → Estimate.
Spans are code points, half-open, into the original, as everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from youju.records import Span

SPLITS = ("tune", "report")
Split = Literal["tune", "report"]
Rule = Literal["places", "words"]  # what makes a span right: eval.spans, eval.words


@dataclass(frozen=True, slots=True)
class Gold:
    """A clause that answers: the document's source path, its words, and equally good places."""

    doc: str
    quote: str
    alt: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QuestionItem:
    """A question with what a right answer must hold.

    `must_contain` is a list of facts, each a group of wordings of which one suffices.
    """

    id: str
    question: str
    category: str
    answerable: bool
    gold: tuple[Gold, ...] = ()
    must_contain: tuple[tuple[str, ...], ...] = ()
    split: Split | None = None


class Qrel(NamedTuple):
    """One judgement of a TREC qrels file."""

    query_id: str
    doc_id: str
    relevance: int


class RunRow(NamedTuple):
    """One line of a TREC run file; `rank` counts from 1."""

    query_id: str
    doc_id: str
    rank: int
    score: float


@dataclass(frozen=True, slots=True)
class RankedSpan:
    """A hit as the evaluation keeps it: where it stands, and the gold clauses it is right for."""

    id: str
    source: str
    span: Span
    score: float
    right: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class QuotedSpan:
    """A citation as the evaluation keeps it; `exact` when the original has `quote` right there."""

    source: str
    span: Span
    quote: str
    status: str
    exact: bool
    right: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the system said to one question, placed against the gold; nothing is scored yet.

    `error` holds the message when it could not be asked at all; `ms` is the wall time; `confidence`
    is what the answer says of itself.
    """

    hits: tuple[RankedSpan, ...] = ()
    text: str = ""
    refused: bool = False
    citations: tuple[QuotedSpan, ...] = ()
    ms: float = 0.0
    error: str | None = None
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """One question, scored. A measure that does not apply to it is absent from `scores`."""

    id: str
    question: str
    category: str
    answerable: bool
    split: Split | None
    outcome: Outcome
    scores: dict[str, float] = field(default_factory=dict)
    missing: bool = False


@dataclass(frozen=True, slots=True)
class RunInfo:
    """What a run was made of; digests are the first 12 hex digits of a sha256.

    `set` is the name of the question set where it has one (`eval.sets`); `unread` counts the gold
    clauses whose words stand nowhere in the documents as they were read.
    """

    method: str
    questions: str
    questions_digest: str
    corpus_digest: str
    split: str
    count: int
    set: str = ""
    unread: int = 0


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run: its name is `<method>-<digest of everything but the timings>`."""

    name: str
    info: RunInfo
    results: tuple[QuestionResult, ...]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A measure over `n` questions with its 95 % interval; `value` is None when n is 0."""

    value: float | None
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True, slots=True)
class BenchPassage:
    """A passage of a benchmark; `doc` names what it is a part of, its own id where nothing does."""

    id: str
    title: str
    text: str
    doc: str


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A BEIR-style folder: passages, (id, text) queries, judgements."""

    name: str
    passages: tuple[BenchPassage, ...]
    queries: tuple[tuple[str, str], ...]
    qrels: tuple[Qrel, ...]
