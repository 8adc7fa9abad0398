"""What the stages see of models and of the index."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from youju.records.answers import Hit, Reading, Unit
from youju.records.documents import DocFacts, PolicyDoc
from youju.records.names import DocNames
from youju.records.questions import Filters, Question
from youju.records.relations import Relation


class Encoder(Protocol):
    """Text → unit-length vectors. `name` and `revision` identify the model in the manifest."""

    name: str
    revision: str
    dimension: int

    def encode(self, texts: Sequence[str], *, is_query: bool = False) -> np.ndarray:
        """float32, shape (len(texts), dimension), rows of length 1 (or 0 for empty texts)."""
        ...


class Reader(Protocol):
    """Reads a question and texts together. It scores spans that it is given; it never writes."""

    name: str
    revision: str

    def read(self, question: str, units: Sequence[Unit]) -> list[Reading]:
        """One reading per unit, in order."""
        ...


class VectorStore(Protocol):
    """Inner-product search over unit vectors; similarities, higher is better."""

    def search(
        self, query: np.ndarray, k: int, allowed: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """(row numbers int64, scores float32), best first, ties by row; never padded.

        `allowed` is a sorted int64 array of row numbers to choose from; None means all.
        """
        ...


class Retriever(Protocol):
    """What `qa` sees of the index."""

    def names(self) -> DocNames:
        """How the documents are named, without reading them."""
        ...

    def search(self, question: Question, k: int, filters: Filters | None = None) -> list[Hit]:
        """The best `k` passages, best first, ties by passage id."""
        ...

    def facts(self, wordings: Sequence[str]) -> Sequence[DocFacts]:
        """What documents set of indicators like these, in id order, without reading them."""
        ...

    def document(self, doc_id: str) -> PolicyDoc:
        """One document; KeyError when unknown."""
        ...

    def in_state(self, states: Sequence[str]) -> Sequence[str]:
        """Ids of the documents whose validity is one of these, without reading them."""
        ...

    def related(self, doc_id: str) -> Sequence[Relation]:
        """What a document does to others of the library, and they to it."""
        ...

    def rarity(self, pairs: Sequence[str]) -> np.ndarray:
        """IDF of character bigrams (`text.words.bigrams`); float32, shape (len(pairs),).

        A pair that the collection does not hold has the largest value of all.
        """
        ...

    def embed(self, texts: Sequence[str], *, is_query: bool = False) -> np.ndarray:
        """Unit vectors of the index's encoder; float32, shape (len(texts), dimension)."""
        ...
