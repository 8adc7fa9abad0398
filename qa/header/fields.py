"""Questions about a document itself: 文号, issuer, dates, is it still in force.

Every value is shown as the header writes it and cited with the whole line that proves it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from text.dates import dates
from text.normalize import fold, squeeze
from youju.records import PolicyDoc, Proven, Question, Span

NAMES = {
    "doc_number": "文号", "issuer": "发文机关", "written_on": "成文日期", "issued_on": "发布日期",
    "effective_on": "施行日期", "expires_on": "有效期至", "title": "标题", "status": "时效",
    "period": "适用年限", "source": "来源", "page_date": "日期",
}  # fmt: skip
_OWN = frozenset({"doc_number", "issuer", "title"})
_DATES = ("written_on", "issued_on", "effective_on", "expires_on")
_LINE_MAX = 220
_TITLES = 4  # documents of one file that are named
_WHICH = re.compile(
    r"哪(?:些|几|几?[个份部])(?:文件|政策|法规|规定|办法|通知|方案|条例|意见|规划|计划)"
)
_VOID = re.compile(r"失效|废止|作废|过期")


@dataclass(frozen=True, slots=True)
class Entry:
    """One metadata statement with its proof; `text` is ready to show."""

    doc: PolicyDoc
    text: str
    span: Span


def entries(question: Question, doc: PolicyDoc) -> list[Entry]:
    """What the document says of the wanted fields; empty when it says nothing."""
    found = [entry for field in question.wanted for entry in of_field(doc, field)]
    return list(dict.fromkeys(found))


def of_field(doc: PolicyDoc, field: str) -> list[Entry]:
    """What the document says of one field; empty for what is no field of PolicyMeta."""
    if field == "status":
        return [*status(doc), *_of_page(doc, field, doc.meta.status_note)]
    if field in ("effective_on", "expires_on"):
        own: Proven | None = getattr(doc.meta, field)
        counted = own is not None and not dates(fold(own.span.of(doc.text)))
        since = _issued(doc, first="issued_on")[:1] if counted and field == "effective_on" else []
        return [*_entry(doc, field), *since, *_of_page(doc, field, own)]
    if field == "period":
        return _period(doc)
    if field == "title":  # a notice and what it issues are told by both their names
        named = [replace(doc, meta=part.meta) for part in doc.parts[:_TITLES]]
        return [entry for one in named or [doc] for entry in _entry(one, field)]
    if field in ("issued_on", "written_on"):
        return _issued(doc, first=field)
    if field == "issuer" and doc.meta.issuer is None:
        return _of_page(doc, "source", None)
    return _entry(doc, field) if field in _OWN else []


def _of_page(doc: PolicyDoc, field: str, own: Proven | None) -> list[Entry]:
    """What the page beside the document states of a field, where that is not taken over."""
    return [
        Entry(
            doc,
            f"网页登记的{NAMES[field]}：{said.span.of(doc.text).strip()}",
            line_of(doc, said.span),
        )
        for said in doc.meta.page
        if said.field == field and (own is None or said.span != own.span)
    ][:1]


def _entry(doc: PolicyDoc, field: str) -> list[Entry]:
    value: Proven | None = getattr(doc.meta, field)
    if value is None:
        return []
    person = doc.meta.correction(field)
    if person is not None:  # a person stands for it; the text may say otherwise
        told = f"{NAMES[field]}：{value.value}（人工更正，{person.told}）"
        return [Entry(doc, told, line_of(doc, value.span))]
    return [Entry(doc, f"{NAMES[field]}：{_worded(doc, field, value)}", line_of(doc, value.span))]


def _worded(doc: PolicyDoc, field: str, value: Proven) -> str:
    original = " ".join(value.span.of(doc.text).split())
    if field not in _DATES:
        return original if field != "doc_number" or len(original) < 40 else value.value
    named = dates(fold(original))
    if named and named[0].iso == value.value:
        shown = original[named[0].start : named[0].end]
        shown = shown.split(" ")[0] if shown[4:5] in "-/." else squeeze(shown)
        return shown if re.match(r"\d{4}", fold(shown)) else f"{shown}（{_said(value.value)}）"
    return f"{_said(value.value)}（{original}）"


def _said(iso: str) -> str:
    """2021-12-31 as it is written: 2021年12月31日."""
    return "".join(
        f"{int(part)}{sign}" for part, sign in zip(iso.split("-"), "年月日", strict=False)
    )


def _issued(doc: PolicyDoc, first: str) -> list[Entry]:
    """The date asked for; the other one too when they differ: sites re-publish old documents."""
    second = "written_on" if first == "issued_on" else "issued_on"
    one, other = getattr(doc.meta, first), getattr(doc.meta, second)
    if one is None:  # a site may have put it online years later, and says when
        online = _of_page(doc, first, None) if first == "issued_on" else []
        found = [*_entry(doc, second), *online]
        return found or (_of_page(doc, "page_date", None) if other is None else [])
    if other is not None and first == "issued_on" and one.value != other.value:
        return [*_entry(doc, second), *_entry(doc, first)]
    return _entry(doc, first)


def status(doc: PolicyDoc) -> list[Entry]:
    """What the document says of its force, why, and until when it holds."""
    note, why = doc.meta.status_note, doc.meta.status_why
    person = doc.meta.correction("status")
    if person is not None and doc.meta.title is not None and not why:
        told = f"时效：{doc.meta.status}（人工更正，{person.told}）"
        return [Entry(doc, told, line_of(doc, doc.meta.title.span))]
    if note is None and doc.meta.ended_by is None:
        held = _entry(doc, "expires_on") or _entry(doc, "effective_on")
        return [replace(entry, text=f"时效：未注明；{entry.text}") for entry in held]
    if why and doc.meta.title is not None:
        proof = note or doc.meta.title
        shown = " ".join(proof.span.of(doc.text).split())
        told = f"；原文：{shown}" if note is not None and note != doc.meta.title else ""
        if any(map(doc.meta.correction, ("effective_on", "expires_on"))):
            told = "；日期为人工更正"
        text = f"时效：{doc.meta.status}（{why}{told}）"
        return [Entry(doc, text, line_of(doc, proof.span))]
    if note is None:
        return _entry(doc, "expires_on")
    original = " ".join(note.span.of(doc.text).split())
    same = original in doc.meta.status
    text = doc.meta.status if same else f"{doc.meta.status}（{original.rstrip('。')}）"
    return [Entry(doc, f"时效：{text}", line_of(doc, note.span)), *_entry(doc, "expires_on")]


def _period(doc: PolicyDoc) -> list[Entry]:
    title = doc.meta.title
    if doc.meta.period is None or title is None:
        return _entry(doc, "expires_on")
    return [Entry(doc, title.value, line_of(doc, title.span))]


def asked_state(question: Question) -> bool | None:
    """True for 哪些文件失效了, False for 哪些还有效; None when no such list is asked for."""
    if "status" not in question.wanted or not _WHICH.search(question.normal):
        return None
    return _VOID.search(question.normal) is not None


def line_of(doc: PolicyDoc, span: Span) -> Span:
    """The line (or lines) of the original that hold the span, without white space around."""
    start = max(doc.text.rfind(c, 0, span.start) for c in "\r\n") + 1
    ends = [at for at in (doc.text.find(c, span.end) for c in "\r\n") if at >= 0]
    end = min(ends, default=len(doc.text))
    while start < span.start and doc.text[start].isspace():
        start += 1
    while end > span.end and doc.text[end - 1].isspace():
        end -= 1
    return Span(start, end) if end - start <= _LINE_MAX else span


def years_of(doc: PolicyDoc) -> str:
    """The years that the title names, as it is said: 2015—2017."""
    assert doc.meta.period is not None
    first, last = doc.meta.period
    return str(first) if first == last else f"{first}—{last}"
