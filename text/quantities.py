"""Figures in a sentence, aligned with what they belong to.

2015—2017年,合格率逐年达到89%、90%、91% gives one value per year; A、B、C分别达到50个、200个、500个
gives one value per name. Where the counts differ nothing is aligned: a wrong pairing is worse than
the whole sentence.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from text.dates import YearRange, years
from text.numerals import Number, numbers

_VALUE = (
    r"(?:约|近|超过)?(?:\d[\d,.]*\d|\d|[一二三四五六七八九十百千万]+)\s*(?:[—~-]\s*\d[\d.]*)?"
    r"[^、,;。\d和及()]{0,8}(?:\([^()]{1,10}\))?"
)
_VALUES = rf"{_VALUE}(?:(?:[、,]|和|及){_VALUE})+"
_BY_YEAR = re.compile(
    rf"(?:逐年|分年度|每年分别)(?P<verb>[^\d、,;。]{{0,8}}?)(?P<values>{_VALUES})"
)
_BY_NAME = re.compile(
    rf"(?:分别|依次)(?:[比较](?:19|20)\d{{2}}年)?(?P<verb>[^\d、,;。]{{0,8}}?)(?P<values>{_VALUES})(?P<tail>以上|以下|以内|左右)?"
)
_CLAUSE_MARKS = ",;。:"  # between them stands what the values belong to
_YEAR_REACH, _NAME_REACH = 200, 300  # characters of it
_COMMON_TAIL = re.compile(r"(?:以上|以下|以内|左右)$")
_SPLIT_VALUES = re.compile(r"[、,和及]")
_SPLIT_NAMES = re.compile(r"、|以及|(?<!普)及|(?<!参)与|(?<![总饱调温共缓])和")
_SPLIT_LIST = re.compile(r"、")
_SPLIT_PAIR = re.compile(r"以及|(?<!普)及|(?<!参)与|(?<![总饱调温共缓])和")
# Numbers that state no quantity: labels, dates and years, ordinals, 文号, quoted names.
_NO_QUANTITY = re.compile(
    r"^\s*(?:[(（]?[一二三四五六七八九十\d]{1,3}[)）]|[一二三四五六七八九十]{1,3}、|\d{1,3}[.、](?!\d))"
    r"|(?:19|20)\d{2}\s*(?:[—~-]{1,2}\s*(?:19|20)\d{2}\s*)?年(?:\s*\d{1,2}\s*月(?:\s*\d{1,2}\s*日)?)?"
    r"|(?:19|20)\d{2}\s*[—~-]{1,2}\s*(?:19|20)\d{2}|(?:19|20)\d{2}(?=[、,和及与](?:19|20)\d{2}年)"
    r"|第\s*[\d一二三四五六七八九十百]++|[\[(]\d{4}[\])]\d*+号?|(?<!\d)\d++号|\"[^\"]{0,12}\d[^\"]{0,12}\""
)
# 2020年15%: a step of a ladder whose name is said once before it
_STEP = re.compile(
    rf"(?:到|至|于)?(?P<year>(?:19|20)\d{{2}})年(?:底前?|末)?[:为]?(?P<value>{_VALUE})(?=[,、;。)]|$)"
)
_STEP_MARK = re.compile(r"\s*[,、;]\s*(?:并?力争|预计)?")
_LADDER_HEAD = re.compile(
    r"(?P<name>[^\s,;。:\d][^,;。:]{1,40}?)\s{0,8}(?:分别|依次)?[为:]?\s{0,8}$"
)
_OF_STEP = re.compile(r"(?:19|20)\d{2}$")
# 漏损率由2021年的12.6%降至2023年的10%
_FROM_TO = re.compile(
    rf"(?:由|从)(?:19|20)\d{{2}}年底?的?[\d.,]{{1,12}}(?P<verb>[^\d,;。]{{1,14}})(?P<year>(?:19|20)\d{{2}})年底?的?"
    rf"(?P<value>{_VALUE})(?=[,、;。)]|$)"
)
# 到2030年,分别达到8000万人次、600亿元: the names were said before
_NAMELESS = re.compile(r"(?:^|[,;。]|年(?:底|末)?)\s*(?:力争|争取|预计|要|将)?$")
_ALL = re.compile(r"全部|全覆盖|一次性|一律")
_MAX_YEARS = 10
_NAMELESS_REACH = 8
_LADDER_REACH = 60  # characters before the first step that may name it
_YEAR_END = re.compile(r"(?:年度?|底|末|期间|[,、\s])*")
_YEAR_NAME = re.compile(r"(?:19|20)\d{2}(?!\d)")  # years that values are listed for
_BETWEEN_YEARS = re.compile(r"年?[、,和及与]|年?以及")


_Pair = tuple[int, int]
_NO: _Pair = (0, 0)


@dataclass(frozen=True, slots=True)
class Aligned:
    """A value with its year or its name; all pairs are half-open offsets into the text read."""

    year: int | None
    name: tuple[int, int]
    verb: tuple[int, int]
    value: tuple[int, int]
    tail: tuple[int, int] = (0, 0)


def by_year(text: str, governing: frozenset[int] | None) -> list[Aligned]:
    """The yearly values of a folded text; `governing` are the years it speaks of.

    >>> text = "2015—2017年,合格率逐年达到89%、90%、91%"
    >>> [(a.year, text[slice(*a.value)]) for a in by_year(text, None)]
    [(2015, '89%'), (2016, '90%'), (2017, '91%')]
    """
    out: list[Aligned] = []
    yearly = _has(text, "逐年", "分年度", "每年分别")
    for head, match in _listed(_BY_YEAR, text, _YEAR_REACH) if yearly else ():
        values = _values(match)
        span = _range_before(text, head[1]) or _few(governing)
        if span is None or len(span) != len(values):
            continue
        name = _trimmed(text, *head)
        out += [Aligned(y, name, match.span("verb"), v) for y, v in zip(span, values, strict=True)]
    return out + _by_year_of_one(text) + _ladder(text) + _from_to(text)


def _from_to(text: str) -> list[Aligned]:
    """由2021年的12.6%降至2023年的10%: the value of the later year."""
    out: list[Aligned] = []
    for match in _FROM_TO.finditer(text) if _has(text, "由", "从") else ():
        name = _name_before(text, match.start())
        if name is not None:
            year = int(match.group("year"))
            out.append(Aligned(year, name, match.span("verb"), match.span("value")))
    return out


def _name_before(text: str, at: int) -> _Pair | None:
    """What years and values that begin at `at` belong to, where it is said right before."""
    start = max(0, at - _LADDER_REACH)
    head = _LADDER_HEAD.search(text[start:at])
    if head is None or head.group("name").endswith(("、", "其中")):
        return None
    if _OF_STEP.search(text[: start + head.start("name")][-4:]):
        return None  # 2022年改造管网35公里、2023年42公里: the first step has a name of its own
    return _trimmed(text, start + head.start("name"), start + head.end("name"))


def _ladder(text: str) -> list[Aligned]:
    """绿化覆盖率:2023年35%,2024年36%: the values that follow their years, two or more."""
    out: list[Aligned] = []
    run: list[re.Match[str]] = []
    for step in [*_STEP.finditer(text), None]:
        joined = run and step and _STEP_MARK.fullmatch(text, run[-1].end("value"), step.start())
        if not joined:
            out += _steps(text, run)
            run = []
        if step is not None:
            run.append(step)
    return out


def _steps(text: str, run: list[re.Match[str]]) -> list[Aligned]:
    if len(run) < 2:
        return []
    name = _name_before(text, run[0].start())
    if name is None:
        return []
    return [
        Aligned(int(step.group("year")), name, (step.start("value"),) * 2, step.span("value"))
        for step in run
    ]


def said_before(text: str) -> list[tuple[_Pair, list[_Pair], _Pair]]:
    """(verb, values, tail) of each 分别 whose names stand in the parts before it."""
    if not _has(text, "分别", "依次"):
        return []
    return [
        (
            m.span("verb"),
            _values(m),
            m.span("tail") if m["tail"] else (0, 0),
        )
        for m in _BY_NAME.finditer(text)
        if _NAMELESS.search(text[max(0, m.start() - _NAMELESS_REACH) : m.start()])
    ]


def _by_year_of_one(text: str) -> list[Aligned]:
    """2022—2024年,收集率分别达到65%、70%、75%: one name, a value for each of the years before."""
    out: list[Aligned] = []
    listings = _named(text)
    all_named = years(text) if listings else []
    ends = [found.end for found in all_named]
    for head, match in listings:
        values = _values(match)
        before = bisect_right(ends, head[1])
        named = all_named[max(0, before - _MAX_YEARS) : before]
        if not named or _has(text[named[-1].end : head[1]], ";", "。"):
            continue
        name = _trimmed(text, max(head[0], named[-1].end), head[1])
        joint = _YEAR_END.match(text, *name)
        name = (joint.end() if joint else name[0], name[1])
        listed = _listed_years(text, named)
        if name[1] <= name[0] and listed:  # 利用率2023年、2025年分别不低于20%和25%
            name = _name_before(text, listed[0].start) or name
        if name[1] <= name[0] or len(_split_at(_SPLIT_NAMES, text, *name)) != 1:
            continue
        each = [year for found in listed for year in found.years]
        if len(each) == len(values):
            tail = _tail(match, values)
            for year, value in zip(each, values, strict=True):
                own = (0, 0) if text[slice(*value)].endswith(text[slice(*tail)] or "\0") else tail
                out.append(Aligned(year, name, match.span("verb"), value, own))
    return out


def _listed_years(text: str, named: list[YearRange]) -> list[YearRange]:
    """The last range of years, or the last single years listed side by side; [] for just one."""
    if named[-1].last > named[-1].first:
        return [named[-1]]
    listed = [named[-1]]
    for found in reversed(named[:-1]):
        gap = text[found.end : listed[0].start]
        if found.last > found.first or not _BETWEEN_YEARS.fullmatch(gap):
            break
        listed.insert(0, found)
    return listed if len(listed) > 1 else []


def by_name(text: str) -> list[Aligned]:
    """The values of a folded text that belong to the names listed before 分别.

    When more names than values are listed, nothing is aligned, unless they share their verb
    (支持企业、院所主导或参与国际和国家标准分别达到5项和30项): then the last names count.

    >>> text = "驰名商标、省名牌产品分别达到50个、500个"
    >>> [(text[slice(*a.name)], text[slice(*a.value)]) for a in by_name(text)]
    [('驰名商标', '50个'), ('省名牌产品', '500个')]
    """
    out: list[Aligned] = []
    for head, match in _named(text):
        values = _values(match)
        names = _names(text, head, len(values))
        if not names or any(_YEAR_NAME.match(text, *name) for name in names):
            continue
        tail = _tail(match, values)
        for name, value in zip(names, values, strict=True):
            own_tail = (0, 0) if text[slice(*value)].endswith(text[slice(*tail)] or "\0") else tail
            out.append(Aligned(None, name, match.span("verb"), value, own_tail))
    return out


def has_figure(text: str) -> bool:
    """True when a folded text states a quantity (or that all of something is meant)."""
    return bool(quantities(text)) or _ALL.search(text) is not None


def quantities(text: str) -> list[Number]:
    """The figures of a folded text that state a quantity, in order."""
    taken = [match.span() for match in _NO_QUANTITY.finditer(text)]
    starts = [start for start, _ in taken]

    def is_taken(number: Number) -> bool:
        last = bisect_right(starts, number.start) - 1
        return last >= 0 and number.start < taken[last][1]

    return [number for number in numbers(text) if not is_taken(number)]


def unaligned(text: str) -> list[tuple[int, int]]:
    """Spans of the values after 分别 that no name could be given to."""
    told = {a.value for a in (*by_name(text), *_by_year_of_one(text))}
    return [value for _, match in _named(text) for value in _values(match) if value not in told]


def _named(text: str) -> list[tuple[_Pair, re.Match[str]]]:
    """Values after 分别 with what stands before it in its clause, where something does."""
    if not _has(text, "分别", "依次"):
        return []
    return [found for found in _listed(_BY_NAME, text, _NAME_REACH) if found[0][0] < found[0][1]]


def _listed(
    pattern: re.Pattern[str], text: str, reach: int
) -> Iterator[tuple[_Pair, re.Match[str]]]:
    """Listed values, each with the characters before it in its clause, no more than `reach`.

    Those of one clause belong to its first: a second list has no names of its own.
    """
    done = 0
    for match in pattern.finditer(text):
        first = max(0, match.start() - reach)
        start = max(first, *(text.rfind(mark, first, match.start()) + 1 for mark in _CLAUSE_MARKS))
        if start >= done:
            yield (start, match.start()), match
            done = match.end()


def _values(match: re.Match[str]) -> list[_Pair]:
    return _split_at(_SPLIT_VALUES, match.string, *match.span("values"))


def _names(text: str, head: _Pair, count: int) -> list[tuple[int, int]]:
    """`count` names before 分别: cut at every mark, else only at 、 or only at 和."""
    ways = [_split_at(way, text, *head) for way in (_SPLIT_NAMES, _SPLIT_LIST, _SPLIT_PAIR)]
    for names in ways:
        if len(names) == count:
            return names
    return _after_verb(text, ways[0], count) if len(ways[0]) > count else []


_OBJECT_AFTER = re.compile(r"(?:主导或参与|参与|主导|培育|创建|建设|建成|使|确保|力争|实现)")


def _after_verb(text: str, names: list[tuple[int, int]], count: int) -> list[tuple[int, int]]:
    """The last `count` names when the first of them holds the verb that opens the list."""
    kept = names[-count:]
    found = list(_OBJECT_AFTER.finditer(text, *kept[0]))
    if not found or found[-1].end() >= kept[0][1]:
        return []
    return [(found[-1].end(), kept[0][1]), *kept[1:]]


def _tail(match: re.Match[str], values: list[tuple[int, int]]) -> tuple[int, int]:
    """以上, 以下, … after the last value, which hold for all values that have none themselves."""
    if match.group("tail"):
        return match.span("tail")
    found = _COMMON_TAIL.search(match.string[slice(*values[-1])])
    if found is None:
        return (0, 0)
    start = values[-1][0]
    return start + found.start(), start + found.end()


def _has(text: str, *words: str) -> bool:
    """A cheap look before a costly pattern."""
    return any(word in text for word in words)


def _split_at(
    separator: re.Pattern[str], whole: str, start: int, end: int
) -> list[tuple[int, int]]:
    text = whole[start:end]
    bounds = [0, *(b for found in separator.finditer(text) for b in found.span()), len(text)]
    pairs = zip(bounds[::2], bounds[1::2], strict=True)
    return [_trimmed(whole, start + a, start + b) for a, b in pairs if b > a]


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())


def _range_before(text: str, at: int) -> list[int] | None:
    """The last range of years named before `at` in the text."""
    named = [found for found in years(text[:at]) if found.last > found.first]
    return list(range(named[-1].first, named[-1].last + 1)) if named else None


def _few(governing: frozenset[int] | None) -> list[int] | None:
    return sorted(governing) if governing and len(governing) <= _MAX_YEARS else None
