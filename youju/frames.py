"""Where the words of a document stand on its pages: a frame per line of the page.

A document of three thousand pages has a hundred thousand lines, and few are ever looked at. So the
frames of a document are kept as one text and read only when a page is shown.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from youju.records import Span

_TENTHS = 10  # of a point; whole numbers are shorter


@dataclass(frozen=True, slots=True)
class Frame:
    """`span` of the text stands on `page` (from 1) within left, top, right, bottom.

    These are points from the upper left corner of the page as it is looked at.
    """

    page: int
    span: Span
    box: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A page as it is looked at: a JPEG, and how large the page is in points."""

    jpeg: bytes
    width: float
    height: float


def packed(frames: Iterable[Frame]) -> str:
    """One frame per line; coordinates are rounded to a tenth of a point."""
    return "\n".join(
        " ".join(
            str(number)
            for number in (
                frame.page,
                frame.span.start,
                frame.span.end - frame.span.start,
                *(round(_TENTHS * side) for side in frame.box),
            )
        )
        for frame in frames
    )


def unpacked(text: str) -> Iterator[Frame]:
    """The frames that `packed` wrote, in the same order."""
    for line in text.splitlines():
        page, start, length, *sides = map(int, line.split())
        left, top, right, bottom = (side / _TENTHS for side in sides)
        yield Frame(page, Span(start, start + length), (left, top, right, bottom))


def framed(frames: Iterable[Frame], span: Span, text: str) -> Iterator[Frame]:
    """The frames of `span`, cut to its words where a line holds others too.

    Characters of a line are taken to be of their usual widths: Latin ones half as wide.
    """
    for frame in frames:
        start, end = max(frame.span.start, span.start), min(frame.span.end, span.end)
        if start >= end:
            continue
        left, top, right, bottom = frame.box
        whole = _width(frame.span.of(text)) or 1.0
        before, within = _width(text[frame.span.start : start]), _width(text[start:end])
        first = left + (right - left) * before / whole
        last = first + (right - left) * within / whole
        yield Frame(frame.page, Span(start, end), (first, top, last, bottom))


def _width(text: str) -> float:
    return sum(1.0 if unicodedata.east_asian_width(char) in "WFA" else 0.5 for char in text)
