"""Records → the parts of the page. Pure functions; the caller finds the documents."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby

from web.address import question
from web.cards import TONES, card_view, hit_view, status_chip, title_html
from web.english import both_told, marked, told
from web.markup import attribute, escape
from web.strings import STRINGS, both, label, named
from web.terms import occurrences
from youju.asking import CHINESE_ONLY, WHICH, certainty
from youju.paper import ANSWER_KINDS
from youju.records import Answer, Citation, Hit, Looser, PolicyDoc

FindDocument = Callable[[str], PolicyDoc]

STEP = 20  # passages that are listed at a time
_OURS = {WHICH: "ask.which", CHINESE_ONLY: "ask.chinese"}
_BADGE = re.compile(r"\[(\d+)\]")
_CERTAIN = {"sure": "ok", "likely": "warn", "none": "none"}  # tone of a chip
_LISTED = 3  # documents that a banner names; more are a count that unfolds
_NEAREST = 3  # clauses shown with a refusal
_BANNERS = (("void", "void"), ("warn", "changed"), ("none", "unknown"))  # tone, key


def head_view() -> str:
    """Name, tagline, and the switch of languages."""
    return (
        f'<h1 lang="zh">有据</h1>'
        f"<p>{both('tagline')}</p>"
        '<button type="button" class="yj-switch" data-language>'
        '<span class="yj-zh" lang="en">English</span><span class="yj-en" lang="zh">中文</span>'
        '</button><div class="yj-aside" role="status" data-say></div>'
        '<div class="yj-toast" role="status" data-told="">'
        f'<span data-for="copied">{both("copy.done")}</span>'
        f'<span data-for="refused">{both("copy.failed")}</span></div>'
    )


def answer_view(
    answer: Answer,
    document: FindDocument,
    address: str = "",
    *,
    tools: str = "",
    in_force: bool = False,
) -> str:
    """The whole result: banner, answer with badges, `tools` and cards; or the refusal.

    `address` is the query that reproduces it; `in_force` says that void documents were left out.
    """
    if answer.refused:
        return refusal_view(answer, document, address, tools=tools, in_force=in_force)
    cards = "".join(card_view(citation, document(citation.doc_id)) for citation in answer.citations)
    return (
        f"{_opening(address)}{_asked_html(answer)}{_banners(answer.citations)}"
        f'<div class="yj-answer">{_blocks(answer)}</div>{tools}{_force_note(in_force)}'
        f'<h2 class="yj-h">{both("answer.evidence", n=len(answer.citations))}'
        f" {_certainty(answer)}{_timing(answer)}</h2>{cards}</section>"
    )


def refusal_view(
    answer: Answer,
    document: FindDocument,
    address: str = "",
    *,
    tools: str = "",
    in_force: bool = False,
) -> str:
    """What was not found, what is near with its quotations, and the nearest clauses to look at."""
    nearest = "".join(hit_view(hit, document(hit.passage.doc_id)) for hit in answer.hits[:_NEAREST])
    listed = f'<h2 class="yj-h">{both("answer.nearest")}</h2>{nearest}' if nearest else ""
    said = answer.text.strip()
    cited = {str(citation.n): citation for citation in answer.citations}
    reason = answer.reason or ""
    why_not = _told(said, cited) if reason not in _OURS else both(_OURS[reason])
    more = reason and not cited and reason not in said
    why = f'<p class="yj-where">{both_told(reason)}</p>' if more else ""
    cards = "".join(card_view(one, document(one.doc_id)) for one in answer.citations)
    return (
        f"{_opening(address)}{_asked_html(answer)}{_banners(answer.citations)}"
        f'<div class="yj-answer yj-refused">'
        f"<strong>{both('answer.refused')}</strong> {_certainty(answer)}<p>{why_not}</p>{why}</div>"
        f"{_force_note(in_force)}{tools}{cards}{listed}</section>"
    )


def search_view(
    hits: Sequence[Hit],
    document: FindDocument,
    terms: Sequence[str],
    also: Sequence[str],
    address: str = "",
    more: str = "",
) -> str:
    """The ranked passages with the terms marked, and what was searched besides.

    `more` is the address of the same search with more of them.
    """
    if not hits:
        shown = f'<div class="yj-answer yj-message">{both("search.none")}'
        if more:
            shown += f" {_go_html(more, both('search.unlimited'))}"
        return f"{_opening(address)}{shown}</div></section>"
    words = "".join(f'<span lang="zh">{escape(term)}</span>' for term in also)
    besides = f'<div class="yj-also">{both("search.also")}{words}</div>' if words else ""
    shown = "".join(
        hit_view(
            hit,
            doc := document(hit.passage.doc_id),
            occurrences(hit.passage.span.of(doc.text), terms, hit.passage.span.start),
            rank,
        )
        for rank, hit in enumerate(hits, 1)
    )
    counted = both("search.count", n=len(hits))
    further = (
        f'<p class="yj-more">{_go_html(more, both("search.more", n=STEP))}</p>' if more else ""
    )
    return f'{_opening(address)}{besides}<h2 class="yj-h">{counted}</h2>{shown}{further}</section>'


def looser_view(looser: Looser, query: str) -> str:
    """What hides an answer, and a button that asks without it."""
    dropped = "".join(
        f'<span class="yj-status yj-warn">{both(f"looser.{name}")}</span> '
        for name in looser.dropped
    )
    return (
        f'<div class="yj-banner yj-on-warn" role="status">{both("filter.hides")}'
        f"{_go_html(query, dropped + marked(looser.text))}</div>"
    )


def limits_view(key: str) -> str:
    """The place of `looser_view` while it is not known, or where there is nothing to offer."""
    return f'<div class="yj-banner yj-on-none">{both(key)}</div>'


def thread_view(asked: Sequence[str]) -> str:
    """The questions of the thread, oldest first, each to ask again, and a button to start anew."""
    if not asked:
        return ""
    chips = "".join(
        f'<button type="button" class="yj-chip" data-again="{attribute(one)}" lang="zh">'
        f"{escape(one)}</button>"
        for one in asked
    )
    files = "".join(
        f'<button type="button" data-take-thread="{kind}">{both(f"take.{kind}")}</button>'
        for kind in ANSWER_KINDS
    )
    taken = (
        f'<div class="yj-taking"><div role="group" {label("take.thread")}>'
        f"<span>{both('take.thread')}</span>{files}</div></div>"
    )
    return (
        f'<nav class="yj-thread" {label("ask.threaded")}><span>{both("ask.thread")}</span>'
        f'<div>{chips}<button type="button" class="yj-open" data-clear>{both("ask.anew")}</button>'
        f"{taken if len(asked) > 1 else ''}</div></nav>"
    )


def _opening(address: str) -> str:
    at = f' data-address="{attribute(address)}"' if address else ""
    return f'<section class="yj-result"{at}>'


def _go_html(query: str, words: str) -> str:
    return f'<button type="button" class="yj-chip" data-go-to="{attribute(query)}">{words}</button>'


def _asked_html(answer: Answer) -> str:
    """What a fragment was completed to, to be edited or undone."""
    if answer.asked is None:
        return ""
    whole, typed = attribute(answer.asked), attribute(question("ask", answer.question))
    return (
        f'<p class="yj-asked"><span>{both("ask.completed")}'
        f'<strong lang="zh">{escape(answer.asked)}</strong></span> '
        f'<button type="button" class="yj-open" data-edit="{whole}">{both("ask.edit")}</button>'
        f'<button type="button" class="yj-open" data-go-to="{typed}">'
        f"{both('ask.typed')}</button></p>"
    )


def _force_note(in_force: bool) -> str:
    return f'<p class="yj-note">{both("filter.force_note")}</p>' if in_force else ""


def _told(said: str, cited: Mapping[str, Citation]) -> str:
    """Why there is no answer."""
    if not said:
        return both("answer.nothing")
    return both_told(said, lambda words: _zh(_badged(words, cited)), STRINGS["answer.said"][1])


def _zh(html: str) -> str:
    """What stays in Chinese, marked as such."""
    return f'<span lang="zh">{html}</span>'


def starters_view(
    examples: Mapping[str, Sequence[str]], history: Sequence[str] = (), *, folded: bool = False
) -> str:
    """Recent and example questions; a click asks. Folded away once there is a result."""
    groups = "".join(
        f'<div class="yj-kind"><span>{named("kind", kind)}</span>{_chips(questions)}</div>'
        for kind, questions in examples.items()
    )
    shut = "" if folded else " open"
    recent = (
        f'<details class="yj-starters"><summary>{both("ask.history")}</summary>'
        f"<div class='yj-kind'>{_chips(history)}"
        f'<button type="button" class="yj-open" data-forget>{both("ask.clear")}</button></div>'
        "</details>"
        if history
        else ""
    )
    return (
        f'<details class="yj-starters"{shut}><summary>{both("ask.examples")}</summary>'
        f'<div class="yj-examples">{groups}</div></details>{recent}'
    )


def stage_view(key: str) -> str:
    """What is being done while the answer is not there yet."""
    return f'<div class="yj-answer yj-stage" role="status">{both(key)}</div>'


def message_view(message: str) -> str:
    """One sentence to the user, e.g. what is wrong with the question."""
    return f'<div class="yj-answer yj-message" role="alert">{both_told(message)}</div>'


def told_view(key: str) -> str:
    """One sentence of our own to the user, in both languages."""
    return f'<div class="yj-answer yj-message" role="alert">{both(key)}</div>'


def _banners(citations: Sequence[Citation]) -> str:
    """Which cited documents are void, limited, or of unknown validity."""
    by_tone: dict[str, dict[tuple[str, str], None]] = {}
    for cited in citations:
        tone = TONES.get(cited.status, "none")
        by_tone.setdefault(tone, {})[(cited.title, cited.status)] = None
    banners = ""
    for tone, key in _BANNERS:
        if tone in by_tone:
            listed = "、".join(
                title_html(title) + (status_chip(status) if tone != "none" else "")
                for title, status in by_tone[tone]
            )
            if len(by_tone[tone]) > _LISTED:
                counted = both("banner.count", n=len(by_tone[tone]))
                listed = f"<details><summary>{counted}</summary>{listed}</details>"
            role = "alert" if tone == "void" else "note"
            banners += (
                f'<div class="yj-banner yj-on-{tone}" role="{role}">'
                f"{both(f'banner.{key}')}{listed}</div>"
            )
    return banners


def _blocks(answer: Answer) -> str:
    """The answer's lines; those of several documents stand in a block per document."""
    cited = {str(citation.n): citation for citation in answer.citations}
    lines = [line for line in answer.text.split("\n") if line.strip()]

    def source(line: str) -> str | None:
        docs = {cited[n].doc_id for n in _BADGE.findall(line) if n in cited}
        return docs.pop() if len(docs) == 1 else None

    grouped = [(doc, list(group)) for doc, group in groupby(lines, source)]
    titles = {citation.doc_id: citation for citation in answer.citations}
    several = len({doc for doc, _ in grouped if doc}) > 1
    blocks = []
    for doc, group in grouped:
        head = _block_head(titles[doc]) if several and doc else ""
        body = "".join(_line_html(line, cited) for line in group)
        blocks.append(f'<div class="yj-block">{head}{body}</div>')
    return "".join(blocks)


def _line_html(line: str, cited: Mapping[str, Citation]) -> str:
    """A line of quoted words, or a sentence of ours without any."""
    if not _BADGE.search(line) and told(line) is not None:
        return f"<p>{both_told(line)}</p>"
    return f'<p lang="zh">{_badged(line, cited)}</p>'


def _block_head(citation: Citation) -> str:
    return f"<header>{title_html(citation.title)}{status_chip(citation.status)}</header>"


def _badged(line: str, cited: Mapping[str, Citation]) -> str:
    def badge(match: re.Match[str]) -> str:
        n = match.group(1)
        if n not in cited:
            return match.group(0)
        return (
            f'<button type="button" class="yj-badge" data-cite="{n}">'
            f'<span class="yj-aside">{both("card.badge")}</span>{n}</button>'
        )

    return _BADGE.sub(badge, escape(line))


def _chips(questions: Iterable[str]) -> str:
    chips = "".join(
        f'<button type="button" class="yj-chip" data-ask="{attribute(question)}" lang="zh">'
        f"{escape(question)}</button>"
        for question in questions
    )
    return f"<div>{chips}</div>"


def _certainty(answer: Answer) -> str:
    """确定, 可能 or 未找到, as a chip."""
    how = certainty(answer)
    return f'<span class="yj-status yj-{_CERTAIN[how]}">{both(f"certainty.{how}")}</span>'


def _timing(answer: Answer) -> str:
    total = sum(answer.timings_ms.values())
    return (
        f'<span class="yj-where">{both("answer.time", ms=f"{total:.0f}")}</span>' if total else ""
    )
