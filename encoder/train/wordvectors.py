"""Word vectors of the cut text: word2vec, skip-gram with negative sampling."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np

log = logging.getLogger(__name__)


def train_word2vec(
    cut: Path, *, dimension: int, epochs: int, workers: int, seed: int, min_count: int = 5
) -> tuple[list[str], np.ndarray]:
    """(words by falling frequency, float32 vectors of shape (words, dimension)).

    With more than one worker the order of updates, and so the last digits, differ between runs.
    """
    from gensim.models import Word2Vec
    from gensim.models.callbacks import CallbackAny2Vec

    class Report(CallbackAny2Vec):
        """One log line per epoch; gensim's own lines give words per second in between."""

        def on_epoch_end(self, model: Word2Vec) -> None:
            log.info("词向量第 %d/%d 轮完成", model.epochs_done + 1, epochs)
            model.epochs_done += 1

    model = Word2Vec(
        vector_size=dimension, window=6, min_count=min_count, sg=1, negative=8, sample=3e-5,
        workers=workers, seed=seed, max_final_vocab=120_000,
    )  # fmt: skip
    model.epochs_done = 0
    model.build_vocab(corpus_file=str(cut), progress_per=10**6)
    model.train(
        corpus_file=str(cut), total_examples=model.corpus_count,
        total_words=model.corpus_total_words, epochs=epochs, callbacks=[Report()],
        report_delay=30,
    )  # fmt: skip
    return list(model.wv.index_to_key), model.wv.vectors.astype(np.float32)


def save_vectors(path: Path, words: list[str], vectors: np.ndarray) -> None:
    """Keep them for a later run with other settings downstream."""
    np.savez(path, words=np.array(words), vectors=vectors)


def load_vectors(path: Path) -> tuple[list[str], np.ndarray]:
    """What `save_vectors` wrote."""
    with np.load(path) as data:
        return data["words"].tolist(), data["vectors"]
