"""When a document was written and issued, from when to when it holds, and whether it still does."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from ingest.header import Pair
from ingest.issuers import closings, signed_by_person
from ingest.lines import Line
from ingest.titles import history_start, quoted_names
from text.dates import Dated, dates
from text.normalize import fold, squeeze
from text.numerals import parse_int
from youju.records import PolicyMeta, Proven, Span

_DATE_FIELDS = ("written_on", "issued_on", "effective_on", "expires_on")
_SELF = r"(?:此|本|该)(?:文件|件|通知|办法|规定|意见|条例|方案|细则|决定|政策|通告|公告)"
_OWN_KIND = re.compile(r"[本此](?P<kind>[\u4e00-\u9fff]{0,2})")
_FROM = re.compile(
    r"(?:自|从|于)\s*(?P<from>[^,。;自从]{2,24}?)(?:之日)?起\s*(?:施行|实施|执行|生效|试行)"
)
_VALID_YEARS = re.compile(
    r"有效期(?:限)?(?:为)?\s*(?P<n>\d{1,2}|[一二两三四五六七八九十]{1,3})\s*年"
)
# 本通知有效期1年, apart from the sentence that says from when
_OWN_PERIOD = re.compile(rf"{_SELF}(?:的)?(?=有效期)")
_VALID_UNTIL = re.compile(r"有效期(?:限)?(?:至|到|截止?至?)\s*(?P<until>[^,。;)]{6,16})")
# 上述政策…执行期限为2019年1月1日至2023年12月31日, 本意见执行至2017年底: of the whole, at its end
_RUNS = re.compile(
    rf"(?:{_SELF}|本《[^《》]{{2,12}}》|(?:以上|上述)[^,。;]{{0,6}}(?:政策|措施|规定|标准))[^。;]{{0,60}}?"
    r"(?:执行|实施|有效)(?:期限?|时间)?(?:截止?至?|为|自|从|至|到)\s{0,4}(?P<when>[^。;,]{5,40})"
)
_YEAR_END = re.compile(r"(?P<year>(?:19|20)\d{2})年(?:年?底|末)")
# 施行 and 有效期 belong together: …起施行,有效期5年 and 本办法有效期5年,自…起施行
_NEAR = 16
_VOIDED = r"(?:宣布)?(?:失效|废止|停止执行)"
_VOID_SENTENCE = re.compile(
    rf"{_SELF}(?:现|现已|已|已经|已于[^,。;]{{4,16}}|自[^,。;]{{4,16}}起)(?:被|由|经)?"
    rf"[^,。;]{{0,24}}?{_VOIDED}"
    rf"|{_SELF}(?:予以)?废止(?=[。;]|$)"
)
_VOID_BANNER = re.compile(
    rf"^[\[(]?(?:{_SELF}|全文)?(?:已|现已|已经)?(?:被)?(?:宣布)?(?:废止|失效)[\])]?$"
)
_VOID_TITLE = re.compile(r"[\[(](?:全文)?(?:已|现已|已经)?(?:废止|失效)[\])]")
_STATUSES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("已废止", re.compile(r"(?<!未)(?<!不)(?<!部分)废止")),
    ("已失效", re.compile(r"(?<!未)(?<!不)(?<!部分)失效|^无效|^否$|停止执行|过期")),
    ("尚未生效", re.compile(r"尚未(?:生效|施行)|未生效|待生效")),
    ("已修改", re.compile(r"已(?:被)?修(?:改|订|正)|部分(?:失效|修改|废止)")),
    ("现行有效", re.compile(r"现行|有效|^是$|执行中|继续施行")),
)
_PERIOD = re.compile(
    r"((?:19|20)\d{2})\s*+年?\s*+[-—~至到]{1,2}\s*((?:19|20)\d{2})\s*年?"
    r"|((?:19|20)\d{2})\s*年(?:度)?(?=[^\d月])"
)
_HISTORY = 12  # lines below the title that may tell when it was passed and published
_LAST = 3
_TOLD = 80  # characters before the date of 已经…通过
_LONG = 160
_TAIL = 400  # characters of a document that stand behind what it says of its period
_ONLINE = 12  # months after which a site puts a document online, and nobody issues it any more


def with_dates(
    meta: PolicyMeta,
    entries: Sequence[Pair],
    lines: Sequence[Line],
    body: Sequence[int],
    signature: Sequence[int],
) -> PolicyMeta:
    """`meta` with the dates of the header, the signature and the history lines."""
    found: dict[str, Proven] = {}
    for entry in entries:
        dated = dates(entry.value) if entry.field in _DATE_FIELDS else []
        if dated and entry.field != "expires_on":  # what the text itself says comes first
            found.setdefault(entry.field, Proven(dated[0].iso, entry.span))
    shown = found.pop("issued_on", None)
    for i in signature:
        dated = dates(squeeze(lines[i].text))
        if dated:
            value = Proven(dated[0].iso, lines[i].span)
            found.setdefault("written_on", value)
            if signed_by_person(lines, body, i):
                found.setdefault("issued_on", value)
    for closed in closings(lines, body, meta.issuer.value if meta.issuer else "")[:1]:
        value = Proven(closed.date.iso, closed.span)
        found.setdefault("written_on", value)
        if closed.signed:
            found.setdefault("issued_on", value)
    if meta.title is not None and "written_on" not in found:
        found |= _behind_title(meta.title.span, lines)
    for i in body[:_HISTORY]:
        for name, value in _history(lines[i], meta):
            found.setdefault(name, value)
    if shown is not None and not _put_online(shown, found):
        found["issued_on"] = shown
    return replace(meta, **found)  # type: ignore[arg-type]


def _put_online(shown: Proven, found: Mapping[str, Proven]) -> bool:
    """True for a day on which a site put an older document online: 1996年成文, 2018年发布."""
    known = found.get("written_on") or found.get("issued_on")
    return known is not None and _month(shown.value) - _month(known.value) > _ONLINE


def _month(iso: str) -> int:
    return int(iso[:4]) * 12 + int(iso[5:7])


def _behind_title(title: Span, lines: Sequence[Line]) -> dict[str, Proven]:
    """The date that stands behind the title in its line: 某令第8号某规定2003年8月4日."""
    for line in lines:
        if line.span.covers(title):
            for day in dates(line.text[:400]):
                place = line.sub(day.start, day.end)
                if place.start == title.end:
                    return {"issued_on": Proven(day.iso, place)}
            break
    return {}


def _history(line: Line, meta: PolicyMeta) -> list[tuple[str, Proven]]:
    """(2020年5月14日…会议通过 …公布 自…起施行) and 2007年8月24日,…印发《…》."""
    opening = history_start(line.text)
    text = _bracketed(line.text[: opening + 400], opening)
    dated = [day for day in dates(text) if len(day.iso) == 10 and day.start >= opening]
    if not dated:
        return []
    if dated[0].start > opening + 3:
        return _told(line, text, opening, dated)
    bracket = text.startswith("(", opening)
    found: list[tuple[str, Proven]] = []
    for at, day in enumerate(dated if bracket else dated[:1]):
        until = dated[at + 1].start if at + 1 < len(dated) else len(text)
        rest = text[day.end : min(until, day.end + 60)]
        value = Proven(day.iso, line.sub(day.start, day.end))
        named = quoted_names(text)
        if re.match(r"起(?:施行|实施)", rest):
            found.append(("effective_on", value))
        elif re.search(r"修[正订改]", rest):
            break  # what follows tells of a later version
        elif re.search(r"通过|签署", rest):
            found.append(("written_on", value))
        elif re.search(r"印发|发布|公布", rest) and (bracket or not named or _own(named, meta)):
            found.append(("issued_on", value))
    return found


def _bracketed(text: str, opening: int) -> str:
    """The text up to the end of the bracket that opens there, if one does and is closed."""
    depth = 0
    for at in range(opening, len(text) if text.startswith("(", opening) else opening):
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        if depth == 0:
            return text[: at + 1]
    return text


def _told(line: Line, text: str, opening: int, dated: Sequence[Dated]) -> list[tuple[str, Proven]]:
    """(《某办法》已经2023年6月19日省政府第9次常务会议通过,现予公布…) and 已于…经…审议通过."""
    day = dated[0]
    before = text[opening : day.start]
    if day.start > opening + _TOLD or not re.search(r"(?:已经|已于|业经|经|于)$", before):
        return []
    if re.match(r"[^。;]{0,60}?通过", text[day.end :]) is None:
        return []
    return [("written_on", Proven(day.iso, line.sub(day.start, day.end)))]


def _own(named: Sequence[str], meta: PolicyMeta) -> bool:
    """True when one of the documents named in 《…》 is this one."""
    title = squeeze(fold(meta.title.value)) if meta.title else ""
    return bool(title) and any(name in title or title in name for name in named)


def with_validity(
    meta: PolicyMeta,
    entries: Sequence[Pair],
    lines: Sequence[Line],
    body: Sequence[int],
    titles: Sequence[Sequence[int]],
) -> PolicyMeta:
    """`meta` with status, 施行 and 失效, as the header and the text state them."""
    meta = _status_of_header(meta, entries)
    named = [j for group in titles for j in group]
    edges = {*body[:_HISTORY], *body[-_LAST:], *named}
    meta = _period(meta, [lines[i] for i in body])
    for i in [*body, *named]:
        if meta.status == "未注明" and i in edges:
            meta = _void(meta, lines[i], titled=i in named)
        meta = _in_force(meta, lines[i])
    return _expiry_of_header(meta, entries)


def _period(meta: PolicyMeta, lines: Sequence[Line]) -> PolicyMeta:
    """From when to when the whole holds, as its last sentences say."""
    behind = 0
    for line in reversed(lines):
        begin = max(0, len(line.text) - (_TAIL - behind))
        for match in _RUNS.finditer(line.text, begin):
            days = [day.iso for day in dates(match.group("when"))]
            year = _YEAR_END.match(match.group("when"))
            days += [f"{year.group('year')}-12-31"] if year and not days else []
            if not days or meta.expires_on is not None:
                continue
            value = Proven(days[-1], line.sub(match.start("when"), match.end()))
            since = replace(value, value=days[0]) if len(days) > 1 else None
            effective = meta.effective_on or since
            meta = replace(meta, expires_on=value, effective_on=effective)
        behind += len(line.text)
        if behind >= _TAIL:
            break
    return meta


def _expiry_of_header(meta: PolicyMeta, entries: Sequence[Pair]) -> PolicyMeta:
    """Until when the page says that it holds, where the text says nothing."""
    for entry in entries:
        dated = dates(entry.value) if entry.field == "expires_on" else []
        if dated and (meta.expires_on is None or _a_day_apart(dated[0].iso, meta.expires_on)):
            return replace(meta, expires_on=Proven(dated[0].iso, entry.span))
    return meta


def _a_day_apart(iso: str, counted: Proven) -> bool:
    """True when the page counts the same period of years a day shorter or longer."""
    if len(iso) < 10 or len(counted.value) < 10:
        return False
    return abs((date.fromisoformat(iso) - date.fromisoformat(counted.value)).days) == 1


def stated_status(value: str) -> str | None:
    """The status that a site's word for it means; None for other words."""
    return next((status for status, pattern in _STATUSES if pattern.search(value)), None)


def _status_of_header(meta: PolicyMeta, entries: Sequence[Pair]) -> PolicyMeta:
    for entry in entries:
        status = stated_status(entry.value) if entry.field == "status" else None
        if status is not None:
            meta = replace(meta, status=status, status_note=Proven(entry.value, entry.span))
    return meta


def _void(meta: PolicyMeta, line: Line, *, titled: bool) -> PolicyMeta:
    """A banner or a sentence that says that this very document no longer holds."""
    found = _VOID_BANNER.search(line.text) if len(line.text) <= 20 else None
    found = found or (_VOID_TITLE.search(line.text) if titled else None)
    if found is None and len(line.text) <= _LONG and "同时废止" not in line.text:
        found = _VOID_SENTENCE.search(line.text)
    if found is None:
        return meta
    status = "已废止" if "废止" in found.group() else "已失效"
    note = Proven(found.group(), line.sub(found.start(), found.end()))
    return replace(meta, status=status, status_note=note)


def _in_force(meta: PolicyMeta, line: Line) -> PolicyMeta:
    """施行 and 有效期 as a body line states them for this document."""
    text = line.text
    for match in _FROM.finditer(text):
        near = max(0, match.start() - 2 * _LONG)
        start = max(near, *(text.rfind(c, near, match.start()) + 1 for c in "。;"))
        subject = text[start : match.start()]
        own = len(text) < _LONG or re.search(r"本|此", subject[-24:])
        named = quoted_names(subject)
        told = named and "通过" in subject and _own(named[:1], meta)
        if told or (own and len(subject) <= 24 and not named):
            return _effective(meta, line, match, start)
    alone = _OWN_PERIOD.search(text)
    return _expiry(meta, line, alone.start(), alone.end()) if alone else meta


def _effective(meta: PolicyMeta, line: Line, match: re.Match[str], start: int) -> PolicyMeta:
    stated = dates(match.group("from"))
    base = meta.issued_on or meta.written_on
    iso = stated[0].iso if stated else None
    if iso is None and base and re.search(r"发布|公布|印发|颁布|下发", match.group("from")):
        iso = base.value
    said = _OWN_KIND.search(line.text[start : match.start()]) if stated else None
    # a decision that amends a rule prints that rule anew: 本条例 is then not the decision
    own = said is not None and (
        not _amends(meta) or said.group("kind") in re.split("[》〉]", _titled(meta))[-1]
    )
    if (meta.effective_on is None or own) and iso is not None:
        span = line.sub(match.start(), match.end())
        meta = replace(meta, effective_on=Proven(iso, span))
    if meta.expires_on is None:
        meta = _expiry(meta, line, start, match.end())
    return meta


def _amends(meta: PolicyMeta) -> bool:
    return re.search(r"关于修[改订正]", _titled(meta)) is not None


def _titled(meta: PolicyMeta) -> str:
    return meta.title.value if meta.title is not None else ""


def _expiry(meta: PolicyMeta, line: Line, start: int, end: int) -> PolicyMeta:
    until = _VALID_UNTIL.search(line.text, start, end + 2 * _NEAR)
    days = dates(until.group("until")) if until else []
    if until and days:
        place = line.sub(until.start(), until.end())
        return replace(meta, expires_on=Proven(days[0].iso, place))
    years = _VALID_YEARS.search(line.text, start, end + _NEAR)
    count = parse_int(years.group("n")) if years else None
    since = meta.effective_on or meta.issued_on or meta.written_on
    if years and count is not None and since is not None and meta.expires_on is None:
        later = _last_day(since.value, count)
        place = line.sub(years.start(), years.end())
        return replace(meta, expires_on=Proven(later, place))
    return meta


def _last_day(iso: str, count: int) -> str:
    """The last day of a period of `count` years from a day: the eve of the same day then."""
    year = int(iso[:4]) + count
    if len(iso) < 10:
        return f"{year}{iso[4:]}"
    day = date.fromisoformat(iso)
    try:
        return (day.replace(year=year) - timedelta(days=1)).isoformat()
    except ValueError:  # 29 February, where that year has none
        return date(year, 2, 28).isoformat()


def title_period(title: Proven | None) -> tuple[int, int] | None:
    """The years that the title itself names, the last ones when it names several."""
    if title is None:
        return None
    for match in reversed(list(_PERIOD.finditer(fold(title.value) + " "))):
        first = int(match.group(1) or match.group(3))
        last = int(match.group(2) or match.group(3))
        if first <= last <= first + 30:
            return first, last
    return None
