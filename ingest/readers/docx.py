"""Word documents (.docx): what a reader of the printed body sees, one paragraph per line.

Automatic numbers are written out, tables are rows with their merged cells, tracked deletions and
hidden text are left out, as are page headers (but for a 文号), footers and comments. Footnotes and
endnotes follow the body.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ingest.readers import package
from ingest.readers.numbering import Numbering, W, chain, numbering
from ingest.readers.page import Page
from ingest.serials import is_serial_line
from text.normalize import fold
from youju.errors import ReadError, Unrecognised
from youju.records import ExtractedText

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_NUMBERING = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/numbering"
_STYLES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles"
_NOTES = tuple(
    f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"
    for kind in ("footnotes", "endnotes")
)
_COMMENTS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
_HEADER = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/header"
_PICTURE = "{http://schemas.openxmlformats.org/drawingml/2006/main}blip"
_OLD_PICTURE = "{urn:schemas-microsoft-com:vml}imagedata"
_OBJECT = "{urn:schemas-microsoft-com:office:office}OLEObject"
_PICTURES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp")
_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}chart"
# Elements that only wrap what they hold.
_WRAPPERS = frozenset(
    f"{W}{name}"
    for name in (
        "sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag", "hyperlink", "fldSimple",
        "bdo", "dir", "ruby", "rubyBase",
    )
)  # fmt: skip
_CELL_LIMIT = 800  # a longer cell with paragraphs of its own lays out a page and holds no value
_NO_BREAKS = str.maketrans("\n\r", "  ")  # in Word's text a line break is white space
_OFF = ("0", "false", "off", "none")
_DAMAGED = "不是能识别的 Word 文档(内容已损坏或不是 docx 格式),请用 Word 或 WPS 打开后另存为 docx"


def read(data: bytes) -> ExtractedText:
    """The text of the document's body, with `row` and `heading` blocks.

    ReadError: no Word document, damaged, encrypted, unsafe to unpack, or without any text.
    """
    package.check(data)
    try:
        extracted = _extract(data)
    except Exception as error:  # the library raises whatever its parsers raise
        raise ReadError(_DAMAGED) from error
    if not extracted.text.strip():
        if pictures(data):
            raise Unrecognised("文档里只有图片,没有做文字识别")
        raise ReadError(f"文档里没有文字({'、'.join(extracted.unread) or '是空白文档'})")
    return extracted


def pictures(data: bytes) -> list[bytes]:
    """The pictures of a document that `read` has passed, in the order of their names."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = sorted(n for n in archive.namelist() if n.lower().endswith(_PICTURES))
        return [archive.read(name) for name in names if name.startswith("word/media/")]


def _extract(data: bytes) -> ExtractedText:
    from docx import Document

    document = Document(io.BytesIO(data))
    styles = _root(document.part, _STYLES)
    by_id = (
        {e.get(f"{W}styleId"): e for e in styles.findall(f"{W}style")} if styles is not None else {}
    )
    writer = _Writer(numbering(_root(document.part, _NUMBERING), styles), _headings(by_id))
    body = document.element.body
    for serial in _serials(document.part):
        writer.page.text(serial, keep_space=True)
        writer.page.line()
    writer.blocks(body)
    notes = [note for part in _NOTES for note in _notes(document.part, part)]
    for note in notes:
        writer.blocks(note)
    text, blocks = writer.page.finish()
    title = " ".join((document.core_properties.title or "").split()) or None
    unread = _unread(document.part, body)
    return ExtractedText(text=text, encoding="docx", blocks=blocks, title=title, unread=unread)


def _serials(part: Any) -> list[str]:
    """The 文号 that stand in page headers: letterheads are often made so."""
    found: list[str] = []
    for related in part.rels.values():
        if related.reltype != _HEADER or related.is_external:
            continue
        for paragraph in _element(related.target_part).iter(f"{W}p"):
            line = "".join(text.text or "" for text in paragraph.iter(f"{W}t")).strip()
            if is_serial_line(fold(line)) and line not in found:
                found.append(line)
    return found


def _notes(part: Any, relation: str) -> list[Any]:
    """The notes that somebody wrote; the rules between text and notes have a type."""
    root = _root(part, relation)
    return [] if root is None else [note for note in root if note.get(f"{W}type") is None]


def _unread(part: Any, body: Any) -> tuple[str, ...]:
    """What the file holds beside its text."""
    pictures = sum(1 for _ in body.iter(_PICTURE, _OLD_PICTURE))
    objects = sum(1 for _ in body.iter(_OBJECT))
    charts = sum(1 for _ in body.iter(_CHART))
    pictures = max(0, pictures - objects)  # an object is shown by a picture of it
    comments = _root(part, _COMMENTS)
    found = (
        (pictures, f"{pictures} 张图片里的文字没有读入"),
        (objects, f"{objects} 个嵌入的对象(表格、公式或附件)没有读入,请打开后另存为单独的文件"),
        (charts, f"{charts} 个图表没有读入"),
        (comments is not None and len(comments), "批注没有读入"),
    )
    return tuple(reason for count, reason in found if count)


def _root(part: Any, relation: str) -> Any | None:
    """The root element of a related part, or None when there is none."""
    try:
        related = part.part_related_by(relation)
    except KeyError:
        return None
    return _element(related)


def _element(part: Any) -> Any:
    """The root element of a part, whether or not the library knows its kind."""
    element = getattr(part, "element", None)
    if element is None:
        from docx.oxml import parse_xml

        element = parse_xml(part.blob)
    return element


def _headings(by_id: dict[str, Any]) -> frozenset[str]:
    """Names of the paragraph styles that have an outline level."""
    found = set()
    for name in by_id:
        for element in chain(name, by_id):
            level = element.find(f"{W}pPr/{W}outlineLvl")
            if level is not None:
                if level.get(f"{W}val") != "9":  # 9 is body text
                    found.add(name)
                break
    return frozenset(found)


@dataclass(slots=True)
class _Writer:
    """Walks the document's elements in order and writes them on a page."""

    numbers: Numbering
    heading_styles: frozenset[str]
    page: Page = field(default_factory=Page)
    fields: list[bool] = field(default_factory=list)  # open fields; True while in the instruction
    boxes: list[Any] = field(default_factory=list)  # text boxes met within the paragraph

    def blocks(self, parent: Any) -> None:
        """Paragraphs and tables below `parent`."""
        for element in _unwrapped(parent):
            if element.tag == f"{W}p":
                self._paragraph(element)
            elif element.tag == f"{W}tbl":
                if _holds_values(element):
                    self._table(element)
                else:
                    for row in _rows(element):
                        for cell in _cells(row):
                            self.blocks(cell)

    def _paragraph(self, element: Any) -> None:
        properties = element.find(f"{W}pPr")
        named = properties.find(f"{W}pStyle") if properties is not None else None
        style = named.get(f"{W}val") if named is not None else None
        runs_on = _has_mark(properties, "del") or _has_mark(properties, "moveFrom")
        is_heading = not runs_on and self._is_heading(properties, style)
        if is_heading:
            self.page.heading_starts()
        # A deleted paragraph mark joins what is left with the next paragraph, which has the number.
        if not runs_on:
            self._text(self.numbers.label(properties, style))
        self._inline(element)
        # An instruction ends with its paragraph: a field that was never closed hides no more.
        self.fields = [False for _ in self.fields]
        if is_heading:
            self.page.heading_ends()
        elif not runs_on:
            self.page.line()
        boxes, self.boxes = self.boxes, []
        for box in boxes:
            self.page.line()
            self.blocks(box)

    def _is_heading(self, properties: Any | None, style: str | None) -> bool:
        own = properties.find(f"{W}outlineLvl") if properties is not None else None
        if own is not None:
            return own.get(f"{W}val") != "9"
        return style in self.heading_styles

    def _inline(self, parent: Any) -> None:
        """The visible text of a paragraph's children."""
        for element in _unwrapped(parent):
            tag = element.tag
            if tag == f"{W}r":
                if not _is_hidden(element):
                    self._run(element)
            elif tag in (f"{_MATH}oMath", f"{_MATH}oMathPara"):
                for part in element.iter(f"{_MATH}t", f"{W}t"):
                    self._text(part.text or "")

    def _run(self, run: Any) -> None:
        for element in _unwrapped(run):
            tag = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
            if tag == "fldChar":
                self._field(element.get(f"{W}fldCharType"))
            elif any(self.fields):
                continue
            elif tag == "t":
                self._text((element.text or "").translate(_NO_BREAKS))
            elif tag in ("tab", "ptab"):
                self._text("\t")
            elif tag in ("br", "cr"):
                self.page.line()
            elif tag == "noBreakHyphen":
                self._text("-")
            elif tag == "sym":
                self._text(_symbol(element.get(f"{W}char") or ""))
            elif tag in ("drawing", "pict", "object"):
                self.boxes += element.iter(f"{W}txbxContent")
            elif tag == "r":  # ruby text holds runs of its own
                self._run(element)

    def _field(self, kind: str | None) -> None:
        """A field shows its result: what stands between its separator and its end."""
        if kind == "begin":
            self.fields.append(True)
        elif kind == "separate" and self.fields:
            self.fields[-1] = False
        elif kind == "end" and self.fields:
            self.fields.pop()

    def _text(self, text: str) -> None:
        if text:
            self.page.text(text, keep_space=True)

    def _table(self, table: Any) -> None:
        self.page.table_starts()
        rows = [_placed(row) for row in _rows(table)]
        depths = _depths(rows)
        merged: set[int] = set()  # columns in which the row above belongs to a merged cell
        for row, cells, reach in zip(_rows(table), rows, depths, strict=True):
            self.page.row_starts()
            heads = _is_on(row.find(f"{W}trPr/{W}tblHeader"))
            for column, columns, cell in cells:
                if cell is not None and _continues(cell) and column in merged:
                    continue
                self.page.cell_starts(columns=columns, rows=reach.get(column, 1), heads=heads)
                if cell is not None:
                    self.blocks(cell)
                self.page.cell_ends()
            self.page.row_ends()
            merged = {c for c, _, cell in cells if cell is not None and _merges(cell)}
        self.page.table_ends()


# --- elements ------------------------------------------------------------------------------------


def _unwrapped(parent: Any) -> Iterator[Any]:
    """The children, wrappers opened; of alternatives the first; nothing that was deleted."""
    for element in parent:
        if element.tag in _WRAPPERS:
            yield from _unwrapped(element)
        elif element.tag == f"{_MC}AlternateContent":
            yield from _unwrapped(element[0] if len(element) else ())
        else:
            yield element


def _has_mark(properties: Any | None, name: str) -> bool:
    return properties is not None and properties.find(f"{W}rPr/{W}{name}") is not None


def _is_hidden(run: Any) -> bool:
    return _is_on(run.find(f"{W}rPr/{W}vanish"))


def _is_on(flag: Any | None) -> bool:
    return flag is not None and (flag.get(f"{W}val") or "1").lower() not in _OFF


def _symbol(code: str) -> str:
    """A character of a symbol font; private ones show as a bullet, as in a list."""
    try:
        char = chr(int(code, 16))
    except (ValueError, OverflowError):
        return ""
    if "\ue000" <= char <= "\uf8ff":
        return "•"
    return char if char.isprintable() else ""


def _rows(table: Any) -> list[Any]:
    """Rows that were not deleted."""
    return [
        row
        for row in _unwrapped(table)
        if row.tag == f"{W}tr" and row.find(f"{W}trPr/{W}del") is None
    ]


def _cells(row: Any) -> list[Any]:
    return [
        cell
        for cell in _unwrapped(row)
        if cell.tag == f"{W}tc" and cell.find(f"{W}tcPr/{W}cellDel") is None
    ]


def _placed(row: Any) -> list[tuple[int, int, Any | None]]:
    """(column, columns, cell) of a row; what is skipped before and after is an empty cell."""
    cells: list[tuple[int, int, Any | None]] = []
    column = 0
    before, after = (
        _count(row.find(f"{W}trPr/{W}{name}"), 0) for name in ("gridBefore", "gridAfter")
    )
    if before:
        cells.append((0, before, None))
        column = before
    for cell in _cells(row):
        columns = max(1, _count(cell.find(f"{W}tcPr/{W}gridSpan"), 1))
        cells.append((column, columns, cell))
        column += columns
    if after:
        cells.append((column, after, None))
    return cells


def _depths(rows: list[list[tuple[int, int, Any | None]]]) -> list[dict[int, int]]:
    """For each row: column → number of rows that the cell there reaches down."""
    found: list[dict[int, int]] = []
    below: dict[int, int] = {}  # column → rows that go on from above
    for cells in reversed(rows):
        depths = {column: 1 + below.get(column, 0) for column, _, _ in cells}
        below = {c: depths[c] for c, _, cell in cells if cell is not None and _continues(cell)}
        found.append(depths)
    return found[::-1]


def _merges(cell: Any) -> bool:
    return cell.find(f"{W}tcPr/{W}vMerge") is not None


def _continues(cell: Any) -> bool:
    """True when a cell only goes on from the one above."""
    merge = cell.find(f"{W}tcPr/{W}vMerge")
    return merge is not None and merge.get(f"{W}val") != "restart"


def _count(element: Any | None, default: int) -> int:
    value = (element.get(f"{W}val") if element is not None else None) or ""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 6 else default


def _holds_values(table: Any) -> bool:
    """True for an innermost table with more than one cell that is no layout of a page."""
    if next(table.iterdescendants(f"{W}tbl"), None) is not None:
        return False
    cells = [cell for row in _rows(table) for cell in _cells(row)]
    if len(cells) < 2:
        return False
    for cell in cells:
        length = sum(len(text.text or "") for text in cell.iter(f"{W}t"))
        if length > _CELL_LIMIT and len(cell.findall(f"{W}p")) > 2:
            return False
    return True
