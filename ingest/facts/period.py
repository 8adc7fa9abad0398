"""When a target is due: the years that a sentence names, and those that it inherits.

A year of comparison (比2014年增加), of a document's name (《…2012年行动计划》, "十三五"规划)
or of a past date says nothing about when a target is due.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from text.dates import YearRange, years

_BASE_BEFORE = re.compile(r"(?:(?<!占)比|较|与|相比|同比|以|相对于?|[对照按]照?)\s*$")
_BASE_AFTER = re.compile(
    r"\s*(?:的?基础上|相比|同期|(?:的)?水平|翻|为基[期数]|以前|之前|前建|以来|后新)"
)
_NAME_AFTER = re.compile(
    r"[^,。;、\d]{0,12}(?:规划|纲要|计划|方案|要点|工作报告|目录|指南|白皮书|统计|普查|版)"
)
_OF_THEN = re.compile(r"[底末]?的")
_SINCE_AFTER = re.compile(r"\s*(?:\d{1,2}月(?:\d{1,2}日)?)?(?:起|开始|以后)")
_ONLY_TITLE = re.compile(r"《[^《》]*》")
_THIS_YEAR = re.compile(
    r"(?<![\d一二三四五六七八九十几数多两])年内|全年|年底前?|年末|今年(?!以来|预计的)|本年度?|当年"
)
_NEXT_YEAR = re.compile(r"明年")
# What may stand before a year that leads its sentence: 到, 力争到, 一是到, (二)到 …
_LEADING = re.compile(
    r"^[\s\d一二三四五六七八九十.、()—-]{0,8}(?:[\u4e00-\u9fff]{0,6}(?:目标|指标|任务)(?:是|为)?[:,])?(?:力争|争取|确保|预计|经过努力,?)?(?:到|至|在|截至)?\s*$"
)
_ADDED_UP = re.compile(r"[一二两三四五六七八九十\d]年(?:累计|共|总共|合计|内?累计)")
_DURATION = re.compile(
    r"(?<![\d年])\d{1,2}\s*年(?![\d底末内初度])|[一二三四五六七八九十]年(?:内|左右|时间)"
)


@dataclass(frozen=True, slots=True)
class Time:
    """A year (first == last) or a period; `since` means from `first` on, every year."""

    first: int
    last: int
    since: bool = False

    @property
    def year(self) -> int | None:
        """The one year, or None for a period."""
        return self.first if self.first == self.last and not self.since else None


@dataclass(frozen=True, slots=True)
class Named:
    """A time named at start:end of a sentence; `leading` when it opens the sentence."""

    start: int
    end: int
    time: Time
    leading: bool = False


def named(text: str, now: int | None) -> list[Named]:
    """The times that a folded sentence names as due, in order.

    今年, 年内 and the like mean the year `now`, where the sentence names no year.
    """
    titles = [m.span() for m in _ONLY_TITLE.finditer(text)]
    out = [
        Named(
            found.start,
            found.end,
            Time(found.first, found.last, bool(_SINCE_AFTER.match(text, found.end))),
            _LEADING.match(text[: found.start]) is not None,
        )
        for found in years(text)
        if not _is_name(text, found) and not any(a <= found.start < b for a, b in titles)
    ]
    if now is not None and not out:
        for pattern, year in ((_THIS_YEAR, now), (_NEXT_YEAR, now + 1)):
            for m in pattern.finditer(text):
                if not re.search(r"\d{4}$", text[: m.start()]):
                    out.append(Named(*m.span(), Time(year, year)))
    return sorted(out, key=lambda n: n.start)


def governing(times: list[Named], at: int) -> Time | None:
    """The last time named before position `at`, else None."""
    before = [n for n in times if n.end <= at]
    return before[-1].time if before else None


def yearly(text: str, at: int) -> bool:
    """True when 每年 stands in the stretch before position `at`: the value is due every year."""
    stretch = re.split(r"[,;。:]", text[:at])[-1]
    return "每年" in stretch


def several_years(text: str, at: int) -> bool:
    """True when the stretch before position `at` adds up years: 三年累计改造127公里."""
    return _ADDED_UP.search(re.split(r"[,;。:]", text[:at])[-1]) is not None


def leading(times: list[Named]) -> Time | None:
    """The time that opens the sentence and so goes on to hold for the next ones."""
    opening = [n for n in times if n.leading]
    return opening[0].time if opening else None


def is_ladder(times: list[Named]) -> bool:
    """True when a sentence names several years as due: none of them holds for the next sentence."""
    return len({n.time.year for n in times if n.time.year is not None}) > 1


def has_duration(text: str) -> bool:
    """True for 4年外购10万头: the sentence counts years of its own and inherits none."""
    return _DURATION.search(text) is not None


def _is_name(text: str, found: YearRange) -> bool:
    """True when the year is a base of comparison or a part of a name."""
    if text[found.start - 1 : found.start] in ("由", "从") and _OF_THEN.match(text, found.end):
        return True  # 由2021年的231亿元提高到237亿元
    before, quote = text[max(0, found.start - 4) : found.start], text[found.start]
    if _BASE_BEFORE.search(before) or _BASE_AFTER.match(text, found.end):
        return True
    if text[found.end - 1] in "末初" or text[found.end - 1 : found.end + 1] == "期间":
        return False
    return quote == '"' and _NAME_AFTER.match(text, found.end) is not None
