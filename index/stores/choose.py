"""Which store holds the vectors of an index."""

from __future__ import annotations

from typing import Literal

import numpy as np

from index.stores.exact import ExactStore
from youju.errors import SettingsError
from youju.records import VectorStore

StoreName = Literal["auto", "exact", "faiss"]


def open_store(
    vectors: np.ndarray, name: StoreName = "auto", file: np.ndarray | None = None
) -> VectorStore:
    """The named engine over unit rows; `auto` is FAISS, `file` the bytes of its index.

    Raises SettingsError for an unknown name, MissingDependency when it is not installed, ValueError
    when the file is not an index of these vectors.
    """
    if name == "exact":
        return ExactStore(vectors)
    if name in ("auto", "faiss"):
        from index.stores.faiss import FaissStore

        return FaissStore(vectors, file)
    raise SettingsError(f"不认识的向量库“{name}”：请把 YOUJU_STORE 设为 auto、exact 或 faiss。")
