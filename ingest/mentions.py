"""Other documents that a document names, and what it does to them: 废止, 修改, 依据, 解读.

A name counts with the sentence it stands in; a decision or list of repeals (关于废止…的决定) ends
every document that it lists, until a heading turns to those that are kept or changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.lines import Line
from text.normalize import fold, squeeze
from youju.records import Mention, PolicyMeta, Span

_NUMBER = (
    r"[\u4e00-\u9fff]{1,14}\s{0,8}[\[(<]\s{0,8}(?:19|20)\d{2}\s{0,8}[\])>]\s{0,8}第?\s{0,8}\d{1,5}\s{0,8}号"
    r"|[\u4e00-\u9fff]{2,20}令\s{0,8}(?:[\[(]?(?:19|20)\d{2}[\])]?年?)?\s{0,8}第?\s{0,8}\d{1,4}\s{0,8}号"
)
# 《某办法》(云政发[2016]12号): nested names use 〈〉 or 《》 inside
_NAMED = re.compile(
    r"《(?P<title>(?:[^《》]|《[^《》]*》){2,120})》\s{0,8}"
    rf"(?:\(\s{{0,8}}(?P<number>{_NUMBER})[^()]{{0,40}}\))?"
)
_BARE = re.compile(rf"(?P<number>{_NUMBER})")
_ENDS = re.compile(
    r"(?:废止|失效|停止执行|停止施行)(?!(?:后|前|时|的(?:程序|条件|情形)|日期|或者修改|和修改|情况))"
)
_KEPT = re.compile(
    r"(?:未|不|不得|不予|尚未|部分)(?:被|予)?(?:废止|失效)|废止或者|修改(?:或者|、)废止"
)
_BASED = re.compile(r"(?:根据|依据|依照|按照|遵照|贯彻|落实)[^《。;]{0,30}$")
_MAKES = re.compile(r"制定|制订|发布|印发|编制|修订")
_SENTENCE = re.compile(r"[^。;\n]+[。;]?")
_ENDING_TITLE = re.compile(r"(?:废止|宣布失效|失效|停止执行)")
_HEADING = re.compile(r"废止|失效|停止执行|修改|继续有效|保留|修订")
_ENDING_HEADING = re.compile(r"废止|失效|停止执行")
_ITEM = re.compile(
    r"^\(?\s{0,8}(?:\d{1,3}|[一二三四五六七八九十百]{1,4})\s{0,8}(?:[.、)]|\s)\s{0,8}(?=\S)"
)
_ITEM_NAME = re.compile(
    rf"(?P<title>[^《》\n]{{6,120}}?(?:通知|办法|规定|意见|决定|条例|细则|方案|函|批复|公告|通告|规则|制度))"
    rf"\s{{0,8}}(?:\(\s{{0,8}}(?P<number>{_NUMBER})[^()]{{0,40}}\)|(?=\s|$|\())"
)
_AMENDS = re.compile(r"关于修[改订正]《(?P<title>[^《》]{4,100})》的(?:决定|通知)")
_READS = re.compile(r"解读")
_NEAR = 300  # characters after a name in which the making of the document is told
_LEAD = re.compile(r"^.*[原以按据照依之的与及于即和将](?=[\u4e00-\u9fff]{2,})")
_MOST = 2000  # documents that one may end: a list of repeals


def mentions(meta: PolicyMeta, lines: Sequence[Line], body: Sequence[int]) -> tuple[Mention, ...]:
    """Every document named with what happens to it, in order, each once."""
    title = fold(meta.title.value) if meta.title else ""
    found = [*_of_title(meta, title), *_listed(title, lines, body), *_told(lines, body)]
    unique = {(m.kind, squeeze(m.title), m.number): m for m in reversed(found)}
    ordered = sorted(unique.values(), key=lambda m: (m.span.start, m.kind))
    # a rule of the same name is an older version when it ends, else the document itself
    own = squeeze(title)
    others = (m for m in ordered if m.kind == "废止" or squeeze(fold(m.title)) != own)
    return tuple(others)[:_MOST]


def _of_title(meta: PolicyMeta, title: str) -> Iterator[Mention]:
    """关于修改《…》的决定, 《…》解读."""
    if meta.title is None:
        return
    changed = _AMENDS.search(title)
    if changed:
        yield Mention("修改", changed.group("title"), None, meta.title.span)
    elif _READS.search(title):
        for named in _NAMED.finditer(title):
            yield Mention("解读", named.group("title"), None, meta.title.span)


def _listed(title: str, lines: Sequence[Line], body: Sequence[int]) -> Iterator[Mention]:
    """The items of a list of repeals."""
    if not _ENDING_TITLE.search(title):
        return
    ending = True
    for i in body:
        line = lines[i]
        if len(line.text) <= 60 and not _ITEM_NAME.search(line.text) and "《" not in line.text:
            heading = _HEADING.search(line.text)
            ending = _ENDING_HEADING.search(line.text) is not None if heading else ending
        label = _ITEM.match(line.text)
        if not ending or label is None:
            continue
        for named in [*_NAMED.finditer(line.text, label.end())][:1] or [
            *_ITEM_NAME.finditer(line.text, label.end())
        ][:1]:
            yield _mention("废止", line, named, line.span)


def _told(lines: Sequence[Line], body: Sequence[int]) -> Iterator[Mention]:
    """Sentences that end another document, or name it as their ground."""
    for i in body:
        line = lines[i]
        if "《" not in line.text and not _BARE.search(line.text):
            continue
        for sentence in _SENTENCE.finditer(line.text):
            yield from _of_sentence(line, sentence)


def _of_sentence(line: Line, sentence: re.Match[str]) -> Iterator[Mention]:
    text = sentence.group()
    ends = _ENDS.search(text) if not _KEPT.search(text) else None
    span = line.sub(sentence.start(), sentence.end())
    for named in _NAMED.finditer(text):
        based = _BASED.search(text[max(0, named.start() - 60) : named.start()])
        if ends and named.end() <= ends.start() and not based:
            yield _mention("废止", line, named, span)
            continue
        follows = text[max(0, named.start() - 1) : named.start()] in ("》", "、", ")")
        near = text[named.end() : named.end() + _NEAR]
        if (based or follows) and _MAKES.search(near):
            yield _mention("依据", line, named, span)
    if ends and "《" not in text:
        for bare in _BARE.finditer(text, 0, ends.start()):
            number = _LEAD.sub("", squeeze(bare.group("number")))
            yield Mention("废止", "", number, span)


def _mention(kind: str, line: Line, named: re.Match[str], span: Span) -> Mention:
    number = named.group("number")
    return Mention(kind, named.group("title").strip(), squeeze(number) if number else None, span)
