"""Ruled lines of a page → the tables that they draw, cell by cell.

A cell is what no line divides: one that reaches over several rows or columns belongs to each of
them. Text that wraps within a cell is put together again.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Protocol

_TOUCH = 3.0  # points within which lines meet
_MOST_COLUMNS = 40
_MOST_ROWS = 200
_MOST_RULES = 600  # of a page; a drawing has more
_BESIDE = 0.5  # share of their height that pieces of one line have in common
_LEAST_CELLS = 4  # with text
_TextLine = tuple[int, int, tuple[float, float, float, float]]


class Placed(Protocol):
    """Text with its place on the page."""

    @property
    def left(self) -> float: ...  # noqa: D102
    @property
    def right(self) -> float: ...  # noqa: D102
    @property
    def top(self) -> float: ...  # noqa: D102
    @property
    def bottom(self) -> float: ...  # noqa: D102
    @property
    def text(self) -> str: ...  # noqa: D102
    @property
    def size(self) -> float: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line, or a bar as thin as one; points from the upper left corner of the page."""

    left: float
    right: float
    top: float
    bottom: float

    @property
    def lies(self) -> bool:
        """True for a horizontal one."""
        return self.right - self.left >= self.bottom - self.top

    def meets(self, other: Rule) -> bool:
        """True when both touch."""
        return (
            self.left - _TOUCH <= other.right
            and other.left - _TOUCH <= self.right
            and self.top - _TOUCH <= other.bottom
            and other.top - _TOUCH <= self.bottom
        )


@dataclass(frozen=True, slots=True)
class Ruled:
    """A table: `rows` name for each column the cell that stands there, `texts` say the cells.

    `tops` are the upper edges of the rows, and the lower edge of the last; `lines` are those of
    each cell's text: start, end, and left, top, right and bottom on the page.
    """

    left: float
    right: float
    tops: tuple[float, ...]
    rows: tuple[tuple[int, ...], ...]
    texts: tuple[str, ...]
    lines: tuple[tuple[_TextLine, ...], ...]
    size: float
    pieces: frozenset[int]  # numbers of the pieces that it holds


def ruled(
    pieces: Sequence[Placed], rules: Sequence[Rule], glue: Callable[[str, str], str]
) -> Iterator[Ruled]:
    """The tables of a page; `glue` is what stands between two lines of a cell."""
    if len(rules) > _MOST_RULES:
        return
    for group in _groups(rules):
        found = _table(pieces, group, glue)
        if found is not None:
            yield found


def _groups(rules: Sequence[Rule]) -> list[list[Rule]]:
    """The lines that hang together."""
    left = list(rules)
    groups: list[list[Rule]] = []
    while left:
        group = [left.pop()]
        for rule in group:
            group += [other for other in left if rule.meets(other)]
            left = [other for other in left if not rule.meets(other)]
        groups.append(group)
    return groups


def _table(
    pieces: Sequence[Placed], rules: Sequence[Rule], glue: Callable[[str, str], str]
) -> Ruled | None:
    lying = [rule for rule in rules if rule.lies]
    standing = [rule for rule in rules if not rule.lies]
    xs = _edges([(rule.left + rule.right) / 2 for rule in standing])
    ys = _edges([(rule.top + rule.bottom) / 2 for rule in lying])
    width, height = len(xs) - 1, len(ys) - 1
    if not (2 <= width <= _MOST_COLUMNS and 2 <= height <= _MOST_ROWS):
        return None
    cell = _cells(xs, ys, lying, standing)
    inside: dict[int, list[Placed]] = {}
    held: set[int] = set()
    for number, piece in enumerate(pieces):
        column = bisect_right(xs, (piece.left + piece.right) / 2) - 1
        row = bisect_right(ys, (piece.top + piece.bottom) / 2) - 1
        if 0 <= column < width and 0 <= row < height:
            inside.setdefault(cell[row * width + column], []).append(piece)
            held.add(number)
    if len(inside) < _LEAST_CELLS:
        return None
    names = sorted(set(cell))
    said = [_text(inside.get(name, ()), glue) for name in names]
    known = {name: at for at, name in enumerate(names)}
    rows = tuple(
        tuple(known[cell[row * width + column]] for column in range(width)) for row in range(height)
    )
    size = median(piece.size for some in inside.values() for piece in some)
    texts, lines = tuple(text for text, _ in said), tuple(lines for _, lines in said)
    return Ruled(xs[0], xs[-1], tuple(ys), rows, texts, lines, size, frozenset(held))


def _edges(places: Sequence[float]) -> list[float]:
    """The different places, those that touch taken together."""
    edges: list[float] = []
    for place in sorted(places):
        if not edges or place - edges[-1] > _TOUCH:
            edges.append(place)
    return edges


def _cells(
    xs: Sequence[float], ys: Sequence[float], lying: Sequence[Rule], standing: Sequence[Rule]
) -> list[int]:
    """For each field of the grid, row by row, the first field of the cell that it belongs to."""
    width, height = len(xs) - 1, len(ys) - 1
    walls = {
        (row, column)
        for rule in standing
        for column in range(1, width)
        if abs((rule.left + rule.right) / 2 - xs[column]) <= _TOUCH
        for row in range(height)
        if rule.top <= (ys[row] + ys[row + 1]) / 2 <= rule.bottom
    }
    floors = {
        (row, column)
        for rule in lying
        for row in range(1, height)
        if abs((rule.top + rule.bottom) / 2 - ys[row]) <= _TOUCH
        for column in range(width)
        if rule.left <= (xs[column] + xs[column + 1]) / 2 <= rule.right
    }
    cell = list(range(width * height))

    def first(field: int) -> int:
        while cell[field] != field:
            cell[field] = cell[cell[field]]
            field = cell[field]
        return field

    for row in range(height):
        for column in range(width):
            at = row * width + column
            if column and (row, column) not in walls:
                _join(cell, first(at), first(at - 1))
            if row and (row, column) not in floors:
                _join(cell, first(at), first(at - width))
    return [first(field) for field in range(width * height)]


def _join(cell: list[int], one: int, two: int) -> None:
    cell[max(one, two)] = min(one, two)


def _text(
    pieces: Sequence[Placed], glue: Callable[[str, str], str]
) -> tuple[str, tuple[_TextLine, ...]]:
    """What stands in a cell, line by line, and where."""
    lines: list[list[Placed]] = []
    for piece in sorted(pieces, key=lambda p: (p.top + p.bottom, p.left)):
        shared = 0.0
        if lines:
            first = lines[-1][0]
            shared = min(first.bottom, piece.bottom) - max(first.top, piece.top)
            shared /= min(first.size, piece.size) or 1.0
        if shared > _BESIDE:
            lines[-1].append(piece)
        else:
            lines.append([piece])
    text = ""
    placed: list[_TextLine] = []
    for line in lines:
        said = " ".join(p.text for p in sorted(line, key=lambda p: p.left))
        text += glue(text, said) if text else ""
        box = (
            min(p.left for p in line), min(p.top for p in line),
            max(p.right for p in line), max(p.bottom for p in line),
        )  # fmt: skip
        placed.append((len(text), len(text) + len(said), box))
        text += said
    return text, tuple(placed)
