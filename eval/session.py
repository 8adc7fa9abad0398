"""Runs for the page: asked step by step, kept in a folder, shown and compared by name.

A saved run is what `eval.saved` writes, with the question set, the sureness of every answer, the
results as one JSON file and the Markdown report beside it.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from eval import sheets
from eval.curves import (
    first_right,
    rank_histogram,
    recall_curve,
    reliability,
    risk_coverage,
)
from eval.files import file_digest, read_questions, select_split
from eval.records import QuestionItem, QuestionResult, Run
from eval.report import PER_CATEGORY, compare_runs, goodness, markdown_report
from eval.run import DEPTH, METHODS, Searcher, ask_each, corpus_digest, finished
from eval.saved import load_run, result_to_row, save_run
from eval.spans import locate
from eval.summary import LATENCY, MEASURES, by_category, estimate
from eval.view import Category, Compared, Curves, Judged, Measured, RunView, Spot, Step
from youju import grids
from youju.asking import Method
from youju.errors import QuestionSetError
from youju.records import PolicyDoc
from youju.service import PolicySearch

BUILT_IN = Path(__file__).resolve().parent / "questions" / "policy.jsonl"
SPLITS = ("all", "tune", "report")
DOWNLOADS = ("results.json", "report.md", "qrels.trec", "run.trec")
_SHOWN = 5  # hits shown for a question without citations


@dataclass(frozen=True, slots=True)
class Limits:
    """The most an installation takes: questions in a set, bytes of its file, runs kept."""

    questions: int = 2000
    bytes: int = 5 << 20
    kept: int = 50


class _Gone(QuestionSetError):
    """A run that is not there."""


class Session:
    """Runs below `folder`; nothing is remembered but what lies there."""

    methods: Sequence[str] = METHODS

    def __init__(self, folder: Path, limits: Limits | None = None) -> None:
        self._folder = folder
        self._limits = limits or Limits()

    def steps(
        self, search: PolicySearch, questions: Path | None, method: str, split: str
    ) -> Iterator[Step]:
        """Ask every question; nothing is saved when the listener stops before the end."""
        if method not in METHODS:
            raise QuestionSetError(f"没有名为 {method} 的方法，可用的是 {'、'.join(METHODS)}。")
        path = questions or BUILT_IN
        items = self._items(path, split)
        if path.suffix.lower() in grids.SUFFIXES:
            items = sheets.settled(items, search.documents())
        searcher: Searcher = search  # type: ignore[assignment]
        if method == "plain":
            from eval.plain import PlainSearch

            searcher = PlainSearch.build(search.documents())
        yield Step(0, len(items))
        results: list[QuestionResult] = []
        sureness: dict[str, float] = {}
        for result in ask_each(searcher, items, method):
            results.append(result)
            sureness[result.id] = _sure(result, method, search)
            yield Step(len(results), len(items))
        stamp = (path.name, file_digest(path))
        run = finished(searcher, results, method, stamp, split)
        self._save(run, path, items, sureness)
        yield Step(len(items), len(items), run.name)

    def saved(self) -> list[tuple[str, str]]:
        """(what to show, name) of every finished run, newest first; damaged ones are left out."""
        labels = ((_label(path), path.parent.name) for path in self._found())
        return [(label, name) for label, name in labels if label is not None]

    def view(self, name: str, search: PolicySearch) -> RunView:
        """A saved run with its places in the documents as they are now."""
        folder = self._path(name)
        with _whole(name):
            run = load_run(folder)
            items = {item.id: item for item in read_questions(folder / "questions.jsonl")}
            told = json.loads((folder / "sureness.json").read_text("utf-8"))
            sureness = {result.id: float(told[result.id]) for result in run.results}
        docs = {doc.source.path: doc for doc in search.documents()}
        risk, working = risk_coverage(run.results, sureness)
        golds = {item.id: len(item.gold) for item in items.values()}
        return RunView(
            name=run.name,
            method=run.info.method,
            split=run.info.split,
            questions=run.info.questions,
            same_corpus=run.info.corpus_digest == corpus_digest(list(docs.values())),
            missing=sum(result.missing for result in run.results),
            errors=sum(result.outcome.error is not None for result in run.results),
            measures=_measures(run.results),
            categories=_categories(run.results),
            judged=tuple(_judged(result, items.get(result.id), docs) for result in run.results),
            curves=Curves(
                rank_histogram(run.results, DEPTH),
                recall_curve(run.results, golds, DEPTH),
                risk,
                working,
                tuple((found.confidence, found.right) for found in reliability(run.results)),
            ),
            files=tuple(folder / file for file in DOWNLOADS),
        )

    def compare(self, first: str, second: str) -> list[Compared]:
        """Second minus first over the measures that apply to both; of the same questions only."""
        with _whole(first):
            a = load_run(self._path(first))
        with _whole(second):
            b = load_run(self._path(second))
        if (a.info.questions_digest, a.info.split) != (b.info.questions_digest, b.info.split):
            raise QuestionSetError(
                f"两次结果的题目不同（{a.info.questions} {a.info.split} 与 {b.info.questions}"
                f" {b.info.split}），不能比较；请选择同一题集、同一部分的结果。"
            )
        found = ((measure, compare_runs(a, b, measure)) for measure in MEASURES)
        return [
            Compared(measure, made.n, made.difference, made.low, made.high, made.p)
            for measure, made in found
            if made is not None
        ]

    def _items(self, path: Path, split: str) -> list[QuestionItem]:
        if split not in SPLITS:
            raise QuestionSetError(f"没有名为 {split} 的部分，可用的是 {'、'.join(SPLITS)}。")
        limits = self._limits
        try:
            size = path.stat().st_size
            if size > limits.bytes:
                raise QuestionSetError(
                    f"题集 {path.name} 有 {size / 2**20:.1f} MB，超过上限"
                    f" {limits.bytes / 2**20:.1f} MB，请拆分后再试。"
                )
            if path.suffix == ".gz":
                raise QuestionSetError(f"题集 {path.name} 是压缩文件，请解压后上传 JSONL。")
            items = read_questions(path)
        except OSError as error:
            raise QuestionSetError(f"无法读取题集 {path.name}，请重新上传。") from error
        except QuestionSetError as error:
            # Where an upload lies on this machine is nobody's business; the file's name is.
            raise QuestionSetError(str(error).replace(str(path), path.name)) from error
        if len(items) > limits.questions:
            raise QuestionSetError(
                f"题集 {path.name} 有 {len(items)} 题，超过上限 {limits.questions} 题，"
                "请拆分后再试。"
            )
        chosen = select_split(items, split)
        if not chosen:
            raise QuestionSetError(
                f"题集 {path.name} 中没有 split={split} 的题目，请换用“全部”或检查 split 字段。"
            )
        return chosen

    def _save(
        self,
        run: Run,
        questions: Path,
        items: Sequence[QuestionItem],
        sureness: Mapping[str, float],
    ) -> None:
        folder = self._folder / run.name
        folder.mkdir(parents=True, exist_ok=True)
        if questions.suffix.lower() in grids.SUFFIXES:
            (folder / "questions.jsonl").write_text(sheets.jsonl(items), encoding="utf-8")
        else:
            shutil.copyfile(questions, folder / "questions.jsonl")
        _write_json(folder / "sureness.json", sureness)
        _write_json(folder / "results.json", results_json(run))
        (folder / "report.md").write_text(markdown_report([run]), encoding="utf-8")
        save_run(run, self._folder)  # last: its run.json marks the folder complete
        for old in self._found()[self._limits.kept :]:
            shutil.rmtree(old.parent, ignore_errors=True)

    def _found(self) -> list[Path]:
        found = [path for path in self._folder.glob("*/run.json") if path.is_file()]
        return sorted(found, key=lambda path: (-path.stat().st_mtime, path.parent.name))

    def _path(self, name: str) -> Path:
        """The folder of a run; what comes from a browser must be the name of one."""
        folders = {path.parent.name: path.parent for path in self._found()}
        if name not in folders:
            raise _Gone("没有这次评测的结果，请先运行评测或刷新页面后另选。")
        return folders[name]


def results_json(run: Run) -> dict[str, Any]:
    """Everything about a run as one JSON object: measures, categories, every question."""
    return {
        "run": run.name,
        "method": run.info.method,
        "split": run.info.split,
        "questions": run.info.questions,
        "questions_digest": run.info.questions_digest,
        "corpus_digest": run.info.corpus_digest,
        "count": run.info.count,
        "measures": {m.key: _plain(m) for m in _measures(run.results)},
        "categories": {
            c.name: {"n": c.n, **dict(c.values)} for c in _categories(run.results)
        },
        "rows": [result_to_row(result) for result in run.results],
    }  # fmt: skip


def _plain(measured: Measured) -> dict[str, float | int | None]:
    return {
        "value": measured.value,
        "low": measured.low,
        "high": measured.high,
        "n": measured.n,
    }


def _write_json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


@contextmanager
def _whole(name: str) -> Iterator[None]:
    """QuestionSetError, without the places of this machine, for a saved run that is damaged."""
    try:
        yield
    except _Gone:
        raise
    except (QuestionSetError, OSError, ValueError, TypeError, LookupError, RecursionError) as error:
        raise QuestionSetError(
            f"评测结果 {name} 不完整或已损坏，请另选一次，或重新运行评测。"
        ) from error


def _label(head: Path) -> str | None:
    try:
        info = json.loads(head.read_text("utf-8"))
        when = datetime.fromtimestamp(head.stat().st_mtime).strftime("%m-%d %H:%M")
        parts = [info["method"], info["questions"], info["split"], f"{info['count']}", when]
        return f"{' · '.join(parts)} ({info['name'].rsplit('-', 1)[-1][:6]})"
    except (OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return None


def _sure(result: QuestionResult, method: str, search: PolicySearch) -> float:
    """How sure the system is: the answer's confidence, else its refusal decision, else a score."""
    said = result.outcome
    if said.confidence is not None:
        return said.confidence
    if said.error or not said.hits:
        return 0.0
    if method == "plain":
        return said.hits[0].score
    return search.confidence(result.question, cast(Method, method))


def _measures(results: Sequence[QuestionResult]) -> tuple[Measured, ...]:
    found = ((name, estimate(results, name)) for name in (*MEASURES, *LATENCY))
    return tuple(
        Measured(name, e.n, e.value, e.low, e.high) for name, e in found if e.value is not None
    )


def _categories(results: Sequence[QuestionResult]) -> tuple[Category, ...]:
    return tuple(
        Category(
            name, len(chosen), tuple((m, estimate(chosen, m).value) for m in PER_CATEGORY)
        )
        for name, chosen in by_category(results).items()
    )  # fmt: skip


def _judged(
    result: QuestionResult, item: QuestionItem | None, docs: Mapping[str, PolicyDoc]
) -> Judged:
    said = result.outcome
    placed = [(c.source, c.span.start, c.span.end, bool(c.right)) for c in said.citations]
    if not placed:
        placed = [(h.source, h.span.start, h.span.end, bool(h.right)) for h in said.hits[:_SHOWN]]
    spots = (_spot(docs.get(source), start, end, right) for source, start, end, right in placed)
    return Judged(
        id=result.id, question=result.question, category=result.category,
        answerable=result.answerable, refused=said.refused, error=said.error, answer=said.text,
        rank=first_right(result), goodness=goodness(result),
        scores=tuple(result.scores.items()),
        expected=_expected(item, docs) if item else (),
        found=tuple(spot for spot in spots if spot is not None),
        cited=bool(said.citations),
    )  # fmt: skip


def _expected(item: QuestionItem, docs: Mapping[str, PolicyDoc]) -> tuple[Spot, ...]:
    originals = {path: doc.text for path, doc in docs.items()}
    spots: list[Spot | None] = []
    for gold in item.gold:
        at = locate(gold, originals)
        if at is None:  # the documents have changed since
            spots.append(Spot("", gold.doc, 0, 0, gold.quote))
            continue
        path, spans = at
        spots.append(_spot(docs[path], spans[0].start, spans[0].end, True))
    return tuple(spot for spot in spots if spot is not None)


def _spot(doc: PolicyDoc | None, start: int, end: int, right: bool) -> Spot | None:
    if doc is None or end > len(doc.text):
        return None
    return Spot(doc.id, doc.name, start, end, doc.text[start:end], right)
