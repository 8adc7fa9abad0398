"""Which documents a question is about: those it names, those of its places, or all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from qa.asked.names import likest
from text.normalize import fold
from text.places import may_be_place, same_place
from text.words import bigrams
from youju.records import DocName, Filters, Hit, PolicyDoc, Question, Retriever

DEPTH = 16  # passages looked into for evidence
FEW = 8  # documents that may be answered from one by one
_OPENING_PLACE = re.compile(
    r"(?:请问|想问)?(?P<place>(?:(?![哪什谁多几怎这那])[\u4e00-\u9fff]){2,4}?(?:自治县|自治州|[市县区旗镇乡]))"
)
_SAME = 1e-4  # rarities this near are the same
_BEST = 10  # hits that show which documents, or which names, the question means


def documents_of(regions: Sequence[str], names: Sequence[DocName]) -> tuple[str, ...]:
    """Ids of the documents that speak for one of the regions."""
    stated = {name.region for name in names if name.region}
    speaking = {place for place in stated if any(same_place(r, place) for r in regions)}
    return tuple(name.id for name in names if name.region in speaking)


def asked_documents(question: Question, names: Sequence[DocName]) -> tuple[str, ...]:
    """Ids of the documents that the question is limited to; empty when it is not limited."""
    of_regions = documents_of(question.regions, names)
    if question.doc_ids and of_regions:
        return tuple(i for i in question.doc_ids if i in of_regions) or of_regions
    return question.doc_ids or of_regions


def documents(
    question: Question, retriever: Retriever, filters: Filters | None, *, every: bool = False
) -> list[PolicyDoc]:
    """The few documents that the question is about; empty when it leaves too many open.

    Those it names or those of its regions, else all; where they are many, the ones whose titles
    hold its words, or with `every` all the same.
    """
    names = retriever.names()
    allowed = None if filters is None or filters.doc_ids is None else set(filters.doc_ids)
    ids = set(asked_documents(question, names) or (name.id for name in names))
    chosen = [n for n in names if n.id in ids and (allowed is None or n.id in allowed)]
    if len(chosen) > FEW and not every:
        chosen = likest(question.terms, chosen)
        chosen = chosen if len(chosen) <= FEW else []
    return [retriever.document(name.id) for name in chosen]


def of_hits(hits: Sequence[Hit], retriever: Retriever) -> list[PolicyDoc]:
    """The documents of the best hits, best first."""
    ids = dict.fromkeys(hit.passage.doc_id for hit in hits[:_BEST])
    return [retriever.document(i) for i in ids]


def hits_within(
    question: Question, retriever: Retriever, filters: Filters | None, ids: Sequence[str]
) -> list[Hit]:
    """The best hits inside some documents only, whatever else the filters say."""
    base = filters or Filters()
    if base.doc_ids is not None:
        ids = [i for i in ids if i in base.doc_ids]
    return retriever.search(question, DEPTH, replace(base, doc_ids=tuple(ids)))


def unknown_regions(
    question: Question, retriever: Retriever, hits: Sequence[Hit]
) -> tuple[str, ...]:
    """Places named that no document speaks for.

    南京海关 is a body, not a limit: a place whose next two characters stand with it in a passage
    that was found is part of a name.
    """
    names = retriever.names()
    unknown = []
    for region in question.regions:
        if documents_of((region,), names):
            continue
        at = question.normal.find(region)
        phrase = question.normal[at : at + len(region) + 2]
        part_of_name = len(phrase) == len(region) + 2 and any(
            phrase in fold(hit.passage.body) for hit in hits[:_BEST]
        )
        if not part_of_name:
            unknown.append(region)
    return tuple(unknown) or _unheard_place(question, retriever)


def _unheard_place(question: Question, retriever: Retriever) -> tuple[str, ...]:
    """The county or city that opens the question, when the collection holds none of its pairs."""
    match = _OPENING_PLACE.match(question.normal)
    if match is None or question.regions:
        return ()
    place = match.group("place")
    if not may_be_place(place):
        return ()
    *rarities, never = retriever.rarity([*bigrams(place), "\0"])
    return (place,) if all(rarity >= never - _SAME for rarity in rarities) else ()
