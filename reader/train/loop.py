"""The training loop: one pass after another over the groups, resumable, with a log."""

from __future__ import annotations

import json
import math
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as functional
from torch import Tensor

from reader.inputs import FIRST_SPAN, batch
from reader.train import base
from reader.train.groups import LAYERS, Group, Prepared, batches
from reader.train.network import Encoder, Network

_SAVE_EVERY = 100
_JUDGE_EVERY = 500
_LOG_EVERY = 20


@dataclass(frozen=True, slots=True)
class Recipe:
    """What was chosen; the model card says why. `name` is that of the checkpoint."""

    name: str = "checkpoint"
    steps: int = 1950
    seed: int = 11
    tokens: int = 4200  # of a batch, padding counted
    rate: float = 1e-4
    words_rate: float = 3e-5
    heads_rate: float = 5e-4
    warmup: int = 60
    rank_weight: float = 1.0
    answers_weight: float = 1.0
    span_weight: float = 1.0
    choice_weight: float = 0.5


# From the mined wrong units on to those that the product itself ranks high, three times.
REHEARSALS = tuple(
    Recipe(
        name=f"rehearsal-{part}", steps=steps,
        rate=5e-5, words_rate=1.5e-5, heads_rate=2.5e-4, warmup=20,
    )
    for part, steps in enumerate((1100, 1300, 1000))
)  # fmt: skip


def network(prepared: Prepared) -> Network:
    """The network with the base's weights; its heads are new."""
    source = base.packed()
    encoder = Encoder(
        len(prepared.kept), len(LAYERS), hidden=source.hidden, heads=source.heads,
        inner=source.inner, positions=source.positions, epsilon=source.epsilon,
    )  # fmt: skip
    state = base.weights(source, prepared.kept, LAYERS)
    encoder.load_state_dict({name: torch.tensor(value) for name, value in state.items()})
    return Network(encoder, source.hidden)


def train(
    prepared: Prepared, work: Path, recipe: Recipe, *,
    before: Recipe | None = None, start: Network | None = None,
) -> Network:  # fmt: skip
    """Train up to `recipe.steps`, from the last checkpoint in `work` when there is one.

    Without one it begins where `before` ended in `work`, else with `start`, else with the base's
    weights.
    """
    torch.manual_seed(recipe.seed)
    net = start or network(prepared)
    optimizer = torch.optim.AdamW(_parameters(net, recipe), weight_decay=0.01, fused=True)
    rates = [group["lr"] for group in optimizer.param_groups]
    checkpoint = work / f"{recipe.name}.pt"
    step = 0
    last = checkpoint if checkpoint.exists() or before is None else work / f"{before.name}.pt"
    if last.exists():
        saved = torch.load(last, weights_only=True)
        net.load_state_dict(saved["net"])
        optimizer.load_state_dict(saved["optimizer"])
        step = saved["step"] if last == checkpoint else 0
    started, done, sums, passed = time.time(), 0, np.zeros(4), 0
    epoch = 0
    while step < recipe.steps:
        rng = random.Random(f"{recipe.seed}/{epoch}")
        for groups in batches(prepared.groups, recipe.tokens, rng):
            if passed < step:  # taken before the run was interrupted
                passed += 1
                continue
            if step >= recipe.steps:
                break
            scale = _schedule(step, recipe)
            for group, rate in zip(optimizer.param_groups, rates, strict=True):
                group["lr"] = rate * scale
            sums += _learned(net, optimizer, groups, recipe)
            step += 1
            passed += 1
            done += 1
            if step % _LOG_EVERY == 0:
                told = " ".join(f"{value / _LOG_EVERY:.3f}" for value in sums)
                pace = (time.time() - started) / done
                print(f"step {step} losses {told} {pace:.2f} s/step", flush=True)
                sums[:] = 0
            if step % _JUDGE_EVERY == 0:
                print(
                    f"step {step} held out {json.dumps(judge(net, prepared.held_out))}", flush=True
                )
            if step % _SAVE_EVERY == 0 or step == recipe.steps:
                _save(checkpoint, net, optimizer, step)
        epoch += 1
    return net


def _learned(
    net: Network, optimizer: torch.optim.Optimizer, groups: Sequence[Group], recipe: Recipe
) -> list[float]:
    """One step on some groups; the four losses before it."""
    losses = _losses(net, groups)
    weights = (
        recipe.rank_weight, recipe.answers_weight, recipe.span_weight, recipe.choice_weight
    )  # fmt: skip
    total = torch.stack([w * loss for w, loss in zip(weights, losses, strict=True)]).sum()
    optimizer.zero_grad(set_to_none=True)
    total.backward()
    torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
    optimizer.step()
    return [float(loss.detach()) for loss in losses]


def _save(path: Path, net: Network, optimizer: torch.optim.Optimizer, step: int) -> None:
    """Keep where training stands; an interruption leaves what was kept before."""
    part = path.with_suffix(".part")
    state = {"net": net.state_dict(), "optimizer": optimizer.state_dict(), "step": step}
    torch.save(state, part)
    part.replace(path)


def _parameters(net: Network, recipe: Recipe) -> list[dict]:
    words, heads, rest = [], [], []
    for name, parameter in net.named_parameters():
        if name.startswith("encoder.words"):
            words.append(parameter)
        elif name.startswith("encoder."):
            rest.append(parameter)
        else:
            heads.append(parameter)
    return [
        {"params": words, "lr": recipe.words_rate},
        {"params": heads, "lr": recipe.heads_rate},
        {"params": rest, "lr": recipe.rate},
    ]


def _schedule(step: int, recipe: Recipe) -> float:
    if step < recipe.warmup:
        return (step + 1) / recipe.warmup
    left = (recipe.steps - step) / (recipe.steps - recipe.warmup)
    return max(0.02, left)


def forward(net: Network, groups: Sequence[Group]) -> tuple[Tensor, Tensor, np.ndarray]:
    """(pairs, 2), (pairs, spans) and the spans' pool, for all pairs of the groups in order."""
    ids, attended, pool = batch([pair for group in groups for pair in group.pairs])
    with torch.autocast("cpu", dtype=torch.bfloat16):
        figures, spans = net(
            torch.from_numpy(ids), torch.from_numpy(attended), torch.from_numpy(pool)
        )
    return figures.float(), spans.float(), pool[:, FIRST_SPAN:]


def _losses(net: Network, groups: Sequence[Group]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Rank: softmax over a group's units. Answers: each pair alone. Spans: each span alone.
    Choice: softmax over all spans of a group's units."""
    figures, spans, pool = forward(net, groups)
    there = torch.from_numpy(pool.sum(axis=2) > 0)
    zero = figures.new_zeros(())
    rank, choice, told, telling = [], [], [], []
    labels = figures.new_zeros(len(figures))
    at = 0
    for group in groups:
        end = at + len(group.pairs)
        if group.right:
            labels[at] = 1.0
            if end - at > 1:
                rank.append(-functional.log_softmax(figures[at:end, 0], 0)[0])
        wrong_from = at + 1 if group.right else at
        if group.answers is not None:
            known = there[at:end]
            target = torch.zeros_like(spans[at:end])
            if group.answers:
                target[0, list(group.answers)] = 1.0
                target *= known
                if target.any():
                    logs = functional.log_softmax(spans[at:end][known], 0)
                    choice.append(-torch.logsumexp(logs[target[known] > 0], 0))
            row = functional.binary_cross_entropy_with_logits(
                spans[at:end], target, reduction="none"
            )
            told.append(row[0][known[0]])
            telling.append(row[1:][known[1:]] * 0.3)
        elif wrong_from < end:
            known = there[wrong_from:end]
            row = functional.softplus(spans[wrong_from:end])
            telling.append(row[known] * 0.3)
        at = end
    answers = functional.binary_cross_entropy_with_logits(figures[:, 1], labels)
    every = torch.cat([*told, *telling]) if told or telling else zero[None]
    return (
        torch.stack(rank).mean() if rank else zero,
        answers,
        every.mean() * 2.0,
        torch.stack(choice).mean() if choice else zero,
    )


@torch.no_grad()
def judge(net: Network, groups: Sequence[Group]) -> dict[str, float]:
    """Of held-out groups: right unit first, answers or not (AUC), best span right."""
    first, spans_right, scores, labels = [], [], [], []
    for groups_of in batches(list(groups)[:300], 8000, random.Random(0)):
        figures, spans, pool = forward(net, groups_of)
        there = pool.sum(axis=2) > 0
        at = 0
        for group in groups_of:
            end = at + len(group.pairs)
            if group.right and end - at > 1:
                first.append(float(figures[at:end, 0].argmax() == 0))
            scores += figures[at:end, 1].tolist()
            labels += [1.0 if group.right and n == 0 else 0.0 for n in range(end - at)]
            if group.answers:
                row = spans[at].numpy().copy()
                row[: there.shape[1]][~there[at]] = -math.inf
                spans_right.append(float(int(row.argmax()) in group.answers))
            at = end
    order = np.argsort(scores)
    ranks = np.empty(len(order))
    ranks[order] = np.arange(1, len(order) + 1)
    positive = np.array(labels) > 0
    n, m = positive.sum(), (~positive).sum()
    auc = (ranks[positive].sum() - n * (n + 1) / 2) / max(1, n * m)
    return {
        "first": round(float(np.mean(first)), 4), "auc": round(float(auc), 4),
        "span": round(float(np.mean(spans_right)), 4), "groups": len(first),
    }  # fmt: skip
