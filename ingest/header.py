"""Key–value lines above (or beside) a document: 文号: …, 发布日期: …, 时效: ….

Sites write them as one line, as several pairs in a line, as a key line followed by a value line,
or as a two-column table; all become `Pair`s with the span of the value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.labels import parse_label
from ingest.lines import Line
from text.dates import dates
from text.normalize import fold, squeeze
from youju.records import Block, Span

# field of PolicyMeta → the names that sites give it (folded, without inner white space)
KEYS: dict[str, tuple[str, ...]] = {
    "doc_number": (
        "文号", "发文字号", "发文文号", "文件编号", "政策编号", "公文文号", "文件号", "发布文号",
        "文件文号", "发布令号", "公布文号",
    ),
    "title": (
        "标题", "title", "Title", "名称", "法规名称", "文件名称", "信息名称", "政策名称", "中文名",
        "公文名称", "文件标题",
    ),
    "issuer": (
        "发布机构", "发文机关", "发文单位", "发文机构", "印发机关", "制定机关", "颁布单位",
        "颁布机构", "发布单位", "发布机关", "印发单位", "制发机关", "公布机关", "发布部门",
        "发文部门", "制定单位",
    ),
    "written_on": (
        "成文日期", "成文时间", "签署日期", "制定日期", "通过日期",
    ),
    "issued_on": (
        "发文日期", "发布日期", "颁布时间", "颁布日期", "印发时间", "印发日期", "公布日期",
        "发文时间", "发布时间", "公布时间", "生成日期", "生成时间", "公开日期", "发布于",
        "公发布日",
    ),
    "effective_on": (
        "施行日期", "实施日期", "生效日期", "生效时间", "实施时间", "施行时间", "执行日期",
    ),
    "expires_on": (
        "失效日期", "废止日期", "失效时间", "废止时间", "有效期至", "有效期限", "截止日期",
        "终止日期",
    ),
    "status": (
        "时效", "时效性", "有效性", "政策状态", "效力状态", "状态", "文件状态", "是否有效", "效力",
        "公文时效", "文件有效性",
    ),
    # what the page says of itself
    "page_date": (
        "日期", "时间", "date", "发表时间", "发表日期", "更新时间", "更新日期", "上网时间",
        "上网日期", "录入时间",
    ),
    "source": ("信息来源", "来源", "稿件来源", "文章来源", "来源网站", "转自"),
    # known neighbours: they end the value before them and are no body text
    "": (
        "索引号", "分类", "法规类别", "法规体系", "修正日期", "主题分类", "主题词", "关键词",
        "内容概述", "摘要", "浏览次数",
        "体裁分类", "组配分类", "公开方式", "公开范围", "公开类别", "信息分类",
        "服务对象分类", "点击数", "字号", "作者", "阅读次数", "客户评分", "政策价格", "类型",
        "统一登记号", "登记号", "有效范围", "责任编辑", "公开责任部门", "公开形式", "所属主题",
        "访问地址", "原文链接", "所属一级类别", "一级类别", "二级类别", "主题", "公开程序",
        "责任部门", "统一编号", "浏览量", "阅读量", "访问量", "点击量",
    ),
}  # fmt: skip
_FIELD = {name: field for field, names in KEYS.items() for name in names}
_NAMES = sorted(_FIELD, key=len, reverse=True)
# a name may be spaced out: 文          号
_KEY = re.compile(
    r"(?:^|(?<=[\s\[(|·•]))(?P<key>"
    + "|".join(r"\s*".join(map(re.escape, name)) for name in _NAMES)
    + r")\s*+[\])]?\s*+:"
)
_TOP = 60
_BOTTOM = 12
_LONG = 2_000  # a line of pairs is no longer than this; a text without line breaks is
_CLAUSES = ("一、", "章", "条")
# 2024-05-14 10:00:00: how sites write when; 时间:5月6日至8日 is a sentence of the document
_PLAIN = re.compile(
    r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:[ T]+\d{1,2}:\d{2}(?::\d{2})?)?(?=\s|$)"
)
_COUNTED = ("doc_number", "written_on", "issued_on", "effective_on", "expires_on", "page_date")
_SHORT = 12  # characters of a status: 现行有效
_TITLE_KEY = re.compile(r"(?:标题|文件标题|文件名称)\s*:\s*\S")


@dataclass(frozen=True, slots=True)
class Pair:
    """One metadata entry; `field` is a PolicyMeta field or "" for a known but unused key."""

    field: str
    value: str
    span: Span
    line: int | None = None


def pairs(lines: Sequence[Line], blocks: Iterable[Block], original: str) -> list[Pair]:
    """All entries, in order of appearance; values are folded and trimmed."""
    return [*_from_rows(blocks, original), *_from_lines(lines)]


def _from_lines(lines: Sequence[Line]) -> list[Pair]:
    found: list[Pair] = []
    top = _top(lines)
    for i in [*range(top), *range(max(top, len(lines) - _BOTTOM), len(lines))]:
        matches = list(_KEY.finditer(lines[i].text[:_LONG]))
        if matches and matches[0].start() > 2:
            matches = []  # a key inside a sentence
        for at, match in enumerate(matches):
            end = matches[at + 1].start() if at + 1 < len(matches) else len(lines[i].text)
            pair = _pair(lines, i, match, end)
            if not _is_body(pair, match):
                found.append(pair)
                if pair.line != i:  # the line of the key says nothing else
                    found.append(Pair("", "", lines[i].span, i))
    return found


def _is_body(pair: Pair, match: re.Match[str]) -> bool:
    """True for a line that only opens like an entry: 时间:5月6日至8日, 摘要:(1996年…公布)."""
    if pair.field == "page_date":
        return _PLAIN.match(pair.value) is None
    return match.group("key") == "摘要" and match.string[match.end() :].lstrip()[:1] == "("


def opens_document(line: Line) -> bool:
    """True for 标题:…, with which a crawler opens each document that it strings together."""
    return _TITLE_KEY.match(line.text) is not None


def _top(lines: Sequence[Line]) -> int:
    """How many lines stand before the first clause: further down, 文号: belongs to others."""
    for i, line in enumerate(lines[:_TOP]):
        label = parse_label(line.text)
        if label is not None and label.kind in _CLAUSES and label.number == 1:
            return i
    return min(_TOP, len(lines))


def _pair(lines: Sequence[Line], i: int, match: re.Match[str], end: int) -> Pair:
    field = _FIELD[squeeze(match.group("key"))]
    raw = lines[i].text[match.end() : end]
    start = match.end() + len(raw) - len(raw.lstrip())
    value = raw.strip()
    if value:
        return Pair(field, value, lines[i].sub(start, start + len(value)), i)
    following = lines[i + 1] if i + 1 < len(lines) else None
    if field and end == len(lines[i].text) and following and _could_be(field, following.text):
        return Pair(field, following.text, following.span, i + 1)
    return Pair("", "", lines[i].sub(match.start(), match.end()), i)


def _could_be(field: str, text: str) -> bool:
    """False for a line that is no value of the key above it, which the page left empty."""
    if _KEY.match(text):
        return False
    if field == "status":
        return len(text) <= _SHORT
    return field not in _COUNTED or bool(dates(text)) or any(char.isdigit() for char in text)


def _from_rows(blocks: Iterable[Block], original: str) -> list[Pair]:
    found: list[Pair] = []
    for block in blocks:
        cells = block.cells
        for key, value in pairwise(cells):
            name = squeeze(fold(key.of(original))).rstrip(":")
            if name in _FIELD and len(value):
                text = fold(value.of(original)).strip()
                if text and squeeze(text).rstrip(":") not in _FIELD:
                    found.append(Pair(_FIELD[name], text, value, None))
    return found


def is_header_row(block: Block, original: str) -> bool:
    """True for a row of a metadata table, which is not a table of the document."""
    names = [squeeze(fold(cell.of(original))).rstrip(":") for cell in block.cells[:1]]
    return any(name in _FIELD for name in names)
