"""Many questions at once: a sheet with a column of them → each answered → the sheet with answers.

One bad row never stops the others: it gets a sentence instead of an answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from youju import exports
from youju.asking import certainty
from youju.citing import note, validity
from youju.errors import InputError, QuestionError, YoujuError
from youju.grids import Grid, column
from youju.paper import CERTAINTY
from youju.records import Answer

QUESTION = "问题"
ANSWERED, REFUSED, FAILED = "已作答", "未作答", "出错"
COLUMNS = ("回答", "是否作答", "把握", "置信度", "引文数", "效力", "引文", "说明")
CITED_COLUMNS = ("行", QUESTION, "引文号", *exports.EXCERPT_COLUMNS)
_EXAMPLES = ("贵州省2017年农产品质量安全监测合格率要达到多少？", "嘉兴市质量强市工作由谁牵头？")
_OURS = "程序内部出错，这一题没有回答，请把问题报告给管理员。"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the row it stands in and the other cells of that row."""

    row: int
    question: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Questions:
    """All of a sheet; `columns` head the `cells` of each."""

    name: str
    columns: tuple[str, ...]
    asked: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one row: an answer, or why there is none (`ours`: our fault)."""

    asked: Asked
    answer: Answer | None = None
    error: str = ""
    ours: bool = field(default=False)

    @property
    def state(self) -> str:
        """已作答, 未作答 or 出错."""
        if self.answer is None:
            return FAILED
        return REFUSED if self.answer.refused else ANSWERED


def questions(grid: Grid, most: int) -> Questions:
    """The column headed 问题, or the only one. Raises InputError."""
    head, *rest = grid.lines
    columns: tuple[str, ...]
    at = column(head.cells, QUESTION, "question", "questions")
    if at is None:
        used = {at for line in grid.lines for at, cell in enumerate(line.cells) if cell}
        if len(used) > 1:
            raise InputError(
                f"表格 {grid.name} 里没有名为“{QUESTION}”的列，"
                f"请把问题所在列的首行写成“{QUESTION}”，或下载模板填写。"
            )
        at, columns, rest = used.pop(), (QUESTION,), list(grid.lines)
        kept = [at]
    else:
        # Answers of an earlier time give way to those of this one.
        kept = [i for i, name in enumerate(head.cells) if name not in COLUMNS]
        columns = tuple(head.cells[i] for i in kept)
    asked = []
    for line in rest:
        cells = line.cells + ("",) * (max(kept) + 1 - len(line.cells))
        asked.append(Asked(line.number, cells[at], tuple(cells[i] for i in kept)))
    if not asked:
        raise InputError(f"表格 {grid.name} 里没有问题，请在“{QUESTION}”列下每行写一个。")
    if len(asked) > most:
        raise InputError(
            f"表格 {grid.name} 有 {len(asked)} 个问题，超过上限 {most} 个，请拆分后再试。"
        )
    return Questions(grid.name, columns, tuple(asked))


def results(
    asked: Sequence[Asked],
    ask: Callable[[str], Answer],
    failed: Callable[[], object] = lambda: None,
) -> Iterator[Result]:
    """One result after the other; `failed` is called, in the handler, for a fault of ours."""
    for one in asked:
        try:
            if not one.question:
                raise QuestionError("这一行的问题是空的，请写出想问的内容。")
            yield Result(one, ask(one.question))
        except YoujuError as error:
            yield Result(one, error=" ".join(str(error).split()), ours=error.exit_code == 1)
        except Exception:
            failed()
            yield Result(one, error=_OURS, ours=True)


def rows(found: Sequence[Result]) -> list[exports.Row]:
    """One row per question: its own cells, then COLUMNS."""
    return [[*one.asked.cells, *_told(one)] for one in found]


def cited_rows(found: Sequence[Result]) -> list[exports.Row]:
    """One row per citation, in the order of CITED_COLUMNS."""
    return [
        [one.asked.row, one.asked.question, cited.n, *exports.excerpt_row(cited)]
        for one in found
        if one.answer is not None
        for cited in one.answer.citations
    ]


def workbook(columns: Sequence[str], found: Sequence[Result]) -> bytes:
    """An xlsx file: the sheet with answers, and one of all citations."""
    return exports.workbook(
        [
            ("回答", (*columns, *COLUMNS), rows(found)),
            ("引文", CITED_COLUMNS, cited_rows(found)),
        ]
    )


def csv(columns: Sequence[str], found: Sequence[Result]) -> bytes:
    """The sheet with answers, marked so that Excel reads it as UTF-8."""
    text = exports.csv_text((*columns, *COLUMNS), rows(found))
    return b"\xef\xbb\xbf" + text.encode("utf-8", "replace")


def template() -> bytes:
    """An empty sheet with the column that is read, and two examples."""
    return exports.workbook([(QUESTION, (QUESTION,), [[text] for text in _EXAMPLES])])


def counted(found: Sequence[Result]) -> str:
    """How many were answered, refused, wrong, in a sentence."""
    counts = Counter(one.state for one in found)
    parts = "，".join(f"{state} {counts[state]} 题" for state in (ANSWERED, REFUSED, FAILED))
    return f"共 {len(found)} 题：{parts}"


def _told(one: Result) -> exports.Row:
    answer = one.answer
    if answer is None:
        return ["", FAILED, None, None, 0, None, None, one.error]
    sure = None if answer.confidence is None else round(float(answer.confidence), 4)
    sureness = None if answer.refused else CERTAINTY[certainty(answer)]
    states = dict.fromkeys(validity(cited) for cited in answer.citations)
    cited = "\n".join(f"[{c.n}] “{' '.join(c.quote.split())}”——{note(c)}" for c in answer.citations)
    reason = answer.reason if answer.refused and answer.reason != answer.text.strip() else None
    return [
        answer.text.strip(), one.state, sureness, sure, len(answer.citations),
        "、".join(states) or None, cited or None, reason,
    ]  # fmt: skip
