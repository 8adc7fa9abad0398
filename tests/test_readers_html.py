from __future__ import annotations

import pytest
from growth import linear
from hypothesis import given
from hypothesis import strategies as st

from ingest.readers.html import read
from ingest.readers.select import extract
from youju.errors import ReadError
from youju.records import ExtractedText, SourceFile

PAGE = """<!DOCTYPE html>
<html><head><meta charset="{charset}"><meta name="ArticleTitle" content="关于印发办法的通知">
<title>关于印发办法的通知-某市人民政府</title><style>.a{{}}</style>
<script>var a = "<p>脚本</p>";</script></head>
<body><div class="nav"><ul><li><a href="/">首页</a></li><li><a href="/zw">政务公开</a></li>
</ul></div>
<div class="crumb">当前位置:<a>首页</a> &gt; <a>政策</a></div>
<table class="layout"><tr><td><table border="1"><tbody>
<tr><th>索引号:</th><td>014000319/2012-01296</td><th>分类:</th><td>政府文件 / 通知</td></tr>
<tr><th>发布机构:</th><td colspan="3">某市人民政府</td></tr>
<tr><th>文号:</th><td>某政发〔2012〕45号</td><th>有效性:</th><td>有效</td></tr>
<tr><td></td><td> </td></tr>
</tbody></table></td></tr></table>
<h1>关于印发办法的通知</h1>
<div id="zoom" class="TRS_Editor"><UCAPCONTENT><p>　　一、总体要求</p>
<p>到2017年,<b>合格率</b>达到<span>98%</span>以
上。<br/>第二行&nbsp;m<sup>2</sup></p><!-- 注释 --><div hidden>看不见一</div>
<p style="DISPLAY: none">看不见二</p><noscript>看不见三</noscript>
<p>依照《办法》<a href="#">第十条</a>办理。</p></UCAPCONTENT></div>
<div class="footer">主办:某市人民政府</div></body></html>"""
LINES = [
    "首页", "政务公开", "当前位置:首页 > 政策",
    "索引号:\t014000319/2012-01296\t分类:\t政府文件 / 通知", "发布机构:\t某市人民政府",
    "文号:\t某政发〔2012〕45号\t有效性:\t有效", "关于印发办法的通知", "　　一、总体要求",
    "到2017年,合格率达到98%以上。", "第二行\xa0m2", "依照《办法》第十条办理。", "主办:某市人民政府",
]  # fmt: skip


def _rows(extracted: ExtractedText) -> list[list[str]]:
    return [[c.of(extracted.text) for c in b.cells] for b in extracted.blocks if b.kind == "row"]


def _check_spans(extracted: ExtractedText) -> None:
    for block in extracted.blocks:
        for span in (block.span, *block.cells):
            piece = span.of(extracted.text)
            assert span.end <= len(extracted.text)
            assert "\n" not in piece and piece == piece.strip()
        assert block.span.of(extracted.text) or block.kind == "row"


@pytest.mark.parametrize(
    ("charset", "written", "expect"),
    [
        ("utf-8", "utf-8", "utf-8"),
        ("gb2312", "gb18030", "gb18030"),
        ("GBK", "utf-8", "utf-8"),  # a page converted later, its declaration left behind
        ("utf-8", "gb18030", "gb18030"),
        ("none", "utf-16", "utf-16-le"),
        ("big5", "utf-8-sig", "utf-8"),
    ],
)
def test_a_government_page(charset: str, written: str, expect: str) -> None:
    extracted = read(PAGE.format(charset=charset).encode(written))
    assert extracted.encoding == expect
    assert extracted.text.split("\n") == LINES
    assert extracted.title == "关于印发办法的通知"
    assert _rows(extracted) == [
        ["索引号:", "014000319/2012-01296", "分类:", "政府文件 / 通知"],
        ["发布机构:", "某市人民政府", "某市人民政府", "某市人民政府"],
        ["文号:", "某政发〔2012〕45号", "有效性:", "有效"],
    ]
    headings = [b.span.of(extracted.text) for b in extracted.blocks if b.kind == "heading"]
    assert headings == ["关于印发办法的通知"]
    _check_spans(extracted)


def test_big5_is_read_as_declared() -> None:
    page = '<meta http-equiv="Content-Type" content="text/html; charset=big5"><p>質量</p>'
    extracted = read(page.encode("big5"))
    assert (extracted.text, extracted.encoding) == ("質量", "big5hkscs")


def test_merged_cells_are_repeated_where_they_reach() -> None:
    extracted = read(
        "<table><caption>附表</caption><thead><tr><th>类别</th><th>指标</th><th>目标</th></tr></thead>"
        "<tr><td rowspan=2>产品</td><td>监督<br>抽查</td><td>90%</td></tr>"
        "<tr><td>出口</td><td></td></tr><tr><td colspan=3>合计</td></tr></table>".encode()
    )
    assert extracted.text == "附表\n类别\t指标\t目标\n产品\t监督 抽查\t90%\n出口\t\n合计"
    assert _rows(extracted) == [
        ["类别", "指标", "目标"],
        ["产品", "监督 抽查", "90%"],
        ["产品", "出口", ""],
        ["合计", "合计", "合计"],
    ]
    assert [block.header for block in extracted.blocks] == [True, False, False, False]
    _check_spans(extracted)


def test_tables_are_numbered_and_one_cell_is_none() -> None:
    table = "<table><tr><td>甲<td>1<tr><td>乙<td>2</table>"
    extracted = read(f"<p>前{table}<table><tr><td>一格</td></tr></table>{table}后".encode())
    assert extracted.text == "前\n甲\t1\n乙\t2\n一格\n甲\t1\n乙\t2\n后"
    assert [block.table for block in extracted.blocks] == [0, 0, 1, 1]


def test_a_page_laid_out_by_a_table_is_no_table() -> None:
    article = "".join(f"<p>第{i}条 {'管理办法' * 30}。</p>" for i in range(1, 12))
    extracted = read(f"<table><tr><td>导航</td><td>{article}</td></tr></table>".encode())
    assert not extracted.blocks
    assert len(extracted.text.split("\n")) == 12


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>一<p>二<div>三", "一\n二\n三"),
        ("没有标签的文字", "没有标签的文字"),
        ("<p>达到 \n 85 %</p>", "达到 85 %"),
        ("<p>质量\n   发展</p>", "质量发展"),
        ("<a>首页</a>\n<a>新闻</a>", "首页 新闻"),
        ("<p>3&lt;5&#x4E00;&amp;</p>", "3<5一&"),
        ("<pre>第一行\r\n  第二行</pre>", "第一行\n  第二行"),
        ("<p>一</p></p></div></table><p>二", "一\n二"),
        ("<table>散落<td>甲<td>乙</table>", "散落\n甲\t乙"),
        ("<p>一<!-- 未完 --><?php x ?>二</p>", "一二"),
        ("<ol><li>甲</li><li>乙</li></ol>", "甲\n乙"),
        ("<body style='visibility:hidden'><p>正文</p>", "正文"),
        ("<p>甲<br><br/>乙</p>", "甲\n乙"),
        ("<h2>总则</h2>第一条", "总则\n第一条"),
    ],
)
def test_what_a_reader_sees(source: str, text: str) -> None:
    assert read(source.encode()).text == text


@pytest.mark.parametrize(
    "source", ["", "<html></html>", "<script>a</script>", "<!-- 一 -->", "<p> "]
)
def test_a_page_without_words_is_refused(source: str) -> None:
    with pytest.raises(ReadError):
        read(source.encode())


def test_a_wrong_byte_is_named() -> None:
    data = PAGE.format(charset="utf-8").encode()
    at = data.index(b"</UCAP")
    with pytest.raises(ReadError, match=f"第 {at} 字节"):
        read(data[:at] + b"\xff" + data[at:])


@pytest.mark.parametrize(
    ("head", "unit", "size", "tail"),
    [
        ("", "<div>", 30_000, "深"), ("", "<b>", 20_000, "深"),
        ("", "<table><tr><td>", 3000, "深"), ("", "<", 300_000, ""), ("", "&", 300_000, ""),
        ("<p a='", "x", 1_000_000, ""), ("<p>", "字", 1_000_000, ""),
        ("", "<p>质量。</p>\n", 20_000, ""), ("<table>", "<tr><td>a<td>b", 10_000, ""),
        ("", "a<!--", 60_000, ""),
        ("<table>", "<tr><td colspan=99999 rowspan=99999>a<td>b", 1000, ""),
    ],
    ids=range(11),
)  # fmt: skip
def test_monstrous_pages_take_linear_time(head: str, unit: str, size: int, tail: str) -> None:
    def work(count: int) -> None:
        source = head + unit * count + tail
        try:
            extracted = read(source.encode())
        except ReadError as error:
            assert "嵌套过深" in str(error) or not source.endswith(("深", "字</p>"))
        else:
            assert extracted.text.count("字") == source.count("字")
            assert extracted.text.count("质量") == source.count("质量")

    linear(work, size)


TAGS = "p div br table tr td th thead tbody caption h1 h2 li ul pre b a span script title".split()  # noqa: SIM905
PIECES = st.one_of(
    st.sampled_from([f"<{tag}>" for tag in TAGS] + [f"</{tag}>" for tag in TAGS]),
    st.sampled_from(["<td colspan=2>", "<td rowspan=3>", "<td rowspan=0>", "<p hidden>", "&nbsp;"]),
    st.sampled_from(["质量", "98%", " ", "\n", "　", "a b", "<", "&amp;", "<!--", "-->"]),
)


@given(st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=80))
def test_any_markup_gives_sound_spans(source: str) -> None:
    try:
        extracted = read(source.encode("utf-8", "ignore"))
    except ReadError:
        return
    _check_spans(extracted)
    widths: dict[int, int] = {}
    for block in extracted.blocks:
        if block.kind == "row":
            assert block.table is not None and block.cells
            assert widths.setdefault(block.table, len(widths)) == block.table


@given(st.binary(max_size=200))
def test_any_bytes_give_text_or_one_clear_error(data: bytes) -> None:
    for source in (data, b"<meta charset=gbk><p>" + data, b"<table><tr><td>" + data + b"<td>"):
        try:
            extract(SourceFile("页.html", "0" * 64, "html", len(source)), source)
        except ReadError as error:
            assert str(error).startswith("页.html") and "\n" not in str(error)


def test_a_heading_over_two_lines_is_a_block_per_line() -> None:
    found = read("<h1>关于质量工作<br>的实施意见<div>附注</div></h1><p>正文。".encode())
    _check_spans(found)
    named = [block.span.of(found.text) for block in found.blocks]
    assert named == ["关于质量工作", "的实施意见", "附注"]


# --- cells that span -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "page",
    [
        "<table>" + "<tr><td colspan=256 rowspan=9999>甲<td>乙" * 4000 + "</table>",
        "<table><tr><td>甲<td>乙</table>" * 20 + "<table><tr><td colspan=9 rowspan=0>丙"
        + "<tr><td>丁" * 9000 + "</table>",
        "<table><tr><td colspan=99999>" + "甲" * 60_000 + "<td>乙" + "<tr><td>丙<td>丁" * 50,
        "<table><tr><td colspan=99>甲<td>乙</table>" * 4000,
    ],
)  # fmt: skip
def test_what_spans_is_bounded_by_what_is_there(page: str) -> None:
    extracted = read(page.encode())
    real = page.count("<td")
    cells = [cell for block in extracted.blocks for cell in block.cells]
    assert len(cells) <= 9 * real + len(extracted.text) // 2 + 4200
    said = sum(cell.end - cell.start for cell in cells)
    assert said <= 9 * len(extracted.text) + 128 * real + 66_000
    _check_spans(extracted)


def test_wide_headings_of_short_tables_are_left_alone() -> None:
    rows = "".join("<tr>" + "<td>值" * 30 + "</tr>" for _ in range(5))
    page = f"<table><tr><th colspan=30>指标一览<tr><th rowspan=6>地区{rows}</table>"
    widths = [len(cells) for cells in _rows(read(page.encode()))]
    assert widths == [30, 1, 31, 31, 31, 31, 31]
