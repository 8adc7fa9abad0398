"""Which documents a question is about: those it names, those of its places, or all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qa.asked.names import likest
from text.places import same_place
from youju.records import DocName, Filters, Hit, PolicyDoc, Question, Retriever

DEPTH = 30  # passages among which an answer is looked for
FEW = 8  # documents that may be answered from one by one
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
