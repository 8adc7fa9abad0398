"""A flat FAISS index; faster than numpy on large collections."""

from __future__ import annotations

import numpy as np

from index.stores.exact import SLACK, nothing, settle
from youju.errors import MissingDependency


class FaissStore:
    """Inner products with FAISS; see `youju.records.VectorStore`."""

    def __init__(self, vectors: np.ndarray) -> None:
        try:
            import faiss
        except ImportError as error:
            raise MissingDependency(
                "没有安装 faiss：请运行 pip install faiss-cpu，或把 YOUJU_STORE 设为 exact。"
            ) from error
        self._faiss = faiss
        self._vectors = np.ascontiguousarray(vectors, np.float32)
        self._index = faiss.IndexFlatIP(vectors.shape[1])
        if len(vectors):
            self._index.add(self._vectors)

    def search(
        self, query: np.ndarray, k: int, allowed: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """(row numbers int64, scores float32), best first, ties by row; never padded."""
        size = len(self._vectors) if allowed is None else len(allowed)
        if k <= 0 or not size:
            return nothing()
        parameters = None
        if allowed is not None:
            selector = self._faiss.IDSelectorBatch(np.asarray(allowed, np.int64))
            parameters = self._faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        wide = min(size, k + 32)
        while True:
            question = np.ascontiguousarray(query, np.float32)[None]
            scores, rows = self._index.search(question, wide, params=parameters)
            # Ties at the edge may reach beyond what was asked for: look further until they end.
            if wide == size or scores[0, -1] < scores[0, k - 1] - SLACK:
                break
            wide = min(size, wide * 4)
        found = rows[0][rows[0] >= 0]  # padding is -1
        return settle(self._vectors, np.sort(found), query, k)
