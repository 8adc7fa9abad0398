"""Strings in the order of their characters, each known by its place; mapped from disk.

The strings lie one after the other in one array of bytes and are found by halving. What is added
or taken away moves the others without a look at them, which no trie allows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from index import mapped

_REMEMBERED = 50_000  # strings whose place is kept once it was looked for


class Vocabulary(Mapping[str, int]):
    """String `i` is `text[starts[i]:starts[i + 1]]` in UTF-8, whose order is that of characters."""

    def __init__(self, text: np.ndarray, starts: np.ndarray) -> None:
        """Raises ValueError when the two do not fit together."""
        if not len(starts) or int(starts[-1]) != len(text):
            raise ValueError(f"{len(text)} bytes of strings that do not end there")
        self.text, self.starts = text, starts
        self._bytes, self._from = text.data, starts.data  # plain numbers, quicker than numpy's
        self._known: dict[str, int] = {}

    @classmethod
    def of(cls, strings: Iterable[str]) -> Vocabulary:
        """Of some strings, each once, in any order."""
        plain = sorted(_bytes(one) for one in strings)
        starts = np.zeros(len(plain) + 1, np.int64)
        np.cumsum([len(one) for one in plain], out=starts[1:])
        return cls(np.frombuffer(b"".join(plain), np.uint8), starts)

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __iter__(self) -> Iterator[str]:
        return (self.string(place) for place in range(len(self)))

    def __contains__(self, string: object) -> bool:
        return self.get(str(string), -1) >= 0

    def __getitem__(self, string: str) -> int:
        place = self.get(string, -1)
        if place < 0:
            raise KeyError(string)
        return int(place)

    def get(self, string: str, default: Any = None) -> Any:
        """The place of a string, or `default` for an unknown one."""
        place = self._known.get(string)
        if place is None:
            place, found = self._find(_bytes(string))
            place = place if found else -1
            if len(self._known) >= _REMEMBERED:
                self._known = {}  # another thread may still fill the old one
            self._known[string] = place
        return default if place < 0 else place

    def string(self, place: int) -> str:
        """The string at a place."""
        return self._at(place).decode("utf-8", "surrogatepass")

    def _at(self, place: int) -> bytes:
        return bytes(self._bytes[self._from[place] : self._from[place + 1]])

    def _find(self, wanted: bytes) -> tuple[int, bool]:
        """Where a string stands or would stand, and whether it is there."""
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self._at(middle) < wanted:
                low = middle + 1
            else:
                high = middle
        return low, low < len(self) and self._at(low) == wanted

    def merged(
        self, kept: np.ndarray, other: Vocabulary
    ) -> tuple[Vocabulary, np.ndarray, np.ndarray]:
        """The strings that are `kept` here or are in the other one, and the new place of each.

        Places are int64; those of strings that go are -1.
        """
        found = [self._find(other._at(place)) for place in range(len(other))]
        at = np.array([place for place, _ in found], np.int64)
        known = np.array([one for _, one in found], bool)
        kept = kept.copy()
        kept[at[known]] = True
        added, lengths = at[~known], np.diff(self.starts)
        before = np.concatenate([[0], np.cumsum(kept)])
        here = before[:-1] + np.searchsorted(added, np.arange(len(self)), side="right")
        here[~kept] = -1
        there = np.empty(len(other), np.int64)
        there[known] = here[at[known]]
        there[~known] = before[added] + np.arange(len(added))
        # bytes, and the lengths that say where strings end
        text = self.text if kept.all() else self.text[np.repeat(kept, lengths)]
        staying = np.concatenate([[0], np.cumsum(lengths[kept])])
        new = np.diff(other.starts)[~known]
        bytes_at = np.repeat(staying[before[added]], new)
        text = np.insert(text, bytes_at, other.text[np.repeat(~known, np.diff(other.starts))])
        starts = np.zeros(int(before[-1]) + len(added) + 1, np.int64)
        np.cumsum(np.insert(lengths[kept], before[added], new), out=starts[1:])
        return Vocabulary(text, starts), here, there

    def files(self, name: str) -> Iterator[tuple[str, bytes | np.ndarray]]:
        """(name, content) of what `load` needs."""
        yield f"{name}.text.npy", self.text
        yield f"{name}.ends.npy", self.starts

    @classmethod
    def load(cls, folder: Path, name: str) -> Vocabulary:
        """Map what `files` gave. Raises OSError or ValueError."""
        return cls(*(mapped.array(folder / f"{name}.{part}.npy") for part in ("text", "ends")))


def _bytes(string: str) -> bytes:
    return string.encode("utf-8", "surrogatepass")


def inserted(values: np.ndarray, at: np.ndarray, others: np.ndarray) -> np.ndarray:
    """`values` with others put before the places `at`, which ascend; of the wider type."""
    kind = np.promote_types(values.dtype, others.dtype)
    made: np.ndarray = np.insert(values.astype(kind, copy=False), at, others)
    return made


def widest(counts: Sequence[int] | np.ndarray) -> np.ndarray:
    """Counts in the smallest type that holds them all."""
    array = np.asarray(counts)
    kind = np.min_scalar_type(int(array.max())) if len(array) else np.uint8
    made: np.ndarray = array.astype(kind, copy=False)
    return made
