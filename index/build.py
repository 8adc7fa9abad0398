"""Documents and passages → `IndexData`, reusing what an earlier index already knows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

import numpy as np

from index import lexical
from index.catalog import Catalog, catalog_of
from index.encoder import TokenEncoder
from index.ledger import ledger_of
from index.merge import merged
from index.ragged import Ragged
from index.records import IndexData, Manifest, Parameters, Progress, Tokens
from index.relations import endings, relations
from index.serialize import schema
from text import words
from youju.records import Encoder, Passage, PolicyDoc, Remembered, SourceFile

_BATCH = 256
_EMBEDDED = 64  # texts at a time: a transformer takes seconds for them, and progress is shown


@dataclass(frozen=True)
class Previous:
    """An earlier index. `current` is false when its documents were read by other rules."""

    data: IndexData
    current: bool = True

    def fits(self, encoder: Encoder) -> bool:
        """True when documents may stay as they are: all of it would be made like this again."""
        made = self.data.manifest
        alike = (made.code, made.words) == (code(), words.fingerprint())
        return self.current and alike and same_encoder(made, encoder)

    def remembered(self) -> tuple[Remembered, ...]:
        """Its documents, none of them read."""
        return tuple(
            Remembered(
                entry.id,
                SourceFile(entry.path, entry.sha256, entry.media_type, entry.size),
                entry.unread,
                partial(self.data.documents.__getitem__, place),
            )
            for place, entry in enumerate(self.data.catalog.entries)
        )

    def rows(self, hashes: np.ndarray) -> Mapping[bytes, int]:
        """The rows of passages by the hash of their text: of those that it has of these."""
        heads, wanted = (np.ascontiguousarray(some[:, :8]) for some in (self.data.hashes, hashes))
        near = np.flatnonzero(np.isin(heads.view(np.uint64), wanted.view(np.uint64)))
        return {self.data.hashes[row].tobytes(): row for row in near.tolist()}


def build(
    docs: Sequence[PolicyDoc],
    passages: Sequence[Passage],
    encoder: Encoder,
    *,
    previous: Previous | None = None,
    stay: Sequence[str] = (),
    parameters: Parameters | None = None,
    progress: Progress | None = None,
) -> IndexData:
    """The index of these documents, and of those of `previous` that `stay`, named by their ids.

    What stays is neither read nor counted again, and `previous` must fit the encoder; only passages
    that it lacks are embedded. `parameters` are remembered in the manifest; `progress` gets (stage,
    done, total). The result depends on what it holds alone, not on how much of it stayed.
    """
    docs = sorted(docs, key=lambda doc: doc.id)
    passages = sorted(passages, key=lambda passage: passage.id)
    _check_unique([*stay, *(doc.id for doc in docs)])
    _check_unique([passage.id for passage in passages])
    report = progress or _silent
    hashes = _hashes(passages)
    words_of, cut = lexical.numbered(_words(passages, hashes, previous, report))
    catalog = catalog_of(docs, passages)
    related = relations(catalog.entries)
    new = IndexData(
        manifest=_manifest(docs, passages, encoder, parameters or {}),
        documents=tuple(docs),
        passages=tuple(passages),
        catalog=catalog,
        ledger=ledger_of(docs),
        hashes=hashes,
        vectors=_vectors(passages, hashes, encoder, previous, report),
        words=lexical.counted(words_of, cut),
        bigrams=lexical.build(_bigrams(passages, report)),
        document_bigrams=lexical.build(_document_bigrams(passages, catalog)),
        cut=cut,
        tokens=_tokens(passages, encoder),
        relations=related,
        endings=endings(catalog.entries, related),
    )
    if not stay:
        return new
    assert previous is not None and previous.fits(encoder), "what was made otherwise cannot stay"
    return merged(previous.data, frozenset(stay), new)


def _silent(stage: str, done: int, total: int) -> None:
    """Report to nobody."""


def _check_unique(ids: Sequence[str]) -> None:
    assert len(set(ids)) == len(ids), f"ids twice: {sorted({i for i in ids if ids.count(i) > 1})}"


def _manifest(
    docs: Sequence[PolicyDoc],
    passages: Sequence[Passage],
    encoder: Encoder,
    parameters: Parameters,
) -> Manifest:
    return Manifest(
        encoder_name=encoder.name,
        encoder_revision=encoder.revision,
        dimension=encoder.dimension,
        words=words.fingerprint(),
        parameters=dict(parameters),
        counts={"documents": len(docs), "passages": len(passages)},
        sources={doc.source.path: doc.source.sha256 for doc in docs},
        schema=schema(),
        code=code(),
    )


@lru_cache(maxsize=1)
def code() -> str:
    """A digest of the code of this package: what other code made is made again, not kept."""
    folder = Path(__file__).parent
    plain = (path.read_bytes() for path in sorted(folder.rglob("*.py")))
    return hashlib.sha256(b"".join(plain)).hexdigest()[:12]


def _hashes(passages: Sequence[Passage]) -> np.ndarray:
    digests = b"".join(hashlib.sha256(p.text.encode()).digest() for p in passages)
    return np.frombuffer(digests, np.uint8).reshape(len(passages), 32)


def _words(
    passages: Sequence[Passage],
    hashes: np.ndarray,
    previous: Previous | None,
    report: Progress,
) -> Iterator[list[str]]:
    """The words of each passage, which take longer to cut than all else: known ones are reused."""
    known: Mapping[bytes, int] = {}
    if previous is not None and previous.data.manifest.words == words.fingerprint():
        known = previous.rows(hashes)
    for done, passage in enumerate(passages, 1):
        old = known.get(hashes[done - 1].tobytes())
        if old is None or previous is None:
            yield words.words(passage.text)
        else:
            data = previous.data
            yield [data.words.columns.string(column) for column in data.cut.of(old)]
        _report_now_and_then(report, "words", done, len(passages))


def _bigrams(passages: Sequence[Passage], report: Progress) -> Iterator[list[str]]:
    for done, passage in enumerate(passages, 1):
        yield words.bigrams(passage.text)
        _report_now_and_then(report, "bigrams", done, len(passages))


def _document_bigrams(passages: Sequence[Passage], catalog: Catalog) -> Iterator[list[str]]:
    """The pairs of each document: titles and headings once, then every body."""
    contexts: list[dict[str, None]] = [{} for _ in catalog.entries]
    bodies: list[list[str]] = [[] for _ in catalog.entries]
    for passage, number in zip(passages, catalog.doc_of, strict=True):
        contexts[number].update(dict.fromkeys(passage.context.split("\n")))
        bodies[number].append(passage.body)
    for context, body in zip(contexts, bodies, strict=True):
        yield words.bigrams("\n".join([*context, *body]))


def _report_now_and_then(report: Progress, stage: str, done: int, total: int) -> None:
    if done % _BATCH == 0 or done == total:
        report(stage, done, total)


def _vectors(
    passages: Sequence[Passage],
    hashes: np.ndarray,
    encoder: Encoder,
    previous: Previous | None,
    report: Progress,
) -> np.ndarray:
    vectors = np.zeros((len(passages), encoder.dimension), np.float32)
    known: Mapping[bytes, int] = {}
    if previous is not None and same_encoder(previous.data.manifest, encoder):
        known = previous.rows(hashes)
    missing: list[int] = []
    for row, digest in enumerate(hashes):
        old = known.get(digest.tobytes())
        if old is None or previous is None:
            missing.append(row)
        else:
            vectors[row] = previous.data.vectors[old]
    for start in range(0, len(missing), _EMBEDDED):
        batch = missing[start : start + _EMBEDDED]
        vectors[batch] = encoder.encode([passages[row].text for row in batch])
        report("vectors", start + len(batch), len(missing))
    return vectors


def same_encoder(manifest: Manifest, encoder: Encoder) -> bool:
    """True when the vectors of the index are those that this encoder would make.

    The name does not count: a model moved to another folder is the same model.
    """
    made = (manifest.encoder_revision, manifest.dimension)
    return made == (encoder.revision, encoder.dimension)


def _tokens(passages: Sequence[Passage], encoder: Encoder) -> Tokens | None:
    if not isinstance(encoder, TokenEncoder):
        return None
    pieces: list[np.ndarray] = []
    for start in range(0, len(passages), _BATCH):
        texts = [passage.text for passage in passages[start : start + _BATCH]]
        pieces.extend(np.unique(np.array(ids, np.int32)) for ids in encoder.token_ids(texts))
    lists = Ragged.join(pieces)
    return Tokens(lists, np.bincount(lists.ids).astype(np.int32))
