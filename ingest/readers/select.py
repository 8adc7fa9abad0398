"""One entry for all readers: the media type decides which."""

from __future__ import annotations

from youju.errors import ReadError
from youju.records import ExtractedText, MediaType, SourceFile


def extract(source: SourceFile, data: bytes) -> ExtractedText:
    """The text of one file. ReadError names the file and what is wrong with it."""
    try:
        return _read(source.media_type, data)
    except ReadError as error:
        raise ReadError(f"{source.path} 读不了:{error}") from error


def _read(kind: MediaType, data: bytes) -> ExtractedText:
    # Imported one by one: a reader brings its library, and most folders hold few kinds.
    match kind:
        case "html":
            from ingest.readers.html import read
        case "docx":
            from ingest.readers.docx import read
        case "pdf":
            from ingest.readers.pdf import read
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
