"""The records that cross a stage, in the order in which the data flows.

build: SourceFile → ExtractedText → PolicyDoc (PolicyMeta, Clause, Table) → Passage → index
ask:   str → Question → Hit → Answer (its pieces and statements are `qa`'s own)

All offsets are code points, half-open, into the *original*: the text extracted from the file
before anything is removed (for .txt the decoded file). `original[start:end] == quote` always.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

import numpy as np


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of code points of the original."""

    start: int
    end: int

    def __post_init__(self) -> None:
        assert 0 <= self.start <= self.end, f"bad span {self.start}:{self.end}"

    def __len__(self) -> int:
        return self.end - self.start

    def of(self, text: str) -> str:
        """The characters of `text` that this span covers."""
        return text[self.start : self.end]

    def covers(self, other: Span) -> bool:
        """True when `other` lies wholly inside."""
        return self.start <= other.start and other.end <= self.end

    def overlap(self, other: Span) -> int:
        """Number of shared code points."""
        return max(0, min(self.end, other.end) - max(self.start, other.start))


# --- build ---------------------------------------------------------------------------------------


# How a file is read; `ingest.kinds` tells it from the content.
MediaType = Literal[
    "txt", "md", "html", "mht", "csv", "docx", "doc", "rtf", "pdf", "ofd", "xlsx", "xls", "zip",
    "image",
]  # fmt: skip
MEMBER = " › "  # between an archive and what it holds: 附件.zip › 附件1.doc


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file as found: `path` is relative to the ingested root's parent, POSIX style.

    A member of an archive has the archive's path before its own, with `MEMBER` between.
    """

    path: str
    sha256: str
    media_type: MediaType
    size: int


@dataclass(frozen=True, slots=True)
class Block:
    """A structure that the file format itself declares, e.g. a row of an HTML table.

    `table` numbers the tables of a file from 0; `cells` are the spans of a row's cells, in order;
    `header` is true for a row of column headings. Of a file with pages every page is a block, in
    order, empty ones too: the first "page" block is page 1. A "recognised" block is text that was
    read from a picture, with the recogniser's mean `confidence` (0–1) in it.
    """

    kind: Literal["row", "heading", "page", "recognised"]
    span: Span
    table: int | None = None
    cells: tuple[Span, ...] = ()
    header: bool = False
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class ExtractedText:
    """The original: what every offset in the system refers to."""

    text: str
    encoding: str
    blocks: tuple[Block, ...] = ()
    title: str | None = None
    unread: tuple[str, ...] = ()  # parts of the file that are not in the text, and why
    frames: str = ""  # where its lines stand on the pages: `youju.frames`


@dataclass(frozen=True, slots=True)
class Proven:
    """A metadata value with the place that proves it. `value` is normalised (ISO dates)."""

    value: str
    span: Span


@dataclass(frozen=True, slots=True)
class Stated:
    """What the page around a document says: `field` of PolicyMeta, or "source" or "page_date"."""

    field: str
    value: str
    span: Span


@dataclass(frozen=True, slots=True)
class PolicyMeta:
    """What a document says of itself; unknown is None, never guessed."""

    title: Proven | None = None
    doc_number: Proven | None = None  # 文号
    issuer: Proven | None = None
    region: Proven | None = None
    written_on: Proven | None = None  # 成文
    issued_on: Proven | None = None  # 印发 / 发布
    effective_on: Proven | None = None  # 施行
    expires_on: Proven | None = None
    status: str = "未注明"  # 现行有效 已失效 已废止 已修改 尚未生效 未注明
    status_note: Proven | None = None  # the sentence that proves the status
    period: tuple[int, int] | None = None  # years that the title itself names, e.g. (2015, 2017)
    page: tuple[Stated, ...] = ()  # what the page that carries it says beside the document
    status_why: str = ""  # why it has this status on the day that is asked for; not stored
    ended_by: tuple[str, Span] | None = None  # the document that repealed it, and where it says so
    corrected: tuple[tuple[str, str], ...] = ()  # fields that a person corrected, and when

    @property
    def void(self) -> bool:
        """True when the document no longer has force."""
        return self.status in ("已失效", "已废止")

    @property
    def date(self) -> str | None:
        """The one date to show: written, else issued, else in force; ISO."""
        for dated in (self.written_on, self.issued_on, self.effective_on):
            if dated is not None:
                return dated.value
        return None


@dataclass(frozen=True, slots=True)
class Clause:
    """A node of the clause tree. `span` covers the label, the heading and everything below it.

    `own` is the part before the first child (equal to `span` for a leaf). `kind` names the level
    style, `level` its depth (root's children are 1). `path` holds the headings from the top,
    without the document title, as they stand in the original (white space trimmed).
    """

    id: str
    kind: str
    level: int
    label: str
    heading: str
    path: tuple[str, ...]
    span: Span
    own: Span
    parent: str | None = None
    children: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TableRow:
    """Cells in column order; `group` is the spanning cell that the row stands under."""

    cells: tuple[Span, ...]
    span: Span
    group: Span | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its place in the clause tree. `header[i]` heads cell i (may be empty)."""

    id: str
    clause_id: str | None
    caption: Span | None
    header: tuple[str, ...]
    rows: tuple[TableRow, ...]
    span: Span
    notes: tuple[Span, ...] = ()  # header cells above the column row, e.g. 2015年具体目标


@dataclass(frozen=True, slots=True)
class Mention:
    """Another document that this one names: `kind` is 废止, 修改, 依据 or 解读, said at `span`."""

    kind: str
    title: str
    number: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class Relation:
    """What one document of the library does to another; `certainty` (0–1) of the match."""

    kind: str
    source: str
    target: str
    span: Span  # of the sentence in the source
    certainty: float


@dataclass(frozen=True, slots=True)
class Part:
    """One of several documents in a file: a notice, the measure it issues, the next notice."""

    meta: PolicyMeta
    span: Span


@dataclass(frozen=True, slots=True)
class Recognised:
    """Text that was read from a picture, and how sure (0–1) the recogniser is of it."""

    span: Span
    confidence: float


@dataclass(frozen=True, slots=True)
class PolicyDoc:
    """One document, read. `text` is the original; `sha256` is that of its UTF-8 bytes."""

    id: str
    source: SourceFile
    text: str
    sha256: str
    meta: PolicyMeta
    clauses: tuple[Clause, ...]
    tables: tuple[Table, ...] = ()
    problems: tuple[str, ...] = ()
    pages: tuple[Span, ...] = ()  # where each page stands, from page 1; none for a file without
    facts: tuple[Fact, ...] = ()  # its numeric targets, in document order
    parts: tuple[Part, ...] = ()  # the documents that it holds, in order; none when it is one
    mentions: tuple[Mention, ...] = ()  # other documents, with what it does to them
    unread: tuple[str, ...] = ()  # parts of the file that are not in the text, and why
    recognised: tuple[Recognised, ...] = ()  # what was read from pictures, in order
    frames: str = ""  # where its lines stand on the pages: `youju.frames`; "" for a file without

    def confidence(self, span: Span) -> float | None:
        """Mean confidence of what was recognised within `span`; None when nothing was."""
        first = bisect_right(self.recognised, span.start, key=lambda r: r.span.end)
        total = weight = 0.0
        for one in self.recognised[first:]:
            shared = one.span.overlap(span)
            if not shared:
                break
            total, weight = total + shared * one.confidence, weight + shared
        return round(total / weight, 3) if weight else None

    @property
    def name(self) -> str:
        """The title, else the file's name."""
        if self.meta.title is not None:
            return self.meta.title.value
        return self.source.path.rsplit("/", 1)[-1].rsplit(".", 1)[0]

    def page_at(self, offset: int) -> int | None:
        """The number of the page on which the character at `offset` stands, from 1; else None."""
        number = bisect_right(self.pages, offset, key=lambda page: page.start)
        return number or None


@dataclass(frozen=True, slots=True)
class Fact:
    """A numeric target that a document sets: which indicator, how much, by when, by whom.

    `value` keeps the unit's scale (1万家 is 10000.0, 89% is 89.0, 万分之五 is 0.0005); a range is a
    pair. `comparator` holds the words before and after the value (达到, 以上, 控制在…以下) or "".
    `year` is None when the text does not fix it; `period` then names the years it holds for, if
    known. `force` is 约束性 or 预期性 where stated. `span` is that of `value_text`, `sentence` is
    that of the sentence or table row around it.
    """

    doc_id: str
    indicator: str
    value: float | tuple[float, float]
    value_text: str
    unit: str
    comparator: str
    year: int | None
    period: tuple[int, int] | None
    region: str | None
    owners: tuple[str, ...]
    clause_id: str | None
    path: tuple[str, ...]
    span: Span
    sentence: Span
    force: str | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """The unit of retrieval; never crosses clauses.

    `text` is for matching only (simplified, with `context`: title, region and heading path);
    `body` is the matching text of the span alone. Show `span.of(doc.text)`, never these.
    """

    id: str
    doc_id: str
    kind: Literal["clause", "row", "meta"]
    clause_ids: tuple[str, ...]
    path: tuple[str, ...]
    span: Span
    context: str
    body: str

    @property
    def text(self) -> str:
        """Context and body in one string, for lexical matching."""
        return f"{self.context}\n{self.body}"


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What reading a folder gave: documents in path order, and one sentence per refused file.

    `unread` are the paths among the refused (files and whole folders) that the system could not
    read: they may be as they were before.
    """

    docs: tuple[PolicyDoc, ...]
    refused: tuple[tuple[str, str], ...] = ()  # (path, reason)
    duplicates: tuple[tuple[str, str], ...] = ()  # (path, path of the same content kept)
    unread: tuple[str, ...] = ()

    @property
    def partial(self) -> tuple[tuple[str, str], ...]:
        """(path, what was not read of it) of the documents that were only partly read."""
        return tuple((doc.source.path, "；".join(doc.unread)) for doc in self.docs if doc.unread)


@dataclass(frozen=True, slots=True)
class DocName:
    """How a document is named, known without reading it.

    `also` are other titles in the same file: the measure that a notice issues, further documents.
    """

    id: str
    title: str
    region: str | None
    doc_number: str | None
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a text that titles share: `rows` are places of names, `lengths` of theirs."""

    start: int
    end: int
    rows: np.ndarray
    lengths: np.ndarray

    def __len__(self) -> int:
        return len(self.rows)

    def up_to(self, length: int) -> Stretch:
        """The same, of names no longer than this."""
        kept = self.lengths <= length
        return Stretch(self.start, self.end, self.rows[kept], self.lengths[kept])


class DocNames(Protocol):
    """The names of all documents in id order, found without looking at each.

    Lists come back in id order. A sequence of ids reads an id when it is looked at.
    """

    def __len__(self) -> int:
        """How many documents there are."""
        ...

    def __iter__(self) -> Iterator[DocName]:
        """Each in turn: linear, for what is no question."""
        ...

    def ids(self) -> Sequence[str]:
        """The ids of all documents."""
        ...

    def of_ids(self, ids: Sequence[str]) -> list[DocName]:
        """The names of some documents; KeyError for an unknown one."""
        ...

    def regions(self) -> Sequence[str]:
        """The places that documents state, each once."""
        ...

    def speaking(self, regions: Sequence[str]) -> Sequence[str]:
        """The ids of the documents that speak for one of some places."""
        ...

    def placeless(self) -> Sequence[str]:
        """The ids of the documents that state no place."""
        ...

    def places_in(self, text: str) -> list[tuple[int, str]]:
        """(start, short name) of the stated places that a folded text names."""
        ...

    def numbered_in(self, text: str) -> list[DocName]:
        """The documents whose folded 文号 stands in a folded text."""
        ...

    def numbered(self, number: int) -> Sequence[str]:
        """The ids of the documents whose 文号 ends with this number."""
        ...

    def numbered_like(self, text: str, most: int) -> list[DocName]:
        """The documents whose 文号 hold most of a folded text's character pairs."""
        ...

    def stretches(self, text: str) -> list[Stretch]:
        """Where a folded text shares six characters or more with titles, the longest first."""
        ...

    def stretched(self, stretch: Stretch) -> list[DocName]:
        """The documents of a stretch."""
        ...

    def holding(self, text: str, most: int) -> list[DocName] | None:
        """Documents one of whose titles may hold a folded text; None for more than `most`."""
        ...

    def titles(self, regions: Sequence[str]) -> Container[str]:
        """What stands in the titles of the documents of some places, or of all."""
        ...

    def likest(self, weights: Mapping[str, float], ids: Sequence[str], most: int) -> list[DocName]:
        """Of some documents those whose titles hold most of the weighted pairs."""
        ...

    def nearest(
        self, weights: Mapping[str, float], ids: Sequence[str] | None, most: int
    ) -> list[DocName]:
        """The same by all names and places, of some documents or of all."""
        ...


@dataclass(frozen=True, slots=True)
class DocFacts:
    """A document's facts of some indicators, known without reading it."""

    id: str
    name: str
    region: str | None
    facts: tuple[Fact, ...]

    @classmethod
    def of(cls, doc: PolicyDoc) -> DocFacts:
        """All facts of a document that is read."""
        return cls(doc.id, doc.name, doc.meta.region.value if doc.meta.region else None, doc.facts)


# --- ask -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Filters:
    """Narrow a search. None means no filter; an empty tuple matches nothing."""

    doc_ids: Sequence[str] | None = None
    regions: tuple[str, ...] | None = None
    years: tuple[int, ...] | None = None
    in_force: bool = False
    as_of: str | None = None  # the day for which validity is asked, ISO; None is today


@dataclass(frozen=True, slots=True)
class Question:
    """A question, understood. `text` is as typed; `normal` is folded for matching."""

    text: str
    normal: str
    kind: str = "open"
    regions: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    doc_ids: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    wanted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A question as it stands after those before it.

    `text` is what can be asked; `how` is whole (as typed), completed (from the question before),
    or bare (a fragment with nothing before it that says what is meant).
    """

    typed: str
    text: str
    how: Literal["whole", "completed", "bare"] = "whole"


@dataclass(frozen=True, slots=True)
class Looser:
    """A question that is answered once some limits are dropped.

    `dropped` names them: document, region, year, in_force of the filters; place, time of the
    question itself. `text` within `filters` is what to ask instead.
    """

    text: str
    filters: Filters | None
    dropped: tuple[str, ...]


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


# --- compare -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Matched:
    """A fact that a text may mean; `confidence` (0–1) tells how like its indicator is."""

    fact: Fact
    confidence: float


@dataclass(frozen=True, slots=True)
class ComparedPlace:
    """What one document says of one indicator: `found` by year; empty where it is not mentioned.

    `near` is then the nearest that it does say: of another year, or of a like indicator.
    """

    doc_id: str
    name: str  # who speaks: the region, else the title
    found: tuple[Matched, ...] = ()
    near: Matched | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """One indicator, document by document. `likeness` (0–1): how surely all speak of the same.

    `verdict` says in a sentence which value is higher, or why that cannot be said; else "".
    """

    indicator: str
    likeness: float
    places: tuple[ComparedPlace, ...]
    verdict: str = ""

    @property
    def confidence(self) -> float:
        """How surely this is the indicator that was meant: that of its best fact, else nearest."""
        found = [m.confidence for place in self.places for m in place.found]
        near = [place.near.confidence for place in self.places if place.near is not None]
        return max(found or near, default=0.0)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The indicators that a text may mean, the most widely shared first."""

    text: str
    years: tuple[int, ...]
    indicators: tuple[Compared, ...]
    documents: int = 0  # over how many documents, silent ones among them


# --- protocols -----------------------------------------------------------------------------------


class Encoder(Protocol):
    """Text → unit-length vectors. `name` and `revision` identify the model in the manifest."""

    name: str
    revision: str
    dimension: int

    def encode(self, texts: Sequence[str], *, is_query: bool = False) -> np.ndarray:
        """float32, shape (len(texts), dimension), rows of length 1 (or 0 for empty texts)."""
        ...


class Reader(Protocol):
    """Reads a question and texts together. It scores spans that it is given; it never writes."""

    name: str
    revision: str

    def read(self, question: str, units: Sequence[Unit]) -> list[Reading]:
        """One reading per unit, in order."""
        ...


class VectorStore(Protocol):
    """Inner-product search over unit vectors; similarities, higher is better."""

    def search(
        self, query: np.ndarray, k: int, allowed: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """(row numbers int64, scores float32), best first, ties by row; never padded.

        `allowed` is a sorted int64 array of row numbers to choose from; None means all.
        """
        ...


class Retriever(Protocol):
    """What `qa` sees of the index."""

    def names(self) -> DocNames:
        """How the documents are named, without reading them."""
        ...

    def search(self, question: Question, k: int, filters: Filters | None = None) -> list[Hit]:
        """The best `k` passages, best first, ties by passage id."""
        ...

    def facts(self, wordings: Sequence[str]) -> Sequence[DocFacts]:
        """What documents set of indicators like these, in id order, without reading them."""
        ...

    def document(self, doc_id: str) -> PolicyDoc:
        """One document; KeyError when unknown."""
        ...

    def in_state(self, states: Sequence[str]) -> Sequence[str]:
        """Ids of the documents whose validity is one of these, without reading them."""
        ...

    def rarity(self, pairs: Sequence[str]) -> np.ndarray:
        """IDF of character bigrams (`text.words.bigrams`); float32, shape (len(pairs),).

        A pair that the collection does not hold has the largest value of all.
        """
        ...

    def embed(self, texts: Sequence[str], *, is_query: bool = False) -> np.ndarray:
        """Unit vectors of the index's encoder; float32, shape (len(texts), dimension)."""
        ...
