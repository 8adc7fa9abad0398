"""原文: the panel beside every tab that shows a whole document with the cited words marked."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import urlencode

from ingest.page_pictures import page_picture
from web import address, panel, views
from web import page as dress
from web.page_views import page_view
from web.shell import BARE, Holder, Options, Page, sentence
from web.sources import source_bytes
from youju.errors import IndexError_, ReadError
from youju.records import PolicyDoc, Span

_HEAD, _SUM = 200, 16  # characters that are read of a link


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
) -> str:
    """The original with start:end marked; what comes from the browser is checked.

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
    spans = _whole(start) and _whole(end)
    if not spans and not changed:
        return panel.panel_view(doc, simple=simple is True)
    link = urlencode({"open": str(doc_id), "file": str(file)}, errors="replace")
    if not spans:
        return panel.panel_view(doc, simple=simple is True, link=link, state="updated")
    if not (0 <= start <= end) or (end > len(doc.text) and not quote):
        return views.told_view("original.outside")
    asked = Span(start, end)
    linked = address.found_again(doc, asked, str(quote)[:_HEAD], str(wanted)[:_SUM])
    if linked.state == "same" and not changed:
        return panel.panel_view(doc, asked, simple=simple is True)
    link += "&" + urlencode(
        {"at": f"{start}-{end}", "quote": str(quote)[:_HEAD], "sum": str(wanted)[:_SUM]},
        errors="replace",
    )
    state = "kept" if linked.state == "same" else linked.state
    return panel.panel_view(doc, linked.span, simple=simple is True, link=link, state=state)


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
        )

    def download(asked: Any) -> dict[str, str]:
        doc_id = asked.get("doc") if isinstance(asked, dict) else None
        return source_file(page.service, page.options, doc_id)

    def turn(asked: Any) -> str:
        known = asked if isinstance(asked, dict) else {}
        places = (known.get(key) for key in ("doc", "page", "start", "end"))
        return page_shown(page.service, page.options, *places)

    gr.HTML(
        f'{panel.find_view()}<div class="yj-panel" tabindex="-1"></div>',
        js_on_load=dress.script("original"),
        server_functions=[read, download, turn],
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


def _of_file(service: Holder, path: Any) -> PolicyDoc | None:
    """The document that was read from this file, whatever is in it now."""
    search = service.newest()
    same = [entry.id for entry in search.entries() if path and entry.path == path]
    return search.document(same[0]) if same else None


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
