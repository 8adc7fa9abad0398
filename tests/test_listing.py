"""The list of a large library: pages, search, filters, order; only what is shown is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from index.catalog import Entry
from web import listing
from web.library_views import library_view
from web.listing import PAGE, Listed, Wanted
from web.shell import Holder, Options, Page
from web.tabs.library import Listing
from youju.service import PolicySearch

MANY = 5000
PROVINCES = ("贵州省", "江苏省", "重庆市", None)


def _entry(n: int) -> Entry:
    region = PROVINCES[n % 4]
    return Entry(
        f"d{n:05}", f"{region or '国务院'}第{n}号《办法》",
        f"库/文件{n}.{('txt', 'pdf', 'docx')[n % 3]}",
        f"{n:064}", region, f"某政发〔{2000 + n % 25}〕{n}号" if n % 5 else None,
        (2000 + n % 25,), "未注明", (), date=f"{2000 + n % 25}-01-01" if n % 7 else None,
    )  # fmt: skip


@pytest.fixture(scope="module")
def entries() -> list[Entry]:
    return [_entry(n) for n in range(MANY)]


@pytest.fixture(scope="module")
def states(entries: Sequence[Entry]) -> dict[str, str]:
    return {e.id: "已失效" if n % 10 == 0 else "未注明" for n, e in enumerate(entries)}


def _look(entries: Sequence[Entry], states: dict[str, str], **asked: Any) -> Listed:
    return listing.listed(entries, states, listing.wanted(asked))


def test_pages_cover_everything_once(entries: list[Entry], states: dict[str, str]) -> None:
    seen: list[str] = []
    for page in range(MANY // PAGE):
        found = _look(entries, states, page=page, sort="date")
        assert len(found.ids) == PAGE and found.pages == MANY // PAGE and found.total == MANY
        seen += found.ids
    assert sorted(seen) == [entry.id for entry in entries]
    assert _look(entries, states, page=10**5).wanted.page == MANY // PAGE - 1


def test_filters_and_words_narrow_together(entries: list[Entry], states: dict[str, str]) -> None:
    found = _look(
        entries,
        states,
        region="贵州省",
        year="2004",
        status="已失效",
        format="txt",
        words="办法 第",
    )
    by_id = {entry.id: entry for entry in entries}
    wanted = [
        e for n, e in enumerate(entries)
        if n % 4 == 0 and n % 25 == 4 and n % 10 == 0 and n % 3 == 0
    ]  # fmt: skip
    assert found.found == len(wanted)
    one = _look(entries, states, words="江蘇省 ４９９７")  # as people type: 繁體, full width
    assert [by_id[doc_id].name for doc_id in one.ids] == ["江苏省第4997号《办法》"]
    nothing = _look(entries, states, words="哪里都没有")
    assert nothing.ids == () and nothing.pages == 1
    assert "没有符合条件的文件" in library_view([], listed=nothing)


@pytest.mark.parametrize("down", [False, True])
def test_what_has_no_value_stands_last(
    entries: list[Entry], states: dict[str, str], down: bool
) -> None:
    last = _look(entries, states, sort="date", down=down, page=10**5)
    by_id = {entry.id: entry for entry in entries}
    assert all(by_id[doc_id].date is None for doc_id in last.ids)
    first = [
        by_id[doc_id].date or "" for doc_id in _look(entries, states, sort="date", down=down).ids
    ]
    assert first == sorted(first, reverse=down) and all(first)


@pytest.mark.parametrize(
    "junk",
    [None, 5, [], {"page": -1}, {"page": True}, {"page": "1"}, {"sort": "__class__"},
     {"words": 3}, {"down": "x"}, {"region": ["a"]}, {"page": 10**30}],
)  # fmt: skip
def test_what_a_browser_may_send(junk: object) -> None:
    assert listing.wanted(junk) == Wanted()


def test_only_what_is_shown_is_read_and_the_page_is_light(
    search: PolicySearch, entries: list[Entry], states: dict[str, str]
) -> None:
    real = search.documents()[0]
    read: list[str] = []

    def document(doc_id: str) -> Any:
        read.append(doc_id)
        return replace(real, id=doc_id)

    large = SimpleNamespace(
        entries=lambda: entries, states=lambda: states, document=document,
        newest=lambda: large, collections={}, access=None,
    )  # fmt: skip
    holder = Holder(cast(PolicySearch, large))
    page = Page(holder, Options(read_only=True), cast(Any, None), lambda key: key)
    shown = Listing(page, None).listing({"page": 3})
    assert len(read) == PAGE and len(shown.encode()) < 300 << 10
    assert "第 4 / 100 页" in shown and shown.count("<tr>") == PAGE + 1


def test_a_collection_narrows_and_is_shown(
    entries: list[Entry], states: dict[str, str], search: PolicySearch
) -> None:
    ids = tuple(entry.id for entry in entries[:300:3])
    collections = {"西部": ids, "空的": ()}
    asked = listing.wanted({"collection": "西部", "region": "贵州省"})
    found = listing.listed(entries, states, asked, collections)
    fits = [entry.id for entry in entries[:300:3] if entry.region == "贵州省"]
    assert found.found == len(fits) and set(found.ids) <= set(fits)
    assert found.collected[ids[0]] == ("西部",) and found.choices["collection"] == ("西部", "空的")
    assert {entry.id for entry in listing.fitting(entries, states, asked, collections)} == set(fits)
    doc = replace(search.documents()[0], id=found.ids[0])
    shown = library_view([doc], removable=True, listed=found)
    assert 'data-collected="西部"' in shown and 'data-narrow="collection"' in shown
    gone = listing.listed(entries, states, listing.wanted({"collection": "<b>"}), collections)
    shown = library_view([], listed=gone)
    assert gone.found == 0 and "没有专题“&lt;b&gt;”" in shown and "<b>" not in shown
    none = listing.listed(entries, states, listing.wanted({}))
    assert 'data-narrow="collection"' not in library_view([], listed=none)


def test_states_are_those_of_the_documents(search: PolicySearch) -> None:
    states = search.states()
    assert states == {doc.id: search.document(doc.id).meta.status for doc in search.documents()}


@pytest.mark.parametrize(
    "place, expect",
    [("全国", "全国"), ("贵州省", "省级"), ("内蒙古自治区", "省级"), ("上海市", "省级"),
     ("嘉兴市", "市级"), ("延边朝鲜族自治州", "市级"), ("浙江省嘉兴市", "市级"),
     ("毕节地区", "市级"), ("长丰县", "县级"), ("定州市", "县级"), ("上海市浦东新区", "县级")],
)  # fmt: skip
def test_a_place_tells_the_level(place: str, expect: str) -> None:
    assert listing.level(place) == expect


@pytest.mark.parametrize(
    "title, expect",
    [("关于印发《质量奖管理办法》的通知", "通知"), ("质量奖管理办法（试行）", "办法"),
     ("食品安全法", "法"), ("某县“十四五”规划(2021—2025年)", "规划"), ("《河道条例》", "条例"),
     ("实施细则（2020年修订）（征求意见稿）", "细则"), ("海城市政府工作情况", ""), ("", "")],
)  # fmt: skip
def test_a_title_tells_the_kind(title: str, expect: str) -> None:
    assert listing.kind(title) == ((expect,) if expect else ())


def test_level_and_kind_narrow_the_list(entries: list[Entry], states: dict[str, str]) -> None:
    found = _look(entries, states, level="省级", kind="办法")
    assert found.found == sum(entry.region is not None for entry in entries)
    assert found.choices["level"] == ("省级",) and found.choices["kind"] == ("办法",)
    assert _look(entries, states, kind="通知").found == 0
