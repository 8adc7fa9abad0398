"""Every kind of file that offices keep is read as what it is, or refused with its true reason."""

from __future__ import annotations

import datetime as dt
import io
import warnings
import zipfile
from pathlib import Path

import openpyxl
import pytest
from office_files import (
    FIXTURES,
    POLICY,
    ofd,
    ofd_text,
    pdf_pages,
    policy_document,
    rezipped,
    saved,
    shown,
    zipped,
)

from ingest.files import scan
from ingest.pipeline import ingest
from ingest.readers.select import extract
from ingest.readers.workbook import shown as shown_value
from youju import cli
from youju.errors import ReadError
from youju.records import ExtractedText, PolicyDoc, SourceFile

NAME = "明州市公共停车场管理办法"
RULES = "第一条 为了规范停车秩序，制定本办法。\n第二条 停车费每小时五元。"


def read(path: Path) -> ExtractedText:
    (loaded,) = scan([path])
    assert loaded.source is not None
    return extract(loaded.source, loaded.data)


def written(path: Path, data: bytes | str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def rows(text: ExtractedText) -> list[list[str]]:
    return [[c.of(text.text) for c in block.cells] for block in text.blocks if block.kind == "row"]


# --- Word and rich text --------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", ["doc", "rtf"])
def test_word_files_of_old_kinds_read_like_docx(suffix: str) -> None:
    found = read(FIXTURES / f"{NAME}.{suffix}")
    lines = found.text.splitlines()
    assert lines[0] == "明政发〔2021〕8号", "a page header that is a 文号"
    assert "第一章 总则" in lines, "automatic numbers are written out"
    assert sum(line.startswith(("第", "（")) for line in lines) == 13
    assert next(line for line in lines if line.startswith("（二）")).endswith("三十日；")
    for level, text in POLICY:
        assert level is not None or text in lines
    assert "解释权归市城市管理局所有。" in lines, "hidden and deleted text is left out"
    assert ["路内泊位", "西区", "4"] in [list(dict.fromkeys(row)) for row in rows(found)]
    assert any(row[-1] == row[-2] == "全市" for row in rows(found))


def test_a_wps_file_is_an_old_word_file(tmp_path: Path) -> None:
    data = (FIXTURES / f"{NAME}.doc").read_bytes()
    for name in ("a.wps", "b.doc", "c.docx", "d"):
        assert "第七条 本办法自2021年5月1日起施行" in read(written(tmp_path / name, data)).text


def with_parts(data: bytes, **parts: str) -> bytes:
    """A Word document with footnotes, comments or a header of this WordprocessingML added."""
    kinds = {"footnotes": "footnotes", "comments": "comments", "header9": "header"}
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    word = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "word/_rels/document.xml.rels":
                links = "".join(
                    f'<Relationship Id="x{part}" Type="{office}/{kinds[part]}" '
                    f'Target="{part}.xml"/>'
                    for part in parts
                )
                content = content.replace(b"</Relationships>", f"{links}</Relationships>".encode())
            new.writestr(name, content)
        for part, inner in parts.items():
            tag = "hdr" if part == "header9" else part
            new.writestr(f"word/{part}.xml", f"<w:{tag} {word}>{inner}</w:{tag}>")
    return out.getvalue()


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def test_footnotes_and_a_number_in_the_header_are_read_comments_are_told(tmp_path: Path) -> None:
    data = with_parts(
        saved(policy_document()),
        footnotes=f'<w:footnote w:type="separator" w:id="0">{paragraph("线")}</w:footnote>'
        f'<w:footnote w:id="1">{paragraph("泊位以平方米计。")}</w:footnote>',
        comments=f'<w:comment w:id="1">{paragraph("待核。")}</w:comment>',
        header9=paragraph("明政发〔2021〕8号") + paragraph("明州市人民政府公报"),
    )
    found = read(written(tmp_path / "a.docx", data))
    lines = found.text.splitlines()
    assert lines[0] == "明政发〔2021〕8号"
    assert lines[-1] == "泊位以平方米计。"
    assert not any(line == "线" or "待核" in line or "公报" in line for line in lines)
    assert found.unread == ("批注没有读入",)


# --- sheets --------------------------------------------------------------------------------------


def workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ["明州市农机购置补贴一览表"],
        ["单位：元"],
        ["机具", "补贴", "", "比例"],
        ["", "中央", "市级", ""],
        ["插秧机", 12000, 3000, 0.3],
        ["烘干机", 20000.5, 5000, 0.255],
        ["注：以发票日期为准。"],
    ):
        sheet.append(row)
    for area in ("A1:D1", "A3:A4", "B3:C3", "D3:D4"):
        sheet.merge_cells(area)
    forms = {"D5": "0%", "D6": "0.0%", "B5": "#,##0", "B6": "#,##0.00"}
    for place, form in forms.items():
        sheet[place].number_format = form
    hidden = book.create_sheet("底稿")
    hidden["A1"] = "不公开"
    hidden.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
def test_a_sheet_is_a_table_with_its_caption_and_head(tmp_path: Path, kind: str) -> None:
    path = (
        written(tmp_path / "明州市农机补贴.xlsx", workbook())
        if kind == "xlsx"
        else FIXTURES / "明州市农机补贴.xls"
    )
    found = read(path)
    assert found.text.splitlines()[:2] == ["明州市农机购置补贴一览表", "单位：元"]
    assert rows(found) == [
        ["机具", "补贴", "补贴", "比例"],
        ["机具", "中央", "市级", "比例"],
        ["插秧机", "12,000", "3000", "30%"],
        ["烘干机", "20,000.50", "5000", "25.5%"],
    ]
    assert found.unread == ("隐藏的工作表没有读入:底稿",)
    doc = ingest([path]).docs[0]
    assert doc.name == "明州市农机购置补贴一览表"
    assert doc.tables[0].header == ("机具", "补贴 中央", "补贴 市级", "比例")


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (0.85, "0%", "85%"),
        (0.8555, "0.00%", "85.55%"),
        (1234.5, "#,##0.00", "1,234.50"),
        (0.1 + 0.2, "General", "0.3"),
        (12.0, "General", "12"),
        (3, '0"万元"', "3万元"),
        (None, "General", ""),
        (dt.datetime(2021, 3, 5), 'yyyy"年"m"月"d"日"', "2021年3月5日"),
        (dt.datetime(2021, 3, 5), "yyyy-mm-dd", "2021-03-05"),
        (dt.datetime(2021, 3, 1), 'yyyy"年"m"月"', "2021年3月"),
    ],
)
def test_a_cell_shows_its_value_in_its_format(value: object, form: str, text: str) -> None:
    assert shown_value(value, form) == text


def test_what_a_library_says_of_a_sheet_is_not_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bare = rezipped(workbook(), lambda name, part: None if name == "xl/styles.xml" else part)
    loose = rezipped(
        workbook(),
        lambda name, part: (
            part.replace(b"Target=", b"Aim=") if name == "xl/_rels/workbook.xml.rels" else part
        ),
    )
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        for number, data in enumerate((bare, loose)):
            cli.main(["ingest", str(written(tmp_path / f"{number}.xlsx", data))])
    assert not [str(one.message) for one in told]
    assert "Warning" not in capsys.readouterr().err


def test_formulas_without_a_result_are_told(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["项目", "金额"])
    book.active.append(["合计", "=1+2"])
    out = io.BytesIO()
    book.save(out)
    (path, reason) = ingest([written(tmp_path / "a.xlsx", out.getvalue())]).partial[0]
    assert path == "a.xlsx"
    assert "1 个公式没有存下计算结果" in reason


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_values_parted_by_a_mark(tmp_path: Path, encoding: str, mark: str) -> None:
    text = "\n".join(mark.join(r) for r in (("项目", "金额"), ("道路养护", "120"), ("绿化", "30")))
    found = read(written(tmp_path / "a.csv", text.encode(encoding)))
    assert rows(found) == [["项目", "金额"], ["道路养护", "120"], ["绿化", "30"]]


# --- pages ---------------------------------------------------------------------------------------


def test_markdown_shows_what_its_reader_sees(tmp_path: Path) -> None:
    source = (
        "# 停车办法\n\n**第一条** 为了[规范](https://a.b)停车，制定本办法。\n"
        "第二条 收费<br>另定。\n\n3. 三类区域免费\n\n|区域|元|\n|--|--|\n|一类|5|\n\n![图](a.png)\n"
    )
    found = read(written(tmp_path / "a.md", source))
    assert found.text.splitlines() == [
        "停车办法",
        "第一条 为了规范停车，制定本办法。",
        "第二条 收费",
        "另定。",
        "3. 三类区域免费",
        "区域\t元",
        "一类\t5",
    ]
    assert rows(found) == [["区域", "元"], ["一类", "5"]]


@pytest.mark.parametrize("name", ["a.mht", "b.html"])
def test_a_page_saved_as_one_file(tmp_path: Path, name: str) -> None:
    page = "<html><body><h1>停车办法</h1><p>第一条 每小时五元。</p></body></html>".encode("gb18030")
    head = (
        b'From: <a>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="x"\r\n\r\n'
        b'--x\r\nContent-Type: text/html; charset="gb2312"\r\n'
        b"Content-Transfer-Encoding: 8bit\r\n\r\n"
    )
    found = read(written(tmp_path / name, head + page + b"\r\n--x--\r\n"))
    assert found.text.splitlines() == ["停车办法", "第一条 每小时五元。"]


def test_an_ofd_is_read_line_by_line(tmp_path: Path) -> None:
    line = "第一条 为了加强停车管理，规范停车秩序，保障停车人"
    first = ofd_text(30, 30, line, f"g {len(line) - 1} 5") + ofd_text(
        25, 40, "的权益，制定本办法。"
    )
    alone = "".join(ofd_text(30 + 5 * i, 50, c) for i, c in enumerate("第二条停车费每小时五元。"))
    found = read(written(tmp_path / "a.ofd", ofd(first + alone, ofd_text(30, 30, "第三条 施行。"))))
    assert found.text.splitlines() == [
        line + "的权益，制定本办法。",
        "第二条停车费每小时五元。",
        "第三条 施行。",
    ]
    pages = [block.span.of(found.text).strip() for block in found.blocks if block.kind == "page"]
    assert pages[1] == "第三条 施行。"


def test_the_cells_of_a_ruled_table_in_an_ofd(tmp_path: Path) -> None:
    """Lines are drawn one by one or as frames; a cell's text may nearly touch the next one's."""
    words = (("区域", "标准"), ("一类", "每小时五元"), ("二类", "三元"))
    content = "".join(
        ofd_text(30 + 25.5 * column, 30 + 10 * row, text)
        for row, line in enumerate(words)
        for column, text in enumerate(line)
    )
    frame = "M 0 0 L 80 0 L 80 30 L 0 30 C M 0 10 L 80 10 M 0 20 L 80 20 M 25 0 L 25 30"
    content += (
        f'<ofd:PathObject Boundary="29 28 81 31"><ofd:AbbreviatedData>{frame}'
        "</ofd:AbbreviatedData></ofd:PathObject>"
    )
    assert rows(read(written(tmp_path / "a.ofd", ofd(content)))) == [list(line) for line in words]


def test_what_is_written_aslant_or_beyond_an_ofd_page_is_no_text(tmp_path: Path) -> None:
    aslant = ' CTM="0.7071 -0.7071 0.7071 0.7071 0 0"'
    content = (
        ofd_text(30, 30, "第一条 为了加强停车管理，制定本办法。")
        + ofd_text(60, 32, "内部资料", more=aslant)
        + ofd_text(30, 300, "纸外的字")
        + ofd_text(215, 30, "纸外的字")
    )
    found = read(written(tmp_path / "a.ofd", ofd(content)))
    assert found.text == "第一条 为了加强停车管理，制定本办法。"
    assert found.unread == ("斜排的水印没有读入:内部资料",)


def test_a_large_picture_beside_the_text_of_an_ofd_is_named(tmp_path: Path) -> None:
    picture = '<ofd:ImageObject Boundary="0 0 {0} {0}" ResourceID="7"/>'
    words = ofd_text(30, 30, "第一条 为了加强停车管理，制定本办法。")
    found = read(written(tmp_path / "a.ofd", ofd(words, picture.format(150) + words)))
    assert found.unread == ("第 2 页有大幅图片,其中若有文字,没有读入,请看原页",)
    assert read(written(tmp_path / "b.ofd", ofd(picture.format(20) + words))).unread == ()


def test_words_that_an_ofd_sets_one_below_the_other_are_one_word(tmp_path: Path) -> None:
    code = '<ofd:TextCode X="0" Y="5" DeltaY="g 2 8">购买方</ofd:TextCode>'
    content = f'<ofd:TextObject Boundary="20 30 5 30" Size="5">{code}</ofd:TextObject>'
    assert read(written(tmp_path / "a.ofd", ofd(content))).text == "购买方"


def test_a_bomb_of_steps_in_an_ofd_costs_nothing(tmp_path: Path) -> None:
    content = ofd_text(30, 30, "第一条 施行。", "g 999999999 5 " * 2000)
    assert read(written(tmp_path / "a.ofd", ofd(content))).text == "第一条 施行。"


def test_an_ofd_of_pictures_or_of_nothing_is_refused(tmp_path: Path) -> None:
    for data, message in ((ofd(""), "没有文字"), (zipped({"OFD.xml": b"<a/>"}), "没有页面")):
        with pytest.raises(ReadError, match=message):
            read(written(tmp_path / "a.ofd", data))


# --- archives ------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_what_an_archive_holds_is_read_under_its_own_name(tmp_path: Path, encoding: str) -> None:
    files = {
        "附件/附件1.txt": RULES.encode(),
        "附件/附件2.docx": saved(policy_document()),
        "说明.exe": b"MZ\0\0",
        "__MACOSX/附件/._附件1.txt": b"\0",
    }
    report = ingest([written(tmp_path / "库/附件包.zip", zipped(files, encoding))])
    assert [doc.source.path for doc in report.docs] == [
        "附件包.zip › 附件/附件1.txt",
        "附件包.zip › 附件/附件2.docx",
    ]
    assert [path for path, _ in report.refused] == ["附件包.zip › 说明.exe"]


def test_archives_are_opened_within_limits(tmp_path: Path) -> None:
    bomb = zipped({"a.txt": b"0" * 40_000_000})
    inner = zipped({"b.txt": RULES.encode()})
    data = zipped({"bomb.zip": bomb, "inner.zip": inner, "好.txt": RULES.encode() + b"!"})
    written(tmp_path / "库/a.zip", data)
    written(tmp_path / "库/b.zip", bomb)
    written(tmp_path / "库/c.zip", zipped({f"{i}.txt": b"x" for i in range(501)}))
    report = ingest([tmp_path / "库"])
    assert [doc.source.path for doc in report.docs] == ["库/a.zip › 好.txt"]
    reasons = dict(report.refused)
    assert "压缩包里的压缩包" in reasons["库/a.zip › inner.zip"]
    assert "压缩炸弹" in reasons["库/b.zip › a.txt"]
    assert "超过 500 个" in reasons["库/c.zip"]


def test_a_damaged_file_in_an_archive_does_not_lose_the_others(tmp_path: Path) -> None:
    for kind in (zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", kind) as archive:
            archive.writestr("a.txt", RULES * 2)
            archive.writestr("b.txt", RULES)
        data = bytearray(out.getvalue())
        start = data.index(b"a.txt") + 14
        data[start : start + 40] = bytes(byte ^ 255 for byte in data[start : start + 40])
        report = ingest([written(tmp_path / f"{kind}/库/a.zip", bytes(data))])
        assert [doc.source.path for doc in report.docs] == ["a.zip › b.txt"]
        ((path, reason),) = report.refused
        assert path == "a.zip › a.txt" and "已损坏" in reason


# --- content decides -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.doc", f"<html><body><p>{RULES}</p></body></html>".encode()),
        ("a.xls", f"<table><tr><td>{RULES}</td></tr></table>".encode("gb18030")),
        ("a.txt", saved(policy_document())),
        ("a.doc", saved(policy_document())),
        ("a.docx", pdf_pages(shown((100, 700, RULES.splitlines()[0])))),
        ("a.wps", RULES.encode("gb18030")),
        ("a", RULES.encode()),
    ],
)
def test_a_file_is_read_as_what_it_is(tmp_path: Path, name: str, data: bytes) -> None:
    assert "第一条 为了" in read(written(tmp_path / name, data)).text


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.pdf", b"\r\n", "没有内容"),
        ("a.rar", b"Rar!\x1a\x07\x00", "rar 压缩包"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 1024, "OLE 格式"),
        ("a.pptx", zipped({"ppt/presentation.xml": b"<a/>"}), "演示文稿"),
        ("a.docx", zipped({"readme.txt": b"x"}), "内容不是 docx"),
        ("a.zip", zipped({}), "空的压缩包"),
        ("a.mp4", b"\0\0\0\x18ftyp", "不是支持的文件类型"),
    ],
)
def test_the_reason_of_a_refusal_is_the_true_one(
    tmp_path: Path, name: str, data: bytes, message: str
) -> None:
    with pytest.raises(ReadError, match=message):
        read(written(tmp_path / name, data))


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(f"===PAGE {i}===" for i in range(1, 9)),
        "标题：明州市人民政府关于停车管理的意见\n发文日期：2019-05-29\n主题：交通、城建\n---\n",
        "明州市人民政府关于印发停车管理办法的通知\n\n详见附件。",
    ],
)
def test_a_shell_is_no_document(tmp_path: Path, text: str) -> None:
    written(tmp_path / "库/壳.txt", text)
    written(tmp_path / "库/实.txt", RULES)
    report = ingest([tmp_path / "库"])
    assert [doc.source.path for doc in report.docs] == ["库/实.txt"]
    assert "空壳" in report.refused[0][1]


@pytest.mark.parametrize(
    "text",
    [
        "明州市人民政府公告\n停水时间：2021年5月1日",
        "明州市人民政府关于停止收费的通知\n市财政局停止收取停车费。",
        "通知\n详见第三条。附件自2021年起施行。",
    ],
)
def test_a_short_document_is_no_shell(tmp_path: Path, text: str) -> None:
    assert len(ingest([written(tmp_path / "短.txt", text)]).docs) == 1


def test_every_file_of_a_folder_is_read_or_named(tmp_path: Path) -> None:
    files = {
        "库/甲.txt": RULES.encode(),
        "库/乙.mp4": b"\0\0\0\x18ftyp",
        "库/丙.pdf": pdf_pages(shown((100, 700, RULES)), b""),
        "库/页.html": f"<p>{RULES}。</p>".encode(),
        "库/页_files/图.png": b"\x89PNG\r\n\x1a\n\0",
        "库/Thumbs.db": b"\0",
    }
    for name, data in files.items():
        written(tmp_path / name, data)
    report = ingest([tmp_path / "库"])
    named = {doc.source.path for doc in report.docs} | {path for path, _ in report.refused}
    assert named == {"库/甲.txt", "库/乙.mp4", "库/丙.pdf", "库/页.html"}
    assert "第 2 页" in dict(report.partial)["库/丙.pdf"]


def test_the_parts_left_out_reach_the_document() -> None:
    source = SourceFile("库/a.txt", "0" * 64, "txt", 1)
    from ingest.pipeline import policy_doc

    doc: PolicyDoc = policy_doc(source, ExtractedText(RULES, "utf-8", unread=("批注没有读入",)))
    assert doc.unread == ("批注没有读入",)
