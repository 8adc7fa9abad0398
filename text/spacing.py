"""Spaces between the characters of one line, as scanned or justified text has them.

松 政 规 〔 2 0 2 0 〕 5 号 is one word; 甲局 乙局 are two. A line is spaced out when nearly all its
tokens are single characters; a wider gap still parts its words.
"""

from __future__ import annotations

import re

_TOKEN = re.compile(r"\S+")
_FEW = 4  # Chinese characters that stand alone in a spaced line
_SHARE = 0.8  # of its tokens that are single characters


def spaced_out(text: str) -> bool:
    """True for a line whose characters stand apart."""
    if " " not in text.strip():
        return False
    tokens = _TOKEN.findall(text)
    single = [token for token in tokens if len(token) == 1]
    chinese = sum("\u4e00" <= token <= "\u9fff" for token in single)
    return chinese >= _FEW and len(single) >= _SHARE * len(tokens)


def words(text: str) -> list[tuple[int, int]]:
    """The stretches of a spaced line that lie between single spaces, and whether they go on.

    Each token is a span; joined without anything between them they are the words, except that a
    gap of two spaces or more stays as one: it is then part of the span before it.
    """
    tokens = [token.span() for token in _TOKEN.finditer(text)]
    out = []
    for at, (start, end) in enumerate(tokens):
        wide = at + 1 < len(tokens) and tokens[at + 1][0] - end > 1
        out.append((start, end + 1 if wide else end))
    return out


def closed(text: str) -> str:
    """The text with its spaced lines closed up; for comparison and display, offsets move."""
    return "\n".join(
        "".join(line[start:end] for start, end in words(line)) if spaced_out(line) else line
        for line in text.split("\n")
    )
