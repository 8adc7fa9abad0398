"""All facts of an index by what they measure, found without reading a document.

A key is an indicator with its last two headings; the facts of a key lie together. Looking for an
indicator reads the keys, which are short, and then only the facts of those that are alike.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from index.serialize import from_plain, to_plain
from text.normalize import fold, squeeze
from text.words import bigrams
from youju.records import Fact, PolicyDoc

KEYS, FACTS, STARTS = "facts.keys.json", "facts.jsonl", "facts.starts.npy"
_SHARE = 0.34  # of an indicator's pairs that a key must hold to be looked at
_MOST = 20000  # facts that are looked at for one indicator


class Ledger(Protocol):
    """Keys in the order of their first document, and the facts of each."""

    def keys(self) -> Sequence[str]:
        """The folded indicators with their headings."""
        ...

    def of(self, place: int) -> Sequence[Fact]:
        """The facts of a key."""
        ...


@dataclass(frozen=True, slots=True)
class Held:
    """A ledger in memory."""

    names: tuple[str, ...]
    facts: tuple[tuple[Fact, ...], ...]

    def keys(self) -> Sequence[str]:
        """See `Ledger`."""
        return self.names

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
    return Held(tuple(found), tuple(map(tuple, found.values())))


def alike(ledger: Ledger, wordings: Sequence[str]) -> Iterator[Fact]:
    """The facts whose key holds a third of the pairs of any wording; the likest keys first.

    Linear in the number of keys.
    """
    asked = [tuple(dict.fromkeys(bigrams(wording))) for wording in wordings]
    asked = [pairs for pairs in asked if pairs]
    if not asked:
        return
    least = [max(1, math.ceil(_SHARE * len(pairs))) for pairs in asked]
    ranked: list[tuple[float, int]] = []
    for place, key in enumerate(ledger.keys()):
        best = 0.0
        for pairs, needed in zip(asked, least, strict=True):
            held = sum(pair in key for pair in pairs)
            if held >= needed:
                best = max(best, held / len(pairs))
        if best:
            ranked.append((-best, place))
    count = 0
    for _, place in sorted(ranked):
        for fact in ledger.of(place):
            yield fact
            count += 1
        if count >= _MOST:
            return


def contents(ledger: Ledger) -> Iterator[tuple[str, bytes | np.ndarray]]:
    """(name, content) of the files that hold a ledger."""
    names = ledger.keys()
    lines = [
        json.dumps([to_plain(fact) for fact in ledger.of(i)], ensure_ascii=False).encode() + b"\n"
        for i in range(len(names))
    ]
    starts = np.zeros(len(lines) + 1, np.int64)
    np.cumsum([len(line) for line in lines], out=starts[1:])
    yield KEYS, json.dumps(list(names), ensure_ascii=False).encode()
    yield FACTS, b"".join(lines)
    yield STARTS, starts


class Stored:
    """A ledger on disk, read when first asked for. Raises ValueError when files do not agree."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._starts = np.load(folder / STARTS)
        size = (folder / FACTS).stat().st_size
        if size != int(self._starts[-1]):
            raise ValueError(f"{size} bytes of facts, not {int(self._starts[-1])}")
        # A mapping keeps the generation readable after a later build has removed it.
        path = folder / FACTS
        self._bytes = np.asarray(np.memmap(path, np.uint8, "r")) if size else np.zeros(0, np.uint8)
        self._keys: list[str] = json.loads((folder / KEYS).read_bytes())
        if len(self._keys) != len(self._starts) - 1:
            raise ValueError(f"{len(self._keys)} keys of facts, not {len(self._starts) - 1}")

    def keys(self) -> Sequence[str]:
        """See `Ledger`."""
        return self._keys

    def of(self, place: int) -> Sequence[Fact]:
        """See `Ledger`."""
        line = self._bytes[self._starts[place] : self._starts[place + 1]].tobytes()
        return [from_plain(Fact, plain) for plain in json.loads(line)]
