"""Values of one indicator side by side: what holds for a year, and which value is higher."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from text.normalize import fold, squeeze
from youju.records import Compared, ComparedPlace, DocFacts, Fact, Matched

_SAME_NAME = 0.85  # likeness below which names that differ are told
_NEUTRAL = ("以上", "以下", "以内", "左右")  # stand in the value's own text
_SCALES = (("百", 1e2), ("千", 1e3), ("万", 1e4), ("百万", 1e6), ("千万", 1e7), ("亿", 1e8))
_COUNTERS = frozenset("个家项户件条名种所处座张批")  # all count things
_NAMED = 4  # places with the same value that are named
_LONG_NAME = 24  # characters of an indicator in a sentence


def speakers(docs: Sequence[DocFacts]) -> dict[str, str]:
    """Document id → who speaks: the region, or the title where documents share one."""
    region = {d.id: d.region or f"《{d.name}》" for d in docs}
    shared = Counter(region.values())
    return {d.id: region[d.id] if shared[region[d.id]] == 1 else f"《{d.name}》" for d in docs}


def period_of(fact: Fact) -> tuple[int, int] | None:
    """The first and last year a value holds for; None when unknown."""
    return (fact.year, fact.year) if fact.year is not None else fact.period


def when(fact: Fact) -> str:
    """2015年, 2015—2017年 or 未写年份."""
    years = period_of(fact)
    if years is None:
        return "未写年份"
    return f"{years[0]}年" if years[0] == years[1] else f"{years[0]}—{years[1]}年"


def holds_for(fact: Fact, years: Sequence[int]) -> bool:
    """True when no year is asked, or the value may hold for an asked one."""
    span = period_of(fact)
    return not years or span is None or any(span[0] <= year <= span[1] for year in years)


def nearest(found: Sequence[Matched], years: Sequence[int]) -> Matched | None:
    """The fact whose year is nearest to an asked one, the earlier first; None without dates."""
    dated = [m for m in found if period_of(m.fact) is not None]
    return min(dated, key=lambda m: (_distance(m.fact, years), m.fact.year or 0), default=None)


def _distance(fact: Fact, years: Sequence[int]) -> int:
    span = period_of(fact) or (0, 0)
    return min((max(span[0] - y, y - span[1], 0) for y in years), default=0)


def once(found: Sequence[Matched]) -> tuple[Matched, ...]:
    """By year, a value that text and table both give only once: the fuller wording stays."""
    kept: dict[tuple[str, object], Matched] = {}
    for m in found:
        key = (when(m.fact), m.fact.value)
        before = kept.get(key)
        if before is None or len(_said(m.fact)) > len(_said(before.fact)):
            kept[key] = m
    found = [m for m in kept.values() if not _dated_elsewhere(m, kept.values())]
    return tuple(sorted(found, key=lambda m: (period_of(m.fact) or (9999, 9999), m.fact.span)))


def _dated_elsewhere(one: Matched, others: Iterable[Matched]) -> bool:
    """True for 2017—2020年达到1000家 beside 2020年达到1000家."""
    if one.fact.year is not None:
        return False
    span = one.fact.period or (0, 9999)
    return any(
        m.fact.year is not None
        and m.fact.value == one.fact.value
        and span[0] <= m.fact.year <= span[1]
        for m in others
    )


def shown(fact: Fact) -> str:
    """A value as the text gives it, with its comparator: 达到85以上, 不低于30%, 2.8（万张）."""
    text = squeeze(fact.value_text)
    scale = _scale(fact, text)
    if scale:
        text += f"（{scale}{fact.unit}）"
    elif fact.unit and fact.unit not in fold(text) and text[-1:].isdigit() and fact.unit != "%":
        text += fact.unit  # a table gives the unit in the row's name
    before, _, after = fact.comparator.partition("…")
    if after in _NEUTRAL and after not in fold(text):
        text += after  # one bound may close several values: 0.48起、0.47人以下
    return text if before in _NEUTRAL or not before else f"{before}{text}"


def _scale(fact: Fact, text: str) -> str:
    """万 where a table writes 2.8 for 28000, its unit being 万张; else ''."""
    bare = fold(text).lstrip("≥≤><＞＜").replace(",", "")
    plain = re.fullmatch(r"\d+(?:\.\d+)?", bare) is not None and float(bare) > 0
    if isinstance(fact.value, tuple) or not plain:
        return ""
    ratio = fact.value / float(bare)
    return next((name for name, size in _SCALES if math.isclose(ratio, size, rel_tol=1e-6)), "")


def _said(fact: Fact) -> str:
    return fact.comparator + fact.value_text


# --- which is higher -----------------------------------------------------------------------------


def verdict(group: Compared) -> str:
    """One sentence on the places that have a value, or "" for fewer than two."""
    spoken = [place for place in group.places if place.found]
    if len(spoken) < 2:
        return ""
    units = {m.fact.unit for place in spoken for m in place.found}
    if len(units - {""} - _COUNTERS) + bool(units & _COUNTERS) > 1:
        listed = "、".join(sorted(units - {""}))
        return f"计量单位不同（{listed}），不能直接比较高低。"
    year = _common_year(spoken)
    chosen = [(place, _of_year(place, year)) for place in spoken]
    if any(len(facts) != 1 for _, facts in chosen):
        return "有的地方同一年有几个数值，请对照表中原文比较。"
    notes = _notes(group, [facts[0] for _, facts in chosen], units)
    told = [(place.name, facts[0]) for place, facts in chosen]
    if year is not None:
        return f"{year}年：{_order(told, dated=False)}{notes}。"
    return f"各地年份不同：{_order(told, dated=True)}{notes}。"


def _common_year(spoken: Sequence[ComparedPlace]) -> int | None:
    """The latest year for which every place has a value."""
    each: list[set[int]] = []
    for place in spoken:
        spans = [period_of(m.fact) for m in place.found]
        each.append({year for span in spans if span for year in range(span[0], span[1] + 1)})
    return max(set.intersection(*each), default=None)


def _of_year(place: ComparedPlace, year: int | None) -> list[Fact]:
    """The values of a year, else those of the place's latest."""
    facts = [m.fact for m in place.found]
    if year is not None:
        exact = [fact for fact in facts if fact.year == year]
        return exact or [f for f in facts if f.year is None and f.period and holds_for(f, (year,))]
    latest = max(period_of(fact) or (0, 0) for fact in facts)
    return [fact for fact in facts if (period_of(fact) or (0, 0)) == latest]


def _order(told: Sequence[tuple[str, Fact]], *, dated: bool) -> str:
    def say(name: str, fact: Fact) -> str:
        year = f"{when(fact)}，" if dated else ""
        return f"{name}（{year}{shown(fact)}）"

    ranked = sorted(told, key=lambda one: _ends(one[1])[::-1], reverse=True)
    highest, under = _ends(ranked[0][1]), _ends(ranked[-1][1])
    if highest == under:
        each = [say(name, fact) for name, fact in told]
        return f"数值相同：{'与'.join(each) if len(each) <= _NAMED else _some(each)}"
    if highest[0] < under[1]:
        return f"数值范围有重叠：{'与'.join(say(name, fact) for name, fact in told)}"
    if len(ranked) == 2:
        return f"{say(*ranked[0])}的数值高于{say(*ranked[1])}"
    ties = [say(name, fact) for name, fact in ranked if _ends(fact) == highest]
    lowest = [say(name, fact) for name, fact in ranked if _ends(fact) == under]
    return f"数值最高的是{_some(ties)}，最低的是{_some(lowest)}"


def _some(said: Sequence[str]) -> str:
    """All of a few; of many their number and the first ones."""
    if len(said) <= _NAMED:
        return "、".join(said)
    return f"{'、'.join(said[:_NAMED])}等{len(said)}处"


def _ends(fact: Fact) -> tuple[float, float]:
    return fact.value if isinstance(fact.value, tuple) else (fact.value, fact.value)


def _notes(group: Compared, facts: Sequence[Fact], units: set[str]) -> str:
    notes = []
    if "" in units and len(units) > 1:
        notes.append("有的数值没有写单位")
    if len(units & _COUNTERS) > 1:
        notes.append(f"量词不同：{'、'.join(sorted(units & _COUNTERS))}")
    names = list(dict.fromkeys(squeeze(fact.indicator) for fact in facts))
    if len(names) > 1 and group.likeness < _SAME_NAME:
        listed = "、".join(f"“{name[:_LONG_NAME]}”" for name in names)
        notes.append(f"指标名称不完全相同：{listed}")
    return f"（{'；'.join(notes)}）" if notes else ""
