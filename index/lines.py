"""Records in a file of JSON lines, each read when it is first asked for.

The file is mapped, so that an open generation stays readable after a later build has removed it.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from abc import abstractmethod
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar, overload

import numpy as np

from index import mapped
from index.serialize import from_plain, to_plain
from youju.errors import IndexCorrupt

R = TypeVar("R")

KEPT = 20_000  # records kept in memory, of a length that is read again in microseconds
KEPT_LONG = 400  # whole documents
_TOLD = 1000  # records written into one piece

# Of a file: its bytes, an array, or pieces one after the other.
Content = bytes | np.ndarray | Sequence[bytes | memoryview]


def contents(name: str, records: Sequence[Any]) -> Iterator[tuple[str, Content]]:
    """(name, content) of the files that hold some records, one a line.

    Of records that lie on disk the content is what is mapped there.
    """
    raw = _raw(records, 0, len(records))
    starts = np.zeros(len(records) + 1, np.int64)
    np.cumsum(np.concatenate([lengths for _, lengths, _ in raw] or [starts[1:]]), out=starts[1:])
    digests = [digest for _, _, digest in raw]
    yield f"{name}.jsonl", tuple(line for line, _, _ in raw)
    yield f"{name}.starts.npy", starts
    yield f"{name}.sha256.npy", np.concatenate(digests or [np.zeros((0, 32), np.uint8)])


_Raw = tuple[bytes | memoryview, np.ndarray, np.ndarray]  # lines, length and sha256 of each


def _raw(records: Sequence[Any], start: int, stop: int) -> list[_Raw]:
    """Some records as the lines that hold them."""
    if isinstance(records, Joined):
        return [piece for part in records.parts(start, stop) for piece in _raw(*part)]
    if isinstance(records, Lazy):
        return [records.raw(start, stop)]
    if stop - start > _TOLD:  # one after the other: all lines are never held twice
        halves = (start, middle := (start + stop) // 2), (middle, stop)
        return [piece for half in halves for piece in _raw(records, *half)]
    lines = [
        json.dumps(to_plain(records[at]), ensure_ascii=False, separators=(",", ":")).encode()
        + b"\n"
        for at in range(start, stop)
    ]
    digests = b"".join(hashlib.sha256(line).digest() for line in lines)
    return [
        (
            b"".join(lines),
            np.array([len(line) for line in lines], np.int64),
            np.frombuffer(digests, np.uint8).reshape(len(lines), 32),
        )
    ]


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
            mapped.array(folder / f"{name}.{part}.npy") for part in ("starts", "sha256")
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

    def raw(self, start: int, stop: int) -> _Raw:
        """Some lines, the length and the sha256 of each, unchecked."""
        starts = self._starts[start : stop + 1]
        held = self._bytes[int(starts[0]) : int(starts[-1])].data
        return held, np.diff(starts), self._digests[start:stop]

    def plain(self, place: int) -> Any:
        """One value, its bytes checked. Raises ValueError when they are not what was written."""
        line = self._bytes[self._starts[place] : self._starts[place + 1]].tobytes()
        if hashlib.sha256(line).digest() != self._digests[place].tobytes():
            raise ValueError(f"line {place} of {self.path.name} was changed")
        return json.loads(line)


class _Places(Sequence[R]):
    """A sequence by what stands at each place, counted from 0."""

    @abstractmethod
    def _at(self, place: int) -> R:
        """What stands at a place from 0 to the length, which is left out."""

    @overload
    def __getitem__(self, place: int) -> R: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[R, ...]: ...
    def __getitem__(self, place: int | slice) -> R | tuple[R, ...]:
        if isinstance(place, slice):
            return tuple(self[i] for i in range(*place.indices(len(self))))
        return self._at(range(len(self))[place])


class Lazy(_Places[R]):
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

    def _at(self, place: int) -> R:
        item = self._read.get(place)
        if item is None:
            if len(self._read) >= self._kept:
                self._read = {}  # another thread may still fill the old one
            item = self._read[place] = self._item(place)
        return item

    def __iter__(self) -> Iterator[R]:
        return (self[i] for i in range(len(self)))

    def raw(self, start: int, stop: int) -> _Raw:
        """Some records as they lie on disk."""
        return self._lines.raw(start, stop)

    def _item(self, place: int) -> R:
        try:
            return from_plain(self._kind, self._lines.plain(place))
        except (ValueError, TypeError) as error:
            raise corrupt(self._lines.path) from error


class Joined(_Places[R]):
    """Stretches of other sequences, one after the other."""

    def __init__(self, stretches: Sequence[tuple[Sequence[R], int, int]]) -> None:
        """(sequence, start, stop) of each stretch."""
        self._stretches = [one for one in stretches if one[2] > one[1]]
        self._ends = list(itertools.accumulate(stop - start for _, start, stop in self._stretches))

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def _at(self, place: int) -> R:
        at = bisect_right(self._ends, place)
        records, _, stop = self._stretches[at]
        return records[stop - (self._ends[at] - place)]

    def __iter__(self) -> Iterator[R]:
        return (records[i] for records, start, stop in self._stretches for i in range(start, stop))

    def parts(self, start: int, stop: int) -> Iterator[tuple[Sequence[R], int, int]]:
        """The stretches from one place to another."""
        for (records, first, last), end in zip(self._stretches, self._ends, strict=True):
            begin = end - (last - first)
            if begin < stop and end > start:
                yield records, first + max(0, start - begin), last - max(0, end - stop)
