"""检索: the ranked passages, without an answer."""

from __future__ import annotations

from errors import YoujuError
from web import views
from web.shell import BARE, PRIVATE, Holder, Page, sentence


def found(service: Holder, text: str | None) -> str:
    """Question → the ranked passages as HTML."""
    search = service.newest()
    try:
        hits = search.search(text or "")
    except YoujuError as error:
        return views.message_view(sentence(error))
    return "".join(views.hit_view(hit, search.document(hit.passage.doc_id)) for hit in hits)


def tab(page: Page) -> None:
    """Search box and ranked passages."""
    import gradio as gr

    def show_hits(text: str) -> str:
        return found(page.service, text)

    with gr.Row(equal_height=True):
        words = gr.Textbox(
            placeholder=page.say("search.placeholder"), show_label=False, container=False,
            elem_id="yj-words", scale=8, max_lines=1, max_length=12_000,
        )  # fmt: skip
        button = gr.Button(page.say("search.button"), elem_id="yj-find", scale=1)
    result = gr.HTML(elem_id="yj-found", **BARE)
    for event in (words.submit, button.click):
        event(show_hits, words, result, **PRIVATE)
