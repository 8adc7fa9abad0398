"""When to say that the documents do not say.

The strength of the best piece is a logistic regression on how much of the question it covers, how
near its meaning is and how rare what it misses is, fitted by `python -m qa.fit_refusal` on answered
and unanswerable questions of the tuning half; see docs/decisions/.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from datatypes import Question
from qa.evidence import Piece

FEATURES = ("cover", "own", "near", "known", "hit_cover", "rare", "figure_gap")
WEIGHTS: dict[str, float] = {"cover": 3.0, "own": 1.0, "near": 5.0, "hit_cover": 1.0}
BIAS = -3.0
THRESHOLD = 0.5


def features(question: Question, pieces: Sequence[Piece]) -> dict[str, float]:
    """What is known of the best pieces; all between 0 and 1 or nearly so."""
    if not pieces:
        return dict.fromkeys(FEATURES, 0.0)
    best = pieces[0]
    parts = best.hit.parts
    return {
        "cover": max(piece.cover for piece in pieces[:3]),
        "own": best.own,
        "near": max(piece.near for piece in pieces[:3]),
        "known": parts.get("known", 1.0),
        "hit_cover": parts.get("cover", 0.0),
        "rare": parts.get("rare", 0.0),
        "figure_gap": 0.0,
    }


def strength(question: Question, pieces: Sequence[Piece]) -> float:
    """Probability (0–1) that the best pieces answer the question."""
    values = features(question, pieces)
    total = BIAS + sum(WEIGHTS.get(name, 0.0) * value for name, value in values.items())
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))


def is_weak(question: Question, pieces: Sequence[Piece]) -> bool:
    """True when the pieces do not carry an answer."""
    return strength(question, pieces) < THRESHOLD
