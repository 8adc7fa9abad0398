"""Rich text (.rtf): control words to lines and table rows; nothing of it is ever run or opened.

Characters come as bytes of the font's code page or as numbers; hidden and deleted text, pictures,
comments and everything around the body are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.readers.page import Page
from ingest.serials import is_serial_line
from text.normalize import fold
from youju.errors import ReadError
from youju.records import ExtractedText

MAX_DEPTH = 1000
_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})?[ ]?"  # a control word
    rb"|\\'([0-9a-fA-F]{2})"  # a byte
    rb"|\\([^a-zA-Z'])"  # a control symbol
    rb"|([{}])"
    rb"|([^\\{}\r\n]+)"
)
_CHARSETS = {128: "cp932", 129: "cp949", 134: "gb18030", 136: "big5hkscs"}
_CODE_PAGES = {936: "gb18030", 54936: "gb18030", 950: "big5hkscs", 65001: "utf-8"}
_AROUND = frozenset(
    (  # noqa: SIM905  (a list of literals would fill the page)
        "colortbl stylesheet listtable listoverridetable revtbl rsidtbl generator info pict "
        "object footer footerl footerr footerf headerl headerr headerf annotation atnid atnauthor "
        "fldinst filetbl themedata colorschememapping latentstyles datastore xmlnstbl pgdsctbl "
        "pntext nonshppict bkmkstart bkmkend"
    ).split()
)
_KEPT = frozenset(("listtext", "shpinst", "shptxt", "shppict"))  # {\\* …} that hold text
_WORDS = {
    "tab": "\t", "line": "\n", "par": "\n", "sect": "\n", "page": "\n", "emdash": "—",
    "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”",
    "bullet": "•", "emspace": "\u2003", "enspace": "\u2002",
}  # fmt: skip
_SYMBOLS = {b"~": "\xa0", b"_": "-", b"\\": "\\", b"{": "{", b"}": "}", b"\n": "\n", b"\r": "\n"}
_CELL, _ROW_STARTS = "\x07", "\x1d"
_Row = tuple[tuple[int, ...], tuple[str, ...]]  # edges of the cells, how each is merged


@dataclass(slots=True)
class _State:
    """What a group inherits and its end undoes."""

    skips: bool = False
    hidden: bool = False
    encoding: str = "cp1252"
    stand_ins: int = 1  # characters that stand for a number where numbers are not known
    part: str = "body"  # body, fonts, header or footnote
    labels: bool = False  # within the number of a list's item


def read(data: bytes) -> ExtractedText:
    """The body's text, rows as blocks, then the footnotes. ReadError when there is no text."""
    parser = _Parser()
    parser.run(data)
    page = Page()
    for head in parser.lines("header"):
        if is_serial_line(fold(head)):
            _line(page, head)
    _write(page, parser.shown["body"])
    for note in parser.lines("footnote"):
        _line(page, note)
    text, blocks = page.finish()
    if not text.strip():
        raise ReadError("文档里没有文字,可能只有图片,请先做文字识别(OCR)")
    unread = (f"{parser.pictures} 张图片里的文字没有读入",) if parser.pictures else ()
    return ExtractedText(text, "rtf", blocks, unread=unread)


class _Parser:
    """Bytes → text with marks: a line break ends a paragraph, `_CELL` a cell, a tuple a row."""

    def __init__(self) -> None:
        self.pictures = 0
        self.shown: dict[str, list[str | _Row]] = {"body": [], "header": [], "footnote": []}
        self._states = [_State()]
        self._default = "cp1252"
        self._fonts: dict[int, str] = {}
        self._font = 0
        self._bytes = bytearray()
        self._skip = 0  # stand-ins still to come
        self._edges: list[int] = []
        self._merges: list[str] = []

    def run(self, data: bytes) -> None:
        """Read all of it; a file that is cut off gives what it holds."""
        opened = starred = False
        for token in _TOKEN.finditer(data):
            word, number, byte, symbol, brace, plain = token.groups()
            state = self._states[-1]
            if byte is None and plain is None:
                self._decode(state)
            if brace == b"{":
                if len(self._states) > MAX_DEPTH:
                    raise ReadError("嵌套过深,请用 Word 或 WPS 打开后另存为 docx")
                self._states.append(replace(state))
            elif brace == b"}":
                if len(self._states) > 1:
                    self._states.pop()
                    if state.part != self._states[-1].part and state.part != "fonts":
                        self.shown[state.part].append("\n")
            elif symbol == b"*" and opened:
                starred = True
                continue
            elif word is not None:
                name = word.decode()
                if opened and (name in _AROUND or (starred and name not in _KEPT)):
                    self.pictures += name == "pict" and not state.skips
                    state.skips = True
                self._word(name, int(number) if number else None, state)
            elif symbol is not None:
                self._add(_SYMBOLS.get(symbol, ""), state)
            elif byte is not None or plain is not None:
                self._take(bytes([int(byte, 16)]) if byte is not None else plain)
            opened = brace == b"{"
            starred = False
        self._decode(self._states[-1])

    def lines(self, part: str) -> list[str]:
        """What stands in the headers or footnotes."""
        return "".join(item for item in self.shown[part] if isinstance(item, str)).split("\n")

    def _take(self, raw: bytes) -> None:
        skipped = min(self._skip, len(raw))
        self._skip -= skipped
        self._bytes += raw[skipped:]

    def _decode(self, state: _State) -> None:
        if self._bytes:
            text = bytes(self._bytes).decode(state.encoding, "replace")
            self._bytes.clear()
            if "\ufffd" in text and not state.skips:
                raise ReadError("有无法解码的字符,请用 Word 或 WPS 打开后另存为 docx")
            self._add(text, state)

    def _add(self, text: str, state: _State) -> None:
        if text and not state.skips and not state.hidden and state.part != "fonts":
            self.shown[state.part].append(text)

    def _word(self, word: str, number: int | None, state: _State) -> None:
        if word == "u" and number is not None:
            self._add(chr(number & 0xFFFF), state)
            self._skip = state.stand_ins
        elif word == "ansicpg" and number is not None:
            self._default = state.encoding = _CODE_PAGES.get(number, "cp1252")
        elif word == "fonttbl":
            state.part = "fonts"
        elif word == "f" and number is not None:
            self._font, state.encoding = number, self._fonts.get(number) or self._default
        elif word == "fcharset" and state.part == "fonts":
            self._fonts[self._font] = _CHARSETS.get(number or 0, "")
        elif word in ("header", "footnote"):
            state.part = word
        elif word in ("v", "deleted"):
            state.hidden = number != 0
        elif word == "plain":
            state.hidden = False
        elif word == "uc" and number is not None:
            state.stand_ins = max(0, min(number, 8))
        elif word == "bin" and number:
            raise ReadError("含有二进制数据,请用 Word 或 WPS 打开后另存为 docx")
        elif word == "listtext":
            state.labels = True
        elif word in _WORDS:
            self._add(" " if state.labels else _WORDS[word], state)
        elif state.part == "body" and not state.skips:
            self._table_word(word, number)

    def _table_word(self, word: str, number: int | None) -> None:
        if word == "trowd":
            self._edges, self._merges = [], []
            self.shown["body"].append(_ROW_STARTS)
        elif word in ("clvmrg", "clmrg"):
            self._merges += [""] * (len(self._edges) - len(self._merges))
            self._merges.append("above" if word == "clvmrg" else "left")
        elif word == "cellx" and number is not None:
            self._edges.append(number)
            self._merges += [""] * (len(self._edges) - len(self._merges))
        elif word == "cell":
            self.shown["body"].append(_CELL)
        elif word == "row":
            self.shown["body"].append((tuple(self._edges), tuple(self._merges)))


# --- writing -------------------------------------------------------------------------------------


def _write(page: Page, shown: Sequence[str | _Row]) -> None:
    """Lines and tables in order; between two rows stands nothing."""
    rows: list[tuple[list[str], _Row]] = []
    cells: list[str] = []
    pending: list[str] = []
    for item in [*shown, _ROW_STARTS]:
        if isinstance(item, tuple):
            rows.append((cells, item))
            cells, pending = [], []
        elif item == _CELL:
            cells.append("".join(pending))
            pending = []
        elif item != _ROW_STARTS:
            pending.append(item)
        elif not cells:  # a row repeats its shape before it ends
            if "".join(pending).strip():
                _table(page, rows)
                rows = []
            for line in _whole("".join(pending)).split("\n"):
                _line(page, line)
            pending = []
    _table(page, rows)


def _line(page: Page, line: str) -> None:
    if line.strip():
        page.text(_whole(line).rstrip().removeprefix(" "), keep_space=True)
        page.line()


def _table(page: Page, rows: Sequence[tuple[list[str], _Row]]) -> None:
    if not rows:
        return
    grid = sorted({edge for _, (edges, _) in rows for edge in edges})
    columns = {edge: i for i, edge in enumerate(grid)}
    placed = [list(_placed(cells, row, columns)) for cells, row in rows]
    below: dict[int, int] = {}
    depths: list[dict[int, int]] = []
    for row in reversed(placed):
        reach = {column: 1 + below.get(column, 0) for column, _, _, _ in row}
        below = {column: reach[column] for column, _, _, goes_on in row if goes_on}
        depths.append(reach)
    page.table_starts()
    for row, reach in zip(placed, reversed(depths), strict=True):
        page.row_starts()
        for column, span, text, goes_on in row:
            if not goes_on:
                page.cell_starts(columns=span, rows=reach[column], heads=False)
                page.text(_whole(text))
                page.cell_ends()
        page.row_ends()
    page.table_ends()


def _placed(
    cells: Sequence[str], row: _Row, columns: dict[int, int]
) -> Iterator[tuple[int, int, str, bool]]:
    """(column, columns, text, whether it goes on from above) of a row's cells."""
    edges, merges = row
    at = 0
    for i, text in enumerate(cells):
        end = columns[edges[i]] + 1 if i < len(edges) else at + 1
        merged = merges[i] if i < len(merges) else ""
        yield at, max(1, end - at), text, merged == "above"
        at = max(at + 1, end)


def _whole(text: str) -> str:
    """The halves of characters beyond the first plane put together; lone ones dropped."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
