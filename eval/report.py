"""Runs → a Markdown report with intervals, the comparison with a baseline, and the weak spots."""

from __future__ import annotations

import re
from collections.abc import Sequence

from eval.bootstrap import Comparison, compare_paired
from eval.records import Estimate, QuestionResult, Run
from eval.summary import (
    LATENCY,
    LOWER_IS_BETTER,
    MEASURES,
    align,
    by_category,
    estimate,
    judged_by_words,
    summarise,
)
from eval.words import WHOLE

LABELS = {
    "Success@1": "a right clause first",
    "RR@10": "reciprocal rank",
    "nDCG@10": "nDCG@10",
    "R@5": "gold clauses in the top 5",
    "R@10": "gold clauses in the top 10",
    "facts": "essential facts in the answer",
    "cite_recall": "gold covered by citations",
    "cite_precision": "citations that are right",
    "exact": "citations exact",
    "void_named": "void documents named",
    "length": "answer length (characters)",
    "decision": "answered or refused rightly",
    "refusal_P": "refusal precision",
    "refusal_R": "refusal recall",
    "refusal_F1": "refusal F1",
    "hit1": "hit1: a right clause first, by words",
    "mrr": "mrr: reciprocal rank, by words",
    "r5": "r5: gold in the top 5, by words",
    "r10": "r10: gold in the top 10, by words",
    "answer": "answer: right, every fact said",
    "cite_r": "cite_r: gold covered by citations, by words",
    "cite_p": "cite_p: citations that are right, by words",
    "chars": "chars: length with marks and refusals",
    "clause1": "clause1: the first clause whole is right",
    "clause1_chars": "clause1: its characters",
    "clause3": "clause3: the first three whole are right",
    "clause3_chars": "clause3: their characters",
    "ms_p50": "ms per question, median",
    "ms_p95": "ms per question, 95th",
}
PER_CATEGORY = (
    "Success@1",
    "R@10",
    "facts",
    "answer",
    "cite_recall",
    "cite_precision",
    "length",
    "decision",
)
BY_WORDS = ("hit1", "r10", "answer", "cite_r", "cite_p", "chars", "clause1", "clause3", "decision")
WORST = 25
_GOOD_BY_PLACES = ("Success@1", "R@10", "facts", "cite_recall", "cite_precision")
_GOOD_BY_WORDS = ("hit1", "r10", "facts", "cite_r", "cite_p")
_INTRO = (
    "Means with 95 % percentile bootstrap intervals over questions. "
    "Missing questions score zero. Measures: docs/evaluation.md."
)
Table = list[list[str]]
_FIGURE = re.compile(r"[-+≤×–]?\s?\d|–?$")


def show(measure: str, value: float | None) -> str:
    """A value with the digits its measure deserves."""
    if value is None:
        return "–"
    return f"{value:.1f}" if measure in LOWER_IS_BETTER else f"{value:.3f}"


def show_estimate(measure: str, found: Estimate) -> str:
    """`0.812 [0.751, 0.866]`."""
    if found.value is None or found.low is None or found.high is None:
        return "–"
    if measure in LATENCY:
        return show(measure, found.value)
    low, high = show(measure, found.low), show(measure, found.high)
    return f"{show(measure, found.value)} [{low}, {high}]"


def markdown_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; columns of figures are right aligned."""
    columns = zip(*rows, strict=True) if rows else [()] * len(header)
    rule = ["---:" if all(map(_FIGURE.match, column)) else "---" for column in columns]
    lines = [header, rule, *rows]
    return "\n".join("| " + " | ".join(_cell(c) for c in line) + " |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def overall_table(runs: Sequence[Run]) -> Table:
    """One row per measure, one column per run."""
    rows = []
    for measure in (*MEASURES, *WHOLE, *LATENCY):
        found = [estimate(run.results, measure) for run in runs]
        if any(f.value is not None for f in found):
            cells = [show_estimate(measure, f) for f in found]
            rows.append([LABELS[measure], str(max(f.n for f in found)), *cells])
    return rows


def category_part(title: str, results: Sequence[QuestionResult]) -> list[str]:
    """A heading and a table with a row per category."""
    by_words = judged_by_words(results)
    measures = BY_WORDS if by_words else PER_CATEGORY
    rows = []
    for name, chosen in by_category(results).items():
        found = summarise(chosen, measures)
        rows.append([name, str(len(chosen)), *(show(m, found[m].value) for m in measures)])
    header = ["category", "n", *(m if by_words else LABELS[m] for m in measures)]
    return [title, markdown_table(header, rows)]


def compare_runs(a: Run, b: Run, measure: str) -> Comparison | None:
    """B against A on the questions to which the measure applies in both; None when none does."""
    left, right = align([a, b])
    pairs = [
        (x.scores[measure], y.scores[measure])
        for x, y in zip(left.results, right.results, strict=True)
        if measure in x.scores and measure in y.scores
    ]
    return compare_paired([x for x, _ in pairs], [y for _, y in pairs])


def comparison_table(a: Run, b: Run) -> Table:
    """Per measure: difference B − A with its interval, p, and the number of questions."""
    rows = []
    for measure in MEASURES:
        found = compare_runs(a, b, measure)
        if found is not None:
            bounds = f"[{show(measure, found.low)}, {show(measure, found.high)}]"
            difference = (
                f"{'+' * (found.difference >= 0)}{show(measure, found.difference)} {bounds}"
            )
            rows.append([LABELS[measure], str(found.n), difference, f"{found.p:.4f}"])
    return rows


def worst_questions(run: Run, limit: int = WORST) -> list[QuestionResult]:
    """The questions of the tuning half that went worst; the report half is never listed."""
    tuning = [r for r in run.results if r.split == "tune" and goodness(r) < 1]
    return sorted(tuning, key=lambda r: (goodness(r), r.id))[:limit]


def goodness(result: QuestionResult) -> float:
    """Mean of what counts for one question: 1 is perfect."""
    if not result.answerable:
        return float(result.outcome.refused and not result.missing)
    names = _GOOD_BY_PLACES if "Success@1" in result.scores else _GOOD_BY_WORDS
    values = [result.scores[name] for name in names if name in result.scores]
    return sum(values) / len(values) if values else 0.0


def markdown_report(runs: Sequence[Run], baseline: str = "bm25", picture: str | None = None) -> str:
    """The whole report; the last run is the one whose categories and weak spots are shown."""
    assert runs, "a report needs a run"
    runs = align(runs)
    best = runs[-1]
    header = ["measure", "n", *(run.info.method for run in runs)]
    parts = ["# Evaluation", _about(runs), _INTRO, "## All questions"]
    parts.append(markdown_table(header, overall_table(runs)))
    if picture:
        parts.append(f"![scores per category]({picture})")
    for run in runs:
        if run is not best and run.info.method == baseline:
            title = f"## {best.info.method} minus {baseline}, paired"
            header = ["measure", "n", "difference [95 %]", "p"]
            parts += [title, markdown_table(header, comparison_table(run, best))]
    for run in reversed(runs):
        parts += category_part(f"## By category: {run.info.method}", run.results)
    parts += worst_part(best)
    return "\n\n".join(parts) + "\n"


def made_of(runs: Sequence[Run]) -> str:
    """A table of what the runs were made of, and of what went missing."""
    rows = []
    for run in runs:
        info = run.info
        absent = sum(r.missing for r in run.results)
        failed = sum(r.outcome.error is not None for r in run.results)
        rows.append([run.name, info.split, str(info.count), str(absent), str(failed),
                     str(info.unread), info.questions_digest, info.corpus_digest])  # fmt: skip
    header = ["run", "split", "questions", "missing", "errors", "gold not read", "question set",
              "corpus"]  # fmt: skip
    return markdown_table(header, rows)


def _about(runs: Sequence[Run]) -> str:
    warning = ""
    if len({(r.info.questions_digest, r.info.corpus_digest, r.info.split) for r in runs}) > 1:
        warning = "\n\n**The runs are not of the same questions, corpus and split.**"
    return made_of(runs) + warning


def worst_part(run: Run) -> list[str]:
    """The weakest questions of the tuning half; [] for a run without any."""
    worst = worst_questions(run)
    if not worst:
        return []
    rows = []
    for result in worst:
        said = result.outcome.error or result.outcome.text
        asked = f"{result.id} {result.question[:40]}"
        rows.append([asked, result.category, f"{goodness(result):.2f}", said[:120]])
    return [
        f"## Weakest of the tuning half: {run.info.method}",
        markdown_table(["question", "category", "score", "what was said"], rows),
    ]
