"""The audit log: who asked, changed and removed what, a line of JSON each, in a file of one's own.

Off unless a file is named. Lines are only ever appended; whoever keeps the file may move it away,
the next line begins a new one.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from youju.errors import SettingsError

_LONGEST = 2000  # characters of a value
_SEVERAL = 500  # values of a list


@dataclass(slots=True)
class Audit:
    """One log; any number of threads and processes may write to it."""

    path: Path
    _told: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def check(self) -> None:
        """Raises SettingsError when nothing can be written: better before the start than after."""
        try:
            self._append(b"")
        except OSError as error:
            raise SettingsError(
                f"审计记录 {self.path} 不能写入（{error.strerror}），请检查文件夹和权限。"
            ) from error

    def note(self, did: str, who: str | None, address: str = "", **what: Any) -> None:
        """Append a line. What cannot be written is told once on standard error; work goes on."""
        line = {
            "when": datetime.now().astimezone().isoformat(timespec="milliseconds"),
            "who": who,
            **({"from": address} if address else {}),
            "did": did,
            **{name: _short(value) for name, value in what.items()},
        }
        try:
            self._append(json.dumps(line, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
        except OSError as error:
            if not self._told:
                self._told = True
                print(f"审计记录 {self.path} 写不进去：{error.strerror}。", file=sys.stderr)

    def _append(self, data: bytes) -> None:
        """One write: lines of several processes do not mix."""
        with self._lock:
            handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                if data:
                    os.write(handle, data)
            finally:
                os.close(handle)


def _short(value: Any) -> Any:
    """A value, or several, as the log tells it; of what lies deeper only that it was there."""
    if isinstance(value, list):
        return [_short(one) if not isinstance(one, list) else "[…]" for one in value[:_SEVERAL]]
    if isinstance(value, dict):
        return "{…}"
    if isinstance(value, bool | int | float) or value is None:
        return value
    return str(value)[:_LONGEST]
