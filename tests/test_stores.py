"""Every store gives the ids and scores of the exact one."""

from __future__ import annotations

import numpy as np
import pytest

from index.encoder import unit
from index.stores.choose import open_store
from index.stores.exact import ExactStore
from index.stores.faiss import FaissStore
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


def test_choice():
    assert isinstance(open_store(vectors(10)), ExactStore)
    assert isinstance(open_store(vectors(10), "faiss"), FaissStore)
    with pytest.raises(SettingsError, match="向量库"):
        open_store(vectors(10), "chroma")  # type: ignore[arg-type]
