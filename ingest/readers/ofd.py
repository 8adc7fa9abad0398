"""OFD files (GB/T 33190), the format of electronic official documents: a zip of XML pages.

A page holds text objects: a box, a font size, and how far each character stands from the one
before. They become pieces of text on the page, and those paragraphs as in a PDF.
"""

from __future__ import annotations

import io
import math
import posixpath
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from xml.etree import ElementTree

from ingest.readers import package
from ingest.readers.pdf_layout import Piece, paragraphs
from youju.errors import ReadError
from youju.records import ExtractedText

MAX_PAGES = 3000
MAX_CHARACTERS = 8_000_000
_POINTS = 72 / 25.4  # in a millimetre
_WIDE = "\u2e80"  # from here on characters are as wide as they are high
_WIDE_GAP = 1.8  # font sizes; a wider gap separates cells, whatever spaces stand in it
_CELL_GAP = 0.6  # font sizes; a wider gap without a space separates cells
_WORD_GAP = 0.25  # font sizes; a wider gap between letters is a space
_DEPTH = 20  # of templates and blocks within each other
_LONGEST = 2000  # characters of a piece
_DAMAGED = "OFD 结构已损坏或不完整,请重新下载,或用 OFD 阅读器打开后另存"
_EMPTY = "OFD 里没有页面,请重新下载,或用 OFD 阅读器打开后另存"

_Matrix = tuple[float, float, float, float, float, float]


def read(data: bytes) -> ExtractedText:
    """The text of all pages, one paragraph per line, with a `page` block per page.

    ReadError: damaged, unsafe to unpack, without pages, or without any text.
    """
    package.check(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            book = _Book(archive)
            pages = [_joined(page) for page in book.pages()]
            attached = book.attachments()
    except ReadError:
        raise
    except (ElementTree.ParseError, KeyError, ValueError, OverflowError, RecursionError) as error:
        raise ReadError(_DAMAGED) from error
    if not pages:
        raise ReadError(_EMPTY)
    text, blocks, _ = paragraphs(pages)
    if not text.strip():
        raise ReadError("OFD 的页面是图片,没有文字,请用 OFD 阅读器另存为 pdf 后做文字识别(OCR)")
    unread = (f"附件没有读入:{'、'.join(attached[:8])}",) if attached else ()
    return ExtractedText(text, "ofd", blocks, unread=unread)


class _Book:
    """The parts of a package, found as they name each other."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._names = {name.lstrip("/").lower(): name for name in archive.namelist()}
        self._left = MAX_CHARACTERS
        self._roots = [
            _text(root) for root in self._xml("OFD.xml").iter() if _tag(root) == "DocRoot"
        ]

    def pages(self) -> Iterator[list[Piece]]:
        """The pieces of every page, in order."""
        number = 0
        for root in self._roots:
            document = self._xml(root)
            templates = {
                element.get("ID", ""): _beside(root, element.get("BaseLoc", ""))
                for element in document.iter()
                if _tag(element) == "TemplatePage"
            }
            for element in document.iter():
                if _tag(element) != "Page":
                    continue
                number += 1
                if number > MAX_PAGES:
                    raise ReadError(f"OFD 超过 {MAX_PAGES} 页的上限,请拆分后再加入")
                yield list(self._page(_beside(root, element.get("BaseLoc", "")), templates))

    def attachments(self) -> list[str]:
        """Names of the files that are attached."""
        names = []
        for root in self._roots:
            for element in self._xml(root).iter():
                if _tag(element) != "Attachments" or not _text(element):
                    continue
                for one in self._xml(_beside(root, _text(element))).iter():
                    if _tag(one) == "Attachment" and one.get("Visible", "true") != "false":
                        names.append(one.get("Name") or one.get("ID") or "?")
        return names

    def _page(self, path: str, templates: dict[str, str], depth: int = 0) -> Iterator[Piece]:
        page = self._xml(path)
        for element in page:
            template = templates.get(element.get("TemplateID", ""))
            if _tag(element) == "Template" and template and depth == 0:
                yield from self._page(template, {}, depth + 1)
        for content in page:
            if _tag(content) == "Content":
                for element in _visible(content, 0):
                    yield from self._pieces(element)

    def _pieces(self, element: ElementTree.Element) -> Iterator[Piece]:
        left, top, *_ = _numbers(element.get("Boundary"), 4) or [0.0, 0.0]
        found = _numbers(element.get("CTM"), 6)
        matrix = tuple(found) if found else (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
        size = float(element.get("Size") or 0) or 3.0
        x = y = 0.0
        for code in element:
            if _tag(code) != "TextCode":
                continue
            text = code.text or ""
            self._left -= len(text)
            if self._left < 0:
                raise ReadError(f"OFD 的文字超过 {MAX_CHARACTERS:,} 字的上限,请拆分后再加入")
            x, y = float(code.get("X") or x), float(code.get("Y") or y)
            steps = zip(
                text,
                _steps(code.get("DeltaX"), len(text)),
                _steps(code.get("DeltaY"), len(text)),
                strict=True,
            )
            characters = list(_characters(steps, (x, y), size, matrix, (left, top)))  # type: ignore[arg-type]
            yield from [_stacked(characters)] if _is_stack(characters) else characters

    def _xml(self, path: str) -> ElementTree.Element:
        name = self._names.get(path.lstrip("/").lower())
        if name is None:
            raise ReadError(_EMPTY if path != "OFD.xml" else _DAMAGED)
        return ElementTree.fromstring(self._archive.read(name))


def _visible(parent: ElementTree.Element, depth: int) -> Iterator[ElementTree.Element]:
    """Text objects below layers and blocks, in order."""
    for element in parent:
        if element.get("Visible") == "false":
            continue
        if _tag(element) == "TextObject":
            yield element
        elif _tag(element) in ("Layer", "PageBlock") and depth < _DEPTH:
            yield from _visible(element, depth + 1)


def _characters(
    steps: Iterator[tuple[str, float | None, float | None]],
    start: tuple[float, float],
    size: float,
    matrix: _Matrix,
    corner: tuple[float, float],
) -> Iterator[Piece]:
    """A piece per character, in points from the upper left corner of the page."""
    x, y = start
    a, b, c, d, e, f = matrix
    scale = math.hypot(c, d) or 1.0
    space = ""  # what stands before the next character
    for char, across, down in steps:
        width = size if char >= _WIDE else size / 2
        if char.strip():
            left = corner[0] + a * x + c * y + e
            base = corner[1] + b * x + d * y + f
            high = size * scale
            wide = min(width, across) if across and across > 0 else width
            right = left + (math.hypot(a, b) or 1.0) * wide
            yield Piece(
                left * _POINTS,
                right * _POINTS,
                (base - 0.88 * high) * _POINTS,
                (base + 0.12 * high) * _POINTS,
                space + char,
                high * _POINTS,
            )
            space = ""
        else:
            space = " "
        x += width if across is None else across
        y += down or 0.0


def _is_stack(characters: Sequence[Piece]) -> bool:
    """True for text that is written downwards, one character below the other."""
    if len(characters) < 3:
        return False
    lefts, tops = [p.left for p in characters], [p.top for p in characters]
    em = max(p.size for p in characters)
    return max(lefts) - min(lefts) < em and max(tops) - min(tops) > 1.5 * em


def _stacked(characters: Sequence[Piece]) -> Piece:
    first = characters[0]
    return replace(first, text="".join(p.text for p in characters))


def _joined(characters: Sequence[Piece]) -> list[Piece]:
    """Characters that stand side by side as pieces; one drawn twice to look bold only once."""
    rows: list[list[Piece]] = []
    for one in sorted(characters, key=lambda p: (p.bottom, p.left)):
        row = rows[-1] if rows else None
        if row and one.bottom - row[0].bottom < 0.4 * min(one.size, row[0].size):
            row.append(one)
        else:
            rows.append([one])
    out: list[Piece] = []
    for row in rows:
        fresh = True
        for one in sorted(row, key=lambda p: p.left):
            last = out[-1] if not fresh else None
            text = one.text.lstrip()
            if last is None:
                out.append(replace(one, text=text))
                fresh = False
                continue
            em = max(one.size, last.size)
            gap = one.left - last.right
            if last.text[-1] == text and gap < -one.size / 4:
                continue
            widest = _CELL_GAP if text == one.text else _WIDE_GAP
            if gap > widest * em or len(last.text) > _LONGEST:
                out.append(replace(one, text=text))
                continue
            letters = last.text[-1] < _WIDE and text < _WIDE and gap > _WORD_GAP * em
            glue = " " if text != one.text or letters else ""
            out[-1] = replace(
                last,
                right=max(last.right, one.right),
                top=min(last.top, one.top),
                bottom=max(last.bottom, one.bottom),
                text=last.text + glue + text,
                size=em,
            )
    return out


def _steps(written: str | None, count: int) -> list[float | None]:
    """How far each character stands from the one before: 3 3 1.5, or g 2 3 for 3 twice.

    One step fewer than characters is written; where none is, the characters follow closely.
    """
    steps: list[float | None] = []
    words = (written or "").split()
    at = 0
    while at < len(words) and len(steps) < count:
        if words[at] == "g" and at + 2 < len(words):
            steps += [float(words[at + 2])] * min(max(0, int(words[at + 1])), count)
            at += 3
        else:
            steps.append(float(words[at]))
            at += 1
    return (steps + [None] * count)[:count]


def _numbers(written: str | None, count: int) -> list[float]:
    numbers = [float(word) for word in (written or "").split()]
    return numbers if len(numbers) == count and all(map(math.isfinite, numbers)) else []


def _tag(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _text(element: ElementTree.Element) -> str:
    return (element.text or "").strip()


def _beside(path: str, name: str) -> str:
    """`name` as seen from the part at `path`."""
    if name.startswith("/"):
        return posixpath.normpath(name).lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), name)).lstrip("/")
