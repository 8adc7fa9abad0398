"""When to say that the documents do not say.

Lexical overlap alone would refuse every question in everyday words, likeness of meaning alone would
answer everything. The decision is a logistic regression over both, fitted on the tuning half of
eval/questions/policy.jsonl, on tests/cases/fitted and on questions asked of the wrong documents by
`python -m eval fit-refusal`, which prints the constants below.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from qa.clauses.pieces import Piece
from text.normalize import fold
from text.words import bigrams, precise, words
from youju.records import Question, Retriever

FEATURES = ("cover", "soft", "gap", "near", "dense", "target", "target_soft")
WEIGHTS = (0.05, 2.45, -3.73, 0.80, 3.19, -1.66, 0.80)
BIAS = -2.02
THRESHOLD = 0.31
# Where places are compared each document words the matter its own way.
THRESHOLD_COMPARED = 0.05
_BEST = 3  # pieces looked at
_SAME = 1e-4  # rarities this near are the same
# Question words that no clause needs to hold.
_EMPTY = frozenset(
    "要能会是在有和与个项家等被让把都到去可以怎么这那些用中年为对从给应当必须需要多少"
)


def features(question: Question, pieces: Sequence[Piece], retriever: Retriever) -> np.ndarray:
    """float64, one per name in FEATURES; all about 0–1.

    cover: share of the question's character pairs in the best piece and its headings.
    soft: the same over words, a word counting by its likest word there.
    gap: share of the question that the collection knows but the best passage lacks.
    near: cosine of question and piece; dense: of question and passage.
    """
    best = [piece for piece in pieces if piece.kind != "heading"][:_BEST] or list(pieces[:_BEST])
    if not best:
        return np.zeros(len(FEATURES))
    soft = _soft_cover(question, best, retriever)
    target = float(question.kind == "target")
    return np.array(
        [
            max(piece.cover for piece in best),
            soft,
            _gap(question, best, retriever),
            max(piece.near for piece in best),
            max(piece.hit.parts.get("dense", 0.0) for piece in best),
            target,
            target * soft,
        ]
    )


def strength(question: Question, pieces: Sequence[Piece], retriever: Retriever) -> float:
    """Probability (0–1) that the best pieces answer the question."""
    total = BIAS + float(np.dot(WEIGHTS, features(question, pieces, retriever)))
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))


def is_weak(
    question: Question,
    pieces: Sequence[Piece],
    retriever: Retriever,
    threshold: float = THRESHOLD,
) -> bool:
    """True when the pieces do not carry an answer."""
    if _unheard(question, retriever):
        return True
    return strength(question, pieces, retriever) < threshold


def _unheard(question: Question, retriever: Retriever) -> bool:
    """True for a question in foreign words or figures of which the collection holds none.

    In Chinese other words may say the same; `soft` and `near` judge that.
    """
    pairs = [p for run in question.terms for p in bigrams(run) if len(p) > 1]
    if not pairs or not "".join(pairs).isascii():
        return False
    *weights, unknown = retriever.rarity([*pairs, "\0"])
    return min(weights) >= unknown - _SAME


def _gap(question: Question, best: Sequence[Piece], retriever: Retriever) -> float:
    pairs = [p for run in question.terms for p in bigrams(run) if len(p) > 1]
    pairs = list(dict.fromkeys(pairs))
    if not pairs:
        return 0.0
    weights = retriever.rarity([*pairs, "\0"])
    unknown, weights = weights[-1], weights[:-1]
    known = weights < unknown - _SAME
    if not known.any():
        return 0.0
    held = max(
        sum(float(w) for w, k, p in zip(weights, known, pairs, strict=True) if k and p in text)
        for text in (piece.hit.passage.text.lower() for piece in best)
    )
    return (float(weights[known].sum()) - held) / float(weights.sum())


@lru_cache(maxsize=4096)
def _distinct_words(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words(text)))


def _soft_cover(question: Question, best: Sequence[Piece], retriever: Retriever) -> float:
    asked = [w for run in question.terms for w in precise(run) if not set(w) <= _EMPTY]
    asked = list(dict.fromkeys(asked))
    if not asked:
        return 0.0
    texts = [f"{' '.join(map(fold, p.hit.passage.path))} {p.text}".lower() for p in best]
    listed = [_distinct_words(text) for text in texts]
    vectors = retriever.embed([*asked, *(w for found in listed for w in found)])
    weights = np.array([float(retriever.rarity(bigrams(w)).max()) for w in asked])
    alike = vectors[: len(asked)] @ vectors[len(asked) :].T
    shares, at = [], 0
    for text, found in zip(texts, listed, strict=True):
        block = alike[:, at : at + len(found)]
        at += len(found)
        likest = block.max(axis=1) if len(found) else np.zeros(len(asked))
        exact = np.array([w in text for w in asked])
        matched = np.where(exact, 1.0, np.clip(likest, 0.0, 1.0))
        shares.append(float(weights @ matched**2 / weights.sum()))
    return max(shares)
