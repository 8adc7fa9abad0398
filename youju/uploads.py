"""Uploaded documents: taken one by one into the data folder, replaced there, removed from it.

A file is written under a hidden name, read as a document, then renamed: what a crash leaves behind
is never indexed. Source paths are those of the index, e.g. `data/通知.docx`.
"""

from __future__ import annotations

import hashlib
import os
import time
import traceback
import unicodedata
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from youju import worker
from youju.errors import InputError, ReadError
from youju.service import PolicySearch
from youju.settings import Settings

_LONGEST = 180  # bytes of a name; file systems take 255
_STALE = 3600.0  # seconds after which a hidden part belongs to nobody
_FORBIDDEN = frozenset('<>:"/\\|?*')
_HIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one upload: `path` when it was kept, else why not.

    `like` is the source path of what the library holds under the same file name, if anything: the
    two are kept beside each other until somebody says whether one is a version of the other.
    """

    name: str
    path: str | None = None
    reason: str | None = None
    like: str | None = None


def safe_name(given: str) -> str:
    """A plain file name: no folders, no controls or bidi marks, not hidden, not too long."""
    last = given.replace("\\", "/").rsplit("/", 1)[-1]
    kept = unicodedata.normalize("NFC", "".join(c for c in last if _plain(c)))
    stem, dot, suffix = " ".join(kept.split()).rpartition(".")
    if not dot:
        stem, suffix = suffix, ""
    stem = stem.lstrip(".~$ ").rstrip(". ")
    suffix = suffix.strip()[:10]
    end = f".{suffix}" if suffix else ""
    room = _LONGEST - len(end.encode())
    stem = stem.encode()[:room].decode("utf-8", "ignore").rstrip(". ")
    return f"{stem or '文件'}{end}"


def listed(settings: Settings) -> dict[str, Path]:
    """Source path → place of every document in the data folder."""
    from ingest.files import find

    try:
        return {found.path: found.location for found in find(settings.data) if not found.problem}
    except ReadError:
        return {}


def take(files: Sequence[Path], settings: Settings, search: PolicySearch) -> Iterator[Taken]:
    """Keep each file that can be read, in turn; a bad one does not stop the others."""
    known = _contents(settings, search)
    named = {_file_name(entry.path): entry.path for entry in search.entries()}
    with worker.Reader() as reader:
        for place in files:
            name = safe_name(place.name)
            try:
                data = _checked(name, place, settings, known, reader)
                path = _kept(name, data, settings)
            except InputError as error:
                yield Taken(name, reason=str(error))
                continue
            except Exception:  # what we have not thought of must not take the others with it
                traceback.print_exc()
                yield Taken(name, reason=f"{name} 读取时程序内部出错，没有加入；请换一种格式再试。")
                continue
            known[hashlib.sha256(data).hexdigest()] = path.rsplit("/", 1)[-1]
            like = named.setdefault(_file_name(name), path)
            yield Taken(name, path=path, like=like if like != path else None)


def exchange(place: Path, path: object, settings: Settings, search: PolicySearch) -> Taken:
    """Put another file in the place of an uploaded one, under its name.

    InputError names what is wrong with either; the old file stays until the new one is written.
    """
    old = _own(path, settings, search)
    name = old.name
    if place.suffix.lower() != old.suffix.lower():
        raise InputError(
            f"{safe_name(place.name)} 与 {name} 不是同一种文件，请换成 {old.suffix} 文件，"
            "或移除原文件后上传。"
        )
    known = _contents(settings, search)
    with worker.Reader() as reader:
        data = _checked(name, place, settings, known, reader, room=False)
    part = settings.data / f".{uuid.uuid4().hex}.part"
    try:
        part.write_bytes(data)
        part.replace(old)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(f"{name} 无法保存（{reason}），请检查磁盘空间和文件夹权限。") from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return Taken(name, path=str(path))


def _own(path: object, settings: Settings, search: PolicySearch) -> Path:
    """Where an uploaded file lies that is named by its source path. InputError for any other."""
    known = isinstance(path, str) and not search.hides(path)
    place = listed(settings).get(str(path)) if known else None
    if place is None:
        raise InputError("只能移除或替换上传的文件；这份文件是内置的，或已经移除，请刷新文库。")
    return place


def remove(path: object, settings: Settings, search: PolicySearch) -> None:
    """Delete one uploaded file, named by its source path. Raises InputError for any other."""
    place = _own(path, settings, search)
    try:
        place.unlink()
    except OSError as error:
        raise InputError(
            f"{place.name} 无法移除（{error.strerror}），请检查文件夹权限。"
        ) from error


def _file_name(path: str) -> str:
    """The name under which a file is known, whatever its folder and the case of its letters."""
    return path.rsplit("/", 1)[-1].casefold()


def _plain(char: str) -> bool:
    return char not in _FORBIDDEN and unicodedata.category(char) not in _HIDDEN


def _contents(settings: Settings, search: PolicySearch) -> dict[str, str]:
    """sha256 → name of what is there: indexed and not removed, or waiting to be indexed.

    The name is "" of what is not there for whoever asks.
    """
    there = listed(settings)
    root = f"{settings.data.name}/"
    entries = [e for e in search.entries() if e.path in there or not e.path.startswith(root)]
    known = dict.fromkeys(search.concealed_digests(), "")
    known |= {entry.sha256: entry.name for entry in entries}
    indexed = {entry.path for entry in entries}
    for path, place in there.items():
        if path not in indexed:
            try:
                name = "" if search.hides(path) else place.name
                known.setdefault(hashlib.sha256(place.read_bytes()).hexdigest(), name)
            except OSError:
                continue
    return known


def _checked(
    name: str,
    place: Path,
    settings: Settings,
    known: Mapping[str, str],
    reader: worker.Reader,
    *,
    room: bool = True,
) -> bytes:
    """The bytes of an upload that is within the limits and reads as a document. ReadError."""
    from ingest.files import FoundFile, load

    if room:
        _check_room(name, settings)
    limit = settings.upload_mb << 20
    source, data = load(FoundFile(place, name), limit=limit)
    if source.media_type not in settings.upload_types:
        kinds = "、".join(settings.upload_types)
        raise ReadError(
            f"{name} 是 {source.media_type} 文件，本站只接受 {kinds}，请转换格式后再上传。"
        )
    if source.sha256 in known:
        same = known[source.sha256]
        if not same:
            raise ReadError(f"{name} 与文库中的一份文件内容相同，没有重复加入。")
        raise ReadError(f"{name} 与文库中的“{same}”内容相同，没有重复加入。")
    reader.check(place, name, limit, ocr=settings.ocr, office=settings.office)
    return data


def _check_room(name: str, settings: Settings) -> None:
    if len(listed(settings)) >= settings.upload_files:
        raise ReadError(
            f"{name} 没有加入：上传的文件已达上限 {settings.upload_files} 份，请先移除一些。"
        )


def _kept(name: str, data: bytes, settings: Settings) -> str:
    """Write under a hidden name, then rename to the first free one; the source path."""
    folder = settings.data
    part = folder / f".{uuid.uuid4().hex}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with part.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        with _locked(folder):
            _check_room(name, settings)  # again: others may have been quicker
            target = _free(folder, name)
            part.rename(target)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(f"{name} 无法保存（{reason}），请检查磁盘空间和文件夹权限。") from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return f"{folder.name}/{target.name}"


def _free(folder: Path, name: str) -> Path:
    """The first of 通知.txt, 通知(2).txt, … that is not there, whatever the case of its letters."""
    taken = {path.name.casefold() for path in folder.iterdir()}
    stem, suffix = Path(name).stem, Path(name).suffix
    number = 1
    while (name if number == 1 else f"{stem}({number}){suffix}").casefold() in taken:
        number += 1
    return folder / (name if number == 1 else f"{stem}({number}){suffix}")


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One at a time chooses a name; parts that a crash has left are cleared."""
    import filelock

    with filelock.FileLock(folder / ".lock", timeout=30):
        for old in folder.glob(".*.part"):
            if time.time() - old.stat().st_mtime > _STALE:
                old.unlink(missing_ok=True)
        yield
