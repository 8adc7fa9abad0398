"""BM25 over tokens (Lucene's): a query is the sum of a few columns of a matrix of scores.

The matrix is made with numpy from how often each token stands in each row, which is kept beside the
scores: when rows come and go, all scores are made again from the counts, without a look at a text.
"""

from __future__ import annotations

import itertools
import math
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index import mapped
from index.ragged import Ragged
from index.vocabulary import Vocabulary, inserted, widest

K1 = 1.2
B = 0.75
_ARRAYS = ("data", "rows", "starts", "counts", "lengths")  # of a lexicon, each in a file
_BLOCK = 1 << 16  # scores made at a time: what lies between stays in the processor's cache
_SORTED = 1 << 22  # tokens sorted at a time: what lies between is ten times as wide


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Column `t` of the score matrix is `data[starts[t]:starts[t + 1]]` at the rows `rows[…]`.

    There the token stands so many times: `counts[…]`; `lengths` are the tokens of each row.
    """

    columns: Vocabulary
    data: np.ndarray  # float32
    rows: np.ndarray  # int32
    starts: np.ndarray  # int64, len(columns) + 1
    counts: np.ndarray  # of the smallest type that holds them
    lengths: np.ndarray  # int32

    def __post_init__(self) -> None:
        if len(self.starts) != len(self.columns) + 1 or not len(self.data) == len(self.rows) == len(
            self.counts
        ) == int(self.starts[-1]):
            raise ValueError(
                f"{len(self.columns)} tokens with {len(self.starts)} starts, "
                f"{len(self.data)} scores at {len(self.rows)} rows"
            )

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self.lengths)

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


def build(tokens: Iterable[Sequence[str]]) -> Lexicon:
    """The BM25 index of one token list per row; deterministic."""
    return counted(*numbered(tokens))


def numbered(tokens: Iterable[Sequence[str]]) -> tuple[Vocabulary, Ragged]:
    """The tokens of all rows, and the columns of those of each row as they stand there.

    Each row is looked at once and let go: all lists together are many times as large.
    """
    seen: defaultdict[str, int] = defaultdict(itertools.count().__next__)
    found, lengths = array("i"), [0]
    for row in tokens:
        found.extend(map(seen.__getitem__, row))
        lengths.append(len(row))
    columns = Vocabulary.of(seen)
    places = np.empty(len(columns), np.int32)
    places[[seen[token] for token in sorted(seen)]] = np.arange(len(columns))
    return columns, Ragged(places[np.frombuffer(found, np.int32)], np.cumsum(lengths))


def counted(columns: Vocabulary, lists: Ragged) -> Lexicon:
    """The BM25 index of rows that `numbered` gave."""
    lengths = np.diff(lists.starts).astype(np.int32)
    row_of = np.repeat(np.arange(len(lists), dtype=np.int32), lengths)
    rows, counts, held = [np.zeros(0, np.int32)], [np.zeros(0, np.int64)], [np.zeros(1, np.int64)]
    for first, last in _shares(np.bincount(lists.ids, minlength=len(columns))):
        some = (lists.ids >= first) & (lists.ids < last)
        keys = (lists.ids[some] - np.int64(first)) * len(lists) + row_of[some]
        keys, often = np.unique(keys, return_counts=True)
        rows.append((keys % len(lists)).astype(np.int32))
        counts.append(widest(often))
        held.append(np.bincount(keys // len(lists), minlength=last - first))
    starts = np.cumsum(np.concatenate(held))
    return _scored(columns, np.concatenate(rows), starts, widest(np.concatenate(counts)), lengths)


def _shares(often: np.ndarray) -> Iterator[tuple[int, int]]:
    """Stretches of columns of some `_SORTED` tokens each, or of one."""
    ends = np.cumsum(often)
    first = 0
    while first < len(ends):
        before = int(ends[first - 1]) if first else 0
        last = max(first + 1, int(np.searchsorted(ends, before + _SORTED, side="right")))
        yield first, last
        first = last


def merged(
    one: Lexicon, other: Lexicon, rows: tuple[np.ndarray, np.ndarray], lengths: np.ndarray
) -> tuple[Lexicon, np.ndarray, np.ndarray]:
    """The index of the rows of both, with the new column of each token of either.

    `rows` are the new places of the rows of each, ascending but for -1 where a row goes; the result
    is what `build` makes of the same rows.
    """
    moved = rows[0][one.rows]
    gone = np.flatnonzero(moved < 0)
    held = np.diff(one.starts)
    held -= np.bincount(np.searchsorted(one.starts, gone, "right") - 1, minlength=len(held))
    columns, here, there = one.columns.merged(held > 0, other.columns)
    starts = np.zeros(len(columns) + 1, np.int64)
    starts[here[held > 0] + 1] = held[held > 0]
    starts[there + 1] += np.diff(other.starts)
    at = _places(one, other, rows, here, there)
    at -= np.searchsorted(gone, at)
    made = _scored(
        columns,
        np.insert(np.delete(moved, gone), at, rows[1][other.rows]),
        np.cumsum(starts),
        widest(inserted(np.delete(one.counts, gone), at, other.counts)),
        lengths,
    )
    return made, here, there


def _places(
    one: Lexicon,
    other: Lexicon,
    rows: tuple[np.ndarray, np.ndarray],
    here: np.ndarray,
    there: np.ndarray,
) -> np.ndarray:
    """Before which score of the one each of the other belongs: by halving its column, all at once.

    `rows` and the columns `here` and `there` are new places, -1 for what goes.
    """
    staying = np.flatnonzero(rows[0] >= 0)
    before = np.append(staying, len(rows[0]))[np.searchsorted(rows[0][staying], rows[1])]
    wanted = before[other.rows]
    kept = np.flatnonzero(here >= 0)
    next_kept = np.searchsorted(here[kept], there)
    column = np.append(kept, len(here))[next_kept]
    known = np.append(here, -1)[column] == there
    low = one.starts[column]
    high = np.where(known, one.starts[np.minimum(column + 1, len(here))], low)
    low, high = (np.repeat(edge, np.diff(other.starts)) for edge in (low, high))
    while len(open_ := np.flatnonzero(low < high)):
        middle = (low[open_] + high[open_]) // 2
        less = one.rows[middle] < wanted[open_]
        low[open_[less]] = middle[less] + 1
        high[open_[~less]] = middle[~less]
    return low


def _scored(
    columns: Vocabulary,
    rows: np.ndarray,
    starts: np.ndarray,
    counts: np.ndarray,
    lengths: np.ndarray,
) -> Lexicon:
    """The lexicon with its scores, computed in double precision and kept in single."""
    count, held = len(lengths), np.diff(starts)
    logs = {n: math.log(1 + (count - n + 0.5) / (n + 0.5)) for n in np.unique(held).tolist()}
    known = np.array(list(logs), np.int64)
    rarity = np.array(list(logs.values()), np.float32)[np.searchsorted(known, held)]
    average = lengths.mean() if lengths.any() else 1.0
    norm = K1 * ((1 - B) + B * lengths / average)
    data = np.empty(len(rows), np.float32)
    weight = np.repeat(rarity, held)
    for start in range(0, len(rows), _BLOCK):
        part = slice(start, start + _BLOCK)
        data[part] = weight[part] * (counts[part] / (norm[rows[part]] + counts[part]))
    return Lexicon(columns, data, rows, starts, counts, lengths)


def files(lexicon: Lexicon, name: str) -> dict[str, bytes | np.ndarray]:
    """What `load` needs, by file name."""
    arrays = {f"{name}.{part}.npy": getattr(lexicon, part) for part in _ARRAYS}
    return {**dict(lexicon.columns.files(name)), **arrays}


def load(folder: Path, name: str) -> Lexicon:
    """Read what `files` gave; all of it stays on disk, mapped. Raises OSError or ValueError."""
    parts = (mapped.array(folder / f"{name}.{part}.npy") for part in _ARRAYS)
    return Lexicon(Vocabulary.load(folder, name), *parts)
