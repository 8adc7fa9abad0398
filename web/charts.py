"""Plots as SVG: pure functions, figures in, markup out.

Drawn by the browser, so that they use its Chinese fonts, follow the light or dark theme and can be
read by a screen reader; the downloads carry the figures behind them.
"""

from __future__ import annotations

from collections.abc import Sequence

from web.markup import attribute, escape

_WIDTH, _HEIGHT = 320, 190
_LEFT, _RIGHT, _TOP, _BOTTOM = 38, 18, 12, 26
_GRID = (0.0, 0.25, 0.5, 0.75, 1.0)


def bars(counts: Sequence[int], labels: Sequence[str], told: str) -> str:
    """One bar per label with its count on top; `told` is the text for screen readers."""
    most = max(counts, default=0) or 1
    step = (_WIDTH - _LEFT - _RIGHT) / max(1, len(counts))
    parts = []
    for n, (count, label) in enumerate(zip(counts, labels, strict=True)):
        x, top = _LEFT + n * step, _y(count / most)
        middle = x + step / 2
        parts.append(
            f'<rect x="{x + step * 0.12:.1f}" y="{top:.1f}" width="{step * 0.76:.1f}"'
            f' height="{_y(0) - top:.1f}"/>'
            f'<text x="{middle:.1f}" y="{max(10.0, top - 3):.1f}">{count}</text>'
            f'<text x="{middle:.1f}" y="{_HEIGHT - 8}">{escape(label)}</text>'
        )
    return _svg("".join(parts), told)


def line(
    points: Sequence[tuple[float, float]],
    ticks: Sequence[tuple[float, str]],
    told: str,
    *,
    dots: bool = False,
    mark: tuple[float, float] | None = None,
) -> str:
    """A curve of values 0–1 over x 0–1; `ticks` label x, `mark` is one point to point out."""
    drawn = " ".join(f"{_x(x):.1f},{_y(y):.1f}" for x, y in points)
    parts = [f'<polyline points="{drawn}"/>']
    if dots:
        parts += [f'<circle cx="{_x(x):.1f}" cy="{_y(y):.1f}" r="2.5"/>' for x, y in points]
    parts += [
        f'<text x="{_x(x):.1f}" y="{_HEIGHT - 8}">{escape(label)}</text>' for x, label in ticks
    ]
    for value in _GRID:
        parts.append(
            f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{_y(value):.1f}" y2="{_y(value):.1f}"/>'
            f'<text class="yj-axis" x="{_LEFT - 5}" y="{_y(value) + 4:.1f}">{value:.0%}</text>'
        )
    if mark is not None:
        x, y = _x(mark[0]), _y(mark[1])
        parts.append(f'<circle class="yj-point" cx="{x:.1f}" cy="{y:.1f}" r="4.5"/>')
    return _svg("".join(parts), told)


def _x(share: float) -> float:
    return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)


def _y(share: float) -> float:
    return _TOP + (1 - share) * (_HEIGHT - _TOP - _BOTTOM)


def _svg(inside: str, told: str) -> str:
    return (
        f'<svg class="yj-chart" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img"'
        f' aria-label="{attribute(told)}">{inside}</svg>'
    )
