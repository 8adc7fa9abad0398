"""Which documents a question is about: those it names, those of its places, or all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qa.asked.names import likest
from youju.records import DocNames, Filters, Hit, PolicyDoc, Question, Retriever

DEPTH = 30  # passages among which an answer is looked for
FEW = 8  # documents that may be answered from one by one
_BEST = 10  # hits that show which documents, or which names, the question means


def documents_of(regions: Sequence[str], names: DocNames) -> Sequence[str]:
    """Ids of the documents that speak for one of the regions."""
    return names.speaking(regions)


def asked_documents(question: Question, names: DocNames) -> Sequence[str]:
    """Ids of the documents that the question is limited to; empty when it is not limited."""
    of_regions = documents_of(question.regions, names)
    if question.doc_ids and len(of_regions):
        return tuple(i for i in question.doc_ids if i in of_regions) or of_regions
    return question.doc_ids or of_regions


def asked_or_all(
    question: Question, names: DocNames, filters: Filters | None = None
) -> Sequence[str]:
    """Ids of the documents that the question is limited to, else of all; within the filters."""
    ids = asked_documents(question, names)
    ids = ids if len(ids) else names.ids()
    if filters is None or filters.doc_ids is None:
        return ids
    return tuple(i for i in sorted(filters.doc_ids) if i in ids)


def documents(question: Question, retriever: Retriever, filters: Filters | None) -> list[PolicyDoc]:
    """The few documents that the question is about; empty when it leaves too many open.

    Those it names or those of its regions, else all; where they are many, the ones whose titles
    hold its words.
    """
    names = retriever.names()
    ids = asked_or_all(question, names, filters)
    if len(ids) > FEW:
        ids = [name.id for name in likest(question.terms, names, ids)]
    return [retriever.document(i) for i in ids] if len(ids) <= FEW else []


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
        ids = tuple(i for i in base.doc_ids if i in ids)
    return retriever.search(question, DEPTH, replace(base, doc_ids=ids))
