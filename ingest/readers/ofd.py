"""OFD files (GB/T 33190), the format of electronic official documents: a zip of XML pages.

A page holds text objects: a box, a font size, and how far each character stands from the one
before. They become pieces of text on the page, and those paragraphs as in a PDF. A page of pictures
alone is drawn and recognised like a scan.
"""

from __future__ import annotations

import base64
import io
import math
import zipfile
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice, pairwise

from ingest.readers import ofd_drawing, package
from ingest.readers.ofd_book import (
    DAMAGED,
    EMPTY,
    ERRORS,
    Book,
    Matrix,
    Sheet,
    font_size,
    glyphs,
    numbers,
    objects,
    placed,
    share,
    tag,
)
from ingest.readers.pdf_grids import Rule
from ingest.readers.pdf_layout import Piece, paragraphs
from ingest.recognition import (
    MISSING,
    PageProgress,
    Recogniser,
    doubts,
    is_installed,
    page_names,
    pieces,
)
from ingest.recognition import rules as recognised_rules
from ingest.recognition import unread as not_recognised
from youju.errors import ReadError, Unrecognised
from youju.frames import PagePicture, packed
from youju.records import ExtractedText

MAX_CHARACTERS = 8_000_000
MAX_RECOGNISED = 300  # pages of a file
MAX_RULES = 600  # lines of a page; a drawing has more, and no tables
POINTS = 72 / 25.4  # in a millimetre
_WIDE = "\u2e80"  # from here on characters are as wide as they are high
_WIDE_GAP = 1.8  # font sizes; a wider gap separates cells, whatever spaces stand in it
_CELL_GAP = 0.6  # font sizes; a wider gap without a space separates cells
_WORD_GAP = 0.25  # font sizes; a wider gap between letters is a space
_THIN = 3.0  # points; a bar as thin is a line
_LINE = 8.0  # points; a line as long divides cells
_LONGEST = 2000  # characters of a piece
_ASLANT = 5  # degrees
_SHOWN = 8  # watermarks named in a message
_LARGE = 1 / 8  # of the page; a smaller picture is an emblem or a code to scan
_MARK = 40  # characters of a watermark that are named


def read(
    data: bytes, *, recognise: bool = False, progress: PageProgress | None = None
) -> ExtractedText:
    """The text of all pages, one paragraph per line, with a `page` block per page.

    Pages that are pictures are recognised when `recognise` is set; else, and where that fails, they
    are named as not read. ReadError: damaged, unsafe to unpack, without pages, or without any text.
    """
    package.check(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            book = Book(archive)
            sheets = list(book.sheets())
            left = MAX_CHARACTERS
            pages: list[list[Piece]] = []
            rules: list[list[Rule]] = []
            aslant: dict[str, None] = {}
            for sheet in sheets:
                found, turned = _page(sheet)
                aslant.update(dict.fromkeys(turned))
                left -= sum(len(piece.text) for piece in found)
                if left < 0:
                    raise ReadError(f"OFD 的文字超过 {MAX_CHARACTERS:,} 字的上限,请拆分后再加入")
                lines = list(islice(_rules(sheet), MAX_RULES + 1))
                rules.append(lines if len(lines) <= MAX_RULES else [])
                pages.append(_joined(found, rules[-1]))
            wanted = [i for i, page in enumerate(pages) if not page and _is_drawn(sheets[i])]
            unread = _recognised(book, sheets, pages, rules, wanted, recognise, progress)
            read_whole = set(wanted)
            seen = [i for i, one in enumerate(sheets) if i not in read_whole and _is_pictured(one)]
            attached = book.attachments()
    except ReadError:
        raise
    except ERRORS as error:
        raise ReadError(DAMAGED) from error
    if not pages:
        raise ReadError(EMPTY)
    text, blocks, frames = paragraphs(pages, rules)
    if not text.strip():
        if unread and not recognise:
            raise Unrecognised(f"OFD 是扫描件,{unread[0]}")
        raise ReadError(f"OFD 里没有文字{''.join(f',{one}' for one in unread)}")
    if seen:
        unread.append(f"第 {page_names(seen)} 页有大幅图片,其中若有文字,没有读入,请看原页")
    marks = [mark[:_MARK] for mark in map(str.strip, aslant) if mark]
    if marks:
        unread.append(f"斜排的水印没有读入:{'、'.join(marks[:_SHOWN])}")
    if attached:
        unread.append(f"附件没有读入:{'、'.join(attached[:8])}")
    return ExtractedText(text, "ofd", blocks, unread=tuple(unread), frames=packed(frames))


def picture(data: bytes, page: int) -> PagePicture:
    """A page (from 1) as it is looked at. ReadError: damaged, no such page, no font for it."""
    package.check(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            book = Book(archive)
            for number, sheet in enumerate(book.sheets(), 1):
                if number == page:
                    jpeg = ofd_drawing.drawn(book, sheet)
                    return PagePicture(jpeg, sheet.box[2] * POINTS, sheet.box[3] * POINTS)
    except ReadError:
        raise
    except ERRORS as error:
        raise ReadError(DAMAGED) from error
    raise ReadError(EMPTY)


def _is_drawn(sheet: Sheet) -> bool:
    """True for a page with a picture on it, or with outlines of letters."""
    return any(
        tag(one) != "TextObject" for content in sheet.contents for one, _ in objects(content)
    )


def _is_pictured(sheet: Sheet) -> bool:
    """True for a page of which a picture takes so much that there may be text in it."""
    area = sheet.box[2] * sheet.box[3]
    for content in sheet.contents:
        for one, _ in objects(content):
            if tag(one) == "ImageObject":
                *_, width, height = numbers(one.get("Boundary"), 4) or [0.0, 0.0]
                if width * height > _LARGE * area:
                    return True
    return False


def _recognised(
    book: Book,
    sheets: Sequence[Sheet],
    pages: list[list[Piece]],
    rules: list[list[Rule]],
    wanted: Sequence[int],
    recognise: bool,
    progress: PageProgress | None,
) -> list[str]:
    """Put what is recognised in the place of the wanted pages; returns what was not read."""
    if not wanted:
        return []
    if not recognise or not is_installed():
        why = "没有做文字识别(用了 --no-ocr)" if not recognise else MISSING
        return [f"第 {page_names(wanted)} 页是图片,没有读入:{why}"]
    lost = list(wanted[MAX_RECOGNISED:])
    unsure = 0
    with Recogniser() as recogniser:
        for done, i in enumerate(wanted[:MAX_RECOGNISED]):
            if progress is not None:
                progress(done, len(wanted))
            try:
                jpeg = ofd_drawing.drawn(book, sheets[i])
            except ReadError:
                lost.append(i)
                continue
            frames = recogniser.frames({"file": base64.b64encode(jpeg).decode("ascii")})
            if not frames:
                lost.append(i)
                continue
            pages[i] = pieces(frames[0], sheets[i].box[2] * POINTS)
            rules[i] = recognised_rules(frames[0], sheets[i].box[2] * POINTS)
            unsure += doubts(pages[i])
    if progress is not None:
        progress(len(wanted), len(wanted))
    return not_recognised(lost, unsure)


def _page(sheet: Sheet) -> tuple[list[Piece], list[str]]:
    """(a piece per character, what is written aslant) of what is seen of a page.

    Places are in points from the upper left corner of the page.
    """
    pieces_: list[Piece] = []
    aslant: list[str] = []
    width, height = sheet.box[2] * POINTS, sheet.box[3] * POINTS
    for content in sheet.contents:
        for element, _ in objects(content):
            if tag(element) != "TextObject":
                continue
            left, top, matrix = placed(element)
            corner = (left - sheet.box[0], top - sheet.box[1])
            for code in glyphs(element):
                if _is_aslant(matrix):
                    aslant.append("".join(char for char, *_ in code))
                    continue
                found = _characters(code, font_size(element), matrix, corner)
                seen = [one for one in found if one.left < width and one.top < height]
                pieces_ += [_stacked(seen)] if _is_stack(seen) else seen
    return pieces_, aslant


def _is_aslant(matrix: Matrix) -> bool:
    """True for what runs neither along nor down the page: nobody's text, but a watermark."""
    turn = math.degrees(math.atan2(matrix[1], matrix[0])) % 90
    return min(turn, 90 - turn) > _ASLANT


def _rules(sheet: Sheet) -> Iterator[Rule]:
    """The straight lines and thin bars that are drawn on a page."""
    left, top = sheet.box[:2]
    for content in sheet.contents:
        for element, _ in objects(content):
            if tag(element) != "PathObject":
                continue
            for path in ofd_drawing.subpaths(element):
                placed_ = [((x - left) * POINTS, (y - top) * POINTS) for x, y in path]
                yield from _straight(placed_)


def _straight(path: Sequence[tuple[float, float]]) -> Iterator[Rule]:
    """The sides of a path that lie or stand; of a thin bar the bar."""
    xs, ys = [x for x, _ in path], [y for _, y in path]
    whole = Rule(min(xs), max(xs), min(ys), max(ys))
    if min(whole.right - whole.left, whole.bottom - whole.top) <= _THIN:
        sides = [whole]
    else:
        sides = [
            Rule(min(x, u), max(x, u), min(y, v), max(y, v)) for (x, y), (u, v) in pairwise(path)
        ]
    for rule in sides:
        thin, long = sorted((rule.right - rule.left, rule.bottom - rule.top))
        if thin <= _THIN and long >= _LINE:
            yield rule


def _characters(
    code: Sequence[tuple[str, float, float, float | None]],
    size: float,
    matrix: Matrix,
    corner: tuple[float, float],
) -> Iterator[Piece]:
    a, b, c, d, e, f = matrix
    scale = math.hypot(c, d) or 1.0
    space = ""  # what stands before the next character
    for char, x, y, across in code:
        width = size * share(char)
        if char.strip():
            left = corner[0] + a * x + c * y + e
            base = corner[1] + b * x + d * y + f
            high = size * scale
            wide = min(width, across) if across and across > 0 else width
            right = left + (math.hypot(a, b) or 1.0) * wide
            yield Piece(
                left * POINTS,
                right * POINTS,
                (base - 0.88 * high) * POINTS,
                (base + 0.12 * high) * POINTS,
                space + char,
                high * POINTS,
            )
            space = ""
        else:
            space = " "


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


def _joined(characters: Sequence[Piece], rules: Sequence[Rule]) -> list[Piece]:
    """Characters that stand side by side as pieces; one drawn twice to look bold only once.

    No piece crosses a standing line.
    """
    walls = sorted((rule for rule in rules if not rule.lies), key=lambda rule: rule.left)
    lefts = [rule.left for rule in walls]
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
            first = bisect_left(lefts, last.right - _THIN)
            between = walls[first : bisect_right(lefts, one.left + _THIN)]
            level = (one.top + one.bottom) / 2
            walled = any(wall.top <= level <= wall.bottom for wall in between)
            if gap > widest * em or walled or len(last.text) > _LONGEST:
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
