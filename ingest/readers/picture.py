"""Pictures of documents (.png, .jpg, .tiff): their text is recognised, a page per frame."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from ingest.readers.pdf_grids import Rule
from ingest.readers.pdf_layout import Piece, paragraphs
from ingest.recognition import (
    MISSING,
    PageProgress,
    Recogniser,
    doubts,
    is_installed,
    pieces,
    rules,
    shown,
)
from youju.errors import ReadError, Unrecognised
from youju.frames import PagePicture, packed
from youju.records import ExtractedText

_WIDTH = 595.0  # points; a picture does not tell how wide its paper is
_MIN_CHARACTERS = 10


def read(data: bytes, *, recognise: bool, progress: PageProgress | None = None) -> ExtractedText:
    """The recognised text. ReadError: not asked for, not installed, unreadable, or no text."""
    if not recognise:
        raise Unrecognised("是图片,没有做文字识别(用了 --no-ocr)")
    return read_all([data], progress)


def read_all(pictures: Sequence[bytes], progress: PageProgress | None = None) -> ExtractedText:
    """The recognised text of pictures that are pages of one document."""
    if not is_installed():
        raise ReadError(f"是图片,{MISSING}")
    pages: list[list[Piece]] = []
    ruled: list[list[Rule]] = []
    with Recogniser() as recogniser:
        for done, data in enumerate(pictures):
            if progress is not None:
                progress(done, len(pictures))
            frames = recogniser.frames({"file": base64.b64encode(data).decode("ascii")})
            if frames is None:
                raise ReadError("图片打不开或太大,请另存为 png 或 jpg(不超过 1.2 亿像素)后再加入")
            pages += [pieces(frame, _WIDTH) for frame in frames]
            ruled += [rules(frame, _WIDTH) for frame in frames]
    if progress is not None:
        progress(len(pictures), len(pictures))
    text, blocks, places = paragraphs(pages, ruled)
    if len("".join(text.split())) < _MIN_CHARACTERS:
        raise ReadError("图片里没有认出文字")
    unsure = sum(map(doubts, pages))
    unread = (f"识别文本中有 {unsure} 行数字不够清楚,请对照原图核对",) if unsure else ()
    return ExtractedText(text, "recognised", blocks, unread=unread, frames=packed(places))


def picture(data: bytes, page: int) -> PagePicture:
    """A frame (from 1) of a picture, as wide as its page was taken to be. ReadError."""
    found = shown(data, page)
    if found is None:
        raise ReadError("图片打不开,请另存为 png 或 jpg 后再加入")
    height = _WIDTH * found["rows"] / max(1, found["columns"])
    return PagePicture(base64.b64decode(found["jpeg"]), _WIDTH, height)
