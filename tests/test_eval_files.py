from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from growth import linear
from hypothesis import given
from hypothesis import strategies as st

from eval.files import (
    file_digest,
    read_benchmark,
    read_qrels,
    read_questions,
    read_run,
    select_split,
    write_qrels,
    write_run,
)
from eval.metrics import rank_rows
from eval.records import BenchPassage, Gold, Qrel, RunRow
from youju.errors import QuestionSetError

GOOD: dict[str, Any] = {
    "id": "q1", "question": "合格率？", "category": "target", "answerable": True, "split": "tune",
    "gold": [{"doc": "corpus/a.txt", "quote": "97%", "alt": ["97％"]}],
    "must_contain": [["97", "97%"]],
}  # fmt: skip
NO = {"id": "q2", "question": "天气？", "category": "none", "answerable": False}


def write(path: Path, *rows: Any) -> Path:
    lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_question_set_is_read_with_everything(tmp_path: Path) -> None:
    first, second = read_questions(write(tmp_path / "q.jsonl", GOOD, "", NO))
    assert first.gold == (Gold("corpus/a.txt", "97%", ("97％",)),)
    assert first.must_contain == (("97", "97%"),)
    assert (first.split, second.split, second.answerable) == ("tune", None, False)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"id": None}, "id"),
        ({"id": "a b"}, "空白"),
        ({"question": "  "}, "question"),
        ({"category": 3}, "category"),
        ({"answerable": "yes"}, "answerable"),
        ({"split": "test"}, "split"),
        ({"gold": []}, "没有 gold"),
        ({"gold": {}}, "应为数组"),
        ({"gold": ["97%"]}, "应为对象"),
        ({"gold": [{"doc": "a"}]}, "quote"),
        ({"gold": [{"doc": "a", "quote": "b", "alt": "c"}]}, "alt"),
        ({"gold": [{"doc": "a", "quote": "b", "alt": [""]}]}, "alt"),
        ({"must_contain": ["97"]}, "must_contain"),
        ({"must_contain": [[]]}, "must_contain"),
        ({"answerable": False}, "不可回答"),
    ],
)
def test_a_bad_field_is_named_with_its_line(
    tmp_path: Path, change: dict[str, Any], complaint: str
) -> None:
    path = write(tmp_path / "q.jsonl", {**GOOD, "id": "q0"}, "", GOOD | change)
    with pytest.raises(QuestionSetError, match="第 3 行") as caught:
        read_questions(path)
    assert complaint in str(caught.value)
    assert "第 1 行" not in str(caught.value)


@pytest.mark.parametrize("line", ["{", "[]", "3", "null", "[" * 100_000])
def test_lines_that_are_no_object(tmp_path: Path, line: str) -> None:
    with pytest.raises(QuestionSetError, match="第 2 行"):
        read_questions(write(tmp_path / "q.jsonl", GOOD, line))


def test_the_numbers_of_many_questions_are_compared_in_linear_time(tmp_path: Path) -> None:
    def work(count: int) -> None:
        row = {"question": "q", "category": "c", "answerable": False}
        path = write(tmp_path / f"{count}.jsonl", *({"id": f"q{n}", **row} for n in range(count)))
        assert len(read_questions(path)) == count

    linear(work, 4_000)


def test_half_a_character_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    row = r'{"id": "a", "question": "办\ud800法", "category": "c", "answerable": false}'
    path.write_text(row, "utf-8")
    with pytest.raises(QuestionSetError, match="第 1 行 含有不完整的字符"):
        read_questions(path)


def test_every_bad_line_is_listed(tmp_path: Path) -> None:
    path = write(tmp_path / "q.jsonl", "{", GOOD, GOOD, NO | {"answerable": 1})
    with pytest.raises(QuestionSetError) as caught:
        read_questions(path)
    message = str(caught.value)
    assert all(part in message for part in ("第 1 行", "第 3 行", "编号 q1 重复", "第 4 行"))
    assert "第 2 行" not in message


def test_a_file_that_is_not_there_empty_or_not_utf8(tmp_path: Path) -> None:
    with pytest.raises(QuestionSetError, match="无法读取"):
        read_questions(tmp_path / "none.jsonl")
    with pytest.raises(QuestionSetError, match="没有题目"):
        read_questions(write(tmp_path / "empty.jsonl", "", ""))
    (tmp_path / "gbk.jsonl").write_bytes("{}合格率".encode("gbk"))
    with pytest.raises(QuestionSetError, match="第 2 字节"):
        read_questions(tmp_path / "gbk.jsonl")
    (tmp_path / "bad.gz").write_bytes(b"\x1f\x8bnothing")
    with pytest.raises(QuestionSetError, match="无法读取"):
        read_questions(tmp_path / "bad.gz")


def test_halves_and_digest(tmp_path: Path) -> None:
    path = write(tmp_path / "q.jsonl", GOOD, NO)
    items = read_questions(path)
    assert [len(select_split(items, name)) for name in ("tune", "report", "all")] == [1, 0, 2]
    digest = file_digest(path)
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert file_digest(path) == digest
    assert file_digest(write(path, GOOD)) != digest


names = st.text(st.characters(exclude_categories=("Z", "C")), min_size=1, max_size=6).filter(
    lambda name: not any(char.isspace() for char in name)
)


@given(st.dictionaries(names, st.dictionaries(names, st.floats(allow_nan=False), max_size=5)))
def test_a_run_survives_the_file(
    tmp_path_factory: pytest.TempPathFactory, scores: dict[str, dict[str, float]]
) -> None:
    path = tmp_path_factory.mktemp("run") / "run.trec"
    rows = rank_rows(scores)
    write_run(path, rows, "tag")
    assert read_run(path) == rows


@given(st.dictionaries(st.tuples(names, names), st.integers(-1, 3)))
def test_judgements_survive_the_file(
    tmp_path_factory: pytest.TempPathFactory, judged: dict[tuple[str, str], int]
) -> None:
    path = tmp_path_factory.mktemp("qrels") / "qrels.trec"
    qrels = [Qrel(query, doc, grade) for (query, doc), grade in judged.items()]
    write_qrels(path, qrels)
    assert read_qrels(path) == sorted(qrels)


def test_equal_scores_are_ordered_by_id_and_rank_column_is_ignored(tmp_path: Path) -> None:
    path = write(tmp_path / "r", "q Q0 b 1 0.5 x", "q Q0 a 2 0.5 x", "q Q0 c 9 0.7 x")
    assert read_run(path) == [
        RunRow("q", "c", 1, 0.7), RunRow("q", "a", 2, 0.5), RunRow("q", "b", 3, 0.5),
    ]  # fmt: skip


@pytest.mark.parametrize("line", ["q Q0 a 1 x t", "q Q0 a 1 0.5", "q Q0 a 1 nan t", "q Q0 d 1 1 t"])
def test_bad_run_lines(tmp_path: Path, line: str) -> None:
    with pytest.raises(QuestionSetError, match="第 2 行"):
        read_run(write(tmp_path / "r", "q Q0 d 1 0.9 t", line))


def test_a_blank_in_a_trec_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(QuestionSetError, match="空白"):
        write_run(tmp_path / "r", [RunRow("q", "a b", 1, 1.0)], "t")


def bench_folder(folder: Path, qrels: str = "q\td\t1\n") -> Path:
    folder.mkdir()
    corpus = json.dumps({"id": "d", "title": "标题", "text": "正文"}, ensure_ascii=False)
    (folder / "corpus.jsonl.gz").write_bytes(gzip.compress(corpus.encode()))
    (folder / "queries.jsonl").write_text('{"_id": "q", "text": "问"}\n', encoding="utf-8")
    (folder / "qrels.tsv").write_text(qrels, encoding="utf-8")
    return folder


def test_a_benchmark_folder_packed_or_not(tmp_path: Path) -> None:
    found = read_benchmark(bench_folder(tmp_path / "b", "query-id\tcorpus-id\tscore\nq\td\t1\n"))
    assert found.name == "b"
    assert found.passages == (BenchPassage("d", "标题", "正文", "d"),)
    assert found.queries == (("q", "问"),)
    assert found.qrels == (Qrel("q", "d", 1),)


@pytest.mark.parametrize(
    ("qrels", "complaint"),
    [("q\tx\t1\n", "不存在"), ("q\td\t1\nq\td\n", "第 2 行"), ("q\td\t1\nq\td\tx\n", "不是整数")],
)
def test_bad_judgements(tmp_path: Path, qrels: str, complaint: str) -> None:
    with pytest.raises(QuestionSetError, match=complaint):
        read_benchmark(bench_folder(tmp_path / "b", qrels))


def test_a_bad_passage_line(tmp_path: Path) -> None:
    folder = bench_folder(tmp_path / "b")
    (folder / "queries.jsonl").write_text('{"id": "q", "text": "问"}\n{"id": 3}\n')
    with pytest.raises(QuestionSetError, match="第 2 行"):
        read_benchmark(folder)
