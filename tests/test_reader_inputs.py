"""Question and unit → tokens: which token belongs to which span, and what is cut."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.inputs import BEGIN, END, FIRST_SPAN, MAX_TOKENS, PAD, Inputs, batch
from text.normalize import fold
from text.sentences import segments
from youju.records import Unit

WORDS = ["停车", "收费", "每小时", "五元", "夜间", "免费", "。", ";", ",", "一", "二"]
QUESTION = "停车收费多少"


def tiny_tokenizer(pieces: list[str] | None = None):  # type: ignore[no-untyped-def]
    """A Unigram tokenizer over a few words, made as training makes the real one."""
    from reader.train.base import SPECIAL, tokenizer

    known = ["<s>", "<pad>", "</s>", "<unk>", "▁", *(pieces or WORDS)]
    assert set(SPECIAL) <= set(known)
    return tokenizer(known, [-float(n) for n in range(len(known))], 3)


@pytest.fixture(scope="module")
def inputs() -> Inputs:
    return Inputs(tiny_tokenizer())


def unit(text: str, context: str = "停车") -> Unit:
    return Unit(context, text, tuple(segments(text)))


def test_the_order_of_a_pair(inputs: Inputs) -> None:
    (one,) = inputs.encode([QUESTION], [unit("每小时五元。夜间免费。")])
    assert one.ids[0] == BEGIN and one.ids[-1] == END
    assert one.ids[one.question : one.question + 2] == [END, END]
    assert one.ids[one.text - 1] == END and one.count == 2
    assert all(n == -1 for n in one.spans[: one.text]) and one.spans[-1] == -1


def test_each_token_of_the_text_belongs_to_its_span(inputs: Inputs) -> None:
    text = "每小时五元。夜间免费。"
    (one,) = inputs.encode([QUESTION], [unit(text)])
    tokens = inputs._tokenizer.encode(fold(text), add_special_tokens=False)
    numbers = one.spans[one.text : -1]
    assert set(numbers) - {-1} == {0, 1} and numbers == sorted(numbers, key=lambda n: n)
    for number, (start, end) in zip(numbers, tokens.offsets, strict=True):
        if number >= 0:
            a, b = unit(text).spans[number]
            assert a <= (start + end) / 2 < b


def test_what_lies_between_spans_belongs_to_none(inputs: Inputs) -> None:
    (one,) = inputs.encode([QUESTION], [Unit("", "停车收费夜间免费", ((4, 6),))])
    numbers = one.spans[one.text : -1]
    assert 0 in numbers and -1 in numbers and max(numbers) == 0


def test_what_is_too_long_is_cut_and_its_spans_count_on() -> None:
    text = "每小时五元。" * 200
    short = Inputs(tiny_tokenizer(), 60)
    (one,) = short.encode([QUESTION], [unit(text)])
    assert len(one.ids) == 60 and one.ids[-1] == END and one.count == 200
    _ids, attended, pool = batch([one])
    assert pool.shape == (1, FIRST_SPAN + 200, 60) and attended.sum() == 60
    assert pool[0, -1].sum() == 0, "a span that was cut off has no tokens"


def test_long_questions_and_contexts_leave_room_for_the_text(inputs: Inputs) -> None:
    (one,) = inputs.encode(["停车收费" * 500], [unit("夜间免费。", "每小时" * 500)])
    assert len(one.ids) <= MAX_TOKENS and 0 in one.spans


def test_a_batch_is_padded_and_averages(inputs: Inputs) -> None:
    pairs = inputs.encode(
        [QUESTION] * 2, [unit("夜间免费。"), unit("每小时五元。夜间免费。停车。")]
    )
    ids, attended, pool = batch(pairs)
    assert ids.shape == attended.shape == (2, max(len(p.ids) for p in pairs))
    assert ids.dtype == attended.dtype == np.int64 and pool.dtype == np.float32
    assert (ids[0, len(pairs[0].ids) :] == PAD).all() and not attended[0, len(pairs[0].ids) :].any()
    sums = pool.sum(axis=2)
    assert sums[:, :FIRST_SPAN] == pytest.approx(1.0) and sums[1, FIRST_SPAN:] == pytest.approx(1.0)
    assert sums[0, FIRST_SPAN] == pytest.approx(1.0) and (sums[0, FIRST_SPAN + 1 :] == 0).all()
    assert pool[:, 0, 0].tolist() == [0, 0], "the question's tokens begin behind the first"


def test_a_unit_without_spans_has_room_for_one(inputs: Inputs) -> None:
    _, _, pool = batch(inputs.encode([QUESTION], [Unit("", "夜间免费", ())]))
    assert pool.shape[1] == FIRST_SPAN + 1 and pool[0, FIRST_SPAN].sum() == 0


@given(st.lists(st.sampled_from([*WORDS, "貓", "\n", " ", "①", "ＡＢ"]), max_size=120).map("".join))
def test_any_text_keeps_the_promises(inputs: Inputs, text: str) -> None:
    folded = fold(text)
    (one,) = inputs.encode([text], [Unit(text, folded, tuple(segments(folded)))])
    assert len(one.ids) == len(one.spans) <= MAX_TOKENS
    assert one.ids[0] == BEGIN and one.ids[-1] == END
    known = [n for n in one.spans if n >= 0]
    assert known == sorted(known) and all(n < one.count for n in known)
