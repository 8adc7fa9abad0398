"""Any cross-encoder as a reader: it scores the unit, then each of its segments."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from youju.records import Reading, Unit

_MOST = 12  # segments of a unit that are scored; the rest count as not read
_UNREAD = -20.0


class Scorer(Protocol):
    """A model that says how well texts fit a question."""

    name: str

    def score(self, question: str, texts: Sequence[str]) -> np.ndarray:
        """float32 logits, one per text, higher is better."""
        ...


class CrossReader:
    """A `Reader` made of a scorer. Its logits are taken as they are: they are not calibrated."""

    revision = ""

    def __init__(self, scorer: Scorer) -> None:
        self._scorer = scorer
        self.name = scorer.name

    def read(self, question: str, units: Sequence[Unit]) -> list[Reading]:
        """One reading per unit, in order."""
        texts = [f"{unit.context}\n{unit.text}" for unit in units]
        for unit in units:
            texts += [f"{unit.context}\n{unit.text[a:b]}" for a, b in unit.spans[:_MOST]]
        scores = self._scorer.score(question, texts).tolist()
        readings, at = [], len(units)
        for number, unit in enumerate(units):
            end = at + min(len(unit.spans), _MOST)
            unread = [_UNREAD] * (len(unit.spans) - _MOST)
            rank = float(scores[number])
            answers = 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, rank))))
            readings.append(Reading(answers, rank, (*scores[at:end], *unread)))
            at = end
        return readings
