"""Lists and articles that the clause tree holds: outlines, 第N条."""

from __future__ import annotations

import pytest
from qa_helpers import Even, asked, document, said

from index.retrieve import HybridIndex
from qa.asked.weights import Asked
from qa.clauses import articles, lists
from qa.proof.trim import unlabelled

RULES = """云山市停车管理条例
（2020年10月28日云山市第八届人民代表大会常务委员会通过）
第一章 总则
第一条 为了规范停车秩序，制定本条例。
第二条 停车人应当遵守下列规定：
（一）按照标线停放；
（二）不得占用盲道；
（三）按时缴费。
第二章 罚则
第三条 违反本条例第二条规定的，处五十元罚款。
第三条之一 拒不缴费的，记入信用档案。
第四条 本条例自2021年1月1日起施行。
"""
PLAN = """云山市治水工作方案
一、四大行动
（一）控源截污行动。开展排查，更新管网20公里。
（二）清淤行动。清淤河道5条。
（三）补水行动。日补水3万吨。
（四）巡查行动。每周巡查一次。
二、实施步骤
工作分两个阶段：
（一）动员阶段。2022年1月至3月，各区制定方案，报市治水办备案，组织培训，建立台账，明确责任人，落实资金，开展宣传，做好各项准备工作，确保按时启动，并把任务分解到每一个镇街和村居，做到事事有人管，件件有着落，处处有监督。
（二）推进阶段。2022年4月至12月，各区按照方案推进，市治水办每月通报进度，对进度落后的区进行约谈，重点项目实行挂图作战，现场办公，协调解决征地、资金、审批等方面的困难和问题，确保年底前全部完工，验收合格后移交管养单位。
"""


@pytest.fixture(scope="module")
def rules():
    return document(RULES)


@pytest.fixture(scope="module")
def plan():
    return document(PLAN)


def weights(*runs: str) -> Asked:
    return Asked.of(runs, Even())  # type: ignore[arg-type]


def test_the_children_of_a_heading(plan) -> None:
    listed = lists.outline(weights("四大行动"), [plan])
    assert listed is not None
    assert [c.heading for c in listed.children] == [
        "控源截污行动",
        "清淤行动",
        "补水行动",
        "巡查行动",
    ]
    for child in listed.children:
        span = lists.heading_span(plan, child)
        assert span.of(plan.text).endswith(child.heading) and child.span.covers(span)


def test_short_items_are_told_whole(plan) -> None:
    listed = lists.outline(weights("四大行动"), [plan])
    assert listed is not None
    assert [line.text for line in lists.lines(listed)][:2] == [
        "控源截污行动。开展排查，更新管网20公里",
        "清淤行动。清淤河道5条",
    ]


def test_no_outline_without_a_heading_that_fits(plan) -> None:
    assert lists.outline(weights("招商引资"), [plan]) is None
    assert lists.outline(weights("四大行动"), []) is None


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("条例第三条规定了什么", (3, 0)),
        ("第十二条的内容", (12, 0)),
        ("第 2 条", (2, 0)),
        ("第三条之一说了什么", (3, 1)),
        ("违反第三条规定怎么处罚", None),
        ("依照第二条规定处理", None),
        ("第三条的罚款是多少", None),
        ("第三章", None),
        ("停车罚多少", None),
    ],
)
def test_asked_article(five: HybridIndex, question: str, wanted: tuple[int, int] | None) -> None:
    assert articles.asked_article(asked(question, five)) == wanted


def test_articles_by_number(rules, plan) -> None:
    for number, words in ((1, "为了规范"), (2, "遵守下列规定"), (3, "五十元"), (4, "起施行")):
        ((doc, clause),) = articles.articles([plan, rules], (number, 0))
        assert words in articles.quoted(doc, clause).of(doc.text)
    ((doc, clause),) = articles.articles([rules], (3, 1))
    assert "信用档案" in articles.quoted(doc, clause).of(doc.text)
    assert articles.articles([rules], (5, 0)) == []


def test_an_article_is_quoted_with_its_items_and_cut_at_a_sentence() -> None:
    long = "停车人应当按时缴费。" * 60
    doc = document(f"云山市停车管理条例\n第一条 {long}\n第二条 甲。\n")
    ((_, clause),) = articles.articles([doc], (1, 0))
    quote = articles.quoted(doc, clause).of(doc.text)
    assert len(quote) <= 400 and quote.endswith("。") and quote.startswith("第一条")


def test_the_article_is_the_answer(fitted: HybridIndex) -> None:
    assert said("电动自行车管理条例第十条规定了什么", fitted) == (
        "禁止在建筑物的公共门厅、疏散通道、楼梯间、安全出口停放电动自行车或者为其充电。"
        "禁止携带电动自行车或者其蓄电池进入载人电梯[1]"
    )


def test_an_article_of_several_documents_is_not_guessed(fitted: HybridIndex) -> None:
    both = articles.articles(list(fitted.documents()), (3, 0))
    assert len(both) > 1
    told = said("第三条规定了什么", fitted)
    quoted = [unlabelled(clause.own.of(doc.text))[:20] in told for doc, clause in both]
    assert all(quoted) or not any(quoted), "the article of each document, or of none"
