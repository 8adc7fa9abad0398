"""The grammar of clause labels: 第三章, 第十条之一, 一、, （二）, 3., （4）, ⑤, ――, 附件2.

Works on folded text (half-width brackets and colons). A label stands at the start of a line, or
inside running text right after a sentence end. A reference to a clause (依照第十条的规定) is not
a label: what follows the number gives it away.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from text.numerals import parse_int

LAW_KINDS = ("编", "部分", "章", "节", "条")

_CN = "一二三四五六七八九十百千零〇两"
_CN_NUMBER = rf"[{_CN}]{{1,8}}"
_ANY_NUMBER = rf"(?:{_CN_NUMBER}|\d{{1,4}})"

# What follows the number when a clause is referred to, not opened.
_REFERENCE = (
    r"(?!\s*(?:规定|所列|所称|的规定|的|第|和|与|及|或者|或|至|到|、|,|,|之规定|中(?![国华央])|以及|"
    r"\)|》|修改|删去|增加一|作为|所述|确定|明确|要求|处罚|处理|执行|办理|处以|"
    rf"\({_CN_NUMBER}\)\s*(?:项|款|目)))"
)
# What follows a decimal number when it is a quantity: 1.5万元, 3.2个百分点.
_UNIT = r"[万亿千百个倍米公元吨度年月日时分秒人次户件家平立亩厘毫级岁折成克升兆瓦至到~—-]"


def _of_law(name: str, number: str = _ANY_NUMBER) -> re.Pattern[str]:
    return re.compile(rf"第\s*(?P<n>{number})\s*{name}{_REFERENCE}")


# (kind, pattern); the first that matches wins. Order matters: 第一部分 before 第一, (1) before 1).
_STYLES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "附件",
        re.compile(
            r"附\s*(?:件|表|录|图)\s*(?P<n>[\d一二三四五六七八九十]{0,3})"
            r"(?=\s|:|$|\.|(?<=\d)(?![所的和与及至中规为是、,;。)）])[\u4e00-\u9fff])"
        ),
    ),
    ("编", _of_law("(?:分编|编)")),
    ("部分", _of_law("部分")),
    ("章", _of_law("章")),
    ("节", _of_law("节")),
    (
        "条",
        re.compile(
            rf"第\s*(?P<n>{_ANY_NUMBER})\s*条(?:之(?P<sub>[{_CN}]{{1,2}}))?(?:\s|(?!\s){_REFERENCE})"
        ),
    ),
    ("一、", re.compile(rf"(?P<n>{_CN_NUMBER})\s*(?:、|\.(?!\d))")),
    ("(一)", re.compile(rf"\(\s*(?P<n>{_CN_NUMBER})\s*\)、?|(?P<sign>[㈠-㈩])")),
    ("1.1.1", re.compile(rf"(?P<n>\d{{1,2}}(?:\.\d{{1,2}}){{2,3}})(?=\s*(?!{_UNIT})[^\d\s%.,、])")),
    ("1.1", re.compile(rf"(?P<n>\d{{1,2}}\.\d{{1,2}})(?=\s*(?!{_UNIT})[\u4e00-\u9fff\"《])")),
    ("1.", re.compile(r"(?P<n>\d{1,3})\s*(?:、|\.(?![\d%]))|(?P<sign>[⒈-⒛])")),
    ("(1)", re.compile(r"\(\s*(?P<n>\d{1,3})\s*\)、?|(?P<sign>[⑴-⒇])")),
    ("1)", re.compile(r"(?P<n>\d{1,2})\)")),
    ("①", re.compile(r"(?P<sign>[①-⑳㉑-㉟㊱-㊿])")),
    ("——", re.compile(r"(?P<n>)(?:—{1,3}|-{2,80}|[•●■◆▪◇○□➢★])\s*(?=[^\s\d—-])")),
)
_RANK = {kind: rank for rank, (kind, _) in enumerate(_STYLES)}

# Inside running text a label may follow the end of a sentence or a lead-in colon.
_AFTER_END = re.compile(
    r"(?:(?<=[。;:!?\"》)])|(?<=[。;:!?]\s))\s{0,40}(?="
    rf"(?:(?<=[。!?])第{_CN_NUMBER}(?:章|节|条)(?:\s|[^规所的第和与及或至到、,之中以)》]|中[国华央])"
    rf"|{_CN_NUMBER}、|\({_CN_NUMBER}\)|\d{{1,2}}[.、](?![\d%])[^\s]|\(\d{{1,2}}\)|[①-⑳]))"
)
# A heading without a full stop before its first child: 一、扩大人才供给（一）加强…
_FUSED = re.compile(
    rf"^(?:第?{_CN_NUMBER}[、章节]\s*[^。;:,、]{{2,40}}?)(?=\((?:一|{_CN_NUMBER})\))"
)
# 第二章参加流程第六条参加人应当…: a chapter's name and its first article on one line
_FUSED_ARTICLE = re.compile(
    rf"^第{_CN_NUMBER}[编章节]\s{{0,4}}[^。;:,、]{{1,30}}?"
    rf"(?=第{_CN_NUMBER}(?:节|条(?:\s|[^规所的第和与及或至到、,之中以)》]|中[国华央])))"
)
# What follows the label of a clause that is referred to; 及时 and 项目 open a text.
_REFERRED = re.compile(r"[、,;。或]|和(?!谐)|及(?![时早])|至(?!少)|项(?!目)|款(?!项)|条(?![件例])")
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
        groups = match.groupdict()
        number = _number(groups.get("sign") or groups.get("n") or "")
        if number is None and kind not in ("——", "附件"):
            continue
        return Label(kind, number, match.end(), _number(groups.get("sub") or "") or 0)
    return None


def inline_starts(text: str) -> list[int]:
    """Offsets (> 0, ascending) at which running text opens a further clause."""
    starts: set[int] = set()
    for match in _AFTER_END.finditer(text):
        at = match.end()
        if 0 < at < len(text) and not _inside_quote(text, at) and not _is_reference(text, at):
            starts.add(at)
    pending = [0, *sorted(starts)]
    for at in pending:  # a chapter may open a section, and that its first article
        for pattern in (_FUSED, _FUSED_ARTICLE, _FUSED_ARABIC):
            fused = pattern.match(text[at : at + 80])
            if fused is not None and at + fused.end() not in starts:
                starts.add(at + fused.end())
                pending.append(at + fused.end())
    return sorted(starts)


def _is_reference(text: str, at: int) -> bool:
    """True for 见：（一）和（二） and for a list of attachments, which are no clauses."""
    window = text[at : at + 12]
    label = parse_label(window)
    if label is None:
        return True
    rest = window[label.length :].lstrip()
    return not rest or _REFERRED.match(rest) is not None


def _inside_quote(text: str, at: int) -> bool:
    """True when position `at` stands inside an open 《 》 of the same sentence."""
    start = max(0, at - 80)
    return text.rfind("《", start, at) > text.rfind("》", start, at)


def _number(text: str) -> int | None:
    """12, 十二, 一百零三, ③ or the last part of 2.3 as an integer; None when it is none."""
    last = text.rsplit(".", 1)[-1]
    if last.isascii() and last.isdigit():
        return int(last)
    if len(last) == 1 and not "\u4e00" <= last <= "\u9fff":
        value = unicodedata.numeric(last, None)
        if value is not None:
            return int(value)
    return parse_int(last) if last else None
