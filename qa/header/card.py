"""A document's card, where its number or its name is the whole question; near ones else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from qa.asked.names import genres_in
from qa.header import fields
from qa.header.said import said
from qa.header.which import Names, candidates, parts
from qa.proof.compose import Line, Outcome, Refusal
from text.normalize import fold, squeeze
from youju.records import DocName, Filters, Hit, PolicyDoc, Question, Retriever, Span, related

_FIELDS = ("title", "doc_number", "issuer", "written_on", "effective_on", "status")
_SERIAL = re.compile(r"([\u4e00-\u9fff]{1,14})[\[(<]?((?:19|20)\d{2})[\])>]?第?(\d{1,5})号")
_SHORT = re.compile(r"^(?:第)?(\d{1,5})号(?:文件?|令)?$")
# What may stand beside a name that is the whole question.
_BESIDE = re.compile(
    r"是?(?:关于|讲|说|有关)(?:了|的)?(?:什么|啥)(?:的|内容)?|(?:主要)?(?:内容|讲的?)是?(?:什么|啥)|是什么(?:文件|政策)?"
    r"|介绍一下|全文|原文|查一?下|看看|请问|帮我|文件|这份|的|了|[?,。!、:;\s\"《》〈〉<>]"
)
_ASKS = re.compile(r"多少|几|哪|谁|什么|怎么|如何|吗$|能不能|是否|可以|应当|不得")
_LIKE = 0.75  # share of a name that a title must hold to be the one meant
_OFFERED = 3
_LISTED = 12  # documents of one number that are named
_LOOKED = 64  # documents whose 文号 are looked at
_HEADINGS = 8
_RELATED = 6  # relations that are told
_LONGEST = 60


def told(
    question: Question, retriever: Retriever, hits: Sequence[Hit], filters: Filters | None
) -> Outcome | Refusal | None:
    """The card of the document that the whole question names; None when it asks more."""
    serial = _SERIAL.search(question.normal)
    left = _BESIDE.sub("", question.normal)
    if serial is not None and not _BESIDE.sub("", question.normal.replace(serial.group(), "")):
        return _by_number(question, serial, retriever)
    short = _SHORT.match(left)
    if short is not None:
        return _by_short_number(short.group(1), retriever)
    if len(left) > _LONGEST or _ASKS.search(left) or not genres_in(left[-4:]):
        return None
    names = Names.of([left], retriever)
    found = candidates(question, names, retriever, hits, filters)
    if not found or found[0].share < _LIKE:
        return None
    doc, _ = parts(retriever.document(found[0].name.id), names, several=False)[0]
    return Outcome(card(doc, retriever))


def card(doc: PolicyDoc, retriever: Retriever) -> tuple[Line, ...]:
    """Title, 文号, issuer, dates, validity, relations, purpose and headings, each with its line."""
    lines = [
        Line(doc, entry.text, (entry.span,), (), entry.text)
        for name in _FIELDS
        for entry in fields.of_field(doc, name)
    ]
    lines += _related(doc, retriever)
    whole = Span(0, len(doc.text))
    for aspect in ("purpose", "basis"):
        for span in said(doc, whole, aspect)[:1]:
            lines.append(Line(doc, " ".join(span.of(doc.text).split()), (span,)))
    top = [c for c in doc.clauses if c.level == 1 and c.label and c.heading][:_HEADINGS]
    if top:
        heads = tuple(Span(c.span.start, min(c.own.end, c.span.start + 60)) for c in top)
        text = "；".join(f"{c.label}{c.heading}" for c in top)
        lines.append(Line(doc, f"内容：{text}", heads, (), f"内容 {text}"))
    return tuple({line.spans: line for line in reversed(lines)}.values())[::-1]


def _related(doc: PolicyDoc, retriever: Retriever) -> list[Line]:
    """What the document does to others and they to it, quoted from whichever says so.

    Its own grounds are told by the sentence that names them.
    """
    told = []
    for one in retriever.related(doc.id):
        outgoing = one.source == doc.id
        if outgoing and one.kind == "依据":
            continue
        other = retriever.document(one.target if outgoing else one.source)
        number = f"（{other.meta.doc_number.value}）" if other.meta.doc_number else ""
        lead = related(one, f"《{other.name.strip('《》')}》{number}", outgoing=outgoing)
        speaks = doc if outgoing else other
        said_so = " ".join(one.span.of(speaks.text).split())
        told.append(Line(speaks, f"{lead}：{said_so}", (one.span,), (), lead))
        if len(told) == _RELATED:
            break
    return told


def _by_number(
    question: Question, serial: re.Match[str], retriever: Retriever
) -> Outcome | Refusal | None:
    if question.doc_ids:
        doc = retriever.document(question.doc_ids[0])
        return Outcome(card(_numbered(doc, serial.group()), retriever))
    like = retriever.names().numbered_like(serial.group(), _LOOKED)
    near = [name for name in like if _alike(serial, name)]
    if not near:
        return Refusal(f"没有文号为“{serial.group()}”的文件")
    lines = tuple(line for name in near[:_OFFERED] for line in _named(retriever.document(name.id)))
    return Refusal(f"没有文号为“{serial.group()}”的文件，相近的有：", lines)


def _by_short_number(number: str, retriever: Retriever) -> Outcome | Refusal | None:
    found = retriever.names().numbered(int(number))
    if not found:
        return Refusal(f"没有{number}号文件")
    if len(found) == 1:
        return Outcome(card(retriever.document(found[0]), retriever))
    lines = [line for i in found[:_LISTED] for line in _named(retriever.document(i))]
    more = f"共{len(found)}份，这里列出前{_LISTED}份。" if len(found) > _LISTED else ""
    return Outcome(tuple(lines), closing=more)


def _named(doc: PolicyDoc) -> tuple[Line, ...]:
    title, number = doc.meta.title, doc.meta.doc_number
    spans = tuple(value.span for value in (title, number) if value is not None)
    text = f"《{doc.name}》" + (f"（{number.value}）" if number else "")
    return (Line(doc, text, spans, (), text),) if spans else ()


def _numbered(doc: PolicyDoc, number: str) -> PolicyDoc:
    """The document of the file that bears the number."""
    for part in doc.parts:
        own = part.meta.doc_number
        if own is not None and squeeze(fold(own.value)) == squeeze(number):
            return replace(doc, meta=part.meta)
    return doc


def _alike(serial: re.Match[str], name: DocName) -> bool:
    """True for the same office and year or number: another digit, or a year mistyped."""
    other = _SERIAL.search(fold(name.doc_number or ""))
    if other is None:
        return False
    same = [one == two for one, two in zip(serial.groups(), other.groups(), strict=True)]
    return (same[0] and (same[1] or same[2])) or (same[1] and same[2])
