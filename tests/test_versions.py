"""Versions of one rule: families, differences clause by clause, and questions over them."""

from __future__ import annotations

import io
from pathlib import Path

import docx
import pytest
from growth import linear
from qa_helpers import document, index_of

from index.retrieve import HybridIndex
from qa.asked.question import analyze
from qa.pipeline import answer
from qa.versions import changes, marked
from qa.versions.changes import Piece, _in_order, _matched
from text.families import family
from youju import diff_views
from youju.cli import main
from youju.records import Encoder, PolicyDoc, Span
from youju.service import PolicySearch
from youju.settings import Settings

FOLDER = Path(__file__).parent / "fixtures" / "versions"


def _docs() -> list[PolicyDoc]:
    return [document(p.read_text(encoding="utf-8"), p.name) for p in sorted(FOLDER.glob("*.txt"))]


@pytest.fixture(scope="module")
def library(qa_encoder: Encoder) -> HybridIndex:
    return index_of(_docs(), qa_encoder)


@pytest.fixture(scope="module")
def parking() -> tuple[PolicyDoc, PolicyDoc]:
    found = {doc.source.path: doc for doc in _docs()}
    return found["停车2018.txt"], found["停车2021.txt"]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("云山市养犬管理办法（试行）", "云山市养犬管理办法", True),
        ("云山市养犬管理办法（2023年修订）", "云山市养犬管理暂行办法", True),
        ("云山市公安局关于印发《云山市养犬管理办法》的通知", "云山市养犬管理办法", True),
        ("2015年云山市质量工作计划", "2016年云山市质量工作计划", True),
        ("云山市养犬管理办法", "平湖县养犬管理办法", False),
        ("《云山市养犬管理办法》解读", "云山市养犬管理办法", False),
        ("云山市关于修改《云山市养犬管理办法》的决定", "云山市养犬管理办法", False),
    ],
)
def test_families(one: str, other: str, same: bool) -> None:
    assert (family(one) == family(other)) is same


def test_renumbered_clauses_find_each_other(parking: tuple[PolicyDoc, PolicyDoc]) -> None:
    found = changes(*parking)
    numbers = [(c.kind, c.old and c.old.label, c.new and c.new.label) for c in found]
    assert ("figures", "第二条", "第三条") in numbers
    assert ("reworded", "第六条", "第二条") in numbers
    assert ("new", None, "第六条") in numbers
    assert ("dropped", "第五条", None) in numbers
    kinds = [c.kind for c in found]
    assert kinds.index("figures") == 0
    assert max(i for i, k in enumerate(kinds) if k == "figures") < kinds.index("reworded")


def test_every_clause_is_told_once(parking: tuple[PolicyDoc, PolicyDoc]) -> None:
    found = changes(*parking)
    olds = [c.old.span for c in found if c.old]
    news = [c.new.span for c in found if c.new]
    assert len(olds) == len(set(olds)) == 7 and len(news) == len(set(news)) == 7
    for change in found:
        stretches = marked(change)
        was = "".join(text for kind, text in stretches if kind != "new")
        now = "".join(text for kind, text in stretches if kind != "old")
        assert was == (change.old.text if change.old else "")
        assert now == (change.new.text if change.new else "")


def test_figures_are_marked_whole(parking: tuple[PolicyDoc, PolicyDoc]) -> None:
    free = next(c for c in changes(*parking) if c.old and c.old.label == "第三条")
    assert ("old", "15") in marked(free) and ("new", "30") in marked(free)


def test_a_document_does_not_differ_from_itself(parking: tuple[PolicyDoc, PolicyDoc]) -> None:
    assert {c.kind for c in changes(parking[0], parking[0])} == {"same"}


def test_both_wordings_are_shown_in_their_own_characters(
    parking: tuple[PolicyDoc, PolicyDoc],
) -> None:
    for change in changes(*parking):
        was, now = diff_views.sides(change, *parking)
        for side, piece, doc in ((was, change.old, parking[0]), (now, change.new, parking[1])):
            said = "".join(words for words, _ in side)
            own = "" if piece is None else piece.span.of(doc.text).removeprefix(piece.label)
            assert said == "".join(own.split()), "nothing folded, nothing lost"
    free = next(c for c in changes(*parking) if c.old and c.old.label == "第三条")
    assert ("停车不足", False) in diff_views.sides(free, *parking)[0]
    assert ("分钟的，不收费。", False) in diff_views.sides(free, *parking)[1]


def test_the_word_file_has_figures_first_and_marks_what_differs(
    parking: tuple[PolicyDoc, PolicyDoc],
) -> None:
    found = [change for change in changes(*parking) if change.kind != "same"]
    data = diff_views.file("docx", found, *parking)
    document = docx.Document(io.BytesIO(data))
    (table,) = document.tables
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert rows[0] == ["条款", "旧版", "新版"] and rows[1][0] == "〔数字有改动〕"
    assert [row[0] for row in rows if row[0].startswith("〔")] == [
        "〔数字有改动〕", "〔文字有改动〕", "〔新增〕", "〔删去〕",
    ]  # fmt: skip
    (free,) = [row for row in table.rows if row.cells[0].text == "第三条 → 第四条"]
    struck = [r.text for r in free.cells[1].paragraphs[0].runs if r.font.strike]
    came = [r.text for r in free.cells[2].paragraphs[0].runs if r.font.underline and r.bold]
    assert struck == ["15"] and came == ["30"]
    heads = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "云泽政规〔2018〕9号" in heads and "云泽政规〔2021〕3号" in heads


def test_a_long_hostile_clause_is_not_compared_word_by_word() -> None:
    def work(size: int) -> None:
        old, new = (
            document(f"甲市办法\n第一条 为了{'甲乙' * n}。\n第二条 本办法自公布之日起施行。\n")
            for n in (size, size - 10)
        )
        stretches = [stretch for change in changes(old, new) for stretch in marked(change)]
        if size > 1000:
            assert {kind for kind, text in stretches if "甲乙" in text} == {"old", "new"}

    linear(work, 1490)


def test_the_clauses_of_long_documents_are_put_in_order_in_linear_time() -> None:
    linear(lambda n: _in_order(range(n)), 16_000)
    same = Piece("第一条", (), Span(0, 2), "甲乙")
    assert _matched([same] * 3, [same] * 2) == {0: 0, 1: 1}
    assert _in_order([3, 0, 1, 4, 2]) == {0, 1, 2}


def test_the_command_writes_word_and_refuses_other_kinds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings.from_env({}, index=tmp_path / "index")
    PolicySearch.build([FOLDER], settings.index, settings)
    asked = ["diff", "停车2018.txt", "停车2021.txt", "--index", str(settings.index)]
    assert main([*asked, "--out", str(tmp_path / "对照.docx")]) == 0
    assert "8 处" in capsys.readouterr().out
    assert docx.Document(str(tmp_path / "对照.docx")).tables[0].rows[1].cells[0].text
    assert main([*asked, "--out", str(tmp_path / "对照.md")]) == 0
    assert "~~15~~**30**分钟的，" in (tmp_path / "对照.md").read_text("utf-8")
    capsys.readouterr()
    assert main([*asked, "--out", str(tmp_path / "对照.xlsx")]) == 2
    assert ".docx" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("question", "old", "new"),
    [
        ("云泽市一类区域路内停车首小时收费从多少改成了多少？", "收费5元", "收费4元"),
        ("云泽市停车不足多少分钟不收费，新办法改成多少？", "15分钟", "30分钟"),
        ("云泽市路内停车收费的主管部门有什么变化？", "市交通局", "市城市管理局"),
        ("松原区小学生资助标准由多少提高到多少？", "800元", "1200元"),
        ("松原区资助申请的截止时间新旧规定有什么不同？", "9月20日", "9月30日"),
        ("北川县居民垃圾处理费从每月多少涨到多少？", "6元", "8元"),
        ("北川县垃圾处理费低保家庭新旧规定有什么区别？", "减半", "免缴"),
        ("北川县垃圾处理费由谁代收，和以前比有变化吗？", "街道办事处代收", "随水费"),
    ],
)
def test_both_versions_are_quoted(library: HybridIndex, question: str, old: str, new: str) -> None:
    told = answer(analyze(question, library.names()), library)
    first, second = told.text.split("\n")[:2]
    assert first.startswith("旧版《") and old in first
    assert second.startswith("新版《") and new in second
    assert len({c.doc_id for c in told.citations}) == 2


def test_a_general_question_tells_the_changes_figures_first(library: HybridIndex) -> None:
    question = "松原区家庭困难学生资助规定2022年修订改了什么？"
    told = answer(analyze(question, library.names()), library)
    assert told.text.split("\n")[0].startswith("旧版《") and "800元" in told.text
    assert "1500元" in told.text


def test_what_was_dropped_is_said_so(library: HybridIndex) -> None:
    question = "北川县垃圾费滞纳金的规定还在吗，新办法有什么变化？"
    told = answer(analyze(question, library.names()), library)
    assert told.text.startswith("（已删去）旧版《") and "千分之三" in told.text


@pytest.mark.parametrize(
    ("question", "said", "unsaid"),
    [
        ("2018年的云泽市停车办法，收费时段是几点到几点？", "7时至21时", "8时至20时"),
        ("云泽市路内停车收费时段现在是几点？", "8时至20时", "7时至21时"),
    ],
)
def test_the_version_that_is_meant(
    library: HybridIndex, question: str, said: str, unsaid: str
) -> None:
    told = answer(analyze(question, library.names()), library)
    assert said in told.text and unsaid not in told.text
