"""An index that was brought up to date is the one that would be built anew, to the last byte."""

from __future__ import annotations

import json
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from index_helpers import CountingEncoder, make_model
from qa_helpers import document

from index import build, files, lexical, lines, persist
from index.build import Previous
from index.lines import Joined
from index.records import IndexData
from index.splice import Splice
from index.vocabulary import Vocabulary
from ingest.passages import passages
from youju.records import PolicyDoc

# Of every document some versions: numbers, titles and facts come and go with them.
NAMES = ("青山市污水处理办法", "云山市档案管理规定", "青山市关于废止部分文件的通知", "空白登记")
VERSIONS = (
    "到2025年，城镇污水处理率达到{rate}%，工业废水处理率达到{more}%。",
    "排污口应当设置标志牌，禁止私设暗管。城镇污水处理率达到{rate}%。",
    "废止《青山市污水处理办法》（青政发〔2021〕1号）。𠀀字也是字。",
)


def made(name: str, version: int) -> PolicyDoc:
    """One version of a document."""
    number = NAMES.index(name) + 1
    text = VERSIONS[version % len(VERSIONS)].format(rate=60 + version, more=70 + version)
    head = f"{name}\n青政发〔202{version}〕{number}号\n202{version}年3月1日\n"
    return document(f"{head}第一条 {text}\n第二条 本规定自发布之日起施行。\n", f"{number}.txt")


def pieces(docs: list[PolicyDoc]) -> list:
    return [piece for doc in docs for piece in passages(doc)]


def content(data: IndexData) -> dict[str, bytes]:
    """What is written, by file."""
    held = files.contents(data)
    found = {name: b"".join(persist.buffers(one)) for name, one in held}
    return found | {files.MANIFEST: files.manifest_bytes(data.manifest)}


@pytest.fixture(scope="module")
def encoder(tmp_path_factory) -> CountingEncoder:
    return CountingEncoder(make_model(tmp_path_factory.mktemp("model")))


def updated(old: IndexData, docs: list[PolicyDoc], encoder: CountingEncoder) -> IndexData:
    """The index of some documents, of which those stay that it holds already."""
    known = {entry.id for entry in old.catalog.entries}
    stay = [doc.id for doc in docs if doc.id in known]
    new = [doc for doc in docs if doc.id not in known]
    return build.build(new, pieces(new), encoder, previous=Previous(old), stay=stay)


states = st.dictionaries(st.sampled_from(NAMES), st.integers(0, 3))


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(states, min_size=2, max_size=5), st.booleans())
def test_any_sequence_of_changes_ends_where_building_anew_does(
    tmp_path_factory, monkeypatch, encoder: CountingEncoder, steps: list[Mapping[str, int]],
    stored: bool,
) -> None:  # fmt: skip
    monkeypatch.setattr("os.fsync", lambda handle: None)
    root = tmp_path_factory.mktemp("index")
    data = build.build([], [], encoder)
    for step in steps:
        docs = [made(name, version) for name, version in step.items()]
        data = updated(data, docs, encoder)
        if stored:
            with persist.building(root):
                persist.publish(root, data)
            old = persist.previous(root)
            assert old is not None
            data = old.data
    whole = build.build(docs, pieces(docs), encoder)
    if stored:
        assert persist.manifest(root).sources == whole.manifest.sources
    else:
        data, whole = (content(one) for one in (data, whole))
        assert data.keys() == whole.keys()
        assert [name for name in data if data[name] != whole[name]] == []
        return
    fresh = tmp_path_factory.mktemp("fresh")
    with persist.building(fresh):
        persist.publish(fresh, whole)
    made_by = [persist.current(one).split()[1] for one in (root, fresh)]
    assert made_by[0] == made_by[1]  # of the manifest, which names the digest of every file


def test_what_stays_is_neither_read_nor_cut_nor_embedded(tmp_path, encoder, monkeypatch) -> None:
    docs = [made(name, 1) for name in NAMES]
    with persist.building(tmp_path):
        persist.publish(tmp_path, build.build(docs, pieces(docs), encoder))
    old = persist.previous(tmp_path)
    assert old is not None
    encoder.seen.clear()
    cut: list[str] = []
    monkeypatch.setattr("text.words.words", lambda text: (cut.append(text), [text])[1])
    new = made(NAMES[0], 3)
    data = updated(old.data, [new, *docs[1:]], encoder)
    assert len(cut) == len(encoder.seen) == len(passages(new)) - 1  # one is as it was
    assert list(old.data.documents._read.values()) == [docs[0]], "only what goes is read"
    assert not old.data.passages._read and len(data.passages) == len(old.data.passages)


def test_what_other_code_made_does_not_stay(encoder, monkeypatch) -> None:
    docs = [made(name, 1) for name in NAMES]
    old = Previous(build.build(docs, pieces(docs), encoder))
    assert old.fits(encoder)
    monkeypatch.setattr(build, "code", lambda: "other")
    assert not old.fits(encoder)
    with pytest.raises(AssertionError, match="cannot stay"):
        build.build([], [], encoder, previous=old, stay=[docs[0].id])


# --- the parts -----------------------------------------------------------------------------------

letters = st.text("甲乙丙a\U00020000", max_size=3)


@given(st.sets(letters), st.sets(letters), st.data())
@settings(max_examples=60, deadline=None)
def test_vocabularies_join_in_order(one: set[str], other: set[str], data) -> None:
    left, right = Vocabulary.of(one), Vocabulary.of(other)
    assert list(left) == sorted(one) and {word: left[word] for word in one} == dict(left)
    kept = np.array([data.draw(st.booleans()) for _ in left], bool)
    joined, here, there = left.merged(kept, right)
    stays = {word for word, stay in zip(left, kept, strict=True) if stay or word in other}
    assert list(joined) == sorted(stays | other)
    assert here.tolist() == [joined.get(word, -1) if word in stays else -1 for word in left]
    assert there.tolist() == [joined[word] for word in right]
    assert "没有" not in left and left.get("没有") is None


rows = st.lists(st.lists(st.sampled_from("甲乙丙丁戊"), max_size=5), max_size=6)


@given(rows, rows, st.randoms())
@settings(max_examples=60, deadline=None)
def test_lexicons_join_as_if_built_together(one, other, chance) -> None:
    here = [-1 if chance.random() < 0.3 else 0 for _ in one]
    order = [0] * here.count(0) + [1] * len(other)  # which one each row comes from
    chance.shuffle(order)
    places = [[place for place, which in enumerate(order) if which == whose] for whose in (0, 1)]
    staying = iter(places[0])
    maps = (
        np.array([-1 if gone else next(staying) for gone in here], np.int32),
        np.array(places[1], np.int32),
    )
    splice = Splice(*maps)
    wanted: list = [None] * len(order)
    for tokens, moved in ((one, maps[0]), (other, maps[1])):
        for row, place in zip(tokens, moved.tolist(), strict=True):
            if place >= 0:
                wanted[place] = row
    left, right, whole = lexical.build(one), lexical.build(other), lexical.build(wanted)
    made, *_ = lexical.merged(left, right, maps, splice.rows(left.lengths, right.lengths))
    for name, got in lexical.files(made, "x").items():
        expected = lexical.files(whole, "x")[name]
        assert (got.dtype, got.tolist()) == (expected.dtype, expected.tolist()), name


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=6), st.data())
@settings(max_examples=60, deadline=None)
def test_stretches_read_as_one_sequence(stretches: list[tuple[int, int]], data) -> None:
    one = ("甲", "乙", "丙", "丁", "戊")
    joined: Joined[str] = Joined([(one, start, stop) for start, stop in stretches])
    plain = [item for start, stop in stretches for item in one[start:stop]]
    assert list(joined) == plain and len(joined) == len(plain)
    assert [joined[i] for i in range(-len(plain), len(plain))] == plain + plain
    begin, end = sorted(data.draw(st.integers(0, len(plain))) for _ in range(2))
    parts = joined.parts(begin, end)
    assert [i for some, start, stop in parts for i in some[start:stop]] == plain[begin:end]
    assert list(joined[begin:end]) == plain[begin:end]
    nested = Joined([(joined, begin, end)])
    assert b"".join(persist.buffers(dict(lines.contents("x", nested))["x.jsonl"])) == b"".join(
        json.dumps(item, ensure_ascii=False).encode() + b"\n" for item in plain[begin:end]
    )
    with pytest.raises(IndexError):
        joined[len(plain)]


def test_many_records_are_written_as_few_are(monkeypatch) -> None:
    some = tuple(f"第{n}条" for n in range(7))
    few = [b"".join(persist.buffers(held)) for _, held in lines.contents("x", some)]
    monkeypatch.setattr(lines, "_TOLD", 2)
    many = [b"".join(persist.buffers(held)) for _, held in lines.contents("x", some)]
    assert many == few
