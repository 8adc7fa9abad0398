"""Collections that only some may read: what the file says, and what is left for others.

What is left is what a library would say that never had these documents.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from access_helpers import (
    COLLECTION,
    COPY,
    DOCUMENTS,
    FILE,
    FOLDER_SECRET,
    MARKS,
    OPEN,
    QUESTIONS,
    SECRET,
    closed,
    config,
    library,
    write,
)

import app
from web import login
from web.shell import ASKER, Holder
from youju import cli, contracts, exports, membership, uploads
from youju.access import Access
from youju.asking import Method
from youju.config import load
from youju.errors import InputError, SettingsError
from youju.records import MEMBER, Encoder
from youju.service import PolicySearch
from youju.settings import Settings

SECRETS = {SECRET, FOLDER_SECRET}


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return library(tmp_path_factory.mktemp("office"))


@pytest.fixture(scope="module")
def everything(here: Settings) -> PolicySearch:
    return PolicySearch.open(here.index, here)


@pytest.fixture(scope="module")
def others(everything: PolicySearch, here: Settings) -> PolicySearch:
    """What somebody sees who may not read the collection."""
    return everything.without(closed(here, "li"))


@pytest.fixture(scope="module")
def never(here: Settings, tmp_path_factory: pytest.TempPathFactory) -> PolicySearch:
    """A library that never had the documents."""
    root = tmp_path_factory.mktemp("never")
    settings = Settings.from_env({}, index=root / "index")
    PolicySearch.build([write(root, tuple(SECRETS))], settings.index, settings)
    return PolicySearch.open(settings.index, settings)


# --- the file ------------------------------------------------------------------------------------


def _access(folder: Path, text: str) -> Access | None:
    return Settings.from_env({}, load(str(config(folder, text)))).access


def test_readers_are_accounts_groups_and_keys(tmp_path: Path) -> None:
    text = (
        '[groups]\nhr = ["张三", "li"]\n[collections."人事  处"]\n'
        'readers = ["group:hr", " wang ", "key:报送 系统"]\nfolders = ["文件/人事/", "名册.zip"]\n'
        "[collections.'党组']\nreaders = []\n"
    )
    found = _access(tmp_path, text)
    assert found is not None
    assert found.readers == {
        "人事 处": {"张三", "li", "wang", "密钥:报送 系统"}, "党组": frozenset(),
    }  # fmt: skip
    assert found.accounts() == {"张三", "li", "wang"}
    assert found.closed_to("张三") == {"党组"} == found.closed_to("密钥:报送 系统")
    assert found.closed_to(None) == found.closed_to("报送 系统") == {"人事 处", "党组"}
    # folders: whole names, what is below them, what an archive holds
    paths = ["文件/人事/a.txt", "文件/人事表.txt", f"名册.zip{MEMBER}b.txt", "x/文件/人事/c.txt"]
    assert found.gathered({"甲": frozenset({"q"})}, paths) == {
        "人事 处": {paths[0], paths[2]}, "甲": {"q"},
    }  # fmt: skip
    assert _access(tmp_path, "port = 1\n") is None
    assert _access(tmp_path, "[collections]\n") is None
    assert Settings.from_env({}).access is None


def test_one_of_the_collections_that_have_readers_is_enough(tmp_path: Path) -> None:
    text = '[collections."甲"]\nreaders = ["a", "c"]\n[collections."乙"]\nreaders = ["b", "c"]\n'
    found = _access(tmp_path, text)
    assert found is not None
    members = {
        name: frozenset(paths)
        for name, paths in {"甲": "12", "乙": "23", "众": "1234"}.items()
    }  # fmt: skip

    def seen(who: str | None) -> str:
        conceals = found.concealing(members, found.closed_to(who))
        return "".join(path for path in "12345" if not conceals(path))

    # a collection without readers opens nothing
    assert (seen("a"), seen("b"), seen("c"), seen(None)) == ("1245", "2345", "12345", "45")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("collections = 1\n", "collections 应为一节，以 [collections] 开头"),
        ("groups = []\n", "groups 应为一节"),
        ("[collections]\n'人事' = 1\n", 'collections."人事" 应为一节并写明谁可以阅读'),
        ("[collections.'人事']\n", "应为一节并写明谁可以阅读"),
        ("[collections.'人事']\nreader = []\n", "应为一节并写明谁可以阅读"),
        ('[collections."人事"]\nreaders = "a"\n', "的 readers 应为文字的列表"),
        ("[collections.'人事']\nreaders = [1]\n", "的 readers 应为文字的列表"),
        ("[collections.'人事']\nreaders = []\npath = []\n", "里的 'path' 不认识，可用的是 readers"),
        ("[collections.'人事']\nreaders = []\nfolders = 1\n", "的 folders 应为文字的列表"),
        ('[collections."人事"]\nreaders = []\nfolders = ["/"]\n', "的 folders 里有空的"),
        ('[collections." "]\nreaders = []\n', "的名称是空的"),
        ('[collections."a b"]\nreaders=[]\n[collections."a  b"]\nreaders=[]\n', "写了两次"),
        (
            '[groups]\nhr = []\n[collections."人事"]\nreaders = ["group:kr"]\n',
            "读者“group:kr”没有这个组，[groups] 里现有：hr。",
        ),
        ('[collections."人事"]\nreaders = ["role:x"]\n', "读者“role:x”不认识"),
        ('[collections."人事"]\nreaders = ["key:"]\n', "读者“key:”不认识"),
        ('[collections."人事"]\nreaders = [" "]\n', "读者“”不认识"),
        ('[groups]\nhr = ["key:a"]\n', "groups.hr 里的“key:a”不是账号的名字"),
        ("[groups]\nhr = 1\n", "groups.hr 应为文字的列表"),
    ],
)
def test_what_cannot_be_is_told_in_a_sentence(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(SettingsError) as caught:
        _access(tmp_path, text)
    assert told in str(caught.value) and "youju.toml" in str(caught.value)
    assert str(caught.value).endswith("。") and "\n" not in str(caught.value)


def test_a_server_knows_its_readers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Readers without a login, or who are no accounts, are told before anything is served."""
    file = config(tmp_path, '[collections."人事"]\nreaders = ["zhang"]\n')
    assert app.main(["--config", str(file)]) == 2
    assert "需要登录才能分清是谁：请用 auth_file" in capsys.readouterr().err
    accounts = tmp_path / "accounts.txt"
    login.add_user(accounts, "zhong", "正确的密码-8812")
    assert app.main(["--config", str(file), "--auth-file", str(accounts)]) == 2
    assert "读者“zhang”不在账号文件里" in capsys.readouterr().err


def test_a_collection_with_readers_but_no_documents_is_told(
    everything: PolicySearch, capsys: pytest.CaptureFixture[str]
) -> None:
    named = {COLLECTION: frozenset[str](), "机要专侧": frozenset[str]()}
    app._tell_empty(everything, Access(named))
    told = capsys.readouterr().err
    assert told.count("\n") == 1 and "限定了读者的专题“机要专侧”现在没有文件" in told


# --- what is left --------------------------------------------------------------------------------


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _all_that_is_said(search: PolicySearch) -> dict[str, Any]:
    """What a library says to whatever is asked of it, but for what hangs on how rare words are:
    that is counted over all.
    """
    said: dict[str, Any] = {}
    for question in QUESTIONS:
        found = search.compare(question)
        said[f"compare {question}"] = (
            found.documents,
            exports.comparison_rows(found, search.document),
        )
        said[f"force {question}"] = sorted(
            hit.passage.id for hit in search.search(question, 50, search.filters(in_force=True))
        )
    for entry in search.entries():
        card = search.card(entry.id)
        said[entry.path] = (
            card.doc.meta.status, card.doc.meta.status_why, card.count,
            [doc.id for doc in card.versions], [one.doc.id for one in search.references(card.doc)],
            [one.source.id for c in card.doc.clauses for one in search.referring(card.doc, c)],
        )  # fmt: skip
    said["states"], said["relations"] = search.states(), [one[0] for one in search.relations()]
    said["size"] = (len(search.documents()), search.passage_count())
    said["collections"] = search.collections
    return said


def test_for_others_it_is_as_if_there_were_no_such_documents(
    others: PolicySearch, never: PolicySearch
) -> None:
    here, there = _all_that_is_said(others), _all_that_is_said(never)
    assert {name: told for name, told in here.items() if told != there[name]} == {}
    assert not any(mark in _text(here) for mark in MARKS)
    for question in QUESTIONS:
        for method in ("hybrid", "bm25", "dense"):
            found = _answer(others, question, method)
            assert not any(mark in _text(found) for mark in MARKS)
            assert set(_answer(never, question, method)["sources"]) >= set(found["sources"])


def _answer(search: PolicySearch, question: str, method: Method) -> dict[str, Any]:
    """An answer, and where all that it shows comes from."""
    found = contracts.answer_json(search.ask(question, 50, method=method), search.document)
    return found | {"sources": [hit["source"] for hit in found["hits"]]}


def test_whoever_may_read_it_reads_all(everything: PolicySearch, here: Settings) -> None:
    assert everything.without(closed(here, "zhang")) is everything
    assert everything.without(closed(here, "密钥:报送")) is everything
    said = _text(
        [_all_that_is_said(everything), *(_answer(everything, q, "hybrid") for q in QUESTIONS)]
    )
    assert all(mark in said for mark in MARKS)
    assert set(everything.collections) == {COLLECTION}
    assert len(everything.collections[COLLECTION]) == 2  # one by its path, one by its folder


def test_what_is_named_answers_as_what_does_not_exist(
    others: PolicySearch, everything: PolicySearch
) -> None:
    for path in SECRETS:
        secret = everything.find(path)
        with pytest.raises(KeyError):
            others.document(secret.id)
        for name in (secret.id, path, secret.name, secret.name[4:9], path.rsplit("/", 1)[-1]):
            with pytest.raises(InputError) as caught:
                others.find(name)
            with pytest.raises(InputError) as unknown:
                others.find("没有这份文件")
            assert str(caught.value).replace(name, "X") == str(unknown.value).replace(
                "没有这份文件", "X"
            )
    for within in ([COLLECTION], ["没有的"]):
        with pytest.raises(InputError, match="还没有设过任何专题"):
            others.filters(collections=within)
    with pytest.raises(InputError, match="没有地区“青田"):
        others.filters(regions=["青田"])


def test_within_a_collection_of_open_and_secret_documents(here: Settings, tmp_path: Path) -> None:
    """A collection that anybody may read opens nothing, and is smaller for some."""
    settings = library(tmp_path)
    membership.add(settings.index, "停车", [OPEN, SECRET])
    membership.add(settings.index, "只有密档", [SECRET])
    search = PolicySearch.open(settings.index, settings)
    others = search.without(closed(settings))
    assert set(search.collections) == {COLLECTION, "停车", "只有密档"}
    assert {name: len(ids) for name, ids in others.collections.items()} == {"停车": 1}
    within = others.filters(collections=["停车"])
    for question in QUESTIONS:
        found = contracts.answer_json(others.ask(question, filters=within), others.document)
        assert not any(mark in _text(found) for mark in MARKS)
        assert {hit["source"] for hit in found["hits"]} <= {OPEN}
    assert others.compare("停车泊位覆盖率", collections=["停车"]).documents == 1
    with pytest.raises(InputError, match="没有专题“只有密档”，现有：停车。"):
        others.within(["只有密档"])
    # what people put together is changed only by whoever sees it
    assert others.collecting(" 停车 ") == "停车" and others.collecting("新的") == "新的"
    with pytest.raises(InputError, match=f"专题不能用“{COLLECTION}”这个名称"):
        others.collecting(COLLECTION)
    with pytest.raises(InputError, match=f"没有专题“{COLLECTION}”，现有：停车。"):
        others.collecting(COLLECTION, leaving=True)
    assert search.collecting(COLLECTION, leaving=True) == COLLECTION
    # it follows what is changed: the document leaves, and is there for all
    membership.remove(settings.index, COLLECTION, [SECRET])
    newest = search.newest().without(closed(settings))
    assert newest is not others and newest.find(f"{FILE}.txt").source.path == SECRET
    assert newest.without(frozenset()) is newest


def test_nothing_at_all_may_be_left(tmp_path: Path) -> None:
    settings = library(tmp_path, f'[collections."{COLLECTION}"]\nreaders=[]\nfolders=["文件"]\n')
    search = PolicySearch.open(settings.index, settings).without(closed(settings))
    assert not search.entries() and search.passage_count() == 0 and search.states() == {}
    for question in QUESTIONS:
        assert search.ask(question).refused and not search.search(question)
        assert not search.compare(question).indicators
    assert not search.verify("停车场每小时收费五元").places
    with pytest.raises(InputError, match="没有名为"):
        search.find(COPY)


def test_one_place_decides_and_what_is_unknown_is_nobody(here: Settings) -> None:
    """Who asks is known by the request; where it is not, only what all may read is there."""
    search = PolicySearch.open(here.index, here)
    holder = Holder(search, {"boss": "admin", "zhang": "reader", "li": "editor"})
    counts = {}
    for who in (None, "li", "zhang", "boss", "密钥:报送", "密钥:zhang"):
        token = ASKER.set(who)
        counts[who] = len(holder.newest().entries())
        assert holder.newest() is holder.newest()  # made once
        ASKER.reset(token)
    assert counts == {None: 3, "li": 3, "zhang": 5, "boss": 5, "密钥:报送": 5, "密钥:zhang": 3}
    unset = PolicySearch(search._index, lambda: None)
    assert Holder(unset).newest() is unset  # nothing is set: as it was


def test_the_command_line_opens_nothing_unawares(
    tmp_path: Path, bundled: Encoder, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """Whoever is on the machine reads all; a name that has readers stays."""
    monkeypatch.setattr("index.encoder.load_encoder", lambda name: bundled)
    settings = library(tmp_path)
    file = ["--index", str(settings.index), "--config", str(tmp_path / "youju.toml")]
    for change in (["--rename", "新的"], ["--delete"]):
        assert cli.main(["collection", COLLECTION, *change, *file]) == 2
        assert f"专题“{COLLECTION}”在配置文件里限定了读者" in capsys.readouterr().err
    assert cli.main(["collection", *file]) == 0
    assert capsys.readouterr().out == f"{COLLECTION}：2 份文件\n"
    assert cli.main(["collection", COLLECTION, "--remove", SECRET, *file]) == 0
    assert "不再受这个专题的读者限定" in capsys.readouterr().err
    assert membership.load(settings.index) == {}


def test_uploads_of_whoever_does_not_see_all(
    everything: PolicySearch, others: PolicySearch, here: Settings, tmp_path: Path
) -> None:
    """A file that is there already is refused without a title; what is unseen is not removed."""
    same = tmp_path / "同一份.txt"
    same.write_text(DOCUMENTS[SECRET], "utf-8")
    (told,) = uploads.take([same], here, everything)
    assert f"与文库中的“{DOCUMENTS[SECRET].splitlines()[0]}”内容相同" in str(told.reason)
    (told,) = uploads.take([same], here, others)
    assert told.reason == "同一份.txt 与文库中的一份文件内容相同，没有重复加入。"
    here.data.mkdir(exist_ok=True)
    place = here.data / "名册"
    place.mkdir()
    (place / "甲.txt").write_text(DOCUMENTS[OPEN].replace("云山", "白水"), "utf-8")
    access = Access({"名册": frozenset()}, {"名册": (f"{here.data.name}/名册",)})
    closed_ = PolicySearch(
        everything._index, lambda: None, members={}, access=access
    ).without(frozenset({"名册"}))  # fmt: skip
    path = f"{here.data.name}/名册/甲.txt"
    assert closed_.hides(path) and path in uploads.listed(here)
    unknown = f"{here.data.name}/没有.txt"
    for one in (path, unknown):
        with pytest.raises(InputError, match="只能移除或替换上传的文件；这份文件是内置的"):
            uploads.remove(one, here, closed_)
        with pytest.raises(InputError, match="只能移除或替换上传的文件；这份文件是内置的"):
            uploads.exchange(same, one, here, closed_)
    uploads.remove(path, here, everything)
