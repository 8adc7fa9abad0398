"""Which documents a question is about: those it names, those of its places, or all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from datatypes import DocName, Filters, Hit, PolicyDoc, Question, Retriever
from text.normalize import fold
from text.places import same_place

DEPTH = 16  # passages looked into for evidence
_BEST = 10  # hits that may show that a place is part of a name


def documents_of(regions: Sequence[str], names: Sequence[DocName]) -> tuple[str, ...]:
    """Ids of the documents that speak for one of the regions."""
    return tuple(
        name.id for name in names if any(same_place(r, name.region or "") for r in regions)
    )


def asked_documents(question: Question, names: Sequence[DocName]) -> tuple[str, ...]:
    """Ids of the documents that the question is limited to; empty when it is not limited."""
    of_regions = documents_of(question.regions, names)
    if question.doc_ids and of_regions:
        return tuple(i for i in question.doc_ids if i in of_regions) or of_regions
    return question.doc_ids or of_regions


def documents(question: Question, retriever: Retriever, filters: Filters | None) -> list[PolicyDoc]:
    """The documents that the question is about: named, of its regions, or all."""
    names = retriever.names()
    ids = asked_documents(question, names) or tuple(name.id for name in names)
    allowed = None if filters is None or filters.doc_ids is None else set(filters.doc_ids)
    return [retriever.document(i) for i in ids if allowed is None or i in allowed]


def hits_within(
    question: Question, retriever: Retriever, filters: Filters | None, ids: Sequence[str]
) -> list[Hit]:
    """The best hits inside some documents only, whatever else the filters say."""
    base = filters or Filters()
    if base.doc_ids is not None:
        ids = [i for i in ids if i in base.doc_ids]
    return retriever.search(question, DEPTH, replace(base, doc_ids=tuple(ids)))


def unknown_regions(
    question: Question, names: Sequence[DocName], hits: Sequence[Hit]
) -> tuple[str, ...]:
    """Places named that no document speaks for.

    南京海关 is a body, not a limit: a place whose next two characters stand with it in a passage
    that was found is part of a name.
    """
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
    return tuple(unknown)
