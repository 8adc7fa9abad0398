"""Facts, comparisons and target questions measured together, for the report and the gate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eval import comparisons, facts, targets
from eval.report import markdown_table

if TYPE_CHECKING:
    from youju.service import PolicySearch

# measure → the least that is promised, whatever was measured
PROMISED: Mapping[str, float] = {
    "fact_precision": 0.95,
    "fact_recall": 0.90,
    "comparisons": 0.85,
    "target_questions": 0.93,
}


@dataclass(frozen=True, slots=True)
class FactScores:
    """What was judged: documents, comparisons, target questions."""

    documents: tuple[facts.Judged, ...]
    comparisons: tuple[comparisons.JudgedComparison, ...]
    questions: tuple[targets.JudgedTarget, ...]

    @property
    def measures(self) -> dict[str, float]:
        """The measures of PROMISED, 0–1."""
        pooled = facts.pooled(self.documents)
        right = sum(result.right for result in self.comparisons)
        return {
            "fact_precision": pooled.precision,
            "fact_recall": pooled.recall,
            "comparisons": right / max(1, len(self.comparisons)),
            "target_questions": targets.right(self.questions),
        }


def measure(corpus: PolicySearch | None = None) -> FactScores:
    """Judge the built-in gold; `corpus` is the product over the built-in documents, if open.

    Gold of documents that are not part of the product is left out. Raises QuestionSetError.
    """
    documents, _ = facts.judge_all()
    golds = targets.read_targets()
    if corpus is None:
        with targets.indexed(targets.SETS["corpus"]) as opened:
            return _measured(documents, golds, opened)
    return _measured(documents, golds, corpus)


def _measured(
    documents: Sequence[facts.Judged], golds: Sequence[targets.GoldTarget], corpus: PolicySearch
) -> FactScores:
    compared = comparisons.judge_comparisons(corpus.compare, comparisons.read_comparisons())
    asked = targets.judge_targets(golds, {"corpus": corpus.ask})
    return FactScores(tuple(documents), tuple(compared), tuple(asked))


def document_part(results: Sequence[facts.Judged]) -> str:
    """The table of documents."""
    head = ["document", "facts", "precision", "recall", "indicator", "comparator"]
    return markdown_table(head, facts.table(results))


def comparison_part(results: Sequence[comparisons.JudgedComparison]) -> str:
    """The table of comparisons."""
    head = ["comparisons", "n", "right", "cell precision", "cell recall"]
    return markdown_table(head, comparisons.comparison_table(results))


def question_part(results: Sequence[targets.JudgedTarget]) -> str:
    """The table of target questions."""
    return markdown_table(["target questions", "n", "right"], targets.targets_table(results))


def markdown_part(scores: FactScores) -> str:
    """The section of the report."""
    parts = (
        "## Targets, comparisons, target questions",
        document_part(scores.documents),
        comparison_part(scores.comparisons),
        question_part(scores.questions),
    )
    return "\n\n".join(parts) + "\n"
