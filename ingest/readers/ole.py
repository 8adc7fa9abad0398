"""Compound files (OLE): the streams of old Office documents, read without running anything."""

from __future__ import annotations

import io

from youju.errors import ReadError

MAX_STREAM = 64 * 2**20
_DAMAGED = "内部结构已损坏或不完整,请用 Word 或 WPS 打开后另存为 docx"


def streams(data: bytes) -> dict[str, int]:
    """Name → size of every stream at the top. ReadError when the structure is damaged."""
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as file:
            return {path[0]: file.get_size(path[0]) for path in file.listdir() if len(path) == 1}
    except Exception as error:  # the library raises whatever unpacking raises
        raise ReadError(_DAMAGED) from error


def stream(data: bytes, name: str) -> bytes:
    """The bytes of one stream; empty when there is none."""
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as file:
            if not file.exists(name):
                return b""
            if file.get_size(name) > MAX_STREAM:
                raise ReadError(f"正文超过 {MAX_STREAM // 2**20} MB 的上限,请拆分后再加入")
            content: bytes = file.openstream(name).read()
            return content
    except ReadError:
        raise
    except Exception as error:
        raise ReadError(_DAMAGED) from error
