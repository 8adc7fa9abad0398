"""Old Word files that only LibreOffice reads: with it, without it, and where it fails."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from office_files import saved, word_95

from ingest.kinds import kind_of
from ingest.pipeline import ingest
from ingest.readers import office
from youju.errors import ReadError, SettingsError
from youju.records import PolicyDoc
from youju.settings import Settings

RULES = (
    "海城市消防通道管理规定\n海政发〔2020〕3号\n第一条 消防通道的宽度不得小于四米。\n"
    "第二条 本规定自公布之日起施行。\n"
)
ENCRYPTED = 0x0100
Pretend = Callable[[str], None]


@pytest.fixture
def pretend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pretend:
    """A program in the place of LibreOffice: the lines of a shell; $out is where it writes."""

    def go(script: str) -> None:
        program = tmp_path / "soffice"
        folder = 'for one in "$@"; do last=$one; done; out=$(dirname "$last")/out'
        program.write_text(f"#!/bin/sh\n{folder}\n{script}\n", "utf-8")
        program.chmod(0o755)
        office.use(str(program))

    return go


def _read(tmp_path: Path, data: bytes) -> PolicyDoc:
    path = tmp_path / "消防.doc"
    path.write_bytes(data)
    return ingest([path]).docs[0]


def _refused(tmp_path: Path, data: bytes) -> str:
    path = tmp_path / "文件" / "消防.doc"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    ((_, reason),) = ingest([path.parent]).refused
    return reason


def test_without_libreoffice_it_is_asked_for_by_name(tmp_path: Path) -> None:
    assert kind_of("a.doc", word_95(RULES)) == "doc"
    reason = _refused(tmp_path, word_95(RULES))
    assert "Word 95" in reason and "LibreOffice" in reason and "重新索引" in reason


def test_a_password_is_no_matter_for_it(tmp_path: Path, pretend: Pretend) -> None:
    pretend("touch $0.called")
    assert "已加密" in _refused(tmp_path, word_95(RULES, flags=ENCRYPTED))
    assert not (tmp_path / "soffice.called").exists()


def test_what_it_makes_is_read_and_marked(tmp_path: Path, pretend: Pretend) -> None:
    from docx import Document

    made = Document()
    for line in RULES.splitlines():
        made.add_paragraph(line)
    (tmp_path / "made.docx").write_bytes(saved(made))
    pretend(f"mkdir -p $out; cp {tmp_path}/made.docx $out/in.docx; env > $0.env; pwd > $0.where")
    doc = _read(tmp_path, word_95(RULES))
    assert doc.meta.title is not None and doc.meta.title.value == "海城市消防通道管理规定"
    assert office.TOLD in doc.unread and doc.source.media_type == "doc"
    given = dict(line.split("=", 1) for line in (tmp_path / "soffice.env").read_text().splitlines())
    where = (tmp_path / "soffice.where").read_text().strip()
    assert given["HOME"] == where and not Path(where).exists()  # a folder of its own, removed
    assert not any(name.startswith(("YOUJU", "http")) for name in given)


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("exit 1", "LibreOffice 打不开"),
        ("kill -9 $$", "LibreOffice 打不开"),
        ("exit 0", "LibreOffice 打不开"),
        ("mkdir -p $out; echo nonsense > $out/in.docx", "读不了"),
        ("mkdir -p $out; : > $out/in.docx; truncate -s 65M $out/in.docx", "超过 64 MB"),
        ("mkdir -p $out; head -c 300000000 /dev/zero > $out/in.docx", "LibreOffice|超过"),
    ],
)
def test_every_way_to_fail_is_a_reason(
    tmp_path: Path, pretend: Pretend, script: str, told: str
) -> None:
    pretend(script)
    assert re.search(told, _refused(tmp_path, word_95(RULES)))


def test_one_that_does_not_end_is_ended_with_all_that_it_started(
    tmp_path: Path, pretend: Pretend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office, "SECONDS", 2)
    pretend("sleep 600 & echo $! > $0.child; wait")
    assert "2 秒" in _refused(tmp_path, word_95(RULES))
    child = int((tmp_path / "soffice.child").read_text())
    for _ in range(100):
        if not _is_alive(child):
            return
        time.sleep(0.1)
    pytest.fail("its child is alive")


def _is_alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


@pytest.mark.skipif(not Path("/proc/self/ns/net").exists(), reason="not on this platform")
def test_it_has_no_network_and_little_memory(tmp_path: Path, pretend: Pretend) -> None:
    pretend("cat /proc/net/dev > $0.net; ulimit -v > $0.memory; ulimit -t > $0.time")
    _refused(tmp_path, word_95(RULES))
    assert (tmp_path / "soffice.memory").read_text().strip() == str(3 * 2**29 // 1024)
    assert (tmp_path / "soffice.time").read_text().strip() == "60"
    cards = [line for line in (tmp_path / "soffice.net").read_text().splitlines() if ":" in line]
    if len(cards) > 1 and os.geteuid():
        pytest.skip("this system gives nobody a network of his own")
    assert [line.split(":")[0].strip() for line in cards] == ["lo"]


def test_it_is_found_or_named_or_not_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office, "_NAMES", ("soffice",))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert office.found() is None
    program = tmp_path / "soffice"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    assert office.found() == str(program)
    office.use(office.NONE)
    assert office.found() is None
    monkeypatch.setenv("PATH", "")
    office.use(str(program))
    assert office.found() == str(program)
    assert Settings.from_env({}).office == "auto"
    assert Settings.from_env({"YOUJU_OFFICE": str(program)}).office == str(program)
    with pytest.raises(SettingsError, match="LibreOffice"):
        Settings.from_env({"YOUJU_OFFICE": "/nowhere/soffice"})


def test_text_whose_characters_nothing_tells_is_known() -> None:
    garbled = RULES.encode("cp936").decode("cp1252", "replace")
    assert office.is_garbled(garbled) and not office.is_garbled(RULES)
    assert not office.is_garbled("Règlement général de la ville, à publier")


REAL = next((path for path in map(shutil.which, ("soffice", "libreoffice")) if path), None)


@pytest.mark.skipif(REAL is None, reason="no LibreOffice on this machine")
def test_a_word_95_file_with_the_real_one(tmp_path: Path) -> None:
    assert REAL is not None
    office.use(REAL)
    doc = _read(tmp_path, word_95(RULES))
    assert doc.text.splitlines() == RULES.splitlines()
    assert [clause.label for clause in doc.clauses if clause.label] == ["第一条", "第二条"]
    assert office.TOLD in doc.unread
    assert "编码无法确定" in _refused(tmp_path, word_95(RULES, font=False))
    with pytest.raises(ReadError, match="LibreOffice"):
        office.docx(b"PK\x03\x04" + b"\0" * 4000, REAL)
