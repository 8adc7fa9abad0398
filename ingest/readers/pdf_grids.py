"""Ruled lines of a page → the tables that they draw, cell by cell.

A cell is what no line divides: one that reaches over several rows or columns belongs to each of
them. Text that wraps within a cell is put together again.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Protocol

_TOUCH = 3.0  # points within which lines meet
_MOST_COLUMNS = 40
_MOST_ROWS = 200
_MOST_RULES = 600  # of a page; a drawing has more
_BESIDE = 0.5  # share of their height that pieces of one line have in common
_LEAST_CELLS = 4  # with text
_LEAST_ROWS = 3  # that no line divides, to be told apart
_FULL = 0.8  # of its cell's width: text that wraps is as wide
_LEVEL = 0.8  # share of such rows that stand in more than one column
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
    @property
    def confidence(self) -> float | None: ...  # noqa: D102
    @property
    def box(self) -> tuple[float, float, float, float]: ...  # noqa: D102


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
    each cell's text: start, end, and left, top, right and bottom on the page; `sure` is how sure
    each cell is that was recognised in a picture.
    """

    left: float
    right: float
    tops: tuple[float, ...]
    rows: tuple[tuple[int, ...], ...]
    texts: tuple[str, ...]
    lines: tuple[tuple[_TextLine, ...], ...]
    sure: tuple[float | None, ...]
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
    known = {name: at for at, name in enumerate(names)}
    rows = [
        tuple(known[cell[row * width + column]] for column in range(width)) for row in range(height)
    ]
    size = median(piece.size for some in inside.values() for piece in some)
    written = [_lines(inside.get(name, ())) for name in names]
    rows, tops = _parted(rows, ys, xs, written, size)
    said = [_text(lines, glue) for lines in written]
    texts, lines = tuple(text for text, _ in said), tuple(lines for _, lines in said)
    sure = tuple(
        mean_confidence((p.text, p.confidence) for line in lines for p in line) for lines in written
    )
    return Ruled(xs[0], xs[-1], tuple(tops), tuple(rows), texts, lines, sure, size, frozenset(held))


_Rows = list[tuple[int, ...]]
_Written = list[list[list[Placed]]]  # of each cell its lines, of each line its pieces


def _parted(
    rows: _Rows, tops: Sequence[float], xs: Sequence[float], written: _Written, size: float
) -> tuple[_Rows, list[float]]:
    """Rows between which no line is drawn, told by what stands side by side in them.

    `written` gets the cells of the rows that are told so.
    """
    used = Counter(name for row in rows for name in set(row))
    out: _Rows = []
    edges: list[float] = [tops[0]]
    for row, bottom in zip(rows, tops[1:], strict=True):
        alone = all(used[name] == 1 for name in row)
        levels = _levels(row, xs, written, size) if alone else []
        if not levels:
            out.append(row)
            edges.append(bottom)
            continue
        starts = [level - size for level in levels]
        parts: dict[int, list[int]] = {}
        for name in dict.fromkeys(row):
            parts[name] = []
            shares: list[list[list[Placed]]] = [[] for _ in levels]
            for line in written[name]:
                shares[max(0, bisect_right(starts, _middle(line) - size / 2) - 1)].append(line)
            for share in shares:
                parts[name].append(len(written))
                written.append(share)
        for number in range(len(levels)):
            out.append(tuple(parts[name][number] for name in row))
            edges.append(levels[number + 1] - size if number + 1 < len(levels) else bottom)
    return out, edges


def _levels(
    row: tuple[int, ...], xs: Sequence[float], written: _Written, size: float
) -> list[float]:
    """The heights of the rows that stand in one row of the grid; none where it is a single one.

    Text that wraps fills its cell. Where two columns and more hold several short lines each, level
    with those of the others, each level is a row.
    """
    keys: list[list[float]] = []
    for name in dict.fromkeys(row):
        first, last = row.index(name), len(row) - row[::-1].index(name)
        wide = _FULL * (xs[last] - xs[first])
        lines = written[name]
        widths = [max(p.right for p in line) - min(p.left for p in line) for line in lines]
        if len(lines) >= _LEAST_ROWS and max(widths) < wide:
            keys.append([_middle(line) for line in lines])
    if len(keys) < _LEAST_ROWS - 1:
        return []
    levels: list[float] = []
    counts: list[int] = []
    for level in sorted(level for key in keys for level in key):
        if levels and level - levels[-1] < size / 2:
            counts[-1] += 1
        else:
            levels.append(level)
            counts.append(1)
    shared = sum(count > 1 for count in counts)
    return levels if shared >= max(_LEAST_ROWS, _LEVEL * len(levels)) else []


def _middle(line: Sequence[Placed]) -> float:
    return (line[0].top + line[0].bottom) / 2


def mean_confidence(parts: Iterable[tuple[str, float | None]]) -> float | None:
    """How sure recognised texts are, by their lengths; None where nothing was recognised."""
    known = [(len(text), sure) for text, sure in parts if sure is not None]
    return sum(n * sure for n, sure in known) / sum(n for n, _ in known) if known else None


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


def _lines(pieces: Sequence[Placed]) -> list[list[Placed]]:
    """The lines of a cell from top to bottom."""
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
    return lines


def _text(
    lines: Sequence[Sequence[Placed]], glue: Callable[[str, str], str]
) -> tuple[str, tuple[_TextLine, ...]]:
    """What stands in a cell, line by line, and where."""
    text = ""
    placed: list[_TextLine] = []
    for line in lines:
        said = " ".join(p.text for p in sorted(line, key=lambda p: p.left))
        text += glue(text, said) if text else ""
        box = (
            min(p.box[0] for p in line), min(p.box[1] for p in line),
            max(p.box[2] for p in line), max(p.box[3] for p in line),
        )  # fmt: skip
        placed.append((len(text), len(text) + len(said), box))
        text += said
    return text, tuple(placed)
