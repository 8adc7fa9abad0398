"""Pages of OFD files drawn as pictures: objects → what to draw → `drawer`, a process with limits.

What stands in the XML is worked out here; fonts and pictures, which strangers made, are opened by
the other process alone.
"""

from __future__ import annotations

import base64
import json
import math
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from ingest.readers.ofd_book import (
    SAME,
    Book,
    Element,
    Matrix,
    Resources,
    Sheet,
    font_size,
    glyphs,
    numbers,
    objects,
    placed,
    tag,
    text,
)
from youju.errors import ReadError

SECONDS = 90  # of wall time for a page
MAX_OBJECTS = 60_000  # of a page
MAX_POINTS = 600_000  # of all lines of a page
MAX_BYTES = 96 * 2**20  # of fonts and pictures of a page
_PROGRAM = Path(__file__).with_name("drawer.py")
_CURVE = 12  # straight pieces that a curve is drawn with
_THIN = 0.353  # millimetres: lines that do not say how wide they are
_BLACK = (0, 0, 0, 255)
_FAILED = "这一页画不出来,请看文字,或下载源文件后用 OFD 阅读器打开"
_NO_FONT = "这台机器上没有中文字体,画不出 OFD 的原页,请安装一种(例如 fonts-noto-cjk)"
_COORDINATES = {"M": 2, "S": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")

Point = tuple[float, float]
Colour = tuple[int, int, int, int]


def drawn(book: Book, sheet: Sheet) -> bytes:
    """A page as a JPEG. ReadError: it takes too long, or no font has its characters."""
    asked = json.dumps(_Page(book, sheet).asked())
    try:
        run = subprocess.run(
            [sys.executable, "-I", str(_PROGRAM)], input=asked, capture_output=True, text=True,
            timeout=SECONDS, check=True,
        )  # fmt: skip
        answer = json.loads(run.stdout)
    except (subprocess.SubprocessError, OSError, ValueError) as error:
        raise ReadError(_FAILED) from error
    if "jpeg" not in answer:
        raise ReadError(_NO_FONT if answer.get("error") == "font" else _FAILED)
    return base64.b64decode(answer["jpeg"])


def subpaths(element: Element) -> Iterator[list[Point]]:
    """The lines of a path object on the page, curves as short straight pieces."""
    for written in element.iter():
        if tag(written) == "AbbreviatedData":
            left, top, matrix = placed(element)
            for points in _traced(text(written)):
                yield [_moved(point, matrix, (left, top)) for point in points]


@dataclass(slots=True)
class _Page:
    """What is drawn on one page, and the fonts and pictures that this needs."""

    book: Book
    sheet: Sheet
    resources: Resources = field(default_factory=Resources)
    fonts: dict[str, int] = field(default_factory=dict)
    pictures: dict[str, int] = field(default_factory=dict)
    files: list[dict[str, Any]] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    points: int = 0
    weight: int = 0  # bytes of fonts and pictures

    def asked(self) -> dict[str, Any]:
        """What `drawer` is given."""
        self.resources = self.book.resources(self.sheet)
        left, top, width, height = self.sheet.box
        items = list(self._items())
        return {
            "left": left, "top": top, "width": width, "height": height, "items": items,
            "fonts": self.files, "pictures": self.parts,
        }  # fmt: skip

    def _items(self) -> Iterator[dict[str, Any]]:
        count = 0
        for content in self.sheet.contents:
            for element, drawn_with in objects(content):
                count += 1
                if count > MAX_OBJECTS:
                    raise ReadError(_FAILED)
                params = self._params(element.get("DrawParam") or drawn_with)
                if tag(element) == "TextObject":
                    yield from self._words(element, params)
                elif tag(element) == "PathObject":
                    yield from self._lines(element, params)
                else:
                    yield from self._image(element)
        for data, box in self.book.seals(self.sheet):
            start = next((at for mark in _PICTURES if (at := data.find(mark)) >= 0), None)
            if start is not None:
                matrix = (box[2], 0.0, 0.0, box[3], box[0], box[1])
                number = self._held(data[start:], f"seal {box}")
                yield {"image": number, "matrix": matrix, "ink": True}

    def _count(self, points: int) -> None:
        self.points += points
        if self.points > MAX_POINTS:
            raise ReadError(_FAILED)

    def _params(self, name: str) -> Mapping[str, Any]:
        """The drawing parameters of this id, on top of those that they build on."""
        out: dict[str, Any] = {}
        for _ in range(8):
            element = self.resources.params.get(name)
            if element is None:
                break
            out = {**_looks(element), **out}
            name = element.get("Relative", "")
        return out

    def _words(self, element: Element, params: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        left, top, matrix = placed(element)
        looks = {**params, **_looks(element)}
        a, b, c, d, *_ = matrix
        said = [
            (char, *_moved((x, y), matrix, (left, top)))
            for code in glyphs(element)
            for char, x, y, _ in code
            if char.strip()
        ]
        self._count(len(said))
        if said and element.get("Fill") != "false":
            yield {
                "font": self._font(element.get("Font", ""), element),
                "size": font_size(element) * (math.hypot(c, d) or 1.0),
                "turn": math.degrees(math.atan2(b, a)),
                "colour": looks.get("FillColor", _BLACK),
                "glyphs": said,
            }

    def _lines(self, element: Element, params: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        looks = {**params, **_looks(element)}
        paths = list(subpaths(element))
        self._count(sum(map(len, paths)))
        _, _, (a, b, c, d, *_) = placed(element)
        scale = math.sqrt(abs(a * d - b * c)) or 1.0
        fills, strokes = element.get("Fill") == "true", element.get("Stroke") != "false"
        yield {
            "paths": paths,
            "fill": looks.get("FillColor", _BLACK) if fills else None,
            "stroke": looks.get("StrokeColor", _BLACK) if strokes else None,
            "width": float(looks.get("LineWidth", _THIN)) * scale,
        }

    def _image(self, element: Element) -> Iterator[dict[str, Any]]:
        part = self.resources.media.get(element.get("ResourceID", ""), "")
        left, top, (a, b, c, d, e, f) = placed(element)
        if (a, b, c, d, e, f) == SAME:
            *_, a, d = numbers(element.get("Boundary"), 4) or [0.0, 0.0, 1.0, 1.0]
        number = self.pictures.get(part)
        if number is None and self.book.has(part):
            number = self._held(self.book.raw(part), part)
        elif number is None:
            number = self._held(b"", part)
        yield {
            "image": number,
            "matrix": (a, b, c, d, left + e, top + f),
            "alpha": _whole(element.get("Alpha"), 255),
        }

    def _held(self, data: bytes, name: str) -> int:
        self.weight += len(data)
        if self.weight > MAX_BYTES:
            raise ReadError(_FAILED)
        self.parts.append(base64.b64encode(data).decode("ascii"))
        self.pictures[name] = len(self.parts) - 1
        return self.pictures[name]

    def _font(self, name: str, element: Element) -> int:
        known, part = self.resources.fonts.get(name, ("", ""))
        heavy = _whole(element.get("Weight"), 400) > 500 or "黑体" in known or "Bold" in known
        key = f"{name} {heavy}"
        if key not in self.fonts:
            data = self.book.raw(part) if part and self.book.has(part) else b""
            self.weight += len(data)
            if self.weight > MAX_BYTES:
                raise ReadError(_FAILED)
            self.fonts[key] = len(self.files)
            self.files.append({"file": base64.b64encode(data).decode("ascii"), "heavy": heavy})
        return self.fonts[key]


def _looks(element: Element) -> dict[str, Any]:
    """What an object, or a set of drawing parameters, says of colours and width."""
    found: dict[str, Any] = {}
    if numbers(element.get("LineWidth"), 1):
        found["LineWidth"] = numbers(element.get("LineWidth"), 1)[0]
    for one in element:
        if tag(one) in ("FillColor", "StrokeColor"):
            found[tag(one)] = _colour(one, _whole(element.get("Alpha"), 255))
    return found


def _colour(element: Element, alpha: int) -> Colour:
    """Grey, RGB or CMYK by how many values there are; a pattern is drawn as grey."""
    if len(element):
        return (128, 128, 128, alpha)
    written = [_whole(word, 0) for word in (element.get("Value") or "").split()]
    alpha = alpha * _whole(element.get("Alpha"), 255) // 255
    if len(written) == 1:
        return (written[0], written[0], written[0], alpha)
    if len(written) == 3:
        return (written[0], written[1], written[2], alpha)
    if len(written) == 4:
        black = 255 - written[3]
        red, green, blue = ((255 - one) * black // 255 for one in written[:3])
        return (red, green, blue, alpha)
    return (0, 0, 0, alpha)


def _whole(written: str | None, otherwise: int) -> int:
    """A whole number from 0 to 1000, in whatever way it is written."""
    try:
        value = int(written, 16) if (written or "").startswith("#") else float(written or "")  # type: ignore[arg-type]
    except ValueError:
        return otherwise
    return min(1000, max(0, int(value))) if math.isfinite(value) else otherwise


def _moved(point: Point, matrix: Matrix, corner: Point) -> Point:
    (x, y), (a, b, c, d, e, f) = point, matrix
    return corner[0] + a * x + c * y + e, corner[1] + b * x + d * y + f


def _traced(data: str) -> Iterator[list[Point]]:
    """M 0 0 L 5 0 B … C: the lines of a path, curves as straight pieces."""
    words = data.split()
    points: list[Point] = []
    at = 0
    while at < len(words):
        name = words[at].upper()
        count = _COORDINATES.get(name)
        if count is None:
            raise ValueError(f"no path operator: {name[:20]}")
        given = [float(word) for word in words[at + 1 : at + 1 + count]]
        if len(given) < count or not all(map(math.isfinite, given)):
            raise ValueError("a path that breaks off")
        at += 1 + count
        if name in "MS":
            if len(points) > 1:
                yield points
            points = [(given[0], given[1])]
        elif name == "C":
            if len(points) > 1:
                yield [*points, points[0]]
            points = points[:1]
        elif points:
            points += _curve(points[-1], name, given)
    if len(points) > 1:
        yield points


def _curve(start: Point, name: str, given: list[float]) -> list[Point]:
    end = (given[-2], given[-1])
    if name == "L":
        return [end]
    if name == "A":
        return _arc(start, given)
    controls = [start, *zip(given[::2], given[1::2], strict=True)]
    out = []
    for step in range(1, _CURVE + 1):
        t = step / _CURVE
        inner = controls
        while len(inner) > 1:  # de Casteljau: three or two times
            inner = [
                (p[0] + (q[0] - p[0]) * t, p[1] + (q[1] - p[1]) * t) for p, q in pairwise(inner)
            ]
        out.append(inner[0])
    return out


def _arc(start: Point, given: list[float]) -> list[Point]:
    """An elliptical arc from `start`, as SVG defines it: radii, angle, large, sweep, end."""
    rx, ry, angle, large, sweep, x, y = given
    rx, ry, turn = abs(rx), abs(ry), math.radians(angle)
    if not rx or not ry or start == (x, y):
        return [(x, y)]
    cos, sin = math.cos(turn), math.sin(turn)
    dx, dy = (start[0] - x) / 2, (start[1] - y) / 2
    px, py = cos * dx + sin * dy, -sin * dx + cos * dy
    grow = max(1.0, math.hypot(px / rx, py / ry))
    rx, ry = rx * grow, ry * grow
    rest = (rx * ry) ** 2 / ((rx * py) ** 2 + (ry * px) ** 2) - 1
    part = math.sqrt(max(0.0, rest)) * (1 if bool(large) != bool(sweep) else -1)
    qx, qy = part * rx * py / ry, -part * ry * px / rx
    middle = (cos * qx - sin * qy + (start[0] + x) / 2, sin * qx + cos * qy + (start[1] + y) / 2)
    first = math.atan2((py - qy) / ry, (px - qx) / rx)
    wide = math.atan2((-py - qy) / ry, (-px - qx) / rx) - first
    if sweep and wide < 0:
        wide += 2 * math.pi
    elif not sweep and wide > 0:
        wide -= 2 * math.pi
    out = []
    for step in range(1, 2 * _CURVE + 1):
        at = first + wide * step / (2 * _CURVE)
        ux, uy = rx * math.cos(at), ry * math.sin(at)
        out.append((middle[0] + cos * ux - sin * uy, middle[1] + sin * ux + cos * uy))
    return out
