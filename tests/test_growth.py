"""The helper that tells growth: it must find what is quadratic and forgive a busy machine."""

from __future__ import annotations

import gc
import random
import re
from collections.abc import Callable

import growth
import pytest
from growth import linear, no_dearer

KINDS: dict[str, Callable[[int], float]] = {
    "constant": lambda n: 0.001,
    "linear": lambda n: n * 1e-4,
    "linear with a start": lambda n: 0.5 + n * 1e-4,
    "sorting": lambda n: n * 1e-5 * n.bit_length(),
    "quick": lambda n: n * n * 1e-12,
    "quadratic": lambda n: n * n * 1e-7,
    "quadratic below linear": lambda n: n * 1e-5 + n * n * 1e-7,
    "cubic": lambda n: n**3 * 1e-9,
}
SLOW = {"quadratic", "quadratic below linear", "cubic"}
NOISE: dict[str, Callable[[random.Random], tuple[float, float]]] = {  # factor, added seconds
    "idle": lambda chance: (1.0, 0.0),
    "all slower": lambda chance: (20.0, 0.0),
    "shared": lambda chance: (chance.uniform(1, 1.9), 0.0),
    "pauses": lambda chance: (1.0, chance.choice((0.0, 0.0, 5.0))),
}


@pytest.mark.parametrize("noise", NOISE)
@pytest.mark.parametrize("kind", KINDS)
def test_growth_is_told_whatever_else_runs(
    kind: str, noise: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(growth, "PAUSES", (0.0,) * len(growth.PAUSES))
    wrong = 0
    for seed in range(50):
        chance, clock = random.Random(seed), [0.0]

        def work(size: int, chance: random.Random = chance, clock: list[float] = clock) -> None:
            factor, added = NOISE[noise](chance)
            clock[0] += KINDS[kind](size) * factor + added

        try:
            linear(work, 16_000, lambda clock=clock: clock[0])
            passed = True
        except AssertionError:
            passed = False
        wrong += passed is (kind in SLOW)
    # A pause in both short runs of one try hides what is slow, in that run of the tests alone.
    assert wrong <= (8 if noise == "pauses" and kind in SLOW else 0)


def test_real_work_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growth, "PAUSES", (0.0, 0.0))
    linear(lambda n: sorted(str(k) for k in range(n)), 20_000)
    with pytest.raises(AssertionError, match="more than 64 times"):
        linear(lambda n: [k in range(n)[::-1] and sum(range(k)) for k in range(n)], 3_000)
    with pytest.raises(AssertionError, match="was stopped"):
        linear(lambda n: re.search(r"(a|a)*b", "a" * n), 48)
    no_dearer(lambda: sum(range(300_000)), lambda: sum(range(100_000)), 20)
    with pytest.raises(AssertionError, match="more than 3 times"):
        no_dearer(lambda: sum(range(3_000_000)), lambda: sum(range(100_000)), 3)


def test_no_two_runs_share_what_they_were_given() -> None:
    sizes: list[int] = []
    linear(sizes.append, 1600)
    assert len(set(sizes)) == len(sizes) and min(sizes) < 101 and max(sizes) == 1600


def test_the_collector_waits_and_comes_back() -> None:
    seen: list[bool] = []
    linear(lambda n: seen.append(gc.isenabled()), 100)
    assert not any(seen) and gc.isenabled()


def test_what_the_work_finds_wrong_is_told() -> None:
    with pytest.raises(ZeroDivisionError):
        linear(lambda n: 1 / 0, 100)
    assert gc.isenabled()
