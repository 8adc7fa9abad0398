"""The tabs without a browser: stages, history, filters, downloads."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from web.shell import Holder, Options
from web.tabs import ask, filters, original
from web.tabs import search as searching
from youju.records import Filters
from youju.service import PolicySearch
from youju.settings import CORPUS


@pytest.fixture(scope="module")
def holder(search: PolicySearch) -> Holder:
    return Holder(search)


def _stages(work: Callable[[Callable[[], None]], str]) -> list[str]:
    with ThreadPoolExecutor(1) as pool:
        return list(ask.staged(pool, work))


def test_a_quick_answer_shows_no_stage() -> None:
    assert _stages(lambda _: "答") == ["答"]


def test_a_slow_answer_shows_its_stages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ask, "_SLOW", 0.01)
    search, check = threading.Event(), threading.Event()

    def slow(found: Callable[[], None]) -> str:
        search.wait(60)
        found()
        check.wait(60)
        return "答"

    with ThreadPoolExecutor(1) as pool:
        shown = ask.staged(pool, slow)
        assert "检索…" in next(shown)
        search.set()
        assert "核对引文…" in next(shown)
        check.set()
        assert list(shown) == ["答"]


def test_a_slow_search_that_finds_and_answers_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ask, "_SLOW", 0.01)
    pause = threading.Event()
    stages = _stages(lambda _: str(pause.wait(0.2)))
    assert len(stages) == 2 and "检索…" in stages[0] and stages[1] == "False"


def test_the_service_says_when_clauses_are_found(search: PolicySearch) -> None:
    told: list[int] = []
    search.ask("名牌产品", retrieved=lambda: told.append(1))
    assert told


def test_history_keeps_the_newest_first_and_bears_anything() -> None:
    assert ask.remembered(["乙", "甲"], " 甲 ") == ["甲", "乙"]
    assert ask.remembered({"x": 1}, None) == []
    assert ask.remembered([1, None, "甲"], "") == ["甲"]
    assert ask.remembered([], "长" * 500) == []
    assert len(ask.remembered([str(n) for n in range(50)], "新")) == 12


@pytest.mark.parametrize("junk", [None, "x", 5, {}, [], [None], [["a"]]])
def test_filters_bear_what_a_browser_may_send(junk: object, holder: Holder) -> None:
    within = filters.chosen(junk, junk, junk, junk)
    ask.answer(holder, "名牌产品有什么目标？", within)
    assert filters.chosen([], None, [], False) is None


def test_filters_as_chosen(search: PolicySearch, holder: Holder) -> None:
    assert filters.chosen(["d"], ["江苏省"], ["2012", 2013, "x"], True) == Filters(
        ("d",), ("江苏省",), (2012, 2013), True
    )
    documents, regions, years, _ = filters.choices(search)
    assert len(documents) == 5 and ("江苏省", "江苏省") in regions and ("2015", 2015) in years
    last = documents[-1]
    assert [name for name, _ in filters.documents(search, "江苏")] == [
        name for name, _ in documents if "江苏" in name
    ]
    assert filters.documents(search, "江苏", [last[1]])[0] == last
    shown = searching.found(holder, "名牌产品", filters.chosen([], ["江苏省"], [], False))
    assert "江苏" in shown and "重庆市人民政府" not in shown
    nothing = searching.found(holder, "名牌产品", Filters(doc_ids=("none",)))
    assert "没有找到相关段落" in nothing


def test_download_gives_the_file_or_says_why_not(search: PolicySearch, holder: Holder) -> None:
    doc = search.documents()[0]
    given = original.source_file(holder, Options(), doc.id)
    assert base64.b64decode(given["data"]) == (CORPUS / given["name"]).read_bytes()
    moved = original.source_file(holder, Options(roots=()), doc.id)
    assert "无法下载" in moved["message"]
    for unknown in (None, "../../etc/passwd", {"a": 1}):
        assert set(original.source_file(holder, Options(), unknown)) == {"message"}
