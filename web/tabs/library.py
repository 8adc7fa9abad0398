"""文库: the documents in the index; each opens its original."""

from __future__ import annotations

from web import views
from web.shell import BARE, PRIVATE, Page


def tab(page: Page) -> None:
    """The list of documents, fresh whenever the page is opened."""
    import gradio as gr

    def listed() -> str:
        return views.library_view(page.service.newest().documents())

    library = gr.HTML(elem_id="yj-library", **BARE)
    page.blocks.load(listed, None, library, **PRIVATE)
