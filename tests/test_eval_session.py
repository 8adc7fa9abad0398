"""Runs for the page: limits, messages, what is kept, what is shown."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from eval.curves import rank_histogram, recall_curve, risk_coverage
from eval.records import Outcome, QuestionResult, QuotedSpan, RankedSpan
from eval.saved import load_run
from eval.session import Limits, Session
from web import charts
from web.evaluation_views import comparison_view, progress_view, questions_view, summary_view
from youju.errors import QuestionSetError
from youju.records import Span
from youju.service import PolicySearch

GOLD = "主要农产品质量安全监测合格率逐年达到96%、97%、98%"
ROWS = (
    {"id": "a", "question": "贵州省2017年农产品质量安全监测合格率要达到多少？", "category": "数值",
     "answerable": True, "split": "tune",
     "gold": [{"doc": "贵州省质量发展三年行动计划.txt", "quote": GOLD}]},
    {"id": "b", "question": "上海市地铁票价是多少？", "category": "<b>无</b>",
     "answerable": False, "split": "report"},
)  # fmt: skip


def _write(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    return _write(tmp_path / "questions.jsonl", *ROWS)


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return Session(tmp_path / "runs")


def _run(session: Session, search: PolicySearch, path: Path | None, method: str = "hybrid",
         split: str = "all") -> str:  # fmt: skip
    steps = list(session.steps(search, path, method, split))
    assert [step.done for step in steps[:-1]] == list(range(len(steps) - 1))
    name = steps[-1].name
    assert name is not None and all(step.name is None for step in steps[:-1])
    return name


def test_a_run_is_kept_and_shown(
    session: Session, search: PolicySearch, questions: Path, tmp_path: Path
) -> None:
    name = _run(session, search, questions)
    view = session.view(name, search)
    first, second = view.judged
    doc = search.document(first.expected[0].doc_id)
    assert doc.text[first.expected[0].start : first.expected[0].end] == GOLD
    assert first.cited and first.found[0].right and first.rank == 1 and first.goodness == 1
    assert second.refused and not second.expected and second.goodness == 1
    assert view.same_corpus and view.errors == view.missing == 0
    assert view.curves.ranks[0] == 1 and sum(view.curves.ranks) == 1
    assert view.curves.recall == (1.0,) * 10
    assert view.curves.working == (0.5, 0.0) and view.curves.risk[-1][0] == 1.0
    assert all(path.is_file() for path in view.files)
    assert load_run(tmp_path / "runs" / name).info.questions == "questions.jsonl"
    assert [found for _, found in session.saved()] == [name]
    assert _run(session, search, questions) == name  # the same behaviour has the same name


def test_what_is_shown_is_inert_and_complete(
    session: Session, search: PolicySearch, questions: Path
) -> None:
    view = session.view(_run(session, search, questions, "plain"), search)
    html = summary_view(view) + questions_view(view, None, False)
    assert "<b>无</b>" not in html and "&lt;b&gt;无" in html
    assert html.count("yj-judged") == 2 and html.count("<svg") == 3
    assert 'data-measure="R@10"' in html
    trusted = replace(view, curves=replace(view.curves, trust=((0.5, 0.4), (0.9, 1.0))))
    drawn = summary_view(trusted)
    assert drawn.count("<svg") == 4 and "0.50: 0.400; 0.90: 1.000" in drawn
    assert questions_view(view, "数值", False).count("yj-judged") == 1
    assert questions_view(view, "数值", True).count("yj-judged") == int(view.judged[0].goodness < 1)
    assert 'value="3"' in progress_view(3, 9) and 'max="9"' in progress_view(3, 9)


def test_two_runs_are_compared_with_significance(
    session: Session, search: PolicySearch, questions: Path
) -> None:
    plain = _run(session, search, questions, "plain")
    hybrid = _run(session, search, questions)
    rows = {row.key: row for row in session.compare(plain, hybrid)}
    assert rows["decision"].difference == 0.5 and rows["decision"].n == 2
    assert 0 < rows["decision"].p <= 1
    assert "+0.500" in comparison_view(list(rows.values()))
    half = _run(session, search, questions, split="tune")
    with pytest.raises(QuestionSetError, match="题目不同"):
        session.compare(half, hybrid)


DAMAGE = {
    "run.json": ("[" * 100_000, "{}", '{"name": 1}', "\0", '{"method": null}'),
    "rows.jsonl": ("[" * 100_000, "{}", "[]", '{"id": "a"}'),
    "sureness.json": ("[" * 100_000, "{}", '{"a": "x", "b": []}', ""),
    "questions.jsonl": ("[", "", "\udcff"),
}


@pytest.mark.parametrize("file", DAMAGE)
def test_a_damaged_run_is_said_and_the_others_stay(
    tmp_path: Path, search: PolicySearch, questions: Path, file: str
) -> None:
    session = Session(tmp_path / "runs")
    whole = _run(session, search, questions, "bm25", "tune")
    name = _run(session, search, questions, "bm25")
    for text in DAMAGE[file]:
        place = tmp_path / "runs" / name / file
        place.write_bytes(text.encode("utf-8", "surrogateescape"))
        assert whole in [kept for _, kept in session.saved()]
        assert session.view(whole, search).name == whole
        with pytest.raises(QuestionSetError, match="不完整或已损坏") as told:
            session.view(name, search)
        assert str(tmp_path) not in str(told.value)


def test_a_number_of_the_wrong_kind_is_damage(
    tmp_path: Path, search: PolicySearch, questions: Path
) -> None:
    session = Session(tmp_path / "runs")
    name = _run(session, search, questions, "bm25")
    place = tmp_path / "runs" / name / "rows.jsonl"
    rows = [json.loads(line) for line in place.read_text("utf-8").splitlines()]
    for field in ("scores", "hits", "citations", "text", "category", "ms", "confidence"):
        for wrong in ({"a": "x"}, [{"id": 1}], 10**30 if field in ("text", "category") else "x"):
            _write(place, {**rows[0], field: wrong}, *rows[1:])
            with pytest.raises(QuestionSetError, match="不完整或已损坏"):
                session.view(name, search)
            with pytest.raises(QuestionSetError, match="不完整或已损坏"):
                session.compare(name, name)


@pytest.mark.parametrize("name", ["", "none", "../runs", "..", "/etc", "hybrid-\0"])
def test_only_runs_have_names(session: Session, search: PolicySearch, name: str) -> None:
    with pytest.raises(QuestionSetError):
        session.view(name, search)
    with pytest.raises(QuestionSetError):
        session.compare(name, name)


def test_a_stopped_run_leaves_nothing(
    session: Session, search: PolicySearch, questions: Path
) -> None:
    steps = session.steps(search, questions, "bm25", "all")
    next(steps), next(steps)
    steps.close()  # type: ignore[attr-defined]
    assert session.saved() == []


def test_limits_and_bad_sets(session: Session, search: PolicySearch, tmp_path: Path) -> None:
    def refused(path: Path | None, told: str, method: str = "hybrid", split: str = "all") -> None:
        with pytest.raises(QuestionSetError, match=told) as caught:
            list(session.steps(search, path, method, split))
        assert str(tmp_path) not in str(caught.value)

    (tmp_path / "bad.jsonl").write_text('{"id": "a"}\n[]\nno\n', "utf-8")
    refused(tmp_path / "bad.jsonl", "第 1 行 缺少文字字段 question;第 2 行 .*;第 3 行 不是 JSON")
    lost = {**ROWS[0], "gold": [{"doc": "贵州", "quote": "没有这句话"}]}
    refused(_write(tmp_path / "lost.jsonl", lost), "标准答案在原文中找不到")
    refused(_write(tmp_path / "one.jsonl", ROWS[0]), "没有 split=report", split="report")
    refused(tmp_path / "none.jsonl", "无法读取题集 none.jsonl")
    refused(None, "没有名为 x 的方法", method="x")
    refused(None, "没有名为 x 的部分", split="x")
    (tmp_path / "q.jsonl.gz").write_bytes(b"\x1f\x8b")
    refused(tmp_path / "q.jsonl.gz", "压缩")
    session = Session(tmp_path / "runs", Limits(questions=1, bytes=10_000))
    refused(_write(tmp_path / "two.jsonl", *ROWS), "有 2 题，超过上限 1 题")
    (tmp_path / "big.jsonl").write_bytes(b" " * 20_000)
    refused(tmp_path / "big.jsonl", "超过上限 0.0 MB")


def test_old_runs_go(tmp_path: Path, search: PolicySearch, questions: Path) -> None:
    session = Session(tmp_path / "runs", Limits(kept=2))
    names = []
    for n, method in enumerate(("plain", "bm25", "hybrid")):
        names.append(_run(session, search, questions, method))
        os.utime(tmp_path / "runs" / names[-1] / "run.json", (n, n))
    assert [name for _, name in session.saved()] == names[:0:-1]


# --- figures -------------------------------------------------------------------------------------


def _result(
    name: str, rights: list[tuple[int, ...]], *, answerable: bool = True, refused: bool = False,
    cited: tuple[int, ...] | None = None,
) -> QuestionResult:  # fmt: skip
    span = Span(0, 1)
    hits = tuple(RankedSpan(str(n), "d", span, 1.0, right) for n, right in enumerate(rights))
    quoted = () if cited is None else (QuotedSpan("d", span, "x", "", True, cited),)
    return QuestionResult(name, "?", "c", answerable, None, Outcome(hits, "t", refused, quoted))


def test_curves_by_hand() -> None:
    results = [
        _result("a", [(), (0,), (1,)], cited=(0,)),
        _result("b", [(0,)], cited=()),
        _result("c", [()] * 3, refused=True),
        _result("d", [], answerable=False, refused=True),
        _result("e", [(), ()], answerable=False, cited=()),
    ]
    assert rank_histogram(results, 3) == (1, 1, 0, 1)
    assert recall_curve(results, {"a": 2, "b": 1, "c": 1}, 3) == (1 / 3, 0.5, 2 / 3)
    points, working = risk_coverage(results, {"a": 0.9, "b": 0.8, "e": 0.7, "d": 0.2, "c": 0.1})
    assert points == ((0.2, 0.0), (0.4, 0.5), (0.6, 2 / 3), (0.8, 0.75), (1.0, 0.8))
    assert working == (0.6, 2 / 3)
    assert risk_coverage([], {}) == ((), None) and recall_curve([], {}) == ()


def test_charts_keep_to_their_frame() -> None:
    drawn = charts.bars((3, 0, 1), ("1", "2", "—"), "said <b>")
    assert drawn.count("<rect") == 3 and "<b>" not in drawn
    assert charts.bars((0, 0), ("1", "2"), "").count('height="0.0"') == 2
    line = charts.line(((0.0, 1.0), (1.0, 0.0)), ((0.0, "1"),), "", mark=(0.5, 0.5))
    assert "38.0,12.0 302.0,164.0" in line and line.count("yj-point") == 1
