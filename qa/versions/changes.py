"""Two versions of a rule, clause by clause: what is the same, reworded, moved, new, dropped.

Clauses are matched by what they say, so that a renumbered one finds itself again; those that stand
under the same number need less. Figures that changed come first.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from qa.proof.differences import steps, tight, tokens
from text.normalize import fold, squeeze
from text.numerals import numbers
from youju.records import Clause, PolicyDoc, Span

Kind = Literal["figures", "reworded", "new", "dropped", "moved", "same"]
Stayed = Literal["same", "old", "new"]
ORDER: tuple[Kind, ...] = ("figures", "reworded", "new", "dropped", "moved", "same")

_ALIKE = 0.4  # share of character pairs that two clauses have in common to be one
_NUMBERED_ALIKE = 0.2  # the same for clauses under one number
_COMMON = 40  # a pair of characters in more clauses than these tells none apart
_ARTICLE = "条"


@dataclass(frozen=True, slots=True)
class Piece:
    """A clause as it is compared: `text` is folded, without its label and white space."""

    label: str
    path: tuple[str, ...]
    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a clause; `old` or `new` is None where it did not exist."""

    kind: Kind
    old: Piece | None
    new: Piece | None


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of two versions of a clause: `old` and `new` are its places, None where it is not.

    `kind` is same, old (it went) or new (it came).
    """

    kind: Stayed
    old: Span | None
    new: Span | None


def pieces(doc: PolicyDoc) -> list[Piece]:
    """The articles of a document with all below them; without articles its lowest clauses."""
    articles = [c for c in doc.clauses if c.kind == _ARTICLE]
    chosen = articles if len(articles) > 1 else [c for c in doc.clauses if not c.children]
    made = (_piece(doc, clause) for clause in chosen)
    return [piece for piece in made if piece.text]


def _piece(doc: PolicyDoc, clause: Clause) -> Piece:
    label = squeeze(fold(clause.label))
    text = squeeze(fold(clause.span.of(doc.text)))
    return Piece(clause.label, clause.path, clause.span, text.removeprefix(label))


def changes(old: PolicyDoc, new: PolicyDoc) -> list[Change]:
    """Every clause of both with what became of it, changed figures first, then document order."""
    olds, news = pieces(old), pieces(new)
    pairs = _matched(olds, news)
    partner = {j: i for i, j in pairs.items()}
    kept = _in_order([pairs[i] for i in sorted(pairs)])
    found = [
        Change(_kind(olds[i], news[j], moved=j not in kept), olds[i], news[j])
        for i, j in sorted(pairs.items(), key=lambda pair: pair[1])
    ]
    found += [Change("new", None, news[j]) for j in range(len(news)) if j not in partner]
    found += [Change("dropped", olds[i], None) for i in range(len(olds)) if i not in pairs]
    return sorted(found, key=lambda change: ORDER.index(change.kind))


def _kind(old: Piece, new: Piece, *, moved: bool) -> Kind:
    if old.text == new.text:
        return "moved" if moved else "same"
    return "figures" if _figures(old.text) != _figures(new.text) else "reworded"


def _figures(text: str) -> Counter[tuple[float, str]]:
    return Counter((number.value, number.unit) for number in numbers(text))


def _in_order(partners: Sequence[int]) -> set[int]:
    """The longest run of partners that kept their order: the others moved."""
    best: list[tuple[int, int]] = []  # (last, place in links) of the best run of each length
    links: list[tuple[int, int]] = []
    for value in partners:
        at = bisect_left(best, (value, -1))  # the lasts ascend
        links.append((value, best[at - 1][1] if at else -1))
        best[at : at + 1] = [(value, len(links) - 1)]
    kept: set[int] = set()
    at = best[-1][1] if best else -1
    while at >= 0:
        kept.add(links[at][0])
        at = links[at][1]
    return kept


def _matched(olds: Sequence[Piece], news: Sequence[Piece]) -> dict[int, int]:
    """Old clause → new clause: the same words, then the likest, then the same number."""
    pairs: dict[int, int] = {}
    by_text: dict[str, deque[int]] = defaultdict(deque)
    for j, piece in enumerate(news):
        by_text[piece.text].append(j)
    for i, piece in enumerate(olds):
        if by_text.get(piece.text):
            pairs[i] = by_text[piece.text].popleft()
    scored = _scores(olds, news, set(pairs), set(pairs.values()))
    taken = set(pairs.values())
    for score, i, j in sorted(scored, key=lambda one: (-one[0], one[1], one[2])):
        same = squeeze(fold(olds[i].label)) == squeeze(fold(news[j].label)) != ""
        enough = _NUMBERED_ALIKE if same else _ALIKE
        if score >= enough and i not in pairs and j not in taken:
            pairs[i] = j
            taken.add(j)
    return pairs


def _scores(
    olds: Sequence[Piece], news: Sequence[Piece], known: set[int], taken: set[int]
) -> list[tuple[float, int, int]]:
    holding: dict[str, list[int]] = defaultdict(list)
    sizes: dict[int, int] = {}
    for j, piece in enumerate(news):
        held = _pairs(piece.text) if j not in taken else set()
        sizes[j] = len(held)
        for pair in held:
            holding[pair].append(j)
    scored = []
    for i, piece in enumerate(olds):
        if i in known:
            continue
        mine = _pairs(piece.text)
        shared: Counter[int] = Counter()
        for pair in mine:
            if len(holding[pair]) <= _COMMON:
                shared.update(holding[pair])
        scored += [(2 * n / (len(mine) + sizes[j]), i, j) for j, n in shared.items()]
    return scored


def _pairs(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)}


def marked(change: Change) -> list[tuple[Stayed, str]]:
    """The text of a clause in stretches that stayed, went and came; figures go and come whole."""
    old = change.old.text if change.old else ""
    new = change.new.text if change.new else ""
    if old == new:
        return [("same", old)] if old else []
    left, right = tokens(old), tokens(new)
    out: list[tuple[Stayed, str]] = []
    for tag, a, b, c, d in steps(left, right):
        gone, come = "".join(t for t, _ in left[a:b]), "".join(t for t, _ in right[c:d])
        if tag == "equal":
            out.append(("same", gone))
            continue
        out += [("old", gone)] if gone else []
        out += [("new", come)] if come else []
    return out


def stretches(change: Change, old: PolicyDoc, new: PolicyDoc) -> list[Stretch]:
    """The stretches of `marked` as the documents write them, each from where the next begins.

    One that stayed has its place in both.
    """
    there, here = _Pen(change.old, old), _Pen(change.new, new)
    out = []
    for kind, text in marked(change):
        gone = there.over(len(text)) if kind != "new" else None
        come = here.over(len(text)) if kind != "old" else None
        out.append(Stretch(kind, gone, come))
    return out


class _Pen:
    """Goes over a clause as it is compared and tells the places of the original."""

    def __init__(self, piece: Piece | None, doc: PolicyDoc) -> None:
        self._at, self._origins = 0, [0]
        if piece is not None:
            aligned = tight(doc.text, piece.span.start, piece.span.end)
            skipped = len(aligned) - len(piece.text)  # the label
            end = len(piece.span.of(doc.text).rstrip()) + piece.span.start
            self._origins = [*aligned.origins[skipped:], end]

    def over(self, length: int) -> Span:
        start, self._at = self._at, self._at + length
        return Span(self._origins[start], self._origins[self._at])
