"""Two versions of a rule → what became of every clause, the words that differ marked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from web.cards import status_chip, target, title_html
from web.english import marked
from web.markup import escape
from web.strings import both
from youju import diff_views
from youju.records import PolicyDoc

if TYPE_CHECKING:
    from qa.versions import Change, Piece

SHOWN = 300  # changes on the page; the files hold all


def versions_view(changes: Sequence[Change], old: PolicyDoc, new: PolicyDoc) -> str:
    """Both documents, how much changed, then every change: old beside new, figures first."""
    heads = "".join(
        f"<p>{both(f'diff.{name}')} {title_html(doc.name)}{_facts(doc)}{_open(doc)}</p>"
        for name, doc in (("old", old), ("new", new))
    )
    told = [change for change in changes if change.kind != "same"]
    counts = " · ".join(
        f"{both(f'diff.kind.{kind}')} {n}"
        for kind in diff_views.NAMES
        if (n := sum(change.kind == kind for change in changes))
    )
    none = "" if told else f"<p>{both('diff.none')}</p>"
    rows = "".join(_row(change, old, new) for change in told[:SHOWN])
    more = f"<p>{both('diff.more', n=len(told) - SHOWN)}</p>" if len(told) > SHOWN else ""
    table = (
        f'<div class="yj-scroll"><table class="yj-versions"><thead><tr>'
        f'<th scope="col">{both("diff.clause")}</th><th scope="col">{both("diff.old")}</th>'
        f'<th scope="col">{both("diff.new")}</th></tr></thead><tbody>{rows}</tbody></table></div>'
        if told
        else ""
    )
    return (
        f'<section class="yj-group" role="status">{heads}<p class="yj-where">{counts}</p>{none}'
        f"{table}{more}</section>"
    )


def _facts(doc: PolicyDoc) -> str:
    known = [doc.meta.doc_number.value] if doc.meta.doc_number else []
    known += [doc.meta.date] if doc.meta.date else []
    return f" {marked(' · '.join(known))} {status_chip(doc.meta.status)} "


def _open(doc: PolicyDoc) -> str:
    return f'<button type="button" class="yj-open" {target(doc)}>{both("card.open")}</button>'


def _row(change: Change, old: PolicyDoc, new: PolicyDoc) -> str:
    was, now = diff_views.sides(change, old, new)
    cells = "".join(
        f"<td>{_side(side, tag)}{_place(piece, doc)}</td>"
        for side, tag, piece, doc in (
            (was, "del", change.old, old),
            (now, "ins", change.new, new),
        )
    )
    return (
        f'<tr data-kind="{change.kind}"><th scope="row">{marked(diff_views.place(change))}'
        f"<small>{both(f'diff.kind.{change.kind}')}</small></th>{cells}</tr>"
    )


def _side(stretches: Sequence[tuple[str, bool]], tag: str) -> str:
    words = "".join(
        f"<{tag}>{escape(said)}</{tag}>" if differs else escape(said) for said, differs in stretches
    )
    return f'<span lang="zh">{words}</span>' if words else ""


def _place(piece: Piece | None, doc: PolicyDoc) -> str:
    if piece is None:
        return ""
    place = target(doc, piece.span)
    return f' <button type="button" class="yj-open" {place}>{both("card.open")}</button>'
