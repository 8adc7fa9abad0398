"""PolicyDoc → passages, the units of retrieval.

One passage per clause text; a clause whose items are short stays whole, a long one is cut at
sentence ends. Table rows are passages with their column names, and the header of the document is
one of its own, so that 文号 and dates can be found.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from ingest.clauses import NAME_MAX
from ingest.tables import value_note
from text.normalize import fold, squeeze
from text.sentences import sentences
from text.spacing import closed
from youju.records import Clause, Passage, PolicyDoc, Span, Table, TableRow

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


_NAME_MIN = 6  # characters of such lines on average
_RUN_MIN = 4
_META_MAX, _META_GAP = 1500, 600
_Kind = Literal["clause", "row", "meta"]
_Piece = tuple[_Kind, tuple[str, ...], tuple[str, ...], Span, str, str]


def _context(doc: PolicyDoc, path: tuple[str, ...]) -> str:
    """Title, region and headings: what a reader knows before the clause itself."""
    region = doc.meta.region.value if doc.meta.region else ""
    parts = (doc.name, region if region not in doc.name else "", *path)
    return " ".join(fold(part) for part in parts if part)


def _body(doc: PolicyDoc, span: Span) -> str:
    return " ".join(closed(fold(span.of(doc.text))).split())


def _meta(doc: PolicyDoc) -> Iterator[_Piece]:
    """The header as one passage: the smallest stretch that holds title, 文号 and dates."""
    meta = doc.meta
    proven = [
        meta.title, meta.doc_number, meta.issuer, meta.written_on, meta.issued_on,
        meta.status_note,
    ]  # fmt: skip
    spans = sorted(entry.span for entry in proven if entry is not None)
    if not spans:
        return
    # keep to the top: a signature at the very end has its own line in the answer's citation
    first = spans[0]
    end = first.end
    for entry in spans:
        if entry.end - first.start <= _META_MAX and entry.start - end <= _META_GAP:
            end = max(end, entry.end)
    span = Span(first.start, end)
    known = [
        ("标题", meta.title), ("文号", meta.doc_number), ("发文机关", meta.issuer),
        ("成文日期", meta.written_on), ("发布日期", meta.issued_on),
        ("施行日期", meta.effective_on), ("有效期至", meta.expires_on),
    ]  # fmt: skip
    body = " ".join(f"{name} {fold(entry.value)}" for name, entry in known if entry)
    yield "meta", (), (), span, _context(doc, ()), f"{body} 时效 {meta.status}"
    yield from _closing(doc, span)


def _closing(doc: PolicyDoc, head: Span) -> Iterator[_Piece]:
    """Who signed and when, below the text: lines that are neither in the header nor in a clause."""
    meta = doc.meta
    signed = [("发文机关", meta.issuer), ("成文日期", meta.written_on)]
    apart = [
        (name, entry)
        for name, entry in signed
        if entry is not None
        and not head.overlap(entry.span)
        and not any(clause.own.covers(entry.span) for clause in doc.clauses)
    ]
    if not apart:
        return
    span = Span(min(e.span.start for _, e in apart), max(e.span.end for _, e in apart))
    if len(span) <= _META_GAP:
        body = " ".join(f"{name} {fold(entry.value)}" for name, entry in apart)
        yield "meta", (), (), span, _context(doc, ()), body


def _clauses(doc: PolicyDoc) -> Iterator[_Piece]:
    by_id = {clause.id: clause for clause in doc.clauses}
    whole: set[str] = set()
    for lines in _runs(doc):
        whole.update(line.id for line in lines)
        span = Span(lines[0].span.start, lines[-1].span.end)
        ids = tuple(line.id for line in lines)
        yield "clause", ids, lines[0].path, span, _context(doc, lines[0].path), _body(doc, span)
    for clause in doc.clauses:
        if clause.id in whole:
            continue
        if clause.parent in whole:
            whole.add(clause.id)
            continue
        if _stays_whole(clause, by_id):
            whole.add(clause.id)
            ids = (clause.id, *_below(clause, by_id))
            yield from _cut(doc, clause, clause.span, ids)
        elif (lead := _short_list(doc, clause)) is not None:
            whole.add(clause.id)
            before = Span(clause.own.start, lead.start)
            yield from _cut(doc, clause, before, (clause.id,))
            yield from _cut(doc, clause, lead, (clause.id, *_below(clause, by_id)))
        elif not clause.children or _has_body(doc, clause):
            yield from _cut(doc, clause, clause.own, (clause.id,))


def _runs(doc: PolicyDoc) -> Iterator[list[Clause]]:
    """Lines of a list without labels, one name a line: together they say something."""
    runs: list[list[Clause]] = []
    before: Clause | None = None
    for clause in doc.clauses:
        text = clause.span.of(doc.text)
        short = clause.kind == "段" and not clause.children and len(text) <= NAME_MAX
        if not short or fold(text).rstrip()[-1:] in "。;:,":
            before = None
            continue
        if before is None or before.parent != clause.parent:
            runs.append([])
        runs[-1].append(clause)
        before = clause
    for run in runs:
        if len(run) < _RUN_MIN or sum(len(line.span) for line in run) < _NAME_MIN * len(run):
            continue  # a few lines, or the words of a menu
        first = 0
        for at, clause in enumerate(run):
            if clause.span.end - run[first].span.start > PART_AIM:
                yield run[first:at]
                first = at
        yield run[first:]


def _stays_whole(clause: Clause, by_id: dict[str, Clause]) -> bool:
    """A lead-in with its short items is one rule: 有下列情形之一的: (一)…(二)…."""
    heads = ("附件", "章", "编", "节")
    return bool(clause.children) and len(clause.span) <= WHOLE_MAX and clause.kind not in heads


def _short_list(doc: PolicyDoc, clause: Clause) -> Span | None:
    """The last sentence of a paragraph, with the short items that it leads to, if it does."""
    if not clause.children or clause.span.end - clause.own.end > WHOLE_MAX:
        return None
    own = fold(clause.own.of(doc.text)).rstrip()
    said = sentences(own)
    if len(said) < 2 or not own.endswith(":"):
        return None
    lead = Span(clause.own.start + said[-1][0], clause.span.end)
    return lead if len(lead) <= WHOLE_MAX else None


def _below(clause: Clause, by_id: dict[str, Clause]) -> Iterator[str]:
    for child in clause.children:
        yield child
        yield from _below(by_id[child], by_id)


def _has_body(doc: PolicyDoc, clause: Clause) -> bool:
    """False for a bare heading above its children."""
    own = len(squeeze(clause.own.of(doc.text)))
    if not clause.heading:
        return own > len(squeeze(clause.label))
    return own > len(squeeze(clause.label)) + len(squeeze(clause.heading)) + 4


def _cut(doc: PolicyDoc, clause: Clause, span: Span, ids: tuple[str, ...]) -> Iterator[_Piece]:
    context = _context(doc, clause.path)
    for part in parts(doc.text, span):
        yield "clause", ids, clause.path, part, context, _body(doc, part)


def parts(original: str, span: Span) -> list[Span]:
    """`span` itself, or its consecutive parts cut at sentence ends when it is long.

    A last sentence that leads to what follows is a part of its own: the others are not about that.
    """
    if len(span) <= PART_MAX:
        return [span]
    folded = fold(span.of(original))
    cuts: list[tuple[int, int]] = []
    start = end = 0
    stops = [b for _, b in sentences(folded)] or [len(folded)]
    for stop in stops:
        leads = stop == stops[-1] and folded[stop - 1] == ":"
        if end > start and (leads or stop - start > PART_MAX):
            cuts.append((start, end))
            start = end = _after_blanks(folded, end)
        end = stop
        if end - start >= PART_AIM and len(folded) - end > PART_AIM // 3:
            cuts.append((start, end))
            start = end = _after_blanks(folded, end)
    if end > start:
        cuts.append((start, end))
    return [piece for a, b in cuts for piece in _force(folded, a, b, span.start)]


def _after_blanks(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _force(folded: str, start: int, end: int, offset: int) -> list[Span]:
    """A sentence without end (a 5 MB line) is cut by length: retrieval needs bounded units."""
    limit = 4 * PART_MAX
    bounds = ((at, min(at + limit, end)) for at in range(start, end, limit))
    return [Span(offset + a, offset + b) for a, b in bounds if not folded[a:b].isspace()]


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
