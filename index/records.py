"""What an index is made of, in memory and on disk."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from datatypes import Passage, PolicyDoc
from index.catalog import Catalog
from index.lexical import Lexicon

Parameters = Mapping[str, str | int | float]
Progress = Callable[[str, int, int], None]

# Raise when the layout on disk or the meaning of a file changes.
FORMAT = 1


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


@dataclass(frozen=True, slots=True)
class Tokens:
    """The encoder's tokens of every passage, for late interaction.

    Those of row r are `ids[starts[r]:starts[r + 1]]`, each once; `found[t]` passages have token t.
    """

    ids: np.ndarray  # int32
    starts: np.ndarray  # int64
    found: np.ndarray  # int32

    def of(self, row: int) -> np.ndarray:
        """The token ids of one passage, ascending."""
        ids: np.ndarray = self.ids[self.starts[row] : self.starts[row + 1]]
        return ids


@dataclass(frozen=True, slots=True)
class IndexData:
    """A whole index: passages in id order (their position is the row number everywhere)."""

    manifest: Manifest
    documents: Sequence[PolicyDoc]
    passages: Sequence[Passage]
    catalog: Catalog
    hashes: np.ndarray  # uint8, (n, 32): sha256 of each passage's text
    vectors: np.ndarray  # float32, (n, dimension)
    words: Lexicon
    bigrams: Lexicon
    tokens: Tokens | None

    def __post_init__(self) -> None:
        count = len(self.passages)
        lengths = {
            "catalog": len(self.catalog.doc_of),
            "hashes": len(self.hashes),
            "vectors": len(self.vectors),
            "words": self.words.count,
            "bigrams": self.bigrams.count,
        }
        if self.tokens is not None:
            lengths["tokens"] = len(self.tokens.starts) - 1
        wrong = {name: length for name, length in lengths.items() if length != count}
        if wrong or len(self.documents) != len(self.catalog.entries):
            raise ValueError(f"{count} passages, {len(self.documents)} documents, but {wrong}")
        if self.vectors.shape[1] != self.manifest.dimension:
            raise ValueError(f"vectors of {self.vectors.shape[1]}, not {self.manifest.dimension}")
