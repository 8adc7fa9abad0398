"""How the tests of `ingest` read a text and look at what came of it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from ingest.pipeline import ingest, policy_doc
from youju.records import Clause, ExtractedText, PolicyDoc, SourceFile

ROOT = Path(__file__).resolve().parent.parent
CASES = ROOT / "tests/cases"


def read(text: str) -> PolicyDoc:
    """A plain text as a document."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return policy_doc(SourceFile("甲.txt", digest, "txt", len(text)), ExtractedText(text, "utf-8"))


def read_file(path: Path) -> PolicyDoc:
    """One file as a document."""
    return ingest([path]).docs[0]


def cases(name: str) -> list[dict]:
    """The cases of tests/cases/<name>.json."""
    return json.loads((CASES / f"{name}.json").read_text("utf-8"))


def outline(doc: PolicyDoc) -> list[str]:
    """`depth kind label heading` of every clause, one string each."""
    return [_line(clause) for clause in doc.clauses]


def _line(clause: Clause) -> str:
    return " ".join(
        part for part in (str(clause.level), clause.kind, clause.label, clause.heading) if part
    )
