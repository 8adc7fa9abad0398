"""PolicyDoc → Facts: each clause read sentence by sentence, then the rows of its tables.

A target's year is taken from its sentence, else from the sentence that opened with a year before it
in the same clause, else from a lead-in (2015年,…的具体目标:) or a heading, else from a plan for a
single year. Where none of these speaks, the year is None: a wrong year is worse than no year.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.facts import comparator, indicator, period
from ingest.facts.ambiguity import unambiguous
from ingest.facts.exclusion import is_past, is_rule
from ingest.facts.period import Time
from ingest.facts.rows import row_facts
from ingest.facts.target import Target
from ingest.facts.targets import targets
from text.dates import years
from text.normalize import fold
from text.owners import bodies, brackets
from text.sentences import commas, sentences
from youju.records import Clause, Fact, PolicyDoc, Span

_HAS_FIGURE = re.compile(r"\d|[一二三四五六七八九十百千万]")
_REGULATION = re.compile(
    r"令第\s*\d|修改|修正|(?:条例|办法|规定|细则|规则|规程|法|守则|章程|标准|解释|令|指引|指南|通则|准则)(?:\([^()]*\))?》?(?:的?通知)?$"
)
_PLAN = re.compile(
    r"计划|规划|方案|要点|纲要|目标|行动|意见|安排|任务|工程|决定|战略|措施|部署|实施|振兴"
)
# Calls for applications, contests, exams, rosters: their figures are quotas and formalities.
_CALL = re.compile(
    r"申报|推荐|评选|征集|考试|招生|招聘|竞赛|大赛|名额|报名|评审|练兵|答辩|公示|公布|表彰|名单|资格|录取|测试|职称"
)
_REPORT = re.compile(
    r"报告|总结|实录|解读|公报|通报|自评|答记者|汇报|情况|年报|信息公开|简报|讲话|会议"
)
_PAST_HEADING = re.compile(
    r"回顾|现状|发展(?:的)?基础|基础[与和及]|[与和及]基础|成效|成就|成绩|形势|背景|发展环境|面临|存在的?问题|总结|情况$"
    r"|(?:对象|条件)$"
)
# Headings that say what is done, not what it is about.
_DOES = re.compile(
    r"[,、;]|明显|显著|进一步|持续|不断|稳步|全面|^(?:加[强快大]|推[进动广]|提[高升]|扩[大充]|实施|强化|深化|完善|健全|增[加强]"
    r"|治理|补齐|壮大|培育|建[设立]|开展|严格|落实|优化|促进|发展|打造|做[好大强]|构建|创[新建]|支持|引导)"
)
# 夯实发展基础, 优化发展环境: what is to be done, where 发展基础 alone looks back
_WILL = re.compile(r"夯实|筑牢|打牢|打造|巩固|强化|加强|优化|改善|营造|提升|完善")
_LONGEST = 1500  # characters; longer stretches without a mark are no sentences
_LADDER = 400  # characters of the sentences that one ladder of years may take
_STEP = re.compile(
    r"(?:并?力争|预计|争取|确保)?(?:到|至)?(?:19|20)\d{2}年(?:底|末)?前?,?(?:力争|预计|要|将|再)?"
    r"(?:分别)?(?:达到|达|超过|突破|为|(?:提高|提升|增加|增长|降低|下降|压减|缩短|压缩)(?:到|至)|降[到至]|增[到至]"
    r"|控制在|不低于|不少于|不超过)\s*[\d一二三四五六七八九十百]"
)
_GOAL = re.compile(r"目标|指标|达到|以下|如下|任务|要求")
_EXPLICIT = re.compile(
    r"目标|预期|力争|计划(?!完成)|到\d{4}年[^,。]{0,2},|(?:今年|全年)[要再]|(?<![主重需必首紧摘])要(?!求|素|点|闻|害)|将(?!军|来)|确保"
)
_QUOTED = re.compile(r'"[^"]*"')
_FULFILLED = re.compile(
    r"完成(?:了)?(?:原|年度|全年)?计划|已|完成情况|执行情况|增长了|达到了|超额|仍然"
)
_SIGNAL = re.compile(
    r"力争|争取|确保|必须|(?<![主重需首紧摘])要(?!求|素|点|闻|害|塞|道)|努力|目标|预期|应当?(?!急|用|对|届)|提高到|提升到|控制在|保持在|稳定在|不低于|不少于|不超过|降(?:低|)?到|年底前?|年内|到\d{4}年|计划"
)


@dataclass(frozen=True, slots=True)
class _Doc:
    """What holds for the whole document: its years and its kind."""

    now: int | None  # what 今年 and 年内 mean
    base: int | None  # targets of earlier years are reports of the past
    plan: Time | None
    regulation: bool
    report: bool
    planned: bool


def facts(doc: PolicyDoc) -> tuple[Fact, ...]:
    """The numeric targets of a document, in document order.

    Every span slices back: `fact.span.of(doc.text)` is `fact.value_text`.
    """
    whole = _whole(doc)
    by_id = {clause.id: clause for clause in doc.clauses}
    lead_ins = _lead_ins(doc, whole)
    found: list[Fact] = []
    for clause in doc.clauses:
        if not _HAS_FIGURE.search(clause.own.of(doc.text)) or _told(clause):
            continue
        inherited = _inherited(clause, by_id, lead_ins, whole)
        found += _clause_facts(doc, clause, whole, inherited)
    found = unambiguous(found, doc.text)
    if not whole.report:
        found += row_facts(doc, whole.base)
    return tuple(sorted(found, key=lambda fact: (fact.span, fact.year or 0)))


def _whole(doc: PolicyDoc) -> _Doc:
    title = fold(doc.name).strip()
    span = doc.meta.period or _titled(title)
    dated = int(doc.meta.date[:4]) if doc.meta.date else None
    base = dated
    if span is not None and (dated is None or not span[0] - 1 <= dated <= span[1]):
        base = span[0]
    report = _REPORT.search(title) is not None
    plan = Time(*span) if span else None
    now = span[0] if span and span[0] == span[1] else dated if base == dated else None
    return _Doc(
        now,
        base,
        plan,
        _REGULATION.search(title) is not None or _CALL.search(title) is not None,
        report,
        _PLAN.search(title) is not None and not report,
    )


def _titled(title: str) -> tuple[int, int] | None:
    """The five-year plan or the years that a title names outside 《》."""
    found = years(re.sub(r"《[^《》]*》", "", title))
    return (found[-1].first, found[-1].last) if found else None


def _told(clause: Clause) -> bool:
    """Clauses that look back, and articles of a law."""
    return any(
        _PAST_HEADING.search(step) and not _WILL.search(step) for step in map(fold, clause.path)
    ) or any(re.match(r"\s*第[一二三四五六七八九十百零\d]+条", step) for step in clause.path)


# --- years ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _LeadIn:
    """A time with a colon: it holds for the clauses below, or for the siblings that follow."""

    time: Time
    clause: Clause


def _lead_ins(doc: PolicyDoc, whole: _Doc) -> dict[str | None, list[_LeadIn]]:
    """Lead-ins by the id of the clause under which they hold, in document order."""
    out: dict[str | None, list[_LeadIn]] = {}
    for clause in doc.clauses:
        text = fold(clause.own.of(doc.text)).rstrip()
        last = text[text.rfind("\n") + 1 :]
        last = last[last.rfind("。") + 1 :] if not last.endswith("。") else last
        colon = last.endswith((":", "——", "—")) or re.search(r"(?:以下|如下)[^,。]{0,12}。$", last)
        if clause.children and _GOAL.search(fold(clause.heading)) and not colon:
            # 发展目标 / 到2017年,…基本形成。 above the goals one by one
            opening = period.leading(period.named(_first(text, clause.heading), None))
            if opening is not None and not opening.since:
                out.setdefault(clause.id, []).append(_LeadIn(opening, clause))
            continue
        if not colon or len(last) > 120 or not _GOAL.search(last):
            continue
        times = [n for n in period.named(last, whole.now) if not n.time.since]
        if times:
            under = clause.id if clause.children else clause.parent
            out.setdefault(under, []).append(_LeadIn(times[-1].time, clause))
    return out


def _first(text: str, heading: str) -> str:
    """The first sentence below the heading of a folded clause, where it is the only one."""
    body = text[text.find("\n") + 1 :] if "\n" in text else text.removeprefix(fold(heading))
    found = [body[a:b] for a, b in sentences(body) if body[a:b].strip()]
    return found[0] if len(found) == 1 else ""


def _inherited(
    clause: Clause,
    by_id: dict[str, Clause],
    lead_ins: dict[str | None, list[_LeadIn]],
    whole: _Doc,
) -> Time | None:
    """The time that a lead-in or a heading above gives to the clause."""
    node: Clause | None = clause
    while node is not None:
        above = [
            entry.time
            for entry in lead_ins.get(node.parent, ())
            if entry.clause.id == node.parent or entry.clause.span.end <= node.span.start
        ]
        if above:
            return above[-1]
        headed = period.named(fold(node.heading), None)
        if headed and headed[-1].time.last >= (whole.base or 0):
            return headed[-1].time
        node = by_id.get(node.parent) if node.parent else None
    return None


# --- clauses -------------------------------------------------------------------------------------


def _clause_facts(
    doc: PolicyDoc, clause: Clause, whole: _Doc, inherited: Time | None
) -> Iterator[Fact]:
    text = _joined(fold(clause.own.of(doc.text)))
    owners = brackets(text)
    single = whole.plan.year if whole.plan and not whole.report else None
    goal = inherited is not None or any(_GOAL.search(fold(step)) for step in clause.path)
    carried = inherited
    for start, end in _pieces(text):
        sentence = text[start:end]
        times = period.named(sentence, whole.now)
        opening = period.leading(times)
        carried = opening or carried
        if not _HAS_FIGURE.search(sentence):
            continue
        outside = None if period.has_duration(sentence) else carried
        if opening and period.is_ladder(times):
            carried = inherited
        span = Span(clause.own.start + start, clause.own.start + end)
        for target in targets(sentence, years=_span_of(outside), goal=goal):
            stated = period.governing(times, target.quantity.start)
            time = stated or outside or (Time(single, single) if single else None)
            if target.year is not None:
                time = Time(target.year, target.year)
            elif time and time.year and period.yearly(sentence, target.quantity.start):
                time = time if single else None
            elif period.several_years(sentence, target.quantity.start):
                time = whole.plan if whole.plan and whole.plan.year is None else None
            if _is_goal(sentence, target, time, stated or outside, whole, goal):
                bracket = next(((a, b) for a, b in owners if a >= start), None)
                names = _names(doc, clause, text, bracket)
                yield _fact(doc, clause, target, time, span, names, whole)


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Sentences; one of immoderate length in parts cut at commas, so that time stays linear."""
    for start, end in _ladders(text):
        if end - start <= _LONGEST:
            yield start, end
            continue
        first = last = start
        for a, b in commas(text[start:end]):
            if start + b - first > _LONGEST:
                if last > first:
                    yield first, last
                first = start + a
            last = start + b
        if last - first <= _LONGEST:
            yield first, last


def _ladders(text: str) -> list[tuple[int, int]]:
    """Sentences, those that only go on with a year (到2022年,达到25%。) joined to the last."""
    out: list[tuple[int, int]] = []
    for start, end in sentences(text):
        step = _STEP.match(text, start, end) if out else None
        if step is not None and end - out[-1][0] <= _LADDER:
            out[-1] = (out[-1][0], end)
        else:
            out.append((start, end))
    return out


def _joined(text: str) -> str:
    """Lines that a page wrapped in mid-sentence, joined again; no offset moves."""
    return re.sub(r"(?<=[\u4e00-\u9fff,、\d%])\n(?=[\u4e00-\u9fff\d])(?<=[^\n]{30}\n)", " ", text)


def _span_of(time: Time | None) -> frozenset[int] | None:
    if time is None or time.since:
        return None
    return frozenset(range(time.first, time.last + 1))


def _is_goal(
    sentence: str, target: Target, time: Time | None, near: Time | None, whole: _Doc, goal: bool
) -> bool:
    """Precision first: something must say that the value lies ahead."""
    if time is not None and whole.base is not None and time.last < whole.base:
        return False
    if is_rule(sentence, target.quantity.unit, target.quantity.start):
        return False
    before = sentence[: target.quantity.start]
    if is_past(before, before) and (near is None or not near.year):
        return False
    signal = _SIGNAL.search(sentence) is not None
    ahead = near is not None and near.last >= (whole.base or 9999)
    if whole.regulation:
        return ahead and (signal or goal)
    if whole.report:
        return _explicit(before) and not _FULFILLED.search(sentence)
    return whole.planned or ahead or goal or signal


def _explicit(sentence: str) -> bool:
    """A report sets a goal only in so many words."""
    return _EXPLICIT.search(_QUOTED.sub("", sentence)) is not None


def _names(
    doc: PolicyDoc, clause: Clause, text: str, bracket: tuple[int, int] | None
) -> tuple[str, ...]:
    if bracket is None:
        return ()
    at = clause.own.start
    found = (doc.text[at + a : at + b] for a, b in bodies(text, *bracket))
    return tuple(" ".join(name.split()) for name in found)


def _fact(
    doc: PolicyDoc,
    clause: Clause,
    target: Target,
    time: Time | None,
    sentence: Span,
    owners: tuple[str, ...],
    whole: _Doc,
) -> Fact:
    at = sentence.start
    value = target.quantity
    span = Span(at + value.start, at + value.end)
    name = "".join(doc.text[at + a : at + b] for a, b in target.parts)
    if not target.counted and not target.prefix and indicator.is_bare(fold(name)):
        name = f"{_subject(clause)}{name}" or clause.heading
    return Fact(
        doc_id=doc.id,
        indicator=" ".join(name.split()),
        value=value.value,
        value_text=span.of(doc.text),
        unit=value.unit,
        comparator=target.comparator,
        year=time.year if time else None,
        period=_period(time, whole),
        region=doc.meta.region.value if doc.meta.region else None,
        owners=owners,
        clause_id=clause.id,
        path=clause.path,
        span=span,
        sentence=sentence,
        force=comparator.force(_before(fold(Span(sentence.start, span.end).of(doc.text)))),
    )


def _subject(clause: Clause) -> str:
    """What a bare indicator (合格率) is about by its heading: 产品质量; '' when none tells."""
    heading = clause.heading.strip()
    told = 2 <= len(heading) <= 12 and not _GOAL.search(fold(heading))
    return heading if told and not _DOES.search(fold(heading)) else ""


def _before(text: str) -> str:
    """The part of a sentence, up to a value, in which a word still speaks of that value."""
    return text[max(text.rfind(";"), text.rfind("。", 0, -1)) + 1 :]


def _period(time: Time | None, whole: _Doc) -> tuple[int, int] | None:
    """The years for which a value without a year of its own holds."""
    if time is None:
        return (whole.plan.first, whole.plan.last) if whole.plan and whole.planned else None
    if time.since:
        last = whole.plan.last if whole.plan else time.first
        return (time.first, last) if last > time.first else None
    return None if time.year else (time.first, time.last)
