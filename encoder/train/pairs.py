"""Puts the training pairs together, each kind with the share that an epoch shows of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from encoder.train import sources
from encoder.train.contrast import Ragged, TrainingSet
from encoder.train.sources import ClauseQuestions, Pair

# The chance of a pair of each kind to be shown in an epoch: the hand-written ones always are. Rare
# kinds are thinned rather than frequent ones repeated: a repeat in a batch is one negative less.
SHARES = {
    "colloquial": 1.0, "plain": 1.0, "thesaurus": 0.6,
    "law": 0.2, "heading": 0.5, "cmrc2018": 0.5, "drcd": 0.5,
}  # fmt: skip
TITLED_SHARE = 0.5
LAW_SHARE = 0.5  # of the 140,000 articles: their headings are alike and say little


def collect(
    data: Path, leave_out: Callable[[str], bool], excluded: frozenset[str] = frozenset()
) -> list[Pair]:
    """All pairs, each once. `leave_out` drops the questions on a document of that title, and on
    an encyclopedia's passage of that text (validation, folds).

    `excluded` holds keys (`leaks.pair_key`) of pairs that a public benchmark contains.
    """
    from encoder.train.leaks import pair_key

    pairs: list[Pair] = []
    for record in sources.clause_questions(data):
        if leave_out(record.title):
            continue
        positive = as_passage(record)
        pairs += [Pair(question, positive, "colloquial") for question in record.colloquial]
        pairs.append(Pair(record.plain, positive, "plain"))
    pairs += sources.thesaurus_pairs(data)
    pairs += sources.law_pairs(data, LAW_SHARE)
    pairs += sources.file_pairs(data, "policy_heading", "heading")
    for name in ("cmrc2018", "drcd"):
        pairs += [
            pair for pair in sources.file_pairs(data, name, name) if not leave_out(pair.positive)
        ]
    return [pair for pair in pairs if pair_key(pair) not in excluded]


def as_passage(record: ClauseQuestions) -> str:
    """The clause, for a share of the clauses below its document's title, as an index holds it."""
    if sources.fraction(record.clause, "title") < TITLED_SHARE:
        return f"{record.title}\n{record.clause}"
    return record.clause


def number(texts: Iterable[str]) -> tuple[list[str], np.ndarray]:
    """The distinct texts in order of first use, and for each text its number among them."""
    seen: dict[str, int] = {}
    numbers = [seen.setdefault(text, len(seen)) for text in texts]
    return list(seen), np.array(numbers, np.int64)


def training_set(
    pairs: list[Pair],
    tokenize: Callable[[list[str]], list[list[int]]],
    subjects: Callable[[Ragged], np.ndarray],
    shares: dict[str, float] = SHARES,
) -> TrainingSet:
    """The pairs as token ids; `subjects` gives every distinct positive the number of a subject."""
    queries, query_of = number(pair.query for pair in pairs)
    positives, positive_of = number(pair.positive for pair in pairs)
    ragged = Ragged.of(tokenize(positives))
    return TrainingSet(
        queries=Ragged.of(tokenize(queries)),
        positives=ragged,
        query_of=query_of,
        positive_of=positive_of,
        subject=subjects(ragged)[positive_of],
        share=np.array([shares[pair.kind] for pair in pairs]),
    )


def subjects_by_kmeans(table: np.ndarray, count: int, seed: int) -> Callable[[Ragged], np.ndarray]:
    """Subjects from the untrained vectors: texts that share their words belong together."""
    from sklearn.cluster import MiniBatchKMeans

    from encoder.train.contrast import encode

    def assign(texts: Ragged) -> np.ndarray:
        means = MiniBatchKMeans(count, random_state=seed, batch_size=4096, n_init=1, max_iter=20)
        return means.fit_predict(encode(table, texts))

    return assign
