"""What each part of retrieval brings: the product's own index with more and more of its methods.

Every step is `HybridIndex.search` with fewer methods and a plain weighted sum of their scores; the
last is the product as it ships. No step has a ranking of its own here.
"""

from __future__ import annotations

import hashlib
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.bench import passages_of
from eval.files import file_digest, read_benchmark, read_questions, select_split
from eval.metrics import gold_measures, per_query
from eval.records import RunRow
from eval.run import corpus_digest
from eval.spans import locate_all, right_for
from index.records import IndexData
from text.normalize import fold
from youju.records import Encoder, Hit, Question

DEPTH = 10
MEASURES = ("nDCG@10", "RR@10", "R@10", "Success@1")
Progress = Callable[[str, int, int], None]

# Standard deviations over the candidates, in the proportions that were set by hand before a
# ranking was learned (docs/decisions/0009-ranking.md).
_WEIGHTS = {
    "words": 0.2,
    "bigrams": 0.5,
    "thesaurus": 0.25,
    "dense": 1.0,
    "late": 0.6,
    "document": 0.8,
}
_NAMED = {
    "region_same": 3.0, "region_other": -6.0, "document_same": 3.0, "document_other": -4.0,
    "year_same": 0.4, "year_other": -0.4,
}  # fmt: skip
# What of an index each method needs on disk, by the beginning of the file's name.
_FILES = {
    "words": ("words.", "cut."),
    "bigrams": ("bigrams.",),
    "thesaurus": (),
    "dense": ("vectors.",),
    "late": ("tokens.",),
    "document": ("document_bigrams.",),
}


@dataclass(frozen=True, slots=True)
class Step:
    """Some methods with their weights; `weights` is None for the ranking that ships."""

    name: str
    methods: tuple[str, ...]
    weights: Mapping[str, float] | None
    named_only: bool = False  # only where questions name regions, years or documents


def _steps() -> Iterator[Step]:
    names = (
        "BM25 (words)", "+ bigrams", "+ thesaurus", "+ dense", "+ late interaction",
        "+ whole document",
    )  # fmt: skip
    methods = tuple(_WEIGHTS)
    for count, name in enumerate(names, 1):
        chosen = methods[:count]
        yield Step(name, chosen, {f"{method}_z": _WEIGHTS[method] for method in chosen})
    everything = {f"{method}_z": weight for method, weight in _WEIGHTS.items()} | _NAMED
    yield Step("+ region, year, document", methods, everything, named_only=True)
    yield Step("+ learned ranking", methods, None)


STEPS = tuple(_steps())


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: `score` turns its hits into measure → value."""

    id: str
    question: Question
    category: str | None
    score: Callable[[Sequence[Hit]], Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Bench:
    """A collection with its questions; `digests` say of what (name → first hex digits)."""

    name: str
    data: IndexData
    asked: tuple[Asked, ...]
    digests: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Measured:
    """One step over one collection; values and milliseconds in the order of the questions."""

    step: Step
    values: Mapping[str, tuple[float, ...]]
    ms: tuple[float, ...]
    size: int  # bytes of the index on disk


def policy_bench(questions: Path, split: str, encoder: Encoder, name: str) -> Bench:
    """The built-in documents, read and indexed afresh, with the answerable questions."""
    from index import persist
    from index.retrieve import HybridIndex
    from qa.asked.question import analyze
    from youju.service import PolicySearch
    from youju.settings import CORPUS, Settings

    items = [i for i in select_split(read_questions(questions), split) if i.answerable]
    with tempfile.TemporaryDirectory(prefix="youju-eval-") as folder:
        settings = Settings.from_env(index=folder, encoder=name)
        PolicySearch.build([CORPUS], settings.index, settings)
        data = persist.load(settings.index, encoder)
        docs = tuple(data.documents)
        index = HybridIndex(data, encoder)
        sources = {doc.id: doc.source.path for doc in docs}
        places = locate_all(items, {doc.source.path: doc.text for doc in docs})
        # Read while the folder is still there.
        assert len(tuple(data.passages)) == len(data.catalog.doc_of)

        def scored(name: str, golds: int) -> Callable[[Sequence[Hit]], Mapping[str, float]]:
            return lambda hits: gold_measures(
                [right_for(sources[h.passage.doc_id], h.passage.span, places[name]) for h in hits],
                golds,
            )

        asked = tuple(
            Asked(i.id, analyze(i.question, index.names()), i.category, scored(i.id, len(i.gold)))
            for i in items
        )
    digests = {"questions": file_digest(questions), "documents": corpus_digest(docs)}
    return Bench(f"policy questions ({questions.name})", data, asked, digests)


def folder_bench(folder: Path, encoder: Encoder, progress: Progress | None = None) -> Bench:
    """A BEIR-style folder, indexed in memory, with its judged queries."""
    from index.build import build

    benchmark = read_benchmark(folder)
    data = build(*passages_of(benchmark), encoder, progress=progress)
    judged: dict[str, list] = {}
    for qrel in benchmark.qrels:
        judged.setdefault(qrel.query_id, []).append(qrel)

    def scored(name: str) -> Callable[[Sequence[Hit]], Mapping[str, float]]:
        return lambda hits: per_query(
            judged[name],
            [RunRow(name, hit.passage.id, rank, hit.score) for rank, hit in enumerate(hits, 1)],
            MEASURES,
        )[name]

    asked = tuple(
        Asked(name, Question(text, fold(text)), None, scored(name))
        for name, text in benchmark.queries
        if name in judged
    )
    digests = {
        name: file_digest(next(p for p in (folder / f"{name}.gz", folder / name) if p.exists()))
        for name in ("corpus.jsonl", "queries.jsonl", "qrels.tsv")
    }
    return Bench(benchmark.name, data, asked, digests)


def measure(bench: Bench, encoder: Encoder, progress: Progress | None = None) -> list[Measured]:
    """Every step over the collection.

    Each question goes to all steps in turn, so that a busy moment of the machine slows all alike.
    """
    from index.ranker import LinearRanker
    from index.retrieve import HybridIndex

    named = any(a.question.regions or a.question.doc_ids or a.question.years for a in bench.asked)
    steps = [step for step in STEPS if named or not step.named_only]
    rankers = [None if s.weights is None else LinearRanker(dict(s.weights)) for s in steps]
    indexes = [
        HybridIndex(bench.data, encoder, ranker=ranker, methods=step.methods)
        for step, ranker in zip(steps, rankers, strict=True)
    ]
    for asked in bench.asked[:20]:  # warm: what is read or made once is no part of a question
        for index in indexes:
            index.search(asked.question, DEPTH)
    scores: list[list[Mapping[str, float]]] = [[] for _ in steps]
    spent: list[list[float]] = [[] for _ in steps]
    for number, asked in enumerate(bench.asked, 1):
        for place, index in enumerate(indexes):
            started = time.perf_counter()
            hits = index.search(asked.question, DEPTH)
            spent[place].append((time.perf_counter() - started) * 1000)
            scores[place].append(asked.score(hits))
        if progress is not None:
            progress(bench.name, number, len(bench.asked))
    return [
        Measured(
            step,
            {name: tuple(row[name] for row in scores[place]) for name in MEASURES},
            tuple(spent[place]),
            index_size(bench.data, step.methods),
        )
        for place, step in enumerate(steps)
    ]


def index_size(data: IndexData, methods: Sequence[str]) -> int:
    """Bytes on disk of an index that holds only what these methods need."""
    from index.files import contents
    from index.persist import buffers

    unused = tuple(
        start for method, starts in _FILES.items() if method not in methods for start in starts
    )
    return sum(
        len(piece)
        for name, content in contents(data)
        if not name.startswith(unused)
        for piece in buffers(content)
    )


def code_digest() -> str:
    """First 12 hex digits over everything in `index/` that ranks: code, thesaurus, fitted model."""
    folder = Path(__file__).resolve().parent.parent / "index"
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]
