"""How surely the clauses that were read answer: one calibrated probability.

A logistic regression over what the reader says and what it cannot know: what the whole collection
holds of the question, its year, its place and its unit. `python -m eval fit-confidence` fits it on
questions whose answerability is known, none of which a floor is held by, and prints the constants.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from qa.asked.units import carries
from qa.clauses.context import row_years, years_around, years_in
from qa.clauses.reading import Read
from text.normalize import fold
from text.words import bigrams, precise, words
from youju.records import Question, Retriever

FEATURES = (
    "answers", "span", "rank", "score", "dense", "gap", "soft", "year", "place", "unit", "target",
    "target_soft",
)  # fmt: skip
WEIGHTS = (
    0.013, 0.215, 0.158, 0.120, 4.917, -3.457, -0.961, -3.512, -1.569, -1.692, -0.418, -2.019,
)  # fmt: skip
BIAS = -0.16
REFUSE = 0.52  # below it the documents do not say
SURE = 0.8  # from it the page says 确定
_BEST = 3  # units looked at
_SAME = 1e-4  # rarities this near are the same
_LIMIT = 30.0
# Question words that no clause needs to hold.
_EMPTY = frozenset(
    "要能会是在有和与个项家等被让把都到去可以怎么这那些用中年为对从给应当必须需要多少"
)


def features(question: Question, reads: Sequence[Read], retriever: Retriever) -> np.ndarray:
    """float64, one per name in FEATURES.

    answers, span, rank: the reader's best logits; score, dense: the ranking's best score and
    cosine; gap: share (0–1) of the question that the collection knows but no unit read holds;
    soft: share of its words found there, a word counting by its likest word; target: 1 where a
    figure is asked for.
    year, place, unit: 1 when the best unit is of another year or place, or lacks the asked unit.
    """
    best = list(reads[:_BEST])
    if not best:
        return np.zeros(len(FEATURES))
    first = best[0]
    soft = _soft(question, best, retriever)
    target = float(question.kind == "target")
    return np.array(
        [
            max(_logit(read.reading.answers) for read in best),
            max(max(read.reading.spans, default=-_LIMIT) for read in best),
            first.reading.rank,
            max(read.hit.score for read in best),
            max(read.hit.parts.get("dense", 0.0) for read in best),
            _gap(question, best, retriever),
            soft,
            float(not any(in_year(question, read) for read in best)),
            float(first.elsewhere),
            float(not any(carries(question.normal, _text(read)) for read in best)),
            target,
            target * soft,
        ]
    )


def confidence(question: Question, reads: Sequence[Read], retriever: Retriever) -> float:
    """Probability (0–1) that what was read answers the question."""
    if not reads or _unheard(question, retriever):
        return 0.0
    total = BIAS + float(np.dot(WEIGHTS, features(question, reads, retriever)))
    return 1.0 / (1.0 + math.exp(-max(-_LIMIT, min(_LIMIT, total))))


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


def _logit(probability: float) -> float:
    kept = min(max(probability, 1e-9), 1 - 1e-9)
    return math.log(kept / (1 - kept))


def _unheard(question: Question, retriever: Retriever) -> bool:
    """True for a question in foreign words or figures of which the collection holds none.

    In Chinese other words may say the same; the reader judges that.
    """
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


@lru_cache(maxsize=4096)
def _distinct(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words(text)))


def _soft(question: Question, best: Sequence[Read], retriever: Retriever) -> float:
    asked = [w for run in question.terms for w in precise(run) if not set(w) <= _EMPTY]
    asked = list(dict.fromkeys(asked))
    if not asked:
        return 0.0
    texts = [fold(_text(read)).lower() for read in best]
    listed = [_distinct(text) for text in texts]
    vectors = retriever.embed([*asked, *(word for found in listed for word in found)])
    weights = np.array([float(retriever.rarity(bigrams(word)).max()) for word in asked])
    alike = vectors[: len(asked)] @ vectors[len(asked) :].T
    shares, at = [], 0
    for text, found in zip(texts, listed, strict=True):
        block = alike[:, at : at + len(found)]
        at += len(found)
        likest = block.max(axis=1) if found else np.zeros(len(asked))
        matched = np.where([word in text for word in asked], 1.0, np.clip(likest, 0.0, 1.0))
        shares.append(float(weights @ matched**2 / weights.sum()))
    return max(shares)
