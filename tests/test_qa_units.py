"""Units to read: offsets into the original, lead-ins with their items, rows, years around."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from qa_helpers import Even, asked, document, named

from index.retrieve import HybridIndex
from ingest.passages import passages
from qa.asked.weights import Asked
from qa.clauses.context import lead_in, row_years, years_around, years_in
from qa.clauses.units import Source, sources
from text.normalize import fold
from youju.records import Hit, PolicyDoc, Span

QUESTIONS = ("贵州食品监督抽查合格率", "重庆市质量竞争力指数", "谁负责质量考核", "安徽的目标")
RULES = """云山市停车管理条例
（2020年10月28日云山市第八届人民代表大会常务委员会通过）
第一章 总则
第一条 为了规范停车秩序，制定本条例。市交通运输局负责停车管理；区交通运输局负责日常检查。
第二条 停车人应当遵守下列规定：
（一）按照标线停放；
（二）不得占用盲道；
（三）按时缴费。
第二章 罚则
第三条 违反本条例第二条规定的，处五十元罚款。
"""


class Holding(Even):
    """A retriever that knows some documents."""

    def __init__(self, *docs: PolicyDoc) -> None:
        self._docs = {doc.id: doc for doc in docs}

    def document(self, doc_id: str) -> PolicyDoc:
        return self._docs[doc_id]


def units_of(doc: PolicyDoc) -> list[Source]:
    """Every passage of a document, as if all had been found in their order."""
    return sources([Hit(passage, 1.0) for passage in passages(doc)], Holding(doc))  # type: ignore[arg-type]


def check(source: Source) -> None:
    """The promise of `Source`."""
    unit = source.unit
    at = 0
    for start, end in unit.spans:
        assert at <= start < end <= len(unit.text), "in order, none overlapping"
        at = end
    if source.hit.passage.kind in ("row", "meta"):
        assert unit.spans == ((0, len(unit.text)),)
        return
    assert unit.text == fold(source.span.of(source.doc.text))
    for number, (start, end) in enumerate(unit.spans):
        place = source.place(number, number)
        assert place == Span(source.span.start + start, source.span.start + end)
        assert fold(place.of(source.doc.text)) == unit.text[start:end]


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_is_read_stands_in_the_original(five: HybridIndex, question: str) -> None:
    hits = five.search(asked(question, five), 16)
    found = sources(hits, five)
    assert found and len(found) <= len(hits)
    for source in found:
        check(source)
        assert fold(source.doc.name) in source.unit.context


def test_a_row_is_one_unit_with_its_columns_and_one_place(five: HybridIndex) -> None:
    found = sources(five.search(asked("重庆制造业质量竞争力指数", five), 16), five)
    rows = [source for source in found if source.row is not None]
    assert rows
    for source in rows:
        assert source.row is not None and source.table is not None
        assert source.place(0, 0) == source.span == source.row.span
        assert source.table.span.covers(source.span)
        if source.table.caption is not None:
            assert fold(source.table.caption.of(source.doc.text)) in source.unit.context


def test_a_lead_in_is_read_with_its_items_and_its_items_not_again() -> None:
    doc = document(RULES)
    found = units_of(doc)
    holding = [source for source in found if "不得占用盲道" in source.unit.text]
    assert len(holding) == 1
    (led,) = holding
    assert "应当遵守下列规定:" in led.unit.text and "按时缴费" in led.unit.text
    assert len(led.unit.spans) >= 4, "each item can be quoted alone"
    for source in found:
        check(source)


_FILLED = "并按照本市有关规定和标准的要求及时如实填写有关信息确保真实准确完整" * 5


def test_items_announced_before_a_full_stop_are_read_with_it() -> None:
    text = (
        f"云山市补贴清单\n一、求职补贴\n{_FILLED}符合以下两个条件之一，可以申请补贴。\n"
        f"（1）属于低保家庭{_FILLED}；\n（2）属于持证残疾人{_FILLED}。\n申领方式：到窗口办理{_FILLED}。\n"
        f"二、罚则\n虚报冒领的，处三百元以下罚款{_FILLED}。\n（1）由区民政局处罚{_FILLED}。\n"
    )
    doc = document(text)
    led = [source.unit.text for source in units_of(doc)]
    (unit,) = [one for one in led if "以下两个条件" in one]
    assert "低保家庭" in unit and "残疾人" in unit and "窗口" not in unit
    assert not any("罚款" in one and "区民政局" in one for one in led)


def test_a_segment_ends_at_a_full_stop_a_semicolon_or_a_line() -> None:
    doc = document(RULES)
    (first,) = [s for s in units_of(doc) if "市交通运输局负责" in s.unit.text]
    texts = [first.unit.text[a:b] for a, b in first.unit.spans]
    assert any(text.startswith("市交通运输局") and "区交通" not in text for text in texts)


def test_an_item_alone_knows_its_lead_in() -> None:
    doc = document(RULES)
    like = passages(doc)[-1]
    clause = next(c for c in doc.clauses if "不得占用盲道" in c.own.of(doc.text))
    passage = replace(like, clause_ids=(clause.id,), span=clause.own, path=clause.path)
    (source,) = sources([Hit(passage, 1.0)], Holding(doc))  # type: ignore[arg-type]
    assert "应当遵守下列规定:" in source.unit.context
    assert "应当遵守下列规定:" not in source.unit.text


_MORE = "具体以停车场公示的标准和市发展改革部门的规定为准，" * 4
ASKED = (
    f"云山市停车问答\n一、收费问题\n常见的问题如下。\n例1：{_MORE}王女士的车停了不到一刻钟，要不要交费？\n"
    f"答：不到三十分钟的免费，{_MORE}不另行通知。\n例2：{_MORE}李先生停了一天，最多交多少？\n"
    f"答：每天最多四十元，{_MORE}不另行通知。\n"
)


def test_a_question_of_the_text_is_read_with_its_answer_and_known_to_it() -> None:
    doc = document(ASKED)
    (whole,) = [s for s in units_of(doc) if "不到一刻钟" in s.unit.text]
    assert "三十分钟的免费" in whole.unit.text and "每天最多" not in whole.unit.text
    like = passages(doc)[-1]
    clause = next(c for c in doc.clauses if "四十元" in c.own.of(doc.text))
    passage = replace(like, clause_ids=(clause.id,), span=clause.own, path=clause.path)
    (reply,) = sources([Hit(passage, 1.0)], Holding(doc))  # type: ignore[arg-type]
    assert "最多交多少?" in reply.unit.context and "多少" not in reply.unit.text


@given(st.lists(st.sampled_from("甲乙丙。；？：\n（一）第二条1.　 食品"), max_size=60).map("".join))
def test_offsets_hold_for_any_document(text: str) -> None:
    doc = document(f"云山市办法\n第一条 {text}\n第二条 本办法自公布之日起施行。\n")
    for source in units_of(doc):
        check(source)


def test_no_hits_no_units() -> None:
    assert sources([], Even()) == []  # type: ignore[arg-type]


# --- what words weigh ----------------------------------------------------------------------------


def test_weight_is_shared_out_over_the_pairs() -> None:
    asked_for = Asked.of(("食品合格率",), Even())  # type: ignore[arg-type]
    assert set(asked_for.pairs) == {"食品", "品合", "合格", "格率"}
    assert asked_for.share("食品合格率达到90%") == pytest.approx(1.0)
    assert asked_for.share("合格率") == pytest.approx(0.5)
    assert 0.5 < asked_for.share("合格率", context="食品安全") < 0.75
    assert asked_for.share("") == 0.0
    assert Asked({}).share("合格率") == 0.0


# --- years and lead-ins --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expect"),
    [
        ("2015—2017年，逐年达到", {2015, 2016, 2017}),
        ('到"十三五"末', {2020}),
        ("2012年和2015年", {2012, 2015}),
        ("没有年份", None),
        ("〔2012〕45号", None),
    ],
)
def test_years_in_a_text(text: str, expect: set[int] | None) -> None:
    assert years_in(fold(text)) == (frozenset(expect) if expect else None)


def test_a_document_of_one_plan_governs_clauses_without_years(five: HybridIndex) -> None:
    doc = named(five, "贵州省")
    passage = next(p for p in passages(doc) if years_in(fold(p.span.of(doc.text))) is None)
    if years_in(fold("".join(passage.path))) is None:
        assert years_around(doc, Hit(passage, 1.0), "") == frozenset({2015, 2016, 2017})
    assert years_around(doc, Hit(passage, 1.0), "到2016年") == frozenset({2016})


def test_a_long_plan_speaks_of_its_end(fitted: HybridIndex) -> None:
    doc = named(fitted, "南屏市")
    passage = next(p for p in passages(doc) if p.kind == "clause" and not p.path)
    assert years_around(doc, Hit(passage, 1.0), "") == frozenset({2030})


def test_a_table_is_dated_by_its_note_or_its_columns(
    five: HybridIndex, fitted: HybridIndex
) -> None:
    table = named(five, "重庆市").tables[0]
    assert row_years(named(five, "重庆市"), table, table.rows[0]) == frozenset({2015})
    doc = named(fitted, "南屏市")
    assert row_years(doc, doc.tables[0], doc.tables[0].rows[0]) == frozenset({2025, 2030})


def test_the_lead_in_of_an_item_is_the_line_with_a_colon(fitted: HybridIndex) -> None:
    doc = named(fitted, "清河市")
    like = passages(doc)[3]
    led = {}
    for clause in doc.clauses:
        passage = replace(like, clause_ids=(clause.id,), span=clause.own, path=clause.path)
        led[clause.own.of(doc.text)[:8]] = lead_in(doc, Hit(passage, 1.0))
    assert led["（一）年满十六周"] == fold("第八条　驾驶电动自行车上道路行驶，应当遵守下列规定：")
    assert led["（二）加装、改装"].endswith("禁止下列行为:")
    assert led["第五条　在本市销"] == ""


def test_the_lead_in_of_a_later_part_is_the_part_before(fitted: HybridIndex) -> None:
    doc = named(fitted, "清河市")
    clause = max(doc.clauses, key=lambda c: len(c.own))
    passage = replace(
        passages(doc)[3],
        clause_ids=(clause.id,),
        span=Span(clause.own.start + 30, clause.own.end),
    )
    before = doc.text[clause.own.start : clause.own.start + 30]
    assert lead_in(doc, Hit(passage, 1.0)) == fold(before)
