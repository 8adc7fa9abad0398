"""What is quoted of what was read: whole segments, lead-ins with their items, within the budget."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from qa_helpers import Marking, document

from ingest.passages import passages
from qa.clauses.quoting import BUDGET, LIST_MAX, quoted
from qa.clauses.reading import Read
from qa.clauses.units import Source
from qa.proof.trim import unlabelled
from text.normalize import fold
from text.sentences import segments
from youju.records import Hit, PolicyDoc, Reading, Span, Unit

LONG = "并按照本市有关规定和标准的要求及时如实填写有关信息确保真实准确完整可追溯" * 4
PARTS = "市交通局负责停车管理。停车每小时收费五元；夜间免费。举报乱停的奖励二十元。"
WIDE = f"市交通局负责停车{LONG}。停车每小时收费五元{LONG}；夜间免费{LONG}。举报乱停奖励{LONG}。"
ITEMS = ("（一）按照标线停放", "（二）不得占用盲道", "（三）按时缴费")
LEAD = "停车人应当遵守下列规定：\n" + "".join(f"{item}；\n" for item in ITEMS)
WIDE_LEAD = f"停车人{LONG}应当遵守下列规定：\n" + "".join(f"{item}{LONG}；\n" for item in ITEMS)


def read_of(body: str, marked: dict[str, float], unsaid: float = -5.0, score: float = 1.0) -> Read:
    """One clause of a small document, read by a reader that knows the marked words."""
    doc = document(f"云山市停车管理条例\n第一条 为了规范停车，制定本条例。\n第二条 {body}\n")
    text = f"第二条 {body}".strip()
    start = doc.text.index(text)
    return made(doc, Span(start, start + len(text)), marked, unsaid, score)


def made(
    doc: PolicyDoc, span: Span, marked: dict[str, float], unsaid: float = -5.0, score: float = 1.0
) -> Read:
    text = fold(span.of(doc.text))
    unit = Unit(doc.name, text, tuple(segments(text)))
    passage = next(p for p in passages(doc) if p.kind == "clause")
    (reading,) = Marking(marked, unsaid).read("?", [unit])
    return Read(Source(Hit(passage, score), doc, span, unit), reading, score)


def texts(reads: list[Read], **options: bool) -> list[str]:
    return [line.text for line in quoted(reads, **options)]


def test_a_short_clause_is_quoted_whole() -> None:
    (line,) = quoted([read_of(PARTS, {"收费": 4.0})])
    assert line.text == PARTS.rstrip("。")


def test_of_a_long_clause_the_segment_that_answers() -> None:
    assert texts([read_of(WIDE, {"收费": 4.0})]) == [f"停车每小时收费五元{LONG}"]


def test_near_segments_are_quoted_too_as_far_as_the_budget_goes() -> None:
    body = "".join(f"第{n}类车辆每小时收费{n}元{'并按规定开票' * 5}。" for n in range(1, 40))
    lines = quoted([read_of(body, {"收费": 4.0})])
    assert 100 < sum(len(line.text) for line in lines) <= BUDGET


def test_neighbours_that_are_both_quoted_are_one_quotation() -> None:
    half = LONG[:70]
    body = f"甲{LONG}。停车收费五元{half}；夜间免费{half}。乙{LONG}。"
    (line,) = quoted([read_of(body, {"收费": 4.0, "夜间": 4.0})])
    assert line.text == f"停车收费五元{half}；夜间免费{half}"


def test_two_near_segments_that_stand_apart_are_two_quotations() -> None:
    half = LONG[:70]
    body = f"停车收费五元{half}；甲{LONG}。夜间免费{half}。"
    assert texts([read_of(body, {"收费": 4.0, "夜间": 3.5})]) == [
        f"停车收费五元{half}", f"夜间免费{half}"
    ]  # fmt: skip


def test_two_clauses_answer_together_best_first() -> None:
    other = PARTS.replace("乱停", "乱放")
    one, two = read_of(PARTS, {"收费": 4.0}, score=2.0), read_of(other, {"奖励": 4.0}, score=1.9)
    assert len(quoted([one, two])) == 2
    far = read_of(other, {"奖励": 4.0}, score=-20.0)
    assert len(quoted([one, far])) == 1, "the unit's own score counts"


def test_unsure_of_every_segment_a_short_clause_is_quoted_whole_all_the_same() -> None:
    (line,) = quoted([read_of(PARTS, {}, -4.0)])
    assert line.text == PARTS.rstrip("。")


def test_a_segment_is_never_cut_however_long() -> None:
    (one,) = quoted([read_of("车" * 3 * BUDGET + "。", {}, -4.0)])
    assert one.text == "车" * 3 * BUDGET


def test_a_lead_in_brings_its_items() -> None:
    for body, marked in ((LEAD, "应当遵守"), (WIDE_LEAD, "应当遵守")):
        told = "".join(texts([read_of(body, {marked: 4.0})]))
        assert "下列规定" in told and ITEMS[0][3:] in told


def test_an_item_stands_alone_unless_the_list_is_asked_for() -> None:
    read = read_of(WIDE_LEAD, {"盲道": 4.0})
    (alone,) = quoted([read])
    assert "盲道" in alone.text and "标线" not in alone.text
    listed = "".join(line.text for line in quoted([read], whole_list=True))
    assert "下列规定" in listed and "标线" in listed and "盲道" in listed


def test_items_are_brought_as_far_as_fit() -> None:
    items = "".join(f"（{'一二三四五六七八九十'[n]}）{'条件' * 50}；\n" for n in range(10))
    (line,) = quoted([read_of(f"有下列情形的免费：\n{items}", {"下列情形": 4.0})])
    assert 200 < len(line.text) <= LIST_MAX + 120


def test_a_question_of_the_text_is_never_the_whole_answer() -> None:
    body = f"停了一天最多交多少{LONG}？答：每天最多四十元。{LONG}。{LONG}。"
    (line,) = quoted([read_of(body, {"最多交多少": 4.0}, -6.0)])
    assert "每天最多四十元" in line.text and len(line.text) < 3 * len(LONG)


def test_each_part_of_a_question_gets_its_segment() -> None:
    read = read_of(WIDE, {"收费": 4.0})
    free = read_of(WIDE, {"夜间": 4.0}).reading
    assert len(quoted([read])) == 1
    told = "".join(line.text for line in quoted([read], parts=[[free]]))
    assert "停车每小时收费五元" in told and "夜间免费" in told


def test_nothing_to_read_nothing_to_quote() -> None:
    assert quoted([]) == []


def test_a_header_is_never_quoted_as_a_clause() -> None:
    doc = document("云山市停车管理条例\n云政发〔2020〕5号\n第一条 为了规范停车，制定本条例。\n")
    meta = [p for p in passages(doc) if p.kind == "meta"]
    assert meta
    unit = Unit(doc.name, meta[0].body, ((0, len(meta[0].body)),))
    source = Source(Hit(meta[0], 1.0), doc, meta[0].span, unit)
    assert quoted([Read(source, Reading(0.9, 5.0, (5.0,)), 1.0)]) == []


_BODY = st.lists(
    st.sampled_from(["停车收费", "五元", "。", "；", "：", "\n（一）", "\n（二）", "，", "夜间"]),
    min_size=1, max_size=40,
).map("".join)  # fmt: skip


@pytest.mark.parametrize("whole_list", [False, True])
@given(body=_BODY, logits=st.lists(st.floats(-9, 9), min_size=80, max_size=80))
def test_no_quotation_is_cut_within_a_segment(
    body: str, logits: list[float], whole_list: bool
) -> None:
    doc = document(
        f"云山市停车管理条例\n第一条 停车应当缴费。{body}\n第二条 本条例自公布起施行。\n"
    )
    span = Span(doc.text.index("停车应当"), doc.text.index("第二条"))
    text = fold(span.of(doc.text))
    unit = Unit("", text, tuple(segments(text)))
    passage = next(p for p in passages(doc) if p.kind == "clause")
    reading = Reading(0.5, 0.0, tuple(logits[: len(unit.spans)]))
    lines = quoted(
        [Read(Source(Hit(passage, 1.0), doc, span, unit), reading, 1.0)], whole_list=whole_list
    )
    silent = any(not re.search(r"\w", text[a:b]) for a, b in unit.spans)
    assert lines or silent, "only of a segment without words there is nothing to say"
    starts = {span.start + start for start, _ in unit.spans}
    ends = {span.start + end for _, end in unit.spans}
    for line in lines:
        (place,) = line.spans
        assert place.start in starts and place.end in ends and span.covers(place)
        assert line.text in unlabelled(place.of(doc.text))
    places = [line.spans[0] for line in lines]
    assert places == sorted(places, key=lambda p: p.start)
    assert all(a.end <= b.start for a, b in itertools.pairwise(places))


def test_what_two_files_say_in_the_same_words_is_said_once() -> None:
    one, two = read_of(PARTS, {"收费": 4.0}, score=2.0), read_of(PARTS, {"收费": 4.0}, score=1.9)
    assert len(quoted([one, two])) == 1


@pytest.mark.parametrize("first", ["（一）", "1.", "①", "(1)", "一、"])
def test_a_lead_in_on_the_line_of_its_items_brings_them(first: str) -> None:
    body = (
        f"停车人应当遵守下列规定：{first}按照标线停放；（二）不得占用盲道{LONG}；（三）按时缴费。"
    )
    (line,) = quoted([read_of(body, {"应当遵守": 4.0})])
    assert line.text.endswith("按时缴费") and line.text.startswith("停车人应当")


SPLIT = (
    "有下列行为之一的，责令改正；情节严重的，处五千元罚款：\n"
    + "".join(f"{item}；\n" for item in ITEMS)
)  # fmt: skip
STOPPED = f"符合以下条件之一的，可以申请补贴{LONG}。补贴每年发放一次{LONG}。\n" + "".join(
    f"{item}；\n" for item in ITEMS
)


@pytest.mark.parametrize(
    ("body", "marked"), [(SPLIT, "责令改正"), (SPLIT, "盲道"), (STOPPED, "以下条件")]
)
def test_what_announces_a_list_brings_it_where_it_is_asked_for(body: str, marked: str) -> None:
    (line,) = quoted([read_of(body, {marked: 4.0})], whole_list=True)
    assert all(item in line.text for item in ITEMS)
    assert "下" in line.text


def test_a_bound_announces_nothing() -> None:
    body = f"停车人违反规定的，处三百元以下罚款{LONG}。\n" + "".join(f"{i}；\n" for i in ITEMS)
    told = quoted([read_of(body, {"罚款": 9.0})])
    assert not any(ITEMS[1] in line.text for line in told)
