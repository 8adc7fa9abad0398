"""The binary Word format of 1997–2003 ([MS-DOC]): paragraphs with what the reader needs of them.

The text lies in pieces of two encodings; what a paragraph or a run is (a table cell, a numbered
item, deleted, hidden) lies in pages of 512 bytes beside it, found by the place in the file.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ingest.readers import ole
from ingest.readers.numbering import FORMS, Level
from youju.errors import ReadError

MAX_CHARACTERS = 8_000_000
_OLD = "由 Word 95 或更早的版本写成,请用 Word 或 WPS 打开后另存为 docx"
_DAMAGED = "不是能识别的 Word 文档(内容已损坏),请用 Word 或 WPS 打开后另存为 docx"
# Places of (offset, length) pairs in the file's header.
_RUNS, _PARAGRAPHS, _PIECES, _LISTS, _USES = 12, 13, 33, 73, 74
_PAIRS = 0x9A
_WORD, _WORD_95 = 0xA5EC, 0xA5DC  # how the stream begins
# Properties that the reader asks for, by their code.
_IN_TABLE, _ROW_END, _HUGE, _ROW = 0x2416, 0x2417, 0x6646, 0xD608
_LIST, _LIST_LEVEL, _OUTLINE = 0x460B, 0x260A, 0x2640
_HIDDEN, _DELETED = 0x083C, 0x0800
_SIZES = (1, 1, 2, 4, 2, 2, -1, 3)  # of an operand, by the three highest bits of its code
_BODY_TEXT = 9  # as an outline level
_Unpack = Callable[[bytes, int, int], bytes]


@dataclass(frozen=True, slots=True)
class RowShape:
    """Edges of a row's cells, in twentieths of a point, and how each cell is merged."""

    edges: tuple[int, ...]
    continues_left: tuple[bool, ...]
    continues_above: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph as shown; `mark` is the character that ends it."""

    text: str
    mark: str
    in_table: bool = False
    ends_row: bool = False
    is_heading: bool = False
    numbered: tuple[str, int] | None = None  # list and level
    shape: RowShape | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """What a document holds, its parts in order."""

    body: tuple[Paragraph, ...]
    footnotes: tuple[Paragraph, ...]
    headers: tuple[Paragraph, ...]
    endnotes: tuple[Paragraph, ...]
    boxes: tuple[Paragraph, ...]
    has_comments: bool
    pictures: int
    lists: dict[str, dict[int, Level]]  # list → how its levels are written


@dataclass(frozen=True, slots=True)
class _Ranges:
    """Properties by place in the file."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    properties: tuple[bytes, ...]

    def at(self, place: int) -> bytes:
        i = bisect_right(self.starts, place) - 1
        return self.properties[i] if i >= 0 and place < self.ends[i] else b""


@dataclass(slots=True)
class _Text:
    """Characters with their places in the file."""

    characters: list[str] = field(default_factory=list)
    places: list[int] = field(default_factory=list)


class Beyond(ReadError):
    """A document that is none of 1997–2003, or not as this reader knows them."""


def read_story(data: bytes) -> Story:
    """ReadError: encrypted; Beyond: older than 1997, or damaged."""
    main = ole.stream(data, "WordDocument")
    magic, version, flags = struct.unpack_from("<HH6xH", main.ljust(12, b"\0"))
    if magic in (_WORD, _WORD_95) and flags & 0x0100:
        raise ReadError("文档已加密,请用 Word 或 WPS 打开,取消密码后另存")
    if magic != _WORD or version < 0xC1 or len(main) < _PAIRS + 8 * 80:
        raise Beyond(_OLD if len(main) > 32 else _DAMAGED)
    table = ole.stream(data, "1Table" if flags & 0x0200 else "0Table")
    try:
        return _story(main, table, ole.stream(data, "Data"))
    except (struct.error, IndexError, ValueError, OverflowError, UnicodeDecodeError) as error:
        raise Beyond(_DAMAGED) from error


def _story(main: bytes, table: bytes, more: bytes) -> Story:
    counts = struct.unpack_from("<8i", main, 0x4C)
    if any(count < 0 for count in counts) or sum(counts) > MAX_CHARACTERS:
        raise ValueError("impossible length")
    text = _text(main, _part(main, table, _PIECES), sum(counts) + 1)
    paragraphs = _ranges(main, _part(main, table, _PARAGRAPHS), _paragraph_properties)
    runs = _ranges(main, _part(main, table, _RUNS), _run_properties)
    uses, lists = _lists(table, main)
    edges = [0]
    for count in counts:
        edges.append(edges[-1] + count)
    body, notes, heads, _, comments, ends, boxes, _ = (
        tuple(_paragraphs(text, start, end, paragraphs, runs, more, uses)) if end > start else ()
        for start, end in pairwise(edges)
    )
    shown = "".join(text.characters[: counts[0]])
    pictures = shown.count("\x01") + shown.count("\x08")
    return Story(body, notes, heads, ends, boxes, bool(comments), pictures, lists)


def _part(main: bytes, table: bytes, number: int) -> bytes:
    start, length = struct.unpack_from("<II", main, _PAIRS + 8 * number)
    return table[start : start + length]


def _text(main: bytes, pieces: bytes, most: int) -> _Text:
    """The characters of all pieces, in the order of the document."""
    at = 0
    while pieces[at] == 1:  # properties that only an interrupted save left
        at += 3 + struct.unpack_from("<H", pieces, at + 1)[0]
    if pieces[at] != 2:
        raise ValueError("no pieces")
    length = struct.unpack_from("<I", pieces, at + 1)[0]
    at += 5
    number = (length - 4) // 12
    ends = struct.unpack_from(f"<{number + 1}I", pieces, at)
    found = _Text()
    for i in range(number):
        place = struct.unpack_from("<2xI2x", pieces, at + 4 * (number + 1) + 8 * i)[0]
        count = ends[i + 1] - ends[i]
        if count < 0 or len(found.characters) + count > most + 65536:
            raise ValueError("impossible piece")
        narrow = bool(place & 0x40000000)
        start = (place & 0x3FFFFFFF) // 2 if narrow else place & 0x3FFFFFFF
        width = 1 if narrow else 2
        raw = main[start : start + count * width]
        decoded = raw.decode("cp1252", "replace") if narrow else _wide(raw)
        found.characters += decoded
        found.places += range(start, start + width * len(decoded), width)
    return found


def _wide(raw: bytes) -> list[str]:
    """UTF-16 unit by unit, so that places stay countable; halves of a pair are joined later."""
    return [chr(unit) for (unit,) in struct.iter_unpack("<H", raw[: len(raw) // 2 * 2])]


def _ranges(main: bytes, index: bytes, unpack: _Unpack) -> _Ranges:
    """Properties of paragraphs or runs, from the pages that the index names."""
    number = (len(index) - 4) // 8
    found: list[tuple[int, int, bytes]] = []
    for i in range(max(0, number)):
        page_number = struct.unpack_from("<I", index, 4 * (number + 1) + 4 * i)[0] & 0x3FFFFF
        page = main[512 * page_number : 512 * page_number + 512]
        if len(page) < 512:
            continue
        count = page[511]
        places = struct.unpack_from(f"<{count + 1}I", page)
        for j in range(count):
            found.append((places[j], places[j + 1], unpack(page, count, j)))
    found.sort()
    starts, ends, properties = zip(*found, strict=True) if found else ((), (), ())
    return _Ranges(starts, ends, properties)


def _paragraph_properties(page: bytes, count: int, i: int) -> bytes:
    at = 2 * page[4 * (count + 1) + 13 * i]
    if not at:
        return b""
    size = 2 * page[at] - 1 if page[at] else 2 * page[at + 1]
    at += 1 if page[at] else 2
    return page[at + 2 : at + size]  # after the number of the style


def _run_properties(page: bytes, count: int, i: int) -> bytes:
    at = 2 * page[4 * (count + 1) + i]
    return page[at + 1 : at + 1 + page[at]] if at else b""


def _properties(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """(code, operand) one after the other."""
    at = 0
    while at + 2 < len(raw):
        code = raw[at] | raw[at + 1] << 8
        at += 2
        size = _SIZES[code >> 13]
        if code == _ROW:
            size = (raw[at] | raw[at + 1] << 8) - 1 if at + 1 < len(raw) else 0
            at += 2
        elif size < 0:
            size = raw[at]
            at += 1
        yield code, raw[at : at + size]
        at += size


def _paragraphs(
    text: _Text,
    start: int,
    end: int,
    paragraphs: _Ranges,
    runs: _Ranges,
    more: bytes,
    uses: Sequence[str],
) -> Iterator[Paragraph]:
    shown: list[str] = []
    fields: list[bool] = []  # open fields; True while in the instruction
    run_end, run_hides = -1, False
    for i in range(start, min(end, len(text.characters))):
        char, place = text.characters[i], text.places[i]
        if char in "\r\x07\x0c":
            properties = dict(_properties(paragraphs.at(place)))
            if _HUGE in properties:
                properties |= dict(_properties(_huge(more, properties[_HUGE])))
            yield _paragraph("".join(shown), char, properties, uses)
            shown, fields = [], []
            continue
        if char == "\x13":
            fields.append(True)
        elif char == "\x14" and fields:
            fields[-1] = False
        elif char == "\x15" and fields:
            fields.pop()
        elif not any(fields):
            if not (0 <= place < run_end):
                run_hides, run_end = _hides(runs, place)
            if not run_hides:
                shown.append(_SHOWN.get(char, char))
        if place >= run_end:
            run_end = -1
    if shown:
        yield Paragraph(_joined("".join(shown)), "\r")


def _hides(runs: _Ranges, place: int) -> tuple[bool, int]:
    """(whether the run here is deleted or hidden, where it ends)."""
    i = bisect_right(runs.starts, place) - 1
    if i < 0 or place >= runs.ends[i]:
        return False, -1
    found = dict(_properties(runs.properties[i]))
    return any(found.get(code, b"\0")[:1] == b"\1" for code in (_HIDDEN, _DELETED)), runs.ends[i]


def _huge(more: bytes, operand: bytes) -> bytes:
    at = struct.unpack("<I", operand)[0]
    size = struct.unpack_from("<H", more, at)[0] if at + 2 <= len(more) else 0
    return more[at + 2 : at + 2 + size]


# Characters that stand for something: a line break, hyphens, a column break, pictures, note marks.
_SHOWN = {
    "\x0b": "\n", "\x0e": "\n", "\x1e": "-", "\x1f": "", "\x01": "", "\x02": "", "\x03": "",
    "\x04": "", "\x05": "", "\x06": "", "\x08": "", "\x28": "(",
}  # fmt: skip


def _paragraph(
    text: str, mark: str, properties: dict[int, bytes], uses: Sequence[str]
) -> Paragraph:
    use = int.from_bytes(properties.get(_LIST, b"\0\0"), "little")
    level = min(8, properties.get(_LIST_LEVEL, b"\0")[0])
    outline = properties.get(_OUTLINE, b"\t")[0]
    return Paragraph(
        text=_joined(text),
        mark=mark,
        in_table=properties.get(_IN_TABLE, b"\0") == b"\1",
        ends_row=properties.get(_ROW_END, b"\0") == b"\1",
        is_heading=outline < _BODY_TEXT,
        numbered=(uses[use - 1], level) if 0 < use <= len(uses) else None,
        shape=_shape(properties[_ROW]) if _ROW in properties else None,
    )


def _joined(text: str) -> str:
    """The halves of characters beyond the first plane put together; lone ones and marks dropped."""
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
    return "".join(char for char in whole if char in "\n\t" or char >= " ")


def _shape(operand: bytes) -> RowShape:
    count = operand[0]
    edges = struct.unpack_from(f"<{count + 1}h", operand, 1)
    left, above = [], []
    for i in range(count):
        at = 1 + 2 * (count + 1) + 20 * i
        flags = int.from_bytes(operand[at : at + 2], "little")
        left.append(flags & 3 == 2)
        above.append(flags >> 5 & 3 == 1)
    return RowShape(edges, tuple(left), tuple(above))


# --- lists ---------------------------------------------------------------------------------------


def _lists(table: bytes, main: bytes) -> tuple[list[str], dict[str, dict[int, Level]]]:
    """(the list that each use counts with, every list's levels)."""
    start, length = struct.unpack_from("<II", main, _PAIRS + 8 * _LISTS)
    if length < 2:
        return [], {}
    number = struct.unpack_from("<H", table, start)[0]
    heads = [struct.unpack_from("<i22xB1x", table, start + 2 + 28 * i) for i in range(number)]
    at = start + 2 + 28 * number
    lists: dict[str, dict[int, Level]] = {}
    for identity, flags in heads:
        levels: dict[int, Level] = {}
        for i in range(1 if flags & 1 else 9):
            levels[i], at = _level(table, at)
        lists[str(identity)] = levels
    uses_raw = _part(main, table, _USES)
    count = struct.unpack_from("<I", uses_raw)[0] if len(uses_raw) >= 4 else 0
    uses = [
        str(struct.unpack_from("<i", uses_raw, 4 + 16 * i)[0])
        for i in range(min(count, (len(uses_raw) - 4) // 16))
    ]
    return uses, lists


def _level(table: bytes, at: int) -> tuple[Level, int]:
    first, form, _, places, follow = struct.unpack_from("<iBB9sB", table, at)
    runs, paragraphs = table[at + 24], table[at + 25]
    at += 28 + runs + paragraphs
    length = struct.unpack_from("<H", table, at)[0]
    raw = table[at + 2 : at + 2 + 2 * length].decode("utf-16-le", "ignore")
    numbers = {place - 1 for place in places if place}
    template = "".join(
        f"%{ord(char) + 1}" if i in numbers and ord(char) < 9 else char
        for i, char in enumerate(raw)
    )
    suffix = ("tab", "space", "nothing")[follow] if follow < 3 else "tab"
    level = Level(max(0, first), FORMS.get(form, "decimal"), template[:64], suffix)
    return level, at + 2 + 2 * length
