"""When there is no answer, and what is said then."""

from __future__ import annotations

import numpy as np
import pytest
from qa_helpers import Even, asked, found, said

from index.retrieve import HybridIndex
from qa.asked import scope
from qa.clauses import refuse
from qa.pipeline import answer
from youju.records import Question


def test_the_features_are_named_and_bounded(five: HybridIndex) -> None:
    for text in ("贵州食品监督抽查合格率", "谁负责考核", "怎么办理护照", "hello"):
        question, pieces = found(text, five)
        values = refuse.features(question, pieces, five)
        assert values.shape == (len(refuse.FEATURES),) == (len(refuse.WEIGHTS),)
        assert np.isfinite(values).all() and (np.abs(values) <= 1.5).all()


def test_without_pieces_there_is_no_strength() -> None:
    question = Question("问", "问", terms=("问题",))
    assert refuse.features(question, [], Even()).tolist() == [0.0] * len(refuse.FEATURES)  # type: ignore[arg-type]
    assert refuse.is_weak(question, [], Even())  # type: ignore[arg-type]


def test_a_verbatim_question_is_stronger_than_a_foreign_one(five: HybridIndex) -> None:
    near, off = found("食品监督抽查合格率逐年达到", five), found("怎么办理护照和签证", five)
    assert refuse.strength(*near, five) > 0.6 > refuse.strength(*off, five)
    assert not refuse.is_weak(*near, five)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("广东的质量目标是多少", "文件中没有找到关于广东的内容。"),
        ("广东和浙江谁的合格率高", "文件中没有找到关于广东、浙江的内容。"),
        ("云岭县清洁取暖由谁负责", "文件中没有找到关于云岭县的内容。"),
        ("怎么办理护照和签证", "文件中没有找到关于“办理护照和签证”的内容。"),
        ("hello world", "文件中没有找到关于“helloworld”的内容。"),
        ("附件2第64项是什么项目", "“重庆市质量发展重点项目”共63行，没有第64行。"),
        ("嘉兴文件的文号", None),
    ],
)
def test_refusals(five: HybridIndex, question: str, text: str | None) -> None:
    made = answer(asked(question, five), five)
    assert made.refused and made.citations == () and made.reason
    assert made.text.rstrip("。") == made.reason.rstrip("。") and made.text.endswith("。")
    assert text is None or made.text == text


def test_the_wrong_year_is_answered_with_the_nearest(five: HybridIndex) -> None:
    assert said("贵州2030年食品监督抽查合格率", five) == (
        "没有2030年的数值；最近的是2017年：食品监督抽查合格率达到93%[1]。"
    )
    made = answer(asked("贵州2030年食品监督抽查合格率", five), five)
    assert made.refused and "[1]" not in (made.reason or "")
    (cited,) = made.citations
    doc = five.document(cited.doc_id)
    assert doc.text[cited.start : cited.end] == cited.quote
    assert "食品监督抽查合格率逐年达到91%、92%、93%" in cited.quote


def test_the_nearest_clauses_stay_in_the_hits(five: HybridIndex) -> None:
    made = answer(asked("广东的食品合格率", five), five, k=5)
    assert made.refused and len(made.hits) == 5


@pytest.mark.parametrize(
    "question", ["南京海关参加哪些工作", "全市质量目标", "各县区负责什么", "城市生活污水处理率"]
)
def test_bodies_and_common_words_are_no_foreign_places(five: HybridIndex, question: str) -> None:
    read = asked(question, five)
    hits = five.search(read, scope.DEPTH)
    assert scope.unknown_regions(read, five, hits) == ()
