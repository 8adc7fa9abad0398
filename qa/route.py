"""Routes: which kind of question is answered from what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qa import header
from qa.asked import scope
from qa.clauses import answer, articles, rows
from qa.clauses.side_by_side import compare
from qa.facts import side_by_side, targets
from qa.facts.aliases import Aliases, load
from qa.proof.compose import Line, Outcome, Refusal
from qa.proof.trim import unlabelled
from text.normalize import fold
from youju.records import Filters, Hit, PolicyDoc, Question, Retriever

_ENOUGH = 8  # hits in the asked documents that make a second search needless


def route(
    question: Question,
    retriever: Retriever,
    hits: Sequence[Hit],
    filters: Filters | None,
    aliases: Aliases | None = None,
) -> Outcome | Refusal:
    """The lines that answer, or why there are none."""
    aliases = aliases or load()
    names = retriever.names()
    unknown = scope.unknown_regions(question, retriever, hits)
    if unknown:
        return Refusal(f"文件中没有找到关于{'、'.join(unknown)}的内容")
    known = tuple(r for r in question.regions if scope.documents_of((r,), names))
    question = replace(question, regions=known)
    of_document = header.answer(question, retriever, hits, filters)
    if of_document is not None:
        return of_document
    if question.kind == "metadata":
        question = replace(question, kind="open", wanted=())
    if question.kind in ("comparison", "target", "open") and len(known) != 1:
        told = side_by_side.compared(question, retriever, filters, aliases)
        if told is not None:
            return told
    if question.kind == "comparison" and len(known) >= 2:
        return compare(question, retriever, filters)
    labelled = _labelled(question, retriever, hits, filters)
    if labelled is not None:
        return labelled
    return _figured(question, retriever, hits, filters, aliases)


def _figured(
    question: Question,
    retriever: Retriever,
    hits: Sequence[Hit],
    filters: Filters | None,
    aliases: Aliases,
) -> Outcome | Refusal:
    """From facts where they surely say it, else from clauses, unless those speak of others."""
    told = targets.told(question, retriever, hits, filters, aliases)
    if isinstance(told, Outcome):
        return told
    answered = _from_clauses(question, retriever, hits, filters)
    if told is None:
        fitting = targets.of_the_matter(answered, question, retriever, aliases)
        return answered if fitting else Refusal(answer.nothing(question))
    # the figure is known, but not for the asked year: only a clause that names the year may answer
    fitting = targets.answers_year(answered, question, retriever, aliases)
    return answered if fitting else told


def _from_clauses(
    question: Question, retriever: Retriever, hits: Sequence[Hit], filters: Filters | None
) -> Outcome | Refusal:
    """What the best hits say, those of the asked documents where there are such."""
    ids = scope.asked_documents(question, retriever.names())
    if ids:
        inside = [hit for hit in hits if hit.passage.doc_id in ids]
        enough = len(inside) >= _ENOUGH
        hits = inside if enough else scope.hits_within(question, retriever, filters, ids)
    return answer.from_hits(question, retriever, hits[: scope.DEPTH])


def _labelled(
    question: Question, retriever: Retriever, hits: Sequence[Hit], filters: Filters | None
) -> Outcome | Refusal | None:
    """The article or the table row that is asked for by its number; None when none is."""
    article, number = articles.asked_article(question), rows.asked_number(question)
    if article is None and number is None:
        return None
    docs = scope.documents(question, retriever, filters) or scope.of_hits(hits, retriever)
    if article is not None:
        return _article(docs, article)
    assert number is not None
    return _numbered_row(question, docs, number)


def _article(docs: Sequence[PolicyDoc], wanted: tuple[int, int]) -> Outcome | None:
    """None when no document has such an article, or more than one has."""
    found = articles.articles(docs, wanted)
    if len(found) != 1:
        return None
    doc, clause = found[0]
    span = articles.quoted(doc, clause)
    return Outcome((Line(doc, unlabelled(span.of(doc.text)), (span,), clause.path),))


def _numbered_row(
    question: Question, docs: Sequence[PolicyDoc], number: int
) -> Outcome | Refusal | None:
    """None when no document has a table that the question may mean."""
    tables = rows.tables_asked(question, docs)
    for doc, table in tables:
        row = rows.numbered_row(table, doc, number)
        if row is not None:
            text = rows.describe(doc, table, row, question.years)
            path = next((c.path for c in doc.clauses if c.id == table.clause_id), ())
            known = f"{number} {' '.join(table.header)} {rows.note_of(table, doc)}"
            return Outcome((Line(doc, text, (row.span,), path, known),))
    if tables:
        doc, table = tables[0]
        caption = fold(table.caption.of(doc.text)).strip() if table.caption else "表格"
        return Refusal(f"“{caption}”共{len(table.rows)}行，没有第{number}行")
    return None
