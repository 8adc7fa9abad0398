"""Pages as proof: where words stand on them, and what a page looks like there."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from office_files import ofd, ofd_text, pdf_pages, shown, zipped
from PIL import Image

from ingest.page_pictures import has_pages, page_picture
from ingest.pipeline import ingest
from ingest.recognition import pieces
from qa.proof.cite import citation
from web import taking
from web.page_views import page_view
from youju import takeaway
from youju.cli import main
from youju.errors import ReadError
from youju.frames import Frame, PagePicture, framed, packed, unpacked
from youju.leaves import leaves
from youju.origins import remember, remembered
from youju.records import Answer, PolicyDoc, Span
from youju.sources import finder

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


def _chinese_font() -> bool:
    from ingest.readers.drawer import chinese_font

    return chinese_font(heavy=False) is not None


needs_font = pytest.mark.skipif(not _chinese_font(), reason="no font here has Chinese characters")
_BOX = (
    "<ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>%s</ofd:PhysicalBox></ofd:PageArea>"
    "%s</ofd:CommonData>"
)


@needs_font
def test_the_frame_holds_the_ink_of_the_words_of_an_ofd(tmp_path: Path) -> None:
    """Also where what is seen of the page does not begin at its corner."""
    page = ofd_text(30, 40, FIRST) + ofd_text(30, 120, SECOND)
    data = ofd("", page, more=_BOX % ("10 20 180 200", ""))
    doc = _doc(tmp_path / "消防.ofd", data)
    at = doc.text.index("消防通道的宽度")
    (frame,) = framed(unpacked(doc.frames), Span(at, at + 13), doc.text)
    picture = page_picture(doc, data, 2)
    assert (round(picture.width), round(picture.height)) == (510, 567)
    assert frame.page == 2 and _ink(picture, frame.box) > 0.01
    whole = [one.box for one in unpacked(doc.frames) if one.span.start <= at < one.span.end]
    left, top, right, bottom = whole[0]
    assert _ink(picture, (left, bottom + 2, right, picture.height)) == 0.0
    assert _ink(picture, (0.0, top, left - 2, bottom)) == 0.0
    with pytest.raises(ReadError, match="没有可以显示的原页"):
        page_picture(doc, data, 3)


def _drawn(objects: str, *, more: str = "", parts: dict[str, bytes] | None = None) -> Image.Image:
    from ingest.readers.ofd import picture

    found = picture(ofd(objects, more=_BOX % ("0 0 100 100", more), parts=parts), 1)
    return Image.open(io.BytesIO(found.jpeg)).convert("RGB").resize((100, 100))


def _near(image: Image.Image, x: int, y: int, colour: tuple[int, int, int]) -> bool:
    found = image.getpixel((x, y))
    assert isinstance(found, tuple)
    return max(abs(a - b) for a, b in zip(found, colour, strict=True)) < 60


def _path(box: str, data: str, more: str = "", inside: str = "") -> str:
    return (
        f'<ofd:PathObject Boundary="{box}"{more}>{inside}<ofd:AbbreviatedData>{data}'
        "</ofd:AbbreviatedData></ofd:PathObject>"
    )


def test_lines_areas_and_pictures_of_an_ofd_stand_where_they_are_set() -> None:
    red, blue, white = (200, 0, 0), (0, 0, 220), (255, 255, 255)
    frame = _path(
        "10 10 30 30", "M 0 0 L 30 0 L 30 30 L 0 30 C M 10 10 L 20 10 L 20 20 L 10 20 C",
        ' Fill="true" Stroke="false"', '<ofd:FillColor Value="200 0 0"/>',
    )  # fmt: skip
    ring = _path("60 10 30 30", "M 15 0 A 15 15 0 1 1 14.9 0", ' LineWidth="3"')
    out = io.BytesIO()
    Image.new("RGB", (8, 8), blue).save(out, "PNG")
    image = '<ofd:ImageObject Boundary="60 60 30 30" CTM="30 0 0 30 0 0" ResourceID="7"/>'
    turned = '<ofd:ImageObject Boundary="10 60 30 30" CTM="0 30 -30 0 30 0" ResourceID="7"/>'
    lost = '<ofd:ImageObject Boundary="45 60 10 30" CTM="10 0 0 30 0 0" ResourceID="8"/>'
    res = (
        b'<Res BaseLoc="Res"><MultiMedias><MultiMedia ID="7"><MediaFile>a.png</MediaFile>'
        b'</MultiMedia><MultiMedia ID="8"><MediaFile>b.png</MediaFile></MultiMedia>'
        b"</MultiMedias></Res>"
    )
    seen = _drawn(
        frame + ring + image + turned + lost,
        more="<ofd:DocumentRes>Res.xml</ofd:DocumentRes>",
        parts={"Doc_0/Res.xml": res, "Doc_0/Res/a.png": out.getvalue(), "Doc_0/Res/b.png": b"x"},
    )
    assert _near(seen, 15, 25, red) and _near(seen, 25, 25, white) and _near(seen, 45, 25, white)
    assert _near(seen, 75, 10, (0, 0, 0)) and _near(seen, 75, 40, (0, 0, 0))
    assert _near(seen, 75, 25, white)
    assert _near(seen, 75, 75, blue) and _near(seen, 25, 75, blue) and _near(seen, 5, 75, white)
    assert _near(seen, 50, 75, (200, 200, 200))  # what cannot be opened leaves a grey field


def test_a_seal_does_not_hide_what_it_is_set_upon() -> None:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(out, "PNG")
    black = _path("10 10 80 80", "M 0 0 L 80 0 L 80 80 L 0 80 C", ' Fill="true"')
    parts = {
        "OFD.xml": b"<OFD><DocBody><DocRoot>Doc_0/Document.xml</DocRoot>"
        b"<Signatures>/Doc_0/Signs.xml</Signatures></DocBody></OFD>",
        "Doc_0/Signs.xml": b'<S><Signature BaseLoc="Sign/S.xml"/></S>',
        "Doc_0/Sign/S.xml": b'<S><StampAnnot PageRef="0" Boundary="40 40 20 20"/>'
        b"<Seal><BaseLoc>Seal.esl</BaseLoc></Seal></S>",
        "Doc_0/Sign/Seal.esl": b"\x30\x82 seal " + out.getvalue(),
    }
    assert _near(_drawn(black, parts=parts), 50, 50, (0, 0, 0))
    red = out.getvalue()
    out = io.BytesIO()
    Image.new("RGB", (8, 8), (220, 0, 0)).save(out, "PNG")
    parts["Doc_0/Sign/Seal.esl"] = parts["Doc_0/Sign/Seal.esl"].replace(red, out.getvalue())
    assert _near(_drawn("", parts=parts), 50, 50, (220, 0, 0))


def test_what_an_ofd_page_may_cost_is_limited() -> None:
    many = _path("0 0 9 9", "M 0 0 " + " ".join(f"L {i * i} {i}" for i in range(700_000)))
    for bad in (many, _path("0 0 9 9", "M 0 0 X 1"), _path("0 0 9 9", "M 0 0 L nan 1")):
        with pytest.raises(ReadError, match=r"画不出来|已损坏"):
            _drawn(bad + _path("0 0 9 9", "M 0 0 L 1 1"))
    assert _drawn(ofd_text(10, 10, "A" * 20, more=' CTM="1e30 0 0 1e30 0 0"'))


@needs_font
def test_a_page_of_a_member_of_an_archive_is_shown(tmp_path: Path) -> None:
    data = pdf_pages(shown((180, 760, FIRST), (90, 600, SECOND)))
    (tmp_path / "附件.zip").write_bytes(zipped({"通知/消防.pdf": data}))
    (doc,) = ingest([tmp_path / "附件.zip"]).docs
    assert doc.source.path == "附件.zip › 通知/消防.pdf"
    at = doc.text.index("消防通道的宽度")
    cited = citation(1, doc, Span(at, at + 13), ())
    made, missing = leaves([cited], lambda _: doc, finder([tmp_path]))
    assert missing == () and [(leaf.page, leaf.ns) for leaf in made] == [(1, (1,))]


def test_pages_are_taken_away_with_the_answer_framed(tmp_path: Path) -> None:
    doc, _ = _two_pages(tmp_path)
    plain = _doc(tmp_path / "甲.txt", f"{FIRST}\n{SECOND}\n".encode())
    docs = {doc.id: doc, plain.id: plain}
    at, other = doc.text.index("消防通道的宽度"), doc.text.index("为了保障")
    cited = (
        citation(1, doc, Span(at, at + 13), ()),
        citation(2, doc, Span(at + 5, at + 9), ()),
        citation(3, doc, Span(other, other + 8), ()),
        citation(4, plain, Span(0, 4), ()),
    )
    made, missing = leaves(cited, docs.__getitem__, finder([tmp_path]))
    assert [(leaf.page, leaf.ns) for leaf in made] == [(2, (1, 2)), (1, (3,))]
    assert len(missing) == 1 and doc.name in missing[0] and "没有可以显示的原页" in missing[0]
    (frame,) = framed(unpacked(doc.frames), Span(at, at + 13), doc.text)
    image = Image.open(io.BytesIO(made[0].jpeg)).convert("RGB")
    scale = image.width / made[0].width
    edge = image.getpixel((round((frame.box[0] + 20) * scale), round((frame.box[1] - 1) * scale)))
    assert isinstance(edge, tuple) and edge[0] > edge[1] + 80
    few, told = leaves(cited[:3], docs.__getitem__, finder([tmp_path]), 1)
    assert len(few) == 1 and "其余 1 页" in told[0]
    none, told = leaves(cited[:1], docs.__getitem__, finder([tmp_path / "none"]))
    assert none == () and "已不在原处" in told[0]
    answer = Answer("通道多宽？", "消防通道的宽度不得小于四米[1]", cited, False, None, (), {}, 0.9)
    taken = docx.Document(
        io.BytesIO(takeaway.answers_file("docx", [answer], docs.__getitem__, finder([tmp_path])))
    )
    assert len(taken.inline_shapes) == 2
    words = "\n".join(p.text for p in taken.paragraphs)
    assert "第 2 页，引文 [1]、[2]" in words and missing[0] in words
    bare = docx.Document(io.BytesIO(takeaway.answers_file("docx", [answer], docs.__getitem__)))
    assert len(bare.inline_shapes) == 0
    offered = taking.tools_view(answer, None, docs.__getitem__)
    assert offered.count("data-pages") == 1
    unpaged = replace(answer, citations=cited[3:])
    assert "data-pages" not in taking.tools_view(unpaged, None, docs.__getitem__)


@pytest.mark.parametrize("more", [[], ["--out", "a.md"], ["--xlsx", "a.csv", "--out", "b.csv"]])
def test_pages_are_asked_for_with_a_word_file(
    more: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ask", *([] if "--xlsx" in more else ["有多宽？"]), "--pages", *more]) == 2
    assert "--out 回答.docx --pages" in capsys.readouterr().err


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
