"""Which versions of one rule a question means: the living one, that of a year, the old, several."""

from __future__ import annotations

import re
from collections.abc import Sequence

from text.normalize import fold
from youju.records import PolicyDoc, Question

_OLD = re.compile(
    r"[旧老原](?:版|办法|规定|条例|细则|标准|方案|通知|政策|的)|原来|(?<![日天年月时前])以前|修[订改正]前|[上前]一?版|第一版|废止[的前]|失效的|作废的|[没未]?改[以之]?前|修[订改正][以之]前|先前|早先|从前|当初|最初"
)
_EVERY = re.compile(r"新旧|新老|前后两|[两三几各][个份次]?版|[两三几各]份|历[次年版]")
_TRIAL = re.compile("试行|暂行")
_FORMAL = re.compile("正式")


def in_time(docs: Sequence[PolicyDoc]) -> list[PolicyDoc]:
    """Oldest first: by the day from which it holds, else by its date, else by its title's years."""
    return sorted(docs, key=lambda doc: (since(doc), doc.id))


def since(doc: PolicyDoc) -> str:
    """The day, or the year, from which a version counts."""
    meta = doc.meta
    for value in (meta.effective_on, meta.written_on, meta.issued_on):
        if value is not None:
            return value.value
    return str(meta.period[0]) if meta.period else ""


def year(doc: PolicyDoc) -> int:
    """The year by which a version is called: of its title, its number, else its date; or 0."""
    titled = re.search(r"(?:19|20)\d{2}", fold(doc.name))
    number = re.search(r"(?:19|20)\d{2}", doc.meta.doc_number.value if doc.meta.doc_number else "")
    found = (titled and titled.group()) or (number and number.group()) or since(doc)[:4] or "0"
    return int(found)


def of_years(question: Question, docs: Sequence[PolicyDoc]) -> list[PolicyDoc]:
    """The versions of the asked years: by name, number or date, or by the years of a plan."""
    years = set(question.years)
    return [
        doc
        for doc in docs
        if year(doc) in years
        or (
            doc.meta.period is not None
            and years & {*range(doc.meta.period[0], doc.meta.period[1] + 1)}
        )
    ]


def distinct(docs: Sequence[PolicyDoc]) -> list[PolicyDoc]:
    """The versions in order of time, of copies of one the one that says most of itself."""
    best: dict[str, PolicyDoc] = {}
    for doc in in_time(docs):
        other = best.get(since(doc))
        if other is None or _stated(doc) > _stated(other):
            best[since(doc)] = doc
    return list(best.values())


def _stated(doc: PolicyDoc) -> int:
    meta = doc.meta
    fields = (meta.doc_number, meta.issuer, meta.written_on, meta.issued_on, meta.effective_on)
    return sum(value is not None for value in fields)


def says_which(question: Question) -> bool:
    """True where the question calls a version old, 试行 or 正式."""
    said = (_OLD, _TRIAL, _FORMAL)
    return any(pattern.search(question.normal) for pattern in said)


def asked(question: Question, docs: Sequence[PolicyDoc]) -> list[PolicyDoc]:
    """Of versions in order of time those that are meant: of the asked years or numbers, 试行 or
    正式, all for 新旧, the one before the last for 旧, else the last."""
    of_year = of_years(question, docs)
    if of_year and len(set(question.years)) > 1:
        return of_year
    if of_year:
        at = docs.index(of_year[-1])
        return list(docs[max(0, at - bool(_OLD.search(question.normal))) : at + 1])
    trial, formal = _TRIAL.search(question.normal), _FORMAL.search(question.normal)
    trials = [doc for doc in docs if _TRIAL.search(doc.name)]
    if (trial or formal) and 0 < len(trials) < len(docs):
        if not formal:
            return trials[-1:]
        formals = [doc for doc in docs if doc not in trials][-1:]
        return [*trials[-1:], *formals] if trial else formals
    if _EVERY.search(question.normal):
        return list(docs)
    return [docs[-2] if len(docs) > 1 and _OLD.search(question.normal) else docs[-1]]
