"""Titles that name versions of one rule: the same name apart from year, 修订, 试行.

云山市养犬管理办法（2023年修订）, 云山市养犬管理办法（试行） and 关于印发《云山市养犬管理办法》的
通知 are of one family.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from text.normalize import fold, squeeze

_ISSUED = re.compile(
    r"(?:印发|发布|公布|颁布|下发)《?(?P<what>[^《》]{4,100}?)》?的(?:通知|公告|通告|决定|函)$"
)
_BRACKET = re.compile(r"[\[(][^()\[\]]{0,30}[\])]")
_YEAR = re.compile(r"(?:19|20)\d{2}(?:[-—~至到](?:19|20)?\d{2,4})?年?度?")
_VERSION = re.compile(r"修[订正]版?|新版|试行|暂行|[\s《》〈〉<>\"“”·,、]|关于")
_EXPLAINS = re.compile(r"解读|答记者问|问答|图解|关于修[改订正]|废止")
_LEAST = 5  # characters of a name that tells a rule from others


@lru_cache(maxsize=65_536)
def family(title: str) -> str:
    """What the titles of all versions of a rule have in common; "" for a title that names none."""
    bare = squeeze(fold(title))
    if _EXPLAINS.search(bare):
        return ""
    issued = _ISSUED.search(bare)
    bare = _BRACKET.sub("", issued.group("what") if issued else bare)
    bare = _VERSION.sub("", _YEAR.sub("", bare))
    return bare if len(bare) >= _LEAST else ""


def named(given: str) -> str:
    """The family that a person names: as titles are read, else in the person's own words."""
    return family(given) or squeeze(fold(given))


def families(titles: Iterable[str], given: str | None = None) -> frozenset[str]:
    """The families of a document: the one that a person gave it, else those of its titles.

    `given` is "" where a person said that the document is a version of nothing.
    """
    if given is not None:
        return frozenset({named(given)} - {""})
    return frozenset(set(map(family, titles)) - {""})
