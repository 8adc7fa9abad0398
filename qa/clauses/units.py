"""Hits → units to read: a passage with what stands around it, and where its words stand.

A lead-in is one unit with its items, a question of the text with its answer; an item knows its
lead-in; a row knows its columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile

from qa.clauses.context import lead_in
from text.normalize import fold
from text.sentences import segments
from youju.records import Clause, Hit, PolicyDoc, Retriever, Span, Table, TableRow, Unit

_HEADINGS = 2  # of the path that stand in a unit's context
_BRACKET = re.compile(r"[(\[][^()\[\]]{4,80}[)\]][。;,]?")
# 符合以下3个条件之一: items may follow after a full stop, too; 3万元以下 announces nothing
ANNOUNCES = re.compile(r"(?<![元倍年月日岁人名个项次级吨米%])(?:以下|下列|如下)(?!简称)")
FIRST = re.compile(r"\s{0,8}(?:\((?:一|1)\)|[一1]、|1\.|①)")  # how the first item begins
_LAST = 200  # last characters of a passage that may announce what follows
_LED = 700  # characters of a lead-in with its items that are read as one
_INTRODUCTION = 60  # last characters of what introduces a passage that are read with it


@dataclass(frozen=True, slots=True)
class Source:
    """A unit and the place it comes from: `unit.text[i]` stands at `span.start + i`.

    A row's text has its column names between its cells; its only span is the whole row.
    """

    hit: Hit
    doc: PolicyDoc
    span: Span
    unit: Unit
    table: Table | None = None
    row: TableRow | None = None

    def place(self, first: int, last: int) -> Span:
        """The original's characters from span `first` to span `last` of the unit, both included."""
        if self.row is not None:
            return self.span
        start, end = self.unit.spans[first][0], self.unit.spans[last][1]
        return Span(self.span.start + start, self.span.start + end)


def sources(hits: Iterable[Hit], retriever: Retriever) -> list[Source]:
    """One unit per hit, in order; a hit that lies inside an earlier unit is left out."""
    found: list[Source] = []
    for hit in hits:
        made = _source(hit, retriever.document(hit.passage.doc_id))
        if not any(known.doc.id == made.doc.id and _inside(made, known) for known in found):
            found.append(made)
    return found


def quotable(text: str) -> tuple[tuple[int, int], ...]:
    """The segments of a folded text; (省商务厅负责) belongs to the segment that it closes."""
    spans: list[tuple[int, int]] = []
    for start, end in segments(text):
        closes = spans and "\n" not in text[spans[-1][1] : start]
        if closes and _BRACKET.fullmatch(text, start, end):
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return tuple(spans)


def _inside(made: Source, known: Source) -> bool:
    return made.row is None and known.row is None and known.span.covers(made.span)


def _source(hit: Hit, doc: PolicyDoc) -> Source:
    passage = hit.passage
    if passage.kind == "row":
        table, row = _row(doc, passage.span)
        context = " ".join([fold(doc.name), *_headings(hit), _caption(doc, table)])
        unit = Unit(context, passage.body, ((0, len(passage.body)),))
        return Source(hit, doc, passage.span, unit, table, row)
    if passage.kind == "meta":
        unit = Unit(fold(doc.name), passage.body, ((0, len(passage.body)),))
        return Source(hit, doc, passage.span, unit)
    span = _with_items(doc, hit)
    text = fold(span.of(doc.text))
    introduction = lead_in(doc, hit)[-_INTRODUCTION:]
    context = " ".join([fold(doc.name), *_headings(hit), introduction]).strip()
    return Source(hit, doc, span, Unit(context, text, quotable(text)))


def _headings(hit: Hit) -> list[str]:
    return [fold(part) for part in hit.passage.path[-_HEADINGS:]]


def _row(doc: PolicyDoc, span: Span) -> tuple[Table | None, TableRow | None]:
    for table in doc.tables:
        if table.span.covers(span):
            for row in table.rows:
                if row.span == span:
                    return table, row
    return None, None


def _caption(doc: PolicyDoc, table: Table | None) -> str:
    return fold(table.caption.of(doc.text)) if table is not None and table.caption else ""


def _with_items(doc: PolicyDoc, hit: Hit) -> Span:
    """The passage, or with it what its last words introduce or ask, as far as fits to read."""
    span = hit.passage.span
    text = fold(span.of(doc.text)).rstrip()
    last = text[-1:]
    opens = last in (":", "?")
    clause = _ending_at(doc, hit) if opens or ANNOUNCES.search(text[-_LAST:]) else None
    if clause is None:
        return span
    by_id = {other.id: other for other in doc.clauses}
    led = [by_id[child] for child in clause.children]
    if not opens:
        led = _items(doc, led)
    elif not led and last == "?":
        led = _after(doc, clause)
    end = span.end
    for child in led:
        if child.span.end - span.start > _LED:
            break
        end = child.span.end
    return Span(span.start, end)


def _items(doc: PolicyDoc, children: Sequence[Clause]) -> list[Clause]:
    """The numbered clauses without clauses of their own with which a row of children begins."""
    if not children or not FIRST.match(fold(children[0].own.of(doc.text))):
        return []
    alike = takewhile(lambda one: one.kind == children[0].kind and not one.children, children)
    return list(alike)


def _ending_at(doc: PolicyDoc, hit: Hit) -> Clause | None:
    """The clause of the passage whose own text ends where the passage does."""
    ids = set(hit.passage.clause_ids)
    for clause in doc.clauses:
        if clause.id in ids:
            rest = doc.text[hit.passage.span.end : clause.own.end]
            if clause.own.covers(hit.passage.span) and not rest.strip():
                return clause
    return None


def _after(doc: PolicyDoc, clause: Clause) -> list[Clause]:
    """The clause that follows on the same floor, if any."""
    beside = [other for other in doc.clauses if other.parent == clause.parent]
    place = beside.index(clause)
    return beside[place + 1 : place + 2]
