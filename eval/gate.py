"""Floors that scores may not fall through, pinned to a corpus and a question set.

A floor is named like a measure, or `measure[category]`; lengths have a ceiling instead. Raising
only ever tightens: to lower a floor somebody must edit the file by hand, where review sees it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from eval.files import read_text
from eval.records import QuestionResult, RunInfo
from eval.summary import LOWER_IS_BETTER, MEASURES, by_category, estimate, judged_by_words
from youju.errors import QuestionSetError

# Room that --raise leaves below the measured value: about one question in a hundred.
SLACK = 0.01
STRICT = ("exact", "void_named")  # promises, not scores: no room
LENGTH_SLACK = 5.0
# All that is held of questions that may be fitted on: what was found, which no fit here touches.
WHERE_FITTED = ("hit1", "mrr", "r5", "r10", "exact", "void_named")
# What is promised of every set and not drawn down: a whole sentence is worth its length.
PROMISED_CEILINGS: Mapping[str, float] = {"chars": 150.0}


@dataclass(frozen=True, slots=True)
class Floors:
    """The content of a floors file: what is run, its digests, and the limits."""

    method: str = "hybrid"
    questions: str = ""
    questions_digest: str = ""
    corpus_digest: str = ""
    split: str = "all"
    floors: Mapping[str, float] | None = None
    ceilings: Mapping[str, float] | None = None
    targets: Mapping[str, float] | None = None  # of `eval.fact_scores`; None: not held


@dataclass(frozen=True, slots=True)
class Fallen:
    """A measure on the wrong side of its limit; `measured` None when it no longer applies."""

    name: str
    limit: float
    measured: float | None

    def __str__(self) -> str:
        measured = "无" if self.measured is None else f"{self.measured:.4f}"
        return f"{self.name}：现为 {measured}，底线 {self.limit:.4f}"


def read_floors(path: Path) -> Floors:
    """The floors of a file; QuestionSetError when it is not one."""
    try:
        loaded = Floors(**json.loads(read_text(path)))
        limits = {
            **(loaded.floors or {}),
            **(loaded.ceilings or {}),
            **(loaded.targets or {}),
        }
        if not all(isinstance(v, int | float) and math.isfinite(v) for v in limits.values()):
            raise TypeError("floors and ceilings must be numbers")
    except (ValueError, TypeError) as error:
        raise QuestionSetError(f"{path} 不是有效的底线文件（{error}），请从版本库恢复") from error
    return loaded


def write_floors(path: Path, floors: Floors) -> None:
    """Write the file, keys sorted."""
    text = json.dumps(asdict(floors), ensure_ascii=False, indent=1, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8")


def measured(results: Sequence[QuestionResult], name: str) -> float | None:
    """The value of `measure` or `measure[category]`; None when it applies to no question."""
    measure, _, category = name.partition("[")
    chosen = by_category(results).get(category.removesuffix("]"), []) if category else results
    return estimate(chosen, measure).value


def fallen(results: Sequence[QuestionResult], floors: Floors) -> list[Fallen]:
    """Every limit that is not kept, in name order."""
    found: list[Fallen] = []
    for name, limit in sorted((floors.floors or {}).items()):
        value = measured(results, name)
        if value is None or value < limit:
            found.append(Fallen(name, limit, value))
    for name, limit in sorted((floors.ceilings or {}).items()):
        value = measured(results, name)
        if value is None or value > limit:
            found.append(Fallen(name, limit, value))
    return found


def fallen_targets(scores: Mapping[str, float], floors: Floors) -> list[Fallen]:
    """The limits of facts, comparisons and target questions that are not kept, in name order."""
    limits = sorted((floors.targets or {}).items())
    return [
        Fallen(name, limit, scores.get(name))
        for name, limit in limits
        if scores.get(name, -1.0) < limit
    ]


def raised_targets(
    scores: Mapping[str, float], promised: Mapping[str, float], floors: Floors
) -> Floors:
    """Those limits drawn up to just below what was measured; never down, nor below a promise."""
    old = floors.targets or {}
    new = {
        name: max(old.get(name, 0.0), promised.get(name, 0.0), _below(value, SLACK))
        for name, value in scores.items()
    }
    return replace(floors, targets={**old, **dict(sorted(new.items()))})


def require_same(info: RunInfo, floors: Floors) -> None:
    """Raise QuestionSetError when the run is not of the corpus and questions of the floors."""
    for what, now, then in (
        ("题集", info.questions_digest, floors.questions_digest),
        ("文档", info.corpus_digest, floors.corpus_digest),
    ):
        if now != then:
            raise QuestionSetError(
                f"{what}已改变（底线记录 {then or '无'}，现为 {now}），分数不可比；"
                "确认无误后运行 python -m eval gate --raise"
            )


def raised(results: Sequence[QuestionResult], info: RunInfo, floors: Floors) -> Floors:
    """Floors drawn up to just below what was measured, never down; digests of this run.

    New measures are added for the whole set (of a tuning set WHERE_FITTED alone); limits per
    category are only kept and raised. Where words are the rule the length has no ceiling but the
    promised one.
    """
    old_floors, old_ceilings = dict(floors.floors or {}), dict(floors.ceilings or {})
    fitted = bool(results) and all(result.split == "tune" for result in results)
    fresh = WHERE_FITTED if fitted else tuple(m for m in MEASURES if m not in LOWER_IS_BETTER)
    lengths = () if judged_by_words(results) else ("length",)
    up = {name: _floor(results, name, old_floors.get(name)) for name in
          {*old_floors, *fresh}}  # fmt: skip
    down = {name: _ceiling(results, name, old_ceilings.get(name)) for name in
            {*old_ceilings, *lengths, *PROMISED_CEILINGS}}  # fmt: skip
    return replace(
        floors,
        method=info.method,
        questions=info.questions,
        split=info.split,
        questions_digest=info.questions_digest,
        corpus_digest=info.corpus_digest,
        floors={name: value for name, value in sorted(up.items()) if value is not None},
        ceilings={name: value for name, value in sorted(down.items()) if value is not None},
    )


def _floor(results: Sequence[QuestionResult], name: str, old: float | None) -> float | None:
    value = measured(results, name)
    if value is None:
        return old
    room = 0.0 if name.partition("[")[0] in STRICT else SLACK
    new = _below(value, room)
    return new if old is None else max(old, new)


def _below(value: float, room: float) -> float:
    return max(0.0, math.floor((value - room) * 1000) / 1000)


def _ceiling(results: Sequence[QuestionResult], name: str, old: float | None) -> float | None:
    value = measured(results, name)
    if value is None:
        return old
    new = PROMISED_CEILINGS.get(name, float(math.ceil(value + LENGTH_SLACK)))
    return new if old is None else min(old, new)
