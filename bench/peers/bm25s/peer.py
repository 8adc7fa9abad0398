"""Plain bm25s over jieba's words: no vectors."""

from __future__ import annotations

from collections.abc import Sequence

import bm25s
import jieba

from bench.peers.runner import Embed


class Peer:
    """BM25 alone."""

    def __init__(self, texts: Sequence[str], embed: Embed) -> None:
        self._engine = bm25s.BM25()
        cut = [jieba.lcut_for_search(text) for text in texts]
        self._engine.index(cut, show_progress=False)

    def search(self, text: str, k: int) -> list[int]:
        """Places of the best texts, best first."""
        found, _ = self._engine.retrieve([jieba.lcut_for_search(text)], k=k, show_progress=False)
        return [int(place) for place in found[0]]
