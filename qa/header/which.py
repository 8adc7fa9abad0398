"""Which document a question about a document means: by its name, its place, and the best hits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from text.normalize import fold, squeeze
from text.places import same_place
from text.words import bigrams
from youju.records import DocName, Filters, Hit, Question, Retriever

_OF_HITS = 0.3  # what the best hits weigh against the name
_LOOKED = 8
_ELSEWHERE = 0.4  # taken off a document of another place than the asked one
_HERE = 0.1
_NEAR = 0.02  # documents whose scores are this near are meant alike
_ALIKE = 3
_SAME = 1e-4  # rarities this near are the same


@dataclass(frozen=True, slots=True)
class Candidate:
    """A document that may be meant. `share` (0–1): how much of the asked name its own holds."""

    name: DocName
    share: float
    score: float


def candidates(
    question: Question,
    runs: Sequence[str],
    retriever: Retriever,
    hits: Sequence[Hit],
    filters: Filters | None,
) -> list[Candidate]:
    """The documents that may be meant, likeliest first, ties in the order of their ids."""
    names = retriever.names()
    if filters is not None and filters.doc_ids is not None:
        names = [name for name in names if name.id in filters.doc_ids]
    if question.doc_ids:
        names = [name for name in names if name.id in question.doc_ids]
    pairs = list(dict.fromkeys(pair for run in runs for pair in bigrams(run)))
    weights = _weights(pairs, retriever)
    total = sum(weights) or 1.0
    of_hits = _of_hits(hits)
    found = []
    for name in names:
        text = squeeze(fold(f"{name.title}\n{' '.join(name.also)}\n{name.region or ''}"))
        share = sum(w for pair, w in zip(pairs, weights, strict=True) if pair in text) / total
        score = share + _OF_HITS * of_hits.get(name.id, 0.0) + _placed(question, name, text)
        found.append(Candidate(name, share, score))
    return sorted(found, key=lambda c: (-c.score, c.name.id))


def _weights(pairs: Sequence[str], retriever: Retriever) -> list[float]:
    """The rarity of each pair; half of it for one that no text holds: often words run together."""
    *rarities, never = (float(r) for r in retriever.rarity([*pairs, "\0"]))
    return [r / 2 if r >= never - _SAME else r for r in rarities]


def _of_hits(hits: Sequence[Hit]) -> dict[str, float]:
    """Document id → its share of the best hits, nearer ones counting more."""
    weights: dict[str, float] = {}
    for rank, hit in enumerate(hits[:_LOOKED], start=1):
        weights[hit.passage.doc_id] = weights.get(hit.passage.doc_id, 0.0) + 1 / rank
    total = sum(weights.values()) or 1.0
    return {i: weight / total for i, weight in weights.items()}


def _placed(question: Question, name: DocName, text: str) -> float:
    if not question.regions:
        return 0.0
    if any(region in text or same_place(region, name.region or "") for region in question.regions):
        return _HERE
    return -_ELSEWHERE if name.region else 0.0


def meant(found: Sequence[Candidate]) -> list[Candidate]:
    """The likeliest, and those that are meant as surely; none when too many are."""
    alike = [c for c in found if found[0].score - c.score <= _NEAR]
    return alike if len(alike) <= _ALIKE else []
