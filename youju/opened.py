"""An index that is open: seen through a method, under what people corrected, checked, read with.

Whoever asks has one; nothing of it needs what building needs.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from youju import corrections
from youju.asking import Method
from youju.errors import IndexError_, SettingsError
from youju.records import DocFacts, DocNames, Filters, Hit, PolicyDoc, Question, Relation

if TYPE_CHECKING:
    from index.records import IndexData
    from index.retrieve import HybridIndex
    from youju.records import Reader

_LISTED = 8  # files named in a message
# What decides which document is meant by another; a day, from when it is ended.
_MATCHED = frozenset({"title", "doc_number", "region", "family", "written_on", "effective_on"})


@dataclass(frozen=True, slots=True)
class Ranking:
    """The index seen through one method: the `Retriever` that `qa` receives."""

    index: HybridIndex
    method: Method
    retrieved: Callable[[], None] | None = None
    as_of: str | None = None

    def search(self, question: Question, k: int, filters: Filters | None = None) -> list[Hit]:
        """The best `k` passages; those of documents in force first."""
        found = self.index.search(question, k, filters, method=self.method)
        hits = self.index.living_first(question, found, self.as_of)
        if self.retrieved is not None:
            self.retrieved()
        return hits

    def names(self) -> DocNames:
        """What is known of the documents' names, places and numbers."""
        return self.index.names()

    def in_state(self, states: Sequence[str]) -> Sequence[str]:
        """Ids of the documents in one of these states, on the day that is asked of."""
        return self.index.in_state(states, self.as_of)

    def document(self, doc_id: str) -> PolicyDoc:
        """One document, as it holds on the day that is asked of."""
        return self.index.document(doc_id, self.as_of)

    def related(self, doc_id: str) -> Sequence[Relation]:
        """What a document does to others, and they to it."""
        return self.index.related(doc_id)

    def facts(self, wordings: Sequence[str]) -> Sequence[DocFacts]:
        """The facts whose names may be one of these wordings."""
        return self.index.facts(wordings)

    def rarity(self, pairs: Sequence[str]) -> np.ndarray:
        """How rare pairs of characters are in the collection."""
        return self.index.rarity(pairs)

    def embed(self, texts: Sequence[str], *, is_query: bool = False) -> np.ndarray:
        """Vectors of texts."""
        return self.index.embed(texts, is_query=is_query)


@dataclass(slots=True)
class Audit:
    """What the check of an open index has found."""

    index_dir: Path
    damage: str | None = None

    def run(self) -> None:
        """Look at every byte."""
        with contextlib.suppress(IndexError_):  # a pointer that has gone: `newest` knows
            found = damaged(self.index_dir)
            self.damage = _damage(found) if found else None


@dataclass(frozen=True)
class _Documents(Sequence[PolicyDoc]):
    """Documents with what people corrected, each read when it is asked for."""

    read: Sequence[PolicyDoc]
    people: corrections.Corrections

    def __len__(self) -> int:
        return len(self.read)

    def __getitem__(self, at: Any) -> Any:
        found = self.read[at]
        if isinstance(at, slice):
            return [self._over(doc) for doc in found]
        return self._over(found)

    def _over(self, doc: PolicyDoc) -> PolicyDoc:
        return corrections.corrected(doc, self.people.get(doc.source.path, {}))


def corrected_index(data: IndexData, people: corrections.Corrections) -> IndexData:
    """The index with the metadata of the documents that people corrected."""
    from index.catalog import entry_of
    from index.relations import endings, relations

    if not people:
        return data
    documents = _Documents(data.documents, people)
    entries = tuple(
        replace(entry_of(documents[i]), path=entry.path, places=entry.places)
        if entry.path in people
        else entry
        for i, entry in enumerate(data.catalog.entries)
    )
    catalog = replace(data.catalog, entries=entries, names=data.catalog.names.over(entries))
    related, ended = data.relations, data.endings
    if any(not _MATCHED.isdisjoint(fields) for fields in people.values()):
        related = relations(entries)
        ended = endings(entries, related)
    # A person who gave the state knows of the repeal: it is not pronounced over their word.
    stated = {entry.id for entry in entries if "status" in people.get(entry.path, {})}
    return replace(
        data,
        documents=documents,
        catalog=catalog,
        relations=related,
        endings={doc_id: one for doc_id, one in ended.items() if doc_id not in stated},
    )


def damaged(index_dir: Path, progress: Callable[[str, int, int], None] | None = None) -> list[Path]:
    """Files of the index that are not what was written. Raises IndexMissing, IndexCorrupt …"""
    from index import persist

    return persist.damaged(index_dir, progress)


def _damage(found: Sequence[Path]) -> str:
    named = "、".join(path.name for path in found[:_LISTED])
    return (
        f"索引有 {len(found)} 个文件已损坏（{named}），已停止回答："
        "请重新建立索引（python cli.py index 文件夹 --rebuild）。"
    )


def reader_of(name: str) -> tuple[Reader | None, str]:
    """The reader that a setting names, and what to say when the bundled one cannot be used.

    Raises SettingsError, MissingDependency for a model that somebody chose.
    """
    if name == "none":
        return None, ""
    if name == "bundled":
        from reader.bundled import BundledReader

        try:
            return BundledReader(), ""
        except SettingsError as error:
            return None, f"{error}这次不用阅读模型回答，准确率较低。"
    from index.hub import CrossEncoder
    from reader.cross import CrossReader

    return CrossReader(CrossEncoder(name)), ""
