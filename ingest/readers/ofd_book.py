"""The parts of an OFD package (GB/T 33190, a zip of XML), found as they name each other."""

from __future__ import annotations

import math
import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree

from youju.errors import ReadError

MAX_PAGES = 3000
DAMAGED = "OFD 结构已损坏或不完整,请重新下载,或用 OFD 阅读器打开后另存"
EMPTY = "OFD 里没有页面,请重新下载,或用 OFD 阅读器打开后另存"
# What a package of any content may raise when it is read.
ERRORS = (ElementTree.ParseError, KeyError, ValueError, OverflowError, RecursionError)
_DEPTH = 20  # of blocks within each other
_A4 = (0.0, 0.0, 210.0, 297.0)
_KINDS = frozenset(("TextObject", "PathObject", "ImageObject"))

Element = ElementTree.Element
Matrix = tuple[float, float, float, float, float, float]
SAME: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page: `box` (left, top, width, height) is what is seen of it, in millimetres.

    `contents` is what is drawn, from the back to the front.
    """

    root: str
    path: str
    id: str
    box: tuple[float, float, float, float]
    contents: tuple[Element, ...]


@dataclass(slots=True)
class Resources:
    """What objects name by id: fonts (name, part), media (part), sets of drawing parameters."""

    fonts: dict[str, tuple[str, str]] = field(default_factory=dict)
    media: dict[str, str] = field(default_factory=dict)
    params: dict[str, Element] = field(default_factory=dict)


class Book:
    """An open package. What is damaged raises one of ERRORS, or ReadError."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._names = {name.lstrip("/").lower(): name for name in archive.namelist()}
        self.roots = [text(root) for root in self.xml("OFD.xml").iter() if tag(root) == "DocRoot"]

    def sheets(self) -> Iterator[Sheet]:
        """Every page, in order."""
        number = 0
        for root in self.roots:
            document = self.xml(root)
            usual = next((_box(one) for one in document.iter() if tag(one) == "PhysicalBox"), None)
            templates = {
                element.get("ID", ""): beside(root, element.get("BaseLoc", ""))
                for element in document.iter()
                if tag(element) == "TemplatePage"
            }
            for element in document.iter():
                if tag(element) != "Page":
                    continue
                number += 1
                if number > MAX_PAGES:
                    raise ReadError(f"OFD 超过 {MAX_PAGES} 页的上限,请拆分后再加入")
                path = beside(root, element.get("BaseLoc", ""))
                page = self.xml(path)
                boxes = (_box(one) for one in page.iter() if tag(one) == "PhysicalBox")
                box = next(boxes, None) or usual or _A4
                contents = tuple(self._contents(page, templates))
                yield Sheet(root, path, element.get("ID", ""), box, contents)

    def resources(self, sheet: Sheet) -> Resources:
        """What the objects of a page may name."""
        found = Resources()
        for path in (sheet.root, sheet.path):
            for element in self.xml(path).iter():
                if tag(element) in ("PublicRes", "DocumentRes", "PageRes") and text(element):
                    self._collect(beside(path, text(element)), found)
        return found

    def seals(self, sheet: Sheet) -> Iterator[tuple[bytes, tuple[float, ...]]]:
        """(the bytes of a seal, its boundary) of those that are set on a page."""
        places = [
            beside("OFD.xml", text(one))
            for one in self.xml("OFD.xml").iter()
            if tag(one) == "Signatures"
        ]
        for place in filter(self.has, dict.fromkeys(places)):
            for one in self.xml(place).iter():
                path = beside(place, one.get("BaseLoc", ""))
                if tag(one) != "Signature" or not self.has(path):
                    continue
                signature = self.xml(path)
                boxes = [
                    numbers(stamp.get("Boundary"), 4)
                    for stamp in signature.iter()
                    if tag(stamp) == "StampAnnot" and stamp.get("PageRef") == sheet.id
                ]
                parts = [
                    beside(path, text(named))
                    for named in signature.iter()
                    if tag(named) in ("BaseLoc", "SignedValue") and text(named)
                ]
                for part in filter(self.has, parts[:2] if boxes else ()):
                    for box in filter(None, boxes):
                        yield self.raw(part), tuple(box)
                    break

    def attachments(self) -> list[str]:
        """Names of the files that are attached."""
        names = []
        for root in self.roots:
            for element in self.xml(root).iter():
                if tag(element) != "Attachments" or not text(element):
                    continue
                for one in self.xml(beside(root, text(element))).iter():
                    if tag(one) == "Attachment" and one.get("Visible", "true") != "false":
                        names.append(one.get("Name") or one.get("ID") or "?")
        return names

    def has(self, path: str) -> bool:
        """True when the package holds this part."""
        return path.lstrip("/").lower() in self._names

    def raw(self, path: str) -> bytes:
        """The bytes of a part. Raises KeyError."""
        return self._archive.read(self._names[path.lstrip("/").lower()])

    def xml(self, path: str) -> Element:
        """The root of a part."""
        if not self.has(path):
            raise ReadError(EMPTY if path != "OFD.xml" else DAMAGED)
        return ElementTree.fromstring(self.raw(path))

    def _contents(self, page: Element, templates: dict[str, str]) -> Iterator[Element]:
        """The content of a page, and of the templates behind and before it."""
        used = [
            (element.get("ZOrder", "Background"), templates[element.get("TemplateID", "")])
            for element in page
            if tag(element) == "Template" and templates.get(element.get("TemplateID", ""))
        ]
        back = [path for order, path in used if order != "Foreground"]
        front = [path for order, path in used if order == "Foreground"]
        for path in back:
            yield from (one for one in self.xml(path) if tag(one) == "Content")
        yield from (one for one in page if tag(one) == "Content")
        for path in front:
            yield from (one for one in self.xml(path) if tag(one) == "Content")

    def _collect(self, path: str, found: Resources) -> None:
        if not self.has(path):
            return
        root = self.xml(path)
        base = root.get("BaseLoc") or ""
        for element in root.iter():
            known = element.get("ID", "")
            files = [text(one) for one in element if tag(one) in ("FontFile", "MediaFile")]
            part = self._part(path, base, files[0]) if files else ""
            if tag(element) == "Font":
                found.fonts[known] = (element.get("FontName", ""), part)
            elif tag(element) == "MultiMedia":
                found.media[known] = part
            elif tag(element) == "DrawParam":
                found.params[known] = element

    def _part(self, path: str, base: str, name: str) -> str:
        """A file that resources name: in their folder of files, or where they are themselves."""
        inside = beside(path, f"{base}/{name}") if base and not name.startswith("/") else ""
        return inside if inside and self.has(inside) else beside(path, name)


def objects(parent: Element, drawn_with: str = "", depth: int = 0) -> Iterator[tuple[Element, str]]:
    """(object, id of the drawing parameters it inherits) below layers and blocks, in order."""
    for element in parent:
        if element.get("Visible") == "false":
            continue
        if tag(element) in _KINDS:
            yield element, drawn_with
        elif tag(element) in ("Layer", "PageBlock") and depth < _DEPTH:
            yield from objects(element, element.get("DrawParam", drawn_with), depth + 1)


def glyphs(element: Element) -> Iterator[list[tuple[str, float, float, float | None]]]:
    """Per code of a text object: (character, x, y, step to the next) in its own coordinates."""
    size = font_size(element)
    x = y = 0.0
    for code in element:
        if tag(code) != "TextCode":
            continue
        said = code.text or ""
        x, y = float(code.get("X") or x), float(code.get("Y") or y)
        down_only = code.get("DeltaX") is None and code.get("DeltaY") is not None
        steps = zip(
            said,
            _steps(code.get("DeltaX"), len(said)),
            _steps(code.get("DeltaY"), len(said)),
            strict=True,
        )
        out = []
        at_x, at_y = x, y
        for char, across, down in steps:
            if across is None and down_only:  # one below the other
                across = 0.0
            out.append((char, at_x, at_y, across))
            at_x += size * share(char) if across is None else across
            at_y += down or 0.0
        yield out


def share(char: str) -> float:
    """Width of a character in font sizes, where nothing else tells it."""
    return 1.0 if char >= "\u2e80" else 0.5


def font_size(element: Element) -> float:
    """Size of a text object, in its own coordinates."""
    return float(element.get("Size") or 0) or 3.0


def placed(element: Element) -> tuple[float, float, Matrix]:
    """(left, top, matrix) by which an object's own coordinates become those of the page."""
    left, top, *_ = numbers(element.get("Boundary"), 4) or [0.0, 0.0]
    found = numbers(element.get("CTM"), 6)
    return (
        left,
        top,
        (found[0], found[1], found[2], found[3], found[4], found[5]) if found else SAME,
    )


def numbers(written: str | None, count: int) -> list[float]:
    """Exactly so many finite numbers, or none."""
    found = [float(word) for word in (written or "").split()]
    return found if len(found) == count and all(map(math.isfinite, found)) else []


def tag(element: Element) -> str:
    """The name of an element without its namespace."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def text(element: Element) -> str:
    """What stands in an element."""
    return (element.text or "").strip()


def beside(path: str, name: str) -> str:
    """`name` as seen from the part at `path`."""
    if name.startswith("/"):
        return posixpath.normpath(name).lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), name)).lstrip("/")


def _box(element: Element) -> tuple[float, float, float, float] | None:
    found = numbers(text(element), 4)
    if not found or found[2] <= 0 or found[3] <= 0:
        return None
    return found[0], found[1], found[2], found[3]


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
