"""Scans and pictures: which pages are recognised, and how what was recognised is marked."""

from __future__ import annotations

import base64
import io
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from docx import Document
from office_files import pdf, pdf_pages, shown, stream
from PIL import Image

from ingest import recognition
from ingest.pipeline import ingest
from ingest.readers import pdf as pdf_reader
from ingest.readers import picture as picture_reader
from ingest.readers import recogniser
from ingest.readers.pdf_layout import paragraphs
from ingest.recognition import Recogniser, doubts, pieces
from qa.proof.cite import citation
from youju.builds import build
from youju.errors import ReadError, Unrecognised
from youju.records import Remembered, Span
from youju.settings import Settings
from youju.terminal import Style, _citation

RULES = ("第一条 为了保护古树名木，制定本办法。", "第二条 养护费用每株每年不低于300元。")
# A program that answers every picture with two lines, as the recogniser does.
FAKE = f"""
import json, sys
for line in sys.stdin:
    asked = json.loads(line)
    lines = [[100, 500, 100 + 40 * i, 130 + 40 * i, text, sure]
             for i, (text, sure) in enumerate(zip({RULES!r}, (0.99, 0.8)))]
    if asked.get("columns") == 0 or "file" in asked and asked["file"] == "":
        sys.exit(1)
    print(json.dumps({{"frames": [{{"columns": 1000, "rows": 1400, "lines": lines}}]}}), flush=True)
"""


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "fake.py"
    program.write_text(FAKE, "utf-8")
    monkeypatch.setattr(recognition, "_PROGRAM", program)


def scan(*pages: bytes) -> bytes:
    """A PDF whose pages are a grey picture, or the content given."""
    picture = stream(
        b"\x80" * 100,
        b"/Type /XObject /Subtype /Image /Width 10 /Height 10 /BitsPerComponent 8 "
        b"/ColorSpace /DeviceGray",
    )
    kids = b" ".join(b"%d 0 R" % (4 + 2 * i) for i in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(pages), kids),
        picture,
    ]
    for i, content in enumerate(pages):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /XObject << /P 3 0 R >> >> >>" % (5 + 2 * i)
        )
        objects.append(stream(content or b"q 500 0 0 700 40 40 cm /P Do Q"))
    return pdf(objects)


@pytest.mark.usefixtures("fake")
def test_a_page_that_is_a_picture_is_recognised_and_marked(tmp_path: Path) -> None:
    path = tmp_path / "古树名木办法.pdf"
    path.write_bytes(scan(b""))
    heard: list[tuple[str, int, int]] = []
    report = ingest([path], progress=lambda *said: heard.append(said))
    (doc,) = report.docs
    assert doc.text.splitlines() == list(RULES)
    assert [one.span.of(doc.text) for one in doc.recognised] == list(RULES)
    assert [said[1:] for said in heard if "识别文字" in said[0]] == [(0, 1), (1, 1)]
    first = citation(1, doc, Span(0, len(RULES[0])), ())
    assert (first.page, first.confidence) == (1, 0.99)
    assert "识别文本，平均置信度 99.0%" in _citation(first, Style())
    assert report.partial == ((path.name, "识别文本中有 1 行数字不够清楚,请对照原件核对"),)


def test_text_of_the_file_is_not_marked(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf_pages(shown((100, 700, RULES[0]), (100, 660, RULES[1]))))
    (doc,) = ingest([path]).docs
    assert doc.recognised == ()
    assert citation(1, doc, Span(0, 4), ()).confidence is None


def test_a_scan_that_is_not_recognised_says_so() -> None:
    with pytest.raises(Unrecognised, match="no-ocr"):
        pdf_reader.read(scan(b""), recognise=False)
    with pytest.raises(Unrecognised, match="no-ocr"):
        picture_reader.read(b"\x89PNG", recognise=False)


def test_what_is_not_installed_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_reader, "is_installed", lambda: False)
    with pytest.raises(ReadError, match="pip install rapidocr"):
        pdf_reader.read(scan(b""), recognise=True)


@pytest.mark.usefixtures("fake")
def test_scans_read_without_recognition_are_read_again(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(scan(b""))
    doc = ingest([path]).docs[0]
    before = replace(doc, text="旧", unread=("第 1 页没有读入:没有做文字识别(用了 --no-ocr)",))
    known = {
        doc.source.sha256: Remembered(doc.id, doc.source, before.unread, lambda: before),
    }
    (kept,) = ingest([path], known=known, recognise=False).unchanged
    assert kept.read().text == "旧"
    assert ingest([path], known=known).docs[0].text == doc.text


@pytest.fixture
def counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A recogniser that notes every picture in this file, and is interrupted at the third."""
    notes = tmp_path / "notes"
    program = tmp_path / "counting.py"
    program.write_text(
        FAKE.replace(
            "    lines = [[",
            f"    with open({str(notes)!r}, 'a') as notes: notes.write('.')\n    lines = [[",
        ),
        "utf-8",
    )
    monkeypatch.setattr(recognition, "_PROGRAM", program)
    notes.write_text("")
    return notes


def _pages(tmp_path: Path, count: int) -> Path:
    """A scan whose pages differ."""
    path = tmp_path / "长扫描件.pdf"
    path.write_bytes(scan(*(b"q %d 0 0 700 40 40 cm /P Do Q" % (400 + i) for i in range(count))))
    return path


def test_what_was_recognised_before_an_interruption_is_not_done_again(
    tmp_path: Path, counted: Path
) -> None:
    path, kept = _pages(tmp_path, 4), tmp_path / "kept"

    def interrupt(stage: str, done: int, total: int) -> None:
        if done == 2 and "识别" in stage:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), recognition.keeping(kept):
        ingest([path], progress=interrupt)
    assert len(counted.read_text()) == 2 and len(list(kept.iterdir())) == 2
    with recognition.keeping(kept):
        (doc,) = ingest([path]).docs
    assert len(counted.read_text()) == 4 and len(doc.pages) == 4
    with recognition.keeping(kept):  # as after an update of the program
        assert ingest([path]).docs[0].text == doc.text
    assert len(counted.read_text()) == 4
    ingest([path])
    assert len(counted.read_text()) == 8  # nothing is kept, or taken, unasked


def test_another_recogniser_begins_anew_and_damage_is_no_answer(
    tmp_path: Path, counted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, kept = _pages(tmp_path, 1), tmp_path / "kept"
    with recognition.keeping(kept):
        text = ingest([path]).docs[0].text
    (place,) = kept.iterdir()
    place.write_text("[{", "utf-8")
    with recognition.keeping(kept):
        assert ingest([path]).docs[0].text == text
    assert len(counted.read_text()) == 2
    monkeypatch.setattr(recognition.metadata, "version", lambda name: "99")
    with recognition.keeping(kept):
        ingest([path])
    assert len(counted.read_text()) == 3 and len(list(kept.iterdir())) == 2
    monkeypatch.setattr(recognition, "_MOST_KEPT", 1)
    with recognition.keeping(kept):
        pass
    assert len(list(kept.iterdir())) == 1


@pytest.mark.parametrize(
    ("text", "garbled"),
    [
        (
            "第一条 为了保护古树名木，制定本办法，市绿化部门负责养护和登记工作，费用由财政承担。"
            * 2,
            False,
        ),
        ("The municipal government shall protect old trees and pay for it each year." * 2, False),
        ("བོད་རང་སྐྱོང་ལྗོངས་མི་དམངས་སྲིད་གཞུང་གིས་གནའ་ཤིང་སྲུང་སྐྱོབ་བྱེད་དགོས།" * 2, False),
        ("\ue123\ue456\ue789" * 20, True),
        ("".join(chr(0x4E00 + 37 * i % 20000) for i in range(7, 300)), True),
    ],
)
def test_a_garbled_text_layer_is_seen(text: str, garbled: bool) -> None:
    piece = pieces({"columns": 1, "lines": [[0, 1, 0, 1, text, 1.0]]}, 1.0)
    assert pdf_reader._is_garbled(piece) is garbled


@pytest.mark.usefixtures("fake")
def test_a_picture_on_which_it_fails_does_not_lose_the_others() -> None:
    with Recogniser(seconds=60) as recogniser:
        assert recogniser.frames({"columns": 0}) is None
        assert recogniser.frames({"columns": 5}) is not None


def test_a_picture_that_takes_too_long_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "slow.py"
    program.write_text("import time\ntime.sleep(600)", "utf-8")
    monkeypatch.setattr(recognition, "_PROGRAM", program)
    with Recogniser(seconds=0.5) as recogniser:
        assert recogniser.frames({"columns": 5}) is None


def test_the_program_imports_its_library_only_when_it_runs() -> None:
    import ingest.readers.recogniser  # noqa: F401

    assert "rapidocr" not in sys.modules


@pytest.mark.skipif(not recognition.is_installed(), reason="no recogniser is installed")
def test_recognising_writes_nothing_and_reports_to_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its library's telemetry, on unless told otherwise, leaves an id and a store behind."""
    for name in ("HOME", "XDG_CACHE_HOME", "TMPDIR"):
        monkeypatch.setenv(name, str(tmp_path))
    for name in ("CI", "ORT_DISABLE_TELEMETRY"):
        monkeypatch.delenv(name, raising=False)
    out = io.BytesIO()
    Image.new("L", (40, 40), 255).save(out, "PNG")
    with Recogniser() as program:
        found = program.frames({"file": base64.b64encode(out.getvalue()).decode("ascii")})
    assert found is not None and list(tmp_path.rglob("*")) == []


@pytest.mark.usefixtures("fake")
def test_a_picture_is_a_document(tmp_path: Path) -> None:
    out = io.BytesIO()
    Image.new("L", (40, 40), 255).save(out, "PNG")
    path = tmp_path / "通知.png"
    path.write_bytes(out.getvalue())
    (doc,) = ingest([path]).docs
    assert doc.source.media_type == "image"
    assert doc.text.splitlines() == list(RULES)
    assert doc.page_at(0) == 1


def test_lines_of_uneven_height_are_one_paragraph() -> None:
    text = "第一条 为了保护古树名木，促进生态文明建设，根据有关法律、法规，结合本市实际，制定本办法"
    lines = [
        [100, 900, 100, 123, text[:20], 0.99],
        [60, 892, 140, 159, text[20:40], 0.98],
        [60, 180, 180, 203, text[40:] + "。", 0.99],
    ]
    found = pieces({"columns": 1000, "lines": lines}, 595.0)
    assert paragraphs([found])[0] == text + "。"


def test_a_figure_that_is_not_sure_is_counted() -> None:
    lines = [[0, 9, 0, 9, "300元", 0.8], [0, 9, 9, 18, "百元", 0.8], [0, 9, 18, 27, "300元", 0.99]]
    assert doubts(pieces({"columns": 10, "lines": lines}, 595.0)) == 1


CELLS = (("序号", "标准"), ("一类", "300元"), ("二类", "200元"))


def _grid(angle: float) -> tuple[Any, SimpleNamespace]:
    """A scanned table, fallen to the right by some degrees, and what is recognised in it."""
    import cv2
    import numpy as np

    page = np.full((1000, 800), 255, np.uint8)
    for x in (100, 300, 700):
        page[200:500, x : x + 3] = 0
    for y in (200, 300, 400, 500):
        page[y : y + 3, 100:703] = 0
    corners = []
    for row in range(3):
        for left, right in ((120, 280), (330, 670)):
            page[230 + 100 * row : 260 + 100 * row : 2, left:right:3] = 0  # strokes, not lines
            top, bottom = 230 + 100 * row, 260 + 100 * row
            corners.append([(left, top), (right, top), (right, bottom), (left, bottom)])
    matrix = cv2.getRotationMatrix2D((400, 500), -angle, 1.0)
    turned = cv2.warpAffine(page, matrix, (800, 1000), borderValue=255)
    boxes = np.asarray(corners, float) @ matrix[:, :2].T + matrix[:, 2]
    words = [cell for row in CELLS for cell in row]
    return turned, SimpleNamespace(boxes=boxes, txts=words, scores=[0.99] * 5 + [0.7])


@pytest.mark.parametrize("angle", [0.0, 2.5, -4.0])
def test_a_ruled_table_in_a_picture_is_read_cell_by_cell(angle: float) -> None:
    picture, found = _grid(angle)
    frame = recogniser._frame(lambda *_, **__: found, picture)
    assert (frame["seen"] is not None) == bool(angle)
    placed = pieces(frame, 800.0)
    text, blocks, frames = paragraphs([placed], [recognition.rules(frame, 800.0)])
    rows = [block for block in blocks if block.kind == "row"]
    assert [tuple(cell.of(text) for cell in row.cells) for row in rows] == list(CELLS)
    sure = [block.confidence for block in blocks if block.kind == "recognised"]
    assert sure[:2] == [0.99, 0.99] and sure[2] is not None and sure[2] < 0.9
    for one, box in zip(placed, found.boxes, strict=True):  # framed where the page shows it
        left, _, _, bottom = one.box
        assert abs(left - box[:, 0].min()) < 1 and abs(bottom - box[:, 1].max()) < 1
        assert one.bottom - one.top < 32  # but read as if it lay straight
    assert all(any(abs(f.box[0] - p.box[0]) < 1 for p in placed) for f in frames)


def test_strokes_of_large_characters_are_no_lines_of_a_table() -> None:
    picture, found = _grid(0.0)
    picture[600:800, 100:300] = 255
    picture[640:650, 120:170] = 0  # 一, not twice as wide as the text is high
    frame = recogniser._frame(lambda *_, **__: found, picture)
    assert not [rule for rule in frame["rules"] if rule[2] > 510]


@pytest.mark.usefixtures("fake")
def test_a_word_file_of_pictures_is_recognised(tmp_path: Path) -> None:
    out = io.BytesIO()
    Image.new("L", (40, 40), 255).save(out, "PNG")
    document = Document()
    document.add_picture(io.BytesIO(out.getvalue()))
    path = tmp_path / "通知.docx"
    document.save(str(path))
    assert ingest([path]).docs[0].text.splitlines() == list(RULES)
    assert "没有做文字识别" in ingest([path], recognise=False).refused[0][1]


def test_an_index_that_is_built_anew_keeps_what_was_recognised(
    tmp_path: Path, counted: Path
) -> None:
    path, index = _pages(tmp_path, 2), tmp_path / "index"
    settings = Settings(index=index, data=tmp_path / "data")
    for _ in range(2):
        assert build([path], index, settings, rebuild=True).documents == 1
    assert len(counted.read_text()) == 2
