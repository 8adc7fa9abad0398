"""The second loss of training: late interaction must tell a text from those most like it.

Sums of words tell subjects apart; which of five clauses on one subject is meant hangs on single
words. For some queries of a batch the texts nearest by their sums are scored as `index.late` scores
them, word by word, so that the table learns for both uses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch.nn import functional

if TYPE_CHECKING:
    from encoder.train.contrast import Ragged, Settings, Table


def idf(texts: Ragged, count: int) -> np.ndarray:
    """float32, one per token of `count`; how rare it is among the texts, as `index.late` has it."""
    number_of = np.repeat(np.arange(len(texts.starts) - 1), np.diff(texts.starts))
    distinct = np.unique(number_of * count + texts.ids) % count
    found = np.bincount(distinct, minlength=count)
    everything = len(texts.starts) - 1
    return np.log1p((everything - found + 0.5) / (found + 0.5)).astype(np.float32)


def nearest(
    left: torch.Tensor, right: torch.Tensor, same: torch.Tensor, chosen: torch.Tensor, count: int
) -> torch.Tensor:
    """int64 (len(chosen), 1 + count): each query's own text, then some of the nearest others.

    Of the nearest 2 × `count` every other one on average: the very nearest are often right too.
    """
    with torch.no_grad():
        scores = functional.normalize(left[chosen], dim=1) @ functional.normalize(right, dim=1).T
        scores = scores.masked_fill(same[chosen], -2.0)
        scores[torch.arange(len(chosen)), chosen] = -2.0
        others = scores.topk(2 * count, dim=1).indices[:, torch.randperm(2 * count)[:count]]
    return torch.cat([chosen[:, None], others], dim=1)


def padded(
    texts: Ragged, numbers: np.ndarray, longest: int, rng: np.random.Generator
) -> np.ndarray:
    """int64 (len(numbers), longest): the distinct tokens of the texts, 0 where there are fewer."""
    rows = np.zeros((len(numbers), longest), np.int64)
    for row, number in enumerate(numbers):
        ids = np.unique(texts.ids[texts.starts[number] : texts.starts[number + 1]])
        if len(ids) > longest:
            ids = rng.choice(ids, longest, replace=False)
        rows[row, : len(ids)] = ids
    return rows


def scores(
    table: Table, queries: np.ndarray, texts: np.ndarray, weights: torch.Tensor
) -> torch.Tensor:
    """float32 (n, k) of queries (n × a tokens) with k texts each (n × k × b), as `index.late`."""
    ids, places = np.unique(np.concatenate([queries.ravel(), texts.ravel()]), return_inverse=True)
    vectors = functional.normalize(table.vectors(torch.from_numpy(ids)), dim=1)
    # `embedding`, not plain indexing, for gradients that are the same in every run.
    asked_places = torch.from_numpy(places[: queries.size].reshape(queries.shape))
    of_queries = functional.embedding(asked_places, vectors)
    of_texts = torch.from_numpy(places[queries.size :].reshape(texts.shape))
    best = []
    for column in range(texts.shape[1]):
        of_column = functional.embedding(of_texts[:, column], vectors)
        alike = torch.bmm(of_queries, of_column.transpose(1, 2))
        nothing = torch.from_numpy(texts[:, column] == 0)[:, None, :]
        best.append(alike.masked_fill(nothing, -1.0).amax(dim=2).clamp(min=0).square())
    asked = torch.from_numpy(queries)
    shares = weights[asked] * (asked != 0)
    shares = shares / shares.sum(dim=1, keepdim=True).clamp(min=1e-6)
    return (torch.stack(best, dim=2) * shares[:, :, None]).sum(dim=1)


def loss(
    table: Table,
    queries: Ragged,
    positives: Ragged,
    pairs: tuple[np.ndarray, np.ndarray],
    sums: tuple[torch.Tensor, torch.Tensor],
    same: torch.Tensor,
    weights: torch.Tensor,
    settings: Settings,
    rng: np.random.Generator,
) -> torch.Tensor:
    """Cross entropy of finding the own text; `pairs` and `sums` are those of the batch."""
    query, positive = pairs
    size = min(settings.late_queries, len(query))
    count = min(settings.late_negatives, (len(query) - 1) // 2)
    chosen = torch.from_numpy(rng.choice(len(query), size, replace=False))
    candidates = nearest(*sums, same, chosen, count).numpy()
    distinct, places = np.unique(candidates, return_inverse=True)
    tokens = padded(positives, positive[distinct], settings.late_tokens, rng)
    asked = padded(queries, query[chosen.numpy()], settings.late_query_tokens, rng)
    found = scores(table, asked, tokens[places.reshape(candidates.shape)], weights)
    own = torch.zeros(size, dtype=torch.long)
    return functional.cross_entropy(settings.late_scale * found, own)
