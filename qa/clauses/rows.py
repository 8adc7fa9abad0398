"""Answers from table rows: the asked cell with its row, column and unit; a row; a whole table.

`answer` gives an outcome only where a table is surely meant, else None. What else stands here says
a row in words, and finds a row by its number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from qa.asked.parts import parts
from qa.asked.units import asked_unit, has_unit
from qa.clauses import counting
from qa.clauses.cells import Words, columns_asked, rows_named, totals
from qa.clauses.grid import Column, Grid, grid
from qa.proof.compose import Line, Outcome
from text.cells import is_blank, is_total
from text.normalize import fold, squeeze
from text.numerals import parse_int
from text.places import same_place
from youju.records import Hit, PolicyDoc, Question, Retriever, Span, Table, TableRow

_YEAR = re.compile(r"(?:19|20)\d{2}")
_FIGURE = re.compile(r"\d")
_NUMBERED = re.compile(
    r"(?:第\s{0,4}(?P<n>\d{1,4}|[一二三四五六七八九十百]{1,5})\s{0,4}(?=[行项号个名位家种类件]|[,。?的是]|$)"
    r"|(?:序号|编号|No\.?)[为是]?\s{0,4}(?P<o>\d{1,4}|[一二三四五六七八九十百]{1,5}))"
    r"(?![\d一二三四五六七八九十百]|\s{0,4}[条章节款])|(?<![\d年月])(?P<m>\d{1,4})号(?!文|令|楼|线)"
)
_ANNEX = re.compile(r"(?:附件|附表|表)\s*(?P<n>\d{1,2}|[一二三四五六七八九十])")

_TABLE_NUMBER = re.compile(r"附?表\s{0,4}(?P<n>\d{1,2}|[一二三四五六七八九十])(?![\d级等格])")
_SUM = re.compile(r"一共|总共|合计|总计|共计|累计|全[市省县区州]")

_ROW_HITS = 16  # hits among which a row makes its table a candidate
_CLAUSE_HITS = 6  # and a clause those that stand in it
_TABLES = 12
_LEAD = 80  # characters before a table in which it may be announced
_LISTED = 12  # rows named in one answer
_GROUP = 24  # characters of a cell that spans a row and belongs to the names below it
# The share of the question that row, columns, caption and headings must hold together.
_CELL = 0.5  # a row named whole, with a column that is asked for
_ROW = 0.7  # a row named whole, no column
_PART = 0.7  # a row named in part, with a column
_WHOLE = 0.6  # a whole table
_SHORT = 2  # characters of a name that many sentences hold too
_ROW_MAX = 160  # characters of a row that is told whole where several of its cells may be meant


# --- the asked cell ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Told:
    """Lines with how surely they are meant: the share of the question that their table holds."""

    share: float
    outcome: Outcome


def answer(question: Question, hits: Sequence[Hit], retriever: Retriever) -> Outcome | None:
    """The asked cells, rows or counts; None unless a table surely holds them."""
    words = Words.of(question, retriever)
    if not words.weights:
        return None
    asks = len(parts(question.normal))  # 0 for one
    told = [
        one
        for table in _tables(hits, retriever)
        if _may_be(table, question)
        if (one := _told(table, question, words, asks)) is not None
    ]
    return max(told, key=lambda one: one.share).outcome if told else None


def _told(table: Grid, question: Question, words: Words, asks: int) -> _Told | None:
    """What the table says; to a question in several parts one figure over all rows is no answer."""
    over_all = _whole(table, question, words) if not asks else None
    return over_all or _looked_up(table, question, words, asks)


def _tables(hits: Sequence[Hit], retriever: Retriever) -> Iterator[Grid]:
    """The tables of the best hits, nearest first."""
    seen: set[tuple[str, str]] = set()
    for rank, hit in enumerate(hits[:_ROW_HITS]):
        passage = hit.passage
        if passage.kind != "row" and rank >= _CLAUSE_HITS:
            continue
        doc = retriever.document(passage.doc_id)
        for table in doc.tables:
            near = (
                table.span.covers(passage.span)
                if passage.kind == "row"
                else table.clause_id in passage.clause_ids
            )
            if near and (doc.id, table.id) not in seen and len(seen) < _TABLES:
                seen.add((doc.id, table.id))
                yield grid(doc, table)


def _may_be(table: Grid, question: Question) -> bool:
    """False for 表2 where 表1 is asked for."""
    asked = _TABLE_NUMBER.search(question.normal)
    caption = table.table.caption
    said = _TABLE_NUMBER.match(fold(caption.of(table.doc.text))) if caption else None
    return (
        asked is None or said is None or parse_int(asked.group("n")) == parse_int(said.group("n"))
    )


def _context(table: Grid) -> list[str]:
    """What stands around the rows: title, place, headings, caption and notes."""
    doc = table.doc
    path = next((c.path for c in doc.clauses if c.id == table.table.clause_id), ())
    region = doc.meta.region.value if doc.meta.region else ""
    said = [table.table.caption, *table.table.notes]
    notes = [squeeze(fold(span.of(doc.text))) for span in said if span is not None]
    named = [table.columns[at].name for at in table.names]  # 医院等级 over 一级, 二级
    lead = doc.text[max(0, table.table.span.start - _LEAD) : table.table.span.start].rstrip()
    named.append(squeeze(fold(lead[lead.rfind("\n") + 1 :])))  # 居民用水价格见下表。
    return [squeeze(fold(text)) for text in (doc.name, region, *path)] + notes + named


def _looked_up(table: Grid, question: Question, words: Words, asks: int) -> _Told | None:
    chosen = rows_named(table, words)
    summed = totals(table) if not asks and _SUM.search(question.normal) else None
    if summed is not None and (not chosen.whole or chosen.rows == summed.rows):
        chosen = summed
    if not chosen.rows:
        return None
    columns = columns_asked(table, question, words, chosen.cells)
    figured = _figured(table, chosen.rows)
    if summed is not None and chosen.rows == summed.rows:
        columns = _total_column(table, words) or columns
    heads = [f"{table.columns[at].name} {table.columns[at].unit}" for at in columns]
    if not columns and question.kind in ("target", "when"):
        columns = figured if len(figured) == 1 else _in_unit(table, question, chosen.rows)
    share = words.share([*chosen.cells, *heads, *_context(table)])
    short = max(map(len, chosen.cells), default=9) <= _SHORT
    if not chosen.whole:
        least = _PART if columns else 1.01
    else:
        least = _CELL if columns and not short else _ROW
    if share < least or (len(chosen.rows) > _LISTED and not columns):
        return None
    dated = [c for c in table.columns if _YEAR.search(c.name)]
    if question.years and dated and not columns:
        return None  # no column of the asked year
    lines = _lines(table, chosen.rows[:_LISTED], columns)
    if 0 < len(columns) < asks:  # some of its other cells are asked for, too
        lines = _lines(table, chosen.rows[:_LISTED], ())
        if sum(len(line.text) for line in lines) > _ROW_MAX:
            return None
    more = f"共{len(chosen.rows)}行，这里列出前{_LISTED}行。" if len(chosen.rows) > _LISTED else ""
    return _Told(share, Outcome(lines, closing=more)) if lines else None


def _lines(table: Grid, rows: Sequence[TableRow], columns: Sequence[int]) -> tuple[Line, ...]:
    made = (_line(table, row, columns) for row in rows)
    return tuple(line for line in made if line is not None)


def _figured(table: Grid, rows: Sequence[TableRow]) -> list[int]:
    """The columns in which one of the rows holds a figure: 每亩40元 is one as well as 20万元."""
    return [
        c.at
        for c in table.columns
        if c.at not in table.names
        and not _counts(c)
        and any(c.at < len(r.cells) and _FIGURE.search(table.text(r, c.at)) for r in rows)
    ]


def _total_column(table: Grid, words: Words) -> list[int]:
    """The column that adds up the others, where the question names no other one in full."""
    totals = [c.at for c in table.columns if is_total(c.name) and c.valued]
    named = any(c.name in words.text for c in table.columns if c.valued and c.at not in totals)
    return totals if len(totals) == 1 and not named else []


def _in_unit(table: Grid, question: Question, chosen: Sequence[TableRow]) -> list[int]:
    """The one column whose cells carry the asked unit in every chosen row; [] where none does."""
    unit = asked_unit(question.normal)
    fitting = [
        c.at
        for c in table.columns
        if unit and c.at not in table.names
        if all(
            has_unit(fold(table.shown(row, c.at)), unit) for row in chosen if c.at < len(row.cells)
        )
    ]
    return fitting if len(fitting) == 1 else []


def _line(table: Grid, row: TableRow, columns: Sequence[int]) -> Line | None:
    """A row's name with the asked cells, or with all of them, each after its column's name."""
    at = columns or [c.at for c in table.columns if c.at not in table.names and not _counts(c)]
    note = note_of(table.table, table.doc)
    pairs: list[str] = []
    values: list[str] = []
    told: list[Span] = []
    for i in at:
        if i >= len(row.cells) or is_blank(table.text(row, i)):
            continue
        head = "".join(table.columns[i].name.split())
        value = table.shown(row, i)
        # 2025 | 1.42 must not melt into one figure
        joint = "年" if _YEAR.fullmatch(head) else "：" if head[-1:].isdigit() else ""
        dated = f"（{note}）" if note and table.columns[i].valued and not _YEAR.search(head) else ""
        pair = f"{head}{joint}{value}{dated}"
        if pair not in pairs:
            pairs.append(pair)
            values.append(value)  # the cell, and the unit that its column gives
            told.append(row.cells[i])
    if not pairs:
        return None
    named = _name(table, row)
    text = f"{named.text}：{'，'.join(pairs)}" if named.text else "，".join(pairs)
    known = f"{table.known} {' '.join(values)}"
    return replace(named, text=text, known=known, cells=tuple(told) if columns else ())


def row_line(doc: PolicyDoc, table: Table, row: TableRow) -> Line | None:
    """A row's name with each cell after its column's name; None for a row without cells."""
    return _line(grid(doc, table), row, ())


def _name(table: Grid, row: TableRow) -> Line:
    """A row by its name alone, the short cell that it stands under first."""
    name = table.name(row)
    spans = table.proof(row)
    group = row.group
    if group is not None and len(group) <= _GROUP:
        spans = (group, *spans)
        name = f"{''.join(group.of(table.doc.text).split())} {name}"
    path = next((c.path for c in table.doc.clauses if c.id == table.table.clause_id), ())
    return Line(table.doc, name, spans, path, table.known)


def _counts(column: Column) -> bool:
    return column.counter or column.name in ("单位", "计量单位", "计价单位")


def _whole(table: Grid, question: Question, words: Words) -> _Told | None:
    """Highest, lowest, all above a figure, all with a cell, how many: over all rows."""
    names = [f"{column.name} {column.unit}" for column in table.columns]
    found = counting.counted(table, question, words)
    cells = found.cells if found is not None else ()
    share = words.share([*_context(table), *names, *_frequent(table), *cells])
    if share < _WHOLE:
        return None
    if found is not None:
        if not found.rows:
            return None
        told = [
            _line(table, row, found.columns) if found.columns else _name(table, row)
            for row in found.rows[:_LISTED]
        ]
        said = tuple(line for line in told if line is not None)
        cut = f"这里列出前{_LISTED}项。" if len(found.rows) > _LISTED else ""
        return _Told(share, Outcome(said, closing=f"{found.closing}{cut}")) if said else None
    size = counting.size(table, question, words)
    if size is None or counting.compares(question):
        return None
    doc, caption = table.doc, table.table.caption
    called = f"“{' '.join(caption.of(doc.text).split())}”" if caption else "表中"
    span = caption or table.rows[0].span
    path = next((c.path for c in doc.clauses if c.id == table.table.clause_id), ())
    count, what = size
    known = f"{count} {table.known} {what}"
    return _Told(share, Outcome((Line(doc, f"{called}共{count}{what}", (span,), path, known),)))


def _frequent(table: Grid) -> list[str]:
    """The cells that name rows: what most of them are (泊位, 项目) the question may say."""
    return [row[at] for row in table.texts[:40] for at in table.names]


# --- in words ------------------------------------------------------------------------------------


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
    said = [note for note in table.notes if note != table.caption]
    notes = ["".join(note.of(doc.text).split()) for note in said]
    dated = [note for note in notes if _YEAR.search(note)]
    return dated[-1] if dated else ""


# --- by number -----------------------------------------------------------------------------------


def asked_number(question: Question) -> int | None:
    """The row number that the question names, or None."""
    without_annex = _ANNEX.sub(" ", question.normal)
    match = _NUMBERED.search(without_annex)
    if match is None:
        return None
    return parse_int(match.group("n") or match.group("o") or match.group("m"))


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
