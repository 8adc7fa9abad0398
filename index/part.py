"""A part of an index: some of its documents, as if there were no others.

Whoever asks a part gets names, places, facts, states, relations and passages of its documents only,
whatever way is gone: `qa` has nothing else to ask. How rare words are is still known from all.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from index.catalog import Catalog
from index.names import Ids, Names
from index.retrieve import Candidates, HybridIndex, Method
from youju.records import DocFacts, Filters, Hit, Passage, PolicyDoc, Question, Relation


class _Some(Sequence[Any]):
    """Some rows of a sequence, each read when it is looked at."""

    def __init__(self, of: Sequence[Any], rows: np.ndarray) -> None:
        self._of, self._rows = of, rows

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, at: Any) -> Any:
        if isinstance(at, slice):
            return [self._of[int(row)] for row in self._rows[at]]
        return self._of[int(self._rows[at])]

    def __iter__(self) -> Iterator[Any]:
        return (self._of[int(row)] for row in self._rows)


class Part(HybridIndex):
    """An index over the documents at some places of another.

    Nothing of the other is inherited: a question that is not passed on here fails, rather than
    being answered from documents beyond the part.
    """

    def __init__(self, whole: HybridIndex, rows: np.ndarray) -> None:
        """`rows` are places of documents in the whole catalog, ascending."""
        self._whole = whole
        self._rows = np.asarray(rows, np.int32)
        entries = [whole.catalog.entries[int(row)] for row in self._rows]
        inside = np.flatnonzero(np.isin(whole.catalog.doc_of, self._rows))
        doc_of = np.searchsorted(self._rows, whole.catalog.doc_of[inside]).astype(np.int32)
        self._catalog = Catalog(entries, doc_of, Names.of(entries).over(entries))
        self._inside = inside
        self._ids = frozenset(entry.id for entry in entries)

    @property
    def passages(self) -> Sequence[Passage]:
        """The passages of the part."""
        return _Some(self._whole.passages, self._inside)

    @property
    def catalog(self) -> Catalog:
        """Names, regions and years of the part's documents."""
        return self._catalog

    def documents(self) -> Sequence[PolicyDoc]:
        """The part's documents, in id order."""
        return _Some(self._whole.documents(), self._rows)

    def document(self, doc_id: str, as_of: str | None = None) -> PolicyDoc:
        """One of the part's documents; KeyError for another."""
        if doc_id not in self._ids:
            raise KeyError(doc_id)
        return self._whole.document(doc_id, as_of)

    @property
    def relations(self) -> Sequence[Relation]:
        """What the part's documents do to each other."""
        both = (self._ids >= {one.source, one.target} for one in self._whole.relations)
        return [one for one, inside in zip(self._whole.relations, both, strict=True) if inside]

    def related(self, doc_id: str) -> Sequence[Relation]:
        """What one of the part's documents does to others of it, and they to it."""
        if doc_id not in self._ids:
            return ()
        found = self._whole.related(doc_id)
        return [one for one in found if self._ids >= {one.source, one.target}]

    def meant(self, doc_id: str, title: str) -> str | None:
        """Which of the part's documents another of them means by a name."""
        return super().meant(doc_id, title)  # it asks the catalog, which is the part's own

    def speaking_of(self, title: str, most: int) -> Sequence[str]:
        """Ids of the part's documents that hold most of a title, the likest first."""
        found = self._whole.speaking_of(title, len(self._whole.catalog.entries))
        return [doc_id for doc_id in found if doc_id in self._ids][:most]

    def living_first(
        self, question: Question, hits: Sequence[Hit], as_of: str | None = None
    ) -> list[Hit]:
        """As the whole index has it."""
        return self._whole.living_first(question, hits, as_of)

    def states(self, as_of: str | None = None) -> dict[str, str]:
        """The state of each of the part's documents; what ends one may lie beyond the part."""
        known = self._whole.states(as_of)
        return {entry.id: known[entry.id] for entry in self._catalog.entries}

    def in_state(self, states: Sequence[str], as_of: str | None = None) -> Sequence[str]:
        """The part's documents whose validity is one of these."""
        known = self.states(as_of).values()
        return self._catalog.names.at([i for i, one in enumerate(known) if one in states])

    def admits(self, doc_id: str, filters: Filters) -> bool:
        """True for a document of the part that the filters let through."""
        if doc_id not in self._ids:
            return False
        return self._whole.admits(doc_id, filters)

    def names(self) -> Names:
        """How the part's documents are named."""
        return self._catalog.names

    def facts(self, wordings: Sequence[str]) -> Sequence[DocFacts]:
        """What the part's documents set of indicators like these."""
        return [doc for doc in self._whole.facts(wordings) if doc.id in self._ids]

    def rarity(self, pairs: Sequence[str]) -> np.ndarray:
        """How rare pairs of characters are in the whole index."""
        return self._whole.rarity(pairs)

    def embed(self, texts: Sequence[str], *, is_query: bool = False) -> np.ndarray:
        """Vectors of texts."""
        return self._whole.embed(texts, is_query=is_query)

    def also_searched(self, question: Question) -> tuple[str, ...]:
        """The official terms that the thesaurus adds to the question."""
        return self._whole.also_searched(question)

    def forgetting(self, gone: Container[str]) -> HybridIndex:
        """The same part of what the whole index knows without some documents."""
        return Part(self._whole.forgetting(gone), self._rows)

    def search(
        self,
        question: Question,
        k: int,
        filters: Filters | None = None,
        *,
        method: Method = "hybrid",
    ) -> list[Hit]:
        """The best passages of the part."""
        return self._whole.search(question, k, self._within(filters), method=method)

    def candidates(
        self, question: Question, filters: Filters | None = None, *, depth: int = 50
    ) -> Candidates:
        """The candidates of the part."""
        return self._whole.candidates(question, self._within(filters), depth=depth)

    def _within(self, filters: Filters | None) -> Filters:
        """The filters, and the part; documents that the part's names gave are at its places."""
        asked = filters or Filters()
        rows = self._rows
        if asked.doc_ids is not None:
            own = isinstance(asked.doc_ids, Ids) and asked.doc_ids.names is self._catalog.names
            chosen = asked.doc_ids if own else tuple(asked.doc_ids)
            rows = rows[self._catalog.names.rows(chosen)]
        return replace(asked, doc_ids=self._whole.names().at(rows.tolist()))
