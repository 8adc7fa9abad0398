"""Questions: `ask` and `search`, one, a line each of standard input, or a sheet of them.

With several questions on standard input one bad line does not stop the others: its object holds
"error", and the exit code is told at the end.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from youju import contracts, origins, terminal
from youju.asking import WHICH
from youju.commands import console
from youju.errors import InputError, QuestionError, YoujuError
from youju.progress import ConsoleProgress
from youju.records import Answer, Filters
from youju.service import PolicySearch
from youju.settings import PRODUCT_ROOT, Settings
from youju.sources import finder


def ask(args: argparse.Namespace, settings: Settings) -> int:
    """Answer a question, the lines of standard input, or a sheet."""
    out = _out(args)
    search = console.opened(settings)
    filters = _filters(search, args)
    style = console.style()
    if args.table is not None:
        return _ask_table(args, settings, search, filters)
    answers: list[Answer] = []
    before: list[str] = []

    def answer(text: str) -> str:
        found = search.ask(text, args.k, filters, args.method, context=before)
        if args.chat and found.reason != WHICH:
            before[:] = [found.asked or found.question]
        answers.append(found)
        if args.json:
            return console.dump(contracts.answer_json(found, search.document))
        return terminal.answer_text(found, search.document, style)

    code = _each(args, answer) if args.question and (args.question != ["-"] or not args.chat) else 0
    if args.chat:
        code = _worse(code, _lines_of(args, answer, "问："))
    if out is not None and answers:
        from youju import takeaway

        kind = out.suffix[1:].lower()
        roots = (PRODUCT_ROOT, settings.data.parent, *origins.remembered(settings.index))
        source = finder(roots) if args.pages else None
        takeaway.save(out, takeaway.answers_file(kind, answers, search.document, source))
        print(f"已写入 {args.out}（{len(answers)} 个回答）。", file=sys.stderr)
    return code


def _out(args: argparse.Namespace) -> Path | None:
    """Where the answers go, checked before anything is asked."""
    from youju import takeaway

    if args.table is None and not args.question and not args.chat:
        raise InputError("缺少参数：问题；用 cli.py ask --help 查看用法。")
    if args.table is not None and (args.question or args.chat or args.out is None):
        raise InputError("--xlsx 需要同时用 --out 给出要写的文件，并且不再另写问题。")
    if args.pages and (args.table is not None or not str(args.out or "").lower().endswith(".docx")):
        raise InputError("--pages 需要同时用 --out 给出 .docx 文件，例如 --out 回答.docx --pages。")
    if args.out is None:
        return None
    out = Path(args.out)
    if "\0" in args.out or not out.parent.is_dir():
        raise InputError(f"无法写入 {args.out}：请检查文件夹是否存在、是否可写。")
    kinds = takeaway.ANSWER_KINDS if args.table is None else ("xlsx", "csv")
    takeaway.kind_of(out, kinds)
    return out


def _ask_table(
    args: argparse.Namespace, settings: Settings, search: PolicySearch, filters: Filters | None
) -> int:
    """Answer every row of a sheet; the file is written when all of them are done."""
    from youju import batch, grids, takeaway

    grid = grids.read(console.paths([args.table])[0], settings.eval_mb << 20)
    given = batch.questions(grid, settings.eval_questions)
    found: list[batch.Result] = []
    with ConsoleProgress() as progress:
        for one in batch.results(
            given.asked,
            lambda text: search.ask(text, args.k, filters, args.method),
            console.our_fault,
        ):
            found.append(one)
            progress("ask", len(found), len(given.asked))
    out = Path(args.out)
    made = batch.csv if out.suffix.lower() == ".csv" else batch.workbook
    takeaway.save(out, made(given.columns, found))
    for one in (one for one in found if one.error):
        print(f"第 {one.asked.row} 行：{terminal.plain(one.error)}", file=sys.stderr)
    print(f"已写入 {args.out}（{batch.counted(found)}）。")
    if any(one.ours for one in found):
        return 1
    return 2 if any(one.error for one in found) else 0


def search(args: argparse.Namespace, settings: Settings) -> int:
    """Rank clauses for a question or for each line of standard input."""
    search = console.opened(settings)
    filters = _filters(search, args)
    style = console.style()

    def ranked(text: str) -> str:
        began = time.perf_counter()
        hits = search.search(text, args.k, filters, args.method)
        elapsed = (time.perf_counter() - began) * 1000
        terms = search.also_searched(text) if args.explain else ()
        if args.json:
            found = contracts.search_json(
                text.strip(), hits, search.document, elapsed, explain=args.explain
            )
            return console.dump(found | ({"also_searched": list(terms)} if args.explain else {}))
        shown = terminal.hits_text(hits, search.document, style, explain=args.explain)
        return shown + (f"\n同时检索：{'、'.join(terms)}" if terms else "")

    return _each(args, ranked)


def _filters(search: PolicySearch, args: argparse.Namespace) -> Filters | None:
    """The filters that a command was given. Raises InputError."""
    return search.filters(
        args.doc, args.region, args.year, args.in_force, args.as_of, args.collection
    )


def _each(args: argparse.Namespace, respond: Callable[[str], str]) -> int:
    """One question from the command line, or one per line from standard input, in order."""
    if args.question != ["-"]:
        print(respond(" ".join(args.question)), flush=True)
        return 0
    return _lines_of(args, respond)


def _lines_of(args: argparse.Namespace, respond: Callable[[str], str], prompt: str = "") -> int:
    """A question per line of standard input; `prompt` stands before each that a person types."""
    worst = 0
    asking = prompt if prompt and sys.stdin.isatty() else ""
    for line in _lines(sys.stdin.buffer, asking):
        if prompt and isinstance(line, str) and not line.strip():
            continue
        try:
            if isinstance(line, YoujuError):
                raise line
            print(respond(line), flush=True)
        except (YoujuError, BrokenPipeError) as error:
            if isinstance(error, BrokenPipeError):
                raise
            worst = _worse(worst, error.exit_code)
            _report(args, line, terminal.sentence(error))
        except Exception:
            worst = _worse(worst, console.our_fault())
            _report(args, line, console.OUR_FAULT)
    return worst


def _lines(stream: BinaryIO, prompt: str = "") -> Iterator[str | QuestionError]:
    def line() -> bytes:
        print(prompt, end="", file=sys.stderr, flush=True)
        return stream.readline()

    for number, raw in enumerate(iter(line, b""), start=1):
        try:
            yield raw.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
        except UnicodeDecodeError as error:
            yield QuestionError(
                f"标准输入第 {number} 行第 {error.start + 1} 个字节不是 UTF-8，请转换编码后再问。"
            )


def _worse(old: int, new: int) -> int:
    return 1 if 1 in (old, new) else max(old, new)


def _report(args: argparse.Namespace, line: str | QuestionError, message: str) -> None:
    question = line if isinstance(line, str) else ""
    if args.json:
        print(console.dump(contracts.error_json(question, message)), flush=True)
    else:
        print(message, file=sys.stderr, flush=True)
