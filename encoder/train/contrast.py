"""Contrastive training of a table of token vectors: in a batch, each text must find its partner."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional
from tqdm import tqdm

from encoder.train import hard

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Settings:
    """How to train; `clustered` is the share of batches made of texts of few subjects."""

    epochs: int = 8
    batch: int = 2048
    rate: float = 3e-3
    map_rate: float = 3e-3  # of the linear map that all words share
    scale: float = 20.0
    token_dropout: float = 0.25
    clustered: float = 0.9
    clusters_per_batch: int = 8
    seed: int = 13
    smallest_dimension: int = 0  # > 0: Matryoshka, the first so many dimensions are trained too
    late: float = 1.0  # weight of the loss of `hard`, 0 for none
    late_queries: int = 256  # of a batch
    late_negatives: int = 4
    late_tokens: int = 96  # of a text; some of a longer one are drawn
    late_query_tokens: int = 24
    late_scale: float = 25.0


@dataclass(frozen=True, slots=True)
class Ragged:
    """Token ids of many texts, end to end; text i is `ids[starts[i]:starts[i + 1]]`."""

    ids: np.ndarray
    starts: np.ndarray

    @classmethod
    def of(cls, lists: list[list[int]]) -> Ragged:
        """From one list per text; an empty text gets the unknown token 0."""
        filled = [ids or [0] for ids in lists]
        starts = np.cumsum([0, *map(len, filled)])
        return cls(np.fromiter((i for ids in filled for i in ids), np.int64), starts)

    def take(self, numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(ids, lengths) of these texts, end to end."""
        lengths = self.starts[numbers + 1] - self.starts[numbers]
        ends = np.cumsum(lengths)
        within = np.arange(ends[-1]) - np.repeat(ends - lengths, lengths)
        return self.ids[np.repeat(self.starts[numbers], lengths) + within], lengths


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """Pairs (query row, positive row) with a subject and a share per pair.

    `share` (0–1] is the chance to be shown in an epoch: what is nearest to the task always is.
    """

    queries: Ragged
    positives: Ragged
    query_of: np.ndarray
    positive_of: np.ndarray
    subject: np.ndarray
    share: np.ndarray


def batches(
    data: TrainingSet, settings: Settings, rng: np.random.Generator
) -> Iterator[np.ndarray]:
    """Pair numbers, batch by batch; some batches hold few subjects: their negatives are hard."""
    shown = np.flatnonzero(rng.random(len(data.share)) < data.share)
    order = rng.permutation(shown)
    split = int(len(order) * settings.clustered)
    hard, easy = order[:split], order[split:]
    # Within few subjects: blocks of one subject each, shuffled, several blocks to a batch.
    hard = hard[np.argsort(data.subject[hard], kind="stable")]
    block = max(1, settings.batch // settings.clusters_per_batch)
    blocks = [hard[start : start + block] for start in range(0, len(hard), block)]
    rng.shuffle(blocks)
    hard = np.concatenate(blocks) if blocks else hard
    parts = [
        part[start : start + settings.batch]
        for part in (hard, easy)
        for start in range(0, len(part) - settings.batch + 1, settings.batch)
    ]
    rng.shuffle(parts)
    yield from parts


class Table(torch.nn.Module):
    """The trained object: word vectors through one linear map, plus a correction per token.

    The map is learned from all words and moves those along that training hardly ever shows; without
    it they would stay behind in the old space. A text is the direction of its tokens' sum.
    """

    def __init__(self, vectors: np.ndarray) -> None:
        super().__init__()
        self.words = torch.nn.Parameter(torch.from_numpy(vectors.copy()), requires_grad=False)
        self.map = torch.nn.Parameter(torch.eye(vectors.shape[1]))
        self.correction = torch.nn.Parameter(torch.zeros(vectors.shape))

    def forward(
        self, ids: np.ndarray, lengths: np.ndarray, dropout: float, rng: np.random.Generator
    ) -> torch.Tensor:
        """Sums of the token vectors, some tokens left out at random (their number is no matter)."""
        offsets = torch.from_numpy(np.concatenate([[0], np.cumsum(lengths)[:-1]]))
        kept = torch.from_numpy(np.where(rng.random(len(ids)) < dropout, 0, ids))
        moved = functional.embedding_bag(kept, self.words, offsets, mode="sum") @ self.map
        own = functional.embedding_bag(kept, self.correction, offsets, mode="sum", padding_idx=0)
        return moved + own

    def vectors(self, ids: torch.Tensor) -> torch.Tensor:
        """The vectors of single tokens."""
        # Not plain indexing: its gradients are summed in an order that changes between runs.
        moved = functional.embedding(ids, self.words) @ self.map
        return moved + functional.embedding(ids, self.correction)


def pair_loss(
    left: torch.Tensor, right: torch.Tensor, same: torch.Tensor, scale: float
) -> torch.Tensor:
    """Cross entropy in both directions; `same` marks partners that are no negatives."""
    scores = scale * functional.normalize(left, dim=1) @ functional.normalize(right, dim=1).T
    scores = scores.masked_fill(same, float("-inf"))
    target = torch.arange(len(scores))
    return functional.cross_entropy(scores, target) + functional.cross_entropy(scores.T, target)


def train(
    vectors: np.ndarray,
    data: TrainingSet,
    settings: Settings,
    judge: Callable[[np.ndarray], str] | None = None,
) -> np.ndarray:
    """The trained table, float32; `judge` turns a table into a line for the log, once per epoch."""
    torch.manual_seed(settings.seed)
    rng = np.random.default_rng(settings.seed)
    model = Table(vectors)
    optimizer = torch.optim.Adam(
        [
            {"params": [model.correction], "lr": settings.rate},
            {"params": [model.map], "lr": settings.map_rate},
        ]
    )
    steps = settings.epochs * int(data.share.sum() / settings.batch)
    weights = torch.from_numpy(hard.idf(data.positives, len(vectors)))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / 50) * max(0.02, 1 - step / max(steps, 1))
    )
    for epoch in range(settings.epochs):
        losses = []
        for numbers in tqdm(
            list(batches(data, settings, rng)), desc=f"第 {epoch + 1} 轮", mininterval=5
        ):
            query, positive = data.query_of[numbers], data.positive_of[numbers]
            left = model(*data.queries.take(query), settings.token_dropout, rng)
            right = model(*data.positives.take(positive), settings.token_dropout, rng)
            same = torch.from_numpy(
                (positive[:, None] == positive[None, :]) | (query[:, None] == query[None, :])
            )
            same.fill_diagonal_(False)
            loss = pair_loss(left, right, same, settings.scale)
            if 0 < settings.smallest_dimension < left.shape[1]:
                short = settings.smallest_dimension
                loss = loss + pair_loss(left[:, :short], right[:, :short], same, settings.scale)
            if settings.late:
                loss = loss + settings.late * hard.loss(
                    model, data.queries, data.positives, (query, positive), (left, right), same,
                    weights, settings, rng,
                )  # fmt: skip
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            schedule.step()
            losses.append(float(loss.detach()))
        line = judge(table_of(model)) if judge else ""
        log.info("第 %d/%d 轮：损失 %.3f %s", epoch + 1, settings.epochs, np.mean(losses), line)
    return table_of(model)


def table_of(model: Table) -> np.ndarray:
    """The token vectors as they stand."""
    with torch.no_grad():
        return (model.words @ model.map + model.correction).numpy()


def encode(table: np.ndarray, texts: Ragged) -> np.ndarray:
    """Unit vectors of texts under a table, as the shipped model gives them."""
    with torch.no_grad():
        sums = functional.embedding_bag(
            torch.from_numpy(texts.ids),
            torch.from_numpy(table),
            torch.from_numpy(texts.starts[:-1]),
            mode="sum",
        )
        return functional.normalize(sums, dim=1).numpy()
