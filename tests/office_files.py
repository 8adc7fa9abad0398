"""Real Word documents and PDFs, built on the fly for the readers' tests."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Pt

FIXTURES = Path(__file__).parent / "fixtures"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

# (list level or None for a plain paragraph, text)
POLICY: tuple[tuple[int | None, str], ...] = (
    (None, "明州市人民政府关于印发《明州市公共停车场管理办法》的通知"),
    (None, "明政发〔2021〕8号"),
    (None, "各县（市、区）人民政府，市政府直属各单位："),
    (None, "现将《明州市公共停车场管理办法》印发给你们，请认真贯彻执行。"),
    (None, "明州市人民政府"),
    (None, "2021年3月5日"),
    (None, "明州市公共停车场管理办法"),
    (0, "总则"),
    (1, "为了加强公共停车场管理，规范停车秩序，保障停车人和经营者的合法权益，根据有关法律、法规"
        "的规定，结合本市实际，制定本办法。本市行政区域内公共停车场的规划、建设、使用和监督管理，"
        "适用本办法。"),
    (1, "公共停车场的管理遵循统筹规划、配建为主、方便群众的原则。市城市管理部门负责公共停车场的"
        "监督管理工作，发展改革、公安、自然资源、市场监管等部门按照各自职责做好相关工作，县（市、"
        "区）人民政府应当加强对本行政区域内公共停车场管理工作的领导。"),
    (0, "规划和建设"),
    (1, "新建住宅每百平方米建筑面积应当配建不少于1.2个停车位，其中充电车位的比例不低于20%。配建"
        "的停车位应当与主体工程同步设计、同步施工、同步验收、同步交付使用，任何单位和个人不得擅自"
        "改变其用途。"),
    (1, "公共停车场应当符合下列要求："),
    (2, "在显著位置设置标志牌，公布停车场名称、泊位数量、收费标准和监督电话；"),
    (2, "配备照明、消防、通信和视频监控设施，视频资料的保存期限不得少于三十日；"),
    (2, "按照国家标准设置无障碍停车位。"),
    (0, "使用和收费"),
    (1, "公共停车场的收费标准按照附表执行。军车、警车、消防车、救护车以及残疾人驾驶的专用车辆免费"
        "停放；其他车辆停放不超过三十分钟的，免收停车费。"),
    (1, "违反本办法第三条规定，擅自改变停车位用途的，由城市管理部门责令限期改正；逾期不改正的，处"
        "五千元以上三万元以下罚款。当事人对处罚决定不服的，可以依法申请行政复议或者提起行政诉讼，"
        "复议和诉讼期间不停止处罚决定的执行。"),
    (1, "本办法自2021年5月1日起施行，有效期5年。"),
)  # fmt: skip
ROWS = (
    ("序号", "区域", "白天收费标准", "夜间收费标准"),
    ("1", "一类区域", "每小时5元", "每次4元"),
    ("2", "二类区域", "每小时3元", "每次2元"),
    ("3", "三类区域", "每小时2元", "免费"),
)
_CHAPTERS = (("chineseCountingThousand", "第%1章", "space"),)
_ARTICLES = (("chineseCounting", "第%1条", "space"), ("chineseCounting", "（%2）", "nothing"))


def add_list(document: Any, levels: Sequence[tuple[str, ...]], number: int) -> None:
    """A multi-level list: (format, template, suffix, further XML) per level."""
    root = document.part.numbering_part.element
    inner = "".join(
        f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{"".join(more)}'
        f'<w:suff w:val="{suffix}"/><w:lvlText w:val="{template}"/></w:lvl>'
        for i, (form, template, suffix, *more) in enumerate(levels)
    )
    xml = f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{number}">{inner}</w:abstractNum>'
    root.find(f"{W}num").addprevious(parse_xml(xml))
    add_instance(document, number, number)


def add_instance(document: Any, number: int, abstract: int, more: str = "") -> None:
    """A list `number` that is written and counted like the list `abstract`."""
    inner = f'<w:abstractNumId w:val="{abstract}"/>{more}'
    xml = f'<w:num {nsdecls("w")} w:numId="{number}">{inner}</w:num>'
    document.part.numbering_part.element.append(parse_xml(xml))


def number(paragraph: Any, level: int, number: int) -> None:
    """Make a paragraph the next item of a list."""
    inner = f'<w:ilvl w:val="{level}"/><w:numId w:val="{number}"/>'
    paragraph._p.get_or_add_pPr().append(parse_xml(f"<w:numPr {nsdecls('w')}>{inner}</w:numPr>"))


def policy_document(*, decorated: bool = False) -> Any:
    """The policy above as a Word document; `decorated` for printing: font, header, page numbers."""
    document = Document()
    add_list(document, _CHAPTERS, 77)
    add_list(document, _ARTICLES, 78)
    for level, text in POLICY:
        paragraph = document.add_paragraph(text)
        if level is not None:
            number(paragraph, max(0, level - 1), 77 if level == 0 else 78)
        if decorated and (level is None or level > 0):
            paragraph.paragraph_format.first_line_indent = Pt(32)
    document.add_paragraph("附表")
    table = document.add_table(rows=0, cols=4)
    table.style = "Table Grid"
    for row in ROWS:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    if decorated:
        _decorate(document)
    return document


def _decorate(document: Any) -> None:
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Noto Sans CJK SC", Pt(16)
    fonts = style.element.rPr.rFonts
    for kind in ("ascii", "hAnsi", "eastAsia"):
        fonts.set(f"{W}{kind}", "Noto Sans CJK SC")
    section = document.sections[0]
    section.header.paragraphs[0].text = "明州市人民政府公报"
    footer = section.footer.paragraphs[0]
    footer.add_run("— ")
    footer._p.append(
        parse_xml(
            f'<w:fldSimple {nsdecls("w")} w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple>'
        )
    )
    footer.add_run(" —")


def saved(document: Any) -> bytes:
    """The document as the bytes of a file."""
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def body_xml(inner: str) -> bytes:
    """A document whose body is the given WordprocessingML."""
    document = Document()
    body = document.element.body
    for child in list(body):
        body.remove(child)
    for child in parse_xml(
        f"<w:body {nsdecls('w', 'r', 'wp', 'a', 'm')} "
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
        f'xmlns:v="urn:schemas-microsoft-com:vml">{inner}</w:body>'
    ):
        body.append(child)
    return saved(document)


def rezipped(data: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    """The same package with parts changed, or left out where `change` gives None."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            part = change(name, old.read(name))
            if part is not None:
                new.writestr(name, part)
    return out.getvalue()


# --- PDF -----------------------------------------------------------------------------------------


def pdf(objects: Sequence[bytes]) -> bytes:
    """A file of these numbered objects; the first is the catalogue."""
    out = b"%PDF-1.7\n"
    places = []
    for i, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (i, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return out + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\n"
        b"startxref\n%d\n%%%%EOF\n" % (size, table, size, len(out))
    )


def stream(content: bytes, extra: bytes = b"") -> bytes:
    """A stream object."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), extra, content)


FONT = (
    b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H "
    b"/DescendantFonts [<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light "
    b"/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> /DW 1000 "
    b"/FontDescriptor << /Type /FontDescriptor /FontName /STSong-Light /Flags 4 "
    b"/FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 700 "
    b"/StemV 80 >> >>] >>"
)


def shown(*lines: tuple[float, float, str], size: int = 16) -> bytes:
    """Page content that shows each text at (x, y)."""
    return b"".join(
        b"BT /F1 %d Tf %.1f %.1f Td <%s> Tj ET\n"
        % (size, x, y, text.encode("utf-16-be").hex().encode())
        for x, y, text in lines
    )


def pdf_pages(*contents: bytes, catalog: bytes = b"", extra: bytes = b"", rotate: int = 0) -> bytes:
    """A file with one page per content; `extra` goes into every page's dictionary."""
    kids = b" ".join(b"%d 0 R" % (4 + 2 * i) for i in range(len(contents)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog,
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(contents)),
        FONT,
    ]
    for i, content in enumerate(contents):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Rotate %d /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> %s >>" % (rotate, 5 + 2 * i, extra)
        )
        packed = zlib.compress(content)
        objects.append(stream(packed, b"/Filter /FlateDecode"))
    return pdf(objects)


class _Named(zipfile.ZipInfo):
    """An entry whose name is written in the code page of its maker, without a flag."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.filename.encode("gb18030"), self.flag_bits & ~0x800


def zipped(files: dict[str, bytes], encoding: str = "utf-8") -> bytes:
    """An archive of these files."""
    entry = zipfile.ZipInfo if encoding == "utf-8" else _Named
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(entry(name), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def ofd(*pages: str, more: str = "", parts: Mapping[str, bytes] | None = None) -> bytes:
    """An OFD whose pages hold these objects; `more` stands in its Document.xml."""
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    listed = "".join(
        f'<ofd:Page ID="{i}" BaseLoc="Pages/Page_{i}/Content.xml"/>' for i in range(len(pages))
    )
    files = {
        "OFD.xml": f"<ofd:OFD {space}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>"
        "</ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {space}><ofd:Pages>{listed}</ofd:Pages>{more}"
        "</ofd:Document>",
    }
    for i, content in enumerate(pages):
        files[f"Doc_0/Pages/Page_{i}/Content.xml"] = (
            f"<ofd:Page {space}><ofd:Content><ofd:Layer>{content}</ofd:Layer></ofd:Content>"
            "</ofd:Page>"
        )
    return zipped({name: text.encode() for name, text in files.items()} | dict(parts or {}))


def ofd_text(x: float, y: float, text: str, delta: str = "", more: str = "") -> str:
    """A text object of 5 mm at a place in millimetres; `more` are its attributes."""
    steps = f' DeltaX="{delta}"' if delta else ""
    return (
        f'<ofd:TextObject Boundary="{x} {y} 150 6" Size="5"{more}><ofd:TextCode X="0" Y="5"{steps}>'
        f"{text}</ofd:TextCode></ofd:TextObject>"
    )


def compound(name: str, content: bytes) -> bytes:
    """An OLE file with one stream, in sectors of 512 bytes."""
    free, end, own = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    content = content.ljust(4096, b"\0")
    content += b"\0" * (-len(content) % 512)
    count = len(content) // 512

    def entry(name: str, kind: int, child: int, first: int, size: int) -> bytes:
        raw = name.encode("utf-16-le") + b"\0\0"
        head = struct.pack("<HBBIII", len(raw), kind, 1, free, free, child)
        return raw.ljust(64, b"\0") + head + b"\0" * 36 + struct.pack("<IQ", first, size)

    folder = entry("Root Entry", 5, 1, end, 0) + entry(name, 2, free, 0, len(content))
    chain = [*range(1, count), end, end, own]
    chain += [free] * (128 - len(chain))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    head += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<10I", 0, 1, count, 0, 4096, end, 0, end, 0, count + 1)
    sectors = content + folder.ljust(512, b"\0") + struct.pack("<128I", *chain)
    return head.ljust(512, b"\xff") + sectors


def word_95(text: str, *, flags: int = 0, font: bool = True) -> bytes:
    """A Word 95 document; without a font nothing tells that its bytes are Chinese."""
    body = text.replace("\n", "\r").encode("cp936")
    start, end = 0x400, 0x400 + len(body)
    page = -(-end // 512)
    runs = struct.pack("<IIB", start, end, 0x80).ljust(0x100, b"\0") + b"\3\x5d\0\0"
    index = struct.pack("<IIH", start, end, page)
    named = "宋体".encode("cp936") + b"\0"
    one = struct.pack("<BBHBB", 5 + len(named), 2, 400, 134, 0) + named
    fonts = struct.pack("<H", len(one) + 2) + one
    head = bytearray(start)
    struct.pack_into("<HHHHHHH", head, 0, 0xA5DC, 104, 0x20, 0x0804, 0, flags, 101)
    struct.pack_into("<II", head, 24, start, end)
    struct.pack_into("<I", head, 52, len(body))
    after = runs.ljust(511, b"\0") + b"\1" + index + fonts
    place = 512 * (page + 1)
    if font:
        struct.pack_into("<II", head, 0xB8, place, len(index))
        struct.pack_into("<II", head, 0xD0, place + len(index), len(fonts))
    made = (bytes(head) + body).ljust(512 * page, b"\0") + after
    return compound("WordDocument", made)
