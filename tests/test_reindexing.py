"""Builds that a server runs: stopped for real, followed by more than one."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from test_recognition import FAKE, scan

from index import persist
from web.shell import Holder, Options, Page
from web.tabs import library
from youju import worker
from youju.cli import main
from youju.errors import IndexStopped
from youju.reindexing import Builds, Stage
from youju.service import BuildReport, PolicySearch
from youju.settings import PRODUCT_ROOT, Settings

CHILD = """
from pathlib import Path
from ingest import recognition
from youju import worker
recognition._PROGRAM = Path({program!r})
worker._main()
"""


@pytest.fixture
def here(tmp_path: Path, library: Path) -> Settings:
    """An index of a small folder, and an upload that waits: a scan of four pages."""
    settings = Settings.from_env({}, index=tmp_path / "索引")
    PolicySearch.build([library], settings.index, settings)
    settings.data.mkdir()
    pages = (b"q %d 0 0 700 40 40 cm /P Do Q" % (400 + i) for i in range(4))
    (settings.data / "扫描件.pdf").write_bytes(scan(*pages))
    return settings


@pytest.fixture
def recogniser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Notes its process for every picture in this file, and stands still at the third."""
    notes = tmp_path / "notes"
    notes.write_text("")
    program = tmp_path / "counting.py"
    program.write_text(
        FAKE.replace(
            "    lines = [[",
            "    import os, time\n"
            f"    with open({str(notes)!r}, 'a') as notes: notes.write(f'{{os.getpid()}}\\n')\n"
            f"    if len(open({str(notes)!r}).readlines()) == 3: time.sleep(600)\n"
            "    lines = [[",
        ),
        "utf-8",
    )
    code = CHILD.format(program=str(program))

    def started() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            cwd=PRODUCT_ROOT,
        )  # fmt: skip

    monkeypatch.setattr(worker, "_started", started)
    return notes


def _waits_until(notes: Path, pictures: int) -> None:
    until = time.monotonic() + 120
    while len(notes.read_text().splitlines()) < pictures:
        assert time.monotonic() < until
        time.sleep(0.05)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_build_that_is_stopped_leaves_what_was_there_and_goes_on_later(
    here: Settings, recogniser: Path
) -> None:
    before = persist.current(here.index)
    builds = Builds()
    build = builds.start(here)
    _waits_until(recogniser, 3)
    assert builds.going() == (build,)
    builds.stop()
    with pytest.raises(IndexStopped, match="原有索引没有改动"):
        list(build.steps())
    assert builds.going() == ()
    assert not any(_is_alive(int(line)) for line in recogniser.read_text().split())
    assert persist.current(here.index) == before and not list(here.index.glob("*.part"))
    assert (here.data / "扫描件.pdf").exists()
    assert len(list((here.index / "recognised").iterdir())) == 2
    *_, report = builds.start(here).steps()
    assert isinstance(report, BuildReport) and report.documents == 3
    assert len(recogniser.read_text().split()) == 3 + 2  # two pages were kept


def test_one_that_waits_for_another_is_stopped_too(here: Settings) -> None:
    builds = Builds()
    with persist.building(here.index):
        build = builds.start(here, patience=600)
        time.sleep(0.5)
        builds.stop()
        with pytest.raises(IndexStopped):
            list(build.steps())


def test_the_page_shows_the_pages_that_are_recognised_and_says_that_it_was_stopped(
    here: Settings, recogniser: Path
) -> None:
    page = Page(Holder(PolicySearch.open(here.index, here)), Options(uploads=here), None, str)  # type: ignore[arg-type]
    listing = library.Listing(page, here)
    steps = listing.build()
    next(steps)
    _waits_until(recogniser, 3)
    (build,) = listing.builds.going()
    followed = listing.follow(build)
    next(followed)
    told = next(followed)[0]
    assert "正在识别 扫描件.pdf：已识别 2 / 4 页" in told and "2 of 4 pages" in told
    listing.builds.stop()
    for *_, (told, listed) in (steps, followed):
        assert "已停止建立索引" in told and "Indexing was stopped" in told
        assert "尚未编入索引" in listed


class _Hiding:
    """A service that hides one name from whoever asks."""

    def newest(self) -> _Hiding:
        return self

    def mentions_hidden(self, text: str) -> bool:
        return "秘密" in text


def test_a_file_that_is_not_there_for_somebody_is_not_named(here: Settings) -> None:
    page = Page(_Hiding(), Options(uploads=here), None, str)  # type: ignore[arg-type]
    listing = library.Listing(page, here)
    assert listing._seen(Stage("识别文字 秘密.pdf", 1, 2)) == Stage("识别文字", 1, 2)
    assert listing._seen(Stage("识别文字 公开.pdf", 1, 2)).name == "识别文字 公开.pdf"


def test_ctrl_c_says_what_stays_and_what_is_kept(
    here: Settings,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(PolicySearch, "build", interrupted)
    assert main(["index", str(here.data), "--index", str(here.index)]) == 130
    assert capsys.readouterr().err == "已中断：原有索引没有改动，照常可用。\n"
    (here.index / "recognised").mkdir()
    assert main(["index", str(here.data), "--index", str(here.index)]) == 130
    assert "已识别的页面会保留，再次运行时接着识别。\n" in capsys.readouterr().err
    assert main(["index", str(here.data), "--index", str(tmp_path / "新")]) == 130
    assert capsys.readouterr().err == "已中断：还没有生成索引。\n"
