from __future__ import annotations

import io
import struct
import zipfile
from functools import lru_cache
from pathlib import Path

import office_files as office
import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from growth import no_dearer
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.files import load
from ingest.pipeline import ingest
from ingest.readers import package
from ingest.readers.docx import read
from ingest.readers.numbering import written
from youju.errors import ReadError
from youju.records import ExtractedText


def _p(text: str, properties: str = "") -> str:
    return f"<w:p>{properties}<w:r><w:t>{text}</w:t></w:r></w:p>"


def _lines(inner: str) -> list[str]:
    return read(office.body_xml(inner)).text.split("\n")


def _cells(found: ExtractedText) -> list[list[str]]:
    return [[c.of(found.text) for c in b.cells] for b in found.blocks if b.kind == "row"]


# --- a whole document ----------------------------------------------------------------------------


def test_clauses_tables_and_metadata_of_a_document_with_automatic_numbers(tmp_path: Path) -> None:
    (tmp_path / "办法.docx").write_bytes(office.saved(office.policy_document(decorated=True)))
    report = ingest([tmp_path])
    assert report.refused == ()
    (doc,) = report.docs
    assert doc.source.media_type == "docx"
    assert doc.meta.doc_number is not None and doc.meta.doc_number.value == "明政发〔2021〕8号"
    assert doc.meta.effective_on is not None and doc.meta.effective_on.value == "2021-05-01"
    paths = [clause.path for clause in doc.clauses]
    assert ("第二章 规划和建设", "第四条", "（三）") in paths
    assert ("第三章 使用和收费", "第五条") in paths
    (table,) = doc.tables
    assert table.header == office.ROWS[0]
    assert [tuple(c.of(doc.text) for c in row.cells) for row in table.rows] == list(office.ROWS[1:])
    assert "公报" not in doc.text and "—" not in doc.text, "headers and footers are no text"
    assert doc.pages == ()


def test_every_span_lies_in_the_text() -> None:
    found = read(office.saved(office.policy_document()))
    for block in found.blocks:
        for span in (block.span, *block.cells):
            assert span.of(found.text) == span.of(found.text).strip() != ""


# --- numbers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "numbers", "expected"),
    [
        ("decimal", (1, 12), ("1", "12")),
        ("chineseCounting", (1, 10, 11, 20, 105), ("一", "十", "十一", "二十", "一百零五")),
        ("chineseCountingThousand", (21,), ("二十一",)),
        ("japaneseCounting", (3,), ("三",)),
        ("chineseLegalSimplified", (2, 13), ("贰", "拾叁")),
        ("ideographTraditional", (1, 10, 11), ("甲", "癸", "11")),
        ("decimalEnclosedCircle", (1, 20, 21), ("①", "⑳", "21")),
        ("upperLetter", (1, 26, 27), ("A", "Z", "AA")),
        ("lowerRoman", (4, 1999), ("iv", "mcmxcix")),
        ("decimalZero", (7,), ("07",)),
        ("decimalFullWidth", (10,), ("１０",)),
        ("none", (1,), ("",)),
        ("hindiVowels", (5,), ("5",)),
        ("lowerLetter", (10**6,), ("1000000",)),
    ],
)
def test_formats(form: str, numbers: tuple[int, ...], expected: tuple[str, ...]) -> None:
    assert tuple(written(n, form) for n in numbers) == expected


def _numbered(*items: tuple[int, int, str], more: str = "") -> list[str]:
    document = Document()
    levels = (
        ("chineseCounting", "%1、", "nothing"),
        ("chineseCounting", "（%2）", "nothing"),
        ("decimal", "%3.", "tab"),
        ("decimal", "%1.%4", "space", "<w:isLgl/>"),
        ("decimal", "第%5条", "space", '<w:lvlRestart w:val="0"/>'),
    )
    office.add_list(document, levels, 50)
    office.add_instance(document, 51, 50)
    restart = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    office.add_instance(document, 52, 50, restart)
    for which, level, text in items:
        office.number(document.add_paragraph(text), level, which)
    return read(office.saved(document)).text.split("\n")


def test_deeper_levels_start_again_below_a_new_number() -> None:
    items = [(50, level, "甲") for level in (0, 1, 1, 2, 2, 1, 2, 0, 1, 2)]
    assert [line.removesuffix("甲") for line in _numbered(*items)] == [
        "一、", "（一）", "（二）", "1. ", "2. ", "（三）", "1. ", "二、", "（一）", "1. ",
    ]  # fmt: skip


def test_articles_may_count_on_over_chapters() -> None:
    items = [(50, level, "甲") for level in (0, 4, 4, 0, 4)]
    assert _numbered(*items) == ["一、甲", "第1条 甲", "第2条 甲", "二、甲", "第3条 甲"]


def test_lists_of_one_abstract_list_count_on_unless_told_to_start_again() -> None:
    items = [(50, 0, "甲"), (51, 0, "乙"), (52, 0, "丙"), (52, 0, "丁")]
    assert _numbered(*items) == ["一、甲", "二、乙", "一、丙", "二、丁"]


def test_legal_levels_are_decimal_and_skipped_levels_count_as_their_start() -> None:
    assert _numbered((50, 0, "甲"), (50, 3, "乙")) == ["一、甲", "1.1 乙"]
    assert _numbered((50, 1, "甲"), (50, 0, "乙")) == ["（一）甲", "二、乙"]


def test_numbers_that_come_with_a_style_and_its_base() -> None:
    document = Document()
    office.add_list(document, (("chineseCounting", "第%1条", "space"),), 60)
    base = document.styles.add_style("条", 1)
    base.element.get_or_add_pPr().append(
        parse_xml(f'<w:numPr {nsdecls("w")}><w:numId w:val="60"/></w:numPr>')
    )
    derived = document.styles.add_style("条文", 1)
    derived.base_style = base
    document.add_paragraph("甲", style="条")
    document.add_paragraph("乙", style="条文")
    off = document.add_paragraph("丙", style="条文")
    office.number(off, 0, 0)  # list 0 means none
    assert read(office.saved(document)).text == "第一条 甲\n第二条 乙\n丙"


# --- what is shown -------------------------------------------------------------------------------


def test_tracked_changes_show_the_new_text() -> None:
    assert _lines(
        '<w:p><w:r><w:t>不低于</w:t></w:r><w:del w:id="1" w:author="a"><w:r><w:delText>80%'
        '</w:delText></w:r></w:del><w:ins w:id="2" w:author="a"><w:r><w:t>85%</w:t></w:r></w:ins>'
        '<w:moveFrom w:id="3" w:author="a"><w:r><w:t>旧处</w:t></w:r></w:moveFrom></w:p>'
        '<w:p><w:pPr><w:rPr><w:del w:id="4" w:author="a"/></w:rPr></w:pPr><w:r><w:t>上半句，</w:t>'
        "</w:r></w:p>" + _p("下半句。")
    ) == ["不低于85%", "上半句，下半句。"]


def test_links_fields_controls_and_breaks() -> None:
    assert _lines(
        '<w:p><w:hyperlink><w:r><w:t>链接文字</w:t></w:r></w:hyperlink><w:r><w:fldChar '
        'w:fldCharType="begin"/></w:r><w:r><w:instrText> REF x </w:instrText><w:t>藏</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>第三条</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:tab/><w:t>甲</w:t><w:br/>'
        "<w:t>乙</w:t><w:noBreakHyphen/>"
        '<w:t>丙</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t></w:r></w:p>'
        "<w:sdt><w:sdtContent>" + _p("控件里") + "</w:sdtContent></w:sdt>"
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:t>未闭合</w:t></w:r></w:p>'
        + _p("后文还在")
    ) == ["链接文字第三条\t甲", "乙-丙", "控件里", "后文还在"]  # fmt: skip


def test_a_text_box_follows_its_paragraph_once() -> None:
    box = "<w:txbxContent>" + _p("框内一") + _p("框内二") + "</w:txbxContent>"
    assert _lines(
        "<w:p><w:r><w:t>正文</w:t></w:r><w:r><mc:AlternateContent><mc:Choice Requires='wps'>"
        f"<w:drawing><wp:inline><wps:txbx>{box}</wps:txbx></wp:inline></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>" + _p("下段")
    ) == ["正文", "框内一", "框内二", "下段"]


def test_headings_are_blocks_one_per_line() -> None:
    document = Document()
    document.add_heading("关于加强质量工作的\n实施意见", 1)
    document.add_heading("总体要求", 2)
    document.add_paragraph("正文。")
    found = read(office.saved(document))
    assert [b.span.of(found.text) for b in found.blocks] == [
        "关于加强质量工作的", "实施意见", "总体要求",
    ]  # fmt: skip


# --- tables --------------------------------------------------------------------------------------


def test_merged_cells_stand_in_every_place_they_cover() -> None:
    document = Document()
    table = document.add_table(rows=3, cols=3)
    for i, row in enumerate(table.rows):
        for j, cell in enumerate(row.cells):
            cell.text = f"{i}{j}"
    table.cell(0, 1).merge(table.cell(0, 2)).text = "横"
    table.cell(1, 0).merge(table.cell(2, 0)).text = "竖"
    found = read(office.saved(document))
    assert _cells(found) == [["00", "横", "横"], ["竖", "11", "12"], ["竖", "21", "22"]]
    assert found.text == "00\t横\n竖\t11\t12\n21\t22"


def test_a_merge_without_a_beginning_loses_no_text() -> None:
    cell = (
        "<w:tc><w:tcPr><w:vMerge/></w:tcPr>" + _p("独行") + "</w:tc><w:tc>" + _p("乙") + "</w:tc>"
    )
    assert _lines(f"<w:tbl><w:tr>{cell}</w:tr></w:tbl>") == ["独行\t乙"]


def test_header_rows_deleted_rows_and_skipped_columns() -> None:
    tc = "<w:tc>" + _p("{}") + "</w:tc>"
    found = read(
        office.body_xml(
            "<w:tbl><w:tr><w:trPr><w:tblHeader/></w:trPr>" + tc.format("名称") + tc.format("数值")
            + '</w:tr><w:tr><w:trPr><w:del w:id="1" w:author="a"/></w:trPr>' + tc.format("旧")
            + tc.format("1") + '</w:tr><w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr>'
            + tc.format("2") + "</w:tr></w:tbl>"
        )
    )  # fmt: skip
    assert [b.header for b in found.blocks] == [True, False]
    assert _cells(found) == [["名称", "数值"], ["", "2"]]


def test_a_table_within_a_layout_table_is_the_table() -> None:
    document = Document()
    outer = document.add_table(rows=1, cols=1).cell(0, 0)
    outer.text = "框内说明"
    inner = outer.add_table(rows=2, cols=2)
    for i, row in enumerate(inner.rows):
        for j, cell in enumerate(row.cells):
            cell.text = f"{i}{j}"
    found = read(office.saved(document))
    assert found.text.startswith("框内说明\n")
    assert _cells(found) == [["00", "01"], ["10", "11"]]


# --- refused -------------------------------------------------------------------------------------


def _change(name: str, change: bytes | None) -> bytes:
    data = office.saved(office.policy_document())
    return office.rezipped(data, lambda part, old: change if part == name else old)


@lru_cache(maxsize=1)
def _sound() -> bytes:
    return _with_document(_p("质量发展。") * 2000)


def _with_document(inner: str, head: str = "") -> bytes:
    xml = f'<?xml version="1.0" encoding="UTF-8"?>{head}<w:document {nsdecls("w")}><w:body>{inner}</w:body></w:document>'  # noqa: E501
    return _change("word/document.xml", xml.encode())


def _added(name: str, part: bytes) -> bytes:
    out = io.BytesIO(office.saved(office.policy_document()))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as file:
        file.writestr(name, part)
    return out.getvalue()


def _many_parts() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for i in range(package.MAX_PARTS + 1):
            file.writestr(f"{i}", b"")
    return out.getvalue()


def _lying_size() -> bytes:
    """The directory says that document.xml is short."""
    data = bytearray(office.saved(office.policy_document()))
    at = data.rindex(b"word/document.xml") - 46
    assert data[at : at + 4] == b"PK\x01\x02"
    data[at + 24 : at + 28] = struct.pack("<I", 100)
    return bytes(data)


def _laughs() -> bytes:
    entities = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 12))
    return _with_document(_p("&e11;"), f'<!DOCTYPE w [<!ENTITY e0 "ha">{entities}]>')


def _external() -> bytes:
    head = '<!DOCTYPE w [<!ENTITY file SYSTEM "file:///etc/passwd">]>'
    return _with_document(_p("&file;"), head)


def _hidden_type() -> bytes:
    xml = f'<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE w [<!ENTITY e "ha">]><w:document {nsdecls("w")}/>'  # noqa: E501
    return _change("word/document.xml", xml.encode("utf-16"))


def _strange_encoding() -> bytes:
    return _change("word/document.xml", b'<?xml version="1.0" encoding="UTF-7"?><w/>')


def _nested() -> bytes:
    depth = 3000
    cell = "<w:tbl><w:tr><w:tc>" * depth + _p("底") + "</w:tc></w:tr></w:tbl>" * depth
    return _with_document(cell)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: _added("media/zeros", b"\0" * (100 * 2**20)), "压缩炸弹"),
        (lambda: _with_document(_p("字") * 700_000), "压缩炸弹|上限"),
        (_many_parts, "部件超过"),
        (lambda: _added("../../etc/cron.d/x", b"x"), "包外"),
        (lambda: _added("C:/x", b"x"), "包外"),
        (_lying_size, "损坏"),
        (_laughs, "实体"),
        (_external, "实体"),
        (_hidden_type, "实体"),
        (_strange_encoding, "编码"),
        (_nested, "不是能识别的 Word 文档"),
        (lambda: _change("word/document.xml", b"<w:document"), "不是能识别的 Word 文档"),
        (lambda: _change("word/document.xml", None), "不是能识别的 Word 文档"),
        (lambda: _change("[Content_Types].xml", None), "不是能识别的 Word 文档"),
        (lambda: office.saved(office.policy_document())[:-200], "损坏"),
        (lambda: office.body_xml("<w:p/>"), "没有文字"),
        (lambda: b"PK\x03\x04 no zip", "损坏"),
    ],
)
def test_what_is_unsafe_or_damaged_is_refused_at_once(build: object, message: str) -> None:
    data = build()  # type: ignore[operator]

    def refuse() -> None:
        with pytest.raises(ReadError, match=message):
            read(data)

    no_dearer(refuse, lambda: read(_sound()), 10)


def test_old_and_encrypted_word_files_are_told_how_to_go_on(tmp_path: Path) -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512
    for name in ("旧.doc", "加密.docx"):
        path = tmp_path / name
        path.write_bytes(ole)
        from ingest.files import find

        (found,) = find(path)
        with pytest.raises(ReadError, match="另存为 docx"):
            load(found)


# --- any bytes -----------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _real() -> bytes:
    return office.saved(office.policy_document())


def _either(data: bytes) -> None:
    try:
        found = read(data)
    except ReadError:
        return
    assert found.text.strip()


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_damaged_file_is_read_or_refused(data: st.DataObject) -> None:
    real = bytearray(_real())
    for _ in range(data.draw(st.integers(1, 8))):
        real[data.draw(st.integers(0, len(real) - 1))] = data.draw(st.integers(0, 255))
    _either(bytes(real[: data.draw(st.integers(1, len(real)))]))


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_damaged_xml_is_read_or_refused(data: st.DataObject) -> None:
    name = data.draw(
        st.sampled_from(["word/document.xml", "word/numbering.xml", "word/styles.xml"])
    )
    with zipfile.ZipFile(io.BytesIO(_real())) as file:
        part = file.read(name)
    start = data.draw(st.integers(0, len(part)))
    cut = data.draw(st.integers(0, 40))
    new = data.draw(st.one_of(st.binary(max_size=20), st.sampled_from([b'w:val="x"', b"<w:tbl>"])))
    _either(_change(name, part[:start] + new + part[start + cut :]))


_TAGS = ("p", "r", "t", "tbl", "tr", "tc", "tcPr", "vMerge", "pPr", "numPr", "sdt", "ins", "del")
_TREES = st.recursive(
    st.sampled_from([f"<w:{tag}/>" for tag in _TAGS] + ["字"]),
    lambda inner: st.tuples(st.sampled_from(_TAGS), st.lists(inner, max_size=4)).map(
        lambda made: f"<w:{made[0]}>{''.join(made[1])}</w:{made[0]}>"
    ),
    max_leaves=25,
)


@settings(max_examples=50, deadline=None)
@given(st.lists(_TREES, max_size=5).map("".join))
def test_elements_in_strange_places_are_read_or_refused(inner: str) -> None:
    _either(office.body_xml(inner))
