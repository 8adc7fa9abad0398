"""Documents and passages → `IndexData`, reusing what an earlier index already knows."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from datatypes import Encoder, Passage, PolicyDoc, SourceFile
from index import lexical
from index.catalog import catalog_of
from index.encoder import TokenEncoder
from index.lexical import Lexicon
from index.records import IndexData, Manifest, Parameters, Progress, Tokens
from index.serialize import schema
from text import words

_BATCH = 256


@dataclass(frozen=True, slots=True)
class Previous:
    """An earlier index. `current` is false when its documents were read by other rules."""

    data: IndexData
    current: bool = True

    def document(self, source: SourceFile) -> PolicyDoc | None:
        """The document read from this file then, if neither path nor bytes have changed."""
        if not self.current or self.data.manifest.sources.get(source.path) != source.sha256:
            return None
        for number, entry in enumerate(self.data.catalog.entries):
            if entry.path == source.path:
                doc = self.data.documents[number]
                return doc if doc.source == source else None
        return None


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
    word_lexicon = lexical.build(_cut(passages, "words", report))
    bigram_lexicon = lexical.build(_cut(passages, "bigrams", report))
    return IndexData(
        manifest=_manifest(docs, passages, encoder, parameters or {}),
        documents=tuple(docs),
        passages=tuple(passages),
        catalog=catalog_of(docs, passages),
        hashes=hashes,
        vectors=_vectors(passages, hashes, encoder, previous, report),
        words=word_lexicon,
        bigrams=bigram_lexicon,
        tokens=_tokens(passages, encoder),
    )


def lexicons(texts: Sequence[str]) -> tuple[Lexicon, Lexicon]:
    """BM25 over words and over bigrams of plain texts, for benchmarks without documents."""
    return (
        lexical.build([words.words(text) for text in texts]),
        lexical.build([words.bigrams(text) for text in texts]),
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


def _cut(passages: Sequence[Passage], stage: str, report: Progress) -> list[list[str]]:
    cut = words.words if stage == "words" else words.bigrams
    tokens: list[list[str]] = []
    for done, passage in enumerate(passages, 1):
        tokens.append(cut(passage.text))
        if done % _BATCH == 0 or done == len(passages):
            report(stage, done, len(passages))
    return tokens


def _vectors(
    passages: Sequence[Passage],
    hashes: np.ndarray,
    encoder: Encoder,
    previous: Previous | None,
    report: Progress,
) -> np.ndarray:
    vectors = np.zeros((len(passages), encoder.dimension), np.float32)
    known = _known(previous, encoder)
    missing: list[int] = []
    for row, digest in enumerate(hashes):
        old = known.get(digest.tobytes())
        if old is None or previous is None:
            missing.append(row)
        else:
            vectors[row] = previous.data.vectors[old]
    for start in range(0, len(missing), _BATCH):
        batch = missing[start : start + _BATCH]
        vectors[batch] = encoder.encode([passages[row].text for row in batch])
        report("vectors", start + len(batch), len(missing))
    return vectors


def _known(previous: Previous | None, encoder: Encoder) -> Mapping[bytes, int]:
    """Row in the earlier index by the hash of the text, when the encoder is the same."""
    if previous is None or not same_encoder(previous.data.manifest, encoder):
        return {}
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
    starts = np.zeros(len(passages) + 1, np.int64)
    np.cumsum([len(piece) for piece in pieces], out=starts[1:])
    ids = np.concatenate(pieces) if pieces else np.zeros(0, np.int32)
    return Tokens(ids, starts, np.bincount(ids).astype(np.int32))
