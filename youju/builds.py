"""Bringing an index in line with files: what is read anew, what stays, what is told of it.

It joins ingest and index; asking never needs it.
"""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from youju.errors import IndexCorrupt, IndexError_, IndexMismatch, ReadError
from youju.records import MEMBER, IngestReport, Passage, Remembered
from youju.settings import CORPUS, PRODUCT_ROOT, Settings

if TYPE_CHECKING:
    from index.build import Previous

Progress = Callable[[str, int, int], None]  # stage, done, total

RECOGNISED = "recognised"  # a folder beside the generations: what was recognised, page by page
_BUILT_IN = "BUILT-IN"  # a file beside the generations: only corpus/ and uploads are indexed here


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did. Paths are those of `SourceFile`; `seconds` is wall time."""

    generation: str
    documents: int
    passages: int
    read: tuple[str, ...]
    reused: tuple[str, ...]
    removed: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]
    duplicates: tuple[tuple[str, str], ...]
    seconds: float
    partial: tuple[tuple[str, str], ...] = ()  # (path, what of it was not read)


def build(
    paths: Sequence[Path],
    index_dir: Path,
    settings: Settings,
    *,
    optional: Sequence[Path] = (),
    prune: bool = False,
    rebuild: bool = False,
    corpus: Path | None = None,
    progress: Progress | None = None,
) -> BuildReport:
    """Bring the index in line with `paths` (files or folders); unchanged files are reused.

    `optional` are folders that belong to them but may be missing or empty. Documents that lie
    under none of them stay, unless `prune`; so do those whose files the system cannot read
    now. `rebuild` reads all anew and keeps nothing else; `corpus` is the built-in one. Nothing
    is published when no document is left, nor when the last generation cannot be read and
    documents would be lost with it.
    Raises ReadError, IndexBusy, IndexCorrupt, IndexMismatch, IndexWriteError, SettingsError.
    """
    from index import build, encoder, persist
    from ingest.passages import passages
    from ingest.pipeline import ingest
    from ingest.readers import office
    from ingest.recognition import keeping
    from text import words

    began = time.perf_counter()
    words.use_dictionary(settings.user_dict)
    office.use(settings.office)
    model = encoder.load_encoder(settings.encoder)
    with persist.building(index_dir):
        made = parameters()
        roots = frozenset(path.resolve().name for path in (*paths, *optional))
        stays = None if prune else roots
        old = None if rebuild else _last(index_dir, made, stays)
        before = old.remembered() if old else ()
        known = {one.source.sha256: one for one in before} if old and old.current else {}
        there = [*paths, *_filled(optional)]
        with keeping(index_dir / RECOGNISED):
            report = ingest(there, known=known, progress=progress, recognise=settings.ocr)
        kept = _kept(before, report, stays)
        if not (report.docs or report.unchanged) and (paths or not kept):
            raise ReadError(_nothing_read(report.refused))
        docs, stay = report.docs, (*report.unchanged, *kept)
        if old is None or not old.fits(model):
            docs, stay = (*docs, *(one.read() for one in stay)), ()
        pieces: list[Passage] = [piece for doc in docs for piece in passages(doc)]
        data = build.build(
            docs, pieces, model,
            previous=old, stay=[one.id for one in stay], parameters=made, progress=progress,
        )  # fmt: skip
        now = data.manifest.sources
        built_in = _built_in(paths, now, settings.data, corpus or CORPUS)
        if not built_in:  # first: an index that holds more must never bear the note
            _unmark(index_dir)
        generation = persist.publish(index_dir, data, progress=progress)
        if built_in:
            _mark(index_dir)
    refused = tuple(_kept_as_it_was(report, kept))
    reused = {one.id for one in (*known.values(), *kept)}
    entries = data.catalog.entries
    return BuildReport(
        generation=generation,
        documents=len(data.documents),
        passages=len(data.passages),
        read=tuple(entry.path for entry in entries if entry.id not in reused),
        reused=tuple(entry.path for entry in entries if entry.id in reused),
        removed=tuple(sorted({one.source.path for one in before} - now.keys())),
        refused=refused,
        duplicates=report.duplicates,
        seconds=time.perf_counter() - began,
        partial=report.partial,
    )


def replaceable(index_dir: Path) -> bool:
    """True for an index that holds nothing but what the program can make again by itself."""
    return (index_dir / _BUILT_IN).exists()


def _built_in(paths: Sequence[Path], sources: Iterable[str], data: Path, corpus: Path) -> bool:
    """True when the built-in corpus and uploads are all there is."""
    only = [path.resolve() for path in paths] == [corpus.resolve()]
    roots = (f"{corpus.name}/", f"{data.name}/")
    return only and all(source.startswith(roots) for source in sources)


def _mark(index_dir: Path) -> None:
    """Note beside the generations that the program can make them again by itself."""
    with contextlib.suppress(OSError):  # without the note it asks before it replaces them
        (index_dir / _BUILT_IN).touch()


def _unmark(index_dir: Path) -> None:
    from index import persist

    try:
        (index_dir / _BUILT_IN).unlink(missing_ok=True)
    except OSError as error:
        raise persist.unwritable(index_dir, error) from error


def parameters() -> dict[str, int | str]:
    """Whatever decides how files become passages: part of the manifest, checked when opening."""
    from ingest.passages import PARAMETERS

    return {"reader": reader_version(), **PARAMETERS}


@lru_cache(maxsize=1)
def reader_version() -> str:
    """A digest of the code that reads documents, so that no change to it can be forgotten."""
    digest = hashlib.sha256()
    for package in ("ingest", "text"):
        for path in sorted((PRODUCT_ROOT / package).rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _last(
    index_dir: Path, parameters: Mapping[str, int | str], roots: frozenset[str] | None
) -> Previous | None:
    """The last generation, or nothing where nothing can be lost.

    One that cannot be read is done without only when all that it holds lies under `roots` (None:
    when the rest is to go), where it is read anew. Raises IndexMismatch, IndexCorrupt.
    """
    from index import persist

    try:
        return persist.previous(index_dir, parameters)
    except (IndexMismatch, IndexCorrupt) as error:
        sources = persist.sources(index_dir)
        if roots is None or (sources is not None and not _outside(sources, roots)):
            return None
        raise type(error)(_unsafe(error, sources, roots)) from error


def _outside(sources: Iterable[str], roots: frozenset[str]) -> list[str]:
    return sorted(path for path in sources if _root(path) not in roots)


def _root(path: str) -> str:
    """The folder, file or archive that was given when this source was read."""
    return path.split("/", 1)[0].split(MEMBER, 1)[0]


def _unsafe(error: IndexError_, sources: frozenset[str] | None, roots: frozenset[str]) -> str:
    told = str(error).split("：请", 1)[0]
    if sources is None:
        held = "其中有哪些文件无法得知"
    else:
        others = _outside(sources, roots)
        held = f"其中 {len(others)} 份不在这次给出的文件夹里（如 {others[0]}）"
    return (
        f"{told}，没有更新：{held}，更新会丢失它们；原有索引没有改动，可以重试，"
        "或把全部文件夹一起给出并加 --rebuild 重建。"
    )


def _kept(
    before: Iterable[Remembered], report: IngestReport, roots: frozenset[str] | None
) -> tuple[Remembered, ...]:
    """Documents of the last generation that stay though their files were not read.

    Those that lie under none of `roots` (None: they go), and those whose files the system could not
    read now. A source path starts with the name of the folder that was given, so two different
    folders of the same name count as one.
    """
    taken = {doc.id for doc in report.docs} | {one.id for one in report.unchanged}

    def stays(path: str) -> bool:
        elsewhere = roots is not None and _root(path) not in roots
        return elsewhere or _lies_in(path, report.unread)

    return tuple(doc for doc in before if doc.id not in taken and stays(doc.source.path))


def _lies_in(path: str, places: Sequence[str]) -> bool:
    """True for a path that is one of these, or in one of these folders or archives."""
    within = tuple(f"{place}{mark}" for place in places for mark in ("/", MEMBER))
    return path in places or path.startswith(within)


def _kept_as_it_was(report: IngestReport, kept: Sequence[Remembered]) -> Iterable[tuple[str, str]]:
    """The refused files; of those that stay as they were read before, it is said."""
    for path, reason in report.refused:
        stays = any(_lies_in(doc.source.path, (path,)) for doc in kept)
        noted = path in report.unread and stays
        yield path, f"{reason.rstrip('。')}，沿用上次读到的内容。" if noted else reason


def _filled(folders: Iterable[Path]) -> list[Path]:
    """Those that hold a document, or may hold one: who cannot look does not know."""
    from ingest.files import Unread, find

    filled = []
    for folder in folders:
        try:
            filled += [folder] if find(folder) else []
        except Unread:
            raise
        except ReadError:
            continue
    return filled


def _nothing_read(refused: Sequence[tuple[str, str]]) -> str:
    if refused:
        path, reason = refused[0]
        reason = reason.removeprefix(f"{path} ").rstrip("。")
        return f"没有一份文件可以读取（例如 {path}：{reason}），原有索引没有改动。"
    from ingest.kinds import SUPPORTED

    return f"没有找到可以读取的文件（支持 {SUPPORTED}），原有索引没有改动。"
