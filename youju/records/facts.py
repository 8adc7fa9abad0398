"""Numeric targets, and what several documents say of one."""

from __future__ import annotations

from dataclasses import dataclass

from youju.records.spans import Span


@dataclass(frozen=True, slots=True)
class Fact:
    """A numeric target that a document sets: which indicator, how much, by when, by whom.

    `value` keeps the unit's scale (1万家 is 10000.0, 89% is 89.0, 万分之五 is 0.0005); a range is a
    pair. `comparator` holds the words before and after the value (达到, 以上, 控制在…以下) or "".
    `year` is None when the text does not fix it; `period` then names the years it holds for, if
    known. `force` is 约束性 or 预期性 where stated. `span` is that of `value_text`, `sentence` is
    that of the sentence or table row around it.
    """

    doc_id: str
    indicator: str
    value: float | tuple[float, float]
    value_text: str
    unit: str
    comparator: str
    year: int | None
    period: tuple[int, int] | None
    region: str | None
    owners: tuple[str, ...]
    clause_id: str | None
    path: tuple[str, ...]
    span: Span
    sentence: Span
    force: str | None = None


@dataclass(frozen=True, slots=True)
class Matched:
    """A fact that a text may mean; `confidence` (0–1) tells how like its indicator is."""

    fact: Fact
    confidence: float


@dataclass(frozen=True, slots=True)
class ComparedPlace:
    """What one document says of one indicator: `found` by year; empty where it is not mentioned.

    `near` is then the nearest that it does say: of another year, or of a like indicator.
    """

    doc_id: str
    name: str  # who speaks: the region, else the title
    found: tuple[Matched, ...] = ()
    near: Matched | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """One indicator, document by document. `likeness` (0–1): how surely all speak of the same.

    `verdict` says in a sentence which value is higher, or why that cannot be said; else "".
    """

    indicator: str
    likeness: float
    places: tuple[ComparedPlace, ...]
    verdict: str = ""

    @property
    def confidence(self) -> float:
        """How surely this is the indicator that was meant: that of its best fact, else nearest."""
        found = [m.confidence for place in self.places for m in place.found]
        near = [place.near.confidence for place in self.places if place.near is not None]
        return max(found or near, default=0.0)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The indicators that a text may mean, the most widely shared first."""

    text: str
    years: tuple[int, ...]
    indicators: tuple[Compared, ...]
    documents: int = 0  # over how many documents, silent ones among them
