"""Fit the confidence of answers (`qa.clauses.confidence`) on questions of known answerability.

Besides the questions of the sets, each answerable question that names a place is asked once more of
the *other* documents, without the place: near misses of the hardest kind, weighted low because
another document does hold the answer now and then. Needs scikit-learn (requirements-dev.txt).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from eval.files import read_questions
from eval.records import QuestionItem
from eval.sets import BESIDE, HERE, POLICY
from eval.spans import same_source
from qa.asked import scope
from qa.asked.question import analyze
from qa.clauses import confidence
from qa.facts.aliases import load
from qa.route import route
from youju.records import Filters, Question, Reader, Retriever

ROOT = HERE.parent
FITTED = ROOT / "tests" / "cases" / "fitted"
SWAPPED_WEIGHT = 0.3
FOLDS = 8
SEEDS = 3
STRENGTH = 0.3  # inverse of the regularisation, features scaled to unit variance


@dataclass(frozen=True, slots=True)
class Example:
    """One asked question: its features, whether it can be answered, and whether it is a swap."""

    question: str
    features: np.ndarray
    answerable: bool
    swapped: bool


@dataclass(frozen=True, slots=True)
class Fitted:
    """Constants for `qa.clauses.confidence`, and what they reach in cross-validation."""

    weights: tuple[float, ...]
    bias: float
    threshold: float
    f1: float
    auc: float
    examples: tuple[Example, ...]
    probabilities: tuple[float, ...]


def sets() -> list[tuple[Path, Path]]:
    """(questions, documents) to fit on; the tuning half of the development set when it is there."""
    found = [(POLICY.questions, ROOT / "corpus"), (FITTED / "questions.jsonl", FITTED)]
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


def examples(questions: Path, folder: Path, reader: Reader) -> list[Example]:
    """The tuning half of a question set (all of it when it has no halves) over a folder."""
    retriever = open_folder(folder)
    names = retriever.names()
    sources = {name.id: retriever.document(name.id).source.path for name in names}
    found: list[Example] = []
    for item in fitted(read_questions(questions)):
        question = analyze(item.question, names)
        found += _asked(question, retriever, reader, None, item.answerable, swapped=False)
        found += _swapped(item, question, retriever, reader, sources)
    return found


def _swapped(
    item: QuestionItem, question: Question, retriever: Retriever, reader: Reader,
    sources: dict[str, str],
) -> list[Example]:  # fmt: skip
    gold = {i for g in item.gold for i, path in sources.items() if same_source(path, g.doc)}
    if not item.answerable or len(gold) != 1 or not question.regions:
        return []
    others = Filters(doc_ids=tuple(i for i in sources if i not in gold))
    placeless = replace(question, regions=(), doc_ids=())
    return list(_asked(placeless, retriever, reader, others, False, swapped=True))


def _asked(
    question: Question, retriever: Retriever, reader: Reader, filters: Filters | None,
    answerable: bool, *, swapped: bool,
) -> Iterator[Example]:  # fmt: skip
    """Nothing for a question that header, label, facts or table answer: none is weighed."""
    hits = retriever.search(question, scope.DEPTH, filters)
    decision = route(question, retriever, reader, hits, filters, load())
    if decision.weighed:
        values = confidence.features(question, decision.reads, retriever)
        yield Example(question.text, values, answerable, swapped)


def fit(found: Sequence[Example]) -> Fitted:
    """Logistic regression; the threshold is the best F1 of refusal on the real questions."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    x = np.array([example.features for example in found])
    y = np.array([example.answerable for example in found], int)
    real = np.array([not example.swapped for example in found])
    weight = np.where(real, 1.0, SWAPPED_WEIGHT)
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
    f1, threshold = max((_f1(probability[real] < t, y[real] == 0), -t) for t in _STEPS)
    model.fit(x / scale, y, sample_weight=weight)
    return Fitted(
        tuple(float(w) for w in model.coef_[0] / scale), float(model.intercept_[0]),
        float(-threshold), f1, float(roc_auc_score(y[real], probability[real])),
        tuple(found), tuple(float(p) for p in probability),
    )  # fmt: skip


_STEPS = np.arange(0.2, 0.9, 0.02)


def _f1(refused: np.ndarray, unanswerable: np.ndarray) -> float:
    both = int((refused & unanswerable).sum())
    total = int(refused.sum() + unanswerable.sum())
    return 2 * both / total if total else 0.0


def report(fitted: Fitted) -> str:
    """The constants to paste into qa/clauses/confidence.py, and the questions it gets wrong."""
    lines = [
        f"FEATURES = {confidence.FEATURES}",
        f"WEIGHTS = ({', '.join(f'{w:.3f}' for w in fitted.weights)})",
        f"BIAS = {fitted.bias:.2f}",
        f"REFUSE = {fitted.threshold:.2f}",
        f"cross-validated F1 of refusal on the {sum(not e.swapped for e in fitted.examples)} real"
        f" questions that reach this decision: {fitted.f1:.3f}, AUC {fitted.auc:.3f}",
    ]
    near = sorted(zip(fitted.probabilities, fitted.examples, strict=True), key=lambda p: p[0])
    for probability, example in near:
        wrong = (probability >= fitted.threshold) != example.answerable
        if wrong and not example.swapped:
            lines.append(
                f"  {probability:.2f} {'+' if example.answerable else '-'} {example.question}"
            )
    return "\n".join(lines)
