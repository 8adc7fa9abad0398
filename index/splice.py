"""Two sequences put into one order: some of the one, all of the other, each in its own order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np

from index.lines import Joined
from index.ragged import Ragged

R = TypeVar("R")


@dataclass(frozen=True)
class Splice:
    """The new place of each row of the one (-1: it goes) and of the other; both ascend."""

    here: np.ndarray  # int32
    there: np.ndarray  # int32

    def __len__(self) -> int:
        return int(np.count_nonzero(self.here >= 0)) + len(self.there)

    @cached_property
    def stretches(self) -> Sequence[tuple[bool, int, int]]:
        """(of the other one, start, stop) of the rows that stay together, in their new order."""
        places = np.empty(len(self), np.int64)
        other = np.zeros(len(self), bool)
        staying = np.flatnonzero(self.here >= 0)
        places[self.here[staying]] = staying
        places[self.there], other[self.there] = np.arange(len(self.there)), True
        torn = (np.diff(places) != 1) | (other[1:] != other[:-1])
        begins = np.append(0, np.flatnonzero(torn) + 1)[: len(self)]
        ends = np.append(begins, len(self))[1:]
        return [
            (bool(other[begin]), int(places[begin]), int(places[end - 1]) + 1)
            for begin, end in zip(begins, ends, strict=True)
        ]

    def records(self, one: Sequence[R], other: Sequence[R]) -> Joined[R]:
        """The records of both; none is read."""
        return Joined([(other if new else one, at, to) for new, at, to in self.stretches])

    def rows(self, one: np.ndarray, other: np.ndarray) -> np.ndarray:
        """The rows of two arrays."""
        parts = [(other if new else one)[start:stop] for new, start, stop in self.stretches]
        made: np.ndarray = np.concatenate(parts or [one[:0]])
        return made

    def ragged(self, one: Ragged, other: Ragged) -> Ragged:
        """The rows of two ragged lists."""
        parts, lengths = [one.ids[:0]], [np.zeros(1, np.int64)]
        for new, start, stop in self.stretches:
            lists = other if new else one
            parts.append(lists.ids[lists.starts[start] : lists.starts[stop]])
            lengths.append(np.diff(lists.starts[start : stop + 1]))
        return Ragged(np.concatenate(parts), np.cumsum(np.concatenate(lengths)))
