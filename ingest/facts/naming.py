"""Whether the words found for a target can be its name.

A name is a noun phrase that stands alone. What begins with a word that points back (这, 该, 把) or
ends before its noun (国家级 in 5个国家级、10个省级基地; 超5亿元的) is completed from the list it
stands in, else the target is left out: a wrong name is worse than none. Works on folded text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.facts.target import Part, Target

_START = re.compile(
    r"[、,;)]|的|及以|把|由(?=\d|一九|[原现目当])|比(?=第|[\d上去同一])|[这该此]|其(?![他它余中])"
)
_BACK = re.compile(r"这(?:方面|些|个|一?项|类)")
_END = re.compile(
    r"(?:的|可以?|拟|先|基础上|以[上下内]|(?<![A-Za-z.])\d|[一二三四五六七八九十百千万亿]{3}[元斤吨亩%]?)$"
)
_NO_NOUN = re.compile(r"(?:实际|预计|可以?|拟|先|再|又|也|[年人生户]均?)+")
# Adverbs and copulas between a name and its value: 项目是, 比例为(不超过), 失业率全年(控制在)
_LOOSE = re.compile(r"(?:是|(?<![行作认成])为|最[高多低少]|在?[今全]年|动态|暂)$")
# 国家级、省级基地: a quality whose noun follows with the last item
_QUALITY = re.compile(r"[级元类型]$")
_LIST_MARK = re.compile(r"[、和及与]")
_SHORTEST = 2  # characters of a name
_NEXT = 3  # characters at most from a name to the value of the next item


def settled(text: str, part: Part) -> Part:
    """The part of a name without adverbs and copulas at its end, if anything is left."""
    start, end = part
    loose = _LOOSE.search(text, start, end)
    return (start, loose.start()) if loose and loose.start() - start >= _SHORTEST else part


def is_name(name: str) -> bool:
    """True when a folded name may stand alone."""
    if name.count("(") != name.count(")") or name.count('"') % 2:
        return False
    if _START.match(name) or _BACK.search(name) or _END.search(name):
        return False
    return _NO_NOUN.fullmatch(name) is None


def completed(text: str, found: Sequence[Target]) -> list[Target]:
    """The targets with the noun that a list shares, those without a name left out."""
    out: list[Target] = []
    later: Target | None = None
    for target in reversed(found):
        whole = _with_noun(text, target, later)
        later = whole or target
        if whole is not None and is_name("".join(text[a:b] for a, b in whole.parts)):
            out.append(whole)
    return out[::-1]


def _with_noun(text: str, target: Target, later: Target | None) -> Target | None:
    """国家级 with the noun of the next item (10个省级基地); None where there is none."""
    start, end = target.name
    listed = target.counted and start >= target.quantity.end and target.head == (0, 0)
    if not listed or not _QUALITY.search(text, start, end) or not _LIST_MARK.match(text, end):
        return target
    if later is None or not 0 < later.quantity.start - end <= _NEXT:
        return None
    noun = noun_after(text, text[end - 1], later)
    return replace(target, head=noun) if noun is not None else None


def noun_after(text: str, mark: str, other: Target) -> Part | None:
    """What stands in the name of another item behind the same mark: 基地 in 省级基地."""
    for start, end in (other.head, other.name):
        at = text.rfind(mark, start, end)
        if at >= 0 and end - at > _SHORTEST:
            return at + 1, end
    return other.head if other.head[1] and _QUALITY.search(text, *other.name) else None
