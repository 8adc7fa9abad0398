"""A whole document as HTML: original characters, clause anchors, tables drawn, spans marked.

Nothing of the original is lost or moved; only white space between the cells of a table is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from web.markup import attribute, escape
from youju.records import PolicyDoc, Span, Table, TableRow

_MANY = 0.02  # share of Traditional characters from which reading in Simplified is offered


@dataclass(frozen=True, slots=True)
class _Ink:
    """How a stretch of the original becomes HTML: marks keep the original characters."""

    text: str
    marks: tuple[Span, ...]
    bold: tuple[Span, ...]
    anchors: tuple[tuple[int, str], ...]  # (offset, HTML without text), ascending
    simple: bool

    def html(self, span: Span) -> str:
        """The stretch; anchors stand before the character at their offset."""
        cuts = {span.start, span.end}
        for edge in (*self.marks, *self.bold):
            cuts |= {at for at in (edge.start, edge.end) if span.start < at < span.end}
        inside = [(at, tag) for at, tag in self.anchors if span.start <= at < span.end]
        cuts |= {at for at, _ in inside}
        tags: dict[int, str] = {}
        for at, tag in inside:
            tags[at] = tags.get(at, "") + tag
        return "".join(
            tags.get(start, "") + self._piece(Span(start, end))
            for start, end in pairwise(sorted(cuts))
        )

    def _piece(self, span: Span) -> str:
        marked = any(mark.covers(span) for mark in self.marks)
        text = span.of(self.text)
        shown = escape(_simplified(text) if self.simple and not marked else text)
        if any(heading.covers(span) for heading in self.bold):
            shown = f"<b>{shown}</b>"
        return f"<mark>{shown}</mark>" if marked else shown


def document_html(doc: PolicyDoc, marks: Sequence[Span] = (), *, simple: bool = False) -> str:
    """The original with `marks`; `simple` shows the rest in Simplified characters."""
    ink = _Ink(doc.text, tuple(marks), tuple(_headings(doc)), tuple(_anchors(doc)), simple)
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


def _headings(doc: PolicyDoc) -> Iterator[Span]:
    """Where the label and heading of each clause stand, when they stand as the path says."""
    if doc.meta.title is not None:
        yield doc.meta.title.span
    for clause in doc.clauses:
        words = clause.path[-1] if clause.path and clause.heading else ""
        if words and doc.text.startswith(words, clause.span.start):
            yield Span(clause.span.start, clause.span.start + len(words))


def _anchors(doc: PolicyDoc) -> list[tuple[int, str]]:
    anchors = [
        (clause.span.start, f'<a class="yj-anchor" id="yj-{attribute(clause.id)}"></a>')
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
        cells = [cell for cell, _ in _placed(table)]
        ordered = all(a.end <= b.start for a, b in pairwise(cells))
        inside = all(table.span.covers(cell) for cell in cells)
        apart = not kept or kept[-1].span.end <= table.span.start
        if table.rows and ordered and inside and apart:
            kept.append(table)
    return kept


def _placed(table: Table) -> list[tuple[Span, int]]:
    """(span, row number) of every group and cell that holds text, in order; -1 is a group."""
    groups = dict.fromkeys(row.group for row in table.rows if row.group)
    placed = [(group, -1) for group in groups]
    placed += [
        (cell, number)
        for number, row in enumerate(table.rows)
        for cell in _own_cells(row, groups)
        if cell
    ]
    return sorted(placed)


def _own_cells(row: TableRow, groups: dict[Span, None]) -> list[Span]:
    return [cell for cell in row.cells if cell not in groups]


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
    at, done = begin, -1
    for span, number in placed:
        body.append(_loose(ink, Span(min(at, span.start), span.start), "row", wide))
        if number < 0:
            body.append(
                f'<tr class="yj-group"><td colspan="{wide}">{ink.html(_tight(doc, span))}</td></tr>'
            )
        elif number != done:
            body.append(_row_html(ink, doc, table.rows[number], wide))
            done = number
        at = max(at, span.end)
    body.append(_loose(ink, Span(min(at, table.span.end), table.span.end), "row", wide))
    return f'<div class="yj-table">{"".join(body)}</table></div>'


def _head_html(ink: _Ink, table: Table, head: Span, wide: int) -> str:
    """The lines above the first row: as column headings when they are just those."""
    lines = _lines(ink.text, head)
    named = [words.strip() for words in table.header if words.strip()]
    names = [span.of(ink.text).strip() for span in lines]
    if not named or names[-len(named) :] != named:
        return _loose(ink, head, "row", wide)
    above, own = lines[: -len(named)], iter(lines[-len(named) :])
    cells = "".join(
        f'<th scope="col">{ink.html(next(own)) if words.strip() else ""}</th>'
        for words in table.header
    )
    cells += '<th scope="col"></th>' * (wide - len(table.header))
    notes = "".join(
        f'<tr class="yj-tnote"><td colspan="{wide}">{ink.html(span)}</td></tr>' for span in above
    )
    return f"{notes}<tr>{cells}</tr>"


def _row_html(ink: _Ink, doc: PolicyDoc, row: TableRow, wide: int) -> str:
    cells = "".join(f"<td>{ink.html(_tight(doc, cell))}</td>" for cell in row.cells)
    return f"<tr>{cells}{'<td></td>' * (wide - len(row.cells))}</tr>"


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
