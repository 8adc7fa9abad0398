"""BM25 over tokens. bm25s computes the index; a query is the sum of a few of its columns.

bm25s is imported for building only: its import costs 0.3 s, and a weighted query (thesaurus terms
count less than the user's own words) is not among what it offers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index.postings import mapped_trie

if TYPE_CHECKING:
    import marisa_trie

K1 = 1.2
B = 0.75


class Columns(Mapping[str, int]):
    """The column of each token, in the order of the columns; a trie that is mapped from disk.

    A dict of half a million tokens would take longer to fill than a question takes to answer.
    """

    def __init__(self, trie: marisa_trie.Trie, columns: np.ndarray) -> None:
        """`columns[i]` is that of the token with number i in the trie."""
        if len(trie) != len(columns):
            raise ValueError(f"{len(trie)} tokens with {len(columns)} columns")
        self._trie, self._columns = trie, columns

    def __getitem__(self, token: str) -> int:
        return int(self._columns[self._trie[token]])

    def __contains__(self, token: object) -> bool:
        return token in self._trie

    def get(self, token: str, default: Any = None) -> Any:
        """The column, or `default` for an unknown token."""
        number = self._trie.get(token, -1)
        return default if number < 0 else int(self._columns[number])

    def __len__(self) -> int:
        return len(self._columns)

    def __iter__(self) -> Iterator[str]:
        return (self._trie.restore_key(int(i)) for i in np.argsort(self._columns))


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Column `t` of the score matrix is `data[starts[t]:starts[t + 1]]` at the rows `rows[…]`."""

    columns: Mapping[str, int]
    data: np.ndarray  # float32
    rows: np.ndarray  # int32
    starts: np.ndarray  # int64, len(columns) + 1
    count: int

    def __post_init__(self) -> None:
        if len(self.starts) != len(self.columns) + 1 or len(self.data) != len(self.rows):
            raise ValueError(
                f"{len(self.columns)} tokens with {len(self.starts)} starts, "
                f"{len(self.data)} scores at {len(self.rows)} rows"
            )

    def scores(self, tokens: Mapping[str, float] | Iterable[str]) -> np.ndarray:
        """BM25 of every passage for the query, float32, shape (count,).

        `tokens` are words, each counted as often as it stands there, or weights by word.
        """
        weights = tokens if isinstance(tokens, Mapping) else Counter(tokens)
        total = np.zeros(self.count, np.float32)
        for token, weight in weights.items():
            column = self.columns.get(token)
            if column is not None:
                start, end = self.starts[column], self.starts[column + 1]
                # A column names each row once, so plain fancy addition loses nothing.
                total[self.rows[start:end]] += np.float32(weight) * self.data[start:end]
        return total

    def idf(self, token: str) -> float:
        """Lucene's idf; a word that no passage has gets the highest."""
        column = self.columns.get(token)
        found = 0 if column is None else int(self.starts[column + 1] - self.starts[column])
        return float(np.log1p((self.count - found + 0.5) / (found + 0.5)))

    def __contains__(self, token: str) -> bool:
        return token in self.columns


def build(tokens: Sequence[Sequence[str]]) -> Lexicon:
    """The BM25 index of one token list per passage; deterministic."""
    columns = {token: i for i, token in enumerate(sorted({t for row in tokens for t in row}))}
    if not columns:
        nothing = np.zeros(0)
        return Lexicon(
            {},
            nothing.astype(np.float32),
            nothing.astype(np.int32),
            np.zeros(1, np.int64),
            len(tokens),
        )
    import bm25s

    engine = bm25s.BM25(k1=K1, b=B, method="lucene")
    ids = [[columns[token] for token in row] for row in tokens]
    engine.index((ids, columns.copy()), create_empty_token=False, show_progress=False)
    parts = engine.scores
    return Lexicon(
        columns,
        np.asarray(parts["data"], np.float32),
        np.asarray(parts["indices"], np.int32),
        np.asarray(parts["indptr"], np.int64),
        len(tokens),
    )


def files(lexicon: Lexicon, name: str) -> dict[str, bytes | np.ndarray]:
    """What `load` needs, by file name."""
    import marisa_trie

    trie = marisa_trie.Trie(lexicon.columns)
    columns = [lexicon.columns[trie.restore_key(i)] for i in range(len(trie))]
    return {
        f"{name}.trie": trie.tobytes(),
        f"{name}.columns.npy": np.array(columns, np.int32),
        f"{name}.data.npy": lexicon.data,
        f"{name}.rows.npy": lexicon.rows,
        f"{name}.starts.npy": lexicon.starts,
    }


def mapped(path: Path) -> np.ndarray:
    """An array left on disk; a plain view, because slices of `np.memmap` itself are slow."""
    return np.asarray(np.load(path, mmap_mode="r"))


def load(folder: Path, name: str, count: int) -> Lexicon:
    """Read what `files` gave; all of it stays on disk, mapped. Raises OSError or ValueError."""
    return Lexicon(
        Columns(mapped_trie(folder / f"{name}.trie"), mapped(folder / f"{name}.columns.npy")),
        mapped(folder / f"{name}.data.npy"),
        mapped(folder / f"{name}.rows.npy"),
        mapped(folder / f"{name}.starts.npy"),
        count,
    )
