"""Which pieces may answer, and which documents speak: by year and by strength."""

from __future__ import annotations

from collections.abc import Sequence

from qa.clauses.pieces import Piece
from youju.records import Question

# A further document answers too when its best piece is nearly as good as the best of all; set on
# the tuning half of eval/questions/policy.jsonl.
MARGIN = 0.5
COVER_SHARE = 0.9
MAX_DOCUMENTS = 5


def in_year(question: Question, pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces that speak of an asked year, or of no year at all."""
    if not question.years:
        return list(pieces)
    asked = set(question.years)
    return [piece for piece in pieces if piece.years is None or asked & piece.years]


def by_document(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Pieces grouped by document, the document with the best piece first."""
    groups: dict[str, list[Piece]] = {}
    for piece in pieces:
        groups.setdefault(piece.doc.id, []).append(piece)
    return sorted(groups.values(), key=lambda group: (-group[0].score, group[0].doc.id))


def answering(groups: Sequence[list[Piece]]) -> list[list[Piece]]:
    """The documents strong enough to stand beside the first; `groups` come best first."""
    if not groups:
        return []
    best = groups[0][0]
    return [
        group
        for group in groups[:MAX_DOCUMENTS]
        if group[0].score >= best.score - MARGIN and group[0].cover >= COVER_SHARE * best.cover
    ]
