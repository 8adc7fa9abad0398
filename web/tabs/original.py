"""原文: the panel beside every tab that shows a whole document with the cited words marked."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from functools import partial
from typing import Any
from urllib.parse import urlencode

from ingest.page_pictures import page_picture
from web import address, beside, panel, relating, views
from web import page as dress
from web.page_views import page_view
from web.shell import BARE, Holder, Options, Page, sentence
from youju.errors import IndexError_, InputError, ReadError
from youju.records import PolicyDoc, Span
from youju.shelf import Card, Referred
from youju.sources import source_bytes

_HEAD, _SUM = 200, 16  # characters that are read of a link
_DAY = 20


def original(
    service: Holder,
    doc_id: Any,
    start: Any = None,
    end: Any = None,
    simple: Any = False,
    *,
    file: Any = "",
    quote: Any = "",
    wanted: Any = "",
    as_of: Any = "",
) -> str:
    """The original with start:end marked; what comes from the browser is checked.

    Its card is that of the day `as_of`; one that is none, being still typed, is today.

    A link also gives the file, the first words of the quotation and its digest (`web.address`):
    where the file has changed the document of the same file is shown, and what became of it told.
    """
    doc = _document(service, doc_id)
    changed = False
    if isinstance(doc, str):
        found = _of_file(service, file)
        if found is None:
            return doc
        doc, changed = found, True
    card, referred = _beside(service, doc, as_of)
    doc = card.doc
    shown = partial(panel.panel_view, doc, simple=simple is True, card=card, referred=referred)
    spans = _whole(start) and _whole(end)
    if not spans and not changed:
        return shown()
    link = urlencode({"open": str(doc_id), "file": str(file)}, errors="replace")
    if not spans:
        return shown(link=link, state="updated")
    if not (0 <= start <= end) or (end > len(doc.text) and not quote):
        return views.told_view("original.outside")
    asked = Span(start, end)
    linked = address.found_again(doc, asked, str(quote)[:_HEAD], str(wanted)[:_SUM])
    if linked.state == "same" and not changed:
        return shown(asked)
    link += "&" + urlencode(
        {"at": f"{start}-{end}", "quote": str(quote)[:_HEAD], "sum": str(wanted)[:_SUM]},
        errors="replace",
    )
    state = "kept" if linked.state == "same" else linked.state
    return shown(linked.span, link=link, state=state)


def clause_beside(service: Holder, doc_id: Any, clause_id: Any) -> str:
    """A clause with what refers to it, to be shown below the text, or why it cannot be."""
    search = service.newest()
    doc = _document(service, doc_id)
    if isinstance(doc, str):
        return doc
    found = [clause for clause in doc.clauses if clause.id == clause_id]
    if not found:
        return views.told_view("original.gone")
    return beside.clause_view(doc, found[0], search.referring(doc, found[0]))


def source_file(service: Holder, options: Options, doc_id: Any) -> dict[str, str]:
    """{"name", "data" (base64)} of the file a document was read from, or {"message": HTML}."""
    doc = _document(service, doc_id)
    if isinstance(doc, str):
        return {"message": doc}
    try:
        name, data = source_bytes(doc, options.folders())
    except ReadError as error:
        return {"message": views.message_view(sentence(error))}
    return {"name": name, "data": base64.b64encode(data).decode("ascii")}


def page_shown(
    service: Holder, options: Options, doc_id: Any, number: Any, start: Any, end: Any
) -> str:
    """The picture of a page of the file, with start:end framed on it, or why there is none."""
    doc = _document(service, doc_id)
    if isinstance(doc, str):
        return doc
    span = Span(start, end) if _whole(start) and _whole(end) and 0 <= start <= end else None
    try:
        _, data = source_bytes(doc, options.folders())
        picture = page_picture(doc, data, number if _whole(number) else 1)
    except ReadError as error:
        return views.message_view(sentence(error))
    return page_view(doc, number if _whole(number) else 1, picture, span)


def tab(page: Page) -> None:
    """The panel; whatever is clicked elsewhere reaches it through the browser."""
    import gradio as gr

    def read(asked: Any) -> str:
        known = asked if isinstance(asked, dict) else {}
        return original(
            page.service,
            *(known.get(key) for key in ("doc", "start", "end", "simple")),
            file=known.get("file") or "",
            quote=known.get("quote") or "",
            wanted=known.get("sum") or "",
            as_of=known.get("as_of") or "",
        )

    def download(asked: Any) -> dict[str, str]:
        doc_id = asked.get("doc") if isinstance(asked, dict) else None
        return source_file(page.service, page.options, doc_id)

    def turn(asked: Any) -> str:
        known = asked if isinstance(asked, dict) else {}
        places = (known.get(key) for key in ("doc", "page", "start", "end"))
        return page_shown(page.service, page.options, *places)

    def clause(asked: Any) -> str:
        known = asked if isinstance(asked, dict) else {}
        return clause_beside(page.service, known.get("doc"), known.get("clause"))

    gr.HTML(
        f'{panel.find_view()}<div class="yj-panel" tabindex="-1"></div>',
        js_on_load=dress.script("original"),
        server_functions=[read, download, turn, clause],
        elem_id="yj-source",
        head=dress.head(),
        **BARE,
    )


def _document(service: Holder, doc_id: Any) -> PolicyDoc | str:
    """The document, or the message to show instead."""
    try:
        return service.newest().document(str(doc_id))
    except KeyError:
        return views.told_view("original.gone")
    except IndexError_ as error:
        return views.message_view(sentence(error))


def _beside(service: Holder, doc: PolicyDoc, as_of: Any) -> tuple[Card, Sequence[Referred]]:
    """What is known of a document beside its text, and the clauses that it refers to."""
    search = service.newest()
    try:
        try:
            card = search.card(doc.id, str(as_of)[:_DAY] or None, relating.MOST)
        except InputError:
            card = search.card(doc.id, None, relating.MOST)
        return card, search.references(card.doc)
    except KeyError:  # it has gone since
        return Card(doc, None, (), 0, ()), ()


def _of_file(service: Holder, path: Any) -> PolicyDoc | None:
    """The document that was read from this file, whatever is in it now."""
    search = service.newest()
    same = [entry.id for entry in search.entries() if path and entry.path == path]
    return search.document(same[0]) if same else None


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
