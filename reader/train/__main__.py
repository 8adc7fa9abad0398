"""`python -m reader.train --data DIR`: makes the reader, from the data to the exported model."""

from __future__ import annotations

import argparse
from pathlib import Path

from reader.train.export import export
from reader.train.groups import prepare
from reader.train.loop import Recipe, train
from reader.train.sources import UNITS


def main() -> None:
    """Prepare, train, export; each step is skipped when its result lies in the work folder."""
    parser = argparse.ArgumentParser(prog="python -m reader.train", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder of training data")
    parser.add_argument("--rows", type=Path, nargs="*", default=[UNITS], help="further reader rows")
    parser.add_argument("--exclude", type=Path, help="documents.jsonl of what is measured on")
    parser.add_argument(
        "--work", type=Path, default=Path(".youju/reader"), help="kept between runs"
    )
    parser.add_argument("--out", type=Path, default=Path("reader/model"))
    parser.add_argument("--steps", type=int, default=Recipe().steps)
    parser.add_argument("--seed", type=int, default=Recipe().seed)
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    prepared = prepare(args.data, args.rows, args.exclude, args.work)
    net = train(prepared, args.work, Recipe(steps=args.steps, seed=args.seed))
    export(net, args.work / "tokenizer.json", prepared.groups, args.out)


if __name__ == "__main__":
    main()
