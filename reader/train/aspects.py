"""`python -m reader.train.aspects`: what the wording of a question asks of a document, learned.

Questions were written for this, with the words that name the document between [[ and ]] and what is
asked of it (`ROWS`); questions on clauses ask nothing of a document. Two linear models are fitted
(logistic regression over hashed runs of characters) and written to `qa/asked/wording.npz`, after
each writer's questions were read by models that saw the other writers' alone.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from qa.asked.wording import (
    ASKED,
    CHARACTERS,
    MODEL,
    PHRASES,
    Wording,
    around,
    beside,
    phrases,
    runs,
)  # fmt: skip
from reader.train.sources import UNITS
from text.normalize import fold

ROWS = UNITS.parent / "aspects.jsonl"
_OPEN, _CLOSE = "[[", "]]"
_PHRASES_C, _CHARACTERS_C = 5.0, 1.0  # inverse strength of the penalty on weights
_STRIDE = 617  # rows between a question and the one whose name it borrows
_TURN = 2.0  # log odds that a change between name and other words costs


@dataclass(frozen=True, slots=True)
class Row:
    """A folded question, which of its characters name a document, and what it asks of one."""

    normal: str
    named: list[bool]
    aspects: tuple[str, ...]
    writer: str


def written(path: Path = ROWS) -> list[Row]:
    """The questions with their names marked; those that folding makes longer are left out."""
    with path.open(encoding="utf-8") as lines:
        return [row for line in lines if (row := _row(json.loads(line))) is not None]


def _row(row: dict) -> Row | None:
    plain: list[str] = []
    named: list[bool] = []
    inside = False
    rest = row["question"]
    while rest:
        if rest.startswith((_OPEN, _CLOSE)):
            inside, rest = rest.startswith(_OPEN), rest[len(_OPEN) :]
            continue
        plain.append(rest[0])
        named.append(inside)
        rest = rest[1:]
    normal = fold("".join(plain)).lower()
    if len(normal) != len(named):
        return None
    return Row(normal, named, tuple(row["aspects"]), row["writer"])


def of_clauses(path: Path = UNITS) -> Iterator[str]:
    """Questions that a clause answers."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            for one in json.loads(line)["questions"]:
                if one["answers"]:
                    yield fold(one["question"]).lower()


def renamed(rows: Sequence[Row]) -> Iterator[Row]:
    """Each question that names one document once more with the name out of another question."""
    single = [(row, found[0]) for row in rows if len(found := runs(row.named)) == 1]
    for at, (row, (start, end)) in enumerate(single):
        other, (since, until) = single[(at * _STRIDE + 1) % len(single)]
        name = other.normal[since:until]
        yield replace(
            row,
            normal=f"{row.normal[:start]}{name}{row.normal[end:]}",
            named=[*row.named[:start], *[True] * len(name), *row.named[end:]],
        )


def fit(rows: Sequence[Row], others: Iterable[str]) -> Wording:
    """The models; of `others` is known that they ask nothing of a document."""
    rows = [*rows, *renamed(rows)]
    told = [features for row in rows for features in around(row.normal)]
    labels = [inside for row in rows for inside in row.named]
    tagger = LogisticRegression(C=_CHARACTERS_C, solver="liblinear", max_iter=200)
    tagger.fit(_matrix(told, CHARACTERS), labels)
    aspects = tuple(sorted({name for row in rows for name in row.aspects}))
    empty = np.zeros((PHRASES, len(aspects)), np.float32)
    first = Wording(
        aspects, tagger.coef_[0].astype(np.float32), float(tagger.intercept_[0]), _TURN,
        empty, np.zeros(len(aspects), np.float32),
    )  # fmt: skip
    # asked as at run time, with the names that the tagger finds
    asked = [(row.normal, row.aspects) for row in rows] + [(other, ()) for other in others]
    matrix = _matrix([phrases(beside(text, first.named(text))) for text, _ in asked], PHRASES)
    weights, biases = empty, np.zeros(len(aspects), np.float32)
    for at, name in enumerate(aspects):
        one = LogisticRegression(
            C=_PHRASES_C, class_weight="balanced", solver="liblinear", max_iter=200
        )
        one.fit(matrix, [name in names for _, names in asked])
        weights[:, at], biases[at] = one.coef_[0], one.intercept_[0]
    return Wording(aspects, first.characters, first.bias, _TURN, weights, biases)


def _matrix(rows: Sequence[Sequence[int]], columns: int) -> csr_matrix:
    starts = np.cumsum([0, *map(len, rows)])
    indices = np.fromiter((i for row in rows for i in row), np.int32, int(starts[-1]))
    made = csr_matrix((np.ones(len(indices), np.float32), indices, starts), (len(rows), columns))
    made.sum_duplicates()
    return made


def save(model: Wording, path: Path) -> None:
    """Weights as whole numbers of 8 bits."""
    characters, character_scale = _small(model.characters)
    weights, scale = _small(model.phrases)
    np.savez_compressed(
        path, aspects=np.array(model.aspects), characters=characters,
        character_scale=character_scale, bias=model.bias, turn=model.turn, phrases=weights,
        phrase_scale=scale, biases=model.biases,
    )  # fmt: skip


def _small(weights: NDArray[np.float32]) -> tuple[NDArray[np.int8], np.float32]:
    scale = np.float32(max(float(np.abs(weights).max()), 1e-6) / 127)
    return np.rint(weights / scale).astype(np.int8), scale


def judge(model: Wording, rows: Sequence[Row]) -> dict[str, float]:
    """Shares: characters told rightly, aspects right and found, questions right as a whole, and of
    those that ask nothing of a document the ones that are told so."""
    right, hits, said, known, whole, silent, nothing = 0.0, 0, 0, 0, 0, 0, 0
    for row in rows:
        named = model.named(row.normal)
        right += float(np.mean(np.array(named) == np.array(row.named)))
        odds = model.asked(row.normal, named)
        found = {name for name, p in zip(model.aspects, odds, strict=True) if p >= ASKED}
        if row.aspects:
            hits += len(found & set(row.aspects))
            said, known = said + len(found), known + len(row.aspects)
            whole += found == set(row.aspects)
        else:
            nothing += 1
            silent += not found
    asking = len(rows) - nothing
    return {
        "characters": right / len(rows), "precision": hits / max(1, said),
        "recall": hits / max(1, known), "whole": whole / max(1, asking),
        "silent": silent / max(1, nothing),
    }  # fmt: skip


def main() -> None:
    """Judge writer by writer, then fit on all and write the file."""
    parser = argparse.ArgumentParser(prog="python -m reader.train.aspects", description=__doc__)
    parser.add_argument("--rows", type=Path, default=ROWS, help="questions with names and aspects")
    parser.add_argument("--out", type=Path, default=MODEL)
    args = parser.parse_args()
    rows, others = written(args.rows), list(of_clauses())
    print(f"{len(rows)} questions, {len(others)} on clauses", flush=True)
    for writer in sorted({row.writer for row in rows}):
        model = fit([row for row in rows if row.writer != writer], others)
        told = judge(model, [row for row in rows if row.writer == writer])
        print(writer, {name: round(value, 3) for name, value in told.items()}, flush=True)
    save(fit(rows, others), args.out)


if __name__ == "__main__":
    main()
