from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.passages import PART_MAX, WHOLE_MAX, parts, passages
from tests.ingest_helpers import CASES, ROOT, read, read_file
from tests.test_clauses import TRICKY
from text.normalize import fold
from youju.errors import ReadError
from youju.records import PolicyDoc, Span

FILES = [*sorted((ROOT / "corpus").glob("*.txt")), *sorted((CASES / "fitted").glob("*.*t*"))]


def check(doc: PolicyDoc) -> None:
    """Never empty, inside their clauses, and together all clause text but bare headings."""
    by_id = {clause.id: clause for clause in doc.clauses}
    covered: set[int] = set()
    found = passages(doc)
    assert len({passage.id for passage in found}) == len(found)
    for passage in found:
        shown = passage.span.of(doc.text)
        assert shown.strip() and passage.body.strip()
        if passage.kind == "clause":
            assert passage.body == " ".join(fold(shown).split())
            covered.update(range(passage.span.start, passage.span.end))
            in_table = any(table.span.covers(passage.span) for table in doc.tables)
            if passage.clause_ids and not in_table:
                first, last = (by_id[passage.clause_ids[at]] for at in (0, -1))
                whole = Span(first.span.start, max(first.span.end, last.span.end))
                assert whole.covers(passage.span)
                for other in doc.clauses:
                    if other.id not in passage.clause_ids:
                        assert not other.own.overlap(passage.span)
    for clause in doc.clauses:
        rest = [i for i in range(clause.own.start, clause.own.end) if i not in covered]
        left = "".join(doc.text[i] for i in rest).strip()
        assert not left or (clause.children and len(left) <= len(clause.label + clause.heading) + 8)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_real_documents_are_covered(path) -> None:
    check(read_file(path))


@given(TRICKY)
@settings(max_examples=60)
def test_any_document_is_covered(texts: list[str]) -> None:
    try:
        doc = read("关于甲的通知\n" + "\n".join(texts))
    except ReadError:
        return  # a shell: nothing but a title
    check(doc)


@given(st.text(st.sampled_from("质量发展。；\n （一）"), min_size=PART_MAX, max_size=3 * PART_MAX))
@settings(max_examples=40)
def test_parts_are_bounded_and_lose_nothing(text: str) -> None:
    cut = parts(text, Span(0, len(text)))
    at = 0
    for part in cut:
        assert part.start >= at and 0 < len(part) <= 4 * PART_MAX
        assert not text[at : part.start].strip()
        at = part.end
    assert not text[at:].strip()


def test_a_lead_in_keeps_its_short_items() -> None:
    doc = read(
        "某市管理办法\n第一条 有下列情形之一的：\n（一）甲；\n（二）乙。\n第二条 "
        + "丙。" * WHOLE_MAX
    )
    clauses = [passage for passage in passages(doc) if passage.kind == "clause"]
    assert clauses[0].body == "第一条 有下列情形之一的: (一)甲; (二)乙。"
    assert {passage.path for passage in clauses[1:]} == {("第二条",)} and len(clauses) > 2


def test_the_header_is_a_passage_that_states_the_status() -> None:
    doc = read(
        "某市管理办法\n某政发〔2015〕3号\n第一条 甲乙。\n第二条 本办法自2015年5月1日起施行。"
    )
    first = passages(doc)[0]
    assert first.kind == "meta" and "文号 某政发[2015]3号" in first.body
    assert "施行日期 2015-05-01" in first.body and "时效 未注明" in first.body


def _bodies(text: str) -> list[str]:
    return [passage.body for passage in passages(read(text)) if passage.kind == "clause"]


def test_of_a_long_paragraph_the_sentence_that_leads_keeps_its_items() -> None:
    before = "本市实行停车登记。" * 40
    found = _bodies(
        f"云山市停车办法\n{before}停车人有下列情形之一的，予以警告：（一）甲；（二）乙。"
    )
    assert found[-1] == "停车人有下列情形之一的,予以警告:(一)甲;(二)乙。"
    assert "".join(found[:-1]) == before


def test_lines_of_names_are_read_together_up_to_a_bound() -> None:
    names = [f"云山市第{n}人民医院办公室" for n in range(1, 60)]
    found = _bodies("关于表彰的通报\n现予表彰。\n先进单位名单\n" + "\n".join(names))
    assert "先进单位名单" in "".join(found[:2])
    assert len(found) < 6 and all(len(body) <= PART_MAX for body in found)
    assert all(any(name in body for body in found) for name in names)


def test_the_words_of_a_menu_are_not() -> None:
    menu = ["首页", "搜索", "手机版", "微博", "政务", "互动"]
    found = _bodies("关于停车的通知\n" + "\n".join(menu) + "\n停车每小时五元。")
    assert all(sum(word in body for word in menu) <= 1 for body in found)
