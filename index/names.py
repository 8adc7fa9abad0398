"""How documents are named, found without looking at each name.

Titles, 文号, places and years of all documents lie in one `Postings`, made with the index. What is
asked of it costs what its answer costs, or what the lists of a few keys cost, never a look at every
title. Whoever asks checks the few names that come back in his own way.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol, overload

import numpy as np

from index import mapped
from index.postings import Postings
from text.normalize import fold, squeeze
from text.places import PROVINCES, short_name
from youju.records import DocName, Stretch

RUN = 6  # characters of a stretch of a title
# Of documents: id, 文号, its pairs, its last number, places it speaks for, its place, its years.
_ID, _NUMBER, _PART, _TAIL, _SPEAKS, _SHORT, _YEAR = "i", "n", "m", "t", "p", "q", "y"
_CHAR, _PAIR, _LONG = "1", "2", "6"  # of names
_TITLE, _ALSO, _REGION = 0, 1, 2  # kinds of names
_LAST_NUMBER = re.compile(r"(?<!\d)0{0,9}(\d{1,9})号$")
_MARKS = re.compile(r"[\s《》〈〉<>]|关于")  # as `qa.asked.names` leaves out of a title


class Named(Protocol):
    """What is indexed of a document."""

    @property
    def id(self) -> str:
        """The document's id."""
        ...

    @property
    def name(self) -> str:
        """Its title."""
        ...

    @property
    def region(self) -> str | None:
        """The place that it speaks for."""
        ...

    @property
    def doc_number(self) -> str | None:
        """Its 文号."""
        ...

    @property
    def years(self) -> tuple[int, ...]:
        """Its years."""
        ...

    @property
    def also(self) -> tuple[str, ...]:
        """Titles of further documents in the file."""
        ...

    @property
    def family(self) -> str | None:
        """The rule of which a person said that it is a version."""
        ...


class Ids(Sequence[str]):
    """The ids of some documents, in id order; each is read when it is looked at."""

    def __init__(self, names: Names, rows: np.ndarray) -> None:
        self.names, self.rows = names, rows

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> Ids: ...
    def __getitem__(self, place: int | slice) -> str | Ids:
        if isinstance(place, slice):
            return Ids(self.names, self.rows[place])
        return self.names.entries[int(self.rows[place])].id

    def __contains__(self, doc_id: object) -> bool:
        row = self.names.row(str(doc_id))
        at = int(np.searchsorted(self.rows, row))
        return row >= 0 and at < len(self.rows) and int(self.rows[at]) == row


class _Titles(Collection[str]):
    """What stands in the titles of some documents: `贵州 in titles`."""

    def __init__(self, names: Names, documents: np.ndarray | None) -> None:
        self._names, self._documents = names, documents

    def __contains__(self, text: object) -> bool:
        return self._names.any_title(str(text), self._documents)

    def __iter__(self) -> Iterator[str]:
        raise TypeError("titles are not gone through one by one")

    def __len__(self) -> int:
        return len(self._names) if self._documents is None else len(self._documents)


class Names(Sequence[DocName]):
    """The names of documents in id order; see `youju.records.DocNames`."""

    def __init__(
        self,
        entries: Sequence[Named],
        held: Postings,
        names: np.ndarray,
        region: np.ndarray,
        regions: Sequence[str],
    ) -> None:
        """`names` are (document, kind, length) of every name, `region[i]` is a place in `regions`
        or -1. Raises ValueError when they do not fit together.
        """
        if len(entries) != len(region):
            raise ValueError(f"{len(entries)} documents, but regions of {len(region)}")
        self.entries, self._held, self.region, self._regions = entries, held, region, regions
        self._owner, self._kind, self._length = names[:, 0], names[:, 1], names[:, 2]
        self._names = names
        self._gathered: tuple[int, ...] = ()

    def over(self, entries: Sequence[Named]) -> Names:
        """The same documents under what people corrected of them.

        They are found by the names that were read, and known by those that were given.
        """
        made = Names(entries, self._held, self._names, self.region, self._regions)
        made._gathered = tuple(i for i, entry in enumerate(entries) if entry.family)
        return made

    @classmethod
    def of(cls, entries: Sequence[Named]) -> Names:
        """The names of documents in id order."""
        held: dict[str, list[int]] = defaultdict(list)
        rows: list[tuple[int, int, int]] = []
        regions = sorted({entry.region for entry in entries if entry.region})
        places = {region: i for i, region in enumerate(regions)}
        for number, entry in enumerate(entries):
            for key in _keys(entry):
                held[key].append(number)
            named = [(_TITLE, entry.name), *((_ALSO, title) for title in entry.also)]
            for kind, name in [*named, (_REGION, entry.region or "")]:
                text = bare(name).lower()
                for key in _grams(text, kind):
                    held[key].append(len(rows))
                rows.append((number, kind, len(text)))
        region = np.array([places.get(entry.region or "", -1) for entry in entries], np.int32)
        names = np.array(rows, np.int32).reshape(-1, 3)
        return cls(entries, Postings.of(held), names, region, regions)

    def files(self) -> Iterator[tuple[str, bytes | np.ndarray]]:
        """(name, content) of what `load` needs beside the entries."""
        yield from self._held.files("names")
        yield "names.npy", self._names
        yield "names.region.npy", self.region
        yield "names.regions.txt", "\n".join(self._regions).encode()

    @classmethod
    def load(cls, folder: Path, entries: Sequence[Named]) -> Names:
        """Map what `files` gave. Raises OSError or ValueError."""
        names, region = (mapped.array(folder / name) for name in ("names.npy", "names.region.npy"))
        text = (folder / "names.regions.txt").read_text("utf-8")
        regions = text.split("\n") if text else []
        return cls(entries, Postings.load(folder, "names"), names, region, regions)

    def __len__(self) -> int:
        return len(self.entries)

    @overload
    def __getitem__(self, place: int) -> DocName: ...
    @overload
    def __getitem__(self, place: slice) -> list[DocName]: ...
    def __getitem__(self, place: int | slice) -> DocName | list[DocName]:
        if isinstance(place, slice):
            return [self[i] for i in range(*place.indices(len(self)))]
        entry = self.entries[place]
        return DocName(
            entry.id, entry.name, entry.region, entry.doc_number, entry.also, entry.family
        )

    def row(self, doc_id: str) -> int:
        """The place of a document in id order; -1 for an unknown one."""
        found = self._held.get(_ID + doc_id)
        return int(found[0]) if len(found) else -1

    def of_ids(self, ids: Sequence[str]) -> list[DocName]:
        """The names of some documents, in the order of their ids; KeyError for an unknown one."""
        if not isinstance(ids, Ids):
            unknown = [i for i in ids if self.row(i) < 0]
            if unknown:
                raise KeyError(unknown[0])
        return [self[int(row)] for row in self.rows(ids)]

    def ids(self) -> Ids:
        """The ids of all documents."""
        return Ids(self, np.arange(len(self), dtype=np.int32))

    def at(self, rows: Sequence[int]) -> Ids:
        """The ids of the documents at some ascending places."""
        return Ids(self, np.array(rows, np.int32))

    def regions(self) -> Sequence[str]:
        """The places that documents state, each once, in the order of their characters."""
        return self._regions

    def speaking(self, regions: Sequence[str]) -> Ids:
        """The documents that speak for one of some places, as `text.places.same_place` has it."""
        found = [self._held.get(_SPEAKS + short_name(region)) for region in regions]
        rows = np.unique(np.concatenate(found)) if found else np.zeros(0, np.int32)
        return Ids(self, rows)

    def in_year(self, year: int) -> np.ndarray:
        """The documents of a year, as places in id order."""
        return self._held.get(f"{_YEAR}{year}")

    def places_in(self, text: str) -> list[tuple[int, str]]:
        """(start, short name) of the stated places that a folded text names."""
        return [
            (start, key[1:])
            for start in range(len(text))
            for key in self._held.beginning(_SHORT + text[start : start + 40])
            if len(key) > 1
        ]

    def numbered_in(self, text: str) -> list[DocName]:
        """The documents whose folded 文号 stands in a folded text."""
        keys = {
            key
            for start in range(len(text))
            for key in self._held.beginning(_NUMBER + text[start : start + 80])
            if len(key) > 1
        }
        rows = sorted({int(row) for key in keys for row in self._held.get(key)})
        return [self[row] for row in rows]

    def numbered(self, number: int) -> Ids:
        """The documents whose 文号 ends with this number."""
        return Ids(self, self._held.get(f"{_TAIL}{number}"))

    def numbered_like(self, text: str, most: int) -> list[DocName]:
        """The documents whose 文号 hold most of a folded text's pairs, in id order."""
        pairs = {_PART + pair: 1.0 for pair in _pairs(fold(text))}
        held = self._weights(pairs, of_names=False)
        return [self[int(row)] for row in _best(held, most)]

    def stretches(self, text: str) -> list[Stretch]:
        """Where a folded text shares six characters or more with titles, the longest first.

        A title may hold the pieces of a stretch without holding it whole: check what comes back.
        """
        text = text.lower()
        found: dict[tuple[int, int], list[np.ndarray]] = defaultdict(list)
        rows, starts = np.zeros(0, np.int32), np.zeros(0, np.int32)
        for at in range(len(text) - RUN + 2):  # once more, to close what is open
            here = (
                self._held.get(_LONG + text[at : at + RUN]) if at <= len(text) - RUN else rows[:0]
            )
            going = np.isin(rows, here, assume_unique=True)
            ended, begun = rows[~going], starts[~going]
            for start in np.unique(begun):
                found[int(start), at + RUN - 1].append(ended[begun == start])
            since = np.full(len(here), at, np.int32)
            since[np.isin(here, rows, assume_unique=True)] = starts[going]
            rows, starts = here, since
        made = []
        for (start, end), parts in found.items():
            chosen = np.concatenate(parts)
            made.append(Stretch(start, end, chosen, self._length[chosen]))
        return sorted(made, key=lambda s: (s.start - s.end, s.start))

    def stretched(self, stretch: Stretch) -> list[DocName]:
        """The documents of a stretch, in id order."""
        return [self[int(row)] for row in np.unique(self._owner[stretch.rows])]

    def holding(self, text: str, most: int) -> list[DocName] | None:
        """Documents one of whose titles may hold a text, in id order; None for more than `most`."""
        text = bare(text).lower()
        if len(text) >= RUN:
            keys = [_LONG + text[i : i + RUN] for i in range(len(text) - RUN + 1)]
        else:
            keys = [_PAIR + pair for pair in _pairs(text)] or [_CHAR + text]
        rows = self._held.common(keys)
        documents = np.unique(self._owner[rows[self._kind[rows] != _REGION]])
        return None if len(documents) > most else [self[int(row)] for row in documents]

    def titles(self, regions: Sequence[str]) -> Collection[str]:
        """What stands in the titles of the documents of some places, or of all."""
        return _Titles(self, self.speaking(regions).rows if regions else None)

    def gathered(self, families: Container[str]) -> list[DocName]:
        """The documents that people put into one of some families, in id order."""
        put = [self[i] for i in self._gathered]
        return [name for name in put if any(key in families for key in name.families)]

    def any_title(self, text: str, documents: np.ndarray | None) -> bool:
        """True when one of some titles holds a folded text."""
        text = text.lower()
        keys = [_PAIR + pair for pair in _pairs(text)] or [_CHAR + text]
        rows = self._held.common(keys)
        rows = self._owner[rows[self._kind[rows] == _TITLE]]
        if documents is not None:
            rows = rows[np.isin(rows, documents)]
        if len(text) <= 2:
            return len(rows) > 0
        return any(text in fold(self.entries[int(row)].name).lower() for row in rows)

    def likest(self, weights: Mapping[str, float], ids: Sequence[str], most: int) -> list[DocName]:
        """Of some documents those whose titles hold most of the weighted pairs, in id order."""
        return self._near(weights, self.rows(ids), most, (_TITLE,))

    def nearest(
        self, weights: Mapping[str, float], ids: Sequence[str] | None, most: int
    ) -> list[DocName]:
        """Of some documents, or all, those whose names hold most of the pairs, in id order.

        Places count as names. Documents of no place are looked for apart.
        """
        rows = None if ids is None else self.rows(ids)
        return self._near(weights, rows, most, (_TITLE, _ALSO, _REGION))

    def placeless(self) -> Ids:
        """The documents that state no place."""
        return Ids(self, np.flatnonzero(self.region < 0).astype(np.int32))

    def _near(
        self,
        weights: Mapping[str, float],
        rows: np.ndarray | None,
        most: int,
        kinds: Sequence[int],
    ) -> list[DocName]:
        keys = {_PAIR + pair.lower(): weight for pair, weight in weights.items()}
        held = self._weights(keys, kinds)
        if rows is not None:
            inside = np.full(len(held), -1.0)
            inside[rows] = held[rows]
            held = inside
        return [self[int(row)] for row in _best(held, most)]

    def _weights(
        self, keys: Mapping[str, float], kinds: Sequence[int] = (), *, of_names: bool = True
    ) -> np.ndarray:
        """The weight of the keys that each document has, float64."""
        total = np.zeros(len(self))
        for key, weight in keys.items():
            rows = self._held.get(key)
            if of_names:
                rows = self._owner[rows[np.isin(self._kind[rows], kinds)]]
                rows = rows[np.diff(rows, prepend=-1) > 0]  # a document may hold it in two names
            total[rows] += weight
        return total

    def rows(self, ids: Sequence[str]) -> np.ndarray:
        """The places of some documents in id order, ascending; unknown ids are left out."""
        if isinstance(ids, Ids):
            return ids.rows
        found = sorted({row for row in map(self.row, ids) if row >= 0})
        return np.array(found, np.int32)


def bare(name: str) -> str:
    """A folded name without white space and brackets of titles."""
    return _MARKS.sub("", squeeze(fold(name)))


def _best(weights: np.ndarray, most: int) -> np.ndarray:
    """Places of the largest weights, ascending; of equal ones the first; none below zero."""
    rows = np.flatnonzero(weights >= 0)
    if most < len(rows):
        values = weights[rows]
        edge = np.partition(values, len(values) - most)[len(values) - most] - 1e-9
        rows = rows[values >= edge]
        rows = rows[np.lexsort((rows, -weights[rows]))[:most]]
    return np.sort(rows)


def _pairs(text: str) -> list[str]:
    return list(dict.fromkeys(text[i : i + 2] for i in range(len(text) - 1)))


def _grams(text: str, kind: int) -> set[str]:
    found = {_PAIR + pair for pair in _pairs(text)}
    if kind != _REGION:
        found |= {_CHAR + char for char in text}
        found |= {_LONG + text[i : i + RUN] for i in range(len(text) - RUN + 1)}
    return found


def _keys(entry: Named) -> set[str]:
    found = {_ID + entry.id, *(f"{_YEAR}{year}" for year in entry.years)}
    if entry.doc_number:
        number = fold(entry.doc_number)
        found |= {_NUMBER + number, *(_PART + pair for pair in _pairs(number))}
        last = _LAST_NUMBER.search(number)
        found |= {f"{_TAIL}{int(last.group(1))}"} if last else set()
    if entry.region:
        found.add(_SHORT + short_name(entry.region))
        found |= {_SPEAKS + place for place in _spoken(entry.region)}
    return found


def _spoken(stated: str) -> set[str]:
    """The short names under which a stated place is asked for: see `text.places.same_place`."""
    stated = short_name(stated)
    found = {stated}
    for full in PROVINCES:
        if stated.startswith(full) and len(stated) > len(full):
            found.add(short_name(stated[len(full) :]))
    return found
