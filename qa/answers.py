"""Routes: which kind of question is answered from what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from datatypes import Filters, Hit, Question, Retriever
from qa import clauses, metadata, rows, scope
from qa.comparison import compare
from qa.compose import Line, Outcome, Refusal
from text.normalize import fold

_ENOUGH = 8  # hits in the asked documents that make a second search needless
# What a clause must speak of to answer for a silent header.
_SPOKEN = {
    "status": re.compile(r"废止|失效|停止执行|有效期"),
    "expires_on": re.compile(r"有效期|废止|失效|截止"),
    "effective_on": re.compile(r"施行|实施|生效|执行"),
    "issued_on": re.compile(r"印发|发布|公布"),
}


def route(
    question: Question, retriever: Retriever, hits: Sequence[Hit], filters: Filters | None
) -> Outcome | Refusal:
    """The lines that answer, or why there are none."""
    names = retriever.names()
    unknown = scope.unknown_regions(question, names, hits)
    if unknown:
        return Refusal(f"文件中没有找到关于{'、'.join(unknown)}的内容")
    known = tuple(r for r in question.regions if scope.documents_of((r,), names))
    question = replace(question, regions=known)
    if question.kind == "metadata":
        return _metadata(question, retriever, filters)
    if question.kind == "comparison" and len(known) >= 2:
        return compare(question, retriever, filters)
    numbered = _numbered_row(question, retriever, filters)
    if numbered is not None:
        return numbered
    ids = scope.asked_documents(question, names)
    if ids:
        inside = [hit for hit in hits if hit.passage.doc_id in ids]
        enough = len(inside) >= _ENOUGH
        hits = inside if enough else scope.hits_within(question, retriever, filters, ids)
    return clauses.from_hits(question, retriever, hits[: scope.DEPTH])


def _numbered_row(
    question: Question, retriever: Retriever, filters: Filters | None
) -> Outcome | Refusal | None:
    """The table row whose number is asked for; None when the question means no table."""
    number = rows.asked_number(question)
    if number is None:
        return None
    tables = rows.tables_asked(question, scope.documents(question, retriever, filters))
    for doc, table in tables:
        row = rows.numbered_row(table, doc, number)
        if row is not None:
            text = rows.describe(doc, table, row)
            path = next((c.path for c in doc.clauses if c.id == table.clause_id), ())
            known = f"{number} {' '.join(table.header)} {rows.note_of(table, doc)}"
            return Outcome((Line(doc, text, (row.span,), path, known),))
    if tables:
        doc, table = tables[0]
        caption = fold(table.caption.of(doc.text)).strip() if table.caption else "表格"
        return Refusal(f"“{caption}”共{len(table.rows)}行，没有第{number}行")
    return None


def _metadata(
    question: Question, retriever: Retriever, filters: Filters | None
) -> Outcome | Refusal:
    """What the headers say, else a clause that speaks of issue or validity."""
    docs = scope.documents(question, retriever, filters)
    lines = tuple(
        Line(doc, entry.text, (entry.span,), (), entry.text)
        for doc in docs
        for entry in metadata.entries(question, doc)
    )
    if lines:
        return Outcome(lines, led=len({line.doc.id for line in lines}) > 1)
    # the header is silent: a clause may speak, say of another document that it repeals
    ids = [doc.id for doc in docs]
    plain = replace(question, kind="open", years=())
    result = clauses.from_hits(plain, retriever, scope.hits_within(plain, retriever, filters, ids))
    spoken = [_SPOKEN[field] for field in question.wanted if field in _SPOKEN]
    if isinstance(result, Outcome) and any(
        pattern.search(fold(line.text)) for line in result.lines for pattern in spoken
    ):
        return result
    return Refusal(metadata.unknown(question, docs))
