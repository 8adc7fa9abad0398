"""Every store gives the scores of the exact one, and its ids wherever it compares all vectors."""

from __future__ import annotations

import faiss
import numpy as np
import pytest

from index.encoder import unit
from index.stores.choose import open_store
from index.stores.exact import ExactStore
from index.stores.faiss import FaissStore, built, moved
from youju.errors import SettingsError

STORES = [ExactStore, FaissStore]


def vectors(count: int, seed: int = 0) -> np.ndarray:
    return unit(np.random.default_rng(seed).normal(size=(count, 24)))


def by_hand(data: np.ndarray, query: np.ndarray, k: int, allowed) -> list[tuple[int, float]]:
    rows = range(len(data)) if allowed is None else allowed
    scored = [(int(r), float(np.float32(np.dot(data[r].astype(float), query)))) for r in rows]
    return sorted(scored, key=lambda item: (-item[1], item[0]))[:k]


@pytest.mark.parametrize("store", STORES)
@pytest.mark.parametrize("k", [0, 1, 7, 300, 1000])
@pytest.mark.parametrize("allowed", [None, [], [3], [0, 5, 6, 99, 299], list(range(0, 300, 2))])
def test_ids_and_scores(store, k, allowed):
    data = vectors(300)
    chosen = None if allowed is None else np.array(allowed, np.int64)
    for query in vectors(5, seed=1):
        rows, scores = store(data).search(query, k, chosen)
        expect = by_hand(data, query, k, allowed)
        assert rows.tolist() == [row for row, _ in expect]
        assert scores == pytest.approx([score for _, score in expect], abs=1e-6)
        assert rows.dtype == np.int64 and scores.dtype == np.float32


@pytest.mark.parametrize("store", STORES)
def test_equal_vectors_come_by_row(store):
    data = np.repeat(vectors(3), 400, axis=0)[np.random.default_rng(2).permutation(1200)]
    query = vectors(1, seed=3)[0]
    rows, scores = store(data).search(query, 50)
    exact_rows, exact_scores = ExactStore(data).search(query, 50)
    assert rows.tolist() == exact_rows.tolist()
    assert scores.tolist() == exact_scores.tolist()
    assert len(set(scores.tolist())) == 1
    assert rows.tolist() == sorted(rows.tolist())


@pytest.mark.parametrize("store", STORES)
@pytest.mark.parametrize("allowed", [None, np.zeros(0, np.int64)])
def test_empty_store(store, allowed):
    rows, scores = store(np.zeros((0, 24), np.float32)).search(vectors(1)[0], 5, allowed)
    assert len(rows) == len(scores) == 0


@pytest.mark.parametrize("store", STORES)
def test_zero_query_and_zero_vectors_score_zero(store):
    data = vectors(4)
    data[2] = 0
    rows, scores = store(data).search(np.zeros(24, np.float32), 10)
    assert rows.tolist() == [0, 1, 2, 3] and scores.tolist() == [0, 0, 0, 0]


def test_a_large_index_finds_nearly_all_and_scores_exactly():
    """Clustered as real texts are; held to the exact store by recall and by its scores."""
    rng = np.random.default_rng(5)
    centres = unit(rng.normal(size=(60, 24)))
    data = unit(centres[rng.integers(0, 60, 6000)] + 0.1 * rng.normal(size=(6000, 24)))
    content = built(data, flat=1000)
    assert np.array_equal(content, built(data, flat=1000)), "an index depends on its vectors alone"
    store, exact = FaissStore(data, content), ExactStore(data)
    half = np.arange(0, 6000, 2)
    few = np.arange(0, 6000, 100)
    for allowed, least in ((None, 0.9), (half, 0.9), (few, 1.0)):
        found = []
        for query in unit(data[::200] + 0.05 * rng.normal(size=(30, 24))):
            rows, scores = store.search(query, 50, allowed)
            true_rows, _ = exact.search(query, 50, allowed)
            known = {int(r): s for r, s in zip(*exact.search(query, 6000), strict=True)}
            assert scores.tolist() == [known[int(row)] for row in rows]
            assert len(rows) == 50 and (allowed is None or np.isin(rows, allowed).all())
            found.append(np.isin(true_rows, rows).mean())
        assert np.mean(found) >= least
    # more is wanted than the nearest lists hold: all are looked at
    wide = np.arange(0, 6000, 3)
    assert len(store.search(data[0], 1500, wide)[0]) == 1500


def test_lists_keep_their_centres_while_vectors_come_and_go():
    """Rows move, go and come: as good as lists made anew, and nothing that went is found."""
    rng = np.random.default_rng(7)
    centres = unit(rng.normal(size=(60, 24)))
    every = unit(centres[rng.integers(0, 60, 6600)] + 0.1 * rng.normal(size=(6600, 24)))
    file = built(every[:6000], flat=1000)
    order = np.sort(rng.permutation(6600)[:6500])  # of all the new index holds these, in this order
    places = np.full(6600, -1, np.int32)
    places[order] = np.arange(6500, dtype=np.int32)
    data = every[order]
    here, there = places[:6000], places[6000:][places[6000:] >= 0]
    content = moved(file, data, here, there, flat=1000)
    assert content is not None
    kept, fresh = FaissStore(data, content), FaissStore(data, built(data, flat=1000))
    assert sorted(kept.search(data[0], 6500)[0].tolist()) == list(range(6500))
    exact, found = ExactStore(data), {kept: [], fresh: []}
    for query in unit(data[::200] + 0.05 * rng.normal(size=(33, 24))):
        wanted = exact.search(query, 50)[0]
        for store, shares in found.items():
            shares.append(np.isin(wanted, store.search(query, 50)[0]).mean())
    assert np.mean(found[kept]) >= max(0.9, np.mean(found[fresh]) - 0.02)
    same = moved(file, every[:6000], np.arange(6000, dtype=np.int32), here[:0], flat=1000)
    assert FaissStore(every[:6000], same).search(data[0], 9)[0].tolist() == (
        FaissStore(every[:6000], file).search(data[0], 9)[0].tolist()
    )


@pytest.mark.parametrize("count", [0, 1, 2, 50])
def test_a_flat_file_is_what_faiss_writes(count):
    data = vectors(50)[:count]
    assert np.array_equal(built(data), faiss.serialize_index(_added(data)))


def test_another_layout_is_not_guessed(monkeypatch):
    real = faiss.serialize_index
    head = np.arange(3, dtype=np.uint8)
    monkeypatch.setattr("faiss.serialize_index", lambda i: np.append(head, real(i)))
    assert np.array_equal(built(vectors(3))[3:], real(_added(vectors(3))))


def _added(data: np.ndarray) -> faiss.IndexFlatIP:
    index = faiss.IndexFlatIP(data.shape[1])
    if len(data):
        index.add(data)
    return index


def test_an_index_that_was_outgrown_is_made_anew():
    data = vectors(3000)
    rows = np.arange(3000, dtype=np.int32)
    file, few = built(data[:1500], flat=1000), built(data[:900], flat=1000)
    assert moved(file, data, rows[:1500], rows[1500:], flat=1000) is None, "twice as many"
    assert moved(few, data[:1200], rows[:900], rows[900:1200], flat=1000) is None, "it was flat"
    assert (
        moved(file, data[:900], np.where(rows[:1500] < 900, rows[:1500], -1), rows[:0], 1000)
        is None
    )


def test_an_index_of_other_vectors_is_refused():
    content = built(vectors(10))
    with pytest.raises(ValueError, match="holds"):
        FaissStore(vectors(11), content)
    with pytest.raises(ValueError):
        FaissStore(vectors(10), content[:40])


def test_choice():
    assert isinstance(open_store(vectors(10)), FaissStore)
    assert isinstance(open_store(vectors(10), "exact"), ExactStore)
    with pytest.raises(SettingsError, match="向量库"):
        open_store(vectors(10), "chroma")  # type: ignore[arg-type]
