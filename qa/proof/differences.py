"""Where in a text a quotation fits best, and how the two differ. Pure string work."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

import numpy as np

from text.normalize import fold
from text.offsets import AlignedText
from youju.records import Span

_MOST = 30_000_000  # steps of comparing two texts at the worst
Token = tuple[str, int]  # with its offset
# A figure is compared whole: 97% against 98%, never the digit 7 against the digit 8.
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*%?|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Difference:
    """Where quotation and source part: `quoted` stands in the one, `original` in the other.

    `changed` has both, `added` only what the quotation adds, `missing` only what it leaves out.
    `span` is the place of `original` in the source; empty where the quotation adds something.
    """

    kind: Literal["changed", "added", "missing"]
    quoted: str
    original: str
    quote_span: Span
    span: Span


def tight(text: str, start: int = 0, end: int | None = None) -> AlignedText:
    """`text[start:end]` as it is compared: folded, without white space, origins kept."""
    stretch = AlignedText.of(text, start, end).map(fold)
    return stretch.keep(lambda char: not char.isspace())


def best_window(text: str, quote: str) -> tuple[int, int, int]:
    """(start, end, edit distance) of the stretch of `text` nearest to `quote`.

    Sellers' algorithm, a row of numbers per character of `quote`: O(len(text) · len(quote)).
    """
    last = _last_row(text, quote)
    end = int(last.argmin())
    back = _last_row(text[:end][::-1], quote[::-1])
    # Of the starts that are equally good, the one that gives a stretch of about the quote's length.
    good = np.flatnonzero(back == back.min())
    length = int(good[np.abs(good - len(quote)).argmin()])
    return end - length, end, int(last[end])


def _last_row(text: str, quote: str) -> np.ndarray:
    """Distance between the whole quote and the best stretch of `text` that ends at each offset."""
    chars = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    steps = np.arange(len(chars) + 1, dtype=np.int32)
    row = np.zeros(len(chars) + 1, np.int32)
    for n, char in enumerate(quote, 1):
        above = row + 1  # the quote's character stands nowhere
        above[1:] = np.minimum(above[1:], row[:-1] + (chars != ord(char)))
        above[0] = n
        # Characters of the text left out: a running minimum along the row.
        row = np.minimum.accumulate(above - steps) + steps
    return row


def differences(
    source: AlignedText, quote: AlignedText, original: str, typed: str
) -> list[Difference]:
    """How `quote` differs from the stretch `source`, both tight.

    `original` and `typed` are the texts that the two come from; offsets are offsets into them.
    """
    left, right = tokens(source.text), tokens(quote.text)
    found = []
    for tag, a, b, c, d in steps(left, right):
        if tag == "equal":
            continue
        there = _place(source, left, a, b)
        here = _place(quote, right, c, d)
        kind: Literal["changed", "added", "missing"] = (
            "changed" if there and here else "added" if here else "missing"
        )
        found.append(Difference(kind, here.of(typed), there.of(original), here, there))
    return found


def steps(left: Sequence[Token], right: Sequence[Token]) -> list[tuple[str, int, int, int, int]]:
    """How one becomes the other, as `SequenceMatcher` tells it.

    Where so many tokens are equal that telling would take seconds, all of it is replaced.
    """
    one, two = Counter(token for token, _ in left), Counter(token for token, _ in right)
    if sum(n * two[token] * min(n, two[token]) for token, n in one.items()) > _MOST:
        return [("replace", 0, len(left), 0, len(right))]
    matcher = SequenceMatcher(None, [t for t, _ in left], [t for t, _ in right], autojunk=False)
    return list(matcher.get_opcodes())


def tokens(text: str) -> list[Token]:
    """Figures whole, everything else by character, each with its offset."""
    return [(match.group(), match.start()) for match in _TOKEN.finditer(text)]


def _place(text: AlignedText, tokens: Sequence[Token], first: int, last: int) -> Span:
    """The tokens first:last in the original; an empty span where there are none."""
    if first < last:
        end = tokens[last][1] if last < len(tokens) else len(text)
        return Span(*text.origin(tokens[first][1], end))
    if first < len(tokens):
        at = text.origins[tokens[first][1]]
        return Span(at, at)
    at = text.origins[-1] + 1 if text else 0
    return Span(at, at)


def occurrences(text: str, needle: str) -> Iterator[int]:
    """Every offset of `needle` in `text`, overlapping ones too."""
    at = text.find(needle) if needle else -1
    while at >= 0:
        yield at
        at = text.find(needle, at + 1)
