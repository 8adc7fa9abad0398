"""A fact in words: the part of its sentence that says nothing else, or its name and value."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.facts import verdict
from qa.facts.likeness import undated
from qa.proof.trim import unlabelled
from text.dates import years
from text.normalize import fold, squeeze
from text.sentences import commas
from youju.records import Fact, PolicyDoc, Span

_PART = 70  # characters of a part of a sentence that is told as it stands
_SYMBOLS = ("≥", "≤", ">", "<", "＞", "＜")
_WITHIN = re.compile(r"^(?:到|在)?(?:年|全年|今年|本年|当年|期)")  # 年内, 期末
_UNDATED = "（原文没有写明年份）"


def told(doc: PolicyDoc, facts: Sequence[Fact], *, dated: bool) -> str:
    """The values of one indicator of a document, a series by year; `dated` when a year is asked."""
    if len(facts) > 1:
        each = "、".join(f"{_when(fact)}{value_of(doc, fact)}" for fact in facts)
        return f"{name_of(facts[0])}{each}"
    fact = facts[0]
    said = _part(doc, fact) or f"{name_of(fact)}{value_of(doc, fact)}"
    when = "" if years(fold(said)) else _when(fact)
    if when and _WITHIN.search(said):
        return f"{said}（{when}）"
    return f"{when}{said}{_UNDATED if dated and not _when(fact) else ''}"


def offered(doc: PolicyDoc, fact: Fact) -> str:
    """A value of another year than the asked one, its year first."""
    when = _when(fact) or "没有写明年份的"
    return f"{when}：{name_of(fact)}{value_of(doc, fact)}"


def known(facts: Sequence[Fact]) -> str:
    """What the wording may say beyond the quoted sentences: the years."""
    return " ".join(filter(None, map(_when, facts)))


def name_of(fact: Fact) -> str:
    """The indicator, without white space and the year that may end it."""
    return undated(squeeze(fact.indicator))


def _when(fact: Fact) -> str:
    return verdict.when(fact) if verdict.period_of(fact) else ""


def value_of(doc: PolicyDoc, fact: Fact) -> str:
    """The value with its comparator, as the document writes it where its characters differ."""
    value = verdict.shown(fact)
    before = fact.comparator.split("…")[0]
    if not before or not value.startswith(before):
        return value
    symbol = doc.text[fact.span.start - 1 : fact.span.start]
    if symbol in _SYMBOLS:
        return symbol + value.removeprefix(before)
    if not _traditional(fact.sentence.of(doc.text)):
        return value
    at = fact.span.start
    written = doc.text[max(0, at - len(before)) : at]
    return (written if fold(written) == before else "") + value.removeprefix(before)


def _traditional(text: str) -> bool:
    return any(a != b and a.isalpha() for a, b in zip(text, fold(text), strict=True))


def _part(doc: PolicyDoc, fact: Fact) -> str:
    """The part between commas that holds the name and this value, and no other; else ''."""
    if any(table.span.covers(fact.sentence) for table in doc.tables):
        return ""
    folded = fold(fact.sentence.of(doc.text))
    at = fact.span.start - fact.sentence.start
    for start, end in commas(folded):
        if not start <= at < end:
            continue
        start = max(start, folded.rfind(":", start, at) + 1)
        span = Span(fact.sentence.start + start, fact.sentence.start + end)
        others = any(span.covers(other.span) for other in doc.facts if other != fact)
        named = squeeze(fold(fact.indicator)) in squeeze(folded[start:end])
        if others or not named or len(span) > _PART or not span.covers(fact.span):
            return ""
        return unlabelled(span.of(doc.text))
    return ""
