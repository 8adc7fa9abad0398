"""Records in a file of JSON lines, each read when it is first asked for.

The file is mapped, so that an open generation stays readable after a later build has removed it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar, overload

import numpy as np

from index.serialize import from_plain
from youju.errors import IndexCorrupt

R = TypeVar("R")

KEPT = 20_000  # records kept in memory, of a length that is read again in microseconds
KEPT_LONG = 400  # whole documents


def contents(name: str, plain: Iterable[Any]) -> Iterator[tuple[str, bytes | np.ndarray]]:
    """(name, content) of the files that hold some plain values, one a line."""
    lines = [
        json.dumps(one, ensure_ascii=False, separators=(",", ":")).encode() + b"\n" for one in plain
    ]
    starts = np.zeros(len(lines) + 1, np.int64)
    np.cumsum([len(line) for line in lines], out=starts[1:])
    digests = b"".join(hashlib.sha256(line).digest() for line in lines)
    yield f"{name}.jsonl", b"".join(lines)
    yield f"{name}.starts.npy", starts
    yield f"{name}.sha256.npy", np.frombuffer(digests, np.uint8).reshape(len(lines), 32)


def corrupt(path: Path) -> IndexCorrupt:
    """The error for a damaged file."""
    return IndexCorrupt(
        f"索引文件 {path} 缺失或已损坏：请重新建立索引（python cli.py index 文件夹 --rebuild "
        f"--index {_root_of(path)}）。"
    )


def _root_of(path: Path) -> Path:
    for parent in path.parents:
        if parent.name.startswith("gen-"):
            return parent.parent
    return path.parent


class Lines:
    """The plain values of one file. Raises ValueError when its parts do not agree."""

    def __init__(self, folder: Path, name: str) -> None:
        self.path = folder / f"{name}.jsonl"
        self._starts, self._digests = (
            np.asarray(np.load(folder / f"{name}.{part}.npy", mmap_mode="r"))
            for part in ("starts", "sha256")
        )
        size = self.path.stat().st_size
        if size != int(self._starts[-1]):
            raise ValueError(f"{size} bytes of {name}, not {int(self._starts[-1])}")
        if len(self._digests) != len(self):
            raise ValueError(f"{len(self)} {name} with {len(self._digests)} digests")
        self._bytes = (
            np.asarray(np.memmap(self.path, np.uint8, "r")) if size else np.zeros(0, np.uint8)
        )

    def __len__(self) -> int:
        return len(self._starts) - 1

    def plain(self, place: int) -> Any:
        """One value, its bytes checked. Raises ValueError when they are not what was written."""
        line = self._bytes[self._starts[place] : self._starts[place + 1]].tobytes()
        if hashlib.sha256(line).digest() != self._digests[place].tobytes():
            raise ValueError(f"line {place} of {self.path.name} was changed")
        return json.loads(line)


class Lazy(Sequence[R]):
    """The records of one file, a bounded number of them kept once they are read."""

    def __init__(
        self,
        lines: Lines,
        kind: type[R],
        kept: int = KEPT,
    ) -> None:
        self._lines, self._kind, self._kept = lines, kind, kept
        self._read: dict[int, R] = {}

    def __len__(self) -> int:
        return len(self._lines)

    @overload
    def __getitem__(self, place: int) -> R: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[R, ...]: ...
    def __getitem__(self, place: int | slice) -> R | tuple[R, ...]:
        if isinstance(place, slice):
            return tuple(self[i] for i in range(*place.indices(len(self))))
        place = range(len(self))[place]
        item = self._read.get(place)
        if item is None:
            if len(self._read) >= self._kept:
                self._read = {}  # another thread may still fill the old one
            item = self._read[place] = self._item(place)
        return item

    def __iter__(self) -> Iterator[R]:
        return (self[i] for i in range(len(self)))

    def _item(self, place: int) -> R:
        try:
            return from_plain(self._kind, self._lines.plain(place))
        except (ValueError, TypeError) as error:
            raise corrupt(self._lines.path) from error
