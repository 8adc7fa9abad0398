"""Ask a question set with one method and keep what was said, question by question."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Protocol

from eval import spans, words
from eval.records import (
    Gold,
    Outcome,
    QuestionItem,
    QuestionResult,
    QuotedSpan,
    RankedSpan,
    Rule,
    Run,
    RunInfo,
)
from eval.saved import result_to_row
from eval.summary import score
from youju.errors import QuestionSetError, YoujuError
from youju.records import Answer, Citation, Filters, Hit, PolicyDoc, Span

METHODS = ("bm25", "dense", "hybrid", "plain")
DEPTH = 10

# (source path, span) → numbers of the gold clauses that it is right for
_Judge = Callable[[str, Span], tuple[int, ...]]


class Searcher(Protocol):
    """What the evaluation needs of `PolicySearch`."""

    def ask(
        self, text: str, k: int = 10, filters: Filters | None = None, method: str = "hybrid"
    ) -> Answer:
        """Answer one question."""
        ...

    def documents(self) -> Sequence[PolicyDoc]:
        """All documents."""
        ...

    def document(self, doc_id: str) -> PolicyDoc:
        """One document."""
        ...


def corpus_digest(docs: Sequence[PolicyDoc]) -> str:
    """First 12 hex digits over the paths and bytes of the files, in path order.

    The bytes and not the text: a reader that reads better does not make another corpus.
    """
    lines = sorted(f"{doc.source.path}\t{doc.source.sha256}\n" for doc in docs)
    return hashlib.sha256("".join(lines).encode()).hexdigest()[:12]


def run_questions(
    searcher: Searcher,
    items: Sequence[QuestionItem],
    method: str,
    *,
    questions: tuple[str, str] = ("", ""),
    split: str = "all",
    rule: Rule = "places",
    progress: Callable[[int, int], None] | None = None,
) -> Run:
    """Ask every question; `questions` is (file name, digest) for the record.

    A question that the system refuses to take (an error of ours) scores zero with its message
    kept. Raises QuestionSetError for no questions, or gold that stands nowhere; where words are the
    rule, gold of a document that is not there.
    """
    if not items:
        raise QuestionSetError(
            f"题集 {questions[0]} 中没有 split={split} 的题目；请换用 --split all"
        )
    results: list[QuestionResult] = []
    for result in ask_each(searcher, items, method, rule):
        results.append(result)
        if progress is not None:
            progress(len(results), len(items))
    return finished(searcher, results, method, questions, split)


def ask_each(
    searcher: Searcher, items: Sequence[QuestionItem], method: str, rule: Rule = "places"
) -> Iterator[QuestionResult]:
    """One scored question after the other; whoever stops listening stops the run.

    Raises QuestionSetError before the first: see `run_questions`.
    """
    originals = {doc.source.path: doc.text for doc in searcher.documents()}
    judges = _by_places(items, originals) if rule == "places" else _by_words(items, originals)
    for item in items:
        said = _ask(searcher, item, method, judges[item.id], originals)
        yield score(item, said, originals, rule)


def _by_places(items: Sequence[QuestionItem], originals: Mapping[str, str]) -> dict[str, _Judge]:
    placed = spans.locate_all(items, originals)
    return {name: partial(_placed, places) for name, places in placed.items()}


def _by_words(items: Sequence[QuestionItem], originals: Mapping[str, str]) -> dict[str, _Judge]:
    words.require_documents(items, originals)
    return {item.id: partial(_worded, item.gold, originals) for item in items}


def _placed(places: Sequence[spans.Places], source: str, span: Span) -> tuple[int, ...]:
    return spans.right_for(source, span, places)


def _worded(
    golds: Sequence[Gold], originals: Mapping[str, str], source: str, span: Span
) -> tuple[int, ...]:
    return words.right_for(source, span.of(originals[source]), golds)


def finished(
    searcher: Searcher,
    results: Sequence[QuestionResult],
    method: str,
    questions: tuple[str, str],
    split: str,
) -> Run:
    """The run that these results make."""
    corpus = corpus_digest(searcher.documents())
    info = RunInfo(method, *questions, corpus, split, len(results))
    return Run(f"{method}-{digest(info, results)}", info, tuple(results))


def digest(info: RunInfo, results: Sequence[QuestionResult]) -> str:
    """First 10 hex digits over the run's settings and results, timings left out."""
    rows = [result_to_row(result) | {"ms": None} for result in results]
    parts = [info.method, info.questions_digest, info.corpus_digest, info.split, rows]
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def _ask(
    searcher: Searcher,
    item: QuestionItem,
    method: str,
    judge: _Judge,
    originals: Mapping[str, str],
) -> Outcome:
    started = time.perf_counter()
    try:
        answer = searcher.ask(item.question, k=DEPTH, method=method)
    except YoujuError as error:
        return Outcome(error=f"{type(error).__name__}: {error}")
    spent = (time.perf_counter() - started) * 1000
    return Outcome(
        hits=tuple(_ranked(searcher, hit, judge) for hit in answer.hits[:DEPTH]),
        text=answer.text,
        refused=answer.refused,
        citations=tuple(_quoted(c, judge, originals) for c in answer.citations),
        ms=round(spent, 3),
        confidence=answer.confidence,
    )


def _ranked(searcher: Searcher, hit: Hit, judge: _Judge) -> RankedSpan:
    source, span = searcher.document(hit.passage.doc_id).source.path, hit.passage.span
    return RankedSpan(hit.passage.id, source, span, float(hit.score), judge(source, span))


def _quoted(citation: Citation, judge: _Judge, originals: Mapping[str, str]) -> QuotedSpan:
    span = Span(citation.start, citation.end)
    exact = span.of(originals.get(citation.source, "")) == citation.quote != ""
    right = judge(citation.source, span)
    return QuotedSpan(citation.source, span, citation.quote, citation.status, exact, right)
