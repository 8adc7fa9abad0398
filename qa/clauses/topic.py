"""Targets of a whole topic: 服务质量目标是多少 asks for every figure below the heading 服务质量.

A question that is no more than a heading names no indicator; its answer is the figures of that
clause, measures (…率, …度, 指数) first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.clauses.pieces import Asked, Piece, piece_at
from text.normalize import fold
from text.quantities import has_figure
from text.sentences import commas
from youju.records import Clause, PolicyDoc, Question

_MIN_COVER = 0.85
_NAMED = 0.6  # a figure whose own part holds this much of the question is named by it
_MOST = 3
_MEASURE = re.compile(
    r"(?:率|度|指数|比例|比重|水平|增加值|产值|总量)[^,;。]{0,8}"
    r"(?:达|为|在|至|到|超|不低于|稳定|控制|提高|保持)?[^,;。]{0,6}[\d一二三四五六七八九十百]"
)
_GOAL = re.compile(r"目标|指标")


_Part = tuple[Piece, int, int]  # a piece with the start and end of a part of its text


def topic(question: Question, asked: Asked, pieces: Sequence[Piece]) -> list[_Part]:
    """(piece, start, end) of the figures below the heading that the question names; often none."""
    if not pieces or _names_figure(asked, pieces):
        return []
    doc = pieces[0].doc
    clause = _headed(question, asked, doc)
    if clause is None:
        return []
    parts: list[_Part] = []
    for piece in _below(doc, clause, pieces[0]):
        for start, end in commas(piece.text):
            if has_figure(piece.text[start:end]):
                parts.append((piece, start, end))
    measures = [part for part in parts if _MEASURE.search(part[0].text[part[1] : part[2]])]
    return (measures or parts)[:_MOST]


def _names_figure(asked: Asked, pieces: Sequence[Piece]) -> bool:
    for piece in pieces[:6]:
        if piece.kind == "row" and asked.share(piece.text) >= _NAMED:
            return True
        for start, end in commas(piece.text):
            part = piece.text[start:end]
            if has_figure(part) and asked.share(part) >= _NAMED:
                return True
    return False


def _headed(question: Question, asked: Asked, doc: PolicyDoc) -> Clause | None:
    """The clause whose heading is the question; one under 目标 first when goals are asked for."""
    goals = bool(_GOAL.search(question.normal))
    longest = 3 * max((len(term) for term in question.terms), default=0)
    found = []
    for clause in doc.clauses:
        cover = asked.share(fold(clause.heading)) if clause.heading else 0.0
        if cover < _MIN_COVER or len(clause.heading) > longest:
            continue
        under_goals = goals and bool(_GOAL.search(fold("".join(clause.path))))
        found.append((not under_goals, len(clause.heading), clause.span.start, clause))
    return min(found, key=lambda entry: entry[:3])[3] if found else None


def _below(doc: PolicyDoc, clause: Clause, like: Piece) -> list[Piece]:
    """The sentences of a clause and of everything under it, as pieces."""
    return [
        piece
        for other in doc.clauses
        if clause.span.covers(other.own)
        for piece in piece_at(doc, other, like)
    ]
