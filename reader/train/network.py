"""The network: a small BERT encoder, two figures for the pair, one for each span of the text."""

from __future__ import annotations

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

from reader.inputs import FIRST_SPAN


class Layer(nn.Module):
    """One block of BERT: attention and feed-forward, each with its norm behind it."""

    def __init__(self, hidden: int, heads: int, inner: int, epsilon: float) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(hidden, 3 * hidden)
        self.out = nn.Linear(hidden, hidden)
        self.norm1 = nn.LayerNorm(hidden, epsilon)
        self.up = nn.Linear(hidden, inner)
        self.down = nn.Linear(inner, hidden)
        self.norm2 = nn.LayerNorm(hidden, epsilon)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """`x` (pairs, tokens, hidden); `mask` is added to the attention."""
        batch, length, hidden = x.shape
        size = hidden // self.heads
        q, k, v = self.qkv(x).view(batch, length, 3, self.heads, size).permute(2, 0, 3, 1, 4)
        seen = functional.scaled_dot_product_attention(q, k, v, attn_mask=mask.to(q.dtype))
        x = self.norm1(x + self.out(seen.transpose(1, 2).reshape(batch, length, hidden)))
        return self.norm2(x + self.down(functional.gelu(self.up(x))))


class Encoder(nn.Module):
    """Token ids → contextual vectors. No dropout: the forward pass is four times faster."""

    def __init__(
        self, pieces: int, layers: int, *, hidden: int, heads: int, inner: int, positions: int,
        epsilon: float,
    ) -> None:  # fmt: skip
        super().__init__()
        self.words = nn.Embedding(pieces, hidden)
        self.positions = nn.Embedding(positions, hidden)
        self.norm = nn.LayerNorm(hidden, epsilon)
        self.layers = nn.ModuleList(Layer(hidden, heads, inner, epsilon) for _ in range(layers))

    def forward(self, ids: Tensor, attended: Tensor) -> Tensor:
        """(pairs, tokens) ids and 0/1 → (pairs, tokens, hidden)."""
        places = self.positions.weight[: ids.shape[1]]
        x = self.norm(self.words(ids) + places)
        mask = (attended[:, None, None, :].to(x.dtype) - 1.0) * 1e4
        for layer in self.layers:
            x = layer(x, mask)
        return x


class Network(nn.Module):
    """What the reader computes: the pair's rank and answer logits, and one logit per span.

    The question's mean vector is held against the text's and each span's: the base was trained to
    make the two alike, so that little is left to learn. The best span speaks for its unit too.
    """

    def __init__(self, encoder: Encoder, hidden: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.pair = nn.Linear(4 * hidden, hidden)
        self.figures = nn.Linear(hidden, 2)
        self.span = nn.Linear(4 * hidden, hidden)
        self.told = nn.Linear(hidden, 1)
        self.best = nn.Parameter(torch.tensor([0.7, 0.5]))

    def forward(self, ids: Tensor, attended: Tensor, pool: Tensor) -> tuple[Tensor, Tensor]:
        """`pool` as `inputs.batch` makes it.

        Gives (pairs, 2) rank and answer logits and (pairs, spans) span logits.
        """
        x = self.encoder(ids, attended)
        first = x[:, :1]
        means = torch.bmm(pool.to(x.dtype), x)
        question, text, spans = means[:, :1], means[:, 1:2], means[:, FIRST_SPAN:]
        pair = torch.cat([first, question, text, question * text], 2).squeeze(1)
        figures = self.figures(functional.gelu(self.pair(pair)))
        wide = spans.shape[1]
        each = torch.cat(
            [first.expand(-1, wide, -1), question.expand(-1, wide, -1), spans, question * spans], 2
        )
        told = self.told(functional.gelu(self.span(each))).squeeze(2)
        there = pool[:, FIRST_SPAN:].sum(2) > 0
        best = told.masked_fill(~there, -20.0).amax(1, keepdim=True)
        return figures + self.best * best, told
