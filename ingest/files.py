"""Files and folders: what can be read, in a fixed order, each file once.

Paths are recorded relative to the parent of the given root, POSIX style (`corpus/文件.txt`).
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ingest.readers.txt import utf16
from youju.errors import ReadError
from youju.records import SourceFile

MAX_BYTES = 64 * 1024 * 1024
MEDIA_TYPES: dict[str, Literal["txt", "html", "docx", "pdf"]] = {
    ".txt": "txt",
    ".text": "txt",
    ".md": "txt",
    ".html": "html",
    ".htm": "html",
    ".docx": "docx",
    ".pdf": "pdf",
}
SUPPORTED = "txt、text、md、html、htm、docx、pdf"
# Documents that people put beside these: named as refused, not silently left out.
_OTHER_DOCUMENTS = {".doc", ".docm", ".wps", ".ofd", ".rtf", ".mht", ".mhtml", ".odt"}
_SAVE_AS = {
    **dict.fromkeys(
        (".doc", ".docm", ".wps", ".rtf", ".odt"), "请用 Word 或 WPS 打开后另存为 docx"
    ),
    ".ofd": "请用 OFD 阅读器打开后另存为带文字层的 pdf",
}
_SIGNATURES = (
    (b"%PDF-", "PDF 文件"),
    (b"PK\x03\x04", "压缩包或 Office 文件(zip 格式)"),
    (b"PK\x05\x06", "空的压缩包"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "旧版或加密的 Office 文件(OLE 格式)"),
    (b"{\\rtf", "RTF 文件"),
    (b"Rar!\x1a\x07", "压缩包(rar 格式)"),
    (b"7z\xbc\xaf\x27\x1c", "压缩包(7z 格式)"),
    (b"\x1f\x8b", "压缩包(gzip 格式)"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"GIF8", "图片"),
    (b"\x62\x14\x23\x65", "加密文件"),  # document protection widely used in offices
    (b"%TSD-Header-###%", "加密文件"),
    (b"Salted__", "加密文件"),
    (b"-----BEGIN PGP MESSAGE", "加密文件"),
    (b"age-encryption.org/", "加密文件"),
)


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file to read: where it is, and the path to record for it."""

    location: Path
    path: str


@dataclass(frozen=True, slots=True)
class LoadedFile:
    """A file as read, or why it was not: exactly one of source, refused, duplicate_of is set."""

    path: str
    source: SourceFile | None = None
    data: bytes = b""
    refused: str | None = None
    duplicate_of: str | None = None


def scan(roots: Sequence[str | Path], *, limit: int = MAX_BYTES) -> Iterator[LoadedFile]:
    """Read every document under the given files and folders, lazily, in path order within each.

    Raises ReadError for a missing path, a folder without documents, and a file that cannot be read
    when it is all there is; else a bad file is reported as refused. Of files with the same content
    the first is kept; a file reached twice is read once.
    """
    listed: dict[Path, FoundFile] = {}
    for root in roots:
        for found in find(root):
            listed.setdefault(found.location, found)
    alone = len(roots) == 1 and Path(roots[0]).is_file()
    kept: dict[str, str] = {}
    for found in listed.values():
        try:
            source, data = load(found, limit=limit)
        except ReadError as error:
            if alone:
                raise
            yield LoadedFile(found.path, refused=str(error))
            continue
        if source.sha256 in kept:
            yield LoadedFile(found.path, duplicate_of=kept[source.sha256])
        else:
            kept[source.sha256] = found.path
            yield LoadedFile(found.path, source=source, data=data)


def find(root: str | Path) -> list[FoundFile]:
    """The documents under `root`, in path order. ReadError when there are none."""
    top = Path(os.path.abspath(root))  # noqa: PTH100  (resolve would rename a linked folder)
    if not top.exists():
        raise ReadError(f"找不到 {_shown(str(root))},请检查路径")
    if not top.is_dir():
        return [FoundFile(top, _shown(top.name))]
    found = [FoundFile(path, _relative(path, top)) for path in _walk(top)]
    if not found:
        raise ReadError(f"文件夹 {_shown(str(root))} 里没有可读的文档(支持 {SUPPORTED})")
    return sorted(found, key=lambda file: file.path)


def load(
    found: FoundFile,
    *,
    limit: int = MAX_BYTES,
    read: Callable[[Path], bytes] | None = None,
) -> tuple[SourceFile, bytes]:
    """Read one file. ReadError: wrong type, too large, unreadable, empty, binary, or changing."""
    media_type = MEDIA_TYPES.get(found.location.suffix.lower())
    if media_type is None:
        advice = _SAVE_AS.get(found.location.suffix.lower(), "请先另存为其中一种")
        raise ReadError(f"{found.path} 不是支持的文件类型(支持 {SUPPORTED}),{advice}")
    data = _read_stable(found, limit, read or Path.read_bytes)
    _check_content(found.path, media_type, data)
    digest = hashlib.sha256(data).hexdigest()
    return SourceFile(found.path, digest, media_type, len(data)), data


def _walk(top: Path) -> Iterator[Path]:
    """Documents below `top`; links are followed, but no folder is entered twice."""
    seen = {os.path.realpath(top)}
    for folder, subfolders, names in os.walk(top, followlinks=True):
        here = Path(folder)
        fresh = []
        for name in sorted(subfolders):
            real = os.path.realpath(here / name)
            if not name.startswith(".") and real not in seen:
                seen.add(real)
                fresh.append(name)
        subfolders[:] = fresh
        for name in names:
            suffix = Path(name).suffix.lower()
            if not name.startswith((".", "~$")) and (
                suffix in MEDIA_TYPES or suffix in _OTHER_DOCUMENTS
            ):
                yield here / name


def _read_stable(found: FoundFile, limit: int, read: Callable[[Path], bytes]) -> bytes:
    """The bytes of a file that did not change while they were read; tried twice."""
    try:
        for _ in range(2):
            before = found.location.stat()
            if not stat.S_ISREG(before.st_mode):
                raise ReadError(f"{found.path} 不是普通文件,无法读取")
            if before.st_size > limit:
                raise ReadError(
                    f"{found.path} 有 {before.st_size / 2**20:.1f} MB,超过上限 "
                    f"{limit / 2**20:.0f} MB,请拆分后再导入"
                )
            data = read(found.location)
            after = found.location.stat()
            if _state(before) == _state(after) and len(data) == after.st_size:
                return data
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ReadError(f"{found.path} 无法读取({reason}),请检查文件和权限") from error
    raise ReadError(f"{found.path} 在读取时被改动,请等写入完成后重试")


def _state(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_mtime_ns, status.st_size, status.st_ino


def _check_content(path: str, media_type: str, data: bytes) -> None:
    """The bytes must be of the kind that the name says."""
    if not data:
        raise ReadError(f"{path} 是空文件")
    if media_type == "docx" and not data.startswith(b"PK\x03\x04"):
        if data.startswith(b"\xd0\xcf\x11\xe0"):
            raise ReadError(
                f"{path} 是旧版或加密的 Office 文件(OLE 格式),"
                "请用 Word 或 WPS 打开,取消密码后另存为 docx"
            )
        raise ReadError(f"{path} 的内容不是 docx 文档,请用 Word 或 WPS 打开后另存为 docx")
    if media_type == "pdf" and b"%PDF-" not in data[:1024]:
        raise ReadError(f"{path} 的内容不是 PDF 文件,请检查下载或保存时是否出错")
    if media_type in ("txt", "html"):
        _refuse_binary(path, data)


def _refuse_binary(path: str, data: bytes) -> None:
    for signature, name in _SIGNATURES:
        if data.startswith(signature):
            raise ReadError(f"{path} 是 {name},内容与扩展名不符,请改正扩展名或另存为 txt")
    # UTF-32's marks are caught by the first two: UTF-16 LE and a NUL pair.
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff"))
    if b"\0" in data and not marked and utf16(data) is None:
        raise ReadError(f"{path} 是二进制文件(第 {data.index(0)} 字节是空字节),请另存为文本")


def _relative(path: Path, top: Path) -> str:
    return _shown(path.relative_to(top.parent).as_posix())


def _shown(path: str) -> str:
    """A path that can be printed and stored even when its bytes are no UTF-8."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
