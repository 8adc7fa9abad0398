"""What an answer is made of before proof: statements in original characters."""

from __future__ import annotations

import re
from dataclasses import dataclass

from datatypes import Span
from qa.evidence import Piece

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
    closed = re.sub(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])", "", text)
    return " ".join(closed.split()).strip(TRAILING)
