"""Which rows and which columns of a table a question means.

A row is meant when the question holds one of its naming cells; pairs of characters that most rows
share (幼儿园, 项目) tell rows apart little. A column is meant by its name, by the asked unit, or by
what is asked for (who, when, where).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qa.asked.units import asked_unit
from qa.clauses.grid import Grid
from qa.facts.subject import bared
from text.cells import is_bare, is_blank
from text.normalize import fold, squeeze
from text.units import UNIT, scaled
from text.words import bigrams, precise
from youju.records import Question, Retriever, TableRow

_LEAST = 2  # characters of a cell that the question must hold whole
_LONG = 40  # characters of a cell that names; a longer one tells
_NEAR = 0.6  # share of a cell's characters that may stand for the whole
_BETTER = 1.25  # how much more than the next a row must hold that is named in part
_AS_GOOD = 0.8  # of the best column's score
_SAME = 1e-4  # rarities this near are the same
_YEAR = re.compile(r"(?:19|20)\d{2}")
_DATE = re.compile(r"(?:19|20)\d{2}年?度?")
_MEASURE = rf"\d{{1,9}}(?:\.\d{{1,4}})?[百千万亿]{{0,2}}(?:{UNIT})"
_SCALE = re.compile(  # 95—99周岁, 100周岁以上
    rf"(?P<low>\d{{1,9}}(?:\.\d{{1,4}})?)[^\d—~-]{{0,3}}(?:[—~-]{{1,2}}|至)(?P<high>{_MEASURE})"
    rf"|(?P<bound>{_MEASURE})(?:\(不?含.{{0,8}}\))?及?以(?P<side>[上下内])(?:\(不?含.{{0,8}}\))?"
)
_FIGURE = re.compile(rf"(?<![\d.—~-])(?!(?:19|20)\d{{2}}年){_MEASURE}")
_RANGES = 2  # rows so named that make a scale
_BRACKET = re.compile(r"\([^()]*\)")
# Words that count or compare and name nothing.
_COUNTING = re.compile(
    r"最[高大多长低小少短快慢早晚好差贵]|一?共|总共|合计|共计|累计|全[市省县区州国]|[一二两三四五六七八九十]年|超过|大于|高于|多于|不?低于|小于|不?少于|不足|至少|达到|以[上下内]"
    r"|[一二两三四五六七八九十百千万亿]{1,9}(?=[元个家人亩吨项座所套台辆户%])[元个家人亩吨项座所套台辆户%]"
    r"|[\d.,]{1,24}(?:[百千万亿]{0,4}[\u4e00-\u9fff%])?|(?:表格?|清单|名单|目录)[中里上内]?|排名?第一|列出|分别|各"
)
# What is asked for → how a column of it is headed.
_ASKED = (
    (
        re.compile(r"谁|哪个?(?:部门|单位|局|委|机构|家)|什么(?:部门|单位|机构)"),
        re.compile(r"单位|部门|责任|牵头|负责|主体|机构|主管"),
    ),
    (
        re.compile(
            r"什么时候|何时|哪[一]?[天年月]|多久|多长时间|期限|时限|几(?:天|个月|年|个?工作日)|截止"
        ),
        re.compile(r"时间|时限|期限|日期|周期|有效期|年限|进度|期"),
    ),
    (re.compile(r"哪里|哪儿|在哪|什么地方|地点|地址"), re.compile(r"地点|地址|位置|所在|区域")),
)


@dataclass(frozen=True, slots=True)
class Words:
    """The question's pairs of characters with their rarity; `text` is the closed-up question.

    `unseen` are the pairs that no document holds.
    """

    text: str
    weights: dict[str, float]
    unseen: frozenset[str] = frozenset()

    @classmethod
    def of(cls, question: Question, retriever: Retriever) -> Words:
        """Weigh the pairs of what the question says to find, its places among them."""
        told = [bared(_COUNTING.sub(" ", run)) for run in question.terms]
        places = [place for place in question.regions if place in question.normal]
        runs = [*filter(None, told), *places] or [*question.terms]
        pairs = [pair for run in runs for pair in _pairs(run, retriever)]
        pairs = list(dict.fromkeys(pairs))
        if not pairs:
            return cls(squeeze(question.normal), {})
        *rarity, unknown = retriever.rarity([*pairs, "\0"]).tolist()
        weights = dict(zip(pairs, rarity, strict=True))
        unseen = frozenset(pair for pair, w in weights.items() if w >= unknown - _SAME)
        return cls(squeeze(question.normal), weights, unseen)

    def share(self, texts: Iterable[str]) -> float:
        """The share of the question that is found in the texts together.

        A pair that stands nowhere but whose characters are there is the question's own way to join
        words (快|充桩), and counts neither way.
        """
        said = "\n".join(texts).lower()
        held = sum(w for pair, w in self.weights.items() if pair in said)
        whole = sum(
            w
            for pair, w in self.weights.items()
            if pair in said or pair not in self.unseen or not all(char in said for char in pair)
        )
        return held / whole if whole else 0.0

    def weight(self, text: str) -> float:
        """The weight of the pairs that are found in a text."""
        said = text.lower()
        return sum(weight for pair, weight in self.weights.items() if pair in said)


def _pairs(run: str, retriever: Retriever) -> list[str]:
    """The pairs within the words of a run: 目总 of 项目总投资 tells nothing; all pairs where no
    document holds one of these (区|慢充桩).
    """
    within = [pair for word in precise(run) if len(word) > 1 for pair in bigrams(word)]
    if not within:
        return bigrams(run)
    *rarity, unknown = retriever.rarity([*within, "\0"]).tolist()
    return within if min(rarity) < unknown - _SAME else [*within, *bigrams(run)]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The rows that a question names; `whole` when it holds their cells to the letter."""

    rows: tuple[TableRow, ...]
    cells: tuple[str, ...] = ()  # the cells by which they are named
    whole: bool = False


def forms(cell: str) -> list[str]:
    """How a question may say a cell: as it stands, and without what stands in brackets."""
    plain = _BRACKET.sub("", cell)
    return [form for form in dict.fromkeys((cell, plain)) if len(form) >= _LEAST]


def rows_named(grid: Grid, words: Words) -> Chosen:
    """The rows whose naming cells the question holds, those with the most of them."""
    columns = [*grid.names]
    count = len(grid.texts) or 1
    of = Counter(cell for row in grid.texts for cell in {row[at] for at in columns})
    by_row: list[tuple[float, TableRow, tuple[str, ...]]] = []
    for row, cells in zip(grid.table.rows, grid.texts, strict=True):
        named = [cells[at] for at in columns]
        if row.group is not None and len(row.group) <= _LONG:
            named.append(squeeze(fold(row.group.of(grid.doc.text))))
        held = tuple(dict.fromkeys(cell for cell in named if _holds(words.text, cell)))
        score = sum(len(cell) * math.log1p(count / of.get(cell, count)) for cell in held)
        if held:
            by_row.append((score, row, held))
    if by_row:
        # a cell that is part of another named one names nothing: 机动车 beside 非机动车
        best = max(score for score, _, _ in by_row)
        top = [(row, held) for score, row, held in by_row if score >= best - 1e-9]
        many = [held for _, held in top]
        beside = [
            (row, held)
            for score, row, held in by_row
            if score < best - 1e-9 and len(held) >= len(many[0]) and _apart(held, many)
        ]
        chosen = {id(row): held for row, held in [*top, *beside]}
        rows = tuple(row for row in grid.table.rows if id(row) in chosen)
        cells = tuple(dict.fromkeys(cell for held in chosen.values() for cell in held))
        return Chosen(rows, cells, whole=True)
    return _reaching(grid, words) or _named_in_part(grid, words)


def _reaching(grid: Grid, words: Words) -> Chosen | None:
    """The one row whose name is a range that holds the asked figure: 95—99周岁 for 96岁."""
    asked = [_measured(found.group()) for found in _FIGURE.finditer(words.text)]
    if not asked or not grid.names:
        return None
    at = grid.names[0]
    scale = [(found, row) for row in grid.rows if (found := _SCALE.fullmatch(grid.text(row, at)))]
    held = [
        (row, found.group())
        for found, row in scale
        if any(_holds_figure(found, one) for one in asked)
    ]
    if len(scale) < _RANGES or len(held) != 1:
        return None
    return Chosen((held[0][0],), (held[0][1],), whole=True)


def _measured(text: str) -> tuple[float, str]:
    """(number, unit) of 100万元 and 96周岁, in base units."""
    digits = re.match(r"[\d.]+", text)
    assert digits is not None, "a measure begins with a figure"
    scale, unit = scaled(text[digits.end() :])
    return float(digits.group()) * scale, unit.removeprefix("周") or unit


def _holds_figure(found: re.Match[str], asked: tuple[float, str]) -> bool:
    value, unit = asked
    limit, of = _measured(found.group("high") or found.group("bound"))
    if unit != of:
        return False
    if found.group("high"):
        figure = re.match(r"[\d.]+", found.group("high"))
        assert figure is not None, "a measure begins with a figure"
        scale = limit / (float(figure.group()) or 1.0)
        return float(found.group("low")) * scale <= value <= limit
    return value >= limit if found.group("side") == "上" else value <= limit


def totals(grid: Grid) -> Chosen | None:
    """The row that adds up the others, if there is just one."""
    counted = {id(row) for row in grid.rows}
    sums = [row for row in grid.table.rows if id(row) not in counted]
    if len(sums) != 1:
        return None
    return Chosen((sums[0],), (), whole=True)


def _holds(question: str, cell: str) -> bool:
    return len(cell) <= _LONG and any(
        form in question and not form.isdigit() for form in forms(cell)
    )


def _apart(held: Sequence[str], others: Sequence[Sequence[str]]) -> bool:
    """True when a row's cells are named for themselves: 东城区和西城区, not 城区 within 东城区."""
    return not any(cell in other for cell in held for row in others for other in row)


def _named_in_part(grid: Grid, words: Words) -> Chosen:
    """The one row that holds clearly more of the question than any other."""
    pairs = [set(bigrams("\n".join(row[at] for at in grid.names))) for row in grid.texts]
    held = [p & words.weights.keys() for p in pairs]
    seen = Counter(pair for each in held for pair in each)
    count = len(pairs)
    rank = [
        sum(
            words.weights[pair] * math.log1p(count / seen[pair]) / math.log1p(count)
            for pair in each
        )
        for each in held
    ]
    if not rank or max(rank) <= 0:
        return Chosen(())
    best, *rest = sorted(rank, reverse=True)
    at = rank.index(best)
    whole = sum(words.weights.values())
    naming = max(
        (
            len(set(bigrams(cell)) & words.weights.keys()) / max(1, len(set(bigrams(cell))))
            for cell in (grid.texts[at][i] for i in grid.names)
        ),
        default=0.0,
    )
    clear = not rest or best >= _BETTER * rest[0]
    if not clear or (naming < _NEAR and best < _NEAR * whole):
        return Chosen(())
    return Chosen((grid.table.rows[at],), tuple(grid.texts[at][i] for i in grid.names))


def columns_asked(grid: Grid, question: Question, words: Words, named: Sequence[str]) -> list[int]:
    """The columns that the question means, left to right; [] when it means none.

    `named` are the cells that name the rows: what they say names no column besides.
    """
    rest = words.text
    for cell in named:
        for form in forms(cell):
            rest = rest.replace(form, " ")
    open_columns = [c for c in grid.columns if c.at not in grid.names and c.name]
    dated = [c for c in open_columns if _YEAR.search(c.name)]
    if question.years and dated:
        asked = [c for c in dated if any(str(year) in c.name for year in question.years)]
        undated = [c for c in open_columns if c not in dated]
        if not asked:
            return []
        open_columns = [*asked, *[c for c in undated if words.weight(c.name) > 0]]
    score = {c.at: _levels_share(c.levels, rest) for c in open_columns}
    unit = asked_unit(question.normal)
    for column in open_columns:
        if unit and scaled(column.unit)[1] == unit:
            score[column.at] += 1.5
        if not _figured(grid, column.at) and any(
            ask.search(question.normal) and head.search(column.name) for ask, head in _ASKED
        ):
            score[column.at] += 1.5
        if question.years and column in dated:
            score[column.at] += 1.0
    best = max(score.values(), default=0.0)
    if best < 1.0:
        return []
    chosen = [c for c in open_columns if score[c.at] >= _AS_GOOD * best]
    # several are asked for by their own names: 职工医保和居民医保各多少
    over = max(_levels_share(c.levels[:-1], rest) for c in chosen)
    own = {c.levels[-1] for c in chosen if c.levels}
    for column in open_columns:
        last = column.levels[-1] if column.levels else ""
        said = any(
            len(form) >= _LEAST and form in rest and not any(form in other for other in own)
            for form in (last, *(_stem(last, other) for other in own))
        )
        if column not in chosen and said and _levels_share(column.levels[:-1], rest) >= over:
            chosen.append(column)
    return sorted(column.at for column in chosen)


def _figured(grid: Grid, at: int) -> bool:
    """True for a column of figures, whatever it is called: 单位 | 个人 may head fees."""
    cells = [row[at] for row in grid.texts if not is_blank(row[at])]
    return sum(map(is_bare, cells)) * 2 > len(cells)


def _stem(name: str, other: str) -> str:
    """A name without the end that it shares with another: 一级 of 一级标准 beside 三级标准."""
    shared = 0
    while shared < min(len(name), len(other)) and name[-1 - shared] == other[-1 - shared]:
        shared += 1
    return name[: max(_LEAST, len(name) - shared)] if shared >= _LEAST else ""


def _levels_share(levels: Sequence[str], question: str) -> float:
    """How much of the question speaks of the parts of a column's name: their pairs in it."""
    score = 0.0
    for level in levels:
        name = _DATE.sub("", _BRACKET.sub("", level))
        pairs = [name[i : i + 2] for i in range(len(name) - 1)]
        held = sum(pair in question for pair in pairs)
        if name and name in question:
            held += 2
        score += held + (0.5 * held / len(pairs) if pairs else 0.0)
    return score
