"""What a document says of itself in its own sentences: its basis, purpose, scope, interpreter …

Each finder gives the sentences that say it, in the order of the text, within the part of the file
that the document is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice

from qa.asked.aspects import ENTRIES
from text.dates import dates
from text.normalize import fold, squeeze
from youju.records import Clause, PolicyDoc, Span

_BACK, _AHEAD = 240, 420  # how far a sentence reaches from the words that were found
_ENDS = "。;!?\n\r"
_ITEMS = 12  # items of a list that a sentence leads in
_ABOVE = 300
_HEAD = 3000  # characters in which a document tells its history, basis and scope
_MAKE = r"(?:制定|制订|特制定|编制|修订|拟定|发布|印发|公布|提出|作出|通知|决定|公告|通告)"
_SELF = r"(?:本|该|此)[\u4e00-\u9fff]{1,8}"

_INTERPRETER = re.compile(
    r"由[^。;,\n]{2,60}?(?:负责)?(?:进行)?解释|解释权[^。;\n]{2,40}|[^。;,\n]{2,40}负责解释"
)
_BASIS = re.compile(
    rf"(?:根据|依据|依照|按照|遵照|贯彻|落实|按)[^。\n]{{2,400}}?{_MAKE}|(?:根据|依据|按照|依照)[^。\n]{{0,12}}《"
)
_PURPOSE = re.compile(r"(?:^|[\s。:>)条])(?P<said>为(?!期|主|准|由|本)[^。\n]{6,300}?[,。])")
_SCOPE = re.compile(
    rf"适用于|(?:必须遵守|应当遵守|均?适用|均?应遵守){_SELF}|{_SELF}(?:的)?适用范围"
)
_PASSED = re.compile(
    r"(?:会议|大会|党组会|办公会)[^。;\n]{0,20}?(?:通过|批准|审定|同意)|经[^。;\n]{2,40}?批准"
)
_MEETING = re.compile("会")
_AMENDED = re.compile(r"修[正订改](?=[,;。)\s\d第次]|日期|根据|$)|予以修改")
_REPEALS = re.compile(r"(?:同时|自行|即行|一并|予以|宣布)?(?:废止|失效|停止执行|取代|代替)")
_DECREE = re.compile(
    r"[\u4e00-\u9fff]{2,24}(?:令|公告)\s{0,8}(?:[\[(]?(?:19|20)\d{2}[\])]?年?)?\s{0,8}\(?第?\s{0,8}[\d一二三四五六七八九十百〇零]{1,6}\s{0,8}号"
    r"|第\s{0,8}\d{1,6}\s{0,8}号\s{0,8}(?:主席令|公告|令)"
)
_TERM = re.compile(
    r"(?:本|此|起)[^。;\n]{0,40}?有效期(?:限)?(?:为|至|到)?\s{0,4}[\d一二两三四五六七八九十]{1,4}\s{0,4}年"
)
_RECEIVED = re.compile(r"《[^》]{2,60}》[^。\n]{0,30}收悉|\d号[^。\n]{0,10}收悉")
_FROM = re.compile(
    r"(?:(?:本|此)[^。;,\n]{1,12}?(?:自|从)[^。;,\n]{1,24}?|(?:印发|发布|公布|发文|下发)之日)"
    r"起(?:正式)?(?:施行|实施|执行|生效|试行)"
)
_SOURCE = re.compile(
    r"(?:信息|稿件|文章|内容)?来\s{0,8}源(?:网站)?\s{0,8}:\s{0,8}\S[^\n\r|]{0,60}|(?:转自|转载自|摘自)\s{0,8}:?\s{0,8}\S[^\n\r。]{0,60}"
)
_PAGE_DATE = re.compile(r"(?<![\d/_-])(?:19|20)\d{2}[-/.]\d{1,2}[-/.]\d{1,2}(?![\d/_])")
_OFFICE = r"(?:总 {0,4}理|主 {0,4}[席任]|[部省市州县区局署厅院行会] {0,4}长|委员长)"
_PERSON = r"[\u4e00-\u9fff](?: {0,3}[\u4e00-\u9fff]){1,2}"
# 总理温家宝2007年2月25日, 部长:万钢 on a line of its own
_SIGNER = re.compile(
    rf"签发人\s{{0,8}}:?\s{{0,8}}\S{{2,8}}"
    rf"|{_OFFICE} {{0,4}}:? {{0,4}}{_PERSON}"
    r"(?=\s{0,4}(?:(?:19|20)\d{2} ?年|[一二][\u4e00-\u9fffOo0○〇]{3}年))"
    rf"|{_OFFICE}(?: {{0,4}}: {{0,4}}| {{1,8}}){_PERSON}(?=\s{{0,4}}(?:\n|$))"
)
_SIGNERS = 3
MANY = 3  # sentences that say one thing; a list of repeals has more
_OFFICES = 16  # characters of the body whose head signs: 国家保密局局长
# whom a document addresses, at the head of a line or behind number or title; not 责任单位:
_TO = re.compile(
    r"(?:^|\n|号|的(?:通知|决定|意见|批复|函))\s{0,8}(?![一二三四五六七八九十(\d]|[\u4e00-\u9fff]{2}(?:单位|部门|机关|机构):)"
    r"(?:[^\n。;:]{2,200}[府委局厅部办院校司团会位处区县员门等室]\)?|各[^\n。;:]{2,160}):"
)
# 附件:1.… with the numbered lines below
_ANNEXES = re.compile(
    r"附\s{0,4}件\s{0,4}:\s{0,8}[^\n]{2,240}(?:\n\s{0,8}\d{1,2}\s{0,4}[.、][^\n]{2,120}){0,20}"
)
_CONTACT = re.compile(
    r"(?:联\s{0,4}系\s{0,4}(?:人|电\s{0,4}话|方\s{0,4}式|单\s{0,4}位|地\s{0,4}址)|咨询(?:电话|热线)|电\s{0,4}话|邮\s{0,4}箱)"
    r"[^:。;\n]{0,12}:[^\n]{2,200}"
)
_ARTICLE, _CHAPTER = "条", "章"
# the bracket that tells the history, open where the words stand
_HISTORY = re.compile(r"\((?=\s{0,4}(?:19|20)\d{2}年)[^()]{0,240}$")
_LABEL = re.compile(r"第[一二三四五六七八九十百]{1,6}条")


def said(doc: PolicyDoc, part: Span, aspect: str) -> list[Span]:
    """The sentences in which the document says it, best first; empty when it does not."""
    if aspect in ENTRIES:
        return _entry(doc, part, aspect)
    finder = _FINDERS.get(aspect)
    return finder(doc, part) if finder else []


def _sentences(pattern: re.Pattern[str], doc: PolicyDoc, within: Span, most: int = 2) -> list[Span]:
    text = fold(within.of(doc.text))
    found: list[Span] = []
    for match in pattern.finditer(text):
        at = match.start("said") if "said" in pattern.groupindex else match.start()
        span = _around(text, at, match.end(), within.start)
        if not found or span.start >= found[-1].end:
            found.append(span)
        if len(found) == most:
            break
    return found


def _around(text: str, start: int, end: int, offset: int) -> Span:
    """The sentence around start:end of the folded text, trimmed, as a place of the original."""
    near = max(0, start - _BACK)
    first = (
        max(text.rfind(c, near, start + 1 if text[start] in _ENDS else start) for c in _ENDS) + 1
    )
    first = max(first, near, _label_before(text, near, start))
    bracket = _HISTORY.search(text[near:start])
    if bracket is not None and 0 <= (closed := text.find(")", end)) < end + _AHEAD:
        return Span(offset + near + bracket.start(), offset + closed + 1)
    ends = [
        at for at in (text.find(c, max(start, end - 1), end + _AHEAD) for c in _ENDS) if at >= 0
    ]
    last = min(ends) if ends else min(len(text), end + _AHEAD)
    if text[last - 1 : last] == ":" or (text[last : last + 1] == ";" and ":" in text[start:last]):
        last = _items_end(text, last)  # what it says is listed
    if last < len(text) and text[last] in "。;!?":
        last += 1
    while first < last and text[first].isspace():
        first += 1
    while last > first and text[last - 1].isspace():
        last -= 1
    return Span(offset + first, offset + last)


def _items_end(text: str, at: int) -> int:
    """Where the items end that a sentence leads in: lines that close with ; and the one after."""
    for _ in range(_ITEMS):
        ahead = text[at + 1 : at + 1 + _BACK]
        start = at + 1 + len(ahead) - len(ahead.lstrip())
        ends = [end for end in (text.find(c, start, start + _BACK) for c in "。;\n") if end >= 0]
        if not ends:
            break
        at = min(ends)
        if text[at] != ";":
            break
    return at


def _label_before(text: str, near: int, start: int) -> int:
    """Where the article begins in which the words stand, in text that runs on."""
    labels = [m.start() for m in _LABEL.finditer(text, near, start)]
    return labels[-1] if labels else 0


def _head(doc: PolicyDoc, part: Span) -> Span:
    """Where a document tells how it came about: from its title on, past menus."""
    title = doc.meta.title
    start = title.span.start if title and part.covers(title.span) else part.start
    line = max(doc.text.rfind(c, max(0, start - _ABOVE), start) for c in "\r\n") + 1
    start = line or start  # a decree names its title within the sentence that tells of it
    return Span(max(part.start, start), min(part.end, start + _HEAD))


def _masthead(doc: PolicyDoc, part: Span) -> Span:
    """The head with what stands just above the title: the number of a decree."""
    head = _head(doc, part)
    return Span(max(part.start, head.start - _ABOVE), head.end)


def _basis(doc: PolicyDoc, part: Span) -> list[Span]:
    return _sentences(_BASIS, doc, _head(doc, part), 1)


def _purpose(doc: PolicyDoc, part: Span) -> list[Span]:
    head = _head(doc, part)
    named = squeeze(fold(doc.meta.title.value)) if doc.meta.title else ""
    found = _sentences(_PURPOSE, doc, head, 1)
    at = fold(head.of(doc.text)).rfind(f"{named}为") if named else -1
    if at < 0 or (found and found[0].start <= head.start + at + len(named)):
        return found
    opening = head.start + at + len(named)  # …若干意见为深入贯彻…: a text that runs on
    return _sentences(_PURPOSE, doc, Span(opening, head.end), 1)


def _scope(doc: PolicyDoc, part: Span) -> list[Span]:
    return _sentences(_SCOPE, doc, part, 1)


def _interpreter(doc: PolicyDoc, part: Span) -> list[Span]:
    return _sentences(_INTERPRETER, doc, part, 9)[-1:]


def _passed(doc: PolicyDoc, part: Span) -> list[Span]:
    found = _sentences(_PASSED, doc, _masthead(doc, part))
    met = [span for span in found if _MEETING.search(span.of(doc.text))]
    return met or found


def _amended(doc: PolicyDoc, part: Span) -> list[Span]:
    """The lines below the title that tell of amendments."""
    return [
        s for s in _sentences(_AMENDED, doc, _head(doc, part), 6) if dates(fold(s.of(doc.text)))
    ]


def repeals(doc: PolicyDoc, part: Span) -> list[Span]:
    """The sentences that repeal another document by its name or number."""
    listed = [m.span for m in doc.mentions if m.kind == "废止" and part.covers(m.span)]
    if len(listed) > MANY:  # a decision or list of repeals
        return list(dict.fromkeys(listed))
    found = _sentences(_REPEALS, doc, part, 40)
    return [s for s in found if re.search(r"《|号|此前|以前", fold(s.of(doc.text)))]


def _decree(doc: PolicyDoc, part: Span) -> list[Span]:
    number = doc.meta.doc_number
    if number is not None and re.search("令|公告", fold(number.value)):
        return [number.span]
    return _sentences(_DECREE, doc, _masthead(doc, part), 1)


def _source(doc: PolicyDoc, part: Span) -> list[Span]:
    text = fold(part.of(doc.text))
    return [
        _trimmed(doc, part.start + m.start(), part.start + m.end())
        for m in list(_SOURCE.finditer(text))[:1]
    ]


def _page_date(doc: PolicyDoc, part: Span) -> list[Span]:
    """The first plain date near the title: how sites date their pages."""
    title = doc.meta.title
    at = title.span.start if title and part.covers(title.span) else part.start
    window = Span(max(part.start, at - 200), min(part.end, at + 1200))
    for match in _PAGE_DATE.finditer(fold(window.of(doc.text))):
        if dates(match.group()):
            return [Span(window.start + match.start(), window.start + match.end())]
    return []


def _entry(doc: PolicyDoc, part: Span, name: str) -> list[Span]:
    """The entry of that name beside the document: 统一编号:GZ0320250043."""
    text = fold(part.of(doc.text))
    spaced = r"\s{0,8}".join(map(re.escape, name))
    match = re.search(rf"{spaced}(?:[\])]?\s{{0,8}}:|\]|\s)\s{{0,8}}[^\s:]{{2,120}}", text)
    return [_trimmed(doc, part.start + match.start(), part.start + match.end())] if match else []


def _term(doc: PolicyDoc, part: Span) -> list[Span]:
    """The sentence that says for how long it holds."""
    return _sentences(_TERM, doc, part, 9)[-1:]


def _effective(doc: PolicyDoc, part: Span) -> list[Span]:
    """The sentence that says from when it holds: 自印发之日起施行, where no day is known."""
    return _sentences(_FROM, doc, part, 9)[-1:]


def _reply_to(doc: PolicyDoc, part: Span) -> list[Span]:
    """The sentence that names what is answered: 你局某字〔2004〕39号文收悉."""
    return _sentences(_RECEIVED, doc, _head(doc, part), 1)


def _signer(doc: PolicyDoc, part: Span) -> list[Span]:
    text = fold(part.of(doc.text))
    found = []
    for match in islice(_SIGNER.finditer(text), _SIGNERS):
        start = match.start()
        while (
            start and match.start() - start < _OFFICES and "\u4e00" <= text[start - 1] <= "\u9fff"
        ):
            start -= 1
        found.append(_trimmed(doc, part.start + start, part.start + match.end()))
    return found


def _recipients(doc: PolicyDoc, part: Span) -> list[Span]:
    text = fold(_head(doc, part).of(doc.text))
    start = _head(doc, part).start
    found = [_trimmed(doc, start + m.start(), start + m.end()) for m in _TO.finditer(text)]
    return found[:1] or _entry(doc, part, "分发名单")


def _annexes(doc: PolicyDoc, part: Span) -> list[Span]:
    """The list of annexes."""
    return _found(_ANNEXES, doc, part, 1)


def _contact(doc: PolicyDoc, part: Span) -> list[Span]:
    """The lines that say whom to ask."""
    return _found(_CONTACT, doc, part, MANY)


def _found(pattern: re.Pattern[str], doc: PolicyDoc, part: Span, most: int) -> list[Span]:
    matches = islice(pattern.finditer(fold(part.of(doc.text))), most)
    return [_trimmed(doc, part.start + m.start(), part.start + m.end()) for m in matches]


def _article_count(doc: PolicyDoc, part: Span) -> list[Span]:
    """The last article: its number is how many there are."""
    return _last(doc, part, _ARTICLE)


def _chapter_count(doc: PolicyDoc, part: Span) -> list[Span]:
    """The heading of the last chapter."""
    return _last(doc, part, _CHAPTER)


def _last(doc: PolicyDoc, part: Span, kind: str) -> list[Span]:
    """The last clause of a kind that is counted through the text (第N条), without what is below."""
    counted = [c for c in doc.clauses if c.kind == kind and part.covers(c.span)]
    if len(counted) < 2:
        return []
    return [_trimmed(doc, counted[-1].span.start, counted[-1].own.end)]


def _trimmed(doc: PolicyDoc, start: int, end: int) -> Span:
    while start < end and doc.text[start].isspace():
        start += 1
    while end > start and doc.text[end - 1].isspace():
        end -= 1
    return Span(start, end)


_FINDERS: dict[str, Callable[[PolicyDoc, Span], list[Span]]] = {
    "basis": _basis, "purpose": _purpose, "scope": _scope, "interpreter": _interpreter,
    "passed": _passed, "amended": _amended, "repeals": repeals, "decree": _decree,
    "source": _source, "page_date": _page_date, "expires_on": _term, "effective_on": _effective,
    "reply_to": _reply_to,
    "signer": _signer, "recipients": _recipients, "article_count": _article_count,
    "chapter_count": _chapter_count, "annexes": _annexes, "contact": _contact,
}  # fmt: skip


def paths(doc: PolicyDoc, span: Span) -> tuple[str, ...]:
    """The headings of the clause that a sentence stands in."""
    inside = list(_covering(doc, span))
    return inside[-1].path if inside else ()


def _covering(doc: PolicyDoc, span: Span) -> Iterator[Clause]:
    return (c for c in doc.clauses if c.span.start <= span.start < c.span.end)
