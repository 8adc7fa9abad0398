"""The fitted ranker: a weighted sum of features, corrected by a small ensemble of decision trees.

The trees (evaluated with numpy alone) see what every question has: likeness by several methods,
coverage of its words. They learn when to trust which: everyday wording is matched by meaning, a
question in the texts' own words by those. What only some questions have (a region, a document, a
year, a table row) keeps its fixed weight: the questions that the trees were fitted on hardly name
any. `encoder/train/ranker.py` fits and writes the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from index.features import NAMES
from index.ranker import LinearRanker
from youju.errors import IndexCorrupt

FILE = Path(__file__).with_name("ranker.npz")


@dataclass(frozen=True, slots=True)
class Trees:
    """Node j of tree t: `feature[t, j]` below or at `threshold[t, j]` goes to `left[t, j]`.

    A leaf points to itself and holds its `value`; all trees are padded to the same size.
    """

    names: tuple[str, ...]
    feature: np.ndarray  # int16, column of `names`
    threshold: np.ndarray  # float32
    left: np.ndarray  # int16
    right: np.ndarray  # int16
    value: np.ndarray  # float32, 0 unless a leaf
    depth: int

    def sums(self, columns: np.ndarray) -> np.ndarray:
        """float32 (n,) for `columns` (n × names)."""
        trees, width = self.feature.shape
        first = np.arange(trees, dtype=np.int32) * width
        # Children of node i of all trees at 2i (left) and 2i + 1 (right), as places in one row.
        children = np.stack([self.left + first[:, None], self.right + first[:, None]], axis=2)
        children = children.astype(np.int32).ravel()
        feature, threshold = self.feature.ravel().astype(np.int32), self.threshold.ravel()
        values = np.ascontiguousarray(columns, np.float32).ravel()
        row = (np.arange(len(columns), dtype=np.int32) * columns.shape[1])[:, None]
        node = np.broadcast_to(first, (len(columns), trees))
        for _ in range(self.depth):
            right = values[row + feature[node]] > threshold[node]
            node = children[2 * node + right]
        total: np.ndarray = self.value.ravel()[node].sum(axis=1, dtype=np.float32)
        return total


class TreeRanker:
    """The weighted sum plus the trees; higher is better."""

    def __init__(self, trees: Trees, weights: dict[str, float] | None = None) -> None:
        unknown = set(trees.names) - set(NAMES)
        assert not unknown, f"no such features: {sorted(unknown)}"
        self._trees = trees
        self._columns = np.array([NAMES.index(name) for name in trees.names])
        self._sum = LinearRanker(weights)

    def score(self, matrix: np.ndarray) -> np.ndarray:
        """float32, one per row of `matrix`, whose columns are `features.NAMES`."""
        scores = self._sum.score(matrix)
        if len(matrix):
            scores = scores + self._trees.sums(matrix[:, self._columns])
        return scores


def save(path: Path, trees: Trees) -> None:
    """Write the ensemble to one compressed file."""
    np.savez_compressed(
        path,
        names=np.array(trees.names), feature=trees.feature, threshold=trees.threshold,
        left=trees.left, right=trees.right, value=trees.value, depth=np.array(trees.depth),
    )  # fmt: skip


@lru_cache(maxsize=2)
def load(path: Path = FILE) -> TreeRanker:
    """The ranker that ships; raises IndexCorrupt when its file is missing or damaged."""
    try:
        with np.load(path, allow_pickle=False) as data:
            return TreeRanker(
                Trees(
                    names=tuple(data["names"].tolist()), feature=data["feature"],
                    threshold=data["threshold"], left=data["left"], right=data["right"],
                    value=data["value"], depth=int(data["depth"]),
                )
            )  # fmt: skip
    except (OSError, KeyError, ValueError, BadZipFile) as error:
        raise IndexCorrupt(f"排序模型 {path} 缺失或已损坏，请重新取得程序文件。") from error
