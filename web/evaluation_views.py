"""A finished evaluation → HTML: measures, categories, plots, every question with its places."""

from __future__ import annotations

from collections.abc import Sequence

from eval.view import Category, Compared, Judged, Measured, RunView, Spot
from web import charts
from web.english import both_told, marked
from web.markup import attribute, escape
from web.strings import both

LISTED = 100  # questions in one page
_SNIPPET = 160
# Measures that are no shares.
_WHOLE = ("length", "chars", "clause1_chars", "clause3_chars", "ms_p50", "ms_p95")


def progress_view(done: int, total: int) -> str:
    """How far the run is."""
    told = both("eval.progress", done=done, total=total)
    return (
        f'<div class="yj-progress" role="status"><progress max="{max(1, total)}" value="{done}">'
        f"</progress><span>{told}</span></div>"
    )


def note_view(key: str, **values: object) -> str:
    """A line of ours, e.g. that the run was stopped."""
    return f'<div class="yj-hint" role="status">{both(key, **values)}</div>'


def summary_view(run: RunView) -> str:
    """Name, warnings, measures, categories and plots."""
    about = [run.method, run.questions, run.split, f"{len(run.judged)}"]
    named = " · ".join(map(marked, about))
    head = f'<h2 class="yj-h" data-run="{attribute(run.name)}">{named}</h2>'
    notes = [] if run.same_corpus else [both("eval.moved")]
    if run.errors:
        notes.append(both("eval.failed", n=run.errors))
    warned = "".join(f'<p class="yj-note">{note}</p>' for note in notes)
    return (
        f'<section class="yj-eval">{head}{warned}{_plots(run)}'
        f'<h2 class="yj-h">{both("eval.measures")}</h2>{_measures(run.measures)}'
        f'<h2 class="yj-h">{both("eval.categories")}</h2>{_categories(run.categories)}</section>'
    )


def questions_view(run: RunView, category: str | None, flawed: bool) -> str:
    """The questions of a category (None: all), worst first; `flawed`: those short of full marks."""
    chosen = [
        judged
        for judged in run.judged
        if (category is None or judged.category == category)
        and not (flawed and judged.goodness >= 1)
    ]
    chosen.sort(key=lambda judged: (judged.goodness, judged.id))
    shown = chosen[:LISTED]
    counted = both("eval.questions", shown=len(shown), total=len(run.judged))
    listed = "".join(map(_judged, shown)) or f"<p>{both('eval.none')}</p>"
    more = both("eval.more", shown=LISTED) if len(chosen) > LISTED else ""
    return (
        f'<section class="yj-eval"><h2 class="yj-h">{counted}</h2>{listed}'
        f"{f'<p class=yj-where>{more}</p>' if more else ''}</section>"
    )


def comparison_view(rows: Sequence[Compared]) -> str:
    """B minus A per measure; what is significant stands out."""
    header = ("measure", "n", "difference", "interval", "p")
    cells = []
    for row in rows:
        sure = row.p < 0.05
        tone = ' class="yj-sure"' if sure else ""
        star = f' <span class="yj-status yj-ok">{both("eval.significant")}</span>' if sure else ""
        between = f"[{_signed(row.key, row.low)}, {_signed(row.key, row.high)}]"
        cells.append(
            f"<tr{tone}><th>{_name(row.key)}</th><td>{row.n}</td>"
            f"<td>{_signed(row.key, row.difference)}{star}</td><td>{between}</td>"
            f"<td>{row.p:.4f}</td></tr>"
        )
    return _table(header, "".join(cells))


# --- parts ---------------------------------------------------------------------------------------


def _plots(run: RunView) -> str:
    curves = run.curves
    depth = len(curves.ranks) - 1
    parts = []
    if sum(curves.ranks):
        labels = [*(str(n) for n in range(1, depth + 1)), "—"]
        told = ", ".join(f"{label}: {n}" for label, n in zip(labels, curves.ranks, strict=True))
        parts.append(("eval.chart.ranks", charts.bars(curves.ranks, labels, told)))
    if curves.recall:
        places = [n / max(1, len(curves.recall) - 1) for n in range(len(curves.recall))]
        ticks = [(place, str(n)) for n, place in enumerate(places, 1)]
        told = ", ".join(f"{n}: {value:.3f}" for n, value in enumerate(curves.recall, 1))
        points = list(zip(places, curves.recall, strict=True))
        parts.append(("eval.chart.recall", charts.line(points, ticks, told, dots=True)))
    if curves.risk:
        ticks = [(share, f"{share:.0%}") for share in (0.0, 0.25, 0.5, 0.75, 1.0)]
        told = "; ".join(
            f"{x:.2f}: {y:.3f}" for x, y in curves.risk[:: max(1, len(curves.risk) // 10)]
        )
        drawn = charts.line(curves.risk, ticks, told, mark=curves.working)
        parts.append(("eval.chart.risk", drawn))
    if curves.trust:
        ticks = [(share, f"{share:.0%}") for share in (0.0, 0.25, 0.5, 0.75, 1.0)]
        told = "; ".join(f"{x:.2f}: {y:.3f}" for x, y in curves.trust)
        parts.append(("eval.chart.trust", charts.line(curves.trust, ticks, told, dots=True)))
    return '<div class="yj-charts">' + "".join(
        f"<figure>{drawn}<figcaption>{both(key)}</figcaption></figure>" for key, drawn in parts
    ) + "</div>"  # fmt: skip


def _measures(measures: Sequence[Measured]) -> str:
    rows = "".join(
        f'<tr data-measure="{attribute(m.key)}"><th>{_name(m.key)}</th><td>{m.n}</td>'
        f"<td>{_value(m.key, m.value)}</td><td>{_between(m)}</td></tr>"
        for m in measures
    )
    return _table(("measure", "n", "value", "interval"), rows)


def _categories(categories: Sequence[Category]) -> str:
    if not categories:
        return ""
    keys = [key for key, _ in categories[0].values]
    head = "".join(f'<th scope="col">{_name(key)}</th>' for key in keys)
    rows = "".join(
        f'<tr><th scope="row">{marked(c.name)}</th><td>{c.n}</td>'
        + "".join(f"<td>{_value(key, value)}</td>" for key, value in c.values)
        + "</tr>"
        for c in categories
    )
    first = f'<th scope="col">{both("eval.category")}</th><th scope="col">{both("eval.col.n")}</th>'
    return (
        f'<div class="yj-scroll" tabindex="0"><table class="yj-figures"><thead><tr>{first}{head}'
        f"</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _judged(judged: Judged) -> str:
    tone = "yj-ok" if judged.goodness >= 1 else "yj-void" if judged.goodness < 0.5 else "yj-warn"
    rank = ""
    if judged.answerable:
        told = both("eval.rank", rank=judged.rank) if judged.rank else both("eval.unranked")
        rank = f" · {told}"
    left = "".join(_spot(spot, gold=True) for spot in judged.expected)
    if not judged.answerable:
        left = f"<p>{both('eval.should_refuse')}</p>"
    said = f'<p class="yj-said" lang="zh">{escape(judged.answer)}</p>' if judged.answer else ""
    if judged.error:
        said = f'<p class="yj-note">{both_told(judged.error)}</p>'
    if judged.refused:
        said = f"<p><strong>{both('eval.refused')}</strong></p>{said}"
    right = "".join(_spot(spot) for spot in judged.found) or f"<p>{both('eval.nothing')}</p>"
    heading = both("eval.cited") if judged.cited else both("eval.found")
    return (
        f'<details class="yj-judged"><summary><span class="yj-status {tone}">'
        f"{judged.goodness:.2f}</span> {marked(judged.question)}"
        f'<span class="yj-where">{marked(judged.id)} · {marked(judged.category)}{rank}</span>'
        f'</summary>{said}<div class="yj-sides"><div><h3>{both("eval.expected")}</h3>{left}</div>'
        f"<div><h3>{heading}</h3>{right}</div></div>{_scores(judged)}</details>"
    )


def _scores(judged: Judged) -> str:
    told = "".join(
        f"<span>{_name(key)} {_value(key, value)}</span>" for key, value in judged.scores
    )
    return f'<p class="yj-facts">{told}</p>'


def _spot(spot: Spot, *, gold: bool = False) -> str:
    text = " ".join(spot.text.split())
    text = text[:_SNIPPET] + "…" if len(text) > _SNIPPET else text
    if not spot.doc_id:
        return f'<div class="yj-spot"><p lang="zh">{escape(text)}</p>{both("eval.lost")}</div>'
    chip = ""
    if not gold:
        tone, word = ("yj-ok", "right") if spot.right else ("yj-none", "wrong")
        chip = f'<span class="yj-status {tone}">{both(f"eval.{word}")}</span> '
    return (
        f'<div class="yj-spot">{chip}<button type="button" class="yj-open"'
        f' data-open="{attribute(spot.doc_id)}" data-start="{spot.start}" data-end="{spot.end}"'
        f' lang="zh">《{escape(spot.title.strip("《》"))}》</button>'
        f'<p lang="zh">{escape(text)}</p></div>'
    )


def _table(header: Sequence[str], rows: str) -> str:
    head = "".join(f'<th scope="col">{both(f"eval.col.{name}")}</th>' for name in header)
    return (
        f'<div class="yj-scroll" tabindex="0"><table class="yj-figures"><thead><tr>{head}</tr>'
        f"</thead><tbody>{rows}</tbody></table></div>"
    )


def _name(key: str) -> str:
    return both(f"eval.m.{key}")


def _value(key: str, value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.1f}" if key in _WHOLE else f"{value:.3f}"


def _signed(key: str, value: float) -> str:
    return f"{value:+.1f}" if key in _WHOLE else f"{value:+.3f}"


def _between(found: Measured) -> str:
    if found.key.startswith("ms_") or found.low is None or found.high is None:
        return "–"
    return f"[{_value(found.key, found.low)}, {_value(found.key, found.high)}]"
