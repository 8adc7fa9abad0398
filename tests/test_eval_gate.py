from __future__ import annotations

import json
from pathlib import Path

import pytest
from eval_fakes import result

from eval.gate import (
    Floors,
    fallen,
    fallen_targets,
    raised,
    raised_targets,
    read_floors,
    require_same,
    write_floors,
)
from eval.gating import floors_of
from eval.records import QuestionResult, RunInfo
from eval.sets import POLICY
from youju.errors import QuestionSetError

INFO = RunInfo("hybrid", "q.jsonl", "d1", "c1", "all", 2)


def results(facts: float = 0.9, length: float = 100.0, exact: float = 1.0) -> list[QuestionResult]:
    scores = {"facts": facts, "length": length, "exact": exact}
    return [
        result("q1", scores),
        result("q2", scores | {"facts": 1.0}, category="table", split="report"),
    ]


@pytest.mark.parametrize(
    ("floors", "names"),
    [
        (Floors(), []),
        (Floors(floors={"facts": 0.95}, ceilings={"length": 100}), []),
        (Floors(floors={"facts": 0.951}), ["facts"]),
        (Floors(floors={"facts[table]": 1.0, "facts[target]": 0.9}), []),
        (Floors(floors={"facts[target]": 0.91}), ["facts[target]"]),
        (Floors(floors={"facts[gone]": 0.0}), ["facts[gone]"]),
        (Floors(floors={"R@10": 0.0}), ["R@10"]),
        (Floors(ceilings={"length": 99.9}), ["length"]),
        (Floors(floors={"exact": 1.0, "facts": 1.0}, ceilings={"length": 1}),
         ["facts", "length"]),
    ],
)  # fmt: skip
def test_every_fallen_measure_is_named(floors: Floors, names: list[str]) -> None:
    assert [f.name for f in fallen(results(), floors)] == names


def test_the_sentence_holds_both_values() -> None:
    (found,) = fallen(results(), Floors(floors={"facts": 0.96}))
    assert "0.9500" in str(found) and "0.9600" in str(found)
    (absent,) = fallen(results(), Floors(floors={"R@10": 0.5}))
    assert "无" in str(absent)


def test_raising_only_ever_raises() -> None:
    first = raised(results(), INFO, Floors())
    assert first.floors == {"facts": 0.94, "exact": 1.0}
    assert first.ceilings == {"length": 105.0}
    worse = raised(results(0.1, 200.0, 0.5), INFO, first)
    assert (worse.floors, worse.ceilings) == (first.floors, first.ceilings)
    better = raised(results(1.0, 50.0), INFO, first)
    assert better.floors == {"facts": 0.99, "exact": 1.0}
    assert better.ceilings == {"length": 55.0}
    assert fallen(results(), first) == []


def test_of_a_tuning_set_only_what_was_found_is_held() -> None:
    scores = {"hit1": 0.5, "answer": 0.5, "exact": 1.0}
    tune = raised([result("q", scores, split="tune")], INFO, Floors())
    assert tune.floors == {"hit1": 0.49, "exact": 1.0}
    assert "answer" in (raised([result("q", scores, split="report")], INFO, Floors()).floors or {})


def test_raising_keeps_floors_per_category_and_of_measures_that_no_longer_apply() -> None:
    old = Floors(floors={"facts[target]": 0.5, "R@10": 0.7})
    new = raised(results(), INFO, old).floors or {}
    assert (new["facts[target]"], new["R@10"]) == (0.89, 0.7)


def test_other_questions_or_documents_cannot_be_compared() -> None:
    floors = raised(results(), INFO, Floors())
    require_same(INFO, floors)
    with pytest.raises(QuestionSetError, match=r"题集已改变.*d1.*d2"):
        require_same(RunInfo("hybrid", "q", "d2", "c1", "all", 2), floors)
    with pytest.raises(QuestionSetError, match="文档已改变"):
        require_same(RunInfo("hybrid", "q", "d1", "c2", "all", 2), floors)


def test_floors_survive_the_file(tmp_path: Path) -> None:
    floors = raised(results(), INFO, Floors())
    write_floors(tmp_path / "f.json", floors)
    assert read_floors(tmp_path / "f.json") == floors


@pytest.mark.parametrize(
    "text",
    ["", "[]", '{"x": 1}', json.dumps({"floors": {"facts": "0.9"}}), '{"floors": {"a": NaN}}'],
)
def test_a_damaged_floors_file_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "f.json").write_text(text)
    with pytest.raises(QuestionSetError, match="底线文件"):
        read_floors(tmp_path / "f.json")


def test_facts_and_target_questions_have_floors_of_their_own() -> None:
    floors = Floors(targets={"comparisons": 0.85, "fact_recall": 0.9})
    assert fallen_targets({"comparisons": 0.85, "fact_recall": 0.95}, floors) == []
    low = fallen_targets({"comparisons": 0.84}, floors)
    assert [(f.name, f.measured) for f in low] == [("comparisons", 0.84), ("fact_recall", None)]
    assert fallen_targets({"comparisons": 0.0}, Floors()) == []


def test_raising_targets_keeps_the_promise_and_never_lowers() -> None:
    first = raised_targets({"a": 0.9446, "b": 0.9}, {"b": 0.93}, Floors())
    assert first.targets == {"a": 0.934, "b": 0.93}
    assert raised_targets({"a": 0.5}, {}, first).targets == first.targets


def test_the_floors_of_the_product_keep_what_is_promised() -> None:
    from eval.fact_scores import PROMISED

    held = read_floors(floors_of(POLICY)).targets or {}
    assert held.keys() == PROMISED.keys()
    assert all(held[name] >= least for name, least in PROMISED.items())
