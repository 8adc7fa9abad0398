"""Collections (专题): which documents people put together under a name, kept beside the index.

Kept by source path, as corrections are, so that re-indexing and a changed file lose nothing. A
collection is there as long as a document belongs to it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from youju.beside import Beside
from youju.errors import IndexCorrupt, InputError

Members = Mapping[str, frozenset[str]]  # name → source paths

_FILE = Beside("collections.json", "专题记录")
_LONGEST = 40  # characters of a name
_MOST = 1000  # collections of an index
stamp = _FILE.stamp


def name_of(given: str) -> str:
    """A name as it is kept. Raises InputError for what is none."""
    name = " ".join(given.split())
    if not name or not name.isprintable():
        raise InputError("专题的名称是空的或含有不可见的字符，请写一个名称。")
    if len(name) > _LONGEST:
        raise InputError(f"专题的名称有 {len(name)} 个字，超过 {_LONGEST} 字的上限，请缩短。")
    return name


def load(index_dir: Path) -> Members:
    """All collections by name. Raises IndexCorrupt when the file cannot be understood."""
    try:
        raw = _FILE.read(index_dir) or {}
        found = {str(name): frozenset(map(str, paths)) for name, paths in sorted(raw.items())}
        if not all(isinstance(paths, list) for paths in raw.values()):
            raise ValueError("no list of paths")
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise IndexCorrupt(
            f"专题记录 {index_dir / _FILE.name} 不能读取：请恢复它的备份，或删去后重新设置。"
        ) from error
    return {name: paths for name, paths in found.items() if paths}


def of_documents(collections: Mapping[str, Collection[str]]) -> dict[str, tuple[str, ...]]:
    """Document → the names of its collections, from the documents of each."""
    found: dict[str, list[str]] = {}
    for name, ids in collections.items():
        for doc_id in ids:
            found.setdefault(doc_id, []).append(name)
    return {doc_id: tuple(names) for doc_id, names in found.items()}


def known(name: str, members: Members) -> str:
    """The collection of that name. Raises InputError, which names those that there are."""
    if name in members:
        return name
    if not members:
        raise InputError(
            f"没有专题“{name}”，还没有设过任何专题：可在“文库”页设置，"
            f"或用 python cli.py collection {name or '名称'} --add 文件。"
        )
    raise InputError(f"没有专题“{name}”，现有：{'、'.join(members)}。")


def add(index_dir: Path, name: str, paths: Collection[str]) -> int:
    """Put documents into a collection; how many are new to it. Raises InputError, IndexError_."""
    name = name_of(name)
    with _FILE.locked(index_dir):
        found = dict(load(index_dir))
        if name not in found and len(found) >= _MOST:
            raise InputError(f"已有 {_MOST} 个专题，不能再加，请先移除不用的。")
        before = found.get(name, frozenset())
        found[name] = before | frozenset(paths)
        _save(index_dir, found)
    return len(found[name]) - len(before)


def remove(index_dir: Path, name: str, paths: Collection[str] | None = None) -> int:
    """Take documents out of a collection, or all: then it is gone. How many left it.

    Raises InputError for an unknown collection, IndexError_.
    """
    with _FILE.locked(index_dir):
        found = dict(load(index_dir))
        before = found[known(name, found)]
        found[name] = before - frozenset(before if paths is None else paths)
        _save(index_dir, found)
    return len(before) - len(found[name])


def rename(index_dir: Path, name: str, new: str) -> str:
    """Give a collection another name, which must be free; the name as it is kept.

    Raises InputError, IndexError_.
    """
    new = name_of(new)
    with _FILE.locked(index_dir):
        found = dict(load(index_dir))
        known(name, found)
        if new in found:
            raise InputError(f"已有专题“{new}”，请换一个名称。")
        found[new] = found.pop(name)
        _save(index_dir, found)
    return new


def _save(index_dir: Path, found: Members) -> None:
    _FILE.write(index_dir, {name: sorted(paths) for name, paths in sorted(found.items()) if paths})
