"""Lists of numbers, one for every row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Ragged:
    """A list of numbers for every passage: those of row r are `ids[starts[r]:starts[r + 1]]`."""

    ids: np.ndarray  # int32
    starts: np.ndarray  # int64

    def __len__(self) -> int:
        return len(self.starts) - 1

    def of(self, row: int) -> np.ndarray:
        """The numbers of one passage."""
        ids: np.ndarray = self.ids[self.starts[row] : self.starts[row + 1]]
        return ids

    @classmethod
    def join(cls, rows: Sequence[Sequence[int] | np.ndarray]) -> Ragged:
        """One list after the other."""
        starts = np.zeros(len(rows) + 1, np.int64)
        np.cumsum([len(row) for row in rows], out=starts[1:])
        parts = [np.asarray(row, np.int32) for row in rows]
        return cls(np.concatenate(parts) if parts else np.zeros(0, np.int32), starts)
