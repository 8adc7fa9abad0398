"""Question → proven answer: search, read, decide, prove, or refuse."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from qa.asked.scope import DEPTH, hits_within
from qa.clauses.lexical import LexicalReader
from qa.clauses.reading import reordered
from qa.facts.aliases import Aliases, load
from qa.proof import compose
from qa.route import route
from youju.records import Answer, Citation, Filters, Hit, Question, Reader, Retriever


def answer(
    question: Question,
    retriever: Retriever,
    *,
    reader: Reader | None = None,
    k: int = 10,
    filters: Filters | None = None,
    aliases: Aliases | None = None,
) -> Answer:
    """The answer with its citations and its confidence, or a refusal with the nearest clauses.

    Without a `reader` words and likeness judge (`qa.clauses.lexical`). `aliases` are names of
    indicators that mean the same; None means the built-in ones.
    Raises ProofError when a document's text is not the one that was indexed.
    """
    started = time.perf_counter()
    hits = retriever.search(question, max(k, DEPTH), filters)
    searched = time.perf_counter()
    decision = route(
        question, retriever, reader or LexicalReader(retriever), hits, filters, aliases or load()
    )
    ordered = reordered(decision.reads, hits)[:k]
    if isinstance(decision.outcome, compose.Refusal):
        done = compose.refusal(question, decision.outcome, ordered)
    else:
        proven = compose.proven_answer(question, decision.outcome, ordered)
        unproven = compose.Refusal("找到的条款不能逐字证明答案")
        done = proven or compose.refusal(question, unproven, ordered)
        if proven and not decision.weighed:
            done = replace(
                done, hits=tuple(_cited_first(question, retriever, filters, done, hits)[:k])
            )
    ended = time.perf_counter()
    timings = {"retrieve": (searched - started) * 1000, "answer": (ended - searched) * 1000}
    return replace(
        done,
        confidence=round(decision.confidence, 4),
        timings_ms={name: round(ms, 2) for name, ms in timings.items()},
    )


def _cited_first(
    question: Question,
    retriever: Retriever,
    filters: Filters | None,
    answered: Answer,
    hits: Sequence[Hit],
) -> list[Hit]:
    """The hits, those with the quoted words first: what a header, a label, a cell or a fact says
    was not found by searching, and its clause may stand far down or not at all."""
    first: dict[str, Hit] = {}
    for citation in answered.citations:
        held = _holding(citation, [*answered.hits, *hits]) or _holding(
            citation, hits_within(question, retriever, filters, (citation.doc_id,))
        )
        if held is not None:
            first[held.passage.id] = held
    order = [*first.values(), *(hit for hit in answered.hits if hit.passage.id not in first)]
    scores = sorted((hit.score for hit in order), reverse=True)
    return [replace(hit, score=score) for hit, score in zip(order, scores, strict=True)]


def _holding(citation: Citation, hits: Sequence[Hit]) -> Hit | None:
    """The best hit that shares words with the citation."""
    for hit in hits:
        span = hit.passage.span
        same = hit.passage.doc_id == citation.doc_id
        if same and span.start < citation.end and citation.start < span.end:
            return hit
    return None
