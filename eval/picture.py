"""The report's pictures: categories by method; what confidence is worth. No display is needed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from eval.curves import confidences, reliability, risk_coverage
from eval.records import Run
from eval.summary import align, by_category, estimate

CHINESE_FONTS = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Microsoft YaHei",
    "PingFang SC",
    "SimHei",
)
PANELS = (("R@10", "gold clauses in the top 10"), ("facts", "essential facts in the answer"))


def draw(runs: Sequence[Run], path: Path) -> None:
    """Write a PNG with one panel per measure of PANELS."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib.figure import Figure

    runs = align(runs)
    names = [n for n, chosen in by_category(runs[0].results).items()
             if any(r.answerable for r in chosen)]  # fmt: skip
    labels, font = _labels(names)
    figure = Figure(figsize=(max(6.0, 0.9 * len(names) + 2), 7.0), layout="constrained")
    axes = figure.subplots(len(PANELS), 1, squeeze=False)[:, 0]
    width = 0.8 / len(runs)
    with matplotlib.rc_context({"font.sans-serif": [font]} if font else {}):
        for panel, (measure, title) in zip(axes, PANELS, strict=True):
            for n, run in enumerate(runs):
                groups = by_category(run.results)
                heights = [estimate(groups[name], measure).value or 0.0 for name in names]
                at = [x + (n - (len(runs) - 1) / 2) * width for x in range(len(names))]
                panel.bar(at, heights, width * 0.92, label=run.info.method)
            panel.set(title=title, ylim=(0, 1.02), xticks=range(len(names)))
            panel.set_xticklabels(labels, rotation=25, ha="right")
            panel.grid(axis="y", alpha=0.3)
        bars, methods = axes[0].get_legend_handles_labels()
        figure.legend(bars, methods, loc="outside upper right", ncols=len(runs))
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, dpi=130, metadata={"Software": None})


def draw_confidence(runs: Sequence[Run], path: Path) -> None:
    """Write a PNG of how far confidence can be trusted: reliability, and risk against coverage."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9.0, 4.4), layout="constrained")
    trust, risk = figure.subplots(1, 2)
    trust.plot([0, 1], [0, 1], color="0.7", linestyle="--")
    for run in runs:
        name = run.info.set or run.info.method
        bins = reliability(run.results)
        trust.plot([b.confidence for b in bins], [b.right for b in bins], marker="o", label=name)
        points, working = risk_coverage(run.results, confidences(run.results))
        (line,) = risk.plot(*zip(*points, strict=True)) if points else risk.plot([], [])
        if working is not None:
            risk.plot(*working, marker="o", color=line.get_color())
    trust.set(title="answers right, by confidence", xlim=(0, 1), ylim=(0, 1.02))
    risk.set(title="wrong among the answered, by share answered", xlim=(0, 1), ylim=(0, 1.02))
    for panel in (trust, risk):
        panel.grid(alpha=0.3)
    figure.legend(*trust.get_legend_handles_labels(), loc="outside lower center", ncols=4)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=130, metadata={"Software": None})


def _labels(names: Sequence[str]) -> tuple[list[str], str | None]:
    """Category names, and a font that has their characters; numbers where there is none."""
    from matplotlib import font_manager

    if all(name.isascii() for name in names):
        return list(names), None
    installed = {font.name for font in font_manager.fontManager.ttflist}
    font = next((name for name in CHINESE_FONTS if name in installed), None)
    if font is not None:
        return list(names), font
    return [n if n.isascii() else f"category {i}" for i, n in enumerate(names, 1)], None
