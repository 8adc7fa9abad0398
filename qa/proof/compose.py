"""Blocks of statements → the answer's text with [n] after each proven statement.

A statement that its quotations do not prove is dropped; when none is left there is no answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from qa.proof.cite import citation, proven
from youju.records import Answer, Citation, Hit, PolicyDoc, Question, Span

_VOID_NOTE = "（注意：该文件{status}）"


@dataclass(frozen=True, slots=True)
class Line:
    """One statement ready to prove; `known` is what it may say beyond its quotations.

    `cells` are the cells of a quoted row that answer.
    """

    doc: PolicyDoc
    text: str
    spans: tuple[Span, ...]
    path: tuple[str, ...] = ()
    known: str = ""
    cells: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """The lines of an answer; `led` puts each document's region first, `closing` ends it."""

    lines: tuple[Line, ...]
    led: bool = False
    closing: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no answer, as one Chinese sentence that ends with what `offers` say, if any."""

    reason: str
    offers: tuple[Line, ...] = ()


def proven_answer(question: Question, outcome: Outcome, hits: Sequence[Hit]) -> Answer | None:
    """The answer, or None when no statement can be proven."""
    cited: list[Citation] = []
    texts: list[str] = []
    previous: PolicyDoc | None = None
    speakers = _speakers(outcome)
    for line in outcome.lines:
        quotes = [span.of(line.doc.text) for span in line.spans]
        asked = question.normal if question.years else ""
        if not line.text or not proven(line.text, quotes, line.known, asked):
            continue
        marks = "".join(f"[{_cited(cited, line, span)}]" for span in line.spans)
        same = previous is not None and previous.id == line.doc.id
        lead = "" if same or not outcome.led else f"{speakers[line.doc.id]}："
        said = same or line.doc.meta.status[1:] in line.text
        texts.append(f"{lead}{line.text}{marks}{_note(line.doc, said)}")
        previous = line.doc
    if not texts:
        return None
    if outcome.closing and len(texts) == len(outcome.lines):
        texts.append(outcome.closing)
    return Answer(question.text, "\n".join(texts), tuple(cited), False, None, tuple(hits))


def _speakers(outcome: Outcome) -> dict[str, str]:
    """Document id → who speaks: the region, or the title where documents share a region."""
    docs = {line.doc.id: line.doc for line in outcome.lines}
    named = Counter(speaker(doc) for doc in docs.values())
    return {
        i: speaker(doc) if named[speaker(doc)] == 1 else f"《{doc.name}》"
        for i, doc in docs.items()
    }


def _cited(cited: list[Citation], line: Line, span: Span) -> int:
    """The number of the citation of `span`, made when it is new."""
    for known in cited:
        if (known.doc_id, known.start, known.end) == (line.doc.id, span.start, span.end):
            return known.n
    cell = next((cell for cell in line.cells if cell and span.covers(cell)), None)
    cited.append(replace(citation(len(cited) + 1, line.doc, span, line.path), cell=cell))
    return len(cited)


def speaker(doc: PolicyDoc) -> str:
    """Who speaks: the region, else the title."""
    return doc.meta.region.value if doc.meta.region else f"《{doc.name}》"


def _note(doc: PolicyDoc, said: bool) -> str:
    if said or not doc.meta.void:
        return ""
    return _VOID_NOTE.format(status=doc.meta.status)


def refusal(question: Question, refused: Refusal, hits: Sequence[Hit]) -> Answer:
    """A plain no, with what is near to the question quoted; the nearest clauses stay in `hits`."""
    cited: list[Citation] = []
    marked = [
        line.text
        + "".join(f"[{_cited(cited, line, span)}]" for span in line.spans)
        + _note(line.doc, said=False)
        for line in refused.offers
    ]
    reason = refused.reason + "；".join(line.text for line in refused.offers)
    said = (refused.reason + "；".join(marked)).removesuffix("。")
    return Answer(question.text, f"{said}。", tuple(cited), True, reason, tuple(hits))
