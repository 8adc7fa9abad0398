"""问答: a question, its answer made of quotations, a card per quotation."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor, wait
from contextvars import copy_context
from dataclasses import replace
from typing import Any

from web import address, taking, views
from web import page as dress
from web.shell import BARE, QUIET, Holder, Page, sentence
from web.tabs import filters
from web.taking import LONGEST_THREAD
from youju.asking import LONGEST_QUESTION
from youju.errors import InputError, YoujuError
from youju.feedback import Feedback
from youju.records import Answer, Filters

_SLOW = 0.3  # seconds after which the reader is told what is being done
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
        whole = _whole(found)
        service.recent.keep(search, limits, whole)
        if feedback is not None and found.refused:
            with contextlib.suppress(InputError):  # an answer matters more than a count
                feedback.missed(search, whole)
        judged = taking.judge_view(whole) if feedback is not None else ""
        tools = taking.tools_view(whole, limits, search.document, judged)
        return views.answer_view(found, search.document, query, tools=tools, in_force=in_force)
    except YoujuError as error:
        return views.message_view(sentence(error))


def hint(service: Holder, text: str, within: Filters | None, *, look: bool = True) -> str:
    """Where a question is refused, what to drop of it so that there is an answer.

    Nothing where it has no limits; without `look` only the place where it will be told.
    """
    search = service.newest()
    try:
        limits = filters.within_reason(within)
        if not search.loosens(text, limits):
            return ""
        if not look:
            return views.limits_view("filter.looking")
        looser = search.looser(text, limits)
    except YoujuError:
        return ""
    if looser is None:
        return views.limits_view("filter.neither")
    return views.looser_view(looser, address.question("ask", looser.text, looser.filters))


def threaded(service: Holder, thread: Any, text: str | None) -> list[str]:
    """The thread with this question, completed; what the browser kept is checked."""
    known = [item for item in thread if isinstance(item, str)] if isinstance(thread, list) else []
    known = [item for item in known if len(item) <= LONGEST_QUESTION][-LONGEST_THREAD:]
    try:
        follow = service.newest().followed(text or "", known)
    except YoujuError:
        return known
    if follow.how == "bare" or (known and known[-1] == follow.text):
        return known
    return [*known, follow.text][-LONGEST_THREAD:]


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
    # For whom it is done must be known there too.
    waiting = pool.submit(copy_context().run, work, found.set)
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
    _Tab(page).build()


class _Tab:
    """The components, and what their events do. It keeps nothing of a visitor."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._pool = ThreadPoolExecutor(max_workers=8, thread_name_prefix="ask")

    # --- events ---

    def show_answer(self, text: str, asked: Any, *picked: Any) -> Iterator[tuple[Any, ...]]:
        """The stages while it takes long, then the result with the thread that it belongs to."""
        service, within = self._page.service, filters.chosen(*picked)
        before, now = threaded(service, asked, None), threaded(service, asked, text)

        def work(retrieved: Callable[[], None]) -> str:
            kept = self._page.options.feedback
            return answer(service, text, within, retrieved, feedback=kept, context=before)

        for shown in staged(self._pool, work):
            # What may be offered instead has its place at once, so that nothing jumps.
            room = hint(service, now[-1], within, look=False) if _refused(shown) and now else ""
            yield shown, now, views.thread_view(now), room

    def show_linked(self, text: str, asked: Any, *picked: Any) -> Iterator[tuple[Any, ...]]:
        """The same, and nothing for an address that asks nothing."""
        if (text or "").strip():
            yield from self.show_answer(text, asked, *picked)
        else:
            yield "", [], "", ""

    def show_hint(self, shown: str, asked: Any, *picked: Any) -> str:
        """What to drop of a refused question."""
        now = threaded(self._page.service, asked, None)
        if not _refused(shown) or not now:
            return ""
        return hint(self._page.service, now[-1], filters.chosen(*picked))

    def go(self, asked: Any, event: Any) -> list[Any]:
        """What an address asks: the question, a new thread, the filters; a chip, the question."""
        import gradio as gr

        text = str(getattr(event, "q", "") or "")
        if getattr(event, "doc", None) is None:
            return [text, asked, *(gr.skip() for _ in self.within)]
        return [text, [], *filters.restored(event, self._page.service.newest())]

    # --- layout ---

    def build(self) -> None:
        """Lay the components out and connect their events."""
        self._box()
        self._beneath()
        self._wire()

    def _box(self) -> None:
        import gradio as gr

        say = self._page.say
        with gr.Row(equal_height=True, elem_classes="yj-box"):
            self.question = gr.Textbox(
                label=say("ask.button"), placeholder=say("ask.placeholder"),
                show_label=False, container=False,
                elem_id="yj-question", scale=8, autofocus=True, max_lines=1, max_length=12_000,
            )  # fmt: skip
            self.button = gr.Button(say("ask.button"), elem_id="yj-ask", scale=1, min_width=88)
        self.within = filters.row(self._page, "ask")

    def _beneath(self) -> None:
        import gradio as gr

        # The key is no secret: it only has to be the same after a restart.
        self.history = gr.BrowserState([], storage_key="yj-questions", secret="youju-local")
        self.starters = gr.HTML(
            views.starters_view(dress.examples()),
            js_on_load=dress.script("starters"),
            elem_id="yj-try",
            **BARE,
        )
        # The thread lives in the page: the server is told of it with each question.
        self.thread = gr.JSON([], visible=False)
        go = f"const tab = 'ask';\n{dress.script('go')}"
        self.threads = gr.HTML("", js_on_load=go, elem_id="yj-thread", **BARE)
        self.hints = gr.HTML(elem_id="yj-hint", **BARE)
        self.result = gr.HTML(elem_id="yj-result", **BARE)

    def _wire(self) -> None:
        import gradio as gr

        def pick(event: gr.EventData) -> str:
            return str(getattr(event, "question", ""))

        def go(asked: Any, event: gr.EventData) -> list[Any]:
            return self.go(asked, event)

        # The annotations are strings, and `gr` is no global of this module: resolve them here.
        pick.__annotations__["event"] = gr.EventData
        go.__annotations__["event"] = gr.EventData
        inputs = [self.question, self.thread, *self.within]
        shown = [self.result, self.thread, self.threads, self.hints]
        refused = [self.result, self.thread, *self.within]
        asked = [
            gr.on(
                [self.question.submit, self.button.click], self.show_answer, inputs, shown, **QUIET
            ),
            self.starters.pick(pick, None, self.question, **QUIET).then(
                self.show_answer, inputs, shown, **QUIET
            ),
        ]
        for event in asked:
            event.then(
                _remember, [self.question, self.history], [self.history, self.starters], **QUIET
            ).then(self.show_hint, refused, self.hints, **QUIET)
        linked = self.threads.go(go, self.thread, inputs, **QUIET)
        linked.then(self.show_linked, inputs, shown, **QUIET).then(
            self.show_hint, refused, self.hints, **QUIET
        )
        self.threads.clear(lambda: ("", [], "", ""), None, shown, **QUIET)
        self.starters.forget(_forget, None, [self.history, self.starters], **QUIET)
        self._page.blocks.load(_recall, self.history, self.starters, **QUIET)


def _whole(found: Answer) -> Answer:
    """The answer to the question that a fragment was completed to: it can stand alone."""
    return found if found.asked is None else replace(found, question=found.asked, asked=None)


def _refused(shown: str | None) -> bool:
    return "yj-refused" in (shown or "")


def _remember(text: str, known: Any) -> tuple[list[str], str]:
    kept = remembered(known, text)
    return kept, views.starters_view(dress.examples(), kept, folded=True)


def _recall(known: Any) -> str:
    return views.starters_view(dress.examples(), remembered(known, None))


def _forget() -> tuple[list[str], str]:
    return [], views.starters_view(dress.examples())
