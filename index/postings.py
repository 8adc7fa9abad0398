"""Keys, each with the ascending numbers of what holds it: a trie and two arrays, mapped from disk.

Opening costs the same for any size, and looking a key up costs its length. Keys of several kinds
may lie in one: whoever fills it gives each kind a mark of its own as first character.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index import mapped

if TYPE_CHECKING:
    import marisa_trie

_NONE = np.zeros(0, np.int32)


class Postings:
    """`rows[starts[i]:starts[i + 1]]` belong to the key with number i in the trie."""

    def __init__(self, trie: marisa_trie.Trie, starts: np.ndarray, rows: np.ndarray) -> None:
        """Raises ValueError when the three do not fit together."""
        if len(starts) != len(trie) + 1 or int(starts[-1]) != len(rows):
            raise ValueError(f"{len(trie)} keys with {len(starts)} starts and {len(rows)} rows")
        self._trie, self._starts, self._rows = trie, starts, rows

    @classmethod
    def of(cls, held: Mapping[str, Sequence[int]]) -> Postings:
        """Of some keys with ascending numbers."""
        import marisa_trie

        trie = marisa_trie.Trie(held)
        keys = [trie.restore_key(number) for number in range(len(trie))]
        starts = np.zeros(len(keys) + 1, np.int64)
        np.cumsum([len(held[key]) for key in keys], out=starts[1:])
        rows = [np.asarray(held[key], np.int32) for key in keys]
        return cls(trie, starts, np.concatenate(rows) if rows else _NONE)

    def __contains__(self, key: str) -> bool:
        return key in self._trie

    def get(self, key: str) -> np.ndarray:
        """The numbers of a key, int32; none for an unknown one."""
        number = self._trie.get(key, -1)
        if number < 0:
            return _NONE
        found: np.ndarray = self._rows[self._starts[number] : self._starts[number + 1]]
        return found

    def beginning(self, text: str) -> list[str]:
        """The keys with which a text begins, the shortest first."""
        found: list[str] = self._trie.prefixes(text)
        return found

    def common(self, keys: Sequence[str]) -> np.ndarray:
        """The numbers that all of some keys have, the rarest key first; none for no keys."""
        lists = sorted((self.get(key) for key in keys), key=len)
        if not lists:
            return _NONE
        found = lists[0]
        for other in lists[1:]:
            if not len(found):
                break
            found = found[_stand_in(found, other)]
        return found

    def files(self, name: str) -> Iterator[tuple[str, bytes | np.ndarray]]:
        """(name, content) of what `load` needs."""
        yield f"{name}.trie", self._trie.tobytes()
        yield f"{name}.starts.npy", self._starts
        yield f"{name}.rows.npy", self._rows

    @classmethod
    def load(cls, folder: Path, name: str) -> Postings:
        """Map what `files` gave. Raises OSError or ValueError."""
        starts, rows = (mapped.array(folder / f"{name}.{part}.npy") for part in ("starts", "rows"))
        return cls(mapped.trie(folder / f"{name}.trie"), starts, rows)


def _stand_in(some: np.ndarray, others: np.ndarray) -> np.ndarray:
    """True for each of `some` that stands among `others`; both ascend."""
    places = np.minimum(np.searchsorted(others, some), len(others) - 1)
    found: np.ndarray = others[places] == some if len(others) else np.zeros(len(some), bool)
    return found
