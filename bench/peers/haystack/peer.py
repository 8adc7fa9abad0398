"""Haystack: the store in memory, BM25 (its pattern takes Chinese by characters) and vectors."""

from __future__ import annotations

from collections.abc import Sequence

from haystack import Document
from haystack.components.joiners import DocumentJoiner
from haystack.document_stores.in_memory import InMemoryDocumentStore

from bench.peers.runner import Embed


class Peer:
    """Both retrievals joined by reciprocal rank, as its documentation shows."""

    def __init__(self, texts: Sequence[str], embed: Embed) -> None:
        self._embed = embed
        self._store = InMemoryDocumentStore(embedding_similarity_function="cosine")
        documents = []
        for start in range(0, len(texts), 64):
            vectors = embed(texts[start : start + 64], False)
            documents += [
                Document(id=str(start + i), content=texts[start + i], embedding=vector.tolist())
                for i, vector in enumerate(vectors)
            ]
        self._store.write_documents(documents)
        self._joiner = DocumentJoiner(join_mode="reciprocal_rank_fusion")

    def search(self, text: str, k: int) -> list[int]:
        """Places of the best texts, best first."""
        words = self._store.bm25_retrieval(text, top_k=k)
        vector = [float(x) for x in self._embed([text], True)[0]]
        near = self._store.embedding_retrieval(vector, top_k=k)
        joined = self._joiner.run(documents=[words, near])["documents"]
        return [int(document.id) for document in joined[:k]]
