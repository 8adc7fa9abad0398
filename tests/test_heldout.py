"""The held-out set holds what it promises: all of its gold can be read in its documents."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache

from eval import sets
from eval.spans import occurrences
from eval.words import says_all
from ingest.pipeline import ingest

DOCUMENTS = sets.HELDOUT.documents
assert DOCUMENTS is not None
CATEGORIES = {
    *("numeric", "deadline", "responsible", "list", "procedure_or_rule", "everyday", "metadata"),
    *("table", "noisy", "version", "unanswerable"),
}


@cache
def _texts() -> dict[str, str]:
    """File name → what the product reads of it."""
    return {doc.source.path.rsplit("/", 1)[-1]: doc.text for doc in ingest([DOCUMENTS]).docs}


def test_there_are_many_kinds_of_documents() -> None:
    files = {path.name for path in DOCUMENTS.iterdir()}
    assert len(files) >= 12 and _texts().keys() == files
    assert {name.rsplit(".", 1)[1] for name in files} >= {"txt", "html", "docx", "pdf", "md"}
    assert sum(path.stat().st_size for path in DOCUMENTS.iterdir()) < 1 << 20


def test_there_are_many_questions_of_every_category() -> None:
    items = sets.HELDOUT.items()
    assert len({item.question for item in items}) == len(items) >= 200
    counts = Counter(item.category for item in items)
    assert counts.keys() == CATEGORIES and min(counts.values()) >= 10
    assert 0.15 < counts["unanswerable"] / len(items) < 0.3
    assert all(item.answerable == (item.category != "unanswerable") for item in items)
    lines = sets.HELDOUT.questions.read_text("utf-8").splitlines()
    asked = Counter(doc for line in lines for doc in json.loads(line)["docs"])
    assert asked.keys() == _texts().keys() and min(asked.values()) >= 5


def test_every_quotation_stands_in_its_document_and_holds_its_facts() -> None:
    for item in sets.HELDOUT.items():
        proof = [quote for gold in item.gold for quote in (gold.quote, *gold.alt)]
        for gold in item.gold:
            for quote in (gold.quote, *gold.alt):
                assert occurrences(_texts()[gold.doc], quote), (item.id, quote)
        assert says_all(proof, item.must_contain), item.id
