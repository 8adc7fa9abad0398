"""Which document a question about a document means: by its name, its place, and the best hits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from qa.header.about import TELLS
from text.dates import years
from text.normalize import fold, squeeze
from text.places import same_place
from text.words import bigrams
from youju.records import DocName, DocNames, Filters, Hit, PolicyDoc, Question, Retriever, Span

_OF_HITS = 0.3  # what the best hits weigh against the name
_LOOKED = 8
_NEAREST = 64  # documents of one kind that are looked at
_ABOUT = 0.3  # taken off a text about a document: it is not itself the document
_ELSEWHERE = 0.4  # taken off a document of another place than the asked one
_HERE = 0.1
_NEAR = 0.02  # documents whose scores are this near are meant alike
_ALIKE = 3
_BESIDE = 0.2  # what a second name must hold that the first does not
_SAME = 1e-4  # rarities this near are the same
_SKIPS = 5  # characters of a title that a short form may leave out between two that it keeps
_SKIPPED = 0.7  # what a pair weighs that a title holds with others between: 残保, 残疾人保障法
_OF_YEAR = 0.1  # for a title of an asked year
_OTHER_YEAR = 0.2  # taken off one of other years


@dataclass(frozen=True, slots=True)
class Candidate:
    """A document that may be meant. `share` (0–1): how much of the asked name its own holds."""

    name: DocName
    share: float
    score: float


@dataclass(frozen=True, slots=True)
class Names:
    """The character pairs of what a question may name, each with its weight."""

    weights: dict[str, float]

    @staticmethod
    def of(runs: Sequence[str], retriever: Retriever) -> Names:
        """Rarer pairs weigh more; one that no text holds half: often words run together."""
        pairs = list(dict.fromkeys(pair for run in runs for pair in bigrams(run)))
        *rarities, never = (float(r) for r in retriever.rarity([*pairs, "\0"]))
        weights = (r / 2 if r >= never - _SAME else r for r in rarities)
        return Names(dict(zip(pairs, weights, strict=True)))

    def share(self, title: str, beside: str = "") -> float:
        """How much of the names a title holds, without what another title holds already."""
        total = sum(self.weights.values()) or 1.0
        if beside:
            held = sum(w for p, w in self.weights.items() if p in title and p not in beside)
        else:
            held = sum(w * _held(p, title) for p, w in self.weights.items())
        return held / total


def _held(pair: str, title: str) -> float:
    if pair in title:
        return 1.0
    at = title.find(pair[0])
    while at >= 0:
        if pair[1:] in title[at + 2 : at + 2 + _SKIPS].partition("\n")[0]:
            return _SKIPPED
        at = title.find(pair[0], at + 1)
    return 0.0


def candidates(
    question: Question,
    asked: Names,
    retriever: Retriever,
    hits: Sequence[Hit],
    filters: Filters | None,
) -> list[Candidate]:
    """The documents that may be meant, likeliest first, ties in the order of their ids."""
    of_hits = _of_hits(hits)
    names = _near(question, asked, retriever.names(), [*of_hits], filters)
    found = []
    for name in names:
        text = matched(name)
        share = asked.share(text)
        told_of = 0.0 if TELLS.search(question.normal) else _ABOUT * bool(TELLS.search(name.title))
        beside = _placed(question, name, text) + _dated(question, name)
        score = share - told_of + _OF_HITS * of_hits.get(name.id, 0.0) + beside
        found.append(Candidate(name, share, score))
    return sorted(found, key=lambda c: (-c.score, c.name.id))


def _near(
    question: Question,
    asked: Names,
    names: DocNames,
    of_hits: Sequence[str],
    filters: Filters | None,
) -> list[DocName]:
    """The documents that may score best, in id order: all of few, of many those named likest.

    Apart from each other: where the hits stand, of the asked places, of none, of all.
    """
    limited = question.doc_ids or (None if filters is None else filters.doc_ids)
    if question.doc_ids and filters is not None and filters.doc_ids is not None:
        limited = tuple(i for i in question.doc_ids if i in filters.doc_ids)
    ids = names.ids() if limited is None else limited
    if len(ids) <= _NEAREST:
        return names.of_ids(ids)
    found = names.nearest(asked.weights, limited, _NEAREST)
    found += names.of_ids([i for i in of_hits if i in ids])
    if question.regions:
        here, nowhere = names.speaking(question.regions), names.placeless()
        for some in (here, nowhere):
            if limited is not None:
                some = tuple(i for i in limited if i in some)
            found += names.nearest(asked.weights, some, _NEAREST)
        for region in question.regions:
            titled = names.nearest(dict.fromkeys(_pairs(region), 1.0), limited, _NEAREST)
            found += [name for name in titled if region in matched(name)]
    return sorted({name.id: name for name in found}.values(), key=lambda name: name.id)


def versions_of_one(one: DocName, other: DocName) -> bool:
    """True for documents whose titles differ in year, 修订 or 试行 alone, or of one family."""
    return not one.families.isdisjoint(other.families)


def _pairs(text: str) -> list[str]:
    return [text[i : i + 2] for i in range(len(text) - 1)]


def matched(name: DocName) -> str:
    """All names of a document as one folded text without white space."""
    return squeeze(fold("\n".join((name.title, *name.also, name.region or "")).lower()))


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


def _dated(question: Question, name: DocName) -> float:
    """What the years of a title say for or against the asked ones."""
    titled = {year for found in years(fold(name.title)) for year in found.years}
    if not titled or not question.years:
        return 0.0
    return _OF_YEAR if titled & {*question.years} else -_OTHER_YEAR


def meant(found: Sequence[Candidate], asked: Names, several: bool) -> list[DocName]:
    """The likeliest, those meant as surely, and where several are asked for those named beside."""
    alike = [c for c in found if found[0].score - c.score <= _NEAR]
    chosen = [c.name for c in (alike if len(alike) <= _ALIKE else found[:1])]
    for other in found[1:_LOOKED] if several and len(chosen) == 1 else ():
        if asked.share(matched(other.name), "\n".join(map(matched, chosen))) >= _BESIDE:
            chosen.append(other.name)
    return chosen


def parts(doc: PolicyDoc, asked: Names, several: bool) -> list[tuple[PolicyDoc, tuple[Span, ...]]]:
    """The documents of a file that are meant, each as a document with its places, own first.

    A notice and what it issues speak for each other: the places of both belong to either.
    """
    whole = Span(0, len(doc.text))
    if not doc.parts:
        return [(doc, (whole,))]
    titles = [squeeze(fold(p.meta.title.value)).lower() if p.meta.title else "" for p in doc.parts]
    order = sorted(range(len(titles)), key=lambda i: (-asked.share(titles[i]), len(titles[i]), -i))
    chosen = order[:1]
    for i in order[1:] if several else ():
        if asked.share(titles[i], "\n".join(titles[j] for j in chosen)) >= _BESIDE:
            chosen.append(i)
    out = []
    for i in sorted(chosen):
        part = doc.parts[i]
        kin = [
            p.span
            for p in doc.parts
            if p is not part
            and p.meta.written_on is not None
            and p.meta.written_on == part.meta.written_on
        ]
        out.append((replace(doc, meta=part.meta), (part.span, *kin)))
    return out
