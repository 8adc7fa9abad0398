"""Taking answers away: the tools below an answer, and what the browser sends back for them.

The browser never sends text to be written into a file: a question with its filters is asked again,
a citation is quoted again from its document.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from web.citing import bare_title, clauses_at
from web.markup import attribute, escape
from web.strings import both, label
from youju import paper
from youju.errors import InputError
from youju.paper import Source
from youju.records import Answer, Citation, Filters, PolicyDoc, Span
from youju.service import PolicySearch

FindDocument = Callable[[str], PolicyDoc]

MOST = 200  # excerpts at once
LONGEST_THREAD = 8  # questions of a thread that are shown, completed from and taken away
_NAME = 300  # characters of an id or a place
_SEVERAL = 500  # documents, places or years of a filter
_QUESTION = 2000


def tools_view(
    answer: Answer, within: Filters | None, document: FindDocument, more: str = ""
) -> str:
    """Copy, its link, files, print; `more` stands beside them. It stands in what has an address."""
    made = paper.text([paper.paper(answer, document)])
    files = "".join(
        f'<button type="button" data-take="{kind}">{both(f"take.{kind}")}</button>'
        for kind in paper.ANSWER_KINDS
    )
    if any(cited.page is not None for cited in answer.citations):
        files += f'<label><input type="checkbox" data-pages>{both("take.pages")}</label>'
    return (
        f'<h2 class="yj-print">{escape(answer.question)}</h2>'
        f'<div class="yj-taking" data-asked="{attribute(asked_json(answer, within))}">'
        f'<div role="group" {label("take.title")}>'
        f'<button type="button" data-copy="{attribute(made)}">{both("take.copy")}</button>'
        f'<button type="button" data-copy-link="">{both("card.link")}</button>{files}'
        f'<button type="button" data-print>{both("take.print")}</button></div>{more}</div>'
    )


def judge_view(answer: Answer) -> str:
    """What can be said of an answer, or of a refusal."""
    verdicts = ("right", "missing") if answer.refused else ("right", "wrong")
    buttons = "".join(
        f'<button type="button" data-verdict="{name}" aria-pressed="false">'
        f"{both(f'judge.{name}')}</button>"
        for name in verdicts
    )
    return (
        f'<div role="group" {label("judge.group")}><span>{both("judge.title")}</span>'
        f"{buttons}</div>"
    )


def judged_view(verdict: str) -> str:
    """That it is kept; after a bad answer, room for the words that it should have quoted."""
    kept = f"<p>{both('judge.kept')}</p>"
    if verdict == "right":
        return f'<div class="yj-judged-now" role="status">{kept}</div>'
    return (
        f'<div class="yj-judged-now" role="status">{kept}<label>{both("judge.gold")}'
        f'<textarea rows="2" maxlength="{_QUESTION}" lang="zh"></textarea></label>'
        f'<button type="button" data-gold="{attribute(verdict)}">{both("judge.send")}</button>'
        "</div>"
    )


def gold_view(title: str | None) -> str:
    """Where the words stand that should have been quoted, or that they stand nowhere."""
    if title is None:
        return f'<div class="yj-judged-now" role="alert">{both("judge.unknown")}</div>'
    told = both("judge.gold_kept", title=bare_title(title))
    return f'<div class="yj-judged-now" role="status">{told}</div>'


def excerpt_button(doc: PolicyDoc, span: Span) -> str:
    """Puts a quotation among the excerpts, or takes it out again."""
    item = {"doc": doc.id, "start": span.start, "end": span.end, "title": doc.name}
    item["quote"] = span.of(doc.text)
    return (
        f'<button type="button" class="yj-open" aria-pressed="false"'
        f' data-excerpt="{attribute(json.dumps(item, ensure_ascii=True))}">'
        f'<span data-for="out">{both("take.excerpt")}</span>'
        f'<span data-for="in">{both("take.excerpted")}</span></button>'
    )


def tray_view() -> str:
    """The excerpts of this browser, empty; the script fills it."""
    files = "".join(
        f'<button type="button" data-memo="{kind}">{both(f"tray.{kind}")}</button>'
        for kind in paper.MEMO_KINDS
    )
    return (
        '<details class="yj-tray" hidden>'
        f"<summary>{both('tray.title')} <output>0</output></summary><div><ol></ol>"
        f'<div class="yj-taking"><div>{files}<button type="button" data-clear>'
        f"{both('tray.clear')}</button></div></div>"
        f'<p class="yj-where">{both("tray.hint")}</p><div data-told role="status"></div></div>'
        f'<template><li><span lang="zh"></span><button type="button" class="yj-open" data-drop>'
        f"{both('tray.remove')}</button></li></template></details>"
    )


def asked_json(answer: Answer, within: Filters | None) -> str:
    """A question and its filters, as the browser sends them back."""
    narrowed = within or Filters()
    return json.dumps(
        {
            "question": answer.question,
            "docs": narrowed.doc_ids,
            "regions": narrowed.regions,
            "years": narrowed.years,
            "in_force": narrowed.in_force,
            "as_of": narrowed.as_of,
            "collections": narrowed.collections,
        },
        ensure_ascii=True,
    )


def asked(given: Any) -> tuple[str, Filters | None]:
    """The inverse of `asked_json`; InputError for anything else."""
    known = given if isinstance(given, Mapping) else {}
    question, as_of = known.get("question"), known.get("as_of")
    if not isinstance(question, str) or len(question) > _QUESTION:
        raise InputError("没有收到要带走的问题，请重新提问。")
    if not (as_of is None or (isinstance(as_of, str) and len(as_of) == len("2023-06-30"))):
        raise InputError("收到的日期不对，请重新提问。")
    within = Filters(
        doc_ids=_several(known.get("docs"), str),
        regions=_several(known.get("regions"), str),
        years=_several(known.get("years"), int),
        in_force=known.get("in_force") is True,
        as_of=as_of,
        collections=_several(known.get("collections"), str),
    )
    return question, None if within == Filters() else within


def thread(given: Any) -> list[tuple[str, Filters | None]]:
    """One question, or those of a thread, each as `asked` reads it. Raises InputError."""
    several = given if isinstance(given, list) else [given]
    if not 1 <= len(several) <= LONGEST_THREAD:
        raise InputError(
            f"一次带走 1 到 {LONGEST_THREAD} 个问题的回答，收到 {len(several)} 个，请重新提问。"
        )
    return [asked(one) for one in several]


def excerpts(given: Any, search: PolicySearch) -> tuple[Source, ...]:
    """The chosen citations, quoted again; InputError names the first that stands no more."""
    items = given if isinstance(given, Sequence) and not isinstance(given, str) else ()
    if not 1 <= len(items) <= MOST:
        raise InputError(f"摘录应为 1 到 {MOST} 条，收到 {len(items)} 条，请调整后重试。")
    cited = [_excerpt(number, item, search) for number, item in enumerate(items, 1)]
    return paper.sources(cited, search.document)


def _excerpt(number: int, item: Any, search: PolicySearch) -> Citation:
    from qa.proof.cite import citation

    known = item if isinstance(item, Mapping) else {}
    start, end = known.get("start"), known.get("end")
    try:
        doc = search.document(str(known.get("doc"))[:_NAME])
    except KeyError as error:
        raise InputError(f"第 {number} 条摘录的文件已不在索引里，请移除后重试。") from error
    whole = all(isinstance(at, int) and not isinstance(at, bool) for at in (start, end))
    if not whole or not 0 <= start < end <= len(doc.text):  # type: ignore[operator]
        raise InputError(f"第 {number} 条摘录的位置不在《{doc.name}》里，请移除后重试。")
    span = Span(start, end)  # type: ignore[arg-type]
    if known.get("quote") != span.of(doc.text):
        raise InputError(f"第 {number} 条摘录的原文已改变（《{doc.name}》），请移除后重新摘录。")
    clauses = clauses_at(doc, span)
    return citation(number, doc, span, clauses[-1].path if clauses else ())


def _several(value: Any, kind: type) -> Any:
    if not isinstance(value, list):
        return None
    if len(value) > _SEVERAL or not all(
        isinstance(one, kind) and not isinstance(one, bool) and len(str(one)) <= _NAME
        for one in value
    ):
        raise InputError("收到的筛选范围不对，请重新提问。")
    return tuple(value)
