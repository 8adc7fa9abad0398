from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from ingest.files import FoundFile, find, load, scan
from youju.errors import ReadError

TEXT = "第一条 为了加强管理,制定本办法。".encode()


def _write(path: Path, data: bytes = TEXT) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def test_a_folder_is_read_in_path_order_hidden_and_foreign_files_aside(tmp_path: Path) -> None:
    for name in ("库/乙.txt", "库/甲/丙.HTML", "库/甲.md", "库/丁.htm", "库/戊.text"):
        _write(tmp_path / name, TEXT + name.encode())
    for name in (
        "库/.隐.txt",
        "库/.git/己.txt",
        "库/图.png",
        "库/数.csv",
        "库/~$锁.txt",
        "库/README",
    ):
        _write(tmp_path / name)
    loaded = list(scan([tmp_path / "库"]))
    read = ["库/乙.txt", "库/甲/丙.HTML", "库/甲.md", "库/丁.htm", "库/戊.text", "库/README"]
    assert [file.path for file in loaded] == sorted([*read, "库/图.png", "库/数.csv"])
    by_path = {file.path: file for file in loaded}
    source = by_path["库/甲/丙.HTML"].source
    assert source is not None
    assert source.media_type == "html"
    assert source.sha256 == hashlib.sha256(by_path["库/甲/丙.HTML"].data).hexdigest()
    assert source.size == len(by_path["库/甲/丙.HTML"].data)


def test_paths_do_not_depend_on_how_the_root_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write(tmp_path / "corpus/a.txt")
    monkeypatch.chdir(tmp_path / "corpus")
    for root in (".", "../corpus", tmp_path / "corpus/", "./"):
        assert [found.path for found in find(root)] == ["corpus/a.txt"]
    assert [found.path for found in find("a.txt")] == ["a.txt"]


def test_the_same_content_is_kept_once(tmp_path: Path) -> None:
    for name in ("库/b.txt", "库/a.txt", "库/c/d.txt"):
        _write(tmp_path / name)
    loaded = list(scan([tmp_path / "库", tmp_path / "库/a.txt"]))
    assert [(file.path, file.duplicate_of) for file in loaded] == [
        ("库/a.txt", None),
        ("库/b.txt", "库/a.txt"),
        ("库/c/d.txt", "库/a.txt"),
    ]


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.txt", b"", "空文件"),
        ("a.html", b"PK\x03\x04....", "压缩结构已损坏"),
        ("a.txt", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1..", "OLE"),
        ("a.txt", b"\x62\x14\x23\x65..", "加密"),
        ("a.txt", b"abc\x00\x01\x02\xff", "第 3 字节"),
        ("a.pdf", b"no pdf at all", "内容不是 PDF"),
        ("a.docx", b"no package at all", "内容不是 docx"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1..", "另存为 docx"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1..", "另存为 docx"),
        ("a.ofd", b"PK\x03\x04", "压缩结构已损坏"),
        ("a", b"text", "内容不是能识别的文档"),
        ("a.py", b"text", "支持 txt"),
    ],
)
def test_what_is_no_document_is_refused_by_name(
    tmp_path: Path, name: str, data: bytes, message: str
) -> None:
    path = _write(tmp_path / name, data)
    with pytest.raises(ReadError, match=message) as caught:
        list(scan([path]))
    assert name in str(caught.value)


def test_a_bad_file_in_a_folder_does_not_stop_the_others(tmp_path: Path) -> None:
    _write(tmp_path / "库/a.txt", b"")
    _write(tmp_path / "库/b.doc", b"\xd0\xcf\x11\xe0")
    _write(tmp_path / "库/c.txt")
    loaded = list(scan([tmp_path / "库"]))
    assert [bool(file.refused) for file in loaded] == [True, True, False]


def test_utf16_is_no_binary(tmp_path: Path) -> None:
    for i, encoding in enumerate(("utf-16", "utf-16-le", "utf-16-be")):
        _write(tmp_path / f"库/{i}.txt", "第1条 办法\r\n第2条 细则\r\n".encode(encoding))
    assert all(file.source for file in scan([tmp_path / "库"]))


@pytest.mark.parametrize("name", ["无", "无/a.txt"])
def test_a_missing_path_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ReadError, match="找不到"):
        list(scan([tmp_path / name]))


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    _write(tmp_path / "库/程序.exe")
    with pytest.raises(ReadError, match="没有可读的文档"):
        list(scan([tmp_path / "库"]))


def test_links_that_loop_are_walked_once(tmp_path: Path) -> None:
    _write(tmp_path / "库/甲/a.txt")
    (tmp_path / "库/甲/回").symlink_to(tmp_path / "库")
    (tmp_path / "库/自.txt").symlink_to(tmp_path / "库/自.txt")
    (tmp_path / "库/断.txt").symlink_to(tmp_path / "无")
    loaded = {file.path: file for file in scan([tmp_path / "库"])}
    assert set(loaded) == {"库/甲/a.txt", "库/自.txt", "库/断.txt"}
    assert loaded["库/甲/a.txt"].source
    assert loaded["库/自.txt"].refused and loaded["库/断.txt"].refused


def test_pipes_are_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "管.txt")
    _write(tmp_path / "a.txt")
    refused = [file.refused for file in scan([tmp_path]) if file.refused]
    assert len(refused) == 1 and "普通文件" in refused[0]


def test_a_file_too_large_is_refused(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.txt", b"x" * 3000)
    with pytest.raises(ReadError, match="上限"):
        load(FoundFile(path, "a.txt"), limit=2000)


def test_a_file_that_changes_once_is_read_again(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.txt")
    reads = []

    def read(target: Path) -> bytes:
        data = target.read_bytes()
        if not reads:
            target.write_bytes(TEXT * 2)
        reads.append(data)
        return data

    assert load(FoundFile(path, "a.txt"), read=read)[1] == TEXT * 2
    assert len(reads) == 2


def test_a_file_that_keeps_changing_is_refused(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.txt")

    def read(target: Path) -> bytes:
        data = target.read_bytes()
        target.write_bytes(data + TEXT)
        return data

    with pytest.raises(ReadError, match="被改动"):
        load(FoundFile(path, "a.txt"), read=read)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_refused(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.txt")
    path.chmod(0)
    with pytest.raises(ReadError, match="权限"):
        load(FoundFile(path, "a.txt"))


def test_an_unreadable_file_is_refused(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.txt")

    def read(target: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    with pytest.raises(ReadError, match=r"a\.txt.*权限"):
        load(FoundFile(path, "a.txt"), read=read)


def test_a_name_that_is_no_utf8_can_be_printed(tmp_path: Path) -> None:
    raw = os.fsencode(tmp_path) + b"/\xb9\xab.txt"
    with open(raw, "wb") as file:  # noqa: PTH123  (pathlib takes no bytes)
        file.write(TEXT)
    (found,) = find(tmp_path)
    found.path.encode("utf-8")
    assert load(found)[0].path == found.path
