"""Records → the parts of the page. Pure functions; the caller finds the documents."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from datatypes import Answer, Citation, Hit, PolicyDoc, Span
from web.markup import attribute, escape, highlight
from web.strings import both

FindDocument = Callable[[str], PolicyDoc]

_BADGE = re.compile(r"\[(\d+)\]")
_VOID = ("已失效", "已废止")
_TONE = {"现行有效": "ok", "已失效": "void", "已废止": "void", "已修改": "warn", "尚未生效": "warn"}
_CONTEXT = 160  # characters shown on each side of a quotation inside its clause
_NEAREST = 3  # clauses shown with a refusal


def head_view() -> str:
    """Name, tagline, and the switch of languages."""
    return (
        f"<h1>有据</h1><p>{both('tagline')}</p>"
        '<button type="button" class="yj-switch" data-language>'
        '<span class="yj-zh" lang="en">English</span><span class="yj-en" lang="zh">中文</span>'
        "</button>"
    )


def answer_view(answer: Answer, document: FindDocument) -> str:
    """The whole result: banner, answer with badges and cards; or the refusal."""
    if answer.refused:
        return refusal_view(answer, document)
    cards = "".join(card_view(citation, document(citation.doc_id)) for citation in answer.citations)
    return (
        f'<section class="yj-result">{_void_banner(answer.citations)}'
        f'<div class="yj-answer">{_badged(answer)}</div>'
        f'<h3 class="yj-h">依据（{len(answer.citations)} 处原文引用）</h3>{cards}'
        f"{_timing(answer)}</section>"
    )


def refusal_view(answer: Answer, document: FindDocument) -> str:
    """What was not found, with the nearest clauses to look at."""
    nearest = "".join(hit_view(hit, document(hit.passage.doc_id)) for hit in answer.hits[:_NEAREST])
    listed = f'<h3 class="yj-h">最接近的条款</h3>{nearest}' if nearest else ""
    told = answer.text.strip() or "文件中没有找到可以回答这个问题的内容。"
    reason = answer.reason or ""
    more = f'<p class="yj-where">{escape(reason)}</p>' if reason and reason not in told else ""
    return (
        f'<section class="yj-result"><div class="yj-answer yj-refused" role="status">'
        f"<strong>未作答</strong><p>{escape(told)}</p>{more}</div>{listed}</section>"
    )


def card_view(citation: Citation, doc: PolicyDoc) -> str:
    """One citation: where it stands, and the quotation inside its clause."""
    quote = Span(citation.start, citation.end)
    facts = [citation.doc_number, citation.issuer, citation.date]
    return (
        f'<article class="yj-card" id="cite-{citation.n}" tabindex="-1">'
        f'<header><span class="yj-n">{citation.n}</span>'
        f'<span class="yj-title">《{escape(citation.title.strip("《》"))}》</span>'
        f"{status_chip(citation.status)}</header>"
        f"{_facts(facts)}{_crumbs(citation.path)}"
        f'<blockquote class="yj-quote">{_in_clause(doc, quote)}</blockquote>'
        f"<footer>{_open_button(doc, quote)}"
        f'<span class="yj-where">{escape(citation.source)} · '
        f"第 {citation.start}–{citation.end} 字</span></footer></article>"
    )


def hit_view(hit: Hit, doc: PolicyDoc) -> str:
    """One ranked passage, unmarked."""
    span = hit.passage.span
    text = span.of(doc.text)
    shown = text if len(text) <= 2 * _CONTEXT else text[: 2 * _CONTEXT] + "…"
    facts = [doc.meta.doc_number.value if doc.meta.doc_number else None, doc.meta.date]
    return (
        f'<article class="yj-card yj-near"><header><span class="yj-title">'
        f"《{escape(doc.name.strip('《》'))}》</span>{status_chip(doc.meta.status)}</header>"
        f"{_facts(facts)}{_crumbs(hit.passage.path)}"
        f'<blockquote class="yj-quote">{escape(shown.strip())}</blockquote>'
        f"<footer>{_open_button(doc, span)}</footer></article>"
    )


def source_view(doc: PolicyDoc, span: Span | None = None) -> str:
    """The original, whole, with `span` marked."""
    meta = doc.meta
    facts = [p.value if p else None for p in (meta.doc_number, meta.issuer)] + [meta.date]
    told = meta.status_note if meta.status in _VOID else None
    note = f'<p class="yj-note">{escape(told.value)}</p>' if told else ""
    body = highlight(doc.text, [span] if span else [])
    return (
        f'<section class="yj-source"><header><span class="yj-title">'
        f"《{escape(doc.name.strip('《》'))}》</span>{status_chip(meta.status)}</header>"
        f"{_facts(facts)}{note}"
        f'<div class="yj-original" tabindex="0" aria-label="原文">{body}</div>'
        f'<footer class="yj-where">{escape(doc.source.path)} · 共 {len(doc.text)} 字</footer>'
        f"</section>"
    )


def library_view(documents: Sequence[PolicyDoc]) -> str:
    """The documents in the index; each opens its original."""
    rows = "".join(
        f'<li><button type="button" class="yj-link" {_target(doc)}>'
        f"《{escape(doc.name.strip('《》'))}》</button>{status_chip(doc.meta.status)}"
        f'<span class="yj-where">{escape(_line(doc))}</span></li>'
        for doc in documents
    )
    return f'<ul class="yj-library">{rows}</ul>'


def examples_view(examples: Mapping[str, Sequence[str]]) -> str:
    """Example questions by kind; a click asks."""
    groups = "".join(
        f'<div class="yj-kind"><span>{escape(kind)}</span><div>'
        + "".join(
            f'<button type="button" class="yj-chip" data-ask="{attribute(question)}">'
            f"{escape(question)}</button>"
            for question in questions
        )
        + "</div></div>"
        for kind, questions in examples.items()
    )
    return f'<div class="yj-examples">{groups}</div>'


def message_view(message: str) -> str:
    """One sentence to the user, e.g. what is wrong with the question."""
    return f'<div class="yj-answer yj-message" role="alert">{escape(message)}</div>'


def status_chip(status: str) -> str:
    """The validity as a coloured word (colour never carries the meaning alone)."""
    tone = _TONE.get(status, "none")
    return f'<span class="yj-status yj-{tone}">{escape(status)}</span>'


def _void_banner(citations: Sequence[Citation]) -> str:
    names = dict.fromkeys((c.title.strip("《》"), c.status) for c in citations if c.status in _VOID)
    if not names:
        return ""
    listed = "、".join(f"《{escape(title)}》（{escape(status)}）" for title, status in names)
    return f'<div class="yj-banner" role="alert">注意：所引文件 {listed}，内容仅供参考。</div>'


def _badged(answer: Answer) -> str:
    numbers = {str(citation.n) for citation in answer.citations}

    def badge(match: re.Match[str]) -> str:
        n = match.group(1)
        if n not in numbers:
            return match.group(0)
        return (
            f'<button type="button" class="yj-badge" data-cite="{n}" '
            f'aria-label="查看依据 {n}">{n}</button>'
        )

    return _BADGE.sub(badge, escape(answer.text))


def _in_clause(doc: PolicyDoc, quote: Span) -> str:
    """The quotation with the words of its clause around it."""
    holders = [c.own for c in doc.clauses if c.own.covers(quote)]
    holders += [row.span for table in doc.tables for row in table.rows if row.span.covers(quote)]
    around = min(holders, key=len, default=quote)
    start = max(around.start, quote.start - _CONTEXT)
    end = min(around.end, quote.end + _CONTEXT)
    before = "…" if start > around.start else ""
    after = "…" if end < around.end else ""
    return before + highlight(doc.text[start:end].rstrip(), [quote], start) + after


def _facts(facts: Sequence[str | None]) -> str:
    known = "".join(f"<span>{escape(fact)}</span>" for fact in facts if fact)
    return f'<div class="yj-facts">{known}</div>' if known else ""


def _crumbs(path: Sequence[str]) -> str:
    if not path:
        return ""
    steps = '<span class="yj-sep">›</span>'.join(f"<span>{escape(step)}</span>" for step in path)
    return f'<nav class="yj-crumbs" aria-label="条款位置">{steps}</nav>'


def _open_button(doc: PolicyDoc, span: Span) -> str:
    target = _target(doc, span)
    return f'<button type="button" class="yj-open" {target}>在原文中查看</button>'


def _target(doc: PolicyDoc, span: Span | None = None) -> str:
    place = f' data-start="{span.start}" data-end="{span.end}"' if span else ""
    return f'data-open="{attribute(doc.id)}"{place}'


def _line(doc: PolicyDoc) -> str:
    number = doc.meta.doc_number.value if doc.meta.doc_number else None
    return " · ".join(part for part in (number, doc.meta.date) if part)


def _timing(answer: Answer) -> str:
    total = sum(answer.timings_ms.values())
    return f'<p class="yj-where">用时 {total:.0f} 毫秒</p>' if total else ""
