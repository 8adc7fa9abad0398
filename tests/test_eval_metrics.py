from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics import RANKING, gold_measures, mean, missing_queries, per_query, rank_rows
from eval.records import Qrel, RunRow
from youju.errors import QuestionSetError


def run(query: str, *docs: str) -> list[RunRow]:
    return [RunRow(query, doc, rank, 1.0 / rank) for rank, doc in enumerate(docs, 1)]


def test_measures_against_arithmetic() -> None:
    qrels = [Qrel("1", "a", 1), Qrel("1", "b", 1), Qrel("2", "c", 1)]
    values = per_query(qrels, run("1", "x", "a", "y", "b") + run("2", "c"))
    ideal = 1 + 1 / math.log2(3)
    assert values["1"]["nDCG@10"] == pytest.approx((1 / math.log2(3) + 1 / math.log2(5)) / ideal)
    assert values["1"]["RR@10"] == 0.5
    assert (values["1"]["Success@1"], values["1"]["R@5"]) == (0.0, 1.0)
    assert values["2"] == dict.fromkeys(RANKING, 1.0)
    assert mean(values, "RR@10") == 0.75


# What there is on either side, and what must come out: a grid of empty and partial cases.
@pytest.mark.parametrize(
    ("judged", "retrieved"),
    list(itertools.product([(), ("1",), ("1", "2")], [(), ("1",), ("2",), ("1", "9")])),
)
def test_missing_and_unjudged_queries(judged: tuple[str, ...], retrieved: tuple[str, ...]) -> None:
    qrels = [Qrel(query, "a", 1) for query in judged]
    rows = [row for query in retrieved for row in run(query, "a")]
    values = per_query(qrels, rows)
    assert set(values) == set(judged)
    for query in judged:
        assert values[query] == dict.fromkeys(RANKING, float(query in retrieved))
    assert missing_queries(qrels, rows) == sorted(set(judged) - set(retrieved))
    expected = sum(q in retrieved for q in judged) / len(judged) if judged else None
    assert mean(values, "R@10") == expected


def test_queries_without_a_relevant_document_score_zero() -> None:
    assert per_query([Qrel("1", "a", 0)], run("1", "a"))["1"] == dict.fromkeys(RANKING, 0.0)


def test_ties_go_by_id() -> None:
    rows = rank_rows({"1": {"b": 0.5, "a": 0.5, "c": 0.9}})
    assert [row.doc_id for row in rows] == ["c", "a", "b"]
    # trec_eval itself would put b first.
    assert per_query([Qrel("1", "a", 1)], rows)["1"]["RR@10"] == 0.5


def test_an_unknown_measure_is_refused() -> None:
    with pytest.raises(QuestionSetError, match="Hits"):
        per_query([Qrel("1", "a", 1)], [], ["Hits@1"])


@pytest.mark.parametrize(
    ("ranked", "golds", "expected"),
    [
        ([], 1, (0, 0, 0, 0, 0)),
        ([()], 1, (0, 0, 0, 0, 0)),
        ([(0,)], 1, (1, 1, 1, 1, 1)),
        ([(), (0,)], 1, (0, 0.5, 1 / math.log2(3), 1, 1)),
        ([(0,), (0,)], 2, (1, 1, 1 / (1 + 1 / math.log2(3)), 0.5, 0.5)),
        ([(0, 1)], 2, (1, 1, 1, 1, 1)),
        ([()] * 5 + [(0,)], 1, (0, 1 / 6, 1 / math.log2(7), 0, 1)),
        ([()] * 10 + [(0,)], 1, (0, 0, 0, 0, 0)),
        ([(1,)] + [()] * 8 + [(0,)], 2, (1, 1, None, 0.5, 1)),
    ],
)
def test_measures_per_gold_clause(
    ranked: list[tuple[int, ...]], golds: int, expected: tuple[float | None, ...]
) -> None:
    values = gold_measures(ranked, golds)
    for name, value in zip(RANKING, expected, strict=True):
        if value is not None:
            assert values[name] == pytest.approx(value), name


@given(
    st.integers(1, 4).flatmap(
        lambda golds: st.tuples(
            st.just(golds), st.permutations([(n,) for n in range(golds)] + [()] * 6)
        )
    )
)
def test_with_one_gold_per_hit_the_shares_are_the_librarys_recall(
    case: tuple[int, list[tuple[int, ...]]],
) -> None:
    golds, ranked = case
    docs = [f"g{right[0]}" if right else f"n{n}" for n, right in enumerate(ranked)]
    judged = [Qrel("q", f"g{n}", 1) for n in range(golds)]
    assert gold_measures(ranked, golds) == pytest.approx(per_query(judged, run("q", *docs))["q"])
