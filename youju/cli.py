"""The command line: `youju ask|search|ingest|index|show|verify|facts …`, or `python cli.py …`.

Exit codes: 0 answered or refused properly, 2 bad usage or input, 1 our fault, 130 interrupted.
What reads files is here; the other commands lie in `youju.commands`, by what they are about.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from youju import arguments, contracts, origins, terminal
from youju.audit import Audit
from youju.builds import RECOGNISED
from youju.commands import collections, console, documents, figures, keys, questions
from youju.errors import IndexCorrupt, IndexError_, InputError, YoujuError
from youju.progress import ConsoleProgress
from youju.records import IngestReport
from youju.service import BuildReport, PolicySearch, damaged
from youju.settings import Settings, configured


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A file name may hold bytes that are no text: in JSON \udcXX is their valid escape.
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        args = arguments.parser().parse_args(argv)
        settings = Settings.from_env(
            file=configured(args.config), index=args.index, reader=getattr(args, "reader", None)
        )
        if settings.debug:
            os.environ["YOUJU_DEBUG"] = "1"
        code = _COMMANDS[args.command](args, settings)
        if settings.audit is not None and _changes(args):
            given = [*(sys.argv[1:] if argv is None else argv)]
            Audit(settings.audit).note(
                args.command, f"命令行:{console.user() or os.getuid()}", given=given
            )
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        # The reader has seen enough; keep the interpreter from complaining at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt as stopped:
        print(str(stopped) or "已中断。", file=sys.stderr)
        return 130
    except YoujuError as error:
        print(terminal.sentence(error), file=sys.stderr)
        return error.exit_code
    except Exception:
        return console.our_fault()


def _changes(args: argparse.Namespace) -> bool:
    """True for a command that has changed what is kept."""
    names = ("set", "undo", "add", "remove", "rename", "delete", "make", "withdraw")
    changed = any(getattr(args, name, None) for name in names)
    return args.command == "index" or (args.command in ("meta", "collection", "key") and changed)


# --- files → the index ---------------------------------------------------------------------------


def _ingest(args: argparse.Namespace, settings: Settings) -> int:
    from ingest.passages import passages
    from ingest.pipeline import ingest
    from ingest.readers import office
    from text import words

    words.use_dictionary(settings.user_dict)
    office.use(settings.office)
    with ConsoleProgress() as progress:
        report = ingest(
            console.paths(args.paths), progress=progress, recognise=_recognises(args, settings)
        )
    style = console.style()
    for doc in report.docs:
        if args.json:
            print(console.dump(contracts.document_json(doc, passages(doc))))
        else:
            print(terminal.document_text(doc, style))
    _warn(report)
    if not report.docs:
        raise InputError("没有一份文件可以读取，请检查路径和文件格式。")
    return 0


def _index(args: argparse.Namespace, settings: Settings) -> int:
    before = _generation(settings.index)
    try:
        with ConsoleProgress() as progress:
            report = PolicySearch.build(
                console.paths(args.paths),
                settings.index,
                replace(settings, ocr=_recognises(args, settings)),
                optional=[settings.data],
                prune=args.prune,
                rebuild=args.rebuild,
                progress=progress,
            )
    except KeyboardInterrupt:
        raise KeyboardInterrupt(_interrupted(settings.index, before)) from None
    origins.remember(settings.index, console.paths(args.paths))
    _warn(report)
    if args.json:
        names = ["generation", "documents", "passages", "read", "reused", "removed", "refused"]
        names += ["partial", "duplicates", "seconds"]
        summary = {name: getattr(report, name) for name in names}
        print(console.dump({"index": str(settings.index), **summary}))
        return 0
    print(
        f"索引已更新（{settings.index}）：{report.documents} 份文件、{report.passages} 个段落；"
        f"新读 {len(report.read)} 份，沿用 {len(report.reused)} 份，"
        f"移除 {len(report.removed)} 份，用时 {report.seconds:.1f} 秒。"
    )
    return 0


def _generation(index: Path) -> str | None:
    from index import persist

    try:
        return persist.current(index)
    except IndexError_:
        return None


def _interrupted(index: Path, before: str | None) -> str:
    now = _generation(index)
    if now != before:
        return "已中断：索引在此之前已更新完毕，照常可用。"
    stays = "还没有生成索引" if now is None else "原有索引没有改动，照常可用"
    kept = "；已识别的页面会保留，再次运行时接着识别" if (index / RECOGNISED).is_dir() else ""
    return f"已中断：{stays}{kept}。"


def _check(args: argparse.Namespace, settings: Settings) -> int:
    with ConsoleProgress() as progress:
        found = [
            str(path.relative_to(settings.index)) for path in damaged(settings.index, progress)
        ]
    if args.json:
        print(console.dump({"index": str(settings.index), "damaged": found}))
    elif not found:
        print(f"索引完好（{settings.index}）。")
    if not found:
        return 0
    named = "、".join(found[:8]) + (" 等" if len(found) > 8 else "")
    raise IndexCorrupt(
        f"索引 {settings.index} 有 {len(found)} 个文件已损坏（{named}）："
        f"请重新建立索引（python cli.py index 文件夹 --rebuild --index {settings.index}）。"
    )


def _recognises(args: argparse.Namespace, settings: Settings) -> bool:
    return settings.ocr and not args.no_ocr


def _warn(report: BuildReport | IngestReport) -> None:
    """Name every file that was not, or only partly, read."""
    refused = [
        (path, reason.removeprefix(f"{path} ").removeprefix("的"))
        for path, reason in report.refused
    ]
    lines = terminal.pairs_text("没有读取的文件：", refused, "：")
    lines += terminal.pairs_text("只读取了一部分的文件：", report.partial, "：")
    lines += terminal.pairs_text("内容相同、只保留一份的文件：", report.duplicates, " = ")
    if lines:
        print("\n".join(lines), file=sys.stderr)


_COMMANDS = {
    "ask": questions.ask,
    "search": questions.search,
    "ingest": _ingest,
    "index": _index,
    "check": _check,
    "show": documents.show,
    "relations": documents.relations,
    "references": documents.references,
    "diff": documents.diff,
    "meta": documents.meta,
    "collection": collections.collection,
    "key": keys.key,
    "expiring": documents.expiring,
    "verify": documents.verify,
    "facts": figures.facts,
    "compare": figures.compare,
}
