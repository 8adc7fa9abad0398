"""What a body has to do: every clause of the asked documents, or of the best hits, naming it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from qa.proof.compose import Line, Outcome
from qa.proof.trim import unlabelled
from text.duties import Duty, body_in, duties, same_body
from text.normalize import fold
from text.owners import bodies, brackets
from text.sentences import commas, sentences
from youju.records import Clause, Hit, PolicyDoc, Question, Retriever, Span

_TASKS = re.compile(
    r"(?:负责|牵头|承担|参与|配合|主管|要做|需要做|应做)(?:的|了)?(?:有)?(?:哪些|什么|哪几|啥)"
    r"|有(?:哪些|什么|哪几[项个]|啥)(?:任务|工作|职责|事项|责任|分工)"
    r"|(?:任务|职责|工作)(?:有哪些|是什么|包括哪些)|(?:哪些|什么)(?:任务|工作|事项?|职责)[^,。]{0,4}(?:由|归|是)"
)
_LISTS = re.compile(
    r"(?:下列|以下|如下)[^,。;:]{0,8}(?:职责|职能|工作|任务|事项):|(?:职责|职能|任务)(?:是|为|有|包括|如下)?:"
)
_HITS = 10
_DOCS = 8  # documents that are read through for the tasks of a body
_ROLE = 4  # characters of a duty that names a part alone: 牵头, 配合, 负责落实
_SHORT = 70  # characters of a task
_LED = 800  # characters of the items that a lead-in brings
_MOST = 30  # tasks of one answer


def tasks(
    question: Question, hits: Sequence[Hit], retriever: Retriever, ids: Sequence[str] = ()
) -> Outcome | None:
    """Every clause that gives the asked body a duty; None when no body's tasks are asked for.

    `ids` are the documents that the question is limited to; of none those of the best hits.
    """
    if not _TASKS.search(question.normal):
        return None
    asked = body_in(question.normal)
    if asked is None:
        return None
    ids = ids if len(ids) else tuple(dict.fromkeys(hit.passage.doc_id for hit in hits[:_HITS]))
    lines = [line for i in ids[:_DOCS] for line in _tasks_of(retriever.document(i), asked)]
    if not lines:
        return None
    # 市急救中心承担下列职责： says them all
    lines = [line for line in lines if _LISTS.search(_lead(line))] or lines
    cut = f"，这里列出前{_MOST}项" if len(lines) > _MOST else ""
    closing = f"（共{len(lines)}项{cut}）" if len(lines) > 1 else ""
    shown = tuple(lines[:_MOST])
    return Outcome(shown, led=len({line.doc.id for line in shown}) > 1, closing=closing)


def _lead(line: Line) -> str:
    """The words of a task up to its items, if it has some."""
    said = fold(line.spans[0].of(line.doc.text))
    return said[: said.find(":") + 1]


def _tasks_of(doc: PolicyDoc, asked: str) -> Iterator[Line]:
    by_id = {clause.id: clause for clause in doc.clauses}
    for clause in doc.clauses:
        text = fold(clause.own.of(doc.text))
        if asked[-1] not in text:
            continue
        named = [
            (a, b)
            for a, b in brackets(text)
            if any(same_body(asked, text[c:d]) for c, d in bodies(text, a, b))
        ]
        if named:
            yield _bracketed(doc, clause, text, *named[0])
            continue
        for start, end in sentences(text):
            sentence = text[start:end]
            told = duties(sentence)
            if asked[-1] in sentence and any(
                same_body(asked, sentence[slice(*duty.body)]) for duty in told
            ):
                if start > 0 and all(len(_does(sentence, duty)) <= _ROLE for duty in told):
                    yield _bracketed(doc, clause, text, start, end)
                    continue
                span = Span(clause.own.start + start, clause.own.start + end)
                if sentence.endswith(":") and not text[end:].strip() and clause.children:
                    yield _with_items(doc, clause, span, by_id)
                    continue
                yield Line(doc, _short(doc, span), (span,), clause.path)


def _with_items(doc: PolicyDoc, clause: Clause, lead: Span, by_id: Mapping[str, Clause]) -> Line:
    """A lead-in with its items, as far as they are short enough to be told."""
    ends = [by_id[child].span.end for child in clause.children]
    end = max((at for at in ends if at - lead.end <= _LED), default=lead.end)
    span = Span(lead.start, end)
    return Line(doc, unlabelled(span.of(doc.text)), (span,), clause.path)


def _does(sentence: str, duty: Duty) -> str:
    """What a body does, in its part of the sentence: 牵头, 配合 say nothing of what."""
    return sentence[slice(*duty.does)].split(",")[0].strip(" ,;。")


def _bracketed(doc: PolicyDoc, clause: Clause, text: str, start: int, end: int) -> Line:
    """What bodies in a bracket, or in a sentence of their own, belong to: the clause's first
    sentence, and they.
    """
    at = clause.own.start
    before = [(a, min(b, start)) for a, b in sentences(text) if a < start]
    who_does = Span(at + start, at + end)
    if not before:
        return Line(doc, unlabelled(who_does.of(doc.text)), (who_does,), clause.path)
    first, last = (Span(at + a, at + b) for a, b in (before[0], before[-1]))
    said = _short(doc, first)
    if last != first:
        said = f"{said}：{_short(doc, last)}"
    inside = " ".join(who_does.of(doc.text).split()).strip("()（）[]〔〕。；")
    return Line(doc, f"{said}（{inside}）", (Span(first.start, who_does.end),), clause.path)


def _short(doc: PolicyDoc, span: Span) -> str:
    """A task in its own words, a long one up to the last comma that fits."""
    text = fold(span.of(doc.text))
    stops = [end for _, end in commas(text) if end <= _SHORT]
    end = len(text) if len(text) <= _SHORT else max(stops, default=min(len(text), _SHORT))
    return unlabelled(Span(span.start, span.start + end).of(doc.text))
