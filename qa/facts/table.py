"""An indicator, document by document: like facts side by side, and which value is higher.

Facts that a text may mean are put into groups, one per indicator, with at most one indicator of
each document in a group; a document that has none in it is named all the same. Nothing is said to
be higher where units differ, and years and names that differ are told.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from qa.asked import scope
from qa.asked.question import terms
from qa.facts import verdict
from qa.facts.aliases import Aliases, normal
from qa.facts.likeness import Names, bare, matches
from youju.records import (
    Compared,
    ComparedPlace,
    Comparison,
    DocFacts,
    Matched,
    Question,
    Retriever,
)

SURE = 0.62  # confidence from which a fact is taken to be meant
NEAR = 0.42  # and from which it is offered where a document has none that is meant
_MARGIN = 0.25  # how much less sure than the best a fact may be
_CLOSE = 0.1  # of groups as sure as this the one that more documents share comes first
_ALIKE = 0.58  # likeness from which indicators of two documents are the same
_GROUPS = 12
_READ = 40  # documents that are read through for a comparison; of more the index has the facts
_NAMES = 150  # names that are compared with each other
_WORDINGS = 12
# How a question speaks of all places; what is left is the indicator.
_EACH = re.compile(
    r"(?:各(?:个)?(?:省市|省区市|地区?|省份?|市)|(?:哪个|哪些|所有|全部)(?:省份?|市|地方?|地区))的?"
)
_YEAR = re.compile(r"(?:到|在)?(?:19|20)\d\d年?底?")
_SUPERLATIVE = re.compile(r"(?:定得|要求|目标)?(?:更|最|比较)?(?:高|低|多|少|严|大|小)(?=$|[?,。])")


@dataclass(frozen=True, slots=True)
class _Named:
    """The facts of one document under one name."""

    doc: int
    place: int  # of the name among `Names`
    found: tuple[Matched, ...]

    @property
    def confidence(self) -> float:
        return self.found[0].confidence


def compare(
    question: Question, retriever: Retriever, aliases: Aliases, most: int = _READ
) -> Comparison:
    """What the documents of the asked places, or all, set for the indicator that is asked for.

    More than `most` documents are not read: their facts lie in the index by what they measure.
    """
    text = indicator_text(question)
    names = retriever.names()
    ids = scope.asked_documents(question, names)
    ids = ids if len(ids) or question.regions else names.ids()
    if len(ids) <= most:
        docs = [DocFacts.of(retriever.document(i)) for i in ids]
    else:
        docs = [doc for doc in retriever.facts(_wordings(text, aliases)) if doc.id in ids]
    table = compared(text, docs, question.years, retriever, aliases)
    return replace(table, documents=len(ids))


def _wordings(text: str, aliases: Aliases) -> tuple[str, ...]:
    """The asked name, and the same with the other names of what it means."""
    name = bare(text, None, aliases)
    others = [normal(text), name]
    for alias, first in aliases.first.items():
        if first in name and alias != first:
            others.append(name.replace(first, alias))
    return tuple(dict.fromkeys(others))[:_WORDINGS]


def indicator_text(question: Question) -> str:
    """The indicator that a question names, without places, years and asking words."""
    if not _EACH.search(question.normal):
        return "".join(question.terms)
    rest = _SUPERLATIVE.sub("", _YEAR.sub("", _EACH.sub("", question.normal)))
    return "".join(terms(rest))


def compared(
    text: str,
    docs: Sequence[DocFacts],
    years: Sequence[int],
    retriever: Retriever,
    aliases: Aliases,
) -> Comparison:
    """The table of an indicator over documents; no year asked means all years."""
    docs = [*docs]
    found, told = matches(text, docs, retriever, aliases)
    best = found[0].confidence if found else 0.0
    limit = max(SURE, best - _MARGIN)
    sure = [m for m in found if m.confidence >= limit]
    near = _nearest_of_silent(found, sure)
    entries = _by_name(sure, docs, told, aliases)
    clusters = sorted(_aligned(entries, told), key=_widest)[:_GROUPS]
    groups = [_group(members, told, docs, near, years) for members in clusters]
    groups.sort(key=lambda g: (best - g.confidence > _CLOSE, -_spoken(g), -g.confidence))
    return Comparison(text, tuple(years), tuple(groups[:_GROUPS]))


def _spoken(group: Compared) -> int:
    return sum(bool(place.found) for place in group.places)


def _widest(members: Sequence[_Named]) -> tuple[bool, int, float]:
    """Sorts the surest first, of those that are as sure the one that more documents share."""
    best = max(entry.confidence for entry in members)
    return (best < SURE + _CLOSE, -len(members), -best)


def _by_name(
    sure: Sequence[Matched], docs: Sequence[DocFacts], told: Names, aliases: Aliases
) -> list[_Named]:
    """The facts of each document by the name of their indicator; a table may repeat the text."""
    at = {doc.id: i for i, doc in enumerate(docs)}
    by_name: dict[tuple[int, str], list[Matched]] = {}
    for m in sure:
        key = (at[m.fact.doc_id], bare(m.fact.indicator, m.fact.region, aliases))
        by_name.setdefault(key, []).append(m)
    places = {name: i for i, name in enumerate(told.texts)}
    of_doc: dict[int, list[_Named]] = {}
    for (doc, name), facts in by_name.items():
        mine = of_doc.setdefault(doc, [])
        entry = _Named(doc, places[name], tuple(facts))
        twin = next((e for e in mine if _repeats(e, entry, told)), None)
        if twin is None:
            mine.append(entry)
        else:
            mine[mine.index(twin)] = replace(twin, found=twin.found + entry.found)
    return [entry for mine in of_doc.values() for entry in mine]


def _repeats(one: _Named, two: _Named, told: Names) -> bool:
    """True for the same target of one document, worded in two ways."""
    if one.doc != two.doc or told.likeness(one.place, two.place) < _ALIKE:
        return False
    values = {(m.fact.value, m.fact.year) for m in one.found}
    return all((m.fact.value, m.fact.year) in values for m in two.found)


def _aligned(entries: Sequence[_Named], told: Names) -> list[list[_Named]]:
    """Entries of different documents put together, the likest first; one per document.

    Those of one name lie together from the start, so that only names are compared.
    """
    by_name: dict[int, list[_Named]] = {}
    for entry in entries:
        by_name.setdefault(entry.place, []).append(entry)
    surest = sorted(by_name, key=lambda place: (-_best(by_name[place]), place))[:_NAMES]
    groups = [[place] for place in surest]
    pairs = sorted(
        (-told.likeness(a, b), i, j)
        for i, a in enumerate(surest)
        for j, b in enumerate(surest[i + 1 :], start=i + 1)
    )
    group = list(range(len(surest)))
    held = [{entry.doc for entry in by_name[place]} for place in surest]
    for unlike, i, j in pairs:
        if -unlike < _ALIKE:
            break
        one, two = group[i], group[j]
        if one == two or held[one] & held[two]:
            continue
        joint = [*groups[one], *groups[two]]
        # no chain of likenesses may join what is unlike end to end
        if any(told.likeness(a, b) < _ALIKE for a in groups[one] for b in groups[two]):
            continue
        groups[one], groups[two] = joint, []
        held[one] = held[one] | held[two]
        group = [one if g == two else g for g in group]
    return [[entry for place in places for entry in by_name[place]] for places in groups if places]


def _best(members: Sequence[_Named]) -> float:
    return max(entry.confidence for entry in members)


def _group(
    members: Sequence[_Named],
    told: Names,
    docs: Sequence[DocFacts],
    like: Mapping[str, Matched],
    years: Sequence[int],
) -> Compared:
    lead = max(members, key=lambda e: (e.confidence, -e.place))
    of_doc = {entry.doc: entry for entry in members}
    names = verdict.speakers(docs)
    places = []
    for i, doc in enumerate(docs):
        mine = of_doc[i].found if i in of_doc else ()
        asked = tuple(m for m in mine if verdict.holds_for(m.fact, years))
        near = None
        if not asked:
            near = verdict.nearest(mine, years) or like.get(doc.id)
        places.append(ComparedPlace(doc.id, names[doc.id], verdict.once(asked), near))
    each = list(dict.fromkeys(e.place for e in members))
    likeness = min((told.likeness(a, b) for i, a in enumerate(each) for b in each[:i]), default=1.0)
    indicator = " ".join(lead.found[0].fact.indicator.split())
    group = Compared(indicator, round(likeness, 4), tuple(places))
    return replace(group, verdict=verdict.verdict(group))


def _nearest_of_silent(found: Sequence[Matched], sure: Sequence[Matched]) -> dict[str, Matched]:
    """By document that has nothing sure: what is nearest to the asked indicator, if near at all."""
    speaking = {m.fact.doc_id for m in sure}
    near: dict[str, Matched] = {}
    for m in found:  # best first
        if m.confidence >= NEAR and m.fact.doc_id not in speaking:
            near.setdefault(m.fact.doc_id, m)
    return near
