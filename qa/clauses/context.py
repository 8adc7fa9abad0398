"""What stands around a passage: the words that introduce it and the years it speaks of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from text.dates import years
from text.normalize import fold
from youju.records import Clause, Hit, PolicyDoc, Table, TableRow

_LONG_PLAN = 5  # years
_BEFORE = 200  # characters of a clause that are looked at before one of its later passages
_OPEN = re.compile(r"[:：?？]$")  # what follows belongs to it
_TITLE = re.compile(r"《[^《》]{2,80}》")


def lead_in(doc: PolicyDoc, hit: Hit) -> str:
    """The folded text that introduces a passage, or ''.

    It is the earlier part of the passage's own clause, else a line before the clause that ends with
    a colon or asks what the clause answers.
    """
    by_id = {clause.id: clause for clause in doc.clauses}
    clause = by_id.get(hit.passage.clause_ids[0]) if hit.passage.clause_ids else None
    if clause is None:
        return ""
    start = hit.passage.span.start
    if clause.own.start < start:
        return fold(doc.text[max(clause.own.start, start - _BEFORE) : start])
    return fold(_introduction(doc, clause, by_id))


def _introduction(doc: PolicyDoc, clause: Clause, by_id: Mapping[str, Clause]) -> str:
    """The original text of the unnumbered line before the clause's row, else of its parent."""
    parent = by_id.get(clause.parent or "")
    if parent is None:
        siblings = [other for other in doc.clauses if not other.parent]
    else:
        siblings = [by_id[i] for i in parent.children]
    for sibling in reversed(siblings[: siblings.index(clause)]):
        if sibling.kind in ("段", "款"):
            return _opening(sibling, doc)
        if sibling.kind != clause.kind:
            break
    return _opening(parent, doc) if parent is not None else ""


def _opening(clause: Clause, doc: PolicyDoc) -> str:
    text = clause.own.of(doc.text).rstrip()
    return text if _OPEN.search(text) else ""


@lru_cache(maxsize=8192)
def years_in(text: str) -> frozenset[int] | None:
    """Every year that a folded text names; None when it names none.

    The years of a title do not count: carrying out 《纲要(2011—2020年)》 is dated by its own words.
    """
    said = _TITLE.sub(lambda title: " " * len(title.group()), text)
    found = {year for named in years(said) for year in named.years}
    return frozenset(found) or None


def years_around(doc: PolicyDoc, hit: Hit, introduction: str) -> frozenset[int] | None:
    """The years that govern a passage before its first sentence: lead-in, headings, title."""
    return (
        years_in(introduction)
        or years_in(" ".join(fold(part) for part in hit.passage.path))
        or _document_years(doc)
    )


def row_years(doc: PolicyDoc, table: Table, row: TableRow) -> frozenset[int] | None:
    """The years of a table row: its own cell's, else its columns' and note's, else the title's."""
    for cell in row.cells:
        named = years_in(fold(cell.of(doc.text)))
        if named:
            return named
    headed = [years_in(fold(name)) for name in table.header]
    noted = [years_in(fold(note.of(doc.text))) for note in table.notes[-1:]]
    dated = [found for found in (*headed, *noted) if found]
    return frozenset().union(*dated) if dated else _document_years(doc)


def _document_years(doc: PolicyDoc) -> frozenset[int] | None:
    if doc.meta.period is None:
        return None
    first, last = doc.meta.period
    # a long plan speaks of its end unless a clause says otherwise
    return frozenset(range(first, last + 1) if last - first < _LONG_PLAN else (last,))
