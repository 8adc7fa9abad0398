"""Old Word documents (.doc, .wps): one paragraph per line, tables as rows, numbers written out."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import groupby

from ingest.readers.numbering import ListOf, Numbering
from ingest.readers.page import Page
from ingest.readers.word_binary import Paragraph, RowShape, read_story
from ingest.serials import is_serial_line
from text.normalize import fold
from youju.errors import ReadError
from youju.records import ExtractedText

_CELL_LIMIT = 800  # a longer cell with paragraphs of its own lays out a page and holds no value
_SAME_EDGE = 60  # twentieths of a point: edges that near are one

_Cell = list[Paragraph]
_Placed = tuple[int, int, _Cell, bool]  # column, columns, cell, whether it goes on from above


def read(data: bytes) -> ExtractedText:
    """The text of the body, then of text boxes and notes, with `row` and `heading` blocks.

    ReadError: encrypted, older than Word 97, damaged, or without any text.
    """
    story = read_story(data)
    lists = {name: ListOf(name, levels) for name, levels in story.lists.items()}
    writer = _Writer(Numbering(lists, {}))
    writer.lines(p for p in story.headers if is_serial_line(fold(p.text)))
    writer.body(story.body)
    for part in (story.boxes, story.footnotes, story.endnotes):
        writer.lines(part)
    text, blocks = writer.page.finish()
    if not text.strip():
        raise ReadError("文档里没有文字,可能只有图片,请先做文字识别(OCR)")
    unread = []
    if story.pictures:
        unread.append(f"{story.pictures} 张图片里的文字没有读入")
    if story.has_comments:
        unread.append("批注没有读入")
    return ExtractedText(text, "doc", blocks, unread=tuple(unread))


class _Writer:
    """Writes paragraphs on a page, rows of a table together."""

    def __init__(self, numbers: Numbering) -> None:
        self.page = Page()
        self._numbers = numbers

    def lines(self, paragraphs: Iterator[Paragraph] | Sequence[Paragraph]) -> None:
        """Paragraphs that are no part of the body."""
        for paragraph in paragraphs:
            if paragraph.text.strip():
                self._paragraph(paragraph)

    def body(self, paragraphs: Sequence[Paragraph]) -> None:
        """Paragraphs and tables in order."""
        for in_table, run in groupby(paragraphs, key=lambda p: p.in_table or p.ends_row):
            if in_table:
                self._table(list(_rows(run)))
            else:
                for paragraph in run:
                    self._paragraph(paragraph)

    def _paragraph(self, paragraph: Paragraph) -> None:
        if paragraph.is_heading:
            self.page.heading_starts()
        if paragraph.numbered is not None:
            self._text(self._numbers.next(*paragraph.numbered))
        for number, line in enumerate(paragraph.text.split("\n")):
            if number:
                self.page.line()
            self._text(line)
        if paragraph.is_heading:
            self.page.heading_ends()
        else:
            self.page.line()

    def _text(self, text: str) -> None:
        if text:
            self.page.text(text, keep_space=True)

    def _table(self, rows: Sequence[tuple[list[_Cell], RowShape | None]]) -> None:
        if not _holds_values([cell for cells, _ in rows for cell in cells]):
            for cells, _ in rows:
                for cell in cells:
                    for paragraph in cell:
                        self._paragraph(paragraph)
            return
        grid = _grid([shape for _, shape in rows if shape is not None])
        placed = [_placed(cells, shape, grid) for cells, shape in rows]
        self.page.table_starts()
        for row, depths in zip(placed, _depths(placed), strict=True):
            self.page.row_starts()
            for column, columns, cell, goes_on in row:
                if goes_on:
                    continue
                self.page.cell_starts(columns=columns, rows=depths[column], heads=False)
                for paragraph in cell:
                    self._paragraph(paragraph)
                self.page.cell_ends()
            self.page.row_ends()
        self.page.table_ends()


def _rows(paragraphs: Iterator[Paragraph]) -> Iterator[tuple[list[_Cell], RowShape | None]]:
    """(cells, shape) of each row; cells end with their mark, a row with a paragraph of its own."""
    cells: list[_Cell] = []
    cell: _Cell = []
    for paragraph in paragraphs:
        if paragraph.ends_row:
            yield cells, paragraph.shape
            cells, cell = [], []
            continue
        cell.append(paragraph)
        if paragraph.mark == "\x07":
            cells.append(cell)
            cell = []
    if cells or cell:
        yield [*cells, *([cell] if cell else [])], None


def _holds_values(cells: Sequence[_Cell]) -> bool:
    """True for a table with more than one cell that is no layout of a page."""
    if len(cells) < 2:
        return False
    return not any(len(cell) > 2 and sum(len(p.text) for p in cell) > _CELL_LIMIT for cell in cells)


def _grid(shapes: Sequence[RowShape]) -> list[int]:
    """All edges of a table's rows, those that nearly meet only once."""
    grid: list[int] = []
    for edge in sorted({edge for shape in shapes for edge in shape.edges}):
        if not grid or edge - grid[-1] > _SAME_EDGE:
            grid.append(edge)
    return grid


def _placed(cells: Sequence[_Cell], shape: RowShape | None, grid: Sequence[int]) -> list[_Placed]:
    """The cells of a row in the grid of the table."""
    if shape is None or len(shape.edges) != len(cells) + 1:
        return [(i, 1, cell, False) for i, cell in enumerate(cells)]
    out: list[_Placed] = []
    for i, cell in enumerate(cells):
        left, right = (_nearest(grid, edge) for edge in shape.edges[i : i + 2])
        if shape.continues_left[i] and out:
            column, _, first, goes_on = out[-1]
            out[-1] = (column, max(1, right - column), first, goes_on)
        else:
            out.append((left, max(1, right - left), cell, shape.continues_above[i]))
    return out


def _nearest(grid: Sequence[int], edge: int) -> int:
    i = bisect_left(grid, edge)
    return i - 1 if i == len(grid) or (i and edge - grid[i - 1] <= grid[i] - edge) else i


def _depths(rows: Sequence[Sequence[_Placed]]) -> list[dict[int, int]]:
    """For each row: column → number of rows that the cell there reaches down."""
    found: list[dict[int, int]] = []
    below: dict[int, int] = {}  # column → rows that go on from above
    for cells in reversed(rows):
        depths = {column: 1 + below.get(column, 0) for column, _, _, _ in cells}
        below = {column: depths[column] for column, _, _, goes_on in cells if goes_on}
        found.append(depths)
    return found[::-1]
