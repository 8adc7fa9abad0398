"""The clause trees, metadata and tables of real documents, whose outlines were read by eye.

After a change that is meant to alter them: `python -m tests.test_golden`, then read the diff of
tests/golden line by line. A clause is [level, kind, label, heading, own start, own end, opening].
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.ingest_helpers import CASES, ROOT, read_file
from youju.records import PolicyDoc, Proven, Table, TableRow

GOLDEN = ROOT / "tests/golden"
FITTED = sorted(p for p in (CASES / "fitted").iterdir() if p.suffix in (".txt", ".html"))
FILES = [*sorted((ROOT / "corpus").glob("*.txt")), *FITTED]
FIELDS = (
    "title", "doc_number", "issuer", "region", "written_on", "issued_on", "effective_on",
    "expires_on", "status_note",
)  # fmt: skip


def snapshot(doc: PolicyDoc) -> dict:
    """What the golden files keep of a document."""
    meta = {name: _proven(getattr(doc.meta, name)) for name in FIELDS}
    meta |= {"status": doc.meta.status, "period": doc.meta.period and list(doc.meta.period)}
    clauses = [
        [c.level, c.kind, c.label, c.heading, c.own.start, c.own.end, c.own.of(doc.text)[:12]]
        for c in doc.clauses
    ]
    tables = [_table(table, doc.text) for table in doc.tables]
    return {"meta": meta, "clauses": clauses, "tables": tables}


def _table(table: Table, text: str) -> dict:
    def row(cells: TableRow) -> list:
        group = cells.group.of(text)[:12] if cells.group else None
        return [*(cell.of(text) for cell in cells.cells), group]

    return {
        "clause": table.clause_id,
        "header": list(table.header),
        "caption": table.caption.of(text) if table.caption else None,
        "notes": [note.of(text) for note in table.notes],
        "rows": [row(cells) for cells in table.rows],
    }


def _proven(value: Proven | None) -> list | None:
    return None if value is None else [value.value, value.span.start, value.span.end]


def written(snap: dict) -> str:
    """JSON with one clause or row per line, so that a diff reads like the document."""

    def row(items: list) -> str:
        return ",\n".join("  " + json.dumps(item, ensure_ascii=False) for item in items)

    tables = []
    for table in snap["tables"]:
        head = json.dumps({k: v for k, v in table.items() if k != "rows"}, ensure_ascii=False)
        tables.append(f'{head[:-1]}, "rows": [\n{row(table["rows"])}\n]}}')
    meta = ",\n".join(
        f"  {json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in snap["meta"].items()
    )
    joined = ",\n".join(tables)
    return (
        f'{{"meta": {{\n{meta}\n}},\n"clauses": [\n{row(snap["clauses"])}\n],\n'
        f'"tables": [{joined}]}}\n'
    )


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_document_reads_as_reviewed(path: Path) -> None:
    expect = json.loads((GOLDEN / f"{path.stem}.json").read_text("utf-8"))
    assert snapshot(read_file(path)) == expect


def test_annexes_of_chongqing_keep_every_row_with_group_and_year() -> None:
    one, two = read_file(next(p for p in FILES if "重庆" in p.stem)).tables
    text = read_file(next(p for p in FILES if "重庆" in p.stem)).text
    assert [row.cells[0].of(text) for row in one.rows] == [str(n) for n in range(1, 43)]
    assert [row.cells[0].of(text) for row in two.rows] == [str(n) for n in range(1, 64)]
    assert all(row.group is not None for row in one.rows)
    assert len({row.group for row in one.rows}) > 1
    assert any("2015年" in note.of(text) for note in one.notes)


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for file in FILES:
        (GOLDEN / f"{file.stem}.json").write_text(written(snapshot(read_file(file))), "utf-8")
