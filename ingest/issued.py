"""Where the documents begin that a notice issues: their names as it says them, with or without a
line of their own.

现将《某办法》印发给你们。某厅2023年1月1日某办法(试行)第一章总则…: what is named in 《…》, or
between 关于印发 and 的通知, stands again above its text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

from ingest.labels import parse_label
from ingest.lines import Line
from ingest.titles import quoted_names
from text.normalize import squeeze
from youju.records import Span

_NAMED_IN = 60  # lines of a notice that may name what it issues
_UNSIGNED = 12  # the same of a notice that nobody signs
_TOLD = 2000  # characters of a notice, and of a line of it, that are looked at
_NAMES = 60  # names that are looked for
_SHORTEST = 6  # characters of a name that is looked for within lines
_LEAST = 8  # characters of a document; in a list of names the next one follows at once
_REACH = 24  # characters before and behind a name that are looked at
_OF_NOTICE = re.compile(
    r"关于(?:联合)?(?:印发|转发|批转|发布|公布)(?P<name>[^《》]{4,80})的(?:通知|函|公告|决定)"
)
_EDITION = re.compile(r"\((?:试行|暂行|修[订正]稿?|草案|征求意见稿|(?:19|20)\d{2}[^()]{0,16})\)")
# 附件: or 附件1: before a name, alone or behind the end of what stands before it
_ANNEX = re.compile(r"(?:^|[。)日:>])附件?\d{0,2}:?$")
_DATED = re.compile(r"(?:19|20)\d{2}年\d{1,2}月\d{1,2}日$")
_CLOSED = re.compile(r"[。)日]$")
_OPENS = re.compile(r"第[一1][章条]|目录|总则|一、|为(?!期|止|准|主)|根据")
# how a sentence goes on that names the document
_CITED = re.compile(r"[的已经印自由和与及中》,、。;:]|第[^一1]|等|以及|同时|执行|规定|要求")


def issued(lines: Sequence[Line], body: Sequence[int], signed: Sequence[int]) -> list[Span]:
    """The titles of what is issued, in order; none where the notice alone stands in the file.

    `signed` are the lines with which the notice closes, none when it has no closing of its own.
    """
    names = _names(lines, body, signed)
    if not names:
        return []
    text = _Text(lines, [i for i in body if not signed or i > signed[-1]])
    found: list[tuple[int, int]] = []
    for name in names:
        place = next(text.titles(name, bool(signed)), None)
        if place is not None and not any(a < place[1] and place[0] < b for a, b in found):
            found.append(place)
    found.sort()
    bounds = [*found, (len(text.chars), len(text.chars))]
    return [text.span(*place) for place, after in pairwise(bounds) if after[0] - place[1] >= _LEAST]


def _names(lines: Sequence[Line], body: Sequence[int], signed: Sequence[int]) -> list[str]:
    """What the notice names, the longest first: a name may hold another."""
    if signed:
        notice = [i for i in body[:_NAMED_IN] if i < signed[0]]
    else:
        notice = list(body[:_UNSIGNED])
        labels = [at for at, i in enumerate(notice) if parse_label(lines[i].text)]
        notice = notice[: labels[0]] if labels else notice
    joined = squeeze("".join(lines[i].text for i in notice)[:_TOLD])
    found = [match.group("name") for match in _OF_NOTICE.finditer(joined)]
    found += quoted_names(joined)  # a name may go on in the next line
    found += [name for i in notice for name in quoted_names(lines[i].text[:_TOLD])]
    return sorted(list(dict.fromkeys(found))[:_NAMES], key=lambda name: (-len(name), name))


class _Text:
    """The lines without white space, and where each of their characters stands."""

    def __init__(self, lines: Sequence[Line], numbers: Sequence[int]) -> None:
        self._lines = [lines[i] for i in numbers]
        pieces = [squeeze(line.text) for line in self._lines]
        self._starts = list(accumulate(map(len, pieces), initial=0))
        self._heads = set(self._starts)
        self.chars = "".join(pieces)

    def titles(self, name: str, signed: bool) -> Iterator[tuple[int, int]]:
        """Where the name stands as a title."""
        at = self.chars.find(name)
        while at >= 0:
            end = at + len(name)
            edition = _EDITION.match(self.chars, end)
            end = edition.end() if edition else end
            if self._is_title(at, end, name, signed):
                yield at, end
            at = self.chars.find(name, at + 1)

    def _is_title(self, at: int, end: int, name: str, signed: bool) -> bool:
        before, after = self.chars[max(0, at - _REACH) : at], self.chars[end : end + len(name)]
        opens = _OPENS.match(after) is not None
        alone = end in self._heads
        if after.startswith(name) or (not signed and at == 0):
            return False
        if at in self._heads:
            return (alone and (signed or opens)) or (
                len(name) >= _SHORTEST and (opens or (signed and not _CITED.match(after)))
            )
        if len(name) < _SHORTEST:
            return False
        if _ANNEX.search(before):
            return opens
        if alone and _DATED.search(before):
            return True
        return bool(_CLOSED.search(before)) and (opens or (signed and not _CITED.match(after)))

    def span(self, start: int, end: int) -> Span:
        """Where the characters start:end stand in the original."""
        return Span(self._origin(start).start, self._origin(end - 1).end)

    def _origin(self, at: int) -> Span:
        number = bisect_right(self._starts, at) - 1
        line, place = self._lines[number], at - self._starts[number]
        shown = [i for i, char in enumerate(line.text) if not char.isspace()]
        return line.sub(shown[place], shown[place] + 1)
