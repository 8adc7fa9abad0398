"""Text → unit vectors: the bundled static model, a local one, or one from the hub.

A static model runs through model2vec, without torch; transformers are in `hub`.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np

from text.normalize import fold
from youju.errors import MissingDependency, SettingsError
from youju.records import Encoder

BUNDLED = "bundled"
BUNDLED_FOLDER = Path(__file__).resolve().parent.parent / "encoder" / "model"

_MODEL_FILES = (".safetensors", ".json", ".bin", ".txt", ".model")


@runtime_checkable
class TokenEncoder(Protocol):
    """An encoder that also has a vector for each token, for late interaction."""

    def token_ids(self, texts: Sequence[str]) -> list[list[int]]:
        """The tokens of each text, unknown ones left out."""
        ...

    def token_vectors(self, ids: np.ndarray) -> np.ndarray:
        """float32, shape (len(ids), dimension), rows of length 1 (or 0)."""
        ...


class StaticEncoder:
    """Word vectors averaged: `StaticModel` of model2vec over a local folder."""

    def __init__(self, path: Path, name: str | None = None) -> None:
        self.name = name or path.resolve().name
        self.revision = revision_of(path)
        try:
            from model2vec import StaticModel

            self._model = StaticModel.from_pretrained(str(path))
        except ImportError as error:
            raise MissingDependency("没有安装 model2vec：请运行 pip install model2vec。") from error
        except Exception as error:  # what a broken model raises depends on which file is broken
            raise SettingsError(
                f"无法读取 {path} 处的向量模型（{type(error).__name__}）：请检查该文件夹是否完整。"
            ) from error
        self.dimension = int(self._model.dim)
        # Rows of `token_vectors` already made: half precision is slow to widen. Filled row by row,
        # so that only the words that are met take memory.
        self._rows = np.empty((len(self._model.embedding), self.dimension), np.float32)
        self._made = np.zeros(len(self._rows), bool)
        # model2vec sets the tokenizer's truncation on every call, which must not happen while
        # another thread is tokenizing.
        self._lock = threading.Lock()

    def encode(self, texts: Sequence[str], *, is_query: bool = False) -> np.ndarray:
        """float32, shape (len(texts), dimension), rows of length 1 (or 0 for empty texts)."""
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        folded = [fold(text) for text in texts]
        with self._lock:
            vectors = self._model.encode(folded, max_length=None, use_multiprocessing=False)
        return unit(vectors)

    def token_ids(self, texts: Sequence[str]) -> list[list[int]]:
        """The tokens of each text, unknown ones left out."""
        with self._lock:
            return self._model.tokenize([fold(text) for text in texts])

    def token_vectors(self, ids: np.ndarray) -> np.ndarray:
        """float32, shape (len(ids), dimension), rows of length 1 (or 0)."""
        mapping = self._model.token_mapping
        rows = np.asarray(ids if mapping is None else mapping[ids])
        fresh = np.unique(rows[~self._made[rows]])
        if len(fresh):
            self._rows[fresh] = unit(self._model.embedding[fresh])
            self._made[fresh] = True  # only now: other threads read without a lock
        vectors: np.ndarray = self._rows[rows]
        return vectors


def load_encoder(name: str, *, offline: bool = False) -> Encoder:
    """`bundled`, a local folder, or a hub id such as `BAAI/bge-small-zh-v1.5`.

    Raises SettingsError when the model is absent or broken, MissingDependency when its library is.
    """
    if name == BUNDLED:
        if not (BUNDLED_FOLDER / "config.json").exists() and not _weights(BUNDLED_FOLDER):
            raise SettingsError(
                f"内置向量模型不在 {BUNDLED_FOLDER}：请重新取得完整的程序文件，"
                "或用 YOUJU_ENCODER 指定本地文件夹。"
            )
        return StaticEncoder(BUNDLED_FOLDER, BUNDLED)
    path = Path(name).expanduser()
    if path.is_dir() and is_static(path):
        return StaticEncoder(path, name)
    from index import hub

    folder, revision = hub.fetch(name, hub.ENCODER, offline=offline)
    if is_static(folder):
        return StaticEncoder(folder, name)
    return hub.HubEncoder(name, folder, revision)


def is_static(folder: Path) -> bool:
    """True for a model2vec folder or a sentence-transformers one that is a StaticEmbedding.

    Raises SettingsError when the files that tell cannot be read.
    """
    modules = _json(folder / "modules.json")
    if modules is not None:
        return any(str(module.get("type", "")).endswith("StaticEmbedding") for module in modules)
    config = _json(folder / "config.json")
    if config is None or config.get("model_type") != "model2vec":
        return False
    return (folder / "tokenizer.json").exists() and bool(_weights(folder))


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise SettingsError(f"无法读取 {path}：请检查模型是否完整。") from error


def revision_of(folder: Path) -> str:
    """sha256 over the names and contents of the model's files, cards and code left out."""
    digest = hashlib.sha256()
    try:
        for file in sorted(folder.rglob("*")):
            if file.is_file() and file.suffix in _MODEL_FILES:
                digest.update(file.relative_to(folder).as_posix().encode() + b"\0")
                with file.open("rb") as data:
                    digest.update(hashlib.file_digest(data, "sha256").digest())
    except OSError as error:
        raise SettingsError(f"无法读取 {folder} 处的向量模型：请检查路径和权限。") from error
    return digest.hexdigest()


def unit(vectors: np.ndarray) -> np.ndarray:
    """Rows scaled to length 1 in float32; zero rows stay zero."""
    vectors = np.asarray(vectors, np.float32)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: np.ndarray = vectors / np.where(lengths > 0, lengths, 1)
    return scaled


def _weights(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.safetensors")) if folder.is_dir() else []
