"""Pages of files as people look at them, drawn in a process of its own."""

from __future__ import annotations

from youju.errors import ReadError
from youju.frames import PagePicture
from youju.records import PolicyDoc


def has_pages(doc: PolicyDoc) -> bool:
    """True when pages of the document's file can be drawn, with the places of its lines."""
    return doc.source.media_type in ("pdf", "ofd", "image") and bool(doc.pages) and bool(doc.frames)


def page_picture(doc: PolicyDoc, data: bytes, page: int) -> PagePicture:
    """Page `page` (from 1) of the file `data` that `doc` was read from.

    ReadError: the file has no pages that can be drawn, none of this number, or is damaged.
    """
    if not has_pages(doc) or not 1 <= page <= len(doc.pages):
        raise ReadError("这份文件没有可以显示的原页,请看文字,或下载源文件")
    if doc.source.media_type == "image":
        from ingest.readers.picture import picture
    elif doc.source.media_type == "ofd":
        from ingest.readers.ofd import picture
    else:
        from ingest.readers.pdf import picture
    return picture(data, page)
