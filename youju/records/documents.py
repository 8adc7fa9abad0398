"""A document that is read: its clauses, tables and facts, and what is searched of it."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import Literal

from youju.records.facts import Fact
from youju.records.files import SourceFile
from youju.records.metadata import PolicyMeta
from youju.records.spans import Span


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
class Mention:
    """Another document that this one names, and what is done to it, said at `span`.

    `kind` is 废止, 修改, 依据, 解读, 转发 or 附件.
    """

    kind: str
    title: str
    number: str | None
    span: Span


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
