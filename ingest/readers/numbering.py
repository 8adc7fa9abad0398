"""Automatic numbers of a Word document: 第一条, 一、, （二）, 3. as the page shows them.

Word stores no such text: a paragraph points to a list (`numId`) and a level, the list to formats.
Numbers go on through the document per abstract list, deeper levels start again below a new number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from text.numerals import to_chinese

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MAX_TEMPLATE = 64  # characters of a level's text; longer is no label
_LEVELS = 9
_PLACE = re.compile(r"%([1-9])")
_CHINESE = frozenset(
    (  # noqa: SIM905  (a list of literals would fill the page)
        "chineseCounting chineseCountingThousand taiwaneseCounting taiwaneseCountingThousand "
        "japaneseCounting ideographDigital japaneseDigitalTenThousand taiwaneseDigital "
        "koreanDigital2"
    ).split()
)
_LEGAL = str.maketrans("〇零一二三四五六七八九十百千", "零零壹贰叁肆伍陆柒捌玖拾佰仟")
_SERIES = {
    "ideographTraditional": "甲乙丙丁戊己庚辛壬癸",
    "ideographZodiac": "子丑寅卯辰巳午未申酉戌亥",
    "decimalEnclosedCircle": "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳",
    "decimalEnclosedCircleChinese": "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳",
    "decimalEnclosedParen": "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇",
    "decimalEnclosedFullstop": "⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛",
    "ideographEnclosedCircle": "㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉",
}
# The number formats of the binary Word format, by their number; the rest is rare or not Chinese.
FORMS = dict(
    enumerate(
        (  # noqa: SIM905  (a list of literals would fill the page)
            "decimal upperRoman lowerRoman upperLetter lowerLetter ordinal cardinalText "
            "ordinalText hex chicago ideographDigital japaneseCounting aiueo iroha "
            "decimalFullWidth decimalHalfWidth japaneseLegal japaneseDigitalTenThousand "
            "decimalEnclosedCircle decimalFullWidth2 aiueoFullWidth irohaFullWidth decimalZero "
            "bullet ganada chosung decimalEnclosedFullstop decimalEnclosedParen "
            "decimalEnclosedCircleChinese ideographEnclosedCircle ideographTraditional "
            "ideographZodiac ideographZodiacTraditional taiwaneseCounting "
            "ideographLegalTraditional taiwaneseCountingThousand taiwaneseDigital "
            "chineseCounting chineseLegalSimplified chineseCountingThousand"
        ).split()
    )
) | {255: "none"}
_ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"),
    (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip
# What the private characters of Wingdings and Symbol show.
_BULLETS = {
    "l": "●",
    "n": "■",
    "u": "◆",
    "v": "◆",
    "§": "▪",
    "Ø": "➢",
    "q": "□",
    "¡": "○",
    "·": "•",
}
_CLOSED = ("、", "）", ")", "】", "》")  # after these Chinese writes no space


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list is written."""

    start: int = 1
    form: str = "decimal"
    template: str = ""
    suffix: str = "tab"
    legal: bool = False
    style: str | None = None
    restart: int | None = None  # counts on below higher levels: 0 always, n below those after n


@dataclass(slots=True)
class ListOf:
    """A list: what it counts with, and how its levels are written."""

    abstract: str
    levels: dict[int, Level]
    restarts: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class Numbering:
    """The lists of a document and how far each has counted."""

    lists: dict[str, ListOf]
    styles: dict[str, tuple[str, int | None]]  # style → (list, level) by itself or a base style
    _counts: dict[str, list[int | None]] = field(default_factory=dict)
    _seen: set[str] = field(default_factory=set)

    def label(self, properties: Any, style: str | None) -> str:
        """The label of the next paragraph, with the space after it; "" when it has none."""
        number, level = self._place(properties, style)
        return self.next(number, level) if number is not None else ""

    def next(self, number: str, level: int) -> str:
        """The label of the next paragraph of a list; "" when there is no such list."""
        found = self.lists.get(number)
        if found is None or level not in found.levels:
            return ""
        counts = self._advance(number, found, level)
        return _written(found.levels, level, counts)

    def _place(self, properties: Any, style: str | None) -> tuple[str | None, int]:
        """(list, level) of a paragraph: its own words first, then those of its style."""
        number, level = self.styles.get(style or "", (None, None))
        direct = properties.find(f"{W}numPr") if properties is not None else None
        if direct is not None:
            own_number, own_level = pointer(direct)
            number = own_number if own_number is not None else number
            level = own_level if own_level is not None else level
        if level is None and number in self.lists:
            levels = self.lists[number].levels
            level = next((i for i, one in levels.items() if style and one.style == style), None)
        return number, level or 0

    def _advance(self, number: str, found: ListOf, level: int) -> list[int | None]:
        counts = self._counts.setdefault(found.abstract, [None] * _LEVELS)
        if number not in self._seen:
            self._seen.add(number)
            for restarted, start in found.restarts.items():
                counts[restarted] = start - 1
        start = found.levels[level].start
        before = counts[level]
        counts[level] = start if before is None else before + 1
        for above in range(level):
            if counts[above] is None and above in found.levels:
                counts[above] = found.levels[above].start
        for below in range(level + 1, _LEVELS):
            after = found.levels[below].restart if below in found.levels else None
            if after is None or level < after:
                counts[below] = None
        return counts


def numbering(root: Any | None, styles: Any | None) -> Numbering:
    """Read numbering.xml and styles.xml (their root elements; None when there is no such part)."""
    by_style = dict(_style_lists(styles)) if styles is not None else {}
    lists: dict[str, ListOf] = {}
    if root is not None:
        abstracts = {e.get(f"{W}abstractNumId"): e for e in root.findall(f"{W}abstractNum")}
        abstract_of = {
            e.get(f"{W}numId"): _value(e.find(f"{W}abstractNumId")) for e in root.findall(f"{W}num")
        }
        for element in root.findall(f"{W}num"):
            abstract = _value(element.find(f"{W}abstractNumId"))
            linked = _follow(abstract, abstracts, abstract_of, by_style)
            if abstract is not None and linked is not None:
                levels = dict(_levels(linked))
                restarts = _overrides(element, levels)
                lists[element.get(f"{W}numId")] = ListOf(abstract, levels, restarts)
    return Numbering(lists, by_style)


def _follow(
    abstract: str | None,
    abstracts: dict[str, Any],
    abstract_of: dict[str, str | None],
    by_style: dict[str, tuple[str, int | None]],
) -> Any | None:
    """The abstract list that holds the levels: some only name a style that points to it."""
    for _ in range(_LEVELS):
        element = abstracts.get(abstract or "")
        link = _value(element.find(f"{W}numStyleLink")) if element is not None else None
        if link is None:
            return element
        abstract = abstract_of.get(by_style.get(link, ("", None))[0])
    return None


def _overrides(element: Any, levels: dict[int, Level]) -> dict[int, int]:
    """Apply the list's own levels; returns the levels that it starts afresh."""
    restarts = {}
    for override in element.findall(f"{W}lvlOverride"):
        level = _integer(override.get(f"{W}ilvl"))
        own = override.find(f"{W}lvl")
        start = override.find(f"{W}startOverride")
        if level is None or not 0 <= level < _LEVELS:
            continue
        if own is not None:
            levels[level] = _level(own)
        if start is not None:
            restarts[level] = _integer(_value(start)) or 0
    return restarts


def _levels(abstract: Any) -> Iterator[tuple[int, Level]]:
    for element in abstract.findall(f"{W}lvl"):
        number = _integer(element.get(f"{W}ilvl"))
        if number is not None and 0 <= number < _LEVELS:
            yield number, _level(element)


def _level(element: Any) -> Level:
    start = _integer(_value(element.find(f"{W}start")))
    legal = element.find(f"{W}isLgl")
    return Level(
        start=1 if start is None else start,
        form=_value(element.find(f"{W}numFmt")) or "decimal",
        template=(_value(element.find(f"{W}lvlText")) or "")[:_MAX_TEMPLATE],
        suffix=_value(element.find(f"{W}suff")) or "tab",
        legal=legal is not None and _value(legal) not in ("0", "false", "off"),
        style=_value(element.find(f"{W}pStyle")),
        restart=_integer(_value(element.find(f"{W}lvlRestart"))),
    )


def _style_lists(styles: Any) -> Iterator[tuple[str, tuple[str, int | None]]]:
    by_id = {e.get(f"{W}styleId"): e for e in styles.findall(f"{W}style")}
    for name in by_id:
        level: int | None = None
        for element in chain(name, by_id):
            direct = element.find(f"{W}pPr/{W}numPr")
            number, own_level = pointer(direct) if direct is not None else (None, None)
            level = own_level if level is None else level
            if number is not None:
                yield name, (number, level)
                break


def chain(name: str | None, by_id: dict[str, Any]) -> Iterator[Any]:
    """A style's element and those that it is based on, nearest first; a circle ends."""
    seen: set[str] = set()
    while name is not None and name in by_id and name not in seen and len(seen) < 32:
        seen.add(name)
        yield by_id[name]
        name = _value(by_id[name].find(f"{W}basedOn"))


def pointer(element: Any) -> tuple[str | None, int | None]:
    """(list, level) of a numPr element."""
    return _value(element.find(f"{W}numId")), _integer(_value(element.find(f"{W}ilvl")))


def _value(element: Any | None) -> str | None:
    return element.get(f"{W}val") if element is not None else None


def _integer(value: str | None) -> int | None:
    return int(value) if value is not None and re.fullmatch(r"[0-9]{1,6}", value) else None


# --- writing -------------------------------------------------------------------------------------


def _written(levels: dict[int, Level], at: int, counts: list[int | None]) -> str:
    level = levels[at]
    if level.form == "bullet":
        label = _bullet(level.template)
    else:

        def place(found: re.Match[str]) -> str:
            number = int(found.group(1)) - 1
            count = counts[number]
            if number > at or count is None or number not in levels:
                return ""
            return written(count, "decimal" if level.legal else levels[number].form)

        label = _PLACE.sub(place, level.template)
    if not label.strip() or level.suffix == "nothing" or label.endswith(_CLOSED):
        return label.strip()
    return label.rstrip() + " "


def written(number: int, form: str) -> str:
    """A number as Word writes it in the format `form`; an unknown format is decimal."""
    if form == "none":
        return ""
    if form in _CHINESE or form == "chineseLegalSimplified":
        chinese = to_chinese(number) if 0 < number < 1000 else str(number)
        return chinese.translate(_LEGAL) if form == "chineseLegalSimplified" else chinese
    series = _SERIES.get(form, "")
    if 0 < number <= len(series):
        return series[number - 1]
    if form in ("lowerLetter", "upperLetter") and 0 < number <= 104:
        letters = chr(97 + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letters if form == "lowerLetter" else letters.upper()
    if form in ("lowerRoman", "upperRoman") and 0 < number < 4000:
        return _roman(number) if form == "upperRoman" else _roman(number).lower()
    if form == "decimalZero":
        return f"{number:02d}"
    if form in ("decimalFullWidth", "decimalFullWidth2"):
        return "".join(chr(ord(digit) + 0xFEE0) for digit in str(number))
    return str(number)


def _roman(number: int) -> str:
    out = ""
    for value, letters in _ROMAN:
        out += letters * (number // value)
        number %= value
    return out


def _bullet(template: str) -> str:
    shown = template.strip()[:1]
    if "\ue000" <= shown <= "\uf8ff":
        return _BULLETS.get(chr(ord(shown) & 0xFF), "•")
    return shown
