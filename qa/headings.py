"""Lists that the clause tree itself holds: 四大惠民行动 are the four clauses below that heading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from datatypes import Clause, PolicyDoc, Span
from qa.evidence import Asked
from text.normalize import fold

_MIN_CHILDREN = 2
_MAX_CHILDREN = 12
_MIN_COVER = 0.72
_ITEM_KINDS = ("(一)", "1.", "(1)", "1)", "①", "——")
ITEM_MAX = 90


@dataclass(frozen=True, slots=True)
class Outline:
    """A clause whose headed children answer; `cover` (0–1) as `Asked.share`."""

    doc: PolicyDoc
    clause: Clause
    children: tuple[Clause, ...]
    cover: float


def outline(asked: Asked, docs: Sequence[PolicyDoc]) -> Outline | None:
    """The clause whose heading holds the question best, when its children are headed."""
    best: Outline | None = None
    for doc in docs:
        by_id = {clause.id: clause for clause in doc.clauses}
        for clause in doc.clauses:
            children = tuple(by_id[i] for i in clause.children if by_id[i].heading)
            if not clause.heading or not _MIN_CHILDREN <= len(children) <= _MAX_CHILDREN:
                continue
            cover = asked.share(fold(clause.heading))
            if cover >= _MIN_COVER and (best is None or cover > best.cover):
                best = Outline(doc, clause, children, cover)
    return best


def items(doc: PolicyDoc, span: Span) -> tuple[Clause, ...]:
    """The short items that a lead-in at `span` introduces, or that the item at `span` is one of.

    有下列情形之一的: (一)…(二)… Empty when there are none.
    """
    clause = clause_at(doc, span)
    if clause is None:
        return ()
    by_id = {c.id: c for c in doc.clauses}
    found = _short_items(doc, clause, by_id)
    if not found and clause.parent is not None and clause.kind in _ITEM_KINDS:
        found = _short_items(doc, by_id[clause.parent], by_id)
        found = found if clause in found else ()
    return found


def _short_items(doc: PolicyDoc, clause: Clause, by_id: dict[str, Clause]) -> tuple[Clause, ...]:
    children = [by_id[i] for i in clause.children]
    listed = [c for c in children if c.kind in _ITEM_KINDS]
    if not _MIN_CHILDREN <= len(listed) <= _MAX_CHILDREN:
        return ()
    led = fold(clause.own.of(doc.text)).rstrip().endswith(":")
    short = all(len(c.span) <= ITEM_MAX and not c.children for c in listed)
    return tuple(listed) if short or (led and all(c.heading for c in listed)) else ()


def clause_at(doc: PolicyDoc, span: Span) -> Clause | None:
    """The deepest clause that holds the span."""
    holding = [clause for clause in doc.clauses if clause.span.covers(span)]
    return max(holding, key=lambda clause: clause.level, default=None)


def heading_span(doc: PolicyDoc, clause: Clause) -> Span:
    """Label and heading of a clause in the original."""
    at = doc.text.find(clause.heading, clause.span.start, clause.own.end)
    return Span(clause.span.start, at + len(clause.heading) if at >= 0 else clause.own.end)
