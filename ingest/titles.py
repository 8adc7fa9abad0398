"""Which lines are the title of a document, alone, wrapped over lines, or run into the text.

A title stands in the head, before the first sentence or label; or after the signature of the
notice that issues it (…现印发给你们。某省人民政府 某日 某计划); elsewhere only as a repetition.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.header import Pair
from ingest.labels import parse_label
from ingest.lines import Line
from ingest.organs import ORGAN
from text.dates import dates
from text.normalize import fold, squeeze
from text.spacing import closed
from youju.records import ExtractedText, Proven, Span

# The kinds of document that close a title.
KINDS = (
    "通知|意见|办法|条例|规定|方案|计划|要点|纲要|规划|决定|公告|细则|措施|批复|通告|决议|公报|函|法|标准"
    "|指南|目录|制度|章程|规则|规程|解释|答复|通报|报告|规范|清单|导则|指引|政策|工作安排|议案|准则|预案"
    "|修正案|守则|公约|安排|解读|答记者问"
)
_SHORT_KINDS = re.compile(r"(?:条例|办法|规定|决定|细则|章程|法)$")
_TITLE = re.compile(
    rf"^《?(?P<title>[^。;!?]{{2,110}}?(?:{KINDS}))》?"
    r"(?P<tail>\s*[\[(][^()\[\]]{1,24}[\])])?\s*(?:》|的?补充规定|\(附[^()]*\))?$"
)
# scraped text that runs on: …工作方案云政办发[2023]27号各乡镇…
_DECREE_BEFORE = re.compile(
    r"[\u4e00-\u9fff、]{2,30}(?:令|公告)\s{0,4}\(?(?:(?:19|20)\d{2}年)?第[\d一二三四五六七八九十百〇零]{1,6}号\)?"
    r"\s{0,8}(?=《[^》]{4}|[^\s《》]{6})"
)
_DATE_BEHIND = re.compile(r"\s{0,8}(?:19|20)\d{2}年\d{1,2}月\d{1,2}日$")
_DATE_REACH = 24
_RUN_ON = re.compile(
    rf"^《?(?P<title>[^。;:,]{{6,70}}?(?:{KINDS})(?:\([^()]{{2,20}}\))?)》?\s{{0,8}}+"
    r"(?P<number>(?!的)[\u4e00-\u9fff]{2,10}[\[(](?:19|20)\d{2}[\])]\d{1,5}号)?"
    r"(?=\s{0,8}(?:各[^。;:]{2,80}:|为(?:了|进一步|贯彻|深入|全面|加强|规范|切实|推进)|根据"
    r"|\(\s{0,8}(?:19|20)\d{2}年|(?:(?:19|20)\d{2}年\d{1,2}月\d{1,2}日)?(?:目录)?\s{0,8}第一章|现将《))"
)
# Names of a site's sections that read like titles.
_SECTION = re.compile(
    r"公开(?:指南|制度|目录|年报|规定)$|^(?:通知|公示)公告$|^[\u4e00-\u9fff]{0,16}第\d{1,6}号(?:公告|通告)$|^《[^《》]+》\(第\d+[A-Z]?章\)$"
    r"|^(?:法规|政策|规划|最新|统计|部门|地方)[^关于]{0,4}(?:政策|计划|公告|公报|通知|解读|文件|规划)$"
)
# What stands above the name of a standard: the class that it belongs to.
_MASTHEAD = re.compile(r"^[\u4e00-\u9fff]{0,12}(?:国家|行业|地方|团体)标准$")
_ORGANS = tuple("府室会委厅局部院办署处、")
_OPENS = ("人民政府", "办公厅", "办公室", "委员会")
# The first line of a wrapped title: 关于印发…计划 must go on with 的通知.
_ISSUES = re.compile(
    r"^(?!.*(?:通知|决定|公告|函|通告|批复)\)?$).*?关于(?:印发|转发|批转|发布|公布)"
)
# A line that is a number, or the masthead of official documents: 某发[2020]1号, 某政府文件
_NO_TITLE = re.compile(
    r"[^\[\]]{1,14}\[(?:19|20)\d{2}\].{0,8}号"
    r"|(?!.{0,80}关于)[\u4e00-\u9fff、 ]{2,80}[府室会委厅局部院办]文件"
)
_ACTS = re.compile(r"(?:联合)?(?:关于|印发|转发|批转)")
_JOINTLY = 10  # lines of organs above a title
_WRAPPED = 3  # lines that a title may be wrapped over
_HISTORY_KEY = re.compile(r"(?:摘要|题注|内容概述)\s{0,8}:\s{0,8}")
# 某条例(2002年3月30日某省人民代表大会常务委员会…通过): no sentence and no other document before
_HISTORY_BRACKET = re.compile(
    r"[^。;,:()《》]{2,80}(?=\((?:19|20)\d{2}年\d{1,2}月\d{1,2}日[^()《》]{4,80}(?:通过|公布|发布|批准|修[正订]))"
)
_HISTORY_REACH = 300
_ENVELOPED = re.compile(
    r"[^《》。;]{0,60}《(?P<title>[^《》]{2,90})》(?:\([^()]{1,20}\))?\s{0,4}(?:已|业?经)"
    r"[^。《》]{0,120}?(?:通过|批准|同意|公布|印发)"
)
_ANNOUNCES = re.compile(r"(?!.{0,60}关于)[\u4e00-\u9fff]{4,60}(?<!的)(?:公告|通告)")
_ENVELOPE = 4  # lines that may stand before it: who decrees, and the number
_ENTRY = re.compile(r"[\u4e00-\u9fff]{2,6}\s{0,4}:\s{0,4}\S|[^。;:]{2,24}\s{0,2}第[^。;:]{1,12}号$")
_OPENING = 2  # lines of which one may open with the title
_ENTRIES = 6  # lines above a name that may be entries
_REACH = 120  # lines among which a title may be repeated
_HEAD = 40
_AFTER_SIGNATURE = 3


def title_groups(
    lines: Sequence[Line], body: Sequence[int], signature: Sequence[int]
) -> list[list[int]]:
    """Groups of neighbouring line numbers that are a title, in order."""
    head = _head_length(lines, body)
    closed = body.index(signature[-1]) if signature and signature[-1] in body else None
    kept: list[list[int]] = []
    at = 0
    while at < min(len(body), _REACH):
        in_head = at < head or (closed is not None and closed < at <= closed + _AFTER_SIGNATURE)
        group = _group_at(lines, body, at)
        if group and (in_head or _repeats(lines, group, kept)):
            kept.append(group)
            at += len(group)
        else:
            at += 1
    return kept


def _head_length(lines: Sequence[Line], body: Sequence[int]) -> int:
    """How many body lines stand before the first sentence, label or salutation."""
    for at, i in enumerate(body[:_HEAD]):
        text = lines[i].text
        label = parse_label(text)
        opens = label is not None and label.kind not in ("附件", "——")
        if opens or (len(text) > 15 and "。" in text) or re.search(r".{4}:$", text):
            return at
    return min(len(body), _HEAD)


def _group_at(lines: Sequence[Line], body: Sequence[int], at: int) -> list[int]:
    jointly = _by_organs(lines, body, at)
    if jointly:
        return jointly
    issues = _ISSUES.search(lines[body[at]].text) is not None
    for size in (2, 3, 1) if issues else (1, 2, 3):
        group = list(body[at : at + size])
        together = len(group) == size and group[-1] - group[0] == size - 1
        text = "".join(lines[i].text for i in group)
        if size > 1 and issues and _ISSUES.search(text):
            continue  # …关于印发某计划, and the next line closes the title
        if together and _reads_as_title(lines, group):
            return group
    return []


def _by_organs(lines: Sequence[Line], body: Sequence[int], at: int) -> list[int]:
    """A title below the lines of the organs that issue it: 某委 · 某政府 · 印发《…》的通知."""
    names = 0
    for i in body[at : at + _JOINTLY]:
        text = lines[i].text
        if "关于" in text or not (ORGAN.match(squeeze(text)) or text.endswith("、")):
            break
        names += 1
    told = body[at + names : at + names + _WRAPPED] if names else ()
    for size in range(1, len(told) + 1):
        group = list(body[at : at + names + size])
        text = squeeze("".join(lines[i].text for i in told[:size]))
        open_list = lines[body[at + names - 1]].text.endswith("、")
        issues = _ACTS.match(text) or (open_list and "关于" in text)
        whole = group[-1] - group[0] == len(group) - 1 and text.count("《") == text.count("》")
        if issues and whole and _TITLE.match(text) and ":" not in text and "现将" not in text:
            return group
    return []


def _reads_as_title(lines: Sequence[Line], group: Sequence[int]) -> bool:
    text = "".join(lines[i].text for i in group)
    if any(parse_label(lines[i].text) for i in group) or ":" in text or "现将" in text:
        return False
    if len(group) > 1 and _NO_TITLE.fullmatch(lines[group[0]].text):
        return False
    if text.count("《") > text.count("》"):
        return False  # the name goes on in the next line
    match = _TITLE.match(text)
    if match is None or re.search(r"[,、]$", lines[group[0]].text) or text.startswith("附件"):
        return False
    if _SECTION.search(squeeze(text)) or _MASTHEAD.match(squeeze(text)):
        return False
    if len(group) == 1:
        return "关于" in text or len(text) >= 8 or bool(_SHORT_KINDS.search(match.group("title")))
    # wrapped titles: every line but the last runs on, and the first opens the title
    first = lines[group[0]].text
    opens = "关于" in text or first.endswith(_OPENS)
    # a heading above a whole title that names its organ: …政策汇编, 某局关于…的通知
    if lines[group[1]].text.find("关于") > 0 and not first.rstrip().endswith(_ORGANS):
        opens = "关于" in first
    whole = all(len(lines[i].text) >= 6 for i in group[:-1])
    return opens and whole and len(text) >= 8 and not any(dates(lines[i].text) for i in group)


def _repeats(lines: Sequence[Line], group: Sequence[int], kept: Sequence[Sequence[int]]) -> bool:
    """True when a group says again what an earlier title says."""
    text = _bare("".join(lines[i].text for i in group))
    before = [_bare("".join(lines[i].text for i in other)) for other in kept]
    return any(text in other or other in text for other in before)


def _bare(text: str) -> str:
    return squeeze(text).strip("《》")


def find_title(
    entries: Sequence[Pair],
    lines: Sequence[Line],
    body: Sequence[int],
    groups: Sequence[Sequence[int]],
    extracted: ExtractedText,
) -> Proven | None:
    """The title: as a header names it, as a title line, run into the text, or the first line."""
    for entry in entries:
        if entry.field == "title":
            return proven_text(extracted.text, _bare_span(extracted.text, entry.span))
    ranked = sorted(groups, key=lambda group: _rank(lines, group, groups))
    announced = ranked and _ANNOUNCES.fullmatch("".join(lines[i].text for i in ranked[0]))
    named = _enveloped(lines, body) if announced else None
    if named is not None:
        return proven_text(extracted.text, named)
    if ranked:
        span = Span(lines[ranked[0][0]].span.start, lines[ranked[0][-1]].span.end)
        return proven_text(extracted.text, _bare_span(extracted.text, span))
    enveloped = _enveloped(lines, body)
    if enveloped is not None:
        return proven_text(extracted.text, enveloped)
    found = run_on(lines)
    if found is not None:
        line, match = found
        named = line.sub(match.start("title"), match.end("title"))
        return proven_text(extracted.text, _bare_span(extracted.text, named))
    at = extracted.text.find(extracted.title) if extracted.title else -1
    if extracted.title and at >= 0:
        return proven_text(extracted.text, Span(at, at + len(extracted.title)))
    first = first_line(lines, body)
    if first is None or "\t" in lines[first].span.of(extracted.text).strip():
        return None  # cells side by side are no name
    return proven_text(extracted.text, _bare_span(extracted.text, lines[first].span))


def _enveloped(lines: Sequence[Line], body: Sequence[int]) -> Span | None:
    """The name in a decree or notice that opens without a title: …令第7号《某条例》已经…通过."""
    for i in body[:_ENVELOPE]:
        match = _ENVELOPED.match(lines[i].text[:_HISTORY_REACH])
        if match is not None:
            return lines[i].sub(match.start("title"), match.end("title"))
    return None


def first_line(lines: Sequence[Line], body: Sequence[int]) -> int | None:
    """The number of the first line when it stands alone as a name: no sentence, label or date.

    Entries and numbers above it are passed over: 檔號:…, 某局通函第38/2021號, 分發名單:….
    """
    above = next((at for at, i in enumerate(body[:_ENTRIES]) if not _ENTRY.match(lines[i].text)), 0)
    body = body[above:]
    if len(body) < 2:
        return None
    text = lines[body[0]].text
    named = 6 <= len(text) <= 80 and len(re.findall(r"[\u4e00-\u9fff]", text)) >= 4
    if not named or re.search(r"[。;:,!]$|。.|^#", text) or parse_label(text):
        return None
    dated = dates(text)
    return None if dated and dated[0].start <= 2 and dated[0].end >= len(text) - 2 else body[0]


def run_on(lines: Sequence[Line]) -> tuple[Line, re.Match[str]] | None:
    """The first line that opens with a title that no line break closes."""
    for line in lines[:_OPENING]:
        match = _RUN_ON.match(line.text[:400])
        if match is not None:
            return line, match
    return None


def _rank(
    lines: Sequence[Line], group: Sequence[int], groups: Sequence[Sequence[int]]
) -> tuple[int, int]:
    """The first title wins, unless it is a poorer form of a later one that says 关于."""
    text = "".join(lines[i].text for i in group)
    first = "".join(lines[i].text for i in groups[0])
    better = "关于" in text and "关于" not in first and len(first) < 8
    return (0 if better else 1, group[0])


def _bare_span(original: str, span: Span) -> Span:
    """The title without what stands around it: # of Markdown, one pair of 《》, quotes, and the
    number and date of the decree: …令第8号某规定2003年8月4日."""
    start, end = span.start, span.end
    text = fold(original[start:end])
    decree = _DECREE_BEFORE.match(text)
    if decree is not None:
        dated = _DATE_BEHIND.search(text, max(decree.end(), end - start - _DATE_REACH))
        start, end = start + decree.end(), start + (dated.start() if dated else len(text))
    while start < end - 1 and original[start] in "#*> \u3000":
        start += 1
    while end > start + 1 and original[end - 1] in "#* \u3000":
        end -= 1
    if original[start] == original[end - 1] and original[start] in "\"'" and end - start > 2:
        start, end = start + 1, end - 1
    quoted = original[start] == "《" and original[end - 1] == "》"
    if quoted and original.count("《", start, end) == 1 and end - start > 2:
        return Span(start + 1, end - 1)
    return Span(start, end)


def proven_text(original: str, span: Span) -> Proven:
    """A value shown as it stands, line breaks removed."""
    return Proven(closed(re.sub(r"\s*[\r\n]\s*", "", span.of(original)).strip()), span)


def history_start(text: str) -> int:
    """Where a line begins to tell the history: behind 摘要:, or at a bracket behind a title."""
    head = _HISTORY_KEY.match(text)
    if head:
        return head.end()
    bracket = _HISTORY_BRACKET.match(text[:_HISTORY_REACH])
    return bracket.end() if bracket else 0


def quoted_names(text: str) -> list[str]:
    """What stands in 《…》 of a folded text, without white space."""
    return [squeeze(name) for name in re.findall(r"《([^《》]{2,80})》", fold(text))]
