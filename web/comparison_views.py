"""Comparisons and facts → the parts of the Compare tab. Every value opens its place."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from qa.facts.verdict import period_of, shown, when
from web.cards import status_chip, target
from web.comparison_chart import chart
from web.english import both_told, marked
from web.markup import attribute, escape
from web.strings import STRINGS, both, hint
from youju.records import Compared, ComparedPlace, Comparison, Fact, Matched, PolicyDoc

FindDocument = Callable[[str], PolicyDoc]

_COLUMNS = ("indicator", "value", "when", "owners", "path")
_SILENT = 12  # documents without the indicator that are listed one by one
SHOWN = 20  # places that are shown before the rest is asked for
_QUOTE = 160  # characters of a quotation in a tooltip


def comparison_view(comparison: Comparison, document: FindDocument) -> str:
    """Each indicator with its table, verdict and chart."""
    if not comparison.indicators:
        return f'<p class="yj-note" role="status">{both("compare.none")}</p>'
    return "".join(_group_html(group, document) for group in comparison.indicators)


def _group_html(group: Compared, document: FindDocument) -> str:
    told = both("compare.confidence", share=f"{group.confidence:.0%}")
    if sum(bool(place.found) for place in group.places) > 1:
        told += " · " + both("compare.likeness", share=f"{group.likeness:.0%}")
    verdict = f'<p class="yj-verdict">{both_told(group.verdict)}</p>' if group.verdict else ""
    return (
        f'<section class="yj-group"><h2>{marked(" ".join(group.indicator.split()))}</h2>'
        f'<p class="yj-where">{told}</p>{verdict}{table_html(group, document)}'
        f"{chart(group, document)}</section>"
    )


def columns_of(group: Compared) -> list[str]:
    """The years and periods of a table, in order; values without any come last."""
    facts = [m.fact for place in group.places for m in place.found]
    ordered = sorted({(period_of(f) or (9999, 9999), when(f)) for f in facts})
    return [name for _, name in ordered]


def table_html(group: Compared, document: FindDocument) -> str:
    """Place × year, the largest value of the last year first; the rest unfolds.

    A document that says nothing has one wide cell that says so.
    """
    columns = columns_of(group)
    head = "".join(_head_html(_column_html(name)) for name in columns)
    told = [p for p in group.places if p.found or p.near is not None]
    silent = [p for p in group.places if not p.found and p.near is None]
    listed = group.places if len(silent) <= _SILENT else told
    ranked = sorted(listed, key=lambda place: _rank(place, columns))
    rows = "".join(
        _row_html(group, place, columns, document, hidden=n >= SHOWN)
        for n, place in enumerate(ranked)
    )
    if len(silent) > _SILENT:
        wide = max(1, len(columns)) + 1
        rows += f'<tr><td colspan="{wide}">{both("compare.others", n=len(silent))}</td></tr>'
    more = ""
    if len(ranked) > SHOWN:
        words = both("compare.rest", n=len(ranked) - SHOWN)
        button = f'<button type="button" class="yj-chip" data-rest>{words}</button>'
        more = f'<p class="yj-more">{button}</p>'
    return (
        f'<div class="yj-scroll"><table class="yj-compare"><thead><tr>'
        f"{_head_html(both('compare.place'))}{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table>{more}</div>"
    )


def _head_html(words: str) -> str:
    return f'<th scope="col" aria-sort="none"><button type="button" data-sort>{words}</button></th>'


def _rank(place: ComparedPlace, columns: Sequence[str]) -> tuple[bool, list[float]]:
    """Those with values first, the largest of the last column on top."""
    values = [_largest(place, name) for name in reversed(columns)]
    return not place.found, [float("inf") if value is None else -value for value in values]


def _largest(place: ComparedPlace, name: str) -> float | None:
    """The largest value of a place in a column, percent and the like as they are written."""
    facts = [m.fact for m in place.found if when(m.fact) == name]
    ends = [f.value[1] if isinstance(f.value, tuple) else f.value for f in facts]
    return max(ends, default=None)


def _column_html(name: str) -> str:
    return both("compare.undated") if name == STRINGS["compare.undated"][0] else marked(name)


def _row_html(
    group: Compared,
    place: ComparedPlace,
    columns: Sequence[str],
    document: FindDocument,
    *,
    hidden: bool = False,
) -> str:
    doc = document(place.doc_id)
    chip = status_chip(doc.meta.status) if doc.meta.void else ""
    # What the place calls it otherwise is said once where it is the same in every cell.
    names = {_name(m) for m in place.found}
    own = names.pop() if len(names) == 1 else None
    once = own if own not in (None, " ".join(group.indicator.split())) else None
    called = f"<small>{marked(once)}</small>" if once else ""
    head = f'<th scope="row">{marked(place.name)}{chip}{called}</th>'
    row = "<tr hidden>" if hidden else "<tr>"
    if not place.found:
        near = ""
        if place.near is not None:
            near = f" · {both('compare.near')} {_value_html(place.near, doc, group.indicator)}"
            near += f" <small>{_column_html(when(place.near.fact))}</small>"
        wide = max(1, len(columns))
        return (
            f'{row}{head}<td colspan="{wide}" data-key="">{both("compare.silent")}{near}</td></tr>'
        )
    cells = []
    for name in columns:
        mine = [m for m in place.found if when(m.fact) == name]
        said = "<br>".join(_value_html(m, doc, once or group.indicator) for m in mine)
        largest = _largest(place, name)
        key = "" if largest is None else f"{largest:.12g}"
        cells.append(f'<td data-key="{key}">{said}</td>')
    return f"{row}{head}{''.join(cells)}</tr>"


def _name(m: Matched) -> str:
    return " ".join(m.fact.indicator.split())


def _value_html(m: Matched, doc: PolicyDoc, indicator: str) -> str:
    name = _name(m)
    other = f"<small>{marked(name)}</small>" if name != " ".join(indicator.split()) else ""
    return f"{value_button(m.fact, doc)}{other}"


def value_button(fact: Fact, doc: PolicyDoc) -> str:
    """The value; its quotation on hover, its place in the original on click."""
    return (
        f'<button type="button" class="yj-value" {target(doc, fact.sentence)} '
        f'title="{attribute(quote_of(fact, doc))}" lang="zh">{escape(shown(fact))}</button>'
    )


def quote_of(fact: Fact, doc: PolicyDoc) -> str:
    """The sentence, shortened around the value."""
    text = fact.sentence.of(doc.text)
    start = max(0, min(fact.span.start - fact.sentence.start - _QUOTE // 2, len(text) - _QUOTE))
    cut = " ".join(text[start : start + _QUOTE].split())
    return f"{'…' if start else ''}{cut}{'…' if start + _QUOTE < len(text) else ''}"


def facts_view(doc: PolicyDoc | None) -> str:
    """All targets of a document as a table that the browser sorts and filters."""
    if doc is None or not doc.facts:
        return f'<p class="yj-note">{both("facts.none")}</p>'
    head = "".join(_head_html(both(f"facts.{name}")) for name in _COLUMNS)
    rows = "".join(_fact_html(fact, doc) for fact in doc.facts)
    return (
        f'<p class="yj-where">{both("facts.count", n=len(doc.facts))}</p>'
        f'<input type="search" class="yj-filter" data-filter {hint("facts.filter")} '
        f'autocomplete="off">'
        f'<div class="yj-scroll"><table class="yj-facttable"><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _fact_html(fact: Fact, doc: PolicyDoc) -> str:
    low = fact.value[0] if isinstance(fact.value, tuple) else fact.value
    year = (period_of(fact) or (9999, 9999))[1]
    cells = (
        ("", marked(" ".join(fact.indicator.split()))),
        (f' data-key="{low:.12g}"', value_button(fact, doc)),
        (f' data-key="{year}"', _column_html(when(fact))),
        ("", marked("、".join(fact.owners))),
        ("", marked(" › ".join(fact.path))),
    )
    return f"<tr>{''.join(f'<td{key}>{html}</td>' for key, html in cells)}</tr>"
