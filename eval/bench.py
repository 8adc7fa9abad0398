"""A public retrieval benchmark (BEIR-style folder) through the product's own index, in memory."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from eval.bootstrap import mean_interval
from eval.metrics import BENCH, per_query
from eval.records import Benchmark, BenchPassage, Estimate, RunRow
from text.normalize import fold
from youju.records import (
    Encoder,
    Passage,
    PolicyDoc,
    PolicyMeta,
    Proven,
    Question,
    SourceFile,
    Span,
)

DEPTH = 100
Ranking = Callable[[str], list[tuple[str, float]]]


def passages_of(benchmark: Benchmark) -> tuple[list[PolicyDoc], list[Passage]]:
    """The documents that the passages are parts of, and the passages, ids kept.

    A part that begins with the title again loses it, as it does when a file is read.
    """
    parts: dict[str, list[BenchPassage]] = {}
    for part in benchmark.passages:
        parts.setdefault(part.doc, []).append(part)
    docs, passages = [], []
    for name, members in parts.items():
        title = members[0].title
        original = title
        for part in members:
            text = part.text
            if title and text.startswith(title):
                text = text.removeprefix(title).strip() or text
            start = len(original) + 1 if original else 0
            original = f"{original}\n{text}" if original else text
            span = Span(start, len(original))
            passages.append(
                Passage(part.id, name, "clause", (), (), span, fold(part.title), fold(text))
            )
        digest = hashlib.sha256(original.encode()).hexdigest()
        source = SourceFile(f"{benchmark.name}/{name}", digest, "txt", len(original.encode()))
        meta = PolicyMeta(title=Proven(title, Span(0, len(title))) if title else None)
        docs.append(PolicyDoc(name, source, original, digest, meta, ()))
    return docs, passages


def rankings(benchmark: Benchmark, encoder: Encoder) -> dict[str, Ranking]:
    """method → query to its best passages, over one index of the benchmark's passages."""
    from index.build import build
    from index.features import question_text
    from index.retrieve import HybridIndex
    from text.words import bigrams, words

    data = build(*passages_of(benchmark), encoder)
    index = HybridIndex(data, encoder)
    ids = [passage.id for passage in data.passages]

    def lexical(lexicon: Any, cut: Callable[[str], list[str]]) -> Ranking:
        return lambda text: _best(ids, lexicon.scores(cut(question_text(_question(text)))))

    def product(method: Any) -> Ranking:
        return lambda text: [
            (hit.passage.id, hit.score)
            for hit in index.search(_question(text), DEPTH, method=method)
        ]

    return {
        "bm25 words": lexical(data.words, words),
        "bm25 bigrams": lexical(data.bigrams, bigrams),
        "dense": product("dense"),
        "hybrid": product("hybrid"),
    }


def _question(text: str) -> Question:
    return Question(text, fold(text))


def _best(ids: Sequence[str], scores: np.ndarray) -> list[tuple[str, float]]:
    """The best positive scores; `ids` ascend, so a stable sort orders ties by id."""
    order = np.argsort(-scores, kind="stable")[:DEPTH]
    return [(ids[row], float(scores[row])) for row in order if scores[row] > 0]


def ask_all(
    ranking: Ranking, benchmark: Benchmark, progress: Callable[[int, int], None] | None = None
) -> tuple[list[RunRow], list[float]]:
    """Every judged query: run rows, and milliseconds per query."""
    judged = {qrel.query_id for qrel in benchmark.qrels}
    queries = [(name, text) for name, text in benchmark.queries if name in judged]
    rows: list[RunRow] = []
    spent: list[float] = []
    for number, (name, text) in enumerate(queries, 1):
        started = time.perf_counter()
        found = ranking(text)
        spent.append((time.perf_counter() - started) * 1000)
        rows += [RunRow(name, doc, rank, score) for rank, (doc, score) in enumerate(found, 1)]
        if progress is not None:
            progress(number, len(queries))
    return rows, spent


def estimates(
    benchmark: Benchmark, rows: Sequence[RunRow], measures: Sequence[str] = BENCH
) -> dict[str, Estimate]:
    """measure → mean over all judged queries with its interval; missing ones score zero."""
    values = per_query(benchmark.qrels, rows, measures)
    found = {}
    for measure in measures:
        column = [values[query][measure] for query in sorted(values)]
        low, high = mean_interval(column) or (None, None)
        mean = sum(column) / len(column) if column else None
        found[measure] = Estimate(mean, low, high, len(column))
    return found
