"""Collections: kept beside the index, and a part of the index tells of nothing beyond it."""

from __future__ import annotations

import inspect
import json
import os
import threading
from pathlib import Path
from typing import Any

import pytest

from index.part import Part
from index.retrieve import HybridIndex
from web.shell import Holder
from youju import cli, corrections, membership
from youju.errors import IndexCorrupt, InputError
from youju.records import Encoder, Filters
from youju.service import PolicySearch
from youju.settings import CORPUS, Settings

GUIZHOU = "corpus/贵州省质量发展三年行动计划.txt"
CHONGQING = "corpus/重庆市人民政府关于贯彻质量发展纲要的实施意见.txt"
ANHUI = "corpus/安徽省质量兴省活动实施方案.txt"
# One question for each way in which an answer is made: by 文号, by state, a list, targets of many
# places, a clause, a title's part, what changed.
QUESTIONS = (
    "皖政办〔2007〕53号是什么文件？", "53号文件是什么？", "哪些文件已经失效？",
    "各省驰名商标要达到多少个？", "安徽省质量兴省活动的目标是什么？",
    "江苏省2012年行动计划的发文机关是什么？", "质量工作由哪个部门负责？",
    "安徽省的质量奖和贵州省有什么不同？", "企业造假会被拉黑吗？",
)  # fmt: skip


@pytest.fixture
def own(own_index: Path) -> Path:
    """An index of its own without collections and corrections."""
    for name in ("collections.json", "corrections.json"):
        (own_index / name).unlink(missing_ok=True)
    return own_index


@pytest.fixture
def opened(own: Path, settings: Settings) -> PolicySearch:
    membership.add(own, "西部", [GUIZHOU, CHONGQING])
    return PolicySearch.open(own, settings)


def test_documents_join_and_leave(tmp_path: Path) -> None:
    assert membership.load(tmp_path) == {}
    assert membership.add(tmp_path, " 西部  省份 ", ["a", "b"]) == 2
    assert membership.add(tmp_path, "西部 省份", ["b", "c"]) == 1
    assert membership.load(tmp_path) == {"西部 省份": {"a", "b", "c"}}
    assert membership.remove(tmp_path, "西部 省份", ["a", "x"]) == 1
    assert membership.rename(tmp_path, "西部 省份", "西部") == "西部"
    assert membership.remove(tmp_path, "西部") == 2
    assert membership.load(tmp_path) == {}


@pytest.mark.parametrize("name", ["", "  ", "长" * 41, "a\0b", "换\u202e行"])
def test_names_that_are_none(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="名称"):
        membership.add(tmp_path, name, ["a"])


def test_unknown_ones_are_told_with_those_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"还没有设过任何专题.*collection 西部 --add"):
        membership.remove(tmp_path, "西部", ["a"])
    membership.add(tmp_path, "东部", ["a"])
    membership.add(tmp_path, "中部", ["a"])
    with pytest.raises(InputError, match="没有专题“西部”，现有：东部、中部。"):
        membership.rename(tmp_path, "西部", "北部")
    with pytest.raises(InputError, match="已有专题“中部”"):
        membership.rename(tmp_path, "东部", "中部")


@pytest.mark.parametrize("text", ["[", "[1]", '{"a": 1}', '{"a": "路径"}', "3"])
def test_a_damaged_file_is_said(tmp_path: Path, text: str) -> None:
    (tmp_path / "collections.json").write_text(text, "utf-8")
    with pytest.raises(IndexCorrupt, match="专题记录"):
        membership.load(tmp_path)


def test_several_at_once_lose_nothing(tmp_path: Path) -> None:
    threads = [
        threading.Thread(target=membership.add, args=[tmp_path, "甲", [str(n)]]) for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(membership.load(tmp_path)["甲"]) == 8


def test_a_part_inherits_nothing() -> None:
    """Whatever the index is asked, its part has a way of its own to answer, or fails."""
    asked = {
        name for name, value in inspect.getmembers(HybridIndex)
        if not name.startswith("_") and (inspect.isfunction(value) or isinstance(value, property))
    }  # fmt: skip
    assert asked and asked <= set(vars(Part))


def test_a_part_tells_of_its_documents_only(opened: PolicySearch) -> None:
    part = opened.within(["西部"])
    ids = set(opened.collected(["西部"]))
    assert len(ids) == 2 and {entry.id for entry in part.entries()} == ids
    assert {doc.id for doc in part.documents()} == ids and set(part.states()) == ids
    assert 0 < part.passage_count() < opened.passage_count()
    other = next(entry for entry in opened.entries() if entry.id not in ids)
    with pytest.raises(KeyError):
        part.document(other.id)
    with pytest.raises(InputError, match="没有名为"):
        part.find(other.name)
    with pytest.raises(InputError, match="没有地区"):
        part.filters(regions=["安徽"])
    assert all(one in ids for _, *both in part.relations() for one in (doc.id for doc in both))
    words = part.verify(other.name).places
    assert all(place.doc_id in ids for place in words)


def test_what_is_beside_a_document_is_of_the_part(own: Path, settings: Settings) -> None:
    """Relations, versions (by hand, too) and references do not lead out of a collection."""
    everywhere = PolicySearch.open(own, settings)
    docs = {entry.path: everywhere.document(entry.id) for entry in everywhere.entries()}
    inside, beyond = docs[GUIZHOU], docs[ANHUI]
    for path in (GUIZHOU, CHONGQING, ANHUI):
        with corrections.changing(own, path) as kept:
            kept["family"] = corrections.Correction("质量强国建设条例", corrections.today())
    membership.add(own, "西部", [GUIZHOU, CHONGQING])
    opened = everywhere.newest()
    part = opened.within(["西部"])
    assert {doc.source.path for doc in opened.card(inside.id).versions} == {
        GUIZHOU, CHONGQING, ANHUI,
    }  # fmt: skip
    assert {doc.source.path for doc in part.card(inside.id).versions} == {GUIZHOU, CHONGQING}
    index = part._index
    ids = set(opened.collected(["西部"]))
    assert opened._index.meant(inside.id, beyond.name) == beyond.id
    assert index.meant(inside.id, beyond.name) is None
    assert set(index.speaking_of(beyond.name, 40)) <= ids
    assert len(index.speaking_of(inside.name, 1)) == 1
    for doc_id in ids:
        assert all({one.source, one.target} <= ids for one in index.related(doc_id))
    assert index.related(beyond.id) == ()
    with pytest.raises(KeyError):
        part.card(beyond.id)
    assert all(one.source.id in ids for one in part.referring(inside, inside.clauses[0]))


@pytest.mark.parametrize("question", QUESTIONS)
def test_nothing_beyond_the_collection_is_said(opened: PolicySearch, question: str) -> None:
    ids = set(opened.collected(["西部"]))
    within = opened.filters(collections=["西部"])
    answer = opened.ask(question, filters=within)
    said = {citation.doc_id for citation in answer.citations}
    assert said | {hit.passage.doc_id for hit in answer.hits} <= ids
    assert "安徽省質量興省" not in answer.text
    assert {hit.passage.doc_id for hit in opened.search(question, 50, within)} <= ids


def test_a_collection_is_compared_alone(opened: PolicySearch) -> None:
    everywhere = opened.compare("驰名商标")
    table = opened.compare("驰名商标", collections=["西部"])
    assert everywhere.documents == 5 and table.documents == 2
    assert {place.doc_id for place in table.indicators[0].places} == {*opened.collected(["西部"])}


def test_with_other_filters_both_hold(opened: PolicySearch) -> None:
    within = opened.filters(regions=["贵州"], collections=["西部"])
    hits = opened.search("名牌产品", 20, within)
    assert hits and {opened.document(hit.passage.doc_id).source.path for hit in hits} == {GUIZHOU}
    outside = opened.filters(docs=["安徽省質量"], collections=["西部"])
    assert opened.search("名牌产品", 20, outside) == []
    assert opened.ask("名牌产品有多少？", filters=outside).refused


def test_what_hides_an_answer_is_offered(opened: PolicySearch) -> None:
    question = "江苏省2012年行动计划现在还有效吗？"
    within = opened.filters(collections=["西部"])
    assert opened.ask(question, filters=within).refused
    assert opened.loosens("质量？", within)
    looser = opened.looser(question, within)
    assert looser is not None and looser.dropped == ("collection",) and looser.filters is None


def test_unknown_and_empty_collections(own: Path, opened: PolicySearch) -> None:
    with pytest.raises(InputError, match="没有专题“东部”，现有：西部。"):
        opened.filters(collections=["东部"])
    membership.add(own, "空的", ["corpus/没有.txt"])
    newest = opened.newest()
    assert newest.collections["空的"] == ()
    with pytest.raises(InputError, match="专题“空的”里的文件都已不在索引里"):
        newest.ask("质量？", filters=Filters(collections=("空的",)))


def test_an_open_index_follows_without_being_read_again(own: Path, opened: PolicySearch) -> None:
    assert opened.newest() is opened
    membership.remove(own, "西部", [CHONGQING])
    newest = opened.newest()
    assert newest is not opened and newest._index is opened._index
    assert len(newest.collected(["西部"])) == 1 and len(opened.collected(["西部"])) == 2


def test_whoever_comes_while_a_change_is_opened_has_the_change(
    own: Path, opened: PolicySearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Several requests at once, as when the page is opened: none has what was before."""
    holder, begun, goes_on = Holder(opened), threading.Event(), threading.Event()
    made = PolicySearch.__init__

    def slowly(self: PolicySearch, *given: Any, **named: Any) -> None:
        begun.set()
        goes_on.wait(10)
        made(self, *given, **named)

    monkeypatch.setattr(PolicySearch, "__init__", slowly)
    membership.add(own, "新的", [ANHUI])
    seen: list[set[str]] = []
    look = [
        threading.Thread(target=lambda: seen.append(set(holder.newest().collections)))
        for _ in range(2)
    ]
    look[0].start()
    assert begun.wait(10)
    look[1].start()
    look[1].join(0.5)
    goes_on.set()
    for thread in look:
        thread.join(10)
    assert seen == [{"西部", "新的"}] * 2
    assert set(holder.newest().collections) == {"西部", "新的"}


def test_building_anew_keeps_them(tmp_path: Path) -> None:
    settings = Settings.from_env({}, index=tmp_path / "index")
    folder = tmp_path / "库"
    folder.mkdir()
    for name in ("甲", "乙"):
        text = f"{name}市管理办法\n第一条 每年检查{name}次。\n第二条 自公布之日起施行。\n"
        (folder / f"{name}.txt").write_text(text, "utf-8")
    PolicySearch.build([folder], settings.index, settings)
    membership.add(settings.index, "一", ["库/甲.txt"])
    text = "甲市管理办法\n第一条 每月检查。\n第二条 自公布之日起施行。\n"
    (folder / "甲.txt").write_text(text, "utf-8")
    PolicySearch.build([folder], settings.index, settings, rebuild=True)
    search = PolicySearch.open(settings.index, settings)
    (doc_id,) = search.collected(["一"])
    assert "每月" in search.document(doc_id).text


def test_the_command_line(
    own: Path, bundled: Encoder, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setattr("index.encoder.load_encoder", lambda name: bundled)
    for name in os.environ:
        if name.startswith("YOUJU_"):
            monkeypatch.delenv(name)

    def run(*argv: str) -> tuple[int, str, str]:
        code = cli.main([argv[0], "--index", str(own), *argv[1:]])
        return code, *capsys.readouterr()

    assert "还没有专题" in run("collection")[1]
    assert run("collection", "西部", "--add", "贵州", "重庆")[1].startswith(
        "已加入专题“西部”：2 份"
    )
    assert run("collection")[1] == "西部：2 份文件\n"
    assert json.loads(run("collection", "--json")[1]) == {"collection": "西部", "documents": 2}
    assert run("collection", "西部")[1].count("《") == 2
    code, out, _ = run("ask", "--json", "--collection", "西部", "安徽省质量兴省的目标是什么？")
    hits = json.loads(out)["hits"]
    assert code == 0 and hits and {hit["source"] for hit in hits} <= {GUIZHOU, CHONGQING}
    code, _, err = run("search", "--collection", "东部", "质量")
    assert code == 2 and err == "没有专题“东部”，现有：西部。\n"
    lines = run("facts", "--json", "--collection", "西部")[1].splitlines()
    assert {json.loads(line)["source"] for line in lines} <= {GUIZHOU, CHONGQING}
    assert run("compare", "驰名商标", "--json", "--collection", "西部")[0] == 0
    assert "移出 1 份" in run("collection", "西部", "--remove", "重庆")[1]
    assert "已改名为“山地”" in run("collection", "西部", "--rename", "山地")[1]
    assert "5 份" in run("collection", "全部", "--add", f"{CORPUS.name}/")[1]
    assert run("collection", "全部", "--add", "没有/")[0] == 2
    assert run("collection", "--add", "贵州")[0] == 2
    assert "已取消" in run("collection", "山地", "--delete")[1]
    assert run("collection")[1] == "全部：5 份文件\n"
