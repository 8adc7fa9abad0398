"""带走: the tray of excerpts, and the files of answers; everything is quoted again when taken."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from web import page as dress
from web import taking
from web.shell import BARE, Holder, Options, Page, sentence
from web.views import message_view
from youju import takeaway
from youju.errors import InputError, YoujuError
from youju.feedback import VERDICTS, Feedback
from youju.sources import finder

Told = dict[str, str]
_LONGEST = 2000  # characters of the words that should have been quoted


def answer_file(service: Holder, given: Any, options: Options | None = None) -> Told:
    """{"name", "data" (base64)} of the answers to what was asked, or {"message": HTML}.

    What was asked is one question or those of a thread. With "pages" a Word document shows the
    pages of the files that are found in `options`.
    """

    def make(known: dict[str, Any]) -> Told:
        kind = _kind(known.get("kind"), takeaway.ANSWER_KINDS)
        thread = taking.thread(known.get("asked"))
        search = service.newest()
        found = [service.recent.answer(search, *one) for one in thread]
        source = finder(options.folders()) if options and known.get("pages") is True else None
        made = takeaway.answers_file(kind, found, search.document, source)
        return _file(takeaway.file_name(thread[0][0], kind), made)

    return _told(given, make)


def memo_file(service: Holder, given: Any) -> Told:
    """The same of chosen citations."""

    def make(known: dict[str, Any]) -> Told:
        kind = _kind(known.get("kind"), takeaway.MEMO_KINDS)
        chosen = taking.excerpts(known.get("items"), service.newest())
        return _file(f"摘录表.{kind}", takeaway.memo_file(kind, chosen))

    return _told(given, make)


def judgement(service: Holder, feedback: Feedback | None, given: Any) -> Told:
    """Keep what a user says of an answer; {"message": HTML}."""

    def make(known: dict[str, Any]) -> Told:
        if feedback is None:
            raise InputError("本站不收集反馈。")
        verdict, words = known.get("verdict"), known.get("gold")
        if verdict not in VERDICTS:
            raise InputError(f"没有这种评价，可用的是 {'、'.join(VERDICTS)}。")
        question, within = taking.asked(known.get("asked"))
        search = service.newest()
        found = service.recent.answer(search, question, within)
        if not isinstance(words, str) or not words.strip():
            feedback.judge(search, found, within, verdict)
            return {"message": taking.judged_view(verdict)}
        stands = search.verify(words.strip()[:_LONGEST])
        if not stands.places or stands.verdict == "different":
            return {"message": taking.gold_view(None)}
        place = stands.places[0]
        feedback.judge(search, found, within, verdict, [(place.source, place.text)])
        return {"message": taking.gold_view(place.title)}

    return _told(given, make)


def tab(page: Page) -> None:
    """The tray, in every tab; what is clicked elsewhere reaches it through the browser."""
    import gradio as gr

    def take(given: Any) -> Told:
        return answer_file(page.service, given, page.options)

    def memo(given: Any) -> Told:
        return memo_file(page.service, given)

    def judge(given: Any) -> Told:
        return judgement(page.service, page.options.feedback, given)

    gr.HTML(
        taking.tray_view(),
        js_on_load=dress.script("taking"),
        server_functions=[take, memo, judge],
        elem_id="yj-tray",
        **BARE,
    )


def _kind(value: Any, kinds: tuple[str, ...]) -> str:
    if value not in kinds:
        raise InputError(f"没有这种文件，可用的是 {'、'.join(kinds)}。")
    return str(value)


def _file(name: str, data: bytes) -> Told:
    return {"name": name, "data": base64.b64encode(data).decode("ascii")}


def _told(given: Any, make: Callable[[dict[str, Any]], Told]) -> Told:
    try:
        return make(given if isinstance(given, dict) else {})
    except YoujuError as error:
        return {"message": message_view(sentence(error))}
