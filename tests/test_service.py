from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from youju import builds, service
from youju.asking import Method, clean_question
from youju.errors import IndexMismatch, IndexMissing, InputError, QuestionError, ReadError
from youju.records import Encoder
from youju.service import BuildReport, PolicySearch, open_or_build
from youju.settings import CORPUS, Settings

Build = Callable[..., BuildReport]


@pytest.fixture
def here(settings: Settings, tmp_path: Path) -> Settings:
    return replace(settings, index=tmp_path / "index")


@pytest.fixture(autouse=True)
def _loaded_once(monkeypatch: pytest.MonkeyPatch, bundled: Encoder) -> None:
    monkeypatch.setattr("index.encoder.load_encoder", lambda name: bundled)


@pytest.fixture
def build(here: Settings) -> Build:
    def run(*paths: Path, prune: bool = False) -> BuildReport:
        return PolicySearch.build(paths, here.index, here, prune=prune)

    return run


def _sources(settings: Settings) -> list[str]:
    return sorted(d.source.path for d in PolicySearch.open(settings.index, settings).documents())


# --- questions -----------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\x00\x1b\u202e", "\ufeff"])
def test_empty_questions(text: str) -> None:
    with pytest.raises(QuestionError, match="空的"):
        clean_question(text)


@pytest.mark.parametrize("text", ["？！。", "----", "《》", "+ = ￥ ^", "“”…—"])
def test_questions_of_punctuation_only(text: str) -> None:
    with pytest.raises(QuestionError, match="标点"):
        clean_question(text)


def test_long_questions_name_both_lengths() -> None:
    assert clean_question("质" * 2000)
    with pytest.raises(QuestionError, match=r"10000 .*2000"):
        clean_question("质" * 10_000)


def test_bytes_that_are_no_text() -> None:
    with pytest.raises(QuestionError, match="UTF-8"):
        clean_question("质量\udcff")


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("What is the target?", "What is the target?"),
        ("😀", "😀"),
        ("👍🏽", "👍🏽"),
        (" 质量\x00目标\x1b[31m\t是\r\n什么 ", "质量目标[31m 是  什么"),
        ("2015", "2015"),
    ],
)
def test_askable_questions(text: str, clean: str) -> None:
    assert clean_question(text) == clean


@given(st.text(max_size=2100))
def test_any_text_is_cleaned_or_refused(text: str) -> None:
    try:
        clean = clean_question(text)
    except QuestionError as error:
        assert str(error).endswith("。")
    else:
        assert clean == clean.strip() and clean.isprintable() | any(ord(c) > 127 for c in clean)
        assert clean_question(clean) == clean


# --- building ------------------------------------------------------------------------------------


def test_first_build_reads_everything(corpus_build: BuildReport) -> None:
    assert corpus_build.documents == len(corpus_build.read) == 5
    assert corpus_build.passages > 100
    assert not (corpus_build.reused or corpus_build.removed or corpus_build.refused)


def test_update_touches_only_what_changed(
    library: Path, build: Build, monkeypatch: pytest.MonkeyPatch, bundled: Encoder
) -> None:
    build(library)
    embedded: list[str] = []
    encode = type(bundled).encode

    def counting(self: Encoder, texts: Sequence[str], *, is_query: bool = False) -> np.ndarray:
        embedded.extend(texts)
        return encode(self, texts, is_query=is_query)

    monkeypatch.setattr(type(bundled), "encode", counting)
    again = build(library)
    assert again.read == () and len(again.reused) == 2 and embedded == []
    (library / "甲.txt").write_text("云山市新办法\n第一条 夜间施工须经批准。\n", "utf-8")
    changed = build(library)
    assert changed.read == ("文件/甲.txt",) and changed.reused == ("文件/乙.txt",)
    assert embedded and not any("节水" in text for text in embedded)


def test_a_removed_file_leaves_the_index(library: Path, here: Settings, build: Build) -> None:
    build(library)
    (library / "乙.txt").unlink()
    report = build(library)
    assert report.removed == ("文件/乙.txt",) and _sources(here) == ["文件/甲.txt"]


def test_other_folders_stay_unless_pruned(
    library: Path, tmp_path: Path, here: Settings, build: Build
) -> None:
    build(library)
    more = tmp_path / "更多"
    more.mkdir()
    (more / "丙.txt").write_text("云山市试行规定\n第一条 试行一年。\n", "utf-8")
    report = build(more)
    assert report.documents == 3 and report.read == ("更多/丙.txt",)
    assert _sources(here) == ["文件/乙.txt", "文件/甲.txt", "更多/丙.txt"]
    assert build(more, prune=True).removed == ("文件/乙.txt", "文件/甲.txt")
    assert _sources(here) == ["更多/丙.txt"]


def test_same_content_is_kept_once(library: Path, here: Settings, build: Build) -> None:
    shutil.copy(library / "甲.txt", library / "甲副本.txt")
    report = build(library)
    assert report.documents == 2 and len(report.duplicates) == 1


def test_an_unreadable_file_does_not_stop_the_others(
    library: Path, here: Settings, build: Build
) -> None:
    (library / "坏.txt").write_bytes(bytes(range(256)) * 40)
    report = build(library)
    assert report.documents == 2 and [path for path, _ in report.refused] == ["文件/坏.txt"]


def test_nothing_readable_keeps_the_last_index(
    library: Path, tmp_path: Path, here: Settings, build: Build
) -> None:
    build(library)
    before = _sources(here)
    for path in library.iterdir():
        path.write_bytes(bytes(range(256)) * 40)
    with pytest.raises(ReadError, match="索引"):
        build(library)
    empty = tmp_path / "空"
    empty.mkdir()
    for path in (empty, tmp_path / "没有"):
        with pytest.raises(ReadError):
            build(path)
    assert _sources(here) == before


def test_the_default_index_is_built_when_missing_or_outdated_and_no_other(
    here: Settings, monkeypatch: pytest.MonkeyPatch, library: Path, build: Build
) -> None:
    with pytest.raises(IndexMissing):
        open_or_build(here)
    monkeypatch.setattr("youju.settings.DEFAULT_INDEX", here.index)
    monkeypatch.setattr(service, "CORPUS", library)
    _, built = open_or_build(here)
    assert built is not None and built.documents == 2
    assert open_or_build(here)[1] is None
    from index import persist

    load, failures = persist.load, [IndexMismatch("另一种格式。")]

    def once(*given: object) -> object:
        if failures:
            raise failures.pop()
        return load(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(persist, "load", once)
    search, built = open_or_build(here)
    assert built is not None and len(search.documents()) == 2
    more = library.parent / "更多"
    more.mkdir()
    (more / "丙.txt").write_text("云山市试行规定\n第一条 试行一年。\n", "utf-8")
    build(more)
    monkeypatch.setattr(builds, "reader_version", lambda: "newer")
    with pytest.raises(IndexMismatch):  # other documents are in it: the user decides
        open_or_build(here)


def test_a_running_search_follows_its_index(library: Path, here: Settings, build: Build) -> None:
    build(library)
    first = PolicySearch.open(here.index, here)
    assert first.newest() is first
    for year in (2031, 2032, 2033):
        (library / "丙.txt").write_text(f"云山市规定\n第一条 有效期至{year}年。\n", "utf-8")
        build(library)
    second = first.newest()
    assert second is not first and second.newest() is second
    assert "2033" in second.document(second.find("丙.txt").id).text
    (here.index / "CURRENT").write_text("damaged", "utf-8")
    assert second.newest() is second


def test_a_renamed_file_is_not_read_again(library: Path, here: Settings, build: Build) -> None:
    build(library)
    (library / "甲.txt").rename(library / "甲新.txt")
    report = build(library)
    assert report.read == () and report.removed == ("文件/甲.txt",)
    assert "文件/甲新.txt" in _sources(here)


def test_the_reader_version_follows_the_code() -> None:
    assert len(builds.reader_version()) == 12


# --- finding and filters -------------------------------------------------------------------------


def test_documents_are_found_by_any_of_their_names(search: PolicySearch) -> None:
    for doc in search.documents():
        for name in (doc.id, doc.source.path, doc.source.path.split("/")[1]):
            assert search.find(name).id == doc.id
    assert "贵州" in search.find("贵州").name
    with pytest.raises(InputError, match="多份文件"):
        search.find("质量")
    with pytest.raises(InputError, match="没有名为"):
        search.find("火星")
    with pytest.raises(InputError):
        search.find("《》")


def test_filters_from_what_users_type(search: PolicySearch) -> None:
    assert search.filters() is None
    filters = search.filters(docs=["贵州"], regions=["贵州"], years=[2015], in_force=True)
    assert filters is not None and filters.in_force and filters.years == (2015,)
    assert filters.doc_ids == (search.find("贵州").id,) and filters.regions == ("贵州省",)
    with pytest.raises(InputError, match="没有地区"):
        search.filters(regions=["火星"])


@pytest.mark.parametrize("method", ["hybrid", "bm25", "dense"])
def test_search_ranks_and_filters(search: PolicySearch, method: Method) -> None:
    hits = search.search("农产品质量安全监测合格率", 8, method=method)
    assert len(hits) == 8
    assert [(-h.score, h.passage.id) for h in hits] == sorted(
        (-h.score, h.passage.id) for h in hits
    )
    filters = search.filters(docs=["重庆"])
    only = search.search("农产品质量安全监测合格率", 8, filters, method)
    assert {hit.passage.doc_id for hit in only} == {search.find("重庆").id}


def test_impossible_options(search: PolicySearch) -> None:
    with pytest.raises(InputError, match="条数"):
        search.search("质量", 0)
    with pytest.raises(InputError, match="检索方法"):
        search.search("质量", method="magic")  # type: ignore[arg-type]


# --- asking --------------------------------------------------------------------------------------


def test_answers_are_quotations(search: PolicySearch) -> None:
    answer = search.ask("贵州省2017年服务质量满意度要达到多少？")
    assert not answer.refused and answer.citations
    for citation in answer.citations:
        doc = search.document(citation.doc_id)
        assert doc.text[citation.start : citation.end] == citation.quote
        assert f"[{citation.n}]" in answer.text
    assert {"question", "retrieve"} <= set(answer.timings_ms)


@pytest.mark.parametrize("text", ["What is the minimum wage in Paris?", "😀😀", "\x07abc\x00"])
def test_strange_questions_are_refused_not_broken(search: PolicySearch, text: str) -> None:
    answer = search.ask(text)
    assert answer.refused and answer.citations == () and answer.reason


def test_the_corpus_is_where_settings_say() -> None:
    assert len(list(CORPUS.glob("*.txt"))) == 5
