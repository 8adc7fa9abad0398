"""Running text cut where a page lost its line breaks: a second copy of it, its closing, the title
that follows the closing, and what the site adds at the end.

Everything that reads lines then finds organ, date and title on lines of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from ingest.issuers import PERSON_LAST, Closing, closings
from ingest.lines import Line
from ingest.openings import cut_openings
from ingest.parts import RUN_ON
from text.dates import dates

_LONG = 80  # characters of a line that may hold a closing
_KEY = 40  # characters by which a second copy is found
_NEAR = 12  # characters before a date that name the person who signs
_NOTE = re.compile(r"\s{0,4}\((?:此件|本文|联系)[^()]{2,24}\)")
_DATED = re.compile(r"(?:\d{4}|[一二三四五六七八九〇○零]{4})年")
# What sites write behind a text without a line break.
_ADDED = re.compile(
    r"更多(?:信息|内容|资讯)请?关注[^。]{0,40}$|公开程序:[^。]{0,60}$|扫一扫[^。]{0,24}$"
)


def cut_running(lines: Sequence[Line]) -> tuple[Line, ...]:
    """The lines, those that run on cut into several."""
    heads = cut_openings(lines)
    return tuple(
        piece
        for number, line in enumerate(lines)
        for part in _parts(line, heads.get(number, ()))
        for piece in _pieces(part)
    )


def _parts(line: Line, ends: Iterable[int]) -> Iterator[Line]:
    """The line cut at `ends`."""
    for first, last in pairwise(sorted({0, *ends, len(line.body)})):
        if line.text[first:last].strip():
            yield _slice(line, first, last)


def _pieces(line: Line) -> Iterator[Line]:
    at = _copy(line.text) if len(line.body) >= _LONG else None
    for part in (_slice(line, 0, at), _slice(line, at, len(line.body))) if at else (line,):
        ends = _ends(part) if len(part.body) >= _LONG else _titled(part.text)
        yield from _parts(part, ends)


def _slice(line: Line, first: int, last: int) -> Line:
    body = line.body.slice(first, last).strip()
    return replace(line, body=body) if first == 0 else Line(body)


def _copy(text: str) -> int | None:
    """Where the line says again, from its first word on, what it has said."""
    at = text.find(text[:_KEY], _KEY)
    return at if at > 0 and at * 2 >= len(text) and text.startswith(text[at:].rstrip()) else None


def _ends(line: Line) -> Iterator[int]:
    """Characters of the line at which a piece begins."""
    text = line.text
    for closed in closings([line], [0]):
        if closed.organ is None and not closed.signed:
            continue
        yield _signs_at(text, closed)
        yield closed.date.start
        yield closed.date.end
        after = closed.date.end
        if note := _NOTE.match(text, after):
            after = note.end()
            yield after
        if title := RUN_ON.match(text, closed.date.end):
            yield from (title.start("title"), title.end("title"))
    if added := _ADDED.search(text, max(0, len(text) - _LONG)):
        yield added.start()


def _titled(text: str) -> Iterator[int]:
    """The same for a short line that opens with a date, which a title follows."""
    day = next(iter(dates(text)), None) if _DATED.match(text) else None
    title = RUN_ON.match(text, day.end) if day is not None and day.start == 0 else None
    if day is not None and title is not None and "《" not in title.group("title"):
        yield from (day.end, title.start("title"), title.end("title"))


def _signs_at(text: str, closed: Closing) -> int:
    """Where the organ, or the person who signs, begins."""
    if closed.organ is not None:
        return closed.organ[0]
    near = max(0, closed.date.start - _NEAR)
    person = PERSON_LAST.search(text[near : closed.date.start].rstrip())
    return near + person.start() if person else closed.date.start
