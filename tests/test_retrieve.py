from __future__ import annotations

import numpy as np
import pytest
from index_helpers import CountingEncoder, make_doc, make_model, passages_of, some_docs

from index import build, features, late, persist
from index.ranker import LinearRanker
from index.retrieve import HybridIndex
from index.trees import load as load_ranker
from text.normalize import fold
from youju.records import Filters, Question


def ask(text: str, **known) -> Question:
    return Question(text, fold(text), **known)


@pytest.fixture(scope="module")
def encoder(tmp_path_factory):
    return CountingEncoder(make_model(tmp_path_factory.mktemp("model"), dimension=64))


@pytest.fixture(scope="module")
def data(encoder):
    return build.build(some_docs(), passages_of(some_docs()), encoder)


@pytest.fixture(scope="module")
def index(data, encoder):
    return HybridIndex(data, encoder)


def test_finds_the_clause(index):
    for question, start in [
        ("农产品监测合格率稳定在多少", "二、农产品"),
        ("大中型工程一次驗收合格率", "二、工程质量"),
    ]:
        assert index.search(ask(question), 3)[0].passage.body.startswith(start), question


@pytest.mark.parametrize("region", ["贵州", "重庆"])
def test_named_region_outranks_likeness(index, region):
    question = ask(f"{region}服务业顾客满意度达到多少", regions=(region,))
    hits = index.search(question, 8)
    of_region = [region in index.document(hit.passage.doc_id).name for hit in hits]
    assert of_region[0] and len(set(of_region)) == 2, "others rank lower but are not removed"
    first_other = min(i for i, same in enumerate(of_region) if not same)
    assert hits[first_other].passage.doc_id == "旧办法" or not any(of_region[first_other:])


def test_named_document_comes_first(index):
    question = ask("旧办法对产品质量有什么规定", doc_ids=("旧办法",))
    assert index.search(question, 1)[0].passage.doc_id == "旧办法"


@pytest.mark.parametrize("method", ["hybrid", "bm25", "dense"])
def test_order_and_limits(index, method):
    hits = index.search(ask("质量合格率"), 100, method=method)
    assert len({hit.passage.id for hit in hits}) == len(hits) <= 8
    keys = [(-hit.score, hit.passage.id) for hit in hits]
    assert keys == sorted(keys)
    assert index.search(ask("质量合格率"), 2, method=method) == hits[:2]
    assert index.search(ask("质量合格率"), 0, method=method) == []


@pytest.mark.parametrize("method", ["hybrid", "bm25", "dense"])
def test_filters(index, method):
    nothing = index.search(ask("质量"), 5, Filters(doc_ids=()), method=method)
    assert nothing == []
    found = index.search(ask("质量"), 50, Filters(regions=("重庆",)), method=method)
    assert found and {hit.passage.doc_id for hit in found} == {"实施意见"}


def test_equal_scores_come_by_id(encoder):
    docs = [make_doc(f"办法{i}", ["一、质量。产品质量监督。"] * 3) for i in range(3)]
    for doc in docs:
        object.__setattr__(doc, "meta", docs[0].meta)  # equal in all but the id
    index = HybridIndex(build.build(docs, passages_of(docs), encoder), encoder)
    for method in ("hybrid", "bm25", "dense"):
        ids = [hit.passage.id for hit in index.search(ask("产品质量"), 9, method=method)]
        assert ids == sorted(ids) and len(ids) == 9, method


@pytest.mark.parametrize("text", ["", "？！", "😀", "hello world", "\x00\x01", "的" * 500])
@pytest.mark.parametrize("method", ["hybrid", "bm25", "dense"])
def test_odd_questions(index, text, method):
    for hit in index.search(ask(text), 5, method=method):
        assert np.isfinite(hit.score) and all(np.isfinite(list(hit.parts.values())))


def test_empty_index(encoder):
    index = HybridIndex(build.build([], [], encoder), encoder)
    for method in ("hybrid", "bm25", "dense"):
        assert index.search(ask("质量"), 5, method=method) == []
    assert list(index.documents()) == []


def test_same_from_disk_and_with_every_store(data, encoder, index, tmp_path):
    with persist.building(tmp_path):
        persist.publish(tmp_path, data)
    question = ask("贵州服务业满意度", regions=("贵州",), years=(2016,))
    expect = index.search(question, 8)
    for store in ("exact", "faiss"):
        other = HybridIndex(persist.load(tmp_path, encoder), encoder, store=store)
        assert other.search(question, 8) == expect
    assert [doc.id for doc in index.documents()] == sorted(doc.id for doc in some_docs())
    with pytest.raises(KeyError):
        index.document("没有")


def test_parts_are_the_features(index):
    question = ask("贵州农产品合格率达到多少", regions=("贵州",), years=(2017,))
    found = index.candidates(question)
    assert found.matrix.shape == (len(found.rows), len(features.NAMES))
    assert found.rows.tolist() == sorted(set(found.rows.tolist()))
    (hit,) = index.search(question, 1)
    row = found.rows.tolist().index(list(index.passages).index(hit.passage))
    assert hit.parts == dict(zip(features.NAMES, found.matrix[row].tolist(), strict=True))
    assert hit.score == pytest.approx(float(load_ranker().score(found.matrix)[row]))


def test_feature_values(index):
    question = ask("贵州2017年农产品合格率达到多少", regions=("贵州",), years=(2017,))
    by_body = {}
    for row, values in zip(
        *(lambda f: (f.rows, f.matrix))(index.candidates(question)), strict=True
    ):
        passage = index.passages[row]
        by_body[passage.body[:4], passage.doc_id] = dict(zip(features.NAMES, values, strict=True))
    right = by_body["二、农产", "质量行动计划"]
    assert right["region_same"] == 1 and right["region_other"] == 0
    assert right["year_same"] == right["year_document"] == 1 and right["year_other"] == 0
    assert right["figure_wanted"] == 1 and right["void"] == 0
    assert right["cover"] >= right["cover_body"] > 0.5
    assert right["words_top"] == 1 and right["words"] > 0
    other = by_body["二、工程", "实施意见"]
    assert other["region_same"] == 0 and other["region_other"] == 1
    assert other["year_other"] == 1
    neutral = by_body["一、总则", "旧办法"]
    assert neutral["region_same"] == neutral["region_other"] == 0 and neutral["void"] == 1


def test_late_interaction_by_hand(data, encoder):
    question = "工程满意"
    scores = late.interaction(question, range(len(data.passages)), data.tokens, encoder)
    ids = sorted(set(encoder.token_ids([question])[0]))
    weights = []
    for token in ids:
        found = sum(token in data.tokens.lists.of(row) for row in range(8))
        weights.append(np.log(1 + (8 - found + 0.5) / (found + 0.5)))
    asked = encoder.token_vectors(np.array(ids))
    for row in range(8):
        own = encoder.token_vectors(data.tokens.lists.of(row))
        best = np.maximum((asked @ own.T).max(axis=1), 0) ** 2
        assert scores[row] == pytest.approx(float(np.average(best, weights=weights)), abs=1e-5)
    assert late.interaction("", [0, 1], data.tokens, encoder).tolist() == [0, 0]
    assert late.interaction("工程", [], data.tokens, encoder).tolist() == []


def test_ranker_can_be_replaced(data, encoder):
    shortest = HybridIndex(data, encoder, ranker=LinearRanker({"length": -1.0}))
    hits = shortest.search(ask("质量"), 8)
    lengths = [len(hit.passage.body) for hit in hits]
    assert lengths == sorted(lengths)


def test_embed(index, encoder):
    vectors = index.embed(["工程质量", "服务"])
    assert vectors.shape == (2, encoder.dimension)
    assert np.array_equal(vectors, encoder.encode(["工程质量", "服务"]))


def test_thesaurus_finds_what_no_word_does(index):
    found = index.candidates(ask("会被拉黑吗"))
    values = found.matrix[:, features.NAMES.index("thesaurus")]
    assert index.passages[found.rows[values.argmax()]].body.startswith("三、信用建设")
    assert (found.matrix[:, features.NAMES.index("words")] == 0).all()


def test_also_searched(index):
    assert "质量失信黑名单" in index.also_searched(ask("企业会被拉黑吗"))
    assert index.also_searched(ask("附则")) == ()


def test_names_and_rarity(index):
    assert [(name.id, name.region) for name in index.names()] == [
        (doc.id, doc.meta.region.value if doc.meta.region else None) for doc in index.documents()
    ]
    common, rare, unknown = index.rarity(["质量", "名单", "龘龘"])
    assert common < rare < unknown
    assert index.rarity([]).shape == (0,)


def test_passages_of_one_document(index):
    assert {p.doc_id for p in index.passages} == {doc.id for doc in some_docs()}
    assert len(list(index.passages)) == len(passages_of(some_docs()))


def test_a_named_region_counts_half_in_the_vector(index, encoder):
    question = ask("贵州那边的天会不会更蓝", regions=("贵州",))
    whole, rest = encoder.encode(["贵州那边的天会不会更蓝", "那边的天会不会更蓝"], is_query=True)
    expect = (whole + rest) / np.linalg.norm(whole + rest)
    np.testing.assert_allclose(index._vector(question), expect, atol=1e-6)
    plain = ask("那边的天会不会更蓝")
    np.testing.assert_allclose(index._vector(plain), rest, atol=1e-6)
