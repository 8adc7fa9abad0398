from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

import bench.__main__ as command
from bench.__main__ import Row, table
from bench.load import ask
from bench.measure import heavy_modules, middle, milliseconds, percentile, run_child
from bench.soak import GROWTH_LIMIT, Soak


def test_a_child_is_timed_and_weighed_alone() -> None:
    slow = run_child([sys.executable, "-c", "import time; time.sleep(0.3); print('字')"])
    assert (slow.code, slow.output, slow.errors) == (0, "字\n", "")
    assert 0.3 <= slow.seconds < 30
    big = run_child([sys.executable, "-c", "x = bytearray(200_000_000)"])
    small = run_child([sys.executable, "-c", ""])
    assert big.peak_mb - small.peak_mb > 150
    assert run_child([sys.executable, "-c", "raise SystemExit(3)"]).code == 3


def test_heavy_libraries_are_seen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import bench.measure

    (tmp_path / "light.py").write_text("import json")
    (tmp_path / "heavy.py").write_text("import json, matplotlib.font_manager")
    monkeypatch.setattr(bench.measure, "_ask", lambda index, q: [str(tmp_path / q)])
    assert heavy_modules(tmp_path, "light.py") == []
    assert heavy_modules(tmp_path, "heavy.py") == ["matplotlib"]


@pytest.mark.parametrize(
    ("percent", "expected"), [(0, 1), (50, 5), (95, 10), (90, 9), (91, 10), (100, 10)]
)
def test_percentiles_are_measured_values(percent: int, expected: int) -> None:
    assert percentile([float(n) for n in range(10, 0, -1)], percent) == expected
    assert percentile([7.0], percent) == 7.0


def test_the_first_call_is_not_counted() -> None:
    asked: list[str] = []
    assert len(milliseconds(asked.append, ["a", "b"])) == 2
    assert asked == ["a", "a", "b"]
    assert middle([3.0, 1.0, 2.0]) == 2.0


def test_limits_and_ratios() -> None:
    rows = [Row("x", "ms", 10.0, 15.0, 5.0), Row("y", "MB", 500.0, 450.0), Row("z", "s", 1.0)]
    assert [row.kept for row in rows] == [True, False, True]
    assert [row.ratio for row in rows] == [2.0, None, None]
    lines = table(rows).splitlines()
    assert "×2.0" in lines[2] and "ok" in lines[2] and "OVER" in lines[3]


def test_check_fails_when_a_limit_is_passed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [Row("x", "ms", 20.0, 15.0)]
    monkeypatch.setattr(command, "measure_all", lambda *arguments: rows)
    out = tmp_path / "b.json"
    assert command.main(["--json", str(out)]) == 0
    assert command.main(["--check"]) == 1
    rows[0] = Row("x", "ms", 10.0, 15.0)
    assert command.main(["--check"]) == 0
    written = json.loads(out.read_text(encoding="utf-8"))
    assert written["rows"][0]["value"] == 20.0 and written["machine"]["cores"] >= 1
    assert command.main(["--questions", str(tmp_path / "none")]) == 2
    assert "无法读取" in capsys.readouterr().err


# --- load ----------------------------------------------------------------------------------------


def test_a_few_users_for_three_seconds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = tmp_path / "load.json"
    given = ["load", "--users", "3", "--seconds", "3", "--pause", "0.2", "--json", str(report)]
    assert command.main(given) == 0
    found = json.loads(report.read_text("utf-8"))
    assert found["errors"] == 0, found["first_error"]
    assert found["answers"] >= 1 and 0 < found["p50_ms"] <= found["p95_ms"] <= found["worst_ms"]
    assert "p95" in capsys.readouterr().out


@pytest.mark.parametrize("given", [["--users", "0"], ["--users", "9999"], ["--seconds", "99999"]])
def test_load_is_bounded(given: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["load", *given]) == 2
    assert "请改小" in capsys.readouterr().err


def test_what_is_no_answer_is_an_error() -> None:
    class Broken:
        def __init__(self, bodies: list[tuple[int, bytes]]) -> None:
            self.bodies = bodies

        def request(self, *given: object) -> None:
            self.status, self.body = self.bodies.pop(0)

        def getresponse(self) -> Broken:
            return self

        def read(self) -> bytes:
            return self.body

    joined = (200, b'{"event_id": "1"}')
    for bodies in (
        [(500, b"")],
        [joined, (200, b'event: error\ndata: "no"')],
        [joined, (200, b'event: complete\ndata: [{"answer": "", "refused": false}]')],
    ):
        with pytest.raises(ValueError):
            ask(Broken(bodies), "?", "s")  # type: ignore[arg-type]
    good = b'event: complete\ndata: [{"answer": "x", "refused": false}]\n\n'
    assert ask(Broken([joined, (200, good)]), "?", "s") == "x"  # type: ignore[arg-type]


# --- soak ----------------------------------------------------------------------------------------


def test_users_do_everything_for_some_seconds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "soak.json"
    given = ["soak", "--users", "3", "--minutes", "0.15", "--pause", "0.1", "--no-reader"]
    code = command.main([*given, "--json", str(report)])
    found = json.loads(report.read_text("utf-8"))
    assert found["errors"] == 0, found["first_error"]
    assert found["deeds"]["upload"] >= 1 and sum(found["deeds"].values()) >= 3
    # so short a run is all warm-up: how much it grew decides the code, whatever it is
    assert code == int(found["growth_mb"] > GROWTH_LIMIT)
    assert "after the warm-up" in capsys.readouterr().out


def test_growth_is_counted_after_the_warm_up() -> None:
    def kept(memory: list[float], errors: int = 0) -> bool:
        points = tuple((float(minute), mb) for minute, mb in enumerate(memory))
        return Soak(1, float(len(memory)), {}, errors, None, points).kept

    assert kept([100.0 + 60 * n for n in range(5)] + [400.0] * 10)  # the warm-up alone
    assert not kept([100.0 + 10 * n for n in range(15)])
    assert kept([300.0] * 14 + [900.0])  # one peak is no growth
    assert not kept([300.0] * 15, errors=1)
