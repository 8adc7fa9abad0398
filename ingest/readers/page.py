"""A page being written line by line, with the exact place of every heading and table cell.

White space collapses as a browser collapses it; one block element is one line, one table row is
one line with its cells joined by tabs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from youju.records import Block, Span

_MAX_COLUMNS = 256  # a colspan of a million is a mistake or an attack
# What cells that span repeat is bounded by what the page holds: real tables repeat a cell in ten.
_REPEATED = 8  # times the characters and cells that are really there
_FREE = 1 << 16  # so that a short page with one wide heading is left alone
_PER_CELL = 16  # what a cell costs beside its characters
_TOKENS = re.compile(r"[ \t\n\r\f]+|[^ \t\n\r\f]+")
_CJK = "\u2e80"  # from here on scripts that write no spaces between words


@dataclass(slots=True)
class _Cell:
    start: int
    end: int
    columns: int
    rows: int
    heads: bool


@dataclass(slots=True)
class _Grid:
    """The table being read. `carried[column]` is a cell from above and the rows it still fills."""

    number: int | None = None
    carried: dict[int, tuple[Span, int]] = field(default_factory=dict)
    in_head: bool = False
    row: list[_Cell] | None = None
    row_start: tuple[int, int] = (0, 0)  # number of parts, length of the text
    cell: _Cell | None = None


class Page:
    """Collects text and blocks; call `finish` once at the end."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._fresh = True  # at the start of a line or cell: white space is dropped
        self._space = False  # white space waits for the next word
        self._blocks: list[Block] = []
        self._tables = 0
        self._grid: _Grid | None = None
        self._heading: int | None = None
        self._cells = 0  # really there
        self._repeated = 0  # what cells that span have cost

    def text(self, text: str, *, keep_space: bool = False) -> None:
        """Append text, white space collapsed; a line wrap within Chinese text is no space."""
        if keep_space and (self._grid is None or self._grid.cell is None):
            self._append(text.replace("\r\n", "\n").replace("\r", "\n"))
            return
        wrapped = False
        for found in _TOKENS.finditer(text):
            token = found.group()
            if token[0] in " \t\n\r\f":
                before = text[found.start() - 1] if found.start() else ""
                wrapped = before >= _CJK and ("\n" in token or "\r" in token)
                self._space = self._space or not wrapped
                if wrapped and not text[found.end() : found.end() + 1] >= _CJK:
                    self._space = True
            else:
                self._append(token)

    def line(self) -> None:
        """End the line, if anything stands on it; within a table cell just a space."""
        if self._grid is not None and self._grid.cell is not None:
            self._space = True
        elif self._grid is not None and self._grid.row is not None:
            self._space = False  # stray blocks between the cells of a row
        elif not self._fresh:
            if self._heading is not None:  # a heading of several lines is one block per line
                self._blocks.append(Block("heading", Span(self._heading, self._length)))
            self._raw("\n")
            self._fresh, self._space = True, False
            if self._heading is not None:
                self._heading = self._length

    def heading_starts(self) -> None:
        """What follows until `heading_ends` is a heading."""
        self.line()
        self._heading = self._length

    def heading_ends(self) -> None:
        """Record the heading, unless it is empty or within a table."""
        start, self._heading = self._heading, None
        if start is not None and self._length > start and self._grid is None:
            self._blocks.append(Block("heading", Span(start, self._length)))
        self.line()

    def table_starts(self) -> None:
        """A data table; they do not nest."""
        self.line()
        self._grid = _Grid()

    def table_ends(self) -> None:
        """Close the table and its last row."""
        self.row_ends()
        self._grid = None
        self.line()

    def section_starts(self, *, is_head: bool) -> None:
        """A thead, tbody or tfoot: cells do not reach across its border."""
        if self._grid is not None:
            self.section_ends()
            self._grid.in_head = is_head

    def section_ends(self) -> None:
        """The end of a thead, tbody or tfoot."""
        if self._grid is not None:
            self.row_ends()
            self._grid.in_head = False
            self._grid.carried.clear()

    def row_starts(self) -> None:
        """A table row; the one before is closed."""
        if self._grid is not None:
            self.row_ends()
            self.line()
            self._grid.row = []
            self._grid.row_start = (len(self._parts), self._length)

    def cell_starts(self, *, columns: int, rows: int, heads: bool) -> None:
        """A cell over `columns` × `rows` places (rows 0: down to the end of the section)."""
        grid = self._grid
        if grid is None:
            return
        self.cell_ends()
        if grid.row is None:
            self.row_starts()
        assert grid.row is not None
        if grid.row:
            self._raw("\t")
        self._fresh, self._space = True, False
        grid.cell = _Cell(self._length, self._length, columns, rows, heads)

    def cell_ends(self) -> None:
        """Close the open cell, if any."""
        grid = self._grid
        if grid is not None and grid.cell is not None and grid.row is not None:
            grid.cell.end = self._length
            self._cells += 1
            grid.row.append(grid.cell)
            grid.cell = None
            self._space = False

    def row_ends(self) -> None:
        """Close the open row: an empty one leaves no trace but in the cells that reach down."""
        grid = self._grid
        if grid is None or grid.row is None:
            return
        self.cell_ends()
        own, grid.row = grid.row, None
        parts, start = grid.row_start
        blank = not "".join(self._parts[parts:]).strip()
        if blank:
            del self._parts[parts:]
            self._length = start
        cells = self._placed(grid, own, start if blank else None)
        if not blank and own:
            if grid.number is None:
                grid.number, self._tables = self._tables, self._tables + 1
            heads = grid.in_head or all(cell.heads for cell in own)
            span = Span(own[0].start, own[-1].end)
            self._blocks.append(Block("row", span, grid.number, cells, heads))
        self._fresh = blank
        self.line()

    def finish(self) -> tuple[str, tuple[Block, ...]]:
        """(text, blocks), the cells' and headings' spans trimmed."""
        self.table_ends()
        text = "".join(self._parts).rstrip("\n")
        return text, tuple(_trimmed(block, text) for block in self._blocks)

    def _placed(self, grid: _Grid, own: list[_Cell], emptied: int | None) -> tuple[Span, ...]:
        """One span per column: own cells, repeated where they span, between those from above."""
        spans: list[Span] = []
        waiting = iter(own)
        cell = next(waiting, None)
        while len(spans) < _MAX_COLUMNS:
            carried = grid.carried.get(len(spans))
            if carried is not None:
                span, left = carried
                if left == 1 or not self._may_repeat(span):
                    del grid.carried[len(spans)]
                else:
                    grid.carried[len(spans)] = (span, left - 1)
                spans.append(span)
            elif cell is not None:
                span = Span(cell.start, cell.end) if emptied is None else Span(emptied, emptied)
                for place in range(min(cell.columns, _MAX_COLUMNS - len(spans))):
                    if place and not self._may_repeat(span):
                        break
                    if cell.rows != 1:
                        grid.carried[len(spans)] = (span, cell.rows - 1)  # 0 rows never run out
                    spans.append(span)
                cell = next(waiting, None)
            else:
                break
        return tuple(spans)

    def _may_repeat(self, span: Span) -> bool:
        """Count one more repetition; False when the page does not hold enough for it."""
        there = self._length + self._cells * _PER_CELL
        self._repeated += span.end - span.start + _PER_CELL
        return self._repeated <= there * _REPEATED + _FREE

    def _append(self, text: str) -> None:
        if self._space and not self._fresh:
            self._raw(" ")
        self._raw(text)
        self._fresh, self._space = text.endswith("\n"), False

    def _raw(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)


def _trimmed(block: Block, text: str) -> Block:
    each = {cell: _trim(cell, text) for cell in set(block.cells)}  # a cell may stand many times
    cells = tuple(each[cell] for cell in block.cells)
    return Block(block.kind, _trim(block.span, text), block.table, cells, block.header)


def _trim(span: Span, text: str) -> Span:
    piece = span.of(text)
    start = span.start + len(piece) - len(piece.lstrip()) if piece.strip() else span.start
    return Span(start, start + len(piece.strip()))
