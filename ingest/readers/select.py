"""One entry for all readers: the media type decides which."""

from __future__ import annotations

from collections.abc import Callable

from youju.errors import ReadError, Unrecognised
from youju.records import ExtractedText, MediaType, SourceFile


def extract(
    source: SourceFile,
    data: bytes,
    *,
    recognise: bool = True,
    progress: Callable[[int, int], None] | None = None,
) -> ExtractedText:
    """The text of one file; pictures of text are recognised, unless not wanted.

    `progress` hears of pages that are recognised. ReadError names the file and what is wrong.
    """
    try:
        if source.media_type == "pdf":
            from ingest.readers.pdf import read as read_pdf

            return read_pdf(data, recognise=recognise, progress=progress)
        if source.media_type == "image":
            from ingest.readers.picture import read as read_picture

            return read_picture(data, recognise=recognise, progress=progress)
        if source.media_type == "docx":
            return _word(data, recognise=recognise, progress=progress)
        return _read(source.media_type, data)
    except ReadError as error:
        raise type(error)(f"{source.path} 读不了:{error}") from error


def _word(
    data: bytes, *, recognise: bool, progress: Callable[[int, int], None] | None
) -> ExtractedText:
    """A Word document, or the pictures in one that holds nothing else."""
    from ingest.readers.docx import pictures, read

    try:
        return read(data)
    except Unrecognised:
        if not recognise:
            raise
    from ingest.readers.picture import read_all

    return read_all(pictures(data), progress)


def _read(kind: MediaType, data: bytes) -> ExtractedText:
    # Imported one by one: a reader brings its library, and most folders hold few kinds.
    match kind:
        case "html":
            from ingest.readers.html import read
        case "md":
            from ingest.readers.markdown import read
        case "mht":
            from ingest.readers.mht import read
        case "rtf":
            from ingest.readers.rtf import read
        case "doc":
            from ingest.readers.doc import read
        case "ofd":
            from ingest.readers.ofd import read
        case "xlsx" | "xls":
            from ingest.readers.workbook import read
        case "csv":
            from ingest.readers.delimited import read
        case _:
            from ingest.readers.txt import read
    return read(data)
