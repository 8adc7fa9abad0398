"""Chinese and Arabic numerals in folded text: reading them, writing them, finding them.

Values keep the unit's scale: 89% and 百分之八十九 are 89.0 (unit "%"), 5‰ and 千分之五 are 5.0
(unit "‰"); every other fraction is a plain number (万分之五 is 0.0005).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from text.units import UNIT

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {
    "〇": 0, "○": 0, "两": 2, "兩": 2,
    "壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5, "陆": 6, "柒": 7, "捌": 8, "玖": 9,
}  # fmt: skip
_FORMAL_UNITS = str.maketrans("拾佰仟萬億", "十百千万亿")
_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_CN = "零〇○一二两三四五六七八九十百千万亿廿卅壹贰叁肆伍陆柒捌玖拾佰仟"
_CN_FIRST = (
    "零〇一二两三四五六七八九十廿卅壹贰叁肆伍陆柒捌玖"  # 万家, 百年 and 千家万户 count nothing
)

_D = "[一二两三四五六七八九]"
# Up to 9999: 二千零七, 一百零五, 一百一十, 十一; zeros fill skipped places.
_SECTION = re.compile(f"(?:({_D})千)?零?(?:({_D})百)?零?(?:({_D})?十)?零?({_D})?")
_SHORT = re.compile(f".*([百千万亿])({_D})")  # 一百五 is 150, 一万二 is 12000

# 1,000 | 3.5 | 2015
_ARABIC = r"(?:[0-9]{1,3}(?:,[0-9]{3})++(?![0-9])(?:\.[0-9]++)?+|[0-9]++(?:\.[0-9]++)?+)"
# 5万, 3 亿, 2万亿, 3千万; 千 and 百 are no multipliers in 千克, 千米, 百帕, 百分点.
_MULTIPLIER = (
    r"(?: ?(?:万亿|[万亿])|(?:[百千]万亿|[十百千][万亿]|[百千](?![克米瓦伏安焦卡帕赫升字分])))"
)
_CHINESE = f"[{_CN_FIRST}][{_CN}]*(?:点[{_CN_FIRST}]+)?"
# 百分之九十, 万分之0.5, 三分之二
_FRACTION = f"(?P<base>[{_CN}]{{1,4}}|[0-9]{{1,6}})分之(?P<part>{_ARABIC}|{_CHINESE}|百)"
_MEASURES = (
    "个|项|家|名|人|次|种|类|件|户|条|所|座|处|部|款|篇|场|期|届|支|只|台|套|辆|艘|架|张|份|"
    "年|日|天|周|季度|小时|分钟|倍|成|元|吨|公里|公顷|亩|平方|立方|米|千米|度|岁|位|门|级以上|"
    "省|市|县|区|镇|乡|村|方面|大类|%|‰|批|以上|以下"
)
# A numeral of one character is often a part of a word (一线, 三级跳); longer ones count anything.
_COUNTED = f"(?P<chinese>{_CHINESE})(?={_MEASURES}|(?<=[{_CN}][{_CN}])(?!月){UNIT})"
# What makes the numeral part of a word or an ordinal: 第三条, 统一项目, 数十个, 八月二十日
_NOT_AFTER = f"(?<![第统进唯逐专单同划数几月之初周{_CN}0-9.])"
_FIGURE = f"(?P<arabic>(?<![0-9])(?<![0-9]\\.){_ARABIC}(?!\\.[0-9]){_MULTIPLIER}?[%‰]?)"
_NUMBER = re.compile(f"{_FRACTION}|{_FIGURE}|{_NOT_AFTER}{_COUNTED}")
_DOTTED = re.compile(r"(?<![0-9])[0-9]++(?:\.[0-9]++){2,}")  # 2015.05.02 or 1.2.3: no figure
_VALUE = re.compile(f"{_FRACTION}|(?P<arabic>{_ARABIC}{_MULTIPLIER}?[%‰]?)|(?P<chinese>{_CHINESE})")
_MIXED = re.compile(f"({_ARABIC}) ?([十百千万亿]*)")
_LONGEST = 40  # characters of a numeral; longer runs are no numbers
_VAGUE = {
    "一批",
    "一日",
    "一部",
    "一期",
    "一级",
    "一度",
    "一方",
    "一场",
    "一区",
    "一市",
    "一县",
    "一成",
}


@dataclass(frozen=True, slots=True)
class Number:
    """A figure at start:end of the text; `unit` is "%", "‰" or "" (see the module's note)."""

    start: int
    end: int
    value: float
    text: str
    unit: str = ""


def parse_int(text: str) -> int | None:
    """The whole number that `text` writes (二十七, 二〇〇七, 一百零五, 1万, 1,000), else None."""
    text = text.strip().translate(_FORMAL_UNITS)
    if not text:
        return None
    if text[0].isascii():
        value = _parse_mixed(text)
        return int(value) if value is not None and value == int(value) else None
    return _parse_chinese(text)


def parse_value(text: str) -> float | None:
    """The value of the figure that `text` begins with, its unit ignored; None when there is none.

    89% → 89.0, 万分之五 → 0.0005, 百分之九十 → 90.0, 5亿元 → 5e8, 1,000 → 1000.0, 二十 → 20.0.
    """
    text = text.strip()
    sign = -1.0 if text[:1] == "-" else 1.0
    text = text.removeprefix("-")
    found = _VALUE.match(text)
    if found is None:
        return None
    figure = _read(found)
    return None if figure is None else sign * figure[0]


def to_chinese(n: int) -> str:
    """1 and more in Chinese numerals, as labels write them: 十一, 一百零五, 一万零二十."""
    assert n >= 1, f"to_chinese({n}): only from 1"
    for scale, unit in ((10**8, "亿"), (10**4, "万")):
        if n >= scale:
            high, low = divmod(n, scale)
            gap = "零" if 0 < low < scale // 10 else ""
            return to_chinese(high) + unit + gap + (_section(low) if low else "")
    return _section(n).removeprefix("一") if 10 <= n < 20 else _section(n)


def _section(n: int) -> str:
    """Within a larger number, where ten is 一十."""
    if n >= 10**4:
        return to_chinese(n)
    text, gap = "", False
    for scale, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, n = divmod(n, scale)
        if digit:
            text += ("零" if gap else "") + "零一二三四五六七八九"[digit] + unit
        gap = not digit and bool(text)
    return text


def numbers(text: str) -> list[Number]:
    """Figures in folded text, in order; years, parts of dates and list labels are among them.

    Chinese numerals count only before a measure word, 年 or %; ordinals (第三) never do.
    """
    dotted = [found.span() for found in _DOTTED.finditer(text)]
    return [number for number in _scan(text) if not _inside(number, dotted)]


def _scan(text: str) -> Iterator[Number]:
    for found in _NUMBER.finditer(text):
        chinese = found.group("chinese")
        if chinese is not None and _is_vague(text, found):
            continue
        figure = _read(found)
        if figure is not None:
            yield Number(found.start(), found.end(), figure[0], found.group(), figure[1])


def _inside(number: Number, spans: list[tuple[int, int]]) -> bool:
    """True when the number lies in one of the ascending `spans`; drops those that lie before."""
    while spans and spans[0][1] <= number.start:
        del spans[0]
    return bool(spans) and spans[0][0] < number.end


def _is_vague(text: str, found: re.Match[str]) -> bool:
    """True for 一批, 每一项, 三四个 (three or four) and the like, which give no figure."""
    run = found.group("chinese")
    if run == "零":  # 零部件, 零距离
        return True
    if run == "一":
        before = text[found.start() - 1 : found.start()]
        word = text[found.start() : found.end() + 1]
        return word in _VAGUE or (before != "" and before in "另某任这那每何")
    return len(run) in (2, 3) and all(_DIGITS.get(char, 0) for char in run)


def _read(found: re.Match[str]) -> tuple[float, str] | None:
    """(value, unit) of a match of `_NUMBER` or `_VALUE`."""
    base = found.group("base")
    if base is not None:
        return _read_fraction(base, found.group("part"))
    arabic = found.group("arabic")
    if arabic is None:
        value = _read_decimal(found.group("chinese"))
        return None if value is None else (value, "")
    unit = arabic[-1] if arabic[-1] in "%‰" else ""
    value = _parse_mixed(arabic.rstrip("%‰"))
    return None if value is None else (value, unit)


def _read_fraction(base: str, part: str) -> tuple[float, str] | None:
    bottom = {"百": 100, "千": 1000, "万": 10**4, "亿": 10**8}.get(base)
    if bottom is None:
        bottom = parse_int("一" + base if base[0] in "百千万亿" else base)
    top = 100.0 if part == "百" else _read_decimal(part)
    if not bottom or top is None:
        return None
    unit = {100: "%", 1000: "‰"}.get(bottom, "")
    return (top, unit) if unit else (top / bottom, "")


def _read_decimal(text: str) -> float | None:
    """Arabic figures, or Chinese ones with an optional 点."""
    if text[0].isascii():
        return _parse_mixed(text)
    whole, dot, fraction = text.partition("点")
    value = parse_int(whole)
    if value is None or not dot:
        return None if value is None else float(value)
    if any(char not in _DIGITS for char in fraction):
        return None
    return float(f"{value}." + "".join(str(_DIGITS[char]) for char in fraction))


def _parse_mixed(text: str) -> float | None:
    """Arabic figures with multipliers: 1万, 5千万, 1亿2000万."""
    if len(text) > _LONGEST:
        return None
    total, at, last = 0.0, 0, float("inf")
    while at < len(text):
        found = _MIXED.match(text, at)
        if found is None or found.end() == at:
            return None
        scale = 1
        for unit in found.group(2):
            scale *= _UNITS[unit]
        if scale >= last:
            return None
        figure = found.group(1).replace(",", "")
        total += float(figure) if scale == 1 else round(float(figure) * scale, 6)
        at, last = found.end(), scale
    return total if last != float("inf") else None


def _parse_chinese(text: str) -> int | None:
    if all(char in _DIGITS for char in text):  # 二〇〇七, digit by digit
        digits = "".join(str(_DIGITS[char]) for char in text[:_LONGEST])
        return int(digits) if len(text) < _LONGEST else None
    plain = text.replace("廿", "二十").replace("卅", "三十")
    plain = "".join(
        "零一二三四五六七八九"[_DIGITS[char]] if char in _DIGITS else char for char in plain
    )
    short = _SHORT.fullmatch(plain) if len(plain) <= _LONGEST else None
    if short is not None:
        head = _parse_sections(plain[:-1])
        tail = _DIGITS[short.group(2)] * _UNITS[short.group(1)] // 10
        return None if head is None else head + tail
    return _parse_sections(plain)


def _parse_sections(text: str) -> int | None:
    """亿, 万 and ones, e.g. 二万三千, 一亿二千万; None when it is no number."""
    if len(text) > _LONGEST:
        return None
    for unit in "亿万":
        head, found, tail = text.rpartition(unit)
        if found:
            high = _parse_sections(head) if head else None
            low = _parse_sections(tail) if tail else 0
            if high is None or low is None or low >= _UNITS[unit]:
                return None
            return high * _UNITS[unit] + low
    section = _SECTION.fullmatch(text)
    if not text or section is None or text == "零":
        return 0 if text == "零" else None
    thousands, hundreds, tens, ones = section.groups()
    value = sum(
        _DIGITS[digit] * scale
        for digit, scale in ((thousands, 1000), (hundreds, 100), (ones, 1))
        if digit
    )
    return value + (10 * (_DIGITS[tens] if tens else 1) if "十" in text else 0)
