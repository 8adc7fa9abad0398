"""Clauses that refer to each other: links in the text, and a clause opened beside it. HTML."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from web import address
from web.cards import crumbs_html, target, title_html
from web.markup import attribute, escape
from web.reading import Link
from web.strings import both, label
from youju.citing import around
from youju.records import Clause, PolicyDoc
from youju.shelf import Referred

_LONGEST = 1500  # characters of a clause that are shown
MOST = 30  # places that are listed


def links(found: Sequence[Referred]) -> list[Link]:
    """Where the text refers to a clause, as links that open it beside."""
    return [
        Link(
            one.span,
            f'<a class="yj-ref" href="?{attribute(address.place(one.doc, one.clause.span))}"'
            f" {_aim(one.doc, one.clause)}>",
        )
        for one in found
    ]


def marks(doc: PolicyDoc, found: Sequence[Referred]) -> Mapping[str, str]:
    """Clause id → a button that tells how many places of the document refer to it.

    It holds no text: nothing is added to the original.
    """
    counts = Counter(one.clause.id for one in found if one.doc.id == doc.id)
    return {
        clause.id: f'<button type="button" class="yj-cited" data-n="{counts[clause.id]}"'
        f" {_aim(doc, clause)} {label('beside.cited')}></button>"
        for clause in doc.clauses
        if counts[clause.id]
    }


def clause_view(doc: PolicyDoc, clause: Clause, referring: Sequence[Referred]) -> str:
    """A clause with what refers to it, in the box below the text."""
    text = clause.span.of(doc.text).strip()
    cut = "…" if len(text) > _LONGEST else ""
    items = "".join(f"<li>{_place(one)}</li>" for one in referring[:MOST])
    told = both("beside.referring", n=len(referring)) if referring else both("beside.none")
    return (
        f'<section class="yj-besides" tabindex="-1" {label("beside.title")}>'
        f"<header>{title_html(doc.name)}{crumbs_html(clause.path)}"
        f'<button type="button" class="yj-open" {target(doc, clause.span)}>{both("card.open")}'
        f'</button> <button type="button" class="yj-open" data-beside-close>'
        f"{both('original.close')}</button></header>"
        f'<blockquote class="yj-quote yj-plain" lang="zh">{escape(text[:_LONGEST])}{cut}'
        f'</blockquote><p class="yj-where">{told}</p><ul class="yj-related">{items}</ul></section>'
    )


def _place(one: Referred) -> str:
    said = " ".join(around(one.source, one.span).of(one.source.text).split())
    return (
        f'{title_html(one.source.name)}<button type="button" class="yj-proof" lang="zh"'
        f" {target(one.source, one.span)}>“{escape(said)}”</button>"
    )


def _aim(doc: PolicyDoc, clause: Clause) -> str:
    return f'data-beside="{attribute(doc.id)}" data-clause="{attribute(clause.id)}"'
