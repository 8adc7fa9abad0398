"""Files → PolicyDocs: lines without chrome, metadata, the clause tree, tables and facts."""

from __future__ import annotations

import hashlib
import os
import traceback
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ingest import clauses as clause_tree
from ingest import tables as table_finder
from ingest.chrome import chrome
from ingest.facts import facts
from ingest.files import find, scan
from ingest.lines import Line, logical_lines, physical_lines
from ingest.parts import read_parts
from ingest.passages import passages
from ingest.readers.select import extract
from ingest.running import cut_running
from ingest.shells import is_shell
from ingest.tabbed import tabbed
from youju.errors import ReadError
from youju.records import (
    Clause,
    ExtractedText,
    IngestReport,
    PolicyDoc,
    Recognised,
    Remembered,
    SourceFile,
    Span,
    Table,
)

MAX_CHARACTERS = 8_000_000
MAX_LINES = 200_000
_NAMED = 8  # pages named in a problem
_SHEETS = ("xlsx", "xls", "csv")


def policy_doc(source: SourceFile, extracted: ExtractedText) -> PolicyDoc:
    """One extracted text as a document with metadata, clause tree, tables and facts.

    Raises ReadError when the text is blank or too long to be a policy document.
    """
    original = extracted.text
    if len(original) > MAX_CHARACTERS:
        raise ReadError(
            f"{source.path} 有 {len(original):,} 个字符,"
            f"超过单个文件 {MAX_CHARACTERS:,} 字的上限;请拆分后再加入。"
        )
    lines = cut_running(physical_lines(original))
    if not lines:
        raise ReadError(f"{source.path} 里没有文字;请确认文件内容后再加入。")
    if len(lines) > MAX_LINES:
        raise ReadError(
            f"{source.path} 有 {len(lines):,} 行,超过单个文件 {MAX_LINES:,} 行的上限;"
            "请拆分后再加入。"
        )
    dropped = chrome(lines)
    flat = table_finder.flattened(lines, original)
    if not extracted.blocks:  # a file that declares its tables has no others
        known = frozenset(dropped).union(*(found.lines for found in flat))
        flat = (*flat, *tabbed(lines, original, known))
    in_table = frozenset(i for found in flat for i in found.lines)
    furniture = [lines[i].span for i in sorted(dropped)]
    declared = table_finder.declared(extracted.blocks, original, furniture)
    in_rows = _lines_in_rows(lines, extracted, declared)
    # A head of columns is no title; on a web page a table may hold the document's own name.
    unnamed = in_rows if source.media_type in _SHEETS else set()
    found_parts = read_parts(extracted, lines, frozenset(dropped) | in_table | unnamed)
    read = found_parts.whole
    outside = set(dropped) | in_table | in_rows | read.lines
    body = [line for i, line in enumerate(lines) if i not in outside]
    tree = clause_tree.build(original, logical_lines(body))
    if not declared and not flat and is_shell([line.text for line in body]):
        raise ReadError(
            f"{source.path} 是空壳:只有标题、日期或页码,没有正文,没有加入;"
            "请换成带正文的文件,或打开其中所说的附件。"
        )
    tables = _placed((*declared, *(found.table for found in flat)), tree)
    digest = hashlib.sha256(original.encode("utf-8", "surrogatepass")).hexdigest()
    pages = tuple(block.span for block in extracted.blocks if block.kind == "page")
    doc = PolicyDoc(
        source.sha256[:12], source, original, digest, read.meta, tree, tables,
        problems=_problems(tree, read.meta.title is not None),
        pages=pages, parts=found_parts.parts, mentions=read.mentions,
        unread=extracted.unread or _empty_pages(pages, original),
        recognised=tuple(
            Recognised(block.span, block.confidence)
            for block in extracted.blocks
            if block.kind == "recognised" and block.confidence is not None
        ),
        frames=extracted.frames,
    )  # fmt: skip
    return replace(doc, facts=facts(doc))


def _lines_in_rows(
    lines: Sequence[Line], extracted: ExtractedText, declared: Sequence[Table]
) -> set[int]:
    """Lines that are rows of a table, or of a metadata table, and so no clause text."""
    if not extracted.blocks:
        return set()
    tables = sorted(table.span for table in declared)

    def in_table(span: Span) -> bool:
        before = bisect_right(tables, span.start, key=lambda table: table.start)
        return before > 0 and tables[before - 1].covers(span)

    rows = sorted(
        block.span
        for block in extracted.blocks
        if block.kind == "row"
        and (table_finder.is_header_row(block, extracted.text) or in_table(block.span))
    )
    taken: set[int] = set()
    at = 0
    for i, line in enumerate(lines):
        while at < len(rows) and rows[at].end <= line.span.start:
            at += 1
        if at < len(rows) and rows[at].overlap(line.span):
            taken.add(i)
    return taken


def _placed(tables: Sequence[Table], tree: Sequence[Clause]) -> tuple[Table, ...]:
    """Each table with the clause it stands in: the last clause that opens before it."""
    starts = [clause.span.start for clause in tree]  # ascending: document order
    out = []
    for table in sorted(tables, key=lambda t: t.span.start):
        before = bisect_right(starts, table.span.start)
        out.append(replace(table, clause_id=tree[before - 1].id if before else None))
    return tuple(out)


def _problems(tree: Sequence[Clause], titled: bool) -> tuple[str, ...]:
    """What a reader of the library should know about this file."""
    found = []
    if not titled:
        found.append("没有认出标题,以文件名代替")
    if not any(clause.label for clause in tree):
        found.append("没有认出条款编号,按段落检索")
    return tuple(found)


def _empty_pages(pages: Sequence[Span], original: str) -> tuple[str, ...]:
    """Pages without text among others that have it: blank, or pictures of text."""
    empty = [str(n) for n, page in enumerate(pages, start=1) if not page.of(original).strip()]
    if not empty:
        return ()
    named = "、".join(empty[:_NAMED]) + ("等" if len(empty) > _NAMED else "")
    return (f"第 {named} 页没有文字层,可能是扫描页或空白页,没有读入",)


Progress = Callable[[str, int, int], None]


def ingest(
    paths: Sequence[Path],
    *,
    known: Mapping[str, Remembered] | None = None,
    progress: Progress | None = None,
    recognise: bool = True,
) -> IngestReport:
    """Read files and folders. `known` maps a file's sha256 to the document read from it before.

    Scans are recognised unless `recognise` is off; those read without it are read again. A file
    that cannot be read, or at which the program itself fails, is reported as refused and does not
    stop the others. Raises ReadError when a path does not exist or a folder holds no document.
    """
    docs: list[PolicyDoc] = []
    unchanged: list[Remembered] = []
    refused: list[tuple[str, str]] = []
    duplicates: list[tuple[str, str]] = []
    unread: list[str] = []
    total = sum(len(find(path)) for path in paths)
    for number, loaded in enumerate(scan(paths), start=1):
        total = max(total, number)  # an archive holds more than one
        if loaded.refused is not None:
            refused.append((loaded.path, loaded.refused))
            unread += [loaded.path] if loaded.unread else []
        elif loaded.duplicate_of is not None:
            duplicates.append((loaded.path, loaded.duplicate_of))
        else:
            assert loaded.source is not None, "a file that was not refused has a source"
            before = _before(loaded.source, known or {}, recognise)
            try:
                if before is not None and before.source == loaded.source:
                    unchanged.append(before)
                elif before is not None:  # the same bytes under another name
                    docs.append(replace(before.read(), source=loaded.source))
                else:
                    docs.append(read(loaded.source, loaded.data, progress, recognise=recognise))
            except ReadError as error:
                refused.append((loaded.path, str(error)))
        if progress is not None:
            progress("读取文件", number, total)
    return IngestReport(
        tuple(sorted(docs, key=lambda doc: doc.source.path)),
        tuple(refused),
        tuple(duplicates),
        tuple(unread),
        tuple(sorted(unchanged, key=lambda one: one.source.path)),
    )


def _before(
    source: SourceFile, known: Mapping[str, Remembered], recognise: bool
) -> Remembered | None:
    """What was read from these bytes before, unless more can be read now."""
    before = known.get(source.sha256)
    if before is None or before.source.media_type != source.media_type:
        return None
    return None if recognise and _waits(before) else before


def read(
    source: SourceFile,
    data: bytes,
    progress: Progress | None = None,
    *,
    recognise: bool = True,
) -> PolicyDoc:
    """One file as a document, from its first byte to its last passage.

    Raises ReadError, also where the program itself fails at this file: one file never stops the
    others. YOUJU_DEBUG=1 shows where it failed.
    """
    name = source.path.rsplit("/", 1)[-1]

    def page(done: int, total: int) -> None:
        if progress is not None:
            progress(f"识别文字 {name}", done, total)

    try:
        doc = policy_doc(source, extract(source, data, recognise=recognise, progress=page))
        passages(doc)
    except ReadError:
        raise
    except Exception as error:
        if os.environ.get("YOUJU_DEBUG", "") not in ("", "0"):
            traceback.print_exc()
        raise ReadError(
            f"{source.path} 读取时程序内部出错({type(error).__name__}),没有读入;"
            "请另存为其他格式再试,并把这份文件报告给我们。"
        ) from error
    return doc


def _waits(doc: Remembered) -> bool:
    """True for a document with pages that were not recognised when it was read."""
    return any("没有做文字识别" in part or "文字识别组件" in part for part in doc.unread)
