"""Documents that a question names: by 文号, by title, or by a long part of a title."""

from __future__ import annotations

import re
from collections.abc import Sequence

from text.normalize import fold
from youju.records import DocName, Span

_QUOTED = re.compile(r"《([^《》]{2,60})》")
_MARKS = re.compile(r"[\s《》〈〉<>]")
_RUN = 6  # characters that a part of a title must have to name its document
_SHARE = 0.75  # of the title, where no word such as 办法 ends the part
_LIKE = 0.5  # share of the asked pairs that a likely title holds
_TIES = 3  # documents that may share the part
_GENRES = (
    "计划|意见|方案|要点|办法|规划|纲要|条例|规定|通知|决定|细则|公告|通告|规则|标准|报告|指南"
    "|措施|章程"
)
GENRE_LAST = re.compile(f"(?:{_GENRES})$")
_GENRE_NEXT = re.compile(_GENRES)


def genres_in(normal: str) -> list[str]:
    """The words for kinds of documents in a folded text: 办法, 通知 …"""
    return _GENRE_NEXT.findall(normal)


def named_documents(normal: str, names: Sequence[DocName]) -> tuple[str, ...]:
    """Ids of the documents that a folded question names, in order; empty when it names none."""
    asked = _MARKS.sub("", normal)
    titles = [
        (name.id, _MARKS.sub("", fold(title)))
        for name in names
        for title in (name.title, *name.also)
    ]
    numbered = {name.id for name in names if name.doc_number and fold(name.doc_number) in asked}
    found = numbered | _whole(asked, titles) or _quoted(normal, titles) or _in_part(asked, titles)
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


def named_runs(normal: str, names: Sequence[DocName]) -> list[Span]:
    """Where a folded question names documents by a title or a part of one, in order."""
    named = set(named_documents(normal, names))
    found: set[tuple[int, int]] = set()
    for name in names:
        if name.id in named:
            for title in (name.title, *name.also):
                found.update(_runs(normal, fold(title)))
    longest = [(s, e) for s, e in found if not any(a <= s and e <= b for a, b in found - {(s, e)})]
    return [Span(start, end) for start, end in sorted(longest)]


def likest(terms: Sequence[str], names: Sequence[DocName]) -> list[DocName]:
    """The documents whose titles hold most of the terms' character pairs; none below half."""
    pairs = {run[i : i + 2] for run in terms for i in range(len(run) - 1)}
    if not pairs:
        return []
    shares = {name.id: _held(pairs, fold(name.title)) for name in names}
    best = max(shares.values(), default=0.0)
    return [name for name in names if best >= _LIKE and shares[name.id] == best]


def _held(pairs: set[str], title: str) -> float:
    return sum(pair in title for pair in pairs) / len(pairs)


def _whole(asked: str, titles: Sequence[tuple[str, str]]) -> set[str]:
    """Documents whose whole title the question holds, unless a longer one holds it too."""
    found = [(i, title) for i, title in titles if len(title) >= _RUN and title in asked]
    return {
        i for i, title in found if not any(title in other and title != other for _, other in found)
    }


def _quoted(normal: str, titles: Sequence[tuple[str, str]]) -> set[str]:
    quoted = [_MARKS.sub("", name) for name in _QUOTED.findall(normal)]
    return {
        i
        for i, title in titles
        if any(name in title or (len(title) >= _RUN and title in name) for name in quoted)
    }


def _in_part(asked: str, titles: Sequence[tuple[str, str]]) -> set[str]:
    """The documents that share the longest part of a title with the question."""
    longest = [(i, _longest(asked, title)) for i, title in titles]
    best = max((length for _, length in longest), default=0)
    found = {i for i, length in longest if length == best and best > 0}
    return found if len(found) <= _TIES else set()


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
    return found


def _names(text: str, start: int, end: int, title: str) -> bool:
    """True for …管理条例 and for most of a title, unless the question goes on with 规定."""
    if GENRE_LAST.search(text[start:end]):
        return True
    return end - start >= _SHARE * len(title) and not _GENRE_NEXT.match(text, end)
