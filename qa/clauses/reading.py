"""The reader's opinion of the hits, and their order by it and by their score together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from qa.asked.places import speaks_for
from qa.clauses.lexical import LexicalReader
from qa.clauses.units import Source, sources
from youju.records import Hit, Question, Reader, Reading, Retriever

# Hits that are read: all that stand near the best one, since what is far below it never came first.
# docs/evaluation.md has what fewer and more would give.
FEWEST, MOST = 3, 8
NEAR = 2.5  # below the best hit's score
PART = "reader"
_UNREAD = -20.0
# Beside the ranking's score; chosen on the tuning half of the development set and on documents
# that the reader was not trained on.
SPAN_WEIGHT = 0.5  # of the reader's logit of the unit's best segment
RANK_WEIGHT = 0.5  # … of the unit as a whole
WORDS_WEIGHT = 0.3  # of the best segment's logit where words alone were compared
ELSEWHERE = 1.0  # what a unit of a document of another place than the asked one loses


@dataclass(frozen=True, slots=True)
class Read:
    """A unit with what the reader says of it; `score` orders, higher is better.

    `elsewhere` is true when its document is surely of another place than the asked one; `judged`
    when a model read it, not words alone.
    """

    source: Source
    reading: Reading
    score: float
    elsewhere: bool = False
    judged: bool = True

    @property
    def hit(self) -> Hit:
        """The hit that the unit was made of."""
        return self.source.hit


def read(
    question: Question, hits: Sequence[Hit], retriever: Retriever, reader: Reader
) -> list[Read]:
    """The first hits, read; best first, ties in the order of the hits."""
    found = sources(hits[: _depth(hits)], retriever)
    readings = reader.read(question.normal, [source.unit for source in found])
    judged = not isinstance(reader, LexicalReader)
    made = [
        _read(question, source, reading, judged)
        for source, reading in zip(found, readings, strict=True)
    ]
    return sorted(made, key=lambda one: -one.score)


def _depth(hits: Sequence[Hit]) -> int:
    """How many hits are worth reading."""
    near = sum(hit.score >= hits[0].score - NEAR for hit in hits[:MOST])
    return max(FEWEST, near)


def _read(question: Question, source: Source, reading: Reading, judged: bool) -> Read:
    region = source.doc.meta.region
    there = speaks_for(question.regions, region.value if region else None, source.doc.name)
    best = max(reading.spans, default=_UNREAD)
    opinion = SPAN_WEIGHT * best + RANK_WEIGHT * reading.rank if judged else WORDS_WEIGHT * best
    score = source.hit.score + opinion - (0.0 if there else ELSEWHERE)
    return Read(source, reading, score, not there, judged)


def reordered(reads: Sequence[Read], hits: Sequence[Hit]) -> list[Hit]:
    """All hits: those that were read in their new order, then the rest as they were.

    The reader's logit goes to `parts["reader"]`; scores stay those of the ranking, handed out anew
    from the best to the worst, so that they mean the same with and without a reader.
    """
    first = [replace(one.hit, parts={**one.hit.parts, PART: one.reading.rank}) for one in reads]
    known = {hit.passage.id for hit in first}
    order = [*first, *(hit for hit in hits if hit.passage.id not in known)]
    scores = sorted((hit.score for hit in order), reverse=True)
    return [replace(hit, score=score) for hit, score in zip(order, scores, strict=True)]
