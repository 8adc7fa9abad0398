"""The grammar of clause labels: 第三章, 第十条之一, 一、, （二）, 3., （4）, ⑤, ――, 附件2.

Works on folded text (half-width brackets and colons). A label stands at the start of a line, or
inside running text right after a sentence end. A reference to a clause (依照第十条的规定) is not
a label: what follows the number gives it away.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from text.numerals import parse_int

_CN = "一二三四五六七八九十百零〇两"
_CN_NUMBER = rf"[{_CN}]{{1,7}}"
_ANY_NUMBER = rf"(?:{_CN_NUMBER}|\d{{1,4}})"

# What follows the number when a clause is referred to, not opened.
_REFERENCE = (
    r"(?!\s*(?:规定|所列|所称|的规定|的|第|和|与|及|或者|或|至|到|、|,|,|之规定|中|以及|"
    r"\)|》|修改|删去|增加一|作为))"
)

# (kind, pattern); the first that matches wins. Order matters: 第一部分 before 第一, (1) before 1).
_STYLES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("附件", re.compile(r"附\s*(?:件|表|录|图)\s*(?P<n>[\d一二三四五六七八九十]{0,3})(?=\s|:|$|\.)")),
    ("编", re.compile(rf"第\s*(?P<n>{_ANY_NUMBER})\s*(?:分编|编){_REFERENCE}")),
    ("部分", re.compile(rf"第\s*(?P<n>{_ANY_NUMBER})\s*部分{_REFERENCE}")),
    ("章", re.compile(rf"第\s*(?P<n>{_ANY_NUMBER})\s*章{_REFERENCE}")),
    ("节", re.compile(rf"第\s*(?P<n>{_ANY_NUMBER})\s*节{_REFERENCE}")),
    (
        "条",
        re.compile(
            rf"第\s*(?P<n>{_ANY_NUMBER})\s*条(?:之(?P<sub>[{_CN}]{{1,2}}))?(?:\s|(?!\s){_REFERENCE})"
        ),
    ),
    ("一、", re.compile(rf"(?P<n>{_CN_NUMBER})\s*(?:、|\.(?!\d))")),
    ("(一)", re.compile(rf"\(\s*(?P<n>{_CN_NUMBER})\s*\)、?")),
    ("1.1", re.compile(r"(?P<n>\d{1,2}(?:\.\d{1,2}){1,3})(?=\s+[^\d\s%])")),
    ("1.", re.compile(r"(?P<n>\d{1,3})\s*(?:、|\.(?![\d%]))")),
    ("(1)", re.compile(r"\(\s*(?P<n>\d{1,3})\s*\)、?")),
    ("1)", re.compile(r"(?P<n>\d{1,2})\)")),
    ("①", re.compile(r"(?P<n>[①-⑳])")),
    ("——", re.compile(r"(?P<n>)(?:—{1,3}|--+|[•●■◆▪◇○□➢★])\s*(?=[^\s\d—-])")),
)
_RANK = {kind: rank for rank, (kind, _) in enumerate(_STYLES)}

# Inside running text a label may follow the end of a sentence or a lead-in colon.
_AFTER_END = re.compile(
    r"(?:(?<=[。;:!?\"》)])|(?<=[。;:!?]\s))\s*(?="
    rf"(?:(?<=[。!?])第{_CN_NUMBER}(?:章|节|条)(?:\s|[^规所的第和与及或至到、,之中以)》])"
    rf"|{_CN_NUMBER}、|\({_CN_NUMBER}\)|\d{{1,2}}[.、](?![\d%])[^\s]|\(\d{{1,2}}\)|[①-⑳]))"
)
# A heading without a full stop before its first child: 一、扩大人才供给（一）加强…
_FUSED = re.compile(rf"^(?:第?{_CN_NUMBER}[、章节]\s*[^。;:,、]{{2,40}}?)(?=\((?:一|{_CN_NUMBER})\))")
_FUSED_ARABIC = re.compile(rf"^\({_CN_NUMBER}\)[^。;:,、]{{2,40}}?(?=1[.、](?!\d))")


@dataclass(frozen=True, slots=True)
class Label:
    """A clause label: `text[:length]` of the line; `number` is None for bullets."""

    kind: str
    number: int | None
    length: int
    sub: int = 0

    @property
    def rank(self) -> int:
        """The usual depth of this style: smaller stands higher."""
        return _RANK[self.kind]


def parse_label(text: str) -> Label | None:
    """The label that opens this folded line, or None."""
    for kind, pattern in _STYLES:
        match = pattern.match(text)
        if match is None:
            continue
        number = _number(match.group("n"))
        if kind != "——" and kind != "附件" and number is None:
            continue
        sub = _number(match.groupdict().get("sub") or "") or 0
        return Label(kind, number, match.end(), sub)
    return None


def inline_starts(text: str) -> list[int]:
    """Offsets (> 0, ascending) at which running text opens a further clause."""
    starts: set[int] = set()
    for match in _AFTER_END.finditer(text):
        at = match.end()
        if 0 < at < len(text) and not _inside_quote(text, at) and not _is_reference(text, at):
            starts.add(at)
    for at in (0, *sorted(starts)):
        for pattern in (_FUSED, _FUSED_ARABIC):
            fused = pattern.match(text[at : at + 80])
            if fused is not None:
                starts.add(at + fused.end())
    return sorted(starts)


def _is_reference(text: str, at: int) -> bool:
    """True for 见：（一）和（二） and for a list of attachments, which are no clauses."""
    window = text[at : at + 12]
    label = parse_label(window)
    if label is None:
        return True
    rest = window[label.length :].lstrip()
    return not rest or rest[0] in "、,和及或至;。项款条"


def _inside_quote(text: str, at: int) -> bool:
    """True when position `at` stands inside an open 《 》 of the same sentence."""
    start = max(0, at - 80)
    return text.rfind("《", start, at) > text.rfind("》", start, at)


def _number(text: str) -> int | None:
    """12, 十二, 一百零三, ③ or the last part of 2.3 as an integer; None when it is none."""
    if not text:
        return None
    if text.isdigit() and "①" <= text <= "⑳":
        return ord(text) - ord("①") + 1
    if "." in text:
        return int(text.rsplit(".", 1)[1])
    if text.isascii() and text.isdigit():
        return int(text)
    return parse_int(text)

