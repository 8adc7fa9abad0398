"""Questions over a whole table: highest and lowest, all above or below a figure, how many.

Rows that add up others (合计) count for none; how many rows were compared is said.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qa.clauses.cells import Words, columns_asked, forms, rows_named
from qa.clauses.grid import Grid
from text.cells import is_value
from text.normalize import squeeze
from text.numerals import numbers
from text.units import scaled
from youju.records import Question, TableRow

_MOST = re.compile(r"最(?:高|大|多|长|好|贵|重|快|远|晚|迟)|排名?第一|居首")
_LEAST = re.compile(r"最(?:低|小|少|短|差|便宜|轻|慢|近|早)")
_WHICH = re.compile(r"哪|谁|什么|多少|几|列出|排|最.{1,2}的[\u4e00-\u9fff]{1,8}[?。]?$")
_BEFORE = re.compile(
    r"(?P<not>不)?(?P<word>大于等于|小于等于|大于|高于|多于|超过|超|达到|满|大过|至少|不少于|低于|小于|少于|不足|不到|≥|≤|>|<)\s*$"
)
_AFTER = re.compile(r"\s*[^\d,。?]{0,6}?(?P<word>及?以上|及?以下|以内|之内)")
_UP = ("大于", "高于", "多于", "超过", "超", "大过", ">")
_UP_TO = ("达到", "满", "至少", "不少于", "大于等于", "≥")
_DOWN = ("低于", "小于", "少于", "不足", "不到", "<")
_COUNTERS = "(?:个|家|项|种|类|行|名|条|处|所|座|只|台|辆|户|位|款|件)"
_ALL = re.compile(rf"哪些|哪几|有哪|(?:多少|几){_COUNTERS}|列出|分别")
_COUNT = re.compile(rf"(?:多少|(?<!哪)几){_COUNTERS}")
_TABLE = re.compile(r"[表清名]单?(?:中|里|上|内|格)|附表|附件|清单|名单|目录|一览|列入|列了|表\d")

_Test = Callable[[float, float], bool]


@dataclass(frozen=True, slots=True)
class Found:
    """Rows that answer, the columns to be told (none: names alone), and how they were found."""

    rows: tuple[TableRow, ...]
    columns: tuple[int, ...]
    closing: str
    cells: tuple[str, ...] = ()  # by which the rows were found


def counted(grid: Grid, question: Question, words: Words) -> Found | None:
    """What the whole table answers, or None when the question asks for no such thing."""
    return (
        _bounded(grid, question, words)
        or _extreme(grid, question, words)
        or _sharing(grid, question, words)
    )


def compares(question: Question) -> bool:
    """True when the question sets a bound or asks for the most or the least."""
    found = _MOST.search(question.normal) or _LEAST.search(question.normal)
    return found is not None or _bound(question.normal) is not None


def size(grid: Grid, question: Question, words: Words) -> tuple[int, str] | None:
    """How many rows the table has, or how many different things a naming column holds; and what
    was counted: (5, 行), (3, 种违法行为). None when the question asks for no such thing.
    """
    asked = _COUNT.search(question.normal)
    if asked is None:
        return None
    # 违法行为 of the column is what 多少种 asks for
    follows = squeeze(question.normal[asked.end() :])
    for at in grid.names:
        name = grid.columns[at].name
        cells = {grid.text(row, at) for row in grid.rows} - {""}
        if len(name) >= 2 and name in words.text and follows.startswith(name[:2]):
            return len(cells), f"{asked.group()[-1]}{name}"
    if not _TABLE.search(question.normal) or columns_asked(grid, question, words, ()):
        return None
    return len(grid.rows), "行"


# --- highest and lowest --------------------------------------------------------------------------


def _extreme(grid: Grid, question: Question, words: Words) -> Found | None:
    up, down = _MOST.search(question.normal), _LEAST.search(question.normal)
    found = up or down
    if found is None or not _WHICH.search(question.normal):
        return None
    at = _column(grid, question, words)
    if at is None or found.group() in grid.columns[at].name or "最" in grid.columns[at].name:
        return None
    rows = _within(grid, words)
    values = [(grid.value(row, at), row) for row in rows]
    told = [(value, row) for value, row in values if value is not None]
    if len(told) < 2 or len({unit for (_, unit), _ in told}) > 1:
        return None
    best = (max if up else min)(value for (value, _), _ in told)
    chosen = tuple(row for (value, _), row in told if value == best)
    said = found.group()
    several = f"，并列{len(chosen)}行" if len(chosen) > 1 else ""
    return Found(chosen, (at,), f"（在表中{len(told)}行里{said}{several}）")


def _column(grid: Grid, question: Question, words: Words) -> int | None:
    """The one column of values that is compared."""
    valued = [c.at for c in grid.columns if c.valued and c.at not in grid.names]
    asked = [at for at in columns_asked(grid, question, words, ()) if at in valued]
    if len(asked) == 1:
        return asked[0]
    return valued[0] if not asked and len(valued) == 1 else None


def _within(grid: Grid, words: Words) -> tuple[TableRow, ...]:
    """The rows to compare: those under a cell that the question names, else all."""
    chosen = rows_named(grid, words)
    if chosen.whole and len(chosen.rows) > 1:
        counted = {id(row) for row in grid.rows}
        return tuple(row for row in chosen.rows if id(row) in counted)
    return grid.rows


# --- above and below -----------------------------------------------------------------------------


def _bounded(grid: Grid, question: Question, words: Words) -> Found | None:
    if not _ALL.search(question.normal):
        return None
    bound = _bound(question.normal)
    if bound is None:
        return None
    limit, unit, test, said = bound
    at = _column(grid, question, words)
    if at is None:
        return None
    rows = _within(grid, words)
    told = [(value, row) for row in rows if (value := grid.value(row, at)) is not None]
    if not told or any(unit and of and of != unit for (_, of), _ in told):
        return None
    if not unit:  # 大于100: in the unit of the column
        scale, _ = scaled(grid.unit(told[0][1], at))
        limit *= scale
    chosen = tuple(row for (value, _), row in told if test(value, limit))
    closing = f"（在表中{len(told)}行里{said}的共{len(chosen)}项）"
    return Found(chosen, (at,), closing)


def _bound(text: str) -> tuple[float, str, _Test, str] | None:
    """(limit, base unit, comparison, its words) that a folded question sets: 超过1亿元."""
    for number in numbers(text):
        after = re.match(r"\s*[^\d\s,。?的以及]{0,4}", text[number.end :])
        raw = after.group().strip() if after else ""
        scale, unit = scaled(raw) if raw else (1.0, "")
        said_unit = number.unit or unit
        before = _BEFORE.search(text[: number.start])
        suffix = _AFTER.match(text, number.end)
        if before is not None:
            word, negated = before.group("word"), before.group("not") is not None
            test: _Test
            if word in _UP:
                test = operator.le if negated else operator.gt
            elif word in _UP_TO:
                test = operator.lt if negated and word == "达到" else operator.ge
            elif word in _DOWN:
                test = operator.ge if negated else operator.lt
            else:
                test = operator.le
            return number.value * scale, said_unit, test, f"{before.group()}{number.text}{raw}"
        if suffix is not None:
            word = suffix.group("word")
            test = operator.ge if "上" in word else operator.le
            return number.value * scale, said_unit, test, f"{number.text}{suffix.group().strip()}"
    return None


# --- rows that share a cell ----------------------------------------------------------------------


def _sharing(grid: Grid, question: Question, words: Words) -> Found | None:
    """All rows with a cell that the question names, besides those that name rows."""
    if not _ALL.search(question.normal):
        return None
    for column in grid.columns:
        if column.valued or column.at in grid.names:
            continue
        cells = [grid.text(row, column.at) for row in grid.rows]
        parts = {part for cell in cells for part in _parts(cell)}
        named = {part for part in parts if any(form in words.text for form in forms(part))}
        named = {part for part in named if len(part) >= 3 and not is_value(part)}
        rows = tuple(
            row for row, cell in zip(grid.rows, cells, strict=True) if named & set(_parts(cell))
        )
        if rows and len(rows) < len(grid.rows):
            closing = f"（表中{len(grid.rows)}行里共{len(rows)}项）"
            return Found(rows, (), closing, tuple(named))
    return None


def _parts(cell: str) -> Sequence[str]:
    return [part for part in re.split(r"[、,;:/和()]", cell) if part]
