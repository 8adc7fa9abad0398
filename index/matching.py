"""Which of many texts hold a word, and how much of a question: all texts at once.

A loop over texts in Python was most of the time of a search.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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
        found[self._text_at(self._places(word))] = True
        return found

    def near(self, weights: Mapping[str, float], width: int) -> tuple[np.ndarray, np.ndarray]:
        """Sums of the weights of the words that stand in a text, and in its best stretch.

        float64, one per text. Stretches are about `width` characters long and overlap by half; a
        word belongs where it begins.
        """
        step = max(1, width // 2)
        blocks = (self._ends - self._starts) // step + 1
        first = np.cumsum(blocks) - blocks
        held = np.zeros((int(blocks.sum()), len(weights)), bool)
        for column, word in enumerate(weights):
            places = self._places(word)
            texts = self._text_at(places)
            held[first[texts] + (places - self._starts[texts]) // step, column] = True
        if not len(self):
            return np.zeros(0), np.zeros(0)
        values = np.array(list(weights.values()), np.float64)
        whole = np.logical_or.reduceat(held, first, axis=0) @ values
        # Each block with the next one, unless that is of another text.
        inner = np.ones(len(held), bool)
        inner[first + blocks - 1] = False
        held[:-1] |= held[1:] & inner[:-1, None]
        return whole, np.maximum.reduceat(held @ values, first)

    def _places(self, word: str) -> np.ndarray:
        places = np.flatnonzero(self._codes == ord(word[0]))
        for ahead, character in enumerate(word[1:], 1):
            # A match never reaches an end, so the place after it is still there.
            places = places[self._codes[places + ahead] == ord(character)]
        return places

    def _text_at(self, places: np.ndarray) -> np.ndarray:
        return np.searchsorted(self._starts, places, "right") - 1

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
