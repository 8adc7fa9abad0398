"""The bundled encoder alone on public retrieval benchmarks, for the model card."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from encoder.train import sources
from text.normalize import fold

Encode = Callable[[list[str]], np.ndarray]  # texts → unit vectors


def benchmark_ranks(folder: Path, encode: Encode) -> np.ndarray:
    """The rank of the best relevant passage per query with a relevant one, from 1.

    Equal scores are counted against us.
    """
    corpus = list(sources.rows(folder / "corpus.jsonl.gz"))
    queries = list(sources.rows(folder / "queries.jsonl.gz"))
    row_of = {row["id"]: number for number, row in enumerate(corpus)}
    relevant: dict[str, list[int]] = {}
    for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines():
        query_id, passage, grade = line.split("\t")
        if int(grade) > 0:
            relevant.setdefault(query_id, []).append(row_of[passage])
    judged = [query for query in queries if query["id"] in relevant]
    passages = encode([fold(row["text"]) for row in corpus])
    scores = encode([fold(row["text"]) for row in judged]) @ passages.T
    ranks = []
    for query, row in zip(judged, scores, strict=True):
        gold = relevant[query["id"]]
        others = np.delete(row, gold)
        ranks.append(1 + int((others >= row[gold].max()).sum()))
    return np.array(ranks)
