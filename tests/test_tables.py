from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ingest.pipeline import policy_doc
from ingest.readers import html
from ingest.tables import value_note
from tests.ingest_helpers import read
from youju.records import PolicyDoc, SourceFile

FLAT = "附件1\n主要指标\n类别\n2015年具体目标\n序号\n指标名称\n指标数据\n" + "\n".join(
    f"{n}\n指标{n}\n{n}%" for n in range(1, 6)
)


def _rows(doc: PolicyDoc) -> list[list[str]]:
    return [[cell.of(doc.text) for cell in row.cells] for row in doc.tables[0].rows]


def test_one_cell_per_line() -> None:
    doc = read("一、甲乙丙丁。\n" + FLAT)
    table = doc.tables[0]
    assert table.header == ("序号", "指标名称", "指标数据")
    assert _rows(doc) == [[str(n), f"指标{n}", f"{n}%"] for n in range(1, 6)]
    assert value_note(table, doc.text) == "2015年具体目标"
    assert doc.clauses[-1].path == ("附件1 主要指标",) and table.clause_id == doc.clauses[-1].id


def test_lines_between_rows_head_the_rows_below() -> None:
    lines = [
        "序号",
        "名称",
        "数据",
        "1",
        "甲",
        "5",
        "2",
        "乙",
        "6",
        "工程质量水平全面提升",
        "3",
        "丙",
        "7",
    ]
    doc = read("一、指标\n" + "\n".join(lines))
    groups = [row.group and row.group.of(doc.text) for row in doc.tables[0].rows]
    assert groups == [None, None, "工程质量水平全面提升"]


def test_footnote_marks_are_no_table() -> None:
    assert not read("一、甲\n1\n]\n正文正文。\n2\n]\n正文。\n3\n]\n正文。").tables


def test_two_counted_lines_are_no_table() -> None:
    assert not read("一、名单\n1\n甲公司\n2\n乙公司").tables


def test_tabs_and_strokes_part_cells() -> None:
    tabs = read("一、任务\n序号\t任务\t数量\n1\t甲\t5\n东部地区\n2\t乙\t\n3\t丙\t7\n二、完成")
    assert tabs.tables[0].header == ("序号", "任务", "数量")
    assert _rows(tabs) == [["1", "甲", "5"], ["2", "乙", ""], ["3", "丙", "7"]]
    assert [row.group and row.group.of(tabs.text) for row in tabs.tables[0].rows][-1] == "东部地区"
    strokes = read("一、任务\n| 任务 | 数量 |\n|---|---|\n| 甲 | 5 |\n| 乙 | 6 |")
    assert _rows(strokes) == [["甲", "5"], ["乙", "6"]]


def test_tables_that_html_declares() -> None:
    page = (
        "<html><body><h1>某市节水办法</h1><p>一、目标</p><table><tr><th>指标</th><th>目标</th></tr>"
        "<tr><td colspan=2>城镇</td></tr><tr><td>漏损率</td><td>9%</td></tr>"
        "<tr><td>普及率</td><td>80%</td></tr></table></body></html>"
    )
    doc = policy_doc(SourceFile("甲.html", "0" * 64, "html", 1), html.read(page.encode()))
    assert doc.tables[0].header == ("指标", "目标")
    assert _rows(doc) == [["漏损率", "9%"], ["普及率", "80%"]]
    assert [row.group and row.group.of(doc.text) for row in doc.tables[0].rows] == ["城镇"] * 2


def test_header_pairs_with_tabs_are_no_table() -> None:
    header = "索引号：\t014/2012\n发布机构：\t某市政府\n文号：\t某政发〔2012〕4号\n"
    text = header + "某市节水办法\n第一条 甲。"
    assert not read(text).tables


@given(
    st.lists(
        st.sampled_from(["1", "2", "3", "4", "甲", "序号", "名称", "a\tb", "c\td", "|", "一、乙"])
    )
)
def test_cells_slice_back_and_rows_keep_their_width(texts: list[str]) -> None:
    body = "第一条 为加强管理，制定本办法，由有关部门按照职责执行。\n"
    doc_text = f"关于甲的通知\n{body}" + "\n".join(texts)
    doc = read(doc_text)
    for table in doc.tables:
        at = table.span.start
        for row in table.rows:
            assert len(row.cells) == len(table.header)
            assert row.span.start >= at and table.span.covers(row.span)
            at = row.span.end
            assert all(row.span.covers(cell) for cell in row.cells)
            assert all(cell.of(doc.text) == cell.of(doc.text).strip() for cell in row.cells)


def _page(body: str) -> PolicyDoc:
    page = f"<html><body><h1>某市停车办法</h1><p>一、目标</p>{body}</body></html>"
    return policy_doc(SourceFile("甲.html", "0" * 64, "html", 1), html.read(page.encode()))


def _table(*rows: str) -> str:
    """Rows of cells parted by |; `3*` before a cell spans columns, `3^` rows."""

    def cell(text: str) -> str:
        for mark, name in (("*", "colspan"), ("^", "rowspan")):
            if text[1:2] == mark:
                return f"<td {name}={text[0]}>{text[2:]}</td>"
        return f"<td>{text}</td>"

    lines = ("".join(map(cell, row.split("|"))) for row in rows)
    return "<table>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>"


def test_header_rows_of_three_levels_without_th() -> None:
    doc = _page(
        "<p>附表1 建设计划</p><p>单位：个</p>"
        + _table(
            "3^城区|4*2023年|1*2024年",
            "2*机械车库|2*平面车库|机械车库",
            "新建|改建|新建|改建|新建",
            "东|120|30|50|6|7",
            "西|90|20|40|5|1",
            "6*注：数据为暂定数。",
        )
    )
    table = doc.tables[0]
    assert table.header == (
        "城区", "2023年 机械车库 新建", "2023年 机械车库 改建", "2023年 平面车库 新建",
        "2023年 平面车库 改建", "2024年 机械车库 新建",
    )  # fmt: skip
    assert _rows(doc) == [["东", "120", "30", "50", "6", "7"], ["西", "90", "20", "40", "5", "1"]]
    assert table.caption is not None and table.caption.of(doc.text) == "附表1 建设计划"
    assert [note.of(doc.text) for note in table.notes] == ["单位：个", "注：数据为暂定数。"]


def test_years_and_blanks_beside_a_name_head_columns() -> None:
    years = _page(_table("指标|2021|2022", "绿化率|35%|36%", "达标率|85%|86%"))
    assert years.tables[0].header == ("指标", "2021", "2022")
    blanks = _page(
        _table("镇|2021年||2022年|", "|户数|人数|户数|人数", "东镇|11|2|3|4", "西镇|5|6|7|8")
    )
    assert blanks.tables[0].header[1:] == (
        "2021年 户数",
        "2021年 人数",
        "2022年 户数",
        "2022年 人数",
    )
    assert len(_rows(blanks)) == 2


def test_a_table_that_pages_cut_is_one() -> None:
    again = _table("镇|户数", "甲|1", "乙|2") + "<p>— 3 —</p>" + _table("镇|户数", "丙|3", "丁|4")
    bare = "<p>第4页</p>" + _table("戊|5", "己|6")
    doc = _page(again + bare)
    assert len(doc.tables) == 1
    assert [row[0] for row in _rows(doc)] == list("甲乙丙丁戊己")


def test_two_tables_side_by_side_stay_two() -> None:
    doc = _page(
        _table("镇|户数", "甲|1", "乙|2") + "<p>表2</p>" + _table("村|亩数", "丙|3", "丁|4")
    )
    assert [table.header for table in doc.tables] == [("镇", "户数"), ("村", "亩数")]


def test_tabs_hold_empty_cells_and_header_levels() -> None:
    doc = read(
        "一、任务\n任务表（单位：万元）\n区县\t2022年\t\t2023年\t\n\t投入\t产出\t投入\t产出\n"
        "甲县\t10\t\t30\t40\n乙县\t1\t2\t3\t4\n二、完成"
    )
    table = doc.tables[0]
    assert table.header == ("区县", "2022年 投入", "2022年 产出", "2023年 投入", "2023年 产出")
    assert _rows(doc) == [["甲县", "10", "", "30", "40"], ["乙县", "1", "2", "3", "4"]]
    assert table.caption is not None and "任务表" in table.caption.of(doc.text)


def test_blanks_part_columns_of_values_but_no_names() -> None:
    doc = read(
        "一、收费\n车型    首小时    日最高\n小车    5元    40元\n大车    10元    80元\n二、完"
    )
    assert _rows(doc) == [["小车", "5元", "40元"], ["大车", "10元", "80元"]]
    assert not read("一、名单\n张三　李四　王五\n赵六　孙七　周八\n吴九　郑十　钱一\n二、完").tables
