"""Reading without a model: words, character pairs and the encoder's likeness, as a `Reader`.

It is what answers with `--no-reader`, or when the model's files are damaged: quicker, and right
less often (docs/evaluation.md has both).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from qa.asked.weights import Asked
from text.normalize import fold
from youju.records import Reading, Retriever, Unit

# Logistic weights.
_COVER, _NEAR, _BIAS = 3.0, 4.0, -3.4
_SPAN_COVER, _SPAN_NEAR, _SPAN_BIAS = 3.0, 4.0, -3.2
# One for every unit: words order nothing that the ranking has not. So low that the confidence is
# right as often as it is with a model (refusal F1 .74 on the sets that it is fitted on).
_RANK = -11.0
_CONTEXT = 0.65  # what a match in the context is worth beside one in the text


class LexicalReader:
    """A `Reader` over an index; `terms` of a question are its words without those that only ask."""

    name = "none"
    revision = "1"

    def __init__(self, retriever: Retriever) -> None:
        self._retriever = retriever

    def read(self, question: str, units: Sequence[Unit]) -> list[Reading]:
        """One reading per unit, in order; `rank` is the same for all."""
        if not units:
            return []
        asked = Asked.of([fold(question)], self._retriever)
        texts = [unit.text[start:end] for unit in units for start, end in unit.spans]
        query = self._retriever.embed([fold(question)], is_query=True)[0]
        near = self._retriever.embed([*(unit.text for unit in units), *texts]) @ query
        readings, at = [], len(units)
        for number, unit in enumerate(units):
            beside = _CONTEXT * asked.share(unit.context)
            end = at + len(unit.spans)
            logits = [
                _SPAN_COVER * max(asked.share(text), beside) + _SPAN_NEAR * float(n) + _SPAN_BIAS
                for text, n in zip(
                    texts[at - len(units) : end - len(units)], near[at:end], strict=True
                )
            ]
            at = end
            cover = asked.share(unit.text, unit.context)
            total = _COVER * cover + _NEAR * float(near[number]) + _BIAS
            readings.append(Reading(1.0 / (1.0 + math.exp(-total)), _RANK, tuple(logits)))
        return readings
