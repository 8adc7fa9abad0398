"""Who, when and which number in texts without line breaks, as crawlers give them."""

from __future__ import annotations

import pytest
from qa_helpers import document, index_of

from index.retrieve import HybridIndex
from qa.asked.question import analyze
from qa.pipeline import answer
from text.dates import dates
from youju.records import Encoder

DECREE = (
    "云山省人民政府令第88号《云山省候鸟保护规定》已经2007年2月14日云山省人民政府第9次常务会议通过，"
    "现予公布，自2007年5月1日起施行。省长李青山二○○七年二月二十五日云山省候鸟保护规定第一章总则"
    "第一条为了保护候鸟，根据《云山省野生动物条例》和其他有关法律，制定本规定。"
    "第二条本规定适用于本省行政区域内候鸟的保护。第三条县级以上人民政府应当建立候鸟救护站。"
    "第四条本规定自2007年5月1日起施行。"
)
HISTORY = (
    "平湖省灯塔管理条例（2000年10月26日平湖省人民代表大会常务委员会第六次会议通过"
    "根据2018年12月14日《平湖省人民代表大会常务委员会关于修改部分法规的决定》第一次修正）"
    "第一章总则第一条为保证航行安全，制定本条例。第二条灯塔由省交通厅管理。"
    "第三条本条例自2001年1月1日起施行。\n第四条附则。"
)
JOINT = (
    "关于印发《海川市渔港卸货办法》的通知\n海渔发〔2019〕7号\n各渔港：\n"
    "现将《海川市渔港卸货办法》印发给你们。\n海川市渔业局\n海川市交通运输局\n海川市渔协\n"
    "海川市财政局\n2019年3月8日\n海川市渔港卸货办法\n第一条 渔船应当按次序卸货。\n"
    "第二条 本办法自2019年5月1日起施行。\n"
)
NUMBERED = (
    "海关部令第8号灯船登记规定2003年8月4日\n第一条 灯船应当登记。\n"
    "第二条 本规定自公布之日起施行。\n"
)
EXPLAINED = (
    "《青岩市窨井盖管理办法》解读\n"
    "2022年11月2日，青岩市城市管理局印发了《青岩市窨井盖管理办法》（青城规〔2022〕6号），"
    "自2022年12月1日起施行。《青岩市井盖维护暂行规定》同时废止。\n"
    "一、起草背景\n窨井盖关系行人安全。\n二、主要内容\n《办法》共五章二十六条。\n"
)


@pytest.fixture(scope="module")
def library(qa_encoder: Encoder) -> HybridIndex:
    texts = {"令": DECREE, "史": HISTORY, "联": JOINT, "号": NUMBERED, "解": EXPLAINED}
    docs = [document(text, f"{name}.txt") for name, text in sorted(texts.items())]
    return index_of(docs, qa_encoder)


def test_a_decree_on_one_line() -> None:
    meta = document(DECREE, "令.txt").meta
    assert meta.title is not None and meta.title.value == "云山省候鸟保护规定"
    assert meta.doc_number is not None and meta.doc_number.value == "云山省人民政府令第88号"
    assert meta.issued_on is not None and meta.issued_on.value == "2007-02-25"


def test_a_chapter_and_its_first_article_on_one_line() -> None:
    """The chapter's name swallowed the article, which nobody found by its number."""
    body = (
        "云山省渡口办法\n第一章总则第一条为了管理渡口，制定本办法。\n"
        "第二章渡船登记第一节登记条件第二条渡船应当登记。第三条中国籍渡船优先。\n"
        "第三章附则第四条本办法自公布之日起施行。\n"
    )
    clauses = document(body, "渡.txt").clauses
    assert [c.label for c in clauses if c.kind == "条"] == ["第一条", "第二条", "第三条", "第四条"]
    heads = [c.own.of(body) for c in clauses if c.kind in ("章", "节")]
    assert heads == ["第一章总则", "第二章渡船登记", "第一节登记条件", "第三章附则"]


def test_a_history_in_a_bracket_behind_the_title() -> None:
    meta = document(HISTORY, "史.txt").meta
    assert meta.written_on is not None and meta.written_on.value == "2000-10-26"
    assert meta.issuer is not None and meta.issuer.value == "平湖省人民代表大会常务委员会"


def test_all_who_sign_together() -> None:
    meta = document(JOINT, "联.txt").meta
    assert meta.issuer is not None
    assert meta.issuer.value == "海川市渔业局、海川市交通运输局、海川市渔协、海川市财政局"


ORGANS = "河北省人力资源和社会保障厅河北省财政厅国家税务总局河北省税务局"


@pytest.mark.parametrize(
    ("signed", "issuer"),
    [
        (f"请认真执行。{ORGANS}2022年3月31日（此件主动公开）云山省渔港办法第一章总则", True),
        (
            "请认真执行。\n云山省教育厅\n云山省财政厅\n2022年3月31日关于渔港的方案渔港是海边的港口。",
            True,
        ),
        ("请认真执行。\n云山省教育厅\n2022年3月31日——————————————————————\n渔港办法", True),
        (
            "请认真执行。\n2022年3月31日云山省渔港实施细则云山省渔港实施细则第一条渔港应当整洁。",
            False,
        ),
        ("请认真执行。\n附件：渔港办法.docx云山省教育厅\n云山省财政厅2022年3月31日", True),
        ("请认真执行。部 长 李青山二○二二年三月三十一日关于渔港的决定", False),
    ],
)
def test_who_signs_where_lines_are_lost(signed: str, issuer: bool) -> None:
    text = f"关于印发《渔港办法》的通知\n各市：\n现将《渔港办法》印发给你们，{signed}\n"
    meta = document(text, "签.txt").meta
    assert meta.written_on is not None and meta.written_on.value == "2022-03-31"
    assert not issuer or (meta.issuer is not None and meta.issuer.value[:3] in ("云山省", "河北省"))


def test_a_date_that_goes_on_signs_nothing() -> None:
    text = "关于渔港的通知\n各市：\n云山省教育厅\n2022年3月31日起，渔港每天开放，不得收费。\n"
    assert document(text, "起.txt").meta.written_on is None


@pytest.mark.parametrize("gap", ["", "\n"])
def test_a_bracketed_number_behind_the_title(gap: str) -> None:
    text = f"云山省教育厅关于印发渔港办法的通知{gap}（云教发〔2022〕41号）各市教育局：请执行。\n"
    number = document(text, "括.txt").meta.doc_number
    assert number is not None and number.value == "云教发〔2022〕41号"


def test_a_title_between_number_and_date() -> None:
    meta = document(NUMBERED, "号.txt").meta
    assert meta.title is not None and meta.title.value == "灯船登记规定"
    assert meta.doc_number is not None and meta.doc_number.value == "海关部令第8号"
    assert meta.effective_on is not None and meta.effective_on.value == "2003-08-04"


def test_years_of_the_republic() -> None:
    assert [day.iso for day in dates("修正日期:民国 110 年 06 月 09 日")] == ["2021-06-09"]


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("云山省候鸟保护规定是谁签发的？", "李青山"),
        ("云山省候鸟保护规定是多少号令？", "第88号"),
        ("云山省候鸟保护规定哪次会议通过的？", "第9次常务会议通过"),
        ("云山省候鸟保护规定是依据什么制定的？", "《云山省野生动物条例》"),
        ("平湖省灯塔管理条例修正过几次？", "第一次修正"),
        ("平湖省灯塔管理条例的立法目的是什么？", "为保证航行安全"),
        ("海川市渔港卸货办法是哪几家单位联合印发的？", "海川市财政局"),
        ("海川市渔港卸货办法几号文，哪天开始实行？", "2019年5月1日"),
        ("青岩市窨井盖管理办法的文号是多少？", "青城规〔2022〕6号"),
        ("青岩市窨井盖管理办法是哪个部门印发的？", "青岩市城市管理局"),
        ("青岩市窨井盖管理办法共几章几条？", "五章二十六条"),
    ],
)
def test_the_line_that_says_it(library: HybridIndex, question: str, words: str) -> None:
    told = answer(analyze(question, library.names()), library)
    assert not told.refused and words in told.text
    for citation in told.citations:
        text = library.document(citation.doc_id).text
        assert text[citation.start : citation.end] == citation.quote
