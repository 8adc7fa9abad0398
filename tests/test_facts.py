from __future__ import annotations

import csv
import io
import json
import os
from pathlib import Path

import pytest
from growth import linear
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.facts import GOLD, GoldFile, as_document, judge, judge_all, load, pooled, read_gold
from ingest.facts import facts
from ingest.pipeline import policy_doc
from text.quantities import by_name, unaligned
from youju import cli
from youju.errors import QuestionSetError
from youju.exports import FACT_COLUMNS, csv_text, fact_json, fact_rows
from youju.fact_views import facts_of, facts_text
from youju.records import ExtractedText, Fact, PolicyDoc, SourceFile
from youju.terminal import Style

OUTSIDE = os.environ.get("YOUJU_TEST_POLICIES")  # policies.jsonl.gz, no part of the product
CASES = json.loads((Path(__file__).parent / "cases/facts.json").read_text("utf-8"))


def _doc(body: str, title: str = "云山市质量提升行动计划") -> PolicyDoc:
    text = f"{title}\n{body}"
    source = SourceFile("甲.txt", "0" * 64, "txt", len(text))
    return policy_doc(source, ExtractedText(text, "utf-8"))


def _said(fact: Fact) -> list[object]:
    value = list(fact.value) if isinstance(fact.value, tuple) else fact.value
    return [fact.indicator, value, fact.unit, fact.comparator, fact.year]


# --- gold ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("gold", read_gold(), ids=lambda gold: gold.name)
def test_every_document_against_its_gold(gold: GoldFile) -> None:
    doc = load(gold, Path(OUTSIDE) if OUTSIDE else None)
    if doc is None:
        pytest.skip(f"{gold.document}: set YOUJU_TEST_POLICIES to policies.jsonl.gz")
    result = judge(gold.name, doc, facts(doc), gold.facts)
    assert result.precision >= 0.95, [_said(fact) for fact in result.extra]
    assert result.recall >= 0.90, result.missed
    assert result.indicators >= 0.90


def test_the_gold_stands_in_its_documents() -> None:
    for gold in read_gold():
        doc = None if gold.outside else load(gold, None)
        for entry in gold.facts if doc is not None else ():
            assert doc is not None
            assert "".join(entry.quote.split()) in "".join(doc.text.split()), entry.quote


def test_pooled_scores_hold_the_goal() -> None:
    results, skipped = judge_all(GOLD, Path(OUTSIDE) if OUTSIDE else None)
    whole = pooled(results)
    assert len(whole.matched) > 200
    assert bool(skipped) == (OUTSIDE is None)
    assert (whole.precision, whole.recall) >= (0.95, 0.90)
    assert whole.comparators >= 0.95


def test_a_missed_and_a_wrong_fact_cost(tmp_path: Path) -> None:
    gold = next(g for g in read_gold() if g.name.startswith("安徽"))
    doc = load(gold, None)
    assert doc is not None
    found = facts(doc)
    assert judge("x", doc, found[1:], gold.facts).recall < 1
    assert judge("x", doc, found, gold.facts[1:]).precision < 1
    (tmp_path / "a.jsonl").write_text('{"document": "x"}\n{"indicator": []}\n', "utf-8")
    with pytest.raises(QuestionSetError, match="第 2 行"):
        read_gold(tmp_path)


# --- rules ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["label"])
def test_case(case: dict) -> None:
    doc = _doc(case["text"], case.get("title", "云山市质量提升行动计划"))
    assert [_said(fact) for fact in facts(doc)] == case["expect"]


def test_owners_force_and_path() -> None:
    body = (
        "一、目标\n力争合格率达到90%。确保达标率达到95%。(市质监局牵头,市农委、市水务局配合)\n"
        "二、措施\n改造管网30公里。\n"
    )
    first, second, third = facts(_doc(body))
    assert first.owners == second.owners == ("市质监局", "市农委", "市水务局")
    assert (first.force, second.force, third.force) == ("预期性", "约束性", None)
    assert first.path == ("一、目标",)
    assert third.owners == ()


def test_a_traditional_document_keeps_its_characters() -> None:
    doc = _doc(
        "一、目標\n到2020年,產品監督抽查合格率達到百分之九十六以上。\n", "雲山縣品牌實施方案"
    )
    (fact,) = facts(doc)
    assert (fact.indicator, fact.value, fact.unit) == ("產品監督抽查合格率", 96.0, "%")
    assert fact.value_text == "百分之九十六以上"


def test_laws_and_reports_of_the_past_set_no_targets() -> None:
    law = "第一条 夜间噪声不得超过55分贝。\n第二条 处一万元以上五万元以下罚款。\n"
    assert facts(_doc(law, "云山市噪声管理办法")) == ()
    report = "一、2022年工作回顾\n全市新建学校12所,森林覆盖率达到43%。\n"
    assert facts(_doc(report, "2023年云山市政府工作报告")) == ()


def test_names_without_a_value_each_are_not_paired() -> None:
    text = "污泥、废水、废气处理率分别达到97%、95%以上"
    assert by_name(text) == []
    assert [text[a:b] for a, b in unaligned(text)] == ["97%", "95%以上"]
    assert facts(_doc(f"一、目标\n{text}。\n")) == ()


# --- properties ----------------------------------------------------------------------------------

_WORDS = (
    "到2025年", "2015—2017年", "逐年", "分别", "达到", "控制在", "以上", "以下", "合格率", "建成",
    "新增", "示范区", "示範區", "89%", "90%", "5个", "2—3家", "万分之五", "1.5万", "100", "其中",
    "、", ",", "。", ";", ":", "\n", "(市质监局负责)", "一、", "（一）", "“十三五”末", "和", "力争",
    "年内", "补助", "元",
)  # fmt: skip
_BODIES = st.lists(st.sampled_from(_WORDS), max_size=60).map("".join)


@settings(max_examples=150, deadline=None)
@given(_BODIES)
def test_spans_slice_back_and_facts_are_deterministic(body: str) -> None:
    doc = _doc(f"正文{body}", "云山市发展规划（2023—2025年）")
    found = facts(doc)
    assert found == facts(doc)
    for fact in found:
        assert fact.span.of(doc.text) == fact.value_text
        assert fact.sentence.covers(fact.span)
        assert fact.indicator.strip() == fact.indicator != ""
        assert not isinstance(fact.value, tuple) or fact.value[0] < fact.value[1]
        assert any(clause.id == fact.clause_id for clause in doc.clauses)
    assert list(found) == sorted(found, key=lambda f: (f.span, f.year or 0))


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_read(body: str) -> None:
    facts(_doc(f"正文{body}"))


@pytest.mark.parametrize(
    "unit", ["达到9%、", "1", "(", "建成5个", "分别达到5个、", "从", "《2015年"]
)
def test_time_is_linear(unit: str) -> None:
    head = "一、目标\n到2025年，合格率达到90%，覆盖率达到95%。\n"
    linear(lambda n: facts(_doc(head + unit * n)), 20_000 // len(unit))


def test_a_long_sentence_is_not_searched_again_for_each_of_its_values() -> None:
    linear(lambda n: facts(_doc("一、目标\n到2025年，" + "分别达到5个、" * n)), 160)


# --- views and commands --------------------------------------------------------------------------


def test_views_keep_the_contract() -> None:
    doc = _doc("一、目标\n到2025年,培育2—3家=企业,合格率达到90%。\n")
    found = list(facts_of([doc]))
    rows = [fact_json(d, f) for d, f in found]
    assert rows[0]["value"] == [2.0, 3.0]
    promised = "indicator value value_text unit comparator year period region owners doc_id source"
    assert {*promised.split(), "path", "start", "end", "quote"} <= set(rows[0])
    for row in rows:
        assert doc.text[row["start"] : row["end"]] == row["quote"]
        assert doc.text[row["value_start"] : row["value_end"]] == row["value_text"]
    table = list(csv.reader(io.StringIO(csv_text(FACT_COLUMNS, fact_rows(found)))))
    assert len(table) == 3 and all(len(line) == len(table[0]) for line in table)
    assert table[1][4] == "'=企业"
    assert "合格率" in facts_text(found, Style())
    assert facts_text([], Style()) == "没有找到符合条件的数值目标。"
    assert [f.indicator for _, f in facts_of([doc], "合格")] == ["合格率"]


def test_the_command(corpus_index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = ["--index", str(corpus_index)]
    asked = ["facts", "贵州", "--indicator", "生产性 满意度", "--json", *place]
    assert cli.main(asked) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(row["year"], row["value"]) for row in rows] == [
        (2015, 80.0),
        (2016, 81.0),
        (2017, 82.0),
    ]
    assert cli.main(["facts", "--json", *place]) == 0
    assert len(capsys.readouterr().out.splitlines()) > 180
    assert cli.main(["facts", "--json", "--csv", *place]) == 2


@pytest.mark.skipif(OUTSIDE is None, reason="set YOUJU_TEST_POLICIES to policies.jsonl.gz")
def test_a_large_collection_has_its_facts() -> None:
    from eval.facts import policies

    docs = [as_document(*entry) for entry in policies(Path(OUTSIDE or ""))]
    assert sum(len(facts(doc)) for doc in docs) > 1000


def test_a_report_sets_goals_only_in_so_many_words() -> None:
    """主要 holds 要, and a quoted plan is a name: neither looks ahead; 今年再 does."""
    body = (
        "一、工作\n其他主要农作物都有增长，甜菜增长61%。实施“营养餐计划”，新增栏目15个。"
        "今年再完成棚户区改造600万套。\n"
    )
    found = [_said(fact) for fact in facts(_doc(body, "2017年云山市政府工作报告"))]
    assert found == [["棚户区改造", 6000000.0, "套", "", 2017]]


def test_years_inside_a_duration_are_not_this_year() -> None:
    body = "一、目标\n五年内工农业总产值增长38%。年内总产值增长5%。\n"
    found = [_said(fact) for fact in facts(_doc(body, "云山市2016年发展计划"))]
    assert [fact[-1] for fact in found if fact[1] == 5.0] == [2016]
    report = [_said(fact) for fact in facts(_doc(body, "2016年云山市政府工作报告"))]
    assert not any(fact[-1] == 2016 for fact in report if fact[1] == 38.0)
