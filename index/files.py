"""The files of one generation: what is written, and sequences that read it piece by piece."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from index import ledger, lexical, lines, mapped
from index.catalog import Catalog, Entry
from index.names import Names
from index.ragged import Ragged
from index.records import FORMAT, IndexData, Manifest, Tokens
from index.serialize import from_plain, to_plain
from index.stores.faiss import built
from youju.records import Passage, PolicyDoc, Relation
from youju.validity import Ending

MANIFEST = "manifest.json"
NEAREST = "vectors.faiss"
MOST = 57  # files beside the manifest, those of an encoder with tokens among them

# Files up to this size are hashed when an index is opened; of larger ones only the size is
# compared, so that opening stays fast.
_HASHED_ON_OPEN = 4 << 20

R = TypeVar("R")


def contents(data: IndexData) -> Iterator[tuple[str, lines.Content]]:
    """(name, content) of every file but the manifest."""
    yield from lines.contents("documents", data.documents)
    yield from lines.contents("passages", data.passages)
    yield "passages.hashes.npy", data.hashes
    yield from lines.contents("catalog", data.catalog.entries)
    yield from data.catalog.names.files()
    yield from lines.contents("relations", data.relations)
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
    named = sorted(manifest.files.items())

    def good(file: tuple[str, tuple[int, str]]) -> bool:
        name, (size, digest) = file
        return is_whole(folder / name, size, digest if whole or size <= _HASHED_ON_OPEN else None)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for (name, _), fine in zip(
            named, pool.map(good, named) if whole else map(good, named), strict=True
        ):
            if not fine:
                raise lines.corrupt(folder / name)


def is_whole(path: Path, size: int, digest: str | None) -> bool:
    """True for a file that is what the manifest says; without a digest only sizes are compared."""
    try:
        same = path.stat().st_size == size
        return same and (digest is None or _digest(path) == digest)
    except OSError:
        return False


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read(folder: Path, manifest: Manifest) -> IndexData:
    """The index in a checked folder. Raises OSError, ValueError or TypeError when unreadable."""
    entries = _lazy(folder, "catalog", Entry)
    doc_of = mapped.array(folder / "catalog.documents.npy")
    catalog = Catalog(entries, doc_of, Names.load(folder, entries))
    tokens = None
    if "tokens.ids.npy" in manifest.files:
        tokens = Tokens(_ragged(folder, "tokens"), mapped.array(folder / "tokens.found.npy"))
    return IndexData(
        manifest=manifest,
        documents=_lazy(folder, "documents", PolicyDoc, lines.KEPT_LONG),
        passages=_lazy(folder, "passages", Passage),
        catalog=catalog,
        ledger=ledger.load(folder),
        hashes=mapped.array(folder / "passages.hashes.npy"),
        vectors=mapped.array(folder / "vectors.npy"),
        words=lexical.load(folder, "words"),
        bigrams=lexical.load(folder, "bigrams"),
        document_bigrams=lexical.load(folder, "document_bigrams"),
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
    ids, starts = (mapped.array(folder / f"{name}.{part}.npy") for part in ("ids", "starts"))
    return Ragged(ids, starts)


def _json(plain: Any) -> bytes:
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode()
