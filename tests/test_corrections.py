"""Corrections by people: laid over what was read, marked, kept, taken back."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from qa_helpers import document

from qa.header import line_of
from qa.header.fields import of_field
from web import correcting
from youju import corrections
from youju.corrections import Correction
from youju.errors import IndexCorrupt, InputError

TEXT = (
    "云山市养犬管理办法\n云政规〔2022〕4号\n云山市人民政府\n2022年4月6日\n"
    "第一条 养犬登记费每年二百元。\n第二条 本办法自2022年6月1日起施行。\n"
)


def test_a_corrected_value_is_marked_and_cited() -> None:
    doc = document(TEXT, "养犬.txt")
    made = {"doc_number": Correction("云政规〔2022〕14号", "2026-11-30")}
    told = of_field(corrections.corrected(doc, made), "doc_number")
    assert told[0].text == "文号：云政规〔2022〕14号（人工更正，2026-11-30）"
    assert told[0].span.of(doc.text)


def test_what_was_read_is_not_touched() -> None:
    doc = document(TEXT, "养犬.txt")
    corrections.corrected(doc, {"title": Correction("别的办法", "2026-11-30")})
    assert doc.name == "云山市养犬管理办法" and not doc.meta.corrected


def test_an_empty_value_says_that_there_is_none() -> None:
    doc = document(TEXT, "养犬.txt")
    made = corrections.corrected(doc, {"issuer": Correction("", "2026-11-30")})
    assert made.meta.issuer is None


def test_a_value_that_the_text_holds_is_proven_there() -> None:
    doc = document(TEXT, "养犬.txt")
    made = corrections.corrected(doc, {"effective_on": Correction("2022-04-06", "2026-11-30")})
    assert made.meta.effective_on is not None
    assert line_of(doc, made.meta.effective_on.span).of(doc.text) == "2022年4月6日"


def test_they_are_kept_and_taken_back(tmp_path: Path) -> None:
    found = {"data/养犬.txt": {"title": Correction("养犬办法", "2026-11-30")}}
    corrections.save(tmp_path, found)
    assert corrections.load(tmp_path) == found
    corrections.save(tmp_path, {"data/养犬.txt": {}})
    assert corrections.load(tmp_path) == {}
    assert corrections.load(tmp_path / "none") == {}


def test_a_damaged_file_is_said(tmp_path: Path) -> None:
    (tmp_path / corrections.FILE).write_text("[", encoding="utf-8")
    with pytest.raises(IndexCorrupt, match="更正记录"):
        corrections.load(tmp_path)


@pytest.mark.parametrize(
    ("field", "given", "kept"),
    [
        ("written_on", "2023年6月30日", "2023-06-30"),
        ("expires_on", "2023-06-30", "2023-06-30"),
        ("status", "已废止", "已废止"),
        ("issuer", " 云山市  人民政府 ", "云山市 人民政府"),
    ],
)
def test_values_that_are_taken(field: str, given: str, kept: str) -> None:
    assert corrections.read_value(field, given) == kept


@pytest.mark.parametrize(
    ("field", "given"),
    [("written_on", "昨天"), ("status", "很好"), ("title", ""), ("title", "长" * 301)],
)
def test_values_that_are_refused(field: str, given: str) -> None:
    with pytest.raises(InputError):
        corrections.read_value(field, given)


def test_fields_are_named_in_either_language() -> None:
    assert corrections.field_of("文号") == corrections.field_of("doc_number") == "doc_number"
    with pytest.raises(InputError, match="标题"):
        corrections.field_of("颜色")


def test_two_people_correct_at_once_and_nothing_is_lost(tmp_path: Path) -> None:
    def set_number(n: int) -> None:
        with corrections.changing(tmp_path, f"data/{n}.txt") as own:
            own["doc_number"] = Correction(f"{n}号", "2026-11-30")

    threads = [threading.Thread(target=set_number, args=[n]) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(corrections.load(tmp_path)) == 8


def test_an_error_keeps_no_correction(tmp_path: Path) -> None:
    with pytest.raises(InputError), corrections.changing(tmp_path, "data/a.txt") as own:
        own["title"] = Correction("甲", "2026-11-30")
        corrections.field_of("没有")
    assert corrections.load(tmp_path) == {}


def test_a_form_keeps_what_differs(tmp_path: Path) -> None:
    doc = document(TEXT, "养犬.txt")
    same = {"doc": doc.id, "title": doc.name, "doc_number": "云政规〔2022〕4号"}
    assert "没有改动" in correcting.correct(tmp_path, doc, same)
    assert corrections.load(tmp_path) == {}
    attack = "</span><script>alert(1)</script>"
    correcting.correct(tmp_path, doc, same | {"title": attack, "status": "已废止"})
    kept = corrections.load(tmp_path)[doc.source.path]
    assert {name: one.value for name, one in kept.items()} == {"title": attack, "status": "已废止"}
    made = corrections.corrected(doc, kept)
    assert "<script>" not in correcting.form_view(made)
    assert "<script>" not in correcting.correct(tmp_path, made, {"undo": True})
    assert corrections.load(tmp_path) == {}
    correcting.correct(tmp_path, doc, {"family": " 甲市养犬办法", "by": "张三"})
    one = corrections.load(tmp_path)[doc.source.path]["family"]
    assert (one.value, one.who) == ("甲市养犬办法", "张三")
    put = corrections.corrected(doc, {"family": one})
    assert 'value="甲市养犬办法"' in correcting.form_view(put, "张三")
    assert 'name="by"' not in correcting.form_view(put, "张三")
    correcting.correct(tmp_path, put, {"family": ""})
    assert corrections.load(tmp_path) == {}
    correcting.correct(tmp_path, doc, {"family": "无", "by": "张三"}, "李四")
    one = corrections.load(tmp_path)[doc.source.path]["family"]
    assert (one.value, one.who) == ("", "李四"), "who has logged in is not what the form says"
    with pytest.raises(InputError, match="不是日期"):
        correcting.correct(tmp_path, doc, {"written_on": "昨天"})
