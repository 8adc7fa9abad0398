"""Facts and comparisons → text for a terminal. Pure functions over documents and facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from qa.facts.verdict import shown, when
from youju.exports import Found
from youju.records import ComparedPlace, Comparison, Fact, Matched, PolicyDoc
from youju.terminal import Style, plain

_SILENT = 12  # documents without the indicator that are listed one by one


def facts_of(docs: Iterable[PolicyDoc], indicator: str | None = None) -> Iterator[Found]:
    """Every document with each of its facts; only those whose name or path holds all the words.

    Words are separated by blanks and compared on folded text, so that 满意度 finds 滿意度.
    """
    from text.normalize import fold, squeeze

    words = [fold(word) for word in (indicator or "").split()]
    for doc in docs:
        for fact in doc.facts:
            told = squeeze(fold(fact.indicator + "".join(fact.path)))
            if all(word in told for word in words):
                yield doc, fact


def facts_text(found: Sequence[Found], style: Style) -> str:
    """Facts under the name of their document: year, indicator, comparator, value, place."""
    if not found:
        return "没有找到符合条件的数值目标。"
    lines: list[str] = []
    before: PolicyDoc | None = None
    for doc, fact in found:
        if before is None or doc.id != before.id:
            lines.append(style.bold(f"《{plain(doc.name.strip('《》'))}》"))
            before = doc
        lines.append(_line(fact, style))
    return "\n".join(lines)


def _line(fact: Fact, style: Style) -> str:
    year = str(fact.year) if fact.year else "—"
    if fact.year is None and fact.period:
        year = f"{fact.period[0]}—{fact.period[1]}"
    said = f"{fact.comparator} " if fact.comparator else ""
    value = plain(" ".join(fact.value_text.split()))
    place = style.dim(f"（{fact.span.start}–{fact.span.end}）")
    return f"  {year}  {plain(fact.indicator)}  {said}{style.bold(value)} {place}"


def comparison_text(comparison: Comparison, style: Style) -> str:
    """Each indicator with how surely it is meant, place by place, and the verdict below."""
    if not comparison.indicators:
        return "没有找到符合条件的数值目标。"
    blocks = []
    for group in comparison.indicators:
        sure = style.dim(f"（可信度 {group.confidence:.2f}，一致度 {group.likeness:.2f}）")
        lines = [f"{style.bold(plain(group.indicator))} {sure}"]
        silent = [p for p in group.places if not p.found and p.near is None]
        many = len(silent) > _SILENT
        listed = [p for p in group.places if not (many and p in silent)]
        lines += [line for place in listed for line in _place_lines(place, style)]
        lines += [f"  其余 {len(silent)} 份文件未提及"] if many else []
        blocks.append("\n".join([*lines, *([f"  → {group.verdict}"] if group.verdict else [])]))
    return "\n\n".join(blocks)


def _place_lines(place: ComparedPlace, style: Style) -> list[str]:
    name = plain(place.name)
    if place.found:
        return [f"  {name}  {_value(m, style)}" for m in place.found]
    near = f"；相近的是：{_value(place.near, style)}" if place.near is not None else ""
    return [f"  {name}  未提及{near}"]


def _value(m: Matched, style: Style) -> str:
    fact = m.fact
    place = style.dim(f"（{fact.span.start}–{fact.span.end}）")
    name = plain(" ".join(fact.indicator.split()))
    return f"{when(fact)}  {style.bold(plain(shown(fact)))}  {name} {place}"
