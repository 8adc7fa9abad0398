"""FAISS at every size: every vector compared while they are few, the nearest lists of many.

Up to `FLAT` vectors the index is flat and finds what `exact` finds, ids and scores. Above, vectors
lie in lists around centroids with one byte per number; a sixth of the lists is looked at, and the
best rows are scored again from the vectors themselves. What that misses is measured:
docs/scale.md. A filter that admits few rows has all of them compared.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from index.stores.exact import SLACK, ExactStore, nothing, settle
from youju.errors import MissingDependency

FLAT = 100_000  # vectors; comparing more of them takes longer than all other searching
_FEW = 20_000  # admitted rows that are compared one by one in a large index
_PROBED = 6  # one list of so many is looked at
_WIDER = 4  # rows scored again for each that is wanted: a byte per number is rough
_TRAINED = 40  # vectors per centroid that are clustered
_OUTGROWN = 1.5  # times as many vectors, or as few, as there were when lists were made
_ROUNDS = 8  # of clustering; more move no vector's neighbours


def _library() -> Any:
    try:
        import faiss
    except ImportError as error:
        raise MissingDependency(
            "没有安装 faiss：请运行 pip install faiss-cpu，或把 YOUJU_STORE 设为 exact。"
        ) from error
    return faiss


def built(vectors: np.ndarray, flat: int = FLAT) -> np.ndarray:
    """The bytes of the index file of these unit vectors; the same for the same vectors."""
    library = _library()
    vectors = np.ascontiguousarray(vectors, np.float32)
    count, dimension = vectors.shape
    if count <= flat:
        return _framed(vectors, library)
    lists = max(1, int(4 * math.sqrt(count)))
    index = library.IndexIVFScalarQuantizer(
        library.IndexFlatIP(dimension),
        dimension,
        lists,
        library.ScalarQuantizer.QT_8bit,
        library.METRIC_INNER_PRODUCT,
    )
    index.cp.niter = _ROUNDS
    index.cp.min_points_per_centroid = 1  # else it warns on standard error
    index.nprobe = max(1, lists // _PROBED)
    most = min(count, lists * _TRAINED)
    sample = np.random.default_rng(0).choice(count, most, replace=False)
    index.train(vectors[np.sort(sample)])
    index.add(vectors)
    content: np.ndarray = library.serialize_index(index)
    return content


def _framed(vectors: np.ndarray, library: Any) -> np.ndarray:
    """A flat index, which is a head and the vectors: FAISS itself would copy them four times.

    It is held to what FAISS writes of a single vector, so that another layout is never guessed.
    """

    def written(some: np.ndarray) -> np.ndarray:
        index = library.IndexFlatIP(vectors.shape[1])
        if len(some):
            index.add(some)
        content: np.ndarray = library.serialize_index(index)
        return content

    empty = written(vectors[:0])

    def framed(some: np.ndarray) -> np.ndarray:
        head = empty.copy()
        head[8:16] = np.array([len(some)], "<i8").view(np.uint8)  # after its name and the width
        head[-8:] = np.array([some.size], "<i8").view(np.uint8)
        return np.concatenate([head, some.reshape(-1).view(np.uint8)])

    alike = np.array_equal(framed(vectors[:1]), written(vectors[:1]))
    return framed(vectors) if alike else written(vectors)


def moved(
    file: np.ndarray, vectors: np.ndarray, here: np.ndarray, there: np.ndarray, flat: int = FLAT
) -> np.ndarray | None:
    """The bytes of an index file whose rows have moved; None where it is to be built anew.

    `here` is the new row of each old one, -1 where it went; the rows `there` are new. Centroids
    stay until the vectors are half as many again as those that they were made for, or two thirds:
    making them takes longer than all else.
    """
    if len(vectors) <= flat:
        return None
    library = _library()
    index = library.deserialize_index(np.ascontiguousarray(file))
    lists = getattr(index, "nlist", 0)
    if not (lists / 4) ** 2 / _OUTGROWN <= len(vectors) <= (lists / 4) ** 2 * _OUTGROWN:
        return None
    before = index.invlists
    after = library.ArrayInvertedLists(lists, index.code_size)
    for number in range(lists):
        size = before.list_size(number)
        if not size:
            continue
        rows = here[library.rev_swig_ptr(before.get_ids(number), size)].astype(np.int64)
        codes = library.rev_swig_ptr(before.get_codes(number), size * index.code_size)
        codes = np.ascontiguousarray(codes.reshape(size, -1)[rows >= 0])
        rows = np.ascontiguousarray(rows[rows >= 0])
        after.add_entries(number, len(rows), library.swig_ptr(rows), library.swig_ptr(codes))
    index.replace_invlists(after, True)
    after.this.disown()  # it is the index's own now
    index.ntotal = len(vectors) - len(there)
    if len(there):
        index.add_with_ids(np.ascontiguousarray(vectors[there]), there.astype(np.int64))
    content: np.ndarray = library.serialize_index(index)
    return content


class FaissStore:
    """Inner products with FAISS; see `youju.records.VectorStore`."""

    def __init__(self, vectors: np.ndarray, file: np.ndarray | None = None) -> None:
        """`file` are the bytes that `built` gave, best mapped: they are not copied.

        Raises ValueError when they are not an index of these vectors.
        """
        self._faiss = library = _library()
        self._vectors = vectors
        self._file = np.ascontiguousarray(built(vectors) if file is None else file)  # kept alive
        try:
            reader = library.ZeroCopyIOReader(library.swig_ptr(self._file), self._file.nbytes)
            self._index = library.read_index(reader)
        except RuntimeError as error:
            raise ValueError(str(error)) from error
        held = (self._index.ntotal, self._index.d)
        if held != vectors.shape:
            raise ValueError(f"the vector index holds {held}, not {vectors.shape}")
        self._exact = isinstance(self._index, library.IndexFlat)

    def search(
        self, query: np.ndarray, k: int, allowed: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """(row numbers int64, scores float32), best first, ties by row; never padded."""
        size = len(self._vectors) if allowed is None else len(allowed)
        if k <= 0 or not size:
            return nothing()
        if not self._exact and allowed is not None and size <= _FEW:
            return ExactStore(self._vectors).search(query, k, allowed)
        if self._exact:
            rows = self._compared(query, k, size, allowed)
        else:
            rows = self._near(query, k, size, allowed)
        return settle(self._vectors, np.sort(rows), query, k)

    def _compared(
        self, query: np.ndarray, k: int, size: int, allowed: np.ndarray | None
    ) -> np.ndarray:
        """All rows that may be among the best `k` once their scores are summed again."""
        parameters = None
        if allowed is not None:
            selector = self._selector(allowed)
            parameters = self._faiss.SearchParameters(sel=selector)
        wide = min(size, k + 32)
        while True:
            scores, rows = self._found(query, wide, parameters)
            # Ties at the edge may reach beyond what was asked for: look further until they end.
            if wide == size or scores[-1] < scores[k - 1] - SLACK:
                return rows
            wide = min(size, wide * 4)

    def _near(self, query: np.ndarray, k: int, size: int, allowed: np.ndarray | None) -> np.ndarray:
        """Rows of the nearest lists; of all lists where those hold too few that are admitted."""
        wide = min(size, max(k * _WIDER, 1))
        for probed in (self._index.nprobe, self._index.nlist):
            parameters = self._faiss.SearchParametersIVF(nprobe=probed)
            if allowed is not None:
                selector = self._selector(allowed)
                parameters.sel = selector
            rows = self._found(query, wide, parameters)[1]
            if len(rows) >= min(size, k):
                break
        return rows

    def _selector(self, allowed: np.ndarray) -> Any:
        """The rows as a bit map: FAISS asks it of every vector."""
        bits = np.zeros(len(self._vectors), bool)
        bits[allowed] = True
        packed = np.packbits(bits, bitorder="little")
        selector = self._faiss.IDSelectorBitmap(len(self._vectors), self._faiss.swig_ptr(packed))
        selector.kept = packed  # FAISS only borrows it
        return selector

    def _found(self, query: np.ndarray, k: int, parameters: Any) -> tuple[np.ndarray, np.ndarray]:
        question = np.ascontiguousarray(query, np.float32)[None]
        scores, rows = self._index.search(question, k, params=parameters)
        real = rows[0] >= 0  # padding is -1
        return scores[0][real], rows[0][real]
