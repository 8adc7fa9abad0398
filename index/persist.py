"""An index on disk: generations beside each other, one of them current.

    DIR/CURRENT          "gen-000007 <sha256 of its manifest>", replaced in one step
    DIR/gen-000007/      manifest.json and the files that it lists with size and sha256
    DIR/gen-000006/      the one before, for readers that have it open
    DIR/gen-000008.part/ being written; what is left of it after a crash goes at the next build
    DIR/build.lock       held while building

Readers take no lock: they keep the generation that was current when they opened.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import io
import json
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import filelock
import numpy as np

from index import files, lines
from index.build import Previous, same_encoder
from index.records import FORMAT, IndexData, Manifest, Parameters, Progress
from index.serialize import schema
from text import words
from youju.errors import (
    IndexBusy,
    IndexCorrupt,
    IndexMismatch,
    IndexMissing,
    IndexWriteError,
)
from youju.records import Encoder

CURRENT = "CURRENT"
LOCK = "build.lock"
_MUCH = 1 << 20  # bytes; to start a thread costs more than to hash fewer
_POINTER = re.compile(r"(gen-[0-9]{6}) ([0-9a-f]{64})\n")
_GENERATION = re.compile(r"gen-([0-9]{6})(\.part)?")


@contextlib.contextmanager
def building(root: Path) -> Iterator[None]:
    """Hold the build lock of `root`, which is made if absent, and clear what crashes have left.

    Raises IndexBusy at once when another process builds, IndexWriteError when it cannot be made.
    """
    try:
        root.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(root / LOCK, timeout=0)
        lock.acquire()
    except filelock.Timeout as error:
        raise IndexBusy(
            f"另一个进程正在建立索引 {root}：请等它结束后再试，或用 --index 指定另一个文件夹。"
        ) from error
    except (OSError, NotImplementedError) as error:
        raise unwritable(root, error) from error
    try:
        _remove(root, ended=(".part",))
        yield
    finally:
        lock.release()


def publish(root: Path, data: IndexData, progress: Progress | None = None) -> str:
    """Write a new generation, make it current and return its name; call inside `building`.

    Raises IndexWriteError (disk full, no permission); until the last step the generation before
    stays in service, whatever happens. It is kept beside the new one.
    """
    before = _before(root)
    name = _next_name(root)
    part = root / f"{name}.part"
    try:
        digest = _write_generation(part, data, progress)
        part.rename(root / name)
        _sync_folder(root)
        _write(root / f"{CURRENT}.part", f"{name} {digest}\n".encode())
        (root / f"{CURRENT}.part").replace(root / CURRENT)
    except OSError as error:
        raise unwritable(root, error) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    try:
        _sync_folder(root)
    except OSError as error:
        raise IndexWriteError(
            f"新索引已写入 {root} 并启用，但磁盘没有确认（{_reason(error)}）："
            "请检查磁盘，再建立一次索引。"
        ) from error
    _remove(root, kept=(name, before))
    return name


def load(root: Path, encoder: Encoder | None, parameters: Parameters | None = None) -> IndexData:
    """The current generation, checked. Without an encoder or parameters those are not compared.

    Raises IndexMissing, IndexMismatch (says what differs) or IndexCorrupt (says which file).
    """
    folder, made = _open(root)
    _compare(root, made, encoder, parameters)
    return _read(folder, made)


def current(root: Path) -> str:
    """Which generation is the current one: another text for every build, whatever it holds.

    Raises IndexMissing or IndexCorrupt.
    """
    return _pointer(root).group()


def manifest(root: Path) -> Manifest:
    """What the current generation was made with; nothing else is read or checked.

    Raises IndexMissing, IndexMismatch (another format) or IndexCorrupt.
    """
    return _open(root)[1]


def damaged(root: Path, progress: Progress | None = None) -> list[Path]:
    """Files of the current generation that are not what was written, each read to its last byte.

    Raises IndexMissing, IndexMismatch (another format) or IndexCorrupt (no manifest).
    """
    folder, made = _open(root)
    found = []
    for done, (name, (size, digest)) in enumerate(sorted(made.files.items()), 1):
        if not files.is_whole(folder / name, size, digest):
            found.append(folder / name)
        if progress is not None:
            progress("check", done, len(made.files))
    # One that a later build has removed meanwhile was not damaged.
    return found if found and folder == _open(root)[0] else []


def previous(root: Path, parameters: Parameters | None = None) -> Previous | None:
    """The current generation for reuse by `build`, or None when nothing was ever published here.

    Whatever is copied from it is checked first, big files too. One that cannot be read is no empty
    one: raises IndexMismatch or IndexCorrupt, and whoever goes on without it must know from
    `sources` that nothing is lost.
    """
    try:
        folder, made = _open(root)
    except IndexMissing as error:
        if _newest(root) is None:
            return None
        raise lines.corrupt(root / CURRENT) from error
    files.check(folder, made, whole=True)
    return Previous(_read(folder, made), current=made.parameters == dict(parameters or {}))


def sources(root: Path) -> frozenset[str] | None:
    """Source paths of the current generation, though it cannot be read; None when not known.

    All formats have named them in the manifest. Where the pointer does not tell which generation
    is the current one, those of all of them.
    """
    name = _pointed(root)
    found: set[str] = set()
    try:
        folders = [root / name] if name else _complete(root)
        for folder in folders:
            found |= set(json.loads((folder / files.MANIFEST).read_bytes())["sources"])
    except (OSError, ValueError, TypeError, KeyError, IndexWriteError):
        return None
    return frozenset(found) if folders else None


def _open(root: Path) -> tuple[Path, Manifest]:
    # A builder may remove the generation between the two reads, but not two in a row.
    for last in (False, True):
        pointer = _pointer(root)
        folder = root / pointer.group(1)
        path = folder / files.MANIFEST
        try:
            data = path.read_bytes()
        except OSError as error:
            if last:
                raise lines.corrupt(path) from error
            continue
        break
    if hashlib.sha256(data).hexdigest() != pointer.group(2):
        raise lines.corrupt(path)
    try:
        made = files.read_manifest(data)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise lines.corrupt(path) from error
    if made.format != FORMAT or made.schema != schema():
        raise _mismatch(root, "索引格式", f"{made.format}-{made.schema}", f"{FORMAT}-{schema()}")
    return folder, made


def _read(folder: Path, made: Manifest) -> IndexData:
    files.check(folder, made)
    try:
        return files.read(folder, made)
    except (OSError, ValueError, TypeError, KeyError, EOFError) as error:
        raise lines.corrupt(folder / files.MANIFEST) from error


def _pointer(root: Path) -> re.Match[str]:
    path = root / CURRENT
    try:
        text = path.read_text("ascii")
    except (FileNotFoundError, NotADirectoryError) as error:
        raise IndexMissing(
            f"{root} 处没有索引：请先建立（python cli.py index 文件夹 --index {root}）。"
        ) from error
    except (OSError, ValueError) as error:
        raise lines.corrupt(path) from error
    found = _POINTER.fullmatch(text)
    if found is None:
        raise lines.corrupt(path)
    return found


def _pointed(root: Path) -> str | None:
    """The name of the current generation, if it is known, good or not."""
    try:
        return _pointer(root).group(1)
    except (IndexMissing, IndexCorrupt):
        return None


def _before(root: Path) -> str | None:
    """The generation to keep: the current one, else the last that is there."""
    name = _pointed(root)
    return name if name is not None and (root / name).is_dir() else _newest(root)


def _complete(root: Path) -> list[Path]:
    return [path for path in _generations(root) if path.suffix != ".part"]


def _newest(root: Path) -> str | None:
    """The last generation that was written to its end, whether it became current or not."""
    found = _complete(root) if root.is_dir() else []
    return found[-1].name if found else None


def _compare(
    root: Path, made: Manifest, encoder: Encoder | None, parameters: Parameters | None
) -> None:
    if encoder is not None and not same_encoder(made, encoder):
        raise _mismatch(
            root,
            "向量模型",
            f"{made.encoder_name}（{made.encoder_revision[:8]}，{made.dimension} 维）",
            f"{encoder.name}（{encoder.revision[:8]}，{encoder.dimension} 维）",
        )
    if made.words != words.fingerprint():
        raise _mismatch(root, "分词", made.words, words.fingerprint())
    if parameters is not None and made.parameters != dict(parameters):
        raise _mismatch(root, "文件读取规则", made.parameters, dict(parameters))


def _mismatch(root: Path, what: str, made: object, now: object) -> IndexMismatch:
    return IndexMismatch(
        f"索引 {root} 的{what}（{made}）与当前程序（{now}）不同："
        f"请重新建立索引（python cli.py index 文件夹 --index {root}）。"
    )


def unwritable(root: Path, error: Exception) -> IndexWriteError:
    """The error for a folder in which nothing could be published."""
    return IndexWriteError(
        f"无法写入索引文件夹 {root}（{_reason(error)}）：请检查磁盘空间和权限；原有索引不受影响。"
    )


def _reason(error: Exception) -> object:
    return getattr(error, "strerror", None) or error


def _write_generation(part: Path, data: IndexData, progress: Progress | None) -> str:
    """Write and sync every file, the manifest last; its sha256."""
    part.mkdir(parents=True)
    written: dict[str, tuple[int, str]] = {}
    for name, content in files.contents(data):
        written[name] = _write(part / name, *buffers(content))
        if progress is not None:
            progress("write", len(written), max(len(written), files.MOST))
    made = dataclasses.replace(data.manifest, files=written)
    _, digest = _write(part / files.MANIFEST, files.manifest_bytes(made))
    _sync_folder(part)
    return digest


def buffers(content: lines.Content) -> Sequence[bytes | memoryview]:
    """What a file holds, arrays as `np.save` writes them but not copied."""
    if isinstance(content, bytes):
        return (content,)
    if not isinstance(content, np.ndarray):
        return content
    array = np.ascontiguousarray(content)
    head = io.BytesIO()
    np.lib.format.write_array_header_1_0(head, np.lib.format.header_data_from_array_1_0(array))
    return head.getvalue(), array.reshape(-1).view(np.uint8).data


def _write(path: Path, *content: bytes | memoryview) -> tuple[int, str]:
    """The size and the sha256 of what was written and synced; much is hashed meanwhile."""
    size = sum(map(len, content))
    with ThreadPoolExecutor(1) as beside, path.open("wb") as file:
        digest = beside.submit(_digest, content) if size >= _MUCH else None
        for piece in content:
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
        return size, _digest(content) if digest is None else digest.result()


def _digest(content: Sequence[bytes | memoryview]) -> str:
    digest = hashlib.sha256()
    for piece in content:
        digest.update(piece)
    return digest.hexdigest()


def _sync_folder(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _next_name(root: Path) -> str:
    numbers = [int(path.name[4:10]) for path in _generations(root)]
    return f"gen-{max(numbers, default=0) + 1:06d}"


def _generations(root: Path) -> list[Path]:
    try:
        return sorted(path for path in root.iterdir() if _GENERATION.fullmatch(path.name))
    except OSError as error:
        raise unwritable(root, error) from error


def _remove(
    root: Path, *, kept: tuple[str | None, ...] = (), ended: tuple[str, ...] = ("",)
) -> None:
    """Remove generations whose names end so; what cannot be removed now goes at the next build."""
    for folder in _generations(root):
        if folder.name not in kept and folder.name.endswith(ended):
            shutil.rmtree(folder, ignore_errors=True)
