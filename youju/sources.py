"""The file a document was read from, found again safely: only files that the index knows."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from ingest.files import MAX_BYTES
from ingest.readers import archive
from youju.errors import ReadError
from youju.records import MEMBER, PolicyDoc


def source_bytes(doc: PolicyDoc, roots: Iterable[Path]) -> tuple[str, bytes]:
    """(file name, content) of a document below one of `roots`, also of a member of an archive.

    The path comes from the index, the content must be what was indexed, and no link may lead out
    of the root. Raises ReadError when no such file is there any more.
    """
    file, _, member = doc.source.path.partition(MEMBER)
    name = (member or file).rsplit("/", 1)[-1]
    for root in roots:
        held = _file(root, doc.source.path)
        for data in (held,) if held is not None else _members(root, file, member):
            same_size = len(data) == doc.source.size
            if same_size and hashlib.sha256(data).hexdigest() == doc.source.sha256:
                return name, data
    raise ReadError(f"源文件“{name}”已不在原处或内容已改变，无法下载，请重新建立索引。")


def finder(roots: Iterable[Path]) -> Callable[[PolicyDoc], bytes]:
    """`source_bytes` without the name, for documents below `roots`."""
    kept = tuple(roots)
    return lambda doc: source_bytes(doc, kept)[1]


def _file(root: Path, name: str) -> bytes | None:
    """What lies below `root` under this name; None where nothing does, or too much."""
    base = root.resolve()
    path = (base / name).resolve()
    if not path.is_relative_to(base):
        return None
    try:
        return path.read_bytes() if path.stat().st_size <= MAX_BYTES else None
    except OSError:
        return None


def _members(root: Path, file: str, member: str) -> Iterator[bytes]:
    """What an archive below `root` holds under a name; nothing of one that cannot be read."""
    data = _file(root, file) if member else None
    if data is None:
        return
    try:
        for name, reading in archive.members(data, file):
            if name == member:
                yield reading()
    except ReadError:
        return
