"""Figures aligned with years and names, and what is no quantity."""

from __future__ import annotations

import pytest
from growth import linear
from hypothesis import given
from hypothesis import strategies as st

from qa.asked.units import asked_unit, has_unit
from text.normalize import fold
from text.quantities import by_name, by_year, has_figure, quantities, unaligned


def yearly(text: str, governing: set[int] | None = None) -> list[tuple[int | None, str, str]]:
    folded = fold(text)
    found = by_year(folded, frozenset(governing) if governing else None)
    return [(a.year, folded[slice(*a.name)], folded[slice(*a.value)]) for a in found]


def named(text: str) -> list[tuple[str, str, str]]:
    folded = fold(text)
    return [
        (folded[slice(*a.name)], folded[slice(*a.value)], folded[slice(*a.tail)])
        for a in by_name(folded)
    ]


def test_values_of_consecutive_years() -> None:
    assert yearly("2015—2017年，合格率逐年达到89%、90%、91%") == [
        (2015, "合格率", "89%"),
        (2016, "合格率", "90%"),
        (2017, "合格率", "91%"),
    ]


def test_years_may_stand_outside_the_sentence() -> None:
    assert yearly("满意度逐年达到80%、81%", {2020, 2021})[1] == (2021, "满意度", "81%")


@pytest.mark.parametrize(
    ("text", "governing"),
    [
        ("2015—2017年，合格率逐年达到89%、90%", None),  # three years, two values
        ("2015—2016年，合格率逐年达到89%、90%、91%", None),
        ("合格率逐年达到89%、90%、91%", None),  # no years at all
        ("合格率逐年达到89%、90%、91%", {2015, 2016}),
        ("合格率逐年提高", {2015, 2016}),
    ],
)
def test_years_are_not_aligned_when_the_counts_differ(text: str, governing: set | None) -> None:
    assert yearly(text, governing) == []


def test_two_series_in_one_sentence() -> None:
    text = "2015—2016年，工业品合格率逐年达到89%、90%，食品合格率逐年达到91%、92%"
    assert [value for _, _, value in yearly(text)] == ["89%", "90%", "91%", "92%"]
    assert yearly(text)[2][1] == "食品合格率"


def test_values_of_names() -> None:
    assert named("驰名商标、省名牌产品分别达到50个、500个") == [
        ("驰名商标", "50个", ""),
        ("省名牌产品", "500个", ""),
    ]


def test_a_common_bound_holds_for_every_value() -> None:
    found = named("甲企业、乙企业分别达到5家、8家以上")
    assert [value + tail for _, value, tail in found] == ["5家以上", "8家以上"]


@pytest.mark.parametrize(
    "text", ["甲、乙、丙分别达到5个、8个", "甲、乙分别达到5个、8个、9个", "甲、乙分别负责"]
)
def test_names_are_not_aligned_when_the_counts_differ(text: str) -> None:
    assert named(text) == []


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("（三）加强培训。", []),
        ("3.提高质量", []),
        ("2015年5月2日印发", []),
        ("黔府发〔2015〕15号", []),
        ("第三条规定", []),
        ("合格率达到98.5%以上", ["98.5%"]),
        ("培育50家企业", ["50"]),
        ("千分之三", ["千分之三"]),
    ],
)
def test_what_is_a_quantity(text: str, figures: list[str]) -> None:
    assert [n.text for n in quantities(fold(text))] == figures
    assert has_figure(fold(text)) == bool(figures)


def test_all_of_something_is_a_figure() -> None:
    assert has_figure("全部建成")


@pytest.mark.parametrize(
    ("question", "unit"),
    [
        ("补贴多少钱", "元"),
        ("奖励多少万元", "元"),
        ("建设费用多少", "元"),
        ("新建多少公里", "公里"),
        ("合格率是多少", "%"),
        ("达到百分之几", "%"),
        ("多大年龄可以申请", "周岁"),
        ("有多少家企业", "家"),
        ("培训多少", ""),
        ("这项制度的目标", ""),
    ],
)
def test_asked_unit(question: str, unit: str) -> None:
    assert asked_unit(question) == unit


@pytest.mark.parametrize(
    ("text", "unit", "has"),
    [
        ("每户补贴4200元", "元", True),
        ("总投资3亿元", "元", True),
        ("达到百分之九十", "%", True),
        ("达到90%", "%", True),
        ("建成15家以上", "家", True),
        ("建成15家以上", "个", False),
        ("2015年5月", "个", False),
        ("建成15家", "", False),
    ],
)
def test_has_unit(text: str, unit: str, has: bool) -> None:
    assert has_unit(text, unit) is has


_PARTS = st.sampled_from(
    [
        "2015—2017年",
        "逐年",
        "分别",
        "达到",
        "89%",
        "90%",
        "、",
        ",",
        "合格率",
        "甲",
        "和",
        "以上",
        "(",
        ")",
    ]
)


@given(st.lists(_PARTS, max_size=14).map("".join))
def test_alignment_stays_inside_the_text(text: str) -> None:
    folded = fold(text)
    for aligned in (*by_year(folded, frozenset({2015, 2016})), *by_name(folded)):
        for start, end in (aligned.name, aligned.verb, aligned.value, aligned.tail):
            assert 0 <= start <= end <= len(folded)
        assert any(char.isdigit() for char in folded[slice(*aligned.value)])


@pytest.mark.parametrize(
    ("unit", "size"), [("1、", 15_000), ("年", 20_000), ("名牌、商标分别达到5个、2个、", 1500)]
)
def test_long_lists_take_no_long_time(unit: str, size: int) -> None:
    """Each name before 分别 is short: reading stays linear in the length of the text."""
    linear(lambda n: (by_name(unit * n + "分别"), by_year(unit * n + "分别", None)), size)


def test_values_of_listed_years_belong_to_one_name() -> None:
    expected = [(2022, "覆盖率", "65%"), (2023, "覆盖率", "70%")]
    assert yearly("2022—2023年，覆盖率分别达到65%、70%。") == expected
    assert yearly("2022年和2023年，覆盖率分别达到65%和70%。") == expected
    text = fold("2022年、2023年覆盖率分别达到65%、70%。")
    assert yearly(text) == expected and by_name(text) == [] and unaligned(text) == []
    assert yearly("2022—2024年，覆盖率分别达到65%、70%。") == []
    assert named("2022—2023年，甲率、乙率分别达到65%、70%。") == [
        ("甲率", "65%", ""),
        ("乙率", "70%", ""),
    ]
