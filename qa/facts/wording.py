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
_AMONG = re.compile(r"^其中[，,：:]?")
_VERB = 14  # characters of the words that bind a value
_MARKS = re.compile(r"[,;。:()\n]")
_SHARED = re.compile(r"分别|依次|逐年|分年度")
_FIGURE = re.compile(r"\d|[一二三四五六七八九十百]{1,9}(?=[个家项所座万亿%分])")
_BASE = re.compile(r"[比较](?:19|20)\d{2}年\D*$")  # 比2020年提高
_DATED = re.compile(r"(?<!较)(?<!(?<!占)比)(?:19|20)\d{2}年?(?:底|末)?(?:以?前)?")
_UNDATED = "（原文没有写明年份）"


def told(doc: PolicyDoc, facts: Sequence[Fact], *, dated: bool) -> str:
    """The values of one indicator of a document, a series by year; `dated` when a year is asked."""
    if len(facts) > 1:
        each = "、".join(f"{_when(fact)}{value_of(doc, fact)}" for fact in facts)
        return f"{name_of(facts[0])}{each}"
    fact = facts[0]
    said = _part(doc, fact) or f"{name_of(fact)}{value_of(doc, fact)}"
    named = {year.first for year in years(fold(said))} | {year.last for year in years(fold(said))}
    when = "" if named and (fact.year is None or fact.year in named) else _when(fact)
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
    """The value after the words that bind it, as the document writes them: 降至25万吨以下."""
    value = verdict.shown(fact)
    before = fact.comparator.split("…")[0]
    if not before or not value.startswith(before):
        return value
    bare = value.removeprefix(before)
    symbol = doc.text[fact.span.start - 1 : fact.span.start]
    if symbol in _SYMBOLS:
        return symbol + bare
    if any(table.span.covers(fact.sentence) for table in doc.tables):
        return value
    return _verb(doc, fact) + bare


def _verb(doc: PolicyDoc, fact: Fact) -> str:
    """The words between the indicator, a year or a mark and the value: 力争达到, 压减到, 不低于.

    A value that shares its verb with others (逐年达到50个、200个) takes it from before the first.
    """
    original = Span(fact.sentence.start, fact.span.start).of(doc.text)
    text = fold(original)
    start = max((m.end() for m in _MARKS.finditer(text)), default=0)
    shared = max((m.end() for m in _SHARED.finditer(text, start)), default=0)
    named = text.rfind(fold(fact.indicator[-2:]), start)
    at = max(start, shared, named + 2 if named >= 0 else 0)
    at = max((m.end() for m in _DATED.finditer(text, at)), default=at)
    figure = _FIGURE.search(text, at)
    said = unlabelled(original[at : figure.start() if figure and shared else len(text)])
    plain = len(said) <= _VERB and (not _FIGURE.search(fold(said)) or _BASE.match(fold(said)))
    return said if said and plain else fact.comparator.split("…")[0]


def _in_order(name: str, text: str) -> bool:
    """True when the text holds the characters of a name in order: 每个县…建成…互联网医院."""
    left = iter(text)
    return all(char in left for char in name)


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
        named = _in_order(squeeze(fold(fact.indicator)), squeeze(folded[start:end]))
        if others or not named or len(span) > _PART or not span.covers(fact.span):
            return ""
        return _AMONG.sub("", unlabelled(span.of(doc.text)))
    return ""
