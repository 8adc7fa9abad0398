"""Runs on disk: `<out>/<method>-<digest>/` with run.json, rows.jsonl, run.trec, qrels.trec."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

from eval.files import read_text, write_qrels, write_run
from eval.records import (
    Outcome,
    Qrel,
    QuestionResult,
    QuotedSpan,
    RankedSpan,
    Run,
    RunInfo,
    RunRow,
)
from youju.errors import QuestionSetError
from youju.records import Span

_HEAD = {
    "name": str, "method": str, "questions": str, "questions_digest": str, "corpus_digest": str,
    "split": str, "count": int,
}  # fmt: skip
_SPAN = {"source": str, "start": int, "end": int, "right": list}
_HIT = {"id": str, "score": int | float, **_SPAN}
_CITED = {"quote": str, "status": str, "exact": bool, **_SPAN}
_ROW: Mapping[str, Any] = {
    "id": str, "question": str, "category": str, "answerable": bool, "split": str | None,
    "scores": dict, "refused": bool, "text": str, "error": str | None, "ms": int | float,
    "confidence": int | float | None, "hits": list, "citations": list,
}  # fmt: skip


def result_to_row(result: QuestionResult) -> dict[str, Any]:
    """A scored question as one JSON object."""
    said = result.outcome
    return {
        "id": result.id,
        "question": result.question,
        "category": result.category,
        "answerable": result.answerable,
        "split": result.split,
        "scores": result.scores,
        "refused": said.refused,
        "text": said.text,
        "error": said.error,
        "ms": said.ms,
        "confidence": said.confidence,
        "hits": [
            {"id": h.id, "source": h.source, "start": h.span.start, "end": h.span.end,
             "score": h.score, "right": list(h.right)}
            for h in said.hits
        ],
        "citations": [
            {"source": c.source, "start": c.span.start, "end": c.span.end, "quote": c.quote,
             "status": c.status, "exact": c.exact, "right": list(c.right)}
            for c in said.citations
        ],
    }  # fmt: skip


def row_to_result(row: dict[str, Any]) -> QuestionResult:
    """The inverse of `result_to_row`; KeyError or TypeError for another object."""
    _check(row, _ROW)
    for hit in row["hits"]:
        _check(hit, _HIT)
    for cited in row["citations"]:
        _check(cited, _CITED)
    if not all(isinstance(value, int | float) for value in row["scores"].values()):
        raise TypeError("scores")
    hits = tuple(
        RankedSpan(h["id"], h["source"], Span(h["start"], h["end"]), h["score"], tuple(h["right"]))
        for h in row["hits"]
    )
    citations = tuple(
        QuotedSpan(
            c["source"], Span(c["start"], c["end"]), c["quote"], c["status"], c["exact"],
            tuple(c["right"]),
        )
        for c in row["citations"]
    )  # fmt: skip
    said = Outcome(
        hits, row["text"], row["refused"], citations, row["ms"], row["error"],
        row.get("confidence"),
    )  # fmt: skip
    return QuestionResult(
        row["id"],
        row["question"],
        row["category"],
        row["answerable"],
        row["split"],
        said,
        dict(row["scores"]),
    )


def _check(given: dict[str, Any], kinds: Mapping[str, Any]) -> None:
    for name, kind in kinds.items():
        if not isinstance(given.get(name), kind):
            raise TypeError(name)
    if "start" in kinds and not 0 <= given["start"] <= given["end"]:
        raise ValueError("start")


def sealed(run: Run) -> Run:
    """The run with its scores and without what was asked, found and said.

    Ids become numbers, in an order that is not the file's and the same for every run.
    """
    mixed = sorted(run.results, key=lambda result: sha256(result.id.encode()).hexdigest())
    return replace(run, results=tuple(_sealed(n, r) for n, r in enumerate(mixed, 1)))


def _sealed(number: int, result: QuestionResult) -> QuestionResult:
    said = result.outcome
    error = None if said.error is None else said.error.partition(":")[0]
    kept = Outcome(refused=said.refused, ms=said.ms, error=error, confidence=said.confidence)
    return replace(result, id=f"q{number:05}", question="", outcome=kept)


def save_run(run: Run, out: Path) -> Path:
    """Write the run's folder below `out` and return it."""
    folder = out / run.name
    folder.mkdir(parents=True, exist_ok=True)
    rows = [json.dumps(result_to_row(r), ensure_ascii=False) + "\n" for r in run.results]
    (folder / "rows.jsonl").write_text("".join(rows), encoding="utf-8")
    write_run(folder / "run.trec", trec_rows(run.results), run.name)
    write_qrels(folder / "qrels.trec", trec_qrels(run.results))
    head = json.dumps({"name": run.name, **asdict(run.info)}, ensure_ascii=False, indent=1)
    (folder / "run.json").write_text(head + "\n", encoding="utf-8")  # last: marks it complete
    return folder


def load_run(folder: Path) -> Run:
    """A saved run; QuestionSetError when the folder does not hold a whole one."""
    head = read_text(folder / "run.json")
    lines = read_text(folder / "rows.jsonl").split("\n")
    try:
        info = json.loads(head)
        name = info.pop("name")
        _check(info | {"name": name}, _HEAD)
        results = tuple(row_to_result(json.loads(line)) for line in lines if line.strip())
        return Run(name, RunInfo(**info), results)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise QuestionSetError(
            f"{folder} 不是完整的评测结果；请重新运行 python -m eval run"
        ) from error


def newest_runs(out: Path) -> list[Path]:
    """The newest finished run of each set and method, in their order."""
    newest: dict[str, Path] = {}
    found = sorted(out.glob("*/run.json"), key=lambda path: (path.stat().st_mtime, str(path)))
    for path in found:
        newest[path.parent.name.rsplit("-", 1)[0]] = path.parent
    return [newest[method] for method in sorted(newest)]


def trec_rows(results: Sequence[QuestionResult]) -> list[RunRow]:
    """The rankings; scores are replaced by 1/rank where they do not fall from rank to rank."""
    rows: list[RunRow] = []
    for result in results:
        hits = result.outcome.hits
        scores = [hit.score for hit in hits]
        falling = all(a > b for a, b in pairwise(scores))
        for rank, hit in enumerate(hits, 1):
            rows.append(RunRow(result.id, _id(hit), rank, hit.score if falling else 1 / rank))
    return rows


def trec_qrels(results: Sequence[QuestionResult]) -> list[Qrel]:
    """Judgements by span of every passage this run retrieved (a pool, not the whole corpus)."""
    return [
        Qrel(result.id, _id(hit), len(hit.right))
        for result in results
        if result.answerable
        for hit in result.outcome.hits
    ]


def _id(hit: RankedSpan) -> str:
    """The passage id without blanks, which would split a TREC line."""
    return "_".join(hit.id.split())
