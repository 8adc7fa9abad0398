"""Hits → candidate pieces of evidence: sentences, headings and table rows, scored for a question.

A piece's score adds what the question's words find in it (IDF-weighted character pairs, headings at
a discount), how near its meaning is, and how well its passage ranked. The weights were set on the
tuning half of eval/questions/policy.jsonl.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from qa.clauses.context import lead_in, row_years, years_around, years_in
from text.normalize import fold, squeeze
from text.sentences import segments, sentences
from text.words import bigrams
from youju.records import Clause, Hit, PolicyDoc, Question, Retriever, Span, Table, TableRow

_LONG = 150  # a longer sentence is taken apart at semicolons
WEIGHTS = {
    "context": 0.65,  # what a heading's match is worth beside the sentence's own
    "cover": 0.25,
    "own": 0.2,
    "near": 0.8,
    "rank": 0.7,
    "decay": 0.3,  # how fast the worth of a rank falls
    "first": 0.1,  # the opening sentence of a clause tells what it is about
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch that may answer. `text` is folded, parallel to `span` of the original.

    `cover` (0–1) is the share of the question found in it or its headings, `own` in it alone,
    `near` the cosine with the question, `years` what the place says it speaks of (None: nothing).
    """

    doc: PolicyDoc
    hit: Hit
    span: Span
    text: str
    kind: str = "sentence"
    table: Table | None = None
    row: TableRow | None = None
    years: frozenset[int] | None = None
    cover: float = 0.0
    own: float = 0.0
    near: float = 0.0
    score: float = 0.0

    @property
    def region(self) -> str:
        """The region that the document speaks for, or ''."""
        return self.doc.meta.region.value if self.doc.meta.region else ""

    def sub(self, start: int, end: int) -> Span:
        """The place in the original of the characters start:end of `text`."""
        return Span(self.span.start + start, self.span.start + end)


@dataclass(frozen=True, slots=True)
class Asked:
    """The question as weighted character pairs."""

    pairs: Mapping[str, float]

    @classmethod
    def of(cls, runs: Sequence[str], retriever: Retriever) -> Asked:
        """Weigh the pairs of the runs by their rarity in the index."""
        pairs = list(dict.fromkeys(pair for run in runs for pair in bigrams(run)))
        pairs = [pair for pair in pairs if len(pair) > 1] or pairs
        weights = retriever.rarity(pairs) if pairs else np.zeros(0)
        return cls({pair: float(weight) for pair, weight in zip(pairs, weights, strict=True)})

    def share(self, text: str, context: str = "") -> float:
        """Share of the question's weight found in `text`, or at a discount in `context`."""
        whole = sum(self.pairs.values())
        if whole <= 0:
            return 0.0
        text, context = text.lower(), context.lower()
        found = 0.0
        for pair, weight in self.pairs.items():
            if pair in text:
                found += weight
            elif context and pair in context:
                found += WEIGHTS["context"] * weight
        return found / whole


def pieces(question: Question, hits: Sequence[Hit], retriever: Retriever) -> list[Piece]:
    """All pieces of the hits, best first, ties in document order."""
    asked = Asked.of(question.terms, retriever)
    found: list[Piece] = []
    for rank, hit in enumerate(hits):
        doc = retriever.document(hit.passage.doc_id)
        introduction = lead_in(doc, hit)
        context = " ".join((*(fold(part) for part in hit.passage.path), introduction))
        standing = WEIGHTS["rank"] / (1.0 + WEIGHTS["decay"] * rank)
        for place, piece in enumerate(_pieces_of(doc, hit, introduction)):
            own = asked.share(piece.text)
            cover = asked.share(piece.text, context)
            score = (
                standing
                + WEIGHTS["cover"] * cover
                + WEIGHTS["own"] * own
                + WEIGHTS["first"] / (1.0 + place)
            )
            found.append(replace(piece, cover=cover, own=own, score=score))
    query = " ".join(question.terms) or question.normal
    near = _cosines(query, [piece.text for piece in found], retriever)
    scored = [
        replace(piece, near=float(n), score=piece.score + WEIGHTS["near"] * float(n))
        for piece, n in zip(found, near, strict=True)
    ]
    return sorted(scored, key=lambda p: (-p.score, p.doc.id, p.span.start))


def _cosines(query: str, texts: Sequence[str], retriever: Retriever) -> np.ndarray:
    if not texts:
        return np.zeros(0, np.float32)
    cosines: np.ndarray = retriever.embed(texts) @ retriever.embed([query], is_query=True)[0]
    return cosines


def _pieces_of(doc: PolicyDoc, hit: Hit, introduction: str) -> Iterator[Piece]:
    span = hit.passage.span
    if hit.passage.kind == "row":
        located = row_at(doc, span)
        if located is not None:
            table, row = located
            text = fold(span.of(doc.text))
            yield Piece(doc, hit, span, text, "row", table, row, row_years(doc, table, row))
        return
    if hit.passage.kind != "clause":
        return
    folded = fold(span.of(doc.text))
    said = years_around(doc, hit, introduction)
    for start, end in sentences(folded):
        said = years_in(folded[start:end]) or said
        kind = "heading" if _is_heading(hit, folded[start:end]) else "sentence"
        for a, b in _parts(folded, start, end):
            place = Span(span.start + a, span.start + b)
            yield Piece(doc, hit, place, folded[a:b], kind, years=years_in(folded[a:b]) or said)


def piece_at(doc: PolicyDoc, clause: Clause, like: Piece) -> Iterator[Piece]:
    """The sentences of a clause's own text, scored like another piece."""
    folded = fold(clause.own.of(doc.text))
    passage = replace(like.hit.passage, path=clause.path, clause_ids=(clause.id,), span=clause.own)
    hit = replace(like.hit, passage=passage)
    said = years_around(doc, hit, lead_in(doc, hit))
    for start, end in sentences(folded):
        said = years_in(folded[start:end]) or said
        for a, b in _parts(folded, start, end):
            place = Span(clause.own.start + a, clause.own.start + b)
            yield replace(
                like, hit=hit, span=place, text=folded[a:b], kind="sentence",
                years=years_in(folded[a:b]) or said, table=None, row=None,
            )  # fmt: skip


def _is_heading(hit: Hit, sentence: str) -> bool:
    """True for 「3.提高服务质量。」 before the text of its clause: it names, it does not say."""
    if not hit.passage.path or len(sentence) >= len(hit.passage.body) - 2:
        return False  # a clause that is nothing but its heading says what it says
    named = squeeze(fold(hit.passage.path[-1]))
    return squeeze(sentence).lstrip("—•●■◆").rstrip("。:") == named.lstrip("—")


def _parts(folded: str, start: int, end: int) -> list[tuple[int, int]]:
    if end - start <= _LONG:
        return [(start, end)]
    return [(start + a, start + b) for a, b in segments(folded[start:end])]


def row_at(doc: PolicyDoc, span: Span) -> tuple[Table, TableRow] | None:
    """The table row that stands exactly at `span`."""
    for table in doc.tables:
        if table.span.covers(span):
            for row in table.rows:
                if row.span == span:
                    return table, row
    return None
