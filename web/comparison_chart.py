"""One compared indicator → an SVG: value by year, one colour per place, the comparator as a shape.

Drawn by the browser without any request; every point tells its quotation and opens its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qa.facts.verdict import period_of, shown, when
from text.normalize import fold
from web.cards import target
from web.english import marked
from web.markup import attribute, escape
from web.strings import both
from youju.records import Compared, Fact, PolicyDoc

_WIDTH, _HEIGHT = 640, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 24, 24, 34, 30
_LINE, _NAMED, _SAID = 20, 150, 110  # of a row: its height, room for the name, for the value
_NAME = 10  # characters of a name
_COLOURS = 6  # classes yj-c0 … in compare.css
_AT_LEAST = re.compile(r"以上|不(?:低|少|小)于|超过|高于|至少|大于|突破")
_AT_MOST = re.compile(r"以下|以内|不(?:超过|高于|大于|多于)|低于|小于|控制在")


@dataclass(frozen=True, slots=True)
class Point:
    """A value; `first` and `last` are places among the years, `row` is that of the document."""

    fact: Fact
    doc: PolicyDoc
    row: int
    first: int
    last: int


def bound(fact: Fact) -> str:
    """Whether a value is at least (▲), at most (▼), or just what it says (●)."""
    said = fold(fact.comparator + fact.value_text)
    if re.search(r"不(?:低|少|小)于", said):
        return "▲"
    if _AT_MOST.search(said):
        return "▼"
    return "▲" if _AT_LEAST.search(said) else "●"


def points(group: Compared, document: Callable[[str], PolicyDoc]) -> tuple[list[Point], list[str]]:
    """The values, and the labels of the years that they stand at; undated ones come last."""
    spans = [period_of(m.fact) for place in group.places for m in place.found]
    years = sorted({year for span in spans if span for year in span})
    labels = [f"{year}" for year in years] + ([""] if None in spans else [])
    made = []
    for row, place in enumerate(group.places):
        for m in place.found:
            span = period_of(m.fact)
            at = (years.index(span[0]), years.index(span[1])) if span else (len(years),) * 2
            made.append(Point(m.fact, document(place.doc_id), row, *at))
    return made, labels


def chart(group: Compared, document: Callable[[str], PolicyDoc]) -> str:
    """The figure, or "" for a single value or units that share no scale."""
    drawn, labels = points(group, document)
    units = {point.fact.unit for point in drawn} - {""}
    if len(drawn) < 2 or len(units) > 1:
        return ""
    low, high = _limits(drawn)
    if len({point.row for point in drawn}) > _COLOURS:
        return _rows_chart(group, drawn, labels, (low, high))
    step = (_WIDTH - _LEFT - _RIGHT) / max(1, len(labels))
    parts = [
        f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{_HEIGHT - _BOTTOM}" '
        f'y2="{_HEIGHT - _BOTTOM}"/>'
    ]
    for n, label in enumerate(labels):
        x = _LEFT + (n + 0.5) * step
        # The template cannot hold two languages inside SVG: a dash stands for "no year".
        parts.append(f'<text x="{x:.1f}" y="{_HEIGHT - 9}">{escape(label or "—")}</text>')
    rows = sorted({point.row for point in drawn})
    for point in drawn:
        parts.append(_mark(point, rows, step, low, high))
    names = [place.name for place in group.places]
    legend = "".join(
        f'<span class="yj-c{rows.index(row) % _COLOURS}">■ {marked(names[row])}</span>'
        for row in rows
    )
    told = "；".join(f"{names[p.row]} {when(p.fact)} {shown(p.fact)}" for p in drawn)
    return (
        f'<figure class="yj-plot"><figcaption>{legend}'
        f"<small>{both('compare.legend')}</small></figcaption>"
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" lang="zh" '
        f'aria-label="{attribute(told)}">'
        f"{''.join(parts)}</svg></figure>"
    )


def _rows_chart(
    group: Compared, drawn: Sequence[Point], labels: Sequence[str], scale: tuple[float, float]
) -> str:
    """More places than colours: a row for each, one colour per year, the largest value on top."""
    rows = sorted(
        {point.row for point in drawn},
        key=lambda row: max((p.last, _ends(p.fact)[1]) for p in drawn if p.row == row),
        reverse=True,
    )
    height = len(rows) * _LINE + _BOTTOM
    names = [place.name for place in group.places]
    parts = []
    for n, row in enumerate(rows):
        y = (n + 0.75) * _LINE
        mine = sorted((p for p in drawn if p.row == row), key=lambda p: _ends(p.fact)[1])
        label = names[row][:_NAME] + ("…" if len(names[row]) > _NAME else "")
        parts.append(f'<text class="yj-row" x="{_NAMED - 8}" y="{y:.1f}">{escape(label)}</text>')
        parts.append(
            f'<line x1="{_NAMED}" x2="{_WIDTH - _SAID}" y1="{y - 4:.1f}" y2="{y - 4:.1f}"/>'
        )
        parts += [_row_mark(point, y, scale, point is mine[-1]) for point in mine]
    legend = "".join(
        f'<span class="yj-c{n % _COLOURS}">■ {escape(label or "—")}</span>'
        for n, label in enumerate(labels)
        if any(point.last == n for point in drawn)
    )
    told = "；".join(f"{names[p.row]} {when(p.fact)} {shown(p.fact)}" for p in drawn)
    return (
        f'<figure class="yj-plot"><figcaption>{legend}'
        f"<small>{both('compare.legend')}</small></figcaption>"
        f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" lang="zh" '
        f'aria-label="{attribute(told)}">{"".join(parts)}</svg></figure>'
    )


def _row_mark(point: Point, y: float, scale: tuple[float, float], named: bool) -> str:
    """A value in the row of its place; only the largest is written out, so that none overlap."""
    low, high = scale
    wide = _WIDTH - _SAID - _NAMED
    left, right = (_NAMED + wide * (v - low) / (high - low) for v in _ends(point.fact))
    quote = " ".join(point.fact.sentence.of(point.doc.text).split())
    bar = (
        f'<rect x="{left:.1f}" y="{y - 6:.1f}" width="{right - left:.1f}" height="4" rx="2"/>'
        if right > left
        else ""
    )
    label = " ".join(point.fact.value_text.split())
    said = f'<text class="yj-row yj-label" x="{right + 10:.1f}" y="{y:.1f}">{escape(label)}</text>'
    return (
        f'<g class="yj-c{point.last % _COLOURS}" {target(point.doc, point.fact.sentence)}>'
        f"<title>{escape(quote)}</title>{bar}"
        f'<text class="yj-shape" x="{right:.1f}" y="{y:.1f}">{bound(point.fact)}</text>'
        f"{said if named else ''}</g>"
    )


def _limits(drawn: Sequence[Point]) -> tuple[float, float]:
    """The scale: from the lowest value to the highest with some room."""
    values = [value for point in drawn for value in _ends(point.fact)]
    low, high = min(values), max(values)
    room = (high - low) * 0.15 or abs(high) * 0.1 or 1.0
    return low - room, high + room


def _ends(fact: Fact) -> tuple[float, float]:
    return fact.value if isinstance(fact.value, tuple) else (fact.value, fact.value)


def _mark(point: Point, rows: Sequence[int], step: float, low: float, high: float) -> str:
    place = rows.index(point.row)
    aside = (place - (len(rows) - 1) / 2) * min(46.0, step / max(1, len(rows)))
    left = _LEFT + (point.first + 0.5) * step + aside
    right = _LEFT + (point.last + 0.5) * step + aside
    below, above = (_y(value, low, high) for value in _ends(point.fact))
    middle = (below + above) / 2
    bar = ""
    if right > left or above < below:
        bar = (
            f'<rect x="{left - 2:.1f}" y="{above - 2:.1f}" width="{right - left + 4:.1f}" '
            f'height="{below - above + 4:.1f}" rx="2"/>'
        )
    quote = " ".join(point.fact.sentence.of(point.doc.text).split())
    return (
        f'<g class="yj-c{place % _COLOURS}" {target(point.doc, point.fact.sentence)}>'
        f"<title>{escape(quote)}</title>{bar}"
        f'<text class="yj-shape" x="{(left + right) / 2:.1f}" y="{middle + 5:.1f}">'
        f"{bound(point.fact)}</text>"
        f'<text class="yj-label" x="{(left + right) / 2:.1f}" y="{above - 11:.1f}">'
        f"{escape(' '.join(point.fact.value_text.split()))}</text></g>"
    )


def _y(value: float, low: float, high: float) -> float:
    share = (value - low) / (high - low)
    return _TOP + (1 - share) * (_HEIGHT - _TOP - _BOTTOM)
