"""A spreadsheet that somebody hands in (.xlsx, .xls, .csv) → its columns and rows of text."""

from __future__ import annotations

import csv
import io
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from text.normalize import fold, squeeze
from youju.errors import InputError, ReadError

SUFFIXES = (".xlsx", ".xls", ".csv", ".tsv")
_PACKAGES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # a workbook's first bytes, new and old
_MARKS = ",\t;"
_MOST_ROWS = 100_000
_WIDEST = 100  # columns


@dataclass(frozen=True, slots=True)
class Line:
    """A row with its number in the sheet, counted from 1 as a spreadsheet shows it."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """The rows that hold something; `name` is the file's, for messages."""

    name: str
    lines: tuple[Line, ...]


def read(path: Path, most_bytes: int) -> Grid:
    """The first sheet that holds something. Raises InputError with the file's name."""
    try:
        size = path.stat().st_size
        if size > most_bytes:
            raise InputError(
                f"表格 {path.name} 有 {size / 2**20:.1f} MB，超过上限 {most_bytes / 2**20:g} MB，"
                "请拆分后再试。"
            )
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"无法读取表格 {path.name}，请检查路径和权限。") from error
    try:
        rows = _workbook(data) if data.startswith(_PACKAGES) else _delimited(data)
    except ReadError as error:
        raise InputError(f"表格 {path.name} 无法读取：{str(error).rstrip('。')}。") from error
    cells = (
        (number, tuple(cell.strip() for cell in row[:_WIDEST]))
        for number, row in enumerate(rows, 1)
    )
    lines = tuple(Line(number, row) for number, row in cells if any(row))
    if not lines:
        raise InputError(f"表格 {path.name} 是空的，请填好后再试。")
    return Grid(path.name, lines)


def column(head: Sequence[str], *names: str) -> int | None:
    """The place of the first heading that is one of `names`, white space and width apart."""
    wanted = {_folded(name) for name in names}
    return next((at for at, cell in enumerate(head) if _folded(cell) in wanted), None)


def _folded(text: str) -> str:
    return squeeze(fold(text)).lower()


def _workbook(data: bytes) -> Sequence[Sequence[str]]:
    from ingest.readers import workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what the library says in English of a strange workbook
        found = workbook.sheets(data, [])
    for sheet in found:
        if any(cell.strip() for row in sheet.cells for cell in row):
            return sheet.cells
    return ()


def _delimited(data: bytes) -> Sequence[Sequence[str]]:
    """Values parted by the mark that parts the headings; a question may hold commas."""
    from ingest.readers import txt

    text, _ = txt.decode(data)
    text = text.replace("\0", "")
    head = next((line for line in text.split("\n") if line.strip()), "")
    mark = max(_MARKS, key=head.count)
    if mark not in head:
        mark = "\x1f"  # nothing parts anything: one column
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=mark):
            if len(rows) == _MOST_ROWS:
                raise ReadError(f"超过 {_MOST_ROWS:,} 行的上限，请拆分后再试")
            rows.append(row)
    except csv.Error as error:
        raise ReadError("引号没有配对，请用 Excel 或 WPS 打开后另存") from error
    return rows
