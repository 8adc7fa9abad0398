"""How documents are named, known without reading them."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np


@dataclass(frozen=True, slots=True)
class DocName:
    """How a document is named, known without reading it.

    `also` are other titles in the same file: the measure that a notice issues, further documents.
    `family` is the rule of which a person said that the document is a version, "" for none.
    """

    id: str
    title: str
    region: str | None
    doc_number: str | None
    also: tuple[str, ...] = ()
    family: str | None = None

    @property
    def families(self) -> frozenset[str]:
        """The families of versions that the document belongs to."""
        from text.families import families  # here: records must stay light

        return families((self.title, *self.also), self.family)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a text that titles share: `rows` are places of names, `lengths` of theirs."""

    start: int
    end: int
    rows: np.ndarray
    lengths: np.ndarray

    def __len__(self) -> int:
        return len(self.rows)

    def up_to(self, length: int) -> Stretch:
        """The same, of names no longer than this."""
        kept = self.lengths <= length
        return Stretch(self.start, self.end, self.rows[kept], self.lengths[kept])


class DocNames(Protocol):
    """The names of all documents in id order, found without looking at each.

    Lists come back in id order. A sequence of ids reads an id when it is looked at.
    """

    def __len__(self) -> int:
        """How many documents there are."""
        ...

    def __iter__(self) -> Iterator[DocName]:
        """Each in turn: linear, for what is no question."""
        ...

    def ids(self) -> Sequence[str]:
        """The ids of all documents."""
        ...

    def of_ids(self, ids: Sequence[str]) -> list[DocName]:
        """The names of some documents; KeyError for an unknown one."""
        ...

    def regions(self) -> Sequence[str]:
        """The places that documents state, each once."""
        ...

    def speaking(self, regions: Sequence[str]) -> Sequence[str]:
        """The ids of the documents that speak for one of some places."""
        ...

    def placeless(self) -> Sequence[str]:
        """The ids of the documents that state no place."""
        ...

    def places_in(self, text: str) -> list[tuple[int, str]]:
        """(start, short name) of the stated places that a folded text names."""
        ...

    def numbered_in(self, text: str) -> list[DocName]:
        """The documents whose folded 文号 stands in a folded text."""
        ...

    def numbered(self, number: int) -> Sequence[str]:
        """The ids of the documents whose 文号 ends with this number."""
        ...

    def numbered_like(self, text: str, most: int) -> list[DocName]:
        """The documents whose 文号 hold most of a folded text's character pairs."""
        ...

    def stretches(self, text: str) -> list[Stretch]:
        """Where a folded text shares six characters or more with titles, the longest first."""
        ...

    def stretched(self, stretch: Stretch) -> list[DocName]:
        """The documents of a stretch."""
        ...

    def holding(self, text: str, most: int) -> list[DocName] | None:
        """Documents one of whose titles may hold a folded text; None for more than `most`."""
        ...

    def titles(self, regions: Sequence[str]) -> Container[str]:
        """What stands in the titles of the documents of some places, or of all."""
        ...

    def gathered(self, families: Container[str]) -> list[DocName]:
        """The documents that people put into one of some families of versions."""
        ...

    def likest(self, weights: Mapping[str, float], ids: Sequence[str], most: int) -> list[DocName]:
        """Of some documents those whose titles hold most of the weighted pairs."""
        ...

    def nearest(
        self, weights: Mapping[str, float], ids: Sequence[str] | None, most: int
    ) -> list[DocName]:
        """The same by all names and places, of some documents or of all."""
        ...
