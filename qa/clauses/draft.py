"""What an answer is made of before proof: statements in original characters."""

from __future__ import annotations

from dataclasses import dataclass

from qa.clauses.pieces import Piece
from qa.proof.trim import unlabelled
from youju.records import Span


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
