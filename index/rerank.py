"""The best hits once more, by a model that reads question and passage together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np

from index.features import question_text
from youju.records import Hit, Question

PART = "rerank"


class Reranker(Protocol):
    """Says how well passages answer a question."""

    name: str

    def score(self, question: str, texts: Sequence[str]) -> np.ndarray:
        """float32, one per text, higher is better."""
        ...


def load_reranker(name: str | None) -> Reranker | None:
    """A cross-encoder by hub id or folder; None for None. Raises SettingsError."""
    if name is None:
        return None
    from index.hub import CrossEncoder

    return CrossEncoder(name)


def rerank(question: Question, hits: Sequence[Hit], reranker: Reranker, top: int) -> list[Hit]:
    """The first `top` hits in the order of the reranker, ties by passage id; the rest as before.

    The model's figure goes to `parts["rerank"]`. The scores stay those of the ranking, handed out
    anew from the best to the worst, so that they mean the same with and without a reranker.
    """
    first = list(hits[:top])
    told = reranker.score(question_text(question), [hit.passage.text for hit in first])
    order = sorted(range(len(first)), key=lambda i: (-float(told[i]), first[i].passage.id))
    chosen = [
        replace(first[i], parts={**first[i].parts, PART: float(told[i])}) for i in order
    ] + list(hits[top:])
    scored: list[Hit] = []
    limit = math.inf
    for hit, place in zip(chosen, hits, strict=True):
        # Equal scores would be put in the order of their ids again.
        limit = min(place.score, math.nextafter(limit, -math.inf))
        scored.append(replace(hit, score=limit))
    return scored
