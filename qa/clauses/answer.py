"""Answers from clauses and table rows: the pieces of the hits, put into lines per document."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from qa.asked.units import carries
from qa.clauses import lists, refuse, rows, select, statements, targets
from qa.clauses.draft import Statement
from qa.clauses.pieces import Asked, Piece, pieces
from qa.proof.compose import Line, Outcome, Refusal
from qa.proof.trim import unlabelled
from text.normalize import fold
from text.sentences import commas
from youju.records import Clause, Hit, PolicyDoc, Question, Retriever, Span

_ON_TOPIC = 0.8  # share of the question that a sentence without a figure must hold to stand for one
_LISTED = 12  # table rows named in one answer
_LOOKED_AT = 8  # best pieces among which a row may hold the asked cell
_LED = 10  # items shown of those that a sentence introduces
_SUBJECT_MAX = 30  # characters of the question that a refusal repeats

_Wording = Callable[[Question, Asked, Sequence[Piece]], Statement | None]
_BY_KIND: dict[str, _Wording] = {
    "owner": statements.owner,
    "when": statements.when,
    "list": statements.listing,
    "yesno": statements.sentence,
    "open": statements.sentence,
}


def from_hits(
    question: Question,
    retriever: Retriever,
    hits: Sequence[Hit],
    threshold: float = refuse.THRESHOLD,
) -> Outcome | Refusal:
    """The lines that the hits give, or why they give none.

    `threshold` is the probability (0–1) below which the best pieces are no answer.
    """
    found = pieces(question, hits, retriever)
    timely = select.in_year(question, found)
    if refuse.is_weak(question, timely or found, retriever, threshold):
        return Refusal(nothing(question))
    if not timely:
        return Refusal(_wrong_year(question, found))
    asked = Asked.of(question.terms, retriever)
    groups = select.answering(select.by_document(timely))
    listed = _listed(question, asked, timely, groups)
    if listed is not None:
        return listed
    lines = [line for group in groups for line in _lines(question, asked, group, len(groups) == 1)]
    if not lines:
        return Refusal(nothing(question))
    return Outcome(tuple(lines), led=len({line.doc.id for line in lines}) > 1)


def nothing(question: Question) -> str:
    """The sentence for a question that no clause answers."""
    subject = "".join(question.terms)[:_SUBJECT_MAX]
    return f"文件中没有找到关于“{subject}”的内容" if subject else "文件中没有找到相关内容"


def _wrong_year(question: Question, found: Sequence[Piece]) -> str:
    asked = "、".join(f"{year}年" for year in question.years[:3])
    near = sorted(found[0].years or ()) if found else []
    span = f"{near[0]}—{near[-1]}" if len(near) > 1 else "".join(map(str, near))
    hint = f"；最接近的条款说的是{span}年" if near else ""
    return f"文件中没有找到{asked}的相关内容{hint}"


def _lines(question: Question, asked: Asked, group: Sequence[Piece], alone: bool) -> list[Line]:
    """What one document says; `alone` when it is the only one that answers."""
    if question.kind in ("target", "comparison"):
        figures = targets.targets(question, asked, group)
        if figures or group[0].cover < _ON_TOPIC or not carries(question.normal, group[0].text):
            return [_line(made) for made in figures]
        # the document speaks of it without a figure: 服务质量基本达到国际标准
        worded = statements.sentence(question, asked, group)
        return [_line(worded)] if worded is not None else []
    made = _BY_KIND[question.kind](question, asked, group)
    silent = question.kind == "owner" or (
        question.kind == "when" and not carries(question.normal, group[0].text)
    )
    if made is None and not silent:
        made = statements.sentence(question, asked, group)
    if made is None:
        return []
    led = lists.led(made.piece.doc, made.piece.span) if _leads(made) else ()
    if led:
        return [_line(made), *_led_items(made, led)]
    second = None
    if question.kind == "open" and alone:
        second = statements.further(asked, group, made)
    return [_line(made)] if second is None else [_line(made), _line(second)]


def _leads(made: Statement) -> bool:
    """True for 主要包括下列内容: which says nothing without what follows."""
    return made.piece.kind != "row" and made.piece.text.rstrip().endswith(":")


def _led_items(made: Statement, items: Sequence[Clause]) -> list[Line]:
    """The items that a lead-in introduces, a long one by its first part."""
    doc = made.piece.doc
    lines = []
    for clause in items[:_LED]:
        start, end = commas(fold(clause.own.of(doc.text)))[0]
        span = Span(clause.own.start + start, clause.own.start + end)
        lines.append(Line(doc, unlabelled(span.of(doc.text)), (span,), clause.path))
    return lines


def _line(made: Statement) -> Line:
    return Line(made.piece.doc, made.text, made.spans, made.piece.hit.passage.path, made.known)


# --- lists ---------------------------------------------------------------------------------------


def _listed(
    question: Question, asked: Asked, timely: Sequence[Piece], groups: Sequence[Sequence[Piece]]
) -> Outcome | None:
    """Rows with the asked cell, the children of a heading or the items of a lead-in."""
    if question.kind in ("list", "open", "target", "owner"):
        same_cell = rows.rows_with_cell(question, timely[:_LOOKED_AT])
        if same_cell:
            return _row_list(same_cell)
    if question.kind == "list":
        outline = lists.outline(asked, [group[0].doc for group in groups])
        if outline is not None:
            return _outline(outline)
    if question.kind in ("list", "open") and len(groups) == 1:
        best = groups[0][0]
        items = lists.items(best.doc, best.span, headed=question.kind == "list")
        if items:
            return _items(best.doc, items)
    return None


def _row_list(found: Sequence[Piece]) -> Outcome:
    lines = [
        Line(piece.doc, rows.row_name(piece), (piece.span,), piece.hit.passage.path)
        for piece in found
    ]
    more = f"共{len(lines)}项，这里列出前{_LISTED}项。" if len(lines) > _LISTED else ""
    return Outcome(tuple(lines[:_LISTED]), closing=more)


def _outline(listed: lists.Outline) -> Outcome:
    doc = listed.doc
    return Outcome(
        tuple(
            Line(doc, " ".join(c.heading.split()), (lists.heading_span(doc, c),), c.path)
            for c in listed.children
        )
    )


def _items(doc: PolicyDoc, items: Sequence[Clause]) -> Outcome:
    """The items of a lead-in, one line each: whole when all are short, else by their headings."""
    long = any(len(clause.span) > lists.ITEM_MAX for clause in items)
    lines = []
    for clause in items:
        span = lists.heading_span(doc, clause) if long else clause.span
        lines.append(Line(doc, unlabelled(span.of(doc.text)), (span,), clause.path))
    return Outcome(tuple(lines))
