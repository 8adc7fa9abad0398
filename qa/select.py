"""Which pieces may answer, and which documents speak: by year, by region, by strength."""

from __future__ import annotations

from collections.abc import Sequence

from datatypes import DocName, Hit, Question
from qa.evidence import Piece
from text.normalize import fold
from text.places import same_place

# A further document answers too when its best piece is nearly as good as the best of all; set on
# the tuning half of eval/questions/policy.jsonl.
MARGIN = 0.3
COVER_SHARE = 0.8
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


def documents_of(regions: Sequence[str], names: Sequence[DocName]) -> tuple[str, ...]:
    """Ids of the documents that speak for one of the regions."""
    return tuple(
        name.id for name in names if any(same_place(r, name.region or "") for r in regions)
    )


def unknown_regions(
    question: Question, names: Sequence[DocName], hits: Sequence[Hit]
) -> tuple[str, ...]:
    """Places named that no document speaks for.

    南京海关 is a body, not a limit: a place whose next two characters stand with it in a passage
    that was found is part of a name.
    """
    unknown = []
    for region in question.regions:
        if documents_of((region,), names):
            continue
        at = question.normal.find(region)
        phrase = question.normal[at : at + len(region) + 2]
        part_of_name = len(phrase) == len(region) + 2 and any(
            phrase in fold(hit.passage.body) for hit in hits[:10]
        )
        if not part_of_name:
            unknown.append(region)
    return tuple(unknown)
