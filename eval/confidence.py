"""Fit the confidence of answers (`qa.clauses.confidence`) on questions of known answerability.

Every set weighs the same, however many questions it has. Needs scikit-learn (requirements-dev.txt).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from eval.files import read_questions
from eval.records import QuestionItem
from eval.sets import BESIDE, HERE, POLICY
from qa.asked import scope
from qa.asked.question import analyze
from qa.clauses import confidence
from qa.clauses.lexical import LexicalReader
from qa.facts.aliases import load
from qa.route import route
from youju.records import Question, Reader, Retriever

ROOT = HERE.parent
_SET_WEIGHT = 300.0  # of all questions of a set together
FOLDS = 8
SEEDS = 3
STRENGTH = 0.3  # inverse of the regularisation, features scaled to unit variance


@dataclass(frozen=True, slots=True)
class Example:
    """One asked question: its features, whether it can be answered, and what it weighs."""

    question: str
    features: np.ndarray
    answerable: bool
    weight: float


@dataclass(frozen=True, slots=True)
class Fitted:
    """Constants for `qa.clauses.confidence`, and what they reach in cross-validation."""

    weights: tuple[float, ...]
    bias: float
    f1: float
    auc: float
    examples: tuple[Example, ...]
    probabilities: tuple[float, ...]


def sets() -> list[tuple[Path, Path]]:
    """(questions, documents) to fit on; the tuning half of the development set when it is there."""
    found = [(POLICY.questions, ROOT / "corpus")]
    tune = BESIDE / "tune.jsonl"
    return [*found, (tune, BESIDE / "docs")] if tune.exists() else found


def open_folder(folder: Path) -> Retriever:
    """An index of a folder in memory, with the bundled encoder."""
    from index import build, encoder, retrieve
    from ingest.passages import passages
    from ingest.pipeline import ingest

    model = encoder.load_encoder("bundled")
    docs = ingest([folder]).docs
    pieces = [piece for doc in docs for piece in passages(doc)]
    return retrieve.HybridIndex(build.build(docs, pieces, model), model)


def fitted(items: Sequence[QuestionItem]) -> list[QuestionItem]:
    """The questions that may be fitted on: all but the half that is held for reporting."""
    return [item for item in items if item.split != "report"]


def examples(questions: Path, folder: Path, model: Reader | None) -> list[Example]:
    """The tuning half of a question set (all of it when it has no halves) over a folder.

    Without a model words are compared.
    """
    retriever = open_folder(folder)
    reader = model or LexicalReader(retriever)
    names = retriever.names()
    decided = []
    for item in fitted(read_questions(questions)):
        question = analyze(item.question, names)
        values = _asked(question, retriever, reader)
        if values is not None:
            decided.append((question.text, values, item.answerable))
    weight = _SET_WEIGHT / max(1, len(decided))
    return [Example(*one, weight) for one in decided]


def _asked(question: Question, retriever: Retriever, reader: Reader) -> np.ndarray | None:
    """The features; None where header, label, facts or table answer, so that none is weighed."""
    hits = retriever.search(question, scope.DEPTH)
    decision = route(question, retriever, reader, hits, None, load())
    return confidence.features(question, decision.reads, retriever) if decision.weighed else None


def fit(found: Sequence[Example]) -> Fitted:
    """Logistic regression; the threshold is not fitted, so F1 is that of the one in use."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    x = np.array([example.features for example in found])
    y = np.array([example.answerable for example in found], int)
    weight = np.array([example.weight for example in found])
    scale = x.std(axis=0) + 1e-9
    model = LogisticRegression(C=STRENGTH, max_iter=2000)
    rounds = [
        cross_val_predict(
            model, x / scale, y, cv=StratifiedKFold(FOLDS, shuffle=True, random_state=seed),
            method="predict_proba", params={"sample_weight": weight},
        )[:, 1]
        for seed in range(SEEDS)
    ]  # fmt: skip
    probability = np.mean(rounds, axis=0)
    model.fit(x / scale, y, sample_weight=weight)
    return Fitted(
        tuple(float(w) for w in model.coef_[0] / scale), float(model.intercept_[0]),
        _f1(probability < confidence.REFUSE, y == 0), float(roc_auc_score(y, probability)),
        tuple(found), tuple(float(p) for p in probability),
    )  # fmt: skip


def _f1(refused: np.ndarray, unanswerable: np.ndarray) -> float:
    both = int((refused & unanswerable).sum())
    total = int(refused.sum() + unanswerable.sum())
    return 2 * both / total if total else 0.0


def report(fitted: Fitted, prefix: str = "") -> str:
    """The constants to paste into qa/clauses/confidence.py, and the questions it gets wrong."""
    lines = [
        f"FEATURES = {confidence.FEATURES}",
        f"{prefix}WEIGHTS = ({', '.join(f'{w:.3f}' for w in fitted.weights)})",
        f"{prefix}BIAS = {fitted.bias:.2f}",
        f"cross-validated F1 of refusal on the {len(fitted.examples)}"
        f" questions that reach this decision: {fitted.f1:.3f}, AUC {fitted.auc:.3f}",
    ]
    near = sorted(zip(fitted.probabilities, fitted.examples, strict=True), key=lambda p: p[0])
    for probability, example in near:
        if (probability >= confidence.REFUSE) != example.answerable:
            lines.append(
                f"  {probability:.2f} {'+' if example.answerable else '-'} {example.question}"
            )
    return "\n".join(lines)
