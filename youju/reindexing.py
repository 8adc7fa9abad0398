"""Builds of the index that a server runs: followed by whoever looks, stopped by whoever may."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from youju import worker
from youju.errors import IndexBusy, IndexStopped
from youju.service import BuildReport
from youju.settings import CORPUS, Settings

_LOOK = 0.3  # seconds between two looks whether another build has ended


@dataclass(frozen=True, slots=True)
class Stage:
    """How far a build is."""

    name: str
    done: int
    total: int


class Build:
    """One build in a process of its own; it goes on when nobody listens any more."""

    def __init__(self, settings: Settings, patience: float, over: Callable[[Build], None]) -> None:
        self._settings = settings
        self._patience = patience
        self._over = over
        self._stopped = threading.Event()
        self._changed = threading.Condition()
        self._told: Stage | BuildReport | Exception | None = None
        self._count = 0  # of what was told

    def stop(self) -> None:
        """Ask it to end; whoever follows it hears when it has."""
        self._stopped.set()

    def steps(self) -> Iterator[Stage | BuildReport]:
        """How far it is, the newest only, at last the report.

        Raises what `PolicySearch.build` raises, and IndexStopped.
        """
        seen = 0
        while True:
            with self._changed:
                while self._count == seen:
                    self._changed.wait()
                seen, told = self._count, self._told
            if isinstance(told, Exception):
                raise told
            assert told is not None, "something was told"
            yield told
            if isinstance(told, BuildReport):
                return

    def run(self) -> None:
        """Build, here and now, and tell those who follow."""
        try:
            end: BuildReport | Exception = self._built()
        except Exception as error:  # raised again where it is followed
            end = error
        self._over(self)
        self._tell(end)

    def _built(self) -> BuildReport:
        """The default index is brought in line with `corpus/` too; another keeps its documents."""
        roots = [CORPUS] if self._settings.default_index else []
        until = time.monotonic() + self._patience
        while True:
            try:
                for step in worker.build(self._settings, roots, CORPUS, self._stopped):
                    if isinstance(step, BuildReport):
                        return step
                    self._tell(Stage(*step))
            except IndexBusy:
                if time.monotonic() >= until:
                    raise
                if self._stopped.wait(_LOOK):
                    raise IndexStopped(worker.STOPPED) from None

    def _tell(self, told: Stage | BuildReport | Exception) -> None:
        with self._changed:
            self._told = told
            self._count += 1
            self._changed.notify_all()


class Builds:
    """The builds of one server that are not over."""

    def __init__(self) -> None:
        self._going: list[Build] = []
        self._lock = threading.Lock()

    def start(self, settings: Settings, *, patience: float = 0.0) -> Build:
        """Bring the index in line with the data folder.

        While another process builds it, it waits up to `patience` seconds; then IndexBusy.
        """
        build = Build(settings, patience, self._end)
        with self._lock:
            self._going.append(build)
        threading.Thread(target=build.run, name="index", daemon=True).start()
        return build

    def going(self) -> tuple[Build, ...]:
        """Those that are not over, in the order of their start."""
        with self._lock:
            return tuple(self._going)

    def stop(self) -> None:
        """Ask all of them to end."""
        for build in self.going():
            build.stop()

    def _end(self, build: Build) -> None:
        with self._lock:
            self._going.remove(build)
