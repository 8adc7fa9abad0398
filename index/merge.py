"""An index of what stays of one and all of another, without a look at the texts that stay.

Arrays are copied in long stretches, records as they lie on disk; scores are made again from counts.
The result is that of building the same documents anew, to the last byte.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from index import ledger, lexical
from index.catalog import Catalog
from index.names import Names
from index.ragged import Ragged
from index.records import IndexData, Tokens
from index.relations import endings, relations
from index.splice import Splice
from index.stores.faiss import moved
from youju.records import PolicyDoc


def merged(old: IndexData, stay: frozenset[str], new: IndexData) -> IndexData:
    """`stay` are ids of documents in `old`, none of which is in `new`.

    Both were made by the same code with the same encoder, words and parameters.
    """
    docs = _documents(old, stay, new)
    passages = _passages(old, new, docs)
    rows = passages.here, passages.there
    lengths = (
        passages.rows(one.lengths, other.lengths)
        for one, other in ((old.words, new.words), (old.bigrams, new.bigrams))
    )
    words, here, there = lexical.merged(old.words, new.words, rows, next(lengths))
    bigrams, *_ = lexical.merged(old.bigrams, new.bigrams, rows, next(lengths))
    document_bigrams, *_ = lexical.merged(
        old.document_bigrams,
        new.document_bigrams,
        (docs.here, docs.there),
        docs.rows(old.document_bigrams.lengths, new.document_bigrams.lengths),
    )
    stored = docs.records(old.catalog.entries, new.catalog.entries)
    entries = tuple(stored)
    doc_of = passages.rows(
        docs.here[old.catalog.doc_of].astype(np.int32),
        docs.there[new.catalog.doc_of].astype(np.int32),
    )
    gone = np.flatnonzero(docs.here < 0).tolist()
    vectors = passages.rows(old.vectors, new.vectors)
    related = relations(entries)
    return IndexData(
        manifest=replace(
            new.manifest,
            counts={"documents": len(docs), "passages": len(passages)},
            sources={entry.path: entry.sha256 for entry in entries},
        ),
        documents=docs.records(old.documents, new.documents),
        passages=passages.records(old.passages, new.passages),
        catalog=Catalog(stored, doc_of, Names.of(entries)),
        ledger=ledger.merged(old.ledger, _read(old, gone), new.ledger),
        hashes=passages.rows(old.hashes, new.hashes),
        vectors=vectors,
        words=words,
        bigrams=bigrams,
        document_bigrams=document_bigrams,
        cut=passages.ragged(_renumbered(old.cut, here), _renumbered(new.cut, there)),
        tokens=_tokens(old.tokens, new.tokens, passages),
        relations=related,
        endings=endings(entries, related),
        nearest=None if old.nearest is None else moved(old.nearest, vectors, *rows),
    )


def _documents(old: IndexData, stay: frozenset[str], new: IndexData) -> Splice:
    """The documents of both in the order of their ids."""
    ids = {entry.id: (0, at) for at, entry in enumerate(old.catalog.entries) if entry.id in stay}
    assert len(ids) == len(stay), "what stays was there before"
    ids |= {entry.id: (1, at) for at, entry in enumerate(new.catalog.entries)}
    return _splice([ids[one] for one in sorted(ids)], len(old.documents), len(new.documents))


def _splice(order: Sequence[tuple[int, int]], *counts: int) -> Splice:
    """Of (which one, place) in the new order."""
    places = [np.full(count, -1, np.int32) for count in counts]
    for at, (which, place) in enumerate(order):
        places[which][place] = at
    return Splice(*places)


def _passages(old: IndexData, new: IndexData, docs: Splice) -> Splice:
    """The passages of both in the order of their ids, which begin with those of documents."""
    blocks: list[tuple[str, int, int, int]] = []  # id, which one, first row, row after the last
    places = []
    for which, (data, here) in enumerate(((old, docs.here), (new, docs.there))):
        doc_of = np.asarray(data.catalog.doc_of)
        places.append(np.full(len(doc_of), -1, np.int32))
        begins = np.flatnonzero(np.diff(doc_of, prepend=-1))
        ends = np.append(begins, len(doc_of))[1:]
        for begin, end in zip(begins.tolist(), ends.tolist(), strict=True):
            if here[doc_of[begin]] >= 0:
                doc_id = data.catalog.entries[int(doc_of[begin])].id
                blocks.append((f"{doc_id}:", which, begin, end))
    at = 0
    for _, which, begin, end in sorted(blocks):
        places[which][begin:end] = np.arange(at, at + end - begin)
        at += end - begin
    return Splice(*places)


def _read(old: IndexData, places: Sequence[int]) -> list[PolicyDoc]:
    return [old.documents[place] for place in places]


def _renumbered(cut: Ragged, columns: np.ndarray) -> Ragged:
    if np.array_equal(columns, np.arange(len(columns))):  # no word is new, none goes
        return cut
    return Ragged(columns.astype(np.int32)[cut.ids], cut.starts)


def _tokens(old: Tokens | None, new: Tokens | None, passages: Splice) -> Tokens | None:
    if old is None or new is None:
        return None
    lists = passages.ragged(old.lists, new.lists)
    return Tokens(lists, np.bincount(lists.ids).astype(np.int32))
