"""Workbooks (.xlsx, .xls): every visible sheet with its tables; values as the cells show them."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any

from ingest.readers import package
from ingest.readers.page import Page
from ingest.readers.sheet import MAX_COLUMNS, Sheet, write
from youju.errors import ReadError
from youju.records import ExtractedText

MAX_ROWS = 100_000
MAX_CELLS = 2_000_000
_DAMAGED = "工作簿内容已损坏,请用 Excel 或 WPS 打开后另存为 xlsx"
_OLE = b"\xd0\xcf\x11\xe0"
# A formula without a value beside it: written by a program that does not calculate.
_UNCALCULATED = re.compile(
    rb"</f>\s{0,8}(?:<v\s{0,8}/>|<v>\s{0,8}</v>)?\s{0,8}</c>"
    rb"|<f[^>]{0,200}/>\s{0,8}</c>"
)
_DECIMALS = re.compile(r"\.([0#]+)")
_NO_TEXT = re.compile(r'"[^"]{0,255}"|\\.|\[[^\]]{0,255}\]|_.|\*.')  # no format is longer
_DATE_PARTS = re.compile(r"y+|m+|d+", re.I)


def read(data: bytes) -> ExtractedText:
    """The visible sheets' lines and tables, with `row` blocks.

    ReadError: damaged, encrypted, unsafe to unpack, too large, or without any text.
    """
    unread: list[str] = []
    found = sheets(data, unread)
    filled = [sheet for sheet in found if any(text.strip() for row in sheet.cells for text in row)]
    page = Page()
    for sheet in filled:
        if len(filled) > 1:
            page.heading_starts()
            page.text(sheet.name)
            page.heading_ends()
        write(page, sheet)
    text, blocks = page.finish()
    if not text.strip():
        raise ReadError("工作簿里没有文字" + (f"({'；'.join(unread)})" if unread else ""))
    return ExtractedText(
        text, "xls" if data.startswith(_OLE) else "xlsx", blocks, unread=tuple(unread)
    )


def sheets(data: bytes, unread: list[str]) -> list[Sheet]:
    """The visible sheets, cells as they are shown; what is left out is told in `unread`.

    ReadError: damaged, encrypted, unsafe to unpack or too large.
    """
    try:
        return list(_old(data, unread) if data.startswith(_OLE) else _new(data, unread))
    except ReadError:
        raise
    except Exception as error:  # the libraries raise whatever their parsers raise
        raise ReadError(_DAMAGED) from error


def _new(data: bytes, unread: list[str]) -> Iterator[Sheet]:
    package.check(data)
    _missing(data, unread)
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    comments = 0
    hidden = []
    cells = 0
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            hidden.append(sheet.title)
            continue
        # Only cells that say something count: formats often reach to the last row there is.
        filled = {at: cell for at, cell in sheet._cells.items() if cell.value is not None}
        comments += sum(cell.comment is not None for cell in sheet._cells.values())
        height = max((row for row, _ in filled), default=0)
        width = min(max((column for _, column in filled), default=0), MAX_COLUMNS)
        cells += _checked(height, width)
        if cells > MAX_CELLS:
            raise ReadError(f"单元格超过 {MAX_CELLS:,} 个的上限,请拆分后再加入")
        rows = [[""] * width for _ in range(height)]
        for (row, column), cell in filled.items():
            if column <= width:
                rows[row - 1][column - 1] = shown(cell.value, cell.number_format)
        areas = [
            (area.min_row - 1, area.min_col - 1, area.max_row, area.max_col)
            for area in sheet.merged_cells.ranges
        ]
        yield Sheet(sheet.title, rows, _merged(areas, height, width))
    if book.chartsheets:
        unread.append("图表工作表没有读入")
    _hidden(hidden, unread)
    if comments:
        unread.append(f"{comments} 条批注没有读入")


def _old(data: bytes, unread: list[str]) -> Iterator[Sheet]:
    import xlrd

    try:
        book = xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=io.StringIO())
    except xlrd.XLRDError as error:
        if "encrypt" in str(error).lower() or "password" in str(error).lower():
            raise ReadError("工作簿已加密,请用 Excel 或 WPS 打开,取消密码后另存") from error
        raise
    hidden = []
    for sheet in book.sheets():
        if sheet.visibility:
            hidden.append(sheet.name)
            continue
        _checked(sheet.nrows, sheet.ncols)
        rows = [[_old_cell(book, cell) for cell in sheet.row(i)] for i in range(sheet.nrows)]
        areas = [(top, left, end, right) for top, end, left, right in sheet.merged_cells]
        yield Sheet(sheet.name, rows, _merged(areas, sheet.nrows, sheet.ncols))
    _hidden(hidden, unread)


def _old_cell(book: Any, cell: Any) -> str:
    import xlrd

    form = book.format_map[book.xf_list[cell.xf_index].format_key].format_str
    value: Any = cell.value
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            value = xlrd.xldate_as_datetime(cell.value, book.datemode)
        except (ValueError, OverflowError):
            value = cell.value
    elif cell.ctype == xlrd.XL_CELL_BOOLEAN:
        value = bool(cell.value)
    elif cell.ctype == xlrd.XL_CELL_ERROR:
        value = xlrd.error_text_from_code.get(cell.value, "")
    return shown(value, form)


def _checked(rows: int, columns: int) -> int:
    if rows > MAX_ROWS:
        raise ReadError(f"工作表有 {rows:,} 行,超过 {MAX_ROWS:,} 行的上限,请拆分后再加入")
    return rows * columns


def _merged(
    areas: Sequence[tuple[int, int, int, int]], height: int, width: int
) -> dict[tuple[int, int], tuple[int, int]]:
    """First cell → (rows, columns) of each merged area within the sheet."""
    found = {}
    left_over = MAX_CELLS  # areas of a sound file do not overlap
    for top, left, end, right in areas:
        rows, columns = min(end, height) - top, min(right, width) - left
        if rows > 0 and columns > 0 and rows * columns <= left_over:
            left_over -= rows * columns
            found[top, left] = (rows, columns)
    return found


def _hidden(names: Sequence[str], unread: list[str]) -> None:
    if names:
        unread.append(f"隐藏的工作表没有读入:{'、'.join(names[:8])}")


def _missing(data: bytes, unread: list[str]) -> None:
    """Note what a sheet holds beside its cells."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        names = book.namelist()
        sheets = [name for name in names if name.startswith("xl/worksheets/sheet")]
        bare = sum(len(_UNCALCULATED.findall(book.read(name))) for name in sheets)
    if bare:
        unread.append(f"{bare} 个公式没有存下计算结果,请用 Excel 或 WPS 打开后重新保存")
    if any(name.startswith("xl/media/") for name in names):
        unread.append("图片里的文字没有读入")


# --- values --------------------------------------------------------------------------------------


def shown(value: Any, form: str) -> str:
    """A value as the cell shows it, by its number format: 0.85 as 85%, a date in its parts."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, dt.datetime | dt.date):
        return _date(value, form)
    if isinstance(value, dt.time):
        return value.strftime("%H:%M")
    if isinstance(value, int | float):
        return _number(value, form)
    return str(value)


def _number(value: float, form: str) -> str:
    plain = _NO_TEXT.sub("", form.split(";")[0])
    literal = "".join(re.findall(r'"([^"]*)"', form.split(";")[0]))
    found = _DECIMALS.search(plain)
    places = len(found.group(1)) if found else 0
    if "%" in plain:
        percent = float(f"{value * 100:.10g}")
        return f"{percent:.{places}f}%" if found or percent == int(percent) else f"{percent:.0f}%"
    if "0" in plain and "E" not in plain.upper() and "/" not in plain and plain != "General":
        thousands = "," if "," in plain else ""
        text = f"{value:{thousands}.{places}f}"
        if found and "#" in found.group(1):
            text = text.rstrip("0").rstrip(".")
        return text + (literal if form.rstrip().endswith(f'"{literal}"') else "")
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else f"{value:.11g}"


def _date(value: dt.date, form: str) -> str:
    plain = _NO_TEXT.sub("", form).lower()
    kinds = {part[0] for part in _DATE_PARTS.findall(plain.split("h")[0])}
    year, month, day = value.year, value.month, value.day
    if "年" in form or "月" in form:
        parts = ((f"{year}年", "y"), (f"{month}月", "m"), (f"{day}日", "d"))
        return "".join(text for text, kind in parts if kind in kinds) or f"{year}年{month}月{day}日"
    time = ""
    if isinstance(value, dt.datetime) and "h" in plain:
        time = value.strftime(" %H:%M")
    mark = "/" if "/" in plain else "." if "." in plain else "-"
    width = "02d" if "mm" in plain else "d"
    numbers = [f"{year}", f"{month:{width}}", f"{day:{width}}"]
    kept = [n for n, kind in zip(numbers, "ymd", strict=True) if kind in kinds] or numbers
    return mark.join(kept) + time
