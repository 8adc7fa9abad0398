"""Optical recognition: pictures → pieces of text with their places, in a process of its own.

The process is started for the first picture and ended with the file. A picture on which it fails or
takes too long is lost alone: the next one gets a new process. Nothing leaves the machine.
"""

from __future__ import annotations

import base64
import importlib.util
import json
import queue
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import IO, Any

from ingest.readers.pdf_layout import Piece

_SHOWN_SECONDS = 60  # of wall time to draw a picture
SECONDS = 900  # of wall time for one picture: the program itself limits its processor time
_PROGRAM = Path(__file__).parent / "readers" / "recogniser.py"
MISSING = "没有安装文字识别组件,请运行 pip install rapidocr onnxruntime 后重新索引"

_SURE = 0.9  # a figure less sure than that is named as doubtful
_INK = 0.85  # font size, of a box's height
_ALIKE = 0.3

PageProgress = Callable[[int, int], None]  # pages done, pages in all


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
        return frames

    def _start(self) -> subprocess.Popen[str]:
        self._process = subprocess.Popen(
            [sys.executable, "-I", str(_PROGRAM)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
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
            sure, _unturned(frame, (left, top, right, bottom), width),
        )
        for left, right, top, bottom, text, sure in lines
    ]  # fmt: skip


def _unturned(
    frame: dict[str, Any], box: tuple[float, float, float, float], width: float
) -> tuple[float, float, float, float] | None:
    """Where a box stands on the page before it was turned; None when it was not."""
    turned = frame.get("turned", 0)
    if not turned:
        return None
    left, top, right, bottom = box
    columns, rows = frame["columns"], frame["rows"]
    if turned == 1:
        sides = (rows - bottom, left, rows - top, right)
    else:
        sides = (top, columns - right, bottom, columns - left)
    scale = width / max(1, rows)
    return (sides[0] * scale, sides[1] * scale, sides[2] * scale, sides[3] * scale)


def doubts(lines: list[Piece]) -> int:
    """How many lines with figures the recogniser is not sure of."""
    return sum(
        piece.confidence is not None
        and piece.confidence < _SURE
        and any(char.isdigit() for char in piece.text)
        for piece in lines
    )
