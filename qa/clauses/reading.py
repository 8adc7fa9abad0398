"""The reader's opinion of the hits, and their order by it and by their score together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from qa.clauses.units import Source, sources
from youju.records import Hit, Reader, Reading, Retriever

DEPTH = 12  # hits that are read; see docs/decisions for what more would bring
PART = "reader"
RANK_WEIGHT = 0.5  # of the reader's logit beside the ranking's score


@dataclass(frozen=True, slots=True)
class Read:
    """A unit with what the reader says of it; `score` orders, higher is better."""

    source: Source
    reading: Reading
    score: float

    @property
    def hit(self) -> Hit:
        """The hit that the unit was made of."""
        return self.source.hit


def read(question: str, hits: Sequence[Hit], retriever: Retriever, reader: Reader) -> list[Read]:
    """The first hits, read; best first, ties in the order of the hits."""
    found = sources(hits[:DEPTH], retriever)
    readings = reader.read(question, [source.unit for source in found])
    made = [
        Read(source, reading, source.hit.score + RANK_WEIGHT * reading.rank)
        for source, reading in zip(found, readings, strict=True)
    ]
    return sorted(made, key=lambda one: -one.score)


def reordered(reads: Sequence[Read], hits: Sequence[Hit]) -> list[Hit]:
    """All hits: those that were read in their new order, then the rest as they were.

    The reader's logit goes to `parts["reader"]`; scores stay those of the ranking, handed out anew
    from the best to the worst, so that they mean the same with and without a reader.
    """
    first = [replace(one.hit, parts={**one.hit.parts, PART: one.reading.rank}) for one in reads]
    known = {hit.passage.id for hit in first}
    order = [*first, *(hit for hit in hits if hit.passage.id not in known)]
    scores = sorted((hit.score for hit in hits), reverse=True)
    return [replace(hit, score=score) for hit, score in zip(order, scores, strict=True)]
