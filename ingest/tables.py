"""Tables: as the file declares them, or flattened by a web page to one cell per line.

A flattened table is recognised by its counting column: the lines 1, 2, 3, … each followed by the
same number of cells. What stands between two rows heads the rows below it (a spanning cell); what
stands before the first row is the header. The method is ours; the input is common on policy sites.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.header import is_header_row
from ingest.labels import parse_label
from ingest.lines import Line
from text.normalize import fold
from youju.records import Block, Span, Table, TableRow

_COUNTER_NAMES = re.compile(r"^(?:序\s*号|编\s*号|项\s*次|No\.?|#)$", re.I)
_MIN_ROWS = 3
_MAX_COLUMNS = 8
_MAX_CELL = 120
_MAX_BETWEEN = 4
_HEADER_REACH = 14
_YEAR = re.compile(r"(?:19|20)\d{2}")


@dataclass(frozen=True, slots=True)
class Flat:
    """A table found among lines: its record, and the numbers of the lines that it takes."""

    table: Table
    lines: frozenset[int]


def declared(blocks: Sequence[Block], original: str) -> tuple[Table, ...]:
    """Tables that the file format itself declares (HTML)."""
    numbers = sorted({b.table for b in blocks if b.kind == "row" and b.table is not None})
    tables = (_declared(n, [b for b in blocks if b.table == n], original) for n in numbers)
    return tuple(table for table in tables if table is not None)


def _declared(number: int, rows: list[Block], original: str) -> Table | None:
    rows = [row for row in rows if row.cells]
    if len(rows) < 2 or is_header_row(rows[0], original):
        return None
    width = max(len(row.cells) for row in rows)
    if width < 2:
        return None
    heads = 0
    while heads < len(rows) - 1 and (
        rows[heads].header or (heads == 0 and _reads_as_head(rows[0], original))
    ):
        heads += 1
    titles = [_column_name(rows[:heads], i, original) for i in range(width)]
    span = Span(rows[0].span.start, rows[-1].span.end)
    body: list[TableRow] = []
    group: Span | None = None
    for row in rows[heads:]:
        if len({(c.start, c.end) for c in row.cells}) == 1 and width > 1:
            group = row.cells[0]
            continue
        body.append(TableRow(row.cells, row.span, group))
    return Table(f"t{number + 1}", None, None, tuple(titles), tuple(body), span)


def _column_name(heads: Sequence[Block], i: int, original: str) -> str:
    """The cells above column i, each said once."""
    named = (_cell(row, i, original) for row in heads)
    return " ".join(dict.fromkeys(name for name in named if name))


def _reads_as_head(row: Block, original: str) -> bool:
    texts = [fold(cell.of(original)).strip() for cell in row.cells]
    named = [t for t in texts if t]
    return bool(named) and all(len(t) <= 20 and not re.fullmatch(r"[\d.,%\s]+", t) for t in named)


def _cell(row: Block, i: int, original: str) -> str:
    return " ".join(row.cells[i].of(original).split()) if i < len(row.cells) else ""


def flattened(lines: Sequence[Line], original: str) -> tuple[Flat, ...]:
    """Tables whose cells stand one per line, in order; `lines` are physical lines."""
    found: list[Flat] = []
    at = 0
    while at < len(lines):
        chain = _best_chain(lines, at) if lines[at].text == "1" else None
        if chain is None:
            at += 1
            continue
        starts, width = chain
        flat = _flat(lines, starts, width, original, f"f{len(found) + 1}")
        found.append(flat)
        at = max(flat.lines) + 1
    return tuple(found)


def _best_chain(lines: Sequence[Line], first: int) -> tuple[list[int], int] | None:
    """(line numbers of the counters, cells per row) of the longest table that opens here."""
    best: tuple[list[int], int] | None = None
    best_rank = (0, 0)
    for width in range(2, _MAX_COLUMNS + 1):
        starts = _chain(lines, first, width)
        if len(starts) < _MIN_ROWS or not all(_says_something(lines[i + 1]) for i in starts):
            continue
        # the right width leaves the fewest lines over between the rows
        left_over = starts[-1] - starts[0] - width * (len(starts) - 1)
        rank = (len(starts), -left_over)
        if best is None or rank > best_rank:
            best, best_rank = (starts, width), rank
    return best


def _says_something(line: Line) -> bool:
    """False for the bracket of a footnote mark that a page broke over lines."""
    return any(c.isalnum() for c in line.text)


def _chain(lines: Sequence[Line], first: int, width: int) -> list[int]:
    starts = [first]
    while True:
        at = starts[-1] + width
        if any(len(line.text) > _MAX_CELL for line in lines[starts[-1] + 1 : at]):
            return starts[:-1]
        wanted = str(len(starts) + 1)
        nearby = range(at, min(at + _MAX_BETWEEN + 1, len(lines)))
        following = next((i for i in nearby if lines[i].text == wanted), None)
        if following is None:
            complete = at <= len(lines)
            return starts if complete else starts[:-1]
        starts.append(following)


def _flat(
    lines: Sequence[Line], starts: list[int], width: int, original: str, table_id: str
) -> Flat:
    head = _header_lines(lines, starts[0])
    names, notes, caption, group = _header(lines, head, width, original)
    # the caption stays with the clauses: it names the annex
    taken = {i for i in head if caption is None or lines[i].span != caption}
    rows: list[TableRow] = []
    for number, start in enumerate(starts):
        cells = tuple(lines[i].span for i in range(start, start + width))
        rows.append(TableRow(cells, Span(cells[0].start, cells[-1].end), group))
        taken.update(range(start, start + width))
        following = starts[number + 1] if number + 1 < len(starts) else start + width
        between = range(start + width, following)
        if between:
            group = Span(lines[between[0]].span.start, lines[between[-1]].span.end)
            taken.update(between)
    opening = lines[min(taken)].span.start if caption is None else caption.start
    span = Span(opening, rows[-1].span.end)
    return Flat(Table(table_id, None, caption, names, tuple(rows), span, notes), frozenset(taken))


def _header_lines(lines: Sequence[Line], first: int) -> list[int]:
    """Line numbers before the first counter that belong to the table's head."""
    counter = None
    for i in range(first - 1, max(-1, first - _HEADER_REACH), -1):
        if _COUNTER_NAMES.match(lines[i].text):
            counter = i
            break
    if counter is None:
        return []
    start = counter
    while start > 0 and counter - start < 6:
        text = lines[start - 1].text
        if len(text) > 24 or parse_label(text) or re.search(r"[。;:]", text):
            break
        start -= 1
    return list(range(start, first))


def _header(
    lines: Sequence[Line], head: Sequence[int], width: int, original: str
) -> tuple[tuple[str, ...], tuple[Span, ...], Span | None, Span | None]:
    """(column names, notes above the columns, caption, first spanning cell)."""
    if not head:
        return ("",) * width, (), None, None
    counter = next(i for i in head if _COUNTER_NAMES.match(lines[i].text))
    before = [i for i in head if i < counter]
    after = [i for i in head if i > counter]
    groups = [i for i in after if len(lines[i].text) > 24]
    columns = [i for i in after if i not in groups]
    names = [_shown(lines[counter], original)]
    for i in columns[: width - 1]:
        # a blank cell before a name is a column whose name the page lost
        if lines[i].blank_cells and len(names) + len(columns) - columns.index(i) < width:
            names.append("")
        names.append(_shown(lines[i], original))
    names += [""] * (width - len(names))
    caption = lines[before[0]].span if before else None
    notes = tuple(lines[i].span for i in before[1:])
    group = Span(lines[groups[0]].span.start, lines[groups[-1]].span.end) if groups else None
    return tuple(names[:width]), notes, caption, group


def _shown(line: Line, original: str) -> str:
    return " ".join(line.span.of(original).split())


def value_note(table: Table, original: str) -> str:
    """The note that dates the value columns: the last one with a year (2015年具体目标), or ''."""
    dated = [note.of(original) for note in table.notes if _YEAR.search(note.of(original))]
    return " ".join(dated[-1].split()) if dated else ""
