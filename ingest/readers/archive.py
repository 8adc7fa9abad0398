"""Zip archives: the files in them, named as their makers named them, within limits."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable
from functools import partial

from ingest.readers import package
from ingest.readers.txt import usual
from youju.errors import ReadError

MAX_MEMBERS = 500
MAX_MEMBER = 64 * 2**20
MAX_UNPACKED = 256 * 2**20
MAX_RATIO = 300
_RATIO_FROM = 2**20  # below this size a ratio says nothing
_UTF8_NAME = 0x800
_HIDDEN = (".", "~$", "__MACOSX")
_DAMAGED = "压缩包已损坏或不完整,请重新下载,或解压后再加入"


def members(data: bytes, path: str) -> list[tuple[str, Callable[[], bytes]]]:
    """(name, how to read it) of the files in an archive, in the order of their names.

    ReadError: damaged, empty, or beyond the limits. Reading a member raises ReadError too.
    """
    if data.count(package.DIRECTORY_ENTRY) > package.MAX_PARTS:
        raise ReadError(f"{path} 里的文件超过 {MAX_MEMBERS} 个,没有打开,请拆分后再加入")
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, NotImplementedError) as error:
        raise ReadError(f"{path} 读不了:{_DAMAGED}") from error
    named = [(_name(entry), entry) for entry in entries]
    named = [(name, entry) for name, entry in named if not _is_hidden(name)]
    if not named:
        raise ReadError(f"{path} 是空的压缩包")
    if len(named) > MAX_MEMBERS:
        raise ReadError(f"{path} 里的文件超过 {MAX_MEMBERS} 个,没有打开,请拆分后再加入")
    if sum(entry.file_size for _, entry in named) > MAX_UNPACKED:
        raise ReadError(f"{path} 解压后超过 {MAX_UNPACKED // 2**20} MB,没有打开,请解压后分批加入")
    named.sort(key=lambda item: item[0])
    return [(name, partial(_read, archive, entry, f"{path} › {name}")) for name, entry in named]


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, path: str) -> bytes:
    if entry.flag_bits & 1:
        raise ReadError(f"{path} 有解压密码,没有打开,请解压后再加入")
    if entry.file_size > MAX_MEMBER:
        raise ReadError(f"{path} 超过 {MAX_MEMBER // 2**20} MB 的上限,没有打开")
    hard = entry.file_size > MAX_RATIO * max(1, entry.compress_size)
    if hard and entry.file_size > _RATIO_FROM:
        raise ReadError(f"{path} 压缩比异常,像是压缩炸弹,没有打开")
    try:
        return archive.read(entry)
    except (NotImplementedError, RuntimeError) as error:
        raise ReadError(f"{path} 的压缩方式不受支持,请解压后再加入") from error
    except Exception as error:  # each way to compress has errors of its own
        raise ReadError(f"{path} 读不了:{_DAMAGED}") from error


def _name(entry: zipfile.ZipInfo) -> str:
    """The name as its maker wrote it: without the UTF-8 flag it is in the maker's code page."""
    name = entry.filename
    if not entry.flag_bits & _UTF8_NAME:
        raw = entry.orig_filename.encode("cp437", "replace")
        for encoding in ("utf-8", "gb18030", "big5"):
            try:
                decoded = raw.decode(encoding)
            except UnicodeDecodeError:
                continue
            if encoding == "utf-8" or usual(decoded) >= 1:
                name = decoded
                break
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    return "/".join(parts)


def _is_hidden(name: str) -> bool:
    return any(part.startswith(_HIDDEN) for part in name.split("/"))
