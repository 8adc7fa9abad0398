"""Where gold stands in the original, and which spans are right for it.

A span is right for a gold clause when it covers, or overlaps by half, one place where the gold
quote or one of its `alt` wordings stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from eval.records import Gold, QuestionItem
from text.normalize import fold
from text.offsets import AlignedText
from youju.errors import QuestionSetError
from youju.records import Span

# For each gold clause of a question: the source path it stands in, and its places there.
Places = tuple[str, tuple[Span, ...]]


def same_source(path: str, wanted: str) -> bool:
    """True for the same path, or when `wanted` is a path's tail from a slash on."""
    return path == wanted or path.endswith("/" + wanted) or wanted.endswith("/" + path)


def occurrences(original: str, quote: str) -> tuple[Span, ...]:
    """Every place of `quote` in the original, overlapping ones too; () when there is none.

    Exact places first; only when there is none, places that are equal once folded and without
    white space (a quote typed on one line for words that the file breaks over two).
    """
    if not quote:
        return ()
    exact = tuple(Span(at, at + len(quote)) for at in _find_all(original, quote))
    if exact:
        return exact
    tight = AlignedText.of(original).map(fold).keep(lambda char: not char.isspace())
    needle = "".join(fold(quote).split())
    if not needle:
        return ()
    return tuple(Span(*tight.origin(at, at + len(needle))) for at in _find_all(tight.text, needle))


def _find_all(text: str, needle: str) -> list[int]:
    found, at = [], text.find(needle)
    while at >= 0:
        found.append(at)
        at = text.find(needle, at + 1)
    return found


def locate(gold: Gold, originals: Mapping[str, str]) -> Places | None:
    """The gold's source path and places among `originals` (path → text); None when nowhere."""
    for path in sorted(originals):
        if not same_source(path, gold.doc):
            continue
        spans = {
            span
            for words in (gold.quote, *gold.alt)
            for span in occurrences(originals[path], words)
        }
        if spans:
            return path, tuple(sorted(spans))
    return None


def locate_all(
    items: Sequence[QuestionItem], originals: Mapping[str, str]
) -> dict[str, tuple[Places, ...]]:
    """Question id → places per gold clause.

    Raises QuestionSetError that lists every gold clause whose words stand in no document.
    """
    placed: dict[str, tuple[Places, ...]] = {}
    lost: list[str] = []
    for item in items:
        found = [(gold, locate(gold, originals)) for gold in item.gold]
        lost += [f"{item.id}({gold.doc}:{gold.quote[:20]})" for gold, at in found if at is None]
        placed[item.id] = tuple(at for _, at in found if at is not None)
    if lost:
        raise QuestionSetError(
            f"标准答案在原文中找不到，共 {len(lost)} 处：{';'.join(lost[:20])}；"
            "请改正题目的 doc 或 quote，或重建索引"
        )
    return placed


def is_right(span: Span, gold: Span) -> bool:
    """True when `span` covers `gold` or overlaps at least half of it."""
    return len(gold) > 0 and 2 * span.overlap(gold) >= len(gold)


def right_for(source: str, span: Span, places: Sequence[Places]) -> tuple[int, ...]:
    """Numbers (from 0) of the gold clauses that a span of `source` is right for."""
    return tuple(
        number
        for number, (path, spans) in enumerate(places)
        if path == source and any(is_right(span, gold) for gold in spans)
    )
