"""`python -m bench [--check] [--json FILE]`: cold start, memory, warm questions, index build.

`python -m bench load --users 32 --seconds 60` lets many users ask a server: bench/load.py.
`python -m bench scale --clauses FILE` says what grows with the size: bench/scale.py.
`python -m bench mutate --count 1000` reads damaged and hostile files: bench/mutate.py.
`python -m bench questions --count 1000` asks what no one should ask: bench/questions.py.
`python -m bench soak --users 16 --minutes 15` lets users do everything: bench/soak.py.
`python -m bench peers --benchmark FOLDER` puts five other systems beside it: bench/peers/.

The peer in the same run is the plain baseline of the evaluation (jieba + bm25s over paragraphs),
so that a slow machine slows both.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from importlib import import_module
from pathlib import Path

from bench.measure import (
    ROOT,
    cold_asks,
    heavy_modules,
    keep,
    machine,
    middle,
    milliseconds,
    percentile,
)
from eval.files import read_questions
from eval.report import markdown_table
from youju.errors import YoujuError

QUESTIONS = ROOT / "eval" / "questions" / "policy.jsonl"
_OTHERS = {
    "load": "bench.load",
    "scale": "bench.scale",
    "mutate": "bench.mutate",
    "questions": "bench.questions",
    "soak": "bench.soak",
    "peers": "bench.peers.compare",
}
# Imported before the clock starts: building is measured after imports.
IMPORTED_FIRST = (
    "bm25s",
    "jieba",
    "index.build",
    "index.encoder",
    "index.persist",
    "index.retrieve",
    "ingest.passages",
    "ingest.pipeline",
    "qa.pipeline",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One measured figure; `limit` is the most it may be, `peer` the baseline's in this run."""

    name: str
    unit: str
    value: float
    limit: float | None = None
    peer: float | None = None

    @property
    def kept(self) -> bool:
        """True when the figure has no limit or keeps it."""
        return self.limit is None or self.value <= self.limit

    @property
    def ratio(self) -> float | None:
        """Times the peer's figure."""
        return self.value / self.peer if self.peer else None


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; 1 when --check is given and a limit is passed."""
    argv = sys.argv[1:] if argv is None else argv
    if argv and argv[0] in _OTHERS:
        code: int = import_module(_OTHERS[argv[0]]).main(argv[1:])
        return code
    parser = argparse.ArgumentParser("python -m bench", description="速度与内存")
    parser.add_argument("--questions", type=Path, default=QUESTIONS)
    parser.add_argument("--cold", type=int, default=5, help="冷启动次数，取中位数")
    parser.add_argument("--json", type=Path, help="同时把结果写入此文件")
    parser.add_argument("--check", action="store_true", help="超出限值时返回 1")
    arguments = parser.parse_args(argv)
    try:
        asked = [item.question for item in read_questions(arguments.questions)]
        with tempfile.TemporaryDirectory(prefix="youju-bench-") as folder:
            rows = measure_all(Path(folder), asked, max(1, arguments.cold))
    except YoujuError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    print(table(rows))
    report = {"machine": machine(), "rows": [asdict(r) | {"ratio": r.ratio} for r in rows]}
    keep(report, arguments.json)
    return int(arguments.check and not all(row.kept for row in rows))


def measure_all(folder: Path, questions: Sequence[str], cold: int) -> list[Row]:
    """Every figure, in the order of a user's day: build, cold question, warm questions."""
    for name in IMPORTED_FIRST:
        import_module(name)
    from eval.plain import PlainSearch
    from youju.service import PolicySearch
    from youju.settings import CORPUS, Settings

    settings = Settings.from_env({}, index=folder / "index")
    started = time.perf_counter()
    PolicySearch.build([CORPUS], settings.index, settings)
    built = time.perf_counter() - started
    search = PolicySearch.open(settings.index, settings)
    docs = search.documents()
    started = time.perf_counter()
    peer = PlainSearch.build(docs)
    peer_built = time.perf_counter() - started
    children = cold_asks(settings.index, [questions[n % len(questions)] for n in range(cold)])
    failed = [child for child in children if child.code != 0]
    assert not failed, failed[0].errors[-500:]
    heavy = heavy_modules(settings.index, questions[0])
    asked, plain = milliseconds(search.ask, questions), milliseconds(peer.ask, questions)
    without = PolicySearch.open(settings.index, replace(settings, reader="none"))
    unread = milliseconds(without.ask, questions)
    searched = milliseconds(search.search, questions)
    return [
        Row("index build after imports", "s", built, 5.0, peer_built),
        Row("cold `cli.py ask`, median", "s", middle([c.seconds for c in children]), 2.5),
        Row("cold `cli.py ask`, peak memory", "MB", max(c.peak_mb for c in children), 600.0),
        Row(f"heavy libraries loaded {heavy or ''}".strip(), "", float(len(heavy)), 0.0),
        Row("warm ask, p50", "ms", percentile(asked, 50), 150.0, percentile(plain, 50)),
        Row("warm ask, p95", "ms", percentile(asked, 95), 400.0, percentile(plain, 95)),
        Row("warm ask without the reader, p50", "ms", percentile(unread, 50), 15.0),
        Row("warm ask without the reader, p95", "ms", percentile(unread, 95), 40.0),
        Row("warm search, p50", "ms", percentile(searched, 50), None, percentile(plain, 50)),
        Row("warm search, p95", "ms", percentile(searched, 95), None, percentile(plain, 95)),
    ]


def table(rows: Sequence[Row]) -> str:
    """The figures as a Markdown table."""
    cells = [
        [
            row.name,
            f"{row.value:.2f} {row.unit}".strip(),
            "" if row.limit is None else f"≤ {row.limit:g}",
            "ok" if row.kept else "OVER",
            "" if row.peer is None else f"{row.peer:.2f}",
            "" if row.ratio is None else f"×{row.ratio:.1f}",
        ]
        for row in rows
    ]
    return markdown_table(["figure", "measured", "limit", "", "plain peer", "ratio"], cells)


if __name__ == "__main__":
    sys.exit(main())
