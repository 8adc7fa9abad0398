"""A sheet of cells → lines and tables: a caption above, a head of one or more rows, the rows.

A workbook says which cells are merged, not what they mean: a row with a single text is a caption
above a table, a group within it, a note below it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ingest.readers.page import Page

MAX_COLUMNS = 256
_MAX_HEADS = 4
_MIN_ROWS = 2  # a head and a row

Grid = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Texts as shown, row by row; `merged` maps the first cell of a range to (rows, columns)."""

    name: str
    cells: Grid
    merged: Mapping[tuple[int, int], tuple[int, int]] = field(default_factory=dict)


def write(page: Page, sheet: Sheet) -> None:
    """Write a sheet's lines and tables on the page, from top to bottom."""
    rows = [row[:MAX_COLUMNS] for row in sheet.cells]
    stretch: list[int] = []
    for i in [*range(len(rows)), None]:
        if i is not None and any(text.strip() for text in rows[i]):
            stretch.append(i)
        # A blank row parts two tables only when the next one opens with a caption.
        elif i is None or (i + 1 < len(rows) and _is_alone(rows, i + 1)):
            _stretch(page, sheet, rows, stretch)
            stretch = []


def _is_alone(rows: Grid, i: int) -> bool:
    return sum(bool(text.strip()) for text in rows[i]) == 1


def _stretch(page: Page, sheet: Sheet, rows: Grid, numbers: list[int]) -> None:
    """One table with what stands above and below it."""
    first = 0
    while first < len(numbers) and _is_alone(rows, numbers[first]):
        first += 1
    last = len(numbers)
    bottom = max(
        (top + height for (top, _), (height, _) in sheet.merged.items() if height > 1), default=0
    )
    while last > first and _is_alone(rows, numbers[last - 1]) and numbers[last - 1] >= bottom:
        last -= 1
    is_table = last - first >= _MIN_ROWS
    for i in numbers[:first] if is_table else numbers:
        _line(page, rows[i])
    if is_table:
        _table(page, sheet, rows, numbers[first:last])
        for i in numbers[last:]:
            _line(page, rows[i])


def _line(page: Page, row: Sequence[str]) -> None:
    for line in "\t".join(text.strip() for text in row if text.strip()).splitlines():
        page.text(line, keep_space=True)
        page.line()


def _table(page: Page, sheet: Sheet, rows: Grid, numbers: list[int]) -> None:
    used = [c for c in range(max(len(rows[i]) for i in numbers)) if _is_used(rows, numbers, c)]
    left, right = used[0], used[-1] + 1
    heads = _heads(sheet, numbers, left, right)
    place = {number: i for i, number in enumerate(numbers)}
    covered = {
        (top + down, first + across)
        for (top, first), (height, width) in sheet.merged.items()
        for down in range(height)
        for across in range(width)
        if down or across
    }
    page.table_starts()
    for position, number in enumerate(numbers):
        page.row_starts()
        for column in range(left, right):
            if (number, column) in covered:
                continue
            height, width = sheet.merged.get((number, column), (1, 1))
            inside = [place[n] for n in range(number, number + height) if n in place]
            text = rows[number][column] if column < len(rows[number]) else ""
            page.cell_starts(
                columns=min(width, right - column), rows=len(inside), heads=position < heads
            )
            page.text(text.strip())
            page.cell_ends()
        page.row_ends()
    page.table_ends()


def _is_used(rows: Grid, numbers: Sequence[int], column: int) -> bool:
    return any(column < len(rows[i]) and rows[i][column].strip() for i in numbers)


def _heads(sheet: Sheet, numbers: Sequence[int], left: int, right: int) -> int:
    """How many rows head the columns: as far as the merged cells of the first row reach.

    A cell over several columns in the first row is a group of columns, whose own names stand in
    the row below.
    """
    deepest = 1
    for column in range(left, right):
        height, width = sheet.merged.get((numbers[0], column), (1, 1))
        if width < right - left:
            deepest = max(deepest, height, 2 if width > 1 else 1)
    return min(deepest, _MAX_HEADS, len(numbers) - 1)
