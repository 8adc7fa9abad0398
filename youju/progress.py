"""Progress on the console, on standard error: a bar on a terminal, a line per stage elsewhere."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

from youju.service import PolicySearch, open_or_build
from youju.settings import Settings

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_QUIET_SECONDS = 1.0  # anything shorter needs no bar
_NAMES = {
    "scan": "查找文件",
    "read": "读取文件",
    "words": "词语索引",
    "bigrams": "字组索引",
    "vectors": "计算向量",
    "write": "写入索引",
    "check": "检查文件",
    "ask": "回答问题",
}


class ConsoleProgress:
    """Call it with (stage, done, total); use as a context manager so that the bar is cleared."""

    def __init__(self, *, quiet_seconds: float = _QUIET_SECONDS) -> None:
        self._began = time.monotonic()
        self._quiet = quiet_seconds
        self._bar: Progress | None = None
        self._tasks: dict[str, TaskID] = {}
        self._told: set[str] = set()

    def __enter__(self) -> Self:
        self._began = time.monotonic()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Report that `done` of `total` steps of `stage` are finished."""
        if time.monotonic() - self._began < self._quiet:
            return
        stage = _NAMES.get(stage, stage)
        if not sys.stderr.isatty():
            if done >= total and stage not in self._told:
                self._told.add(stage)
                print(f"{stage} {done}/{total}", file=sys.stderr, flush=True)
            return
        bar = self._bar or self._start()
        if stage not in self._tasks:
            self._tasks[stage] = bar.add_task(stage, total=total)
        bar.update(self._tasks[stage], completed=done, total=total)

    def _start(self) -> Progress:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
        from rich.progress import TimeElapsedColumn as Elapsed

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Elapsed())
        self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
        self._bar.start()
        return self._bar


def open_index(settings: Settings) -> PolicySearch:
    """`service.open_or_build`, showing on standard error what it builds."""
    with ConsoleProgress(quiet_seconds=0.0) as progress:
        search, built = open_or_build(settings, progress)
    if built is not None:
        print(f"已为 {built.documents} 份文件建立索引。", file=sys.stderr, flush=True)
    return search
