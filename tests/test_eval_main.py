from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from eval_fakes import FakeSearch, answer, cite, hit, make_doc

import eval.__main__ as command
from eval import fact_scores, sets
from eval.run import Searcher

DOC = make_doc("甲")
WORDS = "农产品抽检合格率达到97%."
ROWS = [
    {"id": "q1", "question": "合格率", "category": "target", "answerable": True, "split": "tune",
     "gold": [{"doc": "corpus/甲.txt", "quote": WORDS}], "must_contain": [["97"]]},
    {"id": "q2", "question": "天气", "category": "none", "answerable": False, "split": "report"},
]  # fmt: skip


@pytest.fixture
def product(monkeypatch: pytest.MonkeyPatch) -> FakeSearch:
    fake = FakeSearch(
        [DOC],
        {
            "合格率": answer("97%[1]", [hit(DOC, WORDS)], [cite(DOC, WORDS)]),
            "天气": answer("文件中没有找到", refused=True),
        },
    )

    @contextmanager
    def opened(documents: Path | None = None, index: Path | None = None) -> Iterator[Searcher]:
        yield fake

    monkeypatch.setattr(sets, "opened", opened)
    return fake


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    path = tmp_path / "q.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS), encoding="utf-8")
    return path


def run(*arguments: object) -> int:
    return command.main([str(argument) for argument in arguments])


def test_run_report_compare(
    product: FakeSearch, questions: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    methods = ("--method", "plain", "--method", "hybrid")
    assert run("run", "--questions", questions, *methods, "--out", out) == 0
    printed = capsys.readouterr()
    assert "essential facts" in printed.out
    folders = [line for line in printed.err.splitlines() if Path(line).is_dir()]
    assert [Path(folder).name.split("-")[0] for folder in folders] == ["plain", "hybrid"]
    assert run("report", *folders, "--out", out) == 0
    assert "refusal F1" in (out / "report.md").read_text(encoding="utf-8")
    assert (out / "report.png").exists()
    assert run("compare", *folders) == 0
    assert run("report", *folders, "--split", "report", "--out", out) == 0
    assert "| report | 1 |" in (out / "report.md").read_text(encoding="utf-8")


def test_split(product: FakeSearch, questions: Path, tmp_path: Path) -> None:
    arguments = ("run", "--questions", questions, "--out", tmp_path / "o", "--split", "tune")
    assert run(*arguments) == 0
    assert product.asked == ["hybrid"]


def test_the_gate_opens_closes_and_never_sinks(
    product: FakeSearch, questions: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gate = ("gate", "--floors", tmp_path / "floors.json", "--questions", questions)
    assert run(*gate) == 2
    assert run(*gate, "--raise") == 0
    assert run(*gate) == 0
    before = (tmp_path / "floors.json").read_text()
    product.answers = {**product.answers, "合格率": answer("96%[1]", [hit(DOC, "二、责任。")])}
    capsys.readouterr()
    assert run(*gate) == 1
    errors = capsys.readouterr().err
    assert "facts：" in errors and "R@10：" in errors and "refusal_F1" not in errors
    assert run(*gate, "--raise") == 1
    assert (tmp_path / "floors.json").read_text() == before


def test_the_gate_and_the_report_hold_facts_where_floors_name_them(
    product: FakeSearch,
    questions: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    none = fact_scores.FactScores((), (), ())  # no comparison and no question is right
    monkeypatch.setattr(fact_scores, "measure", lambda corpus=None: none)
    floors = tmp_path / "floors.json"
    gate = ("gate", "--floors", floors, "--questions", questions)
    assert run(*gate, "--raise") == 0
    assert json.loads(floors.read_text())["targets"] is None
    held = {**json.loads(floors.read_text()), "targets": {"comparisons": 0.85, "fact_recall": 0.9}}
    floors.write_text(json.dumps(held))
    capsys.readouterr()
    assert run(*gate) == 1
    errors = capsys.readouterr().err
    assert "comparisons：现为 0.0000" in errors and "fact_recall" not in errors
    built_in = questions.rename(questions.with_name(command.QUESTIONS.name))
    assert run("run", "--questions", built_in, "--out", tmp_path / "out") == 0
    folder = capsys.readouterr().err.split()[-1]
    assert run("report", folder, "--out", tmp_path / "out") == 0
    assert "| target questions |" in (tmp_path / "out" / "report.md").read_text("utf-8")


def test_the_gate_refuses_other_questions(
    product: FakeSearch, questions: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gate = ("gate", "--floors", tmp_path / "floors.json", "--questions", questions)
    assert run(*gate, "--raise") == 0
    questions.write_text(json.dumps(ROWS[0]) + "\n", encoding="utf-8")
    assert run(*gate) == 2
    assert "题集已改变" in capsys.readouterr().err


def test_bad_input_is_one_sentence_and_code_two(
    product: FakeSearch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("run", "--questions", tmp_path / "none.jsonl") == 2
    assert run("compare", tmp_path / "a", tmp_path / "b") == 2
    assert run("bench", tmp_path / "none") == 2
    assert len(capsys.readouterr().err.splitlines()) == 3
    with pytest.raises(SystemExit) as caught:
        run("run", "--method", "magic")
    assert caught.value.code == 2
