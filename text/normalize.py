"""Folding for matching, one character to one character, so that offsets do not move.

Folded text is never shown: it serves matching only (Traditional → Simplified by OpenCC's `t2s`
applied character by character, full width → half width, look-alike punctuation → one form).
"""

from __future__ import annotations

from functools import lru_cache

import opencc

# Look-alikes that mean the same in policy texts. Only 1:1 pairs: offsets must not move.
_LOOKALIKES = {
    "〔": "[", "［": "[", "【": "[", "〖": "[",
    "〕": "]", "］": "]", "】": "]", "〗": "]",
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


@lru_cache(maxsize=1)
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@lru_cache(maxsize=65536)
def _fold_char(char: str) -> str:
    mapped = _LOOKALIKES.get(char)
    if mapped is None:
        code = ord(char)
        mapped = chr(code - 0xFEE0) if 0xFF01 <= code <= 0xFF5E else char
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
