"""One document's best pieces → a short statement made of original characters.

Each function answers one kind of question for one document and returns None when the pieces hold
no answer of that kind.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.asked.units import carries
from qa.clauses import rows
from qa.clauses.draft import Statement, shown
from qa.clauses.pieces import Asked, Piece
from qa.proof.trim import TRAILING
from text.dates import dates
from text.normalize import fold
from text.owners import brackets, names_owner
from text.sentences import commas
from youju.records import Question, Span

_MAX = 110  # characters of one statement
_LIST_MAX = 170
_BEFORE_BRACKET = 40  # characters quoted with an owner bracket
_SURE = 0.75  # share of the question in a sentence that names an owner without a bracket
_MIN_ITEMS = 3
_ABOUT = 0.5  # share of the question in a text whose calendar years may tell 几年
_FURTHER_MARGIN = 0.08  # how much worse a second sentence may score
_FURTHER_MAX = 160  # characters of both sentences
_LIST_BONUS = 0.5  # how much worse an enumeration may score than the best sentence
_SHORT_ITEM = re.compile(r"(?:^|(?<=[,;:]))[^,;:。]{2,8}(?=[,;。]|$)")
_POST = re.compile(
    r"(?P<post>[局厅处科部校院所站馆县市省区镇乡村]长|主任|书记|组长|主席|秘书长|召集人|总指挥)"
    r"(?:姓名)?(?:到底|现在)?(?:是|叫|由|为)(?:谁|哪位|哪个人|什么名字|什么人|哪一位)"
)
_WHEN = re.compile(
    r"\d{4}\s*年|[〇一二三四五六七八九]{4}年|年底|年内|年前|月底|季度|期间"
    r"|\d+\s*(?:个)?(?:工作日|日|天|月|年|小时|时)"
    r"|[一二三四五六七八九十]+(?:个)?(?:工作日|日内|个月|年)|每年|当年|次年|五\"末"
)


def owner(question: Question, asked: Asked, pieces: Sequence[Piece]) -> Statement | None:
    """Who is responsible: the bracket that closes the clause, else a sentence that says so."""
    post = _POST.search(question.normal)
    for piece in pieces:
        if post is not None and not _holds_post(piece, post.group("post")):
            continue  # a body that takes part in something is not the holder of a post
        if piece.kind == "row":
            return rows.statement(piece)
        clause_text, offset = _clause_text(piece)
        spans = [(a + offset, b + offset) for a, b in brackets(clause_text)]
        after = [span for span in spans if span[1] > piece.span.start] or spans[-1:]
        direct = names_owner(piece.text) and not brackets(piece.text)
        if after and not (direct and piece.own > _SURE):
            start, end = after[0]
            inside = " ".join(piece.doc.text[start + 1 : end - 1].split())
            proof = _with_sentence_before(clause_text, offset, start, end)
            return Statement(inside.strip(TRAILING), piece, (proof,))
        if direct:
            return sentence(question, asked, [piece])
    return None


def _holds_post(piece: Piece, post: str) -> bool:
    """True when the text names somebody to the post: 由分管副市长任组长."""
    return re.search(rf"(?:任|担任|为|兼)[^,;。]{{0,6}}{post}|{post}[由:]", piece.text) is not None


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
        if not carries(question.normal, piece.text) and piece.cover < _ABOUT:
            continue  # 判几年 is no matter of 2015—2017年
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


def further(asked: Asked, pieces: Sequence[Piece], first: Statement) -> Statement | None:
    """A second sentence when it is nearly as good as the first and both stay short."""
    for piece in _said(pieces):
        if piece.span == first.piece.span or piece.kind == "row":
            continue
        if piece.score < first.piece.score - _FURTHER_MARGIN:
            return None
        made = _narrow(asked, piece, _MAX)
        if len(made.text) + len(first.text) <= _FURTHER_MAX:
            return made
    return None
