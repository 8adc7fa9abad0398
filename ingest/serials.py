"""文号: the serial number of a document, 黔府发〔2015〕15号 or 某市人民政府令第12号."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from ingest.header import Pair
from ingest.labels import parse_label
from ingest.lines import Line
from ingest.titles import history_start, run_on
from text.normalize import squeeze
from youju.records import Proven, Span

_YEAR = r"[\[(<]\s{0,8}(?:19|20)\d{2}\s{0,8}[\])>]"
_COUNT = r"(?:\d{1,4}|[一二三四五六七八九十百〇零]{1,6})"
SERIAL = re.compile(
    rf"[\u4e00-\u9fff]{{1,14}}\s{{0,8}}{_YEAR}\s{{0,8}}+第?\s{{0,8}}+\d{{1,5}}\s{{0,8}}号"
    rf"|[\u4e00-\u9fff、]{{2,24}}(?:令|公告)\s{{0,8}}+(?:[\[(]?(?:19|20)\d{{2}}[\])]?年?)?\s{{0,8}}+\(?第?\s{{0,8}}+{_COUNT}\s{{0,8}}号"
    # 某局通函第38/2021号, 宪报第5120号公告
    r"|[\u4e00-\u9fff]{2,16}\s{0,2}第\s{0,2}\d{1,4}/(?:19|20)\d{2}\s{0,2}号"
    r"|宪报\s{0,2}第\s{0,2}\d{1,6}\s{0,2}号\s{0,2}公告"
)
_BROKEN = re.compile(r"[\u4e00-\u9fff]{2,12}\s{0,8}[\[(]\s{0,8}\d{4}[\])]?\s{0,8}+\d*+\s{0,8}+号?")
_DECREE = re.compile(r"^(?!.{0,30}关于)[\u4e00-\u9fff]{2,30}(?:令|(?<!的)(?:公告|通告))$")
_DECREE_NUMBER = re.compile(
    r"^(?:[\[(]?(?:19|20)\d{2}[\])]?年?)?\s{0,8}\(?第\s{0,8}[\d一二三四五六七八九十百〇零]{1,6}\s{0,8}号\)?$"
)
# Words that lead to a number in a sentence and do not belong to it: …以皖政办[2007]53号印发
_LEAD = re.compile(r"^.*[以按据照依之的与及于即和](?=[\u4e00-\u9fff]{2})")
# A number that another document bears: 根据…[2016]142号文件
_FOREIGN = re.compile(r"\s{0,8}(?:文|精神|规定|的|中|[)》])")
_PUBLISHED_BY = re.compile(
    r"(?:(?:摘要|题注)\s{0,8}:\s{0,8})?\(\s{0,8}(?:(?:19|20)[^()。;《》]{8,80}通过\s{0,8})?(?:19|20)\d{2}年\d{1,2}月\d{1,2}日\s{0,8}"
    r"(?P<number>[\u4e00-\u9fff、]{2,24}令\s{0,8}(?:[\[(]?(?:19|20)\d{2}[\])]?年?)?\s{0,8}第?\s{0,8}\d{1,4}\s{0,8}号)\s{0,8}(?:公布|发布)"
)
# The number of a standard on a line of its own: DB 44/2208-2019, GB/T 1.1-2009
_STANDARD = re.compile(
    r"[A-Z]{2,4}(?: ?\d{2})?(?: ?/ ?[A-Z]{1,2})? ?/? ?\d[\d.]{0,8} ?[-—]{1,2} ?(?:19|20)\d{2}"
)
# …关于印发《…》的通知某发[2013]43号各单位: the number behind the title, without a gap
_BEHIND_TITLE = re.compile(
    r"[^。;:]{2,60}关于[^。;:]{4,100}的(?:通知|意见|决定|公告|通告|批复|函)[\s(]{0,8}"
    rf"(?P<number>[\u4e00-\u9fff]{{2,10}}{_YEAR}\s{{0,8}}\d{{1,5}}\s{{0,8}}号)"
)
# The number of an announcement on a line of its own: 财政部 税务总局公告2023年第12号, 2021年第36号
_ANNOUNCED = re.compile(
    r"\(?(?:[\u4e00-\u9fff、 ]{2,60}(?:公告|通告) {0,2})?(?:19|20)\d{2}年第\d{1,4}号\)?"
)
# what follows a number in a bracket below the title: (法释[2020]26号,2020年12月25日通过)
_DATED = re.compile(r"[\s,]{1,4}(?:19|20)\d{2}年")
_TOP = 40
_ALONE = 80  # characters of a line that is a number alone


def is_serial_line(text: str) -> bool:
    """True for a line that is a 文号 and nothing else, also one broken by conversion."""
    bare = text.strip("()[] ")
    match = SERIAL.match(bare)
    if match is not None and match.end() >= len(bare) - 2:
        return True
    return _BROKEN.fullmatch(bare) is not None


def decree_lines(lines: Sequence[Line], body: Sequence[int]) -> tuple[int, int] | None:
    """Line numbers of 「某市人民政府令」 and 「第12号」 below it."""
    for one, two in pairwise(body[:_TOP]):
        if _DECREE.match(squeeze(lines[one].text)) and _DECREE_NUMBER.match(lines[two].text):
            return one, two
    return None


def find_serial(
    entries: Sequence[Pair], lines: Sequence[Line], body: Sequence[int]
) -> Proven | None:
    """The document's own 文号, from the header, a line of its own or the head of the text."""
    for entry in entries:
        if entry.field == "doc_number" and re.search(r"\d", entry.value):
            return Proven(tidy_serial(entry.value), entry.span)
    run = run_on(lines)
    if run is not None and run[1].group("number"):
        line, match = run
        span = line.sub(match.start("number"), match.end("number"))
        return Proven(tidy_serial(match.group("number")), span)
    decree = decree_lines(lines, body)
    if decree is not None:
        one, two = (lines[i] for i in decree)
        value = tidy_serial(one.text + two.text.strip("()"))
        return Proven(value, Span(one.span.start, two.span.end))
    for i in body[:_TOP]:
        found = _in_line(lines[i]) or _by_history(lines[i])
        if found is not None:
            return found
        label = parse_label(lines[i].text)
        if label is not None and label.kind not in ("附件", "——"):
            return None
    return None


def _by_history(line: Line) -> Proven | None:
    """(1996年3月21日某省人民政府令第158号公布 根据…修正): the decree that made it known."""
    match = _PUBLISHED_BY.match(line.text[:400], history_start(line.text))
    if match is None:
        return None
    span = line.sub(match.start("number"), match.end("number"))
    return Proven(tidy_serial(match.group("number")), span)


def _in_line(line: Line) -> Proven | None:
    text = line.text[:400]
    if len(text) < 40 and _STANDARD.fullmatch(text.strip()):
        return Proven(text.strip(), line.span)
    if len(text) < _ALONE and _ANNOUNCED.fullmatch(text.strip()):
        return Proven(tidy_serial(text.strip().strip("()")), line.span)
    behind = _BEHIND_TITLE.match(text)
    if behind is not None:
        span = line.sub(behind.start("number"), behind.end("number"))
        return Proven(tidy_serial(behind.group("number")), span)
    match = SERIAL.search(text)
    if match is None:
        return None
    lead = _LEAD.match(match.group()) if not re.search("令|公告", match.group()) else None
    start = match.start() + (lead.end() if lead else 0)
    before, after = text[:start], text[match.end() :]
    alone = match.end() - match.start() >= len(line.text.strip()) - 3
    by_sentence = before.endswith("以") and "印发" in after[:12]
    decree = re.search("令|公告", match.group()) and len(text) < 40 and match.start() <= 2
    dated = _DATED.match(after) is not None
    bracketed = before == "(" and (after.startswith(")") or dated)  # (某发[2022]41号)为贯彻…
    opens = match.start() == bracketed and lead is None
    opens = opens and not _FOREIGN.match(after[bracketed:])
    if alone or by_sentence or decree or opens:
        return Proven(tidy_serial(text[start : match.end()]), line.sub(start, match.end()))
    return None


def tidy_serial(value: str) -> str:
    """黔府发[2015]15号 → 黔府发〔2015〕15号, the form that GB/T 9704 prescribes."""
    tidy = squeeze(value).strip()
    match = SERIAL.search(tidy)
    tidy = match.group() if match else tidy
    tidy = tidy.replace("(第", "第")
    return re.sub(r"[\[(<]((?:19|20)\d{2})[\])>]", r"〔\1〕", tidy)
