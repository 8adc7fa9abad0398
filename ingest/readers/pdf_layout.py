"""Pieces of text on pages → paragraphs: rows, columns, page furniture, wrapped lines.

A PDF knows no lines and no paragraphs, only where characters stand. What a page repeats around
its text (page numbers, running heads) is no part of the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ingest.labels import parse_label
from ingest.readers.pdf_grids import Rule, Ruled, mean_confidence, ruled
from text.normalize import fold
from youju.frames import Frame
from youju.records import Block, Span

_PAGE_NUMBER = re.compile(
    r"^(?P<open>[-—–―－·•\s]*|第\s*)(?P<n>\d{1,4})\s*+"
    r"(?P<close>[-—–―－·•\s]*|页(?:\s*+[,/]?\s*+\(?共\s*\d{1,4}\s*页\)?)?|/\s*\d{1,4}\s*页?)$"
)
_SENTENCE_END = re.compile(r"[。！？；：.!?;:][”’」』）)\]》]*$")
# 95%、 or 字。 or 《质: a line break stands neither within a figure nor before a closing mark.
_UNIT = re.compile(
    r"[“‘「『（《〈【〔(\[]*(?:[!-~]{1,24}|.)[，。、；：？！”’」』）》〉】〕%％)\],.;:]*"
)
_CJK = "\u2e80"
_MIN_ROWS = 3
_FULL_ROWS = 0.6  # share of a table's rows that have all cells
# Rows left out above and below: a caption with its unit has cells too, and so have signatures.
_EDGES = ((0, 0), (1, 0), (0, 1), (1, 1), (2, 0), (2, 1))
_SMALL = 0.75  # of the size beside it: a raised figure
_EXPONENT = 3  # characters of it
_CLOSE = 0.25  # font sizes between what stands together
_RAISED = str.maketrans("0123456789+-−n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻ⁿ")
# a. and (b) and iv.: what opens an item and is no label of a clause
_LETTERED = re.compile(r"[(（]?[A-Za-z]{1,5}\d?[.)）]")
_RULE = re.compile(r"[_—－─━﹍\s]{5,}")  # between text and footnotes
_NOTE_MARK = re.compile(r"^(?:[①-⑳⑴-⒇*＊※†]|[\[［〔(（]\d{1,2}[)）〕］\]]|注|\d{1,2}\s)")
_NOTE_SIZE = 0.85  # of the text's
_HEAD_REACH = 6  # rows below a table's head; cells that wrap are rows of one piece
_TEXT_WIDTH = 9  # font sizes; a column of running text is wider


@dataclass(frozen=True, slots=True)
class Piece:
    """Text without a wide gap; points from the upper left corner of the page."""

    left: float
    right: float
    top: float
    bottom: float
    text: str
    size: float
    confidence: float | None = None  # of text recognised in a picture
    # Left, top, right, bottom on the page as it is looked at, when it was turned to be read.
    unturned: tuple[float, float, float, float] | None = None

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom on the page as it is looked at."""
        return self.unturned or (self.left, self.top, self.right, self.bottom)


@dataclass(frozen=True, slots=True)
class Row:
    """What stands side by side, left to right.

    The row of a ruled table is one piece; `cells` are its columns in the table that `table` is,
    `said` those of them that no row above says. An `item` begins with a label that is set apart.
    """

    pieces: tuple[Piece, ...]
    table: Ruled | None = None
    cells: tuple[int, ...] = ()
    said: tuple[int, ...] = ()
    item: bool = False

    @property
    def text(self) -> str:
        """The row as one line; columns are a tab apart."""
        return "\t".join(piece.text for piece in self.pieces)

    @property
    def left(self) -> float:
        """Left edge."""
        return self.pieces[0].left

    @property
    def right(self) -> float:
        """Right edge."""
        return self.pieces[-1].right

    @property
    def top(self) -> float:
        """Upper edge."""
        return min(piece.top for piece in self.pieces)

    @property
    def bottom(self) -> float:
        """Lower edge."""
        return max(piece.bottom for piece in self.pieces)

    @property
    def size(self) -> float:
        """Height of its characters."""
        return max(piece.size for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class _Margins:
    left: float
    right: float


def paragraphs(
    pages: Sequence[Sequence[Piece]], rules: Sequence[Sequence[Rule]] = ()
) -> tuple[str, tuple[Block, ...], tuple[Frame, ...]]:
    """(text, blocks, frames): one paragraph per line, furniture left out; a `page` block per page.

    A paragraph that runs over a page's end stays whole; the next page begins within it. Rows of a
    table whose cells are one line each are `row` blocks, and those of tables that `rules` draw.
    """
    drawn = [*rules, *[()] * (len(pages) - len(rules))]
    columns = [_columns(_placed(page, lines)) for page, lines in zip(pages, drawn, strict=True)]
    kept = [_with_notes(page) for page in _without_furniture(columns)]
    parts: list[str] = []
    starts: list[int] = []
    placed: list[tuple[Row, int]] = []
    frames: list[Frame] = []
    length = 0
    waiting: list[Row] = []  # footnotes, until the paragraph above them ends
    previous: tuple[Row, _Margins, bool, int] | None = None  # row, margins, opens, page
    for number, (page, notes) in enumerate(kept):
        starts.append(length)
        for column in page:
            margins = _margins(column)
            for row in column:
                joins = previous is not None and _continues(previous, row, margins, number)
                if waiting and not joins:
                    written = "\n" + _note_lines(waiting)
                    parts.append(written)
                    length += len(written)
                    waiting = []
                glue = ""
                if previous is not None:
                    glue = _glue(parts[-1], row.text) if joins else "\n"
                parts += [glue, row.text]
                length += len(glue) + len(row.text)
                placed.append((row, length - len(row.text)))
                frames += _frames(*placed[-1], number + 1)
                if row is column[0] and column is page[0]:
                    starts[-1] = placed[-1][1]
                previous = (row, margins, not joins, number)
        waiting += notes
    if waiting:
        parts.append("\n" * bool(parts) + _note_lines(waiting))
        length += len(parts[-1])
    spans = (Span(start, end) for start, end in pairwise([*starts, length]))
    pages_first = (Block("page", span) for span in spans)
    blocks = (*pages_first, *_recognised(placed), *_table_rows(placed))
    return "".join(parts), blocks, tuple(frames)


def _frames(row: Row, start: int, page: int) -> Iterator[Frame]:
    if row.table is not None:
        for name in row.said:
            for first, last, box in row.table.lines[name]:
                yield Frame(page, Span(start + first, start + last), box)
            start += len(row.table.texts[name]) + 1
        return
    for piece in row.pieces:
        yield Frame(page, Span(start, start + len(piece.text)), piece.box)
        start += len(piece.text) + 1


def _recognised(placed: Sequence[tuple[Row, int]]) -> Iterator[Block]:
    """Rows that were read from a picture, each with its confidence."""
    for row, start in placed:
        mean = mean_confidence((p.text, p.confidence) for p in row.pieces)
        if mean is not None:
            span = Span(start, start + len(row.text))
            yield Block("recognised", span, confidence=round(mean, 4))


def _with_notes(page: Sequence[list[Row]]) -> tuple[list[list[Row]], list[Row]]:
    """(columns, footnotes) of a page: small rows at its end that open with a mark or a rule."""
    if not page:
        return [], []
    last = list(page[-1])
    body = median(row.size for column in page for row in column)
    start = len(last)
    while (
        start > 0
        and last[start - 1].table is None
        and (last[start - 1].size <= _NOTE_SIZE * body or _RULE.fullmatch(last[start - 1].text))
    ):
        start -= 1
    notes = last[start:]
    if not notes or not (_RULE.fullmatch(notes[0].text) or _NOTE_MARK.match(notes[0].text)):
        return list(page), []
    kept = [*page[:-1], last[:start]] if start else list(page[:-1])
    return kept, [row for row in notes if not _RULE.fullmatch(row.text)]


def _note_lines(rows: Sequence[Row]) -> str:
    """Footnotes, one per line: a row without a mark of its own goes on with the one above."""
    text = rows[0].text
    for row in rows[1:]:
        text += ("\n" if _NOTE_MARK.match(row.text) else _glue(text, row.text)) + row.text
    return text


def _table_rows(placed: Sequence[tuple[Row, int]]) -> Iterator[Block]:
    """The rows of ruled tables, and those whose cells stand in columns of their own."""
    table = first = 0
    while first < len(placed):
        end = first + 1
        drawn = placed[first][0].table
        if drawn is not None:
            while end < len(placed) and placed[end][0].table is drawn:
                end += 1
            yield from _ruled_rows(placed[first:end], drawn, table)
            table += 1
            first = end
            continue
        while end < len(placed) and _has_cells(placed[end - 1][0]) and _has_cells(placed[end][0]):
            end += 1
        stretch = placed[first:end]
        for rows, columns in _tables([row for row, _ in stretch]):
            for row, start in stretch[rows.start : rows.stop]:
                yield _table_row(row, start, columns, table)
            table += 1
        first = end


def _has_cells(row: Row) -> bool:
    return row.table is None and len(row.pieces) > 1


_Columns = list[tuple[float, float]]  # left and right edges


def _tables(rows: Sequence[Row]) -> Iterator[tuple[range, _Columns | None]]:
    """The tables among rows that follow each other, and their columns where all share them.

    Where the whole stretch, apart from its edges, stands in columns with gaps between them, it is
    one table, in which some cells may be empty. Else three and more rows with as many cells, each
    below one of the row above, are one.
    """
    if len(rows) < _MIN_ROWS:
        return
    for first, last in _EDGES:
        inner = range(first, len(rows) - last)
        columns = _gapped([rows[at] for at in inner])
        if columns is not None:
            yield inner, columns
            return
    first = 0
    while first < len(rows):
        end = first + 1
        while end < len(rows) and _same_columns(rows[end - 1], rows[end]):
            end += 1
        if end - first >= _MIN_ROWS:
            yield range(first, end), None
        first = end


def _gapped(rows: Sequence[Row]) -> _Columns | None:
    """Columns that no cell reaches beyond, when most of the rows have a cell in each of them."""
    columns: _Columns = []
    for piece in sorted((p for row in rows for p in row.pieces), key=lambda p: p.left):
        if columns and piece.left < columns[-1][1]:
            columns[-1] = (columns[-1][0], max(columns[-1][1], piece.right))
        else:
            columns.append((piece.left, piece.right))
    full = sum(len(row.pieces) == len(columns) for row in rows)
    if full < max(_MIN_ROWS, _FULL_ROWS * len(rows)):
        return None
    apart = all(len(set(_numbers(row, columns))) == len(row.pieces) for row in rows)
    return columns if apart else None


def _numbers(row: Row, columns: _Columns) -> list[int]:
    """The column of each piece of a row."""
    lefts = [left for left, _ in columns]
    return [bisect_right(lefts, piece.left) - 1 for piece in row.pieces]


def _table_row(row: Row, start: int, columns: _Columns | None, table: int) -> Block:
    """A row with a cell per column; empty ones stand at its start."""
    numbers = _numbers(row, columns) if columns else range(len(row.pieces))
    cells = [Span(start, start)] * (len(columns) if columns else len(row.pieces))
    at = start
    for number, piece in zip(numbers, row.pieces, strict=True):
        cells[number] = Span(at, at + len(piece.text))
        at += len(piece.text) + 1
    return Block("row", Span(start, at - 1), table, tuple(cells))


def _ruled_rows(placed: Sequence[tuple[Row, int]], drawn: Ruled, number: int) -> Iterator[Block]:
    """The rows of a ruled table; a cell that reaches over several stands in each of them."""
    at: dict[int, Span] = {}
    for row, start in placed:
        end = start
        for name in row.said:
            at[name] = Span(end, end + len(drawn.texts[name]))
            end += len(drawn.texts[name]) + 1
        # a cell that began in a row without any text is empty
        cells = tuple(at.get(name, Span(start, start)) for name in row.cells)
        yield Block("row", Span(start, end - 1), number, cells)


def _same_columns(above: Row, row: Row) -> bool:
    if len(row.pieces) < 2 or len(row.pieces) != len(above.pieces):
        return False
    return all(
        min(a.right, b.right) > max(a.left, b.left)
        for a, b in zip(above.pieces, row.pieces, strict=True)
    )


# --- rows and columns ----------------------------------------------------------------------------


def _placed(pieces: Sequence[Piece], rules: Sequence[Rule]) -> list[Row]:
    """The rows of a page from top to bottom, those of ruled tables among them."""
    tables = list(ruled(pieces, rules, _glue)) if rules else []
    held = frozenset[int]().union(*(table.pieces for table in tables))
    rows = _rows([piece for number, piece in enumerate(pieces) if number not in held])
    if not tables:
        return rows
    return sorted([*rows, *(row for table in tables for row in _of(table))], key=lambda r: r.top)


def _of(table: Ruled) -> Iterator[Row]:
    """The rows of a ruled table; one whose cells all began above says nothing of its own."""
    known: set[int] = set()
    for cells, (top, bottom) in zip(table.rows, pairwise(table.tops), strict=True):
        said = tuple(name for name in dict.fromkeys(cells) if name not in known)
        text = "\t".join(table.texts[name] for name in said)
        known.update(said)
        if text.strip():
            sure = mean_confidence((table.texts[name], table.sure[name]) for name in said)
            piece = Piece(table.left, table.right, top, bottom, text, table.size, sure)
            yield Row((piece,), table, cells, said)


def _rows(pieces: Sequence[Piece]) -> list[Row]:
    """Pieces that overlap in height by half are one row; rows from top to bottom."""
    groups: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda p: (p.top + p.bottom, p.left)):
        for group in reversed(groups[-3:]):
            head = group[0]
            shared = min(head.bottom, piece.bottom) - max(head.top, piece.top)
            if shared > 0.5 * min(head.size, piece.size):
                group.append(piece)
                break
        else:
            groups.append([piece])
    return [_row(sorted(group, key=lambda p: p.left)) for group in groups]


def _row(pieces: Sequence[Piece]) -> Row:
    """A row; 第一条 that is set apart from what it opens is no cell, nor is 总 beside 则."""
    first, *rest = _whole(pieces)
    spread = len(rest) > 1 and all(len(p.text) == 1 and p.text >= _CJK for p in rest)
    if (len(rest) == 1 or spread) and _opens(first.text, rest[0].text):
        text = f"{first.text} {''.join(p.text for p in rest)}"
        return Row((_together(first, rest[-1], text),), item=True)
    return Row((first, *rest))


def _whole(pieces: Sequence[Piece]) -> list[Piece]:
    """Pieces, of which m, a raised 3 and /d that stand close are one."""
    out: list[Piece] = []
    raised = False  # the last one ends in a raised figure
    for piece in pieces:
        if out and _is_raised(out[-1], piece):
            out[-1] = _together(out[-1], piece, out[-1].text + piece.text.translate(_RAISED))
            raised = True
        elif out and raised and abs(piece.left - out[-1].right) < _CLOSE * out[-1].size:
            out[-1] = _together(out[-1], piece, out[-1].text + piece.text)
            raised = False
        else:
            out.append(piece)
            raised = False
    return out


def _is_raised(left: Piece, right: Piece) -> bool:
    """True for a small figure that stands close to larger text, above its line."""
    return (
        len(right.text) <= _EXPONENT
        and all(ord(char) in _RAISED for char in right.text)
        and right.size <= _SMALL * left.size
        and abs(right.left - left.right) < _CLOSE * left.size
        and right.bottom < left.bottom - left.size / 4
    )


def _opens(label: str, text: str) -> bool:
    """True for what numbers or letters an item, with nothing else beside it."""
    if _LETTERED.fullmatch(label):
        return True
    found = parse_label(fold(f"{label} {text}"))
    return found is not None and len(label) <= found.length <= len(label) + 1


def _together(left: Piece, right: Piece, text: str) -> Piece:
    """Two pieces as one."""
    boxes = (left.box, right.box)
    turned = left.unturned is not None or right.unturned is not None
    box = (
        min(box[0] for box in boxes), min(box[1] for box in boxes),
        max(box[2] for box in boxes), max(box[3] for box in boxes),
    )  # fmt: skip
    return Piece(
        left.left, right.right, min(left.top, right.top), max(left.bottom, right.bottom), text,
        max(left.size, right.size),
        mean_confidence((p.text, p.confidence) for p in (left, right)),
        box if turned else None,
    )  # fmt: skip


def _columns(rows: Sequence[Row]) -> list[list[Row]]:
    """Rows in reading order: a stretch of two text columns is read down the left one first."""
    gutter = _gutter(rows)
    if gutter is None:
        return [list(rows)] if rows else []
    out: list[list[Row]] = []
    band: list[Row] = []
    for row in [*rows, None]:
        if row is not None and not any(p.left < gutter < p.right for p in row.pieces):
            band.append(row)
            continue
        out += _split(band, gutter)
        band = []
        if row is not None:
            out.append([row])
    return _merged(out)


def _split(band: Sequence[Row], gutter: float) -> Iterator[list[Row]]:
    if len(band) < 4:
        yield list(band)
        return
    for is_left in (True, False):
        half = (tuple(p for p in row.pieces if (p.right <= gutter) == is_left) for row in band)
        yield [Row(pieces) for pieces in half if pieces]


def _merged(columns: Sequence[list[Row]]) -> list[list[Row]]:
    """Single full-width rows that follow each other are one column."""
    out: list[list[Row]] = []
    single = False
    for column in columns:
        if not column:
            continue
        if len(column) == 1 and single:
            out[-1].extend(column)
        else:
            out.append(list(column))
        single = len(column) == 1
    return out


def _gutter(rows: Sequence[Row]) -> float | None:
    """The middle of the gap between two columns of running text, or None."""
    if len(rows) < 8:
        return None
    left, right = min(row.left for row in rows), max(row.right for row in rows)
    middle = (left + right) / 2
    pairs = [
        (row.pieces[0], row.pieces[1])
        for row in rows
        if len(row.pieces) == 2 and row.pieces[0].right <= middle <= row.pieces[1].left
    ]
    if len(pairs) < 8 or 2 * len(pairs) < len(rows):
        return None
    widths = [p.right - p.left for pair in pairs for p in pair]
    wide = median(widths) >= 0.36 * (right - left)  # cells of a table are shorter
    if not wide and not all(_runs_on([pair[side] for pair in pairs]) for side in (0, 1)):
        return None
    return (max(a.right for a, _ in pairs) + min(b.left for _, b in pairs)) / 2


def _runs_on(pieces: Sequence[Piece]) -> bool:
    """True for lines of running text: long, most as wide as the widest, broken in mid-sentence."""
    widest = max(piece.right - piece.left for piece in pieces)
    if widest < _TEXT_WIDTH * median(piece.size for piece in pieces):
        return False
    broken = sum(
        piece.right - piece.left >= 0.85 * widest and not _SENTENCE_END.search(piece.text)
        for piece in pieces
    )
    ended = sum(bool(_SENTENCE_END.search(piece.text)) for piece in pieces)
    return broken >= 0.4 * len(pieces) and ended >= 2


# --- furniture -----------------------------------------------------------------------------------


def _without_furniture(pages: Sequence[list[list[Row]]]) -> list[list[list[Row]]]:
    """Page numbers and what most pages repeat at their upper or lower edge, left out."""
    edges = [_edges(page) for page in pages]
    filled = sum(1 for rows in edges if rows)
    seen = Counter(
        key
        for number, rows in enumerate(edges)
        for key in {key for row in rows if _may_repeat(row) for key in _keys(row, number)}
    )
    repeated = {key for key, n in seen.items() if n >= 3 and n >= 0.4 * filled}
    offsets = Counter(
        int(found["n"]) - number
        for number, rows in enumerate(edges)
        for row in rows
        if (found := _PAGE_NUMBER.match(fold(row.text)))
    )
    out = []
    heads: set[tuple[str, int]] = set()  # of a table over several pages the first head stays
    for number, (page, rows) in enumerate(zip(pages, edges, strict=True)):
        dropped = set()
        for row in rows:
            if row.table is not None:
                continue
            keys = _keys(row, number)
            is_running = _may_repeat(row) and not repeated.isdisjoint(keys)
            is_first_head = _heads_table(row, rows, page) and heads.isdisjoint(keys)
            if _is_page_number(row, number, offsets) or (is_running and not is_first_head):
                dropped.add(id(row))
            heads |= keys
        columns = [[row for row in column if id(row) not in dropped] for column in page]
        out.append([column for column in columns if column])
    return out


def _heads_table(row: Row, edges: Sequence[Row], page: Sequence[Sequence[Row]]) -> bool:
    """True for a row at the upper edge of its page with rows of cells below it."""
    if len(row.pieces) < 2 or all(row is not upper for upper in edges[:2]):
        return False
    below = sorted(
        (other for column in page for other in column if other.top > row.top),
        key=lambda other: other.top,
    )
    return any(len(other.pieces) > 1 for other in below[:_HEAD_REACH])


def _edges(page: Sequence[Sequence[Row]]) -> list[Row]:
    """The two uppermost and the two lowest rows, from top to bottom."""
    rows = sorted((row for column in page for row in column), key=lambda row: row.top)
    return rows if len(rows) <= 4 else [*rows[:2], *rows[-2:]]


def _keys(row: Row, page: int) -> set[tuple[str, int]]:
    """Rows that share a key repeat each other: word for word, or counting on with the pages."""
    text, place = "".join(row.text.split()), round(row.top / 6)
    counted = re.sub(r"\d{1,4}(?=\D*$)", lambda found: f"#{int(found.group()) - page}", text)
    return {(text, place), (counted, place)}


def _may_repeat(row: Row) -> bool:
    """附件1, 附件2, … on top of their pages are no running head, nor is a sentence."""
    return not _SENTENCE_END.search(row.text) and parse_label(fold(row.text)) is None


def _is_page_number(row: Row, page: int, offsets: Counter[int]) -> bool:
    found = _PAGE_NUMBER.match(fold(row.text))
    if found is None:
        return False
    if found["open"].strip() and found["close"].strip():
        return True
    return offsets[int(found["n"]) - page] >= 2


# --- wrapped lines -------------------------------------------------------------------------------


def _margins(column: Sequence[Row]) -> _Margins:
    """The edges of the text of one column of one page."""
    column = [row for row in column if row.table is None] or column
    widest = max(row.right - row.left for row in column)
    wide = [row for row in column if row.right - row.left >= 0.6 * widest]
    rights = sorted(row.right for row in wide)
    return _Margins(min(row.left for row in wide), rights[int(0.85 * (len(rights) - 1))])


def _continues(
    previous: tuple[Row, _Margins, bool, int], row: Row, margins: _Margins, page: int
) -> bool:
    """True when `row` goes on with the paragraph of the row before it."""
    before, edges, opens, before_page = previous
    em = max(before.size, row.size)
    if row.table is not None or before.table is not None or row.item:
        return False
    if len(row.pieces) > 1 or len(before.pieces) > 1 or em > 1.2 * min(before.size, row.size):
        return False
    # In mid-sentence more room may be left: what Chinese typesetting cannot break is long.
    slack = 1.0 if _SENTENCE_END.search(before.text) else 2.0
    if before.right + (_unit(row.text) + slack) * em < edges.right:
        return False  # the row before had room for more: its paragraph has ended
    if page > before_page + 1:
        return False  # what stands on the page between is unknown
    if page == before_page and row.top - before.bottom > 1.6 * em:
        return False
    indent, before_indent = row.left - margins.left, before.left - edges.left
    label = parse_label(fold(row.text))
    if label is not None and _SENTENCE_END.search(before.text):
        return False
    if label is not None and label.kind == "附件" and page > before_page:
        return False  # an annex opens its page
    if not opens:
        return abs(indent - before_indent) < 0.8 * em
    if abs(indent - before_indent) < 0.5 * em:
        return indent < 0.8 * em  # paragraphs without an indented first line
    if indent < before_indent:
        return indent < 0.8 * em or before_indent - indent > 0.8 * em
    numbered = before.item or parse_label(fold(before.text)) is not None
    hangs = numbered and indent - before_indent < 5 * em
    return hangs and label is None


def _unit(text: str) -> float:
    """Width, in font sizes, of what a line may not be broken in: a figure, a word, 字。"""
    found = _UNIT.match(text)
    return sum(1.0 if char >= _CJK else 0.55 for char in found.group()) if found else 1.0


def _glue(left: str, right: str) -> str:
    """A space between words of scripts that have spaces."""
    return (
        " "
        if left[-1] < _CJK and right[0] < _CJK and left[-1].isalpha() and right[0].isalpha()
        else ""
    )
