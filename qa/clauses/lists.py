"""Lists that the clause tree itself holds: 四大惠民行动 are the four clauses below that heading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa.asked.weights import Asked
from qa.proof.compose import Line
from qa.proof.trim import unlabelled
from text.normalize import fold, squeeze
from text.sentences import sentences
from youju.records import Clause, PolicyDoc, Span

_MIN_CHILDREN = 2
_MAX_CHILDREN = 12
_MIN_COVER = 0.72
_MIN_NAMED = 0.5  # where the heading is called as the question calls it: 重点任务
_MORE = 4  # characters that such a heading may have besides
_LEAST = 2


@dataclass(frozen=True, slots=True)
class Outline:
    """A clause whose children answer by their headings; `cover` (0–1) as `Asked.share`."""

    doc: PolicyDoc
    clause: Clause
    children: tuple[Clause, ...]
    cover: float


def outline(asked: Asked, docs: Sequence[PolicyDoc], wanted: str = "") -> Outline | None:
    """The clause whose heading holds the question best, when its children say what they are of.

    `wanted` is what the question calls the list. A clause of that name answers when the title says
    the rest of the question: 高校技术转移机构建设的重点任务有哪些.
    """
    best: Outline | None = None
    for doc in docs:
        by_id = {clause.id: clause for clause in doc.clauses}
        for clause in doc.clauses:
            children = _sections([by_id[child] for child in clause.children])
            if not clause.heading or not _MIN_CHILDREN <= len(children) <= _MAX_CHILDREN:
                continue
            heading = squeeze(fold(clause.heading))
            cover = asked.share(heading)
            if cover < _MIN_COVER:
                named = heading.endswith(wanted) and len(heading) <= len(wanted) + _MORE
                cover = asked.share(f"{heading} {fold(doc.name)}") if named else 0.0
                cover = cover if cover >= _MIN_NAMED and len(wanted) >= _LEAST else 0.0
            if cover > 0 and (best is None or cover > best.cover):
                best = Outline(doc, clause, children, cover)
    return best


def _sections(children: Sequence[Clause]) -> tuple[Clause, ...]:
    """The children that are sections: headed, or with clauses below; of one style of label."""
    headed = [child for child in children if child.heading or child.children]
    return tuple(child for child in headed if child.kind == headed[0].kind)


def lines(listed: Outline) -> tuple[Line, ...]:
    """One line per child: its heading, or the first words of a section without one."""
    doc = listed.doc
    return tuple(
        Line(doc, unlabelled(span.of(doc.text)), (span,), c.path)
        for c, span in ((c, heading_span(doc, c)) for c in listed.children)
    )


def heading_span(doc: PolicyDoc, clause: Clause) -> Span:
    """Label and heading of a clause in the original, or its first sentence."""
    if not clause.heading:
        said = sentences(fold(clause.own.of(doc.text)))
        return Span(clause.own.start, clause.own.start + said[0][1]) if said else clause.own
    at = doc.text.find(clause.heading, clause.span.start, clause.own.end)
    return Span(clause.span.start, at + len(clause.heading) if at >= 0 else clause.own.end)
