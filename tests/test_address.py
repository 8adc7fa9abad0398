"""Addresses: what they say, and linked quotations found again in changed documents."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs

import pytest
from growth import linear

from web import address
from web.shell import Holder
from web.tabs import ask, filters, original
from web.views import limits_view, looser_view, search_view, thread_view
from youju.asking import CHINESE_ONLY
from youju.errors import InputError
from youju.records import Filters, Looser, PolicyDoc, Span
from youju.service import PolicySearch

REFUSED = "上海市地铁票价是多少？"


@pytest.fixture(scope="module")
def holder(search: PolicySearch) -> Holder:
    return Holder(search)


@pytest.fixture(scope="module")
def doc(search: PolicySearch) -> PolicyDoc:
    return search.find("贵州")


def test_a_question_and_its_filters_are_in_the_address() -> None:
    within = Filters(("d1", "d2"), ("江苏省",), (2012,), True, "2023-06-30", ("西部",))
    query = address.question("ask", " 名牌产品\n有什么目标？&=#", within)
    assert query.isascii() and parse_qs(query) == {
        "tab": ["ask"], "q": ["名牌产品 有什么目标？&=#"], "doc": ["d1", "d2"],
        "region": ["江苏省"], "year": ["2012"], "in_force": ["1"], "as_of": ["2023-06-30"],
        "collection": ["西部"],
    }  # fmt: skip
    assert parse_qs(address.question("search", "噪声", None, 40))["n"] == ["40"]
    assert "%ED" not in address.question("ask", "\ud800")  # no lone surrogate leaves this house


def _linked(doc: PolicyDoc, span: Span) -> tuple[str, str]:
    given = parse_qs(address.place(doc, span))
    assert given["open"] == [doc.id] and given["file"] == [doc.source.path]
    assert given["at"] == [f"{span.start}-{span.end}"]
    return given["quote"][0], given["sum"][0]


def test_a_linked_quotation_is_found_again(doc: PolicyDoc) -> None:
    at = doc.text.index("森林覆盖率达到")
    short, long = Span(at, at + 12), Span(at - 40, at + 60)
    for span in (short, long):
        quote, wanted = _linked(doc, span)
        assert address.found_again(doc, span, quote, wanted) == address.Linked(span, "same")
        longer = replace(doc, text=f"新增的一行。\n{doc.text}")
        moved = address.found_again(longer, span, quote, wanted)
        assert moved.state == "moved" and moved.span
        assert moved.span.of(longer.text) == span.of(doc.text)
    quote, wanted = _linked(doc, long)
    altered = replace(doc, text=doc.text.replace("森林覆盖率达到50%", "森林覆盖率达到55%"))
    changed = address.found_again(altered, long, quote, wanted)
    assert changed.state == "changed" and changed.span
    assert changed.span.start == long.start and "55%" in changed.span.of(altered.text)
    changed = address.found_again(altered, short, *_linked(doc, short))
    assert changed.state == "changed" and changed.span
    assert changed.span.of(altered.text).startswith("森林覆盖率达到55%")
    spaced = replace(doc, text=doc.text.replace("森林覆盖率达到", "森林 覆盖率\n达到"))
    quote, wanted = _linked(doc, short)
    again = address.found_again(spaced, short, quote, wanted)
    assert again.state == "changed" and again.span
    assert "".join(again.span.of(spaced.text).split()) == quote
    gone = replace(doc, text=doc.text.replace(short.of(doc.text), ""))
    assert address.found_again(gone, short, quote, wanted) == address.Linked(None, "lost")


def test_a_link_to_all_of_a_text_is_looked_for_in_linear_time(doc: PolicyDoc) -> None:
    """What a link says is anybody's: a long stretch that begins with a word that is everywhere."""

    def work(size: int) -> None:
        long = replace(doc, text="的" * size)
        assert address.found_again(long, Span(0, size - 1), "的", "0").state == "changed"

    linear(work, 30_000)


def test_the_panel_tells_what_became_of_a_linked_document(doc: PolicyDoc, holder: Holder) -> None:
    at = doc.text.index("森林覆盖率达到")
    span = Span(at, at + 12)
    quote, wanted = _linked(doc, span)
    known = {"file": doc.source.path, "quote": quote, "wanted": wanted}
    same = original.original(holder, doc.id, at, at + 12, **known)
    assert "yj-on-warn" not in same and "data-link" in same
    kept = original.original(holder, "000000000000", at, at + 12, **known)
    assert "仍在原处" in kept and "open=000000000000" in kept
    moved = original.original(holder, "000000000000", at + 5, at + 17, **known)
    assert "已在新的位置标出" in moved and f'data-start="{at}"' in moved
    lost = original.original(
        holder, "000000000000", at, at + 12, **known | {"quote": "没有的话", "wanted": "0"}
    )
    assert "已找不到所引文字" in lost
    whole = original.original(holder, "000000000000", file=doc.source.path)
    assert "以下是现在的内容" in whole
    assert "已不在索引里" in original.original(holder, "000000000000", file="corpus/没有.txt")
    for junk in (None, 5, {"a": 1}, "x" * 10_000):
        original.original(holder, doc.id, at, at + 12, file=junk, quote=junk, wanted=junk)
        original.original(holder, junk, -1, 10**9, file=doc.source.path, quote=junk, wanted=junk)


def test_what_an_address_names_is_put_into_the_inputs(search: PolicySearch) -> None:
    class Event:
        doc = (search.documents()[0].id, "none")
        region = ("江苏省", "火星")
        year = ("2012", "x")
        in_force = True
        as_of = "2023-06-30"
        collection = ("没有的",)

    event = Event()
    for name in ("doc", "region", "year", "collection"):
        setattr(event, name, list(getattr(event, name)))
    docs, regions, years, force, as_of, collected = filters.restored(event, search)
    assert docs == [search.documents()[0].id] and regions == ["江苏省"] and years == [2012]
    assert force is True and as_of == "2023-06-30"
    # what is not known stays, and is told: else more would be asked than the address says
    assert collected["value"] == ["没有的"] and collected["visible"] is True
    *usual, collected = filters.restored(object(), search)
    assert usual == [[], [], [], False, ""]
    assert collected["value"] == [] and collected["visible"] is False


def test_a_collection_that_is_gone_is_told(holder: Holder) -> None:
    gone = filters.chosen([], [], [], False, "", ["没有的"])
    assert gone == Filters(collections=("没有的",))
    assert "没有专题“没有的”" in ask.answer(holder, "名牌产品有什么目标？", gone)


def test_the_list_of_documents_has_an_address() -> None:
    usual = {"words": "", "region": "", "collection": "", "sort": "title", "down": False, "page": 0}
    assert address.library(usual) == "tab=library"
    given = usual | {
        "words": "质量",
        "collection": "西部 &",
        "sort": "date",
        "down": True,
        "page": 2,
        "ends": "90",
    }
    assert parse_qs(address.library(given)) == {
        "tab": ["library"], "q": ["质量"], "collection": ["西部 &"], "sort": ["date"],
        "down": ["1"], "page": ["3"], "ends": ["90"],
    }  # fmt: skip


def test_a_day_is_looked_at(holder: Holder) -> None:
    with pytest.raises(InputError, match="不是日期"):
        filters.within_reason(filters.chosen([], [], [], False, "昨天"))
    assert "不是日期" in ask.answer(holder, "名牌产品有什么目标？", Filters(as_of="昨天"))
    assert filters.chosen([], [], [], False, " ") is None


def test_a_filter_that_hides_the_answer_is_told(search: PolicySearch, holder: Holder) -> None:
    question, within = "贵州省2017年森林覆盖率目标是多少？", Filters(regions=("江苏省",))
    assert search.ask(question, filters=within).refused
    looser = search.looser(question, within)
    assert looser == Looser(question, None, ("region",))
    both = search.looser(question, Filters(regions=("江苏省",), years=(2017,)))
    assert both and both.dropped == ("region",) and both.filters == Filters(years=(2017,))
    shown = ask.hint(holder, question, within)
    assert "不限地区" in shown and "data-go-to" in shown
    assert ask.hint(holder, REFUSED, within, look=False) == limits_view("filter.looking")
    assert ask.hint(holder, "怎样养好一只猫？", None) == ""  # nothing to drop


def test_a_place_that_hides_the_answer_is_told(search: PolicySearch) -> None:
    looser = search.looser("重庆2017年森林覆盖率目标是多少？")
    assert looser == Looser("2017年森林覆盖率目标是多少？", None, ("place",))
    assert "不限地方" in looser_view(looser, "tab=ask")


def test_an_empty_search_offers_to_drop_the_filters(search: PolicySearch) -> None:
    shown = search_view([], search.document, (), (), "tab=search", "tab=search&q=x")
    assert "不限范围检索" in shown and 'data-go-to="tab=search&amp;q=x"' in shown


def test_a_question_in_another_language_is_told_so(search: PolicySearch, holder: Holder) -> None:
    found = search.ask("What is the forest coverage target of Guizhou?")
    assert found.refused and found.text == CHINESE_ONLY and not found.hits
    shown = ask.answer(holder, "What is the forest coverage target of Guizhou?")
    assert "Chinese only" in shown and "What" not in shown.replace("data-address", "").split(">")[2]
    for name in ("PM2.5", "GB/T 19001", "ISO 9001 认证有什么要求 in the end"):
        assert search.ask(name).text != CHINESE_ONLY


def test_a_thread_grows_by_what_was_asked(holder: Holder) -> None:
    first = ask.threaded(holder, None, "贵州省2017年森林覆盖率目标是多少？")
    second = ask.threaded(holder, first, "那重庆呢？")
    assert second == [*first, "重庆2017年森林覆盖率目标是多少？"]
    assert ask.threaded(holder, second, second[-1]) == second
    assert ask.threaded(holder, [], "由谁负责？") == []
    assert ask.threaded(holder, [1, None, "长" * 9000], "") == []
    assert len(ask.threaded(holder, [f"第{n}个目标是多少？" for n in range(50)], "新问题？")) == 8
    assert "&lt;b&gt;" in thread_view(["<b>"]) and thread_view([]) == ""
    shown = ask.answer(holder, "那重庆呢？", context=first)
    assert "按上一问补全为" in shown and "data-edit" in shown
