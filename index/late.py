"""Late interaction: how well each word of the question is matched by the best word of a passage."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index.encoder import TokenEncoder
from index.records import Tokens

_BLOCK = 64


def interaction(
    question: str, rows: Sequence[int] | np.ndarray, tokens: Tokens, encoder: TokenEncoder
) -> np.ndarray:
    """IDF-weighted mean over the question's tokens of their best similarity, squared.

    float32 in [0, 1], one per row. Squaring keeps many loose likenesses from outweighing one match.
    """
    scores = np.zeros(len(rows), np.float32)
    asked = np.unique(np.array(encoder.token_ids([question])[0], np.int32))
    pieces = [tokens.lists.of(int(row)) for row in rows]
    lengths = np.array([len(piece) for piece in pieces], np.int64)
    filled = np.flatnonzero(lengths)
    if not len(asked) or not len(filled):
        return scores
    together = np.concatenate(pieces)
    distinct, places = np.unique(together, return_inverse=True)
    alike = _products(encoder.token_vectors(asked), encoder.token_vectors(distinct))
    starts = np.concatenate([[0], np.cumsum(lengths[filled])[:-1]])
    best = np.maximum.reduceat(alike[:, places], starts, axis=1)
    weights = _idf(asked, tokens)
    scores[filled] = weights @ np.square(np.maximum(best, 0)) / weights.sum()
    return scores


def _products(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """`left @ right.T` in blocks that BLAS computes on one thread.

    A matrix of this size is no work for two threads, but where another process is busy they wait
    for each other: 0.2 ms became 12.
    """
    blocks = [left @ right[start : start + _BLOCK].T for start in range(0, len(right), _BLOCK)]
    return np.concatenate(blocks, axis=1)


def _idf(ids: np.ndarray, tokens: Tokens) -> np.ndarray:
    found = np.zeros(len(ids), np.float32)
    seen = ids < len(tokens.found)
    found[seen] = tokens.found[ids[seen]]
    count = len(tokens.lists)
    idf: np.ndarray = np.log1p((count - found + 0.5) / (found + 0.5)).astype(np.float32)
    return idf
