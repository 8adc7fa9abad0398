"""The gate over several question sets: each is asked and held to the floors in its own file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from eval import sets
from eval.gate import (
    Fallen,
    Floors,
    fallen,
    fallen_targets,
    raised,
    raised_targets,
    read_floors,
    require_same,
    write_floors,
)
from eval.run import Searcher

FOLDER = Path(__file__).resolve().parent / "floors"  # <name of the set>.json


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a set went: what fell, how many limits there are, the run's name."""

    run: str
    limits: int
    fallen: tuple[Fallen, ...]


def floors_of(asked: sets.QuestionSet) -> Path:
    """The file with the floors of a known set."""
    return FOLDER / f"{asked.name}.json"


def hold(
    asked: sets.QuestionSet,
    path: Path,
    searcher: Searcher,
    *,
    tighten: bool = False,
    progress: Callable[[str, int, int], None] | None = None,
) -> Verdict:
    """Ask a set and compare with its floors; `tighten` draws them up when none has fallen.

    Raises QuestionSetError when floors are missing or made of other questions or documents.
    """
    floors = Floors() if tighten and not path.exists() else read_floors(path)
    run = sets.ask_set(asked, searcher, floors.method, floors.split, progress)
    own = tighten and path == floors_of(sets.POLICY)
    scores = _target_scores(searcher, own, floors)
    if not tighten:
        require_same(run.info, floors)
    below = (*fallen(run.results, floors), *fallen_targets(scores, floors))
    if tighten and not below:
        from eval.fact_scores import PROMISED

        floors = raised(run.results, run.info, floors)
        floors = raised_targets(scores, PROMISED, floors) if scores else floors
        write_floors(path, floors)
    kept = sum(len(limits or {}) for limits in (floors.floors, floors.ceilings, floors.targets))
    return Verdict(run.name, kept, below)


def _target_scores(searcher: Searcher, own: bool, floors: Floors) -> dict[str, float]:
    """Facts, comparisons, target questions; {} where the floors do not hold them.

    They have gold of their own over the built-in documents: `own` takes them in for the first time.
    """
    if floors.targets is None and not own:
        return {}
    from eval import fact_scores
    from youju.service import PolicySearch

    built_in = isinstance(searcher, PolicySearch) and sets.is_built_in(searcher)
    return fact_scores.measure(cast(PolicySearch, searcher) if built_in else None).measures


def lines(name: str, verdict: Verdict) -> Sequence[str]:
    """What is said of a set."""
    told = f"{name}：" if name else ""
    if not verdict.fallen:
        return [f"{told}{verdict.limits} 项底线全部守住（{verdict.run}）"]
    return [*(f"{told}{one}" for one in verdict.fallen),
            f"{told}{len(verdict.fallen)} 项跌破底线，见上；请修复后重试。"]  # fmt: skip
