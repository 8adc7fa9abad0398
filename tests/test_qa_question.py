"""What a question asks for: kind, places, years, documents, terms, wanted fields."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from qa_helpers import CASES, names_of

from qa.asked.kinds import compared_kind, kind_of, matter_kind
from qa.asked.names import likest, named_documents, without_titles
from qa.asked.question import analyze, terms
from text.normalize import fold
from youju.records import DocName

LISTED = (
    DocName("a", "云山市环境噪声管理办法", "云山市", "云山市人民政府令第12号"),
    DocName("b", "云山市节约用水行动计划（2022—2025年）", "云山市", "云政发〔2022〕8号"),
    DocName("c", "贵州省质量发展三年行动计划（2015—2017年）", "贵州省", "黔府发〔2015〕15号"),
    DocName("d", "重庆市人民政府关于贯彻质量发展纲要的实施意见", "重庆市", None),
)
NAMES = names_of(LISTED)
KINDS = {"metadata", "comparison", "owner", "target", "when", "list", "yesno", "open"}
CASE_LIST = json.loads((CASES / "questions_kinds.json").read_text("utf-8"))


@pytest.mark.parametrize("case", CASE_LIST, ids=[case["label"] for case in CASE_LIST])
def test_cases(case: dict) -> None:
    question = analyze(case["question"], NAMES)
    got = {
        "kind": question.kind,
        "regions": list(question.regions),
        "years": list(question.years),
        "docs": list(question.doc_ids),
        "terms": list(question.terms),
        "wanted": list(question.wanted),
    }
    expect = dict(case["expect"])
    assert question.kind != expect.pop("not_kind", None)
    assert {key: got[key] for key in expect} == expect


def test_every_kind_has_a_case() -> None:
    assert {case["expect"].get("kind") for case in CASE_LIST} >= KINDS


@given(st.text(max_size=60))
def test_any_text_is_understood_the_same_way_twice(text: str) -> None:
    question = analyze(text, NAMES)
    assert question == analyze(text, NAMES)
    assert question.kind in KINDS
    assert question.text == text
    assert list(question.years) == sorted(set(question.years))
    assert (question.kind == "metadata") == bool(question.wanted)


@given(st.text(alphabet="贵州省质量发展行动计划2015年的多少谁几个是和比，。？ ", max_size=30))
def test_terms_are_taken_from_the_question(text: str) -> None:
    folded = " ".join(fold(text).split())
    assert all(term in folded for term in terms(folded))


def test_without_documents_nothing_is_named() -> None:
    question = analyze("云山市环境噪声管理办法什么时候施行", names_of([]))
    assert question.doc_ids == () and question.regions == ()


def test_the_longer_of_two_nested_titles_is_meant() -> None:
    names = [
        DocName("plan", "养老服务规划", None, None),
        DocName("notice", "关于印发养老服务规划的通知", None, None),
    ]
    assert named_documents("关于印发养老服务规划的通知还有效吗", names_of(names)) == ("notice",)


def test_a_title_shared_by_many_names_none() -> None:
    names = [DocName(f"{i}", f"{i}镇政务公开工作方案", None, None) for i in range(9)]
    assert named_documents("政务公开工作方案的目标", names_of(names)) == ()
    assert named_documents("3镇政务公开工作方案的目标", names_of(names)) == ("3",)


def test_titles_with_titles_inside() -> None:
    names = [DocName("x", "《教育工作要点》解读", None, None)]
    assert named_documents("《教育工作要点》解读由谁发布", names_of(names)) == ("x",)


def test_titles_are_cut_out_of_what_is_searched() -> None:
    cut = without_titles("云山市环境噪声管理办法的罚款", LISTED[:1])
    assert cut.split() == ["的罚款"]


def test_likest_needs_half_of_the_words() -> None:
    assert [name.id for name in likest(("噪声管理",), NAMES, NAMES.ids())] == ["a"]
    assert likest(("发文机关",), NAMES, NAMES.ids()) == []
    assert likest((), NAMES, NAMES.ids()) == []


@pytest.mark.parametrize(
    ("question", "kind"),
    [("贵州和重庆谁牵头", "owner"), ("贵州和重庆合格率多少", "target"), ("两地怎么做", "open")],
)
def test_what_a_comparison_compares(question: str, kind: str) -> None:
    assert compared_kind(question) == kind


def test_one_word_may_not_decide_alone() -> None:
    """A 文号 is metadata, a building's number is not."""
    assert kind_of("几号文", "几号文", (), "") == "metadata"
    assert kind_of("3号楼的消防要求", "3号楼的消防要求", (), "") != "metadata"


def test_what_a_list_is_asked_with() -> None:
    for question in ("申请补贴要交什么材料", "什么情况算非自愿失业", "有哪些措施"):
        assert kind_of(question, question, (), "") == "list"
    assert kind_of("什么时间开始", "什么时间开始", (), "") == "when"
    assert matter_kind("哪些情形应停止执行", "哪些情形应停止执行", ()) == "list"
