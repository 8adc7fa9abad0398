from __future__ import annotations

import pytest
from eval_fakes import item
from hypothesis import given
from hypothesis import strategies as st

from eval.records import Gold
from eval.spans import is_right, locate, locate_all, occurrences, right_for, same_source
from youju.errors import QuestionSetError
from youju.records import Span


def test_every_occurrence_even_overlapping() -> None:
    assert occurrences("一二一二一", "一二一") == (Span(0, 3), Span(2, 5))
    assert occurrences("一二", "三") == ()
    assert occurrences("一二", "") == ()
    assert occurrences("一二", " ") == ()


def test_folded_only_when_not_found_exactly() -> None:
    assert occurrences("達到\n97％", "达到97%") == (Span(0, 6),)
    assert occurrences("97%和97％", "97%") == (Span(0, 3),)


@given(st.text("一二三\n 執达", max_size=20), st.data())
def test_a_slice_of_the_original_is_found_at_its_place(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    places = occurrences(text, text[start:end])
    assert (Span(start, end) in places) == (start < end)
    assert all(place.of(text) == text[start:end] for place in places)


@pytest.mark.parametrize(
    ("path", "wanted", "same"),
    [
        ("corpus/甲.txt", "corpus/甲.txt", True),
        ("corpus/甲.txt", "甲.txt", True),
        ("甲.txt", "corpus/甲.txt", True),
        ("x/corpus/甲.txt", "corpus/甲.txt", True),
        ("corpus/小甲.txt", "甲.txt", False),
        ("corpus/甲.txt", "corpus/乙.txt", False),
    ],
)
def test_paths_match_whole_or_by_tail(path: str, wanted: str, same: bool) -> None:
    assert same_source(path, wanted) is same


def test_quote_and_alternatives_all_count() -> None:
    texts = {"corpus/a.txt": "甲乙丙甲", "corpus/b.txt": "丙"}
    assert locate(Gold("a.txt", "甲", ("丙",)), texts) == (
        "corpus/a.txt", (Span(0, 1), Span(2, 3), Span(3, 4)),
    )  # fmt: skip
    assert locate(Gold("b.txt", "甲"), texts) is None
    assert locate(Gold("c.txt", "甲"), texts) is None


def test_gold_that_stands_nowhere_is_an_error_naming_each() -> None:
    good = item("q1", gold=(Gold("a.txt", "甲"),))
    bad = [item(name, gold=(Gold("a.txt", "戊己"),)) for name in ("q2", "q3")]
    with pytest.raises(QuestionSetError, match=r"共 2 处.*q2.*戊己.*q3"):
        locate_all([good, *bad], {"a.txt": "甲"})
    assert locate_all([good], {"a.txt": "甲"}) == {"q1": (("a.txt", (Span(0, 1),)),)}


@pytest.mark.parametrize(
    ("span", "right"),
    [
        ((0, 20), True),
        ((10, 14), True),
        ((12, 14), True),
        ((0, 12), True),
        ((13, 30), False),
        ((0, 11), False),
        ((10, 11), False),
        ((14, 20), False),
        ((10, 10), False),
    ],
)
def test_covering_or_half(span: tuple[int, int], right: bool) -> None:
    assert is_right(Span(*span), Span(10, 14)) is right


def test_an_odd_gold_needs_more_than_the_smaller_half() -> None:
    assert not is_right(Span(0, 2), Span(0, 5))
    assert is_right(Span(0, 3), Span(0, 5))
    assert not is_right(Span(0, 3), Span(2, 2))


def test_right_for_needs_the_same_document() -> None:
    places = (("a.txt", (Span(0, 2), Span(8, 10))), ("b.txt", (Span(0, 2),)))
    assert right_for("a.txt", Span(8, 9), places) == (0,)
    assert right_for("b.txt", Span(0, 5), places) == (1,)
    assert right_for("c.txt", Span(0, 5), places) == ()
