"""Answers from table rows: by row number, by a cell that the question names, or by likeness."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from qa.clauses.draft import Statement
from qa.clauses.pieces import Piece
from text.normalize import fold, squeeze
from text.numerals import parse_int
from text.places import same_place
from youju.records import PolicyDoc, Question, Table, TableRow

_YEAR = re.compile(r"(?:19|20)\d{2}")
_NUMBERED = re.compile(
    r"(?:第|序号(?:为|是)?|编号(?:为|是)?|No\.?)\s*(?P<n>\d{1,4}|[一二三四五六七八九十百]{1,5})"
    r"(?![\d一二三四五六七八九十百]|\s*[条章节款])|(?<![\d年月])(?P<m>\d{1,4})号(?!文|令|楼|线)"
)
_ANNEX = re.compile(r"(?:附件|附表|表)\s*(?P<n>\d{1,2}|[一二三四五六七八九十])")
_ORGAN = re.compile(r"(?:局|委|厅|部|院|会|办|政府|公司|集团|中心|大学|所|站|处)$")


def cells_of(doc: PolicyDoc, row: TableRow) -> list[str]:
    """The original characters of each cell, white space closed up."""
    return ["".join(cell.of(doc.text).split()) for cell in row.cells]


def describe(doc: PolicyDoc, table: Table, row: TableRow, years: Sequence[int] = ()) -> str:
    """A row in words: its name, then its values under their column names and their year.

    Of columns that are headed by years only those of the asked `years` count, if there are any.
    """
    cells = cells_of(doc, row)
    heads = [*table.header, *[""] * len(cells)]
    named = [(head, cell) for head, cell in zip(heads, cells, strict=False) if cell]
    counter = bool(cells) and cells[0].isdigit()
    rest = named[1:] if counter and len(named) > 1 else named
    if not rest:
        return "".join(cells)
    name = rest[0][1]
    told = _of_years(rest[1:], years)
    values = [_valued(head, cell, table, doc) for head, cell in told if re.search(r"\w", cell)]
    return f"{name}：{'，'.join(values)}" if values else name


def _of_years(told: list[tuple[str, str]], years: Sequence[int]) -> list[tuple[str, str]]:
    """The (column name, cell) pairs of the asked years; all when no column is headed by one."""
    dated = [(head, cell) for head, cell in told if _YEAR.search(head)]
    wanted = [pair for pair in dated if any(str(year) in pair[0] for year in years)]
    return wanted or told


def _valued(head: str, cell: str, table: Table, doc: PolicyDoc) -> str:
    if _YEAR.search(head):
        return f"{head}{cell}"
    if re.search(r"\d", cell):
        note = note_of(table, doc)
        return f"{cell}（{note}）" if note else cell
    return f"{head}{cell}" if head else cell


def note_of(table: Table, doc: PolicyDoc) -> str:
    """The note above the columns that dates the values (2015年具体目标), or ''."""
    notes = ["".join(note.of(doc.text).split()) for note in table.notes]
    dated = [note for note in notes if _YEAR.search(note)]
    return dated[-1] if dated else ""


def statement(piece: Piece, years: Sequence[int] = ()) -> Statement:
    """One row as a statement, of the asked `years` alone. The piece must be a row."""
    assert piece.table is not None and piece.row is not None, "not a row"
    text = describe(piece.doc, piece.table, piece.row, years)
    known = " ".join([*piece.table.header, note_of(piece.table, piece.doc)])
    return Statement(text, piece, (piece.row.span,), known)


# --- by number -----------------------------------------------------------------------------------


def asked_number(question: Question) -> int | None:
    """The row number that the question names, or None."""
    without_annex = _ANNEX.sub(" ", question.normal)
    match = _NUMBERED.search(without_annex)
    if match is None:
        return None
    return parse_int(match.group("n") or match.group("m"))


def tables_asked(question: Question, docs: Sequence[PolicyDoc]) -> list[tuple[PolicyDoc, Table]]:
    """The tables that the question may mean: by 附件 number, else by words of the caption."""
    annex = _ANNEX.search(question.normal)
    wanted = parse_int(annex.group("n")) if annex else None
    found: list[tuple[float, PolicyDoc, Table]] = []
    for doc in docs:
        region = doc.meta.region.value if doc.meta.region else ""
        if question.regions and not any(same_place(r, region) for r in question.regions):
            continue
        paths = {clause.id: clause for clause in doc.clauses}
        for table in doc.tables:
            clause = paths.get(table.clause_id or "")
            label = squeeze(fold(clause.path[0])) if clause and clause.path else ""
            if wanted is not None and not re.match(rf"附(?:件|表)?{wanted}(?!\d)", label):
                continue
            caption = label + (fold(table.caption.of(doc.text)) if table.caption else "")
            found.append((_likeness(question.normal, caption), doc, table))
    found.sort(key=lambda entry: (-entry[0], entry[1].id, entry[2].span.start))
    if wanted is None:
        found = [entry for entry in found if entry[0] > 0 and entry[0] == found[0][0]]
    return [(doc, table) for _, doc, table in found]


def _likeness(question: str, caption: str) -> float:
    pairs = {caption[i : i + 2] for i in range(len(caption) - 1)}
    return sum(pair in question for pair in pairs) / max(1, len(pairs))


def numbered_row(table: Table, doc: PolicyDoc, number: int) -> TableRow | None:
    """The row whose counting cell is `number`."""
    for row in table.rows:
        if row.cells and squeeze(fold(row.cells[0].of(doc.text))) == str(number):
            return row
    return None


# --- by cell -------------------------------------------------------------------------------------


def rows_with_cell(question: Question, pieces: Sequence[Piece]) -> list[Piece]:
    """Rows that share a cell which the question names: all projects that 市交委 builds."""
    runs = "".join(question.normal.split())
    for piece in pieces:
        if piece.kind != "row" or piece.table is None or piece.row is None:
            continue
        cells = cells_of(piece.doc, piece.row)
        named = 1 if cells and cells[0].isdigit() else 0  # the column that names the row
        for column, cell in enumerate(cells):
            folded = fold(cell)
            if column > named and len(folded) >= 3 and folded in runs and _ORGAN.search(folded):
                return _same_cell(piece, column, folded)
    return []


def _same_cell(piece: Piece, column: int, value: str) -> list[Piece]:
    assert piece.table is not None
    rows = [
        row
        for row in piece.table.rows
        if column < len(row.cells) and squeeze(fold(row.cells[column].of(piece.doc.text))) == value
    ]
    return [replace(piece, row=row, span=row.span) for row in rows]


def has_value(piece: Piece) -> bool:
    """True when a cell beside the row's name and number holds a figure."""
    assert piece.row is not None
    cells = [cell for cell in cells_of(piece.doc, piece.row) if cell]
    values = cells[2:] if cells and cells[0].isdigit() else cells[1:]
    return any(re.search(r"\d", cell) for cell in values)


def row_name(piece: Piece) -> str:
    """The first cell of a row that is not its number."""
    assert piece.row is not None
    cells = [cell for cell in cells_of(piece.doc, piece.row) if cell]
    return cells[1] if len(cells) > 1 and cells[0].isdigit() else cells[0]
