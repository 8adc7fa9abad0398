"""Optical recognition: pictures → pieces of text with their places, in a process of its own.

The process is started for the first picture and ended with the file. A picture on which it fails or
takes too long is lost alone: the next one gets a new process. Nothing leaves the machine.

Recognition is slow, so what was recognised can be kept (`keeping`): neither an interruption nor an
update of the program that leaves the recogniser as it was does it again.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from statistics import median
from typing import IO, Any

from ingest.readers.pdf_grids import Rule
from ingest.readers.pdf_layout import Piece

_NAMED_PAGES = 8  # in a message
_SHOWN_SECONDS = 60  # of wall time to draw a picture
SECONDS = 900  # of wall time for one picture: the program itself limits its processor time
_PROGRAM = Path(__file__).parent / "readers" / "recogniser.py"
MISSING = "没有安装文字识别组件,请运行 pip install rapidocr onnxruntime 后重新索引"

_SURE = 0.9  # a figure less sure than that is named as doubtful
_INK = 0.85  # font size, of a box's height
_ALIKE = 0.3

_KEPT: ContextVar[Path | None] = ContextVar("_KEPT", default=None)
_MOST_KEPT = 50_000  # pages, the newest

PageProgress = Callable[[int, int], None]  # pages done, pages in all


@contextmanager
def keeping(folder: Path) -> Iterator[None]:
    """Within it, what was recognised is kept in `folder`, and taken from there."""
    before = _KEPT.set(folder)
    try:
        yield
    finally:
        _KEPT.reset(before)
        _thin(folder)


def is_installed() -> bool:
    """True when scans can be read."""
    return all(importlib.util.find_spec(name) for name in ("rapidocr", "onnxruntime"))


@dataclass(slots=True)
class Recogniser:
    """A process that reads pictures; use as a context manager, so that it ends."""

    seconds: float = SECONDS
    _process: subprocess.Popen[str] | None = None
    _answers: queue.Queue[str] = field(default_factory=queue.Queue)

    def __enter__(self) -> Recogniser:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def frames(self, picture: dict[str, Any]) -> list[dict[str, Any]] | None:
        """What the program answers to a picture; None when it fails on it."""
        place = _place(picture)
        known = _read(place) if place else None
        if known is not None:
            return known
        process = self._process or self._start()
        try:
            assert process.stdin is not None, "it was opened with a pipe"
            process.stdin.write(json.dumps(picture) + "\n")
            process.stdin.flush()
            answer = json.loads(self._answers.get(timeout=self.seconds))
        except (OSError, ValueError, queue.Empty):
            self._stop()
            return None
        frames: list[dict[str, Any]] | None = answer.get("frames")
        if frames is not None and place:
            _write(place, frames)
        return frames

    def _start(self) -> subprocess.Popen[str]:
        self._process = subprocess.Popen(
            [sys.executable, "-I", str(_PROGRAM)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            # Else the library that recognises writes an id and reports to its maker.
            env=os.environ | {"ORT_DISABLE_TELEMETRY": "1"},
        )
        assert self._process.stdout is not None, "it was opened with a pipe"
        self._answers = queue.Queue()
        arguments = (self._process.stdout, self._answers)
        threading.Thread(target=_listen, args=arguments, daemon=True).start()
        return self._process

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    stream.close()


def _place(picture: dict[str, Any]) -> Path | None:
    """Where the answer to a picture is kept: named by the picture and by what recognises it."""
    folder = _KEPT.get()
    if folder is None:
        return None
    digest = hashlib.sha256(_maker())
    digest.update(json.dumps(picture, sort_keys=True).encode())
    return folder / f"{digest.hexdigest()[:40]}.json"


def _maker() -> bytes:
    """What tells one recogniser from another: the program and the version of its library."""
    try:
        version = metadata.version("rapidocr")
    except metadata.PackageNotFoundError:
        version = ""
    return hashlib.sha256(_PROGRAM.read_bytes()).digest() + version.encode()


def _read(place: Path) -> list[dict[str, Any]] | None:
    try:
        frames = json.loads(place.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return frames if isinstance(frames, list) else None


def _write(place: Path, frames: list[dict[str, Any]]) -> None:
    """Whole or not at all; a disk that is full only costs time later."""
    part = place.with_suffix(f".{os.getpid()}")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(json.dumps(frames, ensure_ascii=False), "utf-8")
        part.replace(place)
    except OSError:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _thin(folder: Path) -> None:
    """Let the oldest go where there are too many."""
    try:
        kept = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in kept[_MOST_KEPT:]:
            path.unlink(missing_ok=True)
    except OSError:  # there is none, or it is being changed: next time
        return


def _listen(stream: IO[str], answers: queue.Queue[str]) -> None:
    try:
        for line in stream:
            answers.put(line)
    except ValueError:  # closed while it was read
        pass
    answers.put("")  # it has ended: whoever waits need not wait longer


def shown(data: bytes, page: int) -> dict[str, Any] | None:
    """Frame `page` of a picture as the program draws it; None when it fails on it."""
    asked = json.dumps({"file": base64.b64encode(data).decode("ascii"), "page": page})
    try:
        run = subprocess.run(
            [sys.executable, "-I", str(_PROGRAM), "shown"],
            input=asked + "\n", capture_output=True, text=True, timeout=_SHOWN_SECONDS, check=True,
        )  # fmt: skip
        found: dict[str, Any] = json.loads(run.stdout)
    except (subprocess.SubprocessError, OSError, ValueError):
        return None
    return found


def pieces(frame: dict[str, Any], width: float) -> list[Piece]:
    """The lines of a frame as pieces on a page that is `width` points wide.

    Boxes are as high as the strokes in them: lines nearly as high as most are of one size.
    """
    scale = width / max(1, frame["columns"])
    lines = frame["lines"]
    usual = median(bottom - top for _, _, top, bottom, *_ in lines) if lines else 1.0
    return [
        Piece(
            left * scale, right * scale, top * scale, bottom * scale, text,
            _INK * scale * (usual if abs(bottom - top - usual) < _ALIKE * usual else bottom - top),
            sure, _unturned(frame, number, width),
        )
        for number, (left, right, top, bottom, text, sure) in enumerate(lines)
    ]  # fmt: skip


def rules(frame: dict[str, Any], width: float) -> list[Rule]:
    """The ruled lines of a frame, on the page that `pieces` are on."""
    scale = width / max(1, frame["columns"])
    return [Rule(*(side * scale for side in sides)) for sides in frame.get("rules", ())]


def _unturned(
    frame: dict[str, Any], number: int, width: float
) -> tuple[float, float, float, float] | None:
    """Where a line stands on the page before it was turned; None when it was not."""
    turned, seen = frame.get("turned", 0), frame.get("seen")
    if not turned and not seen:
        return None
    left, right, top, bottom = (seen or frame["lines"])[number][:4]
    scale = width / max(1, frame["rows"] if turned else frame["columns"])
    if not turned:
        return left * scale, top * scale, right * scale, bottom * scale
    columns, rows = frame["columns"], frame["rows"]
    if turned == 1:
        sides = (rows - bottom, left, rows - top, right)
    else:
        sides = (top, columns - right, bottom, columns - left)
    return (sides[0] * scale, sides[1] * scale, sides[2] * scale, sides[3] * scale)


def doubts(lines: list[Piece]) -> int:
    """How many lines with figures the recogniser is not sure of."""
    return sum(
        piece.confidence is not None
        and piece.confidence < _SURE
        and any(char.isdigit() for char in piece.text)
        for piece in lines
    )


def unread(lost: Collection[int], unsure: int) -> list[str]:
    """What of recognised pages was not read, or not surely: pages from 0, lines with figures."""
    told = []
    if lost:
        told.append(f"第 {page_names(sorted(lost))} 页没有认出来,请单独扫描后再加入")
    if unsure:
        told.append(f"识别文本中有 {unsure} 行数字不够清楚,请对照原件核对")
    return told


def page_names(pages: Sequence[int]) -> str:
    """The first of some pages, numbered from 1, and that there are more."""
    shown = "、".join(str(page + 1) for page in pages[:_NAMED_PAGES])
    return shown + ("等" if len(pages) > _NAMED_PAGES else "")
