"""Where a question names places, years and documents, and where it asks: spans of its text.

A follow-up is made whole by putting its own places, years or words into the spans of the question
before it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.asked.aspects import NUMBER
from qa.asked.kinds import kind_of
from qa.asked.names import named_runs
from qa.asked.question import ASKING, place_spans, year_spans
from text.counties import counties_in
from text.normalize import fold
from text.places import may_be_place
from youju.records import DocNames, Span

_QUOTED = re.compile(r"《[^《》]{2,60}》")
# A place that no list knows, where a question opens: 清河县低保标准 …
_OPENING = re.compile(r"(?:[\u4e00-\u9fff]{2,5}?[省市县区旗](?![级民长])){1,2}")
_EACH = re.compile(r"各(?:地区?|省市?|市县?|区县)(?=[\u4e00-\u9fff])")
_POLITE = re.compile(r"请|想|帮|查|告诉|麻烦")
_PIECE = re.compile(r"[^,?;。!]{1,400}")
_AND = frozenset("、和与跟及,至到—-~ ")


@dataclass(frozen=True, slots=True)
class Slots:
    """A question with what it names; all spans are of `text`, which folds to `normal`."""

    text: str
    normal: str
    places: tuple[Span, ...]
    years: tuple[Span, ...]
    titles: tuple[Span, ...]
    asks: tuple[Span, ...]  # words that ask, particles and punctuation aside

    @property
    def named(self) -> tuple[Span, ...]:
        """Everything that limits the question, in order."""
        return tuple(sorted((*self.places, *self.years, *self.titles)))

    @property
    def kind(self) -> str:
        """What is asked for, told by the wording: target, owner, when …"""
        return kind_of(self.normal, self.without(self.places), (), "")

    def without(self, spans: Sequence[Span]) -> str:
        """The folded text with blanks in the place of the spans."""
        chars = list(self.normal)
        for span in spans:
            chars[span.start : span.end] = " " * len(span)
        return "".join(chars)

    def pieces(self) -> list[Span]:
        """The clauses of the question, between its marks."""
        return [Span(*found.span()) for found in _PIECE.finditer(self.normal)]


def slots(text: str, names: DocNames | None) -> Slots:
    """Read a question; `names` are those of the documents, None leaves them out."""
    text = " ".join(text.split())
    normal = fold(text)
    titles = [
        Span(*found.span()) for named in (_QUOTED, NUMBER) for found in named.finditer(normal)
    ]
    runs = named_runs(normal, names) if names is not None else []
    titles += [span for span in runs if not any(t.overlap(span) for t in titles)]
    places = [Span(s, e) for s, e, _ in place_spans(normal, names)]
    counties = [Span(start, end) for start, end, _ in counties_in(normal)]
    places += [span for span in counties if not any(span.overlap(place) for place in places)]
    if not places:
        opening = _OPENING.match(normal)
        if opening is not None and may_be_place(opening.group()):
            places = [Span(*opening.span())]
    places = places or [Span(*found.span()) for found in _EACH.finditer(normal)]
    numbers = [Span(*found.span()) for found in NUMBER.finditer(normal)]
    years = [Span(s, e) for s, e, _, _ in year_spans(normal)]
    years = [span for span in years if not any(number.overlap(span) for number in numbers)]
    asks = [
        Span(found.start(), found.end() + normal.startswith("怎么办", found.start()))
        for found in ASKING.finditer(normal)
        if len(found.group().strip("?!。,、;:\"' 吗呢么吧啊呀嘛哦")) > 0
        and not _POLITE.match(found.group())
    ]
    return Slots(
        text,
        normal,
        places=tuple(_joined(normal, places, frozenset())),
        years=tuple(_joined(normal, years, _AND)),
        titles=tuple(sorted(titles)),
        asks=tuple(asks),
    )


def _joined(normal: str, spans: Sequence[Span], between: frozenset[str]) -> list[Span]:
    """Neighbours with nothing else between them become one: 河北省石家庄市, 2015、2016和2017年."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and set(normal[found[-1].end : span.start]) <= between:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return found
