"""The trained network → `model.onnx` with 8-bit weights, beside its tokenizer and a manifest."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import nn

from reader.inputs import FIRST_SPAN, MAX_TOKENS
from reader.train import base
from reader.train.deployed import deploy
from reader.train.groups import Group
from reader.train.network import Network

_OPSET = 17
_SEEN = 2  # a longer piece that the training pairs hold less often is left out


def export(
    net: Network, tokenizer: Path, groups: Sequence[Group], out: Path, *,
    trimmed: bool = False, quantized: bool = True,
) -> None:  # fmt: skip
    """Write the model folder. The network loses what is not needed to read, unless it has."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    out.mkdir(parents=True, exist_ok=True)
    net.eval()
    deploy(net, groups)
    if trimmed:
        shutil.copy(tokenizer, out / "tokenizer.json")
    else:
        trim(net, tokenizer, groups, out / "tokenizer.json")
    ids = torch.ones((2, 16), dtype=torch.int64)
    pool = torch.rand((2, FIRST_SPAN + 3, 16))
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "whole.onnx"
        torch.onnx.export(
            net, (ids, torch.ones_like(ids), pool), str(whole), opset_version=_OPSET,
            input_names=["ids", "attended", "pool"], output_names=["figures", "spans"],
            dynamic_axes={
                "ids": {0: "pairs", 1: "tokens"}, "attended": {0: "pairs", 1: "tokens"},
                "pool": {0: "pairs", 1: "spans", 2: "tokens"},
                "figures": {0: "pairs"}, "spans": {0: "pairs", 1: "spans"},
            },
            dynamo=False,
        )  # fmt: skip
        model = out / "model.onnx"
        if quantized:
            quantize_dynamic(
                whole, model, op_types_to_quantize=["Gather", "MatMul"],
                weight_type=QuantType.QInt8, per_channel=True,
            )  # fmt: skip
        else:
            shutil.copy(whole, model)
    digest = hashlib.sha256(model.read_bytes()).hexdigest()
    manifest = {"format": 1, "revision": digest[:12], "sha256": digest}
    (out / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", "utf-8")


def trim(net: Network, tokenizer: Path, groups: Sequence[Group], out: Path) -> None:
    """Leave out the pieces that the pairs hardly hold, and the positions beyond the longest input.

    Single characters stay: every text can be spelled with them.
    """
    vocabulary = json.loads(tokenizer.read_text("utf-8"))["model"]
    pieces: list[tuple[str, float]] = vocabulary["vocab"]
    seen = np.zeros(len(pieces), np.int64)
    for group in groups:
        for pair in group.pairs:
            seen += np.bincount(pair.ids, minlength=len(pieces))
    kept = [
        number
        for number, (piece, _) in enumerate(pieces)
        if piece in base.SPECIAL or len(piece) == 1 or seen[number] >= _SEEN
    ]
    made = base.tokenizer(
        [pieces[i][0] for i in kept], [pieces[i][1] for i in kept],
        kept.index(vocabulary["unk_id"]),
    )  # fmt: skip
    made.save(str(out))
    encoder = net.encoder
    with torch.no_grad():
        encoder.words = nn.Embedding.from_pretrained(encoder.words.weight[kept].clone())
        places = encoder.positions.weight[:MAX_TOKENS].clone()
        encoder.positions = nn.Embedding.from_pretrained(places)
