"""All facts of an index by what they measure, found without reading a document.

A key is an indicator with its last two headings; the facts of a key lie together. Looking for an
indicator reads the lists of its character pairs, and then only the facts of keys that are alike.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from index import lines
from index.postings import Postings
from index.splice import Splice
from index.vocabulary import Vocabulary
from text.normalize import fold, squeeze
from text.words import bigrams
from youju.records import Fact, PolicyDoc

_SHARE = 0.34  # of an indicator's pairs that a key must hold to be looked at
_MOST = 20000  # facts that are looked at for one indicator


@dataclass(frozen=True, slots=True)
class Ledger:
    """Keys in the order of their characters, and the facts of each in the order of documents."""

    keys: Vocabulary  # folded indicators with their headings
    facts: Sequence[tuple[Fact, ...]]
    pairs: Postings  # the places of the keys that hold a pair of characters, or a single one

    def __post_init__(self) -> None:
        if len(self.keys) != len(self.facts):
            raise ValueError(f"{len(self.keys)} keys with facts of {len(self.facts)}")

    def __len__(self) -> int:
        return len(self.keys)

    def key(self, place: int) -> str:
        """A folded indicator with its headings."""
        return self.keys.string(place)

    def of(self, place: int) -> Sequence[Fact]:
        """The facts of a key."""
        return self.facts[place]


def ledger_of(docs: Sequence[PolicyDoc]) -> Ledger:
    """The ledger of some documents in id order."""
    found = _by_key(docs)
    keys = Vocabulary.of(found)
    return Ledger(keys, tuple(tuple(found[key]) for key in keys), _pairs(keys))


def merged(one: Ledger, gone: Sequence[PolicyDoc], other: Ledger) -> Ledger:
    """The ledger without some of its documents and with those of another one.

    It is what `ledger_of` makes of them; only the facts of keys that change are read.
    """
    gone_ids = {doc.id for doc in gone}
    changed: dict[str, list[Fact]] = {key: [] for key in (*_by_key(gone), *other.keys)}
    kept = np.ones(len(one), bool)
    for key, facts in changed.items():
        if (place := one.keys.get(key, -1)) >= 0:
            facts += [fact for fact in one.of(place) if fact.doc_id not in gone_ids]
            kept[place] = bool(facts)
        if (place := other.keys.get(key, -1)) >= 0:
            facts += other.of(place)
            facts.sort(key=lambda fact: fact.doc_id)  # those of a document keep their order
    keys, here, _ = one.keys.merged(kept, other.keys)
    left = {keys[key]: tuple(facts) for key, facts in sorted(changed.items()) if facts}
    there = np.array(list(left), np.int64)
    here[np.isin(here, there)] = -1
    facts_of = Splice(here, there).records(one.facts, tuple(left.values()))
    same = kept.all() and len(keys) == len(one)
    return Ledger(keys, facts_of, one.pairs if same else _pairs(keys))


def _by_key(docs: Sequence[PolicyDoc]) -> dict[str, list[Fact]]:
    found: dict[str, list[Fact]] = {}
    for doc in docs:
        for fact in doc.facts:
            key = squeeze(fold("\n".join((fact.indicator, *fact.path[-2:]))))
            found.setdefault(key.lower(), []).append(fact)
    return found


def _pairs(keys: Vocabulary) -> Postings:
    held: dict[str, list[int]] = {}
    for place, key in enumerate(keys):
        for pair in {*key, *(key[i : i + 2] for i in range(len(key) - 1))}:
            held.setdefault(pair, []).append(place)
    return Postings.of(held)


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


def contents(ledger: Ledger) -> Iterator[tuple[str, lines.Content]]:
    """(name, content) of the files that hold a ledger."""
    yield from ledger.keys.files("facts.keys")
    yield from lines.contents("facts", ledger.facts)
    yield from ledger.pairs.files("facts.pairs")


def load(folder: Path) -> Ledger:
    """A ledger on disk. Raises OSError or ValueError when files are missing or do not agree."""
    kind: Any = tuple[Fact, ...]
    return Ledger(
        Vocabulary.load(folder, "facts.keys"),
        lines.Lazy(lines.Lines(folder, "facts"), kind, lines.KEPT_LONG),
        Postings.load(folder, "facts.pairs"),
    )
