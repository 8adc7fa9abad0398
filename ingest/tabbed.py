"""Tables in plain text: one row per line, cells parted by tabs or upright strokes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.lines import Line
from ingest.tables import Flat
from youju.records import Span, Table, TableRow

_BREAK = re.compile(r"\t+|\s*[|│｜]\s*")
_RULE = re.compile(r"[\s|│｜:—=+-]*")
_MIN_LINES = 3  # with the header
_MAX_NAME = 20
_MAX_GROUP = 60
_NUMBER = re.compile(r"[\d.,%\s]+")


def tabbed(lines: Sequence[Line], original: str, taken: frozenset[int]) -> tuple[Flat, ...]:
    """Tables among the lines that are not `taken`, in order."""
    found: list[Flat] = []
    at = 0
    while at < len(lines):
        run = _run(lines, original, taken, at)
        if run:
            found.append(_table(lines, original, run, f"p{len(found) + 1}"))
            at = run[-1] + 1
        else:
            at += 1
    return tuple(found)


def cells_of(line: Line, original: str) -> list[Span]:
    """The cells of a line, trimmed; an empty cell is an empty span where it would stand."""
    whole = line.span
    text = whole.of(original)
    cells: list[Span] = []
    start = 0
    for match in [*_BREAK.finditer(text), None]:
        end = match.start() if match else len(text)
        piece = text[start:end]
        lead = start + len(piece) - len(piece.lstrip())
        cells.append(Span(whole.start + lead, whole.start + lead + len(piece.strip())))
        start = match.end() if match else end
    if text[:1] in "|│｜" and len(cells) > 2:  # | a | b | has no cell outside its strokes
        cells = cells[1:-1] if text[-1:] in "|│｜" else cells[1:]
    return cells


def _run(lines: Sequence[Line], original: str, taken: frozenset[int], first: int) -> list[int]:
    """Numbers of the lines that are one table, header first; [] when none opens here."""
    run: list[int] = []
    width = rows = 0
    for i in range(first, len(lines)):
        if i in taken:
            break
        count = _width(lines[i], original)
        if count >= 2 and (not run or count <= width):
            run.append(i)
            width, rows = max(width, count), rows + 1
        elif run and count == 1 and _groups(lines, original, i, width):
            run.append(i)
        else:
            break
    return run if rows >= _MIN_LINES else []


def _width(line: Line, original: str) -> int:
    text = line.span.of(original)
    if "\t" not in text and not re.search(r"[|│｜]", text):
        return 1
    cells = [cell.of(original) for cell in cells_of(line, original)]
    pairs = any(cell.endswith((":", "：")) for cell in cells)  # 索引号: …, no table
    return 0 if pairs else len(cells)


def _groups(lines: Sequence[Line], original: str, i: int, width: int) -> bool:
    """True for a short line amid the rows: a cell that spans the row."""
    short = len(lines[i].text) <= _MAX_GROUP and "。" not in lines[i].text
    return short and i + 1 < len(lines) and 2 <= _width(lines[i + 1], original) <= width


def _table(lines: Sequence[Line], original: str, run: list[int], table_id: str) -> Flat:
    first = cells_of(lines[run[0]], original)
    names = [" ".join(cell.of(original).split()) for cell in first]
    headed = all(len(name) <= _MAX_NAME and not _NUMBER.fullmatch(name) for name in names)
    rows: list[TableRow] = []
    group: Span | None = None
    for i in run[1:] if headed else run:
        span = lines[i].span
        if _RULE.fullmatch(span.of(original)):
            continue
        if _width(lines[i], original) == 1:
            group = span
            continue
        cells = cells_of(lines[i], original)
        # the trimmed line has lost the empty cells at its end
        cells += [Span(span.end, span.end)] * (len(first) - len(cells))
        rows.append(TableRow(tuple(cells), span, group))
    span = Span(lines[run[0]].span.start, lines[run[-1]].span.end)
    header = tuple(names) if headed else ("",) * len(names)
    return Flat(Table(table_id, None, None, header, tuple(rows), span), frozenset(run))
