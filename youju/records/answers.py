"""What is found and said."""

from __future__ import annotations

from dataclasses import dataclass, field

from youju.records.documents import Passage
from youju.records.spans import Span


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage with its score (higher is better) and the named parts the score is made of."""

    passage: Passage
    score: float
    parts: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unit:
    """A text to read: `context` is what a person knows before it (title, headings, lead-in).

    `spans` are half-open ranges of `text`, in order, none overlapping: what may be quoted.
    """

    context: str
    text: str
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader says of a unit. `answers` is the probability (0–1) that it answers.

    `rank` is a logit that orders the units of one question, higher is better; `spans` has one logit
    per span of the unit: above 0 the span more likely answers than not.
    """

    answers: float
    rank: float
    spans: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Citation:
    """A proven quotation: `quote` stands at start:end of the original, verified when made."""

    n: int
    doc_id: str
    title: str
    doc_number: str | None
    issuer: str | None
    region: str | None
    date: str | None
    status: str
    path: tuple[str, ...]
    source: str
    start: int
    end: int
    quote: str
    page: int | None = None  # on which the quotation begins; None for a file without pages
    confidence: float | None = None  # of text recognised in a picture; None for text of the file
    cell: Span | None = None  # of a table's row that is quoted: the cell that answers


@dataclass(frozen=True, slots=True)
class Answer:
    """What the user gets. `reason` says why when refused.

    A refusal cites only what it offers instead: the value of the nearest year. `confidence` (0–1)
    is the probability that the best that was found answers the question, whether it was then said
    or refused; None where nothing weighed it. `asked` is what a fragment was completed to from the
    questions before it; None where the question was asked as it was typed.
    """

    question: str
    text: str
    citations: tuple[Citation, ...]
    refused: bool
    reason: str | None
    hits: tuple[Hit, ...]
    timings_ms: dict[str, float] = field(default_factory=dict)
    confidence: float | None = None
    asked: str | None = None
