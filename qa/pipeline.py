"""Question → proven answer: search, route to statements, prove them, or refuse."""

from __future__ import annotations

import time
from dataclasses import replace

from qa.asked.scope import DEPTH
from qa.facts.aliases import Aliases
from qa.proof import compose
from qa.route import route
from youju.records import Answer, Filters, Question, Retriever


def answer(
    question: Question,
    retriever: Retriever,
    *,
    k: int = 10,
    filters: Filters | None = None,
    aliases: Aliases | None = None,
) -> Answer:
    """The answer with its citations, or a refusal with the nearest clauses.

    `aliases` are names of indicators that mean the same; None means the built-in ones.
    Raises ProofError when a document's text is not the one that was indexed.
    """
    started = time.perf_counter()
    hits = retriever.search(question, max(k, DEPTH), filters)
    searched = time.perf_counter()
    outcome = route(question, retriever, hits, filters, aliases)
    if isinstance(outcome, compose.Refusal):
        done = compose.refusal(question, outcome, hits[:k])
    else:
        proven = compose.proven_answer(question, outcome, hits[:k])
        unproven = compose.Refusal("找到的条款不能逐字证明答案")
        done = proven or compose.refusal(question, unproven, hits[:k])
    ended = time.perf_counter()
    timings = {"retrieve": (searched - started) * 1000, "answer": (ended - searched) * 1000}
    return replace(done, timings_ms={name: round(ms, 2) for name, ms in timings.items()})
