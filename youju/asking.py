"""What a user typed → what can be asked, or one sentence on why not."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import TYPE_CHECKING, Literal, get_args

from youju.errors import InputError, QuestionError

if TYPE_CHECKING:
    from youju.records import Answer

Method = Literal["hybrid", "bm25", "dense"]

Certainty = Literal["sure", "likely", "none"]

LONGEST_QUESTION = 2000
MOST_HITS = 1000
# Said of a question in another language, and of a fragment with nothing before it.
CHINESE_ONLY = "文件都是中文的，请用中文提问。"
WHICH = "您问的是哪一项？请写明所问的事项，例如“贵州省2017年森林覆盖率目标是多少？”。"
_SENTENCE = 3  # words that make one
# Unassigned code points count as meaningful: they are emoji newer than this Python.
_MEANINGLESS = ("P", "Z", "M", "Sm", "Sc", "Sk", "Cf")
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\u200e\u200f")


def clean_question(text: str) -> str:
    """The question without control characters and outer white space; raises QuestionError."""
    if len(text) > LONGEST_QUESTION:
        raise QuestionError(
            f"问题太长（{len(text)} 个字符），请缩短到 {LONGEST_QUESTION} 个字符以内再问。"
        )
    if any(unicodedata.category(char) == "Cs" for char in text):
        raise QuestionError("问题里有无法识别的字节，请用 UTF-8 编码输入。")
    spaced = "".join(" " if char.isspace() else char for char in text)
    kept = "".join(char for char in spaced if not _unwanted(char)).strip()
    if not kept:
        raise QuestionError("问题是空的，请输入想问的内容。")
    if all(unicodedata.category(char).startswith(_MEANINGLESS) for char in kept):
        raise QuestionError("问题里只有标点或符号，请写出想问的内容。")
    return kept


def check_options(k: int, method: str) -> None:
    """Raises InputError for an impossible number of hits or an unknown method."""
    if not 1 <= k <= MOST_HITS:
        raise InputError(f"条数 {k} 不在 1 到 {MOST_HITS} 之间，请改一个数。")
    if method not in get_args(Method):
        raise InputError(f"检索方法“{method}”不认识，可用的是 {'、'.join(get_args(Method))}。")


def day(text: str) -> str:
    """An ISO day; raises InputError for what is none."""
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError as error:
        raise InputError(f"“{text}”不是日期，请写成 2023-06-30 的形式。") from error


def is_foreign(text: str) -> bool:
    """True for a sentence of another language: words, and not one Chinese character among them.

    A name or a number alone (PM2.5, GB/T 19001) may stand in a Chinese document.
    """
    if any("\u3400" <= char <= "\u9fff" or char >= "\U00020000" for char in text):
        return False
    words = "".join(char if char.isalpha() else " " for char in text).split()
    return sum(len(word) > 1 for word in words) >= _SENTENCE


def certainty(answer: Answer) -> Certainty:
    """What people are told of an answer's confidence; a refusal is none, whatever it offers."""
    from qa.clauses.confidence import SURE

    if answer.refused:
        return "none"
    return "sure" if answer.confidence is not None and answer.confidence >= SURE else "likely"


def _unwanted(char: str) -> bool:
    return char in _BIDI or unicodedata.category(char) == "Cc"
