"""Which of many texts hold a word, and how much of a question: all texts at once.

A loop over texts in Python was most of the time of a search.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

# Stands after every text, equal to no character.
_END = 0xFFFFFFFF


class Joined:
    """Texts one after another, as code points; made once, searched many times."""

    def __init__(self, texts: Sequence[str]) -> None:
        lengths = np.array([len(text) for text in texts], np.int64)
        # Text i is [starts[i], ends[i]); what stands at ends[i] belongs to no text.
        self._ends = np.cumsum(lengths + 1) - 1
        self._starts = self._ends - lengths
        joined = "\n".join([*texts, ""]).encode("utf-32-le", "surrogatepass")
        self._codes = np.frombuffer(joined, np.uint32).copy()
        self._codes[self._ends] = _END

    def __len__(self) -> int:
        return len(self._ends)

    def holding(self, word: str) -> np.ndarray:
        """bool, one per text: the word, which must not be empty, stands in it."""
        found = np.zeros(len(self), bool)
        places = np.flatnonzero(self._codes == ord(word[0]))
        for ahead, character in enumerate(word[1:], 1):
            # A match never reaches an end, so the place after it is still there.
            places = places[self._codes[places + ahead] == ord(character)]
        found[np.searchsorted(self._starts, places, "right") - 1] = True
        return found

    def longest_runs(self, question: str) -> np.ndarray:
        """int64, one per text: length of the longest stretch of the question that stands in it."""
        if not len(self):
            return np.zeros(0, np.int64)
        # run[i]: how many characters up to and at i match the question up to where we are in it.
        run = np.zeros(len(self._codes), np.uint16)
        best = run.copy()
        for character in question:
            np.add(run[:-1], 1, out=run[1:])
            run[0] = 1
            run *= self._codes == ord(character)
            np.maximum(best, run, out=best)
        # From one start to the next lie a text and its end, whose run is 0.
        return np.maximum.reduceat(best, self._starts).astype(np.int64)
