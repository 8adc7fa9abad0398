"""Scored questions → estimates per measure and category, missing questions counted as zero."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from eval.answer_metrics import answer_scores, refusal_counts, refusal_measures
from eval.bootstrap import interval, ratio
from eval.metrics import RANKING, gold_measures
from eval.records import Estimate, Outcome, QuestionItem, QuestionResult, Rule, Run
from eval.words import FIGURES, WHOLE, figures

REFUSAL = ("refusal_P", "refusal_R", "refusal_F1")
MEASURES = (
    *RANKING,
    "facts",
    "cite_recall",
    "cite_precision",
    "exact",
    "void_named",
    "length",
    "decision",
    *REFUSAL,
    *FIGURES,
)
LATENCY = ("ms_p50", "ms_p95")
LENGTHS = ("length", "chars", "clause1_chars", "clause3_chars")  # in characters
LOWER_IS_BETTER = (*LENGTHS, *LATENCY)
# What a question that was not answered at all scores zero on; the rest does not apply to it.
ZERO_WHEN_MISSING = (
    *RANKING,
    *("facts", "cite_recall", "decision"),
    *(name for name in (*FIGURES, *WHOLE) if name not in LENGTHS),
)


def score(
    item: QuestionItem, outcome: Outcome, texts: Mapping[str, str], rule: Rule = "places"
) -> QuestionResult:
    """One question, scored by every measure that applies to it.

    `texts` are the originals by source path. What is measured by places is left out where words
    are the rule.
    """
    failed = outcome.error is not None
    scores = {"decision": float(not failed and outcome.refused != item.answerable)}
    placed = item if rule == "places" else replace(item, gold=())
    if placed.answerable and placed.gold:
        scores |= gold_measures([hit.right for hit in outcome.hits], len(placed.gold))
    scores |= answer_scores(placed, outcome) | figures(item, outcome, texts)
    return _result(item, outcome, scores)


def missing(item: QuestionItem) -> QuestionResult:
    """The result of a question that a run lacks: zero wherever a measure applies."""
    by_words = figures(item, Outcome(), {})
    scores = {"decision": 0.0} | {n: 0.0 for n in by_words if n in ZERO_WHEN_MISSING}
    if item.answerable and item.gold:
        scores |= dict.fromkeys((*RANKING, "cite_recall"), 0.0)
    if item.answerable and item.must_contain:
        scores["facts"] = 0.0
    return replace(_result(item, Outcome(), scores), missing=True)


def _result(item: QuestionItem, outcome: Outcome, scores: dict[str, float]) -> QuestionResult:
    return QuestionResult(
        item.id, item.question, item.category, item.answerable, item.split, outcome, scores
    )


def zeroed(result: QuestionResult) -> QuestionResult:
    """The same, when all that is known of the question is another run's result."""
    scores = {name: 0.0 for name in result.scores if name in ZERO_WHEN_MISSING}
    return replace(result, outcome=Outcome(), scores=scores, missing=True)


def align(runs: Sequence[Run]) -> list[Run]:
    """The runs over the union of their questions, in id order; gaps are filled with zeros."""
    known: dict[str, QuestionResult] = {}
    for run in runs:
        for result in run.results:
            known.setdefault(result.id, result)
    aligned = []
    for run in runs:
        own = {result.id: result for result in run.results}
        filled = tuple(own.get(name) or zeroed(known[name]) for name in sorted(known))
        aligned.append(replace(run, results=filled))
    return aligned


def complete(
    items: Sequence[QuestionItem], results: Iterable[QuestionResult]
) -> list[QuestionResult]:
    """One result per question, in question order; those that are not there score zero."""
    by_id = {result.id: result for result in results}
    return [by_id.get(item.id) or missing(item) for item in items]


def estimate(results: Sequence[QuestionResult], measure: str) -> Estimate:
    """A measure with its interval over the questions it applies to."""
    if measure in REFUSAL:
        return _refusal(results, measure)
    if measure.startswith("ms_p"):
        return _latency(results, float(measure[4:]))
    values = [r.scores[measure] for r in results if measure in r.scores]
    if not values:
        return Estimate(None, None, None, 0)
    columns = np.column_stack([values, np.ones(len(values))])
    return _bounded(float(np.mean(values)), columns, ratio, len(values))


def _refusal(results: Sequence[QuestionResult], measure: str) -> Estimate:
    columns = np.array([refusal_counts([result]) for result in results]).reshape(-1, 3)
    value = refusal_measures(*columns.sum(axis=0).tolist())[measure]
    # For precision, recall and F1: what is divided by what, in terms of the three counts.
    top, bottom = {
        "refusal_P": ((1, 0, 0), (0, 1, 0)),
        "refusal_R": ((1, 0, 0), (0, 0, 1)),
        "refusal_F1": ((2, 0, 0), (0, 1, 1)),
    }[measure]
    if value is None:
        return Estimate(None, None, None, 0)
    terms = np.column_stack([columns @ top, columns @ bottom])
    counted = int((columns @ bottom > 0).sum())
    return _bounded(value, terms, ratio, counted)


def _bounded(
    value: float, columns: np.ndarray, statistic: Callable[[np.ndarray], np.ndarray], n: int
) -> Estimate:
    low, high = interval(columns, statistic) or (value, value)
    return Estimate(value, low, high, n)


def _latency(results: Sequence[QuestionResult], percent: float) -> Estimate:
    values = [r.outcome.ms for r in results if not r.missing]
    if not values:
        return Estimate(None, None, None, 0)
    value = float(np.percentile(values, percent))
    return Estimate(value, value, value, len(values))


def summarise(
    results: Sequence[QuestionResult], measures: Sequence[str] = MEASURES
) -> dict[str, Estimate]:
    """measure → estimate over all results."""
    return {measure: estimate(results, measure) for measure in measures}


def judged_by_words(results: Sequence[QuestionResult]) -> bool:
    """True when no question of these was judged by places."""
    known = {name for result in results for name in result.scores}
    return "hit1" in known and "Success@1" not in known


def by_category(results: Sequence[QuestionResult]) -> dict[str, list[QuestionResult]]:
    """category → its results, categories in name order."""
    names = sorted({result.category for result in results})
    return {name: [r for r in results if r.category == name] for name in names}
