"""Names of organs: what is one, and where several stand side by side."""

from __future__ import annotations

import re

from text.normalize import fold
from text.places import NATION, PROVINCES, region_of

_END = (
    "(?:政府|国务院|办公厅|办公室|委员会|党组|厅|局|部|委|办|院|署|会|处|中心|公司|集团|银行|支行|分行|法院"
    "|检察院|军区|小组|学院|大学|总队|支队)"
)
_LETTERS = frozenset("厅局部委办院署会处室府行社")
_OVER_OTHERS = ("总局", "总行", "总署")  # 国家税务总局某省税务局 is one organ
ORGAN = re.compile(rf"^[\u4e00-\u9fff、()\s\"]{{1,60}}{_END}$")
_REACH = 90  # characters that the name of an organ may have


def apart(organs: str) -> str:
    """Organs side by side told apart: 某省教育厅某省财政厅 → 某省教育厅、某省财政厅."""
    pieces = organs.split()
    if len(pieces) > 1 and all(ORGAN.match(fold(piece)) for piece in pieces):
        return "、".join(apart(piece) for piece in pieces)
    text = fold(organs)
    first = region_of(text)
    place = text[first[1] : first[2]] if first else ""
    parts, start = [], 0
    for at in range(2, len(text) - 2):
        ended = text[at - 1] in _LETTERS and not text.endswith(_OVER_OTHERS, start, at)
        if ended and _opens_organ(text[at : at + _REACH], place):
            parts.append(organs[start:at])
            start = at
    return "、".join([*parts, organs[start:]])


def _opens_organ(rest: str, place: str) -> bool:
    """True where an organ of the same place, of a province or of the nation is named."""
    if rest.startswith(("国家", "中共")) or (len(place) > 1 and rest.startswith(place)):
        return True
    found = region_of(rest)
    if found is None or found[1] > 0:
        return False
    return found[0] == NATION or (found[0] in PROVINCES and rest.startswith(found[0]))
