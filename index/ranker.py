"""Features → one score per candidate."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from index.features import NAMES


class Ranker(Protocol):
    """Orders candidates; higher is better. Scores of different questions need not compare."""

    def score(self, matrix: np.ndarray) -> np.ndarray:
        """float32, one per row of `matrix`, whose columns are `features.NAMES`."""
        ...


# Methods are added in standard deviations: meaning bridges everyday wording, bigrams forgive what
# word cutting splits differently in question and clause. What the question names outright (a
# region, a document) must outrank any likeness, which spreads over some ten.
WEIGHTS = {
    "words_z": 0.2,
    "bigrams_z": 0.5,
    "thesaurus_z": 0.25,
    "dense_z": 0.8,
    "late_z": 0.8,
    "document_z": 1.4,
    "pairs": 9.0,
    "pairs_near": 3.0,
    "cover_heading": 0.5,
    "region_same": 4.5,
    "region_other": -9.0,
    "place_absent": -2.0,
    "document_same": 4.5,
    "document_other": -6.0,
    "year_same": 0.6,
    "year_other": -0.6,
    "meta": -0.75,
    "meta_wanted": 9.0,
    "row_wanted": 1.5,
    "figure_wanted": 0.45,
}


class LinearRanker:
    """A weighted sum of features; a feature without a weight does not count."""

    def __init__(self, weights: dict[str, float] | None = None) -> None:
        chosen = WEIGHTS if weights is None else weights
        unknown = chosen.keys() - set(NAMES)
        assert not unknown, f"no such features: {sorted(unknown)}"
        self._weights = np.array([chosen.get(name, 0.0) for name in NAMES], np.float32)

    def score(self, matrix: np.ndarray) -> np.ndarray:
        """float32, one per row of `matrix`, whose columns are `features.NAMES`."""
        scores: np.ndarray = matrix @ self._weights
        return scores
