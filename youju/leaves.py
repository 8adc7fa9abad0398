"""Pages of the files that an answer quotes, the quotations framed on them, as pictures."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ingest.page_pictures import has_pages, page_picture
from youju.errors import ReadError
from youju.frames import Frame, PagePicture, framed, unpacked
from youju.records import Citation, PolicyDoc, Span

MOST = 20  # pages of one file that is taken away
_STAND_OFF = 1.5  # points that a frame stands off its words
_WIDTH = 1.2  # points that a frame is thick
_COLOUR = (192, 32, 32)
_QUALITY = 85

FindSource = Callable[[PolicyDoc], bytes]


@dataclass(frozen=True, slots=True)
class Leaf:
    """Page `page` of a document as a JPEG; `ns` are the citations that are framed on it."""

    title: str
    page: int
    ns: tuple[int, ...]
    jpeg: bytes
    width: float
    height: float


def leaves(
    citations: Sequence[Citation],
    document: Callable[[str], PolicyDoc],
    source: FindSource,
    most: int = MOST,
) -> tuple[tuple[Leaf, ...], tuple[str, ...]]:
    """(the pages on which the citations stand, each once, why others are missing)."""
    wanted: dict[tuple[str, int], list[tuple[int, Frame]]] = {}
    missing: dict[str, None] = {}
    for cited in citations:
        doc = document(cited.doc_id)
        if not has_pages(doc):
            missing[f"《{doc.name}》的源文件没有可以显示的原页。"] = None
            continue
        for frame in framed(unpacked(doc.frames), Span(cited.start, cited.end), doc.text):
            wanted.setdefault((doc.id, frame.page), []).append((cited.n, frame))
    made: list[Leaf] = []
    for (doc_id, page), frames in wanted.items():
        doc = document(doc_id)
        if len(made) >= most:
            missing[f"原页图片最多放入 {most} 页，其余 {len(wanted) - most} 页没有放入。"] = None
            break
        try:
            picture = page_picture(doc, source(doc), page)
        except ReadError as error:
            missing[f"《{doc.name}》第 {page} 页：{str(error).rstrip('。')}。"] = None
            continue
        ns = tuple(dict.fromkeys(n for n, _ in frames))
        jpeg = stamped(picture, [frame for _, frame in frames])
        made.append(Leaf(doc.name, page, ns, jpeg, picture.width, picture.height))
    return tuple(made), tuple(missing)


def stamped(picture: PagePicture, frames: Sequence[Frame]) -> bytes:
    """The page as a JPEG with the frames drawn on it."""
    from PIL import Image, ImageDraw

    with Image.open(io.BytesIO(picture.jpeg)) as opened:
        image = opened.convert("RGB")
    wide, high = image.width / picture.width, image.height / picture.height
    draw = ImageDraw.Draw(image)
    for frame in frames:
        left, top, right, bottom = frame.box
        draw.rectangle(
            (
                (left - _STAND_OFF) * wide, (top - _STAND_OFF) * high,
                (right + _STAND_OFF) * wide, (bottom + _STAND_OFF) * high,
            ),
            outline=_COLOUR, width=max(1, round(_WIDTH * wide)),
        )  # fmt: skip
    out = io.BytesIO()
    image.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()
