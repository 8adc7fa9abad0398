"""The shapes of what programs get, for the API page and for MCP clients.

`youju.contracts` makes the values; a test holds the two together. Offsets are code points,
half-open, into the original; every `text` and `quote` is original characters.
"""

from __future__ import annotations

from typing import Any

# Not `typing`'s: pydantic, which describes the MCP tools, asks for this one before Python 3.12.
from typing_extensions import TypedDict


class CitationJson(TypedDict):
    """A proven quotation: `quote` stands at start:end of the original of `doc_id`."""

    n: int
    doc_id: str
    title: str
    doc_number: str | None
    issuer: str | None
    region: str | None
    date: str | None
    status: str
    path: list[str]
    source: str
    start: int
    end: int
    quote: str
    page: int | None
    confidence: float | None
    cell: list[int] | None  # [start, end] of the cell that answers within a quoted row


class HitJson(TypedDict):
    """A ranked clause; a higher score is better."""

    rank: int
    score: float
    doc_id: str
    title: str
    path: list[str]
    source: str
    start: int
    end: int
    text: str
    kind: str
    passage_id: str
    page: int | None


class AnswerJson(TypedDict):
    """`answer` is plain text with [n] after each quoted statement; `reason` says why refused.

    `confidence` (0–1) is how surely the best that was found answers; None where nothing weighed it.
    `asked` is what a fragment was completed to from `context`; None where nothing was completed.
    """

    question: str
    asked: str | None
    answer: str
    refused: bool
    reason: str | None
    citations: list[CitationJson]
    hits: list[HitJson]
    timings_ms: dict[str, float]
    confidence: float | None


class SearchJson(TypedDict):
    """The clauses nearest to a question."""

    question: str
    hits: list[HitJson]
    timings_ms: dict[str, float]


class DocumentSummary(TypedDict):
    """A document as the list of documents has it."""

    doc_id: str
    title: str
    doc_number: str | None
    issuer: str | None
    region: str | None
    date: str | None
    status: str
    source: str
    characters: int
    clauses: int
    problems: list[str]
    collections: list[str]


class CollectedJson(TypedDict):
    """How many documents joined or left a collection, and how many are in it now."""

    collection: str
    changed: int
    documents: int


class DocumentJson(TypedDict):
    """A whole document: original text, metadata with proving places, clause tree, tables, parts."""

    doc_id: str
    source: str
    source_sha256: str
    sha256: str
    media_type: str
    characters: int
    metadata: dict[str, Any]
    clauses: list[dict[str, Any]]
    tables: list[dict[str, Any]]
    passages: list[dict[str, Any]]
    problems: list[str]
    unread: list[str]
    pages: list[dict[str, int]]
    parts: list[dict[str, Any]]
    text: str


class ClauseJson(TypedDict):
    """One clause with everything below it, as it stands in the original."""

    doc_id: str
    title: str
    doc_number: str | None
    status: str
    clause_id: str
    path: list[str]
    source: str
    start: int
    end: int
    text: str
    page: int | None
    children: list[str]


class PlaceJson(TypedDict):
    """Where words stand. `cut` warns of a torn figure or a negation left out just before."""

    doc_id: str
    title: str
    doc_number: str | None
    status: str
    path: list[str]
    source: str
    start: int
    end: int
    text: str
    page: int | None
    cut: bool


class DifferenceJson(TypedDict):
    """`kind` is changed, added (only in the quotation) or missing (only in the original)."""

    kind: str
    quoted: str
    original: str
    quote_start: int
    quote_end: int
    start: int
    end: int


class NearestJson(PlaceJson):
    """The nearest text; `marked` is it with the differences: [-original-]{+quotation+}."""

    similarity: float
    marked: str
    differences: list[DifferenceJson]


class VerificationJson(TypedDict):
    """`verdict` is verbatim, equivalent (but for white space, width, 繁简) or different."""

    quote: str
    verdict: str
    count: int
    places: list[PlaceJson]
    nearest: NearestJson | None


class EvaluationJson(TypedDict):
    """A finished run; `rows` holds every question when asked for."""

    run: str
    method: str
    split: str
    questions: str
    questions_digest: str
    corpus_digest: str
    count: int
    measures: dict[str, dict[str, float | None]]
    categories: dict[str, dict[str, float | None]]
    rows: list[dict[str, Any]]
