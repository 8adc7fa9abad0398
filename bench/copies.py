"""An index of many copies of another, made of its arrays: what a million clauses cost to search.

Posting lists and vectors are as long and as spread as those of so many clauses would be; texts
repeat. Vectors are moved a little, so that no two are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar, overload

import numpy as np

from index.catalog import Catalog
from index.lexical import Lexicon
from index.names import Names
from index.ragged import Ragged
from index.records import IndexData, Tokens

R = TypeVar("R")
_MOVED = 0.02  # of the length of a vector


class _Copies(Sequence[R]):
    """Records over and over, each told which copy it belongs to when it is looked at."""

    def __init__(self, some: Sequence[R], copies: int, told: Callable[[R, int], R]) -> None:
        self._some, self._copies, self._told = some, copies, told

    def __len__(self) -> int:
        return len(self._some) * self._copies

    @overload
    def __getitem__(self, place: int) -> R: ...
    @overload
    def __getitem__(self, place: slice) -> list[R]: ...
    def __getitem__(self, place: int | slice) -> R | list[R]:
        if isinstance(place, slice):
            return [self[i] for i in range(*place.indices(len(self)))]
        copy, row = divmod(range(len(self))[place], len(self._some))
        return self._told(self._some[row], copy)

    def __iter__(self) -> Iterator[R]:
        return (self[i] for i in range(len(self)))


def copied(data: IndexData, copies: int) -> IndexData:
    """The index, so many times over."""
    documents = _Copies(data.documents, copies, lambda d, c: replace(d, id=_id(d.id, c)))
    passages = _Copies(
        data.passages,
        copies,
        lambda p, c: replace(p, id=_id(p.id, c), doc_id=_id(p.doc_id, c)),
    )
    entries = [
        replace(e, id=_id(e.id, c), name=e.name if c == 0 else f"{e.name}（第{c}次修订）")
        for c in range(copies)
        for e in data.catalog.entries
    ]
    count = len(data.catalog.entries)
    doc_of = np.concatenate([data.catalog.doc_of + np.int32(count * c) for c in range(copies)])
    return replace(
        data,
        manifest=replace(
            data.manifest, counts={"documents": len(documents), "passages": len(passages)}
        ),
        documents=documents,
        passages=passages,
        catalog=Catalog(entries, doc_of.astype(np.int32), Names.of(entries)),
        hashes=np.tile(data.hashes, (copies, 1)),
        vectors=_moved(data.vectors, copies),
        words=_lexicon(data.words, copies),
        bigrams=_lexicon(data.bigrams, copies),
        document_bigrams=_lexicon(data.document_bigrams, copies),
        cut=_ragged(data.cut, copies),
        tokens=None
        if data.tokens is None
        else Tokens(_ragged(data.tokens.lists, copies), np.asarray(data.tokens.found) * copies),
        relations=(),
        endings={},
        nearest=None,
    )


def _id(one: str, copy: int) -> str:
    """Copies come after each other in id order."""
    return f"{copy:03d}{one}"


def _moved(vectors: np.ndarray, copies: int) -> np.ndarray:
    chance = np.random.default_rng(0)
    made = np.empty((len(vectors) * copies, vectors.shape[1]), np.float32)
    for copy in range(copies):
        part = made[copy * len(vectors) : (copy + 1) * len(vectors)]
        part[:] = vectors
        if copy:
            scale = _MOVED / np.sqrt(vectors.shape[1])
            part += chance.standard_normal(part.shape, np.float32) * np.float32(scale)
            part /= np.maximum(np.linalg.norm(part, axis=1, keepdims=True), 1e-9)
    return made


def _ragged(lists: Ragged, copies: int) -> Ragged:
    starts = np.asarray(lists.starts)
    moved = [starts[:-1] + starts[-1] * copy for copy in range(copies)]
    return Ragged(np.tile(lists.ids, copies), np.append(np.concatenate(moved), starts[-1] * copies))


def _lexicon(lexicon: Lexicon, copies: int) -> Lexicon:
    """Every column so many times as long, its rows ascending."""
    lengths = np.diff(lexicon.starts)
    starts = np.asarray(lexicon.starts) * copies
    rows = np.empty(len(lexicon.rows) * copies, np.int32)
    data = np.empty(len(lexicon.data) * copies, np.float32)
    counts = np.empty(len(lexicon.counts) * copies, lexicon.counts.dtype)
    within = np.arange(len(lexicon.rows)) - np.repeat(lexicon.starts[:-1], lengths)
    for copy in range(copies):
        places = np.repeat(starts[:-1] + lengths * copy, lengths) + within
        rows[places] = lexicon.rows + np.int32(lexicon.count * copy)
        data[places], counts[places] = lexicon.data, lexicon.counts
    lengths = np.tile(lexicon.lengths, copies)
    return Lexicon(lexicon.columns, data, rows, starts, counts, lengths)
