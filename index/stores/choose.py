"""Which store holds the vectors of an index."""

from __future__ import annotations

from typing import Literal

import numpy as np

from index.stores.exact import ExactStore
from youju.errors import SettingsError
from youju.records import VectorStore

StoreName = Literal["auto", "exact", "faiss"]

# Below this, comparing all vectors with numpy takes less than a millisecond, while importing FAISS
# alone takes a tenth of a second.
_SMALL = 20_000


def open_store(vectors: np.ndarray, name: StoreName = "auto") -> VectorStore:
    """The named engine over unit rows; `auto` takes FAISS for large collections.

    Raises SettingsError for an unknown name, MissingDependency when it is not installed.
    """
    if name == "exact" or (name == "auto" and len(vectors) < _SMALL):
        return ExactStore(vectors)
    if name in ("auto", "faiss"):
        from index.stores.faiss import FaissStore

        return FaissStore(vectors)
    raise SettingsError(f"不认识的向量库“{name}”：请把 YOUJU_STORE 设为 auto、exact 或 faiss。")
