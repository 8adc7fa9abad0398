from __future__ import annotations

import json
from dataclasses import replace

from ingest.passages import passages
from youju import contracts
from youju.records import PolicyDoc
from youju.service import PolicySearch

ANSWER_KEYS = [
    *(
        "question",
        "asked",
        "answer",
        "refused",
        "reason",
        "citations",
        "hits",
        "timings_ms",
        "confidence",
    ),
]
CITATION_KEYS = [
    *("n", "doc_id", "title", "doc_number", "issuer", "region", "date", "status", "path"),
    *("source", "start", "end", "quote"),
]
HIT_KEYS = {"rank", "score", "doc_id", "path", "source", "start", "end", "text"}


def test_an_answer_has_the_promised_keys_and_exact_quotes(search: PolicySearch) -> None:
    answer = search.ask("贵州省质量发展三年行动计划的文号是什么？")
    found = json.loads(json.dumps(contracts.answer_json(answer, search.document)))
    assert list(found)[: len(ANSWER_KEYS)] == ANSWER_KEYS and found["citations"] and found["hits"]
    assert found["refused"] is False and found["reason"] is None
    for citation in found["citations"]:
        assert list(citation)[: len(CITATION_KEYS)] == CITATION_KEYS  # keys only grow
        text = search.document(citation["doc_id"]).text
        assert text[citation["start"] : citation["end"]] == citation["quote"]
    for rank, hit in enumerate(found["hits"], start=1):
        assert set(hit) >= HIT_KEYS and hit["rank"] == rank
        assert search.document(hit["doc_id"]).text[hit["start"] : hit["end"]] == hit["text"]
    assert all(isinstance(ms, float) for ms in found["timings_ms"].values())
    sure = contracts.answer_json(replace(answer, confidence=0.87654), search.document)
    unweighed = contracts.answer_json(replace(answer, confidence=None), search.document)
    assert sure["confidence"] == 0.8765 and unweighed["confidence"] is None


def test_a_document_shows_everything_with_its_place(search: PolicySearch) -> None:
    for doc in search.documents():
        pieces = passages(doc)
        found = json.loads(json.dumps(contracts.document_json(doc, pieces)))
        assert _clause_ids(found["clauses"]) == [clause.id for clause in doc.clauses]
        for name, field in found["metadata"].items():
            if isinstance(field, dict):
                assert set(field) == {"value", "start", "end"}, name
        _check_tables(found, doc)
        assert len(found["passages"]) == len(pieces)
        for piece in found["passages"]:
            assert doc.text[piece["start"] : piece["end"]] == piece["text"]


def _clause_ids(nodes: list[contracts.Json]) -> list[str]:
    return [i for node in nodes for i in (node["id"], *_clause_ids(node["children"]))]


def _check_tables(found: contracts.Json, doc: PolicyDoc) -> None:
    assert len(found["tables"]) == len(doc.tables)
    for table in found["tables"]:
        for row in table["rows"]:
            for cell in row["cells"]:
                assert doc.text[cell["start"] : cell["end"]] == cell["text"]
