"""Tables in plain text: one row per line, cells parted by tabs or upright strokes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest import heads
from ingest.lines import Line
from ingest.tables import Flat, above
from text.cells import is_value
from youju.records import Span, Table, TableRow

_TABS = re.compile(r"\t++|(?:(?<!\s)\s++)?+[|│｜]\s*+")
_TAB = re.compile(
    r"\t|(?:(?<![^\S\t])[^\S\t]++)?+[|│｜][^\S\t]*+"
)  # two tabs hold an empty cell between them
_BLANKS = re.compile(r"[ \u3000]{2,}|\u3000")
_RULE = re.compile(r"[\s|│｜:—=+-]*")
_MIN_LINES = 3  # with the header
_MAX_GROUP = 60
_MAX_CELL = 40  # of cells that only blanks part
_Mark = re.Pattern[str]


def tabbed(lines: Sequence[Line], original: str, taken: frozenset[int]) -> tuple[Flat, ...]:
    """Tables among the lines that are not `taken`, in order."""
    found: list[Flat] = []
    at = 0
    while at < len(lines):
        run, mark = _run(lines, original, taken, at), _TABS
        if run:
            mark = _tab(lines, original, run)
        else:
            run, mark = _aligned(lines, original, taken, at), _BLANKS
        if not run:
            at += 1
            continue
        if mark is not _BLANKS or _holds_values(lines, original, run):
            found.append(_table(lines, original, run, mark, found))
        at = run[-1] + 1
    return tuple(found)


def cells_of(line: Line, original: str, mark: _Mark = _TABS) -> list[Span]:
    """The cells of a line, trimmed; an empty cell is an empty span where it would stand."""
    whole = line.span
    text = whole.of(original)
    cells: list[Span] = []
    start = 0
    for match in [*mark.finditer(text), None]:
        end = match.start() if match else len(text)
        piece = text[start:end]
        lead = start + len(piece) - len(piece.lstrip())
        cells.append(Span(whole.start + lead, whole.start + lead + len(piece.strip())))
        start = match.end() if match else end
    if text[:1] in "|│｜" and len(cells) > 2:  # | a | b | has no cell outside its strokes
        return cells[1:-1] if text[-1:] in "|│｜" else cells[1:]
    before = whole.start
    while mark is _TAB and before > 0 and original[before - 1] in " \t":
        before -= 1  # the trimmed line has lost the empty cells at its start
        if original[before] == "\t":
            cells.insert(0, Span(whole.start, whole.start))
    return cells


def _run(lines: Sequence[Line], original: str, taken: frozenset[int], first: int) -> list[int]:
    """Numbers of the lines that are one table, header first; [] when none opens here."""
    run: list[int] = []
    width = each = rows = 0
    for i in range(first, len(lines)):
        if i in taken:
            break
        count = _width(lines[i], original)
        own = len(cells_of(lines[i], original, _TAB)) if count >= 2 else 1
        if count >= 2 and (rows < _MIN_LINES or count <= width or own <= each):
            run.append(i)
            width, each, rows = max(width, count), max(each, own), rows + 1
        elif run and count == 1 and _groups(lines, original, i, width):
            run.append(i)
        else:
            break
    return run if rows >= _MIN_LINES else []


def _tab(lines: Sequence[Line], original: str, run: Sequence[int]) -> _Mark:
    """Whether each tab parts two cells, or tabs that stand together do."""
    each, joint = (
        max(len(cells_of(lines[i], original, mark)) for i in run) for mark in (_TAB, _TABS)
    )
    return _TAB if each == joint else _TABS


def _width(line: Line, original: str) -> int:
    text = line.span.of(original)
    if "\t" not in text and not re.search(r"[|│｜]", text):
        return 1
    cells = [cell.of(original) for cell in cells_of(line, original)]
    pairs = any(cell.endswith((":", "：")) for cell in cells)  # 索引号: …, no table
    return 0 if pairs else len(cells)


# --- columns that only blanks part ---------------------------------------------------------------


def _aligned(lines: Sequence[Line], original: str, taken: frozenset[int], first: int) -> list[int]:
    """Numbers of the lines that blanks part into the same number of cells, three or more."""
    run: list[int] = []
    width = 0
    for i in range(first, len(lines)):
        if i in taken or len(lines[i].text) > 8 * _MAX_CELL:
            break
        cells = cells_of(lines[i], original, _BLANKS)
        count = len(cells)
        if count < 3 or (run and count != width) or any(len(cell) > _MAX_CELL for cell in cells):
            break
        width = count
        run.append(i)
    return run if len(run) >= _MIN_LINES else []


def _holds_values(lines: Sequence[Line], original: str, run: Sequence[int]) -> bool:
    """True when most rows hold a figure beside their first cell: no list of names, no signature."""
    rows = [heads.texts(cells_of(lines[i], original, _BLANKS), original) for i in run[1:]]
    valued = sum(any(map(is_value, row[1:])) for row in rows)
    return valued * 2 > len(rows)


def _groups(lines: Sequence[Line], original: str, i: int, width: int) -> bool:
    """True for a short line amid the rows: a cell that spans the row."""
    short = len(lines[i].text) <= _MAX_GROUP and "。" not in lines[i].text
    return short and i + 1 < len(lines) and 2 <= _width(lines[i + 1], original) <= width


def _table(
    lines: Sequence[Line], original: str, run: list[int], mark: _Mark, found: Sequence[Flat]
) -> Flat:
    previous = found[-1].table if found else None
    caption, notes = above(lines[run[0]].span.start, original, previous)
    # the caption stays with the clauses: it may name the annex
    own = [
        note
        for note in notes
        if note != caption and (previous is None or note not in previous.notes)
    ]
    taken = [i for i in range(max(0, run[0] - len(own)), run[0]) if lines[i].span in own]
    width = max(len(cells_of(lines[i], original, mark)) for i in run)
    rows: list[TableRow] = []
    group: Span | None = None
    for i in run:
        span = lines[i].span
        if _RULE.fullmatch(span.of(original)):
            continue
        cells = cells_of(lines[i], original, mark)
        if len(cells) == 1:
            group = span
            continue
        # the trimmed line has lost the empty cells at its end, or those at its start
        missing = [Span(span.end, span.end)] * (width - len(cells))
        rows.append(TableRow((*cells, *missing), span, group))
    count = heads.head_rows([row.cells for row in rows], [False] * len(rows), original)
    names = heads.column_names([row.cells for row in rows[:count]], width, original)
    named = [heads.texts(row.cells, original) for row in rows[:count]]
    body = [row for row in rows[count:] if heads.texts(row.cells, original) not in named]
    span = Span(lines[run[0]].span.start, lines[run[-1]].span.end)
    table = Table(f"p{len(found) + 1}", None, caption, names, tuple(body), span, notes)
    return Flat(table, frozenset([*run, *taken]))
