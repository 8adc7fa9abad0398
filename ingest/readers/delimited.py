"""Values parted by commas, semicolons or tabs (.csv): a head and its rows."""

from __future__ import annotations

import csv
import io

from ingest.readers import txt
from ingest.readers.page import Page
from ingest.readers.sheet import Sheet, write
from youju.errors import ReadError
from youju.records import ExtractedText

MAX_ROWS = 100_000
_MARKS = ",\t;，"
_SAMPLE = 50  # lines that show which mark parts the values


def read(data: bytes) -> ExtractedText:
    """The table, with `row` blocks. ReadError: undecodable, too large, or without any text."""
    text, encoding = txt.decode(data)
    if not text.strip():
        raise ReadError("文件里没有文字,请检查保存时是否出错")
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text.replace("\0", "")), delimiter=_mark(text)):
            if len(rows) == MAX_ROWS:
                raise ReadError(f"超过 {MAX_ROWS:,} 行的上限,请拆分后再加入")
            rows.append(row)
    except csv.Error as error:
        raise ReadError("表格的引号没有配对,请用 Excel 或 WPS 打开后另存") from error
    page = Page()
    write(page, Sheet("", rows))
    shown, blocks = page.finish()
    return ExtractedText(shown, encoding, blocks)


def _mark(text: str) -> str:
    """The mark that stands in the most lines, equally often in each."""
    lines = [line for line in text[:65536].splitlines()[:_SAMPLE] if line.strip()]

    def even(mark: str) -> tuple[int, int]:
        counts = [line.count(mark) for line in lines]
        most = max(set(counts), key=counts.count)
        return (counts.count(most) if most else 0, most)

    return max(_MARKS, key=even)
