"""One entry for all readers: the media type decides which."""

from __future__ import annotations

from youju.errors import ReadError
from youju.records import ExtractedText, SourceFile


def extract(source: SourceFile, data: bytes) -> ExtractedText:
    """The text of one file. ReadError names the file and what is wrong with it."""
    try:
        if source.media_type == "html":
            from ingest.readers.html import read as read_html

            return read_html(data)
        if source.media_type == "docx":
            from ingest.readers.docx import read as read_docx

            return read_docx(data)
        if source.media_type == "pdf":
            from ingest.readers.pdf import read as read_pdf

            return read_pdf(data)
        from ingest.readers.txt import read as read_txt

        return read_txt(data)
    except ReadError as error:
        raise ReadError(f"{source.path} 读不了:{error}") from error
