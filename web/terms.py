"""Where the words of a question stand in a text, for highlighting search results."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from youju.records import Span


def terms_of(question: str, added: Iterable[str] = ()) -> tuple[str, ...]:
    """The words worth highlighting: those of the question, and the terms searched besides."""
    from text import words
    from text.normalize import fold

    cut = [word for word in words.words(question) if len(word) > 1 or word.isascii()]
    return tuple(dict.fromkeys([*cut, *(fold(term).lower() for term in added)]))


def occurrences(text: str, terms: Sequence[str], origin: int = 0) -> list[Span]:
    """Spans (offset by `origin`) at which the folded terms stand in the folded text."""
    from text.normalize import fold

    folded = fold(text).lower()
    if len(folded) != len(text):  # a character that grows in lower case: offsets would be wrong
        folded = fold(text)
    spans = []
    for term in terms:
        at = folded.find(term) if term else -1
        while at >= 0:
            spans.append(Span(origin + at, origin + at + len(term)))
            at = folded.find(term, at + len(term))
    return sorted(spans)
