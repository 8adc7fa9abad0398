"""Counties that a question names: 番禺 lies in 广州, 定州 in 河北.

`counties.txt` has those whose name one place alone bears; the others say nothing by themselves.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from text.places import short_name
from text.words import precise

_LONGEST_WORD = 12
_NEAR = 2  # words after a name that may make it a part of another
_FILE = Path(__file__).with_name("counties.txt")
_LAST = re.compile(r"(?:新区|区|县|市|旗)$")
_NO_PLACE = ("路", "街", "大道", "大学")  # 番禺路 is a road, wherever it runs
# 滨江污水处理厂, 朝阳水库: a bare name before such a word is a part of it, wherever that stands
_PART = re.compile(r"(?:厂|产业园|公园|水库|大桥|[泵电]站|大厦)$")


@dataclass(frozen=True, slots=True)
class County:
    """`name` in full, `above` the prefecture that it belongs to, else the province, both short."""

    name: str
    above: str


def counties_in(text: str) -> list[tuple[int, int, County]]:
    """(start, end, county) of the counties that folded `text` names, in order."""
    known, longest = _known()
    found: list[tuple[int, int, County]] = []
    start = 0
    while start < len(text):
        for end in range(min(len(text), start + longest), start + 1, -1):
            county = known.get(text[start:end])
            if county is not None and not text.startswith(_NO_PLACE, end):
                found.append((start, end, county))
                start = end - 1
                break
        start += 1
    edges = _edges(text) if found else frozenset()
    # 15号文登在网上 names no 文登
    found = [one for one in found if text[max(0, one[0] - 1) : one[0]] != "号"]
    found = [one for one in found if one[0] in edges and one[1] in edges]
    return [one for one in found if _LAST.search(text[: one[1]]) or not _names_part(text, one[1])]


def _names_part(text: str, at: int) -> bool:
    """True when the word that follows is what the name before it calls: 滨江|污水处理厂."""
    for word in precise(text[at : at + _LONGEST_WORD])[:_NEAR]:
        if len(word) < 2 or not text.startswith(word, at):
            return False
        if _PART.search(word) is not None:
            return True
        at += len(word)
    return False


def _edges(text: str) -> frozenset[int]:
    """Where words begin and end: 号文安排 does not name 文安."""
    lowered = text.lower()
    edges: set[int] = set()
    at = 0
    for word in precise(text):
        start = lowered.find(word, at)
        if start >= 0:
            at = start + len(word)
            edges |= {start, at}
    return frozenset(edges)


@lru_cache(maxsize=1)
def _known() -> tuple[dict[str, County], int]:
    """Every name that means a county, and the length of the longest."""
    known: dict[str, County] = {}
    for line in _FILE.read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        where, _, names = line.partition(": ")
        province, prefecture = where.split(" ")
        above = short_name(province if prefecture == "-" else prefecture)
        for marked in names.split():
            county = County(marked.rstrip("*"), above)
            known[county.name] = county
            if marked.endswith("*"):
                known[_LAST.sub("", county.name)] = county
    return known, max(map(len, known))
