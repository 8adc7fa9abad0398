"""Comparisons answered from facts: places side by side by an indicator.

Only what is sure is said here; None hands the question on to the clauses.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.asked import scope
from qa.asked.kinds import compared_kind
from qa.facts import verdict, wording
from qa.facts.aliases import Aliases
from qa.facts.table import compare
from qa.proof.compose import Line, Outcome
from text.normalize import squeeze
from text.places import same_place
from youju.records import (
    Compared,
    ComparedPlace,
    Comparison,
    Filters,
    Question,
    Retriever,
)

_SURE = 0.75  # confidence from which an answer is made of facts alone
_CLOSE = 0.1  # how much less sure a second indicator may be
_EXACT = 0.95  # confidence of a name that is told in full, and …
_SLIGHT = 0.03  # … how much less sure another may be beside it
_MOST = 3  # indicators in one answer
_SHOWN = 12  # places told one by one; of more the first by value
_MANY = 40  # documents from which on what is only near to the question is not told
_LOWEST = re.compile(r"最(?:低|小|少|短)")
_EACH_PLACE = re.compile(r"各(?:省|市|地)|(?:哪个|哪些|所有)(?:省|市|地)")


def compared(
    question: Question, retriever: Retriever, filters: Filters | None, aliases: Aliases
) -> Outcome | None:
    """The asked places, or all, side by side; None unless every asked place has a value."""
    if filters is not None or compared_kind(question.normal) != "target":
        return None
    each = not question.regions and not question.doc_ids
    if each and not asks_each(question):
        return None
    table = compare(question, retriever, aliases)
    best = table.indicators[0].confidence if table.indicators else 0.0
    sure = [g for g in table.indicators if g.confidence >= max(_SURE, best - _CLOSE)]
    shared = [group for group in sure if sum(bool(place.found) for place in group.places) > 1]
    if not each:
        shared = [g for g in shared if all(_said(g, region) for region in question.regions)]
    if not shared or (not each and _ambiguous(table, shared)):
        return None
    # where no place is named, what only one document sets belongs to the picture too
    shown = (_voices(table, sure) if each else shared)[:_MOST]
    lines = [line for group in shown for line in _lines(group, question, retriever)]
    if table.documents > _MANY:
        return Outcome(tuple(lines), led=True, closing=_over_all(shown, table.documents))
    silent = _silent(shown)
    lines += [_line(place, retriever) for place in silent if place.near is not None]
    missing = [place.name for place in silent if place.near is None]
    return Outcome(tuple(lines), led=True, closing=_closing(shown, missing))


def asks_each(question: Question) -> bool:
    """True when every place of the library is asked for: 各地, 哪个省."""
    named = question.regions or question.doc_ids
    return not named and _EACH_PLACE.search(question.normal) is not None


def _over_all(groups: Sequence[Compared], documents: int) -> str:
    """The verdicts, and over how many documents they hold."""
    said = [_closing(groups, ())]
    for group in groups:
        count = sum(bool(place.found) for place in group.places)
        cut = f"，这里列出前{_SHOWN}份" if count > _SHOWN else ""
        said.append(
            f"共比较{documents}份文件，其中{count}份写明了“{squeeze(group.indicator)}”{cut}。"
        )
    return "\n".join(filter(None, said))


def _voices(table: Comparison, sure: Sequence[Compared]) -> list[Compared]:
    """The surest indicators, then those that let a document speak that sets none of them."""
    chosen = list(sure)
    for group in table.indicators:
        silent = {place.doc_id for place in _silent(chosen)}
        speaks = any(place.found and place.doc_id in silent for place in group.places)
        if group not in chosen and speaks and group.confidence >= _SURE:
            chosen.append(group)
    return chosen


def _said(group: Compared, region: str) -> bool:
    return any(place.found and same_place(region, place.name) for place in group.places)


def _ambiguous(table: Comparison, chosen: Sequence[Compared]) -> bool:
    """True when a place has another indicator that is as likely to be meant."""
    best: dict[str, float] = {}
    for group in chosen:
        for place in group.places:
            for m in place.found:
                best[place.doc_id] = max(best.get(place.doc_id, 0.0), m.confidence)

    def limit(doc_id: str) -> float:
        return best[doc_id] - (_SLIGHT if best[doc_id] >= _EXACT else _CLOSE)

    return any(
        m.confidence > limit(place.doc_id)
        for group in table.indicators
        if group not in chosen
        for place in group.places
        if place.doc_id in best
        for m in place.found
    )


def _lines(group: Compared, question: Question, retriever: Retriever) -> list[Line]:
    def asked(place: ComparedPlace) -> int:
        named = (i for i, r in enumerate(question.regions) if same_place(r, place.name))
        return next(named, len(question.regions))

    spoken = [place for place in group.places if place.found]
    if len(spoken) > _SHOWN:
        low = _LOWEST.search(question.normal) is not None
        spoken.sort(key=lambda place: (_size(place) if low else -_size(place), place.doc_id))
        spoken = spoken[:_SHOWN]
    return [_line(place, retriever) for place in sorted(spoken, key=asked)]


def _size(place: ComparedPlace) -> float:
    """The value by which places are ordered: the last that it has, the low end of a range."""
    value = place.found[-1].fact.value
    return value[0] if isinstance(value, tuple) else value


def _line(place: ComparedPlace, retriever: Retriever) -> Line:
    """A place's values, or the nearest that it has, said to be of another year or indicator."""
    doc = retriever.document(place.doc_id)
    facts = [m.fact for m in place.found or (place.near,) if m is not None]
    dated = [verdict.when(fact) for fact in facts if verdict.period_of(fact) is not None]
    if len(facts) == 1:
        values = wording.value_of(doc, facts[0]) + (f"（{dated[0]}）" if dated else "")
    else:
        values = "、".join(f"{verdict.when(fact)}{wording.value_of(doc, fact)}" for fact in facts)
    lead = "" if place.found else "相近的有"
    text = f"{lead}{squeeze(facts[0].indicator)}{values}"
    spans = tuple(dict.fromkeys(fact.sentence for fact in facts))
    return Line(doc, text, spans, facts[0].path, " ".join(dated))


def _silent(groups: Sequence[Compared]) -> list[ComparedPlace]:
    """The places that set none of the indicators, with the nearest that they do set."""
    speaking = {place.doc_id for group in groups for place in group.places if place.found}
    return [place for place in groups[0].places if place.doc_id not in speaking]


def _closing(groups: Sequence[Compared], missing: Sequence[str]) -> str:
    """The verdicts, and who says nothing of any of the indicators."""
    lead = sum(bool(group.verdict) for group in groups) > 1
    said = [
        f"{squeeze(group.indicator)}：{group.verdict}" if lead else group.verdict
        for group in groups
        if group.verdict
    ]
    if 0 < len(missing) <= scope.FEW:
        said.append(f"{'、'.join(missing)}的文件没有提及。")
    return "\n".join(said)
