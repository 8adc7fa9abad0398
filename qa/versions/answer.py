"""Questions over versions of one rule: what changed, from what to what, and which one is meant."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from qa.asked import editions
from qa.asked.editions import distinct, of_years, since, year
from qa.asked.question import terms, year_spans
from qa.asked.scope import hits_within
from qa.proof.compose import Line, Outcome
from qa.versions.changes import Change, Piece, changes
from text.families import families, family
from text.normalize import fold, squeeze
from text.places import same_place
from text.sentences import sentences
from text.words import bigrams
from youju.records import DocName, DocNames, Filters, Hit, PolicyDoc, Question, Retriever, Span

_THING = r"(?:什么|哪些|哪几|哪里|啥|何|多少|几[处点条个])"
_CHANGES = re.compile(
    rf"(?:改|变|调整|修[改订正]|变动)(?:动|化)?[了过]?(?:{_THING}|没有|吗)"
    rf"|(?:增加|删[去除掉]|新增)[了过](?:{_THING}|没有|吗)"
    rf"|{_THING}[^?,。]{{0,6}}?(?:变化|不同|区别|差异|差别|改动|修改|调整|变动|不一样|改了|变了|新增)"
    r"|(?:不同|区别|变化|差别|不一样|改动)(?:在哪|是什么|有哪些|吗|$|\?)"
    rf"|(?:改|调整?|变)(?:整|高|低|动)?(?:为|成|到|至)了?(?:{_THING}|几)"
    # a target is no change: 要降到多少 asks of one version, 新办法降到多少 of two
    rf"|(?:新|修[订改正]|调整)[^?]{{0,24}}?(?:升|降|涨|提高|降低|增加|减少|延长|缩短)(?:为|成|到|至)了?(?:{_THING}|几)"
    rf"|(?:由|从)(?:原[来先]?的?|每[\u4e00-\u9fff])?(?:{_THING}(?![时日天])|几(?![时日天月点号]))[^?]{{0,16}}?(?:改|调|变|升|降|涨|提高|降低|增加|减少|到)"
    r"|(?:新|旧|老|原|前后|两)(?:版|规定?|办法|条例|标准|个版本|方案|细则)?[^?]{0,24}?(?:对比|比较|相比|各是|各为|分别)"
    r"|(?:比|跟|与|和|同)(?:之前|原[来先]|以前|过去|从前|旧|老|上一?版|原|(?:19|20)\d{2}年)[^?]{0,24}?(?:多|少|高|低|不同|一样|变|改|相比|比)"
    r"|(?:以前|原来|过去|之前|旧|老)[^?]{0,24}[,、;][^?]{0,12}(?:现在|现行|如今|目前|新)"
    r"|(?:现在|现行|如今|目前|新)[^?]{0,24}[,、;][^?]{0,12}(?:以前|原来|过去|之前|旧|老)"
    r"|两[版份次部个][^?]{0,24}?(?:各|分别|都|一样)|(?:前后|先后)[^?]{0,12}?(?:各|分别)"
    rf"|(?:涨|跌|降|升|提高|降低|增加|减少|放宽|收紧|延长|缩短|上调|下调|多|少|取消|新增)了(?:{_THING}|几|没有|吗)"
)
# What asks for a difference and says nothing of the matter.
_ASKING = re.compile(
    r"(?:19|20)\d{2}年?(?:版|修订|的)?|[新旧老原]版?的?(?:办法|规定|条例|细则|标准|方案|通知|版本|政策)?|修[订改正]|变化|不同|区别|差异|改动|调整|对比|比较|相比"
    r"|改为|改成|改到|变成|涨到|涨成|提高到|降到|降低到|增加到|减少到|延长到|缩短到|原来|以前|过去|之前|现在|分别|各是"
    r"|什么|哪些|多少|哪里|从|由|把|到|了|的|是|有|吗|和|与|跟|比|两个?|版本|前后|请问|主要|具体|之间|[?,。、《》()\[\]\s]"
)
# What sets versions side by side and says nothing of the matter.
_SIDE_BY_SIDE = re.compile(
    r"(?<= )[和与跟及比、到至](?= )|[两三几各]年|分别|各自?(?=[是为有要多几])|版本?|新旧|前后"
    r"|试行|正式"
    r"|(?:有|发生)?了?(?:什么|哪些)(?:不同|变化|区别|差别)"
)
_LOOKED = 12  # hits among which versions of one rule are told apart
_NEAREST = 64  # documents whose names are compared
_LISTED = 6  # changes that a general answer tells
_QUOTED = 160
_SHARED = 0.2  # of the shorter clause's character pairs that two versions of one have in common
_MATTER = 0.3  # share of what is asked that a clause must hold


def narrowed(question: Question, retriever: Retriever) -> Question:
    """The question limited to the one version that it means, where it names a rule of several."""
    if not question.doc_ids or _CHANGES.search(question.normal):
        return question
    names = retriever.names()
    named = names.of_ids(question.doc_ids)
    titled = [families((name.title,), name.family) for name in named]
    if len(set(titled)) != 1 or not titled[0]:
        return question
    if len(named) == 1:
        if not question.years or of_years(question, [retriever.document(named[0].id)]):
            return question
        named = kin(named[0].id, names, retriever)  # named is one, its year that of another
    docs = distinct([retriever.document(name.id) for name in named])
    if question.years and not of_years(question, docs):
        return question  # the year is one of the matter
    return replace(question, doc_ids=tuple(doc.id for doc in editions.asked(question, docs)))


def meant_hits(question: Question, hits: Sequence[Hit], retriever: Retriever) -> list[Hit]:
    """The hits without those of versions that are not meant: the living one is, or the asked one.

    A year that fits no version limits nothing: it is asked of the matter.
    """
    if question.doc_ids or _CHANGES.search(question.normal):
        return list(hits)
    found = {hit.passage.doc_id for hit in hits[:_LOOKED]}
    names = retriever.names().of_ids(sorted(found))
    groups: dict[tuple[str, str], list[DocName]] = defaultdict(list)
    for name in names:
        for key in name.families:
            groups[key, name.region or ""].append(name)
    dropped: set[str] = set()
    for group in groups.values():
        docs = [retriever.document(name.id) for name in group]
        apart = distinct(docs)
        dated = len(apart) > 1 and all(map(since, apart))
        if dated and (not question.years or of_years(question, apart)):
            meant = {since(doc) for doc in editions.asked(question, apart)}
            dropped |= {doc.id for doc in docs if since(doc) not in meant}
    return [hit for hit in hits if hit.passage.doc_id not in dropped]


def compared(
    question: Question, retriever: Retriever, hits: Sequence[Hit], filters: Filters | None
) -> list[PolicyDoc]:
    """The versions that a question sets side by side, oldest first; none when it asks of one."""
    docs = _versions(question, retriever, hits, filters)
    if len(docs) < 2:
        return []
    several = editions.asked(question, docs)
    if len(several) > 1:
        return several
    return [*_asked_two(question, docs)] if _CHANGES.search(question.normal) else []


def edition(
    question: Question, retriever: Retriever, hits: Sequence[Hit], filters: Filters | None
) -> PolicyDoc | None:
    """The one version that the question asks for by its year, as 旧 or as 试行; else None."""
    docs = _versions(question, retriever, hits, filters)
    if len(docs) < 2 or not (of_years(question, docs) or editions.says_which(question)):
        return None
    chosen = editions.asked(question, docs)
    return chosen[0] if len(chosen) == 1 else None


def of_a_matter(question: Question, docs: Sequence[PolicyDoc]) -> bool:
    """False for 改了什么, which asks of all that differs."""
    return bool(_matter(question, docs))


def alike(one: str, other: str) -> bool:
    """True where two clauses may be versions of one: a part of the shorter's words is shared."""
    a, b = (set(bigrams(squeeze(fold(text)))) for text in (one, other))
    return len(a & b) >= _SHARED * max(1, min(len(a), len(b)))


def of_one(question: Question, doc: PolicyDoc) -> Question:
    """The question as one version alone is asked it: without the years and 新旧, 分别, 变化."""
    left = question.normal
    for start, end, _, _ in reversed(year_spans(left)):
        left = f"{left[:start]} {left[end:]}"
    left = "".join(_SIDE_BY_SIDE.sub("", left).split())
    return replace(question, normal=left, doc_ids=(doc.id,), years=(), terms=terms(left))


def answer(
    question: Question, retriever: Retriever, hits: Sequence[Hit], filters: Filters | None
) -> Outcome | None:
    """What changed between the versions asked for; None where no difference is asked for."""
    if _CHANGES.search(question.normal) is None:
        return None
    docs = _versions(question, retriever, hits, filters)
    if len(docs) < 2:
        return None
    old, new = _asked_two(question, docs)
    found = changes(old, new)
    matter = _matter(question, docs)
    if matter:
        one = _of_matter(question, matter, old, new, found, retriever, filters)
        return None if one is None else Outcome(_lines(one, old, new), closing=_closing(one))
    told = [change for change in found if change.kind != "same"]
    if not told:
        return None
    lines = tuple(line for change in told[:_LISTED] for line in _lines(change, old, new))
    more = f"共有{len(told)}处不同，这里列出前{_LISTED}处。" if len(told) > _LISTED else ""
    return Outcome(lines, closing=more)


def _versions(
    question: Question, retriever: Retriever, hits: Sequence[Hit], filters: Filters | None
) -> list[PolicyDoc]:
    """The versions of the rule that is named, else of the best hit's, oldest first."""
    names = retriever.names()
    allowed = None if filters is None or filters.doc_ids is None else set(filters.doc_ids)
    firsts = [*question.doc_ids, *(hit.passage.doc_id for hit in hits[:3])]
    for first in dict.fromkeys(firsts):
        members = kin(first, names, retriever)
        members = [m for m in members if allowed is None or m.id in allowed]
        if len(members) > 1:
            return distinct([retriever.document(name.id) for name in members])
    return []


def kin(first: str, names: DocNames, retriever: Retriever) -> list[DocName]:
    """The document with the versions of its rule, in id order.

    They have its name and place, or it ended them or they it, or a person said so.
    """
    (name,) = names.of_ids([first])
    titles = (name.title, *name.also, name.family or "")
    pairs = [pair for title in titles for pair in bigrams(squeeze(fold(title)))]
    others = {one.id: one for one in names.nearest(dict.fromkeys(pairs, 1.0), None, _NEAREST)}
    keys = name.families
    others |= {one.id: one for one in names.gathered(keys)}
    doc = retriever.document(name.id)
    alike = {family(m.title) for m in doc.mentions if m.kind == "废止"}
    alike = {key for key in alike if any(_likeness(key, mine) >= 0.6 for mine in keys)}
    ended = doc.meta.ended_by[0] if doc.meta.ended_by is not None else None
    if ended is not None:
        others |= {one.id: one for one in names.of_ids([ended])}
    out = []
    for _, other in sorted((others | {name.id: name}).items()):
        theirs = other.families
        near = (
            any(_likeness(a, b) >= 0.6 for a in keys for b in theirs)
            if other.id == ended
            else False
        )
        said = bool(name.family or other.family)  # a person knows better than the places do
        here = said or not (name.region and other.region) or same_place(name.region, other.region)
        if other.id == name.id or (here and (theirs & (keys | alike) or near)):
            out.append(other)
    return out


def _likeness(one: str, two: str) -> float:
    a, b = set(bigrams(one)), set(bigrams(two))
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0


def _asked_two(question: Question, docs: Sequence[PolicyDoc]) -> tuple[PolicyDoc, PolicyDoc]:
    named = [doc for doc in docs if year(doc) in question.years]
    if len(named) >= 2:
        return named[0], named[-1]
    if len(named) == 1 and named[0] is not docs[-1]:
        return named[0], docs[-1]
    return docs[-2], docs[-1]


def _matter(question: Question, docs: Sequence[PolicyDoc]) -> tuple[str, ...]:
    """The character pairs of what the question asks about, without the names of the rule."""
    left = _ASKING.sub(" ", question.normal)
    titles = "\n".join(squeeze(fold(doc.name)) for doc in docs)
    runs = [run for part in left.split() for run in _beside(part, titles) if len(run) > 1]
    return tuple(dict.fromkeys(pair for run in runs for pair in bigrams(run)))


def _beside(text: str, titles: str) -> list[str]:
    """What is left of a text without the stretches of two characters or more that titles hold."""
    kept, at = [""], 0
    while at < len(text):
        end = at + 2
        while end <= len(text) and text[at:end] in titles:
            end += 1
        if end > at + 2:
            kept.append("")
            at = end - 1
        else:
            kept[-1] += text[at]
            at += 1
    return kept


def _of_matter(
    question: Question,
    matter: Sequence[str],
    old: PolicyDoc,
    new: PolicyDoc,
    found: Sequence[Change],
    retriever: Retriever,
    filters: Filters | None,
) -> Change | None:
    """The change that holds most of what is asked, the best hits of each version counting too."""
    weights = dict(zip(matter, (float(r) for r in retriever.rarity(matter)), strict=True))
    total = sum(weights.values()) or 1.0
    best = {doc.id: _best(question, doc, retriever, filters) for doc in (old, new)}

    def score(change: Change) -> tuple[float, float]:
        text = (change.old.text if change.old else "") + (change.new.text if change.new else "")
        share = sum(w for pair, w in weights.items() if pair in text) / total
        hit = sum(
            1 / (2 + rank)
            for piece, doc in ((change.old, old), (change.new, new))
            for rank, span in enumerate(best[doc.id])
            if piece is not None and piece.span.overlap(span)
        )
        return share + hit, share

    ranked = max(found, key=lambda change: (score(change)[0], change.kind != "same"))
    return ranked if score(ranked)[1] >= _MATTER or score(ranked)[0] >= 1 else None


def _best(
    question: Question, doc: PolicyDoc, retriever: Retriever, filters: Filters | None
) -> list[Span]:
    asked = replace(question, doc_ids=(doc.id,))
    return [hit.passage.span for hit in hits_within(asked, retriever, filters, (doc.id,))[:3]]


def _lines(change: Change, old: PolicyDoc, new: PolicyDoc) -> tuple[Line, ...]:
    """The clause of each version, led by the version's name: neither is taken for the other."""
    lines = []
    other = {id(change.old): change.new, id(change.new): change.old}
    for piece, doc, word in ((change.old, old, "旧"), (change.new, new, "新")):
        if piece is not None:
            span = _quote(doc, piece, other[id(piece)])
            called = label(doc, word)
            shown = " ".join(span.of(doc.text).split())
            lines.append(Line(doc, f"{called}：{shown}", (span,), piece.path, called))
    if len(lines) == 1:
        only = lines[0]
        word = "新增" if change.old is None else "已删去"
        lines = [replace(only, text=f"（{word}）{only.text}", known=f"（{word}）{only.known}")]
    return tuple(lines)


def label(doc: PolicyDoc, word: str = "") -> str:
    """A version by name, year and number, so that none is taken for another."""
    number = f"，{doc.meta.doc_number.value}" if doc.meta.doc_number else ""
    called = f"{year(doc)}年" if year(doc) else doc.source.path.rsplit("/", 1)[-1]
    return f"{word and f'{word}版'}《{doc.name.strip('《》')}》（{called}{number}）"


def _quote(doc: PolicyDoc, piece: Piece, other: Piece | None) -> Span:
    """The clause, or of a long one the sentences that the other version does not have."""
    if len(piece.span) <= _QUOTED or other is None:
        return Span(piece.span.start, min(piece.span.end, piece.span.start + 2 * _QUOTED))
    text = piece.span.of(doc.text)
    apart = [
        (start, end)
        for start, end in sentences(text)
        if squeeze(fold(text[start:end])) not in other.text and text[start:end].strip()
    ]
    if not apart:
        return Span(piece.span.start, piece.span.start + _QUOTED)
    start, end = apart[0]
    for following in apart[1:]:
        if following[1] - start <= 2 * _QUOTED:
            end = following[1]
    return Span(piece.span.start + start, piece.span.start + min(end, start + 2 * _QUOTED))


def _closing(change: Change) -> str:
    if change.kind in ("same", "moved"):
        return "两个版本的这一条文字相同。"
    return ""
