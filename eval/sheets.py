"""Question sets as spreadsheets: a template, what is read of one, row by row, and what is written.

A row is a question; rows below it without a question add further places that answer it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from eval.files import parse_question
from eval.records import Gold, QuestionItem
from eval.spans import occurrences, same_source
from youju import exports, grids
from youju.citing import bare_title
from youju.errors import InputError, QuestionSetError
from youju.records import PolicyDoc

ID, QUESTION, CATEGORY, ANSWERABLE = "编号", "问题", "类别", "应作答"
DOCUMENT, QUOTE, FACTS, SPLIT = "文件", "原文", "答案须含", "部分"
COLUMNS = (ID, QUESTION, CATEGORY, ANSWERABLE, DOCUMENT, QUOTE, FACTS, SPLIT)
_YES, _NO = ("是", "y", "yes", "true", "1"), ("否", "n", "no", "false", "0")
_OTHER = "其他"
_ANY = "?"  # no document was named: the quotation finds it
_SHOWN = 20  # bad rows named in one message
_MOST = 64 << 20  # bytes; who takes files from strangers sets a limit before
_HELP = (
    ("编号", "可不填；不能重复，不能含空格"),
    ("问题", "必填；下面几行不填问题，则是同一题的其他依据"),
    ("类别", "可不填，如 目标、责任"),
    ("应作答", "是：文件里有答案；否：应当拒答；不填且没有原文的行跳过"),
    ("文件", "标准答案所在文件：文件名、标题或文号；不填则按原文查找"),
    ("原文", "能回答问题的一句原文，逐字"),
    ("答案须含", "回答里必须出现的词，几个用；隔开，同一事实的不同写法用|隔开"),
    ("部分", "可不填；tune 或 report"),
)


def read(path: Path) -> list[QuestionItem]:
    """A question set; QuestionSetError names every bad row and what is wrong."""
    try:
        grid = grids.read(path, _MOST)
    except InputError as error:
        raise QuestionSetError(str(error)) from error
    head, *lines = grid.lines
    places = {name: grids.column(head.cells, name) for name in COLUMNS}
    if places[QUESTION] is None:
        raise QuestionSetError(
            f"题集 {path.name} 里没有“{QUESTION}”列，请下载模板，按它的首行填写。"
        )
    rows: list[tuple[int, dict[str, Any]]] = []
    problems: list[tuple[int, str]] = []
    for line in lines:
        cells = {
            name: line.cells[at] if at is not None and at < len(line.cells) else ""
            for name, at in places.items()
        }
        if cells[QUESTION]:
            rows.append((line.number, _row(line.number, cells)))
        elif not rows:
            problems.append((line.number, "没有问题"))
        elif cells[QUOTE]:
            rows[-1][1]["gold"].append(_gold(cells))
    items: list[QuestionItem] = []
    known: dict[str, int] = {}
    for number, row in rows:
        try:
            item = _item(row)
        except ValueError as error:
            problems.append((number, str(error)))
            continue
        if item is None:
            continue
        if item.id in known:
            problems.append((number, f"编号 {item.id} 与第 {known[item.id]} 行重复"))
        known.setdefault(item.id, number)
        items.append(item)
    if problems:
        shown = "；".join(f"第 {n} 行 {what}" for n, what in sorted(problems)[:_SHOWN])
        more = f" 等 {len(problems)} 处" if len(problems) > _SHOWN else ""
        raise QuestionSetError(f"题集 {path.name} 有误：{shown}{more}；请改正后重试。")
    if not items:
        raise QuestionSetError(
            f"题集 {path.name} 里没有可以评测的题目，请填写“{ANSWERABLE}”和“{QUOTE}”。"
        )
    return items


def settled(items: Sequence[QuestionItem], docs: Sequence[PolicyDoc]) -> list[QuestionItem]:
    """Gold that names its document by title or 文号, or not at all, with the source path."""
    named: dict[str, str] = {}
    for doc in docs:
        number = doc.meta.doc_number.value if doc.meta.doc_number else ""
        for name in (bare_title(doc.name), number):
            named.setdefault(name, doc.source.path)

    def path_of(gold: Gold) -> str:
        if gold.doc and any(same_source(doc.source.path, gold.doc) for doc in docs):
            return gold.doc
        if bare_title(gold.doc) in named and gold.doc:
            return named[bare_title(gold.doc)]
        holding = (doc.source.path for doc in docs if occurrences(doc.text, gold.quote))
        return gold.doc or next(holding, "")

    return [
        replace(item, gold=tuple(replace(gold, doc=path_of(gold)) for gold in item.gold))
        for item in items
    ]


def jsonl(items: Iterable[QuestionItem]) -> str:
    """The lines that `eval.files.read_questions` reads."""
    return "".join(json.dumps(_plain(item), ensure_ascii=False) + "\n" for item in items)


def template() -> bytes:
    """The columns with an example of each kind, and what they mean."""
    examples: list[exports.Row] = [
        ["q1", "到2025年漏损率要降到多少？", "目标", "是", "某市节水行动计划.txt",
         "到2025年，城市公共供水管网漏损率低于9%。", "9%", None],
        ["q2", "地铁票价是多少？", "无关", "否", None, None, None, None],
    ]  # fmt: skip
    return workbook(examples)


def workbook(
    rows: Sequence[exports.Row],
    more: Sequence[tuple[str, Sequence[str], Sequence[exports.Row]]] = (),
) -> bytes:
    """A set as an xlsx file, its rows in the order of COLUMNS; `more` sheets are not read."""
    about = ("填写说明", ("列", "说明"), [list(row) for row in _HELP])
    return exports.workbook([("题集", COLUMNS, rows), *more, about])


def row_of(row: Mapping[str, Any]) -> list[exports.Row]:
    """A line of a set (as JSON has it) as rows of a sheet: one per place that answers."""
    first: exports.Row = [
        row["id"], row["question"], row["category"],
        {True: "是", False: "否"}.get(row["answerable"]), None, None,
        "；".join("|".join(group) for group in row.get("must_contain") or ()) or None,
        row.get("split"),
    ]  # fmt: skip
    gold = row.get("gold") or [{"doc": None, "quote": None}]
    rows = []
    for number, entry in enumerate(gold):
        made: exports.Row = first[:] if number == 0 else [None] * len(COLUMNS)
        made[4:6] = [entry["doc"], entry["quote"]]
        rows.append(made)
    return rows


def _row(number: int, cells: Mapping[str, str]) -> dict[str, Any]:
    facts = cells[FACTS].replace("\n", "；").replace(";", "；").split("；")
    groups = ([word.strip() for word in fact.replace("｜", "|").split("|")] for fact in facts)
    return {
        "id": cells[ID] or f"q{number}",
        "question": cells[QUESTION],
        "category": cells[CATEGORY] or _OTHER,
        "answerable": cells[ANSWERABLE].lower(),
        "gold": [_gold(cells)] if cells[QUOTE] else [],
        "must_contain": [group for group in groups if any(group)],
        "split": cells[SPLIT] or None,
    }


def _gold(cells: Mapping[str, str]) -> dict[str, Any]:
    return {"doc": cells[DOCUMENT] or _ANY, "quote": cells[QUOTE], "alt": []}


def _item(row: dict[str, Any]) -> QuestionItem | None:
    """ValueError says what is wrong; None for a row that nobody has filled in yet."""
    said, gold = row["answerable"], row["gold"]
    if said not in ("", *_YES, *_NO):
        raise ValueError(f"“{ANSWERABLE}”应填 是 或 否，现为“{said[:10]}”")
    if not said and not gold:
        return None
    answerable = bool(gold) if not said else said in _YES
    if answerable and not gold:
        raise ValueError(f"应作答的题目没有填“{QUOTE}”")
    if not answerable and (gold or row["must_contain"]):
        raise ValueError(f"不应作答的题目不应有“{QUOTE}”或“{FACTS}”")
    if any(char.isspace() for char in row["id"]):
        raise ValueError(f"编号“{row['id'][:20]}”含有空格")
    item = parse_question({**row, "answerable": answerable})
    gold = (replace(one, doc="" if one.doc == _ANY else one.doc) for one in item.gold)
    return replace(item, gold=tuple(gold))


def _plain(item: QuestionItem) -> dict[str, Any]:
    return {
        "id": item.id,
        "question": item.question,
        "category": item.category,
        "answerable": item.answerable,
        "split": item.split,
        "gold": [
            {"doc": gold.doc, "quote": gold.quote, "alt": list(gold.alt)} for gold in item.gold
        ],
        "must_contain": [list(group) for group in item.must_contain],
    }
