"""A table read for questions: its columns with names and units, what names a row, what is a value.

All texts are folded and closed up, for matching; `shown` gives the original characters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from text.cells import is_bare, is_blank, is_total, is_value
from text.normalize import fold, squeeze
from text.numerals import parse_value
from text.units import noted_unit, scaled, split_unit
from youju.records import PolicyDoc, Span, Table, TableRow

_COUNTER = re.compile(r"(?:序\s*号?|编\s*号|项\s*次|行\s*次|No\.?|#)", re.I)
_UNITS = re.compile(r"(?:计[量价])?单位(?:\(.*\))?")
_PERCENT = re.compile(r"(?:[率比]|比[例重]|百分比|占比|增速|增幅)$")
_MOSTLY = 0.5
_ROWS = 3  # numbered rows that make a counting column
_DASHES = re.compile(r"[—~-]+")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name without the unit, the unit, and whether most of its cells are values.

    `levels` are the parts of the name, one for each header row.
    """

    at: int
    name: str
    levels: tuple[str, ...]
    unit: str
    valued: bool
    counter: bool = False  # numbers the rows, and says nothing of them


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with its columns; `names` are those that name a row, `rows` those that are no sum."""

    doc: PolicyDoc
    table: Table
    columns: tuple[Column, ...]
    names: tuple[int, ...]
    rows: tuple[TableRow, ...]
    texts: tuple[tuple[str, ...], ...]  # of all rows of the table

    def text(self, row: TableRow, at: int) -> str:
        """The folded text of a cell, '' where the row has none."""
        return closed(self.doc, row.cells[at]) if at < len(row.cells) else ""

    def shown(self, row: TableRow, at: int) -> str:
        """The original characters of a cell, with the unit that its column or caption gives."""
        cell = row.cells[at].of(self.doc.text)
        said = re.sub(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])", "", " ".join(cell.split()))
        return said + self.unit(row, at) if is_bare(fold(said)) else said

    def unit(self, row: TableRow, at: int) -> str:
        """The unit of a bare figure: of its column, of a column 单位, else of the whole table."""
        column = self.columns[at]
        if column.unit:
            return column.unit
        for other in self.columns:
            if _UNITS.fullmatch(other.name) and other.at != at:
                told = self.text(row, other.at)
                return told if told and not is_value(told) and len(told) <= 6 else ""
        if not column.valued or column.at in self.names or _PERCENT.search(column.name):
            return ""
        of_row = split_unit(self.text(row, self.names[0]))[1] if self.names else ""
        return of_row or self._noted()

    def _noted(self) -> str:
        said = [*self.table.notes, *([self.table.caption] if self.table.caption else [])]
        units = (noted_unit(fold(note.of(self.doc.text))) for note in said)
        return next(filter(None, units), "")

    def value(self, row: TableRow, at: int) -> tuple[float, str] | None:
        """(number, base unit) of a cell: 1.2亿元 and 12000 under 万元 are both in 元."""
        text = self.text(row, at)
        # 2019 among values is one of them, not a year
        if not is_value(text) and not (self.columns[at].valued and text.isdigit()):
            return None
        number = parse_value(_DASHES.split(text.lstrip("≥≤<>约近+"))[0] or text)
        if number is None:
            return None
        if not is_bare(text):
            bare = re.search(r"(?<=[\d%‰万亿])[^\d%‰万亿.,]{1,6}$", text)
            return number, bare.group() if bare else "%" if "%" in text else ""
        scale, unit = scaled(self.unit(row, at))
        return number * scale, unit

    def name(self, row: TableRow) -> str:
        """What the row is called, in original characters: its group and its naming cells."""
        cells = [row.cells[at] for at in self.names if at < len(row.cells)]
        said = ["".join(cell.of(self.doc.text).split()) for cell in dict.fromkeys(cells)]
        return " ".join(dict.fromkeys(one for one in said if not is_blank(fold(one))))

    def proof(self, row: TableRow) -> tuple[Span, ...]:
        """The places that hold the row: itself, and cells that reach down into it from above."""
        carried = [c for c in row.cells if len(c) and not row.span.covers(c)]
        return (*dict.fromkeys(carried), row.span)

    @property
    def known(self) -> str:
        """What a statement may say besides its row: the names of the columns, and their units."""
        notes = [note.of(self.doc.text) for note in self.table.notes]
        caption = self.table.caption.of(self.doc.text) if self.table.caption else ""
        return " ".join([*self.table.header, *notes, caption])


def closed(doc: PolicyDoc, span: Span) -> str:
    """The folded text of a place, without white space."""
    return squeeze(fold(span.of(doc.text)))


def grid(doc: PolicyDoc, table: Table) -> Grid:
    """The table, read for questions."""
    width = len(table.header)
    texts = tuple(
        tuple(closed(doc, row.cells[i]) if i < len(row.cells) else "" for i in range(width))
        for row in table.rows
    )
    columns = []
    for at, head in enumerate(table.header):
        folded = fold(head)
        name, unit = split_unit(squeeze(folded))
        levels = tuple(squeeze(split_unit(level)[0]) for level in folded.split())
        cells = [row[at] for row in texts if not is_blank(row[at])]
        values = sum(map(is_value, cells))
        valued = bool(cells) and values > _MOSTLY * len(cells)
        counter = _COUNTER.fullmatch(name) is not None or (at == 0 and _numbers_rows(cells))
        columns.append(Column(at, name, levels, unit, valued and not counter, counter))
    names = _names(columns, texts)
    rows = tuple(
        row
        for row, cells in zip(table.rows, texts, strict=True)
        if not any(is_total(cells[at]) for at in range(min(2, width)))
    )
    return Grid(doc, table, tuple(columns), names, rows, texts)


def _figured(cells: list[str]) -> bool:
    """True when most cells hold a figure: they say something of a row, and do not name it."""
    told = [cell for cell in cells if not is_blank(cell)]
    return sum(any(c.isdigit() for c in cell) for cell in told) > _MOSTLY * len(told)


def _numbers_rows(cells: list[str]) -> bool:
    """True for 1, 2, 2, 3, …, whatever the column is called; a merged cell stands in many rows."""
    told = [cell for cell in dict.fromkeys(cells) if not is_total(cell)]
    return len(told) >= _ROWS and told == [str(n) for n in range(1, len(told) + 1)]


def _names(columns: list[Column], texts: tuple[tuple[str, ...], ...]) -> tuple[int, ...]:
    """The columns that name a row: those of words from the left, up to where no two rows agree."""
    chosen: list[int] = []
    skipped: int | None = None  # the first column, of values: 80—89周岁 | 每月60元
    for column in columns:
        cells = [row[column.at] for row in texts]
        if column.counter or _UNITS.fullmatch(column.name):
            continue
        counted = [cell for cell in cells if cell.isdigit()]
        if not chosen and not column.name and len(counted) > _MOSTLY * len(cells):
            continue  # a counting column without a name
        if column.valued:
            if chosen or columns[-1].at == column.at:
                break
            skipped = column.at if skipped is None else skipped
            continue
        if skipped is not None and not chosen and _figured(cells):
            return (skipped,)
        chosen.append(column.at)
        keys = [tuple(row[at] for at in chosen) for row in texts]
        if len(set(keys)) == len(keys):
            break
    if not chosen and columns:
        chosen = [0]
    return tuple(chosen)
