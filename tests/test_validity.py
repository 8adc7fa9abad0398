"""Whether a document holds on a day, and what the documents of a library do to each other."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest
from qa_helpers import document, index_of

from index.retrieve import HybridIndex
from qa.asked.question import analyze
from qa.pipeline import answer
from text.normalize import fold
from youju.records import Encoder, Filters
from youju.validity import on_day

OLD = """\
云溪市犬只管理办法
云溪发〔2016〕12号
云溪市人民政府
2016年4月1日
第一条 犬只登记费为每只200元。
第二条 本办法自2016年5月1日起施行。
"""
NEW = """\
云溪市犬只管理办法
云溪发〔2023〕30号
云溪市人民政府
2023年8月10日
第一条 犬只登记不收取费用。
第二条 本办法自2023年10月1日起施行。原《云溪市犬只管理办法》（云溪发〔2016〕12号）同时废止。
"""
LIST = """\
云溪市人民政府关于宣布失效一批文件的决定
云溪发〔2024〕3号
各区人民政府：
决定宣布失效下列文件：
一、宣布失效的文件
1. 云溪市水井管理办法（云溪发〔2001〕7号）
2. 《云溪市打谷场管理规定》
二、继续有效的文件
3. 《云溪市桥梁管理办法》
云溪市人民政府
2024年1月5日
"""
WELLS = """\
云溪市水井管理办法
云溪发〔2001〕7号
第一条 水井应当加盖。
第二条 本办法自2001年3月1日起施行。
"""
BRIDGES = """\
云溪市桥梁管理办法
云溪发〔2002〕8号
第一条 桥梁应当每年检查。
第二条 本办法自2002年3月1日起施行。
"""
FILES = {"旧.txt": OLD, "新.txt": NEW, "清理.txt": LIST, "水井.txt": WELLS, "桥梁.txt": BRIDGES}
TERM = "云溪市停车办法\n第一条 停车收费。\n第二条 本办法自2021年1月1日起施行，有效期3年。\n"


@pytest.mark.parametrize(
    ("text", "day", "status"),
    [
        (TERM, "2020-12-31", "尚未生效"),
        (TERM, "2021-01-01", "现行有效"),
        (TERM, "2023-12-31", "现行有效"),
        (TERM, "2024-01-01", "已失效"),
        ("云溪市停车办法（试行）\n第一条 停车收费。\n第二条 停车有序。\n", "2024-01-01", "试行"),
        (
            "云溪市停车办法（征求意见稿）\n第一条 停车收费。\n第二条 停。\n",
            "2024-01-01",
            "征求意见稿",
        ),
        ("云溪市停车办法\n第一条 停车收费。\n第二条 停车有序。\n", "2024-01-01", "未注明"),
        (f"【已废止】\n{TERM}", "2022-01-01", "已废止"),
    ],
)
def test_state_on_a_day(text: str, day: str, status: str) -> None:
    doc = document(text)
    meta = on_day(doc.meta, doc.name, date.fromisoformat(day))
    assert meta.status == status
    if meta.status_why:
        assert meta.status_note is not None and meta.status_note.span.of(doc.text)


@pytest.fixture(scope="module")
def library(qa_encoder: Encoder) -> HybridIndex:
    return index_of([document(text, path) for path, text in sorted(FILES.items())], qa_encoder)


def _related(index: HybridIndex) -> set[tuple[str, str, str]]:
    number = {e.id: (e.doc_number or "")[-9:] for e in index.catalog.entries}
    return {(r.kind, number[r.source], number[r.target]) for r in index.relations}


def test_repeals_are_matched_by_number_and_title(library: HybridIndex) -> None:
    assert _related(library) == {
        ("代替", "〔2023〕30号", "〔2016〕12号"),
        ("废止", "发〔2024〕3号", "发〔2001〕7号"),
    }


def test_either_may_come_first(qa_encoder: Encoder) -> None:
    alone = index_of([document(OLD, "旧.txt")], qa_encoder)
    assert alone.relations == ()
    (entry,) = alone.catalog.entries
    assert alone.document(entry.id).meta.status == "未注明"


@pytest.mark.parametrize(
    ("day", "status"), [("2023-09-30", "未注明"), ("2023-10-01", "已废止"), (None, "已废止")]
)
def test_a_repeal_holds_from_its_day(library: HybridIndex, day: str | None, status: str) -> None:
    (old,) = [e for e in library.catalog.entries if e.doc_number == "云溪发〔2016〕12号"]
    meta = library.document(old.id, day).meta
    assert meta.status == status
    if status == "已废止":
        assert meta.ended_by is not None and "云溪发〔2023〕30号" in meta.status_why


def test_in_force_lets_nothing_void_through(library: HybridIndex) -> None:
    question = analyze("犬只登记费", library.names())
    hits = library.search(question, 20, Filters(in_force=True))
    statuses = {library.document(hit.passage.doc_id).meta.status for hit in hits}
    assert statuses and not statuses & {"已废止", "已失效"}
    before = library.search(question, 20, Filters(in_force=True, as_of="2020-01-01"))
    old = {e.id for e in library.catalog.entries if e.doc_number == "云溪发〔2016〕12号"}
    assert old & {hit.passage.doc_id for hit in before}


def test_the_living_come_first_unless_the_old_one_is_meant(library: HybridIndex) -> None:
    number = {e.id: e.doc_number for e in library.catalog.entries}
    for text, first in (
        ("犬只登记费是多少", "云溪发〔2023〕30号"),
        ("云溪发〔2016〕12号的犬只登记费", "云溪发〔2016〕12号"),
        ("2016年的犬只管理办法登记费", "云溪发〔2016〕12号"),
    ):
        question = analyze(text, library.names())
        hits = library.living_first(question, library.search(question, 10))
        dogs = [number[h.passage.doc_id] for h in hits if "犬" in fold(h.passage.body)]
        assert dogs[0] == first, text


def test_the_repealing_sentence_is_quoted(library: HybridIndex) -> None:
    told = answer(analyze("云溪发〔2016〕12号还有效吗", library.names()), library)
    assert "已废止" in told.text and "同时废止" in told.text
    assert {c.doc_number for c in told.citations} == {"云溪发〔2016〕12号", "云溪发〔2023〕30号"}


def test_what_is_computed_is_not_stored(library: HybridIndex) -> None:
    stored = [doc.meta for doc in library.documents()]
    assert all(meta.status_why == "" and meta.ended_by is None for meta in stored)
    assert "as_of" in {field.name for field in dataclasses.fields(Filters)}
