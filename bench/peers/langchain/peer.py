"""LangChain: FAISS and BM25Retriever over jieba's words, joined by EnsembleRetriever."""

from __future__ import annotations

from collections.abc import Sequence

import jieba
from langchain_classic.retrievers import EnsembleRetriever
from langchain_community.retrievers import BM25Retriever
from langchain_community.vectorstores import FAISS
from langchain_core.embeddings import Embeddings

from bench.peers.runner import DEPTH, Embed


class _Embeddings(Embeddings):
    def __init__(self, embed: Embed) -> None:
        self._embed = embed

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Vectors of passages."""
        return [vector.tolist() for vector in self._embed(texts, False)]

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question."""
        return [float(x) for x in self._embed([text], True)[0]]


class Peer:
    """Both retrievers with equal weights, as its documentation shows."""

    def __init__(self, texts: Sequence[str], embed: Embed) -> None:
        places = [{"place": place} for place in range(len(texts))]
        words = BM25Retriever.from_texts(
            list(texts), metadatas=places, preprocess_func=jieba.lcut_for_search
        )
        words.k = DEPTH
        vectors = FAISS.from_texts(list(texts), _Embeddings(embed), metadatas=places)
        self._both = EnsembleRetriever(
            retrievers=[words, vectors.as_retriever(search_kwargs={"k": DEPTH})],
            weights=[0.5, 0.5],
        )

    def search(self, text: str, k: int) -> list[int]:
        """Places of the best texts, best first."""
        return [int(doc.metadata["place"]) for doc in self._both.invoke(text)[:k]]
