"""Feedback: what is kept, what is not, and how it becomes a question set; sets as spreadsheets."""

from __future__ import annotations

import argparse
import io
import json
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import app
from eval import sheets
from eval.files import parse_question, read_questions
from eval.run import corpus_digest
from eval.session import Session
from web import feedback_views, taking
from web.shell import Holder
from web.tabs import ask
from web.tabs import taking as events
from youju import feedback as keeping
from youju.errors import InputError, QuestionSetError
from youju.feedback import Feedback, question_rows
from youju.records import Answer, Citation, Filters
from youju.service import PolicySearch
from youju.settings import Settings

GOLD = "主要农产品质量安全监测合格率逐年达到96%、97%、98%"
SOURCE = "corpus/贵州省质量发展三年行动计划.txt"


def _answer(question: str, *, refused: bool = False) -> Answer:
    cited = Citation(1, "d", "题", None, None, None, None, "现行有效", (), SOURCE, 0, 1, GOLD)
    return Answer(question, "答", () if refused else (cited,), refused, None, (), {}, 0.7)


@pytest.fixture
def kept(tmp_path: Path) -> Feedback:
    return Feedback(tmp_path / "新" / "feedback.sqlite")


def test_a_judgement_is_kept_with_answer_and_index(kept: Feedback, search: PolicySearch) -> None:
    kept.judge(search, _answer("甲？"), None, "wrong")
    kept.judge(search, _answer("甲？"), None, "right")
    kept.judge(search, _answer("甲？"), Filters(in_force=True), "wrong")
    first, second = sorted(kept.judgements(), key=lambda one: one.verdict)
    assert (first.verdict, second.verdict) == ("right", "wrong")
    assert first.question == "甲？" and first.answer == "答" and first.cited == ((SOURCE, GOLD),)
    assert first.confidence == 0.7 and not first.refused
    assert corpus_digest(search.documents()) in first.state and "5 份文件" in first.state


def test_what_found_nothing_is_counted(kept: Feedback, search: PolicySearch) -> None:
    for question in ("甲？", "乙？", "甲？"):
        kept.missed(search, _answer(question, refused=True))
    assert [(one.question, one.count) for one in kept.misses()] == [("甲？", 2), ("乙？", 1)]
    kept.clear()
    assert kept.misses() == [] and kept.judgements() == []


def test_the_newest_are_kept(
    kept: Feedback, search: PolicySearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "MOST", 3)
    for n in range(5):
        monkeypatch.setattr(keeping, "_now", lambda n=n: f"2026-01-0{n + 1}")
        kept.missed(search, _answer(f"问{n}", refused=True))
    assert sorted(one.question for one in kept.misses()) == ["问2", "问3", "问4"]


def test_a_file_that_is_none_is_told_and_stops_no_answer(
    search: PolicySearch, tmp_path: Path
) -> None:
    path = tmp_path / "feedback.sqlite"
    path.write_bytes(b"no database " * 200)
    broken = Feedback(path)
    with pytest.raises(InputError, match=r"反馈文件 feedback\.sqlite 无法读写"):
        broken.judgements()
    shown = ask.answer(Holder(search), "上海市地铁票价是多少？", feedback=broken)
    assert "未作答" in shown and "data-verdict" in shown


def test_asking_counts_a_refusal_and_offers_what_fits(kept: Feedback, search: PolicySearch) -> None:
    refused = ask.answer(Holder(search), "上海市地铁票价是多少？", feedback=kept)
    assert 'data-verdict="missing"' in refused and 'data-verdict="wrong"' not in refused
    said = ask.answer(Holder(search), "贵州2017年驰名商标要多少个？", feedback=kept)
    assert 'data-verdict="wrong"' in said and 'data-verdict="missing"' not in said
    assert [one.question for one in kept.misses()] == ["上海市地铁票价是多少？"]


def test_nothing_is_kept_where_it_is_off(search: PolicySearch, tmp_path: Path) -> None:
    assert "data-verdict" not in ask.answer(Holder(search), "上海市地铁票价是多少？")
    told = events.judgement(Holder(search), None, {"verdict": "right"})
    assert "不收集反馈" in told["message"]
    settings = Settings.from_env({}, index=tmp_path / "index")

    def options(settings: Settings, **flags: bool) -> Feedback | None:
        args = {"read_only": False, "no_feedback": False, **flags}
        return app._options(settings, argparse.Namespace(**args)).feedback

    assert options(settings) is not None
    assert options(settings, read_only=True) is None
    assert options(settings, no_feedback=True) is None
    off = Settings.from_env({"YOUJU_FEEDBACK": "0"}, index=tmp_path / "index")
    assert options(off) is None
    assert settings.feedback_file == tmp_path.resolve() / "index-feedback.sqlite"


def test_the_words_that_should_have_been_quoted_must_stand_somewhere(
    kept: Feedback, search: PolicySearch
) -> None:
    holder = Holder(search)
    asked = json.loads(taking.asked_json(_answer("上海市地铁票价是多少？"), None))
    given = {"asked": asked, "verdict": "missing"}
    assert "textarea" in events.judgement(holder, kept, given)["message"]
    nowhere = events.judgement(holder, kept, given | {"gold": "哪里都没有的一句话啊"})
    assert "没有这句话" in nowhere["message"]
    assert "贵州省" in events.judgement(holder, kept, given | {"gold": f" {GOLD}\n"})["message"]
    (one,) = kept.judgements()
    assert one.gold == ((SOURCE, GOLD),) and one.refused and one.verdict == "missing"
    for junk in (None, {"asked": asked}, given | {"verdict": "x"}, given | {"asked": 3}):
        assert "yj-message" in events.judgement(holder, kept, junk)["message"]


# --- as a question set ----------------------------------------------------------------------------


@pytest.fixture
def filled(kept: Feedback, search: PolicySearch) -> Feedback:
    kept.judge(search, _answer("答得对？"), None, "right")
    kept.judge(search, _answer("拒得对？", refused=True), None, "right")
    kept.judge(search, _answer("答错了？"), None, "wrong")
    kept.judge(search, _answer("该答？", refused=True), None, "missing", [(SOURCE, GOLD)])
    kept.judge(search, _answer("筛选过？"), Filters(in_force=True), "right")
    kept.missed(search, _answer("没找到？", refused=True))
    return kept


def test_what_can_be_measured_becomes_a_set(filled: Feedback) -> None:
    rows = {row["question"]: row for row in question_rows(filled.judgements())}
    assert set(rows) == {"答得对？", "拒得对？", "该答？"}
    for row in rows.values():
        parse_question(row)
    assert not rows["拒得对？"]["answerable"] and rows["该答？"]["answerable"]


def test_the_sheet_runs_as_it_is_and_holds_what_is_open(
    filled: Feedback, search: PolicySearch, tmp_path: Path
) -> None:
    path = tmp_path / "反馈.xlsx"
    path.write_bytes(feedback_views.workbook(filled.judgements(), filled.misses()))
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["题集", "评价", "未答问题", "填写说明"]
    open_ = {row[1].value for row in book["题集"].iter_rows() if row[3].value is None}
    assert open_ == {"答错了？", "没找到？", "筛选过？"}
    assert {item.question for item in read_questions(path)} == {"答得对？", "拒得对？", "该答？"}
    steps = list(Session(tmp_path / "runs").steps(search, path, "bm25", "all"))
    assert steps[-1].name and steps[-1].total == 3
    view = Session(tmp_path / "runs").view(str(steps[-1].name), search)
    assert view.questions == "反馈.xlsx" and len(view.judged) == 3


def _sheet(path: Path, *rows: list[Any]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (list(sheets.COLUMNS), *rows):
        sheet.append(row)
    book.save(path)
    return path


def test_the_template_is_a_set(tmp_path: Path) -> None:
    (tmp_path / "t.xlsx").write_bytes(sheets.template())
    first, second = read_questions(tmp_path / "t.xlsx")
    assert first.answerable and first.gold[0].quote and first.must_contain == (("9%",),)
    assert not second.answerable and not second.gold


def test_rows_below_add_places_and_facts_have_wordings(tmp_path: Path) -> None:
    path = _sheet(
        tmp_path / "a.xlsx",
        [None, "甲？", None, "是", "一.txt", "第一处", "98%；百分之九|9%", "tune"],
        [None, None, None, None, "二.txt", "第二处"],
        [None, "还没填？"],
    )
    (item,) = read_questions(path)
    assert item.id == "q2" and item.category == "其他" and item.split == "tune"
    assert [(gold.doc, gold.quote) for gold in item.gold] == [
        ("一.txt", "第一处"),
        ("二.txt", "第二处"),
    ]
    assert item.must_contain == (("98%",), ("百分之九", "9%"))


def test_every_bad_row_is_told(tmp_path: Path) -> None:
    path = _sheet(
        tmp_path / "坏.xlsx",
        [None, None, None, "是", "一.txt", "没有题的原文"],
        ["a", "甲？", None, "也许", "一.txt", "原文"],
        ["b", "乙？", None, "是"],
        ["c", "丙？", None, "否", "一.txt", "原文"],
        ["d d", "丁？", None, "否"],
        ["e", "戊？", None, "否"],
        ["e", "己？", None, "否"],
        ["f", "庚？", None, "否", None, None, None, "第三半"],
    )
    with pytest.raises(QuestionSetError) as told:
        read_questions(path)
    said = str(told.value)
    for row, what in (
        (2, "没有问题"), (3, "应填 是 或 否"), (4, "没有填“原文”"), (5, "不应有"), (6, "含有空格"),
        (8, "与第 7 行重复"), (9, "split"),
    ):  # fmt: skip
        assert f"第 {row} 行" in said and what in said
    assert "坏.xlsx" in said and str(tmp_path) not in said
    with pytest.raises(QuestionSetError, match="没有“问题”列"):
        book = openpyxl.Workbook()
        assert book.active is not None
        book.active.append(["甲", "乙"])
        book.active.append(["1", "2"])
        book.save(tmp_path / "无.xlsx")
        read_questions(tmp_path / "无.xlsx")


def test_a_document_may_be_named_by_title_number_or_not_at_all(
    search: PolicySearch, tmp_path: Path
) -> None:
    named = ("贵州省质量发展三年行动计划(2015—2017年)", "黔府发〔2015〕15号", None, SOURCE)
    rows = [[None, f"问{n}？", None, "是", name, GOLD] for n, name in enumerate(named)]
    items = read_questions(_sheet(tmp_path / "名.xlsx", *rows))
    settled = sheets.settled(items, search.documents())
    assert [item.gold[0].doc for item in settled] == [SOURCE] * 4
    lost = replace(items[2], gold=(replace(items[2].gold[0], quote="哪里都没有"),))
    assert sheets.settled([lost], search.documents())[0].gold[0].doc == ""


def test_no_cell_of_a_set_is_a_formula(filled: Feedback, search: PolicySearch) -> None:
    filled.judge(search, _answer("=1+1"), None, "wrong")
    made = feedback_views.workbook(filled.judgements(), filled.misses())
    book = openpyxl.load_workbook(io.BytesIO(made))
    assert "f" not in {
        cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row
    }


def test_the_file_is_for_its_owner_alone(filled: Feedback, tmp_path: Path) -> None:
    path = tmp_path / "新" / "feedback.sqlite"
    assert path.stat().st_mode & 0o077 == 0
    with sqlite3.connect(path) as file:
        columns = {row[1] for row in file.execute("PRAGMA table_info(judged)")}
    assert not columns & {"user", "name", "address", "session"}
