"""The baseline: BM25 over the paragraphs of the originals, the top paragraph as the answer.

What anyone gets in an afternoon, for the comparison column. It never refuses. It has the methods
of `PolicySearch` that the evaluation uses.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from text.normalize import fold
from youju.records import Answer, Citation, Filters, Hit, Passage, PolicyDoc, Span


@dataclass(frozen=True, slots=True)
class PlainSearch:
    """BM25 (bm25s, its defaults) over jieba's search-mode words of every paragraph."""

    docs: tuple[PolicyDoc, ...]
    paragraphs: tuple[Passage, ...]
    bm25: Any  # None when there are no paragraphs

    @classmethod
    def build(cls, docs: Sequence[PolicyDoc]) -> PlainSearch:
        """Index the paragraphs of the documents."""
        import bm25s

        paragraphs = tuple(p for doc in docs for p in _paragraphs(doc))
        bm25 = None
        if paragraphs:
            bm25 = bm25s.BM25()
            bm25.index([words(p.body) for p in paragraphs], show_progress=False)
        return cls(tuple(docs), paragraphs, bm25)

    def documents(self) -> Sequence[PolicyDoc]:
        """All documents."""
        return self.docs

    def document(self, doc_id: str) -> PolicyDoc:
        """One document; KeyError when unknown."""
        return {doc.id: doc for doc in self.docs}[doc_id]

    def search(
        self, text: str, k: int = 10, filters: Filters | None = None, method: str = "plain"
    ) -> list[Hit]:
        """The best paragraphs with a word in common, best first, ties by id."""
        assert filters is None, "the baseline knows no filters"
        known = [] if self.bm25 is None else [w for w in words(text) if w in self.bm25.vocab_dict]
        if not known:
            return []
        scores = self.bm25.get_scores(known)
        ranked = sorted(zip(self.paragraphs, scores, strict=True), key=lambda p: (-p[1], p[0].id))
        return [Hit(passage, float(score)) for passage, score in ranked[:k] if score > 0]

    def ask(
        self, text: str, k: int = 10, filters: Filters | None = None, method: str = "plain"
    ) -> Answer:
        """The first paragraph, quoted whole."""
        started = time.perf_counter()
        hits = self.search(text, k, filters)
        cited = tuple(self._cite(hit) for hit in hits[:1])
        answer = "".join(f"{citation.quote}[{citation.n}]" for citation in cited)
        spent = {"retrieve": (time.perf_counter() - started) * 1000}
        return Answer(text, answer, cited, not hits, None, tuple(hits), spent)

    def _cite(self, hit: Hit) -> Citation:
        doc, span = self.document(hit.passage.doc_id), hit.passage.span
        return Citation(
            1, doc.id, doc.name, None, None, None, None, "未注明", (),
            doc.source.path, span.start, span.end, span.of(doc.text),
        )  # fmt: skip


def words(text: str) -> list[str]:
    """jieba's search-mode words of the folded text."""
    import jieba

    jieba.setLogLevel("ERROR")
    return [word for word in jieba.cut_for_search(fold(text)) if word.strip()]


def _paragraphs(doc: PolicyDoc) -> Iterator[Passage]:
    start = 0
    for line in doc.text.splitlines(keepends=True):
        body = line.strip()
        at = start + len(line) - len(line.lstrip())
        start += len(line)
        if body:
            span = Span(at, at + len(body))
            yield Passage(
                f"{doc.id}#p{at:08}", doc.id, "clause", (), (), span, doc.name, fold(body)
            )
