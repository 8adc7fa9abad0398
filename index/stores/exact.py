"""The reference store: every vector is compared."""

from __future__ import annotations

import numpy as np

# Engines add up in different orders: float32 sums of unit vectors differ by less than this.
SLACK = 1e-5


class ExactStore:
    """Inner products with numpy; see `youju.records.VectorStore`."""

    def __init__(self, vectors: np.ndarray) -> None:
        self._vectors = vectors

    def search(
        self, query: np.ndarray, k: int, allowed: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """(row numbers int64, scores float32), best first, ties by row; never padded."""
        rows = np.arange(len(self._vectors)) if allowed is None else np.asarray(allowed, np.int64)
        if k <= 0 or not len(rows):
            return nothing()
        chosen = self._vectors if allowed is None else self._vectors[rows]
        # Not `chosen @ query`: BLAS splits that over two threads, which wait for each other where
        # another process is busy (0.2 ms became 10). `settle` sums the best ones again anyway.
        rough = np.einsum("ij,j->i", chosen, query.astype(np.float32))
        if k < len(rows):
            edge = np.partition(rough, len(rough) - k)[len(rough) - k]
            rows = rows[rough >= edge - SLACK]
        return settle(self._vectors, rows, query, k)


def settle(
    vectors: np.ndarray, rows: np.ndarray, query: np.ndarray, k: int
) -> tuple[np.ndarray, np.ndarray]:
    """The best `k` of a few candidate rows, their scores summed in double precision.

    So every engine gives the same float32 scores, and equal vectors tie exactly.
    """
    scores = (vectors[rows].astype(np.float64) @ query.astype(np.float64)).astype(np.float32)
    order = np.lexsort((rows, -scores))[:k]
    return rows[order].astype(np.int64), scores[order]


def nothing() -> tuple[np.ndarray, np.ndarray]:
    """An empty result."""
    return np.zeros(0, np.int64), np.zeros(0, np.float32)
