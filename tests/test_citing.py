from __future__ import annotations

from dataclasses import replace

import pytest

from web import citing
from youju.records import Citation, Clause, Span
from youju.service import PolicySearch

CITATION = Citation(
    *(
        1,
        "d1",
        "某市节水办法",
        "某政发〔2022〕8号",
        "某市人民政府",
        "某市",
        "2022-04-06",
        "现行有效",
    ),
    *(("二、重点任务", "(三)减少漏损"), "库/节水.txt", 10, 20, "漏损率低于9%。", 3),
)


def _chain(*parts: tuple[str, str, str]) -> list[Clause]:
    everything = Span(0, 1)
    return [
        Clause(f"c{i}", kind, i, label, "", (last,), everything, everything)
        for i, (kind, label, last) in enumerate(parts, 1)
    ]


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ([("一、", "二、", ""), ("(一)", "(三)", "")], "第二部分第（三）项"),
        (
            [("一、", "十一、", ""), ("(一)", "（二）", ""), ("1.", "4.", "")],
            "第十一部分第（二）项第4点",
        ),
        ([("章", "第二章", ""), ("条", "第十 条", ""), ("款", "", "第二款")], "第十条第二款"),
        (
            [("条", "第三条", ""), ("(一)", "（一）", ""), ("1.", "2．", "")],
            "第三条第（一）项第2目",
        ),
        ([("条", "第十条之一", "")], "第十条之一"),
        ([("章", "第二章", ""), ("节", "第一节", "")], "第二章第一节"),
        ([("附件", "附件 1", ""), ("一、", "一、", "")], "附件1第一部分"),
        ([("附件", "附件2", ""), ("章", "第一章", ""), ("条", "第二条", "")], "附件2第二条"),
        ([("一、", "一、", ""), ("(1)", "(2)", ""), ("①", "③", "")], "第一部分第（2）小点第③小点"),
        ([("段", "", ""), ("题", "", "产品质量"), ("——", "——", "")], ""),
    ],
)
def test_how_a_clause_is_said(parts: list[tuple[str, str, str]], words: str) -> None:
    assert citing.clause_words(_chain(*parts)) == words


def test_the_four_styles() -> None:
    chain = _chain(("一、", "二、", ""), ("(一)", "(三)", ""))
    assert citing.plain(CITATION).text == (
        "“漏损率低于9%。”——《某市节水办法》（某政发〔2022〕8号），某市人民政府，2022-04-06，"
        "二、重点任务 › (三)减少漏损，第3页，现行有效。"
    )
    assert citing.markdown(CITATION).text.startswith("> 漏损率低于9%。\n>\n> —— 《某市节水办法》")
    assert citing.gbt7714(CITATION).text == (
        "某市人民政府. 某市节水办法: 某政发〔2022〕8号[Z]. 2022-04-06: 3."
    )
    assert citing.legal(CITATION, chain) == citing.Cited(
        "copy.legal", "《某市节水办法》（某政发〔2022〕8号）第二部分第（三）项"
    )


def test_missing_fields_are_named_and_not_invented() -> None:
    bare = replace(CITATION, doc_number=None, issuer=None, date=None, page=None, path=())
    assert citing.gbt7714(bare) == citing.Cited(
        "copy.gbt7714", "某市节水办法[Z].", ("发文机关", "日期")
    )
    assert citing.legal(bare, []) == citing.Cited(
        "copy.legal", "《某市节水办法》", ("文号", "条款编号")
    )
    for cited in (citing.plain(bare), citing.markdown(bare)):
        assert "None" not in cited.text and "，，" not in cited.text and not cited.missing


def test_titles_keep_their_inner_marks() -> None:
    assert citing.bare_title("《节水办法》") == "节水办法"
    for title in ("关于印发《节水办法》", "《甲》和《乙》", "节水办法"):
        assert citing.bare_title(title) == title


def test_markdown_keeps_the_characters() -> None:
    quote = "1. 甲*乙*\n# [丙](x) <b>`丁`"
    shown = citing.markdown(replace(CITATION, quote=quote)).text.split("\n>\n")[0]
    assert shown == "> 1\\. 甲\\*乙\\*\n> \\# \\[丙\\](x) \\<b\\>\\`丁\\`"


def test_real_citations(search: PolicySearch) -> None:
    answer = search.ask("重庆市2015年要新增多少个重庆名牌产品？")
    citation = answer.citations[0]
    row = citing.styles(citation, search.document(citation.doc_id))[-1]
    assert row.text.endswith("附件1") and not row.missing
    answer = search.ask("嘉兴市2013年要努力争创什么示范城市？")
    citation = answer.citations[0]
    legal = citing.styles(citation, search.document(citation.doc_id))[-1]
    assert legal.missing == ("文号",) and legal.text.endswith("第一部分第（一）项")
