"""Targets in tables: a row with a value is one fact, one with values for several years several.

The value columns are those whose heading says 目标, 指标数据, 计划 or a year; a note above the
columns (2015年具体目标) dates them. Columns of what has been reached (现状, 完成) are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.facts.quantity import single
from ingest.tables import value_note
from text.dates import years
from text.normalize import fold
from youju.records import Fact, PolicyDoc, Span, Table, TableRow

_VALUE_HEAD = re.compile(
    r"目标|指标数据|指标值|数值|计划|规划值|预期|任务数|数据$|年$|年度值|20\d{2}"
)
_REACHED = re.compile(
    r"现状|基期|基数|完成|实际|上年|实绩|同比|较|增长|名次|权重|分值|得分|年均|累计|标准"
)
_NAME_HEAD = re.compile(r"指标|名称|项目|任务|内容|类别|事项")
_UNIT_HEAD = re.compile(r"单位|计量")
_FORCE_HEAD = re.compile(r"属性|性质|类型")
_OWNER_HEAD = re.compile(r"(?:责任|牵头|主管|配合|实施)(?:单位|部门)")
_COUNTED = re.compile(r"([个户项件家名条所座处人亩])数(?:\([^()]*\))?$")
_GOALS = re.compile(r"目标|指标|任务|计划|规划")
_EMPTY = re.compile(r"^[\s/⁄／—\-–]*$")


def row_facts(doc: PolicyDoc, base: int | None) -> list[Fact]:
    """The targets of all tables; values of years before `base` are reports of the past."""
    return [fact for table in doc.tables for fact in _table_facts(doc, table, base)]


def _table_facts(doc: PolicyDoc, table: Table, base: int | None) -> Iterator[Fact]:
    heads = [fold(head).strip() for head in table.header]
    columns = _value_columns(heads)
    name = _name_column(doc, table, heads, columns)
    if name is None or not columns or not _about_goals(doc, table, heads):
        return
    note = fold(value_note(table, doc.text))
    path = next((c.path for c in doc.clauses if c.id == table.clause_id), ())
    for row in table.rows:
        for column in columns:
            if column >= len(row.cells) or name >= len(row.cells):
                continue
            year = _year(fold(row.cells[name].of(doc.text)), heads[column], note)
            if year is not None and base is not None and year < base:
                continue
            fact = _row_fact(doc, table, row, heads, name, column, year, path)
            if fact is not None:
                yield fact


def _value_columns(heads: list[str]) -> list[int]:
    return [
        i
        for i, head in enumerate(heads)
        if _VALUE_HEAD.search(head)
        and not _REACHED.search(head)
        and not _UNIT_HEAD.search(head)
        and not _FORCE_HEAD.search(head)
        and not (_NAME_HEAD.search(head) and not re.search(r"数据|值|20\d{2}", head))
    ]


def _name_column(doc: PolicyDoc, table: Table, heads: list[str], columns: list[int]) -> int | None:
    """The column that names the indicators: the one with words in most rows before the values."""
    best, most = None, 0
    for i in range(min(columns, default=0)):
        words = sum(
            1
            for row in table.rows
            if i < len(row.cells) and re.search(r"[\u4e00-\u9fff]{2}", row.cells[i].of(doc.text))
        )
        named = bool(_NAME_HEAD.search(heads[i])) and not re.search(r"类别|序号", heads[i])
        weight = words * (2 if named else 1)
        if weight >= most and words and not _UNIT_HEAD.search(heads[i]):
            best, most = i, weight
    return best


def _about_goals(doc: PolicyDoc, table: Table, heads: list[str]) -> bool:
    told = [*heads, *(fold(note.of(doc.text)) for note in table.notes)]
    if table.caption is not None:
        told.append(fold(table.caption.of(doc.text)))
    return any(_GOALS.search(text) for text in told)


def _year(name: str, head: str, note: str) -> int | None:
    """The row's own year, else the column's, else the note's."""
    for text in (name, head, note):
        found = [y for y in years(text) if y.first == y.last] or (
            [] if not re.fullmatch(r"20\d{2}", text.strip()) else years(f"{text.strip()}年")
        )
        if found:
            return found[-1].first
    return None


def _row_fact(
    doc: PolicyDoc,
    table: Table,
    row: TableRow,
    heads: list[str],
    name: int,
    column: int,
    year: int | None,
    path: tuple[str, ...],
) -> Fact | None:
    cell = row.cells[column]
    text = fold(cell.of(doc.text))
    quantity = None if _EMPTY.match(text) else single(text)
    if quantity is None:
        return None
    span = Span(cell.start + quantity.start, cell.start + quantity.end)
    indicator = " ".join(row.cells[name].of(doc.text).split())
    mark = text[: quantity.start].strip()
    limit = {"≥": "不低于", "≤": "不超过", ">": "超过", "<": "低于", "约": "约"}.get(mark, "")
    unit = quantity.unit or _unit(doc, row, heads, indicator)
    scale, unit = _scaled(unit)
    value = quantity.value
    return Fact(
        doc_id=doc.id,
        indicator=indicator,
        value=(value[0] * scale, value[1] * scale) if isinstance(value, tuple) else value * scale,
        value_text=span.of(doc.text),
        unit=unit,
        comparator=f"{limit}…{quantity.suffix}"
        if limit and quantity.suffix
        else limit or quantity.suffix,
        year=year,
        period=None,
        region=doc.meta.region.value if doc.meta.region else None,
        owners=_owners(doc, row, heads),
        clause_id=table.clause_id,
        path=path,
        span=span,
        sentence=row.span,
        force=_force(doc, row, heads),
    )


def _unit(doc: PolicyDoc, row: TableRow, heads: list[str], indicator: str) -> str:
    """From a column 单位, from (万人) after the name, or from …个数."""
    told = _cell(doc, row, heads, _UNIT_HEAD)
    if told:
        return told
    folded = fold(indicator)
    bracket = re.search(r"\(([^()\d]{1,8})\)$", folded)
    if bracket and re.search(r"[个%‰人元亩吨米家项户件]|公里|克", bracket.group(1)):
        return bracket.group(1)
    counted = _COUNTED.search(folded)
    return counted.group(1) if counted else ""


def _scaled(unit: str) -> tuple[float, str]:
    """万张 as (10000, 张): the value of a cell counts in the unit of its column."""
    found = re.match(r"(?:万亿|百万|千万|[百千万亿])(?![克米瓦帕分升])(?=.)", unit)
    if found is None:
        return 1.0, unit
    scale = 1.0
    for char in found.group():
        scale *= {"百": 1e2, "千": 1e3, "万": 1e4, "亿": 1e8}[char]
    return scale, unit[found.end() :]


def _owners(doc: PolicyDoc, row: TableRow, heads: list[str]) -> tuple[str, ...]:
    told = _cell(doc, row, heads, _OWNER_HEAD)
    return tuple(part.strip() for part in re.split(r"[、,;\s]", told) if part.strip())


def _force(doc: PolicyDoc, row: TableRow, heads: list[str]) -> str | None:
    told = fold(_cell(doc, row, heads, _FORCE_HEAD))
    return next((word for word in ("约束性", "预期性") if word in told), None)


def _cell(doc: PolicyDoc, row: TableRow, heads: list[str], pattern: re.Pattern[str]) -> str:
    """The text of the row's cell under the first heading that matches, or ''."""
    for i, head in enumerate(heads):
        if pattern.search(head) and i < len(row.cells):
            return " ".join(row.cells[i].of(doc.text).split())
    return ""
