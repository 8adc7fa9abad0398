"""How likely a character pair of a question stands in the text that answers it.

A pair of 如何 or 措施 asks; one of a name must be there. BM25 takes every pair for as necessary as
the next: L. Zhao, J. Callan, "Term necessity prediction", CIKM 2010. The shares are counted over
questions with known answers by `encoder/train/necessity.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from youju.errors import IndexCorrupt

FILE = Path(__file__).with_name("necessity.txt")


def weights(pairs: Iterable[str]) -> dict[str, float]:
    """Each distinct pair with its count times its necessity."""
    known, usual = load()
    return {pair: count * known.get(pair, usual) for pair, count in Counter(pairs).items()}


@lru_cache(maxsize=1)
def load(path: Path = FILE) -> tuple[dict[str, float], float]:
    """(necessity by pair, that of any other pair); raises IndexCorrupt when the file is damaged."""
    try:
        rows = [line.split("\t") for line in path.read_text("utf-8").splitlines()]
        known = {pair: int(percent) / 100 for pair, percent in rows}
        return known, known.pop("*")
    except (OSError, ValueError, KeyError) as error:
        raise IndexCorrupt(f"{path} 缺失或已损坏，请重新取得程序文件。") from error
