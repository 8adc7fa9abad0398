"""Models of the Hugging Face hub, or in a local folder: the one file that knows their libraries.

A model that is in the cache is never asked for on the network; one that is not is downloaded with
a bar on standard error. sentence-transformers takes ten seconds to import: only when needed.
"""

from __future__ import annotations

import hashlib
import importlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from index.encoder import revision_of, unit
from index.families import usage_of
from text.normalize import fold
from youju.errors import MissingDependency, SettingsError

_BATCH = 32
_TIMEOUT = 6.0  # seconds to wait for the hub before saying that there is no network
# Files of a repository that only other programs read.
_UNUSED = (
    "onnx/*",
    "openvino/*",
    "*.onnx",
    "*.h5",
    "*.msgpack",
    "*.ot",
    "*.gguf",
    "*.md",
    "imgs/*",
)
_PICKLED = ("*.bin", "*.pt", "*.pth", "*.ckpt")


@dataclass(frozen=True, slots=True)
class Role:
    """What a model is for, and what else one can do when it is not to be had, for messages."""

    what: str
    otherwise: str


ENCODER = Role("向量模型", "或把 YOUJU_ENCODER 设为本地文件夹或 bundled")
READER = Role("阅读模型", "或把 YOUJU_READER 设为本地文件夹、bundled 或 none")


class HubEncoder:
    """A transformer that gives one vector per text; it has none per token for late interaction."""

    def __init__(self, name: str, folder: Path, revision: str) -> None:
        self.name = name
        self._usage = usage_of(name, folder)
        model = _load("SentenceTransformer", ENCODER, name, folder)
        self._model = model
        dimension = getattr(model, "get_embedding_dimension", None)
        self.dimension = int((dimension or model.get_sentence_embedding_dimension)())
        limit = min(model.max_seq_length or self._usage.max_tokens, self._usage.max_tokens)
        model.max_seq_length = limit
        # The vectors depend on these too.
        used = hashlib.sha256(f"{self._usage.passage}\0{limit}".encode()).hexdigest()
        self.revision = f"{revision}-{used[:8]}"
        self._lock = threading.Lock()  # a tokenizer must not be set up by two threads at once

    def encode(self, texts: Sequence[str], *, is_query: bool = False) -> np.ndarray:
        """float32, shape (len(texts), dimension), rows of length 1."""
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        with self._lock:
            vectors = self._model.encode(
                [fold(text) for text in texts],
                prompt=self._usage.query if is_query else self._usage.passage,
                batch_size=_BATCH,
                convert_to_numpy=True,
                show_progress_bar=False,  # whoever builds an index reports batch by batch
            )
        return unit(vectors)


class CrossEncoder:
    """A model that reads a question together with a passage and says how well they fit."""

    def __init__(self, name: str) -> None:
        self.name = name
        folder, _ = fetch(name, READER)
        self._model = _load("CrossEncoder", READER, name, folder)
        if self._model.num_labels != 1:
            raise SettingsError(
                f"{name} 给出 {self._model.num_labels} 个类别而不是一个相关度，不是阅读模型：请把 "
                "YOUJU_READER 改为交叉编码模型（如 BAAI/bge-reranker-base），或 bundled。"
            )
        # Models without a limit of their own would take texts longer than they have positions for.
        if not self._model.max_seq_length or self._model.max_seq_length > _positions(self._model):
            self._model.max_seq_length = _positions(self._model)
        self._lock = threading.Lock()

    def score(self, question: str, texts: Sequence[str]) -> np.ndarray:
        """float32 logits, one per text, higher is better."""
        if not texts:
            return np.zeros(0, np.float32)
        with self._lock:
            scores = self._model.predict(
                [(question, text) for text in texts],
                batch_size=_BATCH,
                # A sigmoid would make many of the best equal in single precision.
                activation_fn=lambda logits: logits,
                convert_to_numpy=True,
                show_progress_bar=False,
            )
        return np.asarray(scores, np.float32)


def fetch(name: str, role: Role, *, offline: bool = False) -> tuple[Path, str]:
    """The folder of a model and its revision: a digest of a local one, a commit of the hub's.

    Raises SettingsError when it is neither here nor to be had, MissingDependency without
    huggingface_hub.
    """
    path = Path(name).expanduser()
    if path.is_dir():
        return path, revision_of(path)
    if name.count("/") != 1 or name.startswith((".", "/", "~")):
        raise SettingsError(
            f"找不到{role.what} {name}：请写模型库中的名称（如 BAAI/bge-small-zh-v1.5），"
            f"{role.otherwise}。"
        )
    hub = _library("huggingface_hub", role, name)
    folder = _cached(hub, name) or _downloaded(hub, name, role, offline)
    return folder, folder.name


def _cached(hub: Any, name: str) -> Path | None:
    try:
        folder = hub.snapshot_download(name, local_files_only=True, ignore_patterns=list(_UNUSED))
    except Exception:  # not there, or only in part; the hub's errors have no common base
        return None
    # An interrupted download may have left the small files alone.
    weights = [p for kind in ("*.safetensors", *_PICKLED) for p in Path(folder).rglob(kind)]
    return Path(folder) if weights else None


def _downloaded(hub: Any, name: str, role: Role, offline: bool) -> Path:
    """Fetch from the hub, with its own bars on standard error."""
    if offline or hub.constants.HF_HUB_OFFLINE:
        raise SettingsError(
            f"本机没有{role.what} {name}，而现在是离线模式：请先联网下载一次，{role.otherwise}。"
        )
    try:
        # One call with a short time limit first: what follows would try again for a long time.
        about = hub.HfApi().model_info(name, timeout=_TIMEOUT)
        names = [file.rfilename for file in about.siblings or ()]
        safe = any(file.endswith(".safetensors") for file in names)
        unused = [*_UNUSED, *(_PICKLED if safe else ())]
        return Path(hub.snapshot_download(name, revision=about.sha, ignore_patterns=unused))
    except hub.errors.RepositoryNotFoundError as error:
        raise SettingsError(
            f"模型库里没有可以下载的{role.what} {name}："
            f"请检查名称（需要授权的模型请先登录），{role.otherwise}。"
        ) from error
    except Exception as error:
        raise SettingsError(
            f"本机没有{role.what} {name}，也无法从模型库下载（{type(error).__name__}）："
            f"请检查网络后重试，{role.otherwise}。"
        ) from error


def _load(kind: str, role: Role, name: str, folder: Path) -> Any:
    library = _library("sentence_transformers", role, name)
    logging = importlib.import_module("transformers").utils.logging
    logging.set_verbosity_error()
    logging.disable_progress_bar()  # of reading the weights; downloads have their own
    try:
        return getattr(library, kind)(str(folder), local_files_only=True)
    except Exception as error:  # what a broken model raises depends on which file is broken
        raise SettingsError(
            f"无法读取{role.what} {name}（{type(error).__name__}）：请检查 {folder} 是否是完整的 "
            "sentence-transformers 或 transformers 模型。"
        ) from error


def _positions(model: Any) -> int:
    """How many tokens the model can number; a few are kept for models that count from two."""
    config = getattr(model, "config", None)
    return min(int(getattr(config, "max_position_embeddings", 514) or 514), 514) - 2


def _library(module: str, role: Role, name: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError as error:
        package = module.replace("_", "-")
        raise MissingDependency(
            f"{role.what} {name} 需要 {package}：请运行 pip install {package}，{role.otherwise}。"
        ) from error
