"""What stands beside a document: its versions and what it has to do with others, as HTML.

Pure functions; every document and every sentence that is named opens where it stands.
"""

from __future__ import annotations

from web.cards import status_chip, target
from web.citing import bare_title
from web.english import marked
from web.markup import attribute, escape
from web.strings import both
from youju.records import PolicyDoc
from youju.shelf import Card, Related

MOST = 60  # relations that are listed
_QUOTE = 90  # characters of a sentence that are shown


def relations_html(card: Card) -> str:
    """The relations with the other end and the sentence, both to be opened."""
    if not card.relations:
        return ""
    items = "".join(f"<li>{_relation_html(card.doc, one)}</li>" for one in card.relations)
    left = card.count - len(card.relations)
    more = f'<li class="yj-soft">{both("meta.more", n=left)}</li>' if left else ""
    return _row("meta.relations", items + more)


def versions_html(card: Card) -> str:
    """The versions of its rule, oldest first, each to be opened or set beside this one."""
    if not card.versions:
        return ""
    before = True
    items = []
    for doc in card.versions:
        here = doc.id == card.doc.id
        before = before and not here
        pair = (doc.id, card.doc.id) if before else (card.doc.id, doc.id)
        items.append(f"<li>{_version_html(doc)}{_here() if here else _versus(*pair)}</li>")
    return _row("meta.versions", "".join(items))


def _row(key: str, items: str) -> str:
    return f'<dt>{both(key)}</dt><dd><ul class="yj-related">{items}</ul></dd>'


def _relation_html(doc: PolicyDoc, found: Related) -> str:
    relation, source, aim = found
    outgoing = source.id == doc.id
    kind = both(f"{'relation' if outgoing else 'related'}.{relation.kind}")
    sure = ""
    if relation.certainty < 1:
        told = both("meta.sure", share=f"{relation.certainty:.0%}")
        sure = f' <span class="yj-soft">{told}</span>'
    said = " ".join(relation.span.of(source.text).split())
    cut = f"{said[:_QUOTE]}…" if len(said) > _QUOTE else said
    return (
        f"<span>{kind}</span> {_link(aim if outgoing else source)}{sure}"
        f'<button type="button" class="yj-proof" lang="zh" {target(source, relation.span)}>'
        f"“{escape(cut)}”</button>"
    )


def _version_html(doc: PolicyDoc) -> str:
    facts = [doc.meta.doc_number.value] if doc.meta.doc_number else []
    facts += [doc.meta.date] if doc.meta.date else []
    told = f" <span>{marked(' · '.join(facts))}</span>" if facts else ""
    return f"{_link(doc)}{told} {status_chip(doc.meta.status)}"


def _link(doc: PolicyDoc) -> str:
    return (
        f'<button type="button" class="yj-link" lang="zh" {target(doc)}>'
        f"《{escape(bare_title(doc.name))}》</button>"
    )


def _here() -> str:
    return f' <span class="yj-soft">{both("meta.here")}</span>'


def _versus(old: str, new: str) -> str:
    return (
        f' <button type="button" class="yj-open" data-versus-old="{attribute(old)}"'
        f' data-versus-new="{attribute(new)}">{both("meta.versus")}</button>'
    )
