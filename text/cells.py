"""Cells of tables, as folded text: which state a figure, and which are empty."""

from __future__ import annotations

import re

_NUMBER = r"[≥≤<>约近+-]?\d[\d,.]*(?:[—~-]{1,2}\d[\d,.]*)?"
_VALUE = re.compile(rf"{_NUMBER}\s{{0,8}}[%‰]?\s{{0,8}}[^\d\s,。;:()]{{0,5}}(?:\([^()]{{0,8}}\))?")
_BARE = re.compile(rf"{_NUMBER}\s*(?:\([\d.,%]+\))?")
_BLANK = re.compile(r"[\s/⁄／—\-–·…*]*")
_YEARLY = re.compile(
    r"\(?(?:19|20)\d{2}\)?(?:年度?|年[末底初])?(?:[—~-]{1,2}(?:19|20)\d{2}年?)?|\d{1,2}月份?|\d{1,2}日"
)
_OF_YEAR = re.compile(r"(?:19|20)\d{2}年(?!\d)[^\d\s]")  # 2023年计划投资 names a column
_TOTAL = re.compile(
    r"(?:总\s*计|合\s*计|小\s*计|共\s*计|总\s*数|[全总][市省县区州国]?(?:合计|总计))(?:\(.*\))?"
)


def is_value(text: str) -> bool:
    """True for a cell that states a figure: 38500, 12.5%, 20个工作日; a year is a name.

    >>> is_value("38500"), is_value("2023年计划投资")
    (True, False)
    """
    if _VALUE.fullmatch(text) is None or _YEARLY.fullmatch(text) is not None:
        return False
    return _OF_YEAR.match(text) is None


def is_bare(text: str) -> bool:
    """True for a figure without a unit: 38500, 1,200, 8(15)."""
    return _BARE.fullmatch(text) is not None


def is_blank(text: str) -> bool:
    """True for an empty cell, or one with a dash in it."""
    return _BLANK.fullmatch(text) is not None


def is_total(text: str) -> bool:
    """True for 合计, 小计 and the like: the row adds up others and counts for none."""
    return _TOTAL.fullmatch(text) is not None
