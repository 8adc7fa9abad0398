"""How surely the clauses that were read answer: one calibrated probability.

A logistic regression over what the reader says and what it cannot know: what the whole collection
holds of the question, its year, its place and its unit. `python -m eval fit-confidence` fits it on
questions whose answerability is known, none of which a floor is held by, and prints the constants.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from qa.asked.units import carries
from qa.clauses.context import row_years, years_around, years_in
from qa.clauses.reading import Read
from text.normalize import fold
from text.words import bigrams
from youju.records import Question, Retriever

FEATURES = ("answers", "gap", "year", "place", "unit", "target")
WEIGHTS = (0.793, -0.213, -5.420, -4.824, -2.300, -1.905)
BIAS = 3.44
# Where words alone were compared (`fit-confidence --no-reader`).
WORDS_WEIGHTS = (0.353, -3.245, -5.859, -4.481, -2.546, -2.090)
WORDS_BIAS = 3.13
REFUSE = 0.5  # below it the documents rather do not say
SURE = 0.8  # from it the page says 确定
_BEST = 3  # units looked at
_SAME = 1e-4  # rarities this near are the same
_LIMIT = 30.0
_EDGE = 1e-6  # probabilities nearer to 0 or 1 are taken as this near


def features(question: Question, reads: Sequence[Read], retriever: Retriever) -> np.ndarray:
    """float64, one per name in FEATURES.

    answers: the reader's surest yes, as a logit; gap: share (0–1) of the question that the
    collection knows but no unit read holds. year, place, unit: 1 when the best unit is of another
    year or place, or lacks the asked unit; target: 1 where a figure is asked for.
    """
    best = list(reads[:_BEST])
    if not best:
        return np.zeros(len(FEATURES))
    first = best[0]
    return np.array(
        [
            max(logit(read.reading.answers) for read in best),
            _gap(question, best, retriever),
            float(not any(in_year(question, read) for read in best)),
            float(first.elsewhere),
            float(not any(carries(question.normal, _text(read)) for read in best)),
            float(question.kind == "target"),
        ]
    )


def confidence(question: Question, reads: Sequence[Read], retriever: Retriever) -> float:
    """Probability (0–1) that what was read answers the question."""
    if not reads or _unheard(question, retriever):
        return 0.0
    weights, bias = (WEIGHTS, BIAS) if reads[0].judged else (WORDS_WEIGHTS, WORDS_BIAS)
    total = bias + float(np.dot(weights, features(question, reads, retriever)))
    return 1.0 / (1.0 + math.exp(-max(-_LIMIT, min(_LIMIT, total))))


def logit(probability: float) -> float:
    """Log odds of a probability, within bounds."""
    inside = max(_EDGE, min(1.0 - _EDGE, probability))
    return math.log(inside / (1.0 - inside))


def in_year(question: Question, read: Read) -> bool:
    """False when the unit speaks of years and none of them is asked for."""
    if not question.years:
        return True
    said = _years(read)
    return said is None or bool(said & set(question.years))


def _years(read: Read) -> frozenset[int] | None:
    source = read.source
    if source.table is not None and source.row is not None:
        return row_years(source.doc, source.table, source.row)
    own = years_in(source.unit.text)
    return own or years_around(source.doc, source.hit, source.unit.context)


def _text(read: Read) -> str:
    return f"{read.source.unit.context} {read.source.unit.text}"


def _unheard(question: Question, retriever: Retriever) -> bool:
    """True for a question in foreign words or figures of which the collection holds none, or none.

    In Chinese other words may say the same; the reader judges that.
    """
    if not any(char.isalnum() for char in question.normal):
        return True
    pairs = [p for run in question.terms for p in bigrams(run) if len(p) > 1]
    if not pairs or not "".join(pairs).isascii():
        return False
    *weights, unknown = retriever.rarity([*pairs, "\0"])
    return min(weights) >= unknown - _SAME


def _gap(question: Question, best: Sequence[Read], retriever: Retriever) -> float:
    pairs = [p for run in question.terms for p in bigrams(run) if len(p) > 1]
    pairs = list(dict.fromkeys(pairs))
    if not pairs:
        return 0.0
    *weights, unknown = retriever.rarity([*pairs, "\0"]).tolist()
    known = [(p, w) for p, w in zip(pairs, weights, strict=True) if w < unknown - _SAME]
    if not known:
        return 0.0
    texts = [fold(f"{_text(read)} {read.hit.passage.text}").lower() for read in best]
    held = max(sum(w for p, w in known if p in text) for text in texts)
    return (sum(w for _, w in known) - held) / sum(weights)
