"""A program of its own: a PDF on standard input → its pages' text pieces, one JSON line per page.

Called with "grey" and page numbers (1,2,5) it gives the pictures of these pages instead, as the
recogniser takes them; with "shown" and page numbers, as people look at them.

It runs apart from the product (`ingest.readers.pdf` starts it): the parser is native code and its
input may be hostile, so memory and processor time are limited here, and whatever happens here
leaves the product standing. Nothing of the file is ever run: scripts, actions and attachments are
not looked at, and the parser is built without a script engine.
"""

from __future__ import annotations

import base64
import ctypes
import io
import json
import sys
import zlib
from bisect import bisect_left
from collections.abc import Iterator
from typing import Any

MAX_PAGES = 3000
MAX_CHARACTERS = 8_000_000
MEMORY = 448 * 2**20  # address space, the parser's own code included
SECONDS = 60  # of processor time
_WIDE_GAP = 1.8  # font sizes; a wider gap separates columns, whatever spaces stand in it
_CELL_GAP = 0.6  # font sizes; a wider gap without a space of its own separates cells
_NARROW_GAP = 0.5  # font sizes; below it a gap beside Chinese is no space
_CJK = 0x2E80
_THIN = 3.0  # points; a bar as thin is a line
_LINE = 8.0  # points; a line as long divides cells
_DRAWN_MAX = 20_000  # things drawn on a page that are looked at
_PIXELS = 2_400_000  # of a page's picture: about 180 dots per inch of an A4 page
_SHARPEST = 200 / 72  # pixels in a point
_QUALITY = 85  # of a JPEG that is looked at


def main() -> None:
    """Read, write, and end with {"done": n} or {"error": reason, "page": number}."""
    _limit()
    data = sys.stdin.buffer.read()
    import pypdfium2 as pdfium

    page_number = 0
    try:
        with pdfium.PdfDocument(data) as document:
            if len(sys.argv) > 1:
                draw = {"grey": _picture, "shown": _shown}[sys.argv[1]]
                for page_number in map(int, sys.argv[2].split(",")):
                    _say(draw(document[page_number - 1]))
                _say({"done": len(sys.argv[2].split(","))})
                return
            count = len(document)
            if count > MAX_PAGES:
                _say({"error": "pages", "page": count})
                return
            left = MAX_CHARACTERS
            for page_number in range(1, count + 1):
                page = document[page_number - 1]
                shown = _page(pdfium, page)
                page.close()
                left -= sum(len(piece[4]) for piece in shown["pieces"])
                if left < 0:
                    _say({"error": "characters", "page": page_number})
                    return
                _say(shown)
            _say({"done": count})
    except pdfium.PdfiumError as error:
        code = getattr(error, "err_code", None)
        reason = {3: "format", 4: "password", 5: "security"}.get(code or 0, "damaged")
        _say({"error": reason, "page": page_number})


def _say(record: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(record) + "\n")


def _picture(page: Any) -> dict[str, Any]:
    """{"width", "height": in points, "columns", "rows": in pixels, "grey": packed bytes}."""
    width, height = page.get_size()
    scale = min(_SHARPEST, (_PIXELS / max(1.0, width * height)) ** 0.5)
    bitmap = page.render(scale=scale, grayscale=True, may_draw_forms=False)
    raw = memoryview(bytes(bitmap.buffer))
    stride = bitmap.stride
    rows = [raw[i * stride : i * stride + bitmap.width] for i in range(bitmap.height)]
    packed = base64.b64encode(zlib.compress(b"".join(rows), 1)).decode("ascii")
    shown = {"columns": bitmap.width, "rows": bitmap.height, "grey": packed}
    return {"width": width, "height": height, **shown}


def _shown(page: Any) -> dict[str, Any]:
    """{"width", "height": in points, "jpeg"}: in colour, seals and red heads too."""
    width, height = page.get_size()
    scale = min(_SHARPEST, (_PIXELS / max(1.0, width * height)) ** 0.5)
    out = io.BytesIO()
    page.render(scale=scale, may_draw_forms=False).to_pil().save(out, "JPEG", quality=_QUALITY)
    return {"width": width, "height": height, "jpeg": base64.b64encode(out.getvalue()).decode()}


def _limit() -> None:
    try:
        import resource
    except ImportError:  # not on this platform: the starter's time limit remains
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _page(pdfium: Any, page: Any) -> dict[str, Any]:
    """What stands on a page: {"width", "height", "pieces", "rules", "drawn"}.

    `pieces` are [left, right, top, bottom, text, size]; `rules` are straight lines and thin bars,
    [left, right, top, bottom], and no piece crosses a standing one. `drawn` counts what is drawn on
    a page without text: a picture of text, or outlines of letters.

    Measured in points from the upper left corner of the page as it is looked at.
    """
    text = page.get_textpage()
    turn = page.get_rotation()
    left, bottom, right, top = page.get_cropbox()
    box = (left, bottom, right, top)
    rules = [_turned(rule, turn, box) for rule in _rules(pdfium.raw, page)]
    walls = sorted(rule for rule in rules if rule[3] - rule[2] > rule[1] - rule[0])
    pieces = [piece for piece in _pieces(pdfium.raw, text, turn, box, walls) if piece[4]]
    width, height = page.get_size()
    drawn = (
        0 if pieces else sum(1 for _ in zip(page.get_objects(max_depth=1), range(50), strict=False))
    )
    return {"width": width, "height": height, "pieces": pieces, "drawn": drawn, "rules": rules}


def _rules(raw: Any, page: Any) -> list[tuple[float, float, float, float]]:
    """(left, bottom, right, top) of the straight lines and thin bars that are drawn on a page."""
    rules: list[tuple[float, float, float, float]] = []
    edges = [ctypes.c_float() for _ in range(4)]
    for i in range(min(raw.FPDFPage_CountObjects(page.raw), _DRAWN_MAX)):
        drawn = raw.FPDFPage_GetObject(page.raw, i)
        if raw.FPDFPageObj_GetType(drawn) != raw.FPDF_PAGEOBJ_PATH:
            continue
        if raw.FPDFPageObj_GetBounds(drawn, *edges):
            left, bottom, right, top = (edge.value for edge in edges)
            thin, long = sorted((right - left, top - bottom))
            if thin <= _THIN and long >= _LINE:
                rules.append((left, bottom, right, top))
    return rules


def _pieces(
    raw: Any,
    text: Any,
    turn: int,
    box: tuple[float, ...],
    walls: list[tuple[float, float, float, float]],
) -> Iterator[list[Any]]:
    """Stretches of text on one line without a wide gap or a wall, in the order of the file."""
    piece: list[Any] | None = None
    space, is_made = False, False  # a space waits; the parser made it from a gap
    for i in range(text.count_chars()):
        code = raw.FPDFText_GetUnicode(text.raw, i)
        if code in (0x0A, 0x0D):
            if piece is not None:
                yield piece
            piece, space = None, False
            continue
        if code in (0x20, 0xA0, 0x09, 0x3000):
            is_made = raw.FPDFText_IsGenerated(text.raw, i) == 1 and (is_made or not space)
            space = True
            continue
        if code < 0x20 or code in (0xFFFE, 0xFFFF, 0xAD) or 0xD800 <= code < 0xE000:
            continue
        char = chr(code)
        x0, x1, y0, y1 = _turned(text.get_charbox(i, loose=True), turn, box)
        size = y1 - y0
        if piece is not None:
            gap, em = x0 - piece[1], max(size, piece[5]) or 1.0
            is_apart = min(y1, piece[3]) - max(y0, piece[2]) < 0.3 * min(size, piece[5])
            widest = _WIDE_GAP if space and not is_made else _CELL_GAP
            walled = bool(walls) and _walled(walls, piece[1], x0, (y0 + y1) / 2)
            if is_apart or walled or gap > widest * em or gap < -2 * em:
                yield piece
                piece = None
            elif space and (
                not is_made or gap >= _NARROW_GAP * em or (code < _CJK and ord(piece[4][-1]) < _CJK)
            ):
                piece[4] += " "
        if piece is None:
            piece = [x0, x1, y0, y1, char, size]
        else:
            piece[0], piece[1] = min(piece[0], x0), max(piece[1], x1)
            piece[2], piece[3] = min(piece[2], y0), max(piece[3], y1)
            piece[4] += char
            piece[5] = max(piece[5], size)
        space, is_made = False, False
    if piece is not None:
        yield piece


def _walled(
    walls: list[tuple[float, float, float, float]], left: float, right: float, level: float
) -> bool:
    """True when a standing line lies between two characters of one height."""
    at = bisect_left(walls, (left - _THIN,))
    while at < len(walls) and walls[at][0] <= right:
        if walls[at][2] <= level <= walls[at][3]:
            return True
        at += 1
    return False


def _turned(
    char: tuple[float, float, float, float], turn: int, box: tuple[float, ...]
) -> tuple[float, float, float, float]:
    """(left, right, top, bottom) on the page as it is looked at."""
    left, bottom, right, top = char
    x0, x1 = left - box[0], right - box[0]
    y0, y1 = box[3] - top, box[3] - bottom
    width, height = box[2] - box[0], box[3] - box[1]
    if turn == 90:
        return height - y1, height - y0, x0, x1
    if turn == 180:
        return width - x1, width - x0, height - y1, height - y0
    if turn == 270:
        return y0, y1, width - x1, width - x0
    return x0, x1, y0, y1


if __name__ == "__main__":
    main()
