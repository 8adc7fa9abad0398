"""检索: the ranked passages, without an answer."""

from __future__ import annotations

from typing import Any

from web import address, terms, views
from web import page as dress
from web.shell import BARE, PRIVATE, Holder, Page, sentence
from web.tabs import filters
from web.views import STEP
from youju.errors import YoujuError
from youju.records import Filters

_MOST = 200  # passages that are listed


def found(
    service: Holder, text: str | None, within: Filters | None = None, shown: int = STEP
) -> str:
    """Question → the ranked passages as HTML, terms marked, and the terms searched besides."""
    search = service.newest()
    shown = min(max(shown, STEP), _MOST)
    try:
        within = filters.within_reason(within)
        hits = search.search(text or "", shown, within)
        also = search.also_searched(text or "")
    except YoujuError as error:
        return views.message_view(sentence(error))
    n = shown if shown > STEP else 0
    query = address.question("search", text or "", within, n)
    more = ""
    if len(hits) == shown < _MOST:
        more = address.question("search", text or "", within, shown + STEP)
    elif not hits and within is not None:
        more = address.question("search", text or "")
    marked = terms.terms_of(text or "", also)
    return views.search_view(hits, search.document, marked, also, query, more)


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
    result = gr.HTML(
        js_on_load=f"const tab = 'search';\n{dress.script('go')}", elem_id="yj-found", **BARE
    )
    count = gr.Number(0, visible=False)

    def show_hits(text: str, *picked: Any) -> str:
        return found(page.service, text, filters.chosen(*picked))

    def go(event: gr.EventData) -> list[Any]:
        """What an address asks: the words, how many passages, the filters."""
        n = getattr(event, "n", 0)
        restored = filters.restored(event, page.service.newest())
        return [str(getattr(event, "q", "") or ""), n if isinstance(n, int) else 0, *restored]

    def show_linked(text: str, n: Any, *picked: Any) -> str:
        if not (text or "").strip():
            return ""
        shown = int(n) if isinstance(n, int | float) and n == n else 0
        return found(page.service, text, filters.chosen(*picked), shown)

    go.__annotations__["event"] = gr.EventData
    gr.on([words.submit, button.click], show_hits, [words, *within], result, **PRIVATE)
    result.go(go, None, [words, count, *within], **PRIVATE).then(
        show_linked, [words, count, *within], result, **PRIVATE
    )
