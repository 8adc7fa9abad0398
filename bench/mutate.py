"""`python -m bench mutate`: thousands of damaged and hostile files, each read like a user's.

A file must be read or refused in Chinese: no exception, no more than 5 seconds of processor time
for a megabyte, no gigabyte of memory, nothing left behind. A case is its number and the seed, so
it can be tried again alone (`--first N --count 1 --keep FOLDER`); a journal lets a run go on.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bench.measure import ROOT
from bench.trial import seeds
from eval.report import markdown_table
from youju.errors import InputError, YoujuError

SEEDS = (ROOT / "corpus", ROOT / "tests" / "fixtures", ROOT / "docs", ROOT / "README.md")
BATCH = 200  # cases of one process
Record = dict[str, Any]
_TRIAL = (sys.executable, "-m", "bench.trial")


def main(argv: Sequence[str] | None = None) -> int:
    """Try and print; 1 when a file did what none may do."""
    parser = argparse.ArgumentParser("python -m bench mutate", description="损坏与恶意的文件")
    parser.add_argument("--seeds", type=Path, nargs="+", default=SEEDS, help="原文件或文件夹")
    parser.add_argument("--kinds", default="", help="只试这些后缀，以逗号分隔")
    parser.add_argument("--seed", type=int, default=1, help="随机数种子")
    parser.add_argument("--first", type=int, default=0, help="第一个编号")
    parser.add_argument("--count", type=int, default=1000, help="试多少个")
    parser.add_argument("--journal", type=Path, help="逐条写入此文件；已有的编号不再试")
    parser.add_argument("--ocr", action="store_true", help="也识别图片和扫描页里的文字")
    parser.add_argument("--keep", type=Path, help="把出错的文件留在此文件夹")
    arguments = parser.parse_args(argv)
    try:
        records = list(_tried(arguments))
    except YoujuError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    print(table(records))
    bad = [record for record in records if record["faults"]]
    for record in bad:
        print(f"{record['number']} {record['origin']}: {'; '.join(record['faults'])}")
    return int(bool(bad))


def _tried(arguments: argparse.Namespace) -> Iterator[Record]:
    known = _journal(arguments.journal)
    if not seeds(arguments.seeds):
        raise InputError("没有原文件，请检查 --seeds。")
    yield from known
    first = max([arguments.first, *(record["number"] + 1 for record in known)])
    last = arguments.first + arguments.count
    while first < last:
        asked = {
            "seed": arguments.seed, "first": first, "last": min(last, first + BATCH),
            "seeds": [str(path) for path in arguments.seeds],
            "kinds": [kind for kind in arguments.kinds.split(",") if kind],
            "keep": str(arguments.keep) if arguments.keep else None, "ocr": arguments.ocr,
        }  # fmt: skip
        for record in batch(asked):
            first = record["number"] + 1
            if arguments.journal:
                with arguments.journal.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(record, ensure_ascii=False) + "\n")
            yield record


def batch(asked: Record) -> Iterator[Record]:
    """The cases of one process; the last is the one that ended it, if one did."""
    process = subprocess.Popen(
        [*_TRIAL, json.dumps(asked)], cwd=ROOT, encoding="utf-8", errors="replace",
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    assert process.stdout is not None
    number, rest = asked["first"], list[str]()
    running = True
    for line in process.stdout:
        try:
            record = json.loads(line)
            if "begins" in record:
                number, rest, running = record["begins"], [], True
                continue
        except (ValueError, TypeError):
            rest.append(line)  # what a library says, past all redirections
            continue
        running = False
        yield record
    code = process.wait()
    if running or code:
        yield {
            "number": number, "kind": "", "origin": "", "size": 0, "code": code, "seconds": 0.0,
            "peak_mb": 0.0, "told": "".join(rest)[-4000:], "faults": [f"ended with {code}"],
        }  # fmt: skip


def _journal(path: Path | None) -> list[Record]:
    if path is None or not path.exists():
        return []
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def table(records: Sequence[Record]) -> str:
    """For each kind how many files, how many were read, what the dearest cost."""
    rows = []
    for kind in sorted({record["kind"] for record in records}):
        some = [record for record in records if record["kind"] == kind]
        dearest = max(r["seconds"] / max(1.0, r["size"] / 1e6) for r in some)
        rows.append(
            [
                kind, str(len(some)), str(sum(r["code"] == 0 for r in some)),
                str(sum(r["code"] == 2 for r in some)), f"{dearest:.2f}",
                f"{max(r['peak_mb'] for r in some):.0f}", str(sum(bool(r["faults"]) for r in some)),
            ]
        )  # fmt: skip
    return markdown_table(["kind", "files", "read", "refused", "s/MB", "MB", "faults"], rows)


if __name__ == "__main__":
    sys.exit(main())
