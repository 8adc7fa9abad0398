"""The zip package around an Office document, judged before anything of it is parsed.

Nothing is ever unpacked to disk. Sizes are those that the package declares: Python's zip reader
stops there, so a part that lies about its size fails its checksum instead of filling the memory.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from youju.errors import ReadError

MAX_PARTS = 4096
MAX_UNPACKED = 128 * 2**20  # all parts together, pictures included
MAX_XML = 16 * 2**20  # text parts together: a tree takes about ten times as much memory
MAX_RATIO = 300  # XML seldom packs better than 1:50
_RATIO_FROM = 2**20  # below this size a ratio says nothing
DIRECTORY_ENTRY = b"PK\x01\x02"
_ENCODING = re.compile(rb"^<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})")
_ALLOWED_ENCODINGS = frozenset((b"utf-8", b"utf8", b"utf-16", b"us-ascii", b"ascii"))
_UNSAFE_NAME = re.compile(r"^[/\\]|^[A-Za-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)|[\0]")
_DAMAGED = "压缩结构已损坏或不完整,请用 Word 或 WPS 打开后重新保存"


def check(data: bytes) -> None:
    """Pass a package that is safe to parse; else ReadError says what is wrong with it."""
    # Counted in the bytes: the directory of a bomb alone can fill the memory when parsed.
    if data.count(DIRECTORY_ENTRY) > MAX_PARTS:
        raise ReadError(f"压缩包里的部件超过 {MAX_PARTS} 个,不像正常的文档,已停止读取")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            entries = package.infolist()
            _check_directory(entries)
            _check_parts(package, entries)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OverflowError) as error:
        raise ReadError(_DAMAGED) from error
    except (NotImplementedError, RuntimeError, OSError) as error:
        raise ReadError("压缩方式不受支持或已加密,请用 Word 或 WPS 打开后重新保存") from error


def _check_directory(entries: list[zipfile.ZipInfo]) -> None:
    names = set()
    for entry in entries:
        if _UNSAFE_NAME.search(entry.filename) or _UNSAFE_NAME.search(entry.orig_filename):
            raise ReadError("压缩包里有指向包外的路径,不是正常的文档,已停止读取")
        if entry.filename in names:
            raise ReadError("压缩包里有同名的部件,不是正常的文档,已停止读取")
        if entry.flag_bits & 1:
            raise ReadError("文档已加密,请取消密码后重新保存")
        names.add(entry.filename)
        is_packed_hard = entry.file_size > MAX_RATIO * max(1, entry.compress_size)
        if entry.file_size > _RATIO_FROM and is_packed_hard:
            raise ReadError("压缩比异常,像是压缩炸弹,已停止读取")
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise ReadError(f"解压后超过 {MAX_UNPACKED // 2**20} MB 的上限,请删去大图片或拆分后再加入")


def _check_parts(package: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    total = 0
    for entry in entries:
        part = package.read(entry)
        head = part[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
        is_text = head[:1] == b"<" or head[:2] in (b"\xff\xfe", b"\xfe\xff", b"\0<")
        if not is_text and not entry.filename.lower().endswith((".xml", ".rels")):
            continue
        total += len(part)
        if total > MAX_XML:
            raise ReadError(f"正文超过 {MAX_XML // 2**20} MB 的上限,请拆分后再加入")
        if not (entry.filename.lower().endswith(".svg") and b"<svg" in head):
            _check_xml(part, head)


def _check_xml(part: bytes, head: bytes) -> None:
    """No document type (entities are defined there), and no encoding that could hide one."""
    text: str | bytes = part
    if b"\0" in part:
        text = part.decode("utf-16" if part[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-16-be")
        if "\0" in text:
            raise ReadError(_DAMAGED)
        hidden = "<!DOCTYPE" in text or "<!ENTITY" in text
    else:
        declared = _ENCODING.match(head)
        if declared and declared.group(1).lower() not in _ALLOWED_ENCODINGS:
            raise ReadError("文档部件的编码不是 UTF-8 或 UTF-16,请用 Word 或 WPS 打开后重新保存")
        hidden = b"<!DOCTYPE" in part or b"<!ENTITY" in part
    if hidden:
        raise ReadError("文档里有实体定义(DTD),正常的 Word 文档没有,已停止读取")
