from __future__ import annotations

import itertools

import numpy as np
import pytest
from eval_fakes import item, ranked, result

from eval.bootstrap import compare_paired, interval, mean_interval, ratio
from eval.records import Gold, Outcome, Run, RunInfo
from eval.summary import (
    MEASURES,
    align,
    by_category,
    complete,
    estimate,
    missing,
    score,
    summarise,
)


def test_the_same_values_give_the_same_interval() -> None:
    values = [0.0, 1.0, 1.0, 0.5, 0.25, 1.0]
    assert mean_interval(values) == mean_interval(values)
    many = np.random.default_rng(0).random(200).tolist()
    assert mean_interval(many) != mean_interval(many, seed=1)
    assert compare_paired(values, values[::-1]) == compare_paired(values, values[::-1])


def test_the_interval_is_that_of_the_binomial() -> None:
    # 400 coin throws, half heads: the standard error is sqrt(.25 / 400) = .025.
    low, high = mean_interval([0.0, 1.0] * 200) or (0, 0)
    assert low == pytest.approx(0.5 - 1.96 * 0.025, abs=0.006)
    assert high == pytest.approx(0.5 + 1.96 * 0.025, abs=0.006)


@pytest.mark.parametrize(
    ("values", "expected"), [([], None), ([0.3], (0.3, 0.3)), ([1.0, 1.0], (1.0, 1.0))]
)
def test_degenerate_intervals(values: list[float], expected: tuple[float, float] | None) -> None:
    assert mean_interval(values) == (expected and pytest.approx(expected))


def test_a_ratio_that_is_defined_nowhere_has_no_interval() -> None:
    assert interval(np.zeros((3, 2)), ratio) is None


def test_the_randomisation_test_against_all_sign_patterns() -> None:
    a, b = [0.0, 0.0, 1.0, 0.0, 0.2, 0.1], [1.0, 0.5, 0.5, 1.0, 0.9, 0.4]
    differences = np.subtract(b, a)
    patterns = [np.mean(differences * s) for s in itertools.product([1, -1], repeat=len(a))]
    exact = np.mean(np.abs(patterns) >= abs(differences.mean()) - 1e-12)
    found = compare_paired(a, b)
    assert found is not None
    assert found.difference == pytest.approx(differences.mean())
    assert found.p == pytest.approx(exact, abs=0.02)
    assert found.low < found.difference < found.high


def test_equal_runs_do_not_differ_and_unequal_lengths_are_our_bug() -> None:
    found = compare_paired([0.5, 1.0], [0.5, 1.0])
    assert found is not None and (found.difference, found.p) == (0.0, 1.0)
    assert compare_paired([], []) is None
    with pytest.raises(AssertionError):
        compare_paired([1.0], [])


TEXTS = {"corpus/a.txt": "甲"}


def test_missing_questions_count_as_zero() -> None:
    items = [item(f"q{n}", gold=(Gold("a", "甲"),), must_contain=(("1",),)) for n in range(4)]
    said = Outcome(hits=(ranked("p", 0),), text="1")
    results = complete(items, [score(items[2], said, TEXTS)])
    assert [r.missing for r in results] == [True, True, False, True]
    for measure in ("Success@1", "R@10", "nDCG@10", "facts", "answer"):
        assert estimate(results, measure).value == 0.25
        assert estimate(results, measure).n == 4
    assert estimate(results, "cite_recall").value == 0.0
    assert estimate(results, "cite_precision").n == 1


def test_a_missing_unanswerable_question_is_not_a_refusal() -> None:
    items = [item("q1", answerable=False), item("q2", answerable=False)]
    results = complete(items, [score(items[0], Outcome(refused=True), TEXTS)])
    assert estimate(results, "refusal_R").value == 0.5
    assert missing(items[1]).scores == {"decision": 0.0}


@pytest.mark.parametrize(
    ("answerable", "outcome", "right"),
    [
        (True, Outcome(text="97"), 1.0),
        (True, Outcome(refused=True), 0.0),
        (False, Outcome(refused=True), 1.0),
        (False, Outcome(text="97"), 0.0),
        (True, Outcome(error="x"), 0.0),
        (False, Outcome(error="x"), 0.0),
    ],
)
def test_the_decision_to_answer(answerable: bool, outcome: Outcome, right: float) -> None:
    assert score(item("q", answerable=answerable), outcome, {}).scores["decision"] == right


def make_run(*results: object) -> Run:
    info = RunInfo("bm25", "q.jsonl", "d", "c", "all", len(results))
    return Run("bm25-0", info, tuple(results))  # type: ignore[arg-type]


def test_runs_are_aligned_over_the_union_with_zeros() -> None:
    a = make_run(result("q2", {"R@10": 1.0, "length": 9.0}), result("q1", {"R@10": 0.5}))
    b = make_run(result("q3", {"facts": 1.0}))
    left, right = align([a, b])
    assert [r.id for r in left.results] == [r.id for r in right.results] == ["q1", "q2", "q3"]
    assert [r.scores for r in right.results] == [{"R@10": 0.0}, {"R@10": 0.0}, {"facts": 1.0}]
    assert [r.missing for r in left.results] == [False, False, True]


def test_nothing_gives_no_numbers() -> None:
    assert all(e.value is None and e.n == 0 for e in summarise([]).values())
    assert set(summarise([])) == set(MEASURES)
    assert estimate([], "ms_p50").value is None
    assert by_category([]) == {}


def test_estimates_of_refusal_and_latency() -> None:
    no, yes = Outcome(refused=True, ms=10.0), Outcome(ms=30.0)
    results = [
        result("1", answerable=False, outcome=no),
        result("2", answerable=False, outcome=yes),
        result("3", outcome=no),
        result("4", outcome=yes),
    ]
    found = summarise(results)
    assert found["refusal_P"].value == found["refusal_R"].value == 0.5
    assert found["refusal_F1"].value == 0.5
    low, high = found["refusal_F1"].low, found["refusal_F1"].high
    assert low is not None and high is not None and low <= 0.5 <= high
    assert found["refusal_F1"].n == 3
    assert estimate(results, "ms_p50").value == 20.0
