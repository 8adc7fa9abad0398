"""How sure an answer is, when there is none, and what is said then."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from qa_helpers import Even, Marking, asked, document, index_of

from index.retrieve import HybridIndex
from qa.asked import scope
from qa.clauses import confidence
from qa.clauses.lexical import LexicalReader
from qa.clauses.reading import Read, read
from qa.pipeline import answer
from youju.records import Encoder, Question


def read_by(text: str, index: HybridIndex, logit: float) -> tuple[Question, list[Read]]:
    """The question, and its hits as a reader that is as sure of each."""
    question = asked(text, index)
    return question, read(question, index.search(question, scope.DEPTH), index, Marking({}, logit))


def test_the_features_are_named_and_finite(five: HybridIndex) -> None:
    assert len(confidence.FEATURES) == len(confidence.WEIGHTS)
    assert 0 < confidence.REFUSE < confidence.SURE < 1
    for text in ("贵州食品监督抽查合格率", "谁负责考核", "怎么办理护照", "hello", "？2030年"):
        question = asked(text, five)
        hits = five.search(question, scope.DEPTH)
        values = confidence.features(
            question, read(question, hits, five, LexicalReader(five)), five
        )
        assert values.shape == (len(confidence.FEATURES),) and np.isfinite(values).all()
        named = dict(zip(confidence.FEATURES, values.tolist(), strict=True))
        assert 0 <= named["gap"] <= 1 and {named[n] for n in ("year", "place", "unit")} <= {0, 1}


def test_nothing_read_is_no_answer() -> None:
    question = Question("问", "问", terms=("问题",))
    assert confidence.features(question, [], Even()).tolist() == [0] * len(confidence.FEATURES)  # type: ignore[arg-type]
    assert confidence.confidence(question, [], Even()) == 0.0  # type: ignore[arg-type]


def test_a_surer_reader_makes_a_surer_answer(five: HybridIndex) -> None:
    text = "贵州食品监督抽查合格率"
    sure = [confidence.confidence(*read_by(text, five, x), five) for x in (-9.0, -3.0, 0.0, 3.0)]
    assert sure == sorted(sure) and sure[0] < sure[-1] and all(0 <= x <= 1 for x in sure)


def test_foreign_words_that_no_document_holds_are_not_answered(five: HybridIndex) -> None:
    for text in ("hello world", "What is the minimum wage in Paris?", "😀", "?!"):
        assert confidence.confidence(*read_by(text, five, 9.0), five) == 0.0
    assert confidence.confidence(*read_by("2017", five, 9.0), five) > 0.0


def test_another_year_place_or_unit_is_seen(five: HybridIndex) -> None:
    def told(text: str) -> dict[str, float]:
        values = confidence.features(*read_by(text, five, 0.0), five)
        return dict(zip(confidence.FEATURES, values.tolist(), strict=True))

    assert told("贵州2030年食品监督抽查合格率")["year"] == 1
    assert told("贵州2016年食品监督抽查合格率")["year"] == 0
    assert told("食品监督抽查合格率")["year"] == 0
    assert told("广东的食品监督抽查合格率")["place"] == 1
    assert told("贵州的食品监督抽查合格率")["place"] == 0
    assert told("食品监督抽查合格率多少公里")["unit"] == 1


def test_a_unit_without_years_speaks_of_any(qa_encoder: Encoder) -> None:
    index = index_of([document("停车管理规定\n第一条 停车每小时收费五元。\n")], qa_encoder)
    question, reads = read_by("停车每小时收费多少", index, 0.0)
    assert all(confidence.in_year(replace(question, years=(2031,)), one) for one in reads)


@pytest.mark.parametrize(("logit", "refused"), [(-12.0, True), (12.0, False)])
def test_confidence_decides_and_is_told(five: HybridIndex, logit: float, refused: bool) -> None:
    made = answer(asked("怎么鼓励企业创新", five), five, reader=Marking({}, logit))
    assert made.refused is refused and made.confidence is not None
    assert (made.confidence < confidence.REFUSE) is refused


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("广东的质量目标是多少", "文件中没有找到关于广东的内容。"),
        ("广东和浙江谁的合格率高", "文件中没有找到关于广东、浙江的内容。"),
        ("怎么办理护照和签证", "文件中没有找到关于“办理护照和签证”的内容。"),
        ("hello world", "文件中没有找到关于“helloworld”的内容。"),
        ("附件2第64项是什么项目", "“重庆市质量发展重点项目”共63行，没有第64行。"),
        ("嘉兴文件的文号", None),
    ],
)
def test_refusals(five: HybridIndex, question: str, text: str | None) -> None:
    made = answer(asked(question, five), five, reader=Marking({}, -12.0))
    assert made.refused and made.citations == () and made.reason
    assert made.text.rstrip("。") == made.reason.rstrip("。") and made.text.endswith("。")
    assert text is None or made.text == text


def test_the_wrong_year_is_answered_with_the_nearest(five: HybridIndex) -> None:
    made = answer(asked("贵州2030年食品监督抽查合格率", five), five)
    assert made.text == "没有2030年的数值；最近的是2017年：食品监督抽查合格率达到93%[1]。"
    assert made.refused and "[1]" not in (made.reason or "")
    (cited,) = made.citations
    doc = five.document(cited.doc_id)
    assert doc.text[cited.start : cited.end] == cited.quote
    assert "食品监督抽查合格率逐年达到91%、92%、93%" in cited.quote


def test_the_nearest_clauses_stay_in_the_hits(five: HybridIndex) -> None:
    made = answer(asked("广东的食品合格率", five), five, k=5, reader=Marking({}, -12.0))
    assert made.refused and len(made.hits) == 5


def test_what_another_place_says_is_told_with_a_note(five: HybridIndex) -> None:
    sure = Marking({"黑名单": 15.0}, -9.0)
    made = answer(asked("广东的质量失信黑名单怎么建", five), five, reader=sure)
    assert not made.refused
    assert "没有找到广东的规定；以上出自" in made.text
