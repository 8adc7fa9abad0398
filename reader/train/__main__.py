"""`python -m reader.train --data DIR`: makes the reader, from the data to the exported model.

With `--from MODEL` only the last rehearsal is done, from a model that was exported before: what one
has written of one's own documents (`--rows`) is taught on top of what it knows.
"""

from __future__ import annotations

import argparse
import shutil
from dataclasses import replace
from pathlib import Path

from reader.train.export import export
from reader.train.groups import Prepared, prepare, rehearsed
from reader.train.loop import REHEARSALS, Recipe, train
from reader.train.shipped import load
from reader.train.sources import UNITS

_JUDGED = 40  # one question of so many is kept to judge by


def main() -> None:
    """Prepare, train, rehearse, export; what lies in the work folder is not done again."""
    args = _arguments()
    args.work.mkdir(parents=True, exist_ok=True)
    if args.start is None:
        _whole(args)
    else:
        _further(args)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m reader.train", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder of training data")
    parser.add_argument("--rows", type=Path, nargs="*", default=[UNITS], help="further reader rows")
    parser.add_argument("--exclude", type=Path, help="documents.jsonl of what is measured on")
    parser.add_argument(
        "--work", type=Path, default=Path(".youju/reader"), help="kept between runs"
    )
    parser.add_argument("--out", type=Path, default=Path("reader/model"))
    parser.add_argument("--steps", type=int, default=Recipe().steps)
    parser.add_argument("--rehearsal-steps", type=int, help="of each rehearsal; 0 for none")
    parser.add_argument("--seed", type=int, default=Recipe().seed)
    parser.add_argument("--from", type=Path, dest="start", help="a model folder to go on from")
    return parser.parse_args()


def _whole(args: argparse.Namespace) -> None:
    """From the base on."""
    prepared = prepare(args.data, args.rows, args.exclude, args.work)
    before = Recipe(steps=args.steps, seed=args.seed)
    net = train(prepared, args.work, before)
    for part, recipe in enumerate(REHEARSALS):
        recipe = _of(recipe, args)
        if recipe.steps:
            groups = rehearsed(args.data, args.rows, args.exclude, args.work, part)
            net = train(replace(prepared, groups=groups), args.work, recipe, before=before)
            before = recipe
    export(net, args.work / "tokenizer.json", prepared.groups, args.out)


def _further(args: argparse.Namespace) -> None:
    """From an exported model on."""
    tokenizer = args.work / "tokenizer.json"
    shutil.copy(args.start / "tokenizer.json", tokenizer)
    part = len(REHEARSALS) - 1
    groups = rehearsed(args.data, args.rows, args.exclude, args.work, part)
    judged = groups[::_JUDGED]
    learned = Prepared([one for at, one in enumerate(groups) if at % _JUDGED], judged, [])
    net = train(learned, args.work, _of(REHEARSALS[part], args), start=load(args.start))
    export(net, tokenizer, groups, args.out, trimmed=True)


def _of(recipe: Recipe, args: argparse.Namespace) -> Recipe:
    steps = recipe.steps if args.rehearsal_steps is None else args.rehearsal_steps
    return replace(recipe, steps=steps, seed=args.seed)


if __name__ == "__main__":
    main()
