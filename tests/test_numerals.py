from __future__ import annotations

import json
from pathlib import Path

import pytest
from growth import linear
from hypothesis import given
from hypothesis import strategies as st

from text.normalize import fold
from text.numerals import numbers, parse_int, parse_value, to_chinese

CASES = json.loads((Path(__file__).parent / "cases/numbers.json").read_text("utf-8"))
DIGITS = "零一二三四五六七八九"


def _spoken(n: int) -> str:
    """1..999 by place, written another way than the module does."""
    names = [(100, "百"), (10, "十"), (1, "")]
    text, skipped = "", False
    for scale, name in names:
        digit = n // scale % 10
        if digit:
            text += ("零" if skipped and text else "") + DIGITS[digit] + name
        skipped = digit == 0
    return text.removeprefix("一") if 10 <= n < 20 else text


def test_every_numeral_to_999() -> None:
    for n in range(1, 1000):
        assert to_chinese(n) == _spoken(n)
        assert parse_int(to_chinese(n)) == n
        assert parse_int(str(n)) == n
        assert parse_int("".join(DIGITS[int(d)] for d in str(n))) == n
        assert parse_int(to_chinese(n) + "万") == n * 10_000
        assert parse_value(to_chinese(n)) == n
        assert [found.value for found in numbers(f"共{to_chinese(n)}吨")] == [n]


def test_numerals_of_any_size() -> None:
    """As many lines as a document may have, and beyond."""
    for n in (*range(1000, 12_000, 7), *range(12_000, 250_000, 611), 10**8 + 1, 10**8 + 10**5):
        assert parse_int(to_chinese(n)) == n
    told = {1001: "一千零一", 1010: "一千零一十", 1100: "一千一百", 20_010: "二万零一十"}
    assert {n: to_chinese(n) for n in told} == told
    with pytest.raises(AssertionError):
        to_chinese(0)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("二十七", 27), ("〇", 0), ("零", 0), ("二〇〇七", 2007), ("二○○七", 2007), ("廿三", 23),
        ("卅", 30), ("两百", 200), ("一百五", 150), ("一万二", 12000), ("一亿二千万", 120_000_000),
        ("二万亿", 2 * 10**12), ("三千万", 3 * 10**7), ("一万零五", 10005), ("贰拾伍", 25),
        ("1万", 10000), ("1.5万", 15000), ("2万5千", 25000), ("1亿2000万", 120_000_000),
        ("1,000", 1000), (" 27 ", 27), ("十", 10), ("一十", 10),
        ("十百", None), ("二三百", None), ("3.5", None), ("万", None), ("", None), ("abc", None),
        ("1,00", None), ("一二十", None), ("5万6亿", None), ("百", None), ("9" * 500, None),
        ("九" * 500, None),
    ],
)  # fmt: skip
def test_parse_int(text: str, value: int | None) -> None:
    assert parse_int(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("89%", 89.0), ("万分之五", 0.0005), ("百分之九十", 90.0), ("1万", 1e4), ("5亿元", 5e8),
        ("1,000", 1e3), ("二十", 20.0), ("5‰", 5.0), ("千分之五", 5.0), ("百分之百", 100.0),
        ("3万余家", 3e4), ("-3.5%", -3.5), ("85.49", 85.49), ("十万分之三", 3e-5),
        ("百万分之五", 5e-6), ("万分之0.5", 5e-5), ("二点五倍", 2.5), ("质量", None), ("", None),
        ("-", None), ("九" * 400, None),
    ],
)  # fmt: skip
def test_parse_value(text: str, value: float | None) -> None:
    assert parse_value(text) == value


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["label"])
def test_numbers(case: dict) -> None:
    found = numbers(fold(case["text"]))
    assert [[n.text, n.value, n.unit] for n in found] == case["expect"]


@given(st.text(st.sampled_from("0123456789.,%‰ 一二十百千万亿零〇点分之个年第-米元"), max_size=60))
def test_numbers_are_ordered_slices(text: str) -> None:
    at = 0
    for number in numbers(text):
        assert at <= number.start < number.end
        assert text[number.start : number.end] == number.text
        assert number.value >= 0
        at = number.end


@given(st.text(max_size=30))
def test_anything_parses_or_is_none(text: str) -> None:
    assert parse_int(text) is None or parse_int(text) >= 0
    parse_value(fold(text))


@given(st.integers(0, 10**12), st.integers(0, 99))
def test_arabic_figures_are_read_as_written(whole: int, hundredths: int) -> None:
    text = f"达到{whole:,}.{hundredths:02d}%以上"
    assert [n.value for n in numbers(text)] == [float(f"{whole}.{hundredths:02d}")]


@pytest.mark.parametrize("unit", ["9", "一", "1.", "1,000", "万分之", "十", "1 "])
def test_time_is_linear(unit: str) -> None:
    linear(lambda n: numbers(unit * n), 80_000 // len(unit))
