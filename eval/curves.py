"""Figures behind the plots: rank histogram, recall curve, risk against coverage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from eval.records import QuestionResult


def first_right(result: QuestionResult) -> int | None:
    """Rank (from 1) of the first hit that is right for a gold clause."""
    ranks = (n for n, hit in enumerate(result.outcome.hits, 1) if hit.right)
    return next(ranks, None)


def rank_histogram(results: Sequence[QuestionResult], depth: int = 10) -> tuple[int, ...]:
    """Answerable questions by the rank of their first right hit; the last entry: none of them."""
    counts = [0] * (depth + 1)
    for result in results:
        if result.answerable:
            rank = first_right(result)
            counts[depth if rank is None or rank > depth else rank - 1] += 1
    return tuple(counts)


def recall_curve(
    results: Sequence[QuestionResult], golds: Mapping[str, int], depth: int = 10
) -> tuple[float, ...]:
    """Mean share of the gold clauses among the first 1…depth hits; () without gold.

    `golds` is question id → number of gold clauses.
    """
    asked = [result for result in results if golds.get(result.id)]
    if not asked:
        return ()
    curve = []
    for k in range(1, depth + 1):
        shares = [
            len({gold for hit in result.outcome.hits[:k] for gold in hit.right}) / golds[result.id]
            for result in asked
        ]
        curve.append(sum(shares) / len(shares))
    return tuple(curve)


def risk_coverage(
    results: Sequence[QuestionResult], sureness: Mapping[str, float]
) -> tuple[tuple[tuple[float, float], ...], tuple[float, float] | None]:
    """((coverage, risk) as more is answered, the point where the system stands).

    Questions that were answered come first, then the refused ones as if they were answered with
    their best hit; both by falling sureness, ties by id. Risk is the share of wrong ones so far: an
    unanswerable question is wrong once answered, an answerable one when nothing cited (or, refused,
    no best hit) is right.
    """
    order = sorted(
        results,
        key=lambda r: (not _answered(r), -sureness.get(r.id, 0.0), r.id),
    )
    points: list[tuple[float, float]] = []
    wrong = 0
    for n, result in enumerate(order, 1):
        wrong += not _right(result)
        points.append((n / len(order), wrong / n))
    answered = sum(map(_answered, order))
    return tuple(points), points[answered - 1] if answered else None


def _answered(result: QuestionResult) -> bool:
    said = result.outcome
    return not (said.refused or said.error or result.missing)


def _right(result: QuestionResult) -> bool:
    if not result.answerable:
        return False
    said = result.outcome
    if _answered(result):
        return any(citation.right for citation in said.citations)
    return bool(said.hits and said.hits[0].right)
