"""Target questions answered from facts: which indicator, which place, which year, how much.

Only what is surely meant is told, with the sentence of each fact as its quotation; where no fact
is, None hands the question on to the clauses. A year for which there is no value is never answered
with another: the nearest is offered instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qa.asked import scope
from qa.asked.units import asked_unit, counts
from qa.facts import verdict, wording
from qa.facts.aliases import Aliases
from qa.facts.likeness import bare, matches
from qa.facts.subject import several, wordings
from qa.facts.table import compared, indicator_text
from qa.proof.cite import proven
from qa.proof.compose import Line, Outcome, Refusal
from text.dates import years as years_in
from text.normalize import fold
from youju.records import (
    Compared,
    ComparedPlace,
    DocFacts,
    Fact,
    Filters,
    Hit,
    PolicyDoc,
    Question,
    Retriever,
)

SURE = 0.75  # confidence from which a fact is taken to answer
_EXACT = 0.95  # confidence of a name that is told in full
_WHOLE = 4  # characters of asked words that mean every indicator whose name ends so
_CLOSE = 0.1  # how much less sure another indicator may be that is told too
_SLIGHT = 0.03  # the same beside an exact name
_LIKE = 0.45  # confidence below which a fact is not of the asked matter
_READ = 40  # documents read through for an answer
_LINES = 8  # lines of one answer
_NAMED = 3  # years, and offers, named in a refusal


@dataclass(frozen=True, slots=True)
class _Meant:
    """The indicators that one wording surely means, with what the documents set for them."""

    groups: tuple[Compared, ...] = ()

    @property
    def confidence(self) -> float:
        return max((group.confidence for group in self.groups), default=0.0)

    @property
    def spoken(self) -> bool:
        return any(place.found for group in self.groups for place in group.places)


def told(
    question: Question,
    retriever: Retriever,
    hits: Sequence[Hit],
    filters: Filters | None,
    aliases: Aliases,
) -> Outcome | Refusal | None:
    """The values of the asked indicators; a refusal that offers the nearest; None if not sure."""
    if question.kind not in ("target", "open") or not question.terms:
        return None
    docs = _documents(question, retriever, hits, filters)
    meant = _meant(question, docs, retriever, aliases)
    if question.kind == "open":
        meant = [one for one in meant if one.spoken and one.confidence >= _EXACT]
    groups = _distinct(group for one in meant for group in one.groups)
    lines = _lines(question, groups, retriever)
    if lines is None:
        return None
    if not lines:
        return _near_miss(question, groups, retriever)
    more = len(lines) - _LINES
    closing = f"另有{more}条同类目标没有列出，请写明地区或年份。" if more > 0 else ""
    several_documents = len({line.doc.id for line in lines}) > 1
    return Outcome(tuple(lines[:_LINES]), led=several_documents, closing=closing)


def answers_year(
    result: Outcome | Refusal, question: Question, retriever: Retriever, aliases: Aliases
) -> bool:
    """True when every line quotes a sentence that names an asked year and is of the matter: the
    facts in it, where there are any, are like what is asked for.
    """
    if not isinstance(result, Outcome):
        return False
    text = indicator_text(question)
    return all(
        any(_names(span.of(line.doc.text), question.years) for span in line.spans)
        and _on_topic(text, line, question.years, retriever, aliases, _LIKE)
        for line in result.lines
    )


def _names(quote: str, asked: Sequence[int]) -> bool:
    spans = [(found.first, found.last) for found in years_in(fold(quote))]
    return any(first <= year <= last for first, last in spans for year in asked)


def _on_topic(
    text: str,
    line: Line,
    years: Sequence[int],
    retriever: Retriever,
    aliases: Aliases,
    limit: float,
) -> bool:
    quoted = [fact for fact in line.doc.facts if any(s.covers(fact.span) for s in line.spans)]
    if not quoted:
        return True
    likeness = {
        m.fact.span: m.confidence
        for m in matches(text, [DocFacts.of(line.doc)], retriever, aliases)[0]
    }
    return any(
        verdict.holds_for(fact, years) and likeness.get(fact.span, 0.0) >= limit for fact in quoted
    )


def _documents(
    question: Question, retriever: Retriever, hits: Sequence[Hit], filters: Filters | None
) -> list[PolicyDoc]:
    """The asked documents, else all, else those of the best hits; never any beyond the filters."""
    ids = scope.asked_or_all(question, retriever.names())
    if filters is None and len(ids) <= _READ:
        return [retriever.document(i) for i in ids]
    found = dict.fromkeys(hit.passage.doc_id for hit in hits)
    return [retriever.document(i) for i in found if i in ids]


# --- what is meant -------------------------------------------------------------------------------


def _meant(
    question: Question, docs: Sequence[PolicyDoc], retriever: Retriever, aliases: Aliases
) -> list[_Meant]:
    """One for the whole question, or one for each indicator that it surely lists; [] if unsure."""

    def best(names: Iterable[str]) -> _Meant:
        found = _Meant()
        for name in names:
            one = _Meant(_sure(question, name, docs, retriever, aliases))
            if one.confidence > found.confidence:
                found = one
            if found.confidence >= _EXACT:
                break
        return found

    whole = best(wordings(indicator_text(question)))
    if whole.confidence < _EXACT:
        parts = [best(names) for names in several(question)]
        if parts and all(part.groups for part in parts) and _apart(parts):
            return parts
    return [whole] if whole.groups else []


def _apart(parts: Sequence[_Meant]) -> bool:
    """No two of the asked indicators lead to the same one."""
    firsts = [part.groups[0].indicator for part in parts]
    return len(set(firsts)) == len(firsts)


def _sure(
    question: Question,
    name: str,
    docs: Sequence[PolicyDoc],
    retriever: Retriever,
    aliases: Aliases,
) -> tuple[Compared, ...]:
    """The groups that a name surely means, the surest first, in the unit that is asked for."""
    held = [DocFacts.of(doc) for doc in docs]
    table = compared(name, held, question.years, retriever, aliases)
    fitting = [group for group in table.indicators if _in_unit(question, group)]
    best = max((group.confidence for group in fitting), default=0.0)
    limit = best - (_SLIGHT if best >= _EXACT else _CLOSE)
    text = bare(name, None, aliases)
    sure = [
        group
        for group in fitting
        if group.confidence >= limit and (group.confidence >= SURE or _held(text, group, aliases))
    ]
    return tuple(sorted(sure, key=lambda group: -group.confidence))


def _held(asked: str, group: Compared, aliases: Aliases) -> bool:
    """True when an indicator's name ends with the asked words: 500亿元级核心品牌企业."""
    if len(asked) < _WHOLE:
        return False
    facts = [m.fact for place in group.places for m in (*place.found, place.near) if m is not None]
    return any(bare(fact.indicator, fact.region, aliases).endswith(asked) for fact in facts)


def _in_unit(question: Question, group: Compared) -> bool:
    """False when all values are in another unit than the one that the question names."""
    unit = asked_unit(question.normal)
    if unit == "%" and "分之" not in question.normal:  # told by 率 alone: 0.48起/万台 is a rate too
        return True
    said = [m.fact for place in group.places for m in (*place.found, place.near) if m is not None]
    return not unit or any(_fits(fact, unit) for fact in said)


def _fits(fact: Fact, unit: str) -> bool:
    if fact.unit in ("", unit) or (counts(unit) and counts(fact.unit)):
        return True
    return unit == "元" and fact.unit.endswith("元")


def _distinct(groups: Iterable[Compared]) -> list[Compared]:
    return list(dict.fromkeys(groups))


# --- what is said --------------------------------------------------------------------------------


def _lines(
    question: Question, groups: Sequence[Compared], retriever: Retriever
) -> list[Line] | None:
    """One line per place and indicator, the places together; None when one is not proven."""
    if not groups:
        return None
    spoken = [place for group in groups for place in group.places if place.found]
    order = {place.doc_id: i for i, place in reversed([*enumerate(spoken)])}
    lines = []
    for place in sorted(spoken, key=lambda place: order[place.doc_id]):
        facts = [m.fact for m in place.found]
        doc = retriever.document(place.doc_id)
        text = wording.told(doc, facts, dated=bool(question.years))
        spans = tuple(dict.fromkeys(fact.sentence for fact in facts))
        line = Line(doc, text, spans, facts[0].path, wording.known(facts))
        if not _proven(line):
            return None
        lines.append(line)
    return lines


def _proven(line: Line) -> bool:
    return proven(line.text, (span.of(line.doc.text) for span in line.spans), line.known)


def _near_miss(
    question: Question, groups: Sequence[Compared], retriever: Retriever
) -> Refusal | None:
    """No value for the asked years, but for others: the nearest, quoted."""
    places = [place for group in groups[:1] for place in group.places]
    offers = [_offer(place, len(places) > 1, retriever) for place in places if _near(place)]
    offers = [line for line in offers if _proven(line)]
    if not offers or not question.years:
        return None
    if any(_names(line.spans[0].of(line.doc.text), question.years) for line in offers):
        return None  # the sentence goes on to the asked year; nothing may be denied
    asked = "、".join(f"{year}年" for year in question.years[:_NAMED])
    return Refusal(f"没有{asked}的数值；最近的是", tuple(offers[:_NAMED]))


def _near(place: ComparedPlace) -> bool:
    return place.near is not None and place.near.confidence >= SURE


def _offer(place: ComparedPlace, led: bool, retriever: Retriever) -> Line:
    assert place.near is not None, "only what is near is offered"
    fact = place.near.fact
    doc = retriever.document(place.doc_id)
    text = f"{place.name if led else ''}{wording.offered(doc, fact)}"
    return Line(doc, text, (fact.sentence,), fact.path, f"{wording.known([fact])} {place.name}")
