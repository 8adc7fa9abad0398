"""A question about a document itself → the lines that say it, or None when it asks of a matter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from qa.asked import editions, scope
from qa.asked.aspects import COUNT, Wanted, wanted
from qa.asked.names import genres_in
from qa.header import about, card
from qa.header import fields as header
from qa.header.said import MANY, paths, said
from qa.header.which import Candidate, Names, candidates, meant, parts, versions_of_one
from qa.proof.compose import Line, Outcome, Refusal
from text.normalize import fold, squeeze
from youju.records import Filters, Hit, PolicyDoc, Question, Retriever, Span

_NUMBERED = 3  # documents that may bear a number that is asked for without its office and year
_LOOKED = 24  # documents among which versions of one rule are looked for
_LISTED = 12  # documents named in one answer
_NAMED = (
    0.6  # share of the asked name that a title must hold where the question may ask of a matter
)
_LIKELY = 0.4  # the same, hits counted in, where it asks of a document for certain
_LEAD = 0.3  # by which a document named in part must lead
_MOST_STATED = {"repeals": 30}
# where a document has no such field, what its history tells
_INSTEAD = {"issuer": ("passed",), "issued_on": ("passed",), "written_on": ("passed",)}
_OF_KIN = frozenset({"basis"})  # a notice has its ground, and what it issues its own
_LONG = 360
_SEVERAL = re.compile(r"[和与及、]|分别|各")
_Meant = tuple[PolicyDoc, tuple[Span, ...]]
_TOO_MANY = "符合的文件太多，不知道问的是哪一份；请在问题里写明文件的名称、文号或地区"
# What no clause can say where the document itself is silent.
_HEADER_ONLY = frozenset({"status", "period", "title", "source", "page_date"})
_POINTS = re.compile(
    r"名单|清单|目录|指引|简介|手册|解答|问答|年报|公报|批复|通函|基准|预案|答复|函件|文件|政策|法规|规章|这[份个部项]|那[份个部项]|该|《|号文|[\[(](?:19|20)\d{2}[\])]\d+号"
)
_DECREES = re.compile(r"[\u4e00-\u9fff]{2}(?=令)")  # who decrees, by two characters: 务院, 政府
_TITLE_TAIL = re.compile(r"\s{0,8}[\[(][^()\[\]]{0,24}[\])]$|》$")
_NAMES = {
    "decree": "公布文号", "interpreter": "解释", "passed": "通过", "amended": "修改",
    "basis": "依据", "purpose": "目的", "scope": "适用范围", "article_count": "条数",
    "chapter_count": "章数", "reply_to": "来文",
    "repeals": "废止", "source": "来源", "page_date": "网页日期",
    "signer": "签发", "recipients": "主送", "annexes": "附件", "contact": "联系方式",
}  # fmt: skip

_LAST = {"article_count": "最后一条：", "chapter_count": "最后一章："}


def answer(
    question: Question, retriever: Retriever, hits: Sequence[Hit], filters: Filters | None
) -> Outcome | Refusal | None:
    """What the document meant says of itself; None when it is not surely asked for that."""
    asked = wanted(question.normal, learned=True)
    if not asked.aspects or asked.learned:  # a name alone is no wording that asks
        whole = card.told(question, retriever, hits, filters)
        if whole is not None or not asked.aspects:
            return whole
    state = header.asked_state(question)
    if state is not None:
        return _in_state(question, retriever, filters, state)
    meant = _documents(question, asked, retriever, hits, filters)
    if meant is None or isinstance(meant, Refusal):
        return meant
    docs = [doc for doc, _ in meant]
    told = _told(question, asked, meant, retriever)
    lines = list({(line.text, line.spans): line for _, said in told for line in said}.values())
    silent = [name for name in asked.aspects if not any(said for n, said in told if n == name)]
    if not lines:
        known = asked.sure or not set(asked.aspects).isdisjoint(_HEADER_ONLY)
        return Refusal(unknown(asked.aspects, docs)) if known else None
    more = unknown(silent, docs) + "。" if silent and asked.sure and len(docs) == 1 else ""
    return Outcome(tuple(lines), led=len({line.doc.id for line in lines}) > 1, closing=more)


def _told(
    question: Question, asked: Wanted, meant: Sequence[_Meant], retriever: Retriever
) -> list[tuple[str, list[Line]]]:
    """Each aspect with what the documents say of it."""
    told = [
        (name, _of_another(doc, name) or _lines(doc, places, name))
        if about.explains(doc, question.normal)
        else (name, _lines(doc, places, name))
        for doc, places in meant
        for name in asked.aspects
    ]
    if "status" in asked.aspects:
        told += [("status", [_ended(doc, retriever)]) for doc, _ in meant if doc.meta.ended_by]
    return told


def _documents(
    question: Question,
    asked: Wanted,
    retriever: Retriever,
    hits: Sequence[Hit],
    filters: Filters | None,
) -> list[_Meant] | Refusal | None:
    """The documents meant, best first; None when the question may well ask of a matter."""
    names = Names.of(asked.rest, retriever)
    found = candidates(question, names, retriever, hits, filters)
    if not found:
        return None
    if not asked.rest and not question.doc_ids and not question.regions:
        if len(found) > scope.FEW:
            return Refusal(_TOO_MANY) if asked.sure else None
        ids = sorted(c.name.id for c in found)
        return [(doc, (Span(0, len(doc.text)),)) for doc in map(retriever.document, ids)]
    best = found[0]
    named = bool(question.doc_ids)
    bearing = [] if named else _bearing(question, retriever)
    if bearing:
        return [(doc, (Span(0, len(doc.text)),)) for doc in bearing]
    if asked.sure:
        if not named and best.score < _LIKELY:
            return None
    elif not (asked.learned or _points(question, best)) or not (named or _is_named(found)):
        return None
    several = _SEVERAL.search(question.normal) is not None
    docs = _versions(question, found, retriever)
    docs = docs or [retriever.document(name.id) for name in meant(found, names, several)]
    chosen = [unit for doc in docs for unit in parts(doc, names, several)]
    if any(said for _, said in _told(question, asked, chosen, retriever)):
        return chosen
    for copy in _copies(found, docs, retriever):  # one says what another leaves out
        units = parts(copy, names, several)
        if any(said for _, said in _told(question, asked, units, retriever)):
            return units
    return chosen


def _copies(
    found: Sequence[Candidate], docs: Sequence[PolicyDoc], retriever: Retriever
) -> Iterator[PolicyDoc]:
    """Other documents of the same name and day as the one that is meant."""
    for other in found[:_LOOKED] if len(docs) == 1 else ():
        if other.name.id != docs[0].id and versions_of_one(other.name, found[0].name):
            copy = retriever.document(other.name.id)
            if editions.since(copy) == editions.since(docs[0]):
                yield copy


def _bearing(question: Question, retriever: Retriever) -> list[PolicyDoc]:
    """The documents of a number that is asked for without its year: 15号文, 市政府令第63号."""
    counted = COUNT.search(question.normal)
    if counted is None:
        return []
    names = retriever.names()
    ids = names.numbered(int(counted.group("count") or counted.group("behind")))
    if not 0 < len(ids) <= _NUMBERED:
        return []
    organ = _DECREES.search(question.normal)
    found = names.of_ids(ids)
    if organ is not None:
        found = [name for name in found if organ.group() in fold(name.doc_number or "")]
    return [retriever.document(name.id) for name in found]


def _versions(
    question: Question, found: Sequence[Candidate], retriever: Retriever
) -> list[PolicyDoc]:
    """Of the versions of the rule that is likest those that are meant; none where it has one."""
    best = found[0]
    kin = [
        c.name
        for c in found[:_LOOKED]
        if c.name.region == best.name.region and versions_of_one(c.name, best.name)
    ]
    docs = editions.distinct([retriever.document(name.id) for name in kin])
    if len(docs) < 2 or (question.years and not editions.of_years(question, docs)):
        return []
    return editions.asked(question, docs)


def _is_named(found: Sequence[Candidate]) -> bool:
    """True when the first holds most of the name, or a good part of it and no other comes near."""
    best = found[0]
    others = [c for c in found[1:] if not versions_of_one(c.name, best.name)]
    lead = best.score - others[0].score if others else best.score
    return best.share >= _NAMED or (best.share >= _NAMED / 2 and lead >= _LEAD)


def _points(question: Question, best: Candidate) -> bool:
    """True when the question speaks of a document: 这份文件, a 文号, or a kind of text."""
    title = squeeze(fold(f"{best.name.title} {' '.join(best.name.also)}"))
    genres = genres_in(question.normal)
    law = title.endswith("法") or "法\n" in title
    if law and re.search(r"[\u4e00-\u9fff]{2}法(?![律规院人])", question.normal):
        return True
    ends = {
        _TITLE_TAIL.sub("", squeeze(fold(name)))[-2:] for name in (best.name.title, *best.name.also)
    }
    return (
        _POINTS.search(question.normal) is not None
        or any(genre in title for genre in genres)
        or any(end in question.normal for end in ends)
    )


def _lines(doc: PolicyDoc, places: Sequence[Span], aspect: str) -> list[Line]:
    """What the document says of one aspect: its metadata, else sentences of it or of its kin."""
    out = [
        Line(doc, entry.text, (entry.span,), (), entry.text)
        for entry in header.of_field(doc, aspect)
    ]
    # until which day, by the page or counted, says not for how long
    if aspect == "expires_on" and out and not any("年）" in line.text for line in out):
        spans = [span for place in places for span in said(doc, place, aspect)]
        out += [_stated(doc, aspect, span) for span in spans[:1]]
    for name in (aspect, *_INSTEAD.get(aspect, ())):
        if out:
            return out
        for place in places:
            if out and name not in _OF_KIN:
                return out
            out += [
                _stated(doc, name, span)
                for span in said(doc, place, name)[: _MOST_STATED.get(name, MANY)]
            ]
    return out


def _of_another(doc: PolicyDoc, aspect: str) -> list[Line]:
    """What an explanation says of the document that it explains."""
    return [
        Line(doc, " ".join(span.of(doc.text).split()), (span,), paths(doc, span))
        for span in about.told(doc, aspect)
    ]


def _ended(doc: PolicyDoc, retriever: Retriever) -> Line:
    """The sentence of the document that repealed this one."""
    assert doc.meta.ended_by is not None
    by, span = doc.meta.ended_by
    other = retriever.document(by)
    return Line(other, " ".join(span.of(other.text).split()), (span,), paths(other, span))


def _stated(doc: PolicyDoc, aspect: str, span: Span) -> Line:
    text = " ".join(span.of(doc.text).split())
    shown = text if len(text) <= _LONG else text[:_LONG]
    lead = f"{_NAMES[aspect]}：" if aspect in ("page_date", "source") else ""
    lead = _LAST.get(aspect, "" if lead and shown.startswith(lead[:-1]) else lead)
    return Line(doc, f"{lead}{shown}", (span,), paths(doc, span), lead)


def unknown(aspects: Sequence[str], docs: Sequence[PolicyDoc]) -> str:
    """The sentence for what the documents do not state."""
    known = _NAMES | header.NAMES
    asked = "、".join(known.get(name, name) for name in aspects)
    named = "、".join(
        doc.name if doc.name.startswith("《") else f"《{doc.name}》" for doc in docs[:3]
    )
    dated = [doc for doc in docs[:1] if doc.meta.period and "status" in aspects]
    hint = "".join(f"；标题所写的年限是{header.years_of(doc)}年" for doc in dated)
    return f"{named}没有注明{asked}{hint}"


def _in_state(
    question: Question, retriever: Retriever, filters: Filters | None, void: bool
) -> Outcome | Refusal:
    """The documents that are void, or that say that they are in force; the first ones are read."""
    states = ("已失效", "已废止") if void else ("现行有效",)
    asked = scope.asked_or_all(question, retriever.names(), filters)
    found = [i for i in retriever.in_state(states) if i in asked]
    lines: list[Line] = []
    silent = 0
    for doc_id in found:
        doc = retriever.document(doc_id)
        stated = header.status(doc)[:1]
        silent += not stated
        lines += [
            Line(doc, f"{doc.name}：{entry.text}", (entry.span,), (), f"{doc.name} {entry.text}")
            for entry in stated
        ]
        if len(lines) == _LISTED:
            break
    if not lines:
        return Refusal(f"没有一份文件注明{'或'.join(states)}")
    count = len(found) - silent
    more = f"共{count}份，这里列出前{_LISTED}份。" if count > _LISTED else ""
    return Outcome(tuple(lines), closing=more)
