"""A public retrieval benchmark (BEIR-style folder) through the product's own index, in memory."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from typing import Protocol

from datatypes import Hit, Passage, PolicyDoc, PolicyMeta, Proven, Question, SourceFile, Span
from eval.bootstrap import mean_interval
from eval.metrics import BENCH, per_query
from eval.records import Benchmark, Estimate, RunRow
from text.normalize import fold

DEPTH = 100


class Index(Protocol):
    """What the benchmark needs of `HybridIndex`."""

    def search(self, question: Question, k: int, *, method: str) -> list[Hit]:
        """The best `k` passages."""
        ...


def passages_of(benchmark: Benchmark) -> tuple[list[PolicyDoc], list[Passage]]:
    """One document with one passage per benchmark passage, ids kept."""
    docs, passages = [], []
    for name, title, text in benchmark.passages:
        original = f"{title}\n{text}" if title else text
        digest = hashlib.sha256(original.encode()).hexdigest()
        source = SourceFile(f"{benchmark.name}/{name}", digest, "txt", len(original.encode()))
        meta = PolicyMeta(title=Proven(title, Span(0, len(title))) if title else None)
        docs.append(PolicyDoc(name, source, original, digest, meta, ()))
        span = Span(len(original) - len(text), len(original))
        passages.append(Passage(name, name, "clause", (), (), span, fold(title), fold(text)))
    return docs, passages


def build_index(benchmark: Benchmark, encoder_name: str = "bundled") -> Index:
    """The product's index over the benchmark's passages; MissingDependency as the encoder."""
    from index import build, encoder, retrieve

    loaded = encoder.load_encoder(encoder_name)
    docs, passages = passages_of(benchmark)
    index: Index = retrieve.HybridIndex(build.build(docs, passages, loaded), loaded)
    return index


def ask_all(
    index: Index,
    benchmark: Benchmark,
    method: str,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[list[RunRow], list[float]]:
    """Every judged query by one method: run rows, and milliseconds per query."""
    judged = {qrel.query_id for qrel in benchmark.qrels}
    queries = [(name, text) for name, text in benchmark.queries if name in judged]
    rows: list[RunRow] = []
    spent: list[float] = []
    for number, (name, text) in enumerate(queries, 1):
        question = Question(text, fold(text))
        started = time.perf_counter()
        hits = index.search(question, DEPTH, method=method)
        spent.append((time.perf_counter() - started) * 1000)
        rows += [RunRow(name, h.passage.id, rank, h.score) for rank, h in enumerate(hits, 1)]
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
