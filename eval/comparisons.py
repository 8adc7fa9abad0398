"""Comparisons against hand-written gold: are the right values of each place put side by side?

A line of the gold file: `{"id", "text", "split", "cells": {place: [[year | null, value], …]},
"higher": place | "同" | null}`. A place with an empty list says nothing of the indicator; places
that are not listed are not judged. `higher` is what the verdict must name first, or a tie.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from youju.errors import QuestionSetError
from youju.records import Compared, Comparison

GOLD = Path(__file__).resolve().parent.parent / "tests" / "facts" / "comparisons.jsonl"
TIE = "同"

Cell = tuple[str, int | None, float]  # place, year, value


@dataclass(frozen=True, slots=True)
class GoldComparison:
    """One comparison; `silent` are the places that set no such target."""

    id: str
    text: str
    split: str
    cells: frozenset[Cell]
    silent: frozenset[str]
    higher: str | None


@dataclass(frozen=True, slots=True)
class JudgedComparison:
    """What was right: cells found, missed and wrong in the first indicator, and the verdict."""

    gold: GoldComparison
    found: frozenset[Cell]
    missed: frozenset[Cell]
    wrong: frozenset[Cell]
    verdict: bool

    @property
    def right(self) -> bool:
        """All the values of all the places, none too many, and the right conclusion."""
        return not self.missed and not self.wrong and self.verdict


def read_comparisons(path: Path = GOLD) -> tuple[GoldComparison, ...]:
    """The gold of a file. Raises QuestionSetError naming a bad line."""
    found = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        try:
            found.append(_gold(json.loads(line)))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise QuestionSetError(
                f"{path.name} 第 {number} 行不是可用的对比题（{error}），请改正后重试。"
            ) from error
    return tuple(found)


def _gold(row: dict[str, Any]) -> GoldComparison:
    cells = frozenset(
        (place, year, float(value))
        for place, values in row["cells"].items()
        for year, value in values
    )
    silent = frozenset(place for place, values in row["cells"].items() if not values)
    return GoldComparison(row["id"], row["text"], row["split"], cells, silent, row["higher"])


def judge(gold: GoldComparison, comparison: Comparison) -> JudgedComparison:
    """The first indicator of the table against the gold."""
    first = comparison.indicators[0] if comparison.indicators else None
    said = _cells(first) if first is not None else frozenset()
    judged = {place for place, _, _ in gold.cells} | gold.silent
    return JudgedComparison(
        gold,
        said & gold.cells,
        gold.cells - said,
        frozenset(cell for cell in said - gold.cells if cell[0] in judged),
        _concluded(first, gold.higher),
    )


def _cells(group: Compared) -> frozenset[Cell]:
    return frozenset(
        (place.name, m.fact.year, value)
        for place in group.places
        for m in place.found
        for value in (m.fact.value if isinstance(m.fact.value, tuple) else (m.fact.value,))
    )


def _concluded(group: Compared | None, higher: str | None) -> bool:
    if higher is None:
        return True
    verdict = group.verdict if group is not None else ""
    if higher == TIE:
        return "数值相同" in verdict
    return f"最高的是{higher}" in verdict or f"{higher}（" in verdict.split("的数值高于")[0]


def judge_comparisons(
    compare: Callable[[str], Comparison], golds: Sequence[GoldComparison]
) -> list[JudgedComparison]:
    """Every gold comparison, asked and judged."""
    return [judge(gold, compare(gold.text)) for gold in golds]


def comparison_table(results: Sequence[JudgedComparison]) -> list[list[str]]:
    """One row per half and one for all: comparisons, right, cell precision and recall."""
    halves = list(dict.fromkeys(result.gold.split for result in results))
    rows = []
    for name in [*halves, "全部"]:
        chosen = [r for r in results if name in (r.gold.split, "全部")]
        found = sum(len(r.found) for r in chosen)
        wrong = sum(len(r.wrong) for r in chosen)
        missed = sum(len(r.missed) for r in chosen)
        rows.append(
            [
                name,
                str(len(chosen)),
                _share(sum(r.right for r in chosen), len(chosen)),
                _share(found, found + wrong),
                _share(found, found + missed),
            ]
        )
    return rows


def comparison_differences(results: Sequence[JudgedComparison]) -> list[str]:
    """What is missed, wrong, or concluded otherwise, of the tuning half only."""
    lines = []
    for result in results:
        if result.right or result.gold.split != "tune":
            continue
        lines += [f"- {result.gold.text} 漏：{cell}" for cell in sorted(result.missed, key=str)]
        lines += [f"+ {result.gold.text} 多：{cell}" for cell in sorted(result.wrong, key=str)]
        if not result.verdict:
            lines.append(f"~ {result.gold.text} 结论不对：应为{result.gold.higher}")
    return lines


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "–"
