"""txtai: hybrid embeddings, its own BM25 over words that jieba has cut."""

from __future__ import annotations

from collections.abc import Sequence

import jieba
import numpy as np
from txtai import Embeddings

from bench.peers.runner import Embed


class Peer:
    """`Embeddings` with hybrid scoring; vectors come from the given encoder."""

    def __init__(self, texts: Sequence[str], embed: Embed) -> None:
        self._query = False

        def transform(cut: list[str]) -> np.ndarray:
            return embed(["".join(text.split("\t")) for text in cut], self._query)

        self._embeddings = Embeddings(
            {"hybrid": True, "method": "external", "transform": transform, "content": False}
        )
        self._embeddings.index((place, _cut(text), None) for place, text in enumerate(texts))
        self._query = True

    def search(self, text: str, k: int) -> list[int]:
        """Places of the best texts, best first."""
        return [int(place) for place, _ in self._embeddings.search(_cut(text), k)]


def _cut(text: str) -> str:
    """Words with tabs between them, so that the encoder can have the text back."""
    return "\t".join(jieba.lcut("".join(text.split("\t"))))
