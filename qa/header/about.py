"""What a text about a document says of it: an 解读 or 答记者问 that names 《某办法》.

Libraries often hold the explanation and not the rule: its opening sentences tell who issued the
rule, when, under which number, from when it holds and what it ends.
"""

from __future__ import annotations

import re

from text.dates import dates
from text.normalize import fold, squeeze
from text.sentences import sentences
from youju.records import PolicyDoc, Span

TELLS = re.compile("解读|答记者问|问答|图解")
_HEAD = 1500  # characters in which an explanation introduces what it explains
_NAMED = re.compile(r"《([^《》]{4,80})》")
_ISSUED = re.compile(r"印发|发布|颁布|公布|出台|制定了?《")
_SAYS: dict[str, re.Pattern[str]] = {
    "doc_number": re.compile(r"[\[(](?:19|20)\d{2}[\])]\s{0,4}\d{1,5}\s{0,4}号|令第"),
    "issuer": _ISSUED,
    "issued_on": _ISSUED,
    "written_on": _ISSUED,
    "effective_on": re.compile(r"起(?:正式)?(?:施行|实施|执行|生效)"),
    "expires_on": re.compile(r"有效期"),
    "article_count": re.compile(r"[共分][^。;]{0,8}[\d一二三四五六七八九十百]{1,4}[章条]"),
    "chapter_count": re.compile(r"[共分][^。;]{0,8}[\d一二三四五六七八九十百]{1,4}章"),
    "repeals": re.compile(r"废止|失效"),
}
_COUNTS = ("article_count", "chapter_count")
_DATED = ("issued_on", "written_on")


def explains(doc: PolicyDoc, normal: str) -> bool:
    """True when the document explains one that the question asks of, and is not itself meant."""
    title = squeeze(fold(doc.name))
    if TELLS.search(title) is None or TELLS.search(normal):
        return False
    asked = squeeze(normal)
    return any(_alike(name, asked) for name in _NAMED.findall(title))


def _alike(name: str, asked: str) -> bool:
    """True when most of the name's character pairs stand in the question."""
    pairs = [name[i : i + 2] for i in range(len(name) - 1)]
    return sum(pair in asked for pair in pairs) * 2 >= len(pairs)


def told(doc: PolicyDoc, aspect: str) -> list[Span]:
    """The first sentence that says it of what is explained; empty when none does."""
    says = _SAYS.get(aspect)
    if says is None:
        return []
    text = fold(doc.text[: len(doc.text) if aspect in _COUNTS else _HEAD])
    for start, end in sentences(text):
        said = text[start:end]
        if says.search(said) is None or (aspect in _DATED and not dates(said)):
            continue
        if aspect not in _COUNTS and "《" not in said:
            continue
        return [Span(start, end)]
    return []
