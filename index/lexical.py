"""BM25 over tokens. bm25s computes the index; a query is the sum of a few of its columns.

bm25s is imported for building only: its import costs 0.3 s, and a weighted query (thesaurus terms
count less than the user's own words) is not among what it offers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

K1 = 1.2
B = 0.75


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Column `t` of the score matrix is `data[starts[t]:starts[t + 1]]` at the rows `rows[…]`."""

    columns: dict[str, int]
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
    return {
        f"{name}.tokens.txt": "\n".join(lexicon.columns).encode(),
        f"{name}.data.npy": lexicon.data,
        f"{name}.rows.npy": lexicon.rows,
        f"{name}.starts.npy": lexicon.starts,
    }


def mapped(path: Path) -> np.ndarray:
    """An array left on disk; a plain view, because slices of `np.memmap` itself are slow."""
    return np.asarray(np.load(path, mmap_mode="r"))


def load(folder: Path, name: str, count: int) -> Lexicon:
    """Read what `files` gave; the arrays stay on disk, mapped. Raises OSError or ValueError."""
    text = (folder / f"{name}.tokens.txt").read_text("utf-8")
    tokens = text.split("\n") if text else []
    return Lexicon(
        {token: i for i, token in enumerate(tokens)},
        mapped(folder / f"{name}.data.npy"),
        mapped(folder / f"{name}.rows.npy"),
        np.load(folder / f"{name}.starts.npy"),
        count,
    )
