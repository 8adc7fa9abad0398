"""Whatever fails while an index is written, no document is lost and the next build is fine."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from youju.cli import main
from youju.errors import IndexCorrupt, IndexMismatch, ReadError
from youju.records import Encoder
from youju.service import PolicySearch
from youju.settings import Settings

HERE = Path(__file__).parent
# Every call of every kind is some minutes; a prime step tries others after each small change.
STEP = int(os.environ.get("YOUJU_FAULT_STEP", "23"))


@pytest.fixture(scope="module")
def library_of_faults(tmp_path_factory: pytest.TempPathFactory) -> Path:
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None or not sys.platform.startswith("linux"):
        pytest.skip("faults are injected with a C compiler on Linux")
    made = tmp_path_factory.mktemp("faults") / "faults.so"
    source = str(HERE / "faults.c")
    subprocess.run(
        [compiler, "-shared", "-fPIC", "-O1", "-o", str(made), source, "-ldl"], check=True
    )
    return made


@pytest.mark.parametrize("operation", ["update", "prune", "upload", "remove"])
def test_the_nth_call_fails(library_of_faults: Path, tmp_path: Path, operation: str) -> None:
    """Of open, read, write, fsync, rename: nothing lost, one sentence, the next build whole."""
    done = subprocess.run(
        [sys.executable, str(HERE / "fault_driver.py"), str(tmp_path), operation, str(STEP)],
        env={**os.environ, "LD_PRELOAD": str(library_of_faults)}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    *findings, last = map(json.loads, done.stdout.splitlines())
    assert findings == []
    assert min(last["counts"][kind] for kind in ("open", "read")) > 100


# --- an index that cannot be read ----------------------------------------------------------------


@pytest.fixture
def here(tmp_path: Path, library: Path, bundled: Encoder, monkeypatch: pytest.MonkeyPatch):
    """An index of two folders."""
    monkeypatch.setattr("index.encoder.load_encoder", lambda name: bundled)
    other = tmp_path / "别处"
    other.mkdir()
    (other / "丙.txt").write_text("云山市试行规定\n第一条 试行一年。\n", "utf-8")
    settings = Settings.from_env({}, index=tmp_path / "索引")
    PolicySearch.build([library, other], settings.index, settings)
    return settings


def _current(settings: Settings) -> Path:
    return settings.index / (settings.index / "CURRENT").read_text().split()[0]


def _held(settings: Settings) -> set[str]:
    return {doc.source.path for doc in PolicySearch.open(settings.index, settings).documents()}


def test_one_damaged_byte_stops_the_update_of_another_folder(
    here: Settings, library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    generation = _current(here)
    for path in sorted(p for p in generation.rglob("*") if p.is_file() and p.stat().st_size):
        good = path.read_bytes()
        middle = len(good) // 2
        path.write_bytes(good[:middle] + bytes([good[middle] ^ 1]) + good[middle + 1 :])
        with pytest.raises(IndexCorrupt, match=r"没有更新.*--rebuild") as caught:
            PolicySearch.build([library], here.index, here)
        assert path.name in str(caught.value) and str(caught.value).count("。") == 1
        if path.name != "manifest.json":
            assert "1 份不在这次给出的文件夹里（如 别处/丙.txt）" in str(caught.value)
        path.write_bytes(good)
    assert _current(here) == generation and len(_held(here)) == 3
    (generation / "vectors.npy").write_bytes(b"")
    assert main(["index", str(library), "--index", str(here.index)]) == 2
    assert "--rebuild" in capsys.readouterr().err
    both = [str(library), str(tmp_path / "别处")]
    assert main(["index", *both, "--index", str(here.index)]) == 0  # nothing can be lost
    assert len(_held(here)) == 3
    (_current(here) / "vectors.npy").write_bytes(b"")
    assert main(["index", str(library), "--rebuild", "--index", str(here.index)]) == 0
    assert _held(here) == {"文件/甲.txt", "文件/乙.txt"}


def test_an_index_of_another_format_is_not_taken_for_an_empty_one(
    here: Settings, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.persist.schema", lambda: "other")
    with pytest.raises(IndexMismatch, match=r"别处/丙\.txt.*--rebuild"):
        PolicySearch.build([library], here.index, here)
    report = PolicySearch.build([library], here.index, here, prune=True)
    assert report.documents == 2


def test_damage_that_opening_does_not_see_is_found(
    here: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    library: Path, tmp_path: Path,
) -> None:  # fmt: skip
    monkeypatch.setattr("index.files._HASHED_ON_OPEN", 0)  # as if all were large
    index = ["--index", str(here.index)]
    assert main(["check", *index]) == 0 and "完好" in capsys.readouterr().out
    search = PolicySearch.open(here.index, here)
    search.watch(here.index).join()
    assert search.newest() is search
    path = _current(here) / "vectors.npy"
    good = path.read_bytes()
    path.write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
    search = PolicySearch.open(here.index, here)
    search.watch(here.index).join()
    with pytest.raises(IndexCorrupt, match=r"vectors\.npy.*停止回答"):
        search.newest()
    assert main(["check", "--json", *index]) == 2
    told = capsys.readouterr()
    assert json.loads(told.out)["damaged"] == [f"{path.parent.name}/vectors.npy"]
    assert "--rebuild" in told.err
    assert main(["index", "--rebuild", str(library), str(tmp_path / "别处"), *index]) == 0
    assert len(search.newest().documents()) == 3  # a good build takes its place


# --- documents that cannot be read ---------------------------------------------------------------


def test_what_cannot_be_read_now_stays_as_it_was(
    here: Settings, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.read_bytes

    def failing(path: Path) -> bytes:
        if path.name == "甲.txt":
            raise OSError(5, "Input/output error")
        return real(path)

    monkeypatch.setattr(Path, "read_bytes", failing)
    report = PolicySearch.build([library], here.index, here)
    assert report.documents == 3 and "文件/甲.txt" in report.reused
    (told,) = report.refused
    assert told[0] == "文件/甲.txt" and "Input/output" in told[1] and "沿用" in told[1]
    (library / "甲.txt").unlink()  # gone is another thing
    assert PolicySearch.build([library], here.index, here).removed == ("文件/甲.txt",)


def test_a_folder_that_cannot_be_listed_loses_nothing(
    here: Settings, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = library / "内"
    inner.mkdir()
    (inner / "己.txt").write_text("云山市又一规定\n第一条 再试一年。\n", "utf-8")
    PolicySearch.build([library], here.index, here)
    real = os.scandir

    def failing(path: object = "."):
        if Path(str(path)) in broken:
            raise OSError(24, "Too many open files", str(path))
        return real(path)  # type: ignore[call-overload]

    monkeypatch.setattr(os, "scandir", failing)
    broken = {inner}
    report = PolicySearch.build([library], here.index, here)
    assert report.documents == 4 and [path for path, _ in report.refused] == ["文件/内"]
    broken = {library}
    with pytest.raises(ReadError, match="没有改动"):
        PolicySearch.build([library], here.index, here)
    broken = set()
    assert len(_held(here)) == 4


@pytest.mark.parametrize("error", [AssertionError, RecursionError, KeyError, MemoryError])
def test_one_file_never_stops_a_build(
    here: Settings, library: Path, monkeypatch: pytest.MonkeyPatch, error: type[Exception],
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    from ingest import pipeline

    real = pipeline.policy_doc

    def failing(source, extracted):
        if source.path.endswith("坏.txt"):
            raise error("x")
        return real(source, extracted)

    monkeypatch.setattr(pipeline, "policy_doc", failing)
    (library / "坏.txt").write_text("云山市坏规定\n第一条 坏一年。\n", "utf-8")
    report = PolicySearch.build([library], here.index, here)
    assert report.documents == 3
    assert [(path, error.__name__ in why) for path, why in report.refused] == [
        ("文件/坏.txt", True)
    ]
    assert main(["ingest", str(library)]) == 0
    assert "坏.txt" in capsys.readouterr().err


def test_a_thousand_paragraphs_under_one_article(library: Path, here: Settings) -> None:
    lines = "\n".join(f"事项{n}的说明。" for n in range(1200))
    (library / "长.txt").write_text(f"云山市长规定\n第一条 长。\n{lines}\n", "utf-8")
    assert not PolicySearch.build([library], here.index, here).refused
