"""A document that is named in 《》 and that the library lacks is told, whoever speaks of it."""

from __future__ import annotations

import pytest
from qa_helpers import Marking, asked, document, index_of, names_of

from index.retrieve import HybridIndex
from qa.asked.absent import absent
from qa.clauses import confidence
from qa.pipeline import answer
from web import english
from youju.records import DocName, Encoder

TITLES = (
    "中华人民共和国食品安全法实施条例",
    "某省人民政府办公厅关于印发《某省质量提升三年行动计划》的通知",
    "某市物业管理办法(试行)",
    "某市物业管理办法解读",
    "城市绿化条例(2017年修订)",
    "国务院关于修改《快递暂行条例》的决定",
)
NAMES = names_of(
    [
        DocName(id=f"d{n}", title=title, region=None, doc_number=None)
        for n, title in enumerate(TITLES)
    ]
)


@pytest.mark.parametrize(
    ("question", "lacking"),
    [
        ("《食品安全法》规定怎么处罚", ("食品安全法",)),
        ("《中华人民共和国食品安全法》规定怎么处罚", ("中华人民共和国食品安全法",)),
        ("《食品安全法实施条例》规定怎么处罚", ()),
        ("《三年行动计划》的目标", ()),
        ("《质量提升三年行动计划》的目标", ()),
        ("《物业管理办法》谁解释", ()),
        ("《城市绿化条例》罚多少", ()),
        ("《城市绿化条例实施细则》罚多少", ("城市绿化条例实施细则",)),
        ("《加强食品安全》说了什么", ()),  # no kind of document: may be short for one
        ("食品安全法规定怎么处罚", ()),
        ("《劳动合同法》和《快递暂行条例》", ("劳动合同法",)),
    ],
)
def test_whole_names_that_no_document_has(question: str, lacking: tuple[str, ...]) -> None:
    assert absent(question, NAMES) == lacking


@pytest.fixture(scope="module")
def library(bundled: Encoder) -> HybridIndex:
    text = (
        "某市餐具管理法实施条例\n第一条　为了实施《餐具管理法》，制定本条例。\n"
        "第二条　餐具不消毒的，由卫生部门处500元罚款。\n第三条　本条例自2020年1月1日起施行。\n"
    )
    return index_of([document(text)], bundled)


def test_the_answer_of_another_document_says_so(library: HybridIndex) -> None:
    sure = Marking({"罚款": 15.0}, -9.0)
    made = answer(asked("《餐具管理法》对餐具不消毒罚多少", library), library, reader=sure)
    assert not made.refused and "500元" in made.text
    assert made.text.endswith("（文库里没有《餐具管理法》；以上出自别的文件。）")
    assert confidence.REFUSE < made.confidence < confidence.SURE, "likely, never certain"
    told = english.told(made.text.splitlines()[-1]) or ""
    assert told.startswith("(The library does not hold ") and told.endswith("other documents.)")
    named = answer(asked("《餐具管理法实施条例》罚多少", library), library, reader=sure)
    assert "文库里没有" not in named.text


def test_so_does_a_refusal(library: HybridIndex) -> None:
    no = Marking({}, -12.0)
    made = answer(asked("《契约仲裁法》规定时效几年", library), library, reader=no)
    assert made.refused and made.text.startswith("文库里没有《契约仲裁法》；")
