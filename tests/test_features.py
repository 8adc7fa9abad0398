"""What is known of a question and its candidates."""

from __future__ import annotations

import numpy as np
import pytest

from index import features
from index.catalog import Entry
from index.features import NAMES, SCORES, Pool
from youju.records import Passage, Question, Span

ENTRY = Entry("d", "办法", "d.txt", "", None, None, (), "现行有效", ())


def matrix(
    question: str, bodies: list[str], pairs: dict[str, float], entry: Entry = ENTRY
) -> np.ndarray:
    found = [
        Passage(str(n), "d", "clause", (), (), Span(0, len(body)), "办法", body)
        for n, body in enumerate(bodies)
    ]
    return features.compute(
        Pool(
            Question(question, question),
            [],
            lambda word: 1.0,
            lambda word: True,
            pairs,
            dict.fromkeys(SCORES, np.zeros(len(found), np.float32)),
            [features.prepare(passage) for passage in found],
            [entry] * len(found),
        )
    )


def column(name: str, *arguments) -> list[float]:
    return matrix(*arguments)[:, NAMES.index(name)].tolist()


@pytest.mark.parametrize(
    ("name", "question", "yes", "no"),
    [
        (
            "time_wanted",
            "许可证多久办下来",
            "应当自受理之日起20个工作日内作出决定",
            "应当依法作出决定",
        ),
        ("time_wanted", "什么时候截止", "于2020年2月28日前提交", "按要求提交"),
        ("owner_wanted", "打假归哪个部门管", "市场监督管理部门负责查处", "依法查处"),
        ("contact_wanted", "在哪里举报", "可拨打12315热线", "可以举报"),
        ("contact_wanted", "举报邮箱是什么", "邮箱:abc@example.cn", "可以举报"),
        ("figure_wanted", "补多少钱", "给予5万元补助", "给予补助"),
    ],
)
def test_what_a_question_asks_for_and_a_body_has(name, question, yes, no) -> None:
    assert column(name, question, [yes, no], {}) == [1, 0]
    assert column(name, "质量", [yes, no], {}) == [0, 0]


def test_pairs_count_in_context_body_and_nearby() -> None:
    pairs = {"办法": 1.0, "满意": 2.0, "达到": 1.0}
    bodies = ["满意度达到85", "满意度。" + "其他" * 60 + "达到"]
    assert column("pairs", "满意", bodies, pairs) == [1, 1]
    assert column("pairs_body", "满意", bodies, pairs) == [0.75, 0.75]
    assert column("pairs_near", "满意", bodies, pairs) == [0.75, 0.5]
    assert column("pairs", "满意", bodies, {}) == [0, 0]


@pytest.mark.parametrize(
    ("question", "places", "absent"),
    [
        ("江西省对小区怎样管理", ("江西", "南昌"), 0),
        ("江西省对小区怎样管理", ("山西",), 1),
        ("江西省对小区怎样管理", (), 0),
        ("对小区怎样管理", ("山西",), 0),
    ],
)
def test_a_document_of_other_places(question, places, absent) -> None:
    entry = Entry("d", "办法", "d.txt", "", None, None, (), "现行有效", places)
    assert column("place_absent", question, ["封闭管理"], {}, entry) == [absent]


@pytest.mark.parametrize(
    ("question", "regions", "left"),
    [
        ("贵州那边的天会不会更蓝", ("贵州",), "那边的天会不会更蓝"),
        ("重庆市的质检中心在哪", ("重庆市",), "的质检中心在哪"),
        ("重庆的质检中心在哪", ("重庆市",), "的质检中心在哪"),
        ("贵州和重庆", ("贵州", "重庆"), "贵州和重庆"),
        ("质检中心在哪", (), "质检中心在哪"),
    ],
)
def test_what_is_asked_without_where(question, regions, left) -> None:
    assert features.matter(Question(question, question, regions=regions)) == left
