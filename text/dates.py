"""Dates, years and five-year plans in folded text."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass

from text.numerals import parse_int

FIRST_YEAR, LAST_YEAR = 1949, 2100  # years that a policy text speaks of
_OLDEST = 1900  # dates may be older: the founding of a body, a war

_GAP = r"[ ]{0,4}"
# 2007 or 二〇〇七, also 二OO七 and 二00七 as they are often typed
_YEAR = r"(?:(?<![0-9])(?<![0-9]\.)[0-9]{4}|[一二][〇零一二三四五六七八九Oo0]{3})"
_CN_SMALL = "[一二三四五六七八九十廿卅]{1,3}"
_MONTH = f"(?:[0-9]{{1,2}}|{_CN_SMALL})"
# 2015年5月2日, 二〇〇七年八月二十四日, 2012年6月
_CHINESE_DATE = re.compile(
    f"(?P<y>{_YEAR}){_GAP}年{_GAP}(?P<m>{_MONTH}){_GAP}月(?:{_GAP}(?P<d>{_MONTH}){_GAP}[日号])?"
)
# 2015-05-02 00:00:00.000, 2015/5/2, 2015.05.02
_TIME = r"(?:[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?)?"
_PLAIN_DATE = re.compile(
    r"(?<![0-9./-])(?P<y>[0-9]{4})(?P<mark>[-/.])(?P<m>[0-9]{1,2})(?P=mark)(?P<d>[0-9]{1,2})"
    f"(?![0-9]|[-/.][0-9]){_TIME}"
)

# 民国 110 年 06 月 09 日, as Taiwan counts: the first year is 1912
_ERA_DATE = re.compile(
    f"民国{_GAP}(?P<y>[0-9]{{1,3}}|{_CN_SMALL}){_GAP}年{_GAP}(?P<m>{_MONTH}){_GAP}月{_GAP}(?P<d>{_MONTH}){_GAP}日"
)
_ERA = 1911

_BARE = r"(?:(?<![0-9/-])(?<![0-9]\.)[0-9]{4}(?![0-9])|[一二][〇零一二三四五六七八九Oo0]{3})"
_TO = f"{_GAP}(?:[—~-]{{1,3}}|至|到){_GAP}"
_RANGE = f"(?P<from>{_BARE})(?:年(?:度)?)?{_TO}(?P<to>[0-9]{{4}}(?![0-9-])|{_YEAR})年?"
# The first of 2015、2016和2017年; the last one is an ordinary year.
_SINGLE = f"(?P<one>{_YEAR})(?={_GAP}年(?!第[0-9]+号)|(?:[、,和及与][0-9]{{4}}){{1,12}}年)"
_NTH = "(?:十[一二三四五六七八九]|[一二三四五六七八九十])五"
# "十三五", 十三五规划; short names (一五, 十五) only in quotes or before 规划 and the like, for
# they may be numbers; "七五"普法 is a campaign of its own.
_PLAN = (
    f'(?P<plan>"(?:{_NTH}|十五)"|(?<![第零〇一二三四五六七八九十百])'
    "(?:十[一二三四五六七八九]五(?![年月日个项家条名件号〇零一二三四五六七八九十百])"
    f"|(?:{_NTH}|十五)(?=规划|计划|时期|期间)))(?!普法)(?P<part>(?:时期|期间|期)?[末初])?"
)
_YEARS = re.compile(f"{_RANGE}|{_SINGLE}|{_PLAN}")
_YEAR_SIGN = re.compile(f"{_GAP}年")
_O_FOR_ZERO = str.maketrans("Oo0", "〇〇〇")


@dataclass(frozen=True, slots=True)
class Dated:
    """A date at start:end; `iso` is "2015-05-02", or "2012-06" when no day is given."""

    start: int
    end: int
    iso: str


@dataclass(frozen=True, slots=True)
class YearRange:
    """Years first..last (both included) named at start:end; a single year has first == last."""

    start: int
    end: int
    first: int
    last: int

    @property
    def years(self) -> range:
        """Every year of the range."""
        return range(self.first, self.last + 1)


def dates(text: str) -> list[Dated]:
    """Dates in folded text, in order; impossible ones (2015年2月30日) are left out."""
    found = [*_dated(_CHINESE_DATE, text), *_dated(_PLAIN_DATE, text)]
    if "民国" in text:
        found += _dated(_ERA_DATE, text, _ERA)
    return sorted(found, key=lambda dated: dated.start)


def years(text: str) -> list[YearRange]:
    """Years, ranges of years and five-year plans in folded text, in order.

    「2015年」, 「2015—2017年」, 「2011-2020」, 「2015、2016年」, 「"十三五"末」 (2020). Years
    outside 1949..2100, reversed ranges and serials (〔2012〕45号, 2012年第45号) are not years.
    """
    return list(_years(text))


def plan_years(n: int) -> tuple[int, int]:
    """First and last year of the n-th five-year plan (1 is 1953–1957; 1963–1965 had none)."""
    first = 1953 + 5 * (n - 1) if n <= 2 else 1966 + 5 * (n - 3)
    return first, first + 4


def _dated(pattern: re.Pattern[str], text: str, era: int = 0) -> Iterator[Dated]:
    for found in pattern.finditer(text):
        year = str((parse_int(found.group("y")) or 0) + era) if era else found.group("y")
        iso = _iso(year, found.group("m"), found.group("d"))
        if iso is not None:
            yield Dated(found.start(), found.end(), iso)


def _iso(year_text: str, month_text: str, day_text: str | None) -> str | None:
    year, month = _year(year_text), parse_int(month_text)
    day = 1 if day_text is None else parse_int(day_text)
    if year is None or month is None or day is None or not _OLDEST <= year <= LAST_YEAR:
        return None
    try:
        date = datetime.date(year, month, day)
    except ValueError:
        return None
    return date.isoformat() if day_text is not None else f"{year:04d}-{month:02d}"


def _year(text: str) -> int | None:
    return int(text) if text.isdecimal() else parse_int(text.translate(_O_FOR_ZERO))


def _years(text: str) -> Iterator[YearRange]:
    at = 0
    while (found := _YEARS.search(text, at)) is not None:
        start, end = found.span()
        at = end
        if found.group("plan"):
            first, last = _plan(found)
        elif found.group("one"):
            first = last = _year(found.group("one")) or 0
            after = _YEAR_SIGN.match(text, end)
            end = after.end() if after else end
        else:
            first, last = _year(found.group("from")) or 0, _year(found.group("to")) or 0
            if not FIRST_YEAR <= first < last <= LAST_YEAR:
                at = found.end("from")  # no range: look at its ends one by one
                yield from _alone(text, found)
                continue
        if FIRST_YEAR <= first <= last <= LAST_YEAR:
            yield YearRange(start, end, first, last)


def _alone(text: str, found: re.Match[str]) -> Iterator[YearRange]:
    """The first end of a false range, when 年 stands after it."""
    year, end = _year(found.group("from")) or 0, found.end("from")
    if text[end : end + 1] == "年" and FIRST_YEAR <= year <= LAST_YEAR:
        yield YearRange(found.start(), end + 1, year, year)


def _plan(found: re.Match[str]) -> tuple[int, int]:
    name = found.group("plan").strip('"')
    first, last = plan_years(parse_int(name[:-1]) or 0)
    part = found.group("part") or ""
    if part.endswith("末"):
        return last, last
    return (first, first) if part.endswith("初") else (first, last)
