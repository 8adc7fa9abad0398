"""Pieces put into words: figures, owners, times, lists, sentences cut to what is asked."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from qa.clauses.draft import shown
from qa.clauses.pieces import Asked, Piece
from qa_helpers import Even, asked, found, sentence_piece

from index.retrieve import HybridIndex
from qa.clauses import statements, targets
from qa.proof.cite import proven
from qa.proof.trim import unlabelled
from youju.records import Question


def weighed(*terms: str) -> Asked:
    return Asked.of(terms, Even())  # type: ignore[arg-type]


def ask(*terms: str, years: tuple[int, ...] = (), kind: str = "target") -> Question:
    text = "".join(terms)
    return Question(text, text, kind=kind, years=years, terms=terms)


SERIES = "2015—2017年，工业品合格率逐年达到89%、90%、91%，食品合格率逐年达到93%、94%、95%。"
NAMED = "到2017年，驰名商标、地理标志产品、省名牌产品分别达到50个、200个、500个以上。"


@pytest.mark.parametrize(
    ("terms", "year", "text"),
    [
        (("工业品合格率",), 2016, "2016年工业品合格率达到90%"),
        (("食品合格率",), 2017, "2017年食品合格率达到95%"),
    ],
)
def test_one_year_of_one_series(terms: tuple[str, ...], year: int, text: str) -> None:
    piece = sentence_piece(SERIES, years=frozenset({2015, 2016, 2017}))
    made = targets.target(ask(*terms, years=(year,)), weighed(*terms), [piece])
    assert made is not None and made.text == text
    assert proven(made.text, [SERIES], made.known)


def test_each_of_two_asked_years() -> None:
    piece = sentence_piece(SERIES, years=frozenset({2015, 2016, 2017}))
    question = ask("食品合格率", years=(2015, 2017))
    made = targets.targets(question, weighed("食品合格率"), [piece])
    assert [one.text for one in made] == ["2015年食品合格率达到93%", "2017年食品合格率达到95%"]


def test_without_a_year_the_whole_series() -> None:
    piece = sentence_piece(SERIES, years=frozenset({2015, 2016, 2017}))
    made = targets.target(ask("食品合格率"), weighed("食品合格率"), [piece])
    assert made is not None and made.text == "2015—2017年，食品合格率逐年达到93%、94%、95%"


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("驰名商标", "驰名商标达到50个以上"),
        ("地理标志产品", "地理标志产品达到200个以上"),
        ("省名牌产品", "省名牌产品达到500个以上"),
    ],
)
def test_one_name_of_several(term: str, text: str) -> None:
    made = targets.target(ask(term), weighed(term), [sentence_piece(NAMED)])
    assert made is not None and made.text == text
    assert proven(made.text, [NAMED])


def test_counts_that_differ_give_the_sentence_not_a_guess() -> None:
    text = "驰名商标、地理标志产品、省名牌产品分别达到50个、200个。"
    made = targets.target(ask("省名牌产品"), weighed("省名牌产品"), [sentence_piece(text)])
    assert made is not None and made.text == text.rstrip("。")


def test_the_asked_unit_decides_between_figures() -> None:
    text = "改造农户2万户，占全县的60%，每户补贴4200元，资金由财政局拨付。"
    question = replace(ask("补贴"), normal="每户补贴多少钱")
    made = targets.target(question, weighed("补贴"), [sentence_piece(text)])
    assert made is not None and "4200元" in made.text


def test_no_figure_no_target() -> None:
    piece = sentence_piece("切实加强领导，落实责任。")
    assert targets.target(ask("领导"), weighed("领导"), [piece]) is None
    assert targets.targets(ask("领导"), weighed("领导"), []) == []


def test_the_bracket_names_the_owner(five: HybridIndex) -> None:
    question, pieces = found("江苏省名牌发展谁来牵头", five)
    own = [piece for piece in pieces if piece.region == "江苏省"]
    made = statements.owner(question, Asked.of(question.terms, five), own)
    assert made is not None
    quote = made.spans[0].of(made.piece.doc.text)
    assert made.text in "".join(quote.split()) and quote[-1] in "）)"
    assert len(quote) > len(made.text) + 2, "a bracket is quoted with the end of what it closes"


def test_a_sentence_may_name_the_owner_itself() -> None:
    text = "领导小组办公室设在省质监局。"
    made = statements.owner(ask("办公室"), weighed("办公室"), [sentence_piece(text)])
    assert made is not None and made.text == text.rstrip("。")
    assert statements.owner(ask("x"), weighed("x"), [sentence_piece("加强宣传。")]) is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("各区应当于2022年底前完成排查。", True),
        ("自受理之日起十五日内答复。", True),
        ("工作日7时至20时限行。", True),
        ("每年通报一次。", True),
        ("切实加强领导。", False),
    ],
)
def test_when(text: str, says: bool) -> None:
    made = statements.when(ask("完成"), weighed("完成"), [sentence_piece(text)])
    assert (made is not None) is says


def test_the_enumeration_wins_over_a_slightly_better_sentence() -> None:
    best = replace(sentence_piece("主要任务很重要。"), score=1.2)
    listed = sentence_piece("主要任务是控源、截污、清淤、补水。")
    made = statements.listing(ask("主要任务"), weighed("主要任务"), [best, listed])
    assert made is not None and "清淤" in made.text
    far = replace(listed, score=0.1)
    made = statements.listing(ask("主要任务"), weighed("主要任务"), [best, far])
    assert made is not None and "清淤" not in made.text


def test_a_second_sentence_only_when_as_good_and_short() -> None:
    first = sentence_piece("管网漏损率要降低。")
    question = weighed("漏损率")
    made = statements.sentence(ask("漏损率", kind="open"), question, [first])
    assert made is not None
    other = replace(sentence_piece("降低漏损率靠更新管网和计量。"), score=0.95)
    assert statements.further(question, [first, other], made) is not None
    assert statements.further(question, [first, replace(other, score=0.5)], made) is None
    long = replace(sentence_piece("漏损" * 100), score=0.99)
    assert statements.further(question, [first, long], made) is None
    assert statements.further(question, [first], made) is None


_CLAUSE = st.text(alphabet="管网漏损率降低9%至2025年，；。、（）", min_size=1, max_size=200)


@given(_CLAUSE)
def test_statements_are_cut_from_their_piece(text: str) -> None:
    piece = sentence_piece(text)
    question = weighed("漏损率")
    made = statements.sentence(ask("漏损率"), question, [piece])
    assert made is not None
    assert made.text in "".join(text.split()) or made.text in unlabelled(text)
    assert all(piece.span.covers(span) for span in made.spans)


@pytest.mark.parametrize(
    ("text", "expect"),
    [
        ("（一）加强领导。", "加强领导"),
        ("第三条　不得占道。", "不得占道"),
        ("3.提高质量；", "提高质量"),
        ("3.5%的企业", "3.5%的企业"),
        ("十二、保障措施", "保障措施"),
        ("提高\n　　质量", "提高质量"),
        ("using AI tools", "using AI tools"),
        ("（一）", "（一）"),
        ("2015年", "2015年"),
    ],
)
def test_labels_and_blanks_are_not_shown(text: str, expect: str) -> None:
    assert unlabelled(text) == expect


def test_what_is_shown_is_original_not_folded() -> None:
    piece: Piece = sentence_piece("合格率達到９５％，〔以上〕")
    assert piece.text == "合格率达到95%,[以上]"
    assert shown(piece, 0, len(piece.text)) == "合格率達到９５％，〔以上〕"


def test_a_question_without_terms_is_no_accident(five: HybridIndex) -> None:
    for text in ("贵州", "2015年", "多少", "谁"):
        question, pieces = found(text, five)
        assert question == asked(text, five)
        targets.targets(question, Asked.of(question.terms, five), pieces)
