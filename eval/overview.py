"""Several question sets beside each other: figures, categories, and what confidence is worth."""

from __future__ import annotations

from collections.abc import Sequence

from eval.curves import calibration_error, confidences, reliability, risk_at, risk_coverage
from eval.records import Run
from eval.report import (
    LABELS,
    category_part,
    made_of,
    markdown_table,
    show,
    show_estimate,
    worst_part,
)
from eval.summary import estimate, judged_by_words
from eval.words import FIGURES, WHOLE

# In this order: what was found, what was said, and what quoting clauses whole would have said.
MEASURES = (*FIGURES, "refusal_F1", "exact", *WHOLE)
COVERAGES = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


def overview(runs: Sequence[Run]) -> str:
    """The part of the report about the sets of these runs, one run a set."""
    names = [_name(run) for run in runs]
    rows = [
        [LABELS[m], *(show_estimate(m, estimate(run.results, m)) for run in runs)] for m in MEASURES
    ]
    parts = [
        "## Question sets",
        made_of(runs),
        markdown_table(["judged by words", *names], rows),
    ]
    for run in runs:
        if judged_by_words(run.results):
            parts += category_part(f"### By category: {_name(run)}", run.results)
            parts += worst_part(run)
    return "\n\n".join([*parts, *confidence_part(runs)]) + "\n"


def confidence_part(runs: Sequence[Run]) -> list[str]:
    """Reliability and risk of the runs whose answers tell their confidence; [] for none."""
    told = [run for run in runs if confidences(run.results)]
    if not told:
        return []
    parts = [
        "## Confidence",
        "Of the answers given with such a confidence, the share that was right; and the share of "
        "wrong ones when only the surest part of the questions is answered (a refused one counts "
        "as its first clause whole).",
    ]
    for run in told:
        found = reliability(run.results)
        rows = [
            [f"{b.low:.1f}–{b.high:.1f}", str(b.n), f"{b.confidence:.3f}", f"{b.right:.3f}"]
            for b in found
        ]
        error = show("answer", calibration_error(found))
        parts.append(f"### {_name(run)}: calibration error {error}")
        parts.append(markdown_table(["confidence", "answers", "mean", "right"], rows))
    header = ["questions answered", *(f"{share:.0%}" for share in COVERAGES), "as it stands"]
    parts.append(markdown_table(header, [_risks(run) for run in told]))
    return parts


def _risks(run: Run) -> list[str]:
    points, working = risk_coverage(run.results, confidences(run.results))
    cells = [show("answer", risk_at(points, share)) for share in COVERAGES]
    stands = "–" if working is None else f"{working[1]:.3f} at {working[0]:.0%}"
    return [f"wrong: {_name(run)}", *cells, stands]


def _name(run: Run) -> str:
    return run.info.set or run.info.questions
