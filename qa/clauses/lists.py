"""Lists that the clause tree itself holds: 四大惠民行动 are the four clauses below that heading."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa.asked.weights import Asked
from qa.proof.compose import Line
from qa.proof.trim import unlabelled
from text.normalize import fold
from youju.records import Clause, PolicyDoc, Span

_MIN_CHILDREN = 2
_MAX_CHILDREN = 12
_MIN_COVER = 0.72
_WHOLE = 300  # characters of the children together that are told whole


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


def lines(listed: Outline) -> tuple[Line, ...]:
    """One line per child: its text where all are short, else its heading."""
    doc, children = listed.doc, listed.children
    whole = all(not child.children for child in children)
    if not whole or sum(len(child.own) for child in children) > _WHOLE:
        return tuple(_headings(doc, children))
    return tuple(Line(doc, unlabelled(c.own.of(doc.text)), (c.own,), c.path) for c in children)


def _headings(doc: PolicyDoc, clauses: Sequence[Clause]) -> Iterator[Line]:
    for clause in clauses:
        yield Line(doc, " ".join(clause.heading.split()), (heading_span(doc, clause),), clause.path)


def heading_span(doc: PolicyDoc, clause: Clause) -> Span:
    """Label and heading of a clause in the original."""
    at = doc.text.find(clause.heading, clause.span.start, clause.own.end)
    return Span(clause.span.start, at + len(clause.heading) if at >= 0 else clause.own.end)
