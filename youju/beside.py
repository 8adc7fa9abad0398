"""A JSON file that lies beside an index and that people change: read, replaced in one step, locked.

What people say of documents must outlive every build, so it is no part of a generation.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from youju.errors import IndexWriteError

_PATIENCE = 10.0  # seconds that one change waits for another


@dataclass(frozen=True, slots=True)
class Beside:
    """`name` is that of the file; `what` it holds is said in messages. `mode` is of a new file."""

    name: str
    what: str
    mode: int = 0o644

    def read(self, index_dir: Path) -> Any:
        """What is in it; None where there is none. Raises OSError, ValueError."""
        try:
            found = json.loads((index_dir / self.name).read_text(encoding="utf-8"))
            _bytes(found)  # half a character could be neither shown nor written again
        except FileNotFoundError:
            return None
        except RecursionError as error:
            raise ValueError("nested too deeply") from error
        return found

    def stamp(self, index_dir: Path) -> int:
        """Another number for every change of the file; 0 when there is none."""
        try:
            return (index_dir / self.name).stat().st_mtime_ns
        except OSError:
            return 0

    def write(self, index_dir: Path, content: Any) -> None:
        """Replace the file in one step. Raises IndexWriteError."""
        path = index_dir / self.name
        part = path.with_suffix(".part")
        data = _bytes(content)
        try:
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, self.mode)
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            part.replace(path)
        except OSError as error:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise IndexWriteError(f"不能写入{self.what} {path}：{error.strerror}。") from error

    @contextmanager
    def locked(self, index_dir: Path) -> Iterator[None]:
        """One change at a time, of all processes. Raises IndexWriteError."""
        import filelock

        try:
            lock = filelock.FileLock(index_dir / f".{self.name}.lock", timeout=_PATIENCE)
            lock.acquire()
        except (OSError, filelock.Timeout) as error:
            reason = getattr(error, "strerror", None) or "正由另一个进程改动"
            raise IndexWriteError(
                f"不能写入{self.what} {index_dir / self.name}：{reason}。"
            ) from error
        try:
            yield
        finally:
            lock.release()


def _bytes(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=1).encode("utf-8")
