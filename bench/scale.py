"""`python -m bench scale --clauses FILE`: what grows, and how fast, from hundreds of clauses on.

Each size is built and asked in processes of their own, so that memory is that of one size alone.
The table says each figure with the slope of its logarithm against that of the size: 1 is linear,
0 stays the same. Absolute times are those of this machine under the load that is kept with them;
`CPU` is the processor time of all threads, which a busy machine changes least.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench import collection
from bench.load import resident_mb
from bench.measure import ROOT, keep, machine, middle, milliseconds, percentile, run_child
from eval.report import markdown_table
from youju.errors import InputError, YoujuError

SIZES = (300, 3_000, 30_000, 142_000)
RESULTS = ROOT / "bench" / "results"
_QUESTIONS = 40
_COLD = 3
# Asked of every size: kinds of questions, not of this collection.
_COMPARED = "罚款上限"
_LISTED = "行政处罚的种类有哪些？"
_EACH = "各省的罚款数额是多少？"
# What has to stay below: (figure, slope).
LIMITS = {
    "build CPU": 1.05, "update CPU": 0.5, "ask CPU": 0.5, "ask unread CPU": 0.5, "search CPU": 0.5,
    "filtered CPU": 0.5, "comparison CPU": 0.5, "list CPU": 0.5, "cold ask": 0.5,
}  # fmt: skip


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print, keep; 1 when --check is given and a slope is too steep."""
    parser = argparse.ArgumentParser("python -m bench scale", description="规模：随条款数增长多快")
    parser.add_argument("--clauses", type=Path, required=True, help="条款文件（JSON Lines）")
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="条款数，逗号分隔")
    parser.add_argument("--questions", type=int, default=_QUESTIONS, help="每种问题问多少个")
    parser.add_argument("--synthetic", type=int, default=0, help="另把最大的索引复制到这么多条款")
    parser.add_argument("--folder", type=Path, help="放文件和索引的地方，留着不删")
    parser.add_argument("--json", type=Path, help="结果写入此文件（默认 bench/results）")
    parser.add_argument("--plot", type=Path, help="同时画成图")
    parser.add_argument("--check", action="store_true", help="增长过快时返回 1")
    parser.add_argument("--child", choices=("build", "ask", "copy"), help=argparse.SUPPRESS)
    parser.add_argument("--copies", type=int, default=1, help=argparse.SUPPRESS)
    arguments = parser.parse_args(argv)
    try:
        if arguments.child:
            return _child(arguments)
        sizes = _sizes(arguments.sizes)
        with tempfile.TemporaryDirectory(prefix="youju-scale-") as temporary:
            folder = arguments.folder or Path(temporary)
            report = measured(arguments, folder, sizes)
    except YoujuError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    print(table(report["rows"]))
    if arguments.plot:
        plot(report["rows"], arguments.plot)
    steep = [name for name, most in LIMITS.items() if (slope(report["rows"], name) or 0.0) > most]
    print(f"too steep: {', '.join(steep)}" if steep else "no slope is too steep")
    return int(arguments.check and bool(steep))


def _sizes(text: str) -> list[int]:
    try:
        sizes = sorted({int(part) for part in text.split(",")})
    except ValueError as error:
        raise InputError(f"“{text}”不是用逗号分隔的条款数，请改写成 300,3000 的形式。") from error
    if not sizes or sizes[0] < 1:
        raise InputError("条款数至少是 1，请改大。")
    return sizes


def measured(arguments: argparse.Namespace, folder: Path, sizes: Sequence[int]) -> dict[str, Any]:
    """Every size in turn, kept after each: what a later size costs cannot lose an earlier one."""
    every = collection.laws(arguments.clauses)
    report: dict[str, Any] = {"commit": _commit(), "machine": machine(), "rows": []}
    kept = arguments.json or RESULTS / f"scale-{report['commit']}.json"
    kept.parent.mkdir(parents=True, exist_ok=True)
    for size in sizes:
        some = collection.up_to(every, size)
        here = folder / f"{size}"
        if not (here / "laws").is_dir():
            collection.write(some, here / "laws")
        asked = collection.questions(some, arguments.questions)
        (here / "questions.json").write_text(json.dumps(asked, ensure_ascii=False), "utf-8")
        row: dict[str, Any] = {"clauses": sum(len(law.articles) for law in some)}
        row["documents"] = len(some)
        row |= {"load": [round(one, 1) for one in os.getloadavg()]}
        for child in ("build", "ask"):
            row |= _run(here, child, arguments.clauses)
        report["rows"].append(row)
        keep(report, kept)
        print(f"{row['clauses']} clauses: {json.dumps(row, ensure_ascii=False)}", file=sys.stderr)
    if arguments.synthetic:
        here = folder / f"{sizes[-1]}"
        copies = max(2, round(arguments.synthetic / report["rows"][-1]["clauses"]))
        row = {"synthetic": True, "documents": report["rows"][-1]["documents"] * copies}
        row |= {"clauses": report["rows"][-1]["clauses"] * copies}
        row |= {"load": [round(one, 1) for one in os.getloadavg()]}
        row |= _run(here, "copy", arguments.clauses, copies)
        made = folder / "synthetic"
        shutil.copy(here / "questions.json", made / "questions.json")
        row |= _run(made, "ask", arguments.clauses)
        report["rows"].append(row)
        keep(report, kept)
    return report


def _commit() -> str:
    done = subprocess.run(
        ["git", "rev-parse", "--short=12", "HEAD"], cwd=ROOT, capture_output=True, encoding="utf-8"
    )
    return done.stdout.strip() or "unknown"


def _run(here: Path, child: str, clauses: Path, copies: int = 1) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench", "scale", "--clauses", str(clauses)]
    command += ["--folder", str(here), "--child", child, "--copies", str(copies)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, encoding="utf-8")
    if done.returncode:
        raise InputError(f"{here} 没有测完（{child}，返回 {done.returncode}），原因见上。")
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


# --- in a process of its own ---------------------------------------------------------------------


def _child(arguments: argparse.Namespace) -> int:
    here = arguments.folder
    if arguments.child == "build":
        figures = _built(here)
    elif arguments.child == "copy":
        figures = _copied(here, here.parent / "synthetic", arguments.copies)
    else:
        figures = _asked(here)
    print(json.dumps(figures, ensure_ascii=False))
    return 0


class _Parts:
    """Seconds by stage: the time up to a report belongs to the stage that reports."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.perf_counter()

    def __call__(self, stage: str, done: int, total: int) -> None:
        now = time.perf_counter()
        self.seconds[stage] = self.seconds.get(stage, 0.0) + now - self._last
        self._last = now


def _built(here: Path) -> dict[str, Any]:
    from youju.service import PolicySearch
    from youju.settings import Settings

    settings = Settings.from_env({}, index=here / "index")
    parts = _Parts()
    began, worked = time.perf_counter(), time.process_time()
    done = PolicySearch.build([here / "laws"], settings.index, settings, progress=parts)
    figures: dict[str, Any] = {"build": round(time.perf_counter() - began, 3)}
    figures |= {f"build {name}": round(seconds, 3) for name, seconds in parts.seconds.items()}
    figures["build CPU"] = round(time.process_time() - worked, 3)
    figures |= {"passages": done.passages, "build MB": _peak_mb()}
    first = min((here / "laws").iterdir())
    first.write_text(first.read_text("utf-8") + "第九百条　本条是为测量更新而加的。\n", "utf-8")
    began, worked = time.perf_counter(), time.process_time()
    PolicySearch.build([here / "laws"], settings.index, settings)
    figures["update"] = round(time.perf_counter() - began, 3)
    figures["update CPU"] = round(time.process_time() - worked, 3)
    return figures


def _copied(here: Path, there: Path, copies: int) -> dict[str, Any]:
    """An index of many copies of another: no file is read, no text is embedded."""
    from bench.copies import copied
    from index import persist

    began = time.perf_counter()
    data = copied(persist.load(here / "index", None), copies)
    root = there / "index"
    with persist.building(root):
        persist.publish(root, data)
    figures = {"copy": round(time.perf_counter() - began, 3), "passages": len(data.passages)}
    return figures | _updated(root)


def _updated(root: Path) -> dict[str, Any]:
    """One document of an index taken away and read anew, without a look at any other file."""
    from index import build, persist
    from index.encoder import load_encoder
    from ingest.passages import passages

    encoder = load_encoder("bundled")
    began, worked = time.perf_counter(), time.process_time()
    with persist.building(root):
        made = persist.manifest(root)
        old = persist.previous(root, made.parameters)
        assert old is not None, "it was just published"
        first, *others = old.remembered()
        doc = replace(first.read(), id=f"new{first.id}")
        data = build.build(
            [doc], passages(doc), encoder,
            previous=old, stay=[one.id for one in others], parameters=made.parameters,
        )  # fmt: skip
        persist.publish(root, data)
    return {
        "update": round(time.perf_counter() - began, 3),
        "update CPU": round(time.process_time() - worked, 3),
    }


def _asked(here: Path) -> dict[str, Any]:
    from youju.records import Filters
    from youju.service import PolicySearch
    from youju.settings import Settings

    asked: list[str] = json.loads((here / "questions.json").read_text("utf-8"))
    settings = Settings.from_env({}, index=here / "index")
    generation = next(p for p in sorted((here / "index").glob("gen-*"), reverse=True))
    size = sum(path.stat().st_size for path in generation.rglob("*") if path.is_file())
    began = time.perf_counter()
    search = PolicySearch.open(settings.index, settings)
    figures: dict[str, Any] = {"open": round(time.perf_counter() - began, 3)}
    figures["disk MB"] = round(size / 1e6, 1)
    without = PolicySearch.open(settings.index, replace(settings, reader="none"))
    years = Filters(years=(2019, 2020))
    few = asked[: max(3, len(asked) // 4)]
    calls: dict[str, tuple[Callable[[str], object], Sequence[str]]] = {
        "search": (without.search, asked),
        "filtered": (lambda text: without.search(text, filters=years), few),
        "ask": (search.ask, asked),
        "ask unread": (without.ask, asked),
        "facts": (without.compare, [_COMPARED] * 3),
        "comparison": (without.ask, [_EACH] * 3),
        "list": (without.ask, [_LISTED] * 3),
    }
    for name, (call, texts) in calls.items():
        began = time.process_time()
        spent = milliseconds(call, texts)
        worked = (time.process_time() - began) * 1000 / (len(texts) + 1)
        figures[f"{name} p50"] = round(percentile(spent, 50), 2)
        figures[f"{name} p95"] = round(percentile(spent, 95), 2)
        figures[f"{name} CPU"] = round(worked, 2)
    memory = resident_mb(os.getpid())
    figures["resident MB"] = None if memory is None else round(memory, 1)
    command = [sys.executable, "cli.py", "ask", "--json", "--index", str(settings.index)]
    cold = [run_child([*command, asked[n % len(asked)]]) for n in range(_COLD)]
    figures["cold ask"] = round(middle([child.seconds for child in cold]), 3)
    figures["cold MB"] = round(max(child.peak_mb for child in cold), 1)
    figures["load after"] = [round(one, 1) for one in os.getloadavg()]
    return figures


def _peak_mb() -> float | None:
    try:
        import resource
    except ImportError:
        return None
    scale = 1024 * 1024 if sys.platform == "darwin" else 1024
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / scale, 1)


# --- what is told --------------------------------------------------------------------------------


def slope(rows: Sequence[dict[str, Any]], name: str) -> float | None:
    """The slope of log(figure) against log(clauses), by least squares; None for under two."""
    known = [
        (math.log(row["clauses"]), math.log(row[name]))
        for row in rows
        if isinstance(row.get(name), int | float) and row[name] > 0
    ]
    if len(known) < 2:
        return None
    mean_x = sum(x for x, _ in known) / len(known)
    mean_y = sum(y for _, y in known) / len(known)
    spread = sum((x - mean_x) ** 2 for x, _ in known)
    return sum((x - mean_x) * (y - mean_y) for x, y in known) / spread if spread else None


def table(rows: Sequence[dict[str, Any]]) -> str:
    """A line per figure, a column per size, the slope last."""
    names = [
        name
        for name in dict.fromkeys(name for row in rows for name in row)
        if name not in ("clauses", "load", "load after", "synthetic")
    ]
    lines = []
    for name in names:
        told = slope(rows, name)
        values = ["" if row.get(name) is None else f"{row[name]:g}" for row in rows]
        lines.append([name, *values, "" if told is None else f"{told:.2f}"])
    heads = [f"{row['clauses']:,}{' copied' if row.get('synthetic') else ''}" for row in rows]
    load = ["load", *("–".join(f"{row[k][0]:g}" for k in ("load", "load after")) for row in rows)]
    return markdown_table(["clauses", *heads, "slope"], [*lines, [*load, ""]])


def plot(rows: Sequence[dict[str, Any]], path: Path) -> None:
    """Each figure against the size, both axes logarithmic."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(9, 6))
    shown = (
        "build",
        "update",
        "cold ask",
        "ask p50",
        "ask unread p50",
        "search p50",
        "filtered p50",
    )
    for name in (*shown, "facts p50", "comparison p50", "list p50", "resident MB", "disk MB"):
        known = [(row["clauses"], row[name]) for row in rows if row.get(name)]
        told = slope(rows, name)
        if known:
            label = name if told is None else f"{name} ({told:.2f})"
            axes.plot(*zip(*known, strict=True), marker="o", label=label)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("clauses")
    axes.set_ylabel("s, ms or MB")
    axes.grid(True, which="major", alpha=0.3)
    axes.legend(fontsize=7, ncol=2)
    figure.tight_layout()
    figure.savefig(path, dpi=120)
