from __future__ import annotations

from pathlib import Path

import pytest
from eval_fakes import result

from eval.picture import draw
from eval.records import Outcome, QuestionResult, Run, RunInfo
from eval.report import (
    comparison_table,
    goodness,
    markdown_report,
    markdown_table,
    overall_table,
    worst_questions,
)


def make(method: str, *results: QuestionResult, digest: str = "d") -> Run:
    return Run(f"{method}-1", RunInfo(method, "q", digest, "c", "all", len(results)), results)


GOOD = {"Success@1": 1.0, "R@10": 1.0, "facts": 1.0}
BAD = {"Success@1": 0.0, "R@10": 0.0, "facts": 0.0}
A = make("bm25", result("q1", GOOD), result("q2", BAD), result("q3", BAD, category="表格"))
B = make("hybrid", result("q1", GOOD), result("q2", GOOD), result("q3", BAD, category="表格"))


def test_tables_hold_the_numbers() -> None:
    rows = {row[0]: row[1:] for row in overall_table([A, B])}
    count, first, second = rows["a right clause first"]
    assert (count, first[:5], second[:5]) == ("3", "0.333", "0.667")
    differences = {row[0]: row for row in comparison_table(A, B)}
    assert differences["a right clause first"][2].startswith("+0.333")


def test_a_question_missing_in_one_run_counts_as_zero_there() -> None:
    short = make("dense", result("q1", GOOD))
    rows = {row[0]: row for row in overall_table([A, short])}
    assert rows["a right clause first"][3].startswith("1.000")
    text = markdown_report([A, short])
    assert "| dense-1 | all | 1 | 2 | 0 |" in text
    right_first = next(line for line in text.splitlines() if "a right clause first" in line)
    assert right_first.count("| 0.333") == 2


def test_the_report_compares_with_the_baseline_and_warns() -> None:
    text = markdown_report([A, B], picture="p.png")
    assert "## hybrid minus bm25, paired" in text and "![scores per category](p.png)" in text
    assert "| 表格 |" in text
    assert "not of the same" not in text
    assert "not of the same" in markdown_report([A, make("hybrid", *B.results, digest="e")])
    assert "minus" not in markdown_report([B])


def test_only_the_tuning_half_is_listed() -> None:
    run = make(
        "hybrid",
        result("t-good", GOOD),
        result("t-bad", BAD),
        result("t-half", GOOD | {"facts": 0.5}),
        result("r-bad", BAD, split="report"),
        result("n-bad", BAD, split=None),
        result("t-no", answerable=False, outcome=Outcome(refused=True)),
        result("t-yes", answerable=False, outcome=Outcome(text="97%")),
    )
    assert [r.id for r in worst_questions(run)] == ["t-bad", "t-yes", "t-half"]
    text = markdown_report([run])
    assert "t-bad" in text and "r-bad" not in text and "n-bad" not in text


def test_goodness_of_what_is_missing() -> None:
    assert goodness(result("q", {})) == 0.0
    assert goodness(result("q", answerable=False, missing=True)) == 0.0


def test_cells_cannot_break_the_table() -> None:
    assert markdown_table(["a"], [["x|y\nz"]]).splitlines()[-1] == "| x\\|y z |"


@pytest.mark.parametrize("runs", [[A], [A, B]])
def test_the_picture_is_a_png_with_or_without_a_chinese_font(
    tmp_path: Path, runs: list[Run], recwarn: pytest.WarningsRecorder
) -> None:
    draw(runs, tmp_path / "new" / "p.png")
    assert (tmp_path / "new" / "p.png").read_bytes().startswith(b"\x89PNG")
    assert not [w for w in recwarn if "Glyph" in str(w.message)]


def test_a_run_without_questions_still_reports(tmp_path: Path) -> None:
    assert "# Evaluation" in markdown_report([make("bm25")])
    draw([make("bm25")], tmp_path / "p.png")
