"""This product's own ranking, without the reader, as it is searched in a library."""

from __future__ import annotations

from collections.abc import Sequence

from bench.peers.runner import Embed
from eval.bench import passages_of
from eval.records import Benchmark, BenchPassage
from index.build import build
from index.encoder import load_encoder
from index.retrieve import HybridIndex
from text.normalize import fold
from youju.records import Question


class Peer:
    """`HybridIndex` over the texts."""

    def __init__(self, texts: Sequence[str], embed: Embed) -> None:
        parts = tuple(
            BenchPassage(f"{i:08d}", "", text, f"{i:08d}") for i, text in enumerate(texts)
        )
        encoder = load_encoder("bundled")
        data = build(*passages_of(Benchmark("peers", parts, (), ())), encoder)
        self._index = HybridIndex(data, encoder)

    def search(self, text: str, k: int) -> list[int]:
        """Places of the best texts, best first."""
        hits = self._index.search(Question(text, fold(text)), k)
        return [int(hit.passage.id) for hit in hits]
