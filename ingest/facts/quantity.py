"""Figures with their units: 89%, 1万家, 2—3个, 0.48起/万台, 595万吨, 万分之五以下.

A range keeps both ends. 以上, 以下, 左右 … belong to the value. Works on folded text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from text.numerals import Number, numbers
from text.quantities import quantities
from text.units import PER, UNIT

_UNIT = re.compile(rf"(?:{UNIT})?(?:{PER})?")
_SUFFIX = re.compile(r"\s*(?:以上|以下|以内|左右|上下|之内|之间)")
_MORE = re.compile(r"[余多](?=[^0-9]|$)")
_RANGE = re.compile(r"\s*(?:[—~-]{1,3}|至|到)\s*")
# 百名, 千名, 万人以上: round numbers that `text.numerals` leaves alone, as in 千家万户.
_ROUND = re.compile(
    r"(?:(?<=[育养训进拔展立增])|(?<=[百千]名[\u4e00-\u9fff]{5}和)|(?<=[百千]名[\u4e00-\u9fff]{3}和)"
    r"|(?<=[百千]名[\u4e00-\u9fff]{4}和))(?P<n>[百千万])(?=[名人项]|[家个](?!万))"
)
_ROUND_VALUE = {"百": 100.0, "千": 1000.0, "万": 10000.0}
# 50强, 第3位, 4A级, "5大工程", 5G, 3D: figures that are parts of names.
_NAME_AFTER = re.compile(r"\s*(?:强(?!制)|大|A(?![a-z])|G(?![a-z])|D|级|号|\+|#|月|·)")
_ONCE = frozenset("次轮种类件人名日年天点处")  # 一次验收, 一类企业: no count
_EACH = re.compile(r"(?:每|各[省市县区地乡镇设]|至少|不少于)[^,;。]{0,16}$|分之$")
_BUILT = re.compile(
    r"(?:建成|新建|兴建|改扩建|筹建)(?:[一两二三四五六七八九十]{1,2}[所座个家][^,;。、]{2,16}[、和]){0,4}$"
)
_NAME_BEFORE = re.compile(r"(?:[A-Za-z第前·+]|[A-Za-z]-)$")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value at start:end of the text (suffix included); `high` is set for a range only.

    `unit` is "" when the text gives none; `suffix` is 以上, 以下, 左右 … or "".
    """

    start: int
    end: int
    low: float
    unit: str
    suffix: str = ""
    high: float | None = None

    @property
    def value(self) -> float | tuple[float, float]:
        """The number, or both ends of the range."""
        return self.low if self.high is None else (self.low, self.high)


def read(text: str) -> list[Quantity]:
    """The quantities of a folded sentence, in order; names, dates and ordinals are left out."""
    found = sorted([*quantities(text), *_round(text)], key=lambda n: n.start)
    out: list[Quantity] = []
    at = 0
    while at < len(found):
        number = found[at]
        nearest = found[at + 1] if at + 1 < len(found) else None
        joined = _joined(text, number, nearest)
        at += 2 if joined else 1
        if out and number.start < out[-1].end:
            continue
        quantity = _quantity(text, number, joined)
        if quantity is not None:
            out.append(quantity)
    return out


def single(text: str) -> Quantity | None:
    """The quantity that a folded table cell consists of, else None."""
    body = text.strip()
    lead = len(text) - len(text.lstrip()) + len(body) - len(body.lstrip("≥≤><约"))
    found = [n for n in numbers(text) if n.start == lead]
    if not found:
        return None
    rest = numbers(text[found[0].end :])
    nearest = None
    if rest:
        shift = found[0].end
        nearest = Number(
            rest[0].start + shift, rest[0].end + shift, rest[0].value, rest[0].text, rest[0].unit
        )
    quantity = _quantity(text, found[0], _joined(text, found[0], nearest))
    if quantity is None or text[quantity.end :].strip(" )"):
        return None
    return quantity


def _quantity(text: str, number: Number, last: Number | None) -> Quantity | None:
    if number.text == "一" and not _one_counts(text, number):
        return None
    if _is_phrase(text, number):
        return None
    if _NAME_BEFORE.search(text[max(0, number.start - 2) : number.start]):
        return None
    end = last.end if last else number.end
    own = last.unit if last else number.unit
    more = _MORE.match(text, end)
    at = more.end() if more else end
    blank = len(text[at:]) - len(text[at:].lstrip(" "))
    unit = None if own else _UNIT.match(text, at + blank)
    name = unit.group() if unit else ""
    if name == "月":
        return None  # 7月到12月: a date, where 个月 would count
    if name:
        at += blank + len(name)
    elif not own and _NAME_AFTER.match(text, at):
        return None
    suffix = _SUFFIX.match(text, at)
    stop = suffix.end() if suffix else at
    said = suffix.group().strip() if suffix else "多" if more else ""
    low = number.value if last is None else _same_scale(number, last)
    high = last.value if last else None
    if high is not None and low >= high:
        return None
    return Quantity(number.start, stop, low, own or name, said, high)


def _one_counts(text: str, one: Number) -> bool:
    """False for 一次验收, 一支队伍; true for 每县一个 and 建成一座."""
    unit, before = text[one.end : one.end + 1], text[: one.start]
    if _EACH.search(before) is not None:
        return unit not in _ONCE
    return unit in "所座" and _BUILT.search(before) is not None


def _is_phrase(text: str, number: Number) -> bool:
    """True for 四个现代化, 三项工作, 三类器械: a small number in words is a part of a phrase."""
    if number.text[0].isdecimal() or number.value >= 20 or "分之" in number.text:
        return False
    unit = text[number.end : number.end + 1]
    if unit in "类期区":
        return True
    before = text[: number.start]
    told = (
        _EACH.search(before) is not None
        or text[number.end + 1 : number.end + 3] == "以上"
        or (unit in "个条支套" and _BUILT.search(before) is not None)
    )
    return unit in "个项种条件支套批方市县省" and not told


def _joined(text: str, number: Number, nearest: Number | None) -> Number | None:
    """The number that ends a range begun by `number`, or None."""
    if nearest is None or nearest.start - number.end > 4:
        return None
    between = text[number.end : nearest.start]
    mark = _RANGE.match(between)
    if mark is None or mark.end() != len(between):
        # 3至5家 is a range; 由80%提高到85% never comes here, a verb stands between
        return None
    return nearest


def _scale(number: Number) -> float:
    for word, scale in (("亿", 1e8), ("万", 1e4), ("千", 1e3), ("百", 1e2)):
        if number.text.rstrip("%‰").endswith(word):
            return scale
    return 1.0


def _same_scale(number: Number, last: Number) -> float:
    """2—3万 counts from 20,000: the first end takes the multiplier of the second."""
    scale = _scale(last)
    return number.value * scale if scale > 1 and _scale(number) == 1 else number.value


def _round(text: str) -> list[Number]:
    return [
        Number(m.start(), m.end(), _ROUND_VALUE[m.group("n")], m.group())
        for m in _ROUND.finditer(text)
    ]
