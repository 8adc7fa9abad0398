"""Wrong clauses to learn from: near ones of the same document, then near ones of others.

A reader that has only seen wrong clauses of other documents cannot tell the clauses of one
document apart, and that is what it is asked to do. Nearness is the product's own: the bundled
encoder's cosine and shared character pairs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from encoder.train.sources import fraction
from reader.train.sources import Example, bare
from text.words import bigrams
from youju.records import Encoder, Unit

_SAME_DEPTH = 8  # near clauses of the same document to draw from
_OTHER_DEPTH = 12
TWIN = 0.55  # share of character pairs from which two texts say the same
_BLOCK = 512
_LEXICAL = 0.6  # weight of shared pairs beside the cosine


class Miner:
    """Draws wrong units for examples; the same ones for the same example, always."""

    def __init__(self, documents: Mapping[str, Sequence[Unit]], encoder: Encoder) -> None:
        self._encoder = encoder
        self._units = [unit for units in documents.values() for unit in units]
        self._names = [name for name, units in documents.items() for _ in units]
        ends = np.cumsum([0, *(len(units) for units in documents.values())])
        self._ranges = {name: (int(ends[n]), int(ends[n + 1])) for n, name in enumerate(documents)}
        self._pairs: dict[int, frozenset[str]] = {}
        texts = [f"{unit.context} {unit.text}"[:400] for unit in self._units]
        self._vectors = np.concatenate(
            [encoder.encode(texts[at : at + 8192]).astype(np.float32)
             for at in range(0, len(texts), 8192)]
        )  # fmt: skip

    def wrong(self, examples: Sequence[Example], same: int, other: int) -> list[list[Unit]]:
        """For each example `same` units of its document and `other` of others, as far as found."""
        found: list[list[Unit]] = []
        for at in range(0, len(examples), _BLOCK):
            block = examples[at : at + _BLOCK]
            asked = self._encoder.encode([e.question for e in block], is_query=True)
            near = asked.astype(np.float32) @ self._vectors.T
            best = np.argpartition(-near, 4 * _OTHER_DEPTH, axis=1)[:, : 4 * _OTHER_DEPTH]
            for example, row, ids in zip(block, near, best, strict=True):
                order = ids[np.argsort(-row[ids])]
                chosen = self._drawn(example, self._of_document(example, row), same, _SAME_DEPTH)
                others = [int(i) for i in order if self._names[i] != bare(example.title)]
                missing = same - len(chosen)
                chosen += self._drawn(example, others, other + missing, _OTHER_DEPTH)
                found.append([self._units[i] for i in chosen])
        return found

    def _of_document(self, example: Example, row: np.ndarray) -> list[int]:
        start, end = self._ranges.get(bare(example.title), (0, 0))
        if end - start < 2:
            return []
        asked = frozenset(bigrams(example.question))
        shared = np.array(
            [len(asked & self._pairs_of(i)) / max(1, len(asked)) for i in range(start, end)]
        )
        return [start + int(i) for i in np.argsort(-(row[start:end] + _LEXICAL * shared))]

    def _pairs_of(self, number: int) -> frozenset[str]:
        known = self._pairs.get(number)
        if known is None:
            known = self._pairs[number] = frozenset(bigrams(self._units[number].text))
        return known

    def _drawn(self, example: Example, order: Sequence[int], count: int, depth: int) -> list[int]:
        """`count` of the first `depth` that do not answer too, the nearest likelier."""
        answers = [
            example.unit.text[slice(*example.unit.spans[number])]
            for number in example.answers or ()
        ]
        own = frozenset(bigrams(example.unit.text))
        fit: list[int] = []
        for number in order:
            if len(fit) == depth:
                break
            if not self._says_it(number, answers, own):
                fit.append(number)
        drawn: list[int] = []
        while fit and len(drawn) < count:
            share = fraction(f"{example.question}|{len(drawn)}", "negatives")
            drawn.append(fit.pop(int(share * share * len(fit))))
        return drawn

    def _says_it(self, number: int, answers: Sequence[str], own: frozenset[str]) -> bool:
        pairs = self._pairs_of(number)
        if len(pairs & own) >= TWIN * min(len(pairs), len(own)):
            return True
        return any(answer in self._units[number].text for answer in answers)
