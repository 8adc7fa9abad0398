"""A citation or a passage → its card; what cards share with the rest of the page."""

from __future__ import annotations

from collections.abc import Sequence

from web import address, citing
from web.english import marked
from web.markup import attribute, escape, highlight
from web.strings import STRINGS, both, named
from web.taking import excerpt_button
from youju.citing import rows_at
from youju.records import Citation, Hit, PolicyDoc, Span

TONES = {"现行有效": "ok", "已失效": "void", "已废止": "void", "已修改": "warn", "尚未生效": "warn"}
PARTS = ("words", "bigrams", "thesaurus", "dense", "late")
_CONTEXT = 160  # characters shown on each side of a quotation inside its clause


def card_view(citation: Citation, doc: PolicyDoc) -> str:
    """One citation: where it stands, and the quotation inside its clause."""
    quote = Span(citation.start, citation.end)
    number = marked(citation.doc_number) if citation.doc_number else both("card.no_number")
    facts = [number, *(marked(fact) for fact in (citation.issuer, citation.date) if fact)]
    if citation.page is not None:
        facts.append(both("card.page", n=citation.page))
    if citation.confidence is not None:
        facts.append(both("card.recognised", sure=f"{100 * citation.confidence:.1f}"))
    return (
        f'<article class="yj-card" id="cite-{citation.n}" tabindex="-1">'
        f'<header><span class="yj-n">{citation.n}</span>{title_html(citation.title)}'
        f"{status_chip(citation.status)}</header>"
        f"{facts_html(facts)}{crumbs_html(citation.path)}"
        f'<blockquote class="yj-quote" lang="zh">{_in_clause(doc, quote, citation.cell)}'
        f"</blockquote>"
        f"<footer>{open_button(doc, citation.cell or quote)}{_copy_menu(citation, doc)}"
        f"{excerpt_button(doc, quote)}{link_button(doc, quote)}"
        f'<span class="yj-where">{marked(citation.source)} · '
        f"{both('card.place', start=citation.start, end=citation.end)}</span></footer></article>"
    )


def hit_view(hit: Hit, doc: PolicyDoc, marks: Sequence[Span] = (), rank: int | None = None) -> str:
    """One ranked passage, `marks` highlighted; with a rank it shows its score and the parts."""
    span = hit.passage.span
    shown = Span(span.start, min(span.end, span.start + 2 * _CONTEXT)) if rank is None else span
    cut = "…" if shown.end < span.end else ""
    text = highlight(shown.of(doc.text).rstrip(), marks, shown.start)
    facts = [marked(doc.meta.doc_number.value)] if doc.meta.doc_number else []
    facts += [escape(doc.meta.date)] if doc.meta.date else []
    page = doc.page_at(span.start)
    if page is not None:
        facts.append(both("card.page", n=page))
    number = f'<span class="yj-n">{rank}</span>' if rank is not None else ""
    score = _score_html(hit) if rank is not None else ""
    return (
        f'<article class="yj-card yj-near"><header>{number}{title_html(doc.name)}'
        f"{status_chip(doc.meta.status)}</header>"
        f"{facts_html(facts)}{crumbs_html(hit.passage.path)}"
        f'<blockquote class="yj-quote yj-plain" lang="zh">{text}{cut}</blockquote>'
        f"<footer>{open_button(doc, span)}{excerpt_button(doc, span)}{link_button(doc, span)}"
        f"{score}</footer></article>"
    )


def title_html(title: str) -> str:
    """A document's title in 《》."""
    return f'<span class="yj-title" lang="zh">《{escape(citing.bare_title(title))}》</span>'


def status_chip(status: str) -> str:
    """The validity as a coloured word (colour never carries the meaning alone)."""
    return (
        f'<span class="yj-status yj-{TONES.get(status, "none")}">{named("status", status)}</span>'
    )


def facts_html(facts: Sequence[str]) -> str:
    """One line of HTML fragments."""
    known = "".join(f"<span>{fact}</span>" for fact in facts)
    return f'<div class="yj-facts">{known}</div>' if known else ""


def crumbs_html(path: Sequence[str]) -> str:
    """The clause path as breadcrumbs."""
    if not path:
        return ""
    steps = '<span class="yj-sep">›</span>'.join(f"<span>{marked(step)}</span>" for step in path)
    named = f'<span class="yj-aside">{both("card.crumbs")} </span>'
    return f'<div class="yj-crumbs">{named}{steps}</div>'


def open_button(doc: PolicyDoc, span: Span) -> str:
    """Opens the original with `span` marked."""
    return f'<button type="button" class="yj-open" {target(doc, span)}>{both("card.open")}</button>'


def link_button(doc: PolicyDoc, span: Span) -> str:
    """Copies the address of the place, with the question around it."""
    link, words = attribute(address.place(doc, span)), both("card.link")
    return f'<button type="button" class="yj-open" data-copy-link="{link}">{words}</button>'


def target(doc: PolicyDoc, span: Span | None = None) -> str:
    """Attributes that open a document, at a place if one is given."""
    place = f' data-start="{span.start}" data-end="{span.end}"' if span else ""
    return f'data-open="{attribute(doc.id)}"{place}'


def _copy_menu(citation: Citation, doc: PolicyDoc) -> str:
    items = "".join(_copy_item(cited) for cited in citing.styles(citation, doc))
    return (
        f'<details class="yj-copy"><summary>{both("card.copy")}</summary>'
        f'<div class="yj-menu">{items}</div></details>'
    )


def _copy_item(cited: citing.Cited) -> str:
    lacking = ""
    if cited.missing:
        chinese = "、".join(STRINGS[f"field.{name}"][0] for name in cited.missing)
        english = ", ".join(STRINGS[f"field.{name}"][1] for name in cited.missing)
        lacking = (
            f'<span class="yj-lacking"><span class="yj-zh" lang="zh">缺少：{chinese}</span>'
            f'<span class="yj-en" lang="en">Missing: {english}</span></span>'
        )
    return (
        f'<button type="button" data-copy="{attribute(cited.text)}">'
        f"<span>{both(cited.style)}{lacking}</span>"
        f'<small lang="zh">{escape(cited.text)}</small></button>'
    )


def _in_clause(doc: PolicyDoc, quote: Span, cell: Span | None = None) -> str:
    """The quotation with the words of its clause around it; rows of a table as a table, of which
    `cell` alone is marked where one answers.
    """
    rows = rows_at(doc, quote)
    if rows:
        cells = [row.cells for table in doc.tables for row in table.rows if row.span == quote]
        marked = cells[0].index(cell) if cell is not None and cells and cell in cells[0] else None
        lines = "".join(
            "<tr>"
            + "".join(_cell_html(text, marked in (None, n)) for n, text in enumerate(row))
            + "</tr>"
            for row in rows
        )
        return f'<table class="yj-rowcells"><tbody>{lines}</tbody></table>'
    holders = [c.own for c in doc.clauses if c.own.covers(quote)]
    holders += [row.span for table in doc.tables for row in table.rows if row.span.covers(quote)]
    around = min(holders, key=len, default=quote)
    start = max(around.start, quote.start - _CONTEXT)
    end = min(around.end, quote.end + _CONTEXT)
    before = "…" if start > around.start else ""
    after = "…" if end < around.end else ""
    return before + highlight(doc.text[start:end].rstrip(), [quote], start) + after


def _cell_html(cell: str, marked: bool) -> str:
    return (
        f"<td><mark>{escape(cell)}</mark></td>" if cell and marked else f"<td>{escape(cell)}</td>"
    )


def _score_html(hit: Hit) -> str:
    rows = "".join(
        f"<tr><th>{both(f'part.{name}')}</th><td>{hit.parts[name]:.3f}</td></tr>"
        for name in PARTS
        if name in hit.parts
    )
    told = both("search.parts", score=f"{hit.score:.3f}")
    if not rows:
        return f'<span class="yj-where">{told}</span>'
    return f'<details class="yj-score"><summary>{told}</summary><table>{rows}</table></details>'
