"""The ablation as Markdown and as a picture: docs/retrieval.md, docs/retrieval.png."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from eval.ablation import MEASURES, Bench, Measured
from eval.bootstrap import compare_paired, mean_interval
from eval.report import Table, markdown_table

LABELS = {"Success@1": "Hit@1"}
_INTRO = """\
Each row adds one part to the row above: the candidates that it finds and its score. All rows run
through `HybridIndex.search`; up to the last they add the methods' scores in standard deviations,
with fixed weights; the last is the ranking that ships. In brackets: 95 % percentile bootstrap
intervals over questions. `*` p < 0.05, `**` p < 0.01, `***` p < 0.001 against BM25 over words
(two-sided paired randomisation test, 10,000 sign patterns, not corrected for the number of rows).
`ms` is the median time of one warm search of ten hits on the machine that made this file, `MB` the
size on disk of an index with only what the row needs (the encoder and the ranking model, which all
indexes share, are not in it)."""


def report(
    benches: Sequence[tuple[Bench, Sequence[Measured]]],
    *,
    command: str,
    made_of: Mapping[str, str],
    picture: str,
) -> str:
    """The whole file; `made_of` are the digests that hold for all collections."""
    parts = ["# What each part of retrieval brings", f"Made by `{command}`; do not edit.", _INTRO]
    parts += [f"![scores by step]({picture})"]
    for bench, measured in benches:
        count = len(bench.asked)
        passages = len(bench.data.passages)
        parts.append(f"## {bench.name}")
        parts.append(f"{count} answerable questions, {passages} passages.")
        header = ["", *(LABELS.get(m, m) for m in MEASURES), "ms", "MB"]
        parts.append(markdown_table(header, scores_table(measured)))
        header = ["minus BM25 (words)", *(LABELS.get(m, m) for m in MEASURES)]
        parts.append(markdown_table(header, difference_table(measured)))
        if any(asked.category for asked in bench.asked):
            for name in ("Success@1", "R@10"):
                parts.append(f"### {LABELS.get(name, name)} by category")
                parts.append(markdown_table(*category_table(bench, measured, name)))
    rows = [[key, value] for key, value in made_of.items()]
    rows += [
        [f"{bench.name}: {key}", value]
        for bench, _ in benches
        for key, value in bench.digests.items()
    ]
    parts += ["## Made of", markdown_table(["what", "digest"], rows)]
    return "\n\n".join(parts) + "\n"


def scores_table(measured: Sequence[Measured]) -> Table:
    """One row per step."""
    base = measured[0]
    rows = []
    for one in measured:
        cells = []
        for name in MEASURES:
            low, high = mean_interval(one.values[name]) or (0.0, 0.0)
            mark = "" if one is base else stars(_p(base, one, name))
            cells.append(f"{np.mean(one.values[name]):.3f} [{low:.3f}, {high:.3f}]{mark}")
        rows.append([one.step.name, *cells, f"{np.median(one.ms):.1f}", f"{one.size / 1e6:.1f}"])
    return rows


def difference_table(measured: Sequence[Measured]) -> Table:
    """Difference to the first step with interval and p."""
    rows = []
    for one in measured[1:]:
        cells = []
        for name in MEASURES:
            found = compare_paired(measured[0].values[name], one.values[name])
            assert found is not None, "no questions"
            bounds = f"[{found.low:+.3f}, {found.high:+.3f}]"
            cells.append(f"{found.difference:+.3f} {bounds} p={found.p:.4f}")
        rows.append([one.step.name, *cells])
    return rows


def category_table(
    bench: Bench, measured: Sequence[Measured], name: str
) -> tuple[list[str], Table]:
    """One row per category, one column per step."""
    categories = [asked.category or "" for asked in bench.asked]
    rows = []
    for category in sorted(set(categories)):
        chosen = [place for place, other in enumerate(categories) if other == category]
        means = [np.mean([one.values[name][place] for place in chosen]) for one in measured]
        rows.append([category, str(len(chosen)), *(f"{mean:.3f}" for mean in means)])
    return ["category", "n", *(one.step.name for one in measured)], rows


def _p(base: Measured, one: Measured, name: str) -> float:
    found = compare_paired(base.values[name], one.values[name])
    return found.p if found is not None else 1.0


def stars(p: float) -> str:
    """Marks of significance."""
    return "".join("*" for limit in (0.05, 0.01, 0.001) if p < limit)


def draw(benches: Sequence[tuple[Bench, Sequence[Measured]]], path: Path) -> None:
    """A panel per collection, with Hit@1 and R@10 by step and their intervals."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5.2 * len(benches), 4.8), layout="constrained")
    panels = figure.subplots(1, len(benches), squeeze=False, sharey=True)[0]
    for panel, (bench, measured) in zip(panels, benches, strict=True):
        places = np.arange(len(measured))
        for shift, name in ((-0.1, "Success@1"), (0.1, "R@10")):
            means = np.array([np.mean(one.values[name]) for one in measured])
            bounds = np.array([mean_interval(one.values[name]) or (0, 0) for one in measured]).T
            errors = np.abs(bounds - means)
            panel.errorbar(
                places + shift, means, errors, marker="o", capsize=3, label=LABELS.get(name, name)
            )
        panel.set(title=f"{bench.name}, n = {len(bench.asked)}", ylim=(0, 1.02), xticks=places)
        panel.set_xticklabels([one.step.name for one in measured], rotation=35, ha="right")
        panel.grid(axis="y", alpha=0.3)
    panels[0].legend(loc="lower right")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=120, metadata={"Software": None})
