"""Pieces of evidence: their places, years, lead-ins and scores."""

from __future__ import annotations

from dataclasses import replace

import pytest
from qa.clauses.pieces import Asked, piece_at, row_at
from qa_helpers import Even, asked, found, named

from index.retrieve import HybridIndex
from ingest.passages import passages
from qa.clauses import select
from qa.clauses.context import lead_in, row_years, years_around, years_in
from text.normalize import fold
from youju.records import Hit, Span

QUESTIONS = ("贵州食品监督抽查合格率", "重庆市质量竞争力指数", "谁负责质量考核", "安徽的目标")


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_piece_is_the_folded_text_of_its_span(five: HybridIndex, question: str) -> None:
    _, pieces = found(question, five)
    assert pieces
    for piece in pieces:
        assert piece.text == fold(piece.span.of(piece.doc.text))
        assert piece.hit.passage.span.covers(piece.span)
        assert 0 <= piece.own <= piece.cover <= 1.0001 and -1.001 <= piece.near <= 1.001
        assert piece.sub(0, len(piece.text)) == piece.span


def test_pieces_come_best_first_and_always_in_the_same_order(five: HybridIndex) -> None:
    _, once = found("农产品质量安全监测合格率", five)
    _, again = found("农产品质量安全监测合格率", five)
    keys = [(-p.score, p.doc.id, p.span.start) for p in once]
    assert keys == sorted(keys) and once == again


def test_rows_know_their_table(five: HybridIndex) -> None:
    _, pieces = found("重庆制造业质量竞争力指数", five)
    rows = [piece for piece in pieces if piece.kind == "row"]
    assert rows and all(p.row is not None and p.row.span == p.span for p in rows)
    assert row_at(rows[0].doc, rows[0].span) == (rows[0].table, rows[0].row)


def test_a_heading_is_told_from_what_it_heads(five: HybridIndex) -> None:
    _, pieces = found("贵州服务质量", five)
    headings = [piece for piece in pieces if piece.kind == "heading"]
    assert headings
    assert all(len(piece.text) < 20 for piece in headings)


def test_weight_is_shared_out_over_the_pairs() -> None:
    asked_for = Asked.of(("食品合格率",), Even())  # type: ignore[arg-type]
    assert set(asked_for.pairs) == {"食品", "品合", "合格", "格率"}
    assert asked_for.share("食品合格率达到90%") == pytest.approx(1.0)
    assert asked_for.share("合格率") == pytest.approx(0.5)
    assert 0.5 < asked_for.share("合格率", context="食品安全") < 0.75
    assert asked_for.share("") == 0.0
    assert Asked({}).share("合格率") == 0.0


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


def test_sentences_below_a_clause(five: HybridIndex) -> None:
    _, pieces = found("贵州服务质量目标", five)
    doc = named(five, "贵州省")
    clause = next(c for c in doc.clauses if c.own.of(doc.text).count("。") >= 2)
    below = list(piece_at(doc, clause, pieces[0]))
    assert len(below) >= 2
    assert all(p.text == fold(p.span.of(doc.text)) and p.row is None for p in below)


def test_pieces_of_another_year_are_left_out(five: HybridIndex) -> None:
    question, pieces = found("贵州2016年食品监督抽查合格率", five)
    timely = select.in_year(question, pieces)
    assert timely and all(p.years is None or 2016 in p.years for p in timely)
    other, _ = found("贵州2030年食品监督抽查合格率", five)
    assert all(p.years is None for p in select.in_year(other, pieces))
    assert select.in_year(asked("贵州食品合格率", five), pieces) == pieces


def test_documents_are_grouped_best_first(five: HybridIndex) -> None:
    _, pieces = found("食品合格率", five)
    groups = select.by_document(pieces)
    assert sum(map(len, groups)) == len(pieces)
    assert [g[0].score for g in groups] == sorted((g[0].score for g in groups), reverse=True)
    chosen = select.answering(groups)
    assert chosen and chosen[0] == groups[0] and len(chosen) <= select.MAX_DOCUMENTS
    assert select.answering([]) == []
