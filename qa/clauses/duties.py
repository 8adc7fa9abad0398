"""Who does what, and what a body has to do: answers from the bodies that sentences name.

`who` answers only where the asked verb stands with a body in a sentence of the matter; `tasks`
lists every clause of the asked documents, or of the best hits, that names the body.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa.clauses.cells import Words
from qa.proof.compose import Line, Outcome
from qa.proof.trim import unlabelled
from text.duties import Duty, body_in, duties, same_body
from text.normalize import fold
from text.owners import bodies, brackets
from text.sentences import commas, sentences
from youju.records import Clause, Hit, PolicyDoc, Question, Retriever, Span

_WHO = re.compile(
    r"(?<![向找给问])(?:由|归|该|应由|靠)?(?:谁|(?:哪|什么)[一二两三四几]?(?:个|些|家|级|类)?"
    r"(?:部门|单位|机构|机关|局|委|政府|科室|主体)|哪[个些家](?=$|\?))(?:来|去|一?起)?"
)
_ASKED_VERB = re.compile(r"(?:应当|应|要|可以|能|进行|具体|统一|直接)?(?P<verb>[\u4e00-\u9fff]{2})")
_BEFORE_WHO = re.compile(
    r"(?P<verb>[\u4e00-\u9fff]{2})(?:单位|部门|机构|机关|主体|方)?(?:是|为|由|有)?$"
)
_GENERAL = re.compile(r"负责|牵头|主管|管理?|责任|承担|监管|分管|落实|抓")
_IN_CHARGE = re.compile(r"负责|牵头|主管|责任|承担|管理|监管|组织|实施|落实")
_TASKS = re.compile(
    r"(?:负责|牵头|承担|参与|配合|主管|要做|需要做|应做|有)(?:的|了)?(?:哪些|什么|哪几|啥)(?:任务|工作|职责|事项?|措施|内容|项目)?"
    r"|(?:任务|职责|工作)(?:有哪些|是什么|包括哪些)|(?:哪些|什么)(?:任务|工作|事项?|职责)[^,。]{0,4}(?:由|归|是)"
)
_HITS = 10
_DOCS = 8  # documents that are read through for the tasks of a body
_ENOUGH = 0.5  # share of the question that a sentence and its headings must hold
_LONG = 100  # characters of a sentence that is told whole
_SHORT = 70  # characters of a task
_MOST = 30  # tasks of one answer


@dataclass(frozen=True, slots=True)
class _Said:
    """A sentence that names who does what is asked."""

    share: float
    doc: PolicyDoc
    span: Span
    path: tuple[str, ...]
    told: tuple[int, int]


# --- who -----------------------------------------------------------------------------------------


def who(question: Question, hits: Sequence[Hit], retriever: Retriever) -> Outcome | None:
    """The sentence that says who does it; None unless the asked verb stands with a body."""
    verbs = asked_verbs(question.normal)
    if not verbs:
        return None
    words = Words.of(question, retriever)
    best: _Said | None = None
    for hit in hits[:_HITS]:
        if hit.passage.kind != "clause":
            continue
        for said in _saying(retriever.document(hit.passage.doc_id), hit, verbs, words):
            if best is None or said.share > best.share + 1e-9:
                best = said
    if best is None or best.share < _ENOUGH:
        return None
    start, end = best.told
    span = Span(best.span.start + start, best.span.start + end)
    text = unlabelled(span.of(best.doc.text))
    return Outcome((Line(best.doc, text, (best.span,), best.path),))


def asked_verbs(text: str) -> tuple[str, ...]:
    """The verbs of what is asked who does it: 拨付 of 谁拨付助餐补贴, 解释 of 由谁负责解释."""
    found = _WHO.search(text)
    if found is None:
        return ()
    verbs: list[str] = []
    rest = text[found.end() :]
    after = _ASKED_VERB.match(rest)
    if after is not None:
        verbs.append(after.group("verb"))
        if _GENERAL.match(verbs[0]):
            further = _ASKED_VERB.match(rest[after.end() :])
            verbs += [further.group("verb")] if further else []
    before = _BEFORE_WHO.search(text[: found.start()])
    if before is not None and not verbs:
        verbs.append(before.group("verb"))
    return tuple(verbs)


def _saying(doc: PolicyDoc, hit: Hit, verbs: Sequence[str], words: Words) -> Iterator[_Said]:
    span = hit.passage.span
    text = fold(span.of(doc.text))
    for start, end in sentences(text):
        sentence = text[start:end]
        doing = [duty for duty in duties(sentence) if _does(sentence, duty, verbs)]
        if doing:
            place = Span(span.start + start, span.start + end)
            path = _path(doc, hit, place)
            share = words.share([sentence, fold(doc.name), *(fold(step) for step in path)])
            yield _Said(share, doc, place, path, _told(sentence, doing))


def _path(doc: PolicyDoc, hit: Hit, place: Span) -> tuple[str, ...]:
    """The headings above a place: a passage may hold several clauses."""
    ids = set(hit.passage.clause_ids)
    holding = [c for c in doc.clauses if c.id in ids and c.span.covers(place)]
    deepest = max(holding, key=lambda clause: clause.level, default=None)
    return deepest.path if deepest is not None else hit.passage.path


def _does(sentence: str, duty: Duty, verbs: Sequence[str]) -> bool:
    """True when the body does what is asked; of general verbs (负责) one may stand for another."""
    does = duty.role + sentence[duty.does[0] : duty.does[1]]
    special = [verb for verb in verbs if not _GENERAL.search(verb)]
    if special:
        return any(verb in does for verb in special)
    return _IN_CHARGE.search(does) is not None


def _told(sentence: str, doing: Sequence[Duty]) -> tuple[int, int]:
    """The sentence, or of a long one the parts from the first such body to the last duty."""
    if len(sentence) <= _LONG:
        return 0, len(sentence)
    parts = commas(sentence)
    first = max((a for a, _ in parts if a <= doing[0].body[0]), default=0)
    return first, min(doing[-1].does[1], len(sentence))


# --- what a body has to do -----------------------------------------------------------------------


def tasks(
    question: Question, hits: Sequence[Hit], retriever: Retriever, ids: Sequence[str] = ()
) -> Outcome | None:
    """Every clause that gives the asked body a duty; None when no body's tasks are asked for.

    `ids` are the documents that the question is limited to; of none those of the best hits.
    """
    if not _TASKS.search(question.normal):
        return None
    asked = body_in(question.normal)
    if asked is None:
        return None
    ids = ids or tuple(dict.fromkeys(hit.passage.doc_id for hit in hits[:_HITS]))
    lines = [line for i in ids[:_DOCS] for line in _tasks_of(retriever.document(i), asked)]
    if not lines:
        return None
    cut = f"，这里列出前{_MOST}项" if len(lines) > _MOST else ""
    closing = f"（共{len(lines)}项{cut}）" if len(lines) > 1 else ""
    shown = tuple(lines[:_MOST])
    return Outcome(shown, led=len({line.doc.id for line in shown}) > 1, closing=closing)


def _tasks_of(doc: PolicyDoc, asked: str) -> Iterator[Line]:
    for clause in doc.clauses:
        text = fold(clause.own.of(doc.text))
        if asked[-1] not in text:
            continue
        named = [
            (a, b)
            for a, b in brackets(text)
            if any(same_body(asked, text[c:d]) for c, d in bodies(text, a, b))
        ]
        if named:
            yield _bracketed(doc, clause, text, *named[0])
            continue
        for start, end in sentences(text):
            sentence = text[start:end]
            if asked[-1] in sentence and any(
                same_body(asked, sentence[slice(*duty.body)]) for duty in duties(sentence)
            ):
                span = Span(clause.own.start + start, clause.own.start + end)
                yield Line(doc, _short(doc, span), (span,), clause.path)


def _bracketed(doc: PolicyDoc, clause: Clause, text: str, start: int, end: int) -> Line:
    """What the bracket closes: the clause's first sentence, and the bracket with its bodies."""
    at = clause.own.start
    before = [(a, min(b, start)) for a, b in sentences(text) if a < start]
    who_does = Span(at + start, at + end)
    if not before:
        return Line(doc, unlabelled(who_does.of(doc.text)), (who_does,), clause.path)
    first, last = (Span(at + a, at + b) for a, b in (before[0], before[-1]))
    said = _short(doc, first)
    if last != first:
        said = f"{said}：{_short(doc, last)}"
    inside = " ".join(who_does.of(doc.text).split()).strip("()（）[]〔〕")
    return Line(doc, f"{said}（{inside}）", (Span(first.start, who_does.end),), clause.path)


def _short(doc: PolicyDoc, span: Span) -> str:
    """A task in its own words, a long one up to the last comma that fits."""
    text = fold(span.of(doc.text))
    stops = [end for _, end in commas(text) if end <= _SHORT]
    end = len(text) if len(text) <= _SHORT else max(stops, default=min(len(text), _SHORT))
    return unlabelled(Span(span.start, span.start + end).of(doc.text))
