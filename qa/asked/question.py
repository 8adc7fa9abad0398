"""A question, understood: its kind, the places, years and documents it names, what is left to find.

Places and documents are learned from the index; a province or prefecture that no document speaks
for is kept too, so that asking for Guangdong is answered with a plain no.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa.asked.aspects import wanted
from qa.asked.kinds import kind_of
from qa.asked.names import named_documents, without_numbers, without_titles
from text.counties import counties_in
from text.dates import years
from text.normalize import fold
from text.places import places_in, short_name
from youju.records import DocNames, Question

# What asks but does not say what for; cut out before matching with clauses.
ASKING = re.compile(
    r"(?:请问|请告诉我|我想(?:知道|问(?:一下)?)|想问(?:一下)?|麻烦问一下|帮我查(?:一下)?|查一下|告诉我)"
    r"|(?:是|有|为|在|要|到|达到?|定|做到|达)?(?:多少|几(?=[个家项户件条名只种类所处座批部门人级成岁届次年月天倍座张篇,。?]|$)|多大|多高|多长|多久)"
    r"(?:个|家|项|户|件|条|名|种|所|处)?"
    r"|(?:是|有|叫|指|包括|包含|由|归|被|让|给|靠|向)?(?:什么(?:时候|东西|样|单位|部门|机构)?|哪些|哪几(?:个|家|项|部|句|类|种|年)?|哪(?:个|家|一|里|儿|天|年|位)?"
    r"(?:部门|单位|机构|机关)?|啥|谁|何时|何地|为何|怎么样?|怎样|如何|咋(?:样|办)?)"
    r"|(?:是|从)?几点钟?(?:到几点钟?)?"
    r"|是不是|是否|有没有|能不能|会不会|要不要|可不可以|可以吗|行不行|对不对|应不应该|需不需要|能否|可否"
    r"|[吗呢么吧啊呀嘛哦](?=[,。?!\s]|$)|[?!。,、;:\"']"
)
_FILLER = re.compile(
    r"(?:那边|这边|这份|那份|这个|那个|这些|那些|这块|这几年|各(?:地|省|市|区|县)(?![\u4e00-\u9fff]{0,1}[政府委])|方面|情况|具体|相关|有关|关于|对于|根据|按照)"
    r"|(?<![目])的|了(?![解])|(?:必须|应当|应该|需要|打算|计划要)(?=[\u4e00-\u9fff])"
    r"|数量|目标(?:值|任务)?|数值|总数|(?:比一比|对比|相比|比较|各自|有何|不同|区别|差别|差异|异同|哪个|谁)"
    r"|(?:更|最)?(?:高|低|多|少|严|大|小)(?:一些|一点)?$|各(?=\s|$)|^[和与跟同及比在从到向让把]+(?=\s)|(?<=\s)[和与跟同及比在从到向让把要](?=\s)"
)
_SUFFIXES = "省市县区州"
_YEAR_SIGN = re.compile(r"年度?(?!份)")
# 2017 without 年, as keyword users type it
_BARE_YEAR = re.compile(r"(?<![\d.第比])(?:19[5-9]\d|20\d{2})(?![\d年号.]|\s*[个家项条件户])")


def analyze(text: str, names: DocNames) -> Question:
    """Read a question against the documents at hand; `text` must hold something to search for."""
    normal = " ".join(fold(text).split())
    doc_ids = named_documents(normal, names)
    named = names.of_ids(doc_ids)
    regions, rest = _regions(normal, names)
    asked_years, rest = _years(without_numbers(rest, named))
    rest = without_titles(rest, named)
    kind = kind_of(normal, rest, regions, names.titles(regions))
    return Question(
        text=text, normal=normal, kind=kind, regions=regions, years=asked_years,
        doc_ids=doc_ids, terms=terms(rest),
        wanted=wanted(normal, loosely=False).aspects if kind == "metadata" else (),
    )  # fmt: skip


def _years(text: str) -> tuple[tuple[int, ...], str]:
    """(the years that are asked about, the text without them); 比2014年 only compares with one."""
    found = year_spans(text)
    asked = {year for _, _, first, last in found for year in range(first, last + 1)}
    rest = "".join(
        " " if any(s <= i < e for s, e, _, _ in found) else c for i, c in enumerate(text)
    )
    return tuple(sorted(asked)), rest


def year_spans(text: str) -> list[tuple[int, int, int, int]]:
    """(start, end, first year, last year) of the years that a folded question is about."""
    asked: list[tuple[int, int, int, int]] = []
    for found in years(text):
        if re.search(r"(?:(?<!占)比|较|相对|与)$", text[: found.start]):
            continue
        sign = _YEAR_SIGN.match(text, found.end)
        asked.append((found.start, sign.end() if sign else found.end, found.first, found.last))
    for bare in _BARE_YEAR.finditer(text):
        if not any(s < bare.end() and bare.start() < e for s, e, _, _ in asked):
            asked.append((bare.start(), bare.end(), int(bare.group()), int(bare.group())))
    return sorted(asked)


def _regions(normal: str, names: DocNames) -> tuple[tuple[str, ...], str]:
    """(places that the question is limited to, the question without their names)."""
    spans = place_spans(normal, names)
    named = tuple(dict.fromkeys([*(name for _, _, name in spans), *_above(normal, names)]))
    rest = "".join(
        " " if any(s <= i < e for s, e, _ in spans) else char for i, char in enumerate(normal)
    )
    return named, rest


def place_spans(normal: str, names: DocNames | None) -> list[tuple[int, int, str]]:
    """(start, end, name) of the places that a folded question names, those of documents too."""
    spans = [(start, end, name) for start, end, name in places_in(normal)]
    stated = names.places_in(normal) if names is not None else []
    for start, name in sorted(stated, key=lambda found: (-len(found[1]), found[1], found[0])):
        end = start + len(name)
        end += normal[end : end + 1] in _SUFFIXES and end < len(normal)
        if not any(s < end and start < e for s, e, _ in spans):
            spans.append((start, end, name))
    return sorted(spans)


def _above(normal: str, names: DocNames) -> Iterator[str]:
    """What the documents call the counties that the question names, else where these lie."""
    for _, _, county in counties_in(normal):
        known = [short_name(region) for region in names.regions() if county.name in region]
        yield from known or [county.above]


def terms(rest: str) -> tuple[str, ...]:
    """The runs of the question that say what to find, in order; asking words are cut out."""
    stripped = _FILLER.sub(" ", ASKING.sub(" ", rest))
    return tuple(stripped.split()) or tuple(rest.split())
