"""Who is responsible: (…负责), (…牵头,…配合), and sentences such as 领导小组办公室设在省质监局."""

from __future__ import annotations

import re

_DUTY = r"(?:负责|牵头|参加|配合|参与|承担|落实|协助|会同|按职责分工)"
# A closing bracket that names bodies and their duty; brackets may nest one level: 各市(州)人民政府.
_BRACKET = re.compile(
    rf"[(\[](?P<inside>(?:[^()\[\]]|[(\[][^()\[\]]{{0,20}}[)\]]){{2,400}}?{_DUTY}(?:[^()\[\]。]{{0,12}}))[)\]]"
)
_LABELLED = re.compile(
    r"[(\[]?(?:责任|牵头|配合|参加|主管|实施|承办)(?:单位|部门|处室|机构)\s*:\s*"
    r"(?P<inside>[^()\[\]\n。]{2,300})[)\]。]?"
)
_SENTENCE = re.compile(
    rf"由[^,。;]{{2,40}}?(?:{_DUTY}|担任|组成|主管|组织|实施)|设在[^,。;]{{2,20}}"
    r"|[^,。;]{2,30}(?:主管部门|负责人|部门|机构)?(?:负责|主管|牵头)[^,。;]{2,}"
)
_SPLIT = re.compile(r"(?<![()\[\]])[、,;:](?![^(\[]{0,20}[)\]])")
# (责任单位:A、B;完成时限:2024年底前): what follows names no body
_TIMED = re.compile(r"\s{0,4}(?:完成|办理|办结|实施|推进)?(?:时限|时间|期限|进度)")
_WORDS = re.compile(
    r"^(?:责任|牵头|配合|参加|主管|实施|承办)(?:单位|部门|处室|机构)$|^等$"
    r"|(?:按照?职责分工)?(?:分别|共同|具体|组织)?"
    r"(?:负责|牵头|参加|配合|参与|承担|抓好落实|落实|协助)$|按照?职责分工$|(?:等)?(?:有关|相关)?部门$"
)


def brackets(text: str) -> list[tuple[int, int]]:
    """Spans of the owner brackets of a folded text, brackets included, in order."""
    found = [match.span() for pattern in (_BRACKET, _LABELLED) for match in pattern.finditer(text)]
    return sorted(set(found))


def names_owner(text: str) -> bool:
    """True when a folded sentence says who does something."""
    return bool(brackets(text)) or _SENTENCE.search(text) is not None


def bodies(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Spans of the bodies that the owner bracket start:end of a folded text names, in order.

    >>> text = "(省质监局牵头,省农委、省水利厅参加)"
    >>> [text[a:b] for a, b in bodies(text, 0, len(text))]
    ['省质监局', '省农委', '省水利厅']
    """
    inside = text[start:end]
    left = len(inside) - len(inside.lstrip("(["))
    right = len(inside.rstrip(".。")) - (1 if inside.rstrip(".。")[-1:] in (")", "]") else 0)
    bounds = [left, *(b for m in _SPLIT.finditer(inside, left, right) for b in m.span()), right]
    out = []
    for a, b in zip(bounds[::2], bounds[1::2], strict=True):
        if _TIMED.match(inside[a:b]):
            break
        duty = _WORDS.search(inside[a:b])
        b = a + duty.start() if duty else b
        piece = inside[a:b]
        a, b = a + len(piece) - len(piece.lstrip()), a + len(piece.rstrip())
        if b - a >= 2:
            out.append((start + a, start + b))
    return out
