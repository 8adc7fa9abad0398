"""Many questions at once: what is read, what comes out, what one bad row may not do."""

from __future__ import annotations

import csv
import io
import threading
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from web.stopping import Stops
from youju import batch, grids
from youju.errors import InputError, QuestionError
from youju.records import Answer
from youju.service import PolicySearch

MB = 1 << 20
GOOD = "贵州2017年驰名商标要多少个？"


def _csv(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def _xlsx(path: Path, *rows: list[Any]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def _asked(path: Path, most: int = 100) -> batch.Questions:
    return batch.questions(grids.read(path, MB), most)


def _answer(question: str) -> Answer:
    if question == "太长":
        raise QuestionError("问题太长，请缩短。")
    if question == "崩溃":
        raise RuntimeError("our own fault")
    refused = question == "没有"
    return Answer(question, "文件中没有。" if refused else "=答", (), refused, None, (), {}, 0.5)


# --- reading --------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_column_of_questions_with_commas(tmp_path: Path, encoding: str) -> None:
    path = _csv(
        tmp_path / "q.csv",
        "问题\r\n甲,乙和丙，各要多少个？\r\n\r\n夜间施工有什么规定？\r\n",
        encoding,
    )
    given = _asked(path)
    assert [(one.row, one.question) for one in given.asked] == [
        (2, "甲,乙和丙，各要多少个？"), (4, "夜间施工有什么规定？"),
    ]  # fmt: skip


def test_other_columns_come_along_and_old_answers_do_not(tmp_path: Path) -> None:
    path = _xlsx(
        tmp_path / "q.xlsx",
        ["编号", "回答", " 问 题 ", "备注"],
        [1, "旧的", "甲？", "记"],
        [2, "旧的"],
    )
    given = _asked(path)
    assert given.columns == ("编号", "问 题", "备注")
    assert [one.cells for one in given.asked] == [("1", "甲？", "记"), ("2", "", "")]


def test_a_single_column_needs_no_heading(tmp_path: Path) -> None:
    given = _asked(_xlsx(tmp_path / "q.xlsx", ["甲？"], ["乙？"]))
    assert [one.question for one in given.asked] == ["甲？", "乙？"]


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.csv", "编号,内容\n1,甲？\n".encode(), "没有名为“问题”的列"),
        ("b.csv", b"", "是空的"),
        ("c.xlsx", b"PK\x03\x04 broken", "无法读取"),
        ("d.csv", "问题\n".encode(), "没有问题"),
        ("e.csv", b"x" * (2 * MB), "超过上限"),
        ("f.csv", ("问题\n" + "甲？\n" * 101).encode(), "超过上限 100 个"),
    ],
)
def test_a_bad_sheet_is_told_with_its_name(
    tmp_path: Path, name: str, data: bytes, says: str
) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError) as told:
        _asked(tmp_path / name)
    assert (
        says in str(told.value) and name in str(told.value) and str(tmp_path) not in str(told.value)
    )
    with pytest.raises(InputError, match="无法读取"):
        grids.read(tmp_path / "none.csv", MB)


def test_the_template_is_read_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "t.xlsx").write_bytes(batch.template())
    assert len(_asked(tmp_path / "t.xlsx").asked) == 2


# --- answering ------------------------------------------------------------------------------------


def test_one_bad_row_stops_no_other(tmp_path: Path) -> None:
    path = _csv(tmp_path / "q.csv", "号,问题\n1,甲\n2,\n3,太长\n4,崩溃\n5,没有\n6,乙\n")
    told: list[int] = []
    found = list(batch.results(_asked(path).asked, _answer, lambda: told.append(1)))
    states = [one.state for one in found]
    assert states == ["已作答", "出错", "出错", "出错", "未作答", "已作答"]
    assert [one.ours for one in found] == [False, False, False, True, False, False] and told == [1]
    assert (
        "空的" in found[1].error
        and "太长" in found[2].error
        and "RuntimeError" not in found[3].error
    )
    assert batch.counted(found) == "共 6 题：已作答 2 题，未作答 1 题，出错 3 题"


def test_the_same_rows_come_out_with_answers(search: PolicySearch, tmp_path: Path) -> None:
    path = _csv(tmp_path / "q.csv", f"号,问题\n=1+1,{GOOD}\n2,？？\n")
    given = _asked(path)
    found = list(batch.results(given.asked, search.ask))
    book = openpyxl.load_workbook(io.BytesIO(batch.workbook(given.columns, found)))
    answers, cited = book.worksheets
    assert "f" not in {
        cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row
    }
    head, first, second = ([cell.value for cell in row] for row in answers.iter_rows())
    assert head == ["号", "问题", *batch.COLUMNS]
    row = dict(zip(head, first, strict=True))
    assert row["号"] == "=1+1" and row["问题"] == GOOD and row["是否作答"] == "已作答"
    assert "50个" in row["回答"] and "黔府发〔2015〕15号" in row["引文"] and row["引文数"] >= 1
    assert (
        0 <= row["置信度"] <= 1 and row["把握"] in ("确定", "可能") and row["效力"] == "效力未注明"
    )
    assert dict(zip(head, second, strict=True))["是否作答"] == "出错" and "标点" in second[-1]
    lines = [[cell.value for cell in row] for row in cited.iter_rows()]
    assert lines[0] == list(batch.CITED_COLUMNS) and lines[1][0] == 2 and lines[1][2] == 1
    text = batch.csv(given.columns, found).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) == 3 and rows[1][0] == "'=1+1"


# --- stopping -------------------------------------------------------------------------------------


def test_only_the_run_of_a_session_is_stopped() -> None:
    stops = Stops()
    assert not stops.stop("甲")
    with stops.running("甲") as first, stops.running("乙") as other:
        assert stops.stop("甲") and first.is_set() and not other.is_set()
        with stops.running("乙") as later:  # another run of the same page ends the one before
            assert other.is_set() and not later.is_set()
    assert not stops.stop("甲") and not stops.stop("乙")
    assert isinstance(first, threading.Event)
