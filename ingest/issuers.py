"""Who issued a document, and for which place: header, title, signature, history, decree."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.header import Pair
from ingest.lines import Line
from ingest.organs import ORGAN, apart
from ingest.titles import history_start, proven_text, quoted_names
from text.dates import Dated, dates
from text.normalize import fold, squeeze
from text.places import NATION, region_of, region_of_number
from youju.records import PolicyMeta, Proven, Span

# …厅关于…的通知, …厅2023年政府信息公开工作年度报告
_OF_TITLE = re.compile(
    r"^(?P<organ>[^《》]{2,60}?)(?:(?:印发|(?:转发|批转)[^《》]{0,40}?)?关于|(?=(?:19|20)\d{2}年))"
)
_JOINTLY = re.compile(r"等[\u4e00-\u9fff\d]{1,3}部门$")
# (2020年10月28日某市第八届人民代表大会常务委员会第三十一次会议通过)
_PASSED_BY = re.compile(
    r"(?P<organ>[\u4e00-\u9fff]{0,40}?(?:委员会|代表大会(?!常务)|政府|国务院|政务院|办公厅|[厅局部])"
    r"(?:、[\u4e00-\u9fff]{2,24}?(?:委员会|政府|[厅局部])){0,5})"
    r"[^。,;《》]{0,24}?(?:通过|公布|发布|印发)"
)
_SHORT_GOVERNMENT = re.compile(r"(?P<level>[省市县区州])(?:人民)?政府")
_BY = re.compile(r"已由|已经|由|经")
_DECREE = re.compile(
    r"^(?:中华人民共和国)?(?P<organ>[\u4e00-\u9fff、]{2,24}?)(?:(?:[局部省市]长|主任|主席)?令|通[函告])"
)
# an organ at the end of a stretch, alone behind a sentence, a bracket, a wide gap, a telephone
# number or the name of a file
_ORGAN_LAST = re.compile(
    r"(?:^|[。!?:;)]|\s\s|\d{7}|\.(?:docx?|xlsx?|pdf|wps|zip|rar|com|cn))\s{0,8}"
    r"(?P<organ>[\u4e00-\u9fff、]{2,160}(?: [\u4e00-\u9fff]{2,30}){0,3})$"
)
# the person who signs a decree: 总理温家宝, 部长:万钢, 部 长 某某
PERSON_LAST = re.compile(
    r"(?:总理|主席|[部省市州县区局署厅院行] {0,3}长|主任|委员长)\s{0,4}:?\s{0,4}"
    r"(?![在于对从自同以])[\u4e00-\u9fff]{1,3}(?: {1,2}[\u4e00-\u9fff]{1,2})?$"
)
_TAIL = 30  # characters behind the last date that a site adds
_TITLES = 2000
_TITLE_REACH = 200
_SERIAL_END = re.compile(r"[\])]\d{1,5}号\s{0,4}")
_SIGNERS = 16  # who may sign together
# bodies of any place, which a rule gives duties to
_ANY = re.compile(r"县级以上|各级|本级|上级|下级|当地|所在地|省和设区")
_NAME_ALONE = re.compile(r"^[\u4e00-\u9fff、()]{2,40}$")
_ORGAN_REACH = 180
_ONE_ORGAN = 30  # characters of an organ that signs in a text that runs on
_RULE = "-—─_=* "  # what draws a line behind a date
# the last sentence of a notice, which hands on what it issues; a date behind it signs
_HANDED_ON = re.compile(r"请[^。;]{0,40}。(?:附件\d{0,2}:[^。;]{0,80})?$")
_DATE_LINE = 40  # a shorter line is looked at as a whole
# A date that goes on in a sentence signs nothing: 2023年6月19日印发的, 2024年1月1日起
_GOES_ON = re.compile(
    r"[,、]|\s*(?:[-—至到起前后以之的在对向就将已经所]|印|发|公布|颁|下发|出|召|通过|批准|施行|实施|开始|举行"
    r"|制|作出|修[正订改]|联合|成立|签|转|关于|第|会议|全|同|内|期间|上午|下午|晚|时)"
)
_BEFORE_PLACE = re.compile(r"[《 ]*(?:(?:19|20)\d{2}\s*年度?)?")
_TOP = 12
_COVER = 30  # lines of a cover page


def signature(lines: Sequence[Line], body: Sequence[int]) -> list[int]:
    """Line numbers of the first closing: organ(s), then a date on a line of its own."""
    for at, i in enumerate(body):
        if _date_alone(lines[i].text) is None:
            continue
        organs = _organs_above(lines, body, at)
        note = [j for j in body[at + 1 : at + 2] if re.match(r"^\(?此件", lines[j].text)]
        return [*organs, i, *note]
    return []


def signed_by_person(lines: Sequence[Line], body: Sequence[int], i: int) -> bool:
    """True for a date below the person who signs: a decree, made known on that day."""
    at = body.index(i)
    return at > 0 and PERSON_LAST.search(squeeze(lines[body[at - 1]].text)) is not None


def _date_alone(text: str) -> Dated | None:
    """The whole date that a line consists of; a plain 2020-05-01 is the site's, not the text's."""
    text = text.rstrip(_RULE)
    if len(text) > 40 or text.isascii():
        return None
    bare = squeeze(text).strip("()")
    found = dates(bare)
    whole = found and found[0].start == 0 and found[0].end >= len(bare) - 2
    return found[0] if whole and len(found[0].iso) == 10 else None


@dataclass(frozen=True, slots=True)
class Closing:
    """An organ (where one signs) and the date that follow a sentence within one line.

    `organ` and `date` are characters of the line, half-open; `above` are the lines above that name
    who signs, where the date opens a line that goes on.
    """

    line: Line
    number: int
    organ: tuple[int, int] | None
    date: Dated
    signed: bool = False  # by a person, as decrees are: 总理某某2007年2月25日
    above: tuple[Line, ...] = ()

    @property
    def span(self) -> Span:
        """Where organ and date stand in the original."""
        if self.above:
            return Span(self.above[0].span.start, self.line.sub(0, self.date.end).end)
        start = self.organ[0] if self.organ else self.date.start
        return self.line.sub(start, self.date.end)

    @property
    def is_last(self) -> bool:
        """True where the date ends the line."""
        return len(self.line.text) - self.date.end <= 2


def closings(lines: Sequence[Line], body: Sequence[int], known: str = "") -> list[Closing]:
    """The closings in text that runs on: …通报批评。某县人民政府办公室2023年3月22日(此件公开).

    `known` is the issuing organ where another place names it: it signs also without a gap before.
    """
    found = []
    for at, i in enumerate(body):
        days = dates(lines[i].text)
        if days and days[0].start == 0 and (opened := _opens_line(lines, body, at, days[0])):
            found.append(opened)
        closed = (_closed(lines[i], i, day, known) for day in days)
        short = len(lines[i].text) <= _DATE_LINE
        found += [c for c in closed if c and (c.signed or not short or _is_all(c))]
    by_person = [c for c in found if c.signed][:1]
    by_organ = [c for c in found if c.organ or c.above]
    return by_person or by_organ or found[-1:]


def _is_all(closed: Closing) -> bool:
    """True where organ and date are all that stands in the line."""
    return closed.organ is not None and closed.organ[0] == 0 and closed.is_last


def _opens_line(lines: Sequence[Line], body: Sequence[int], at: int, day: Dated) -> Closing | None:
    """A date with which a line opens that goes on, often with the title of what is issued.

    It signs below the lines of organs alone, or below the sentence that hands on what is issued.
    """
    line = lines[body[at]]
    if not at or len(day.iso) != 10 or line.text[: day.end].isascii():
        return None
    above = tuple(lines[j] for j in _organs_above(lines, body, at))
    goes_on = _GOES_ON.match(line.text, day.end) and not line.text.startswith("关于", day.end)
    if goes_on or not (above or _HANDED_ON.search(lines[body[at - 1]].text[-_ORGAN_REACH:])):
        return None
    return Closing(line, body[at], None, day, above=above)


def _organs_above(lines: Sequence[Line], body: Sequence[int], at: int) -> list[int]:
    """The lines just above the `at`-th that are organs alone, in order."""
    organs: list[int] = []
    for j in reversed(body[max(0, at - _SIGNERS) : at]):
        if len(lines[j].text) > 40 or not _NAME_ALONE.match(squeeze(lines[j].text)):
            break
        organs.append(j)
    while organs and not ORGAN.match(squeeze(lines[organs[-1]].text)):
        organs.pop()  # the name of no organ above them all: a heading
    return organs[::-1]


def _closed(line: Line, number: int, day: Dated, known: str) -> Closing | None:
    text = line.text
    if len(day.iso) != 10 or text[day.start : day.end].isascii():
        return None
    before = text[max(0, day.start - _ORGAN_REACH) : day.start].rstrip()
    person = PERSON_LAST.search(before) is not None
    if _GOES_ON.match(text, day.end) and not (person and text.startswith("关于", day.end)):
        return None  # behind the person who signs a decree its title may follow
    if person:
        return Closing(line, number, None, day, signed=True)
    joined = squeeze(fold(known))
    for bare in (joined, joined.replace("、", "")):
        if bare and before.endswith(bare):
            return Closing(line, number, (day.start - len(bare), day.start), day)
    gap = text[max(0, day.start - 2) : day.start] == "  " or before.endswith(("。", ")"))
    organ = _ORGAN_LAST.search(before)
    if organ is not None and _signs(organ.group("organ")):
        at = day.start - len(text[max(0, day.start - _ORGAN_REACH) : day.start])
        return Closing(line, number, (at + organ.start("organ"), at + organ.end("organ")), day)
    after = text[day.end : day.end + _TAIL + 1]
    ends = (
        len(after) <= 2
        or after.startswith("  ")
        or (before.endswith("。") and len(after) <= _TAIL and "。" not in after)
        or any(after.startswith(name) for name in quoted_names(text[: day.start][:_TITLES]))
    )
    gap = gap or (ends and len(after) > 2)
    if (gap and ends) or _HANDED_ON.search(before):
        return Closing(line, number, None, day)
    return None


def _signs(organs: str) -> bool:
    """True for the name of an organ, or of several that stand side by side."""
    each = apart(organs).split("、")
    return all(len(one) <= _ONE_ORGAN and ORGAN.match(squeeze(one)) for one in each)


def organs_apart(issuer: Proven | None) -> Proven | None:
    """The issuer with several organs joined by 、 where the text joins them by nothing or a gap.

    None for bodies of any place (县级以上人民政府), which issue nothing.
    """
    if issuer is None or _ANY.match(squeeze(fold(issuer.value))):
        return None
    return Proven(apart(issuer.value), issuer.span)


def find_issuer(
    entries: Sequence[Pair],
    lines: Sequence[Line],
    body: Sequence[int],
    signed: Sequence[int],
    titles: Sequence[Sequence[int]],
    meta: PolicyMeta,
    original: str,
) -> Proven | None:
    """The issuing organ or organs, as the text joins them.

    A title that names them with their place is trusted before a signature.
    """
    spans = [Span(lines[g[0]].span.start, lines[g[-1]].span.end) for g in titles]
    spans += [meta.title.span] if meta.title else []
    titled = next((found for span in spans if (found := _of_title(span, original))), None)
    titled = titled or _before_title(lines, body, meta, original)
    together = _together(lines, signed, original)
    signers = [lines[i] for i in signed if ORGAN.match(squeeze(lines[i].text))]
    side_by_side = proven_text(original, signers[0].span) if len(signers) == 1 else None
    for entry in entries:
        if entry.field == "issuer" and re.search(r"[\u4e00-\u9fff]{2}", entry.value):
            for several in (titled, together, side_by_side):
                if several is not None and _is_one_of(entry.value, several.value):
                    return several  # the site names the first of several that issued it together
            return proven_text(original, entry.span)
    if together and (titled is None or _JOINTLY.search(squeeze(fold(titled.value)))):
        return together
    full = titled is not None and region_of(fold(titled.value)) is not None
    for line in signers:
        if titled is not None and _is_one_of(line.text, titled.value):
            return titled  # set in columns, the line holds some of those that the title names
        if titled is None or not full or squeeze(line.text) == squeeze(fold(titled.value)):
            return proven_text(original, line.span)
    if titled is not None and full:
        return titled
    for closed in closings(lines, body):
        if closed.organ is not None:
            return proven_text(original, closed.line.sub(*closed.organ))
        if closed.above:
            return _joined(closed.above, original)
    return (
        titled
        or _publisher(lines, body, original)
        or _by_history_or_decree(lines, body, meta, original)
    )


def _together(lines: Sequence[Line], signed: Sequence[int], original: str) -> Proven | None:
    """The organs that sign one below the other; None for fewer than two."""
    signers = [i for i in signed if ORGAN.match(squeeze(lines[i].text))]
    whole = [lines[i] for i in signed if _date_alone(lines[i].text) is None]
    whole = [line for line in whole if not line.text.startswith(("(", "此件"))]
    if len(signers) < 2 or len(whole) > _SIGNERS:
        return None
    return _joined(whole, original)


def _joined(signers: Sequence[Line], original: str) -> Proven:
    """Organs below each other, joined by 、; a name that the margin broke goes on below."""
    names = ""
    for line in signers:
        name = squeeze(proven_text(original, line.span).value)
        place = region_of(fold(name))
        opens = (place is not None and place[1] == 0) or name.startswith(("国家", "中"))
        whole = bool(names) and (opens or ORGAN.match(names.rsplit("、", 1)[-1]) is not None)
        names += ("、" if whole else "") + name
    return Proven(names, Span(signers[0].span.start, signers[-1].span.end))


def _publisher(lines: Sequence[Line], body: Sequence[int], original: str) -> Proven | None:
    """The organ beside 发布 on a line of its own, as standards name who publishes them."""
    for before, at in pairwise(body[:_COVER]):
        organ = lines[before]
        if squeeze(lines[at].text) == "发布" and ORGAN.match(squeeze(organ.text)):
            return proven_text(original, organ.span)
    return None


def _is_one_of(organ: str, organs: str) -> bool:
    one, all_of_them = (squeeze(fold(said)).replace("、", "") for said in (organ, organs))
    return one in all_of_them and len(one) < len(all_of_them)


def _of_title(span: Span, original: str) -> Proven | None:
    text = fold(span.of(original))
    match = _OF_TITLE.match(text)
    organ = match.group("organ").rstrip() if match else ""
    if match is None or not ORGAN.match(squeeze(_JOINTLY.sub("", organ))):
        return None
    return proven_text(original, Span(span.start, span.start + len(organ)))


def _before_title(
    lines: Sequence[Line], body: Sequence[int], meta: PolicyMeta, original: str
) -> Proven | None:
    """The organ with which the text says its title again, or the notice that issues it:
    某省人民政府关于…的意见为深入…, 某厅关于印发《…》的通知各市…."""
    title = squeeze(fold(meta.title.value)).strip("《》") if meta.title else ""
    for i in body[:_TOP] if title else ():
        text = lines[i].text[:_TITLE_REACH]
        at = text.find("关于")
        again = squeeze(text[at:])
        if at <= 0 or not again.startswith(
            (title,) if title.startswith("关于") else (f"关于印发《{title}", f"关于印发{title}")
        ):
            continue
        number = _SERIAL_END.search(text[:at])
        start = number.end() if number else 0
        if ORGAN.match(squeeze(text[start:at])):
            return proven_text(original, lines[i].sub(start, at))
    return None


def _by_history(
    lines: Sequence[Line], body: Sequence[int], meta: PolicyMeta, original: str
) -> Proven | None:
    """The body that passed or published the document, as the lines below the title say."""
    for i in body[:_TOP]:
        text = lines[i].text[:300]
        dated = dates(text)
        by = _BY.search(text, 0, history_start(text) + 60)
        if dated and dated[0].start < history_start(text) + 4:
            at = dated[0].end
        elif by is not None:
            # 已经2023年6月19日省政府第9次常务会议通过: the day stands between
            at = next((day.end for day in dated if day.start == by.end()), by.end())
        else:
            continue
        match = _PASSED_BY.match(text[at:].lstrip())
        if match is not None and "部门" not in match.group():
            at += len(text[at:]) - len(text[at:].lstrip())
            organ = proven_text(original, lines[i].sub(at, at + match.end("organ")))
            return _in_full(organ, meta)
    return None


def _by_history_or_decree(
    lines: Sequence[Line], body: Sequence[int], meta: PolicyMeta, original: str
) -> Proven | None:
    """Who passed it; the head of the decree names in full what the text calls 市政府."""
    passed, decreed = _by_history(lines, body, meta, original), _by_decree(meta, original)
    short = passed is None or _SHORT_GOVERNMENT.fullmatch(passed.value)
    return (decreed or passed) if short else passed


def _in_full(organ: Proven, meta: PolicyMeta) -> Proven:
    """省政府 as the government of the place that the title names: 某省人民政府."""
    short = _SHORT_GOVERNMENT.fullmatch(organ.value)
    place = region_of(fold(meta.title.value)) if short and meta.title else None
    if short is None or place is None or not place[0].endswith(short.group("level")):
        return organ
    return Proven(f"{place[0]}人民政府", organ.span)


def _by_decree(meta: PolicyMeta, original: str) -> Proven | None:
    """某市人民政府令第12号 → 某市人民政府."""
    if meta.doc_number is None:
        return None
    text = fold(meta.doc_number.span.of(original))
    match = _DECREE.match(text)
    if match is None or not ORGAN.match(match.group("organ")):
        return None
    start = meta.doc_number.span.start
    return proven_text(original, Span(start + match.start("organ"), start + match.end("organ")))


def find_region(meta: PolicyMeta, original: str) -> Proven | None:
    """The place that the issuer, the title or the 文号 speaks for."""
    named: list[tuple[str, Span]] = []
    for source in (meta.issuer, meta.title):
        if source is None:
            continue
        text = fold(source.span.of(original))
        lead = _BEFORE_PLACE.match(text).end()  # type: ignore[union-attr]
        place = region_of(text[lead:])
        if place is not None:
            start = source.span.start + lead
            named.append((place[0], Span(start + place[1], start + place[2])))
    if named:
        # 全国 from the issuer yields to a place that the title names
        local = [entry for entry in named if entry[0] != NATION]
        return Proven(*(local or named)[0])
    if meta.doc_number is not None:
        by_number = region_of_number(fold(meta.doc_number.value))
        if by_number is not None:
            return Proven(by_number, meta.doc_number.span)
    return None
