"""Other documents that a document names: 废止, 修改, 依据, 解读, 转发, 附件.

A name counts with the sentence it stands in; a decision or list of repeals (关于废止…的决定) ends
every document that it lists, until a heading turns to those that are kept or changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from ingest.labels import inline_starts
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
_MAKING = "制定|制订|编制|编写|修订|修改|起草|印发|发布|出台|形成"
_MAKES = re.compile(_MAKING)
# 制定本办法, 通知如下, 现印发给你们: what is said of the document at hand and of no other
_MADE = re.compile(
    rf"(?:{_MAKING})(?:本|此|该|以下|如下)|特(?:{_MAKING})|现(?:将|就|予|印发|转发|公布|发布|下发)"
    r"|(?:通知|通告|公告|决定|批复|答复|复函|函复|意见|规定|报告|方案|措施|公布|公示|要求)如下"
    r"|(?:制定|制订|提出|作出)(?:如下|以下)"
)
_MADE_THIS = re.compile(rf"(?:{_MAKING})(?:完成)?了?$")  # …制度,制定了《…》: no ground
_MADE_BY_NAME = re.compile(rf"(?:{_MAKING})(?:完成)?了?(?:《(?P<title>[^《》]{{4,100}}))")
# 本报告根据《…》编制
_OF_ITSELF = re.compile(r"本[\u4e00-\u9fff]{2,6}(?:是|系)?(?:根据|依据|按照)$")
# a sentence that goes on: …为示范单位。现予公布。
_ONWARD = re.compile(r"现予|现印发|现就|现将有关|结合|特制")
_JOINER = re.compile(r"[、和与及以,\u4e00-\u9fff ]{0,14}")
_BREAKS = re.compile(r"[,。;:]|精神|要求|规定|部署|" + _MAKING)
_QUOTED = re.compile(r"《[^《》]{0,200}》")
_SENTENCE = re.compile(r"[^。;\n]+[。;]?")
_ENDING_TITLE = re.compile(r"(?:废止|宣布失效|失效|停止执行)")
_HEADING = re.compile(r"废止|失效|停止执行|修改|继续有效|保留|修订")
_ENDING_HEADING = re.compile(r"废止|失效|停止执行")
_ITEM = re.compile(
    r"^\(?\s{0,8}(?:\d{1,3}|[一二三四五六七八九十百]{1,4})\s{0,8}(?:[.、)]|\s)\s{0,8}(?=\S)"
)
_ITEM_NAME = re.compile(
    rf"(?P<title>[^《》\n]{{6,120}}?(?:通知|办法|规定|意见|决定|条例|细则|方案|函|批复|公告|通告|规则|制度))"
    rf"\s{{0,8}}(?:\(\s{{0,8}}(?P<number>{_NUMBER})[^()]{{0,40}}\)|(?=\s|$|\(|发[布文]|颁布|公布|文号))"
)
# an item that is a name of another kind: …选聘换届的原则和程序
_ITEM_ALONE = re.compile(r"(?P<title>[^。;:!?《》]{6,80})(?<![号件])(?P<number>(?!))?")
_AMENDS = re.compile(r"关于修[改订正]《(?P<title>[^《》]{4,100})》的(?:决定|通知)")
_READS = re.compile(r"解读")
_NEAR = 300  # characters after a name in which the making of the document is told
_SOON = 20  # characters after a name in which 转发给你们 follows
_LEAD = re.compile(r"^.*[原以按据照依之的与及于即和将](?=[\u4e00-\u9fff]{2,})")
_FORWARDED = ("转发", "批转")
_FORWARDING = ("的通知", "的函")  # ends of a title that say what is done, not what is forwarded
_ANNEX = re.compile(r"^附\s{0,4}件\s{0,4}\d{0,2}\s{0,4}:?\s{0,4}")
_NUMBERED = re.compile(r"(?:^|(?<=\D))\d{1,2}[.、]\s{0,4}(?=\D|(?:19|20)\d{2}\D)")
_FILE = re.compile(
    r"\.(?:docx?|wps|pdf|ofd|xlsx?|et|zip|rar)(?![A-Za-z])[^\u4e00-\u9fff]{0,40}$", re.IGNORECASE
)
_NO_NAME = re.compile(r"[。;,:!?]")
_SHORTEST, _LONGEST = 5, 100  # characters of an annex's name
_MOST = 2000  # documents that one may end: a list of repeals


def mentions(meta: PolicyMeta, lines: Sequence[Line], body: Sequence[int]) -> tuple[Mention, ...]:
    """Every document named with what happens to it, in order, each once."""
    title = fold(meta.title.value) if meta.title else ""
    told = [*_told(title, lines, body)]
    named = any(mention.kind == "转发" for mention in told)
    found = [m for m in _of_title(meta, title) if not (named and m.kind == "转发")]
    found += [*_listed(title, lines, body), *told, *_attached(title, lines, body)]
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
    for what in _forwarded(title):
        yield Mention("转发", what, None, meta.title.span)


def _forwarded(title: str) -> Iterator[str]:
    """What 转发…的通知 forwards, which may be a 通知 itself."""
    at = min((at for word in _FORWARDED if (at := title.find(word)) >= 0), default=-1)
    what = title[at + 2 :] if at >= 0 else ""
    quoted = _NAMED.match(what)
    if quoted is not None:
        yield quoted.group("title")
        return
    if what:
        yield what
    for end in _FORWARDING:
        if what.endswith(end) and len(what) > len(end):
            yield what.removesuffix(end)


def _attached(title: str, lines: Sequence[Line], body: Sequence[int]) -> Iterator[Mention]:
    """The names behind 附件:, on the same line and as the items below it.

    The document's own title behind the last name is the site's: a link to it.
    """
    listing = False
    for i in body:
        line = lines[i]
        head = _ANNEX.match(line.text) or (_ITEM.match(line.text) if listing else None)
        listing = head is not None
        if head is None or len(line.text) > 8 * _LONGEST:
            continue
        listed = line.text[head.end() :]
        linked = listed.find(title) if title else -1
        for name in _NUMBERED.split(listed[:linked] if linked > 0 else listed):
            named = _ANNEX.sub("", name.strip().lstrip("-—. ")).removeprefix("《")
            named = _FILE.sub("", named.rstrip(" .》")).rstrip("》")
            if _SHORTEST <= len(named) <= _LONGEST and not _NO_NAME.search(named):
                yield Mention("附件", named, None, line.span)


def _listed(title: str, lines: Sequence[Line], body: Sequence[int]) -> Iterator[Mention]:
    """The items of a list of repeals."""
    if not _ENDING_TITLE.search(title):
        return
    ending = True
    for line in _pieces(lines, body):
        if len(line.text) <= 60 and not _ITEM_NAME.search(line.text) and "《" not in line.text:
            heading = _HEADING.search(line.text)
            ending = _ENDING_HEADING.search(line.text) is not None if heading else ending
            if heading:
                continue
        label = _ITEM.match(line.text)
        if not ending or label is None:
            continue
        named = (
            _NAMED.match(line.text, label.end())
            or _ITEM_NAME.match(line.text, label.end())
            or _NAMED.search(line.text, label.end())
            or _ITEM_ALONE.fullmatch(line.text, label.end())
        )
        if named is not None:
            yield _mention("废止", line, named, line.span)


def _pieces(lines: Sequence[Line], body: Sequence[int]) -> Iterator[Line]:
    """The lines, lists that run on within one cut at their items."""
    for i in body:
        line = lines[i]
        for first, last in pairwise([0, *inline_starts(line.text), len(line.body)]):
            if first or last < len(line.body):
                piece = line.body.slice(first, last).strip()
                if piece:
                    yield Line(piece)
            else:
                yield line


def _told(title: str, lines: Sequence[Line], body: Sequence[int]) -> Iterator[Mention]:
    """Sentences that end another document, or name it as their ground."""
    for i in body:
        line = lines[i]
        if "《" not in line.text and not _BARE.search(line.text):
            continue
        for sentence in _SENTENCE.finditer(line.text):
            yield from _of_sentence(title, line, sentence)


def _of_sentence(title: str, line: Line, sentence: re.Match[str]) -> Iterator[Mention]:
    text = sentence.group()
    ends = _ENDS.search(text) if not _KEPT.search(text) else None
    span = line.sub(sentence.start(), sentence.end())
    following = line.text[sentence.end() : sentence.end() + _SOON]
    onward = following if _ONWARD.match(following) else ""
    grounds = itself = False  # whether the name before is a ground, and of the document itself
    last = 0
    for named in _NAMED.finditer(text):
        before = text[max(0, named.start() - 60) : named.start()]
        led = _BASED.search(before)
        if led is not None and not _MADE_THIS.search(led.group()):
            grounds, itself = True, _OF_ITSELF.search(before) is not None
        elif not _joined(text[last : named.start()]):
            grounds = itself = False
        last, based = named.end(), grounds
        if ends and named.end() <= ends.start() and not based:
            yield _mention("废止", line, named, span)
            continue
        near = text[named.end() : named.end() + _NEAR]
        if any(0 <= near.find(word) < _SOON for word in _FORWARDED):
            yield _mention("转发", line, named, span)
        elif based and _is_made(title, near + onward, itself=itself):
            yield _mention("依据", line, named, span)
    if ends and "《" not in text:
        for bare in _BARE.finditer(text, 0, ends.start()):
            number = _LEAD.sub("", squeeze(bare.group("number")))
            yield Mention("废止", "", number, span)


def _joined(between: str) -> bool:
    """True for what joins two names of one list: 《甲》和国务院《乙》."""
    return between == "," or (
        _JOINER.fullmatch(between) is not None and _BREAKS.search(between) is None
    )


def _is_made(title: str, near: str, *, itself: bool) -> bool:
    """True when what follows a ground makes the document at hand, and tells of no other."""
    if _READS.search(title):
        return False  # its sentences tell on what ground the explained document was made
    near = _within_brackets(near)
    own = squeeze(title)
    for made in _MADE_BY_NAME.finditer(near):
        name = squeeze(made.group("title"))
        if name in own or own in name:
            return True
    said = _QUOTED.sub("", near)
    return _MADE.search(said) is not None or (itself and _MAKES.search(said) is not None)


def _within_brackets(text: str) -> str:
    """The text up to a bracket that closes what stands before it: 根据《…》修正)第一条…."""
    depth = 0
    for at, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if depth < 0:
            return text[:at]
    return text


def _mention(kind: str, line: Line, named: re.Match[str], span: Span) -> Mention:
    number = named.group("number")
    return Mention(kind, named.group("title").strip(), squeeze(number) if number else None, span)
