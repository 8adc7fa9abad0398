"""What to quote of the clauses that were read: the segments that answer, never cut within one.

A segment ends at a full stop, a semicolon or a line's end. All segments near the best one are
quoted, and of its own clause the next best ones while the quotation is short: a longer quotation is
better than a wrong one. A lead-in is never quoted without its items, nor a question of the text
without its answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from qa.clauses.reading import Read
from qa.clauses.rows import row_line
from qa.clauses.units import ANNOUNCES, FIRST
from qa.proof.compose import Line
from qa.proof.trim import unlabelled
from text.normalize import fold, squeeze
from youju.records import Reading

# Chosen on the tuning half of the development set; docs/evaluation.md has the figures around them.
UNITS = 3  # best units whose segments compete
STANDING = 1.0  # weight of the unit's own score beside the segment's logit
MARGIN = 3.0  # below the best segment at which another is quoted too
SHORT = 100  # characters up to which the best clause lends its next best segments
LISTED = 180  # … where a list is asked for: its next items may stand in sentences of their own
BUDGET = 280  # characters of the segments together
GAP = 60  # characters between two quoted segments that are quoted with them
LIST_MAX = 600  # characters of the items that a lead-in brings
_APART = 3  # segments that may stand between what announces items and the first of them
REPLY_MAX = 160  # … of the answer that a question of the text brings
# It ends with a colon or a question, or its first item follows the colon on the same line.
_LEADS = re.compile(r"[:?]\s{0,8}(?:$|\((?:一|1)\)|[一1]、|1\.|①)")


@dataclass(frozen=True, slots=True)
class _Segment:
    """Span `number` of the unit of read `at`; `score` is comparable between units."""

    score: float
    at: int
    number: int
    length: int


def readable(reads: Sequence[Read]) -> list[Read]:
    """The units whose segments compete: headers are answered from elsewhere."""
    return [read for read in reads if read.hit.passage.kind != "meta"][:UNITS]


def quoted(
    reads: Sequence[Read], *, whole_list: bool = False, parts: Sequence[Sequence[Reading]] = ()
) -> list[Line]:
    """The lines to quote, best unit first; `whole_list` when every item is asked for.

    `parts` are readings of the same units (`readable(reads)`) for each part of the question: the
    best segment for each is quoted too.
    """
    units = readable(reads)
    chosen = _chosen(units, LISTED if whole_list else SHORT)
    for readings in parts:
        ranked = _ranked(
            [replace(unit, reading=told) for unit, told in zip(units, readings, strict=True)]
        )
        if ranked:
            chosen.setdefault(ranked[0].at, set()).add(ranked[0].number)
    lines: list[Line] = []
    for at in sorted(chosen):
        lines += _lines(units[at], _with_items(units[at], chosen[at], whole_list))
    return _once(lines)


def _once(lines: Sequence[Line]) -> list[Line]:
    """The lines without those that another one says, too: two files may hold one text."""
    texts = [squeeze(fold(line.text)) for line in lines]
    return [
        line
        for at, line in enumerate(lines)
        if not any(
            texts[at] in other and (len(texts[at]) < len(other) or i < at)
            for i, other in enumerate(texts)
            if i != at
        )
    ]


def _chosen(reads: Sequence[Read], short: int) -> dict[int, set[int]]:
    """Read → numbers of its segments, taken from the best on, within the budget."""
    segments = _ranked(reads)
    chosen: dict[int, set[int]] = {}
    spent = 0
    for segment in segments:
        best = segments[0]
        near = segment.score >= best.score - MARGIN
        lent = segment.at == best.at and spent + segment.length <= short
        if not (near or lent) or (chosen and spent + segment.length > BUDGET):
            continue
        spent += segment.length
        chosen.setdefault(segment.at, set()).add(segment.number)
    return chosen


def _ranked(reads: Sequence[Read]) -> list[_Segment]:
    """All segments, best first."""
    segments = [
        _Segment(logit + STANDING * (read.score - reads[0].score), at, number, end - start)
        for at, read in enumerate(reads)
        for number, (logit, (start, end)) in enumerate(
            zip(read.reading.spans, read.source.unit.spans, strict=True)
        )
    ]
    return sorted(segments, key=lambda one: (-one.score, one.at, one.number))


def _with_items(read: Read, numbers: set[int], whole_list: bool) -> set[int]:
    """A chosen lead-in brings its items; with `whole_list` a chosen item brings the others."""
    unit = read.source.unit
    texts = [unit.text[start:end] for start, end in unit.spans]
    leads = [n for n in range(len(texts)) if _leads(texts, n)]
    brought = set(numbers)
    for place, lead in enumerate(leads):
        until = leads[place + 1] if place + 1 < len(leads) else len(unit.spans)
        items = range(lead + 1, until)
        begins = _begins(texts, lead)
        led = set(range(begins, until)) if whole_list else {lead}
        if not numbers & led:
            continue
        brought |= set(range(begins, lead + 1))
        asks = unit.text[: unit.spans[lead][1]].rstrip()[-1:] == "?"
        spent = 0
        for item in items:
            spent += unit.spans[item][1] - unit.spans[item][0]
            if spent > (REPLY_MAX if asks else LIST_MAX) and item > lead + 1:
                break
            brought.add(item)
    return brought


def _leads(texts: Sequence[str], n: int) -> bool:
    """True for a segment that introduces items, with a colon or, where they follow, without."""
    if _LEADS.search(texts[n]):
        return True
    follows = texts[n + 1 : n + 1 + _APART]
    return ANNOUNCES.search(texts[n]) is not None and any(map(FIRST.match, follows))


def _begins(texts: Sequence[str], lead: int) -> int:
    """Where the sentence of a lead-in begins: 有下列行为之一的,责令改正;情节严重的,处罚款:."""
    for n in range(lead - 1, max(-1, lead - 1 - _APART), -1):
        if not texts[n].endswith(";"):
            break
        if ANNOUNCES.search(texts[n]):
            return n
    return lead


def _lines(read: Read, numbers: set[int]) -> list[Line]:
    source = read.source
    if source.table is not None and source.row is not None:
        line = row_line(source.doc, source.table, source.row)
        return [line] if line is not None else []
    made = []
    for first, last in _runs(sorted(numbers), source.unit.spans):
        span = source.place(first, last)
        text = unlabelled(span.of(source.doc.text))
        if fold(text).strip():
            made.append(Line(source.doc, text, (span,), source.hit.passage.path))
    return made


def _runs(numbers: Sequence[int], spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """(first, last) of stretches to quote as one: what is left out between two is short."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and spans[number][0] - spans[runs[-1][1]][1] <= GAP:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs
