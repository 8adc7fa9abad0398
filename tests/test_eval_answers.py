from __future__ import annotations

import itertools

import pytest
from eval_fakes import item, result

from eval.answer_metrics import (
    answer_scores,
    contains,
    facts,
    refusal_counts,
    refusal_measures,
    without_marks,
)
from eval.records import Gold, Outcome, QuotedSpan
from youju.records import Span


@pytest.mark.parametrize(
    ("text", "wanted", "found"),
    [
        ("达到97%。", "97", True),
        ("达到97%。", "97%", True),
        ("达到９７％。", "97%", True),
        ("达到97.农产品", "97", True),
        ("达到97.5%", "97", False),
        ("达到0.97", "97", False),
        ("达到.97", "97", True),
        ("达到197%", "97", False),
        ("达到970", "97", False),
        ("达到1970，其中97个", "97", True),
        ("3.5%", "35%", False),
        ("35%", "3.5%", False),
        ("13.5%", "3.5%", False),
        ("1,097元", "097", False),
        ("1,097元", "1", False),
        ("1,097元", "1,097", True),
        ("50,200,500个", "200", False),
        ("50，200，500个", "200", True),
        ("50、200、500个", "500", True),
        ("分别为5,97%", "5", True),
        ("97", "97", True),
        ("省農委負責", "省农委", True),
        ("省农\n委", "省农委", True),
        ("省农委", "省 农 委", True),
        ("省农委", "省工委", False),
        ("2015年", "15年", False),
        ("合格率", "", False),
        ("", "97", False),
        ("第10条", "第1", False),
    ],
)
def test_contains(text: str, wanted: str, found: bool) -> None:
    assert contains(text, wanted) is found


def test_digit_neighbours_on_a_full_grid() -> None:
    for before, after in itertools.product(["", "年", "1", ".", "2."], ["", "%", "0", ".", ".3"]):
        whole = before not in ("1", "2.") and after not in ("0", ".3")
        assert contains(f"{before}85{after}", "85") is whole, (before, after)


def test_facts_are_the_share_of_groups() -> None:
    assert facts("85以上和80", [["85", "八十五"], ["80"], ["90"]]) == pytest.approx(2 / 3)
    assert facts("", [["1"]]) == 0.0
    assert facts("85", []) is None


def test_marks_go_and_document_numbers_stay() -> None:
    assert without_marks("达到97%[1]，[2]国发[2012]9号[3]", 2) == "达到97%，国发[2012]9号[3]"
    assert without_marks("达到97[1]", 0) == "达到97[1]"


def quoted(*right: int, exact: bool = True, status: str = "未注明") -> QuotedSpan:
    return QuotedSpan("corpus/a.txt", Span(0, 1), "甲", status, exact, right)


TWO = item("q", gold=(Gold("a", "甲"), Gold("a", "乙")), must_contain=(("97",), ("98",)))


def test_an_answer_scored_by_hand() -> None:
    said = Outcome(text="达到97%[1]。[2]", citations=(quoted(0), quoted(exact=False)))
    assert answer_scores(TWO, said) == {
        "exact": 0.5, "facts": 0.5, "cite_recall": 0.5, "cite_precision": 0.5, "length": 6.0,
    }  # fmt: skip


def test_two_citations_of_one_gold_clause_count_once() -> None:
    said = Outcome(text="97和98", citations=(quoted(0), quoted(0)))
    scores = answer_scores(TWO, said)
    assert (scores["cite_recall"], scores["cite_precision"]) == (0.5, 1.0)


def test_refusing_an_answerable_question_scores_zero_not_nothing() -> None:
    said = Outcome(text="文件中没有找到97和98", refused=True, citations=(quoted(0, 1),))
    assert answer_scores(TWO, said) == {"exact": 1.0, "facts": 0.0, "cite_recall": 0.0}


def test_an_error_scores_zero() -> None:
    assert answer_scores(TWO, Outcome(error="x")) == {"facts": 0.0, "cite_recall": 0.0}


def test_an_answer_without_citation() -> None:
    scores = answer_scores(TWO, Outcome(text="97"))
    assert scores == {"facts": 0.5, "cite_recall": 0.0, "cite_precision": 0.0, "length": 2.0}


def test_what_does_not_apply_is_absent() -> None:
    no = item("q", answerable=False)
    assert answer_scores(no, Outcome(refused=True)) == {}
    assert answer_scores(no, Outcome(text="97", citations=(quoted(),))) == {"exact": 1.0}
    bare = item("q", gold=(Gold("a", "甲"),))
    assert "facts" not in answer_scores(bare, Outcome(text="97"))


@pytest.mark.parametrize(
    ("text", "status", "expected"),
    [
        ("97（该文件已失效）", "已失效", 1.0),
        ("97（該文件已廢止）", "已废止", 1.0),
        ("97", "已失效", 0.0),
        ("97", "现行有效", None),
    ],
)
def test_a_void_document_must_be_named(text: str, status: str, expected: float | None) -> None:
    said = Outcome(text=text, citations=(quoted(0, status=status),))
    assert answer_scores(TWO, said).get("void_named") == expected


@pytest.mark.parametrize(
    ("right", "refused", "unanswerable", "expected"),
    [
        (0, 0, 0, (None, None, None)),
        (0, 2, 0, (0.0, None, None)),
        (0, 0, 4, (0.0, 0.0, 0.0)),
        (0, 3, 4, (0.0, 0.0, 0.0)),
        (2, 4, 4, (0.5, 0.5, 0.5)),
        (4, 4, 4, (1.0, 1.0, 1.0)),
        (3, 3, 4, (1.0, 0.75, 6 / 7)),
    ],
)
def test_refusal(
    right: int, refused: int, unanswerable: int, expected: tuple[float | None, ...]
) -> None:
    assert tuple(refusal_measures(right, refused, unanswerable).values()) == expected


def test_refusals_are_counted_and_a_missing_question_refuses_nothing() -> None:
    no = Outcome(refused=True)
    results = [
        result("1", answerable=False, outcome=no),
        result("2", answerable=False, outcome=no, missing=True),
        result("3", answerable=False),
        result("4", outcome=no),
        result("5"),
    ]
    assert refusal_counts(results) == (1, 2, 3)
