from __future__ import annotations

import json
import subprocess
import sys
import unicodedata
import zlib
from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import office_files as office
import pytest
from growth import no_dearer, processes
from hypothesis import given, settings
from hypothesis import strategies as st
from office_files import pdf, pdf_pages, shown, stream

from ingest.pipeline import ingest, policy_doc
from ingest.readers import pdf as reader
from ingest.readers.pdf import read
from ingest.readers.pdf_grids import Rule
from ingest.readers.pdf_layout import Piece, paragraphs
from youju.errors import ReadError
from youju.frames import unpacked
from youju.records import PolicyDoc, SourceFile, Span

FIXTURE = office.FIXTURES / "明州市公共停车场管理办法.pdf"  # printed by LibreOffice
LONG = "县级以上人民政府应当将质量工作纳入国民经济和社会发展规划，所需经费列入本级财政预算。"


# --- a whole file --------------------------------------------------------------------------------


def test_a_printed_document_reads_like_the_word_document_it_was_printed_from(
    tmp_path: Path,
) -> None:
    word = tmp_path / "word"
    word.mkdir()
    (word / "办法.docx").write_bytes(office.saved(office.policy_document()))
    (printed,), (typed,) = ingest([FIXTURE]).docs, ingest([word]).docs
    assert [c.path for c in printed.clauses] == [c.path for c in typed.clauses]
    assert printed.text == typed.text, "wrapped lines joined, page numbers and headers left out"
    assert printed.meta == typed.meta
    assert [t.header for t in printed.tables] == [office.ROWS[0]]
    rows = [[c.of(printed.text) for c in row.cells] for row in printed.tables[0].rows]
    assert [tuple(row) for row in rows] == list(office.ROWS[1:])


def test_every_page_is_known() -> None:
    (doc,) = ingest([FIXTURE]).docs
    assert len(doc.pages) == 3 and doc.problems == ()
    assert doc.pages[0].start == 0 and doc.pages[-1].end == len(doc.text)
    assert all(a.end == b.start for a, b in pairwise(doc.pages))
    assert doc.page_at(0) == 1
    assert doc.page_at(doc.text.index("第一条")) == 1
    assert doc.page_at(doc.text.index("第七条")) == 2
    assert doc.page_at(doc.text.index("三类区域")) == 3


def test_asking_cites_the_page(tmp_path: Path) -> None:
    def run(*arguments: str) -> str:
        command = [sys.executable, "cli.py", *arguments, "--index", str(tmp_path / "index")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("index", str(FIXTURE))
    question = "明州市公共停车场管理办法自何时起施行？"
    (found,) = [json.loads(line) for line in run("ask", "--json", question).splitlines()]
    cited = found["citations"][0]
    (doc,) = ingest([FIXTURE]).docs
    assert cited["quote"] == doc.text[cited["start"] : cited["end"]]
    assert "2021年5月1日" in cited["quote"] and cited["page"] == 2
    assert found["hits"][0]["page"] in (1, 2, 3)
    assert "第2页" in run("ask", question)


# --- layout --------------------------------------------------------------------------------------


def _wrapped(
    text: str, top: float, width: int = 28, size: int = 16
) -> list[tuple[float, float, str]]:
    """Lines of a paragraph with an indented first line, as (x, y, text)."""
    first, rest = text[: width - 2], text[width - 2 :]
    lines = [(90.0 + 2 * size, top, first)]
    while rest:
        lines.append((90.0, lines[-1][1] - 1.6 * size, rest[:width]))
        rest = rest[width:]
    return lines


def test_wrapped_lines_and_page_ends_do_not_break_a_paragraph() -> None:
    lines = _wrapped(LONG * 3, 760)
    head, tail = lines[:3], [(x, 760 - 25.6 * i, t) for i, (x, _, t) in enumerate(lines[3:])]
    after = (122.0, tail[-1][1] - 25.6, "另一段的文字在这里。")
    found = read(
        pdf_pages(
            shown(*head, (280, 40, "— 1 —"), (250, 800, "某市公报 2024年第3期 1")),
            shown(*tail, after, (280, 40, "— 2 —"), (250, 800, "某市公报 2024年第3期 2")),
            shown((122, 760, "第三页。"), (280, 40, "— 3 —"), (250, 800, "某市公报 2024年第3期 3")),
        )
    )
    assert found.text == f"{LONG * 3}\n另一段的文字在这里。\n第三页。"
    pages = [block.span for block in found.blocks if block.kind == "page"]
    assert pages[0] == Span(0, sum(len(t) for _, _, t in head))
    assert pages[2].of(found.text) == "第三页。"


def test_a_page_number_alone_is_dropped_but_a_figure_is_not() -> None:
    texts = [(f"附件{n}", f"{LONG[:20]}之{n * 3}") for n in (1, 2, 3)]
    pages = [
        shown((122, 700, head), (122, 650, body), (290, 40, str(n)))
        for n, (head, body) in enumerate(texts, start=1)
    ]
    assert read(pdf_pages(*pages)).text == "\n".join("\n".join(text) for text in texts)
    amount = ((122, 500, "投资总额如下，单位为万元："), (122, 474, "2015"))
    only = read(pdf_pages(shown(*_wrapped(LONG * 2, 700), *amount)))
    assert only.text.endswith("\n2015")


def test_order_is_that_of_the_page_not_of_the_file() -> None:
    found = read(
        pdf_pages(shown((122, 500, "第二行的文字内容。"), (122, 700, "第一行的文字内容。")))
    )
    assert found.text == "第一行的文字内容。\n第二行的文字内容。"


def test_two_columns_of_text_are_read_one_after_the_other() -> None:
    left, right = "左栏文字" * 3, "右栏文字" * 3
    lines = [(90.0, 760.0, "横贯两栏的公报标题文字很长很长很长很长")]
    for i in range(12):
        lines += [(60.0, 700.0 - 25 * i, left), (320.0, 700.0 - 25 * i, right)]
    text = read(pdf_pages(shown(*lines))).text
    assert text.rindex("左栏") < text.index("右栏")
    assert text.startswith("横贯两栏")


@pytest.mark.parametrize("rotate", [90, 180, 270])
def test_a_turned_page_is_read_as_it_is_looked_at(rotate: int) -> None:
    straight = [(100.0, 700.0, "第一行的文字内容。"), (100.0, 600.0, "第二行的文字内容。")]
    turns = {
        90: lambda x, y: (842 - y, x, (0, 1, -1, 0)),
        180: lambda x, y: (595 - x, 842 - y, (-1, 0, 0, -1)),
        270: lambda x, y: (y - 100, 595 - x, (0, -1, 1, 0)),
    }
    content = b""
    for x, y, text in straight:
        a, b, matrix = turns[rotate](x, y)
        packed = text.encode("utf-16-be").hex().encode()
        place = b"%d %d %d %d %d %d Tm" % (*matrix, a, b)
        content += b"BT /F1 16 Tf %s <%s> Tj ET\n" % (place, packed)
    text = read(pdf_pages(content, rotate=rotate)).text
    assert text == "第一行的文字内容。\n第二行的文字内容。"


def test_radicals_of_careless_fonts_become_characters() -> None:
    text = read(pdf_pages(shown((100, 700, "⼀、质量⼯作⻓效机制⾯向⺠生领域")))).text
    assert text == "一、质量工作长效机制面向民生领域"


def test_a_page_without_text_is_reported() -> None:
    data = pdf_pages(shown((100, 700, LONG[:30])), b"", shown((100, 700, LONG[:30])))
    found = read(data)
    pages = [block.span for block in found.blocks if block.kind == "page"]
    assert [page.of(found.text).strip() for page in pages] == [LONG[:30], "", LONG[:30]]
    assert found.text == f"{LONG[:30]}\n{LONG[:30]}", "nobody knows what the page between says"
    doc = policy_doc(SourceFile("库/a.pdf", "0" * 64, "pdf", len(data)), found)
    assert any("第 2 页没有文字层" in part for part in doc.unread)


_PIECES = st.builds(
    lambda x, y, width, text, size: Piece(x, x + width, y, y + size, text, size),
    st.floats(-50, 700), st.floats(-50, 900), st.floats(0, 600),
    st.text("一二三第条章、。（）()1234567890 ab“”—", min_size=1, max_size=30).filter(str.strip),
    st.floats(0, 60),
)  # fmt: skip


def _made_of(shown: str, pieces: list[str]) -> bool:
    """True for a piece, or for what begins with one and ends with another: m, a raised 3, /d."""
    bare, *parts = (unicodedata.normalize("NFKC", text) for text in (shown, *pieces))
    joined = any(map(bare.startswith, parts)) and any(map(bare.endswith, parts))
    return shown in pieces or joined


@given(st.lists(st.lists(_PIECES, max_size=25), max_size=5))
def test_any_layout_keeps_every_span_in_the_text(pages: list[list[Piece]]) -> None:
    text, blocks, frames = paragraphs(pages)
    for frame in frames:
        assert "\t" not in frame.span.of(text)
        assert _made_of(frame.span.of(text), [p.text for p in pages[frame.page - 1]])
    spans = [block.span for block in blocks if block.kind == "page"]
    assert len(spans) == len(pages)
    assert all(a.end == b.start for a, b in pairwise(spans))
    if spans:
        assert spans[-1].end == len(text)
    for block in blocks:
        for cell in block.cells:
            assert cell.of(text) and "\t" not in cell.of(text) and "\n" not in cell.of(text)


# --- refused -------------------------------------------------------------------------------------


def _content(packed: bytes, filters: bytes) -> bytes:
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>"
    catalog = b"<< /Type /Catalog /Pages 2 0 R >>"
    tree = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    return pdf([catalog, tree, page, stream(packed, b"/Filter " + filters)])


@lru_cache(maxsize=1)
def _zeros() -> bytes:
    """A gigabyte of spaces, packed: one block again and again."""
    packer = zlib.compressobj(9)
    head = packer.compress(b" " * 2**20) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(b" " * 2**20) + packer.flush(zlib.Z_FULL_FLUSH)
    return head + block * 1023 + packer.flush()


def _tree(kids: bytes, count: int) -> bytes:
    tree = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, count)
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>"
    return pdf([b"<< /Type /Catalog /Pages 2 0 R >>", tree, page])


def _doubling() -> bytes:
    """Forms that show the next one twice, thirty deep."""
    form = b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << %s >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /XObject << /X 6 0 R >> >> >>",
        stream(b"/X Do /X Do"),
        office.FONT,
    ]
    for i in range(6, 30):
        objects.append(stream(b"/X Do /X Do", form % (b"/XObject << /X %d 0 R >>" % (i + 1))))
    objects.append(stream(shown((100, 700, "字")), form % b"/Font << /F1 5 0 R >>"))
    return pdf(objects)


def _encrypted() -> bytes:
    """Needs a password: the keys fit none."""
    data = FIXTURE.read_bytes()
    keys = b"/Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /P -44 /O <%s> /U <%s> >> "
    keys = keys % (b"ab" * 32, b"cd" * 32) + b"/ID [<00> <00>] "
    at = data.rindex(b"trailer")
    return data[:at] + data[at:].replace(b"<<", b"<< " + keys, 1)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: pdf_pages(b"", b""), "扫描件,没有文字层"),
        (lambda: pdf_pages(*[shown((280, 40, f"— {n} —")) for n in range(1, 9)]), "扫描件"),
        (lambda: FIXTURE.read_bytes()[:60_000], "不完整"),
        (lambda: FIXTURE.read_bytes()[:-2000], "不完整"),
        (_encrypted, "加密"),
        (lambda: b"%PDF-1.7\nnothing\n%%EOF\n", "损坏"),
        (lambda: _content(_zeros(), b"/FlateDecode"), "上限"),
        (
            lambda: _content(zlib.compress(_zeros(), 9), b"[/FlateDecode /FlateDecode]"),
            "上限|损坏|扫描件",
        ),
        (lambda: _tree(b"3 0 R " * 200_000, 200_000), "200000 页"),
        (lambda: _tree(b"3 0 R", 10**9), "页|扫描件|损坏"),
        (lambda: _tree(b"2 0 R 2 0 R", 4), "损坏"),
        (_doubling, "上限"),
        (lambda: _content(zlib.compress(b"[" * 5_000_000), b"/FlateDecode"), "扫描件|损坏|上限"),
        (lambda: pdf_pages(shown((100, 700, "\ue001\ue002\ue003\ue004" * 8))), "乱码"),
    ],
)
def test_what_cannot_be_read_costs_little(build: Callable[[], bytes], message: str) -> None:
    data = build()

    def refuse() -> None:
        with pytest.raises(ReadError, match=message):
            read(data)

    no_dearer(refuse, lambda: read(FIXTURE.read_bytes()), 100, processes)


def test_memory_stays_below_half_a_gigabyte() -> None:
    # Measured in a process of its own: what a child used is known only as the most of all.
    code = (
        "import sys, resource; from ingest.readers.pdf import read\n"
        "from youju.errors import ReadError\n"
        "try: read(sys.stdin.buffer.read())\n"
        "except ReadError: print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    data = _content(_zeros(), b"/FlateDecode")
    run = subprocess.run([sys.executable, "-c", code], input=data, capture_output=True, check=True)
    kibibytes = int(run.stdout)  # of Linux; other systems count bytes
    assert 0 < kibibytes < 500 * 1024 or sys.platform != "linux"


def test_an_endless_parser_is_stopped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "endless.py"
    program.write_text("while True: pass")
    monkeypatch.setattr(reader, "_PROGRAM", program)
    monkeypatch.setattr(reader, "SECONDS", 1)
    with pytest.raises(ReadError, match="已停止"):
        read(b"%PDF-1.7\n%%EOF")


def test_scripts_attachments_and_actions_do_nothing(tmp_path: Path) -> None:
    touched = tmp_path / "touched"
    command = str(touched).encode()
    actions = (
        b"/OpenAction << /S /JavaScript /JS (app.launchURL\\('file://%s'\\)) >> "
        b"/AA << /WC << /S /Launch /F (/bin/touch) /Win << /F (touch) /P (%s) >> >> >> "
        b"/Names << /EmbeddedFiles << /Names [(x.exe) << /Type /Filespec /F (%s) >>] >> "
        b"/JavaScript << /Names [(a) << /S /JavaScript /JS (while\\(1\\);) >>] >> >>"
        % (command, command, command)
    )
    extra = (
        b"/AA << /O << /S /JavaScript /JS (while\\(1\\);) >> >> /Annots [<< /Type /Annot "
        b"/Subtype /Link /Rect [0 0 600 800] /A << /S /Launch /F (%s) >> >>]" % command
    )
    found = read(pdf_pages(shown((100, 700, LONG[:28])), catalog=actions, extra=extra))
    assert found.text == LONG[:28] and not touched.exists()


# --- any bytes -----------------------------------------------------------------------------------


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_a_damaged_file_is_read_or_refused(data: st.DataObject) -> None:
    real = bytearray(pdf_pages(shown(*_wrapped(LONG, 760)), shown((100, 700, LONG[:20]))))
    for _ in range(data.draw(st.integers(1, 12))):
        real[data.draw(st.integers(0, len(real) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(real)))
    drop = data.draw(st.integers(0, 30))
    try:
        found = read(bytes(real[:cut] + real[cut + drop :]))
    except ReadError:
        return
    assert found.text.strip()


def test_a_running_head_in_two_pieces_and_a_footnote_do_not_cut_a_sentence() -> None:
    def page(number: int, *lines: str, note: str = "") -> bytes:
        y = 700
        content = shown((60, 800, "青河市人民政府公报"), (430, 800, "2023年第4期"), size=10)
        for line in lines:
            content += shown((70, y, line))
            y -= 24
        content += shown((70, 120, "________________"), (70, 105, note), size=9) if note else b""
        return content + shown(
            (60, 50, "青河市人民政府办公室主办"), (290, 50, f"— {number} —"), size=10
        )

    first = page(
        1,
        "青河市科技奖励办法",
        "第一条 为了奖励在科技进步中作出贡献的单位",
        "和个人，制定本办法。",
        "第二条 一等奖的奖金为每个项目人民币最高不",
        note="① 奖金含税。",
    )
    second = page(
        2, "超过八十万元；二等奖的奖金为四十万元，由市", "财政部门拨付。", "第三条 奖金按年发放。"
    )
    third = page(3, "第四条 本办法自2023年5月1日起施行。")
    assert read(pdf_pages(first, second, third)).text.splitlines() == [
        "青河市科技奖励办法",
        "第一条 为了奖励在科技进步中作出贡献的单位和个人，制定本办法。",
        "第二条 一等奖的奖金为每个项目人民币最高不超过八十万元；"
        "二等奖的奖金为四十万元，由市财政部门拨付。",
        "① 奖金含税。",
        "第三条 奖金按年发放。",
        "第四条 本办法自2023年5月1日起施行。",
    ]


def test_two_narrow_columns_with_a_wide_gutter_are_read_one_after_the_other() -> None:
    left = (
        "第一条 为了保护古树名木，制", "定本办法。", "第二条 树龄一百年以上的树木",
        "是古树。", "第三条 禁止在古树上刻划、攀", "折或者悬挂重物，违者处五百元",
        "以下罚款。", "第四条 古树由所在地街道办事", "处登记。", "第五条 登记每五年复核一次。",
    )  # fmt: skip
    right = (
        "第六条 养护费用由市财政承担", "，每株每年不低于三百元。", "第七条 养护人发现古树衰弱的",
        "，应当报告。", "第八条 移植古树应当经市人民", "政府批准。", "第九条 擅自移植的，处十万元",
        "以上二十万元以下罚款。", "第十条 本办法自2022年1月1", "日起施行。",
    )  # fmt: skip
    lines = [
        line
        for i, pair in enumerate(zip(left, right, strict=True))
        for line in ((60, 700 - 22 * i, pair[0]), (330, 700 - 22 * i, pair[1]))
    ]
    text = read(pdf_pages(shown(*lines, size=13))).text
    assert text.replace("\n", "") == "".join(left + right)
    assert "第三条 禁止在古树上刻划、攀折或者悬挂重物，违者处五百元以下罚款。" in text


def test_two_columns_of_a_table_stay_side_by_side() -> None:
    cells = (("违法行为", "罚款"), *((f"乱停车辆第{i}种情形", f"{i}00元") for i in range(1, 10)))
    lines = [
        line
        for i, pair in enumerate(cells)
        for line in ((60, 700 - 22 * i, pair[0]), (330, 700 - 22 * i, pair[1]))
    ]
    assert "乱停车辆第3种情形\t300元" in read(pdf_pages(shown(*lines, size=13))).text


def _bars(*places: tuple[float, float, float, float]) -> bytes:
    """Page content that draws thin bars, each (x, y, width, height)."""
    return b"".join(b"%.1f %.1f %.1f %.1f re f\n" % place for place in places)


def _ruled(rows: list[tuple[str, str, str]], *, top: float = 700, merged: int = 0) -> bytes:
    """A page with a table of three columns, each row 60 points high; what wraps has a line break.

    The first `merged` rows of the body share the cell of the first column.
    """
    xs, height = (60, 160, 330, 520), 60
    bars = [(x, top - height * len(rows), 1, height * len(rows)) for x in xs]
    for i in range(len(rows) + 1):
        left = xs[1] if 1 < i <= merged else xs[0]
        bars.append((left, top - height * i, xs[-1] - left, 1))
    said = []
    for i, row in enumerate(rows):
        for x, cell in zip(xs, row, strict=False):
            lines = cell.split("\n") if cell else []
            first = top - height * i - 30 + 8 * (len(lines) - 1)
            said += [(x + 4, first - 16 * n, line) for n, line in enumerate(lines)]
    return shown(*said, size=13) + _bars(*bars)


def _document(data: bytes) -> PolicyDoc:
    return policy_doc(SourceFile("表.pdf", "0" * 64, "pdf", ""), read(data))


def _cells(data: bytes) -> list[list[str]]:
    doc = _document(data)
    (table,) = doc.tables
    return [[cell.of(doc.text) for cell in row.cells] for row in table.rows]


RULED = [
    ("类别", "违法行为", "免罚情形"),
    ("停车", "未按照标线停放机\n动车辆", "首次被查并当场改\n正，没有后果"),
    ("", "占用盲道", "当场驶离"),
    ("收费", "多收停车费不满一百元", "三日内退还"),
]


def test_a_table_that_lines_draw_is_read_cell_by_cell() -> None:
    (table,) = _document(pdf_pages(_ruled(RULED, merged=2))).tables
    text = _cells(pdf_pages(_ruled(RULED, merged=2)))
    assert table.header == ("类别", "违法行为", "免罚情形")
    assert text == [
        ["停车", "未按照标线停放机动车辆", "首次被查并当场改正，没有后果"],
        ["停车", "占用盲道", "当场驶离"],
        ["收费", "多收停车费不满一百元", "三日内退还"],
    ]


def test_a_ruled_table_over_two_pages_is_one() -> None:
    more = [RULED[0], ("标志", "遮挡停车标志", "当场移开"), ("标志二", "损坏标志", "当日修复")]
    text = _cells(pdf_pages(_ruled(RULED, merged=2), _ruled(more)))
    assert len(text) == 5 and text[3] == ["标志", "遮挡停车标志", "当场移开"]


def test_a_file_with_too_many_lines_is_read_without_its_later_tables(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = _ruled(RULED, merged=2)
    lines = len(reader._pages(pdf_pages(page))[0]["rules"])
    monkeypatch.setattr(reader, "MAX_RULES", lines)
    assert "占用盲道\t当场驶离" in read(pdf_pages(page)).text
    found = read(pdf_pages(page, page))
    rows = [block for block in found.blocks if block.kind == "row"]
    assert len(rows) == len(RULED) and "占用盲道" in found.text[rows[-1].span.end :]


def test_a_frame_around_text_is_no_table() -> None:
    frame = _bars((50, 400, 500, 1), (50, 720, 500, 1), (50, 400, 1, 320), (550, 400, 1, 320))
    page = shown((60, 690, "第一条 为了规范停车秩序，制定本办法。"), size=13) + frame
    assert not _document(pdf_pages(page)).tables


def test_a_cell_that_began_in_a_row_without_text_is_empty() -> None:
    rows = [("类别", "违法行为", "免罚情形"), ("", "", ""), ("", "占用盲道", "当场驶离")]
    (row,) = _cells(pdf_pages(_ruled(rows, merged=2)))
    assert row == ["", "占用盲道", "当场驶离"]


def _columns(*columns: list[str], wide: float = 150) -> tuple[list[list[str]], str]:
    """The rows of a table of which only the frame, the head and the columns are drawn."""
    pieces, right = [], 50 + wide * len(columns)
    for number, column in enumerate(columns):
        left = 50 + wide * number
        for line, text in enumerate(column):
            top = 105 if not line else 120 + 15 * line
            pieces.append(Piece(left + 5, left + 5 + 10 * len(text), top, top + 10, text, 10))
    rules = [Rule(50, right, y, y) for y in (100, 130, 400)]
    rules += [Rule(x, x, 100, 400) for x in range(50, round(right) + 1, round(wide))]
    text, blocks, _ = paragraphs([[p for p in pieces if p.text]], [rules])
    return [[cell.of(text) for cell in b.cells] for b in blocks if b.kind == "row"], text


def _line(top: float, *words: tuple[float, str], size: float = 10) -> list[Piece]:
    """Words from the given left edges on, all on one line."""
    return [Piece(x, x + size * len(w), top, top + size, w, size) for x, w in words]


def _read_rows(pieces: list[Piece]) -> list[list[str]]:
    text, blocks, _ = paragraphs([pieces])
    return [[cell.of(text) for cell in b.cells] for b in blocks if b.kind == "row"]


def test_a_label_that_is_set_apart_is_no_cell_and_its_line_goes_on() -> None:
    whole = "各级人民政府应当采取措施，推动本条例的贯彻实施，保护职工的合法权益。"
    pieces = [
        *_line(100, (90, "第一章"), (150, "总"), (190, "则")),
        *_line(120, (50, "第一条"), (100, "为了保护职工，制定本条例。")),
        *_line(140, (50, "第二条"), (100, whole[:25])),
        *_line(155, (50, whole[25:])),
        *_line(170, (50, "第三条"), (100, "本条例自公布之日起施行，由本市人民政府负责解释。")),
        *_line(190, (70, "a."), (100, "住用樓宇的業主，包括以合作社方式持有者，均可提出")),
        *_line(205, (100, "申請。")),
        *_line(220, (70, "b."), (100, "其他人士。")),
    ]
    text, blocks, frames = paragraphs([pieces])
    assert text.splitlines() == [
        "第一章 总则", "第一条 为了保护职工，制定本条例。", f"第二条 {whole}",
        "第三条 本条例自公布之日起施行，由本市人民政府负责解释。",
        "a. 住用樓宇的業主，包括以合作社方式持有者，均可提出申請。", "b. 其他人士。",
    ]  # fmt: skip
    assert not [block for block in blocks if block.kind == "row"]
    assert frames[2].box[:2] == (50, 140) and frames[2].span.of(text).startswith("第二条 各级")


def test_numbers_without_a_mark_stay_cells() -> None:
    rows = [["1", "面粉"], ["2", "大米"], ["3", "食油"]]
    pieces = [
        p
        for n, row in enumerate(rows)
        for p in _line(100 + 20 * n, *zip((50, 90), row, strict=True))
    ]
    assert _read_rows(pieces) == rows


@pytest.mark.parametrize(("raised", "read_as"), [(True, "500m³/d以上"), (False, "500m\t3\t/d以上")])
def test_a_raised_figure_belongs_to_what_it_stands_at(raised: bool, read_as: str) -> None:
    top = 98.0 if raised else 103.5
    text, _, _ = paragraphs(
        [
            [
                *_line(100, (50, "500m")),
                Piece(90, 94, top, top + 6, "3", 6),
                *_line(100, (94, "/d以上")),
            ]
        ]
    )
    assert text == read_as


def test_a_table_without_lines_may_have_empty_cells() -> None:
    columns = (50, 150, 250, 350)
    rows = [
        ["地区", "2021年", "2022年", "2023年"], ["城东区", "120", "", "135"],
        ["城西区", "98", "101", "110"], ["开发区", "", "60", "75"], ["合计", "218", "161", "320"],
    ]  # fmt: skip
    pieces = _line(80, (50, "表1收费标准"), (300, "单位：万元"))
    for number, row in enumerate(rows):
        words = [(x, word) for x, word in zip(columns, row, strict=True) if word]
        pieces += _line(100 + 20 * number, *words)
    assert _read_rows(pieces) == rows


def test_cells_that_reach_over_others_are_no_columns() -> None:
    """Then only rows with as many cells, each below the other, are a table, as before."""
    rows = [["甲", "乙", "丙"], ["甲一", "乙一", "丙一"], ["甲二", "乙二", "丙二"]]
    pieces = _line(80, (50, "一段横跨各列的说明文字写在这里"), (300, "二段"))
    for number, row in enumerate(rows):
        pieces += _line(100 + 20 * number, *zip((50, 120, 190), row, strict=True))
    pieces += _line(160, (60, "又一段横跨各列的说明文字"), (220, "末"))
    pieces += _line(180, (55, "又一段横跨各列的说明文字"), (230, "末"))
    assert _read_rows(pieces)[:3] == rows


def test_rows_that_no_line_divides_are_told_by_what_stands_side_by_side() -> None:
    head, names = ["项目", "面粉", "大米", "食油", "合计"], ["数量", "20", "35", "", "55"]
    prices = ["单价", "4.50", "6.00", "12.00", ""]
    rows, text = _columns(head, names, prices)
    assert rows == [list(row) for row in zip(head, names, prices, strict=True)]
    assert "2035" not in text and "4.506.00" not in text


def test_a_line_that_wraps_stays_in_the_row_above_it() -> None:
    names = ["项目", "农村客运车辆年审检测费用", "补贴", "城市公交", "出租汽车"]
    rows, _ = _columns(names, ["数量", "20", "", "35", "40"], ["单价", "4.50", "", "6.00", "8.00"])
    assert rows[1:] == [
        ["农村客运车辆年审检测费用补贴", "20", "4.50"], ["城市公交", "35", "6.00"],
        ["出租汽车", "40", "8.00"],
    ]  # fmt: skip


def test_text_that_fills_its_cells_is_no_table_of_rows() -> None:
    wrapped = ["违法行为", "擅自改变公共停车场用途或者", "停止使用公共停车场，情节", "严重的"]
    other = ["处罚标准", "处五千元以上三万元以下罚款", "；逾期不改正的，处三万元", "的罚款"]
    rows, _ = _columns(wrapped, other)
    assert rows[1] == ["".join(wrapped[1:]), "".join(other[1:])]


def test_each_cell_of_a_ruled_table_has_its_place_on_the_page() -> None:
    found = read(pdf_pages(_ruled(RULED, merged=2)))
    boxes = {frame.span.of(found.text): frame for frame in unpacked(found.frames)}
    one, two = boxes["机动车辆"[1:]].box, boxes["占用盲道"].box
    assert one[3] < two[1] and abs(one[0] - two[0]) < 2, "below each other in one column"
    assert boxes["停车"].box[2] <= one[0], "left of it"
