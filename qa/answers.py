"""Routes: which kind of question is answered from what."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from datatypes import Clause, DocName, Filters, Hit, PolicyDoc, Question, Retriever
from qa import headings, metadata, refuse, rows, select, statements
from qa.compose import Line, Outcome, speaker
from qa.draft import Statement, unlabelled
from qa.evidence import Asked, Piece, pieces
from text.normalize import fold
from text.numerals import numbers

DEPTH = 16  # passages looked into for evidence
_ENOUGH = 8  # passages of the asked documents among the hits that make a second search needless

# What a clause must speak of to answer for a silent header.
_SPOKEN = {
    "status": re.compile(r"废止|失效|停止执行|有效期"),
    "expires_on": re.compile(r"有效期|废止|失效|截止"),
    "effective_on": re.compile(r"施行|实施|生效|执行"),
    "issued_on": re.compile(r"印发|发布|公布"),
}

_Wording = Callable[[Question, Asked, Sequence[Piece]], Statement | None]
_BY_KIND: dict[str, _Wording] = {
    "owner": statements.owner,
    "when": statements.when,
    "list": statements.listing,
    "yesno": statements.sentence,
    "open": statements.sentence,
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no answer, as one Chinese sentence."""

    reason: str


def route(
    question: Question, retriever: Retriever, hits: Sequence[Hit], filters: Filters | None
) -> Outcome | Refusal:
    """The lines that answer, or why there are none."""
    names = retriever.names()
    unknown = select.unknown_regions(question, names, hits)
    if unknown:
        return Refusal(f"文件中没有找到关于{'、'.join(unknown)}的内容")
    known = tuple(r for r in question.regions if select.documents_of((r,), names))
    question = replace(question, regions=known)
    if question.kind == "metadata":
        return _metadata(question, retriever, filters)
    if question.kind == "comparison" and len(known) >= 2:
        return _comparison(question, retriever, filters)
    numbered = _numbered_row(question, retriever, filters)
    if numbered is not None:
        return numbered
    ids = _asked_documents(question, names)
    if ids:
        inside = [hit for hit in hits if hit.passage.doc_id in ids]
        hits = inside if len(inside) >= _ENOUGH else _within(question, retriever, filters, ids)
    return _plain(question, retriever, hits[:DEPTH])


# --- one or several documents --------------------------------------------------------------------


def _plain(
    question: Question,
    retriever: Retriever,
    hits: Sequence[Hit],
    threshold: float = refuse.THRESHOLD,
) -> Outcome | Refusal:
    found = pieces(question, hits, retriever)
    asked = Asked.of(question.terms, retriever)
    timely = select.in_year(question, found)
    if refuse.is_weak(question, timely or found, retriever, threshold):
        return Refusal(_nothing(question))
    if not timely:
        return Refusal(_wrong_year(question, found))
    same_cell = rows.rows_with_cell(question, timely[:8])
    if same_cell and question.kind in ("list", "open", "target", "owner"):
        return _row_list(same_cell)
    groups = select.answering(select.by_document(timely))
    if question.kind in ("list", "open"):
        listed = headings.outline(asked, [group[0].doc for group in groups])
        if listed is not None and question.kind == "list":
            return _outline(listed)
        items = headings.items(groups[0][0].doc, groups[0][0].span)
        if items and len(groups) == 1:
            return _items(groups[0][0].doc, items)
    lines = [line for group in groups for line in _lines(question, asked, group, len(groups) == 1)]
    if not lines:
        return Refusal(_nothing(question))
    several = len({line.doc.id for line in lines}) > 1
    return Outcome(tuple(lines), led=several)


def _lines(
    question: Question, asked: Asked, group: Sequence[Piece], alone: bool
) -> list[Line]:
    if question.kind in ("target", "comparison"):
        return [_line(made) for made in statements.targets(question, asked, group)]
    made = _BY_KIND[question.kind](question, asked, group)
    if made is None and question.kind != "owner":
        made = statements.sentence(question, asked, group)
    if made is None:
        return []
    if question.kind == "open" and alone:
        second = statements.further(question, asked, group, made)
        if second is not None:
            return [_line(made), _line(second)]
    return [_line(made)]


def _line(made: Statement) -> Line:
    return Line(made.piece.doc, made.text, made.spans, made.piece.hit.passage.path, made.known)


def _nothing(question: Question) -> str:
    subject = "".join(question.terms)[:30]
    return f"文件中没有找到关于“{subject}”的内容" if subject else "文件中没有找到相关内容"


def _wrong_year(question: Question, found: Sequence[Piece]) -> str:
    asked = "、".join(f"{year}年" for year in question.years[:3])
    near = sorted(found[0].years or ()) if found else []
    hint = f"；最接近的条款说的是{near[0]}{'—' + str(near[-1]) if len(near) > 1 else ''}年" if near else ""
    return f"文件中没有找到{asked}的相关内容{hint}"


def _items(doc: PolicyDoc, items: Sequence[Clause]) -> Outcome:
    """The items of a lead-in, one line each: the short ones whole, the long ones by heading."""
    lines = []
    for clause in items:
        long = clause.heading and len(clause.span) > headings.ITEM_MAX
        span = headings.heading_span(doc, clause) if long else clause.span
        lines.append(Line(doc, unlabelled(span.of(doc.text)), (span,), clause.path))
    return Outcome(tuple(lines))


def _outline(listed: headings.Outline) -> Outcome:
    lines = tuple(
        Line(
            listed.doc,
            " ".join(child.heading.split()),
            (headings.heading_span(listed.doc, child),),
            child.path,
        )
        for child in listed.children
    )
    return Outcome(lines)


# --- tables --------------------------------------------------------------------------------------


def _numbered_row(
    question: Question, retriever: Retriever, filters: Filters | None
) -> Outcome | Refusal | None:
    number = rows.asked_number(question)
    if number is None:
        return None
    docs = _documents(question, retriever, filters)
    tables = rows.tables_asked(question, docs)
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


def _row_list(found: Sequence[Piece]) -> Outcome:
    lines = tuple(
        Line(piece.doc, rows.row_name(piece), (piece.span,), piece.hit.passage.path)
        for piece in found
    )
    return Outcome(lines)


# --- metadata ------------------------------------------------------------------------------------


def _metadata(
    question: Question, retriever: Retriever, filters: Filters | None
) -> Outcome | Refusal:
    docs = _documents(question, retriever, filters)
    stated = [(doc, metadata.entries(question, doc)) for doc in docs]
    lines = tuple(
        Line(doc, entry.text, (entry.span,), (), entry.text)
        for doc, found in stated
        for entry in found
    )
    if lines:
        return Outcome(lines, led=len({line.doc.id for line in lines}) > 1)
    # the header is silent: a clause may speak, say of another document that it repeals
    ids = [doc.id for doc in docs]
    plain = replace(question, kind="open", years=())
    result = _plain(plain, retriever, _within(plain, retriever, filters, ids))
    spoken = [_SPOKEN[field] for field in question.wanted if field in _SPOKEN]
    if isinstance(result, Outcome) and any(
        pattern.search(fold(line.text)) for line in result.lines for pattern in spoken
    ):
        return result
    return Refusal(metadata.unknown(question, docs))


def _asked_documents(question: Question, names: Sequence[DocName]) -> tuple[str, ...]:
    """Ids of the documents that the question is limited to; empty when it is not limited."""
    of_regions = select.documents_of(question.regions, names)
    if question.doc_ids and of_regions:
        return tuple(i for i in question.doc_ids if i in of_regions) or of_regions
    return question.doc_ids or of_regions


def _documents(
    question: Question, retriever: Retriever, filters: Filters | None
) -> list[PolicyDoc]:
    """The documents that the question is about: named, of its regions, or all."""
    names = retriever.names()
    ids = _asked_documents(question, names) or tuple(name.id for name in names)
    allowed = None if filters is None or filters.doc_ids is None else set(filters.doc_ids)
    return [retriever.document(i) for i in ids if allowed is None or i in allowed]


# --- comparison ----------------------------------------------------------------------------------


def _comparison(
    question: Question, retriever: Retriever, filters: Filters | None
) -> Outcome | Refusal:
    lines: list[Line] = []
    missing: list[str] = []
    kind = statements.compared_kind(question)
    for region in question.regions:
        ids = select.documents_of((region,), retriever.names())
        one = replace(question, regions=(region,), kind=kind)
        inside = _within(one, retriever, filters, ids)
        result = _plain(one, retriever, inside, refuse.THRESHOLD_COMPARED)
        if isinstance(result, Outcome):
            lines.append(result.lines[0])
        else:
            missing.append(region)
    if not lines:
        return Refusal(_nothing(question))
    closing = f"{'、'.join(missing)}的文件没有提及。" if missing else ""
    if not missing and kind == "target":
        closing = _conclusion(lines)
    return Outcome(tuple(lines), led=True, closing=closing)


def _conclusion(lines: Sequence[Line]) -> str:
    """Which is higher, when each line holds exactly one figure and the units agree."""
    values = [_only_figure(line.text) for line in lines]
    if len(lines) != 2 or None in values:
        return ""
    (one, one_unit), (two, two_unit) = values  # type: ignore[misc]
    if one_unit != two_unit:
        return "两地的计量单位不同，不能直接比较高低。"
    first, second = speaker(lines[0].doc), speaker(lines[1].doc)
    if one == two:
        return f"两地数值相同：{first}与{second}。"
    return f"{first}的数值{'高于' if one > two else '低于'}{second}。"


def _only_figure(text: str) -> tuple[float, str] | None:
    folded = fold(text)
    found = [n for n in numbers(folded) if not folded[n.end : n.end + 1] == "年"]
    if len(found) != 1:
        return None
    following = folded[found[0].end : found[0].end + 1]
    unit = found[0].unit or (following if following in "个家项户件分元" else "")
    return found[0].value, unit


def _within(
    question: Question, retriever: Retriever, filters: Filters | None, ids: Sequence[str]
) -> list[Hit]:
    """The hits inside some documents only, whatever else the filters say."""
    base = filters or Filters()
    if base.doc_ids is not None:
        ids = [i for i in ids if i in base.doc_ids]
    return retriever.search(question, DEPTH, replace(base, doc_ids=tuple(ids)))
