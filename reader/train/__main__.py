"""`python -m reader.train --data DIR`: makes the reader, from the data to the exported model."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from reader.train.export import export
from reader.train.groups import prepare, rehearsed
from reader.train.loop import REHEARSALS, Recipe, train
from reader.train.sources import UNITS


def main() -> None:
    """Prepare, train, rehearse, export; what lies in the work folder is not done again."""
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
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    prepared = prepare(args.data, args.rows, args.exclude, args.work)
    before = Recipe(steps=args.steps, seed=args.seed)
    net = train(prepared, args.work, before)
    for part, recipe in enumerate(REHEARSALS):
        steps = recipe.steps if args.rehearsal_steps is None else args.rehearsal_steps
        if steps:
            groups = rehearsed(args.data, args.rows, args.exclude, args.work, part)
            recipe = replace(recipe, steps=steps, seed=args.seed)
            net = train(replace(prepared, groups=groups), args.work, recipe, before=before)
            before = recipe
    export(net, args.work / "tokenizer.json", prepared.groups, args.out)


if __name__ == "__main__":
    main()
