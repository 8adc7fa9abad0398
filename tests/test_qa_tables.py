"""Questions to tables: the asked cell with row, column and unit, and counts over whole tables."""

from __future__ import annotations

import hashlib
import json

import pytest
from qa_helpers import CASES, asked, index_of

from index.retrieve import HybridIndex
from ingest.pipeline import policy_doc
from ingest.readers import html
from qa.clauses import rows
from qa.proof.compose import proven_answer
from youju.records import Encoder, PolicyDoc, SourceFile

TABLES = json.loads((CASES / "tables.json").read_text("utf-8"))


def _doc(title: str, body: str) -> PolicyDoc:
    data = f"<html><body><h1>{title}</h1>{body}</body></html>".encode()
    source = SourceFile(f"{title}.html", hashlib.sha256(data).hexdigest(), "html", len(data))
    return policy_doc(source, html.read(data))


@pytest.fixture(scope="module")
def tables(qa_encoder: Encoder) -> HybridIndex:
    """The documents of tables.json, searchable."""
    return index_of([_doc(one["title"], one["html"]) for one in TABLES["documents"]], qa_encoder)


@pytest.mark.parametrize("case", TABLES["questions"], ids=lambda case: case["question"])
def test_tables_answer(case: dict, tables: HybridIndex) -> None:
    question = asked(case["question"], tables)
    hits = tables.search(question, 16)
    outcome = rows.answer(question, hits, tables)
    if case["answer"] is None:
        assert outcome is None
        return
    assert outcome is not None
    made = proven_answer(question, outcome, hits)
    assert made is not None and made.text == case["answer"]
