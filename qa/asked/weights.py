"""The question as weighted character pairs: how much of it a text holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from text.words import bigrams
from youju.records import Retriever

_CONTEXT = 0.65  # what a match in the headings is worth beside one in the text itself


@dataclass(frozen=True, slots=True)
class Asked:
    """The question as weighted character pairs."""

    pairs: Mapping[str, float]

    @classmethod
    def of(cls, runs: Sequence[str], retriever: Retriever) -> Asked:
        """Weigh the pairs of the runs by their rarity in the index."""
        pairs = list(dict.fromkeys(pair for run in runs for pair in bigrams(run)))
        pairs = [pair for pair in pairs if len(pair) > 1] or pairs
        weights = retriever.rarity(pairs) if pairs else np.zeros(0)
        return cls({pair: float(weight) for pair, weight in zip(pairs, weights, strict=True)})

    def share(self, text: str, context: str = "") -> float:
        """Share of the question's weight found in `text`, or at a discount in `context`."""
        whole = sum(self.pairs.values())
        if whole <= 0:
            return 0.0
        text, context = text.lower(), context.lower()
        found = 0.0
        for pair, weight in self.pairs.items():
            if pair in text:
                found += weight
            elif context and pair in context:
                found += _CONTEXT * weight
        return found / whole
