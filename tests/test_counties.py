"""Counties: where they lie, and that everyday words and parts of words are none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from qa_helpers import names_of

from qa.asked.places import speaks_for
from qa.asked.question import analyze
from text.counties import counties_in
from youju.records import DocName


@pytest.mark.parametrize(
    ("question", "expect"),
    [
        ("番禺乡下的五保老人一个月给多少", [("番禺区", "广州")]),
        ("昆山和定州市各补多少", [("昆山市", "苏州"), ("定州市", "河北")]),
        ("万州区的低保标准", [("万州区", "重庆")]),
        ("浦东新区人才公寓怎么申请", [("浦东新区", "上海")]),
        ("黄埔、番禺、南沙三个区", [("黄埔区", "广州"), ("番禺区", "广州"), ("南沙区", "广州")]),
        ("号文安排的检查", []),  # 文安
        ("海南乐城的医院", []),  # 南乐
        ("番禺路上的店", []),
        ("番禺污水处理厂二期总投资多少", []),  # a plant of that name, wherever it stands
        ("番禺区污水处理厂", [("番禺区", "广州")]),
        ("公安机关比如前进平安", []),
        ("长寿老人的津贴", []),
        ("鼓楼区的停车费", []),  # of four cities
        ("", []),
    ],
)
def test_counties_of_a_question(question: str, expect: list[tuple[str, str]]) -> None:
    found = counties_in(question)
    assert [(county.name, county.above) for _, _, county in found] == expect
    for start, end, county in found:
        assert county.name.startswith(question[start:end])


@given(st.text(max_size=60))
def test_any_text(text: str) -> None:
    ends = 0
    for start, end, _ in counties_in(text):
        assert ends <= start < end <= len(text)
        ends = end


def test_a_county_is_looked_for_where_it_lies() -> None:
    names = [
        DocName("a", "广州市低保标准", "广州市", None),
        DocName("b", "养老条例", "青岛市", None),
    ]
    asked = analyze("番禺乡下的五保老人一个月给多少", names_of(names))
    assert asked.regions == ("广州",)
    assert speaks_for(asked.regions, "广州市", "广州市低保标准")
    assert not speaks_for(asked.regions, "青岛市", "养老条例")


def test_a_county_with_documents_of_its_own_is_meant_itself() -> None:
    names = [DocName("a", "入学指引", "广州市番禺区", None)]
    assert analyze("番禺的孩子怎么入学", names_of(names)).regions == ("广州市番禺区",)
