"""What the words of a question ask of a document, and which of them name it: learned.

Two linear models over hashed runs of characters, taught on questions written for this by
`python -m reader.train.aspects`: one says of each character whether it belongs to the name of a
document, the other which aspects the words beside the name ask for.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

MODEL = Path(__file__).with_name("wording.npz")
CHARACTERS = 1 << 16  # rows of the table that tells names
PHRASES = 1 << 14  # rows of the table that tells aspects
ASKED = 0.4  # probability from which an aspect is asked for
_REACH = 4  # characters to either side that tell whether one belongs to a name
_LONGEST = 4  # characters of a run that tells an aspect
_NAME = "■"  # what stands for a name among the words that ask
_FIRST, _LAST = "\x02", "\x03"
_KEPT = 512  # questions whose reading is kept


@dataclass(frozen=True, slots=True)
class Heard:
    """The aspects that are asked for with their probabilities (0–1), and the places of the names.

    `names` are (start, end) in the folded question, in order.
    """

    aspects: tuple[tuple[str, float], ...]
    names: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Wording:
    """The two models: weights of hashed features.

    `characters` float32 (CHARACTERS,), `turn` what a change between name and other words costs;
    `phrases` float32 (PHRASES, aspects), `biases` float32 (aspects,).
    """

    aspects: tuple[str, ...]
    characters: NDArray[np.float32]
    bias: float
    turn: float
    phrases: NDArray[np.float32]
    biases: NDArray[np.float32]

    @staticmethod
    def load(path: Path = MODEL) -> Wording:
        """The model of a file that `save` wrote."""
        with np.load(path, allow_pickle=False) as held:
            return Wording(
                tuple(held["aspects"].tolist()),
                held["characters"].astype(np.float32) * held["character_scale"],
                float(held["bias"]),
                float(held["turn"]),
                held["phrases"].astype(np.float32) * held["phrase_scale"],
                held["biases"].astype(np.float32),
            )

    def named(self, normal: str) -> list[bool]:
        """For each character whether it belongs to the name of a document (Viterbi, two states)."""
        scores = [self.bias + float(self.characters[features].sum()) for features in around(normal)]
        inside, outside = 0.0, 0.0
        came: list[tuple[bool, bool]] = []  # whether the best way to each state was inside before
        for score in scores:
            into = inside >= outside - self.turn
            out = inside - self.turn > outside
            came.append((into, out))
            inside, outside = (
                (inside if into else outside - self.turn) + score,
                (inside - self.turn) if out else outside,
            )
        state = inside > outside
        states: list[bool] = []
        for into, out in reversed(came):
            states.append(state)
            state = into if state else out
        return states[::-1]

    def asked(self, normal: str, named: list[bool]) -> NDArray[np.float32]:
        """float32, the probability (0–1) of each aspect."""
        features = phrases(beside(normal, named))
        told = self.biases + self.phrases[features].sum(axis=0)
        probability: NDArray[np.float32] = 1.0 / (1.0 + np.exp(-told))
        return probability


def heard(normal: str) -> Heard:
    """What a folded question asks of a document, and where it names one."""
    return _heard(normal.lower())


@lru_cache(_KEPT)
def _heard(normal: str) -> Heard:
    model = _model()
    named = model.named(normal)
    found = zip(model.aspects, model.asked(normal, named).tolist(), strict=True)
    aspects = tuple((name, probability) for name, probability in found if probability >= ASKED)
    return Heard(aspects, tuple(runs(named)))


@lru_cache(1)
def _model() -> Wording:
    return Wording.load()


def around(normal: str) -> list[list[int]]:
    """For each character the rows of what stands around it: runs of up to three characters."""
    padded = f"{_FIRST * _REACH}{normal}{_LAST * _REACH}"
    depth, found = 0, []
    for at, char in enumerate(normal):
        depth = max(0, depth + (char == "《") - (normal[at - 1 : at] == "》"))
        centre = at + _REACH
        rows = [_row(f"{bool(depth)}", CHARACTERS)]
        for length in (1, 2, 3):
            for step in range(-_REACH, _REACH + 2 - length):
                run = padded[centre + step : centre + step + length]
                rows.append(_row(f"{step} {run}", CHARACTERS))
        found.append(rows)
    return found


def beside(normal: str, named: list[bool]) -> str:
    """The question with a mark for each name."""
    kept = []
    for at, char in enumerate(normal):
        if not named[at]:
            kept.append(char)
        elif not at or not named[at - 1]:
            kept.append(_NAME)
    return f"{_FIRST}{''.join(kept)}{_LAST}"


def phrases(words: str) -> list[int]:
    """The rows of the runs of one to four characters, each once."""
    found = {
        words[at : at + length]
        for length in range(1, _LONGEST + 1)
        for at in range(len(words) + 1 - length)
    }
    return sorted({_row(run, PHRASES) for run in found})


def _row(feature: str, rows: int) -> int:
    return zlib.crc32(feature.encode()) % rows


def runs(named: list[bool]) -> list[tuple[int, int]]:
    """(start, end) of the stretches that are named."""
    found: list[tuple[int, int]] = []
    for at, inside in enumerate(named):
        if inside and found and found[-1][1] == at:
            found[-1] = (found[-1][0], at + 1)
        elif inside:
            found.append((at, at + 1))
    return found
