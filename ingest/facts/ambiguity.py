"""Names that do not tell what a value is of.

在校学生达到8万人 and, further on, 在校学生达到50万人: each is of a kind of school that only the
sentence names. Of such facts none is kept; their clause is still found and quoted.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from youju.records import Fact

_RATE = re.compile(r"平均每?年|年均|递增|递减")
_REACH = 8  # characters before a value in which 年均 still speaks of it


def unambiguous(found: Iterable[Fact], text: str) -> list[Fact]:
    """The facts without those that give one name two values under one heading for one time."""
    groups: dict[tuple[object, ...], list[Fact]] = defaultdict(list)
    for fact in found:
        start = fact.span.start
        yearly = _RATE.search(text, max(fact.sentence.start, start - _REACH), start) is not None
        time = (fact.year, fact.period, yearly)
        groups[fact.path, fact.indicator, fact.unit, fact.comparator, time].append(fact)
    return [
        fact
        for group in groups.values()
        if len({fact.value for fact in group}) == 1
        for fact in group
    ]
