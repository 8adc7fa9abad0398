"""What is asked of a document itself, and what is asked of a matter."""

from __future__ import annotations

import pytest
from qa_helpers import document, index_of

from index.retrieve import HybridIndex
from qa.asked.aspects import wanted
from qa.asked.question import analyze
from qa.pipeline import answer
from text.normalize import fold
from youju.records import Encoder

ASKED = [
    ("云山市节水办法是以什么文号印发的", "doc_number"),
    ("节水办法是几号文件", "doc_number"),
    ("节水办法是市政府第几号令", "decree"),
    ("这份通知是哪个局、什么日期落的款", "written_on"),
    ("节水办法是哪天、以什么形式公布的", "issued_on"),
    ("节水办法从哪天起施行", "effective_on"),
    ("节水办法试行多久", "expires_on"),
    ("节水办法由谁负责解释", "interpreter"),
    ("节水办法是第几次常务会议通过的", "passed"),
    ("节水条例后来修正过几次", "amended"),
    ("节水办法依据哪些法律制定", "basis"),
    ("节水方案根据哪个上级文件制定", "basis"),
    ("为什么出台节水办法", "purpose"),
    ("节水办法适用于哪些单位", "scope"),
    ("节水办法一共有多少条", "article_count"),
    ("节水办法废止了哪个旧办法", "repeals"),
    ("这篇文章的来源是哪里", "source"),
    ("网站上登出来的日期是哪天", "page_date"),
    ("节水办法由谁签发", "signer"),
    ("节水办法是哪位市长签署的", "signer"),
    ("节水办法是多少号政府令", "decree"),
    ("节水办法改过几次", "amended"),
    ("节水办法修订过没有", "amended"),
    ("节水办法什么时候开始实行", "effective_on"),
    ("节水办法有效到什么时候", "expires_on"),
    ("节水办法以什么法规为依据", "basis"),
    ("节水办法共几章几条", "article_count"),
    ("那份批复是回复给谁的", "recipients"),
    ("节水通知是哪两个部门发的", "issuer"),
    ("节水规划的批复是什么时间作出的", "issued_on"),
    ("节水办法施行后，哪些文件停止执行", "repeals"),
    ("节水办法是几号文，哪天开始用", "effective_on"),
    ("节水办法是几号令，老规定叫什么", "repeals"),
    ("节水办法几号文，哪天发的", "issued_on"),
]
NOT_ASKED = [
    "节水器具补贴多少钱",
    "用水定额由哪个部门核定",
    "补贴什么时候发放",
    "超定额用水怎么处罚",
    "资金来源有哪些",
]
LIBRARY = {
    "节水.txt": "云山市节约用水管理办法\n云山市人民政府令第12号\n"
    "2021年3月2日云山市人民政府第8次常务会议通过\n"
    "第一条 为了节约用水，根据《云山省水条例》，结合本市实际，制定本办法。\n"
    "第二条 本办法适用于本市行政区域内的用水单位和个人。\n"
    "第三条 年用水量超过十万立方米的企业应当做水平衡测试。\n"
    "第四条 本办法由市水务局负责解释。\n"
    "第五条 本办法自2021年5月1日起施行。2009年6月5日公布的《云山市计划用水办法》同时废止。\n",
    "养犬.txt": "云山市人民政府关于印发《云山市养犬管理规定》的通知\n云政规〔2022〕4号\n"
    "各区人民政府：\n"
    "《云山市养犬管理规定》已经市政府同意，现印发给你们。\n云山市人民政府\n2022年4月6日\n"
    "云山市养犬管理规定\n第一条 为了规范养犬，制定本规定。\n"
    "第二条 养犬登记费每年二百元。\n第三条 本规定由市公安局负责解释。\n"
    "第四条 本规定自2022年6月1日起施行，有效期5年。\n",
    "防汛.txt": "平湖县防汛应急预案\n平政办〔2020〕9号\n第一条 为了防汛，制定本预案。\n"
    "第二条 值班电话24小时开通。\n",
}


@pytest.mark.parametrize(("question", "aspect"), ASKED, ids=[q for q, _ in ASKED])
def test_aspects_are_heard(question: str, aspect: str) -> None:
    assert aspect in wanted(fold(question)).aspects


@pytest.mark.parametrize("question", NOT_ASKED)
def test_matters_are_not(question: str) -> None:
    assert not wanted(fold(question)).sure


def test_a_question_that_goes_on_about_a_matter_is_left_to_the_clauses() -> None:
    assert wanted(fold("养犬规定从哪天起施行？登记费是多少？")).aspects == ()


@pytest.fixture(scope="module")
def library(qa_encoder: Encoder) -> HybridIndex:
    return index_of([document(text, path) for path, text in sorted(LIBRARY.items())], qa_encoder)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("节约用水管理办法由谁解释", "由市水务局负责解释"),
        ("养犬管理规定由谁解释", "由市公安局负责解释"),
        ("云山市养犬管理规定是几号文件，有效期几年", "云政规〔2022〕4号"),
        ("云山市养犬管理规定是几号文件，有效期几年", "有效期5年"),
        ("节约用水管理办法是第几次常务会议通过的", "第8次常务会议通过"),
        ("节约用水管理办法依据什么制定", "根据《云山省水条例》"),
        ("节约用水管理办法适用于谁", "适用于本市行政区域内的用水单位和个人"),
        ("节约用水管理办法废止了哪个旧办法", "《云山市计划用水办法》同时废止"),
        ("节约用水管理办法是市政府第几号令", "第12号"),
        ("节约用水管理办法一共有多少条", "第五条"),
        ("平湖的防汛应急预案文号", "平政办〔2020〕9号"),
    ],
)
def test_the_line_that_says_it(library: HybridIndex, question: str, words: str) -> None:
    told = answer(analyze(question, library.names()), library)
    assert not told.refused and words in told.text
    for citation in told.citations:
        assert (
            library.document(citation.doc_id).text[citation.start : citation.end] == citation.quote
        )


def test_the_annexed_measure_is_named_in_its_citation(library: HybridIndex) -> None:
    told = answer(analyze("云山市养犬管理规定由谁解释", library.names()), library)
    assert told.citations[0].title == "云山市养犬管理规定"
    assert told.citations[0].doc_number == "云政规〔2022〕4号"


@pytest.mark.parametrize(
    ("question", "basis"),
    [
        ("贯彻落实托管通知情况什么时候前报送市教育局", False),
        ("就业政策落实有哪些措施", False),
        ("贯彻的是哪个文件", True),
        ("为贯彻落实什么文件制定", True),
    ],
)
def test_to_carry_out_asks_for_the_ground_only_of_what_is_carried_out(
    question: str, basis: bool
) -> None:
    assert ("basis" in wanted(question).aspects) is basis
