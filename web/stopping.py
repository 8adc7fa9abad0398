"""Long runs that their visitor can stop: the run looks, between two steps, whether it should."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Stops:
    """What is running, by the session of the page that started it."""

    def __init__(self) -> None:
        self._running: dict[str, threading.Event] = {}
        self._lock = threading.Lock()

    @contextmanager
    def running(self, session: str) -> Iterator[threading.Event]:
        """An event that is set when the session asks to stop, or starts another run."""
        event = threading.Event()
        with self._lock:
            earlier = self._running.get(session)
            self._running[session] = event
        if earlier is not None:
            earlier.set()
        try:
            yield event
        finally:
            with self._lock:
                if self._running.get(session) is event:
                    del self._running[session]

    def stop(self, session: str) -> bool:
        """Ask the run of a session to stop; False when none is running."""
        with self._lock:
            event = self._running.get(session)
        if event is None:
            return False
        event.set()
        return True
