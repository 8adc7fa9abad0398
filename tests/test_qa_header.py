"""What headers say of their documents, each field with the line that proves it."""

from __future__ import annotations

import pytest
from qa_helpers import asked, document, said

from index.retrieve import HybridIndex
from qa import header
from youju.records import Span

HEADER = """云山市人民政府办公室关于印发云山市节水行动方案（2022—2025年）的通知
云政办发〔2022〕18号
各区人民政府：
　　现将方案印发给你们，请认真贯彻执行。本方案自2022年5月1日起施行，有效期至2025年12月31日。
云山市人民政府办公室
2022年4月6日
一、总体要求
到2025年，用水总量控制在12亿立方米以内。
"""


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("贵州省质量发展三年行动计划的文号", "文号：黔府发[2015]15号[1]"),
        ("江苏的文件还有效吗", None),
        ("青岩市的通告废止了吗", None),
        ("清河市电动自行车管理条例什么时候施行", "施行日期：2021年3月1日[1]"),
        ("临江市信息化项目管理办法有效期到哪天", "有效期至：2027年5月14日（有效期5年）[1]"),
        ("南屏市养老服务体系建设规划管哪几年", None),
        ("云岭县清洁取暖工作方案是谁印发的", "发文机关：云岭县人民政府办公室[1]"),
    ],
)
def test_answers_from_headers(
    five: HybridIndex, fitted: HybridIndex, question: str, text: str | None
) -> None:
    index = five if question[:2] in ("贵州", "江苏") else fitted
    assert asked(question, index).kind == "metadata"
    got = said(question, index)
    assert got.endswith("[1]") and got.count("\n") == 0
    if text is not None:
        assert got == text


def test_a_void_document_is_called_so(five: HybridIndex, fitted: HybridIndex) -> None:
    assert said("江苏的文件还有效吗", five).startswith("时效：已失效（根据")
    assert said("青岩市的通告废止了吗", fitted).startswith("时效：已废止")
    assert said("江苏这份文件是哪天印发的", five).endswith("（注意：该文件已失效）")
    assert said("江苏力争全年发展多少个江苏名牌", five).endswith("（注意：该文件已失效）")


def test_the_day_on_which_a_site_put_it_online_is_told_beside(five: HybridIndex) -> None:
    got = said("嘉兴行动要点在网上是什么时候发布的", five)
    assert "成文日期：2013年6月17日" in got
    assert "网页登记的发布日期：2022-12-12" in got


def test_silence_is_not_filled(five: HybridIndex) -> None:
    assert said("嘉兴文件的文号", five) == (
        "《嘉兴市人民政府办公室关于印发2013年质量强市建设行动要点的通知》没有注明文号。"
    )
    assert "没有注明时效" in said("贵州的文件还有效吗", five)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("doc_number", "文号：云政办发〔2022〕18号"),
        ("issuer", "发文机关：云山市人民政府办公室"),
        ("effective_on", "施行日期：2022年5月1日"),
        ("expires_on", "有效期至：2025年12月31日"),
        ("written_on", "成文日期：2022年4月6日"),
        ("issued_on", "成文日期：2022年4月6日"),  # nothing else is known
    ],
)
def test_each_field_with_its_line(field: str, value: str, five: HybridIndex) -> None:
    doc = document(HEADER)
    question = asked("这个文件", five)
    from dataclasses import replace

    (entry,) = header.entries(replace(question, wanted=(field,)), doc)
    assert entry.text == value
    shown = value.split("：")[1]
    assert shown in entry.span.of(doc.text)


def test_the_title_and_its_years() -> None:
    from youju.records import Question

    doc = document(HEADER)
    question = Question("", "", kind="metadata", wanted=("title", "period"))
    title, period = header.entries(question, doc)
    assert title.text == f"标题：{doc.name}"
    assert "2022—2025年" in period.text


def test_a_document_that_says_nothing_gives_nothing() -> None:
    from youju.records import Question

    doc = document("关于开展卫生检查的通知\n请各科室做好准备。\n")
    fields = ("doc_number", "written_on", "issued_on", "effective_on", "expires_on", "status")
    question = Question("", "", kind="metadata", wanted=fields)
    assert header.entries(question, doc) == []
    told = header.unknown(fields, [doc])
    assert told.endswith("没有注明文号、成文日期、发布日期、施行日期、有效期至、时效")


def test_a_line_is_quoted_whole_unless_it_is_a_page(five: HybridIndex) -> None:
    doc = document(HEADER)
    at = doc.text.index("18号")
    assert header.line_of(doc, Span(at, at + 3)).of(doc.text) == "云政办发〔2022〕18号"
    long = document("甲" * 500 + "文号" + "乙" * 500)
    assert header.line_of(long, Span(500, 502)) == Span(500, 502)


@pytest.mark.parametrize(
    ("question", "state"),
    [
        ("哪些文件已经失效", True),
        ("哪些政策废止了", True),
        ("哪些文件还有效", False),
        ("江苏的文件还有效吗", None),
        ("江苏的文件是依据哪个决定宣布失效的", None),
    ],
)
def test_lists_of_documents_by_state(five: HybridIndex, question: str, state: bool | None) -> None:
    assert header.asked_state(asked(question, five)) is state


def test_only_the_void_ones_are_listed(five: HybridIndex, fitted: HybridIndex) -> None:
    assert said("哪些文件已经失效", five).count("\n") == 0
    assert "江苏省" in said("哪些文件已经失效", five)
    assert said("哪些文件已经废止", fitted).startswith("青岩市人民政府关于实行机动车尾号限行的通告")
    assert "重庆市" in said("哪些文件现在还有效", five)
