"""The trained network → `model.onnx` with 8-bit weights, beside its tokenizer and a manifest."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from pathlib import Path

import torch

from reader.inputs import FIRST_SPAN
from reader.train.network import Network

_OPSET = 17


def export(net: Network, tokenizer: Path, out: Path, *, quantized: bool = True) -> None:
    """Write the model folder; the network is left in evaluation mode."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    net.eval()
    out.mkdir(parents=True, exist_ok=True)
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
            quantize_dynamic(whole, model, weight_type=QuantType.QInt8, per_channel=True)
        else:
            shutil.copy(whole, model)
    shutil.copy(tokenizer, out / "tokenizer.json")
    digest = hashlib.sha256(model.read_bytes()).hexdigest()
    manifest = {"format": 1, "revision": digest[:12], "sha256": digest}
    (out / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", "utf-8")
