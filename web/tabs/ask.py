"""问答: a question, its answer made of quotations, a card per quotation."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor, wait
from typing import Any

from web import address, taking, views
from web import page as dress
from web.shell import BARE, PRIVATE, Holder, Page, sentence
from web.tabs import filters
from youju.asking import LONGEST_QUESTION
from youju.errors import InputError, YoujuError
from youju.feedback import Feedback
from youju.records import Filters

_SLOW = 0.3  # seconds after which the reader is told what is being done
_THREAD = 8  # questions of a thread that are shown, and completed from
_KEPT = 12  # questions of this browser that are remembered
_LONGEST = 200  # characters of a question that is remembered


def answer(
    service: Holder,
    text: str | None,
    within: Filters | None = None,
    retrieved: Callable[[], None] | None = None,
    feedback: Feedback | None = None,
    context: Sequence[str] = (),
) -> str:
    """Question → the result as HTML; a question that cannot be asked → why not."""
    search = service.newest()
    try:
        limits = filters.within_reason(within)
        found = search.ask(text or "", filters=limits, context=context, retrieved=retrieved)
        query = address.question("ask", found.asked or found.question, limits)
        in_force = limits is not None and limits.in_force
        service.recent.keep(search, limits, found)
        if feedback is not None and found.refused:
            with contextlib.suppress(InputError):  # an answer matters more than a count
                feedback.missed(search, found)
        judged = taking.judge_view(found) if feedback is not None else ""
        tools = taking.tools_view(found, limits, search.document, judged)
        return views.answer_view(found, search.document, query, tools=tools, in_force=in_force)
    except YoujuError as error:
        return views.message_view(sentence(error))


def hint(service: Holder, text: str, within: Filters | None) -> str:
    """Where a question is refused, what to drop of it so that there is an answer; else nothing."""
    search = service.newest()
    try:
        limits = filters.within_reason(within)
        looser = search.looser(text, limits)
    except YoujuError:
        return ""
    if looser is None:
        return ""
    return views.looser_view(looser, address.question("ask", looser.text, looser.filters))


def threaded(service: Holder, thread: Any, text: str | None) -> list[str]:
    """The thread with this question, completed; what the browser kept is checked."""
    known = [item for item in thread if isinstance(item, str)] if isinstance(thread, list) else []
    known = [item for item in known if len(item) <= LONGEST_QUESTION][-_THREAD:]
    try:
        follow = service.newest().followed(text or "", known)
    except YoujuError:
        return known
    if follow.how == "bare" or (known and known[-1] == follow.text):
        return known
    return [*known, follow.text][-_THREAD:]


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
    # The thread lives in the page: the server is told of it with each question.
    thread = gr.JSON([], visible=False)
    threads = gr.HTML(
        "", js_on_load=f"const tab = 'ask';\n{dress.script('go')}", elem_id="yj-thread", **BARE
    )
    hints = gr.HTML(elem_id="yj-hint", **BARE)
    result = gr.HTML(elem_id="yj-result", **BARE)

    def show_answer(text: str, asked: Any, *picked: Any) -> Iterator[tuple[Any, ...]]:
        """The stages while it takes long, then the result with the thread that it belongs to."""
        within, before = filters.chosen(*picked), threaded(page.service, asked, None)
        now = threaded(page.service, asked, text)
        told = staged(
            pool,
            lambda done: answer(
                page.service, text, within, done, feedback=page.options.feedback, context=before
            ),
        )
        for shown in told:
            yield shown, now, views.thread_view(now), ""

    def show_linked(text: str, asked: Any, *picked: Any) -> Iterator[tuple[Any, ...]]:
        """The same, and nothing for an address that asks nothing."""
        if (text or "").strip():
            yield from show_answer(text, asked, *picked)
        else:
            yield "", [], "", ""

    def show_hint(shown: str, asked: Any, *picked: Any) -> str:
        now = threaded(page.service, asked, None)
        if "yj-refused" not in (shown or "") or not now:
            return ""
        return hint(page.service, now[-1], filters.chosen(*picked))

    def remember(text: str, known: Any) -> tuple[list[str], str]:
        kept = remembered(known, text)
        return kept, views.starters_view(dress.examples(), kept, folded=True)

    def pick(event: gr.EventData) -> str:
        return str(getattr(event, "question", ""))

    def go(asked: Any, event: gr.EventData) -> list[Any]:
        """What an address asks: the question, a new thread, the filters; a chip, the question."""
        text = str(getattr(event, "q", "") or "")
        if getattr(event, "doc", None) is None:
            return [text, asked, *(gr.skip() for _ in within)]
        return [text, [], *filters.restored(event, page.service.newest())]

    def recall(known: Any) -> str:
        return views.starters_view(dress.examples(), remembered(known, None))

    def forget() -> tuple[list[str], str]:
        return [], views.starters_view(dress.examples())

    # The annotations above are strings, and `gr` is no global of this module: resolve them here.
    pick.__annotations__["event"] = gr.EventData
    go.__annotations__["event"] = gr.EventData
    quiet = {**PRIVATE, "show_progress": "hidden"}
    inputs = [question, thread, *within]
    shown = [result, thread, threads, hints]
    asked = [
        gr.on([question.submit, button.click], show_answer, inputs, shown, **quiet),
        starters.pick(pick, None, question, **quiet).then(show_answer, inputs, shown, **quiet),
    ]
    linked = threads.go(go, thread, inputs, **quiet).then(show_linked, inputs, shown, **quiet)
    linked.then(show_hint, [result, thread, *within], hints, **quiet)
    for event in asked:
        event.then(remember, [question, history], [history, starters], **quiet).then(
            show_hint, [result, thread, *within], hints, **quiet
        )
    threads.clear(lambda: ([], "", "", ""), None, [thread, threads, result, hints], **quiet)
    starters.forget(forget, None, [history, starters], **quiet)
    page.blocks.load(recall, history, starters, **quiet)
