"""LlamaIndex: its own vector index and BM25Retriever over jieba's words, fused by rank."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jieba
from llama_index.core import VectorStoreIndex
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.embeddings import BaseEmbedding
from llama_index.core.llms import MockLLM
from llama_index.core.retrievers import QueryFusionRetriever
from llama_index.core.schema import NodeWithScore, TextNode
from llama_index.retrievers.bm25 import BM25Retriever

from bench.peers.runner import DEPTH, Embed


class _Embedding(BaseEmbedding):
    embed: Any = None

    def _get_text_embedding(self, text: str) -> list[float]:
        return [float(x) for x in self.embed([text], False)[0]]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return [vector.tolist() for vector in self.embed(texts, False)]

    def _get_query_embedding(self, query: str) -> list[float]:
        return [float(x) for x in self.embed([query], True)[0]]

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)


class _Cut(BaseRetriever):
    """A retriever that is asked in words, and gives the nodes that the vectors give."""

    def __init__(self, inner: Any, nodes: Sequence[TextNode]) -> None:
        super().__init__()
        self._inner, self._nodes = inner, nodes

    def _retrieve(self, query_bundle: Any) -> list[Any]:
        found = self._inner.retrieve(" ".join(jieba.lcut_for_search(query_bundle.query_str)))
        # Fusion takes nodes for the same by their text.
        return [NodeWithScore(node=self._nodes[int(f.node.node_id)], score=f.score) for f in found]


class Peer:
    """Reciprocal rank fusion of both, no query is made up."""

    def __init__(self, texts: Sequence[str], embed: Embed) -> None:
        nodes = [TextNode(id_=str(place), text=text) for place, text in enumerate(texts)]
        model = _Embedding(embed=embed, embed_batch_size=64)
        vectors = VectorStoreIndex(nodes, embed_model=model)
        # The words are cut beforehand: its tokenizer splits at spaces.
        cut = [
            TextNode(id_=node.node_id, text=" ".join(jieba.lcut_for_search(node.text)))
            for node in nodes
        ]
        words = BM25Retriever.from_defaults(
            nodes=cut, similarity_top_k=DEPTH, skip_stemming=True, token_pattern=r"\S+"
        )
        self._vectors = vectors.as_retriever(similarity_top_k=DEPTH)
        self._words = words
        self._fusion = QueryFusionRetriever(
            [self._vectors, _Cut(words, nodes)],
            llm=MockLLM(),
            similarity_top_k=DEPTH,
            num_queries=1,
            mode="reciprocal_rerank",
            use_async=False,
        )

    def search(self, text: str, k: int) -> list[int]:
        """Places of the best texts, best first."""
        return [int(found.node.node_id) for found in self._fusion.retrieve(text)[:k]]
