"""`python -m encoder.train.necessity`: counts which pairs of a question its answer must have.

Writes `index/necessity.txt`: a pair and the percentage of questions with it whose text has it too,
drawn towards the mean where it was seen seldom; `*` is the mean.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from encoder.train import pairs
from encoder.train.__main__ import EXCLUDED
from encoder.train.leaks import excluded_keys
from encoder.train.sources import Pair
from index.necessity import FILE
from text.words import bigrams

log = logging.getLogger("encoder.train.necessity")
KINDS = ("plain", "cmrc2018", "drcd")
SEEN = 10  # questions: of a pair seen in fewer nothing is said
PRIOR = 5  # … the mean counts as so many


def count(questions: Iterable[Pair]) -> tuple[dict[str, float], float]:
    """(necessity by pair, the mean)."""
    asked: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for pair in questions:
        text = pair.positive.lower()
        distinct = set(bigrams(pair.query))
        asked.update(distinct)
        found.update(token for token in distinct if token in text)
    mean = found.total() / max(1, asked.total())
    known = {
        token: (found[token] + PRIOR * mean) / (asked[token] + PRIOR)
        for token in asked
        if asked[token] >= SEEN
    }
    return known, mean


def write(path: Path, known: dict[str, float], mean: float) -> None:
    """Pairs in order of their characters, percentages whole; those near the mean left out."""
    rows = {token: round(100 * share) for token, share in known.items()}
    kept = {token: percent for token, percent in rows.items() if abs(percent - 100 * mean) >= 5}
    lines = [f"*\t{round(100 * mean)}", *(f"{t}\t{p}" for t, p in sorted(kept.items()))]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main(argv: list[str] | None = None) -> int:
    """Count over all training questions and write the file."""
    parser = argparse.ArgumentParser(
        prog="python -m encoder.train.necessity", description="统计问题里的字对有多少出现在答案里。"
    )
    parser.add_argument("--data", type=Path, required=True, help="训练数据目录")
    parser.add_argument("--out", type=Path, default=FILE, help="写到哪个文件")
    options = parser.parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    found = pairs.collect(options.data, lambda title: False, excluded_keys(EXCLUDED))
    known, mean = count(pair for pair in found if pair.kind in KINDS)
    write(options.out, known, mean)
    log.info("写好 %s：%d 字节，平均 %.2f", options.out, options.out.stat().st_size, mean)
    return 0


if __name__ == "__main__":
    sys.exit(main())
