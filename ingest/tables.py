"""Tables: as the file declares them, or flattened by a web page to one cell per line.

A flattened table is recognised by its counting column: the lines 1, 2, 3, … each followed by the
same number of cells. What stands between two rows heads the rows below it (a spanning cell); what
stands before the first row is the header. The method is ours; the input is common on policy sites.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from ingest import heads
from ingest.header import is_header_row
from ingest.labels import parse_label
from ingest.lines import Line
from text.cells import is_value
from text.normalize import fold
from youju.records import Block, Span, Table, TableRow

_COUNTER_NAMES = re.compile(r"^(?:序\s*号|编\s*号|项\s*次|No\.?|#)$", re.I)
_MIN_ROWS = 3
_MAX_COLUMNS = 8
_MAX_CELL = 120
_MAX_BETWEEN = 4
_HEADER_REACH = 14
_YEAR = re.compile(r"(?:19|20)\d{2}")
_MAX_HEADS = 3
_MAX_GAP = 400  # characters between the parts of a table that a page break cuts
_MAX_ABOVE = 240
_MAX_CAPTION = 60
_MAX_HEAD = 24  # characters of a cell of the header
_MIN_NAME = 3
_STOPS = re.compile(r"[。;；]")
_CAPTION = re.compile(r"(?:附?表|附件)\s{0,4}\d")
_WORDS = re.compile(r"[A-Za-z\u4e00-\u9fff]")
_PAGE = re.compile(
    r"第?\s{0,8}\d{1,4}\s{0,8}页(?:\s{0,8}[,/]?\s{0,8}共\s{0,8}\d{1,4}\s{0,8}页)?|\(?续[上表]*\d*\)?"
)
_UNIT_NOTE = re.compile(r"(?:计[量价])?单位\s*:")
_NOTE = re.compile(r"\(?(?:备?注|说明|数据来源|资料来源)\s{0,8}\d*\s{0,8}[:.、]")


@dataclass(frozen=True, slots=True)
class Flat:
    """A table found among lines: its record, and the numbers of the lines that it takes."""

    table: Table
    lines: frozenset[int]


def declared(
    blocks: Sequence[Block], original: str, chrome: Sequence[Span] = ()
) -> tuple[Table, ...]:
    """Tables that the file format itself declares; `chrome` is what stands between pages.

    A table that a page break cuts is one table.
    """
    by_number: dict[int, list[Block]] = {}
    for block in blocks:
        if block.kind == "row" and block.table is not None and block.cells:
            by_number.setdefault(block.table, []).append(block)
    whole: list[list[Block]] = []
    width = 0  # of the last one; its rows are not looked at again for every table that follows
    for _, rows in sorted(by_number.items()):
        alike = bool(whole) and width == _width(rows)
        more = _rest_of(whole[-1], rows, original, chrome) if alike else None
        if more is None:
            whole.append(rows)
            width = _width(rows)
        else:
            whole[-1].extend(more)
    tables: list[Table] = []
    for rows in whole:
        table = _declared(rows, original, tables[-1] if tables else None)
        if table is not None:
            tables.append(table)
    return tuple(tables)


def _rest_of(
    before: list[Block], rows: list[Block], original: str, chrome: Sequence[Span]
) -> list[Block] | None:
    """The rows with which the table `before` goes on after a page break, its header left out."""
    gap = Span(before[-1].span.end, max(before[-1].span.end, rows[0].span.start))
    if _says(gap, original, chrome):
        return None
    head = heads.texts(before[0].cells, original)
    again = 0
    while (
        again < min(len(rows), _MAX_HEADS)
        and again < len(before)
        and (heads.texts(rows[again].cells, original) == heads.texts(before[again].cells, original))
    ):
        again += 1
    if again:
        return rows[again:]
    cells = [row.cells for row in rows]
    own_head = not any(map(is_value, head)) and heads.contrasts(cells[0], cells[1:], original)
    if rows[0].header or own_head:
        return None
    return rows


def _says(gap: Span, original: str, chrome: Sequence[Span]) -> bool:
    """True when words stand in the gap that are no page furniture."""
    text = original[gap.start : gap.end]
    if len(text) > _MAX_GAP:
        return True
    first = bisect_left(chrome, gap.start, key=lambda span: span.start)
    for span in chrome[first:]:
        if span.start >= gap.end:
            break
        text = text.replace(span.of(original), " ", 1)
    return _WORDS.search(_PAGE.sub(" ", text)) is not None


def _width(rows: Sequence[Block]) -> int:
    return max(len(row.cells) for row in rows)


def _declared(rows: list[Block], original: str, previous: Table | None) -> Table | None:
    if len(rows) < 2 or is_header_row(rows[0], original):
        return None
    width = _width(rows)
    if width < 2:
        return None
    first, last = rows[0], rows[-1]
    split, begin = _split_head(first, original, width, previous.span.end if previous else 0)
    caption, notes = above(begin, original, previous)
    while len(rows) > 2 and heads.is_wide(rows[0].cells):
        told = rows.pop(0).cells[0]
        if caption is None or _UNIT_NOTE.search(fold(told.of(original))):
            caption = caption or told
        notes = (*notes, told)
    cells = [row.cells for row in rows]
    count = heads.head_rows(cells, [row.header for row in rows], original)
    titles = heads.column_names(cells[:count], width, original)
    if split and not any(titles):
        titles, count = split, 0
    named = [heads.texts(row, original) for row in cells[:count]]
    body: list[TableRow] = []
    group: Span | None = None
    for row in rows[count:]:
        if heads.is_wide(row.cells):
            if _NOTE.match(fold(row.cells[0].of(original)).strip()):
                notes = (*notes, row.cells[0])
            else:
                group = row.cells[0]
        elif heads.texts(row.cells, original) not in named:  # a header repeated on the next page
            body.append(TableRow(row.cells, row.span, group))
    if not body:
        return None
    number = (first.table or 0) + 1
    span = Span(begin if titles == split else first.span.start, last.span.end)
    return Table(f"t{number}", None, caption, titles, tuple(body), span, notes)


def _split_head(first: Block, original: str, width: int, floor: int) -> tuple[tuple[str, ...], int]:
    """The header of a page's table whose merged cells stand on lines of their own, and its start:
    限值 / 序号 项目 / 一级 二级 above rows of four; ((), start of the first row) without one.
    """
    start = first.span.start
    lines: list[tuple[int, list[str]]] = []
    end = start
    while end > floor and len(lines) < _MAX_HEADS:
        begin = max(original.rfind("\n", floor, end - 1) + 1, floor)
        cells = [" ".join(cell.split()) for cell in original[begin:end].strip("\n").split("\t")]
        if not all(cells) or any(_STOPS.search(c) or len(c) > _MAX_HEAD for c in cells):
            break
        end = begin
        if lines or not is_value(fold(cells[0])) or not 2 < len(cells) < width:
            lines.append((begin, cells))  # else a row whose last cell spans several columns
    if len(lines) < 2:
        return (), start
    (_, under), (begin, beside) = lines[0], lines[1]
    if len(under) < 2 or len(under) + len(beside) != width:
        return (), start
    over = lines[2] if len(lines) > 2 and len(lines[2][1]) == 1 else None
    if over is not None and not _CAPTION.match(over[1][0]):
        begin, under = over[0], [f"{over[1][0]} {name}" for name in under]
    return (*beside, *under), begin


def above(
    start: int, original: str, previous: Table | None
) -> tuple[Span | None, tuple[Span, ...]]:
    """(caption, notes) of a table from the lines before it: 表1 …, 单位：万元.

    A table that directly follows another stands under its caption.
    """
    floor = max(previous.span.end if previous else 0, start - _MAX_ABOVE)
    notes: list[Span] = []
    end = start
    while end > floor:
        begin = max(original.rfind("\n", floor, end - 1) + 1, floor)
        line = original[begin:end]
        lead = begin + len(line) - len(line.lstrip())
        span = Span(lead, max(lead, begin + len(line.rstrip())))
        text = fold(span.of(original))
        end = begin
        if len(_WORDS.findall(_PAGE.sub(" ", text))) < _MIN_NAME:
            continue
        unit = _UNIT_NOTE.search(text) if len(text) <= _MAX_CAPTION else None
        if unit is not None:
            notes.append(span)
            if len(text[: unit.start()].strip(" \t(")) >= _MIN_NAME:
                return span, tuple(notes)  # 表2 … 单位：万元
        elif "\t" in span.of(original):
            return None, tuple(notes)
        elif len(text) <= _MAX_CAPTION and not text.endswith(("。", ",", "、")):
            return span, tuple(notes)
        else:
            return None, tuple(notes)
    if previous is not None and floor == previous.span.end:
        return previous.caption, tuple(notes) or previous.notes
    return None, tuple(notes)


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
