"""Whether work grows no faster than what it is given, told by ratios and never by seconds.

A busy machine slows both sides of a ratio; what it adds to one run is gone in the best of several.
So a test of ours fails for the work, not for the machine. `bench/` measures seconds.
"""

from __future__ import annotations

import gc
import itertools
import math
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Clock = Callable[[], float]
TIMES = 16  # how much longer the long input is than the short one
SLACK = 4  # linear work costs 16 times as much, and may cost 64; quadratic work costs 256
QUICK = 0.02  # seconds of CPU that are proof enough: clocks and caches are no matter of length
PAUSES = (0.0, 0.0, 0.3, 1.0, 3.0)  # before each try; what else runs may be over after a while


def linear(work: Callable[[int], object], size: int, clock: Clock = time.thread_time) -> None:
    """Fail when `work(size)` costs much more than sixteen times `work(size // 16)`.

    No two runs are of one size, so that nothing kept from the one helps the other.
    """

    def runs(length: int) -> Callable[[], object]:
        turns = itertools.count()
        return lambda: work(length - next(turns))

    no_dearer(runs(size), runs(size // TIMES), SLACK * TIMES, clock)


def no_dearer(
    work: Callable[[], object],
    than: Callable[[], object],
    times: float,
    clock: Clock = time.thread_time,
) -> None:
    """Fail when `work` costs more than so many times what other work costs.

    The first try that keeps the bound is the proof; a try is stopped when it is far beyond it.
    """
    short = long = math.inf
    for pause in PAUSES:
        time.sleep(pause)
        short = min(short, _cost(than, clock), _cost(than, clock))
        allowed = max(QUICK, times * short)
        long = min(long, _cost(work, clock, 2 * allowed))
        if long <= allowed:
            return
    told = "was stopped" if math.isinf(long) else f"{long:.3f} s"
    raise AssertionError(f"{told}, more than {times:g} times {short:.4f} s, in {len(PAUSES)} tries")


def processes() -> float:
    """CPU seconds of this process and of those it has waited for: a clock for work in children."""
    return sum(os.times()[:4])


class TooLong(BaseException):
    """The work was stopped. No `Exception`: what is tested must not take it for a bad file."""


@contextmanager
def stopped(seconds: float) -> Iterator[None]:
    """TooLong after so many seconds of this process's CPU; `re` and Python's own code hear it."""
    if not hasattr(signal, "SIGPROF") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*_: object) -> None:
        raise TooLong

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _cost(work: Callable[[], object], clock: Clock, limit: float = math.inf) -> float:
    """CPU seconds of one run without the collector, which walks all that other tests keep."""
    collects = gc.isenabled()
    gc.disable()
    try:
        if math.isinf(limit):
            began = clock()
            work()
            return clock() - began
        with stopped(limit):
            began = clock()
            work()
            return clock() - began
    except TooLong:
        return math.inf
    finally:
        if collects:
            gc.enable()
