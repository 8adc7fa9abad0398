"""One entry for all readers: the media type decides which."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import replace

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
    What a library says of the file, in English and to the terminal, is no word of ours.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _extract(source, data, recognise, progress)


def _extract(
    source: SourceFile,
    data: bytes,
    recognise: bool,
    progress: Callable[[int, int], None] | None,
) -> ExtractedText:
    try:
        if source.media_type == "pdf":
            from ingest.readers.pdf import read as read_pdf

            return read_pdf(data, recognise=recognise, progress=progress)
        if source.media_type == "image":
            from ingest.readers.picture import read as read_picture

            return read_picture(data, recognise=recognise, progress=progress)
        if source.media_type == "ofd":
            from ingest.readers.ofd import read as read_ofd

            return read_ofd(data, recognise=recognise, progress=progress)
        if source.media_type == "docx":
            return _word(data, recognise=recognise, progress=progress)
        if source.media_type == "doc":
            return _old_word(data)
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


def _old_word(data: bytes) -> ExtractedText:
    """An old Word document; what our own reader cannot read LibreOffice may turn into a new one."""
    from ingest.readers import docx, office
    from ingest.readers.doc import read
    from ingest.readers.word_binary import Beyond

    try:
        return read(data)
    except Beyond as error:
        program = office.found()
        if program is None:
            raise ReadError(f"{error};或{office.MISSING}") from error
        made = office.docx(data, program)
    told = docx.read(made)
    if office.is_garbled(told.text):
        raise ReadError("文字的编码无法确定,请用 Word 或 WPS 打开后另存为 docx")
    return replace(told, encoding="doc", unread=(*told.unread, office.TOLD))


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
        case "xlsx" | "xls":
            from ingest.readers.workbook import read
        case "csv":
            from ingest.readers.delimited import read
        case _:
            from ingest.readers.txt import read
    return read(data)
