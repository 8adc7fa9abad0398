"""Files as found, and the text that is extracted from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from youju.records.spans import Span

# How a file is read; `ingest.kinds` tells it from the content.
MediaType = Literal[
    "txt", "md", "html", "mht", "csv", "docx", "doc", "rtf", "pdf", "ofd", "xlsx", "xls", "zip",
    "image",
]  # fmt: skip
MEMBER = " › "  # between an archive and what it holds: 附件.zip › 附件1.doc


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file as found: `path` is relative to the ingested root's parent, POSIX style.

    A member of an archive has the archive's path before its own, with `MEMBER` between.
    """

    path: str
    sha256: str
    media_type: MediaType
    size: int


@dataclass(frozen=True, slots=True)
class Block:
    """A structure that the file format itself declares, e.g. a row of an HTML table.

    `table` numbers the tables of a file from 0; `cells` are the spans of a row's cells, in order;
    `header` is true for a row of column headings. Of a file with pages every page is a block, in
    order, empty ones too: the first "page" block is page 1. A "recognised" block is text that was
    read from a picture, with the recogniser's mean `confidence` (0–1) in it.
    """

    kind: Literal["row", "heading", "page", "recognised"]
    span: Span
    table: int | None = None
    cells: tuple[Span, ...] = ()
    header: bool = False
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class ExtractedText:
    """The original: what every offset in the system refers to."""

    text: str
    encoding: str
    blocks: tuple[Block, ...] = ()
    title: str | None = None
    unread: tuple[str, ...] = ()  # parts of the file that are not in the text, and why
    frames: str = ""  # where its lines stand on the pages: `youju.frames`
