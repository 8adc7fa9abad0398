"""Files and folders: what can be read, in a fixed order, each file once, archives opened.

Paths are recorded relative to the parent of the given root, POSIX style (`corpus/文件.txt`).
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.kinds import SUFFIXES, SUPPORTED, is_document, kind_of
from ingest.readers import archive
from youju.errors import ReadError
from youju.records import MEMBER, SourceFile

MAX_BYTES = 64 * 1024 * 1024
_JUNK = frozenset(("thumbs.db", "desktop.ini"))  # written by file managers, no one's document
_RESOURCES = ("_files", ".files", "_文件")  # beside a saved page: its pictures and scripts


class Unread(ReadError):
    """The system could not read a file or folder: this says nothing of what it holds."""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file to read: where it is, and the path to record for it.

    `problem` is set of a folder that could not be listed: what lies in it is not known.
    """

    location: Path
    path: str
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class LoadedFile:
    """A file as read, or why it was not: exactly one of source, refused, duplicate_of is set.

    `unread`: the system could not read it, so it may well be as it was before.
    """

    path: str
    source: SourceFile | None = None
    data: bytes = b""
    refused: str | None = None
    unread: bool = False
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
        if found.problem is not None:
            yield LoadedFile(found.path, refused=found.problem, unread=True)
            continue
        try:
            source, data = load(found, limit=limit)
            opened = opened_archive(source, data) if source.media_type == "zip" else None
        except ReadError as error:
            if alone:
                raise
            yield LoadedFile(found.path, refused=str(error), unread=isinstance(error, Unread))
            continue
        for file in opened or [LoadedFile(found.path, source=source, data=data)]:
            if file.source is not None and file.source.sha256 in kept:
                yield LoadedFile(file.path, duplicate_of=kept[file.source.sha256])
                continue
            if file.source is not None:
                kept[file.source.sha256] = file.path
            yield file


def opened_archive(source: SourceFile, data: bytes) -> Iterator[LoadedFile]:
    """What a zip archive holds, file by file. ReadError when it is unsafe, damaged or empty."""
    inside = archive.members(data, source.path)
    return (_member(f"{source.path}{MEMBER}{name}", reading) for name, reading in inside)


def _member(path: str, reading: Callable[[], bytes]) -> LoadedFile:
    try:
        data = reading()
        kind = kind_of(path, data)
    except ReadError as error:
        return LoadedFile(path, refused=str(error))
    if kind == "zip":
        return LoadedFile(path, refused=f"{path} 是压缩包里的压缩包,没有再打开,请先解压")
    return LoadedFile(
        path, SourceFile(path, hashlib.sha256(data).hexdigest(), kind, len(data)), data
    )


def find(root: str | Path) -> list[FoundFile]:
    """The documents under `root`, in path order, and folders that could not be listed.

    Raises ReadError when there are none.
    """
    top = Path(os.path.abspath(root))  # noqa: PTH100  (resolve would rename a linked folder)
    try:
        if not top.exists():
            raise ReadError(f"找不到 {_shown(str(root))},请检查路径")
        if not top.is_dir():
            return [FoundFile(top, _shown(top.name))]
    except OSError as error:
        raise _unread(_shown(str(root)), error) from error
    failed: list[OSError] = []
    found = [FoundFile(path, _relative(path, top)) for path in _walk(top, failed.append)]
    for failure in failed:
        place = Path(failure.filename or top)
        shown = _relative(place, top)
        found.append(FoundFile(place, shown, problem=str(_unread(shown, failure))))
    if not failed and not any(_may_be_document(file.location) for file in found):
        raise ReadError(f"文件夹 {_shown(str(root))} 里没有可读的文档(支持 {SUPPORTED})。")
    return sorted(found, key=lambda file: file.path)


def load(
    found: FoundFile,
    *,
    limit: int = MAX_BYTES,
    read: Callable[[Path], bytes] | None = None,
) -> tuple[SourceFile, bytes]:
    """Read one file. ReadError: wrong type, too large, unreadable, empty, binary, or changing."""
    if not _may_be_document(found.location) and not is_document(_head(found)):
        suffix = found.location.suffix
        raise ReadError(f"{found.path} 不是支持的文件类型({suffix};支持 {SUPPORTED})")
    data = _read_stable(found, limit, read or Path.read_bytes)
    media_type = kind_of(found.path, data)
    digest = hashlib.sha256(data).hexdigest()
    return SourceFile(found.path, digest, media_type, len(data)), data


def _may_be_document(location: Path) -> bool:
    """False when the suffix is one of programs, films, …; without one the content tells."""
    suffix = location.suffix.lower()
    return not suffix or suffix in SUFFIXES


def _head(found: FoundFile) -> bytes:
    try:
        if not stat.S_ISREG(found.location.stat().st_mode):
            raise ReadError(f"{found.path} 不是普通文件,无法读取")
        with found.location.open("rb") as file:
            return file.read(1024)
    except OSError as error:
        raise _unread(found.path, error) from error


def _walk(top: Path, failed: Callable[[OSError], object]) -> Iterator[Path]:
    """Documents below `top`; links are followed, but no folder is entered twice."""
    seen = {os.path.realpath(top)}
    for folder, subfolders, names in os.walk(top, onerror=failed, followlinks=True):
        here = Path(folder)
        fresh = []
        for name in sorted(subfolders):
            real = os.path.realpath(here / name)
            if not name.startswith(".") and real not in seen and not _of_a_page(name, names):
                seen.add(real)
                fresh.append(name)
        subfolders[:] = fresh
        for name in names:
            if not name.startswith((".", "~$")) and name.lower() not in _JUNK:
                yield here / name


def _of_a_page(folder: str, beside: Sequence[str]) -> bool:
    """True for the folder that a browser makes beside a page it saves: 通知.html, 通知_files/."""
    for end in _RESOURCES:
        page = folder.removesuffix(end)
        if page != folder and any(Path(name).stem == page for name in beside):
            return True
    return False


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
    except FileNotFoundError as error:
        raise ReadError(f"{found.path} 已不在原处,请刷新后重试") from error
    except OSError as error:
        raise _unread(found.path, error) from error
    raise ReadError(f"{found.path} 在读取时被改动,请等写入完成后重试")


def _unread(path: str, error: OSError) -> Unread:
    reason = error.strerror or type(error).__name__
    return Unread(f"{path} 无法读取({reason}),请检查文件和权限")


def _state(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_mtime_ns, status.st_size, status.st_ino


def _relative(path: Path, top: Path) -> str:
    return _shown(path.relative_to(top.parent).as_posix())


def _shown(path: str) -> str:
    """A path that can be printed and stored even when its bytes are no UTF-8."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
