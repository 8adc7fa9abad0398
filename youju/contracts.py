"""Records → the JSON that other programs rely on. Keys only grow; nothing is renamed or dropped.

All offsets are code points, half-open, into the original; every text is original characters.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from youju.records import (
    Answer,
    Citation,
    Clause,
    Hit,
    Passage,
    PolicyDoc,
    PolicyMeta,
    Proven,
    Relation,
    Span,
    Table,
)

if TYPE_CHECKING:
    from qa.proof.verify import Place, Verification
    from qa.versions import Change, Piece
    from youju.shelf import Card, Referred

Json = dict[str, Any]
FindDocument = Callable[[str], PolicyDoc]


def answer_json(answer: Answer, document: FindDocument) -> Json:
    """What `ask --json` prints for one question."""
    return {
        "question": answer.question,
        "asked": answer.asked,
        "answer": answer.text,
        "refused": answer.refused,
        "reason": answer.reason,
        "citations": [citation_json(citation) for citation in answer.citations],
        "hits": hits_json(answer.hits, document),
        "timings_ms": {name: round(ms, 2) for name, ms in answer.timings_ms.items()},
        "confidence": None if answer.confidence is None else round(float(answer.confidence), 4),
    }


def search_json(
    question: str,
    hits: Sequence[Hit],
    document: FindDocument,
    milliseconds: float,
    *,
    explain: bool = False,
) -> Json:
    """What `search --json` prints for one question; `explain` adds the parts of each score."""
    return {
        "question": question,
        "hits": hits_json(hits, document, explain=explain),
        "timings_ms": {"retrieve": round(milliseconds, 2)},
    }


def error_json(question: str, message: str) -> Json:
    """What a stream prints for a line that cannot be asked."""
    return {"question": question, "error": message}


def citation_json(citation: Citation) -> Json:
    """One proven quotation."""
    return {
        "n": citation.n,
        "doc_id": citation.doc_id,
        "title": citation.title,
        "doc_number": citation.doc_number,
        "issuer": citation.issuer,
        "region": citation.region,
        "date": citation.date,
        "status": citation.status,
        "path": list(citation.path),
        "source": citation.source,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        "page": citation.page,
        "confidence": citation.confidence,
        "cell": [citation.cell.start, citation.cell.end] if citation.cell else None,
    }


def hits_json(hits: Sequence[Hit], document: FindDocument, *, explain: bool = False) -> list[Json]:
    """The ranked passages, best first."""
    found = [_hit_json(rank, hit, document) for rank, hit in enumerate(hits, start=1)]
    if explain:
        for shown, hit in zip(found, hits, strict=True):
            shown["parts"] = {name: round(float(v), 6) for name, v in hit.parts.items()}
    return found


def _hit_json(rank: int, hit: Hit, document: FindDocument) -> Json:
    passage = hit.passage
    doc = document(passage.doc_id)
    return {
        "rank": rank,
        "score": round(float(hit.score), 6),
        "doc_id": doc.id,
        "title": doc.name,
        "path": list(passage.path),
        "source": doc.source.path,
        "start": passage.span.start,
        "end": passage.span.end,
        "text": passage.span.of(doc.text),
        "kind": passage.kind,
        "passage_id": passage.id,
        "page": doc.page_at(passage.span.start),
    }


def verification_json(found: Verification) -> Json:
    """What `verify --json` prints: where the quotation stands, or the nearest text."""
    nearest = found.nearest
    return {
        "quote": found.quote,
        "verdict": found.verdict,
        "count": found.count,
        "places": [place_json(place) for place in found.places],
        "nearest": None
        if nearest is None
        else {
            **place_json(nearest.place),
            "similarity": nearest.similarity,
            "marked": nearest.marked,
            "differences": [
                {
                    "kind": difference.kind,
                    "quoted": difference.quoted,
                    "original": difference.original,
                    "quote_start": difference.quote_span.start,
                    "quote_end": difference.quote_span.end,
                    "start": difference.span.start,
                    "end": difference.span.end,
                }
                for difference in nearest.differences
            ],
        },
    }


def place_json(place: Place) -> Json:
    """A stretch of a document; `cut` warns of a torn figure or a negation left out."""
    return {
        "doc_id": place.doc_id,
        "title": place.title,
        "doc_number": place.doc_number,
        "status": place.status,
        "path": list(place.path),
        "source": place.source,
        "start": place.start,
        "end": place.end,
        "text": place.text,
        "page": place.page,
        "cut": place.cut,
    }


def document_json(doc: PolicyDoc, passages: Sequence[Passage] = ()) -> Json:
    """What `ingest --json` prints for one document; `passages` in document order."""
    return {
        "doc_id": doc.id,
        "source": doc.source.path,
        "source_sha256": doc.source.sha256,
        "sha256": doc.sha256,
        "media_type": doc.source.media_type,
        "characters": len(doc.text),
        "metadata": metadata_json(doc.meta),
        "parts": [
            {"metadata": metadata_json(p.meta), "start": p.span.start, "end": p.span.end}
            for p in doc.parts
        ],
        "clauses": _tree(doc),
        "tables": [_table_json(table, doc.text) for table in doc.tables],
        "passages": [_passage_json(passage, doc.text) for passage in passages],
        "problems": [*doc.unread, *doc.problems],
        "unread": list(doc.unread),
        "pages": [{"start": page.start, "end": page.end} for page in doc.pages],
    }


def metadata_json(meta: PolicyMeta) -> Json:
    """Every field as {"value","start","end"} or null, with the place that proves it."""
    names = ("title", "doc_number", "issuer", "region", "written_on", "issued_on")
    fields: Json = {name: _proven(getattr(meta, name)) for name in names}
    fields |= {"effective_on": _proven(meta.effective_on), "expires_on": _proven(meta.expires_on)}
    fields |= {"status": meta.status, "status_note": _proven(meta.status_note)}
    fields["status_why"] = meta.status_why
    fields["corrected"] = [
        {"field": one.field, "when": one.when, "who": one.who} for one in meta.corrected
    ]
    fields["family"] = meta.family
    fields["period"] = list(meta.period) if meta.period else None
    fields["page"] = [
        {"field": said.field, "value": said.value, "start": said.span.start, "end": said.span.end}
        for said in meta.page
    ]
    return fields


def relation_json(relation: Relation, source: PolicyDoc, target: PolicyDoc) -> Json:
    """One relation, with both documents and the sentence of the source that states it."""
    return {
        "kind": relation.kind,
        "source": {"doc_id": source.id, "title": source.name},
        "target": {"doc_id": target.id, "title": target.name},
        "certainty": relation.certainty,
        "start": relation.span.start,
        "end": relation.span.end,
        "quote": relation.span.of(source.text),
    }


def card_json(card: Card) -> Json:
    """What `meta --json` prints: metadata and state on a day, versions, relations."""
    return {
        "doc_id": card.doc.id,
        "as_of": card.as_of,
        "metadata": metadata_json(card.doc.meta),
        "versions": [
            {
                "doc_id": doc.id,
                "title": doc.name,
                "doc_number": doc.meta.doc_number.value if doc.meta.doc_number else None,
                "date": doc.meta.date,
                "status": doc.meta.status,
            }
            for doc in card.versions
        ],
        "relations": [relation_json(*related) for related in card.relations],
    }


def reference_json(found: Referred) -> Json:
    """A place that refers to a clause, and the clause."""
    return {
        "doc_id": found.source.id,
        "start": found.span.start,
        "end": found.span.end,
        "text": found.span.of(found.source.text),
        "target": {
            "doc_id": found.doc.id,
            "title": found.doc.name,
            "clause": found.clause.id,
            "path": list(found.clause.path),
            "start": found.clause.span.start,
            "end": found.clause.span.end,
        },
    }


def change_json(change: Change, old: PolicyDoc, new: PolicyDoc) -> Json:
    """What became of one clause: both wordings, their places, the stretches that differ."""
    from qa.versions import stretches

    def piece(of: Piece | None, doc: PolicyDoc) -> Json | None:
        if of is None:
            return None
        return {
            "doc_id": doc.id,
            "label": of.label,
            "path": list(of.path),
            "start": of.span.start,
            "end": of.span.end,
            "text": of.span.of(doc.text),
        }

    return {
        "kind": change.kind,
        "old": piece(change.old, old),
        "new": piece(change.new, new),
        "marked": [
            [one.kind, one.new.of(new.text) if one.new else one.old.of(old.text) if one.old else ""]
            for one in stretches(change, old, new)
        ],
    }


def _proven(value: Proven | None) -> Json | None:
    if value is None:
        return None
    return {"value": value.value, "start": value.span.start, "end": value.span.end}


def _tree(doc: PolicyDoc) -> list[Json]:
    by_id = {clause.id: clause for clause in doc.clauses}

    def node(clause: Clause) -> Json:
        return {
            "id": clause.id,
            "kind": clause.kind,
            "level": clause.level,
            "label": clause.label,
            "heading": clause.heading,
            "path": list(clause.path),
            "start": clause.span.start,
            "end": clause.span.end,
            "own_end": clause.own.end,
            "children": [node(by_id[child]) for child in clause.children],
        }

    return [node(c) for c in doc.clauses if c.parent is None or c.parent not in by_id]


def _cell(span: Span, text: str) -> Json:
    return {"text": span.of(text), "start": span.start, "end": span.end}


def _table_json(table: Table, text: str) -> Json:
    return {
        "id": table.id,
        "clause_id": table.clause_id,
        "caption": _cell(table.caption, text) if table.caption else None,
        "header": list(table.header),
        "notes": [_cell(note, text) for note in table.notes],
        "start": table.span.start,
        "end": table.span.end,
        "rows": [
            {
                "cells": [_cell(cell, text) for cell in row.cells],
                "group": _cell(row.group, text) if row.group else None,
                "start": row.span.start,
                "end": row.span.end,
            }
            for row in table.rows
        ],
    }


def _passage_json(passage: Passage, text: str) -> Json:
    return {
        "id": passage.id,
        "kind": passage.kind,
        "clause_ids": list(passage.clause_ids),
        "path": list(passage.path),
        "start": passage.span.start,
        "end": passage.span.end,
        "text": passage.span.of(text),
    }
