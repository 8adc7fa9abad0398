"""The files of one generation: what is written, and sequences that read it piece by piece."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from index import ledger, lexical, lines
from index.catalog import Catalog, Entry
from index.names import Names
from index.records import FORMAT, IndexData, Manifest, Ragged, Tokens
from index.serialize import from_plain, to_plain
from index.stores.faiss import built
from youju.records import Passage, PolicyDoc, Relation
from youju.validity import Ending

MANIFEST = "manifest.json"
NEAREST = "vectors.faiss"
MOST = 49  # files beside the manifest, those of an encoder with tokens among them

# Files up to this size are hashed when an index is opened; of larger ones only the size is
# compared, so that opening stays fast.
_HASHED_ON_OPEN = 4 << 20

R = TypeVar("R")


def contents(data: IndexData) -> Iterator[tuple[str, bytes | np.ndarray]]:
    """(name, content) of every file but the manifest."""
    yield from lines.contents("documents", map(to_plain, data.documents))
    yield from lines.contents("passages", map(to_plain, data.passages))
    yield "passages.hashes.npy", data.hashes
    yield from lines.contents("catalog", map(to_plain, data.catalog.entries))
    yield from data.catalog.names.files()
    yield from lines.contents("relations", map(to_plain, data.relations))
    yield "endings.json", _json({key: to_plain(ending) for key, ending in data.endings.items()})
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
    """Compare sizes, and hashes where that is cheap or `whole`; lines are hashed when read.

    Raises IndexCorrupt naming the first file that differs.
    """
    for name, (size, digest) in sorted(manifest.files.items()):
        path = folder / name
        try:
            if path.stat().st_size != size:
                raise lines.corrupt(path)
            if (whole or size <= _HASHED_ON_OPEN) and _digest(path) != digest:
                raise lines.corrupt(path)
        except OSError as error:
            raise lines.corrupt(path) from error


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
    entries = _lazy(folder, "catalog", Entry)
    doc_of = lexical.mapped(folder / "catalog.documents.npy")
    catalog = Catalog(entries, doc_of, Names.load(folder, entries))
    tokens = None
    if "tokens.ids.npy" in manifest.files:
        tokens = Tokens(_ragged(folder, "tokens"), lexical.mapped(folder / "tokens.found.npy"))
    return IndexData(
        manifest=manifest,
        documents=_lazy(folder, "documents", PolicyDoc, lines.KEPT_LONG),
        passages=_lazy(folder, "passages", Passage),
        catalog=catalog,
        ledger=ledger.Stored(folder),
        hashes=lexical.mapped(folder / "passages.hashes.npy"),
        vectors=lexical.mapped(folder / "vectors.npy"),
        words=lexical.load(folder, "words", count),
        bigrams=lexical.load(folder, "bigrams", count),
        document_bigrams=lexical.load(folder, "document_bigrams", len(catalog.entries)),
        cut=_ragged(folder, "cut"),
        tokens=tokens,
        relations=_lazy(folder, "relations", Relation),
        endings={
            key: from_plain(Ending, plain)
            for key, plain in json.loads((folder / "endings.json").read_bytes()).items()
        },
        nearest=np.asarray(np.memmap(folder / NEAREST, np.uint8, "r")),
    )


def _lazy(folder: Path, name: str, kind: type[R], kept: int = lines.KEPT) -> lines.Lazy[R]:
    return lines.Lazy(lines.Lines(folder, name), kind, kept)


def _ragged(folder: Path, name: str) -> Ragged:
    ids, starts = (lexical.mapped(folder / f"{name}.{part}.npy") for part in ("ids", "starts"))
    return Ragged(ids, starts)


def _json(plain: Any) -> bytes:
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode()
