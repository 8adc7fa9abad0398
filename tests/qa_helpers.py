"""What tests of questions and answers share: an index over a folder, pieces, a fake retriever."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from qa.clauses.pieces import Piece, pieces

from index.build import build
from index.retrieve import HybridIndex
from ingest.passages import passages
from ingest.pipeline import ingest, policy_doc
from qa.asked.question import analyze
from qa.pipeline import answer
from text.normalize import fold
from youju.records import Encoder, Hit, Passage, PolicyDoc, Proven, Question, SourceFile, Span

ROOT = Path(__file__).parent.parent
CASES = Path(__file__).parent / "cases"
FITTED = CASES / "fitted"


def index_of(docs: Sequence[PolicyDoc], encoder: Encoder) -> HybridIndex:
    """The documents, searchable."""
    return HybridIndex(build(docs, [p for doc in docs for p in passages(doc)], encoder), encoder)


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


def found(text: str, index: HybridIndex) -> tuple[Question, list[Piece]]:
    """The question and its pieces of evidence, best first."""
    question = asked(text, index)
    return question, pieces(question, index.search(question, 16), index)


def said(text: str, index: HybridIndex) -> str:
    """The text of the answer."""
    return answer(asked(text, index), index).text


def sentence_piece(text: str, *, years: frozenset[int] | None = None) -> Piece:
    """A piece of evidence that is the whole text of a small document."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    from youju.records import PolicyMeta

    doc = PolicyDoc(
        "d", SourceFile("d.txt", digest, "txt", len(text)), text, digest,
        PolicyMeta(title=Proven("甲", Span(0, 1))), (),
    )  # fmt: skip
    span = Span(0, len(text))
    passage = Passage("d:1", "d", "clause", (), (), span, "", fold(text))
    return Piece(doc, Hit(passage, 1.0), span, fold(text), years=years, score=1.0)


class Even:
    """A retriever that finds nothing and holds every character pair equally rare."""

    def names(self) -> list[object]:
        """No documents."""
        return []

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
