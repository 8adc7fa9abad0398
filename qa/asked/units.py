"""The unit that a question asks for, and whether a figure of a text carries it."""

from __future__ import annotations

import re

from text.quantities import quantities

COUNTED = (
    "个|家|项|户|件|条|名|种|所|处|公里|千米|米|万元|亿元|元|钱|块|吨|人|天|年|个月|月|小时"
    "|平方米|平方公里|亩|岁|周岁|次|倍|批|千瓦|辆|张|座"
)
_ASKED = re.compile(rf"(?:多少|几|多大|多高|多长|多远)(?:的)?(?P<unit>{COUNTED})")
_SHARE = re.compile(
    r"百分之|(?:率|(?<![制程力年季角态])度)(?:目标|要|是|达|$|\s|的)|比例|占比|比重"
)
_AGE = re.compile(r"多大(?:年龄|岁|的(?:孩子|人|小孩))|几岁|年龄")
_MONEY = re.compile(r"(?:费用?|金额|补贴|罚款|奖金|资金)(?:是|要|为)?(?:多少|标准|$)")
# 几年 may be answered in months, 几天 in working days.
_TIME = ("年", "个月", "月", "日", "天", "小时", "工作日", "个工作日", "周")
_LIKE = dict.fromkeys(("年", "个月", "月", "天", "小时"), _TIME) | {
    "公里": ("公里", "千米", "米"), "千米": ("公里", "千米", "米"), "岁": ("岁", "周岁"),
    "周岁": ("岁", "周岁"), "人": ("人", "名", "人次"), "次": ("次", "期", "轮", "场", "人次"),
    "吨": ("吨",), "倍": ("倍", "番", "%"),
}  # fmt: skip
_EACH_ASKED = re.compile(r"每(?:年|月|天|日|季度?|周|人|户|家|台|次|亩|吨|件|个)")
_EACH_SAID = re.compile(r"每|均|逐年|一年一|年度")
_ALL = re.compile(r"全部|全覆盖|一律|所有|各")
_FREE = re.compile(r"免|不(?:得)?(?:收|缴|交)")  # 不收取费用 tells how much, too
_TITLE = re.compile(r"《[^《》]*》")
_AFTER = 8  # characters between a figure and the end of its unit
_COUNTERS = frozenset("个家项户件条名种所处座张批人只")  # all count things
_ROUNDED = "[十百千万亿余多左右以内上]*"  # 500 多户, 3 万余人


def asked_unit(question: str) -> str:
    """The unit that a folded question asks for: 元, %, 个, …; '' when it does not tell."""
    if _AGE.search(question):
        return "周岁"
    match = _ASKED.search(question)
    if match:
        unit = match.group("unit")
        return "元" if unit in ("钱", "块", "万元", "亿元") else unit
    if _MONEY.search(question):
        return "元"
    return "%" if _SHARE.search(question) else ""


def carries(question: str, text: str) -> bool:
    """False when a folded question names a unit that no figure of the folded text can have.

    判几年 is answered by no percentage, 每年评几家 by nothing that does not recur.
    """
    if _EACH_ASKED.search(question) and not _EACH_SAID.search(text):
        return False
    match = _ASKED.search(question)
    if match is None:
        return True
    text = _TITLE.sub("", text)  # 《三年行动计划》 is a name
    unit = match.group("unit")
    if unit in ("元", "钱", "块", "万元", "亿元"):
        return any(has_unit(text, one) for one in ("元", "倍", "%", "成")) or bool(
            _FREE.search(text)
        )
    if unit in _COUNTERS:
        return any(has_unit(text, one) for one in _COUNTERS) or _ALL.search(text) is not None
    return any(has_unit(text, one) for one in _LIKE.get(unit, (unit,)))


def has_unit(text: str, unit: str) -> bool:
    """True when a figure of the folded text carries the unit (万元 carries 元)."""
    if not unit:
        return False
    for number in quantities(text):
        following = text[number.end : number.end + _AFTER].lstrip()
        if number.unit == unit or (unit == "%" and "分之" in number.text):
            return True
        if re.match(rf"{_ROUNDED}{re.escape(unit)}", following):
            return True
    return False


def counts(unit: str) -> bool:
    """True for a word that only counts: 家, 个, 名; one may stand for another."""
    return unit in _COUNTERS
