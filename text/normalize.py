"""Folding for matching, one character to one character, so that offsets do not move.

Folded text is never shown: it serves matching only (Traditional → Simplified by OpenCC's `t2s`
applied character by character, full width → half width, look-alike punctuation → one form).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import opencc

# Look-alikes that mean the same in policy texts. Only 1:1 pairs: offsets must not move.
_LOOKALIKES = {
    "〔": "[", "﹝": "[", "［": "[", "【": "[", "〖": "[",
    "〕": "]", "﹞": "]", "］": "]", "】": "]", "〗": "]",
    "（": "(", "﹙": "(", "）": ")", "﹚": ")",
    "，": ",", "；": ";", "：": ":", "！": "!", "？": "?",
    "％": "%", "﹪": "%", "．": ".",
    "―": "—", "－": "-", "–": "-", "‐": "-", "‑": "-", "−": "-", "~": "~", "～": "~",
    "○": "〇", "Ｏ": "O", "◯": "〇",
    "“": '"', "”": '"', "「": '"', "」": '"', "『": '"', "』": '"', "＂": '"',
    "‘": "'", "’": "'",
    "\u3000": " ", "\xa0": " ", "\u2002": " ", "\u2003": " ", "\t": " ",
    "・": "·", "•": "•", "‧": "·",
}  # fmt: skip


# Kangxi radicals, radicals of the supplement, compatibility ideographs: pdf files hold them in the
# place of the characters that they look like.
_RADICALS = re.compile("[\u2e80-\u2fd5\uf900-\ufaff\U0002f800-\U0002fa1f]")
# Radicals that Unicode gives no character for: the supplement's shapes, as fonts use them.
_SHAPES = {
    "⺀": "冫", "⺁": "厂", "⺃": "乚", "⺄": "乙", "⺅": "亻", "⺆": "冂", "⺇": "几", "⺈": "刀",
    "⺉": "刂", "⺊": "卜", "⺋": "卩", "⺌": "小", "⺍": "小", "⺎": "兀", "⺏": "尣", "⺐": "尢",
    "⺑": "尢", "⺒": "巳", "⺓": "幺", "⺔": "彑", "⺕": "彐", "⺖": "忄", "⺗": "心", "⺘": "扌",
    "⺙": "攵", "⺛": "旡", "⺜": "日", "⺝": "月", "⺞": "歹", "⺠": "民", "⺡": "氵", "⺢": "水",
    "⺣": "灬", "⺤": "爪", "⺥": "爪", "⺦": "丬", "⺧": "牛", "⺨": "犭", "⺩": "王", "⺪": "疋",
    "⺫": "目", "⺬": "示", "⺭": "礻", "⺮": "竹", "⺯": "糹", "⺰": "纟", "⺱": "罓", "⺲": "罒",
    "⺳": "网", "⺴": "罓", "⺵": "网", "⺶": "羊", "⺷": "羊", "⺸": "羊", "⺹": "耂", "⺺": "肀",
    "⺻": "聿", "⺼": "肉", "⺽": "臼", "⺾": "艹", "⺿": "艹", "⻀": "艹", "⻁": "虎", "⻂": "衤",
    "⻃": "西", "⻄": "西", "⻅": "见", "⻆": "角", "⻇": "角", "⻈": "讠", "⻉": "贝", "⻊": "足",
    "⻋": "车", "⻌": "辶", "⻍": "辶", "⻎": "辶", "⻏": "邑", "⻐": "钅", "⻑": "长", "⻒": "镸",
    "⻓": "长", "⻔": "门", "⻕": "阜", "⻖": "阝", "⻗": "雨", "⻘": "青", "⻙": "韦", "⻚": "页",
    "⻛": "风", "⻜": "飞", "⻝": "食", "⻞": "食", "⻟": "飠", "⻠": "饣", "⻡": "首", "⻢": "马",
    "⻣": "骨", "⻤": "鬼", "⻥": "鱼", "⻦": "鸟", "⻧": "卤", "⻨": "麦", "⻩": "黄", "⻪": "黾",
    "⻫": "斉", "⻬": "齐", "⻭": "歯", "⻮": "齿", "⻯": "竜", "⻰": "龙", "⻱": "龜", "⻲": "亀",
    "⻳": "龟",
}  # fmt: skip


def _radical(char: str) -> str:
    """The character that a radical or compatibility character stands for; one to one."""
    plain = _SHAPES.get(char) or unicodedata.normalize("NFKC", char)
    return plain if len(plain) == 1 else char


@lru_cache(maxsize=1)
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@lru_cache(maxsize=65536)
def _fold_char(char: str) -> str:
    mapped = _LOOKALIKES.get(char)
    if mapped is None:
        code = ord(char)
        mapped = chr(code - 0xFEE0) if 0xFF01 <= code <= 0xFF5E else char
    if _RADICALS.match(mapped):
        mapped = _radical(mapped)
    if "\u4e00" <= mapped <= "\u9fff":
        simplified = _converter().convert(mapped)
        mapped = simplified if len(simplified) == 1 else mapped
    return mapped


@lru_cache(maxsize=65536)
def _simple_char(char: str) -> str:
    simplified = _converter().convert(char)
    return simplified if len(simplified) == 1 else char


class _FoldTable(dict[int, str]):
    """A translate table that learns each character once."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold_char(chr(code))
        return folded


_TABLE = _FoldTable()


def fold(text: str) -> str:
    """Fold for matching; `len(fold(t)) == len(t)` and `fold(fold(t)) == fold(t)`."""
    return text.translate(_TABLE)


def simplify(text: str) -> str:
    """Traditional → Simplified, character by character, nothing else; for reading, never to quote.

    `len(simplify(t)) == len(t)`.
    """
    return "".join(_simple_char(c) if "\u3400" <= c <= "\u9fff" else c for c in text)


def squeeze(text: str) -> str:
    """Drop all white space; offsets move, so for comparison and display only."""
    return "".join(text.split())
