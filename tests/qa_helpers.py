"""What tests of questions and answers share: an index over a folder, a reader, a retriever."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from index.build import build
from index.names import Names
from index.retrieve import HybridIndex
from ingest.passages import passages
from ingest.pipeline import ingest, policy_doc
from qa.asked.question import analyze
from qa.pipeline import answer
from reader.bundled import BundledReader
from youju.records import (
    Answer,
    DocName,
    Encoder,
    Hit,
    PolicyDoc,
    Question,
    Reader,
    Reading,
    SourceFile,
    Unit,
)

ROOT = Path(__file__).parent.parent
CASES = Path(__file__).parent / "cases"
FITTED = CASES / "fitted"


def index_of(docs: Sequence[PolicyDoc], encoder: Encoder) -> HybridIndex:
    """The documents, searchable."""
    return HybridIndex(build(docs, [p for doc in docs for p in passages(doc)], encoder), encoder)


def names_of(names: Sequence[DocName]) -> Names:
    """Names as the index keeps them."""
    plain = [
        SimpleNamespace(
            id=n.id,
            name=n.title,
            region=n.region,
            doc_number=n.doc_number,
            also=n.also,
            years=(),
            family=n.family,
        )
        for n in names
    ]
    return Names.of(plain)  # type: ignore[arg-type]


def index_folder(folder: Path, encoder: Encoder) -> HybridIndex:
    """The documents of a folder, searchable; its README is none of them."""
    docs = [doc for doc in ingest([folder]).docs if "README" not in doc.source.path]
    return index_of(docs, encoder)


def document(text: str, path: str = "甲.txt") -> PolicyDoc:
    """A document read from text as the product reads it."""
    from youju.records import ExtractedText

    data = text.encode()
    source = SourceFile(path, hashlib.sha256(data).hexdigest(), "txt", len(data))
    return policy_doc(source, ExtractedText(text, "utf-8"))


def named(index: HybridIndex, part: str) -> PolicyDoc:
    """The document whose file name holds `part`."""
    return next(doc for doc in index.documents() if part in doc.source.path)


def asked(text: str, index: HybridIndex) -> Question:
    """The question as the pipeline reads it."""
    return analyze(text, index.names())


@cache
def bundled() -> Reader:
    """The reader that the product answers with."""
    return BundledReader()


def answered(question: Question, index: HybridIndex, **options: Any) -> Answer:
    """The answer of the product: that of the bundled reader."""
    return answer(question, index, reader=bundled(), **options)


def said(text: str, index: HybridIndex, reader: Reader | None = None) -> str:
    """The text of the answer; by the bundled reader when no other is given."""
    return answer(asked(text, index), index, reader=reader or bundled()).text


def hit_of(doc: PolicyDoc, number: int = 0, score: float = 1.0) -> Hit:
    """A passage of a document as if it had been found."""
    return Hit(passages(doc)[number], score)


class Marking:
    """A deterministic reader: a unit and a span answer as far as they hold the marked words.

    Logits are `said` of the first marked word that they hold, else `unsaid`.
    """

    name, revision = "marking", "1"

    def __init__(self, marked: Mapping[str, float], unsaid: float = -5.0) -> None:
        self._marked, self._unsaid = marked, unsaid

    def _logit(self, text: str) -> float:
        return max((x for words, x in self._marked.items() if words in text), default=self._unsaid)

    def read(self, question: str, units: Sequence[Unit]) -> list[Reading]:
        """One reading per unit, in order."""
        readings = []
        for unit in units:
            logits = tuple(self._logit(unit.text[a:b]) for a, b in unit.spans)
            best = max(logits, default=self._unsaid)
            readings.append(Reading(1.0 / (1.0 + math.exp(-best)), best, logits))
        return readings


class Even:
    """A retriever that finds nothing and holds every character pair equally rare."""

    def names(self) -> Names:
        """No documents."""
        return Names.of([])

    def search(self, question: object, k: int, filters: object = None) -> list[Hit]:
        """No hits."""
        return []

    def document(self, doc_id: str) -> PolicyDoc:
        """Unknown, always."""
        raise KeyError(doc_id)

    def rarity(self, pairs: Sequence[str]) -> np.ndarray:
        """One for each pair."""
        return np.ones(len(pairs), np.float32)

    def embed(self, texts: Sequence[str], *, is_query: bool = False) -> np.ndarray:
        """Vectors without direction."""
        return np.zeros((len(texts), 4), np.float32)
