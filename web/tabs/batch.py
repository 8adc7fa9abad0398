"""批量: a sheet of questions in, the same sheet with answers out; a stop that stops."""

from __future__ import annotations

import hashlib
import tempfile
import traceback
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from web import batch_views as views
from web.shell import BARE, QUIET, Page, sentence
from web.stopping import Stops
from web.tabs import filters
from web.views import message_view
from youju import batch, grids, takeaway
from youju.errors import YoujuError
from youju.settings import Settings

_NAME = "问题与回答"


def tab(page: Page) -> None:
    """Upload, start and stop, the rows, the files."""
    _Tab(page).build()


class _Tab:
    """The components, and what their events do. It keeps nothing of a visitor but a run."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._limits = page.options.uploads or Settings()
        self._stops = Stops()
        self._taken = tempfile.TemporaryDirectory(prefix="youju-batch-")

    def run(self, upload: Any, collected: Any, request: Any) -> Iterator[dict[Any, Any]]:
        """Answer row after row, within the chosen collections; the files are made at the end."""
        import gradio as gr

        if not (isinstance(upload, str) and upload):
            yield {self.progress: views.hint_view("batch.need_file")}
            return
        off = gr.DownloadButton(interactive=False)
        search = self._page.service.newest()
        found: list[batch.Result] = []
        try:
            grid = grids.read(Path(upload), self._limits.eval_mb << 20)
            given = batch.questions(grid, self._limits.eval_questions)
            within = search.filters(collections=filters.named(collected) or ())
        except YoujuError as error:
            yield {self.progress: message_view(sentence(error)), self.result: ""}
            return
        total = len(given.asked)
        with self._stops.running(str(getattr(request, "session_hash", ""))) as stopped:
            yield {
                self.progress: views.progress_view(0, total), self.result: "",
                self.stop: gr.Button(interactive=True), self.xlsx: off, self.csv: off,
            }  # fmt: skip
            ask = partial(search.ask, filters=within)
            for one in batch.results(given.asked, ask, traceback.print_exc):
                found.append(one)
                if stopped.is_set():
                    break
                yield {self.progress: views.progress_view(len(found), total)}
        done = {self.stop: gr.Button(interactive=False)}
        if stopped.is_set() and len(found) < total:
            yield done | {self.progress: views.stopped_view(len(found), total)}
            return
        xlsx, csv = self._files(given.columns, found)
        yield done | {
            self.progress: "", self.result: views.results_view(found),
            self.xlsx: gr.DownloadButton(value=xlsx, interactive=True),
            self.csv: gr.DownloadButton(value=csv, interactive=True),
        }  # fmt: skip

    def halt(self, request: Any) -> None:
        """Ask the run of this page to stop; it says itself when it has."""
        self._stops.stop(str(getattr(request, "session_hash", "")))

    def _files(self, columns: tuple[str, ...], found: list[batch.Result]) -> tuple[str, str]:
        """Both files, one folder per content."""
        csv = batch.csv(columns, found)
        folder = Path(self._taken.name) / hashlib.sha256(csv).hexdigest()[:16]
        folder.mkdir(parents=True, exist_ok=True)
        takeaway.save(folder / f"{_NAME}.csv", csv)
        takeaway.save(folder / f"{_NAME}.xlsx", batch.workbook(columns, found))
        return str(folder / f"{_NAME}.xlsx"), str(folder / f"{_NAME}.csv")

    def _template(self) -> str:
        path = Path(self._taken.name) / "问题模板.xlsx"
        takeaway.save(path, batch.template())
        return str(path)

    def build(self) -> None:
        """Lay the components out and connect their events."""
        import gradio as gr

        say = self._page.say
        gr.HTML(views.hint_view("batch.hint"), **BARE)
        upload = gr.File(
            label=say("batch.file"), file_types=list(grids.SUFFIXES), file_count="single",
            type="filepath", height=120, elem_id="yj-batch-file",
        )  # fmt: skip
        within = filters.alone(self._page, "batch")
        with gr.Row():
            start = gr.Button(say("batch.run"), variant="primary", elem_id="yj-batch-run")
            self.stop = gr.Button(say("batch.stop"), interactive=False, elem_id="yj-batch-stop")
            gr.DownloadButton(
                say("batch.template"), value=self._template(), elem_id="yj-batch-template"
            )
        self.progress = gr.HTML(elem_id="yj-batch-progress", **BARE)
        with gr.Row():
            self.xlsx, self.csv = (
                gr.DownloadButton(
                    say(f"batch.{kind}"), interactive=False, elem_id=f"yj-batch-{kind}"
                )
                for kind in ("xlsx", "csv")
            )
        self.result = gr.HTML(elem_id="yj-batch-result", **BARE)

        def run_batch(upload: Any, collected: Any, request: gr.Request) -> Iterator[dict[Any, Any]]:
            yield from self.run(upload, collected, request)

        def halt_batch(request: gr.Request) -> None:
            self.halt(request)

        # The annotations are strings, and `gr` is no global of this module: resolve them here.
        for event in (run_batch, halt_batch):
            event.__annotations__["request"] = gr.Request
        outcome = [self.progress, self.result, self.stop, self.xlsx, self.csv]
        start.click(
            run_batch, [upload, within], outcome,
            concurrency_id="batch", concurrency_limit=2, **QUIET,
        )  # fmt: skip
        self.stop.click(halt_batch, None, None, **QUIET)
