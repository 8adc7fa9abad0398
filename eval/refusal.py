"""Fit the decision to refuse (`qa.clauses.refuse`) on questions whose answerability is known.

What the gate holds (eval/floors) is never fitted on: of the built-in set its other half, and of the
sets over other documents nothing. Besides the questions of the sets, each answerable question that
names a place is asked once more of the *other* documents, without the place: near misses of the
hardest kind, weighted low because another document does hold the answer now and then. Needs
scikit-learn (requirements-dev.txt).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from eval.files import read_questions
from eval.records import QuestionItem
from eval.sets import POLICY
from eval.spans import same_source
from qa.asked import scope
from qa.asked.question import analyze
from qa.clauses import pieces, refuse, select
from youju.records import Filters, Question, Retriever

ROOT = Path(__file__).resolve().parent.parent
FITTED = ROOT / "tests" / "cases" / "fitted"
SETS = (  # question set, folder of documents
    (POLICY.questions, ROOT / "corpus"),
    (FITTED / "questions.jsonl", FITTED),
)
DEPTH = 16
SWAPPED_WEIGHT = 0.5
UNANSWERABLE_WEIGHT = 3.0
FOLDS = 8
SEEDS = 3


@dataclass(frozen=True, slots=True)
class Example:
    """One asked question: its features, whether it can be answered, and whether it is a swap."""

    question: str
    features: np.ndarray
    answerable: bool
    swapped: bool


@dataclass(frozen=True, slots=True)
class Fitted:
    """Constants for `qa.clauses.refuse`; what they reach in cross-validation on real questions."""

    weights: tuple[float, ...]
    bias: float
    threshold: float
    f1: float
    examples: tuple[Example, ...]
    probabilities: tuple[float, ...]


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


def examples(questions: Path, folder: Path) -> list[Example]:
    """The tuning half of a question set (all of it when it has no halves) over a folder."""
    retriever = open_folder(folder)
    names = retriever.names()
    sources = {name.id: retriever.document(name.id).source.path for name in names}
    found: list[Example] = []
    for item in fitted(read_questions(questions)):
        question = analyze(item.question, names)
        if question.kind in ("metadata", "comparison"):
            continue  # answered from headers, or judged place by place
        known = scope.documents_of(question.regions, names)
        if question.regions and not known:
            continue  # refused by the place alone
        here = Filters(doc_ids=known) if known else None
        found += _asked(question, retriever, here, item.answerable, swapped=False)
        found += _swapped(item, question, retriever, sources)
    return found


def _swapped(
    item: QuestionItem, question: Question, retriever: Retriever, sources: dict[str, str]
) -> list[Example]:
    gold = {i for g in item.gold for i, path in sources.items() if same_source(path, g.doc)}
    if not item.answerable or len(gold) != 1 or not question.regions:
        return []
    others = Filters(doc_ids=tuple(i for i in sources if i not in gold))
    placeless = replace(question, regions=())
    return list(_asked(placeless, retriever, others, False, swapped=True))


def _asked(
    question: Question,
    retriever: Retriever,
    filters: Filters | None,
    answerable: bool,
    *,
    swapped: bool,
) -> Iterator[Example]:
    hits = retriever.search(question, DEPTH, filters)
    timely = select.in_year(question, pieces.pieces(question, hits, retriever))
    if timely:
        values = refuse.features(question, timely, retriever)
        yield Example(question.text, values, answerable, swapped)


def fit(found: Sequence[Example]) -> Fitted:
    """Logistic regression; the threshold is the best F1 of refusal on the real questions."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    x = np.array([example.features for example in found])
    y = np.array([example.answerable for example in found], int)
    real = np.array([not example.swapped for example in found])
    weight = np.where(real, np.where(y == 0, UNANSWERABLE_WEIGHT, 1.0), SWAPPED_WEIGHT)
    model = LogisticRegression(C=2.0, max_iter=1000)
    rounds = [
        cross_val_predict(
            model, x, y, cv=StratifiedKFold(FOLDS, shuffle=True, random_state=seed),
            method="predict_proba", params={"sample_weight": weight},
        )[:, 1]
        for seed in range(SEEDS)
    ]  # fmt: skip
    probability = np.mean(rounds, axis=0)
    f1, threshold = max((_f1(probability[real] < t, y[real] == 0), -t) for t in _STEPS)
    model.fit(x, y, sample_weight=weight)
    return Fitted(
        tuple(float(w) for w in model.coef_[0]), float(model.intercept_[0]), float(-threshold), f1,
        tuple(found), tuple(float(p) for p in probability),
    )  # fmt: skip


_STEPS = np.arange(0.1, 0.8, 0.02)


def _f1(refused: np.ndarray, unanswerable: np.ndarray) -> float:
    both = int((refused & unanswerable).sum())
    total = int(refused.sum() + unanswerable.sum())
    return 2 * both / total if total else 0.0


def report(fitted: Fitted) -> str:
    """The constants to paste into qa/clauses/refuse.py, and the questions near the threshold."""
    lines = [
        f"FEATURES = {refuse.FEATURES}",
        f"WEIGHTS = ({', '.join(f'{w:.2f}' for w in fitted.weights)})",
        f"BIAS = {fitted.bias:.2f}",
        f"THRESHOLD = {fitted.threshold:.2f}",
        f"cross-validated F1 of refusal on the {sum(not e.swapped for e in fitted.examples)} real"
        f" questions that reach this decision: {fitted.f1:.3f}",
    ]
    near = sorted(zip(fitted.probabilities, fitted.examples, strict=True), key=lambda p: p[0])
    for probability, example in near:
        wrong = (probability >= fitted.threshold) != example.answerable
        if wrong and not example.swapped:
            lines.append(
                f"  {probability:.2f} {'+' if example.answerable else '-'} {example.question}"
            )
    return "\n".join(lines)
