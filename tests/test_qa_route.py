"""End to end: what answers to questions of every kind must hold, and where they come from."""

from __future__ import annotations

import json

import pytest
from qa_helpers import CASES, asked, named, said

from index.retrieve import HybridIndex
from qa import route
from qa.asked import scope
from qa.clauses.lexical import LexicalReader
from qa.facts.aliases import load
from qa.pipeline import answer
from qa.proof.compose import Outcome, Refusal
from text.normalize import fold
from youju.records import Filters, Reader

GOLDEN = json.loads((CASES / "answers_golden.json").read_text("utf-8"))


@pytest.mark.parametrize("case", GOLDEN, ids=[case["question"] for case in GOLDEN])
def test_answers_do_not_lose_facts(
    case: dict, request: pytest.FixtureRequest, reader: Reader
) -> None:
    """What a person needs of the answer is in it, however it is worded and cut."""
    if "fails" in case:
        request.applymarker(pytest.mark.xfail(strict=True, reason=case["fails"]))
    index = request.getfixturevalue(case["index"])
    if request.getfixturevalue("qa_encoder").name == "tiny":
        pytest.skip("the answers were reviewed with the bundled encoder")
    made = answer(asked(case["question"], index), index, reader=reader)
    told = f"{made.text} {' '.join(citation.quote for citation in made.citations)}"
    lost = [words for words in case["has"] if fold(words) not in fold(told)]
    assert not lost, made.text
    assert made.refused is case.get("refused", False), made.text


def test_the_asked_year_alone(five: HybridIndex) -> None:
    for year, value in ((2015, "91%"), (2016, "92%"), (2017, "93%")):
        text = said(f"贵州省食品监督抽查合格率{year}年要达到多少", five)
        assert text == f"{year}年食品监督抽查合格率达到{value}[1]"


def test_each_document_speaks_under_its_place_when_none_is_named(five: HybridIndex) -> None:
    made = answer(asked("质量失信黑名单", five), five)
    regions = {c.region for c in made.citations}
    led = {line.split("：")[0] for line in made.text.split("\n") if "：" in line}
    assert len({c.doc_id for c in made.citations}) > 1 and regions <= led


def test_a_place_limits_the_answer(five: HybridIndex) -> None:
    made = answer(asked("贵州的质量失信黑名单", five), five)
    assert {c.region for c in made.citations} == {"贵州省"}
    assert "：" not in made.text.split("[1]")[0]


def test_a_named_document_limits_the_answer(fitted: HybridIndex) -> None:
    made = answer(asked("电动自行车管理条例对停放有什么规定", fitted), fitted)
    assert {c.doc_id for c in made.citations} == {named(fitted, "清河市").id}


def test_a_comparison_says_who_is_silent(fitted: HybridIndex) -> None:
    text = said("东陵市和云岭县的生活污水集中收集率哪个高", fitted)
    assert text.startswith("东陵市：") and text.endswith("云岭县的文件没有提及。")


def test_nothing_is_concluded_from_other_units(five: HybridIndex) -> None:
    for pair in ("贵州和重庆新增地方标准各多少项", "贵州和安徽的食品合格率谁高"):
        assert "高于" not in said(pair, five) and "低于" not in said(pair, five)


@pytest.mark.parametrize(
    ("one", "two", "closing"),
    [
        ("达到85%", "达到90%", "云山市的数值低于海川市。"),
        ("达到90%", "达到85%", "云山市的数值高于海川市。"),
        ("达到90%", "达到90%", "两地数值相同：云山市与海川市。"),
        ("建成5个", "建成5家", "两地的计量单位不同，不能直接比较高低。"),
        ("达到85%、90%", "达到85%", ""),
        ("逐步提高", "达到85%", ""),
        ("2015年达到85%", "达到90%", "云山市的数值低于海川市。"),
    ],
)
def test_conclusions(one: str, two: str, closing: str) -> None:
    from qa_helpers import document

    from qa.clauses.side_by_side import _conclusion
    from qa.proof.compose import Line

    docs = [
        document(f"{place}人民政府关于治水的意见\n一、目标\n") for place in ("云山市", "海川市")
    ]
    lines = [Line(doc, text, ()) for doc, text in zip(docs, (one, two), strict=True)]
    assert _conclusion(lines) == closing


def test_a_filter_is_a_limit(five: HybridIndex) -> None:
    doc = named(five, "贵州省")
    inside = Filters(doc_ids=(doc.id,))
    made = answer(asked("食品合格率", five), five, filters=inside)
    assert {c.doc_id for c in made.citations} == {doc.id} == {h.passage.doc_id for h in made.hits}
    none = answer(asked("食品合格率", five), five, filters=Filters(doc_ids=()))
    assert none.refused and none.hits == ()
    header = answer(asked("文件的文号", five), five, filters=inside)
    assert {c.doc_id for c in header.citations} == {doc.id}


def test_scope(five: HybridIndex) -> None:
    guizhou = named(five, "贵州省")
    assert scope.documents(asked("贵州的目标", five), five, None) == [guizhou]
    assert len(scope.documents(asked("目标", five), five, None)) == 5
    assert scope.documents(asked("目标", five), five, Filters(doc_ids=())) == []
    both = scope.documents_of(("贵州", "重庆"), five.names())
    assert len(both) == 2 and len(scope.documents_of((), five.names())) == 0
    hits = scope.hits_within(asked("目标", five), five, None, both)
    assert hits and {h.passage.doc_id for h in hits} <= set(both)
    assert scope.of_hits(hits, five)[0].id == hits[0].passage.doc_id


def test_too_many_documents_are_not_all_answered(
    five: HybridIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scope, "FEW", 2)
    assert said("文号是多少", five).startswith("符合的文件太多")
    assert said("贵州的文号是多少", five) == "文号：黔府发[2015]15号[1]"
    assert said("质量发展三年行动计划文号是多少", five) == "文号：黔府发[2015]15号[1]"
    assert said("附件2第3项是什么项目", five).startswith("国家客车质量监督检验中心")
    assert "已失效" in said("哪些文件已经失效", five)


def test_a_route_ends_in_lines_or_in_a_reason(five: HybridIndex) -> None:
    for text in ("贵州的目标", "广东的目标", "文号", "附件1第99项", "重庆和安徽的满意度"):
        question = asked(text, five)
        hits = five.search(question, scope.DEPTH)
        told = route.route(question, five, LexicalReader(five), hits, None, load())
        assert isinstance(told.outcome, Outcome | Refusal) and 0 <= told.confidence <= 1
        assert told.outcome.lines if isinstance(told.outcome, Outcome) else told.outcome.reason
        assert told.weighed or told.confidence in (0.0, 0.9)


def test_each_place_of_a_small_library_is_asked(five: HybridIndex, reader: Reader) -> None:
    made = answer(asked("各地对名牌产品有什么目标", five), five, reader=reader)
    assert len({citation.region for citation in made.citations}) >= 4
    bare = {path.split("、")[-1] for citation in made.citations for path in citation.path}
    said = [line.split("：", 1)[-1].split("[")[0] for line in made.text.split("\n")]
    assert not bare & set(said), "a heading alone says nothing"
