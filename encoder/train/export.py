"""Writes the model folder that both model2vec and sentence-transformers load.

The vectors are stored as half floats that stand on a coarse grid: every program reads them without
a word of explanation, and git's compression stores them in about five bits a number. A mean over a
text's tokens averages the rounding away.
"""

from __future__ import annotations

import json
import zlib
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from tokenizers import Tokenizer

# One module list and one config for each library; both read model.safetensors and tokenizer.json.
_MODULES = [
    {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.StaticEmbedding"},
    {
        "idx": 1,
        "name": "1",
        "path": "1_Normalize",
        "type": "sentence_transformers.models.Normalize",
    },
]


def to_grid(table: np.ndarray, steps: float) -> np.ndarray:
    """Round to whole steps, `steps` of them to one standard deviation; float16 whole numbers.

    The scale of the whole table is free, since texts become unit vectors. Whole numbers up to 2048
    are exact in half precision.
    """
    scaled = np.rint(table * (steps / table.std()))
    # Zero must have one bit pattern only (no −0), or compression suffers.
    return (np.clip(scaled, -2048, 2048) + 0.0).astype(np.float16)


def save_model(folder: Path, table: np.ndarray, tokenizer: Tokenizer, name: str) -> None:
    """Write the folder; `table` is float16 as `to_grid` gives it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "1_Normalize").mkdir(exist_ok=True)
    save_file(
        {"embeddings": np.ascontiguousarray(table)},
        folder / "model.safetensors",
        metadata={"format": "pt"},
    )
    (folder / "model.safetensors").chmod(0o644)  # safetensors writes for its owner only
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    _write_json(folder / "modules.json", _MODULES)
    _write_json(folder / "1_Normalize" / "config.json", {})
    _write_json(
        folder / "config.json",
        {
            "model_type": "model2vec",
            "architectures": ["StaticModel"],
            "name": name,
            "normalize": True,
            "max_length": None,
            "embedding_dtype": "float16",
            "hidden_dim": int(table.shape[1]),
        },
    )
    _write_json(
        folder / "config_sentence_transformers.json",
        {"model_type": "SentenceTransformer", "similarity_fn_name": "cosine", "prompts": {}},
    )


def _write_json(path: Path, value: object) -> None:
    text = json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8")


def sizes(folder: Path) -> tuple[int, int]:
    """(bytes on disk, bytes as git stores them) of all files of a folder."""
    contents = [path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()]
    return sum(map(len, contents)), sum(len(zlib.compress(content)) for content in contents)
