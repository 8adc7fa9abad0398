"""The original panel: a document's toolbar, facts with their proof, outline and text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ingest.page_pictures import has_pages
from web import address, beside, reading, relating
from web.cards import status_chip, target, title_html
from web.english import both_told, marked
from web.markup import attribute, escape
from web.strings import both, hint, label
from youju.records import PolicyDoc, Proven, Span
from youju.shelf import Card, Referred

_FACTS = (
    *("title", "doc_number", "issuer", "region", "written_on"),
    *("issued_on", "effective_on", "expires_on"),
)
_SHORT = 60  # characters of a proving line that are shown


def panel_view(
    doc: PolicyDoc,
    span: Span | None = None,
    *,
    simple: bool = False,
    link: str | None = None,
    state: address.State = "same",
    card: Card | None = None,
    referred: Sequence[Referred] = (),
) -> str:
    """The original, whole, with `span` marked; `simple` converts what is not marked.

    `card` is what is known of the document beside its text, `referred` the clauses that it
    refers to.

    `link` is the address that led here, where it is not that of the place; `state` says what became
    of the linked quotation since.
    """
    link = address.place(doc, span) if link is None else link
    place = f' data-start="{span.start}" data-end="{span.end}"' if span else ""
    inside: dict[str, Any] = {
        "links": beside.links(referred),
        "beside": beside.marks(doc, referred),
    }
    note = f'<p class="yj-note">{both("original.converted")}</p>' if simple else ""
    if state != "same":
        note += f'<p class="yj-banner yj-on-warn" role="status">{both(f"link.{state}")}</p>'
    return (
        f'<section class="yj-source" data-doc="{attribute(doc.id)}"{place} '
        f'data-link="{attribute(link)}">'
        f'<header class="yj-panelhead">{title_html(doc.name)}{status_chip(doc.meta.status)}'
        f"{_why_html(doc, card)}{_facts_html(doc, card)}{_toolbar(doc, span, simple, link)}"
        f"{note}</header>"
        f'<div class="yj-reader">{_outline_html(doc)}'
        f'<div class="yj-original" tabindex="0" lang="zh">'
        f"{reading.document_html(doc, [span] if span else [], simple=simple, **inside)}</div></div>"
        '<div class="yj-beside" aria-live="polite"></div></section>'
    )


def find_view() -> str:
    """The fixed head of the panel: find in document, widen, close."""
    return (
        f'<div class="yj-find"><strong>{both("original.title")}</strong>'
        f'<input type="search" data-find {hint("original.find")} '
        'autocomplete="off" spellcheck="false">'
        '<output class="yj-where" aria-live="polite"></output>'
        f'<button type="button" data-step="-1"><span class="yj-aside">'
        f"{both('original.previous')}</span>↑</button>"
        f'<button type="button" data-step="1"><span class="yj-aside">'
        f"{both('original.next')}</span>↓</button>"
        f'<button type="button" class="yj-widen" data-widen aria-pressed="false">'
        f"{both('original.wide')}</button>"
        f'<button type="button" data-close>{both("original.close")}</button></div>'
        f'<template data-empty><p class="yj-note">{both("original.empty")}</p></template>'
    )


def _toolbar(doc: PolicyDoc, span: Span | None, simple: bool, link: str) -> str:
    buttons = [
        '<button type="button" data-outline aria-expanded="false">'
        f"{both('original.outline')}</button>"
    ]
    if span is not None:
        buttons.append(f'<button type="button" data-home>{both("original.quoted")}</button>')
    if reading.traditional(doc):
        key = "original.original" if simple else "original.simple"
        buttons.append(
            f'<button type="button" data-script="{"original" if simple else "simple"}">'
            f"{both(key)}</button>"
        )
    if has_pages(doc):
        number = doc.page_at(span.start) if span else None
        buttons.append(
            f'<button type="button" data-sheet="{number or 1}" aria-pressed="false">'
            f"{both('original.pages')}</button>"
        )
    buttons.append(f'<button type="button" data-download>{both("original.download")}</button>')
    buttons.append(
        f'<button type="button" data-copy-link="{attribute(link)}">{both("card.link")}</button>'
    )
    size = f'<span class="yj-where">{both("original.size", n=len(doc.text))}</span>'
    return f'<div class="yj-tools">{"".join(buttons)}{size}</div>'


def _why_html(doc: PolicyDoc, card: Card | None) -> str:
    """Why it has this state, and on which day; what ended it is one click away."""
    told = [both_told(doc.meta.status_why)] if doc.meta.status_why else []
    if doc.meta.ended_by is not None and told:
        other, span = doc.meta.ended_by
        place = f'data-open="{attribute(other)}" data-start="{span.start}" data-end="{span.end}"'
        told = [f'<button type="button" class="yj-link" {place}>{told[0]}</button>']
    if card is not None and card.as_of is not None:
        told.append(both("meta.as_of", day=card.as_of))
    return f'<span class="yj-why">{" · ".join(told)}</span>' if told else ""


def _facts_html(doc: PolicyDoc, card: Card | None) -> str:
    """Every field with the line that proves it; a click shows the line in the text."""
    meta = doc.meta
    rows = [_fact(doc, name, getattr(meta, name)) for name in _FACTS]
    proof = _proof(doc, meta.status_note)
    rows.append(
        f"<dt>{both('meta.status')}</dt><dd>{status_chip(meta.status)}{_person(doc, 'status')}"
        f"{proof}</dd>"
    )
    if meta.family is not None:
        rule = marked(meta.family) if meta.family else both("meta.no_family")
        rows.append(f"<dt>{both('meta.family')}</dt><dd>{rule}{_person(doc, 'family')}</dd>")
    if card is not None:
        rows += [relating.versions_html(card), relating.relations_html(card)]
    rows.append(f"<dt>{both('meta.file')}</dt><dd>{marked(doc.source.path)}</dd>")
    return (
        f'<details class="yj-about"><summary>{both("original.facts")}</summary>'
        f"<dl>{''.join(rows)}</dl></details>"
    )


def _fact(doc: PolicyDoc, name: str, proven: Proven | None) -> str:
    if proven is None and doc.meta.correction(name) is not None:
        return f"<dt>{both(f'meta.{name}')}</dt><dd>{both('meta.none')}{_person(doc, name)}</dd>"
    if proven is None:
        optional = name in ("issued_on", "effective_on", "expires_on")
        value = f'<span class="yj-soft">{both("meta.unknown")}</span>'
        return "" if optional else f"<dt>{both(f'meta.{name}')}</dt><dd>{value}</dd>"
    shown = f"<dt>{both(f'meta.{name}')}</dt><dd>{marked(proven.value)}{_person(doc, name)}"
    return f"{shown}{_proof(doc, proven)}</dd>"


def _person(doc: PolicyDoc, name: str) -> str:
    """That a person gave the value, who and when."""
    one = doc.meta.correction(name)
    return "" if one is None else f" <em>{both('meta.corrected', told=one.told)}</em>"


def _proof(doc: PolicyDoc, proven: Proven | None) -> str:
    if proven is None:
        return ""
    shown = _proving_line(doc.text, proven.span)
    return (
        f'<button type="button" class="yj-proof" lang="zh" {target(doc, proven.span)}>'
        f"“{escape(shown)}”</button>"
    )


def _proving_line(text: str, span: Span) -> str:
    """The line on which the proof stands, cut to a readable length around it."""
    start = text.rfind("\n", 0, span.start) + 1
    end = text.find("\n", span.end)
    start = max(start, span.start - _SHORT // 2)
    end = min(len(text) if end < 0 else end, max(span.end, start + 2 * _SHORT))
    return " ".join(text[start:end].split())


def _outline_html(doc: PolicyDoc) -> str:
    items = "".join(
        f'<li class="yj-d{min(depth, 4)}"><button type="button" data-go="{attribute(anchor)}"'
        f' lang="zh">{escape(words)}</button></li>'
        for anchor, depth, words in reading.outline(doc)
    )
    return f'<nav class="yj-outline" {label("original.outline")}><ol>{items}</ol></nav>'
