"""Lists that the clause tree itself holds: 四大惠民行动 are the four clauses below that heading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa.clauses.pieces import Asked
from text.normalize import fold
from youju.records import Clause, PolicyDoc, Span

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


def items(doc: PolicyDoc, span: Span, *, headed: bool = False) -> tuple[Clause, ...]:
    """The short items that a lead-in at `span` introduces, or that the item at `span` is one of.

    有下列情形之一的: (一)…(二)… With `headed` a lead-in may introduce long items with headings
    too: 分三个阶段: (一)动员阶段。… Empty when there are none.
    """
    clause = clause_at(doc, span)
    if clause is None:
        return ()
    by_id = {c.id: c for c in doc.clauses}
    found = _items_below(clause, by_id)
    if found and _short(found):
        return found
    led = fold(clause.own.of(doc.text)).rstrip().endswith(":")
    if headed and led and found and all(c.heading for c in found):
        return found
    if clause.parent is None or clause.kind not in _ITEM_KINDS:
        return ()
    beside = _items_below(by_id[clause.parent], by_id)
    return beside if clause in beside and _short(beside) else ()


def led(doc: PolicyDoc, span: Span) -> tuple[Clause, ...]:
    """The items, long or short, of the clause whose own text ends with the lead-in at `span`."""
    clause = clause_at(doc, span)
    if clause is None or fold(doc.text[span.end : clause.own.end]).strip():
        return ()
    by_id = {c.id: c for c in doc.clauses}
    listed = tuple(by_id[i] for i in clause.children if by_id[i].kind in _ITEM_KINDS)
    return listed if len(listed) >= _MIN_CHILDREN else ()


def _items_below(clause: Clause, by_id: dict[str, Clause]) -> tuple[Clause, ...]:
    listed = tuple(by_id[i] for i in clause.children if by_id[i].kind in _ITEM_KINDS)
    return listed if _MIN_CHILDREN <= len(listed) <= _MAX_CHILDREN else ()


def _short(items: Sequence[Clause]) -> bool:
    return all(len(c.span) <= ITEM_MAX and not c.children for c in items)


def clause_at(doc: PolicyDoc, span: Span) -> Clause | None:
    """The deepest clause that holds the span."""
    holding = [clause for clause in doc.clauses if clause.span.covers(span)]
    return max(holding, key=lambda clause: clause.level, default=None)


def heading_span(doc: PolicyDoc, clause: Clause) -> Span:
    """Label and heading of a clause in the original."""
    at = doc.text.find(clause.heading, clause.span.start, clause.own.end)
    return Span(clause.span.start, at + len(clause.heading) if at >= 0 else clause.own.end)
