"""Figures behind the plots: rank histogram, recall curve, risk and coverage, reliability."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eval.records import QuestionResult

_STEPS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers of a confidence from `low` to `high`: how many, how sure, what share was right."""

    low: float
    high: float
    n: int
    confidence: float
    right: float


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
    their best hit; both by falling sureness, ties by id. Risk is the share of wrong ones so far:
    see `was_right`.
    """
    order = sorted(
        results,
        key=lambda r: (not _answered(r), -sureness.get(r.id, 0.0), r.id),
    )
    points: list[tuple[float, float]] = []
    wrong = 0
    for n, result in enumerate(order, 1):
        wrong += not was_right(result)
        points.append((n / len(order), wrong / n))
    answered = sum(map(_answered, order))
    return tuple(points), points[answered - 1] if answered else None


def confidences(results: Sequence[QuestionResult]) -> dict[str, float]:
    """Question id → what the answer said of its own confidence, where it said something."""
    found = ((result.id, result.outcome.confidence) for result in results)
    return {name: sure for name, sure in found if sure is not None}


def reliability(results: Sequence[QuestionResult]) -> tuple[Bin, ...]:
    """The given answers by their confidence, in ten equal steps; empty steps are left out."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for result in results:
        sure = result.outcome.confidence
        if sure is not None and _answered(result):
            step = min(_STEPS - 1, max(0, int(sure * _STEPS)))
            bins.setdefault(step, []).append((sure, was_right(result)))
    return tuple(
        Bin(
            step / _STEPS,
            (step + 1) / _STEPS,
            len(found),
            sum(sure for sure, _ in found) / len(found),
            sum(right for _, right in found) / len(found),
        )
        for step, found in sorted(bins.items())
    )


def calibration_error(bins: Sequence[Bin]) -> float | None:
    """Mean distance between confidence and share of right answers, by answers; None without any."""
    total = sum(found.n for found in bins)
    if not total:
        return None
    return sum(found.n * abs(found.confidence - found.right) for found in bins) / total


def risk_at(points: Sequence[tuple[float, float]], coverage: float) -> float | None:
    """The risk once at least this share of the questions is answered; None without points."""
    return next((risk for share, risk in points if share >= coverage - 1e-9), None)


def _answered(result: QuestionResult) -> bool:
    said = result.outcome
    return not (said.refused or said.error or result.missing)


def was_right(result: QuestionResult) -> bool:
    """True when an answerable question was answered with every fact; refused, if its best hit was.

    Where the gold tells no facts, one right citation, or the best hit, stands for them.
    """
    if not result.answerable:
        return False
    said, scores = result.outcome, result.scores
    if _answered(result):
        cited = any(citation.right for citation in said.citations)
        return bool(scores.get("answer", cited))
    if "clause1" in scores:
        return bool(scores["clause1"])
    return bool(said.hits and said.hits[0].right)
