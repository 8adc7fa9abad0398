"""反馈: what was said of answers and what found nothing, as a list and as a question set."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from web import feedback_views as views
from web.shell import BARE, QUIET, Page, sentence
from web.views import message_view
from youju import takeaway
from youju.errors import QuestionSetError, YoujuError
from youju.feedback import Feedback

_NAME = "反馈题集"


class Panel:
    """The part of the Evaluate tab that shows, exports and clears the feedback of an index."""

    def __init__(self, page: Page, feedback: Feedback) -> None:
        self._page = page
        self._feedback = feedback
        self._taken = tempfile.TemporaryDirectory(prefix="youju-feedback-")

    def question_set(self) -> Path:
        """What can be evaluated as it is. Raises QuestionSetError when nothing can."""
        made = views.jsonl(self._feedback.judgements())
        if not made:
            raise QuestionSetError(
                "还没有可以评测的反馈：请先在问答页评价回答，或导出 Excel 填好标准答案后上传。"
            )
        path = Path(self._taken.name) / f"{_NAME}.jsonl"
        takeaway.save(path, made.encode())
        return path

    def build(self) -> None:
        """Lay the components out and connect their events."""
        import gradio as gr

        say = self._page.say
        with gr.Accordion(say("feedback.title"), open=False, elem_id="yj-feedback"):
            with gr.Row():
                look = gr.Button(say("feedback.refresh"), size="sm", elem_id="yj-feedback-show")
                files = [
                    gr.DownloadButton(
                        say(f"feedback.{kind}"), size="sm", interactive=False,
                        elem_id=f"yj-feedback-{kind}",
                    )
                    for kind in ("jsonl", "xlsx")
                ]  # fmt: skip
                clear = gr.Button(say("feedback.clear"), size="sm", elem_id="yj-feedback-clear")
                sure = gr.Button(
                    say("feedback.sure"), size="sm", visible=False, variant="stop",
                    elem_id="yj-feedback-sure",
                )  # fmt: skip
            shown = gr.HTML(elem_id="yj-feedback-list", **BARE)
        look.click(self._look, None, [shown, *files, sure], **QUIET)
        clear.click(lambda: gr.Button(visible=True), None, sure, **QUIET)
        sure.click(self._clear, None, [shown, *files, sure], **QUIET)

    def _look(self) -> tuple[Any, ...]:
        import gradio as gr

        try:
            judged, missed = self._feedback.judgements(), self._feedback.misses()
            folder = Path(self._taken.name)
            folder.mkdir(parents=True, exist_ok=True)
            lines = views.jsonl(judged)
            takeaway.save(folder / f"{_NAME}.jsonl", lines.encode())
            takeaway.save(folder / f"{_NAME}.xlsx", views.workbook(judged, missed))
        except YoujuError as error:
            off = gr.DownloadButton(interactive=False)
            return message_view(sentence(error)), off, off, gr.Button(visible=False)
        there = {"jsonl": bool(lines), "xlsx": bool(judged or missed)}
        files = (
            gr.DownloadButton(value=str(folder / f"{_NAME}.{kind}"), interactive=there[kind])
            for kind in ("jsonl", "xlsx")
        )
        return (
            views.overview(judged, missed, self._feedback.name), *files, gr.Button(visible=False)
        )  # fmt: skip

    def _clear(self) -> tuple[Any, ...]:
        try:
            self._feedback.clear()
        except YoujuError as error:
            shown = self._look()
            return (message_view(sentence(error)), *shown[1:])
        return self._look()
