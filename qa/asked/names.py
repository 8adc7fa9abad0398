"""Documents that a question names: by 文号, by title, or by a long part of a title."""

from __future__ import annotations

import re
from collections.abc import Sequence

from text.normalize import fold
from youju.records import DocName, DocNames, Span, Stretch

QUOTED = re.compile(r"《([^《》]{2,60})》")
MARKS = re.compile(r"[\s《》〈〉<>]|关于")  # what people leave out of a title
# 云政发2012年45号, as people type 云政发[2012]45号
_BARE_YEAR = re.compile(r"([\u4e00-\u9fff])[(<]?((?:19|20)\d{2})[)>]?年?第?(\d{1,5}号)")
_RUN = 6  # characters that a part of a title must have to name its document
_SHARE = 0.75  # of the title, where no word such as 办法 ends the part
_LIKE = 0.5  # share of the asked pairs that a likely title holds
_TIES = 3  # documents that may share the part
_LOOKED = 64  # documents whose titles are looked at; what more share names none
_GENRES = (
    "计划|意见|方案|要点|办法|规划|纲要|条例|规定|通知|决定|细则|公告|通告|规则|标准|报告|指南"
    "|措施|章程"
)
GENRE_LAST = re.compile(f"(?:{_GENRES})$")
_GENRE_NEXT = re.compile(_GENRES)


def genres_in(normal: str) -> list[str]:
    """The words for kinds of documents in a folded text: 办法, 通知 …"""
    return _GENRE_NEXT.findall(normal)


def named_documents(normal: str, names: DocNames) -> tuple[str, ...]:
    """Ids of the documents that a folded question names, in order; empty when it names none."""
    asked = _BARE_YEAR.sub(r"\1[\2]\3", MARKS.sub("", normal))
    stretches = names.stretches(asked)
    found = {name.id for name in names.numbered_in(asked)} | _whole(asked, stretches, names)
    found = found or _quoted(normal, names) or _in_part(asked, stretches, names)
    return tuple(sorted(found))


def without_numbers(text: str, named: Sequence[DocName]) -> str:
    """The text without the 文号 of the named documents."""
    for name in named:
        if name.doc_number:
            text = text.replace(fold(name.doc_number), " ")
    return text


def without_titles(text: str, named: Sequence[DocName]) -> str:
    """The text without the parts of titles that name documents."""
    for name in named:
        for title in (name.title, *name.also):
            for start, end in reversed(_runs(text, fold(title))):
                text = f"{text[:start]} {text[end:]}"
    return re.sub(r"[《》]", " ", text)


def named_runs(normal: str, names: DocNames) -> list[Span]:
    """Where a folded question names documents by a title or a part of one, in order."""
    found: set[tuple[int, int]] = set()
    for name in names.of_ids(named_documents(normal, names)):
        for title in (name.title, *name.also):
            found.update(_runs(normal, fold(title)))
    longest = [(s, e) for s, e in found if not any(a <= s and e <= b for a, b in found - {(s, e)})]
    return [Span(start, end) for start, end in sorted(longest)]


def likest(terms: Sequence[str], names: DocNames, ids: Sequence[str]) -> list[DocName]:
    """Of some documents those whose titles hold most of the terms' pairs; none below half."""
    pairs = {run[i : i + 2] for run in terms for i in range(len(run) - 1)}
    if not pairs:
        return []
    near = names.likest(dict.fromkeys(sorted(pairs), 1.0), ids, _LOOKED)
    shares = {name.id: _held(pairs, fold(name.title)) for name in near}
    best = max(shares.values(), default=0.0)
    return [name for name in near if best >= _LIKE and shares[name.id] == best]


def _held(pairs: set[str], title: str) -> float:
    return sum(pair in title for pair in pairs) / len(pairs)


def _titles(name: DocName) -> list[str]:
    return [MARKS.sub("", fold(title)) for title in (name.title, *name.also)]


def _whole(asked: str, stretches: Sequence[Stretch], names: DocNames) -> set[str]:
    """Documents whose whole title the question holds, unless a longer one holds it too."""
    shared = [stretch.up_to(stretch.end - stretch.start) for stretch in stretches]
    near = [name for stretch in shared for name in names.stretched(stretch)]
    found = {
        (name.id, title)
        for name in near
        for title in _titles(name)
        if len(title) >= _RUN and title in asked
    }
    return {
        i for i, title in found if not any(title in other and title != other for _, other in found)
    }


def _quoted(normal: str, names: DocNames) -> set[str]:
    """Documents whose title a quoted name holds, or is held by; none where it fits too many."""
    found: set[str] = set()
    for quoted in QUOTED.findall(normal):
        name = MARKS.sub("", quoted)
        within = [
            one
            for stretch in names.stretches(name)
            for one in names.stretched(stretch.up_to(stretch.end - stretch.start))
        ]
        for one in [*(names.holding(name, _LOOKED) or []), *within]:
            if any(name in t or (len(t) >= _RUN and t in name) for t in _titles(one)):
                found.add(one.id)
    return found


def _in_part(asked: str, stretches: Sequence[Stretch], names: DocNames) -> set[str]:
    """The documents that share the longest part of a title with the question."""
    longest: dict[str, int] = {}
    best = 0
    for stretch in stretches:  # no document shares more than its longest stretch
        if stretch.end - stretch.start < best:
            break
        naming = _naming(asked, stretch)
        if naming is None:
            continue
        if len(naming) > _LOOKED:
            return set()
        for name in names.stretched(naming):
            if name.id not in longest:
                longest[name.id] = max(_longest(asked, title) for title in _titles(name))
                best = max(best, longest[name.id])
    found = {i for i, length in longest.items() if length == best and best > 0}
    return found if len(found) <= _TIES else set()


def _naming(asked: str, stretch: Stretch) -> Stretch | None:
    """The stretch for those titles that it names; None when it names none."""
    start, end = stretch.start, stretch.end
    if not GENRE_LAST.search(asked[start:end]):
        if _GENRE_NEXT.match(asked, end):
            return None
        stretch = stretch.up_to(int((end - start) / _SHARE))
    return stretch if len(stretch) else None


def _longest(asked: str, title: str) -> int:
    return max((end - start for start, end in _runs(asked, title)), default=0)


def _runs(text: str, title: str) -> list[tuple[int, int]]:
    """The longest stretches of `text` that stand in the title and are long enough to name it."""
    found = []
    at = 0
    while at + _RUN <= len(text):
        if text[at : at + _RUN] not in title:
            at += 1
            continue
        end = at + _RUN
        while end < len(text) and text[at : end + 1] in title:
            end += 1
        if _names(text, at, end, title):
            found.append((at, end))
            at = end
        else:  # a longer one may begin within it
            at = end - _RUN + 1
    return found


def _names(text: str, start: int, end: int, title: str) -> bool:
    """True for …管理条例 and for most of a title, unless the question goes on with 规定."""
    if GENRE_LAST.search(text[start:end]):
        return True
    return end - start >= _SHARE * len(title) and not _GENRE_NEXT.match(text, end)
