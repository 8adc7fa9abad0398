from __future__ import annotations

import datetime
import itertools
import json
from pathlib import Path

import pytest
from growth import linear
from hypothesis import given
from hypothesis import strategies as st

from text.dates import dates, plan_years, years
from text.normalize import fold
from text.numerals import to_chinese

CASES = Path(__file__).parent / "cases"
DATE_CASES = json.loads((CASES / "dates.json").read_text("utf-8"))
YEAR_CASES = json.loads((CASES / "years.json").read_text("utf-8"))


@pytest.mark.parametrize("case", DATE_CASES, ids=lambda case: case["label"])
def test_dates(case: dict) -> None:
    text = fold(case["text"])
    assert [[text[d.start : d.end], d.iso] for d in dates(text)] == case["expect"]


@pytest.mark.parametrize("case", YEAR_CASES, ids=lambda case: case["label"])
def test_years(case: dict) -> None:
    text = fold(case["text"])
    found = [[text[y.start : y.end], y.first, y.last] for y in years(text)]
    assert found == case["expect"]


@given(st.dates(datetime.date(1949, 1, 1), datetime.date(2100, 12, 31)))
def test_every_date_in_every_style(date: datetime.date) -> None:
    digits = "〇一二三四五六七八九"
    year = "".join(digits[int(d)] for d in str(date.year))
    chinese = f"{year}年{to_chinese(date.month)}月{to_chinese(date.day)}日"
    styles = [
        f"{date.year}年{date.month}月{date.day}日", chinese, date.isoformat(),
        f"{date:%Y/%m/%d}", f"{date:%Y.%m.%d}", f"{date.isoformat()} 00:00:00",
    ]  # fmt: skip
    for style in styles:
        found = dates(f"印发时间:{style},自")
        assert [(d.start, d.end, d.iso) for d in found] == [(5, 5 + len(style), date.isoformat())]
    assert [(y.first, y.last) for y in years(chinese)] == [(date.year, date.year)]


@pytest.mark.parametrize(
    ("n", "name", "first", "last"),
    [
        (1, "一五", 1953, 1957), (2, "二五", 1958, 1962), (3, "三五", 1966, 1970),
        (9, "九五", 1996, 2000), (10, "十五", 2001, 2005), (11, "十一五", 2006, 2010),
        (12, "十二五", 2011, 2015), (14, "十四五", 2021, 2025), (15, "十五五", 2026, 2030),
    ],
)  # fmt: skip
def test_five_year_plans(n: int, name: str, first: int, last: int) -> None:
    assert plan_years(n) == (first, last)
    for text in (f'"{name}"', f"{name}规划"):
        assert [(y.first, y.last) for y in years(text)] == [(first, last)]
    assert [(y.first, y.last) for y in years(f'"{name}"期末')] == [(last, last)]
    assert [(y.first, y.last) for y in years(f'"{name}"初')] == [(first, first)]


def test_a_range_knows_the_years_between() -> None:
    assert list(years("2015—2017年")[0].years) == [2015, 2016, 2017]


@given(st.text(st.sampled_from('0129年月日-—/.至、,二〇一五十"规划末第号 '), max_size=60))
def test_spans_are_ordered(text: str) -> None:
    for found in (dates(text), years(text)):
        assert all(a.end <= b.start for a, b in itertools.pairwise(found))
        assert all(0 <= f.start < f.end <= len(text) for f in found)
    assert all(1949 <= y.first <= y.last <= 2100 for y in years(text))


@pytest.mark.parametrize("unit", ["2015、", "2015-", "2", "二", "2015年—", "2015 ", "十五"])
def test_time_is_linear(unit: str) -> None:
    linear(lambda n: (dates(unit * n), years(unit * n)), 80_000 // len(unit))
