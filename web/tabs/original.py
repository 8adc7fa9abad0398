"""原文: the panel beside every tab that shows a whole document with the cited words marked."""

from __future__ import annotations

import base64
from typing import Any

from web import page as dress
from web import panel, views
from web.shell import BARE, Holder, Options, Page, sentence
from web.sources import source_bytes
from youju.errors import IndexError_, ReadError
from youju.records import PolicyDoc, Span


def original(
    service: Holder, doc_id: Any, start: Any = None, end: Any = None, simple: Any = False
) -> str:
    """The original with start:end marked; what comes from the browser is checked."""
    doc = _document(service, doc_id)
    if isinstance(doc, str):
        return doc
    if not _whole(start) or not _whole(end):
        return panel.panel_view(doc, simple=simple is True)
    if not 0 <= start <= end <= len(doc.text):
        return views.told_view("original.outside")
    return panel.panel_view(doc, Span(start, end), simple=simple is True)


def source_file(service: Holder, options: Options, doc_id: Any) -> dict[str, str]:
    """{"name", "data" (base64)} of the file a document was read from, or {"message": HTML}."""
    doc = _document(service, doc_id)
    if isinstance(doc, str):
        return {"message": doc}
    try:
        name, data = source_bytes(doc, options.roots)
    except ReadError as error:
        return {"message": views.message_view(sentence(error))}
    return {"name": name, "data": base64.b64encode(data).decode("ascii")}


def tab(page: Page) -> None:
    """The panel; whatever is clicked elsewhere reaches it through the browser."""
    import gradio as gr

    def read(asked: Any) -> str:
        known = asked if isinstance(asked, dict) else {}
        return original(
            page.service, *(known.get(key) for key in ("doc", "start", "end", "simple"))
        )

    def download(asked: Any) -> dict[str, str]:
        doc_id = asked.get("doc") if isinstance(asked, dict) else None
        return source_file(page.service, page.options, doc_id)

    gr.HTML(
        f'{panel.find_view()}<div class="yj-panel" tabindex="-1"></div>',
        js_on_load=dress.script("original"),
        server_functions=[read, download],
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


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
