"""`python -m bench peers --benchmark FOLDER`: this product beside five others, in one run.

Every system gets the same texts, the same encoder and the same questions, its best documented
set-up and its own environment, made from `bench/peers/NAME/requirements.txt` under
`--environments`. Ratios hold where a machine is slow; absolute times do not.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import venv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.measure import ROOT, keep, machine, percentile
from eval.files import read_benchmark
from eval.records import Benchmark
from eval.report import markdown_table
from youju.errors import InputError, YoujuError

OURS = "youju"
PEERS = ("langchain", "llamaindex", "txtai", "haystack", "bm25s")


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser("python -m bench peers", description="与同类系统比较")
    parser.add_argument("--benchmark", type=Path, required=True, help="含 corpus.jsonl 的文件夹")
    parser.add_argument("--environments", type=Path, help="各系统的虚拟环境，缺的会安装")
    parser.add_argument("--peers", default=",".join(PEERS), help="比较哪些系统，逗号分隔")
    parser.add_argument("--questions", type=int, help="只问前几个问题")
    parser.add_argument("--json", type=Path, help="同时把结果写入此文件")
    arguments = parser.parse_args(argv)
    try:
        chosen = [name for name in arguments.peers.split(",") if name]
        unknown = sorted(set(chosen) - set(PEERS))
        if unknown:
            raise InputError(f"没有名为“{unknown[0]}”的系统，可选：{'、'.join(PEERS)}。")
        benchmark = read_benchmark(arguments.benchmark)
        with tempfile.TemporaryDirectory(prefix="youju-peers-") as temporary:
            kept = arguments.environments or Path(temporary) / "environments"
            rows = measured(benchmark, [OURS, *chosen], kept, Path(temporary), arguments.questions)
    except YoujuError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    print(table(rows))
    keep({"machine": machine(), "load": os.getloadavg(), "rows": rows}, arguments.json)
    return 0


def measured(
    benchmark: Benchmark, names: Sequence[str], environments: Path, folder: Path, most: int | None
) -> list[dict[str, Any]]:
    """A row of figures for each system; one that fails has only its name and why."""
    answers: dict[str, set[str]] = {}
    for qrel in benchmark.qrels:
        if qrel.relevance > 0:
            answers.setdefault(qrel.query_id, set()).add(qrel.doc_id)
    asked = [(name, text) for name, text in benchmark.queries if name in answers][:most]
    texts = [_text(part.title, part.text) for part in benchmark.passages]
    given, told = folder / "given.json", folder / "told.json"
    plain = {"texts": texts, "questions": [text for _, text in asked]}
    given.write_text(json.dumps(plain, ensure_ascii=False), "utf-8")
    rows = []
    for name in names:
        told.unlink(missing_ok=True)
        done = subprocess.run(
            [str(_python(name, environments)), "-m", "bench.peers.runner", name, given, told],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            capture_output=True,
            encoding="utf-8",
        )
        if done.returncode or not told.exists():
            rows.append({"name": name, "failed": done.stderr.strip()[-300:]})
            print(f"{name}: {rows[-1]['failed']}", file=sys.stderr)
            continue
        figures = json.loads(told.read_text("utf-8"))
        places = [
            next((rank for rank, p in enumerate(found) if benchmark.passages[p].id in right), None)
            for found, right in zip(
                figures.pop("found"), (answers[query] for query, _ in asked), strict=True
            )
        ]
        spent = figures.pop("spent")
        figures |= {
            "name": name,
            "p50": percentile(spent, 50),
            "p95": percentile(spent, 95),
            "hit@1": sum(place == 0 for place in places) / len(places),
            "hit@10": sum(place is not None for place in places) / len(places),
        }
        rows.append({key: v if key == "name" else round(v, 4) for key, v in figures.items()})
        print(json.dumps(rows[-1], ensure_ascii=False), file=sys.stderr)
    return rows


def _text(title: str, text: str) -> str:
    return text if not title or text.startswith(title) else f"{title} {text}"


def _python(name: str, environments: Path) -> Path:
    """The interpreter of a system's own environment, which is made where it is missing."""
    if name == OURS:
        return Path(sys.executable)
    folder = environments / name
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        wanted = ROOT / "bench" / "peers" / name / "requirements.txt"
        command = [str(python), "-m", "pip", "install", "--quiet", "-r", str(wanted)]
        done = subprocess.run(command, capture_output=True, encoding="utf-8")
        if done.returncode:
            raise InputError(f"装不上 {name}（{done.stderr.strip()[-200:]}），请检查网络后再试。")
    return python


def table(rows: Sequence[dict[str, Any]]) -> str:
    """Each system's figures; times and memory as multiples of ours."""
    ours = next((row for row in rows if row["name"] == OURS and "failed" not in row), None)
    lines = []
    for row in rows:
        if "failed" in row or ours is None:
            lines.append([row["name"], *[""] * 7])
            continue
        times = [
            f"×{row[key] / ours[key]:.2f}" if ours[key] else ""
            for key in ("build CPU", "ask CPU", "p50", "p95", "MB")
        ]
        lines.append([row["name"], *times, f"{row['hit@1']:.3f}", f"{row['hit@10']:.3f}"])
    heads = ["system", "build CPU", "question CPU", "question p50", "p95", "memory"]
    return markdown_table([*heads, "first hit", "in ten"], lines)
