"""The bundled reader: a small encoder of our own, run by onnxruntime, without torch."""

from __future__ import annotations

import hashlib
import json
import math
import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from reader.inputs import Encoded, Inputs, batch
from youju.errors import SettingsError
from youju.records import Reading, Unit

if TYPE_CHECKING:
    import onnxruntime

FOLDER = Path(__file__).parent / "model"
NAME = "bundled"
_FORMAT = 1
_FILES = ("manifest.json", "model.onnx", "tokenizer.json")
_TOKENS = 2600  # of a batch, padding counted: what stays in the processor's caches
_UNREAD = -20.0  # logit of a span that did not fit


class BundledReader:
    """A `Reader`, safe to share between threads. SettingsError when its files are not whole."""

    name = NAME

    def __init__(self, folder: Path = FOLDER) -> None:
        manifest = _manifest(folder)
        self.revision: str = manifest["revision"]
        self._inputs = _inputs(folder)
        self._session = _session(folder / "model.onnx")
        self._lock = threading.Lock()

    def read(self, question: str, units: Sequence[Unit]) -> list[Reading]:
        """One reading per unit, in order; units of like length are read together."""
        encoded = self._inputs.encode([question] * len(units), units)
        readings: list[Reading | None] = [None] * len(units)
        order = sorted(range(len(units)), key=lambda i: (len(encoded[i].ids), i))
        for numbers in _batches(order, encoded):
            for number, reading in zip(
                numbers, self._run([encoded[i] for i in numbers]), strict=True
            ):
                readings[number] = reading
        return [reading for reading in readings if reading is not None]

    def _run(self, encoded: Sequence[Encoded]) -> list[Reading]:
        ids, attended, pool = batch(encoded)
        with self._lock:  # one question at a time uses every core
            figures, spans = self._session.run(
                None, {"ids": ids, "attended": attended, "pool": pool}
            )
        read = pool[:, -spans.shape[1] :].sum(axis=2) > 0
        spans = np.where(read, spans, _UNREAD)
        return [
            Reading(
                1.0 / (1.0 + math.exp(-float(figures[row, 1]))),
                float(figures[row, 0]),
                tuple(spans[row, : one.count].tolist()),
            )
            for row, one in enumerate(encoded)
        ]


def _batches(order: Sequence[int], encoded: Sequence[Encoded]) -> list[list[int]]:
    """Numbers in runs of at most `_TOKENS` tokens; the order goes from short to long."""
    made: list[list[int]] = []
    for number in order:
        if made and (len(made[-1]) + 1) * len(encoded[number].ids) <= _TOKENS:
            made[-1].append(number)
        else:
            made.append([number])
    return made


def _inputs(folder: Path) -> Inputs:
    try:
        return Inputs.load(folder / "tokenizer.json")
    except Exception as error:  # tokenizers raises plain Exception for what it cannot read
        raise SettingsError(_broken(folder)) from error


def _session(path: Path) -> onnxruntime.InferenceSession:
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # else it writes an id and reports to its maker
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.inter_op_num_threads = 1
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime has no common class for what a bad file raises
        raise SettingsError(_broken(path.parent)) from error


def _manifest(folder: Path) -> dict[str, Any]:
    """The manifest, once the model's bytes are the ones that it names."""
    missing = [name for name in _FILES if not (folder / name).is_file()]
    if missing:
        raise SettingsError(
            f"阅读模型不在 {folder}（缺 {'、'.join(missing)}）：请重新取得完整的程序文件。"
        )
    try:
        manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text("utf-8"))
        digest = hashlib.sha256((folder / "model.onnx").read_bytes()).hexdigest()
    except (OSError, ValueError) as error:
        raise SettingsError(_broken(folder)) from error
    if not isinstance(manifest, dict) or manifest.get("format") != _FORMAT:
        raise SettingsError(f"{folder} 里的阅读模型是别的格式，请使用本程序自带的模型。")
    if manifest.get("sha256") != digest or not isinstance(manifest.get("revision"), str):
        raise SettingsError(_broken(folder))
    return manifest


def _broken(folder: Path) -> str:
    return f"{folder} 里的阅读模型已损坏：请重新取得完整的程序文件。"
