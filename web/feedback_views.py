"""What was said of answers, and what found nothing → HTML and files."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence

from eval import sheets
from web.english import both_told, marked
from web.markup import escape
from web.strings import both
from youju import exports
from youju.feedback import NAMES, Judged, Missed, question_rows

LISTED = 100  # questions on the page
_COLUMNS = ("question", "count", "last", "reason")
_JUDGED = ("时间", "问题", "评价", "当时的回答", "拒答", "置信度", "引文", "应引的原文", "索引")
_MISSED = ("问题", "次数", "首次", "最近", "原因", "索引")


def overview(judged: Sequence[Judged], missed: Sequence[Missed], name: str) -> str:
    """Counts, then the questions that found nothing, most often asked first."""
    counts = Counter(one.verdict for one in judged)
    told = both(
        "feedback.counts",
        right=counts["right"],
        wrong=counts["wrong"],
        missing=counts["missing"],
        ready=len(question_rows(judged)),
    )
    head = "".join(f'<th scope="col">{both(f"feedback.{key}")}</th>' for key in _COLUMNS)
    rows = "".join(
        f"<tr><td>{marked(one.question)}</td><td>{one.count}</td><td>{escape(one.last[:10])}</td>"
        f"<td>{both_told(one.reason)}</td></tr>"
        for one in missed[:LISTED]
    )
    table = (
        '<div class="yj-scroll" tabindex="0"><table class="yj-batch">'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
        if rows
        else ""
    )
    return (
        f'<section class="yj-feedback" role="status"><p>{told}</p>'
        f'<h2 class="yj-h">{both("feedback.misses", n=len(missed))}</h2>{table}'
        f'<p class="yj-where">{both("feedback.where", name=name)}</p></section>'
    )


def jsonl(judged: Sequence[Judged]) -> str:
    """The question set of what can be measured as it is; "" when nothing can."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in question_rows(judged))


def workbook(judged: Sequence[Judged], missed: Sequence[Missed]) -> bytes:
    """The set as a sheet, what still lacks its gold below; then all that was kept."""
    ready = question_rows(judged)
    rows = [line for row in ready for line in sheets.row_of(row)]
    known = {row["question"] for row in ready}
    open_ = dict.fromkeys((one.question, f"反馈·{NAMES[one.verdict]}") for one in judged)
    open_ |= dict.fromkeys((one.question, "未答") for one in missed)
    for question, category in open_:
        if question not in known:
            known.add(question)
            rows.append([None, question, category, *[None] * (len(sheets.COLUMNS) - 3)])
    more = [
        ("评价", _JUDGED, [_judged_row(one) for one in judged]),
        ("未答问题", _MISSED, [_missed_row(one) for one in missed]),
    ]
    return sheets.workbook(rows, more)


def _judged_row(one: Judged) -> exports.Row:
    return [
        one.at, one.question, NAMES[one.verdict], one.answer, "是" if one.refused else "否",
        one.confidence, _quoted(one.cited), _quoted(one.gold), one.state,
    ]  # fmt: skip


def _missed_row(one: Missed) -> exports.Row:
    return [one.question, one.count, one.first, one.last, one.reason, one.state]


def _quoted(pairs: Sequence[tuple[str, str]]) -> str | None:
    return "\n".join(f"{doc}：“{quote}”" for doc, quote in pairs) or None
