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

_FILE = Path(__file__).with_name("counties.txt")
_LAST = re.compile(r"(?:新区|区|县|市|旗)$")
_NO_PLACE = ("路", "街", "大道", "大学")  # 番禺路 is a road, wherever it runs


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
    return [one for one in found if one[0] in edges and one[1] in edges]


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
