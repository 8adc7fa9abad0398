"""What the page shows as the query of an address, and a linked quotation found again.

`question` says what is asked and within what, `place` which document is open and where. The number
of a document is made of its file's content, so a link also names the file, the first words of the
quotation and a digest of all of it: what has changed is told, and the quotation looked for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlencode

from youju.records import Filters, PolicyDoc, Span

_HEAD = 60  # characters of a quotation that a link carries
_LOOKED_AT = 1_000_000  # characters at the places of its first words: a link may name all of a text
_UNLIKE = 0.2  # share of a quotation that may have changed for it to be found again

# kept: the file has changed, the quotation stands where it stood; updated: no quotation was linked.
State = Literal["same", "kept", "moved", "changed", "lost", "updated"]


@dataclass(frozen=True, slots=True)
class Linked:
    """Where a linked quotation stands now; `state` tells what became of it since."""

    span: Span | None
    state: State


def question(tab: str, text: str, within: Filters | None = None, n: int = 0) -> str:
    """The query for a question asked in a tab; `n` passages are shown, where that was chosen."""
    asked = within or Filters()
    pairs: list[tuple[str, str]] = [("tab", tab), ("q", " ".join(text.split()))]
    pairs += [("doc", doc) for doc in asked.doc_ids or ()]
    pairs += [("collection", name) for name in asked.collections or ()]
    pairs += [("region", region) for region in asked.regions or ()]
    pairs += [("year", str(year)) for year in asked.years or ()]
    pairs += [("in_force", "1")] if asked.in_force else []
    pairs += [("as_of", asked.as_of)] if asked.as_of else []
    pairs += [("n", str(n))] if n else []
    return _encoded(pairs)


def versions(old: PolicyDoc, new: PolicyDoc) -> str:
    """The query for two documents set side by side."""
    return _encoded([("tab", "compare"), ("old", old.id), ("new", new.id)])


def library(asked: Mapping[str, object]) -> str:
    """The query for a part of the list of documents: what of it is not as usual."""
    usual = {"words": "", "sort": "title", "down": False, "page": 0}
    pairs = [("tab", "library")]
    for name, value in asked.items():
        if value and value != usual.get(name):
            told = int(value) + (name == "page") if isinstance(value, int) else value
            pairs.append(("q" if name == "words" else name, str(told)))
    return _encoded(pairs)


def place(doc: PolicyDoc, span: Span | None = None) -> str:
    """The query for an open document, with the quotation at `span`."""
    pairs = [("open", doc.id), ("file", doc.source.path)]
    if span is not None:
        quote = span.of(doc.text)
        pairs += [("at", f"{span.start}-{span.end}"), ("quote", quote[:_HEAD])]
        pairs += [("sum", digest(quote))]
    return _encoded(pairs)


def digest(quote: str) -> str:
    """Eight characters that tell one quotation from another."""
    return hashlib.sha256(quote.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def found_again(doc: PolicyDoc, span: Span, quote: str, wanted: str) -> Linked:
    """Where the quotation that begins with `quote` and has the digest `wanted` stands in `doc`."""
    from qa.proof.differences import best_window, occurrences, tight
    from text.normalize import fold

    inside = span.end <= len(doc.text)
    if inside and (not quote or digest(span.of(doc.text)) == wanted):
        return Linked(span, "same")
    if not quote:
        return Linked(None, "lost")
    starts = sorted(occurrences(doc.text, quote), key=lambda at: (abs(at - span.start), at))
    for at in starts[: 1 + _LOOKED_AT // max(1, len(span))]:
        there = Span(at, min(at + len(span), len(doc.text)))
        if digest(there.of(doc.text)) == wanted:
            return Linked(there, "moved")
    needle, aligned = "".join(fold(quote).split()), tight(doc.text)
    start, end, distance = best_window(aligned.text, needle)
    if start == end or distance > _UNLIKE * len(needle):
        return Linked(None, "lost")
    return Linked(Span(*aligned.origin(start, end)), "changed")


def _encoded(pairs: Iterable[tuple[str, str]]) -> str:
    return urlencode(list(pairs), errors="replace")
