"""Facts → JSON lines, CSV and text for a terminal. Pure functions over documents and facts."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from datatypes import Fact, PolicyDoc
from terminal import Style, plain

Found = tuple[PolicyDoc, Fact]
_COLUMNS = (
    "地区", "文件", "文号", "路径", "指标", "比较", "数值", "数值上限", "单位", "原文数值",
    "年份", "期间", "约束", "责任单位", "来源", "起", "止", "原文",
)  # fmt: skip


def facts_of(docs: Iterable[PolicyDoc], indicator: str | None = None) -> Iterator[Found]:
    """Every document with each of its facts; only those whose name or path holds all the words.

    Words are separated by blanks and compared on folded text, so that 满意度 finds 滿意度.
    """
    from text.normalize import fold, squeeze

    words = [fold(word) for word in (indicator or "").split()]
    for doc in docs:
        for fact in doc.facts:
            told = squeeze(fold(fact.indicator + "".join(fact.path)))
            if all(word in told for word in words):
                yield doc, fact


def fact_json(doc: PolicyDoc, fact: Fact) -> dict[str, Any]:
    """One fact as `facts --json` prints it; a range has a pair of values."""
    value = fact.value
    return {
        "indicator": fact.indicator,
        "value": list(value) if isinstance(value, tuple) else value,
        "value_text": fact.value_text,
        "unit": fact.unit,
        "comparator": fact.comparator,
        "year": fact.year,
        "period": list(fact.period) if fact.period else None,
        "region": fact.region,
        "owners": list(fact.owners),
        "force": fact.force,
        "doc_id": doc.id,
        "title": doc.name,
        "clause_id": fact.clause_id,
        "source": doc.source.path,
        "path": list(fact.path),
        "start": fact.sentence.start,
        "end": fact.sentence.end,
        "quote": fact.sentence.of(doc.text),
        "value_start": fact.span.start,
        "value_end": fact.span.end,
    }


def csv_text(found: Sequence[Found]) -> str:
    """A table with a header line; a cell never begins like a spreadsheet formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for doc, fact in found:
        writer.writerow([_cell(value) for value in _row(doc, fact)])
    return out.getvalue()


def _row(doc: PolicyDoc, fact: Fact) -> list[Any]:
    low, high = fact.value if isinstance(fact.value, tuple) else (fact.value, "")
    period = f"{fact.period[0]}—{fact.period[1]}" if fact.period else ""
    number = doc.meta.doc_number.value if doc.meta.doc_number else ""
    quote = " ".join(fact.sentence.of(doc.text).split())
    return [
        fact.region, doc.name, number, " › ".join(fact.path), fact.indicator, fact.comparator,
        f"{low:.12g}", f"{high:.12g}" if high != "" else "", fact.unit, fact.value_text,
        fact.year, period, fact.force, "、".join(fact.owners), doc.source.path,
        fact.sentence.start, fact.sentence.end, quote,
    ]  # fmt: skip


def _cell(value: Any) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") else text


def facts_text(found: Sequence[Found], style: Style) -> str:
    """Facts under the name of their document: year, indicator, comparator, value, place."""
    if not found:
        return "没有找到符合条件的数值目标。"
    lines: list[str] = []
    before: PolicyDoc | None = None
    for doc, fact in found:
        if before is None or doc.id != before.id:
            lines.append(style.bold(f"《{plain(doc.name.strip('《》'))}》"))
            before = doc
        lines.append(_line(fact, style))
    return "\n".join(lines)


def _line(fact: Fact, style: Style) -> str:
    year = str(fact.year) if fact.year else "—"
    if fact.year is None and fact.period:
        year = f"{fact.period[0]}—{fact.period[1]}"
    said = f"{fact.comparator} " if fact.comparator else ""
    value = plain(" ".join(fact.value_text.split()))
    place = style.dim(f"（{fact.span.start}–{fact.span.end}）")
    return f"  {year}  {plain(fact.indicator)}  {said}{style.bold(value)} {place}"
