"""How sure a score is: percentile bootstrap over questions, paired randomisation between runs.

Everything is seeded: the same rows give the same interval.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

SEED = 20260
RESAMPLES = 2000


@dataclass(frozen=True, slots=True)
class Comparison:
    """B minus A over the same `n` questions, its 95 % interval and the two-sided p."""

    difference: float
    low: float
    high: float
    p: float
    n: int


def interval(
    columns: np.ndarray,
    statistic: Callable[[np.ndarray], np.ndarray],
    *,
    level: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> tuple[float, float] | None:
    """Percentile interval of a statistic of column sums.

    `columns` is (questions, c); `statistic` maps sums (resamples, c) → (resamples,), NaN where
    undefined. None when there are no questions or the statistic is defined nowhere.
    """
    if len(columns) == 0:
        return None
    rng = np.random.default_rng(seed)
    counts = rng.multinomial(len(columns), np.full(len(columns), 1 / len(columns)), resamples)
    values = statistic(counts @ np.asarray(columns, dtype=float))
    values = values[~np.isnan(values)]
    if len(values) == 0:
        return None
    tail = (1 - level) / 2
    low, high = np.quantile(values, [tail, 1 - tail])
    return float(low), float(high)


def ratio(sums: np.ndarray) -> np.ndarray:
    """First column over second; NaN where the second is zero."""
    top, bottom = sums[:, 0], sums[:, 1]
    return np.divide(top, bottom, out=np.full(len(sums), np.nan), where=bottom != 0)


def mean_interval(values: Sequence[float], **options: float) -> tuple[float, float] | None:
    """Interval of the mean of the values; None when there are none."""
    columns = np.column_stack([np.asarray(values, dtype=float), np.ones(len(values))])
    return interval(columns, ratio, **options)  # type: ignore[arg-type]


def compare_paired(
    a: Sequence[float], b: Sequence[float], *, resamples: int = 10_000, seed: int = SEED
) -> Comparison | None:
    """Compare two runs question by question (equal lengths); None without questions.

    p is that of a paired randomisation test: how often random signs give a mean difference at
    least as large, counting the observed one, so it is never zero.
    """
    assert len(a) == len(b), f"paired values, got {len(a)} and {len(b)}"
    if not len(a):
        return None
    differences = np.asarray(b, dtype=float) - np.asarray(a, dtype=float)
    observed = float(differences.mean())
    rng = np.random.default_rng(seed)
    signs = rng.integers(0, 2, (resamples, len(differences))) * 2 - 1
    shuffled = np.abs((signs * differences).mean(axis=1))
    # The tolerance keeps equal sums equal whatever the order of addition.
    extreme = int((shuffled >= abs(observed) - 1e-12).sum())
    bounds = mean_interval(differences.tolist())
    assert bounds is not None
    return Comparison(observed, *bounds, (extreme + 1) / (resamples + 1), len(differences))
