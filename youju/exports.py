"""Facts and comparisons → JSON, CSV and xlsx, every row with the citation that proves it.

Pure functions over documents and facts; openpyxl is imported only where a workbook is made.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from typing import Any

from qa.facts.verdict import when
from youju.citing import bare_title, validity, written
from youju.records import Citation, ComparedPlace, Comparison, Fact, Matched, PolicyDoc

Found = tuple[PolicyDoc, Fact]
FindDocument = Callable[[str], PolicyDoc]
Row = list[Any]  # strings, numbers and None

FACT_COLUMNS = (
    "地区", "文件", "文号", "路径", "指标", "比较", "数值", "数值上限", "单位", "原文数值",
    "年份", "期间", "约束", "责任单位", "来源", "起", "止", "原文",
)  # fmt: skip
COMPARISON_COLUMNS = ("对比指标", "一致度", "发言地区", "情况", "可信度", *FACT_COLUMNS)
EXCERPT_COLUMNS = (
    "原文", "文件", "文号", "发文机关", "地区", "日期", "路径", "效力", "页码", "来源", "起", "止",
)  # fmt: skip
MENTIONED, NEAREST, SILENT = "已提及", "未提及（相近）", "未提及"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # what opens a formula in some spreadsheet
_LONGEST = 32_000  # characters that a spreadsheet's cell may hold
_WIDEST = 60  # characters of a column


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


def comparison_json(comparison: Comparison, document: FindDocument) -> dict[str, Any]:
    """What `compare --json` prints: indicators, and for each every document, also a silent one."""

    def matched(m: Matched) -> dict[str, Any]:
        told = fact_json(document(m.fact.doc_id), m.fact)
        return {**told, "when": when(m.fact), "confidence": m.confidence}

    def place(p: ComparedPlace) -> dict[str, Any]:
        doc = document(p.doc_id)
        return {
            "name": p.name,
            "doc_id": p.doc_id,
            "title": doc.name,
            "status": doc.meta.status,
            "found": [matched(m) for m in p.found],
            "near": matched(p.near) if p.near is not None else None,
        }

    return {
        "text": comparison.text,
        "years": list(comparison.years),
        "indicators": [
            {
                "indicator": group.indicator,
                "confidence": group.confidence,
                "likeness": group.likeness,
                "verdict": group.verdict,
                "places": [place(p) for p in group.places],
            }
            for group in comparison.indicators
        ],
    }


def fact_rows(found: Sequence[Found]) -> list[Row]:
    """One row per fact, in the order of FACT_COLUMNS."""
    return [_row(doc, fact) for doc, fact in found]


def comparison_rows(comparison: Comparison, document: FindDocument) -> list[Row]:
    """One row per value, and one for each document without any, as in COMPARISON_COLUMNS."""
    rows: list[Row] = []
    for group in comparison.indicators:
        for p in group.places:
            lead: Row = [group.indicator, group.likeness, p.name]
            for m in p.found or ((p.near,) if p.near else ()):
                state = MENTIONED if p.found else NEAREST
                told = _row(document(m.fact.doc_id), m.fact)
                rows.append([*lead, state, m.confidence, *told])
            if not p.found and p.near is None:
                doc = document(p.doc_id)
                known = [doc.meta.region.value if doc.meta.region else None, doc.name, _number(doc)]
                rest = [None] * (len(FACT_COLUMNS) - len(known))
                rows.append([*lead, SILENT, None, *known, *rest])
    return rows


def excerpt_row(citation: Citation, quote: str | None = None) -> Row:
    """One citation in the order of EXCERPT_COLUMNS; `quote` where it is told otherwise."""
    return [
        citation.quote if quote is None else quote, bare_title(citation.title),
        citation.doc_number, citation.issuer, citation.region, citation.date,
        " › ".join(citation.path), validity(citation), citation.page, citation.source,
        citation.start, citation.end,
    ]  # fmt: skip


def csv_text(columns: Sequence[str], rows: Sequence[Row]) -> str:
    """A table with a header line; a cell never begins like a spreadsheet formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return out.getvalue()


def workbook(sheets: Sequence[tuple[str, Sequence[str], Sequence[Row]]]) -> bytes:
    """An xlsx file of (name, columns, rows): header fixed, numbers as numbers, no formula ever."""
    import openpyxl
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, columns, rows in sheets:
        sheet = book.create_sheet(name)
        for number, row in enumerate([list(columns), *rows], start=1):
            for place, value in enumerate(row, start=1):
                cell = sheet.cell(number, place)
                if isinstance(value, str):
                    cell.value = written(value)[:_LONGEST]
                    cell.data_type = "s"  # also where the text begins with "="
                else:
                    cell.value = value
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        sheet.freeze_panes = "A2"
        sheet.auto_filter.ref = sheet.dimensions
        for place, width in enumerate(_widths(columns, rows), start=1):
            sheet.column_dimensions[get_column_letter(place)].width = width
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _row(doc: PolicyDoc, fact: Fact) -> Row:
    low, high = fact.value if isinstance(fact.value, tuple) else (fact.value, None)
    period = f"{fact.period[0]}—{fact.period[1]}" if fact.period else None
    quote = " ".join(fact.sentence.of(doc.text).split())
    return [
        fact.region, doc.name, _number(doc), " › ".join(fact.path), fact.indicator,
        fact.comparator, low, high, fact.unit, fact.value_text, fact.year, period, fact.force,
        "、".join(fact.owners), doc.source.path, fact.sentence.start, fact.sentence.end, quote,
    ]  # fmt: skip


def _number(doc: PolicyDoc) -> str | None:
    return doc.meta.doc_number.value if doc.meta.doc_number else None


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.12g}"
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in _FORMULA else text


def _widths(columns: Sequence[str], rows: Sequence[Row]) -> list[int]:
    widths = [2 * len(name) + 2 for name in columns]
    for row in rows:
        for place, value in enumerate(row):
            widths[place] = max(widths[place], min(_WIDEST, 2 * len(_cell(value)) + 1))
    return widths
