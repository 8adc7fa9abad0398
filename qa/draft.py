"""What an answer is made of before proof: statements in original characters."""

from __future__ import annotations

import re
from dataclasses import dataclass

from datatypes import Span
from qa.evidence import Piece

# A clause's label: the path names it, a sentence need not repeat it.
_LABEL = re.compile(
    r"^(?:第[一二三四五六七八九十百零〇\d]+条(?:之[一二三四五六七八九十])?|[(（][一二三四五六七八九十\d]{1,3}[)）]、?"
    r"|[一二三四五六七八九十]{1,3}、|\d{1,3}[.、．](?!\d)|[①-⑳]|[―—•●■◆]+)\s*"
)
TRAILING = "。;,、:：；，. \u3000"


@dataclass(frozen=True, slots=True)
class Statement:
    """`text` in original characters; `spans` is what proves it, `known` what else it may say."""

    text: str
    piece: Piece
    spans: tuple[Span, ...]
    known: str = ""


def shown(piece: Piece, start: int, end: int) -> str:
    """The original characters of a piece's stretch, white space closed up, stops trimmed."""
    text = piece.sub(start, end).of(piece.doc.text)
    return unlabelled(text)


def unlabelled(text: str) -> str:
    """Original characters made fit to show: white space closed up, label and stops trimmed."""
    closed = re.sub(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])", "", text)
    said = " ".join(closed.split()).strip(TRAILING)
    return _LABEL.sub("", said) or said
