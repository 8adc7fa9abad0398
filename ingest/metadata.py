"""What a document says of itself, each value with the place that proves it.

Sources in order of trust: the site's key–value lines, lines that are a title, 文号, signature or
date on their own, and sentences such as 本办法自2021年3月1日起施行,有效期5年.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from datatypes import ExtractedText, PolicyMeta, Proven, Span
from ingest.header import Pair, pairs
from ingest.labels import parse_label
from ingest.lines import Line
from text.places import region_of, region_of_number
from text.dates import dates
from text.normalize import fold, squeeze
from text.numerals import parse_int

DOC_NUMBER = re.compile(
    r"[\u4e00-\u9fff]{1,14}\s*[\[(<]\s*(?:19|20)\d{2}\s*[\])>]\s*(?:第)?\s*\d{1,5}\s*号"
    r"|(?:[\u4e00-\u9fff]{2,20}令)\s*(?:\(?(?:19|20)\d{2}\)?年?)?\s*第?\s*\d{1,4}\s*号"
)
_KINDS = (
    "通知|意见|办法|条例|规定|方案|计划|要点|纲要|规划|决定|公告|细则|措施|批复|通告|决议|公报|函|法|标准"
    "|指南|目录|制度|章程|规则|规程|解释|答复|通报|报告|规范|清单|导则|指引|政策|工作安排|议案|令|准则|预案"
)
_TITLE = re.compile(
    rf"^《?(?P<title>[^。;!?]{{4,110}}?(?:{_KINDS}))》?"
    r"(?P<tail>\s*\([^()]{2,24}\))?\s*(?:》|的?补充规定|\(附[^()]*\))?$"
)
_ORGAN = re.compile(
    r"^(?:[\u4e00-\u9fff、\s]{2,60})(?:政府|办公厅|办公室|委员会|厅|局|部|委|院|署|会|处|中心|总公司|集团|银行|法院|检察院)$"
)
_OF_TITLE = re.compile(r"^(?P<organ>.{2,60}?)关于")
# (2020年10月28日某市第八届人民代表大会常务委员会第三十次会议通过)
_PASSED_BY = re.compile(
    r"(?P<organ>[\u4e00-\u9fff]{2,40}?(?:委员会|政府|国务院))[^。]{0,30}?(?:通过|公布|发布|印发)"
)
# scraped text that runs on: …工作方案云政办发[2023]27号各乡镇…
_RUN_ON_TITLE = re.compile(
    rf"^《?(?P<title>[^。;:,]{{6,70}}?(?:{_KINDS})(?:\([^()]{{2,20}}\))?)》?\s*"
    r"(?P<number>[\u4e00-\u9fff]{2,10}[\[(](?:19|20)\d{2}[\])]\d{1,5}号)?"
    r"(?=\s*(?:各[^,。;]{2,60}:|为(?:了|进一步|贯彻|深入|全面|加强|规范|切实|推进)|根据))"
)
_PERIOD = re.compile(
    r"((?:19|20)\d{2})\s*年?\s*[-—~至到]{1,2}\s*((?:19|20)\d{2})\s*年?|((?:19|20)\d{2})\s*年(?:度)?(?=[^\d月])"
)
_EFFECTIVE = re.compile(r"自\s*(?P<from>[^,。;]{2,24}?)(?:之日)?起\s*(?:施行|实施|执行|生效|试行)")
_VALID_YEARS = re.compile(r"有效期(?:限)?(?:为)?\s*(?P<n>\d{1,2}|[一二三四五六七八九十]{1,3})\s*年")
_VALID_UNTIL = re.compile(r"有效期(?:限)?(?:至|到|截止?至?)\s*(?P<until>[^,。;)]{6,16})")
_SELF = r"(?:此|本|该)(?:文件|件|通知|办法|规定|意见|条例|方案|细则|决定|政策)"
_VOID_SENTENCE = re.compile(
    rf"(?:{_SELF}[^。;]{{0,30}}?(?:宣布失效|予以废止|废止|失效|停止执行)(?!日期)"
    r"|^[\[(]?(?:已|现已|已经)?(?:废止|失效|宣布失效)[\])]?$)"
)
_STATUSES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("已废止", re.compile(r"(?<!未)(?<!不)废止")),
    ("已失效", re.compile(r"(?<!未)(?<!不)失效|^无效|^否$|停止执行|过期")),
    ("尚未生效", re.compile(r"尚未(?:生效|施行)|未生效|待生效")),
    ("已修改", re.compile(r"已(?:被)?修(?:改|订|正)|部分(?:失效|修改|废止)")),
    ("现行有效", re.compile(r"现行|有效|^是$|执行中|继续施行")),
)
_TOP = 40


@dataclass(frozen=True, slots=True)
class Read:
    """The metadata and the numbers of the lines that carry it (no clause text)."""

    meta: PolicyMeta
    lines: frozenset[int] = field(default_factory=frozenset)


def metadata(extracted: ExtractedText, lines: Sequence[Line], dropped: frozenset[int]) -> Read:
    """Read the metadata; `lines` are physical lines, `dropped` the numbers of chrome lines."""
    entries = pairs(lines, extracted.blocks, extracted.text)
    used = {entry.line for entry in entries if entry.line is not None}
    body = [i for i in range(len(lines)) if i not in dropped and i not in used]
    titles = _titles(lines, body)
    signature = _signature(lines, body)
    title = _title(entries, lines, titles, extracted)
    number = _number(entries, lines, body, titles)
    meta = PolicyMeta(title=title, doc_number=number)
    meta = replace(meta, issuer=_issuer(entries, lines, titles, signature, title, extracted.text))
    meta = _dates(meta, entries, lines, body, signature)
    meta = _validity(meta, entries, lines, body, titles)
    meta = replace(meta, region=_region(meta, extracted.text), period=_period(meta))
    used |= {i for group in titles for i in group} | set(signature)
    if titles:
        used |= _masthead(lines, [i for i in body if i < titles[0][0] and i not in used])
    used |= {i for i in body[:_TOP] if _is_number_line(lines[i].text)}
    return Read(meta, frozenset(used))


def _masthead(lines: Sequence[Line], above: Sequence[int]) -> set[int]:
    """Short lines above the title that say nothing: the site's name and its menu."""
    return {
        i for i in above if len(lines[i].text) <= 24 and not re.search(r"[。;!?]", lines[i].text)
    }


# --- title ---------------------------------------------------------------------------------------


def _titles(lines: Sequence[Line], body: Sequence[int]) -> list[list[int]]:
    """Groups of neighbouring line numbers that are a title, in order."""
    groups: list[list[int]] = []
    at = 0
    while at < len(body):
        for size in (1, 2, 3):
            group = list(body[at : at + size])
            if len(group) == size and _reads_as_title(lines, group):
                groups.append(group)
                at += size - 1
                break
        at += 1
        if at > _TOP and not groups:
            break
    return [group for group in groups if group[0] in body[: 3 * _TOP]]


def _reads_as_title(lines: Sequence[Line], group: Sequence[int]) -> bool:
    text = "".join(lines[i].text for i in group)
    if any(parse_label(lines[i].text) for i in group) or ":" in text or "现将" in text:
        return False
    match = _TITLE.match(text)
    if match is None or len(text) < 6 or re.search(r"[,、]$", lines[group[0]].text):
        return False
    if len(group) == 1:
        return "关于" in text or len(text) >= 8 or bool(re.search(r"条例|办法|法$", text))
    # wrapped titles: every line but the last runs on, and the first opens the title
    opens = "关于" in text or lines[group[0]].text.endswith(("人民政府", "办公厅", "办公室"))
    return opens and all(len(lines[i].text) >= 6 for i in group)


def _title(
    entries: Sequence[Pair],
    lines: Sequence[Line],
    titles: Sequence[Sequence[int]],
    extracted: ExtractedText,
) -> Proven | None:
    for entry in entries:
        if entry.field == "title":
            return _proven_text(extracted.text, entry.span)
    ranked = sorted(titles, key=lambda group: _title_rank(lines, group, titles))
    if ranked:
        group = ranked[0]
        span = Span(lines[group[0]].span.start, lines[group[-1]].span.end)
        return _proven_text(extracted.text, _without_quotes(extracted.text, span))
    run_on = _run_on(lines)
    if run_on is not None:
        line, match = run_on
        return _proven_text(extracted.text, line.sub(match.start("title"), match.end("title")))
    if extracted.title:
        at = extracted.text.find(extracted.title)
        if at >= 0:
            return _proven_text(extracted.text, Span(at, at + len(extracted.title)))
    return None


def _run_on(lines: Sequence[Line]) -> tuple[Line, re.Match[str]] | None:
    """The first line when it opens with a title that no line break closes."""
    match = _RUN_ON_TITLE.match(lines[0].text) if lines else None
    return (lines[0], match) if match else None


def _title_rank(
    lines: Sequence[Line], group: Sequence[int], titles: Sequence[Sequence[int]]
) -> tuple[int, int]:
    """The first title wins, unless it is a poorer form of a later one that says 关于."""
    text = "".join(lines[i].text for i in group)
    first = "".join(lines[i].text for i in titles[0])
    better = "关于" in text and "关于" not in first and len(first) < 8
    return (0 if better else 1, group[0])


def _without_quotes(original: str, span: Span) -> Span:
    start, end = span.start, span.end
    if original[start] == "《" and original[end - 1] == "》" and original.count("《", start, end) == 1:
        return Span(start + 1, end - 1)
    return span


def _proven_text(original: str, span: Span) -> Proven:
    """A value shown as it stands, line breaks and doubled blanks removed."""
    return Proven(re.sub(r"\s*[\r\n]\s*", "", span.of(original)).strip(), span)


# --- number, issuer, region ----------------------------------------------------------------------


def _is_number_line(text: str) -> bool:
    bare = text.strip("()[] ")
    match = DOC_NUMBER.match(bare)
    if match is not None and match.end() >= len(bare) - 2:
        return True
    return bool(re.fullmatch(r"[\u4e00-\u9fff]{2,12}\s*[\[(]\s*\d{4}[\])]?\s*\d*\s*号?", bare))


def _number(
    entries: Sequence[Pair],
    lines: Sequence[Line],
    body: Sequence[int],
    titles: Sequence[Sequence[int]],
) -> Proven | None:
    for entry in entries:
        if entry.field == "doc_number" and re.search(r"\d", entry.value):
            return Proven(_tidy_number(entry.value), entry.span)
    run_on = _run_on(lines)
    if run_on is not None and run_on[1].group("number"):
        line, match = run_on
        span = line.sub(match.start("number"), match.end("number"))
        return Proven(_tidy_number(match.group("number")), span)
    for i in body[:_TOP]:
        text = lines[i].text
        match = DOC_NUMBER.search(text)
        if match is None:
            continue
        alone = match.end() - match.start() >= len(text.strip()) - 3
        by_sentence = re.search(r"以\s*$", text[: match.start()]) and "印发" in text[match.end() :]
        decree = "令" in match.group() and len(text) < 40 and match.start() <= 2
        if alone or by_sentence or decree:
            span = lines[i].sub(match.start(), match.end())
            return Proven(_tidy_number(match.group()), span)
    return None


def _tidy_number(value: str) -> str:
    """黔府发[2015]15号 → 黔府发〔2015〕15号, the form that GB/T 9704 prescribes."""
    tidy = squeeze(value).strip()
    match = DOC_NUMBER.search(tidy)
    tidy = match.group() if match else tidy
    return re.sub(r"[\[(<]((?:19|20)\d{2})[\])>]", r"〔\1〕", tidy)


def _issuer(
    entries: Sequence[Pair],
    lines: Sequence[Line],
    titles: Sequence[Sequence[int]],
    signature: Sequence[int],
    title: Proven | None,
    original: str,
) -> Proven | None:
    for entry in entries:
        if entry.field == "issuer" and re.search(r"[\u4e00-\u9fff]{2}", entry.value):
            return _proven_text(original, entry.span)
    for i in signature:
        if _ORGAN.match(squeeze(lines[i].text)):
            return _proven_text(original, lines[i].span)
    for group in titles:
        line = lines[group[0]]
        match = _OF_TITLE.match(line.text)
        if match and _ORGAN.match(squeeze(match.group("organ"))):
            return _proven_text(original, line.sub(0, match.end("organ")))
    for line in lines[:_TOP]:
        dated = dates(line.text)
        match = _PASSED_BY.search(line.text, dated[0].end if dated and dated[0].start < 4 else 0)
        if match and match.start() < 30:
            return _proven_text(original, line.sub(match.start("organ"), match.end("organ")))
    return None


def _region(meta: PolicyMeta, original: str) -> Proven | None:
    named: list[tuple[str, Span]] = []
    for source in (meta.issuer, meta.title):
        if source is None:
            continue
        text = fold(source.span.of(original))
        place = region_of(text.lstrip("《 "))
        if place is not None:
            shift = len(text) - len(text.lstrip("《 "))
            start = source.span.start + shift
            named.append((place[0], Span(start + place[1], start + place[2])))
    if named:
        # 全国 from the issuer yields to a place that the title names
        local = [entry for entry in named if entry[0] != "全国"]
        value, span = (local or named)[0]
        return Proven(value, span)
    if meta.doc_number is not None:
        by_number = region_of_number(fold(meta.doc_number.value))
        if by_number is not None:
            return Proven(by_number, meta.doc_number.span)
    return None


# --- dates and validity --------------------------------------------------------------------------


def _signature(lines: Sequence[Line], body: Sequence[int]) -> list[int]:
    """Line numbers of the first closing: organ(s), then a date on a line of its own."""
    for at, i in enumerate(body):
        text = squeeze(lines[i].text).strip("()")
        found = dates(text)
        whole = found and found[0].start == 0 and found[0].end >= len(text) - 2
        if not whole or len(found[0].iso) < 10 or lines[i].text.isascii():
            continue
        organs: list[int] = []
        for j in reversed(body[max(0, at - 4) : at]):
            if not _ORGAN.match(squeeze(lines[j].text)) or len(lines[j].text) > 40:
                break
            organs.append(j)
        note = [j for j in body[at + 1 : at + 2] if re.match(r"^\(?此件", lines[j].text)]
        return [*reversed(organs), i, *note]
    return []


def _dates(
    meta: PolicyMeta,
    entries: Sequence[Pair],
    lines: Sequence[Line],
    body: Sequence[int],
    signature: Sequence[int],
) -> PolicyMeta:
    found: dict[str, Proven] = {}
    for entry in entries:
        if entry.field in ("written_on", "issued_on", "effective_on", "expires_on"):
            dated = dates(entry.value)
            if dated:
                span = Span(entry.span.start, entry.span.end)
                found.setdefault(entry.field, Proven(dated[0].iso, span))
    for i in signature:
        dated = dates(squeeze(lines[i].text))
        if dated:
            found.setdefault("written_on", Proven(dated[0].iso, lines[i].span))
    for i in body[:12]:
        # (2020年5月14日…第二十一次会议通过) and 2007年8月24日,…印发《…》
        dated = dates(lines[i].text)
        if not dated or dated[0].start > 3 or len(dated[0].iso) < 10:
            continue
        rest = lines[i].text[dated[0].end : dated[0].end + 60]
        span = lines[i].sub(dated[0].start, dated[0].end)
        if re.search(r"通过|签署", rest):
            found.setdefault("written_on", Proven(dated[0].iso, span))
        elif re.search(r"印发|发布|公布", rest):
            found.setdefault("issued_on", Proven(dated[0].iso, span))
    return replace(meta, **found)  # type: ignore[arg-type]


def _validity(
    meta: PolicyMeta,
    entries: Sequence[Pair],
    lines: Sequence[Line],
    body: Sequence[int],
    titles: Sequence[Sequence[int]],
) -> PolicyMeta:
    for entry in entries:
        if entry.field == "status":
            for status, pattern in _STATUSES:
                if pattern.search(entry.value):
                    meta = replace(
                        meta, status=status, status_note=Proven(entry.value, entry.span)
                    )
                    break
    for i in [*body, *(j for group in titles for j in group)]:
        meta = _from_sentence(meta, lines[i], i in body[:12])
    return meta


def _from_sentence(meta: PolicyMeta, line: Line, top: bool) -> PolicyMeta:
    """施行, 有效期 and 废止 as a body line states them."""
    text = line.text
    if meta.status == "未注明":
        void = _VOID_SENTENCE.search(text)
        if void and (top or len(text) < 60) and "同时废止" not in text:
            status = "已废止" if "废止" in void.group() else "已失效"
            note = line.sub(void.start(), void.end())
            meta = replace(meta, status=status, status_note=Proven(void.group(), note))
    match = _EFFECTIVE.search(text)
    if match and (len(text) < 160 or "本" in text[max(0, match.start() - 8) : match.start()]):
        start = max(text.rfind(c, 0, match.start()) for c in "。;") + 1
        subject = text[start : match.start()]
        if len(subject) <= 24 and "《" not in subject:
            meta = _effective(meta, line, match, text)
    return meta


def _effective(meta: PolicyMeta, line: Line, match: re.Match[str], text: str) -> PolicyMeta:
    span = line.sub(match.start(), match.end())
    stated = dates(match.group("from"))
    base = meta.issued_on or meta.written_on
    iso = stated[0].iso if stated else None
    if iso is None and re.search(r"发布|公布|印发|颁布", match.group("from")) and base:
        iso = base.value
    if meta.effective_on is None and iso is not None:
        meta = replace(meta, effective_on=Proven(iso, span))
    if meta.expires_on is None:
        until = _VALID_UNTIL.search(text)
        until_dates = dates(until.group("until")) if until else []
        years = _VALID_YEARS.search(text)
        if until and until_dates:
            place = line.sub(until.start(), until.end())
            meta = replace(meta, expires_on=Proven(until_dates[0].iso, place))
        elif years and meta.effective_on is not None:
            count = parse_int(years.group("n"))
            iso = meta.effective_on.value
            if count is not None:
                later = f"{int(iso[:4]) + count}{iso[4:]}"
                place = line.sub(years.start(), years.end())
                meta = replace(meta, expires_on=Proven(later, place))
    return meta


def _period(meta: PolicyMeta) -> tuple[int, int] | None:
    """The years that the title itself names."""
    if meta.title is None:
        return None
    title = fold(meta.title.value)
    # years inside 《…》 or before 的 belong to the plan that is being carried out
    for match in reversed(list(_PERIOD.finditer(title + " "))):
        if match.group(1):
            first, last = int(match.group(1)), int(match.group(2))
        else:
            first = last = int(match.group(3))
        if first <= last <= first + 30:
            return first, last
    return None
