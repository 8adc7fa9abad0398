"""Question → proven answer: search, read, decide, prove, or refuse."""

from __future__ import annotations

import time
from dataclasses import replace

from qa.asked.scope import DEPTH
from qa.clauses.lexical import LexicalReader
from qa.clauses.reading import reordered
from qa.facts.aliases import Aliases, load
from qa.proof import compose
from qa.route import route
from youju.records import Answer, Filters, Question, Reader, Retriever


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
    ended = time.perf_counter()
    timings = {"retrieve": (searched - started) * 1000, "answer": (ended - searched) * 1000}
    return replace(
        done,
        confidence=round(decision.confidence, 4),
        timings_ms={name: round(ms, 2) for name, ms in timings.items()},
    )
