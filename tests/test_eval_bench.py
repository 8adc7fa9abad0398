from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from eval.bench import ask_all, estimates, passages_of, rankings
from eval.metrics import BENCH
from eval.records import Benchmark, BenchPassage, Qrel, RunRow

BENCHMARK = Benchmark(
    "b",
    (
        BenchPassage("p1", "农业", "农产品抽检合格率达到97%", "p1"),
        BenchPassage("p2", "", "工程质量监督覆盖率", "p2"),
        BenchPassage("p0", "", "工程质量监督覆盖率", "p0"),
        BenchPassage("p3", "旅游", "游客满意度", "p3"),
    ),
    (("q1", "農產品合格率"), ("q2", "工程监督"), ("q3", "zzz"), ("q4", "没有判断")),
    (Qrel("q1", "p1", 1), Qrel("q2", "p2", 1), Qrel("q3", "p3", 1)),
)


class CharacterEncoder:
    """A vector per character, the same in every run."""

    name, revision, dimension = "characters", "1", 64

    def encode(self, texts: Sequence[str], *, is_query: bool = False) -> np.ndarray:
        rows = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in enumerate(texts):
            for char in text:
                rows[row, hashlib.sha256(char.encode()).digest()[0] % self.dimension] += 1
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


def test_spans_of_benchmark_passages_slice_back() -> None:
    docs, passages = passages_of(BENCHMARK)
    by_id = {doc.id: doc for doc in docs}
    for passage, part in zip(passages, BENCHMARK.passages, strict=True):
        assert passage.span.of(by_id[passage.doc_id].text) == part.text
        assert by_id[passage.doc_id].name == (part.title or passage.id)


def test_parts_of_a_document_are_one_and_lose_a_title_said_twice() -> None:
    parts = (
        BenchPassage("d-0", "稳岗通知", "稳岗通知 各市：现通知如下。", "d"),
        BenchPassage("e-0", "稳岗通知", "稳岗通知", "e"),
        BenchPassage("d-1", "稳岗通知", "返还失业保险费。", "d"),
    )
    docs, passages = passages_of(Benchmark("b", parts, (), ()))
    assert [doc.text for doc in docs] == [
        "稳岗通知\n各市：现通知如下。\n返还失业保险费。",
        "稳岗通知\n稳岗通知",
    ]
    by_id = {doc.id: doc for doc in docs}
    found = {p.id: (p.doc_id, p.span.of(by_id[p.doc_id].text)) for p in passages}
    assert found == {
        "d-0": ("d", "各市：现通知如下。"),
        "d-1": ("d", "返还失业保险费。"),
        "e-0": ("e", "稳岗通知"),
    }


def test_all_methods_over_the_products_own_index() -> None:
    found = rankings(BENCHMARK, CharacterEncoder())
    assert list(found) == ["bm25 words", "bm25 bigrams", "dense", "hybrid"]
    for method, ranking in found.items():
        seen: list[tuple[int, int]] = []
        rows, spent = ask_all(ranking, BENCHMARK, lambda *a, seen=seen: seen.append(a))
        assert len(spent) == 3 and seen[-1] == (3, 3), method
        first = {row.query_id: row.doc_id for row in rows if row.rank == 1}
        assert first["q1"] == "p1", method
        # p0 and p2 are equal: the id decides.
        assert first["q2"] == "p0", method
        assert "q4" not in first


@pytest.mark.parametrize("rows", [[], [RunRow("q1", "p1", 1, 1.0)]])
def test_missing_queries_count_as_zero(rows: list[RunRow]) -> None:
    found = estimates(BENCHMARK, rows)
    assert all(found[m].value == pytest.approx(len(rows) / 3) and found[m].n == 3 for m in BENCH)


def test_the_command_prints_a_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import index.encoder
    from eval.__main__ import main

    monkeypatch.setattr(index.encoder, "load_encoder", lambda name: CharacterEncoder())
    (tmp_path / "corpus.jsonl").write_text('{"id": "p", "title": "", "text": "农产品"}\n', "utf-8")
    (tmp_path / "queries.jsonl").write_text('{"id": "q", "text": "农产品"}\n', "utf-8")
    (tmp_path / "qrels.tsv").write_text("q\tp\t1\n", "utf-8")
    assert main(["bench", str(tmp_path), "--out", str(tmp_path / "out")]) == 0
    printed = capsys.readouterr().out
    assert printed.count("1.000 [1.000, 1.000]") == 4 * len(BENCH)
    assert len(list((tmp_path / "out").iterdir())) == 4
