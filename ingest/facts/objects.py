"""What a stretch of a sentence acts upon: 组建创新联盟, 扩大牧草种植面积.

A value in a later stretch that names nothing itself (到2025年达到2000家) is of that. Works on
folded text; returns half-open offsets.
"""

from __future__ import annotations

import re

from ingest.facts import indicator as names
from ingest.facts.target import Part

_ACTION = re.compile(names.ACTIONS)
_GROW = re.compile(r"(?:扩大|发展|提高|增加|推广|扩充|提升|种植)+")
_FIGURE = re.compile(r"\d|[一二三四五六七八九十百千万亿]{2}")


def object_of(text: str, start: int, end: int) -> tuple[Part, bool]:
    """What a stretch acts upon, and whether it is made to grow: 扩大优质牧草种植面积."""
    grows = _GROW.search(text, start, end)
    verb = grows or _ACTION.search(text, start, end)
    if verb is None or _FIGURE.search(text, verb.end(), end):
        return (0, 0), False
    if text[verb.end() : verb.end() + 1] in "与和及":
        return (0, 0), False  # 培育与认定 names nothing
    return (verb.end(), end), grows is not None
