"""Articles asked for by their label: 第十条规定了什么 is answered with the whole article."""

from __future__ import annotations

import re
from collections.abc import Sequence

from text.normalize import fold
from text.numerals import parse_int
from text.sentences import sentences
from youju.records import Clause, PolicyDoc, Question, Span

_LABEL = (
    r"第\s*(?P<n>[一二三四五六七八九十百零〇\d]{1,6})\s*条"
    r"(?:\s*之\s*(?P<sub>[一二三四五六七八九十]{1,2}|\d{1,2}))?"
)
# The article itself is asked for, not what follows from it: 违反第十条怎么处罚.
_ASKED = re.compile(rf"{_LABEL}(?:的)?(?:规定|内容|原文|全文|条文|说|讲|写|是|指|$|[?,。])")
_ARTICLE = re.compile(_LABEL)
_BREACH = re.compile(r"违反|依照|根据|按照|不符合")
_MOST = 400  # characters of an article that are quoted


def asked_article(question: Question) -> tuple[int, int] | None:
    """(number, sub-number or 0) of the article that the question asks for, or None."""
    match = _ASKED.search(question.normal)
    if match is None or _BREACH.search(question.normal[: match.start()]):
        return None
    return _read(match)


def articles(docs: Sequence[PolicyDoc], wanted: tuple[int, int]) -> list[tuple[PolicyDoc, Clause]]:
    """The articles with that number, at most one per document."""
    found = []
    for doc in docs:
        for clause in doc.clauses:
            match = _ARTICLE.fullmatch(fold(clause.label).strip())
            if match is not None and _read(match) == wanted:
                found.append((doc, clause))
                break
    return found


def quoted(doc: PolicyDoc, clause: Clause) -> Span:
    """The article, or as many of its first sentences as are fit to quote."""
    if len(clause.span) <= _MOST:
        return Span(clause.span.start, clause.span.start + len(clause.span.of(doc.text).rstrip()))
    ends = [end for _, end in sentences(fold(clause.span.of(doc.text)))]
    fitting = [end for end in ends if end <= _MOST] or ends[:1]
    return Span(clause.span.start, clause.span.start + fitting[-1])


def _read(match: re.Match[str]) -> tuple[int, int]:
    return parse_int(match.group("n")) or 0, parse_int(match.group("sub") or "") or 0
