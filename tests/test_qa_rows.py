"""Answers from tables: by number, by cell, by likeness, and the rows that are not there."""

from __future__ import annotations

import pytest
from qa_helpers import asked, named, said

from index.retrieve import HybridIndex
from qa.clauses import rows
from text.numerals import to_chinese


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("附件1第10项是什么", 10),
        ("附件2第六十三项由谁建", 63),
        ("序号为7的指标", 7),
        ("编号12", 12),
        ("第3个项目", 3),
        ("附件1有多少项", None),
        ("第十条规定了什么", None),
        ("第2章讲什么", None),
        ("2015年5月2号", None),
        ("苏政发〔2016〕142号文", None),
        ("合格率是多少", None),
    ],
)
def test_asked_number(five: HybridIndex, question: str, number: int | None) -> None:
    assert rows.asked_number(asked(question, five)) == number


def test_every_number_finds_its_row_and_the_next_finds_none(five: HybridIndex) -> None:
    doc = named(five, "重庆市")
    for table, count in zip(doc.tables, (42, 63), strict=True):
        for number in range(1, count + 1):
            row = rows.numbered_row(table, doc, number)
            assert row is not None and rows.cells_of(doc, row)[0] == str(number)
        assert rows.numbered_row(table, doc, count + 1) is None
        assert rows.numbered_row(table, doc, 0) is None


@pytest.mark.parametrize("number", [1, 10, 42])
def test_a_row_is_found_by_either_numeral(five: HybridIndex, number: int) -> None:
    plain = said(f"重庆附件1第{number}项是什么指标", five)
    assert plain == said(f"重庆附件1第{to_chinese(number)}项是什么指标", five)
    assert "（2015年具体目标）" in plain or "：" not in plain


def test_a_row_out_of_range_is_refused_with_the_size(five: HybridIndex) -> None:
    assert said("附件2第64项是什么项目", five) == ("“重庆市质量发展重点项目”共63行，没有第64行。")


def test_annexes_are_told_apart(five: HybridIndex) -> None:
    docs = list(five.documents())
    first = rows.tables_asked(asked("附件1第3项", five), docs)
    second = rows.tables_asked(asked("附件2第3项", five), docs)
    assert [len(t.rows) for _, t in first] == [42] and [len(t.rows) for _, t in second] == [63]
    assert rows.tables_asked(asked("附件9第3项", five), docs) == []
    assert rows.tables_asked(asked("贵州附件1第3项", five), docs) == []


def test_a_row_in_words(five: HybridIndex, fitted: HybridIndex) -> None:
    doc = named(five, "重庆市")
    first, second = doc.tables
    assert rows.describe(doc, first, first.rows[0]) == "农业标准化生产普及率：30%（2015年具体目标）"
    assert rows.describe(doc, second, second.rows[1]) == (
        "中国电信院重庆分院：建设单位中国电信重庆公司"
    )
    plan = named(fitted, "南屏市")
    (table,) = plan.tables
    told = rows.describe(plan, table, table.rows[0])
    assert told == "养老机构护理型床位占比：2025年目标58%，2030年目标73%，责任单位市民政局"


@pytest.mark.parametrize(
    ("years", "told"), [((2030,), "2030年目标73%"), ((2025,), "2025年目标58%")]
)
def test_only_the_asked_year_of_a_row(
    fitted: HybridIndex, years: tuple[int, ...], told: str
) -> None:
    doc = named(fitted, "南屏市")
    (table,) = doc.tables
    assert rows.describe(doc, table, table.rows[0], years) == f"养老机构护理型床位占比：{told}"


def test_a_year_without_a_column_keeps_the_row(fitted: HybridIndex) -> None:
    doc = named(fitted, "南屏市")
    (table,) = doc.tables
    assert "2025年目标58%，2030年目标73%" in rows.describe(doc, table, table.rows[0], (2027,))


def test_rows_can_be_quoted_with_their_columns(five: HybridIndex) -> None:
    doc = named(five, "重庆市")
    for table in doc.tables:
        lines = [rows.row_line(doc, table, row) for row in table.rows]
        told = [line for line in lines if line is not None]
        assert len(told) >= 0.9 * len(lines), "four rows of the first table have no value"
        assert all(any(span.of(doc.text).strip() for span in line.spans) for line in told)
