"""Cutting text into words (jieba) and into character bigrams, for matching only."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from text import dictionary
from text.normalize import fold
from youju.errors import SettingsError

if TYPE_CHECKING:
    import jieba

# Raise when `words` or `bigrams` give other tokens for the same text: old indexes then say so.
RULES = 2

# Words that bind or ask but name nothing. A policy text rarely says 吗 or 多少, so that BM25 would
# take them for the rarest, most telling words of a question.
_EMPTY = frozenset(
    "的了和与及在是有吗呢吧啊么嘛呀被把对为以等也都就还要会能可这那个之其几谁哪啥咋"
) | {
    *("什么", "多少", "哪些", "哪个", "怎么", "怎样", "怎么样", "如何"),
    *("是否", "是不是", "有没有", "能否", "请问"),
}

_NUMBER = r"[0-9]+(?:\.[0-9]+)?"
_LATIN = r"[a-z]+"
_CJK = r"[\u3400-\u9fff\uf900-\ufaff〇\U00020000-\U0003ffff]+"
_OTHER = r"[^\W\d_a-z\u3400-\u9fff\uf900-\ufaff〇\U00020000-\U0003ffff]+"
_RUN = re.compile(f"({_CJK})|{_NUMBER}|{_LATIN}|{_OTHER}")

_user_dictionary: Path | None = None


def words(text: str) -> list[str]:
    """Search-mode words of the folded, lower-cased text: long words also give their parts.

    Punctuation and empty words (的, 多少) are dropped; figures stand apart from their units.
    """
    tokens = _clean(_loaded(_user_dictionary).cut_for_search(_prepare(text)))
    return [token for token in tokens if token not in _EMPTY]


def precise(text: str) -> list[str]:
    """The words of jieba's accurate mode, which cover the text once, empty ones included."""
    return _clean(_loaded(_user_dictionary).cut(_prepare(text)))


def bigrams(text: str) -> list[str]:
    """Pairs of neighbouring Chinese characters; a lone one, a number or a latin run is whole."""
    tokens: list[str] = []
    for run in _RUN.finditer(_prepare(text)):
        piece = run.group()
        if run.group(1) is None or len(piece) == 1:
            tokens.append(piece)
        else:
            tokens.extend(piece[i : i + 2] for i in range(len(piece) - 1))
    return tokens


def use_dictionary(path: Path | None) -> None:
    """Add a user dictionary (jieba's format) to word cutting in this process; None removes it.

    Raises SettingsError when it cannot be read.
    """
    global _user_dictionary
    _loaded.cache_clear()  # the file may have changed under the same name
    _loaded(path)
    _user_dictionary = path
    fingerprint.cache_clear()


@lru_cache(maxsize=1)
def fingerprint() -> str:
    """What the tokens depend on: jieba's version, the dictionaries, the rules of this module."""
    parts = [f"jieba {version('jieba')}", f"dict {dictionary.digest()[:12]}", f"rules {RULES}"]
    if _user_dictionary is not None:
        try:
            data = _user_dictionary.read_bytes()
        except OSError as error:
            raise SettingsError(
                f"无法读取用户词典 {_user_dictionary}：请检查路径和权限。"
            ) from error
        parts.append(f"user {hashlib.sha256(data).hexdigest()[:12]}")
    return ", ".join(parts)


@lru_cache(maxsize=1)
def _loaded(path: Path | None) -> jieba.Tokenizer:
    return dictionary.load(path)


def _prepare(text: str) -> str:
    return fold(text).lower()


def _clean(tokens: Iterable[str]) -> list[str]:
    kept: list[str] = []
    for token in tokens:
        if token.isalpha() and not token.isascii():
            kept.append(token)
        else:
            kept.extend(run.group() for run in _RUN.finditer(token))
    return kept
