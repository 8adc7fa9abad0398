"""Header rows of a table: how many there are, and the name of each column.

A row heads the table when the file says so, when it holds names where the rows below hold values,
or when a merged cell joins it to the header row above. A year is a name: 2020 | 2021 | 2022.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from text.cells import is_blank, is_value
from text.normalize import fold
from youju.records import Span

_LONGEST = 40  # characters of a column's name
_MOST = 4  # header rows
_WRAPPED = re.compile(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])")  # a line break within a name
_STOPS = re.compile(r"[。;!?]")
_LETTERS = re.compile(r"\(?[甲乙丙丁A-Z]\)?")

Cells = Sequence[Span]


def texts(cells: Cells, original: str) -> list[str]:
    """The folded texts of cells, white space closed up."""
    return [" ".join(fold(cell.of(original)).split()) for cell in cells]


def is_wide(cells: Cells) -> bool:
    """True for one cell that spans the whole row."""
    return len(cells) > 1 and len({(cell.start, cell.end) for cell in cells}) == 1


def head_rows(rows: Sequence[Cells], marked: Sequence[bool], original: str) -> int:
    """How many of the first rows head the columns; a table keeps at least one row of its own."""
    most = min(_MOST, len(rows) - 1)
    if most < 1:
        return 0
    count = 0
    if not all(marked):
        while count < most and marked[count]:
            count += 1
    if count == 0 and _reads_as_head(rows[0], original):
        count = 1
    while 0 < count < most and _goes_on(rows, count, original):
        count += 1
    if 0 < count < most and _numbers_columns(texts(rows[count], original)):
        count += 1
    return count


def _reads_as_head(cells: Cells, original: str) -> bool:
    said = texts(cells, original)
    named = [text for text in said if not is_blank(text)]
    return bool(named) and all(
        len(text) <= _LONGEST and not is_value(text) and not _STOPS.search(text) for text in named
    )


def _goes_on(rows: Sequence[Cells], count: int, original: str) -> bool:
    """True when row `count` is a further level of the header above it."""
    above, cells = rows[count - 1], rows[count]
    if any(len(cell) and cell in above for cell in cells):
        return True  # a cell of the header reaches down into it
    if not _reads_as_head(cells, original) or is_wide(cells):
        return False
    # a name over several columns, merged or with blanks beside it, is told apart below
    under = texts(cells, original)
    over = texts(above, original)
    spread = [
        i
        for i in range(1, min(len(over), len(under)))
        if (above[i] == above[i - 1] and len(above[i]))
        or (is_blank(over[i]) and not is_blank(over[i - 1]))
    ]
    told = any(not is_blank(under[i]) and under[i] != under[i - 1] for i in spread)
    return told and (
        any(len(above[i]) for i in spread) or contrasts(rows[count], rows[count + 1 :], original)
    )


def contrasts(cells: Cells, below: Sequence[Cells], original: str) -> bool:
    """True when a column has a name here and values in most of the rows below."""
    said = texts(cells, original)
    rows = [texts(row, original) for row in below[:12]]
    for i, text in enumerate(said):
        if is_blank(text) or is_value(text):
            continue
        column = [row[i] for row in rows if i < len(row) and not is_blank(row[i])]
        if column and sum(map(is_value, column)) * 2 >= len(column):
            return True
    return False


def _numbers_columns(said: Sequence[str]) -> bool:
    """True for 甲 乙 1 2 3: the row that numbers the columns."""
    counted = [text.strip("()") for text in said if not _LETTERS.fullmatch(text)]
    return len(counted) > 1 and counted == [str(n) for n in range(1, len(counted) + 1)]


def column_names(heads: Sequence[Cells], width: int, original: str) -> tuple[str, ...]:
    """One name per column: the cells above it from top to bottom, each said once."""
    levels = [_level(row, n + 1 < len(heads), original) for n, row in enumerate(heads)]
    levels = [level for level in levels if not _numbers_columns([fold(name) for name in level])]
    names = []
    for i in range(width):
        told = (level[i] for level in levels if i < len(level))
        names.append(" ".join(dict.fromkeys(name for name in told if name)))
    return tuple(names)


def _level(cells: Cells, over_others: bool, original: str) -> list[str]:
    """The names of one header row; one above others also heads the blank cells at its right."""
    names: list[str] = []
    for cell in cells:
        name = _WRAPPED.sub("", " ".join(cell.of(original).split()))
        names.append(name or (names[-1] if over_others and names else ""))
    return names
