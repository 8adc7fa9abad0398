"""One question, one decision: what answers it, how surely, or why nothing does.

The document's own header, an article or row by its number, table cells, facts and the clauses that
were read are candidates. The first four speak only where they are surely meant; the reader is asked
of what they would quote, and a clause that it holds for much likelier goes first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from qa import header, versions
from qa.asked import scope
from qa.asked.absent import absent
from qa.asked.aspects import unread, wanted
from qa.asked.kinds import matter_kind
from qa.asked.parts import parts
from qa.asked.places import speaks_for
from qa.asked.question import terms
from qa.asked.weights import Asked
from qa.clauses import articles, confidence, duties, lists, rows
from qa.clauses.quoting import quoted, readable
from qa.clauses.reading import Read, read
from qa.clauses.side_by_side import compare
from qa.facts import side_by_side, targets
from qa.facts.aliases import Aliases
from qa.proof.compose import Line, Outcome, Refusal
from qa.proof.trim import unlabelled
from text.normalize import fold
from youju.records import Filters, Hit, PolicyDoc, Question, Reader, Retriever, Unit

_SUBJECT_MAX = 30  # characters of the question that a refusal repeats
_NAMED = 3  # documents named in a refusal
_OUTLINED = 3  # hits whose documents may hold the heading that is asked for
_EACH = 8  # places of the library that are asked one by one where 各地 are asked for
_LACKING = "（文库里没有{}；以上出自别的文件。）"
_OTHERS = 0.75  # at most, for what another document says than the one that is named
# Where the model heard that something is asked of a document, in log odds of the reader: by how
# much a clause must be likelier to go first, how likely what is stated must be (right ones: .01).
_MUCH = 2.0
_MEANT = -4.8
_KNOWN = 0.9  # confidence of what is read off a header, a label, a cell or a fact


@dataclass(frozen=True, slots=True)
class Decision:
    """What to say, how surely (0–1), and what was read, best first.

    `weighed` is true where the confidence of what was read decided.
    """

    outcome: Outcome | Refusal
    confidence: float
    reads: tuple[Read, ...] = ()
    weighed: bool = False


def route(
    question: Question,
    retriever: Retriever,
    reader: Reader,
    hits: Sequence[Hit],
    filters: Filters | None,
    aliases: Aliases,
) -> Decision:
    """The lines that answer, or why there are none; what is named and not there is told."""
    decision = _decided(question, retriever, reader, hits, filters, aliases)
    lacking = absent(question.text, retriever.names())
    if not lacking:
        return decision
    named = "、".join(f"《{name}》" for name in lacking[:_NAMED])
    outcome = decision.outcome
    if isinstance(outcome, Outcome):
        told: Outcome | Refusal = replace(
            outcome, closing=f"{outcome.closing}{_LACKING.format(named)}"
        )
    else:
        told = replace(outcome, reason=f"文库里没有{named}；{outcome.reason}")
    # another document than the named one may answer, but never for certain
    sure = min(decision.confidence, _OTHERS)
    return replace(decision, outcome=told, confidence=sure)


def _decided(
    question: Question,
    retriever: Retriever,
    reader: Reader,
    hits: Sequence[Hit],
    filters: Filters | None,
    aliases: Aliases,
) -> Decision:
    question = versions.narrowed(question, retriever)
    hits = versions.meant_hits(question, hits, retriever)
    inside = _inside(question, retriever, hits, filters)
    reads = tuple(read(question, inside, retriever, reader))
    stated = _stated(question, retriever, reader, hits, filters)
    if stated is not None:
        of_header = _of_header(question, stated, reads, retriever, reader)
        if of_header is not None:
            return of_header
    if question.kind == "metadata":
        asks = matter_kind(question.normal, question.normal, question.regions)
        question = replace(question, kind="list" if asks == "list" else "open", wanted=())
    known = _structured(question, retriever, reader, inside, filters, aliases)
    if isinstance(known, Outcome) and _of_asked_place(question, known):
        return Decision(known, _KNOWN, reads)
    known = None if isinstance(known, Outcome) else known
    sure = confidence.confidence(question, reads, retriever)
    one = versions.edition(question, retriever, hits, filters) if sure < confidence.REFUSE else None
    if one is not None:
        question = versions.of_one(question, one)
        reads = tuple(read(question, _inside(question, retriever, (), filters), retriever, reader))
        sure = confidence.confidence(question, reads, retriever)
    if sure < confidence.REFUSE:
        return Decision(known or Refusal(_nothing(question, reads)), sure, reads, True)
    apart = [
        reader.read(part, [one.source.unit for one in readable(reads)])
        for part in parts(question.normal)
    ]
    lines = quoted(reads, whole_list=question.kind == "list", parts=apart)
    if not lines:
        return Decision(known or Refusal(_nothing(question, reads)), sure, reads, True)
    several = len({line.doc.id for line in lines}) > 1
    told = Outcome(tuple(lines), several, _elsewhere(question, reads))
    # the figure is known, but not for the asked year: only a clause that names the year may answer
    if known is not None and not targets.answers_year(told, question, retriever, aliases):
        return Decision(known, sure, reads, True)
    return Decision(told, sure, reads, True)


def _of_header(
    question: Question,
    stated: Outcome | Refusal,
    reads: Sequence[Read],
    retriever: Retriever,
    reader: Reader,
) -> Decision | None:
    """What is stated of a document; None where what was heard rather asks of something else."""
    doubted = wanted(question.normal, learned=True).learned
    if doubted and (articles.asked_article(question) or rows.asked_number(question)):
        return None
    if isinstance(stated, Outcome):
        if doubted and _likelier(question, reads, stated, reader):
            return None
        return Decision(stated, _KNOWN, tuple(reads))
    if doubted and confidence.confidence(question, reads, retriever) >= confidence.SURE:
        return None
    return Decision(stated, 0.0, tuple(reads))


def _likelier(question: Question, reads: Sequence[Read], stated: Outcome, reader: Reader) -> bool:
    """True when the reader holds the best clause for much likelier than what is stated, or that
    for no answer."""
    if not reads or not reads[0].judged:
        return False
    best = reads[0]
    doc = stated.lines[0].doc
    places = [
        span for line in stated.lines if line.doc.id == best.source.doc.id for span in line.spans
    ]
    if any(
        span.start < best.source.span.end and best.source.span.start < span.end for span in places
    ):
        return False
    text = " ".join(fold(line.text) for line in stated.lines)
    told = reader.read(question.normal, [Unit(fold(doc.name), text, ((0, len(text)),))])[0]
    likely = confidence.logit(told.answers)
    return likely < _MEANT or confidence.logit(best.reading.answers) > likely + _MUCH


def _stated(
    question: Question,
    retriever: Retriever,
    reader: Reader,
    hits: Sequence[Hit],
    filters: Filters | None,
) -> Outcome | Refusal | None:
    """What a document says of itself, or what its versions say of a matter; None for neither."""
    of_document = header.answer(question, retriever, hits, filters)
    compared = versions.compared(question, retriever, hits, filters)
    if compared and not (isinstance(of_document, Outcome) and _several(of_document)):
        of_matter = versions.of_a_matter(question, compared)
        each = _of_each(question, compared, retriever, reader, filters) if of_matter else None
        changed = each or versions.answer(question, retriever, hits, filters)
        if changed is not None:
            return changed
    if isinstance(of_document, Outcome):
        return _beside(question, of_document, retriever, reader, filters)
    return of_document


def _beside(
    question: Question,
    told: Outcome,
    retriever: Retriever,
    reader: Reader,
    filters: Filters | None,
) -> Outcome:
    """What the document says of itself, and of the matter that another part asks for."""
    if _several(told):
        return told
    doc = told.lines[0].doc
    lines = list(told.lines)
    named = "".join(wanted(question.normal, learned=True).rest[:1])
    for part in unread(question.normal):
        # the name is said once, for all parts
        whole = part if part.startswith(named) else f"{named}{part}"
        asked = replace(question, normal=whole, terms=terms(part), kind="open", years=())
        asked = replace(asked, doc_ids=(doc.id,), wanted=())
        reads = read(asked, _inside(asked, retriever, (), filters), retriever, reader)
        if confidence.confidence(asked, reads, retriever) >= confidence.REFUSE:
            lines += quoted(reads)
    return replace(told, lines=tuple(lines))


def _several(outcome: Outcome) -> bool:
    return len({line.doc.id for line in outcome.lines}) > 1


def _of_each(
    question: Question,
    docs: Sequence[PolicyDoc],
    retriever: Retriever,
    reader: Reader,
    filters: Filters | None,
) -> Outcome | None:
    """What each of several versions says, led by its name; None where fewer than two say it.

    Versions say the same things in like words: where one surely answers, what is like it in the
    others need be half as sure, and what is not like it is of another matter.
    """
    told: list[tuple[PolicyDoc, list[Read], float]] = []
    for doc in docs:
        asked = versions.of_one(question, doc)
        reads = read(asked, _inside(asked, retriever, (), filters), retriever, reader)
        told.append((doc, reads, confidence.confidence(asked, reads, retriever)))
    _, best, surest = max(told, key=lambda one: one[2])
    if surest < confidence.REFUSE:
        return None
    words = ("旧", "新") if len(docs) == 2 else ("",) * len(docs)
    lines: list[Line] = []
    for word, (doc, reads, sure) in zip(words, told, strict=True):
        if sure < confidence.REFUSE / 2 or not versions.alike(_first(best), _first(reads)):
            continue
        called = versions.label(doc, word)
        for line in quoted(reads, whole_list=question.kind == "list"):
            text, known = f"{called}：{line.text}", f"{called} {line.known}"
            lines.append(replace(line, text=text, known=known))
    outcome = Outcome(tuple(lines))
    return outcome if _several(outcome) else None


def _first(reads: Sequence[Read]) -> str:
    return reads[0].source.unit.text


def _inside(
    question: Question, retriever: Retriever, hits: Sequence[Hit], filters: Filters | None
) -> Sequence[Hit]:
    """The hits of the documents that the question names, or all when it names none."""
    if not question.doc_ids:
        return hits
    return scope.hits_within(question, retriever, filters, question.doc_ids) or hits


def _structured(
    question: Question,
    retriever: Retriever,
    reader: Reader,
    hits: Sequence[Hit],
    filters: Filters | None,
    aliases: Aliases,
) -> Outcome | Refusal | None:
    """What labels, facts and tables surely say; None hands the question on to the clauses."""
    names = retriever.names()
    spoken = [r for r in question.regions if len(scope.documents_of((r,), names))]
    if question.kind in ("comparison", "target", "open") and len(spoken) != 1:
        told = side_by_side.compared(question, retriever, filters, aliases)
        if told is not None:
            return told
    if question.kind == "comparison" and len(spoken) >= 2:
        asked = replace(question, regions=tuple(spoken))
        return compare(asked, retriever, reader, filters)
    labelled = _labelled(question, retriever, hits, filters)
    if labelled is not None:
        return labelled
    told_by_facts = targets.told(question, retriever, hits, filters, aliases)
    if told_by_facts is not None:  # a value, or that there is none for the asked year
        return told_by_facts
    if question.kind in ("comparison", "target") and side_by_side.asks_each(question):
        each = replace(question, regions=tuple(retriever.names().regions()))
        if 2 <= len(each.regions) <= _EACH:
            told_by_each = compare(each, retriever, reader, filters)
            if isinstance(told_by_each, Outcome) and len(told_by_each.lines) > 1:
                return told_by_each
    told_by_rows = rows.answer(question, hits, retriever)
    if told_by_rows is not None:
        return told_by_rows
    named = scope.asked_documents(question, names)
    told_by_bodies = duties.tasks(question, hits, retriever, named)
    if told_by_bodies is not None:
        return told_by_bodies
    if question.kind == "list":
        docs = scope.of_hits(hits[:_OUTLINED], retriever)
        outline = lists.outline(Asked.of(question.terms, retriever), docs)
        if outline is not None:
            return Outcome(lists.lines(outline))
    return None


def _of_asked_place(question: Question, outcome: Outcome) -> bool:
    """False when every line is surely of another place than all that are asked for."""
    docs = [line.doc for line in outcome.lines]
    places = [(doc.meta.region.value if doc.meta.region else None, doc.name) for doc in docs]
    return any(speaks_for(question.regions, region, name) for region, name in places)


def _nothing(question: Question, reads: Sequence[Read]) -> str:
    """The sentence for a question that no clause answers."""
    if question.years and reads and not confidence.in_year(question, reads[0]):
        asked = "、".join(f"{year}年" for year in question.years[:3])
        return f"文件中没有找到{asked}的相关内容"
    if question.regions and reads and reads[0].elsewhere:
        return f"文件中没有找到关于{'、'.join(question.regions)}的内容"
    subject = "".join(question.terms)[:_SUBJECT_MAX]
    return f"文件中没有找到关于“{subject}”的内容" if subject else "文件中没有找到相关内容"


def _elsewhere(question: Question, reads: Sequence[Read]) -> str:
    """What is said when the answer is of another place than the asked one."""
    if not question.regions or not reads or not reads[0].elsewhere:
        return ""
    region = reads[0].source.doc.meta.region
    asked = "、".join(question.regions)
    return f"（没有找到{asked}的规定；以上出自{region.value if region else '其他地方'}的文件。）"


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


def _article(docs: Sequence[PolicyDoc], wanted: tuple[int, int]) -> Outcome | Refusal:
    """The article; a refusal when no document has it, or more than one: none is guessed."""
    found = articles.articles(docs, wanted)
    number, sub = wanted
    label = f"第{number}条" + (f"之{sub}" if sub else "")
    if not found:
        return Refusal(f"所问的文件里没有{label}")
    if len(found) > 1:
        names = "、".join(f"《{doc.name}》" for doc, _ in found[:_NAMED])
        return Refusal(f"有{len(found)}份文件都有{label}（{names}等），请写明是哪一份")
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
