"""Which clauses a document refers to: 依照本办法第十条, 《某条例》第四十七条第二款.

Computed from the text and its clause tree whenever it is wanted; nothing of it is stored. What
cannot be told for sure refers to nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ingest.labels import parse_label
from text.normalize import fold, squeeze
from text.numerals import parse_int
from youju.records import Clause, PolicyDoc, Span

_N = r"[一二三四五六七八九十百千零〇两\d]{1,8}"
_PLACE = re.compile(
    rf"第\s{{0,2}}(?P<n>{_N})\s{{0,2}}(?P<kind>条|章|节)(?:之(?P<sub>[一二三四五六七八九十]{{1,2}}))?"
    rf"(?:\s{{0,2}}第\s{{0,2}}(?P<para>{_N})\s{{0,2}}款)?"
    rf"(?:\s{{0,2}}第?\s{{0,2}}\(?(?P<item>{_N})\)?\s{{0,2}}项)?"
)
# 前款, 前两款, 前条第一款, 本条第二款第(一)项: told from where they stand
_NEARBY = re.compile(
    rf"(?<![提目以之先当此])(?P<which>前(?P<count>[两二三])?(?P<of>款|条)(?![件例款目])|本(?P<own>条|款)(?=\s{{0,2}}第))"
    rf"(?:\s{{0,2}}第\s{{0,2}}(?P<para>{_N})\s{{0,2}}款)?"
    rf"(?:\s{{0,2}}第?\s{{0,2}}\(?(?P<item>{_N})\)?\s{{0,2}}项)?"
)
_COUNTS = {None: 1, "两": 2, "二": 2, "三": 3}
_SHORT = re.compile(
    r"《(?P<title>[^《》]{4,80})》\s{0,4}\([^()]{0,20}?(?:简称|称)为?[《\"]?(?P<short>[^《》()\"]{2,20})[》\"]?\)"
)
_EXPLAINS = re.compile(r"《(?P<title>[^《》]{4,80})》[^《》]{0,8}(?:解读|问答|说明)$")
_AMENDS = re.compile(r"修[改订正]《(?P<title>[^《》]{4,80})》")
_GENRES = ("条例", "办法", "规定", "细则", "规则", "规程", "章程", "标准", "制度", "法")
_JOINS = ("以及", "或者", "、", ",", "和", "与", "及", "至", "到", "或")
_ELSEWHERE = ("附录", "附件", "原")  # an annex counts anew; 原第十六条 is one of an older version
_LEAD_IN = ("》", "违反", "按照", "依照", "根据", "适用")
_ENDS = ("。", ";", ":", "!", "?")
_REFERS_ON = re.compile(
    r"\s{0,2}(?:规定|所|的|中|第|和|至|或|及|以及|与|[、,。;)]|修改|改为|删|增加)"
)
_HEADING = re.compile(rf"第{_N}[章节][^。;:,、《》]{{1,30}}$")
_HEADED = 40  # characters before an article in which the heading of its chapter stands
_LABEL = re.compile(rf"^.{{0,20}}第{_N}[条款项]")  # 第十六条 个人所得税法第六条: the law alone
_POINTS = ("该", "此", "上述", "前述")
_LEADS = '原以按据照依之的与及于即和将反因由对在,;。:!?()、\n"《》'
_LONGEST_NAME = 30
_AROUND = 130  # characters before a place in which it is said of which document it is
_NEAR = 400  # characters within which 该条例 is the one named before
_MOST = 5000


@dataclass(frozen=True, slots=True)
class Reference:
    """A place that is referred to at `span`: an article by number, with its 款 and 项.

    `title` names another document; None is this one.
    """

    span: Span
    title: str | None
    kind: str
    number: int
    sub: int = 0
    paragraph: int | None = None
    item: int | None = None


def references(doc: PolicyDoc) -> tuple[Reference, ...]:
    """Every place of a clause that the text refers to, in order."""
    text = fold(doc.text)
    labels = {clause.span.start for clause in doc.clauses if clause.label}
    shorts = {m.group("short"): m.group("title") for m in _SHORT.finditer(text)}
    title = fold(doc.name)
    other = _EXPLAINS.search(title) or _AMENDS.search(title)
    default = other.group("title") if other else None
    found: list[Reference] = []
    skipped: int | None = None
    opened: list[int] = []  # where articles and chapters open, also those that the tree has not
    for match in _PLACE.finditer(text):
        if match.start() in labels or _opens_line(text, match) or _opens_clause(text, match):
            opened.append(match.start())
            continue
        before = found[-1] if found else None
        untold = skipped is not None and text[skipped : match.start()].strip() in _JOINS
        known, named = _named(text, match.start(), before)
        if untold or not known:
            skipped = match.end()  # what a list goes on with cannot be told either
            continue
        made = _reference(match, shorts.get(named, named) if named else default)
        if made is not None:
            found.append(made)
        if len(found) == _MOST:
            break
    if default is None:
        found = sorted([*found, *_nearby(doc, text, opened)], key=lambda one: one.span)[:_MOST]
    return tuple(found)


def _nearby(doc: PolicyDoc, text: str, opened: Sequence[int]) -> Iterator[Reference]:
    """前款 and the like as the article and paragraph that they mean from where they stand.

    Nothing within an article that the tree has not: it would be taken for the one before.
    """
    articles = [one for one in doc.clauses if one.kind == "条" and one.label]
    starts = [one.span.start for one in articles]
    by_id = {one.id: one for one in doc.clauses}
    for match in _NEARBY.finditer(text):
        at = bisect_right(starts, match.start()) - 1
        if at < 0 or not articles[at].span.start <= match.start() < articles[at].span.end:
            continue
        last = bisect_right(opened, match.start()) - 1
        if last >= 0 and opened[last] > articles[at].span.start:
            continue
        below = (by_id[child] for child in articles[at].children if child in by_id)
        stands = 1 + sum(one.kind == "款" and one.span.start <= match.start() for one in below)
        meant = _meant(match, articles, at, stands)
        if meant is not None:
            yield meant


def _meant(
    match: re.Match[str], articles: Sequence[Clause], at: int, stands: int
) -> Reference | None:
    """None for what is not there: a paragraph before the first, an article that is left out."""
    own = parse_label(fold(articles[at].label))
    paragraph, item = (
        parse_int(match.group(name)) if match.group(name) else None for name in ("para", "item")
    )
    back = _COUNTS[match.group("count")]
    if match.group("of") == "款":
        paragraph = stands - back
        if paragraph < 1:
            return None
    elif match.group("of") == "条":
        before = parse_label(fold(articles[at - back].label)) if at >= back else None
        if own is None or before is None or own.number is None or before.number is None:
            return None
        if own.sub == 0 and before.number + back != own.number:
            return None
        own = before
    elif match.group("own") == "款":
        paragraph = stands
    if own is None or own.number is None or (match.group("own") and not (paragraph or item)):
        return None
    span = Span(match.start(), match.end())
    return Reference(span, None, "条", own.number, own.sub, paragraph, item)


def _reference(match: re.Match[str], title: str | None) -> Reference | None:
    number = parse_int(match.group("n"))
    if number is None:
        return None
    sub, paragraph, item = (
        parse_int(match.group(name)) if match.group(name) else None
        for name in ("sub", "para", "item")
    )
    span = Span(match.start(), match.end())
    return Reference(span, title, match.group("kind"), number, sub or 0, paragraph, item)


def _opens_line(text: str, match: re.Match[str]) -> bool:
    """True for a line of a table of contents: the place stands first, a heading follows."""
    begin = text.rfind("\n", 0, match.start()) + 1
    return not text[begin : match.start()].strip() and text[match.end() : match.end() + 1].isspace()


def _opens_clause(text: str, match: re.Match[str]) -> bool:
    """True for a label within text that runs on: 第六章监督管理第三十四条有关部门应当….

    An article opens behind the end of a sentence or the heading of a chapter; a chapter is referred
    to only by what names its document. What goes on as a reference does (第十条规定的) is one.
    """
    if match.group("para") or match.group("item") or _REFERS_ON.match(text, match.end()):
        return False
    before = text[max(0, match.start() - _HEADED) : match.start()].rstrip()
    if match.group("kind") != "条":
        named = before.endswith(_GENRES) and "本" in before[-6:]
        return not named and not before.endswith((*_JOINS, *_LEAD_IN))
    return before.endswith(_ENDS) or _HEADING.search(before) is not None


def _named(text: str, at: int, before: Reference | None) -> tuple[bool, str | None]:
    """(whether it can be told, the other document) of which the place at `at` is said to be."""
    if before is not None and text[before.span.end : at].strip() in _JOINS:
        return True, before.title
    tail = text[max(0, at - _AROUND) : at].rstrip()
    if tail.endswith(")") and "(" in tail:
        bracket = tail.rindex("(")
        if tail[:bracket].rstrip().endswith("》"):
            tail = tail[:bracket].rstrip()
    if tail.endswith("》"):
        name = _quoted(tail)
        return name is not None, name
    if tail.endswith(_ELSEWHERE):
        return False, None
    genre = next((genre for genre in _GENRES if tail.endswith(genre)), None)
    if genre is None:
        return True, None
    name = _LABEL.sub("", _run(tail))
    own = name.rfind("本")
    if own >= 0 and len(name) - own <= len(genre) + 4:
        return True, None
    if any(name.endswith(f"{word}{genre}") for word in _POINTS):
        near = before is not None and before.title and at - before.span.end < _NEAR
        return bool(near), before.title if near and before is not None else None
    return len(name) >= len(genre) + 2, name


def _quoted(tail: str) -> str | None:
    """The name in the 《》 at the end, which may hold others."""
    depth = 0
    for at in range(len(tail) - 1, -1, -1):
        depth += (tail[at] == "》") - (tail[at] == "《")
        if depth == 0:
            return tail[at + 1 : -1].strip() or None
    return None


def _run(tail: str) -> str:
    """The words at the end without those that lead to a name: 用人单位依照劳动合同法."""
    start = max(0, len(tail) - _LONGEST_NAME)
    found = max((tail.rfind(char, start) for char in _LEADS), default=-1)
    return squeeze(tail[max(found + 1, start) :])


class Places:
    """The clauses of a document by kind and number."""

    def __init__(self, doc: PolicyDoc) -> None:
        self._doc = doc
        self._by_id = {clause.id: clause for clause in doc.clauses}
        self._numbered: Mapping[tuple[str, int, int], list[Clause]] = _numbered(doc.clauses)
        self._starts = [clause.span.start for clause in doc.clauses]

    def at(self, offset: int) -> Clause | None:
        """The lowest labelled clause around a character."""
        number = bisect_right(self._starts, offset) - 1
        clause = self._doc.clauses[number] if number >= 0 else None
        while clause is not None and not (
            clause.label and clause.span.start <= offset < clause.span.end
        ):
            clause = self._by_id.get(clause.parent or "")
        return clause

    def find(self, wanted: Reference, near: int | None = None) -> Clause | None:
        """The clause that is referred to: its article, 款, 项 as far as the tree has them.

        `near` is where it is referred to in the same document: of several documents in a file, or
        of annexes that count anew, the one around it is meant. None where that cannot be told.
        """
        found: Sequence[Clause] = self._numbered.get((wanted.kind, wanted.number, wanted.sub), [])
        if len(found) > 1 and near is not None:
            found = self._around(found, near)
        if len(found) != 1:
            return None
        return self._within(found[0], wanted)

    def _around(self, found: Sequence[Clause], near: int) -> Sequence[Clause]:
        parts = [part.span for part in self._doc.parts if part.span.start <= near < part.span.end]
        if parts:
            inner = min(parts, key=len)
            found = [one for one in found if inner.covers(one.span)] or found
        here = self.at(near)
        mine = set(self._above(here)) if here is not None else set()
        shared = [len(mine & set(self._above(one))) for one in found]
        best = max(shared)
        return [one for one, n in zip(found, shared, strict=True) if n == best]

    def _above(self, clause: Clause) -> Iterator[str]:
        up: Clause | None = self._by_id.get(clause.parent or "")
        while up is not None:
            yield up.id
            up = self._by_id.get(up.parent or "")

    def _within(self, article: Clause, wanted: Reference) -> Clause:
        holder = article
        below = [self._by_id[child] for child in article.children if child in self._by_id]
        if wanted.paragraph is not None and wanted.paragraph > 1:
            others = [one for one in below if one.kind == "款"]
            if len(others) < wanted.paragraph - 1:
                return article
            holder = others[wanted.paragraph - 2]
            below = [self._by_id[child] for child in holder.children if child in self._by_id]
        if wanted.item is None:
            return holder
        for one in below:
            label = parse_label(fold(one.label)) if one.label else None
            if label is not None and label.kind == "(一)" and label.number == wanted.item:
                return one
        return holder


def _numbered(clauses: Sequence[Clause]) -> Mapping[tuple[str, int, int], list[Clause]]:
    found: dict[tuple[str, int, int], list[Clause]] = defaultdict(list)
    for clause in clauses:
        label = parse_label(fold(clause.label)) if clause.kind in ("条", "章", "节") else None
        if label is not None and label.number is not None:
            found[clause.kind, label.number, label.sub].append(clause)
    return found
