"""The trained network as it is exported: attention in one operator, inputs smoothed for 8 bits.

8-bit arithmetic gives all activations that enter a matrix one scale, and a few channels of this
encoder are a hundred times larger than the rest. As in SmoothQuant (Xiao et al. 2023) such a
channel is divided by a factor that its weights are multiplied by, so that both fit 8 bits.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

from reader.inputs import batch
from reader.train.groups import Group, batches
from reader.train.network import Encoder, Layer, Network

# Share of the activations in the factors, the rest is the weights': held-out logits change least.
_ALPHA = 0.8
_GROUPS, _BATCHES, _TOKENS = 400, 8, 8000  # looked at for the largest activations
_SMALLEST = 1e-3


class _Attention(torch.autograd.Function):
    """onnxruntime's MultiHeadAttention: (pairs, tokens, hidden) queries, keys, values."""

    @staticmethod
    def forward(
        _: Any, q: Tensor, k: Tensor, v: Tensor, bias: Tensor, attended: Tensor, heads: int
    ) -> Tensor:
        pairs, tokens, hidden = q.shape

        def split(x: Tensor) -> Tensor:
            return x.view(pairs, tokens, heads, hidden // heads).transpose(1, 2)

        of_q, of_k, of_v = bias.chunk(3)
        mask = (attended[:, None, None, :].to(q.dtype) - 1.0) * 1e4
        seen = functional.scaled_dot_product_attention(
            split(q + of_q), split(k + of_k), split(v + of_v), attn_mask=mask
        )
        return seen.transpose(1, 2).reshape(pairs, tokens, hidden)

    @staticmethod
    def symbolic(g: Any, q: Any, k: Any, v: Any, bias: Any, attended: Any, heads: int) -> Any:
        made = g.op("com.microsoft::MultiHeadAttention", q, k, v, bias, attended, num_heads_i=heads)
        return made.setType(q.type())


class _Smooth(nn.Module):
    """`x` divided by a factor per channel."""

    def __init__(self, factors: Tensor) -> None:
        super().__init__()
        self.inverse = nn.Parameter(1.0 / factors, requires_grad=False)

    def forward(self, x: Tensor) -> Tensor:
        return x * self.inverse


class _Layer(nn.Module):
    """A block of `reader.train.network` with the same outputs; `factors` by matrix."""

    def __init__(self, layer: Layer, factors: Mapping[str, Tensor]) -> None:
        super().__init__()
        hidden = layer.out.in_features
        self.heads = layer.heads
        self.queries, self.keys, self.values = (
            nn.Linear(hidden, hidden, bias=False) for _ in range(3)
        )
        self.bias = nn.Parameter(layer.qkv.bias.detach().clone(), requires_grad=False)
        self.out, self.up, self.down = layer.out, layer.up, layer.down
        self.norm1, self.norm2 = layer.norm1, layer.norm2
        self.before_qkv, self.before_up, self.before_down = (
            _Smooth(factors[name]) for name in ("qkv", "up", "down")
        )
        with torch.no_grad():
            parts = (self.queries, self.keys, self.values)
            for part, weight in zip(parts, layer.qkv.weight.chunk(3), strict=True):
                part.weight.copy_(weight * factors["qkv"])
            self.up.weight.mul_(factors["up"])
            self.down.weight.mul_(factors["down"])
            # the values feed `out` alone, so its factors cost nothing
            self.out.weight.mul_(factors["out"])
            self.values.weight.div_(factors["out"][:, None])
            self.bias[-hidden:].div_(factors["out"])

    def forward(self, x: Tensor, attended: Tensor) -> Tensor:
        y = self.before_qkv(x)
        seen = _Attention.apply(
            self.queries(y), self.keys(y), self.values(y), self.bias, attended, self.heads
        )
        x = self.norm1(x + self.out(seen))
        wide = functional.gelu(self.up(self.before_up(x)))
        return self.norm2(x + self.down(self.before_down(wide)))


class _Encoder(nn.Module):
    def __init__(self, encoder: Encoder, layers: Sequence[_Layer]) -> None:
        super().__init__()
        self.words, self.positions, self.norm = encoder.words, encoder.positions, encoder.norm
        self.layers = nn.ModuleList(layers)

    def forward(self, ids: Tensor, attended: Tensor) -> Tensor:
        x = self.norm(self.words(ids) + self.positions.weight[: ids.shape[1]])
        mask = attended.to(torch.int32)
        for layer in self.layers:
            x = layer(x, mask)
        return x


def deploy(net: Network, groups: Sequence[Group]) -> None:
    """Give the network the layers that are exported; `groups` show how large activations get."""
    largest = _largest(net, groups)
    layers = []
    for number, layer in enumerate(net.encoder.layers):
        assert isinstance(layer, Layer)
        factors = {
            name: _factors(largest[f"layers.{number}.{name}"], getattr(layer, name).weight)
            for name in ("qkv", "out", "up", "down")
        }
        layers.append(_Layer(layer, factors))
    net.encoder = _Encoder(net.encoder, layers)  # type: ignore[assignment]


def _factors(largest: Tensor, weight: Tensor) -> Tensor:
    widest = weight.detach().abs().amax(0).clamp(min=1e-5)
    raised: Tensor = largest.clamp(min=1e-5) ** _ALPHA / widest ** (1.0 - _ALPHA)
    return raised.clamp(min=_SMALLEST)


@torch.no_grad()
def _largest(net: Network, groups: Sequence[Group]) -> dict[str, Tensor]:
    """Matrix of the encoder → the largest absolute input of each of its channels."""
    seen: dict[str, Tensor] = {}

    def watch(name: str) -> Any:
        def look(_: nn.Module, given: tuple[Tensor, ...]) -> None:
            most = given[0].detach().abs().flatten(0, -2).amax(0)
            seen[name] = torch.maximum(seen[name], most) if name in seen else most

        return look

    matrices = [(n, m) for n, m in net.encoder.named_modules() if isinstance(m, nn.Linear)]
    hooks = [module.register_forward_pre_hook(watch(name)) for name, module in matrices]
    drawn = batches(list(groups)[:_GROUPS], _TOKENS, random.Random(1))
    for block in islice(drawn, _BATCHES):
        ids, attended, pool = batch([pair for group in block for pair in group.pairs])
        net(torch.from_numpy(ids), torch.from_numpy(attended), torch.from_numpy(pool))
    for hook in hooks:
        hook.remove()
    return seen
