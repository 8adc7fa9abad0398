"""A program of its own: what to draw, as JSON on standard input → the picture of a page.

It gets {"left", "top", "width", "height": what is seen, "items", "fonts": [{"file": base64,
"heavy"}], "pictures": [base64]}, all in millimetres, and gives {"jpeg"} or {"error": "font"} where
most characters stand in no font. An item is {"font", "size", "turn", "colour", "glyphs": [[char,
x, y]]}, {"paths": [[[x, y]]], "fill", "stroke", "width"} or {"image", "matrix", "alpha", "ink"}:
ink does not hide what it is laid over.

Fonts and pictures may be hostile, so memory and processor time are limited here.
"""

from __future__ import annotations

import base64
import io
import json
import os
import sys
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops, ImageDraw, ImageFont

MEMORY = 3 * 2**29
SECONDS = 60  # of processor time
_PIXELS = 2_400_000
_SHARPEST = 200 / 25.4  # pixels in a millimetre
_MOST_PIXELS = 120_000_000  # of a picture as it is stored
_QUALITY = 85
_PROOF = "国"  # a font that has it is one for Chinese
_LARGE = 1_000_000  # bytes; fonts for Chinese are larger
_MOST_FONTS = 80  # that are opened to find one
_FOLDERS = (
    "/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts",
    "/System/Library/Fonts", "/Library/Fonts", "~/Library/Fonts",
)  # fmt: skip
_WINDOWS = f"{os.environ.get('WINDIR', 'C:/Windows')}/Fonts"
_KINDS = ("*.ttf", "*.ttc", "*.otf")
_NOTHING = "\U0010fffd"  # in no font
_MISSING = (200, 200, 200)


def main() -> None:
    """Draw one page."""
    _limit()
    asked = json.load(sys.stdin)
    Image.MAX_IMAGE_PIXELS = _MOST_PIXELS
    page = _Page(asked)
    for item in asked["items"]:
        if "glyphs" in item:
            page.words(item)
        elif "paths" in item:
            page.lines(item)
        else:
            page.picture(item)
    if page.lost > page.written:
        sys.stdout.write(json.dumps({"error": "font"}))
        return
    out = io.BytesIO()
    page.image.save(out, "JPEG", quality=_QUALITY)
    sys.stdout.write(json.dumps({"jpeg": base64.b64encode(out.getvalue()).decode()}))


class _Page:
    """A sheet of white paper."""

    def __init__(self, asked: dict[str, Any]) -> None:
        self._left, self._top = asked["left"], asked["top"]
        area = max(1.0, asked["width"] * asked["height"])
        self._scale = min(_SHARPEST, (_PIXELS / area) ** 0.5)
        size = [max(1, round(asked[side] * self._scale)) for side in ("width", "height")]
        self.image = Image.new("RGB", (size[0], size[1]), "white")
        self._draw = ImageDraw.Draw(self.image, "RGBA")
        self._fonts = asked["fonts"]
        self._pictures = asked["pictures"]
        self._opened: dict[tuple[str, int, float], Any] = {}
        self._has: dict[tuple[str, int, str], bool] = {}
        self.written = self.lost = 0  # characters

    def words(self, item: dict[str, Any]) -> None:
        """Characters, each at its place."""
        size = round(item["size"] * self._scale * 2) / 2
        if not 0.5 <= size <= max(self.image.size):
            return
        for char, x, y in item["glyphs"]:
            place = self._place(x, y)
            if not (-size < place[0] < self.image.width + size):
                continue
            font = self._font(item["font"], size, char)
            if font is None:
                self.lost += 1
                continue
            self.written += 1
            if abs(item["turn"]) < 1:
                self._draw.text(place, char, tuple(item["colour"]), font, anchor="ls")
            else:
                self._turned(char, place, font, size, item)

    def lines(self, item: dict[str, Any]) -> None:
        """Areas, and the lines around them."""
        paths = [[self._place(*point) for point in path] for path in item["paths"]]
        if item["fill"]:
            self._fill([path for path in paths if len(path) > 2], tuple(item["fill"]))
        if item["stroke"]:
            width = max(1, round(item["width"] * self._scale))
            for path in paths:
                self._draw.line(path, tuple(item["stroke"]), min(width, 200))

    def picture(self, item: dict[str, Any]) -> None:
        """A picture, laid over its place; a grey field where it cannot be opened."""
        a, b, c, d, e, f = item["matrix"]
        scale = self._scale
        x, y = self._place(e, f)
        wide, high = abs(a) * scale, abs(d) * scale
        upright = abs(b) + abs(c) < 0.01 * (abs(a) + abs(d)) and a > 0 and d > 0
        try:
            data = base64.b64decode(self._pictures[item["image"]])
            with Image.open(io.BytesIO(data)) as opened:
                if opened.width * opened.height > _MOST_PIXELS:
                    raise ValueError("too many pixels")
                opened.draft(None, (round(wide) or 1, round(high) or 1))
                image = opened.convert("RGBA")
        except Exception:  # whatever a picture does to the library
            self._draw.rectangle((x, y, x + wide, y + high), _MISSING)
            return
        if upright:
            size = (min(round(wide) or 1, 2 * max(self.image.size)), round(high) or 1)
            image = image.resize((size[0], min(size[1], 2 * max(self.image.size))))
            place = (round(x), round(y))
        else:
            det = a * d - b * c
            if not det:
                return
            w, h = image.size
            # from a point of the page to one of the picture
            matrix = (
                d * w / det / scale, -c * w / det / scale, (c * y - d * x) * w / det / scale,
                -b * h / det / scale, a * h / det / scale, (b * x - a * y) * h / det / scale,
            )  # fmt: skip
            image = image.transform(self.image.size, Image.Transform.AFFINE, matrix)
            place = (0, 0)
        if item.get("ink"):
            under = self.image.crop((*place, place[0] + image.width, place[1] + image.height))
            colours = ImageChops.multiply(under, image.convert("RGB"))
            colours.putalpha(image.getchannel("A"))
            image = colours
        alpha = image.getchannel("A")
        if item.get("alpha", 255) < 255:
            alpha = alpha.point(lambda value: value * item["alpha"] // 255)
        self.image.paste(image.convert("RGB"), place, alpha)

    def _place(self, x: float, y: float) -> tuple[float, float]:
        return (x - self._left) * self._scale, (y - self._top) * self._scale

    def _fill(self, paths: list[list[tuple[float, float]]], colour: Any) -> None:
        """What an odd number of the paths goes around."""
        if not paths:
            return
        if len(paths) == 1:
            self._draw.polygon(paths[0], colour)
            return
        xs, ys = zip(*(point for path in paths for point in path), strict=True)
        left, top = max(0, int(min(xs))), max(0, int(min(ys)))
        right = min(self.image.width, int(max(xs)) + 2)
        bottom = min(self.image.height, int(max(ys)) + 2)
        if right <= left or bottom <= top:
            return
        mask = Image.new("1", (right - left, bottom - top))
        for path in paths:
            one = Image.new("1", mask.size)
            ImageDraw.Draw(one).polygon([(x - left, y - top) for x, y in path], 1)
            mask = ImageChops.logical_xor(mask, one)
        opaque = mask.convert("L").point(lambda value: value * colour[3] // 255)
        self.image.paste(colour[:3], (left, top), opaque)

    def _turned(
        self, char: str, place: tuple[float, float], font: Any, size: float, item: dict[str, Any]
    ) -> None:
        side = round(2 * size) + 2
        mask = Image.new("L", (2 * side, 2 * side))
        ImageDraw.Draw(mask).text((side, side), char, item["colour"][3], font, anchor="ls")
        mask = mask.rotate(-item["turn"], Image.Resampling.BILINEAR)
        corner = (round(place[0]) - side, round(place[1]) - side)
        self.image.paste(tuple(item["colour"][:3]), corner, mask)

    def _font(self, number: int, size: float, char: str) -> Any:
        """The file's own font where it has the character, else one of the machine's."""
        for source in ("own", "machine", "plain"):
            if self._holds(source, number, char):
                return self._open(source, number, size)
        return None

    def _holds(self, source: str, number: int, char: str) -> bool:
        known = self._has.get((source, number, char))
        if known is None:
            font = self._open(source, number, 24.0)
            known = font is not None and _has(font, char)
            self._has[source, number, char] = known
        return known

    def _open(self, source: str, number: int, size: float) -> Any:
        key = (source, number, size)
        if key not in self._opened:
            given = self._fonts[number]
            try:
                if source == "plain":
                    self._opened[key] = ImageFont.load_default(size)
                elif source == "machine":
                    found = chinese_font(heavy=given["heavy"])
                    self._opened[key] = found and ImageFont.truetype(found[0], size, found[1])
                else:
                    data = base64.b64decode(given["file"])
                    self._opened[key] = data and ImageFont.truetype(io.BytesIO(data), size)
            except Exception:  # whatever a font does to the library
                self._opened[key] = None
        return self._opened[key] or None


@cache
def chinese_font(*, heavy: bool) -> tuple[str, int] | None:
    """(path, number within it) of a font on this machine that has Chinese characters."""
    folders = [Path(name).expanduser() for name in (*_FOLDERS, _WINDOWS)]
    paths = [path for folder in folders for kind in _KINDS for path in folder.rglob(kind)]
    large = [path for path in paths if path.stat().st_size > _LARGE]

    def rank(path: Path) -> tuple[bool, bool, str]:
        name = path.name.lower()
        is_plain = not any(word in name for word in ("bold", "black", "light", "mono"))
        is_song = any(word in name for word in ("serif", "song", "simsun", "ming"))
        return (is_plain is heavy, is_song is heavy, name)

    for path in sorted(large, key=rank)[:_MOST_FONTS]:
        for number in _numbers(path):
            try:
                if _has(ImageFont.truetype(str(path), 24, number), _PROOF):
                    return str(path), number
            except OSError:
                break
    return None


def _numbers(path: Path) -> list[int]:
    """Fonts of a collection, one for mainland China first."""
    if path.suffix.lower() != ".ttc":
        return [0]
    names = []
    for number in range(16):
        try:
            names.append((ImageFont.truetype(str(path), 24, number).getname()[0] or "", number))
        except OSError:
            break
    return [number for name, number in sorted(names, key=lambda one: " SC" not in one[0])]


def _has(font: Any, char: str) -> bool:
    drawn = bytes(font.getmask(char))
    return any(drawn) and drawn != bytes(font.getmask(_NOTHING))


def _limit() -> None:
    try:
        import resource
    except ImportError:  # not on this platform: the starter's time limit remains
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
