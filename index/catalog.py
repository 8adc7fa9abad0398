"""What is known of each document without reading it, and which passages a filter admits."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from index.names import Names
from text.families import families
from text.normalize import fold
from text.places import places_in
from youju.records import Filters, MediaType, Mention, Passage, PolicyDoc

_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")
# 壮族自治区 etc. end in 自治区 too; the people's name before it is part of the region's full name.
_SUFFIX = re.compile(r"(?:特别行政区|自治[区州县]|[省市区县])$")


@dataclass(frozen=True, slots=True)
class Entry:
    """One document; `years` are those of its dates and of the period that its title names.

    `places` are the provinces and prefectures that its text names, in order of their characters.
    """

    id: str
    name: str
    path: str
    sha256: str
    region: str | None
    doc_number: str | None
    years: tuple[int, ...]
    status: str
    places: tuple[str, ...]
    also: tuple[str, ...] = ()  # titles of further documents in the file
    date: str | None = None
    effective_on: str | None = None
    expires_on: str | None = None
    mentions: tuple[Mention, ...] = ()
    family: str | None = None  # given by a person
    media_type: MediaType = "txt"
    size: int = 0
    unread: tuple[str, ...] = ()  # what of the file was not read

    @property
    def families(self) -> frozenset[str]:
        """The families of versions that the document belongs to."""
        return families((self.name, *self.also), self.family)

    @property
    def in_force(self) -> bool:
        """False when it says itself that it holds no more, or not yet; unknown counts."""
        return self.status not in ("已失效", "已废止", "尚未生效")


@dataclass(frozen=True, slots=True)
class Catalog:
    """The documents in id order; `doc_of[row]` is the document number of each passage."""

    entries: Sequence[Entry]
    doc_of: np.ndarray  # int32
    names: Names

    def allowed(
        self, filters: Filters | None, void: Sequence[str] | None = None
    ) -> np.ndarray | None:
        """Sorted passage rows that pass, int64; None when there is no filter at all.

        `void` are the ids of the documents that do not hold on the day that is asked for; None
        means those that say so themselves.
        """
        if filters is None or filters == Filters(as_of=filters.as_of):
            return None
        chosen = np.ones(len(self.entries), bool)
        for rows in self._passing(filters):
            passing = np.zeros(len(self.entries), bool)
            passing[rows] = True
            chosen &= passing
        if filters.in_force:
            if void is None:
                void = [entry.id for entry in self.entries if not entry.in_force]
            chosen[self.names.rows(void)] = False
        if not len(self.doc_of):
            return np.zeros(0, np.int64)
        return np.flatnonzero(chosen[self.doc_of]).astype(np.int64)

    def _passing(self, filters: Filters) -> Iterator[np.ndarray]:
        """The documents that each filter lets through."""
        if filters.doc_ids is not None:
            yield self.names.rows(filters.doc_ids)
        if filters.regions is not None:
            stated = self.names.regions()
            wanted = [
                place
                for place, known in enumerate(stated)
                if any(same_region(region, known) for region in filters.regions)
            ]
            yield np.flatnonzero(np.isin(self.names.region, wanted))
        if filters.years is not None:
            years = [self.names.in_year(year) for year in filters.years]
            yield np.concatenate(years) if years else np.zeros(0, np.int32)


def entry_of(doc: PolicyDoc) -> Entry:
    """What the catalog keeps of a document."""
    meta = doc.meta
    dates = (meta.written_on, meta.issued_on, meta.effective_on)
    years = {year for dated in dates if dated is not None for year in years_in(dated.value)}
    if meta.period is not None:
        years.update(range(meta.period[0], meta.period[1] + 1))
    region = meta.region.value if meta.region is not None else None
    return Entry(
        doc.id,
        doc.name,
        doc.source.path,
        doc.source.sha256,
        region,
        meta.doc_number.value if meta.doc_number is not None else None,
        tuple(sorted(years)),
        meta.status,
        _places(region or "", doc),
        _further(doc),
        meta.date,
        meta.effective_on.value if meta.effective_on is not None else None,
        meta.expires_on.value if meta.expires_on is not None else None,
        doc.mentions,
        meta.family,
        doc.source.media_type,
        doc.source.size,
        doc.unread,
    )


def _further(doc: PolicyDoc) -> tuple[str, ...]:
    titles = (part.meta.title.value for part in doc.parts if part.meta.title is not None)
    return tuple(dict.fromkeys(title for title in titles if title != doc.name))


def _places(region: str, doc: PolicyDoc) -> tuple[str, ...]:
    text = fold("\n".join((region, doc.name, doc.text)))
    return tuple(sorted({name for _, _, name in places_in(text)}))


def catalog_of(docs: Sequence[PolicyDoc], passages: Sequence[Passage]) -> Catalog:
    """`docs` and `passages` in id order; KeyError for a passage of no document."""
    entries = tuple(entry_of(doc) for doc in docs)
    numbers = {entry.id: i for i, entry in enumerate(entries)}
    doc_of = np.array([numbers[p.doc_id] for p in passages], np.int32)
    return Catalog(entries, doc_of, Names.of(entries))


def same_region(one: str | None, other: str | None) -> bool:
    """贵州 is 贵州省, 嘉兴 is 浙江省嘉兴市: either name, without its suffix, lies in the other."""
    if not one or not other:
        return False
    short_one, short_other = _SUFFIX.sub("", one) or one, _SUFFIX.sub("", other) or other
    return short_one in other or short_other in one


def years_in(text: str) -> Iterable[int]:
    """The four-digit years that stand in a text."""
    return [int(found) for found in _YEAR.findall(text)]


def passes(entry: Entry, filters: Filters, void: Container[str] | None) -> bool:
    """True for a document that the filters let through; `void` as in `Catalog.allowed`."""
    if filters.doc_ids is not None and entry.id not in filters.doc_ids:
        return False
    if filters.regions is not None and not any(
        same_region(region, entry.region) for region in filters.regions
    ):
        return False
    if filters.years is not None and not set(filters.years) & set(entry.years):
        return False
    if not filters.in_force:
        return True
    return entry.in_force if void is None else entry.id not in void
