"""The tokenizer: a Unigram model whose pieces are words, scored by their log-frequency.

It cuts like a language model over words and is a plain `tokenizer.json`: nothing of jieba is needed
at run time. Unknown words fall apart into known words and characters.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable

import numpy as np
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

UNKNOWN = "[UNK]"
# Everything but Chinese, Latin letters and digits separates words and carries no meaning.
_SEPARATOR = r"[^\u3400-\u9fff\x{20000}-\x{2ffff}a-z0-9]+"
_MIN_CHARACTER_COUNT = 20


def character_counts(counts: Counter[str]) -> Counter[str]:
    """How often each character stands in the text."""
    characters: Counter[str] = Counter()
    for word, count in counts.items():
        for character in word:
            characters[character] += count
    return characters


def choose_pieces(counts: Counter[str], size: int) -> list[tuple[str, float]]:
    """`size` pieces with scores: the unknown piece, all usual characters, the most frequent words.

    Ordered by falling frequency, ties by the word itself.
    """
    characters = character_counts(counts)
    needed = {c for c, n in characters.items() if n >= _MIN_CHARACTER_COUNT}
    needed |= set("abcdefghijklmnopqrstuvwxyz0123456789")
    by_frequency = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    words = [word for word, _ in by_frequency if word not in needed]
    chosen = needed | set(words[: max(0, size - 1 - len(needed))])
    total = math.log(sum(counts.values()))
    # A character that is hardly ever a word by itself still needs a finite score.
    scored = {word: math.log(max(counts.get(word, 0), 0.5)) - total for word in chosen}
    ordered = sorted(scored.items(), key=lambda item: (-item[1], item[0]))
    return [(UNKNOWN, 0.0), *((word, round(score, 3)) for word, score in ordered)]


def make_tokenizer(pieces: Iterable[tuple[str, float]]) -> Tokenizer:
    """The tokenizer over these pieces; the unknown piece is number 0."""
    tokenizer = Tokenizer(models.Unigram(list(pieces), unk_id=0, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFKC(),
            normalizers.Lowercase(),
            normalizers.Replace(Regex(_SEPARATOR), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return tokenizer


def initial_table(
    pieces: list[tuple[str, float]], words: list[str], vectors: np.ndarray, smoothing: float
) -> np.ndarray:
    """Centred word vectors × smooth inverse frequency, one row per piece; row 0 (unknown) is zero.

    A character that word2vec did not see gets the mean of the words it stands in.
    """
    row_of = {word: row for row, word in enumerate(words)}
    centred = vectors - vectors.mean(axis=0)
    centred /= np.linalg.norm(centred, axis=1, keepdims=True).mean()
    sums: dict[str, np.ndarray] = {}
    for word, vector in zip(words, centred, strict=True):
        for character in set(word) if len(word) > 1 else ():
            sums[character] = sums.get(character, 0) + vector
    table = np.zeros((len(pieces), vectors.shape[1]), np.float32)
    for number, (piece, score) in enumerate(pieces[1:], start=1):
        weight = smoothing / (smoothing + math.exp(score))
        if piece in row_of:
            table[number] = centred[row_of[piece]] * weight
        elif piece in sums:
            mean = sums[piece]
            table[number] = mean / max(float(np.linalg.norm(mean)), 1e-6) * weight
    return table
