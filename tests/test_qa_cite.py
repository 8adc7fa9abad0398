"""No citation without its characters, no statement without its figures and negations."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from qa_helpers import document

from qa.proof.cite import citation, proven
from youju.errors import ProofError
from youju.records import Span

TEXT = """云山市节约用水行动计划
云政发〔2022〕8号
一、目标
到2025年，漏损率低于9%，满意度達到85以上。
"""


@pytest.fixture(scope="module")
def doc():
    return document(TEXT)


def test_a_citation_says_where_it_comes_from(doc) -> None:
    start = TEXT.index("到2025年")
    made = citation(3, doc, Span(start, start + 6), ("一、目标",))
    assert (made.n, made.quote, made.path) == (3, "到2025年", ("一、目标",))
    assert doc.text[made.start : made.end] == made.quote
    assert made.doc_number == "云政发〔2022〕8号" and made.title == doc.name


@pytest.mark.parametrize("span", [(0, 0), (5, 5), (0, 10_000), (9_000, 10_000)])
def test_a_span_outside_the_text_is_refused(doc, span: tuple[int, int]) -> None:
    with pytest.raises(ProofError, match="请重新建立索引"):
        citation(1, doc, Span(*span), ())


def test_a_changed_text_is_refused(doc) -> None:
    with pytest.raises(ProofError, match="与建立索引时不同"):
        citation(1, replace(doc, text=doc.text.replace("9%", "8%")), Span(0, 4), ())


def test_a_changed_hash_is_refused(doc) -> None:
    with pytest.raises(ProofError, match="请重新建立索引"):
        citation(1, replace(doc, sha256="0" * 64), Span(0, 4), ())


@pytest.mark.parametrize(
    ("statement", "quote"),
    [
        ("合格率达到87%", "合格率达到85%"),
        ("达到35%", "达到3.5%"),
        ("达到3.5%", "达到35%"),
        ("达到85", "达到185"),
        ("达到85", "达到85%"),
        ("达到1,000家", "达到1000家"),
        ("达到百分之九", "达到百分之九十"),
        ("满意度达到85", "满意度达到85以上"),
        ("建成15家", "建成15家以上"),
        ("控制在0.48起/万台", "控制在0.48起/万台以下"),
        ("建成15家以上", "建成15家"),
        ("总量5家", "总量5万家"),
        ("总量5万家", "总量5家"),
        ("驾驶员载人上路", "驾驶员不得载人上路"),
        ("携带蓄电池进入电梯", "禁止携带蓄电池进入电梯"),
        ("不予受理", "予以受理"),
        ("未经审批", "经过审批"),
    ],
)
def test_a_statement_beyond_its_quotation_is_not_proven(statement: str, quote: str) -> None:
    assert not proven(statement, [quote])


@pytest.mark.parametrize(
    ("statement", "quote"),
    [
        ("满意度达到85以上", "到2015年，满意度达到85以上"),
        ("漏损率低于9%", "漏損率低於9％"),
        ("甲达到5家以上", "甲、乙分别达到5家、8家以上"),
        ("不得载人", "驾驶电动自行车不得载人"),
        ("到期后不再受理，可以重新申报", "到期后不再受理，可以重新申报"),
        ("受理申请", "受理申请；材料不全的不予受理申请"),
        ("没有数字", "任何一句"),
        ("十五家", "十五家"),
    ],
)
def test_what_stands_in_the_quotation_is_proven(statement: str, quote: str) -> None:
    assert proven(statement, [quote])


def test_several_quotations_prove_together() -> None:
    assert proven("甲5家，乙8家", ["甲5家", "乙8家"])
    assert not proven("甲5家，乙8家", ["甲5家"])


def test_what_the_question_said_may_be_said_again() -> None:
    assert not proven("2016年达到90%", ["逐年达到89%、90%"])
    assert proven("2016年达到90%", ["逐年达到89%、90%"], known="2016")


_TEXTS = st.text(alphabet="达到不得未以上以下合格率0123456789.%,，。、家", min_size=1, max_size=40)


@given(_TEXTS)
def test_a_verbatim_statement_is_always_proven(text: str) -> None:
    assert proven(text, [text])


@given(_TEXTS, st.data())
def test_a_figure_that_is_not_quoted_is_never_proven(text: str, data: st.DataObject) -> None:
    figure = data.draw(st.integers(10**41, 10**42))
    assert not proven(f"{text}，{figure}", [text])


def test_figures_of_neighbouring_cells_never_melt_into_one() -> None:
    row = "职业学院\t38500\t320\t120\t600"
    assert proven("职业学院：38500，320，120，600", [row])
    assert not proven("职业学院：38500320", [row])
    assert not proven("职业学院：1,206", [row])
    assert proven("职业学院：总投资38500万元", [row], "总投资（万元） 38500万元")
    assert not proven("职业学院：总投资38500万元", [row], "总投资（元）")
