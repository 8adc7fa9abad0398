from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from text.places import (
    NATION,
    PREFECTURES,
    PROVINCES,
    may_be_place,
    places_in,
    region_of,
    region_of_number,
    same_place,
    short_name,
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "expect"),
    [
        ("贵州省人民政府", "贵州省"), ("嘉兴市人民政府办公室", "嘉兴市"), ("国务院办公厅", NATION),
        ("浙江省嘉兴市人民政府", "浙江省嘉兴市"), ("云岭县人民政府办公室", "云岭县"),
        ("中共河北省委 河北省人民政府", "河北省"), ("中共中央 国务院", NATION),
        ("国家税务总局河北省税务局", "河北省"), ("国家税务总局", NATION), ("财政部", NATION),
        ("石家庄市委组织部", "石家庄市"), ("长沙市城市管理局", "长沙市"),
        ("郑州市市场监管局", "郑州市"),
        ("恩施土家族苗族自治州人民政府", "恩施土家族苗族自治州"),
        ("北京市海淀区人民政府", "北京市海淀区"),
        ("全国年节及纪念日放假办法", NATION), ("城市供水条例", None), ("社区矫正办法", None),
        ("关于加快推进县域科技创新的若干措施", None), ("市教育局", None), ("交通银行", None),
        ("地区封锁规定", None), ("", None),
    ],
)  # fmt: skip
def test_region_of(name: str, expect: str | None) -> None:
    found = region_of(name)
    assert (found and found[0]) == expect
    if found is not None and expect != NATION:
        assert name[found[1] : found[2]] == expect


@pytest.mark.parametrize("province", PROVINCES)
def test_every_province_is_read_from_organ_and_serial(province: str) -> None:
    found = region_of(f"{province}人民政府")
    assert found == (province, 0, len(province))
    for letter in PROVINCES[province]:
        assert region_of_number(f"{letter}府发〔2015〕15号") == province
    assert same_place(short_name(province), province)
    assert not same_place(province, f"{province}嘉兴市")


def test_serials_of_the_nation_and_of_nobody() -> None:
    assert region_of_number("国发〔2012〕9号") == region_of_number("中发〔2015〕8号") == NATION
    assert region_of_number("某政发〔2015〕1号") is None and region_of_number("") is None


def test_places_in_text() -> None:
    found = [
        name for _, _, name in places_in("贵州省与重庆市、嘉兴的差别,安康的生活,白银市,江苏省级")
    ]
    assert found == ["贵州", "重庆", "嘉兴", "白银", "江苏"]


def test_no_prefecture_is_listed_with_its_suffix() -> None:
    assert not [name for name in PREFECTURES if name.endswith("市")]


@given(st.text(st.sampled_from("贵州省嘉兴市区县国务院关于城中共a ")))
def test_places_lie_within_the_text(text: str) -> None:
    found = region_of(text)
    assert found is None or 0 <= found[1] < found[2] <= len(text)
    at = 0
    for start, end, _ in places_in(text):
        assert at <= start < end <= len(text)
        at = end


@pytest.mark.parametrize(
    ("word", "place"),
    [("清河市", True), ("云岭县", True), ("新小区", False), ("特色小镇", False), ("菜市", False)],
)
def test_words_that_only_end_like_a_place(word: str, place: bool) -> None:
    assert may_be_place(word) is place
