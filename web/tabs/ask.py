"""问答: a question, its answer made of quotations, a card per quotation."""

from __future__ import annotations

from errors import YoujuError
from web import page as dress
from web import views
from web.shell import BARE, PRIVATE, Holder, Page, sentence


def answer(service: Holder, text: str | None) -> str:
    """Question → the result as HTML; a question that cannot be asked → why not."""
    search = service.newest()
    try:
        return views.answer_view(search.ask(text or ""), search.document)
    except YoujuError as error:
        return views.message_view(sentence(error))


def tab(page: Page) -> None:
    """Question box, examples, result."""
    import gradio as gr

    def show_answer(text: str) -> str:
        return answer(page.service, text)

    def pick(event: gr.EventData) -> tuple[str, str]:
        question = str(getattr(event, "question", ""))
        return question, show_answer(question)

    # The annotations above are strings, and `gr` is no global of this module: resolve them here.
    pick.__annotations__["event"] = gr.EventData
    with gr.Row(equal_height=True):
        question = gr.Textbox(
            placeholder=page.say("ask.placeholder"), show_label=False, container=False,
            elem_id="yj-question", scale=8, autofocus=True, max_lines=1, max_length=12_000,
        )  # fmt: skip
        button = gr.Button(page.say("ask.button"), elem_id="yj-ask", scale=1)
    chips = gr.HTML(
        views.examples_view(dress.examples()),
        js_on_load=dress.script("examples"),
        elem_id="yj-try",
        **BARE,
    )
    result = gr.HTML(elem_id="yj-result", **BARE)
    for event in (question.submit, button.click):
        event(show_answer, question, result, **PRIVATE)
    chips.pick(pick, None, [question, result], **PRIVATE)
