"""The files of one generation: what is written, and sequences that read it piece by piece."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar, overload

import numpy as np

from index import ledger, lexical
from index.catalog import Catalog, Entry
from index.records import FORMAT, IndexData, Manifest, Ragged, Tokens
from index.serialize import from_plain, to_plain
from index.stores.faiss import built
from youju.errors import IndexCorrupt
from youju.records import Passage, PolicyDoc

MANIFEST = "manifest.json"
NEAREST = "vectors.faiss"

# Files up to this size are hashed when an index is opened; of larger ones only the size is
# compared, so that opening stays fast.
_HASHED_ON_OPEN = 4 << 20

R = TypeVar("R")


class _Lazy(Sequence[R]):
    """A read-only sequence whose items are read when first asked for, then kept."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._read: dict[int, R] = {}

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, place: int) -> R: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[R, ...]: ...
    def __getitem__(self, place: int | slice) -> R | tuple[R, ...]:
        if isinstance(place, slice):
            return tuple(self[i] for i in range(*place.indices(self._count)))
        place = range(self._count)[place]
        item = self._read.get(place)
        if item is None:
            item = self._read[place] = self._item(place)
        return item

    def __iter__(self) -> Iterator[R]:
        return (self[i] for i in range(self._count))

    def _item(self, place: int) -> R:
        raise NotImplementedError


class LazyPassages(_Lazy[Passage]):
    """Passages from one JSON-lines file; `starts` are the byte offsets of its lines."""

    def __init__(self, folder: Path) -> None:
        self._starts = np.load(folder / "passages.starts.npy")
        super().__init__(len(self._starts) - 1)
        self._path = folder / "passages.jsonl"
        size = self._path.stat().st_size
        if size != int(self._starts[-1]):
            raise ValueError(f"{size} bytes of passages, not {int(self._starts[-1])}")
        # A mapping keeps the generation readable after a later build has removed it.
        self._bytes = (
            np.asarray(np.memmap(self._path, np.uint8, "r")) if size else np.zeros(0, np.uint8)
        )

    def _item(self, place: int) -> Passage:
        line = self._bytes[self._starts[place] : self._starts[place + 1]].tobytes()
        try:
            return from_plain(Passage, json.loads(line))
        except (ValueError, TypeError) as error:
            raise corrupt(self._path) from error


class LazyDocuments(_Lazy[PolicyDoc]):
    """One JSON file per document, checked against its hash when it is read."""

    def __init__(self, folder: Path, catalog: Catalog, manifest: Manifest) -> None:
        super().__init__(len(catalog.entries))
        self._folder, self._manifest = folder, manifest

    def _item(self, place: int) -> PolicyDoc:
        name = document_file(place)
        try:
            data = (self._folder / name).read_bytes()
            if hashlib.sha256(data).hexdigest() != self._manifest.files[name][1]:
                raise corrupt(self._folder / name)
            return from_plain(PolicyDoc, json.loads(data))
        except FileNotFoundError as error:
            raise IndexCorrupt(
                f"索引文件 {self._folder / name} 已不存在（索引可能刚被更新）："
                "请重新打开索引后再试。"
            ) from error
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise corrupt(self._folder / name) from error


def document_file(number: int) -> str:
    """The file of a document by its place in id order."""
    return f"documents/{number:06d}.json"


def corrupt(path: Path) -> IndexCorrupt:
    """The error for a damaged file."""
    return IndexCorrupt(
        f"索引文件 {path} 缺失或已损坏：请重新建立索引（python cli.py index 文件夹 --rebuild "
        f"--index {_root_of(path)}）。"
    )


def contents(data: IndexData) -> Iterator[tuple[str, bytes | np.ndarray]]:
    """(name, content) of every file but the manifest."""
    for number, doc in enumerate(data.documents):
        yield document_file(number), _json(to_plain(doc))
    lines = [_json(to_plain(passage)) + b"\n" for passage in data.passages]
    starts = np.zeros(len(lines) + 1, np.int64)
    np.cumsum([len(line) for line in lines], out=starts[1:])
    yield "passages.jsonl", b"".join(lines)
    yield "passages.starts.npy", starts
    yield "passages.hashes.npy", data.hashes
    yield "catalog.json", _json([to_plain(entry) for entry in data.catalog.entries])
    yield "catalog.documents.npy", data.catalog.doc_of
    yield from ledger.contents(data.ledger)
    yield "vectors.npy", data.vectors
    yield NEAREST, (built(data.vectors) if data.nearest is None else data.nearest).tobytes()
    yield from lexical.files(data.words, "words").items()
    yield from lexical.files(data.bigrams, "bigrams").items()
    yield from lexical.files(data.document_bigrams, "document_bigrams").items()
    yield "cut.ids.npy", data.cut.ids
    yield "cut.starts.npy", data.cut.starts
    if data.tokens is not None:
        yield "tokens.ids.npy", data.tokens.lists.ids
        yield "tokens.starts.npy", data.tokens.lists.starts
        yield "tokens.found.npy", data.tokens.found


def manifest_bytes(manifest: Manifest) -> bytes:
    """The manifest as JSON that people can read."""
    plain = {f.name: getattr(manifest, f.name) for f in dataclasses.fields(manifest)}
    return json.dumps(plain, ensure_ascii=False, indent=1, sort_keys=True).encode()


def read_manifest(data: bytes) -> Manifest:
    """The manifest; raises ValueError, TypeError or KeyError when it is none.

    Of one made by another format only `format` can be trusted.
    """
    plain = json.loads(data)
    if plain["format"] != FORMAT:
        return Manifest("", "", 0, "", {}, {}, {}, format=int(plain["format"]))
    plain["files"] = {name: (int(s), str(h)) for name, (s, h) in plain["files"].items()}
    return Manifest(**plain)


def check(folder: Path, manifest: Manifest, *, whole: bool = False) -> None:
    """Compare sizes, and hashes where that is cheap or `whole`; documents are hashed when read.

    Raises IndexCorrupt naming the first file that differs.
    """
    for name, (size, digest) in sorted(manifest.files.items()):
        path = folder / name
        try:
            if path.stat().st_size != size:
                raise corrupt(path)
            hashed = (whole or size <= _HASHED_ON_OPEN) and not name.startswith("documents/")
            if hashed and _digest(path) != digest:
                raise corrupt(path)
        except OSError as error:
            raise corrupt(path) from error


def is_whole(path: Path, size: int, digest: str) -> bool:
    """True for a file that is what the manifest says."""
    try:
        return path.stat().st_size == size and _digest(path) == digest
    except OSError:
        return False


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read(folder: Path, manifest: Manifest) -> IndexData:
    """The index in a checked folder. Raises OSError, ValueError or TypeError when unreadable."""
    count = manifest.counts["passages"]
    entries = json.loads((folder / "catalog.json").read_bytes())
    catalog = Catalog(
        tuple(from_plain(Entry, entry) for entry in entries),
        np.load(folder / "catalog.documents.npy"),
    )
    tokens = None
    if "tokens.ids.npy" in manifest.files:
        tokens = Tokens(_ragged(folder, "tokens"), lexical.mapped(folder / "tokens.found.npy"))
    return IndexData(
        manifest=manifest,
        documents=LazyDocuments(folder, catalog, manifest),
        passages=LazyPassages(folder),
        catalog=catalog,
        ledger=ledger.Stored(folder),
        hashes=lexical.mapped(folder / "passages.hashes.npy"),
        vectors=lexical.mapped(folder / "vectors.npy"),
        words=lexical.load(folder, "words", count),
        bigrams=lexical.load(folder, "bigrams", count),
        document_bigrams=lexical.load(folder, "document_bigrams", len(catalog.entries)),
        cut=_ragged(folder, "cut"),
        tokens=tokens,
        nearest=np.asarray(np.memmap(folder / NEAREST, np.uint8, "r")),
    )


def _ragged(folder: Path, name: str) -> Ragged:
    ids, starts = (lexical.mapped(folder / f"{name}.{part}.npy") for part in ("ids", "starts"))
    return Ragged(ids, starts)


def _json(plain: Any) -> bytes:
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode()


def _root_of(path: Path) -> Path:
    for parent in path.parents:
        if parent.name.startswith("gen-"):
            return parent.parent
    return path.parent
