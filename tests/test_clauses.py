from __future__ import annotations

import pytest
from growth import linear
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.clauses import build
from ingest.lines import logical_lines, physical_lines
from tests.ingest_helpers import cases
from youju.records import Clause

_LINES = """第一章 总则|第二章　附则|第一条 甲。|第二条 有下列情形的：|（一）乙；|（二）丙。
一、总体要求|二、目标。到2020年完成。|1.甲|2.乙。丙丙丙丙丙丙丙。|（1）甲|①甲|②乙|――甲。乙
附件1|附件：1.甲|附件2 名单|质量。合格率达到百分之九十五以上。|平文。|1.1 甲|1.1.1 乙|1 总则
第十条规定的除外。|　　|第一条之一 甲|3|序号"""
TRICKY = st.lists(st.sampled_from([*_LINES.replace("\n", "|").split("|"), "\n"]), max_size=25)


def _case(case: dict) -> object:
    marks = [pytest.mark.xfail(strict=True)] if case["kind"] == "known failure" else []
    return pytest.param(case, id=case["label"], marks=marks)


def _build(text: str) -> tuple[Clause, ...]:
    return build(text, logical_lines(physical_lines(text)))


def _show(clause: Clause) -> str:
    parts = (str(clause.level), clause.kind, clause.label, clause.heading)
    return " ".join(part for part in parts if part)


def check_tree(text: str, clauses: tuple[Clause, ...]) -> None:
    """Spans slice back, children lie in order inside their parents, own parts come first."""
    by_id = {clause.id: clause for clause in clauses}
    assert len(by_id) == len(clauses)
    at = {None: 0}
    for clause in clauses:
        own = clause.own.of(text)
        assert clause.span.covers(clause.own) and clause.own.start == clause.span.start
        assert own and own == own.strip()
        assert own.startswith(clause.label) and clause.heading in own
        assert clause.level == (by_id[clause.parent].level + 1 if clause.parent else 1)
        if clause.parent:
            above = by_id[clause.parent]
            assert clause.id in above.children and above.span.covers(clause.span)
            assert clause.span.start >= above.own.end
            assert clause.path[: len(above.path)] == above.path
        assert clause.span.start >= at.get(clause.parent, 0), "siblings in order, disjoint"
        at[clause.parent] = clause.span.end
        if not clause.children:
            assert clause.own == clause.span
        assert [by_id[child].parent for child in clause.children] == [clause.id] * len(
            clause.children
        )


@pytest.mark.parametrize("case", [_case(case) for case in cases("clauses")])
def test_clauses(case: dict) -> None:
    clauses = _build(case["text"])
    check_tree(case["text"], clauses)
    assert [_show(clause) for clause in clauses] == case["expect"]


@given(TRICKY)
@settings(max_examples=60)
def test_trees_are_sound_and_hold_every_character(texts: list[str]) -> None:
    text = "\n".join(texts)
    clauses = _build(text)
    check_tree(text, clauses)
    told = "".join(clause.own.of(text) for clause in clauses)
    assert "".join(told.split()) == "".join(text.split())


@given(st.text(max_size=80))
@settings(max_examples=50)
def test_any_text_gives_a_sound_tree(text: str) -> None:
    check_tree(text, _build(text))


def test_paths_name_paragraphs_of_articles() -> None:
    clauses = _build("第一章 总则\n第一条 甲。\n乙。\n丙。")
    assert [clause.path for clause in clauses][1:] == [
        ("第一章 总则", "第一条"),
        ("第一章 总则", "第一条", "第二款"),
        ("第一章 总则", "第一条", "第三款"),
    ]


@pytest.mark.parametrize(
    "unit", ["（一）甲\n段\n", "一、甲\n（一）乙\n1.丙\n", "第一条 甲\n款\n", "附件\n"]
)
def test_time_is_linear(unit: str) -> None:
    linear(lambda n: _build(unit * n), 40_000 // len(unit))
