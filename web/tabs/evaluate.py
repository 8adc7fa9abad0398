"""评测: run a question set, look at every question, compare two runs, take the files away."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from eval import sheets
from eval.session import Session
from eval.view import RunView, Step
from web import evaluation_views as views
from web.shell import BARE, QUIET, Page, sentence
from web.stopping import Stops
from web.tabs import feedback
from web.views import message_view
from youju import takeaway
from youju.errors import YoujuError
from youju.grids import SUFFIXES

EVERY = ""  # the category that stands for all of them
_EVERY_STEPS = 4  # steps between two looks at the bar


def filling(evaluator: Session) -> Callable[[Page], None]:
    """The tab over the runs of a session."""

    def tab(page: Page) -> None:
        _Tab(page, evaluator).build()

    return tab


def followed(steps: Iterator[Step], stopped: threading.Event | None = None) -> Iterator[Step]:
    """Every few steps, and the last one: the browser needs no more. Stopped, it is the last."""
    for step in steps:
        halted = stopped is not None and stopped.is_set() and step.name is None
        if step.name or step.done % _EVERY_STEPS == 0 or halted:
            yield step
        if halted:
            return


class _Tab:
    """The components, and what their events do. It keeps nothing of a visitor."""

    def __init__(self, page: Page, evaluator: Session) -> None:
        self._page = page
        self._evaluator = evaluator
        self._stops = Stops()
        kept = page.options.feedback
        self._feedback = None if kept is None else feedback.Panel(page, kept)
        self._taken = tempfile.TemporaryDirectory(prefix="youju-eval-")

    # --- events ---

    def run(
        self, where: str, upload: Any, method: str, split: str, request: Any
    ) -> Iterator[dict[Any, Any]]:
        """Ask the set; the bar after every few questions, the result at the end."""
        import gradio as gr

        questions = _path(upload) if where == "upload" else None
        if where == "upload" and questions is None:
            yield {self.progress: views.note_view("eval.need_file")}
            return
        search = self._page.service.newest()
        off = gr.Button(interactive=False)
        try:
            if where == "feedback" and self._feedback is not None:
                questions = self._feedback.question_set()
            steps = self._evaluator.steps(search, questions, str(method), str(split))
            with self._stops.running(_session(request)) as stopped:
                for step in followed(steps, stopped):
                    if step.name is not None:
                        yield {self.stop: off, **self.show(step.name)}
                    elif stopped.is_set():
                        told = views.note_view("eval.stopped", done=step.done, total=step.total)
                        yield {self.stop: off, self.progress: told}
                    else:
                        shown = views.progress_view(step.done, step.total)
                        yield {self.progress: shown, self.stop: gr.Button(interactive=True)}
        except YoujuError as error:
            yield {self.progress: message_view(sentence(error)), self.stop: off}

    def halt(self, request: Any) -> None:
        """Ask the run of this page to stop; it says itself when it has."""
        self._stops.stop(_session(request))

    def show(self, name: str | None) -> dict[Any, Any]:
        """A saved run: figures, plots, questions, files."""
        import gradio as gr

        if not name:
            return {self.progress: ""}
        try:
            run = self._evaluator.view(str(name), self._page.service.newest())
        except YoujuError as error:
            return {self.progress: message_view(sentence(error))}
        names = self._choices()
        say = self._page.say
        categories = [(say("eval.every"), EVERY), *((c.name, c.name) for c in run.categories)]
        return {
            self.progress: "",
            self.summary: views.summary_view(run),
            self.questions: views.questions_view(run, None, True),
            self.category: gr.Dropdown(choices=categories, value=EVERY),
            self.flawed: True,
            self.files: [str(path) for path in self._copies(run)],
            self.saved: gr.Dropdown(choices=names, value=run.name),
            self.first: gr.Dropdown(choices=names),
            self.second: gr.Dropdown(choices=names, value=run.name),
            self.result: gr.Column(visible=True),
        }

    def narrow(self, name: str | None, category: str | None, flawed: bool) -> str:
        """The questions of one category, or those short of full marks."""
        if not name:
            return ""
        try:
            run = self._evaluator.view(str(name), self._page.service.newest())
        except YoujuError as error:
            return message_view(sentence(error))
        return views.questions_view(run, category or None, bool(flawed))

    def compared(self, first: str | None, second: str | None) -> str:
        """B minus A with significance."""
        try:
            rows = self._evaluator.compare(str(first or ""), str(second or ""))
        except YoujuError as error:
            return message_view(sentence(error))
        return views.comparison_view(rows)

    def refresh(self) -> list[Any]:
        """The saved runs, as they are when the page is opened."""
        import gradio as gr

        names = self._choices()
        return [gr.Dropdown(choices=names)] * 3

    def _template(self) -> str:
        path = Path(self._taken.name) / "题集模板.xlsx"
        takeaway.save(path, sheets.template())
        return str(path)

    def _choices(self) -> list[tuple[str, str]]:
        return list(self._evaluator.saved())

    def _copies(self, run: RunView) -> list[Path]:
        """The run's files where the page may serve them from; the data folder itself it may not."""
        folder = Path(self._taken.name) / run.name
        folder.mkdir(parents=True, exist_ok=True)
        return [Path(shutil.copy(path, folder / path.name)) for path in run.files]

    # --- components ---

    def build(self) -> None:
        """Lay the components out and connect their events."""
        self._controls()
        self._outcome()
        self._comparing()
        if self._feedback is not None:
            self._feedback.build()
        self._wire()

    def _controls(self) -> None:
        import gradio as gr

        say = self._page.say
        sets = [(say("eval.builtin"), "builtin"), (say("eval.upload"), "upload")]
        if self._feedback is not None:
            sets.append((say("feedback.set"), "feedback"))
        parts = [(say(f"eval.split.{name}"), name) for name in ("all", "tune", "report")]
        with gr.Row():
            self.where = gr.Radio(
                sets, value="builtin", label=say("eval.set"), elem_id="yj-eval-set"
            )
            self.method = gr.Dropdown(
                list(self._evaluator.methods), value="hybrid", label=say("eval.method"),
                elem_id="yj-eval-method",
            )  # fmt: skip
            self.split = gr.Radio(
                parts, value="all", label=say("eval.split"), elem_id="yj-eval-split"
            )
        self.upload = gr.File(
            label=say("eval.file"), file_types=[".jsonl", ".json", ".txt", *SUFFIXES],
            file_count="single", type="filepath", visible=False, elem_id="yj-eval-file", height=120,
        )  # fmt: skip
        with gr.Row():
            self.start = gr.Button(say("eval.run"), variant="primary", elem_id="yj-eval-run")
            self.stop = gr.Button(say("eval.stop"), interactive=False, elem_id="yj-eval-stop")
            gr.DownloadButton(
                say("eval.template"), value=self._template(), elem_id="yj-eval-template"
            )
        self.progress = gr.HTML(views.note_view("eval.hint"), elem_id="yj-eval-progress", **BARE)
        with gr.Row(equal_height=True):
            self.saved = gr.Dropdown([], label=say("eval.saved"), scale=4, elem_id="yj-eval-saved")
            self.open = gr.Button(say("eval.open"), scale=1, elem_id="yj-eval-open")

    def _outcome(self) -> None:
        import gradio as gr

        say = self._page.say
        with gr.Column(visible=False) as self.result:
            self.summary = gr.HTML(elem_id="yj-eval-summary", **BARE)
            self.files = gr.File(
                label=say("eval.downloads"), file_count="multiple", interactive=False,
                elem_id="yj-eval-files",
            )  # fmt: skip
            with gr.Row():
                self.category = gr.Dropdown(
                    [(say("eval.every"), EVERY)], value=EVERY, label=say("eval.category"),
                    elem_id="yj-eval-category",
                )  # fmt: skip
                self.flawed = gr.Checkbox(True, label=say("eval.flawed"), elem_id="yj-eval-flawed")
            self.questions = gr.HTML(elem_id="yj-eval-questions", **BARE)

    def _comparing(self) -> None:
        import gradio as gr

        say = self._page.say
        with gr.Accordion(say("eval.compare"), open=False, elem_id="yj-eval-compare"):
            with gr.Row():
                self.first = gr.Dropdown([], label=say("eval.first"), elem_id="yj-eval-first")
                self.second = gr.Dropdown([], label=say("eval.second"), elem_id="yj-eval-second")
            self.compare = gr.Button(say("eval.do_compare"), elem_id="yj-eval-do")
            self.difference = gr.HTML(elem_id="yj-eval-difference", **BARE)

    def _wire(self) -> None:
        import gradio as gr

        outcome = [
            self.progress, self.summary, self.questions, self.category, self.flawed, self.files,
            self.saved, self.first, self.second, self.result, self.stop,
        ]  # fmt: skip

        def run_evaluation(
            where: Any, upload: Any, method: Any, split: Any, request: gr.Request
        ) -> Iterator[dict[Any, Any]]:
            yield from self.run(where, upload, method, split, request)

        def halt_evaluation(request: gr.Request) -> None:
            self.halt(request)

        # The annotations are strings, and `gr` is no global of this module: resolve them here.
        for event in (run_evaluation, halt_evaluation):
            event.__annotations__["request"] = gr.Request
        self.start.click(
            run_evaluation, [self.where, self.upload, self.method, self.split], outcome,
            concurrency_id="evaluate", concurrency_limit=1, **QUIET,
        )  # fmt: skip
        self.stop.click(halt_evaluation, None, None, **QUIET)
        self.where.change(
            lambda where: gr.File(visible=where == "upload"), self.where, self.upload, **QUIET
        )
        self.open.click(self.show, self.saved, outcome, **QUIET)
        for control in (self.category, self.flawed):
            control.input(
                self.narrow, [self.saved, self.category, self.flawed], self.questions, **QUIET
            )
        self.compare.click(self.compared, [self.first, self.second], self.difference, **QUIET)
        self._page.blocks.load(self.refresh, None, [self.saved, self.first, self.second], **QUIET)


def _session(request: Any) -> str:
    return str(getattr(request, "session_hash", ""))


def _path(upload: Any) -> Path | None:
    return Path(upload) if isinstance(upload, str) and upload else None
