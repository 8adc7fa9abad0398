"""Question sets by name: halves, seals, documents of their own, and what may be held to floors."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from eval_fakes import FakeSearch, answer, cite, hit, make_doc, result

import eval.__main__ as command
from eval import confidence, gating, sets
from eval.curves import calibration_error, confidences, reliability, risk_at
from eval.files import read_questions
from eval.gate import WHERE_FITTED, read_floors
from eval.overview import overview
from eval.picture import draw_confidence
from eval.records import Outcome, QuestionResult, Run, RunInfo
from eval.run import Searcher
from eval.saved import load_run, newest_runs, save_run
from youju.errors import QuestionSetError

ROWS = (
    {"id": "n1", "question": "夜间施工噪声不得超过多少分贝", "category": "numeric",
     "answerable": True,
     "gold": [{"doc": "甲.txt", "quote": "夜间建筑施工噪声不得超过55分贝", "alt": []}],
     "must_contain": [["55分贝"]], "docs": ["甲.txt"], "note": ""},
    {"id": "n2", "question": "去火星旅游的船票几点开售", "category": "unanswerable",
     "answerable": False, "gold": [], "must_contain": [], "docs": ["乙.txt"], "note": ""},
)  # fmt: skip


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    path = tmp_path / "own.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS), "utf-8")
    return path


def run(*arguments: object) -> int:
    return command.main([str(argument) for argument in arguments])


# --- what is fitted is not gated -----------------------------------------------------------------


def test_fitting_and_gating_never_use_the_same_questions() -> None:
    fitted = {
        item.question
        for questions, _ in confidence.sets()
        for item in confidence.fitted(read_questions(questions))
    }
    assert len(fitted) > 100
    for known in sets.KNOWN:
        if known.there and known.half != "tune":
            split = read_floors(gating.floors_of(known)).split
            gated = {item.question for item in known.items(split)}
            assert len(gated) > 100 and not fitted & gated, known.name


def test_every_known_set_has_floors_of_its_own_questions() -> None:
    for known in sets.KNOWN:
        floors = read_floors(gating.floors_of(known))
        held = (floors.floors or {}).keys()
        assert floors.questions == known.questions.name
        assert {"hit1", "r10", "exact"} <= held and (floors.ceilings or {})["chars"] == 150.0
        # What is fitted on a tuning set is not held on it.
        assert held <= set(WHERE_FITTED) if known.half == "tune" else {"answer", "cite_r"} <= held


# --- names ---------------------------------------------------------------------------------------


def test_a_set_tells_the_half_of_questions_that_name_none() -> None:
    assert {item.split for item in sets.POLICY.items()} == {"tune", "report"}
    assert {item.split for item in sets.HELDOUT.items()} == {"report"}
    assert sets.HELDOUT.items("tune") == []
    assert (sets.POLICY.rule, sets.HELDOUT.rule) == ("places", "words")


def test_sets_that_are_not_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    gone = sets.QuestionSet("dev-tune", tmp_path / "tune.jsonl", tmp_path / "docs", "tune")
    monkeypatch.setattr(sets, "KNOWN", (sets.POLICY, gone))
    assert sets.named([]) == [sets.POLICY]
    with pytest.raises(QuestionSetError, match="dev-tune 不在这里"):
        sets.named(["dev-tune"])


def test_a_known_file_keeps_its_seal_under_any_flag(
    monkeypatch: pytest.MonkeyPatch, questions: Path, tmp_path: Path
) -> None:
    own = sets.QuestionSet("closed", questions, tmp_path, "report", sealed=True)
    monkeypatch.setattr(sets, "KNOWN", (own,))
    assert sets.of_file(tmp_path / "." / "own.jsonl", tmp_path).name == "closed"
    elsewhere = sets.of_file(questions, None)
    assert (elsewhere.name, elsewhere.half, elsewhere.sealed) == ("", "report", True)
    assert not sets.of_file(tmp_path / "other.jsonl", None).sealed
    with pytest.raises(QuestionSetError, match="不存在"):
        sets.of_file(questions, tmp_path / "none")


def test_sets_over_the_same_documents_share_an_index() -> None:
    tune, report = (replace(sets.HELDOUT, name=name) for name in ("a", "b"))
    assert sets.by_documents([tune, sets.POLICY, report]) == [
        (sets.HELDOUT.documents, [tune, report]),
        (None, [sets.POLICY]),
    ]


@pytest.mark.parametrize(
    "flags",
    [
        ("--documents", "x"),
        ("--questions", "x", "--documents", "x", "--index", "y"),
        ("--questions", "x", "--set", "policy"),
        ("--questions", "x", "--documents", "no/such/folder"),
    ],
)
def test_flags_that_do_not_go_together(
    flags: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("run", *flags) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


# --- documents of their own ----------------------------------------------------------------------


def test_a_set_is_asked_of_its_own_documents(
    library: Path, questions: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = ("--questions", questions, "--documents", library)
    assert run("run", *own, "--out", tmp_path / "out") == 0
    assert "| answer: right, every fact said | 1 | 1.000" in capsys.readouterr().out
    (folder,) = newest_runs(tmp_path / "out")
    first, second = load_run(folder).results
    assert first.scores["hit1"] == first.scores["answer"] == first.scores["exact"] == 1.0
    assert "Success@1" not in first.scores and second.outcome.refused


LIMIT = "夜间建筑施工噪声不得超过55分贝"


@pytest.fixture
def product(monkeypatch: pytest.MonkeyPatch) -> FakeSearch:
    """A product over 甲.txt, whatever folder or index it is opened over."""
    doc = make_doc("甲", f"第三条 {LIMIT}。\n")
    said = {
        ROWS[0]["question"]: answer(f"{LIMIT}[1]", [hit(doc, LIMIT)], [cite(doc, LIMIT)]),
        ROWS[1]["question"]: answer("没有找到", refused=True),
    }
    fake = FakeSearch([doc], said)  # type: ignore[arg-type]

    @contextmanager
    def opened(documents: Path | None = None, index: Path | None = None) -> Iterator[Searcher]:
        yield fake

    monkeypatch.setattr(sets, "opened", opened)
    return fake


def test_a_set_of_its_own_is_held_to_floors(
    product: FakeSearch, questions: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = ("gate", "--questions", questions, "--documents", tmp_path)
    gate = (*own, "--floors", tmp_path / "floors.json")
    assert run(*gate) == 2
    assert run(*gate, "--raise") == 0
    assert run(*gate) == 0
    held = json.loads((tmp_path / "floors.json").read_text("utf-8"))
    assert held["floors"]["answer"] == 0.99 and held["ceilings"] == {"chars": 150.0}
    product.docs = [make_doc("甲", f"第四条 {LIMIT}。\n")]
    capsys.readouterr()
    assert run(*gate) == 2
    assert "文档已改变" in capsys.readouterr().err
    assert run(*own) == 2
    assert "--floors" in capsys.readouterr().err


def test_a_question_of_a_document_that_is_not_there(
    product: FakeSearch, questions: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    product.docs = [make_doc("丙")]
    assert run("run", "--questions", questions, "--documents", tmp_path) == 2
    assert "甲.txt" in capsys.readouterr().err


def test_of_a_sealed_set_only_totals_are_kept(
    product: FakeSearch,
    questions: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    closed = sets.QuestionSet("closed", questions, tmp_path, "report", sealed=True)
    monkeypatch.setattr(sets, "KNOWN", (closed,))
    monkeypatch.setattr(sets, "NAMES", ("closed",))
    assert run("run", "--set", "closed", "--out", tmp_path / "out") == 0
    (folder,) = newest_runs(tmp_path / "out")
    assert folder.name.startswith("closed-hybrid-")
    assert run("report", folder, "--out", tmp_path / "out") == 0
    printed = "".join(capsys.readouterr())
    written = "".join(path.read_text("utf-8") for path in (tmp_path / "out").rglob("*.*")
                      if path.suffix != ".png")  # fmt: skip
    for told in ("分贝", "灌溉", "n1", "n2", "甲.txt"):
        assert told not in printed + written
    assert "closed" in written and "| numeric | 1 |" in written
    kept = load_run(folder)
    assert {r.id for r in kept.results} == {"q00001", "q00002"}
    assert sorted(r.scores.get("hit1", -1.0) for r in kept.results) == [-1.0, 1.0]


# --- the report ----------------------------------------------------------------------------------


def _run(name: str, *results: QuestionResult) -> Run:
    info = RunInfo("hybrid", "questions.jsonl", name, "c", "all", len(results), name)
    return Run(f"{name}-hybrid-0", info, results)


def _sure(
    name: str, confidence: float | None, right: bool, refused: bool = False
) -> QuestionResult:
    said = Outcome(text="答", refused=refused, confidence=confidence)
    scores = {"hit1": 1.0, "answer": float(right and not refused), "clause1": float(right)}
    return result(name, scores, outcome=said)


SURE = (
    _sure("a", 0.95, True),
    _sure("b", 0.91, True),
    _sure("c", 0.55, True),
    _sure("d", 0.52, False),
    _sure("e", 0.1, True, refused=True),
)


def test_confidence_by_hand() -> None:
    first, second = reliability(SURE)
    assert (first.low, first.n, first.right) == (0.5, 2, 0.5)
    assert (second.high, second.n, second.right) == (1.0, 2, 1.0)
    assert calibration_error((first, second)) == pytest.approx((2 * 0.035 + 2 * 0.07) / 4)
    assert confidences(SURE) == {"a": 0.95, "b": 0.91, "c": 0.55, "d": 0.52, "e": 0.1}
    assert reliability([_sure("z", None, True)]) == () and calibration_error(()) is None
    assert [b.low for b in reliability([_sure("x", 1.0, True), _sure("y", 0.0, True)])] == [0, 0.9]
    points = ((0.2, 0.0), (0.4, 0.0), (0.6, 0.0), (0.8, 0.25), (1.0, 0.2))
    assert risk_at(points, 0.7) == 0.25 and risk_at((), 0.5) is None


def test_sets_stand_side_by_side_with_what_their_confidence_is_worth(tmp_path: Path) -> None:
    text = overview([_run("甲组", *SURE), _run("乙组", result("q", {"hit1": 0.0}))])
    assert "| judged by words | 甲组 | 乙组 |" in text
    hit1 = next(line for line in text.splitlines() if line.startswith("| hit1"))
    assert "1.000 [1.000, 1.000] | 0.000" in hit1
    assert "### 甲组: calibration error 0.05" in text and "### 乙组: calibration" not in text
    assert "| wrong: 甲组 | 0.000 | 0.000 | 0.250 | 0.250 | 0.200 | 0.200 | 0.250 at 80% |" in text
    assert "## Confidence" not in overview([_run("乙组", result("q", {"hit1": 0.0}))])
    draw_confidence([_run("s", *SURE)], tmp_path / "c.png")
    assert (tmp_path / "c.png").read_bytes().startswith(b"\x89PNG")


def test_confidence_is_saved(tmp_path: Path) -> None:
    saved = save_run(_run("s", *SURE), tmp_path)
    assert confidences(load_run(saved).results) == confidences(SURE)
    rows = (saved / "rows.jsonl").read_text("utf-8").replace('"confidence": 0.95, ', "")
    (saved / "rows.jsonl").write_text(rows, "utf-8")  # a run of an earlier version
    assert "a" not in confidences(load_run(saved).results)
