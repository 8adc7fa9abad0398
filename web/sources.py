"""The file a document was read from, found again safely: only files that the index knows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from youju.errors import ReadError
from youju.records import PolicyDoc


def source_bytes(doc: PolicyDoc, roots: Iterable[Path]) -> tuple[str, bytes]:
    """(file name, content) of a document below one of `roots`.

    The path comes from the index, the content must be what was indexed, and no link may lead out
    of the root. Raises ReadError when no such file is there any more.
    """
    name = doc.source.path.rsplit("/", 1)[-1]
    for root in roots:
        base = root.resolve()
        path = (base / doc.source.path).resolve()
        if not path.is_relative_to(base):
            continue
        try:
            if path.stat().st_size != doc.source.size:
                continue
            data = path.read_bytes()
        except OSError:
            continue
        if hashlib.sha256(data).hexdigest() == doc.source.sha256:
            return name, data
    raise ReadError(f"源文件“{name}”已不在原处或内容已改变，无法下载，请重新建立索引。")
