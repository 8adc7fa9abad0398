"""Ranking measures, computed by ir_measures and named as there.

Ties are ordered by id (trec_eval itself orders them the other way round), and a judged query
that is missing from a run scores zero: silence cannot raise a mean.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import ir_measures

from eval.records import Qrel, RunRow
from youju.errors import QuestionSetError

RANKING = ("Success@1", "RR@10", "nDCG@10", "R@5", "R@10")
BENCH = ("Success@1", "RR@10", "nDCG@10", "R@10", "R@100")


def rank_rows(scores: Mapping[str, Mapping[str, float]]) -> list[RunRow]:
    """query id → document id → score, as run rows ordered by (query, -score, document id)."""
    rows: list[RunRow] = []
    for query in sorted(scores):
        ranked = sorted(scores[query].items(), key=lambda pair: (-pair[1], pair[0]))
        rows += [RunRow(query, doc, n, score) for n, (doc, score) in enumerate(ranked, 1)]
    return rows


def per_query(
    qrels: Iterable[Qrel], run: Iterable[RunRow], measures: Sequence[str] = RANKING
) -> dict[str, dict[str, float]]:
    """query id → measure → value, for every judged query and no other.

    The order of a query's rows is (rank, document id). Raises QuestionSetError for a measure name
    that ir_measures does not know.
    """
    judged = [ir_measures.Qrel(q.query_id, q.doc_id, q.relevance) for q in qrels]
    values = {q.query_id: dict.fromkeys(measures, 0.0) for q in judged}
    if not judged:
        return {}
    parsed = {_parse(name): name for name in measures}
    found = ir_measures.iter_calc(list(parsed), judged, _scored(run))
    for metric in found:
        values[metric.query_id][parsed[metric.measure]] = float(metric.value)
    return values


def _parse(name: str) -> ir_measures.Measure:
    try:
        return ir_measures.parse_measure(name)
    except (NameError, SyntaxError, ValueError, TypeError, AttributeError) as error:
        raise QuestionSetError(
            f"不认识的评测指标 {name}；请用 nDCG@10、R@10、RR@10 这样的名称"
        ) from error


def _scored(run: Iterable[RunRow]) -> list[ir_measures.ScoredDoc]:
    """Scores made of the ranks, all different, so that the library cannot reorder ties."""
    by_query: dict[str, list[RunRow]] = defaultdict(list)
    for row in run:
        by_query[row.query_id].append(row)
    scored = []
    for query, rows in by_query.items():
        rows.sort(key=lambda row: (row.rank, row.doc_id))
        scored += [
            ir_measures.ScoredDoc(query, row.doc_id, float(len(rows) - n))
            for n, row in enumerate(rows)
        ]
    return scored


def missing_queries(qrels: Iterable[Qrel], run: Iterable[RunRow]) -> list[str]:
    """Judged queries for which the run has no row, in id order."""
    return sorted({q.query_id for q in qrels} - {row.query_id for row in run})


def mean(values: Mapping[str, Mapping[str, float]], measure: str) -> float | None:
    """Mean of a measure over the judged queries; None when there are none."""
    return sum(v[measure] for v in values.values()) / len(values) if values else None


def gold_measures(ranked: Sequence[Sequence[int]], golds: int) -> dict[str, float]:
    """The ranking measures of one question, graded per gold clause.

    `ranked[i]` holds the numbers of the gold clauses that hit i is right for. A hit gains once for
    each gold clause that no earlier hit has found; R@k is the share of gold clauses found by the
    first k hits; Success and RR look for the first right hit.
    """
    assert golds > 0, "a question without gold has no ranking measures"
    qrels, run, found = [], [], set[int]()
    for n, right in enumerate(ranked, 1):
        fresh = set(right) - found
        found |= fresh
        run.append(RunRow("q", f"hit{n:06}", n, 1.0 / n))
        qrels.append(Qrel("q", f"hit{n:06}", len(fresh)))
    qrels += [Qrel("q", f"lost{n}", 1) for n in range(golds) if n not in found]
    library = [name for name in RANKING if not name.startswith("R@")]
    values = per_query(qrels, run, library)["q"]
    for name in RANKING:
        if name.startswith("R@"):
            first = {gold for right in ranked[: int(name[2:])] for gold in right}
            values[name] = len(first) / golds
    return {name: values[name] for name in RANKING}
