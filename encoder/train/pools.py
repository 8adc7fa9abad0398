"""Validation on pools of one subject: the right clause among the 300 that are most alike it.

On random pools a dense score looks far too good; users search within one subject. The pools come
from TF-IDF over words, not from any encoder, so that no encoder picks its own opponents.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from encoder.train.sources import ClauseQuestions, held_out

POOL = 300
_TWIN = 0.9  # clauses more alike than this say the same in another province's law


@dataclass(frozen=True, slots=True)
class Pools:
    """Row i: question i's clause numbers, the right one first. `texts` are all clauses."""

    texts: tuple[str, ...]
    members: np.ndarray  # int32, questions × POOL
    colloquial: tuple[str, ...]
    plain: tuple[str, ...]


def make_pools(
    records: list[ClauseQuestions], tokens: list[list[str]], share: float, size: int = POOL
) -> Pools:
    """Pools for the held-out records. `tokens` are the words of each record's clause.

    A pool is the right clause and the clauses nearest to its nearest neighbour, twins left out.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(analyzer=lambda words: words, min_df=2, sublinear_tf=True)
    matrix = vectorizer.fit_transform(tokens).tocsr()
    chosen = [n for n, record in enumerate(records) if held_out(record.title, share)]
    members = np.empty((len(chosen), size), np.int32)
    for row, number in enumerate(chosen):
        to_gold = (matrix @ matrix[number].T).toarray().ravel()
        allowed = to_gold < _TWIN
        seed = int(np.argmax(np.where(allowed, to_gold, -1)))
        to_seed = np.where(allowed, (matrix @ matrix[seed].T).toarray().ravel(), -1)
        nearest = np.lexsort((np.arange(len(records)), -to_seed))[: size - 1]
        members[row] = [number, *nearest]
    return Pools(
        texts=tuple(record.clause for record in records),
        members=members,
        colloquial=tuple(records[n].colloquial[0] for n in chosen),
        plain=tuple(records[n].plain for n in chosen),
    )


def ranks(questions: np.ndarray, clauses: np.ndarray, members: np.ndarray) -> np.ndarray:
    """The rank of the right clause per question, from 1; ties count against us.

    `questions` (n × d) and `clauses` (all × d) are unit vectors.
    """
    scores = np.einsum("qd,qpd->qp", questions, clauses[members])
    return 1 + (scores[:, 1:] >= scores[:, :1]).sum(axis=1)


def summary(found: np.ndarray) -> dict[str, float]:
    """Hit@1, RR@10 and R@10 of an array of ranks (one right text per question)."""
    return {
        "Hit@1": float((found == 1).mean()),
        "RR@10": float(np.where(found <= 10, 1 / found, 0).mean()),
        "R@10": float((found <= 10).mean()),
    }


def interval(values: np.ndarray, seed: int = 13, draws: int = 2000) -> tuple[float, float]:
    """95 % bootstrap confidence interval of the mean."""
    rng = np.random.default_rng(seed)
    means = [values[rng.integers(0, len(values), len(values))].mean() for _ in range(draws)]
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


def report(found: np.ndarray) -> dict[str, dict[str, float | list[float]]]:
    """`summary` with a confidence interval for each measure, and the number of questions."""
    parts = {
        "Hit@1": (found == 1).astype(float),
        "RR@10": np.where(found <= 10, 1 / found, 0),
        "R@10": (found <= 10).astype(float),
    }
    result: dict[str, dict[str, float | list[float]]] = {"questions": {"n": len(found)}}
    for name, values in parts.items():
        low, high = interval(values)
        result[name] = {
            "mean": round(float(values.mean()), 4),
            "ci95": [round(low, 4), round(high, 4)],
        }
    return result
