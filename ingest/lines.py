"""The original as lines: folded for matching, trimmed, each aligned with the original.

A *physical* line is one of the file's; a *logical* line is what the clause parser reads: wrapped
lines are joined, and text that runs on without line breaks is cut before each clause label.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ingest.labels import Label, inline_starts, parse_label
from text.normalize import fold
from text.offsets import AlignedText
from text.sentences import sentences
from text.spacing import spaced_out, words
from youju.records import Span

_PHYSICAL = re.compile(r"[^\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")
_INDENT = re.compile(r"(?<=[^\s])\u3000{2,4}(?=[^\s])")
# 。 and a single blank where a page closed up its paragraphs
_CLOSED_UP = re.compile(r"(?<=。) (?=[\u4e00-\u9fff《（(])")
_JOINED = 3  # indents or such blanks within a line that make it one of several paragraphs
_LONG = 200  # characters of such a line
_SENTENCE_END = re.compile(r"[。!?;:…][\"')\]》]*$")
_WRAP_MIN, _WRAP_MAX = 18, 60
_WRAP_SHARE = 0.5
_PARAGRAPH_MIN = 80
_AMID = re.compile(r"[\u4e00-\u9fff,、]$")
_HALF = re.compile(r"第[一二三四五六七八九十]{1,3}章\s{0,4}[\u4e00-\u9fff]")
_OTHER_HALF = re.compile(r"[\u4e00-\u9fff](?:$|第[一二三四五六七八九十百]{1,5}条)")
_GOES_ON = re.compile(r"[\u4e00-\u9fff][^。;!?:]{0,200}[。;]")


@dataclass(frozen=True, slots=True)
class Line:
    """A trimmed, folded line. `gap` counts the blank lines before it, `indent` its white space.

    `blank_cells` counts lines before it that hold white space only: a table that a web page
    flattened leaves its empty cells so. `after_list` is true for what a paragraph goes on with
    behind a list that stands inside it.
    """

    body: AlignedText
    gap: int = 0
    indent: int = 0
    blank_cells: int = 0
    after_list: bool = False

    @property
    def text(self) -> str:
        """The folded characters."""
        return self.body.text

    @property
    def span(self) -> Span:
        """Where the line stands in the original."""
        return self.sub(0, len(self.body))

    def sub(self, start: int, end: int) -> Span:
        """Where the characters start:end of the line stand in the original."""
        return Span(*self.body.origin(start, end))


def physical_lines(original: str) -> tuple[Line, ...]:
    """Every line that holds more than white space, in order."""
    lines: list[Line] = []
    gap = blank_cells = 0
    last_end = 0
    for start, end in _stretches(original):
        gap += max(0, _breaks(original, last_end, start) - 1)
        last_end = end
        raw = AlignedText.of(original, start, end).map(fold)
        body = raw.strip()
        if not body:
            gap += 1
            blank_cells += 1
            continue
        if spaced_out(body.text):
            body = AlignedText.join(body.slice(start, end) for start, end in words(body.text))
        indent = len(raw.text) - len(raw.text.lstrip())
        lines.append(Line(body, gap, indent, blank_cells))
        gap = blank_cells = 0
    return tuple(lines)


def _stretches(original: str) -> Iterator[tuple[int, int]]:
    """Where the lines of the file stand; a page saved without line breaks has them at the indents
    of its paragraphs, or where it closed these up to a blank.
    """
    for match in _PHYSICAL.finditer(original):
        breaks: set[int] = set()
        if match.end() - match.start() >= _LONG:
            for gap in (_INDENT, _CLOSED_UP):
                found = [one.start() for one in gap.finditer(original, *match.span())]
                breaks.update(found if len(found) >= _JOINED else ())
        yield from pairwise([match.start(), *sorted(breaks), match.end()])


def _breaks(original: str, start: int, end: int) -> int:
    """Number of line breaks in original[start:end]; CR LF counts once."""
    piece = original[start:end]
    return len(piece) - piece.count("\r\n")


def wrap_width(lines: Sequence[Line]) -> int | None:
    """The column at which this file was wrapped by hand, or None when paragraphs are whole."""
    lengths = sorted(len(line.body) for line in lines)
    if len(lengths) < 12:
        return None
    width = lengths[int(len(lengths) * 0.9)]
    if not _WRAP_MIN <= width <= _WRAP_MAX or lengths[-1] > width + 6:
        return None
    full = sum(1 for length in lengths if length >= width - 4)
    return width if full >= _WRAP_SHARE * len(lengths) else None


def logical_lines(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Join what was wrapped, cut what runs on."""
    joined = _join_wrapped(tuple(lines))
    return tuple(piece for line in joined for piece in _cut_running(line))


def _join_wrapped(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    width = wrap_width(lines)
    groups: list[list[Line]] = []
    length = 0  # of the group that is open
    for line in lines:
        if groups and (
            _half_a_name(groups[-1][-1], line) or _broken_off(groups[-1][-1], line, length)
            if width is None
            else _continues(groups[-1][-1], line, width)
        ):
            groups[-1].append(line)
            length += len(line.body)
        else:
            groups.append([line])
            length = len(line.body)
    return tuple(_joined(group) for group in groups)


def _joined(group: Sequence[Line]) -> Line:
    body = AlignedText.join(line.body for line in group)
    return replace(group[0], body=body)


def _continues(last: Line, line: Line, width: int) -> bool:
    """True when a line that the margin cut off goes on in the next one."""
    if _half_a_name(last, line):
        return True
    if line.indent > 0 or line.gap > 0 or parse_label(line.text) is not None:
        return False
    length = last.indent + len(last.body)
    ends = _SENTENCE_END.search(last.text) is not None
    return length >= (width - 2 if ends else width - 4)


def _half_a_name(last: Line, line: Line) -> bool:
    """True for 第一章 总 above 则: a name that was spaced out and then broken."""
    return _HALF.fullmatch(last.text) is not None and _OTHER_HALF.match(line.text) is not None


def _broken_off(last: Line, line: Line, length: int) -> bool:
    """True when a paragraph stops amid a sentence and goes on in the next line."""
    return (
        length >= _PARAGRAPH_MIN
        and line.gap == 0
        and "。" in last.text
        and _AMID.search(last.text) is not None
        and _GOES_ON.match(line.text) is not None
        and parse_label(line.text) is None
    )


def _cut_running(line: Line) -> list[Line]:
    starts = inline_starts(line.text)
    if not starts:
        return [line]
    ends = frozenset(_list_ends(line.text, starts))
    pieces: list[Line] = []
    bounds = [0, *sorted(ends.union(starts)), len(line.body)]
    for index, (start, end) in enumerate(pairwise(bounds)):
        body = line.body.slice(start, end).strip()
        if body:
            first = replace(line, body=body) if index == 0 else Line(body)
            pieces.append(replace(first, after_list=start in ends))
    return pieces


def _list_ends(text: str, starts: Sequence[int]) -> Iterator[int]:
    """Where a list inside running text is over: its items end with a semicolon, the last one with
    its first full stop, and what goes on behind it is the paragraph again.
    """
    last: Label | None = None
    listed = False  # the piece before ended with a semicolon
    for start, end in pairwise([0, *starts, len(text)]):
        piece = text[start:end].rstrip()
        label = parse_label(piece)
        goes_on = (
            label is not None
            and last is not None
            and label.kind == last.kind
            and label.number == (last.number or 0) + 1
        )
        if goes_on and listed and not piece.endswith(";"):
            first = next(iter(sentences(piece)), None)
            if first is not None and first[1] < len(piece):
                yield start + first[1]
        last, listed = label, piece.endswith(";")
