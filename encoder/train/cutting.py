"""Cuts bulk text into words with jieba's dictionary, once, into a file that can be read again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tqdm import tqdm

SENTENCE_WORDS = 2000  # longer lines are split: word2vec drops what goes beyond 10,000
# What counts as a word: Chinese, lower-case Latin or digits; punctuation carries no meaning here.
_CHINESE = re.compile(r"[\u3400-\u9fff]+")
_WORD = re.compile(r"[\u3400-\u9fff\U00020000-\U0002ffff]+|[a-z]+|[0-9]+")


def make_cutter(extra_words: Iterable[str]) -> Any:
    """A cutter with jieba's dictionary and the words among `extra_words` that it cuts to crumbs.

    Only words of two or three characters that fall into single characters (拉黑 → 拉, 黑) are
    added; joining longer ones (质量 + 失信) would hide their parts.
    """
    import rjieba

    cutter = rjieba.Jieba()
    crumbs = [
        word
        for word in sorted(set(extra_words))
        if len(word) in (2, 3)
        and _CHINESE.fullmatch(word)
        and len(cutter.cut(word, False)) == len(word)
    ]
    for word in crumbs:
        cutter.add_word(word, cutter.suggest_freq(word), "n")
    return cutter


def words_of(cutter: Any, text: str) -> list[str]:
    """The words of a folded text, lower-cased, without punctuation."""
    return [word for piece in cutter.cut(text.lower()) for word in _WORD.findall(piece)]


def cut_to_file(lines: Iterable[str], path: Path, cutter: Any) -> Counter[str]:
    """Write one line of space-separated words per text; returns how often each word occurs."""
    counts: Counter[str] = Counter()
    temporary = path.with_suffix(".part")
    with temporary.open("w", encoding="utf-8") as out:
        for line in tqdm(lines, desc="切词", unit="行", mininterval=5):
            words = words_of(cutter, line)
            counts.update(words)
            for start in range(0, len(words), SENTENCE_WORDS):
                out.write(" ".join(words[start : start + SENTENCE_WORDS]) + "\n")
    temporary.replace(path)
    return counts
