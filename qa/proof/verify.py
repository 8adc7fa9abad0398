"""Does a quotation stand in the documents? Where, to the character; else what comes nearest.

Three outcomes: `verbatim` (the very characters), `equivalent` (the same once white space, width
and 繁简 are put aside), `different` (nowhere; the nearest text is given with the differences).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from qa.proof.differences import Difference, best_window, differences, occurrences, tight
from text.normalize import fold
from text.offsets import AlignedText
from youju.errors import QuestionError
from youju.records import Clause, PolicyDoc, Question, Retriever, Span

LONGEST_QUOTE = 2000
MOST_PLACES = 20
CANDIDATES = 10  # passages among which the nearest text is looked for
_SEARCHED = 300  # characters of the quotation that the search for candidates reads
_MARKS = (("“", "”"), ("「", "」"), ("『", "』"), ('"', '"'), ("《", "》"))
# What stands before a quotation and changes its sense when it is left out.
_NEGATION = re.compile(r"(?:不得|不准|不予|不能|禁止|严禁|不|未|非|无)$")

Verdict = Literal["verbatim", "equivalent", "different"]
_Find = Callable[[PolicyDoc, str], Iterator[Span]]


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of a document. `cut` is set when the quotation begins or ends inside a figure, or
    leaves out a negation just before it: then the words stand there, but say something else.
    """

    doc_id: str
    title: str
    doc_number: str | None
    status: str
    path: tuple[str, ...]
    source: str
    start: int
    end: int
    text: str
    page: int | None
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Nearest:
    """The nearest text; `similarity` is 1 − edit distance / length, between 0 and 1.

    `marked` is that text with the differences in it: [-in the source-]{+in the quotation+}.
    """

    place: Place
    similarity: float
    differences: tuple[Difference, ...]
    marked: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What `verify` found. `count` is the number of all places, of which MOST_PLACES are listed."""

    quote: str
    verdict: Verdict
    places: tuple[Place, ...] = ()
    count: int = 0
    nearest: Nearest | None = None


def verify(quote: str, retriever: Retriever) -> Verification:
    """Look for `quote` in every document. Raises QuestionError when it holds nothing to find."""
    if len(quote) > LONGEST_QUOTE:
        raise QuestionError(
            f"引文太长（{len(quote)} 个字符），请缩短到 {LONGEST_QUOTE} 个字符以内再核对。"
        )
    if not any(char.isalnum() for char in quote):
        raise QuestionError("引文是空的或只有标点，请给出要核对的文字。")
    wordings = list(dict.fromkeys((quote, quote.strip(), _unmarked(quote))))
    docs = [retriever.document(name.id) for name in retriever.names()]
    ways: tuple[tuple[Verdict, _Find], ...] = (("verbatim", _verbatim), ("equivalent", _equivalent))
    for verdict, find in ways:
        for wording in wordings:
            found, count = list[Place](), 0
            for doc in docs:
                for span in find(doc, wording):
                    count += 1
                    if count <= MOST_PLACES:  # the others are counted, not looked at
                        found.append(_place(doc, span))
            if found:
                return Verification(quote, verdict, tuple(found), count)
    return Verification(quote, "different", nearest=_nearest(quote, retriever))


def _unmarked(quote: str) -> str:
    """Without one pair of quotation marks around the whole."""
    bare = quote.strip()
    for left, right in _MARKS:
        if len(bare) > 2 and bare.startswith(left) and bare.endswith(right):
            inner = bare[1:-1]
            if left not in inner and right not in inner:
                return inner.strip()
    return bare


def _verbatim(doc: PolicyDoc, quote: str) -> Iterator[Span]:
    for at in occurrences(doc.text, quote):
        yield Span(at, at + len(quote))


def _equivalent(doc: PolicyDoc, quote: str) -> Iterator[Span]:
    needle = "".join(fold(quote).split())
    # Aligning costs a step per character; most documents do not hold the words at all.
    if needle not in "".join(fold(doc.text).split()):
        return
    aligned = tight(doc.text)
    for at in occurrences(aligned.text, needle):
        yield Span(*aligned.origin(at, at + len(needle)))


def _place(doc: PolicyDoc, span: Span) -> Place:
    number = doc.meta.doc_number.value if doc.meta.doc_number else None
    return Place(
        doc.id, doc.name, number, doc.meta.status, _path(doc, span), doc.source.path,
        span.start, span.end, span.of(doc.text), doc.page_at(span.start), _cut(doc.text, span),
    )  # fmt: skip


def _path(doc: PolicyDoc, span: Span) -> tuple[str, ...]:
    """The path of the deepest clause around the span."""
    around = [clause for clause in doc.clauses if clause.span.covers(span)]
    deepest: Clause | None = max(around, key=lambda c: (c.level, c.span.start), default=None)
    return deepest.path if deepest else ()


def _cut(text: str, span: Span) -> bool:
    """True when a figure or a negation at the edge of the span is torn apart."""
    before, after = text[max(0, span.start - 2) : span.start], text[span.end : span.end + 2]
    first, last = text[span.start], text[span.end - 1]
    torn_before = first.isdigit() and re.search(r"\d[.,]?$", before)
    torn_after = last.isdigit() and re.match(r"[.,]?\d|[%％]", after)
    return bool(torn_before or torn_after or _NEGATION.search(before))


def _nearest(quote: str, retriever: Retriever) -> Nearest | None:
    """The stretch with the smallest edit distance among the passages that a search finds."""
    bare = _unmarked(quote)
    wanted = tight(quote, quote.index(bare), quote.index(bare) + len(bare))
    normal = " ".join(fold(bare[:_SEARCHED]).split())
    question = Question(text=bare[:_SEARCHED], normal=normal, terms=(normal,))
    best: tuple[float, str, Span] | None = None
    for doc, region in _regions(retriever, question, len(bare)):
        stretch = tight(doc.text, region.start, region.end)
        start, end, distance = best_window(stretch.text, wanted.text)
        if start == end:
            continue
        span = Span(*stretch.origin(start, end))
        likeness = 1 - distance / len(wanted)
        if best is None or (-likeness, doc.id, span) < (-best[0], best[1], best[2]):
            best = likeness, doc.id, span
    if best is None:
        return None
    likeness, doc_id, span = best
    return _compared(quote, wanted, retriever.document(doc_id), span, likeness)


def _regions(
    retriever: Retriever, question: Question, margin: int
) -> Iterator[tuple[PolicyDoc, Span]]:
    """Each candidate passage with room on both sides: a quotation need not keep to one passage."""
    for hit in retriever.search(question, CANDIDATES):
        doc, span = retriever.document(hit.passage.doc_id), hit.passage.span
        yield doc, Span(max(0, span.start - margin), min(len(doc.text), span.end + margin))


def _compared(
    quote: str, wanted: AlignedText, doc: PolicyDoc, span: Span, likeness: float
) -> Nearest:
    found = differences(tight(doc.text, span.start, span.end), wanted, doc.text, quote)
    marked = marked_text(doc.text, span, found)
    return Nearest(_place(doc, span), round(max(0.0, likeness), 4), tuple(found), marked)


def marked_text(text: str, span: Span, found: Sequence[Difference]) -> str:
    """`text` at `span` with the differences in it: [-source-]{+quotation+}."""
    parts, at = [], span.start
    for difference in found:
        parts.append(text[at : difference.span.start])
        parts.append(f"[-{difference.original}-]" if difference.original else "")
        parts.append(f"{{+{difference.quoted}+}}" if difference.quoted else "")
        at = max(at, difference.span.end)
    return "".join([*parts, text[at : span.end]])
