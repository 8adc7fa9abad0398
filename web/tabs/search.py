"""检索: the ranked passages, without an answer."""

from __future__ import annotations

from typing import Any

from web import terms, views
from web.shell import BARE, PRIVATE, Holder, Page, sentence
from web.tabs import filters
from youju.errors import YoujuError
from youju.records import Filters

_SHOWN = 20


def found(service: Holder, text: str | None, within: Filters | None = None) -> str:
    """Question → the ranked passages as HTML, terms marked, and the terms searched besides."""
    search = service.newest()
    try:
        hits = search.search(text or "", _SHOWN, within)
        also = search.also_searched(text or "")
    except YoujuError as error:
        return views.message_view(sentence(error))
    return views.search_view(hits, search.document, terms.terms_of(text or "", also), also)


def tab(page: Page) -> None:
    """Search box, filters and ranked passages."""
    import gradio as gr

    with gr.Row(equal_height=True, elem_classes="yj-box"):
        words = gr.Textbox(
            label=page.say("search.button"), placeholder=page.say("search.placeholder"),
            show_label=False, container=False,
            elem_id="yj-words", scale=8, max_lines=1, max_length=12_000,
        )  # fmt: skip
        button = gr.Button(page.say("search.button"), elem_id="yj-find", scale=1, min_width=88)
    within = filters.row(page, "search")
    result = gr.HTML(elem_id="yj-found", **BARE)

    def show_hits(text: str, *picked: Any) -> str:
        return found(page.service, text, filters.chosen(*picked))

    gr.on([words.submit, button.click], show_hits, [words, *within], result, **PRIVATE)
