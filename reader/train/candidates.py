"""Groups as the product meets them: its own first hits of a question, read as it reads them.

Documents of the data stand in for installations: they are read, indexed and searched by the
product's own code, so that the wrong units are the ones that it ranks high, and every unit looks
as at run time: with its lead-in, its items, its columns.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from encoder.train.ranking import is_gold, pairs_of
from encoder.train.sources import fraction
from index import build
from index.retrieve import HybridIndex
from ingest.passages import passages
from qa.asked.question import analyze
from qa.clauses.units import Source, sources
from reader.train.negatives import TWIN
from reader.train.sources import Example, bare, policy
from text.normalize import squeeze
from youju.records import Encoder, Passage, PolicyDoc, Unit

_LIBRARY = 50  # documents that are searched together
_LONGEST = 400  # passages of a document; longer ones are left out
_DEPTH = 30  # hits among which the right unit is looked for
_MIN_WORDS = 6  # characters of an answering segment that are enough to know it by
_MARKS = ",.;:!?。、"  # folded, as they end a segment
_THIS = re.compile(r"本(?:办法|条例|法|规定|细则|意见|通知|方案|规划|规则|决定|章|条)")


@dataclass(frozen=True, slots=True)
class Met:
    """A question with units: the one that answers first when `right`, then wrong ones, the
    likeliest first.

    `answers` are the spans of the first unit that answer; None when they are not known.
    """

    question: str
    units: tuple[Unit, ...]
    right: bool
    answers: tuple[int, ...] | None


def met(
    examples: Sequence[Example], texts: Mapping[str, str], encoder: Encoder, wrong: int
) -> Iterator[Met]:
    """The examples whose document can be read, with up to `wrong` wrong units each.

    `texts`: bare title → whole text, as in a file. A question that only its document's name could
    make clear (本办法…) is left out.
    """
    asked: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        if bare(example.title) in texts and not _THIS.search(example.question):
            asked[bare(example.title)].append(example)
    order = sorted(asked, key=lambda name: fraction(name, "library"))
    for at in range(0, len(order), _LIBRARY):
        yield from _library(order[at : at + _LIBRARY], asked, texts, encoder, wrong)


def _library(
    names: Sequence[str], asked: Mapping[str, Sequence[Example]], texts: Mapping[str, str],
    encoder: Encoder, wrong: int,
) -> Iterator[Met]:  # fmt: skip
    docs: dict[str, PolicyDoc] = {}
    pieces: list[Passage] = []
    for name in names:
        doc = policy(texts[name])
        found = passages(doc) if doc is not None else ()
        if doc is not None and 1 < len(found) <= _LONGEST:
            docs[name] = doc
            pieces += found
    if not docs:
        return
    index = HybridIndex(build.build(list(docs.values()), pieces, encoder), encoder, store="exact")
    known = index.names()
    for name, doc in docs.items():
        for example in asked[name]:
            hits = index.search(analyze(example.question, known), _DEPTH)
            shape = _SHAPES.get(example.kind, _unmet) if example.answers == () else _met
            yield shape(example, doc, sources(hits, index), wrong)


def _met(example: Example, doc: PolicyDoc, found: Sequence[Source], wrong: int) -> Met:
    """The unit that says most of the answer, then those that say nothing of it."""
    own = pairs_of(example.unit.text)
    words = _words(example)
    best, most = None, 0
    rest: list[Unit] = []
    for source in found:
        body = squeeze(source.unit.text)
        pairs = pairs_of(source.unit.text)
        here = source.doc.id == doc.id
        said = sum(word in body for word in words) if words else int(here and is_gold(own, pairs))
        if said > most and here:
            best, most = source.unit, said
        if not said and not _says_it(own, pairs):
            rest.append(source.unit)
    right = example.unit if best is None else best
    answers = example.answers if best is None or not words else _spans(best, words)
    return Met(example.question, (right, *rest[:wrong]), True, answers)


def _unmet(example: Example, doc: PolicyDoc, found: Sequence[Source], wrong: int) -> Met:
    """The unit that the question nearly fits, then units of other documents.

    Others of the same document may well answer it.
    """
    own = pairs_of(example.unit.text)
    here = [source.unit for source in found if source.doc.id == doc.id]
    shared = [len(own & pairs_of(unit.text)) for unit in here]
    near = here[shared.index(max(shared))] if here and max(shared) > len(own) / 2 else example.unit
    others = [source.unit for source in found if source.doc.id != doc.id]
    return Met(example.question, (near, *others[: wrong - 1]), False, ())


def _absent(example: Example, doc: PolicyDoc, found: Sequence[Source], wrong: int) -> Met:
    """The first hits: nothing in the document answers, its neighbours least of all."""
    units = [source.unit for source in found[:wrong]]
    return Met(example.question, tuple(units) or (example.unit,), False, ())


_SHAPES = {"absent": _absent}


def _words(example: Example) -> list[str]:
    """The answering segments without blanks and last marks; none when only the unit is known."""
    found = [
        squeeze(example.unit.text[slice(*example.unit.spans[number])]).rstrip(_MARKS)
        for number in example.answers or ()
    ]
    return [word for word in found if len(word) >= _MIN_WORDS] or found


def _says_it(own: set[str], other: set[str]) -> bool:
    return len(own & other) >= TWIN * min(len(own), len(other))


def _spans(unit: Unit, words: Sequence[str]) -> tuple[int, ...]:
    """The spans of the unit that are, or hold, or lie in an answering segment."""
    shown = [squeeze(unit.text[start:end]) for start, end in unit.spans]
    return tuple(
        number
        for number, span in enumerate(shown)
        if any(word in span or (len(span) >= _MIN_WORDS and span in word) for word in words)
    )
