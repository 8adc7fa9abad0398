"""Makes sure that no benchmark is trained on: finds training pairs that share text with one."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from encoder.train import sources
from encoder.train.sources import Pair
from text.normalize import fold

# A shared stretch of twice this many characters is always found, half of that by luck of place.
WINDOW = 30
_NOT_TEXT = re.compile(r"[^\u3400-\u9fff\U00020000-\U0002ffffa-z0-9]+")
_QUERY_CHARS = 8  # a shorter query proves nothing


def bare(text: str) -> str:
    """Only characters, letters and digits, folded: layout and punctuation hide no copy."""
    return _NOT_TEXT.sub("", fold(text).lower())


def pair_key(pair: Pair) -> str:
    """Identifies a pair in the checked-in list, without its text."""
    return hashlib.sha256(f"{bare(pair.query)}|{bare(pair.positive)}".encode()).hexdigest()[:16]


def benchmark_texts(folder: Path) -> tuple[set[str], list[str]]:
    """(bare queries, bare passages) of every benchmark below `folder`."""
    queries: set[str] = set()
    passages: list[str] = []
    for path in sorted(folder.glob("**/queries.jsonl.gz")):
        queries |= {bare(row["text"]) for row in sources.rows(path)}
    for path in sorted(folder.glob("**/corpus.jsonl.gz")):
        passages += [bare(row["text"]) for row in sources.rows(path)]
    return queries, passages


def windows(passages: Iterable[str]) -> set[int]:
    """Hashes of the stretches of WINDOW characters at every place of the passages."""
    return {
        hash(passage[start : start + WINDOW])
        for passage in passages
        for start in range(len(passage) - WINDOW + 1)
    }


def leaks(pairs: Iterable[Pair], folder: Path) -> Iterator[Pair]:
    """Pairs whose query is a benchmark's, or whose text is a benchmark's passage.

    A text counts as a passage when most of its stretches stand in benchmark passages: policy texts
    quote the same formulas, and a shared formula is no leak.
    """
    queries, passages = benchmark_texts(folder)
    known = windows(passages)
    verdicts: dict[str, bool] = {}
    for pair in pairs:
        query = bare(pair.query)
        if len(query) >= _QUERY_CHARS and query in queries:
            yield pair
            continue
        if pair.positive not in verdicts:
            verdicts[pair.positive] = _is_copy(bare(pair.positive), known)
        if verdicts[pair.positive]:
            yield pair


def _is_copy(text: str, known: set[int]) -> bool:
    stretches = [text[s : s + WINDOW] for s in range(0, len(text) - WINDOW + 1, WINDOW)]
    shared = sum(hash(stretch) in known for stretch in stretches)
    return shared * 2 >= len(stretches) > 0


def excluded_keys(path: Path) -> frozenset[str]:
    """The keys of the checked-in list, `#` lines left out."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))
