"""PolicyDoc → passages, the units of retrieval.

One passage per clause text; a clause whose items are short stays whole, a long one is cut at
sentence ends. Table rows are passages with their column names, and the header of the document is
one of its own, so that 文号 and dates can be found.
"""

from __future__ import annotations

from collections.abc import Iterator

from datatypes import Clause, Passage, PolicyDoc, Span, Table, TableRow
from ingest.tables import value_note
from text.normalize import fold, squeeze
from text.sentences import sentences

# Characters. Chosen on the tuning half of eval/questions/policy.jsonl; part of the manifest.
WHOLE_MAX = 260
PART_MAX = 420
PART_AIM = 300
PARAMETERS = {"whole_max": WHOLE_MAX, "part_max": PART_MAX, "part_aim": PART_AIM, "format": 1}


def passages(doc: PolicyDoc) -> tuple[Passage, ...]:
    """All passages of a document, in document order, ids `<doc id>:<n>`."""
    pieces = [*_meta(doc), *_clauses(doc), *_tables(doc)]
    return tuple(
        Passage(f"{doc.id}:{n:04d}", doc.id, kind, clause_ids, path, span, context, body)
        for n, (kind, clause_ids, path, span, context, body) in enumerate(pieces, start=1)
    )


_Piece = tuple[str, tuple[str, ...], tuple[str, ...], Span, str, str]


def _context(doc: PolicyDoc, path: tuple[str, ...]) -> str:
    """Title, region and headings: what a reader knows before the clause itself."""
    region = doc.meta.region.value if doc.meta.region else ""
    parts = (doc.name, region if region not in doc.name else "", *path)
    return " ".join(fold(part) for part in parts if part)


def _body(doc: PolicyDoc, span: Span) -> str:
    return " ".join(fold(span.of(doc.text)).split())


def _meta(doc: PolicyDoc) -> Iterator[_Piece]:
    """The header as one passage: the smallest stretch that holds title, 文号 and dates."""
    meta = doc.meta
    proven = [meta.title, meta.doc_number, meta.issuer, meta.written_on, meta.issued_on, meta.status_note]
    spans = sorted(entry.span for entry in proven if entry is not None)
    if not spans:
        return
    # keep to the top: a signature at the very end has its own line in the answer's citation
    first = spans[0]
    kept = [span for span in spans if span.end - first.start <= 1500]
    span = Span(first.start, max(s.end for s in kept))
    known = [
        ("标题", meta.title), ("文号", meta.doc_number), ("发文机关", meta.issuer),
        ("成文日期", meta.written_on), ("发布日期", meta.issued_on), ("施行日期", meta.effective_on),
        ("有效期至", meta.expires_on),
    ]  # fmt: skip
    body = " ".join(f"{name} {fold(entry.value)}" for name, entry in known if entry)
    yield "meta", (), (), span, _context(doc, ()), f"{body} 时效 {meta.status}"


def _clauses(doc: PolicyDoc) -> Iterator[_Piece]:
    by_id = {clause.id: clause for clause in doc.clauses}
    whole: set[str] = set()
    for clause in doc.clauses:
        if clause.parent in whole:
            whole.add(clause.id)
            continue
        if _stays_whole(clause, by_id):
            whole.add(clause.id)
            ids = (clause.id, *_below(clause, by_id))
            yield from _cut(doc, clause, clause.span, ids)
        elif not clause.children or _has_body(doc, clause):
            yield from _cut(doc, clause, clause.own, (clause.id,))


def _stays_whole(clause: Clause, by_id: dict[str, Clause]) -> bool:
    """A lead-in with its short items is one rule: 有下列情形之一的: (一)…(二)…."""
    return bool(clause.children) and len(clause.span) <= WHOLE_MAX and clause.kind not in ("附件", "章", "编", "节")


def _below(clause: Clause, by_id: dict[str, Clause]) -> Iterator[str]:
    for child in clause.children:
        yield child
        yield from _below(by_id[child], by_id)


def _has_body(doc: PolicyDoc, clause: Clause) -> bool:
    """False for a bare heading above its children."""
    named = len(squeeze(clause.label)) + len(squeeze(clause.heading))
    return len(squeeze(clause.own.of(doc.text))) > named + 4


def _cut(doc: PolicyDoc, clause: Clause, span: Span, ids: tuple[str, ...]) -> Iterator[_Piece]:
    context = _context(doc, clause.path)
    for part in parts(doc.text, span):
        yield "clause", ids, clause.path, part, context, _body(doc, part)


def parts(original: str, span: Span) -> list[Span]:
    """`span` itself, or its consecutive parts cut at sentence ends when it is long."""
    if len(span) <= PART_MAX:
        return [span]
    folded = fold(span.of(original))
    out: list[Span] = []
    start = end = 0
    ends = [b for _, b in sentences(folded)] or [len(folded)]
    for stop in ends:
        if end > start and stop - start > PART_MAX:
            out.append(Span(span.start + start, span.start + end))
            start = end + len(folded[end:]) - len(folded[end:].lstrip()) if end < len(folded) else end
        end = stop
        if end - start >= PART_AIM and len(folded) - end > PART_AIM // 3:
            out.append(Span(span.start + start, span.start + end))
            start = end
            while start < len(folded) and folded[start].isspace():
                start += 1
    if end > start:
        out.append(Span(span.start + start, span.start + end))
    return [piece for long in out for piece in _force(long)]


def _force(span: Span) -> list[Span]:
    """A sentence without end (a 5 MB line) is cut by length: retrieval needs bounded units."""
    limit = 4 * PART_MAX
    return [Span(at, min(at + limit, span.end)) for at in range(span.start, span.end, limit)]


# --- tables --------------------------------------------------------------------------------------


def _tables(doc: PolicyDoc) -> Iterator[_Piece]:
    paths = {clause.id: clause.path for clause in doc.clauses}
    for table in doc.tables:
        path = paths.get(table.clause_id or "", ())
        ids = (table.clause_id,) if table.clause_id else ()
        caption = fold(table.caption.of(doc.text)) if table.caption else ""
        context = f"{_context(doc, path)} {caption}".strip()
        seen: set[Span] = set()
        for row in table.rows:
            if row.group is not None and row.group not in seen:
                seen.add(row.group)
                yield "clause", ids, path, row.group, context, _body(doc, row.group)
            yield "row", ids, path, row.span, context, row_text(doc, table, row)


def row_text(doc: PolicyDoc, table: Table, row: TableRow) -> str:
    """A row for matching: every cell after its column name, the year of the values said once."""
    group = _body(doc, row.group) if row.group and len(row.group) <= 24 else ""
    note = fold(value_note(table, doc.text))
    cells = []
    for i, cell in enumerate(row.cells):
        name = fold(table.header[i]) if i < len(table.header) else ""
        cells.append(f"{name} {_body(doc, cell)}".strip())
    return " ".join(part for part in (group, note, *cells) if part)
