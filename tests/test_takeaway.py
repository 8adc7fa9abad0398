"""Answers and citations as files: footnotes ↔ citations, rows as rows, no formula, whole or not."""

from __future__ import annotations

import base64
import io
import json
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn
from docx_plus.notes import read_footnotes

from qa.proof.cite import citation
from web import taking
from web.recent import Recent
from web.shell import Holder
from web.tabs import compare
from web.tabs import taking as events
from youju import exports, paper, takeaway
from youju.citing import note, rows_at, written
from youju.errors import InputError
from youju.records import Answer, Citation, Filters, PolicyDoc, Span
from youju.service import PolicySearch

WANTED = "主要农产品质量安全监测合格率逐年达到96%、97%、98%"


def _doc(search: PolicySearch, name: str) -> PolicyDoc:
    return next(doc for doc in search.documents() if name in doc.name)


def _cite(doc: PolicyDoc, words: str, n: int) -> Citation:
    at = doc.text.index(words)
    return citation(n, doc, Span(at, at + len(words)), ("二、发展目标",))


def _row(search: PolicySearch, n: int) -> tuple[Citation, tuple[str, ...]]:
    """A citation of a whole row of a real table."""
    doc, row = next(
        (doc, row)
        for doc in search.documents()
        for table in doc.tables
        for row in table.rows
        if len([cell for cell in row.cells if cell.of(doc.text).strip()]) > 2
    )
    cells = tuple(" ".join(cell.of(doc.text).split()) for cell in row.cells)
    return citation(n, doc, row.span, ("附件1",)), cells


def _answer(question: str, text: str, *cited: Citation, refused: bool = False) -> Answer:
    return Answer(question, text, cited, refused, None, (), {}, 0.9)


@pytest.fixture(scope="module")
def answers(search: PolicySearch) -> list[Answer]:
    """Two answers: one citation named twice, words that are not the document's; a row; a void."""
    guizhou, void = _doc(search, "贵州"), _doc(search, "2012年行动计划")
    first, second = _cite(guizhou, WANTED, 1), _cite(void, "此文件已宣布失效", 2)
    row, _ = _row(search, 1)
    return [
        _answer("合格率？", f"{WANTED}[1]；我们的话[1]\n此文件已宣布失效[2]", first, second),
        _answer("表里怎么说？", "见表[1]", row),
    ]


def _word(data: bytes) -> Any:
    return docx.Document(io.BytesIO(data))


def _font(run: Any) -> str | None:
    fonts = run._r.find(qn("w:rPr")).find(qn("w:rFonts"))
    return None if fonts is None else fonts.get(qn("w:eastAsia"))


def test_footnotes_are_the_citations_one_each(search: PolicySearch, answers: list[Answer]) -> None:
    document = _word(takeaway.answers_file("docx", answers, search.document))
    notes = read_footnotes(document)
    cited = [one for answer in answers for one in answer.citations]
    assert [found.text.strip() for found in notes] == [note(one) for one in cited]
    # Numbered in their order, as Word shows them and as later mentions say.
    assert [found.note_id for found in notes] == [1, 2, 3]
    first = next(p for p in document.paragraphs if p.text.startswith(WANTED[:6]))
    everything = list(document.element.body.iter(qn("w:p")))
    assert notes[0].paragraph_index == everything.index(first._p)
    assert first.text.endswith("我们的话1")
    for one, found in zip(cited, notes, strict=True):
        for fact in (one.doc_number or "", " › ".join(one.path), one.source):
            assert fact in found.text
        assert f"第 {one.start}–{one.end} 字" in found.text
    assert "已失效" in notes[1].text and "效力未注明" in notes[0].text


def test_quoted_words_are_set_in_fangsong_and_ours_are_not(
    search: PolicySearch, answers: list[Answer]
) -> None:
    document = _word(takeaway.answers_file("docx", answers, search.document))
    by_words = {run.text: _font(run) for p in document.paragraphs for run in p.runs if run.text}
    assert by_words[WANTED] == "仿宋" and by_words["；我们的话"] == "宋体"
    assert any("已不再有效" in p.text and p.runs[0].bold for p in document.paragraphs)


def test_a_row_of_a_table_stays_a_row(search: PolicySearch, answers: list[Answer]) -> None:
    cited, cells = _row(search, 1)
    assert rows_at(search.document(cited.doc_id), Span(cited.start, cited.end)) == (cells,)
    document = _word(takeaway.answers_file("docx", answers, search.document))
    assert [cell.text for cell in document.tables[-1].rows[0].cells][: len(cells)] == list(cells)
    told = takeaway.answers_file("txt", answers, search.document).decode()
    assert "\t".join(cells) in told.split("\n")
    marked = takeaway.answers_file("md", answers, search.document).decode()
    lines = [line for line in marked.split("\n") if line.startswith("> | ")]
    assert lines and all(line.count(" | ") == len(cells) for line in lines)


def test_markdown_has_a_footnote_per_citation_across_answers(
    search: PolicySearch, answers: list[Answer]
) -> None:
    marked = takeaway.answers_file("md", answers, search.document).decode()
    assert marked.count("[^1]") == 3 and marked.count("[^3]") == 2  # twice named, and the note
    assert [line[:5] for line in marked.split("\n") if line.startswith("[^")] == [
        "[^1]:", "[^2]:", "[^3]:",
    ]  # fmt: skip


def test_a_refusal_tells_the_nearest_clauses(search: PolicySearch) -> None:
    refused = search.ask("上海市地铁票价是多少？")
    assert refused.refused and refused.hits
    for kind in takeaway.ANSWER_KINDS:
        made = takeaway.answers_file(kind, [refused], search.document)
        words = "\n".join(p.text for p in _word(made).paragraphs) if kind == "docx" else ""
        words = words or made.decode()
        assert "未作答" in words and "最接近的条款" in words and refused.question in words


def test_what_no_office_file_can_hold_is_left_out(search: PolicySearch) -> None:
    odd = "坏\x00\x1b\ud800\ufffe字𠀀"
    assert written(odd) == "坏字𠀀"
    cited = replace(_cite(_doc(search, "贵州"), WANTED, 1), doc_number=odd, path=(odd,))
    answer = _answer(odd, f"{odd}[1]", cited)
    for kind in takeaway.ANSWER_KINDS:
        assert takeaway.answers_file(kind, [answer], search.document)
    source = paper.sources([cited], search.document)
    for kind in takeaway.MEMO_KINDS:
        assert takeaway.memo_file(kind, source)
    assert (
        "坏字𠀀"
        in _word(takeaway.answers_file("docx", [answer], search.document)).paragraphs[0].text
    )


def test_a_memo_is_a_table_of_the_chosen(search: PolicySearch, answers: list[Answer]) -> None:
    chosen = paper.sources([one for a in answers for one in a.citations], search.document)
    table = _word(takeaway.memo_file("docx", chosen)).tables[0]
    assert len(table.rows) == len(chosen) + 1
    assert table.rows[1].cells[1].text == WANTED and "黔府发" in table.rows[1].cells[2].text
    assert _font(table.rows[1].cells[1].paragraphs[0].runs[0]) == "仿宋"
    sheet = openpyxl.load_workbook(io.BytesIO(takeaway.memo_file("xlsx", chosen))).active
    assert sheet is not None and sheet.cell(1, 2).value == "原文"
    assert sheet.cell(2, 2).value == WANTED and sheet.cell(2, 9).value == "效力未注明"


@pytest.mark.parametrize("lead", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_cell_is_ever_a_formula(search: PolicySearch, lead: str) -> None:
    evil = f'{lead}HYPERLINK("http://x","y")'
    cited = replace(_cite(_doc(search, "贵州"), WANTED, 1), title=evil, doc_number=evil)
    made = takeaway.memo_file("xlsx", paper.sources([cited], search.document))
    (sheet,) = openpyxl.load_workbook(io.BytesIO(made)).worksheets
    assert "f" not in {cell.data_type for row in sheet.iter_rows() for cell in row}
    line = exports.csv_text(("甲",), [[evil]]).split("\n", 1)[1]
    assert line.strip('"').startswith("'")


def test_a_file_is_written_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(b"old")

    def broken(self: Path, data: bytes) -> int:
        self.open("wb").write(data[:2])
        raise OSError("disk full")

    monkeypatch.setattr(Path, "write_bytes", broken)
    with pytest.raises(InputError, match="无法写入"):
        takeaway.save(path, b"newer")
    assert path.read_bytes() == b"old" and list(tmp_path.iterdir()) == [path]


def test_names_of_files_suit_every_system() -> None:
    assert takeaway.file_name('a/b\\c:"<>|?*\0名牌？', "docx") == "a_b_c_名牌.docx"
    assert takeaway.file_name("？？", "txt") == "有据.txt"
    assert len(takeaway.file_name("长" * 500, "md")) < 50


# --- what the browser sends back ------------------------------------------------------------------


def test_question_and_filters_come_back_as_they_went() -> None:
    within = Filters(("d",), ("贵州省",), (2017,), True, "2023-06-30")
    for narrowed in (None, within):
        sent = json.loads(taking.asked_json(_answer("问", "答"), narrowed))
        assert taking.asked(sent) == ("问", narrowed)


@pytest.mark.parametrize(
    "junk",
    [None, 5, {}, {"question": 1}, {"question": "长" * 3000}, {"question": "问", "docs": [1]},
     {"question": "问", "years": [True]}, {"question": "问", "as_of": "x"},
     {"question": "问", "regions": ["省"] * 1000}],
)  # fmt: skip
def test_what_is_no_question_is_refused(junk: object) -> None:
    with pytest.raises(InputError):
        taking.asked(junk)


def test_an_answer_is_fetched_by_its_question(search: PolicySearch) -> None:
    holder = Holder(search)
    sent = json.loads(taking.asked_json(_answer("贵州2017年驰名商标要多少个", ""), None))
    for kind in takeaway.ANSWER_KINDS:
        told = events.answer_file(holder, {"asked": sent, "kind": kind})
        assert told["name"] == f"贵州2017年驰名商标要多少个.{kind}"
        assert base64.b64decode(told["data"])
    assert "没有这种文件" in events.answer_file(holder, {"asked": sent, "kind": "exe"})["message"]
    assert set(events.answer_file(holder, None)) == {"message"}


def test_a_completed_question_heads_its_file(search: PolicySearch) -> None:
    follow = replace(_answer("2016年呢？", "没有"), asked="贵州2016年驰名商标要多少个")
    made = takeaway.answers_file("txt", [follow], search.document).decode()
    assert made.startswith("问：贵州2016年驰名商标要多少个\n")


def test_a_thread_is_one_file(search: PolicySearch) -> None:
    holder = Holder(search)
    asked = ("贵州2017年驰名商标要多少个", "贵州2016年驰名商标要多少个")
    sent = [json.loads(taking.asked_json(_answer(one, ""), None)) for one in asked]
    told = events.answer_file(holder, {"asked": sent, "kind": "txt"})
    assert told["name"] == f"{asked[0]}.txt"
    made = base64.b64decode(told["data"]).decode()
    assert [line[2:] for line in made.splitlines() if line.startswith("问：")] == list(asked)
    for many in ([], sent * taking.LONGEST_THREAD):
        assert set(events.answer_file(holder, {"asked": many, "kind": "txt"})) == {"message"}


def test_excerpts_are_quoted_again_from_the_index(search: PolicySearch) -> None:
    holder, doc = Holder(search), _doc(search, "贵州")
    at = doc.text.index(WANTED)
    item = {"doc": doc.id, "start": at, "end": at + len(WANTED), "quote": WANTED}
    told = events.memo_file(holder, {"kind": "txt", "items": [item]})
    assert WANTED in base64.b64decode(told["data"]).decode()
    (source,) = taking.excerpts([item], search)
    assert source.citation.doc_number == "黔府发〔2015〕15号" and source.citation.path
    for wrong, said in (
        ({"quote": "别的话"}, "原文已改变"),
        ({"doc": "../../etc/passwd"}, "已不在索引里"),
        ({"start": -1}, "位置不在"),
        ({"end": 10**9}, "位置不在"),
        ({"start": True}, "位置不在"),
    ):
        told = events.memo_file(holder, {"kind": "txt", "items": [item, item | wrong]})
        assert said in told["message"] and "第 2 条" in told["message"]
    for junk in (None, [], "x", [item] * (taking.MOST + 1)):
        assert "message" in events.memo_file(holder, {"kind": "txt", "items": junk})


def test_recent_answers_are_given_once_per_index(search: PolicySearch) -> None:
    recent = Recent()
    kept = _answer("问过的", "答过的")
    recent.keep(search, None, kept)
    assert recent.answer(search, "问过的", None) is kept
    assert recent.answer(search, "问过的", Filters(in_force=True)) is not kept
    other = PolicySearch(search._index, lambda: None)
    assert recent.answer(other, "问过的", None) is not kept
    for n in range(100):
        recent.keep(search, None, _answer(str(n), ""))
    assert len(recent._kept) == 64


def test_two_may_write_one_file_at_once(tmp_path: Path) -> None:
    place, wrong = tmp_path / "对比.csv", list[Exception]()

    def write() -> None:
        try:
            for _ in range(200):
                takeaway.save(place, b"x" * 20_000)
        except Exception as error:
            wrong.append(error)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong and [path.name for path in tmp_path.iterdir()] == [place.name]
    assert place.read_bytes() == b"x" * 20_000


def test_a_file_that_was_swept_is_made_again(tmp_path: Path) -> None:
    place = tmp_path / "gone" / "版本对照.md"
    for _ in range(2):
        compare._made(place, lambda: b"x")
        assert place.read_bytes() == b"x"
        place.unlink()
