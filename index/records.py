"""What an index is made of, in memory and on disk."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from index.catalog import Catalog
from index.ledger import Ledger
from index.lexical import Lexicon
from index.ragged import Ragged
from youju.records import Passage, PolicyDoc, Relation
from youju.validity import Ending

Parameters = Mapping[str, str | int | float]
Progress = Callable[[str, int, int], None]

# Raise when the layout on disk or the meaning of a file changes.
FORMAT = 6


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an index was made with. `files` and `sources` are filled in when it is published.

    `files` maps a name to (size, sha256), `sources` the path of a source file to its sha256.
    """

    encoder_name: str
    encoder_revision: str
    dimension: int
    words: str
    parameters: dict[str, str | int | float]
    counts: dict[str, int]
    sources: dict[str, str]
    files: dict[str, tuple[int, str]] = field(default_factory=dict)
    format: int = FORMAT
    schema: str = ""
    code: str = ""  # that made it: what is kept was made alike


@dataclass(frozen=True, slots=True)
class Tokens:
    """The encoder's tokens of every passage, each once, for late interaction.

    `found[t]` passages have token t.
    """

    lists: Ragged
    found: np.ndarray  # int32


@dataclass(frozen=True, slots=True)
class IndexData:
    """A whole index: passages in id order (their position is the row number everywhere)."""

    manifest: Manifest
    documents: Sequence[PolicyDoc]
    passages: Sequence[Passage]
    catalog: Catalog
    ledger: Ledger
    hashes: np.ndarray  # uint8, (n, 32): sha256 of each passage's text
    vectors: np.ndarray  # float32, (n, dimension)
    words: Lexicon
    bigrams: Lexicon
    document_bigrams: Lexicon  # of whole documents, in id order
    cut: Ragged  # columns of `words` for every passage, in the order of its text
    tokens: Tokens | None
    relations: Sequence[Relation] = ()
    endings: Mapping[str, Ending] = field(default_factory=dict)
    nearest: np.ndarray | None = None  # bytes of the FAISS index; None: made of `vectors`

    def __post_init__(self) -> None:
        count = len(self.passages)
        lengths = {
            "catalog": len(self.catalog.doc_of),
            "hashes": len(self.hashes),
            "vectors": len(self.vectors),
            "cut": len(self.cut),
            "words": self.words.count,
            "bigrams": self.bigrams.count,
        }
        if self.tokens is not None:
            lengths["tokens"] = len(self.tokens.lists)
        wrong = {name: length for name, length in lengths.items() if length != count}
        entries = len(self.catalog.entries)
        if wrong or not len(self.documents) == self.document_bigrams.count == entries:
            raise ValueError(f"{count} passages, {len(self.documents)} documents, but {wrong}")
        if self.vectors.shape[1] != self.manifest.dimension:
            raise ValueError(f"vectors of {self.vectors.shape[1]}, not {self.manifest.dimension}")
