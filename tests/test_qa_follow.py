"""Fragments made whole from the question before; whole questions left as they are."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from qa_helpers import CASES, names_of

from eval.sets import HELDOUT, POLICY
from qa.asked.follow import complete
from youju.asking import WHICH
from youju.records import DocName, Encoder, FollowUp
from youju.service import PolicySearch

NAMES = names_of(
    [
        DocName("c", "贵州省质量发展三年行动计划（2015—2017年）", "贵州省", "黔府发〔2015〕15号"),
        DocName("d", "重庆市人民政府关于贯彻质量发展纲要的实施意见", "重庆市", None),
        DocName("e", "江苏省贯彻实施质量发展纲要2012年行动计划", "江苏省", None),
        DocName("f", "嘉兴市2013年质量强市建设行动要点", "嘉兴市", None),
    ]
)
PAIRS = json.loads((CASES / "follow_ups.json").read_text("utf-8"))
WHOLE = (
    "低保边缘家庭怎么认定？",
    "什么是低保边缘家庭？",
    "养老机构消防不合格会被关停吗？",
    "那种小作坊要办许可证吗？",
    "穗医保规字〔2019〕4号的实施日期是哪天？",
    "《云岭县2023年清洁取暖工作方案》由谁负责？",
    "重庆市2015年要新增多少个重庆名牌产品？",
    "电动自行车上牌要带哪些材料？",
    "这个月的慢病额度没用完，留到下个月接着用行不行？",
    "企业造假会被拉黑吗？",
    "失业金能领几个月？",
    "怎么注销个体工商户营业执照？",
    "谁负责食品小作坊的监管？",
    "森林覆盖率目标",
)
BARE = (
    "那重庆呢？", "2016年呢？", "由谁负责？", "有哪些例外？", "为什么？", "怎么申请？", "多少？",
    "什么时候？", "还有呢？", "需要什么材料？", "这个怎么办？", "有没有例外", "重庆2017年的呢",
)  # fmt: skip


@pytest.mark.parametrize("case", PAIRS, ids=[f"{c['before']}+{c['typed']}" for c in PAIRS])
def test_a_fragment_is_completed(case: dict[str, str], bundled: Encoder) -> None:
    def like(wording: str, texts: Sequence[str]) -> Sequence[float]:
        vectors = bundled.encode([wording, *texts], is_query=True)
        return [float(score) for score in vectors[1:] @ vectors[0]]

    expected = FollowUp(case["typed"], case["asked"], "completed")
    if case["typed"] == case["asked"]:
        expected = FollowUp(case["typed"], case["typed"], "whole")
    assert complete(case["typed"], [case["before"]], NAMES, like) == expected


def test_there_are_pairs_of_every_kind() -> None:
    assert sum(case["typed"] != case["asked"] for case in PAIRS) >= 60


@pytest.mark.parametrize("question", WHOLE)
def test_a_whole_question_is_left_alone(question: str) -> None:
    for before in ([], ["贵州省2017年森林覆盖率目标是多少？"]):
        assert complete(question, before, NAMES) == FollowUp(question, question, "whole")


def test_the_built_in_questions_are_left_alone() -> None:
    for one in (*POLICY.items(), *HELDOUT.items()):
        assert complete(one.question, [], NAMES).how == "whole", one.id
        assert complete(one.question, ["失业金怎么申请？"], NAMES).how == "whole", one.id


@pytest.mark.parametrize("fragment", BARE)
def test_a_fragment_without_anything_before_it_is_bare(fragment: str) -> None:
    assert complete(fragment, [], NAMES).how == "bare"


def test_fragments_follow_fragments() -> None:
    asked = complete("由谁负责？", ["贵州省2017年森林覆盖率目标是多少？", "那重庆呢？"], NAMES)
    assert asked.text == "重庆2017年森林覆盖率由谁负责？"
    asked = complete("2016年呢？", ["那重庆呢？"], NAMES)  # nothing is known to complete it from
    assert "重庆" in asked.text and "2016年" in asked.text


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_can_follow_any(typed: str, before: str) -> None:
    found = complete(typed, [before], NAMES)
    assert found.typed == typed and found == complete(typed, [before], NAMES)


def test_long_texts_cost_little() -> None:
    before = "广州享受长护险3级待遇的，的的的医疗护理费用" * 95
    assert complete("2级呢？", [before], NAMES).how == "completed"


def test_the_service_completes_and_asks_back(search: PolicySearch) -> None:
    before = ["贵州省2017年森林覆盖率目标是多少？"]
    found = search.ask("农产品质量安全监测合格率呢？", context=before)
    assert found.question == "农产品质量安全监测合格率呢？"
    assert found.asked == "贵州省2017年农产品质量安全监测合格率目标是多少？"
    assert "98%" in found.text
    for fragment in BARE:
        asked_back = search.ask(fragment)
        assert asked_back.refused and asked_back.reason == WHICH and not asked_back.hits
    assert search.ask(before[0], context=["江苏名牌要多少个？"]).asked is None


def test_in_one_chosen_document_a_fragment_is_asked(search: PolicySearch) -> None:
    chosen = search.filters(docs=["贵州"])
    assert search.ask("由谁负责？", filters=chosen).reason != WHICH
