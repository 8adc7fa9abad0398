from __future__ import annotations

import io
import signal
import subprocess
import sys
import time
import unicodedata
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import NOISE_RULES, WATER_PLAN
from hypothesis import given
from hypothesis import strategies as st
from office_files import pdf_pages, policy_document, saved, shown
from PIL import Image
from test_formats import zipped

from index import persist
from web.shell import Holder, Options, Page
from web.tabs import library
from youju import reindexing, uploads, worker
from youju.errors import IndexBusy, InputError, ReadError
from youju.service import BuildReport, PolicySearch
from youju.settings import PRODUCT_ROOT, Settings

Send = Callable[..., list[uploads.Taken]]


@pytest.fixture
def here(tmp_path: Path, library: Path) -> Settings:
    """An index of a small folder; uploads go beside it."""
    settings = Settings.from_env({}, index=tmp_path / "索引")
    PolicySearch.build([library], settings.index, settings)
    return settings


@pytest.fixture
def send(here: Settings, tmp_path: Path) -> Send:
    """Upload files given as name → bytes."""

    def go(files: dict[str, bytes], settings: Settings = here) -> list[uploads.Taken]:
        box = tmp_path / "收到"
        places = []
        for number, (name, data) in enumerate(files.items()):
            place = box / str(number) / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
            places.append(place)
        search = PolicySearch.open(settings.index, settings)
        return list(uploads.take(places, settings, search))

    return go


def rules(n: int) -> bytes:
    return NOISE_RULES.replace("55分贝", f"{n}分贝").encode()


def _kept(name: str, data: bytes, settings: Settings) -> str | None:
    try:
        return uploads._kept(name, data, settings)
    except ReadError as error:
        assert "上限" in str(error)
        return None


def _program(code: str) -> subprocess.Popen[bytes]:
    """A program in the place of the process that reads."""
    return subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, cwd=PRODUCT_ROOT,
    )  # fmt: skip


def indexed(settings: Settings) -> BuildReport:
    *_, report = reindexing.Builds().start(settings).steps()
    assert isinstance(report, BuildReport)
    return report


def paths(settings: Settings) -> set[str]:
    return {e.path for e in PolicySearch.open(settings.index, settings).entries()}


# --- names ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given_name", "safe"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("..\\..\\windows\\系统.docx", "系统.docx"),
        ("/abs/olute.html", "olute.html"),
        ("..", "文件"),
        ("", "文件"),
        (".隐藏.txt", "隐藏.txt"),
        ("~$锁.docx", "锁.docx"),
        (".txt", "文件.txt"),
        ("公告\u202etxt.exe\u202c.txt", "公告txt.exe.txt"),
        ("a\0b\r\nc\x1b[31m.txt", "abc[31m.txt"),
        ('<img src=x onerror="alert(1)">.txt', "img src=x onerror=alert(1).txt"),
        ("《办法》 〔2021〕8号.pdf", "《办法》 〔2021〕8号.pdf"),
    ],
)
def test_names_are_made_plain(given_name: str, safe: str) -> None:
    assert uploads.safe_name(given_name) == safe


@given(st.text(max_size=300))
def test_any_name_is_a_visible_file_in_its_folder(name: str) -> None:
    safe = uploads.safe_name(name)
    assert safe and not safe.startswith(".") and len(safe.encode()) <= 255
    assert Path("/a", safe).name == safe and Path("/a", safe).parent == Path("/a")
    assert not {unicodedata.category(c) for c in safe} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert uploads.safe_name(safe) == safe


def test_a_known_name_is_told_with_what_is_here_under_it(send: Send, here: Settings) -> None:
    (first,) = send({"通知.txt": rules(41)})
    assert first.like is None
    for _ in reindexing.Builds().start(here).steps():
        pass
    (again, other) = send({"通知.TXT": rules(42), "别的.txt": rules(43)})
    assert again.like == first.path and again.path != first.path and other.like is None
    assert (here.data / "通知.txt").read_bytes() == rules(41), "nothing is replaced unasked"


def test_names_that_are_taken_are_numbered(send: Send, here: Settings) -> None:
    taken = (
        send({"通知.TXT": rules(41)})
        + send({"通知.txt": rules(42)})
        + send({"通知.txt": rules(43)})
    )
    root = here.data.name
    assert [t.path for t in taken] == [
        f"{root}/通知.TXT", f"{root}/通知(2).txt", f"{root}/通知(3).txt",
    ]  # fmt: skip
    assert (here.data / "通知(2).txt").read_bytes() == rules(42)


# --- taking --------------------------------------------------------------------------------------


def test_every_format_is_taken_and_answers(send: Send, here: Settings) -> None:
    html = b"<html><head><meta charset=utf-8><script>alert(1)</script></head><body><p>"
    html += NOISE_RULES.replace("55", "47").replace("\n", "</p><p>").encode() + b"</body></html>"
    page = shown(
        (80, 760, "海城市消防通道管理规定"), (80, 730, "海政发〔2020〕3号"),
        (80, 700, "第一条 消防通道的宽度不得小于四米。"),
        (80, 670, "第二条 本规定自公布之日起施行。"),
    )  # fmt: skip
    taken = send({
        "噪声.txt": NOISE_RULES.replace("55", "46").encode("gb18030"), "噪声.html": html,
        "停车.docx": saved(policy_document()), "消防.pdf": pdf_pages(page),
    })  # fmt: skip
    assert [t.reason for t in taken] == [None] * 4
    report = indexed(here)
    assert report.documents == 6 and len(report.read) == 4 and not report.refused
    search = PolicySearch.open(here.index, here)
    cited = search.ask("消防通道的宽度不得小于多少？").citations[0]
    assert cited.source == f"{here.data.name}/消防.pdf" and "四米" in cited.quote
    assert cited.page == 1


def test_bad_files_among_good_ones(send: Send, here: Settings) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("word/document.xml", b"<a>" + b" " * 300_000_000)
    climbing = io.BytesIO()
    with zipfile.ZipFile(climbing, "w") as package:
        package.writestr("../../逃.txt", "x")
    taken = send({
        "好.txt": rules(40), "空.txt": b"", "假.docx": b"no zip", "炸.docx": bomb.getvalue(),
        "爬.docx": climbing.getvalue(), "扫描.pdf": pdf_pages(b""), "断.pdf": b"%PDF-1.7\nno more",
        "旧.doc": b"\xd0\xcf\x11\xe0", "二进制.txt": b"\x7fELF\0\0", "程序.exe": b"MZ",
        "也好.txt": rules(39),
    })  # fmt: skip
    assert [t.name for t in taken if t.path] == ["好.txt", "也好.txt"]
    for told in taken:
        if told.path is None:
            assert told.reason and told.name in told.reason, told
    said = {t.name: t.reason or "" for t in taken}
    assert "空文件" in said["空.txt"] and "另存为 docx" in said["旧.doc"]
    assert {p.name for p in here.data.iterdir() if p.suffix != ".lock"} - {".lock"} == {
        "好.txt", "也好.txt",
    }  # fmt: skip
    assert not list(here.data.parent.rglob("逃.txt"))
    assert indexed(here).documents == 4


BLIND = """
from ingest import recognition
recognition.is_installed = lambda: False
from youju import worker
worker._main()
"""


def test_an_archive_is_kept_when_one_of_its_files_reads(send: Send, here: Settings) -> None:
    taken = send({
        "附件.zip": zipped({"a.exe": b"MZ", "b.txt": b"", "办法.txt": rules(40)}),
        "坏.zip": zipped({"a.exe": b"MZ", "b.txt": b""}),
        "空.zip": zipped({}),
    })  # fmt: skip
    assert [t.name for t in taken if t.path] == ["附件.zip"]
    assert [t.name for t in taken if t.reason] == ["坏.zip", "空.zip"]
    assert "没有一份文件可以读取" in (taken[1].reason or "")
    report = indexed(here)
    assert f"{here.data.name}/附件.zip › 办法.txt" in report.read


def test_a_scan_is_refused_only_where_nothing_can_recognise_it(
    send: Send, here: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = io.BytesIO()
    Image.new("L", (40, 40), 255).save(picture, "PNG")
    page = {"扫描.png": picture.getvalue()}
    (off,) = send(page, replace(here, ocr=False))
    assert off.path is None and "扫描.png" in (off.reason or "")
    (inside,) = send({"扫描.zip": zipped(page)}, replace(here, ocr=False))
    assert inside.path is None
    monkeypatch.setattr(worker, "_started", lambda: _program(BLIND))
    (missing,) = send(page)
    assert missing.path is None and "扫描件" in (missing.reason or "")
    monkeypatch.undo()
    (kept,) = send(page)
    assert kept.path == f"{here.data.name}/扫描.png"


WORKERS = {
    "dies": "import os, sys; sys.stdin.readline(); os.kill(os.getpid(), 9)",
    "never ends": "import sys\nfor line in sys.stdin:\n while '坏' in eval(line)['name']: pass",
    "says nonsense": "import sys; sys.stdin.readline(); print('{', flush=True)",
    "takes all memory": "import sys\nfrom youju import worker\nworker._limit()\nb'x' * (4 << 30)",
}


@pytest.mark.parametrize("fault", WORKERS)
def test_a_file_that_a_reader_chokes_on_stops_no_other(
    send: Send, here: Settings, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    """Reading is done by a process of its own; another one takes over after it."""
    began: list[int] = []
    real = worker._started

    def started() -> subprocess.Popen[bytes]:
        began.append(1)
        if len(began) > 1:
            return real()
        return _program(WORKERS[fault])

    monkeypatch.setattr(worker, "_started", started)
    if fault == "never ends":
        monkeypatch.setattr(worker, "WALL_SECONDS", 1.0)
    told = list(send({"坏.txt": rules(40)}))
    assert told[0].path is None and "坏.txt" in (told[0].reason or "")
    assert "上限" in (told[0].reason or "")
    monkeypatch.setattr(worker, "WALL_SECONDS", 300.0)
    assert send({"好.txt": rules(41)})[0].path
    assert list(uploads.listed(here)) == [f"{here.data.name}/好.txt"]


def test_reading_takes_its_limits_from_the_system() -> None:
    code = "from youju import worker; worker.CPU_SECONDS = 1; worker._limit()\nwhile True: pass"
    done = subprocess.run([sys.executable, "-c", code], cwd=PRODUCT_ROOT, check=False)
    assert done.returncode == -signal.SIGXCPU


def test_two_uploads_at_once_share_the_last_place(send: Send, here: Settings) -> None:
    one = replace(here, upload_files=1)
    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(lambda n: _kept(f"{n}.txt", rules(n), one), (40, 41)))
    assert sorted(bool(path) for path in told) == [False, True]
    assert len(uploads.listed(here)) == 1


def test_limits_are_told(send: Send, here: Settings) -> None:
    small = replace(here, upload_mb=1, upload_files=1, upload_types=("txt", "docx"))
    told = send(
        {
            "大.txt": "甲".encode() * 400_000,
            "页.html": b"<p>x",
            "一.txt": rules(40),
            "二.txt": rules(41),
        },
        small,
    )
    assert [bool(t.path) for t in told] == [False, False, True, False]
    assert "1 MB" in (told[0].reason or "")
    assert "只接受 txt、docx" in (told[1].reason or "")
    assert "上限 1 份" in (told[3].reason or "")


def test_the_same_content_is_taken_once(send: Send, here: Settings) -> None:
    again = send({"甲.txt": NOISE_RULES.encode(), "一.txt": rules(40), "二.txt": rules(40)})
    assert [bool(t.path) for t in again] == [False, True, False]
    assert "云山市环境噪声管理办法" in (again[0].reason or "") and "一.txt" in (
        again[2].reason or ""
    )
    assert send({"三.txt": rules(40)})[0].path is None  # saved, not yet indexed
    indexed(here)
    uploads.remove(f"{here.data.name}/一.txt", here, PolicySearch.open(here.index, here))
    assert send({"四.txt": rules(40)})[0].path  # removed, still in the old generation


# --- crashes, removal, building ------------------------------------------------------------------


def test_half_written_uploads_are_never_indexed(
    send: Send, here: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    send({"好.txt": rules(40)})
    half = here.data / ".0123.part"
    half.write_bytes(rules(38)[:200])
    assert indexed(here).documents == 3 and not indexed(here).refused

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        told = send({"满.txt": rules(37)})
    assert "磁盘空间" in (told[0].reason or "") and set(uploads.listed(here)) == {
        f"{here.data.name}/好.txt"
    }
    monkeypatch.setattr(uploads, "_STALE", -1.0)
    send({"后.txt": rules(36)})
    assert not half.exists()


def test_only_uploaded_files_are_removed(send: Send, here: Settings, library: Path) -> None:
    send({"好.txt": rules(40)})
    indexed(here)
    secret = here.data.parent / "秘密.txt"
    secret.write_text("x", "utf-8")
    search = PolicySearch.open(here.index, here)
    for path in (
        "文件/甲.txt", f"{here.data.name}/../秘密.txt", "秘密.txt", str(secret), "", None, 7, ["a"],
        f"{here.data.name}/没有.txt", f"{here.data.name}",
    ):  # fmt: skip
        with pytest.raises(InputError, match="只能移除或替换上传的文件"):
            uploads.remove(path, here, search)
    assert secret.exists() and (library / "甲.txt").exists()
    uploads.remove(f"{here.data.name}/好.txt", here, search)
    assert indexed(here).removed == (f"{here.data.name}/好.txt",)
    assert paths(here) == {"文件/甲.txt", "文件/乙.txt"}  # the last upload is gone, the others stay


def test_another_file_takes_the_place_of_an_upload(
    send: Send, here: Settings, library: Path, tmp_path: Path
) -> None:
    send({"好.txt": rules(40)})
    indexed(here)
    search = PolicySearch.open(here.index, here)
    path = f"{here.data.name}/好.txt"
    new = tmp_path / "别的名字.txt"
    new.write_bytes(rules(35))
    for source in ("文件/甲.txt", f"{here.data.name}/../好.txt", None, ["a"]):
        with pytest.raises(InputError, match="只能移除或替换上传的文件"):
            uploads.exchange(new, source, here, search)
    word = tmp_path / "新.docx"
    word.write_bytes(rules(35))
    with pytest.raises(InputError, match="不是同一种文件"):
        uploads.exchange(word, path, here, search)
    bad = tmp_path / "空.txt"
    bad.write_bytes(b"")
    with pytest.raises(ReadError, match="空文件"):
        uploads.exchange(bad, path, here, search)
    assert (here.data / "好.txt").read_bytes() == rules(40)  # the old one stays until then
    full = replace(here, upload_files=1)  # no room is needed for what takes the place of another
    assert uploads.exchange(new, path, full, search) == uploads.Taken("好.txt", path=path)
    assert (here.data / "好.txt").read_bytes() == rules(35)
    assert not list(here.data.glob(".*.part"))
    report = indexed(here)
    assert report.read == (path,) and paths(here) == {"文件/甲.txt", "文件/乙.txt", path}


def test_stages_are_told_and_a_running_search_keeps_answering(send: Send, here: Settings) -> None:
    old = PolicySearch.open(here.index, here)
    send({"好.txt": rules(40)})
    steps = reindexing.Builds().start(here).steps()
    first = next(steps)
    assert isinstance(first, reindexing.Stage) and first.done <= first.total
    assert len(old.documents()) == 2 and old.ask("夜间建筑施工噪声不得超过多少分贝？").citations
    *_, report = steps
    assert isinstance(report, BuildReport) and report.documents == 3
    assert len(old.newest().documents()) == 3 and len(old.documents()) == 2


def test_a_second_build_is_told_or_waits(send: Send, here: Settings) -> None:
    send({"好.txt": rules(40)})
    with ExitStack() as holding:
        holding.enter_context(persist.building(here.index))
        with pytest.raises(IndexBusy):
            list(reindexing.Builds().start(here).steps())
        with ThreadPoolExecutor(1) as pool:
            build = reindexing.Builds().start(here, patience=120)
            waiting = pool.submit(lambda: list(build.steps()))
            time.sleep(0.5)
            assert not waiting.done()
            holding.close()
            assert isinstance(waiting.result()[-1], BuildReport)


def test_the_default_index_covers_corpus_and_uploads(
    tmp_path: Path, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from youju import service
    from youju.service import open_or_build

    here = Settings.from_env({}, index=tmp_path / "默认", data=tmp_path / "上传")
    monkeypatch.setattr("youju.settings.DEFAULT_INDEX", here.index)
    monkeypatch.setattr(service, "CORPUS", library)
    monkeypatch.setattr(reindexing, "CORPUS", library)
    here.data.mkdir()
    (here.data / "丙.txt").write_bytes(rules(40))
    _, built = open_or_build(here)
    assert built is not None and built.documents == 3
    (here.data / "丙.txt").unlink()
    (library / "乙.txt").write_text(WATER_PLAN.replace("12亿", "13亿"), "utf-8")
    report = indexed(here)
    assert report.documents == 2 and len(report.read) == 1
    assert (here.index / "BUILT-IN").exists()  # it can be made again from these two folders


def test_the_page_tells_of_a_running_build_and_keeps_the_upload(
    here: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library, "_PATIENCE", 0.1)
    holder = Holder(PolicySearch.open(here.index, here))
    page = Page(holder, Options(uploads=here), None, str)  # type: ignore[arg-type]
    listing = library.Listing(page, here)
    sent = tmp_path / "新.txt"
    sent.write_bytes(rules(40))
    with persist.building(here.index):
        *_, (told, listed) = listing.upload([str(sent)])
        assert "正在建立索引" in told and "重建索引" in told and "尚未编入索引" in listed
        *_, (told, _) = listing.build()
        assert "正在建立索引" in told
    assert not sent.exists()  # the page's temporary copy
    *_, (told, listed) = listing.build()
    assert "data-built" in told and f"{here.data.name}/新.txt" in listed
    *_, (told, _) = listing.remove("文件/甲.txt")
    assert "只能移除或替换上传的文件" in told
    *_, (told, listed) = listing.remove(f"{here.data.name}/新.txt")
    assert "移除 1 份" in told and "新.txt" not in listed
