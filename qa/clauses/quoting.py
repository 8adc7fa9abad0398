"""What to quote of the clauses that were read: the segments that answer, never cut within one.

A segment ends at a full stop, a semicolon or a line's end. Where two may answer both are quoted;
where none surely does, the clause is quoted whole. A lead-in is never quoted without its items.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.clauses.reading import Read
from qa.clauses.rows import row_line
from qa.proof.compose import Line
from qa.proof.trim import unlabelled
from text.normalize import fold

# Chosen on the tuning half of the development set; docs/evaluation.md has the figures around them.
UNITS = 3  # best units whose segments compete
MARGIN = 1.5  # logits below the best segment at which another is quoted too
STANDING = 0.3  # weight of the unit's own score beside the segment's logit
BUDGET = 220  # characters of the segments together
UNSURE = -1.5  # logit of the best segment below which the clause is quoted whole
WHOLE = 200  # characters of a clause that is quoted whole
LIST_MAX = 420  # characters of a lead-in with its items
_LEADS = re.compile(r"[:：]\s*$")


@dataclass(frozen=True, slots=True)
class _Segment:
    """Span `number` of the unit of read `at`; `score` is comparable between units."""

    score: float
    at: int
    number: int


def quoted(reads: Sequence[Read], *, whole_list: bool = False) -> list[Line]:
    """The lines to quote, best unit first; `whole_list` when every item is asked for."""
    readable = [read for read in reads if read.hit.passage.kind != "meta"]
    if not readable:
        return []
    chosen = _chosen(readable[:UNITS])
    if max(readable[0].reading.spans) < UNSURE and readable[0].source.row is None:
        chosen = {0: _first_of(readable[0])}
    lines: list[Line] = []
    for at in sorted(chosen):
        numbers = _with_items(readable[at], chosen[at], whole_list)
        lines += _lines(readable[at], numbers)
    return lines


def _chosen(reads: Sequence[Read]) -> dict[int, set[int]]:
    """Read → numbers of its segments: all near the best, the best first, within the budget."""
    top = reads[0].score
    segments = sorted(
        (
            _Segment(logit + STANDING * (read.score - top), at, number)
            for at, read in enumerate(reads)
            for number, logit in enumerate(read.reading.spans)
        ),
        key=lambda segment: (-segment.score, segment.at, segment.number),
    )
    chosen: dict[int, set[int]] = {}
    spent = 0
    for segment in segments:
        if segment.score < segments[0].score - MARGIN:
            break
        start, end = reads[segment.at].source.unit.spans[segment.number]
        if chosen and spent + end - start > BUDGET:
            continue
        spent += end - start
        chosen.setdefault(segment.at, set()).add(segment.number)
    return chosen


def _first_of(read: Read) -> set[int]:
    """The clause from its beginning, as far as is fit to quote; one segment at least."""
    spans = read.source.unit.spans
    numbers = {0}
    for number, (_, end) in enumerate(spans):
        if end - spans[0][0] > WHOLE:
            break
        numbers.add(number)
    return numbers


def _with_items(read: Read, numbers: set[int], whole_list: bool) -> set[int]:
    """A chosen lead-in brings its items; with `whole_list` a chosen item brings the others."""
    unit = read.source.unit
    leads = [n for n, (start, end) in enumerate(unit.spans) if _LEADS.search(unit.text[start:end])]
    brought = set(numbers)
    for place, lead in enumerate(leads):
        until = leads[place + 1] if place + 1 < len(leads) else len(unit.spans)
        items = range(lead + 1, until)
        if lead not in numbers and not (whole_list and numbers & set(items)):
            continue
        brought.add(lead)
        spent = 0
        for item in items:
            spent += unit.spans[item][1] - unit.spans[item][0]
            if spent > LIST_MAX:
                break
            brought.add(item)
    return brought


def _lines(read: Read, numbers: set[int]) -> list[Line]:
    source = read.source
    if source.table is not None and source.row is not None:
        line = row_line(source.doc, source.table, source.row)
        return [line] if line is not None else []
    made = []
    for first, last in _runs(sorted(numbers)):
        span = source.place(first, last)
        text = unlabelled(span.of(source.doc.text))
        if fold(text).strip():
            made.append(Line(source.doc, text, (span,), source.hit.passage.path))
    return made


def _runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs
