"""Question → ranked passages: the union of what each method finds, ordered by a ranker."""

from __future__ import annotations

import copy
import re
from collections.abc import Collection, Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Literal

import numpy as np

from index import features, late, ledger, necessity
from index.catalog import Catalog, Entry, passes
from index.encoder import TokenEncoder
from index.features import Pool, Prepared, question_text
from index.names import Names
from index.ranker import Ranker
from index.records import IndexData
from index.relations import endings, meant
from index.stores.choose import StoreName, open_store
from index.thesaurus import Thesaurus, weights_for
from index.thesaurus import load as load_thesaurus
from index.trees import load as load_ranker
from text.normalize import fold
from text.words import bigrams, words
from youju.errors import IndexCorrupt
from youju.records import (
    DocFacts,
    Encoder,
    Fact,
    Filters,
    Hit,
    Passage,
    PolicyDoc,
    Question,
    Relation,
    VectorStore,
)
from youju.validity import NOT_IN_FORCE, Ending, Told, on_day, state

Method = Literal["hybrid", "bm25", "dense"]

_DEPTH = 50  # candidates per method
_NAMED = 200  # documents whose titles hold a name that is looked at
_VOID_LOSS = 1.0  # what a void passage stands below the last living one
_REMEMBERED = 20_000  # passages kept folded, and texts kept with their vectors, in memory


@dataclass(frozen=True, slots=True)
class Candidates:
    """`matrix[i]` are the features (`features.NAMES`) of the passage `rows[i]`; rows ascend."""

    rows: np.ndarray
    matrix: np.ndarray


_OLD = re.compile(r"原|旧|以前|过去|之前|废止|失效")


def _is_asked_for(question: Question, old: Entry, new: Entry) -> bool:
    """True when the question means the void document and not the one that took its place."""
    named = set(question.doc_ids)
    if old.id in named and new.id not in named:
        return True
    years = set(question.years)
    return bool(years & set(old.years) - set(new.years)) or _OLD.search(question.normal) is not None


def _day(as_of: str | None) -> date:
    return date.fromisoformat(as_of) if as_of else date.today()


class HybridIndex:
    """The `youju.records.Retriever` over an `IndexData`; safe to share between threads."""

    def __init__(
        self,
        data: IndexData,
        encoder: Encoder,
        *,
        store: StoreName = "auto",
        thesaurus: Thesaurus | None = None,
        ranker: Ranker | None = None,
        methods: Collection[str] = features.SCORES,
    ) -> None:
        """`methods` find and score candidates; fewer than all are for comparisons."""
        assert set(methods) <= set(features.SCORES), methods
        self._methods = frozenset(methods)
        self._data = data
        self._encoder = encoder
        self._vectors = data.vectors
        self._store_name: StoreName = store
        self._thesaurus = thesaurus or load_thesaurus()
        self._ranker = ranker or load_ranker()
        self._states: dict[date, tuple[str, ...]] = {}
        self._prepared: dict[int, Prepared] = {}
        self._embedded: dict[str, np.ndarray] = {}

    @cached_property
    def _store(self) -> VectorStore:
        """Opened at the first search: importing FAISS takes longer than opening all else."""
        try:
            return open_store(self._vectors, self._store_name, self._data.nearest)
        except ValueError as error:
            raise IndexCorrupt(
                f"索引里的向量文件已损坏（{error}）："
                "请重新建立索引（python cli.py index 文件夹 --rebuild）。"
            ) from error

    def forgetting(self, gone: Container[str]) -> HybridIndex:
        """The same, but for what some of its documents do to others, and others to them.

        Its documents are the same: a `Part` of the others tells nothing at all of them.
        """
        known = self._data.relations
        kept = [one for one in known if one.source not in gone and one.target not in gone]
        if len(kept) == len(known):
            return self
        entries = [entry for entry in self.catalog.entries if entry.id not in gone]
        ended = endings(entries, kept)
        _ = self._store  # opened once, for both
        made = copy.copy(self)
        # What people said of a state stands: nothing is ended that was not before.
        left = {doc_id: one for doc_id, one in ended.items() if doc_id in self._endings}
        made._data = replace(self._data, relations=kept, endings=left)
        made._states = {}
        made.__dict__.pop("_related", None)
        return made

    @property
    def passages(self) -> Sequence[Passage]:
        """All passages in id order, read when asked for; a passage's place is its row number."""
        return self._data.passages

    @property
    def catalog(self) -> Catalog:
        """Names, regions and years of the documents, without reading them."""
        return self._data.catalog

    def documents(self) -> Sequence[PolicyDoc]:
        """All documents in id order, each read when asked for."""
        return self._data.documents

    def document(self, doc_id: str, as_of: str | None = None) -> PolicyDoc:
        """One document with its validity on a day, else today; KeyError when unknown."""
        doc = self._data.documents[self._number(doc_id)]
        day, ending = _day(as_of), self._endings.get(doc_id)
        meta = on_day(doc.meta, doc.name, day, ending)
        parts = tuple(
            replace(p, meta=on_day(p.meta, p.meta.title.value if p.meta.title else "", day, ending))
            for p in doc.parts
        )
        return (
            doc if meta is doc.meta and parts == doc.parts else replace(doc, meta=meta, parts=parts)
        )

    def _number(self, doc_id: str) -> int:
        number = self.catalog.names.row(doc_id)
        if number < 0:
            raise KeyError(doc_id)
        return number

    def _entry(self, doc_id: str) -> Entry:
        return self.catalog.entries[self._number(doc_id)]

    @property
    def relations(self) -> Sequence[Relation]:
        """What the documents do to each other."""
        return self._data.relations

    def related(self, doc_id: str) -> Sequence[Relation]:
        """What a document does to others, and they to it, in the order of the sources."""
        return self._related.get(doc_id, ())

    @cached_property
    def _related(self) -> Mapping[str, Sequence[Relation]]:
        """Document id → its relations: gone through once, when the first is asked for."""
        found: dict[str, list[Relation]] = {}
        for relation in self._data.relations:
            for doc_id in dict.fromkeys((relation.source, relation.target)):
                found.setdefault(doc_id, []).append(relation)
        return found

    def meant(self, doc_id: str, title: str) -> str | None:
        """The id of the document that another one means by a name; None when it is not here."""
        held = self.catalog.names.holding(title, _NAMED) or ()
        among = [self._entry(name.id) for name in held if name.id != doc_id]
        found = meant(self._entry(doc_id), title, among)
        return found.id if found is not None else None

    def speaking_of(self, title: str, most: int) -> Sequence[str]:
        """Ids of the documents that hold most of a title's character pairs, the likest first."""
        weights = {pair: self._data.bigrams.idf(pair) for pair in bigrams(fold(title))}
        scores = self._data.document_bigrams.scores(weights)
        return [self.catalog.entries[int(row)].id for row in _best(scores, most, None)]

    @property
    def _endings(self) -> Mapping[str, Ending]:
        return self._data.endings

    def living_first(
        self,
        question: Question,
        hits: Sequence[Hit],
        as_of: str | None = None,
    ) -> list[Hit]:
        """Hits of a void document behind those of what took its place, unless it is asked for.

        They keep less than the score of what they stand behind.
        """
        order = list(hits)
        for old in dict.fromkeys(hit.passage.doc_id for hit in hits):
            ending = self._endings.get(old)
            if ending is None or not self.document(old, as_of).meta.void:
                continue
            new = [i for i, hit in enumerate(order) if hit.passage.doc_id == ending.doc_id]
            if not new or _is_asked_for(question, self._entry(old), self._entry(ending.doc_id)):
                continue
            kept = [hit for hit in order if hit.passage.doc_id != old]
            last = max(i for i, hit in enumerate(kept) if hit.passage.doc_id == ending.doc_id)
            most = kept[last].score - _VOID_LOSS
            moved = [
                replace(hit, score=min(hit.score, most))
                for hit in order
                if hit.passage.doc_id == old
            ]
            order = [*kept[: last + 1], *moved, *kept[last + 1 :]]
        return order

    def _void(self, filters: Filters | None) -> Sequence[str] | None:
        """The documents that do not hold on the day of the filters; None without such a filter."""
        if filters is None or not filters.in_force:
            return None
        return self.in_state(tuple(NOT_IN_FORCE), filters.as_of)

    def states(self, as_of: str | None = None) -> dict[str, str]:
        """The state of every document on a day, else today, without reading any."""
        ids = (entry.id for entry in self.catalog.entries)
        return dict(zip(ids, self._states_on(_day(as_of)), strict=True))

    def in_state(self, states: Sequence[str], as_of: str | None = None) -> Sequence[str]:
        """The documents whose validity on a day, else today, is one of these."""
        known = self._states_on(_day(as_of))
        return self.catalog.names.at([i for i, one in enumerate(known) if one in states])

    def _states_on(self, day: date) -> tuple[str, ...]:
        """The state of each document, in order, worked out once a day."""
        known = self._states.get(day)
        if known is None:
            known = tuple(
                state(
                    Told(e.name, e.status, e.effective_on, e.expires_on),
                    day,
                    self._endings.get(e.id),
                )[0]
                for e in self.catalog.entries
            )
            self._states = {day: known}
        return known

    def admits(self, doc_id: str, filters: Filters) -> bool:
        """True for a document that the filters let through."""
        entry = self.catalog.entries[self._number(doc_id)]
        return passes(entry, filters, self._void(filters))

    def names(self) -> Names:
        """How the documents are named, without reading the documents."""
        return self.catalog.names

    def facts(self, wordings: Sequence[str]) -> Sequence[DocFacts]:
        """What documents set of indicators like these, in id order, without reading them."""
        found: dict[str, list[Fact]] = {}
        for fact in ledger.alike(self._data.ledger, wordings):
            found.setdefault(fact.doc_id, []).append(fact)
        chosen = [self._entry(doc_id) for doc_id in sorted(found)]
        return [
            DocFacts(e.id, e.name, e.region, tuple(sorted(found[e.id], key=lambda f: f.span)))
            for e in chosen
        ]

    def rarity(self, pairs: Sequence[str]) -> np.ndarray:
        """IDF of character pairs; float32, shape (len(pairs),); the largest for unknown ones."""
        return np.array([self._data.bigrams.idf(pair) for pair in pairs], np.float32)

    def embed(self, texts: Sequence[str], *, is_query: bool = False) -> np.ndarray:
        """Unit vectors of the index's encoder; float32, shape (len(texts), dimension).

        Clauses come up again and again: the vectors of texts that are no query are remembered.
        """
        if is_query or not texts:
            return self._encoder.encode(texts, is_query=is_query)
        remembered = self._embedded  # another thread may put a new one in its place
        missing = [text for text in dict.fromkeys(texts) if text not in remembered]
        if missing:
            if len(remembered) + len(missing) > _REMEMBERED:
                remembered = {text: remembered[text] for text in texts if text in remembered}
            remembered.update(zip(missing, self._encoder.encode(missing), strict=True))
            self._embedded = remembered
        return np.stack([remembered[text] for text in texts])

    def also_searched(self, question: Question) -> tuple[str, ...]:
        """The official terms that the thesaurus adds to the question, best first."""
        return tuple(term for term, _ in self._thesaurus.expand(question_text(question)))

    def search(
        self,
        question: Question,
        k: int,
        filters: Filters | None = None,
        *,
        method: Method = "hybrid",
    ) -> list[Hit]:
        """The best `k` passages, best first, ties by passage id.

        `bm25` (over words) and `dense` rank by that method alone, for comparison.
        """
        if k <= 0:
            return []
        allowed = self.catalog.allowed(filters, self._void(filters))
        if method == "hybrid":
            found = self.candidates(question, filters, depth=max(_DEPTH, k))
            return self._hits(found.rows, self._ranker.score(found.matrix), k, found.matrix)
        if method == "bm25":
            scores = self._data.words.scores(words(question_text(question)))
            rows = _best(scores, k, allowed)
            return self._hits(rows, scores[rows], k)
        assert method == "dense", f"no such method: {method}"
        rows, scores = self._store.search(self._vector(question), k, allowed)
        return self._hits(rows, scores, k)

    def candidates(
        self, question: Question, filters: Filters | None = None, *, depth: int = _DEPTH
    ) -> Candidates:
        """The union of the best `depth` of each method, with the features of each passage."""
        allowed = self.catalog.allowed(filters, self._void(filters))
        text = question_text(question)
        asked = words(text)
        pairs = necessity.weights(bigrams(text))
        scores = self._lexical(text, asked, pairs)
        lists = [_best(values, depth, allowed) for values in scores.values()]
        if "words" in scores and "thesaurus" in scores:
            # The thesaurus is meant to help the question's own words, not to replace them.
            helped = scores["words"] + 0.5 * scores["thesaurus"]
            lists.append(_best(helped, depth, allowed))
        vector = None
        if "dense" in self._methods:
            vector = self._vector(question)
            lists.append(self._store.search(vector, depth, allowed)[0])
        rows = np.unique(np.concatenate(lists)) if lists else np.zeros(0, np.int64)
        chosen = dict.fromkeys(features.SCORES, np.zeros(len(rows), np.float32))
        chosen |= {name: values[rows] for name, values in scores.items()}
        if vector is not None:
            chosen["dense"] = self._vectors[rows] @ vector
        if "late" in self._methods:
            chosen["late"] = self._late(text, rows)
        if "document" in self._methods:
            documents = self._data.document_bigrams.scores(pairs)
            chosen["document"] = documents[self.catalog.doc_of[rows]]
        entries = [self.catalog.entries[self.catalog.doc_of[row]] for row in rows]
        lexicon = self._data.words
        pool = Pool(
            question,
            asked,
            lexicon.idf,
            lexicon.__contains__,
            {pair: self._data.bigrams.idf(pair) * weight for pair, weight in pairs.items()},
            chosen,
            [self._prepare(int(row)) for row in rows],
            entries,
        )
        return Candidates(rows, features.compute(pool))

    def _lexical(
        self, text: str, asked: Sequence[str], pairs: Mapping[str, float]
    ) -> Mapping[str, np.ndarray]:
        """Scores of all passages by each lexical method."""
        scores = {}
        if "words" in self._methods:
            scores["words"] = self._data.words.scores(asked)
        if "bigrams" in self._methods:
            scores["bigrams"] = self._data.bigrams.scores(pairs)
        if "thesaurus" in self._methods:
            terms = weights_for(self._thesaurus.expand(text), asked, self._data.words)
            scores["thesaurus"] = self._data.words.scores(terms)
        return scores

    def _vector(self, question: Question) -> np.ndarray:
        # Regions are matched by name; in a vector 贵州 outweighs 天会不会更蓝, so they count half.
        texts = dict.fromkeys((question_text(question), features.matter(question)))
        vector: np.ndarray = self._encoder.encode(list(texts), is_query=True).sum(axis=0)
        return vector / max(1e-9, float(np.linalg.norm(vector)))

    def _late(self, text: str, rows: np.ndarray) -> np.ndarray:
        if self._data.tokens is None or not isinstance(self._encoder, TokenEncoder):
            return np.zeros(len(rows), np.float32)
        return late.interaction(text, rows, self._data.tokens, self._encoder)

    def _prepare(self, row: int) -> Prepared:
        known = self._prepared.get(row)
        if known is None:
            if len(self._prepared) >= _REMEMBERED:
                self._prepared = {}
            known = self._prepared[row] = features.prepare(self._data.passages[row])
        return known

    def _hits(
        self, rows: np.ndarray, scores: np.ndarray, k: int, matrix: np.ndarray | None = None
    ) -> list[Hit]:
        # Rows are in id order, so that equal scores are ordered by passage id.
        order = np.lexsort((rows, -scores))[:k]
        return [
            Hit(
                self._data.passages[int(rows[i])],
                float(scores[i]),
                {}
                if matrix is None
                else dict(zip(features.NAMES, matrix[i].tolist(), strict=True)),
            )
            for i in order
        ]


def _best(scores: np.ndarray, k: int, allowed: np.ndarray | None) -> np.ndarray:
    """Rows of the `k` best positive scores, ties by row."""
    rows = np.flatnonzero(scores > 0) if allowed is None else allowed[scores[allowed] > 0]
    if k < len(rows):
        values = scores[rows]
        edge = np.partition(values, len(values) - k)[len(values) - k]
        rows = rows[values >= edge]
    return rows[np.lexsort((rows, -scores[rows]))[:k]]
