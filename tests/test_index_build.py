from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from index_helpers import CountingEncoder, make_doc, make_model, passages_of, some_docs

from index import build, persist
from index.build import Previous
from text import words


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return make_model(tmp_path_factory.mktemp("model"))


@pytest.fixture
def encoder(model):
    return CountingEncoder(model)


def test_everything_is_embedded_once(encoder):
    passages = passages_of(some_docs())
    data = build.build(some_docs(), passages, encoder)
    assert sorted(encoder.seen) == sorted(passage.text for passage in passages)
    assert [p.id for p in data.passages] == sorted(p.id for p in passages)
    for row, passage in enumerate(data.passages):
        assert data.vectors[row].tolist() == encoder.encode([passage.text])[0].tolist()
        assert data.catalog.entries[data.catalog.doc_of[row]].id == passage.doc_id


def test_a_document_is_found_by_words_of_all_its_passages(encoder):
    docs = [
        make_doc("质量办法", ["一、总则。企业应当对产品质量负责。", "二、奖励。设立质量奖。"]),
        make_doc("卫生办法", ["一、总则。企业应当消毒。"]),
    ]
    data = build.build(docs, passages_of(docs), encoder)
    numbers = {entry.id: i for i, entry in enumerate(data.catalog.entries)}
    scores = data.document_bigrams.scores(words.bigrams("企业质量奖"))
    assert scores[numbers[docs[0].id]] > scores[numbers[docs[1].id]] > 0
    title = data.document_bigrams.columns["办法"]
    starts = data.document_bigrams.starts
    assert starts[title + 1] - starts[title] == 2, "titles count too"


def test_update_embeds_only_what_changed(encoder, tmp_path):
    docs = some_docs()
    with persist.building(tmp_path):
        persist.publish(tmp_path, build.build(docs, passages_of(docs), encoder))
    encoder.seen.clear()

    changed = make_doc("旧办法", ["一、总则。企业应当对产品质量负责。", "二、新增。设立质量奖。"])
    removed, kept = docs[1], docs[0]
    new = [kept, changed]
    old = persist.previous(tmp_path)
    assert old is not None
    data = build.build(new, passages_of(new), encoder, previous=old)
    assert len(encoder.seen) == 1 and "质量奖" in encoder.seen[0]
    assert all(removed.id != passage.doc_id for passage in data.passages)
    assert removed.source.path not in data.manifest.sources

    whole = build.build(new, passages_of(new), encoder)
    assert data.vectors.tolist() == whole.vectors.tolist()
    for root, made in ((tmp_path / "a", data), (tmp_path / "b", whole)):
        with persist.building(root):
            persist.publish(root, made)
    assert (tmp_path / "a/CURRENT").read_text() == (tmp_path / "b/CURRENT").read_text()


def test_moved_passages_keep_their_vectors(encoder):
    docs = some_docs()
    old = Previous(build.build(docs, passages_of(docs), encoder))
    encoder.seen.clear()
    renamed = dataclasses.replace(docs[0], id="zzz")
    moved = [dataclasses.replace(p, id=f"zzz{p.id}", doc_id="zzz") for p in passages_of(docs[:1])]
    data = build.build([renamed], moved, encoder, previous=old)
    assert not encoder.seen
    assert np.linalg.norm(data.vectors, axis=1) == pytest.approx(1, abs=1e-6)


def test_update_cuts_only_what_changed(encoder, monkeypatch):
    docs = some_docs()
    old = Previous(build.build(docs, passages_of(docs), encoder))
    cut: list[str] = []
    real = words.words
    monkeypatch.setattr(words, "words", lambda text: (cut.append(text), real(text))[1])
    more = [*docs, make_doc("新办法", ["一、奖励。设立质量奖。"])]
    data = build.build(more, passages_of(more), encoder, previous=old)
    assert len(cut) == 1 and "质量奖" in cut[0]
    monkeypatch.undo()
    whole = build.build(more, passages_of(more), encoder)
    assert data.words.columns == whole.words.columns
    assert data.words.data.tolist() == whole.words.data.tolist()
    assert data.cut.ids.tolist() == whole.cut.ids.tolist()


def test_words_of_another_dictionary_are_cut_again(encoder, tmp_path):
    docs = some_docs()
    old = Previous(build.build(docs, passages_of(docs), encoder))
    path = tmp_path / "user.txt"
    path.write_text("顾客满意 90000 n\n", "utf-8")
    words.use_dictionary(path)
    try:
        data = build.build(docs, passages_of(docs), encoder, previous=old)
    finally:
        words.use_dictionary(None)
    assert "顾客满意" in data.words and "顾客满意" not in old.data.words


def test_another_encoder_embeds_everything_again(encoder, tmp_path):
    docs = some_docs()
    old = Previous(build.build(docs, passages_of(docs), encoder))
    other = CountingEncoder(make_model(tmp_path / "other", seed=1))
    data = build.build(docs, passages_of(docs), other, previous=old)
    assert len(other.seen) == 8
    assert data.vectors.tolist() == build.build(docs, passages_of(docs), other).vectors.tolist()


def test_earlier_documents_are_told_without_reading_them(encoder, tmp_path):
    docs = some_docs()
    parameters = {"reader": 1}
    with persist.building(tmp_path):
        data = build.build(docs, passages_of(docs), encoder, parameters=parameters)
        persist.publish(tmp_path, data)
    old = persist.previous(tmp_path, parameters)
    assert old is not None and old.fits(encoder)
    told = {one.id: one for one in old.remembered()}
    assert not old.data.documents._read
    assert {doc.id: (doc.source, doc.unread) for doc in docs} == {
        one.id: (one.source, one.unread) for one in told.values()
    }
    assert told[docs[0].id].read() == docs[0]
    newer = persist.previous(tmp_path, {"reader": 2})
    assert newer is not None and not newer.fits(encoder)
    encoder.seen.clear()
    build.build(docs, passages_of(docs), encoder, previous=newer, parameters={"reader": 2})
    assert not encoder.seen  # other rules, same texts: the vectors still hold


def test_progress_reaches_its_end(encoder):
    seen: dict[str, list[tuple[int, int]]] = {}
    build.build(
        some_docs(),
        passages_of(some_docs()),
        encoder,
        progress=lambda stage, done, total: seen.setdefault(stage, []).append((done, total)),
    )
    assert seen.keys() == {"words", "bigrams", "vectors"}
    assert all(steps[-1] == (8, 8) for steps in seen.values())


def test_encoder_without_tokens(model):
    class Plain:
        name, revision, dimension = "plain", "1", 16

        def encode(self, texts, *, is_query=False):
            return np.ones((len(texts), 16), np.float32) / 4

    data = build.build(some_docs(), passages_of(some_docs()), Plain())
    assert data.tokens is None


def test_ids_must_be_unique(encoder):
    docs = some_docs()
    with pytest.raises(AssertionError, match="ids twice"):
        build.build(docs, passages_of(docs) + passages_of(docs[:1]), encoder)
