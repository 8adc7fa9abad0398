"""问答: a question, its answer made of quotations, a card per quotation."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor, wait
from typing import Any

from web import page as dress
from web import taking, views
from web.shell import BARE, PRIVATE, Holder, Page, sentence
from web.tabs import filters
from youju.errors import InputError, YoujuError
from youju.feedback import Feedback
from youju.records import Filters

_SLOW = 0.3  # seconds after which the reader is told what is being done
_KEPT = 12  # questions of this browser that are remembered
_LONGEST = 200  # characters of a question that is remembered


def answer(
    service: Holder,
    text: str | None,
    within: Filters | None = None,
    retrieved: Callable[[], None] | None = None,
    feedback: Feedback | None = None,
) -> str:
    """Question → the result as HTML; a question that cannot be asked → why not."""
    search = service.newest()
    try:
        found = search.ask(text or "", filters=within, retrieved=retrieved)
        service.recent.keep(search, within, found)
        if feedback is not None and found.refused:
            with contextlib.suppress(InputError):  # an answer matters more than a count
                feedback.missed(search, found)
        judged = taking.judge_view(found) if feedback is not None else ""
        tools = taking.tools_view(found, within, search.document, judged)
        return views.answer_view(found, search.document, tools)
    except YoujuError as error:
        return views.message_view(sentence(error))


def remembered(history: Any, question: str | None) -> list[str]:
    """The history with a question in front; what the browser kept is checked."""
    known = [item for item in history if isinstance(item, str)] if isinstance(history, list) else []
    asked = (question or "").strip()
    if asked and len(asked) <= _LONGEST:
        known = [asked, *(item for item in known if item != asked)]
    return known[:_KEPT]


def staged(pool: Executor, work: Callable[[Callable[[], None]], str]) -> Iterator[str]:
    """The result of `work`; before it, when it takes long, the stages it goes through.

    `work` gets what it has to call when the clauses are found.
    """
    found = threading.Event()
    waiting = pool.submit(work, found.set)
    waiting.add_done_callback(lambda _: found.set())
    wait([waiting], _SLOW)
    if not found.is_set():
        yield views.stage_view("ask.searching")
        found.wait()
    if not waiting.done():
        yield views.stage_view("ask.checking")
    yield waiting.result()


def tab(page: Page) -> None:
    """Question box, filters, examples and history, result."""
    import gradio as gr

    pool = ThreadPoolExecutor(max_workers=8, thread_name_prefix="ask")
    with gr.Row(equal_height=True, elem_classes="yj-box"):
        question = gr.Textbox(
            label=page.say("ask.button"), placeholder=page.say("ask.placeholder"),
            show_label=False, container=False,
            elem_id="yj-question", scale=8, autofocus=True, max_lines=1, max_length=12_000,
        )  # fmt: skip
        button = gr.Button(page.say("ask.button"), elem_id="yj-ask", scale=1, min_width=88)
    within = filters.row(page, "ask")
    # The key is no secret: it only has to be the same after a restart.
    history = gr.BrowserState([], storage_key="yj-questions", secret="youju-local")
    starters = gr.HTML(
        views.starters_view(dress.examples()),
        js_on_load=dress.script("starters"),
        elem_id="yj-try",
        **BARE,
    )
    result = gr.HTML(elem_id="yj-result", **BARE)

    def show_answer(text: str, *picked: Any) -> Iterator[str]:
        """The stages while it takes long, then the result."""
        yield from staged(
            pool,
            lambda done: answer(
                page.service, text, filters.chosen(*picked), done, page.options.feedback
            ),
        )

    def remember(text: str, known: Any) -> tuple[list[str], str]:
        kept = remembered(known, text)
        return kept, views.starters_view(dress.examples(), kept, folded=True)

    def pick(event: gr.EventData) -> str:
        return str(getattr(event, "question", ""))

    def recall(known: Any) -> str:
        return views.starters_view(dress.examples(), remembered(known, None))

    def forget() -> tuple[list[str], str]:
        return [], views.starters_view(dress.examples())

    # The annotations above are strings, and `gr` is no global of this module: resolve them here.
    pick.__annotations__["event"] = gr.EventData
    quiet = {**PRIVATE, "show_progress": "hidden"}
    asked = [
        gr.on([question.submit, button.click], show_answer, [question, *within], result, **quiet),
        starters.pick(pick, None, question, **quiet).then(
            show_answer, [question, *within], result, **quiet
        ),
    ]
    for event in asked:
        event.then(remember, [question, history], [history, starters], **quiet)
    starters.forget(forget, None, [history, starters], **quiet)
    page.blocks.load(recall, history, starters, **quiet)
