"""Documents and passages → `IndexData`, reusing what an earlier index already knows."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from index import lexical
from index.catalog import Catalog, catalog_of
from index.encoder import TokenEncoder
from index.ledger import ledger_of
from index.records import IndexData, Manifest, Parameters, Progress, Ragged, Tokens
from index.relations import endings, relations
from index.serialize import schema
from text import words
from youju.records import Encoder, Passage, PolicyDoc, SourceFile

_BATCH = 256
_EMBEDDED = 64  # texts at a time: a transformer takes seconds for them, and progress is shown


@dataclass(frozen=True)
class Previous:
    """An earlier index. `current` is false when its documents were read by other rules."""

    data: IndexData
    current: bool = True

    def document(self, source: SourceFile) -> PolicyDoc | None:
        """The document read from this file then, if neither path nor bytes have changed."""
        if not self.current or self.data.manifest.sources.get(source.path) != source.sha256:
            return None
        doc = self.data.documents[self._places[source.path]]
        return doc if doc.source == source else None

    @cached_property
    def _places(self) -> dict[str, int]:
        return {entry.path: number for number, entry in enumerate(self.data.catalog.entries)}


def build(
    docs: Sequence[PolicyDoc],
    passages: Sequence[Passage],
    encoder: Encoder,
    *,
    previous: Previous | None = None,
    parameters: Parameters | None = None,
    progress: Progress | None = None,
) -> IndexData:
    """The index of these documents. Only passages that `previous` lacks are embedded.

    `parameters` are remembered in the manifest; `progress` gets (stage, done, total). The result
    depends on the arguments alone, not on `previous`.
    """
    docs = sorted(docs, key=lambda doc: doc.id)
    passages = sorted(passages, key=lambda passage: passage.id)
    _check_unique([doc.id for doc in docs])
    _check_unique([passage.id for passage in passages])
    report = progress or _silent
    hashes = _hashes(passages)
    cut = _words(passages, hashes, previous, report)
    word_lexicon = lexical.build(cut)
    catalog = catalog_of(docs, passages)
    related = relations(catalog.entries)
    return IndexData(
        manifest=_manifest(docs, passages, encoder, parameters or {}),
        documents=tuple(docs),
        passages=tuple(passages),
        catalog=catalog,
        ledger=ledger_of(docs),
        hashes=hashes,
        vectors=_vectors(passages, hashes, encoder, previous, report),
        words=word_lexicon,
        bigrams=lexical.build(_bigrams(passages, report)),
        document_bigrams=lexical.build(_document_bigrams(passages, catalog)),
        cut=Ragged.join([[word_lexicon.columns[word] for word in row] for row in cut]),
        tokens=_tokens(passages, encoder),
        relations=related,
        endings=endings(catalog.entries, related),
    )


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
    )


def _hashes(passages: Sequence[Passage]) -> np.ndarray:
    digests = b"".join(hashlib.sha256(p.text.encode()).digest() for p in passages)
    return np.frombuffer(digests, np.uint8).reshape(len(passages), 32)


def _words(
    passages: Sequence[Passage],
    hashes: np.ndarray,
    previous: Previous | None,
    report: Progress,
) -> list[list[str]]:
    """The words of each passage, which take longer to cut than all else: known ones are reused."""
    known: Mapping[bytes, int] = {}
    if previous is not None and previous.data.manifest.words == words.fingerprint():
        known = _rows_by_hash(previous)
    names = list(previous.data.words.columns) if previous is not None and known else []
    tokens: list[list[str]] = []
    for done, passage in enumerate(passages, 1):
        old = known.get(hashes[done - 1].tobytes())
        if old is None or previous is None:
            tokens.append(words.words(passage.text))
        else:
            tokens.append([names[column] for column in previous.data.cut.of(old)])
        _report_now_and_then(report, "words", done, len(passages))
    return tokens


def _bigrams(passages: Sequence[Passage], report: Progress) -> list[list[str]]:
    tokens: list[list[str]] = []
    for done, passage in enumerate(passages, 1):
        tokens.append(words.bigrams(passage.text))
        _report_now_and_then(report, "bigrams", done, len(passages))
    return tokens


def _document_bigrams(passages: Sequence[Passage], catalog: Catalog) -> list[list[str]]:
    """The pairs of each document: titles and headings once, then every body."""
    contexts: list[dict[str, None]] = [{} for _ in catalog.entries]
    bodies: list[list[str]] = [[] for _ in catalog.entries]
    for passage, number in zip(passages, catalog.doc_of, strict=True):
        contexts[number].update(dict.fromkeys(passage.context.split("\n")))
        bodies[number].append(passage.body)
    return [
        words.bigrams("\n".join([*context, *body]))
        for context, body in zip(contexts, bodies, strict=True)
    ]


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
        known = _rows_by_hash(previous)
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


def _rows_by_hash(previous: Previous) -> Mapping[bytes, int]:
    """Row in the earlier index by the hash of the text."""
    return {digest.tobytes(): row for row, digest in enumerate(previous.data.hashes)}


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
