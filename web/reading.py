"""A whole document as HTML: original characters, clause anchors, tables drawn, spans marked.

Nothing of the original is lost or moved; only white space between the cells of a table is.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from text.cells import is_value
from text.normalize import fold
from web.markup import attribute, escape
from youju.records import PolicyDoc, Span, Table

_SHORT = 24  # characters of a figure that is never broken over lines
_MANY = 0.02  # share of Traditional characters from which reading in Simplified is offered


@dataclass(frozen=True, slots=True)
class Link:
    """A stretch of the original that is a link: `tag` opens it."""

    span: Span
    tag: str


@dataclass(frozen=True, slots=True)
class _Ink:
    """How a stretch of the original becomes HTML: marks keep the original characters."""

    text: str
    marks: tuple[Span, ...]
    bold: tuple[Span, ...]  # ascending, none overlapping
    anchors: tuple[tuple[int, str], ...]  # (offset, HTML without text), ascending
    simple: bool
    links: tuple[Link, ...] = ()  # ascending, none overlapping

    def html(self, span: Span) -> str:
        """The stretch; anchors stand before the character at their offset."""
        cuts = {span.start, span.end}
        linked = (link.span for link in self._links(span))
        for edge in (*self.marks, *self._bold(span), *linked):
            cuts |= {at for at in (edge.start, edge.end) if span.start < at < span.end}
        first = bisect_left(self.anchors, span.start, key=lambda anchor: anchor[0])
        inside = self.anchors[first : bisect_left(self.anchors, (span.end, ""))]
        cuts |= {at for at, _ in inside}
        tags: dict[int, str] = {}
        for at, tag in inside:
            tags[at] = tags.get(at, "") + tag
        return "".join(
            tags.get(start, "") + self._piece(Span(start, end))
            for start, end in pairwise(sorted(cuts))
        )

    def _links(self, span: Span) -> Sequence[Link]:
        """The links that share characters with a stretch."""
        first = bisect_right(self.links, span.start, key=lambda link: link.span.end)
        after = bisect_left(self.links, span.end, key=lambda link: link.span.start)
        return self.links[first:after]

    def _bold(self, span: Span) -> Sequence[Span]:
        """The headings that share characters with a stretch."""
        first = bisect_right(self.bold, span.start, key=lambda heading: heading.end)
        after = bisect_left(self.bold, span.end, key=lambda heading: heading.start)
        return self.bold[first:after]

    def _piece(self, span: Span) -> str:
        marked = any(mark.covers(span) for mark in self.marks)
        text = span.of(self.text)
        shown = escape(_simplified(text) if self.simple and not marked else text)
        if any(heading.covers(span) for heading in self._bold(span)):
            shown = f"<b>{shown}</b>"
        for link in self._links(span):
            shown = f"{link.tag}{shown}</a>"
        return f"<mark>{shown}</mark>" if marked else shown


def document_html(
    doc: PolicyDoc,
    marks: Sequence[Span] = (),
    *,
    simple: bool = False,
    links: Sequence[Link] = (),
    beside: Mapping[str, str] | None = None,
) -> str:
    """The original with `marks`; `simple` shows the rest in Simplified characters.

    `links` do not overlap; `beside` is HTML without text that stands before a clause.
    """
    ink = _Ink(
        doc.text, tuple(marks), tuple(_headings(doc)), tuple(_anchors(doc, beside or {})), simple,
        tuple(sorted(links, key=lambda link: link.span)),
    )  # fmt: skip
    parts: list[str] = []
    at = 0
    for table in _drawable(doc):
        parts.append(ink.html(Span(at, table.span.start)))
        parts.append(_table_html(ink, doc, table))
        at = table.span.end
    parts.append(ink.html(Span(at, len(doc.text))))
    return "".join(parts)


def traditional(doc: PolicyDoc) -> bool:
    """True when a good part of the document is in Traditional characters."""
    changed = sum(a != b for a, b in zip(doc.text, _simplified(doc.text), strict=True))
    return changed > _MANY * max(1, len(doc.text))


def outline(doc: PolicyDoc) -> Iterator[tuple[str, int, str]]:
    """(anchor id, depth from 1, words) of every clause with a label or heading, and each table."""
    entries = [
        (clause.span.start, f"yj-{clause.id}", clause.level, clause.path[-1])
        for clause in doc.clauses
        if clause.path and (clause.label or clause.heading) and clause.kind != "——"
    ]
    entries += [
        (table.span.start, f"yj-{table.id}", 2, table.caption.of(doc.text).strip())
        for table in doc.tables
        if table.caption is not None
    ]
    for _, anchor, depth, words in sorted(entries, key=lambda entry: entry[:3]):
        yield anchor, depth, words


def _simplified(text: str) -> str:
    from text.normalize import simplify

    return simplify(text)


def _headings(doc: PolicyDoc) -> list[Span]:
    """Where labels and headings of clauses stand, in order; of two that overlap the first."""
    found: list[Span] = []
    for span in sorted(_labelled(doc)):
        if span and (not found or found[-1].end <= span.start):
            found.append(span)
    return found


def _labelled(doc: PolicyDoc) -> Iterator[Span]:
    """The title, and where the label and heading of each clause stand as the path says."""
    if doc.meta.title is not None:
        yield doc.meta.title.span
    for clause in doc.clauses:
        words = clause.path[-1] if clause.path and clause.heading else ""
        if words and doc.text.startswith(words, clause.span.start):
            yield Span(clause.span.start, clause.span.start + len(words))


def _anchors(doc: PolicyDoc, beside: Mapping[str, str]) -> list[tuple[int, str]]:
    anchors = [
        (
            clause.span.start,
            f'<a class="yj-anchor" id="yj-{attribute(clause.id)}"></a>{beside.get(clause.id, "")}',
        )
        for clause in doc.clauses
        if clause.span
    ]
    anchors += [
        (page.start, f'<span class="yj-page" data-page="{number}"></span>')
        for number, page in enumerate(doc.pages, 1)
        if page
    ]
    return sorted(anchors, key=lambda anchor: anchor[0])


def _drawable(doc: PolicyDoc) -> list[Table]:
    """The tables that follow each other and whose cells stand in order; others stay text."""
    kept: list[Table] = []
    for table in sorted(doc.tables, key=lambda table: table.span):
        cells = [span for span, _ in _placed(table)]
        ordered = all(a.end <= b.start for a, b in pairwise(cells))
        inside = all(table.span.covers(cell) for cell in cells)
        apart = not kept or kept[-1].span.end <= table.span.start
        if table.rows and ordered and inside and apart:
            kept.append(table)
    return kept


def _placed(table: Table) -> list[tuple[Span, int]]:
    """(span, row number) of every group and cell that holds text, in order; -1 is a group.

    A cell that spans rows or columns is placed once, where it begins.
    """
    placed = [(group, -1) for group in dict.fromkeys(row.group for row in table.rows) if group]
    placed += [
        (cell.span, number)
        for number, row in enumerate(_laid_out(table))
        for cell in row
        if cell.span
    ]
    return sorted(placed)


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell where it begins, at a column, and how many columns and rows it takes."""

    span: Span
    column: int
    columns: int
    rows: int


def _laid_out(table: Table) -> list[list[_Cell]]:
    """The cells that begin in each row."""
    groups = {row.group for row in table.rows}
    rows = [row.cells for row in table.rows]
    laid: list[list[_Cell]] = []
    for r, cells in enumerate(rows):
        own: list[_Cell] = []
        for c, cell in enumerate(cells):
            over = rows[r - 1][c] if r and c < len(rows[r - 1]) and _joined(table, r) else None
            if cell in groups or (cell and (cell in cells[:c] or cell == over)):
                continue
            columns, deep = c + 1, r + 1
            while cell and columns < len(cells) and cells[columns] == cell:
                columns += 1
            while (
                cell
                and deep < len(rows)
                and _joined(table, deep)
                and c < len(rows[deep])
                and rows[deep][c] == cell
            ):
                deep += 1
            own.append(_Cell(cell, c, columns - c, deep - r))
        laid.append(own)
    return laid


def _joined(table: Table, row: int) -> bool:
    """True when nothing stands between a row and the one above it."""
    return table.rows[row].group == table.rows[row - 1].group


def _table_html(ink: _Ink, doc: PolicyDoc, table: Table) -> str:
    wide = max([len(table.header), *(len(row.cells) for row in table.rows)])
    placed = _placed(table)
    begin = placed[0][0].start if placed else table.span.start
    caption = table.caption if table.caption and table.span.covers(table.caption) else None
    at = table.span.start
    body: list[str] = [f'<a class="yj-anchor" id="yj-{attribute(table.id)}"></a>']
    head = Span(at, begin)
    if caption and head.covers(caption):
        before = _loose(ink, Span(at, caption.start), "div")
        body.append(f"{before}<table><caption>{ink.html(caption)}</caption>")
        head = Span(caption.end, begin)
    else:
        body.append("<table>")
    body.append(_head_html(ink, table, head, wide))
    laid = _laid_out(table)
    at, done = begin, -1
    for span, number in placed:
        body.append(_loose(ink, Span(min(at, span.start), span.start), "row", wide))
        if number < 0:
            body.append(
                f'<tr class="yj-group"><td colspan="{wide}">{ink.html(_tight(doc, span))}</td></tr>'
            )
        elif number != done:
            for n in range(done + 1, number + 1):  # a row may hold nothing but what is carried
                body.append(_row_html(ink, doc, laid[n], wide - len(table.rows[n].cells)))
            done = number
        at = max(at, span.end)
    body.append(_loose(ink, Span(min(at, table.span.end), table.span.end), "row", wide))
    return f'<div class="yj-table">{"".join(body)}</table></div>'


def _head_html(ink: _Ink, table: Table, head: Span, wide: int) -> str:
    """The lines above the first row: as column headings when they are just those."""
    lines = [_pieces(ink.text, line) for line in _lines(ink.text, head)]
    for first in range(len(lines)):
        rows = _head_rows(ink, table, lines[first:], wide)
        if rows is not None:
            notes = "".join(
                f'<tr class="yj-tnote"><td colspan="{wide}">{ink.html(span)}</td></tr>'
                for pieces in lines[:first]
                for span in pieces
            )
            return f"{notes}{rows}"
    return _loose(ink, head, "row", wide)


def _head_rows(ink: _Ink, table: Table, lines: Sequence[Sequence[Span]], wide: int) -> str | None:
    """The heading rows, each name over the columns that are called by it; None when the words of
    the lines are not just the names of the columns.

    A name stands in a row of its own level; one that has no further level reaches down.
    """
    names = ["".join(name.split()) for name in table.header]
    levels = [["".join(part.split()) for part in name.split()] for name in table.header]
    left = [list(parts) for parts in levels]
    open_at: list[list[tuple[Span, int, int]]] = []
    depth = max((len(parts) for parts in levels), default=0)
    for span in (piece for line in lines for piece in line):
        said = "".join(span.of(ink.text).split())
        at = next(
            (c for c, parts in enumerate(left) if parts and (parts[0] == said or names[c] == said)),
            None,
        )
        if at is None:
            return None
        whole = names[at] == said
        level = len(levels[at]) - len(left[at]) if not whole else 0
        end = at
        while end < len(left) and left[end] and (left[end][0] == said or names[end] == said):
            left[end] = [] if whole else left[end][1:]
            end += 1
            if not whole and not left[end - 1]:
                break  # the last level: each column has a name of its own
        while len(open_at) <= level:
            open_at.append([])
        open_at[level].append((span, at, end))
    if not open_at or any(left):
        return None
    depth = len(open_at)
    html = []
    for level, cells in enumerate(open_at):
        row = []
        for span, at, end in sorted(cells, key=lambda cell: cell[1]):
            lower = any(a < end and at < e for more in open_at[level + 1 :] for _, a, e in more)
            deep = 1 if lower else depth - level
            row.append(
                f'<th scope="col{"group" if end - at > 1 else ""}"{_first(at)}'
                f"{_over(end - at, deep)}>{ink.html(span)}</th>"
            )
        if level == 0:
            row += _unnamed(levels, depth, wide)
        html.append(f"<tr>{''.join(row)}</tr>")
    return "".join(html)


def _unnamed(levels: Sequence[Sequence[str]], depth: int, wide: int) -> list[str]:
    """Empty headings at the right end: columns without a name."""
    missing = wide - max((c + 1 for c, parts in enumerate(levels) if parts), default=0)
    return [f'<th scope="col"{_over(1, depth)}></th>'] * missing


def _pieces(text: str, line: Span) -> list[Span]:
    """The cells of a line of the header."""
    found, at = [], line.start
    for piece in line.of(text).split("\t"):
        if piece.strip():
            found.append(_strip(text, Span(at, at + len(piece))))
        at += len(piece) + 1
    return found


def _row_html(ink: _Ink, doc: PolicyDoc, row: Sequence[_Cell], missing: int) -> str:
    cells = []
    for cell in row:
        plain = len(fold(cell.span.of(doc.text)).strip()) <= _SHORT
        figure = plain and is_value(fold(cell.span.of(doc.text)).strip())
        cells.append(
            f"<td{_first(cell.column, figure)}{_over(cell.columns, cell.rows)}>"
            f"{ink.html(_tight(doc, cell.span))}</td>"
        )
    return f"<tr>{''.join(cells)}{'<td></td>' * missing}</tr>"


def _over(columns: int, rows: int) -> str:
    """How many columns and rows a cell takes, as attributes."""
    over = f' colspan="{columns}"' if columns > 1 else ""
    return over + (f' rowspan="{rows}"' if rows > 1 else "")


def _first(column: int, figure: bool = False) -> str:
    """The classes of a cell: the first column stays in sight, figures are not broken."""
    classes = ["yj-first"] * (column == 0) + ["yj-num"] * figure
    return f' class="{" ".join(classes)}"' if classes else ""


def _loose(ink: _Ink, span: Span, kind: str, wide: int = 1) -> str:
    """Text of a table that belongs to no cell: nothing is dropped."""
    if span.start >= span.end or not span.of(ink.text).strip():
        return ""
    shown = ink.html(_strip(ink.text, span))
    if kind == "row":
        return f'<tr class="yj-tnote"><td colspan="{wide}">{shown}</td></tr>'
    return f"<div>{shown}</div>"


def _lines(text: str, span: Span) -> list[Span]:
    found, at = [], span.start
    for line in span.of(text).split("\n"):
        if line.strip():
            found.append(_strip(text, Span(at, at + len(line))))
        at += len(line) + 1
    return found


def _tight(doc: PolicyDoc, span: Span) -> Span:
    return _strip(doc.text, span) if span.of(doc.text).strip() else span


def _strip(text: str, span: Span) -> Span:
    inner = span.of(text)
    return Span(
        span.start + len(inner) - len(inner.lstrip()), span.end - len(inner) + len(inner.rstrip())
    )
