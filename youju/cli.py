"""The command line: `youju ask|search|ingest|index|show|verify|facts …`, or `python cli.py …`.

Exit codes: 0 answered or refused properly, 2 bad usage or input, 1 our fault, 130 interrupted.
With several questions on standard input one bad line does not stop the others: its object holds
"error", and the exit code is told at the end.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from youju import arguments, contracts, corrections, diff_views, origins, terminal
from youju.asking import WHICH
from youju.errors import IndexCorrupt, InputError, QuestionError, YoujuError
from youju.progress import ConsoleProgress, open_index
from youju.records import Answer, Filters, IngestReport, Span
from youju.service import BuildReport, PolicySearch, damaged
from youju.settings import Settings

OUR_FAULT = "程序内部出错，请设置环境变量 YOUJU_DEBUG=1 后重试，并把显示的内容报告给我们。"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A file name may hold bytes that are no text: in JSON \udcXX is their valid escape.
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        args = arguments.parser().parse_args(argv)
        settings = Settings.from_env(index=args.index, reader=getattr(args, "reader", None))
        code = _COMMANDS[args.command](args, settings)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        # The reader has seen enough; keep the interpreter from complaining at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("已中断。", file=sys.stderr)
        return 130
    except YoujuError as error:
        print(terminal.sentence(error), file=sys.stderr)
        return error.exit_code
    except Exception:
        return _our_fault()


def _our_fault() -> int:
    if os.environ.get("YOUJU_DEBUG", "") not in ("", "0"):
        import traceback

        traceback.print_exc()
    print(OUR_FAULT, file=sys.stderr)
    return 1


# --- commands ------------------------------------------------------------------------------------


def _opened(settings: Settings) -> PolicySearch:
    """The index; what is not as it should be with it is said on standard error."""
    search = open_index(settings)
    if search.notice:
        print(search.notice, file=sys.stderr, flush=True)
    return search


def _ask(args: argparse.Namespace, settings: Settings) -> int:
    out = _out(args)
    search = _opened(settings)
    filters = _filters(search, args)
    style = _style()
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
            return _dump(contracts.answer_json(found, search.document))
        return terminal.answer_text(found, search.document, style)

    code = _each(args, answer) if args.question and (args.question != ["-"] or not args.chat) else 0
    if args.chat:
        code = _worse(code, _lines_of(args, answer, "问："))
    if out is not None and answers:
        from youju import takeaway

        takeaway.save(out, takeaway.answers_file(out.suffix[1:].lower(), answers, search.document))
        print(f"已写入 {args.out}（{len(answers)} 个回答）。", file=sys.stderr)
    return code


def _out(args: argparse.Namespace) -> Path | None:
    """Where the answers go, checked before anything is asked."""
    from youju import takeaway

    if args.table is None and not args.question and not args.chat:
        raise InputError("缺少参数：问题；用 cli.py ask --help 查看用法。")
    if args.table is not None and (args.question or args.chat or args.out is None):
        raise InputError("--xlsx 需要同时用 --out 给出要写的文件，并且不再另写问题。")
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

    grid = grids.read(_paths([args.table])[0], settings.eval_mb << 20)
    given = batch.questions(grid, settings.eval_questions)
    found: list[batch.Result] = []
    with ConsoleProgress() as progress:
        for one in batch.results(
            given.asked, lambda text: search.ask(text, args.k, filters, args.method), _our_fault
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


def _search(args: argparse.Namespace, settings: Settings) -> int:
    search = _opened(settings)
    filters = _filters(search, args)
    style = _style()

    def ranked(text: str) -> str:
        began = time.perf_counter()
        hits = search.search(text, args.k, filters, args.method)
        elapsed = (time.perf_counter() - began) * 1000
        terms = search.also_searched(text) if args.explain else ()
        if args.json:
            found = contracts.search_json(
                text.strip(), hits, search.document, elapsed, explain=args.explain
            )
            return _dump(found | ({"also_searched": list(terms)} if args.explain else {}))
        shown = terminal.hits_text(hits, search.document, style, explain=args.explain)
        return shown + (f"\n同时检索：{'、'.join(terms)}" if terms else "")

    return _each(args, ranked)


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
            worst = _worse(worst, _our_fault())
            _report(args, line, OUR_FAULT)
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
        print(_dump(contracts.error_json(question, message)), flush=True)
    else:
        print(message, file=sys.stderr, flush=True)


def _ingest(args: argparse.Namespace, settings: Settings) -> int:
    from ingest.passages import passages
    from ingest.pipeline import ingest
    from text import words

    words.use_dictionary(settings.user_dict)
    with ConsoleProgress() as progress:
        report = ingest(
            _paths(args.paths), progress=progress, recognise=_recognises(args, settings)
        )
    style = _style()
    for doc in report.docs:
        if args.json:
            print(_dump(contracts.document_json(doc, passages(doc))))
        else:
            print(terminal.document_text(doc, style))
    _warn(report)
    if not report.docs:
        raise InputError("没有一份文件可以读取，请检查路径和文件格式。")
    return 0


def _index(args: argparse.Namespace, settings: Settings) -> int:
    with ConsoleProgress() as progress:
        report = PolicySearch.build(
            _paths(args.paths),
            settings.index,
            replace(settings, ocr=_recognises(args, settings)),
            optional=[settings.data],
            prune=args.prune,
            rebuild=args.rebuild,
            progress=progress,
        )
    origins.remember(settings.index, _paths(args.paths))
    _warn(report)
    if args.json:
        names = ["generation", "documents", "passages", "read", "reused", "removed", "refused"]
        names += ["partial", "duplicates", "seconds"]
        summary = {name: getattr(report, name) for name in names}
        print(_dump({"index": str(settings.index), **summary}))
        return 0
    print(
        f"索引已更新（{settings.index}）：{report.documents} 份文件、{report.passages} 个段落；"
        f"新读 {len(report.read)} 份，沿用 {len(report.reused)} 份，"
        f"移除 {len(report.removed)} 份，用时 {report.seconds:.1f} 秒。"
    )
    return 0


def _relations(args: argparse.Namespace, settings: Settings) -> int:
    found = open_index(settings).relations(args.doc)
    for relation, source, target in found:
        if args.json:
            print(_dump(contracts.relation_json(relation, source, target)))
        else:
            sure = "" if relation.certainty >= 1 else f"（把握 {relation.certainty:.0%}）"
            said = terminal.plain(" ".join(relation.span.of(source.text).split()))
            print(f"《{source.name}》 {relation.kind} 《{target.name}》{sure}\n    {said}")
    if not found and not args.json:
        print("没有找到文件之间的关系。")
    return 0


def _meta(args: argparse.Namespace, settings: Settings) -> int:
    search = open_index(settings)
    doc = search.find(args.doc)
    if args.set or args.undo:
        with corrections.changing(settings.index, doc.source.path) as own:
            _correct(doc.name, args, own)
        search = open_index(settings)
    doc = search.document(doc.id)
    if args.json:
        print(_dump({"doc_id": doc.id, "metadata": contracts.metadata_json(doc.meta)}))
    else:
        print(terminal.document_head(doc, _style()))
    return 0


def _correct(title: str, args: argparse.Namespace, own: dict[str, corrections.Correction]) -> None:
    """Take back what is to be undone, then set what is to be set."""
    for name in args.undo:
        if name == "全部":
            own.clear()
        elif own.pop(corrections.field_of(name), None) is None:
            raise InputError(f"《{title}》的“{name}”没有更正过，不能取消。")
    for pair in args.set:
        name, sign, value = pair.partition("=")
        if not sign:
            raise InputError(f"“{pair}”不是“项目=值”的形式，例如：--set 文号=云政发〔2021〕3号。")
        field = corrections.field_of(name)
        made = corrections.read_value(field, value)
        own[field] = corrections.Correction(made, corrections.today())


def _expiring(args: argparse.Namespace, settings: Settings) -> int:
    search = open_index(settings)
    ending, unknown = search.expiring(args.days), search.unknown_state()
    if args.json:
        for doc, left in ending:
            ends = doc.meta.expires_on.value if doc.meta.expires_on else None
            print(_dump({"doc_id": doc.id, "title": doc.name, "expires_on": ends, "days": left}))
        for doc in unknown:
            print(_dump({"doc_id": doc.id, "title": doc.name, "expires_on": None, "days": None}))
        return 0
    lines = [f"{args.days} 天内失效的文件：{len(ending)} 份"]
    for doc, left in ending:
        ends = doc.meta.expires_on.value if doc.meta.expires_on else ""
        lines.append(f"  {ends}（还有 {left} 天）《{doc.name.strip('《》')}》 {doc.id}")
    lines.append(f"没有写明是否有效的文件：{len(unknown)} 份")
    lines += [f"  《{doc.name.strip('《》')}》 {doc.id}" for doc in unknown]
    print("\n".join(map(terminal.plain, lines)))
    return 0


def _diff(args: argparse.Namespace, settings: Settings) -> int:
    old, new, found = open_index(settings).diff(args.old, args.new)
    shown = [change for change in found if args.all or change.kind != "same"]
    if args.md:
        path = Path(args.md)
        _write(path, diff_views.markdown(shown, old, new))
        print(f"已写入 {path}：{len(shown)} 处。")
    elif args.json:
        for change in shown:
            print(_dump(contracts.change_json(change, old, new)))
    else:
        print(diff_views.text(shown, old, new, _style()))
    return 0


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"不能写入 {path}：{error.strerror}；请换一个位置。") from error


def _check(args: argparse.Namespace, settings: Settings) -> int:
    with ConsoleProgress() as progress:
        found = [
            str(path.relative_to(settings.index)) for path in damaged(settings.index, progress)
        ]
    if args.json:
        print(_dump({"index": str(settings.index), "damaged": found}))
    elif not found:
        print(f"索引完好（{settings.index}）。")
    if not found:
        return 0
    named = "、".join(found[:8]) + (" 等" if len(found) > 8 else "")
    raise IndexCorrupt(
        f"索引 {settings.index} 有 {len(found)} 个文件已损坏（{named}）："
        f"请重新建立索引（python cli.py index 文件夹 --rebuild --index {settings.index}）。"
    )


def _show(args: argparse.Namespace, settings: Settings) -> int:
    search = open_index(settings)
    doc = search.find(args.doc)
    span = Span(0, len(doc.text))
    if args.clause is not None:
        found = [clause for clause in doc.clauses if clause.id == args.clause]
        if not found:
            raise InputError(
                f"《{doc.name}》里没有编号为“{args.clause}”的条款，"
                "可用 cli.py ingest 查看全部编号。"
            )
        span = found[0].span
    elif args.span is not None:
        span = args.span
        if span.end > len(doc.text):
            raise InputError(f"《{doc.name}》只有 {len(doc.text)} 字，没有第 {span.end} 字。")
    text = span.of(doc.text)
    if args.json:
        place = {"start": span.start, "end": span.end, "text": text}
        print(_dump({"doc_id": doc.id, "title": doc.name, "source": doc.source.path, **place}))
    else:
        print(terminal.plain(text) if sys.stdout.isatty() else text)
    return 0


def _verify(args: argparse.Namespace, settings: Settings) -> int:
    quote = " ".join(args.quote)
    if args.quote == ["-"]:
        try:
            quote = sys.stdin.buffer.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise QuestionError("标准输入不是 UTF-8，请转换编码后再核对。") from error
    found = open_index(settings).verify(quote)
    if args.json:
        print(_dump(contracts.verification_json(found)))
    else:
        print(terminal.verification_text(found, _style()))
    return 0


def _facts(args: argparse.Namespace, settings: Settings) -> int:
    from youju import exports, fact_views

    _one_format(args)
    search = open_index(settings)
    docs = search.documents() if args.doc is None else [search.find(args.doc)]
    found = list(fact_views.facts_of(docs, args.indicator))
    if args.json:
        for doc, fact in found:
            print(_dump(exports.fact_json(doc, fact)))
    elif args.csv or args.xlsx:
        _table(args, "数值目标", exports.FACT_COLUMNS, exports.fact_rows(found))
    else:
        print(fact_views.facts_text(found, _style()))
    return 0


def _compare(args: argparse.Namespace, settings: Settings) -> int:
    from youju import exports, fact_views

    _one_format(args)
    search = open_index(settings)
    found = search.compare(" ".join(args.text), args.region, args.year)
    if args.json:
        print(_dump(exports.comparison_json(found, search.document)))
    elif args.csv or args.xlsx:
        rows = exports.comparison_rows(found, search.document)
        _table(args, "对比", exports.COMPARISON_COLUMNS, rows)
    else:
        print(fact_views.comparison_text(found, _style()))
    return 0


def _one_format(args: argparse.Namespace) -> None:
    if sum((args.csv, args.json, args.xlsx is not None)) > 1:
        raise InputError("--csv、--xlsx 和 --json 只能用一个，请去掉其余的。")


def _table(
    args: argparse.Namespace, name: str, columns: Sequence[str], rows: Sequence[list[Any]]
) -> None:
    """CSV on standard output, or a workbook in the file that was named."""
    from youju import exports, takeaway

    if args.csv:
        print(exports.csv_text(columns, rows), end="")
        return
    takeaway.save(Path(args.xlsx), exports.workbook([(name, columns, rows)]))
    print(f"已写入 {args.xlsx}（{len(rows)} 行）。")


# --- helpers -------------------------------------------------------------------------------------


def _filters(search: PolicySearch, args: argparse.Namespace) -> Filters | None:
    return search.filters(args.doc, args.region, args.year, args.in_force, args.as_of)


def _paths(given: Sequence[str]) -> list[Path]:
    if any(not path or "\0" in path for path in given):
        raise InputError("路径是空的或含有空字符，请给出文件或文件夹的路径。")
    return [Path(path) for path in given]


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


def _style() -> terminal.Style:
    environ = os.environ
    wanted = not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"
    return terminal.Style(colour=wanted and sys.stdout.isatty())


def _dump(value: contracts.Json) -> str:
    return json.dumps(value, ensure_ascii=False)


_COMMANDS = {
    "ask": _ask,
    "search": _search,
    "ingest": _ingest,
    "index": _index,
    "check": _check,
    "show": _show,
    "relations": _relations,
    "diff": _diff,
    "meta": _meta,
    "expiring": _expiring,
    "verify": _verify,
    "facts": _facts,
    "compare": _compare,
}
