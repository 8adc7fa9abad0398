"""One measurement per function; everything is wall time on this machine, in this run."""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
# What a cold question must never load.
HEAVY = ("torch", "sentence_transformers", "transformers", "gradio", "matplotlib", "sklearn")
_IMPORTED = re.compile(r"^import time:\s*\d+ \|\s*\d+ \|\s*([\w.]+)\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Child:
    """A finished child process: seconds of wall time and peak resident memory in MB."""

    code: int
    seconds: float
    peak_mb: float
    output: str
    errors: str


def run_child(command: Sequence[str]) -> Child:
    """Run a command from the product's folder and account for it alone (see child.py)."""
    with tempfile.TemporaryDirectory(prefix="youju-bench-") as folder:
        report = Path(folder) / "report"
        launcher = [sys.executable, "-I", "-S", str(ROOT / "bench" / "child.py"), str(report)]
        done = subprocess.run(
            [*launcher, *command],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
        code, seconds, peak = report.read_text("ascii").split()
    scale = 1024 * 1024 if sys.platform == "darwin" else 1024
    return Child(int(code), float(seconds), int(peak) / scale, done.stdout, done.stderr)


def cold_asks(index: Path, questions: Sequence[str]) -> list[Child]:
    """`cli.py ask` once per question, a fresh process each time."""
    return [run_child([sys.executable, *_ask(index, question)]) for question in questions]


def heavy_modules(index: Path, question: str) -> list[str]:
    """The heavy libraries that `cli.py ask` imports, by the interpreter's own import log."""
    child = run_child([sys.executable, "-X", "importtime", *_ask(index, question)])
    assert child.code == 0, child.errors[-500:]
    loaded = set(_IMPORTED.findall(child.errors))
    assert "json" in loaded, "the import log could not be read"
    return sorted(loaded & set(HEAVY))


def _ask(index: Path, question: str) -> list[str]:
    return ["cli.py", "ask", "--json", "--index", str(index), question]


def milliseconds(call: Callable[[str], object], questions: Sequence[str]) -> list[float]:
    """Time of each call, after one call that is not counted."""
    call(questions[0])
    spent = []
    for question in questions:
        started = time.perf_counter()
        call(question)
        spent.append((time.perf_counter() - started) * 1000)
    return spent


def percentile(values: Sequence[float], percent: float) -> float:
    """Nearest-rank percentile: a time that was really measured."""
    assert values, "no values"
    ordered = sorted(values)
    return ordered[max(0, -(-int(percent * len(ordered)) // 100) - 1)]


def machine() -> dict[str, str | int]:
    """Where this was measured, in words that name no host."""
    return {
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 0,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
    }


def keep(report: Mapping[str, object], path: Path | None) -> None:
    """Write a report as one JSON object; nothing where no file was named."""
    if path is not None:
        text = json.dumps(report, ensure_ascii=False, indent=1)
        path.write_text(text + "\n", encoding="utf-8")


def middle(values: Sequence[float]) -> float:
    """Median."""
    return median(values)
