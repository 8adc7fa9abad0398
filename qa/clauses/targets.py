"""The figures that a question asks for → statements made of original characters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qa.asked.units import asked_unit, carries, has_unit
from qa.clauses import rows
from qa.clauses.draft import Statement, shown
from qa.clauses.pieces import Asked, Piece
from qa.clauses.topic import topic
from qa.facts import verdict, wording
from text.dates import years
from text.quantities import Aligned, by_name, by_year, has_figure
from text.sentences import commas
from youju.records import Question

_MAX = 110  # characters of one statement
_SHORT = 45  # a statement shorter than this takes in the next part
_UNIT_BONUS = 0.35  # a figure in the asked unit
_NAMED = 0.25  # share of the question that a name before 分别 must hold
_CLEAR = 0.1  # by how much it must hold more than the next name
_WIDER = 0.15  # share of the question that a part before must add to be taken in
_LEAD_MAX = 16  # characters of the words that date a sentence
# A figure of another matter is no answer: its piece must hold this share of what the document's
# closest piece holds of the question, or score this little less than its best piece.
_CLOSE = 0.6
_BEHIND = 0.25
_YEARS_MAX = 3  # asked years that are answered one by one


def targets(question: Question, asked: Asked, pieces: Sequence[Piece]) -> list[Statement]:
    """The figure that is asked for, or those below the heading that the question names."""
    below = [
        (piece, start, end)
        for piece, start, end in topic(question, asked, pieces)
        if not question.years or piece.years is None or set(question.years) & piece.years
    ]
    if below:
        return [_below(question, *part) for part in below]
    if 1 < len(question.years) <= _YEARS_MAX:
        return _year_by_year(question, asked, pieces)
    one = target(question, asked, pieces)
    return [one] if one is not None else []


def _below(question: Question, piece: Piece, start: int, end: int) -> Statement:
    """A part as it stands, led by its year; of a series only the asked years."""
    whole = piece.sub(start, end)
    facts = [fact for fact in piece.doc.facts if whole.covers(fact.span)]
    asked = [fact for fact in facts if verdict.holds_for(fact, question.years)]
    series = question.years and asked and len(asked) < len(facts)
    if series or (len(facts) == 1 and asked):
        text = wording.told(piece.doc, asked, dated=bool(question.years))
        return Statement(text, piece, (piece.span,), wording.known(asked))
    return Statement(_dated(piece, start, end), piece, (piece.span,))


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
    closest = max((piece.cover for piece in pieces), default=0.0)
    fitting = [
        piece
        for piece in pieces
        if _holds_figure(piece)
        and (piece.kind == "row" or carries(question.normal, piece.text))
        and (piece.cover >= _CLOSE * closest or piece.score >= pieces[0].score - _BEHIND)
    ]
    ranked = sorted(fitting, key=lambda p: -p.score - (_UNIT_BONUS if _in_unit(p, unit) else 0.0))
    for piece in ranked:
        if piece.kind == "row":
            return rows.statement(piece, question.years)
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
    return _of_year(question, asked, piece) or _of_name(asked, piece)


def _of_year(question: Question, asked: Asked, piece: Piece) -> Statement | None:
    """The values of the asked years, where one sentence gives a value per year."""
    yearly = by_year(piece.text, piece.years) if question.years else []
    chosen = [a for a in yearly if a.year in question.years]
    shares = [asked.share(piece.text[slice(*a.name)]) for a in chosen]
    best = max(shares, default=0.0)
    if not best:
        return None
    chosen = [a for a, share in zip(chosen, shares, strict=True) if share >= best - 1e-6]
    text = "；".join(f"{a.year}年{_value(piece, a)}" for a in chosen[:_YEARS_MAX])
    return Statement(text, piece, (piece.span,), " ".join(str(a.year) for a in chosen))


def _of_name(asked: Asked, piece: Piece) -> Statement | None:
    """The value of the name that the question clearly means, where one sentence gives several."""
    named = by_name(piece.text)
    shares = [asked.share(piece.text[slice(*a.name)]) for a in named]
    second, best = ([0.0, 0.0, *sorted(shares)])[-2:]
    if best <= _NAMED or best <= second + _CLEAR:
        return None
    return Statement(_value(piece, named[shares.index(best)]), piece, (piece.span,))


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
            if wider <= share + _WIDER or has_figure(piece.text[slice(*parts[first - 1])]):
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
    """The part, led by the words that date its sentence (从2015年起) if it names no year."""
    text = shown(piece, start, end)
    if years(piece.text[start:end]):
        return text
    opening = commas(piece.text)[0]
    lead = piece.text[slice(*opening)]
    if opening[1] > start or len(lead) > _LEAD_MAX or not years(lead) or "《" in lead:
        return text
    comma = piece.sub(opening[1] - 1, opening[1]).of(piece.doc.text)
    return f"{shown(piece, *opening)}{comma if comma in ',，' else ','}{text}"
