"""All facts of an index by what they measure, found without reading a document.

A key is an indicator with its last two headings; the facts of a key lie together. Looking for an
indicator reads the lists of its character pairs, and then only the facts of keys that are alike.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from index import lines
from index.postings import Postings
from index.serialize import from_plain, to_plain
from text.normalize import fold, squeeze
from text.words import bigrams
from youju.records import Fact, PolicyDoc

_SHARE = 0.34  # of an indicator's pairs that a key must hold to be looked at
_MOST = 20000  # facts that are looked at for one indicator


class Ledger(Protocol):
    """Keys in the order of their first document, and the facts of each."""

    @property
    def pairs(self) -> Postings:
        """The places of the keys that hold a pair of characters, or a single one."""
        ...

    def __len__(self) -> int:
        """How many keys there are."""
        ...

    def key(self, place: int) -> str:
        """A folded indicator with its headings."""
        ...

    def of(self, place: int) -> Sequence[Fact]:
        """The facts of a key."""
        ...


@dataclass(frozen=True, slots=True)
class Held:
    """A ledger in memory."""

    names: tuple[str, ...]
    facts: tuple[tuple[Fact, ...], ...]
    pairs: Postings

    def __len__(self) -> int:
        return len(self.names)

    def key(self, place: int) -> str:
        """See `Ledger`."""
        return self.names[place]

    def of(self, place: int) -> Sequence[Fact]:
        """See `Ledger`."""
        return self.facts[place]


def ledger_of(docs: Sequence[PolicyDoc]) -> Held:
    """The ledger of some documents."""
    found: dict[str, list[Fact]] = {}
    for doc in docs:
        for fact in doc.facts:
            key = squeeze(fold("\n".join((fact.indicator, *fact.path[-2:]))))
            found.setdefault(key.lower(), []).append(fact)
    pairs: dict[str, list[int]] = {}
    for place, key in enumerate(found):
        for pair in {*key, *(key[i : i + 2] for i in range(len(key) - 1))}:
            pairs.setdefault(pair, []).append(place)
    return Held(tuple(found), tuple(map(tuple, found.values())), Postings.of(pairs))


def alike(ledger: Ledger, wordings: Sequence[str]) -> Iterator[Fact]:
    """The facts whose key holds a third of the pairs of any wording; the likest keys first."""
    best: dict[int, float] = {}
    for wording in wordings:
        pairs = tuple(dict.fromkeys(bigrams(wording)))
        if not pairs:
            continue
        places, counts = np.unique(
            np.concatenate([_holding(ledger, pair) for pair in pairs]), return_counts=True
        )
        enough = counts >= max(1, math.ceil(_SHARE * len(pairs)))
        for place, held in zip(places[enough].tolist(), counts[enough].tolist(), strict=True):
            best[place] = max(best.get(place, 0.0), held / len(pairs))
    count = 0
    for _, place in sorted((-share, place) for place, share in best.items()):
        for fact in ledger.of(place):
            yield fact
            count += 1
        if count >= _MOST:
            return


def _holding(ledger: Ledger, token: str) -> np.ndarray:
    """Places of the keys in which a pair, or a number or latin run of any length, stands."""
    if len(token) <= 2:
        return ledger.pairs.get(token)
    near = ledger.pairs.common([token[i : i + 2] for i in range(len(token) - 1)])
    return np.array([place for place in near.tolist() if token in ledger.key(place)], np.int32)


def contents(ledger: Ledger) -> Iterator[tuple[str, bytes | np.ndarray]]:
    """(name, content) of the files that hold a ledger."""
    plain = ([ledger.key(i), [to_plain(f) for f in ledger.of(i)]] for i in range(len(ledger)))
    yield from lines.contents("facts", plain)
    yield from ledger.pairs.files("facts.pairs")


class Stored:
    """A ledger on disk. Raises OSError or ValueError when files are missing or do not agree."""

    def __init__(self, folder: Path) -> None:
        self._lines = lines.Lines(folder, "facts")
        self.pairs = Postings.load(folder, "facts.pairs")

    def __len__(self) -> int:
        return len(self._lines)

    def key(self, place: int) -> str:
        """See `Ledger`."""
        return str(self._plain(place)[0])

    def of(self, place: int) -> Sequence[Fact]:
        """See `Ledger`."""
        return [from_plain(Fact, plain) for plain in self._plain(place)[1]]

    def _plain(self, place: int) -> Any:
        try:
            return self._lines.plain(place)
        except ValueError as error:
            raise lines.corrupt(self._lines.path) from error
