"""What `python -m eval` accepts: a command with its flags."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from eval import sets
from eval.run import METHODS

HERE = Path(__file__).resolve().parent
QUESTIONS = sets.POLICY.questions
RESULTS = HERE / "results"
GOLD = HERE.parent / "tests" / "facts" / "gold"
_SPLITS = ("tune", "report", "all")

_Add = Callable[..., argparse.ArgumentParser]  # name, help → its parser


def parser() -> argparse.ArgumentParser:
    """The whole grammar; `command` names the command to run."""
    root = argparse.ArgumentParser("python -m eval", description="评测：检索、答案与底线")
    commands = root.add_subparsers(dest="command", required=True, metavar="命令")
    for group in (_asked, _told, _retrieval, _fitted, _marked):
        group(commands.add_parser)
    return root


def _asked(add: _Add) -> None:
    """Question sets, asked and judged."""
    run = add("run", help="用一种或几种方法跑一遍题集，逐题保存")
    _add_set(run)
    run.add_argument("--method", action="append", choices=METHODS, help="可重复；默认 hybrid")
    run.add_argument("--split", choices=_SPLITS, default="all")
    run.add_argument("--out", type=Path, default=RESULTS, help="结果文件夹")
    gate = add("gate", help="分数跌破底线时返回 1")
    _add_set(gate)
    gate.add_argument("--floors", type=Path, help="和 --questions 一起：自己的底线文件")
    gate.add_argument("--raise", dest="tighten", action="store_true", help="只抬高，不降低")


def _told(add: _Add) -> None:
    """Runs that are there already."""
    report = add("report", help="把结果写成 report.md 和 report.png")
    report.add_argument("runs", type=Path, nargs="*", help="结果；默认每个题集、每种方法最新的一个")
    report.add_argument("--split", choices=_SPLITS, default="all")
    report.add_argument("--out", type=Path, default=RESULTS)
    compare = add("compare", help="逐题比较两个结果（B 减 A）")
    compare.add_argument("a", type=Path)
    compare.add_argument("b", type=Path)


def _retrieval(add: _Add) -> None:
    """Retrieval alone."""
    bench = add("bench", help="公开检索基准（BEIR 式文件夹）")
    bench.add_argument("dir", type=Path)
    bench.add_argument("--encoder", default="bundled")
    bench.add_argument("--out", type=Path, help="同时保存 TREC 结果")
    ablation = add("ablation", help="逐步加上检索的各个部分，写成 docs/retrieval.md")
    ablation.add_argument("--questions", type=Path, default=QUESTIONS, help="JSONL 题集")
    ablation.add_argument("--split", choices=_SPLITS, default="all")
    ablation.add_argument(
        "--bench", type=Path, action="append", default=[], help="BEIR 式文件夹，可重复"
    )
    ablation.add_argument("--encoder", default="bundled")
    ablation.add_argument("--out", type=Path, default=HERE.parent / "docs" / "retrieval.md")


def _fitted(add: _Add) -> None:
    """Constants of the confidence."""
    fitting = add("fit-confidence", help="重新拟合把握程度（打印 qa/clauses/confidence.py 的常数）")
    fitting.add_argument(
        "--set", dest="sets", nargs=2, type=Path, action="append", metavar=("题集", "文件夹"),
        help="可重复；默认内置题集的调参半，有 dev-tune 时再加上它",
    )  # fmt: skip
    fitting.add_argument(
        "--also", nargs=2, type=Path, action="append", default=[], metavar=("题集", "文件夹"),
        help="可重复；除此之外的（如 python -m reader.train.unseen 写出的）",
    )  # fmt: skip
    fitting.add_argument("--no-reader", action="store_true", help="不用阅读模型，只比较字词")


def _marked(add: _Add) -> None:
    """What is read from files, against what people marked."""
    facts = add("facts", help="数值目标、指标对比和目标问题：与人工标注比较")
    facts.add_argument("--gold", type=Path, default=GOLD, help="标注文件夹（*.jsonl）")
    facts.add_argument("--policies", type=Path, help="标注所指的外部文件（policies.jsonl.gz）")
    metadata = add("metadata", help="文件的身份、日期、状态、关系：与人工标注比较")
    metadata.add_argument("--gold", type=Path, help="标注文件；默认开发集文档的标注")
    metadata.add_argument("--documents", type=Path, help="标注所指文档的文件夹")
    metadata.add_argument(
        "--public",
        type=Path,
        metavar="policies.jsonl.gz",
        help="公开政策文件的标注，文本取自所给文件",
    )
    metadata.add_argument("--sealed", action="store_true", help="开发集封存的一半：只印总数")
    ocr = add("ocr", help="扫描件识别：字的正确率、数字是否逐个正确")
    ocr.add_argument(
        "folder", type=Path, nargs="?", metavar="文件夹",
        help="自己的扫描件，转写同名（.txt，或 .页码.txt）；默认用内置文件制作的六页",
    )  # fmt: skip


def _add_set(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--set", dest="sets", action="append", choices=sets.NAMES,
        help="题集的名称，可重复；默认所有在这里的题集",
    )  # fmt: skip
    command.add_argument("--questions", type=Path, help="自己的题集：JSONL、Excel 或 CSV")
    command.add_argument("--documents", type=Path, help="它的文档文件夹（现建索引）；默认内置文档")
    command.add_argument("--index", type=Path, help="或现成的索引文件夹")
