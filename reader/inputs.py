"""Question and unit → the arrays that the network reads; the same in training and at run time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from text.normalize import fold
from youju.records import Unit

if TYPE_CHECKING:
    from tokenizers import Tokenizer

BEGIN, PAD, END = 0, 1, 2  # ids of <s>, <pad>, </s>
MAX_TOKENS = 320
FIRST_SPAN = 2  # row of `pool` at which the spans begin
_MAX_QUESTION = 64
_MAX_CONTEXT = 40


@dataclass(frozen=True, slots=True)
class Encoded:
    """`ids` of all tokens, and for each token the number of its span, −1 for none.

    The question's tokens are 1:question, those of the text begin at `text`.
    """

    ids: list[int]
    spans: list[int]
    count: int  # of spans
    question: int
    text: int


class Inputs:
    """Encodes pairs with one tokenizer; safe to share between threads."""

    def __init__(self, tokenizer: Tokenizer, max_tokens: int = MAX_TOKENS) -> None:
        self._tokenizer = tokenizer
        self._max = max_tokens

    @classmethod
    def load(cls, path: Path, max_tokens: int = MAX_TOKENS) -> Inputs:
        """From a `tokenizer.json`."""
        from tokenizers import Tokenizer

        return cls(Tokenizer.from_file(str(path)), max_tokens)

    def encode(self, questions: Sequence[str], units: Sequence[Unit]) -> list[Encoded]:
        """One pair per unit, `<s> question </s></s> context text </s>`; what is too long is cut.

        A question or context that comes up again is tokenized once.
        """
        heads = [fold(q) for q in questions]
        contexts = [fold(unit.context) for unit in units]
        short = list(dict.fromkeys([*heads, *contexts]))
        pieces = dict(
            zip(short, self._tokenizer.encode_batch(short, add_special_tokens=False), strict=True)
        )
        texts = self._tokenizer.encode_batch(
            [fold(unit.text) for unit in units], add_special_tokens=False
        )
        return [
            self._joined(
                pieces[head].ids[:_MAX_QUESTION], pieces[context].ids[-_MAX_CONTEXT:],
                text.ids, text.offsets, unit,
            )
            for head, context, text, unit in zip(heads, contexts, texts, units, strict=True)
        ]  # fmt: skip

    def _joined(
        self, question: list[int], context: list[int], text: list[int],
        offsets: list[tuple[int, int]], unit: Unit,
    ) -> Encoded:  # fmt: skip
        head = [BEGIN, *question, END, END, *context, END]
        room = max(0, self._max - len(head) - 1)
        ids = [*head, *text[:room], END]
        spans = [-1] * len(ids)
        number = 0
        for place, (start, end) in enumerate(offsets[:room]):
            middle = (start + end) / 2
            while number < len(unit.spans) and unit.spans[number][1] <= middle:
                number += 1
            if number < len(unit.spans) and unit.spans[number][0] <= middle:
                spans[len(head) + place] = number
        return Encoded(ids, spans, len(unit.spans), 1 + len(question), len(head))


def batch(encoded: Sequence[Encoded]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """ids int64 and attended int64, (pairs, tokens); pool float32 (pairs, 2 + spans, tokens).

    A row of `pool` is 1/n over n tokens and zero elsewhere: first those of the question, then those
    of the text, then those of each span; all zero for a span that was cut off.
    """
    tokens = max(len(one.ids) for one in encoded)
    most = max(1, *(one.count for one in encoded))
    ids = np.full((len(encoded), tokens), PAD, np.int64)
    attended = np.zeros((len(encoded), tokens), np.int64)
    pool = np.zeros((len(encoded), FIRST_SPAN + most, tokens), np.float32)
    for row, one in enumerate(encoded):
        ids[row, : len(one.ids)] = one.ids
        attended[row, : len(one.ids)] = 1
        numbers = np.array(one.spans)
        places = np.flatnonzero(numbers >= 0)
        pool[row, 0, 1 : one.question] = 1.0
        pool[row, 1, one.text : len(one.ids) - 1] = 1.0
        pool[row, FIRST_SPAN + numbers[places], places] = 1.0
    pool /= np.maximum(pool.sum(axis=2, keepdims=True), 1.0)
    return ids, attended, pool
