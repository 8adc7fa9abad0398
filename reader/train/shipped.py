"""A shipped reader → a network that learns on: 8-bit weights as floats, smoothing undone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from reader.train.network import Encoder, Network

_HEADS = 12
_EPSILON = 1e-12
_HEAD_MATRICES = ("pair", "figures", "span", "told")
_LAYER_MATRICES = ("queries", "keys", "values", "out", "up", "down")

Array = NDArray[np.float32]


def load(folder: Path) -> Network:
    """The network of `folder`/model.onnx, as `export` wrote it.

    It computes what the file computes but for the rounding of activations. KeyError: the file is
    of another shape.
    """
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(folder / "model.onnx").graph
    stored = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    matrices = {
        node.name.rsplit("/", 1)[0].removeprefix("/"): _floats(stored, node.input[1])
        for node in graph.node
        if node.op_type == "MatMulInteger"
    }
    words = _floats(stored, "encoder.words.weight_quantized")
    places = stored["encoder.positions.weight"]
    layers = sum(name.endswith("before_qkv.inverse") for name in stored)
    hidden, inner = words.shape[1], len(stored["encoder.layers.0.up.bias"])
    net = Network(
        Encoder(
            len(words), layers, hidden=hidden, heads=_HEADS, inner=inner,
            positions=len(places), epsilon=_EPSILON,
        ),
        hidden,
    )  # fmt: skip
    state: dict[str, NDArray] = {"encoder.words.weight": words}
    for name in net.state_dict():
        if name in stored:
            state[name] = stored[name]
    for name in _HEAD_MATRICES:
        state[f"{name}.weight"] = matrices[name].T
    for number in range(layers):
        state |= _layer(f"encoder.layers.{number}.", number, stored, matrices)
    net.load_state_dict({name: torch.tensor(value) for name, value in state.items()})
    return net


def _layer(
    at: str, number: int, stored: Mapping[str, NDArray], matrices: Mapping[str, Array]
) -> dict[str, NDArray]:
    """One block; the factors that smoothed its inputs go back into its matrices."""
    found = {name: matrices[f"encoder/layers.{number}/{name}"].T for name in _LAYER_MATRICES}
    qkv = np.concatenate([found[name] for name in ("queries", "keys", "values")])
    return {
        f"{at}qkv.weight": qkv * stored[f"{at}before_qkv.inverse"],
        f"{at}qkv.bias": stored[f"{at}bias"],
        f"{at}out.weight": found["out"],
        f"{at}up.weight": found["up"] * stored[f"{at}before_up.inverse"],
        f"{at}down.weight": found["down"] * stored[f"{at}before_down.inverse"],
    }


def _floats(stored: Mapping[str, NDArray], name: str) -> Array:
    """A matrix as it was before it had 8 bits; scales are per column, or one for all."""
    base = name.removesuffix("_quantized")
    whole = stored[name].astype(np.float32) - stored[f"{base}_zero_point"].astype(np.float32)
    scaled: Array = whole * stored[f"{base}_scale"].astype(np.float32)
    return scaled
