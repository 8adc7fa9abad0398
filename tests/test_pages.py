"""Pages as proof: where words stand on them, and what a page looks like there."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from office_files import pdf_pages, shown
from PIL import Image

from ingest.page_pictures import has_pages, page_picture
from ingest.pipeline import ingest
from ingest.recognition import pieces
from web.page_views import page_view
from youju.errors import ReadError
from youju.frames import Frame, PagePicture, framed, packed, unpacked
from youju.origins import remember, remembered
from youju.records import PolicyDoc, Span

FIRST = "云山市消防通道管理办法"
SECOND = "第一条 消防通道的宽度不得小于四米，不得停放车辆。"


def _doc(path: Path, data: bytes) -> PolicyDoc:
    path.write_bytes(data)
    return ingest([path]).docs[0]


def _two_pages(tmp_path: Path, rotate: int = 0) -> tuple[PolicyDoc, bytes]:
    page = shown((180, 760, FIRST), (90, 600, "为了保障消防安全，根据有关法律，制定本办法。"))
    data = pdf_pages(page, shown((90, 300, SECOND)), rotate=rotate)
    return _doc(tmp_path / "消防.pdf", data), data


def _ink(picture: PagePicture, box: tuple[float, float, float, float]) -> float:
    """Share of dark pixels within a box in points."""
    image = Image.open(io.BytesIO(picture.jpeg)).convert("L")
    scale = image.width / picture.width
    part = image.crop(tuple(round(side * scale) for side in box))
    counts = part.histogram()
    return sum(counts[:128]) / max(1, sum(counts))


_FRAMES = st.lists(
    st.builds(
        lambda page, start, length, box: Frame(page, Span(start, start + length), box),
        st.integers(1, 3000), st.integers(0, 8_000_000), st.integers(0, 500),
        st.tuples(*[st.integers(-9000, 90000).map(lambda tenths: tenths / 10)] * 4),
    )
)  # fmt: skip


@given(_FRAMES)
def test_frames_are_kept_to_a_tenth_of_a_point(frames: list[Frame]) -> None:
    assert list(unpacked(packed(frames))) == frames


def test_a_frame_is_cut_to_the_quoted_words() -> None:
    text = "第一条 abcd中文"
    line = Frame(1, Span(0, len(text)), (100.0, 10.0, 175.0, 20.0))  # 7.5 characters wide
    (cut,) = framed([line], Span(4, 8), text)
    assert cut == Frame(1, Span(4, 8), (135.0, 10.0, 155.0, 20.0))
    assert list(framed([line], Span(len(text), 99), text)) == []


def test_the_frame_holds_the_ink_of_the_words(tmp_path: Path) -> None:
    doc, data = _two_pages(tmp_path)
    at = doc.text.index("消防通道的宽度")
    (frame,) = framed(unpacked(doc.frames), Span(at, at + 13), doc.text)
    picture = page_picture(doc, data, 2)
    assert frame.page == 2 and _ink(picture, frame.box) > 0.01
    (line,) = [one.box for one in unpacked(doc.frames) if one.page == 2]
    assert line[0] < frame.box[0] < frame.box[2] < line[2]
    assert _ink(picture, (0.0, 0.0, picture.width, line[1] - 2)) == 0.0


@pytest.mark.parametrize("rotate", [90, 180, 270])
def test_frames_stand_right_on_pages_that_are_shown_turned(tmp_path: Path, rotate: int) -> None:
    doc, data = _two_pages(tmp_path, rotate)
    picture = page_picture(doc, data, 2)
    wide, high = (842, 595) if rotate % 180 else (595, 842)
    assert (round(picture.width), round(picture.height)) == (wide, high)
    boxes = [frame.box for frame in unpacked(doc.frames) if frame.page == 2]
    assert boxes
    for left, top, right, bottom in boxes:
        assert 0 <= left < right <= wide and 0 <= top < bottom <= high
        assert _ink(picture, (left, top, right, bottom)) > 0.01


def test_the_page_shows_a_frame_per_line_and_can_be_turned(tmp_path: Path) -> None:
    doc, data = _two_pages(tmp_path)
    at = doc.text.index("消防通道的宽度")
    html = page_view(doc, 2, page_picture(doc, data, 2), Span(at, at + 13))
    assert html.count("yj-frame") == 1 and "第 2 页，共 2 页" in html
    assert 'data-turn="1">' in html and 'data-turn="3" disabled' in html
    assert page_view(doc, 1, page_picture(doc, data, 1), Span(at, at + 13)).count("yj-frame") == 0
    for number in (0, 3):
        with pytest.raises(ReadError, match="没有可以显示的原页"):
            page_picture(doc, data, number)


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    doc, data = _two_pages(tmp_path)
    with pytest.raises(ReadError, match="PDF"):
        page_picture(doc, data[:200], 1)


def test_files_without_pages_offer_none(tmp_path: Path) -> None:
    doc = _doc(tmp_path / "甲.txt", f"{FIRST}\n{SECOND}\n".encode())
    assert not has_pages(doc)
    two, _ = _two_pages(tmp_path)
    assert has_pages(two) and not has_pages(replace(two, frames=""))


def test_a_picture_is_shown_upright(tmp_path: Path) -> None:
    """The camera's note of how it was held is heeded, as it is when the picture is read."""
    doc, _ = _two_pages(tmp_path)
    image = doc.source.__class__(doc.source.path, doc.source.sha256, "image", 1)
    doc = replace(doc, source=image, pages=doc.pages[:1])
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    Image.new("RGB", (400, 200), "white").save(out, "JPEG", exif=exif)
    picture = page_picture(doc, out.getvalue(), 1)
    shown_ = Image.open(io.BytesIO(picture.jpeg))
    assert shown_.size == (200, 400) and round(picture.height / picture.width, 2) == 2.0
    with pytest.raises(ReadError, match="图片打不开"):
        page_picture(doc, b"no picture", 1)


@pytest.mark.parametrize("turned", [1, 3])
def test_lines_of_a_turned_page_stand_where_the_page_shows_them(turned: int) -> None:
    """A point of the page, turned as numpy turns it, comes back to where it was."""
    import numpy as np

    page = np.zeros((300, 200))
    page[40:60, 30:130] = 1
    rows, columns = np.nonzero(np.rot90(page, turned))
    box = [columns.min(), columns.max() + 1, rows.min(), rows.max() + 1]
    frame = {"columns": 300, "rows": 200, "turned": turned, "lines": [[*box, "第一条", 0.99]]}
    (piece,) = pieces(frame, 200.0)
    assert piece.box == (30, 40, 130, 60)


def test_where_folders_lay_is_remembered_beside_the_index(tmp_path: Path) -> None:
    index = tmp_path / "index"
    assert remembered(index) == ()
    remember(index, [tmp_path / "库"])  # no index yet: nothing to note it beside
    assert remembered(index) == ()
    index.mkdir()
    remember(index, [tmp_path / "库" / "甲", tmp_path / "乙"])
    remember(index, [tmp_path / "丙" / "丁"])
    assert remembered(index) == (tmp_path / "丙", tmp_path / "库", tmp_path)
    (index / "origins.json").write_text("{", "utf-8")
    assert remembered(index) == ()
