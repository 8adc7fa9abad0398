"""One document's best pieces → a short statement made of original characters.

Each function answers one kind of question for one document and returns None when the pieces hold
no answer of that kind.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from datatypes import Question, Span
from qa import rows
from qa.draft import TRAILING, Statement, shown
from qa.evidence import Asked, Piece
from qa.owners import brackets, names_owner
from qa.quantities import Aligned, asked_unit, by_name, by_year, has_figure, has_unit
from qa.topic import topic
from text.dates import dates, years
from text.normalize import fold
from text.sentences import commas

_MAX = 110  # characters of one statement
_LIST_MAX = 170
_SHORT = 45  # a statement shorter than this takes in the next part
_UNIT_BONUS = 0.35  # a figure in the asked unit
_BEFORE_BRACKET = 40
_LEAD_MAX = 16
_YEARS_MAX = 3
_MIN_ITEMS = 3
FURTHER_MARGIN = 0.08
FURTHER_MAX = 160
_LIST_BONUS = 0.5  # how much worse an enumeration may score than the best sentence
_SHORT_ITEM = re.compile(r"(?:^|(?<=[,;:]))[^,;:。]{2,8}(?=[,;。]|$)")
_WHEN = re.compile(
    r"\d{4}\s*年|[〇一二三四五六七八九]{4}年|年底|年内|年前|月底|季度|期间|\d+\s*(?:个)?(?:工作日|日|天|月|年|小时)|[一二三四五六七八九十]+(?:个)?(?:工作日|日内|个月|年)|每年|当年|次年|五\"末"
)


def targets(question: Question, asked: Asked, pieces: Sequence[Piece]) -> list[Statement]:
    """The figure that is asked for, or those below the heading that the question names."""
    below = [
        (piece, start, end)
        for piece, start, end in topic(question, asked, pieces)
        if not question.years or piece.years is None or set(question.years) & piece.years
    ]
    if below:
        return [Statement(_dated(p, a, b), p, (p.span,)) for p, a, b in below]
    if 1 < len(question.years) <= _YEARS_MAX:
        return _year_by_year(question, asked, pieces)
    one = target(question, asked, pieces)
    return [one] if one is not None else []


def _year_by_year(question: Question, asked: Asked, pieces: Sequence[Piece]) -> list[Statement]:
    """One figure for each year that the question names; a series that holds several comes once."""
    made: list[Statement] = []
    for year in question.years:
        of_year = [p for p in pieces if p.years is None or year in p.years]
        one = target(replace(question, years=(year,)), asked, of_year)
        if one is not None and one.text not in (other.text for other in made):
            made.append(one)
    return made


def target(question: Question, asked: Asked, pieces: Sequence[Piece]) -> Statement | None:
    """The figure that is asked for, aligned with the asked year or name where several stand."""
    unit = asked_unit(question.normal)
    fitting = [piece for piece in pieces if _holds_figure(piece)]
    ranked = sorted(
        fitting, key=lambda p: -p.score - (_UNIT_BONUS if _in_unit(p, unit) else 0.0)
    )
    for piece in ranked:
        if piece.kind == "row":
            return rows.statement(piece)
        found = _aligned(question, asked, piece)
        if found is not None:
            return found
        start, end = _figure_part(asked, piece, unit)
        return Statement(_dated(piece, start, end), piece, (piece.span,))
    return None


def _in_unit(piece: Piece, unit: str) -> bool:
    """A row says its unit in its name: 新增重庆名牌产品个数."""
    if piece.kind == "row":
        return bool(unit) and (f"{unit}数" in piece.text or has_unit(piece.text, unit))
    return has_unit(piece.text, unit)


def _holds_figure(piece: Piece) -> bool:
    if piece.kind == "row":
        return rows.has_value(piece)
    return piece.kind != "heading" and has_figure(piece.text)


def _aligned(question: Question, asked: Asked, piece: Piece) -> Statement | None:
    yearly = by_year(piece.text, piece.years)
    if yearly and question.years:
        chosen = [a for a in yearly if a.year in question.years]
        best = max((asked.share(piece.text[slice(*a.name)]) for a in chosen), default=0.0)
        chosen = [a for a in chosen if best and asked.share(piece.text[slice(*a.name)]) >= best - 1e-6]
        if chosen:
            text = "；".join(f"{a.year}年{_value(piece, a)}" for a in chosen[:3])
            return Statement(text, piece, (piece.span,), " ".join(str(a.year) for a in chosen))
    named = by_name(piece.text)
    shares = [asked.share(piece.text[slice(*a.name)]) for a in named]
    if named and max(shares) > 0.25 and sorted(shares)[-1] > (sorted(shares)[-2] if len(shares) > 1 else 0) + 0.1:
        best_one = named[shares.index(max(shares))]
        return Statement(_value(piece, best_one), piece, (piece.span,))
    return None


def _value(piece: Piece, a: Aligned) -> str:
    parts = (a.name, a.verb, a.value, a.tail)
    return "".join(shown(piece, *part) for part in parts if part[1] > part[0])


def _figure_part(asked: Asked, piece: Piece, unit: str) -> tuple[int, int]:
    """The comma part with the figure that the question's words stand nearest to."""
    parts = commas(piece.text)
    best, best_share = (0, len(piece.text)), -1.0
    for i, (start, end) in enumerate(parts):
        if not has_figure(piece.text[start:end]):
            continue
        bonus = _UNIT_BONUS if has_unit(piece.text[start:end], unit) else 0.0
        first = i
        share = asked.share(piece.text[start:end])
        # the subject may stand in the part before: 建成大数据平台,数量达到3个
        while first > 0 and end - parts[first - 1][0] <= _MAX:
            wider = asked.share(piece.text[parts[first - 1][0] : end])
            if wider <= share + 0.15 or has_figure(piece.text[slice(*parts[first - 1])]):
                break
            first, share = first - 1, wider
        if share + bonus > best_share + 1e-9:
            best, best_share = (parts[first][0], end), share + bonus
    return best[0], _rounded_off(piece.text, parts, *best)


def _rounded_off(text: str, parts: Sequence[tuple[int, int]], start: int, end: int) -> int:
    """A short part takes in what follows, so that a condition keeps its consequence."""
    for begin, stop in parts:
        if stop > end and (stop - start > _SHORT or has_figure(text[begin:stop])):
            break
        end = max(end, stop)
    return end


def _dated(piece: Piece, start: int, end: int) -> str:
    """The part, led by the words that date its sentence (从2015年起) when it names no year itself."""
    text = shown(piece, start, end)
    if years(piece.text[start:end]):
        return text
    opening = commas(piece.text)[0]
    lead = piece.text[slice(*opening)]
    if opening[1] > start or len(lead) > _LEAD_MAX or not years(lead) or "《" in lead:
        return text
    return f"{shown(piece, *opening)},{text}"


def compared_kind(question: Question) -> str:
    """What a comparison compares: who is responsible, figures, or else the sentences."""
    if re.search(r"谁(?:负责|牵头|管|来)|部门|牵头|由谁", question.normal):
        return "owner"
    figures = re.search(
        r"多少|几[个家项户]|高|低|严|率|度(?!假)|数量|指数|总量|目标|指标|比例|大|小", question.normal
    )
    return "target" if figures else "open"


def owner(question: Question, asked: Asked, pieces: Sequence[Piece]) -> Statement | None:
    """Who is responsible: the bracket that closes the clause, else a sentence that says so."""
    for piece in pieces:
        if piece.kind == "row":
            return rows.statement(piece)
        clause_text, offset = _clause_text(piece)
        spans = [(a + offset, b + offset) for a, b in brackets(clause_text)]
        after = [span for span in spans if span[1] > piece.span.start] or spans[-1:]
        direct = names_owner(piece.text) and not brackets(piece.text)
        if after and not (direct and piece.own > 0.75):
            start, end = after[0]
            inside = " ".join(piece.doc.text[start + 1 : end - 1].split())
            proof = _with_sentence_before(clause_text, offset, start, end)
            return Statement(inside.strip(TRAILING), piece, (proof,))
        if direct:
            return sentence(question, asked, [piece])
    return None


def _with_sentence_before(text: str, offset: int, start: int, end: int) -> Span:
    """A bracket alone says little: quote it with the end of what it closes."""
    before = [a for a, b in commas(text[: start - offset]) if start - offset - a <= _BEFORE_BRACKET]
    return Span(offset + before[0], end) if before else Span(start, end)


def _clause_text(piece: Piece) -> tuple[str, int]:
    """(folded text, offset) of the clause that the piece stands in, children left out."""
    ids = piece.hit.passage.clause_ids
    for clause in piece.doc.clauses:
        if ids and clause.id == ids[0]:
            span = clause.span if len(ids) > 1 else clause.own
            return fold(span.of(piece.doc.text)), span.start
    return piece.text, piece.span.start


def when(question: Question, asked: Asked, pieces: Sequence[Piece]) -> Statement | None:
    """The part of a sentence that says when."""
    for piece in pieces:
        if piece.kind == "row" or not (_WHEN.search(piece.text) or dates(piece.text)):
            continue
        return _narrow(asked, piece, _MAX, must=_WHEN)
    return None


def listing(question: Question, asked: Asked, pieces: Sequence[Piece]) -> Statement | None:
    """An enumeration: the parts of the sentence that hold it."""
    said = _said(pieces)
    if not said:
        return None
    listed = [piece for piece in said if _items(piece.text) >= _MIN_ITEMS]
    best = max(listed, key=lambda piece: piece.score, default=said[0])
    chosen = best if best.score >= said[0].score - _LIST_BONUS else said[0]
    return _narrow(asked, chosen, _LIST_MAX)


def _items(text: str) -> int:
    """How many things a sentence enumerates, roughly."""
    return max(text.count("、") + 1, text.count("《"), len(_SHORT_ITEM.findall(text)))


def sentence(question: Question, asked: Asked, pieces: Sequence[Piece]) -> Statement | None:
    """The best sentence, narrowed to its telling parts when long."""
    said = _said(pieces)
    return _narrow(asked, said[0], _MAX) if said else None


def _said(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces that say something, or the headings when there is nothing else."""
    return [p for p in pieces if p.kind != "heading"] or list(pieces)


def _narrow(
    asked: Asked, piece: Piece, limit: int, must: re.Pattern[str] | None = None
) -> Statement:
    """The longest stretch of comma parts within `limit` that holds most of the question."""
    if piece.kind == "row":
        return rows.statement(piece)
    if len(piece.text) <= limit:
        return Statement(shown(piece, 0, len(piece.text)), piece, (piece.span,))
    parts = commas(piece.text)
    best, best_rank = (0, min(limit, len(piece.text))), (-1.0, 0)
    for i in range(len(parts)):
        for j in range(i, len(parts)):
            start, end = parts[i][0], parts[j][1]
            if end - start > limit and j > i:
                break
            if must is not None and not must.search(piece.text[start:end]):
                continue
            rank = (round(asked.share(piece.text[start:end]), 2), end - start)
            if rank > best_rank:
                best, best_rank = (start, end), rank
    return Statement(shown(piece, *best), piece, (piece.span,))


def further(
    question: Question, asked: Asked, pieces: Sequence[Piece], first: Statement
) -> Statement | None:
    """A second sentence when it is nearly as good as the first and both stay short."""
    for piece in _said(pieces):
        if piece.span == first.piece.span or piece.kind == "row":
            continue
        if piece.score < first.piece.score - FURTHER_MARGIN:
            return None
        made = _narrow(asked, piece, _MAX)
        if len(made.text) + len(first.text) <= FURTHER_MAX:
            return made
    return None
