"""One vocabulary of units and counters: what may follow a figure, and what it is counted in.

The figure's own multipliers (万, 亿) and signs (%, ‰) belong to `text.numerals`.
"""

from __future__ import annotations

import re

# Units and counters of more than one character, longer ones first where they begin alike.
_LONG = (
    "个?百分点|吨公里|人公里|吨海里|平方公里|平方千米|平方米|平米|平方厘米|平方|立方米|立方|吨标准煤|吨标煤|千瓦时|万千瓦|千瓦|兆瓦|公里|千米|"
    "公顷|标准箱|公斤|千克|毫克|毫升|毫米|厘米|微克|微米|分贝|美元|港元|欧元|日元|人次|人日|户次|家次|车次|班次|航次|"
    "床位|车位|泊位|学位|席位|机位|个?小时|个?学时|个?课时|课时|分钟|秒钟?|个?工作日|个?自然日|个?月|个?季度|"
    "个?学期|周岁|周年|年度|海里|公分|摄氏度|兆赫|赫兹|千伏|伏特|马力|大卡|千焦|焦耳|千帕|帕"
)
_ONE = (
    "个项家名人种类件户条所座处款篇场届支只台套辆艘架张份批头羽株亩米吨克斤元角度倍岁年天日周起例组眼节股对门间"
    "宗枚列班轮位尾盏棵块片具幅孔升村镇乡县市区栋幢层席桩井口匹颗粒瓶桶箱袋页字行封册本首集堂针剂餐桌车船"
)
# Characters that are units unless a word goes on: 85分 but 分之, 分类, 4级 but 级别.
_GUARDED = (
    r"分(?![之类别级期工析布配局校院管项支包散享摊队段店库部行会])|级(?![别配联差])|次(?![数要序品级年月日生])|"
    r"期(?![限间末望货权刊])|成(?![立为本果员效都就长熟人交])|床(?!上|单)|点(?![名击评数位])|代(?![表码理替价])|"
    r"部(?![门委局长级队署])|站(?![点长内])|线(?![上下路条])|站|票(?!据)|格(?!局|式)|档(?!案|次)|番"
)
_LATIN = (
    r"(?:EFlops|[EPTGMK]?bps|[TGMK]W(?:h)?|[TGPE]B|km2|km²|km|kg|mm|cm|m2|m²|m3|m³|μg|mg|dB|ha|mol|kV|kW(?:h)?|℃|°C"
    r"|L|t|g)(?:/(?:L|l|kg|m3|m³|h|d|a))?(?![A-Za-z])"
)
PER = (
    r"(?:/|每)(?:百|千|万|亿)?(?:人次|人日|人|台|套|元|吨|户|家|辆|车|平方公里|平方米|立方米|毫升|公里"
    r"|公顷|小时|次|件|月|季度?|年|日|天|亩|升|kWh)"
)
UNIT = rf"(?:{_LATIN}|{_LONG}|{_GUARDED}|[{_ONE}])"
"""A unit or a counter, to be used within other patterns."""

_WITH_UNIT = re.compile(
    rf"(?:百|千|万|十万|百万|千万|亿|万亿)*(?:{UNIT}){{1,2}}(?:{PER})*|%|‰|℃|元/[^\s()]{{1,8}}"
)
_SCALES = {"百": 1e2, "千": 1e3, "万": 1e4, "亿": 1e8}
_SCALED = re.compile(r"(?:[百千万亿十]*[百千万亿])(?![克米瓦帕分升焦卡伏赫])(?=.)")
# 投资额(万元), 面积（单位：亩）, 增速/%
_OF_NAME = re.compile(
    r"[(\[](?:(?:计[量价])?单位\s{0,8}:?\s{0,8})?(?P<unit>[^()\[\]:]{1,10})[)\]]|/(?P<per>%|‰|万?元|人|个)$"
)
_NOTED = re.compile(r"(?:计[量价])?单位\s*:\s*(?P<unit>[^\s,;:。()、]{1,10})(?P<more>[、,][^\s)])?")


def is_unit(text: str) -> bool:
    """True for 个, 万元, 台套, 元/人, mg/L, %: nothing but a unit, perhaps with its multiplier."""
    return _WITH_UNIT.fullmatch(text) is not None


def split_unit(name: str) -> tuple[str, str]:
    """A folded column's name and the unit in its brackets.

    >>> split_unit("总投资(万元)")
    ('总投资', '万元')
    """
    for found in _OF_NAME.finditer(name):
        unit = found.group("unit") or found.group("per")
        if is_unit(unit):
            return " ".join((name[: found.start()] + name[found.end() :]).split()), unit
    return name, ""


def noted_unit(note: str) -> str:
    """The one unit that a folded note gives for all values (单位:万元), or ''."""
    found = _NOTED.search(note)
    if found is None or found.group("more") or not is_unit(found.group("unit")):
        return ""
    return found.group("unit")


def scaled(unit: str) -> tuple[float, str]:
    """万张 as (10000, 张); a unit without a multiplier as (1, itself).

    >>> scaled("万元")
    (10000.0, '元')
    """
    found = _SCALED.match(unit)
    if found is None:
        return 1.0, unit
    scale = 1.0
    for char in found.group():
        scale *= _SCALES.get(char, 10.0)
    return scale, unit[found.end() :]
