"""原文: the panel beside every tab that shows a whole document with the cited words marked."""

from __future__ import annotations

from typing import Any

from datatypes import Span
from errors import IndexError_
from web import page as dress
from web import views
from web.shell import BARE, Holder, Page, sentence

_HINT = "<div class='yj-hint'>点击“在原文中查看”，这里显示原文，引用的文字会被标出。</div>"


def original(service: Holder, doc_id: Any, start: Any, end: Any) -> str:
    """The original with start:end marked; what comes from the browser is checked."""
    try:
        doc = service.newest().document(str(doc_id))
    except KeyError:
        return views.message_view("这份文件已不在索引里，请重新提问。")
    except IndexError_ as error:
        return views.message_view(sentence(error))
    if not isinstance(start, int) or not isinstance(end, int):
        return views.source_view(doc)
    if not 0 <= start <= end <= len(doc.text):
        return views.message_view("这段位置不在文件里，请重新提问。")
    return views.source_view(doc, Span(start, end))


def tab(page: Page) -> None:
    """The panel; whatever is clicked elsewhere reaches it through the browser."""
    import gradio as gr

    def show(asked: Any) -> str:
        doc, start, end = asked if isinstance(asked, list) and len(asked) == 3 else (None,) * 3
        return original(page.service, doc, start, end)

    show.__name__ = "original"
    gr.HTML(
        f'<div class="yj-panel">{_HINT}</div>',
        js_on_load=dress.script("original"),
        server_functions=[show],
        elem_id="yj-source",
        **BARE,
    )
