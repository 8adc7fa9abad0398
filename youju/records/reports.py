"""What reading files gave."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from youju.records.documents import PolicyDoc
from youju.records.files import SourceFile


@dataclass(frozen=True, slots=True)
class Remembered:
    """A document that was read from a file before, told without reading it again."""

    id: str
    source: SourceFile
    unread: tuple[str, ...]
    read: Callable[[], PolicyDoc]


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What reading a folder gave: documents in path order, and one sentence per refused file.

    `unchanged` are those that are what they were, under the same name, and were not read again.
    `unread` are the paths among the refused (files and whole folders) that the system could not
    read: they may be as they were before.
    """

    docs: tuple[PolicyDoc, ...]
    refused: tuple[tuple[str, str], ...] = ()  # (path, reason)
    duplicates: tuple[tuple[str, str], ...] = ()  # (path, path of the same content kept)
    unread: tuple[str, ...] = ()
    unchanged: tuple[Remembered, ...] = ()

    @property
    def partial(self) -> tuple[tuple[str, str], ...]:
        """(path, what was not read of it) of the documents that were only partly read."""
        told = [(doc.source.path, doc.unread) for doc in self.docs]
        told += [(one.source.path, one.unread) for one in self.unchanged]
        return tuple(sorted((path, "；".join(unread)) for path, unread in told if unread))
