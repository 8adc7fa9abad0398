"""Judging by words, held to the rules of the outside scorer, written out anew as they are told."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import pytest
from eval_fakes import FakeSearch, answer, cite, hit, make_doc
from hypothesis import given
from hypothesis import strategies as st

from eval.files import parse_question
from eval.records import QuestionResult
from eval.run import run_questions
from eval.summary import estimate
from eval.words import covers, require_documents, says, unread
from youju.errors import QuestionSetError

# --- the rules ----------------------------------------------------------------------------------


def bare(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def rule_covers(text: str, quote: str) -> bool:
    shown, wanted = bare(text), bare(quote)
    if not shown or not wanted:
        return False
    if wanted in shown or (shown in wanted and len(shown) >= 0.5 * len(wanted)):
        return True
    half = max(6, len(wanted) // 2)
    pieces = [wanted[at : at + half] for at in range(len(wanted)) if at + half <= len(wanted)]
    return any(piece in shown for piece in pieces)


def rule_says(text: str, wording: str) -> bool:
    said, wanted = bare(text), bare(wording)
    for at in range(len(said) - len(wanted) + 1):
        if said[at : at + len(wanted)] != wanted:
            continue
        before, after = said[:at][-1:], said[at + len(wanted) :][:1]
        if wanted[0].isdigit() and (before.isdigit() or before == "."):
            continue
        if wanted[-1].isdigit() and after.isdigit():
            continue
        return True
    return False


@pytest.mark.parametrize(
    ("text", "quote", "right"),
    [
        ("三、农产品抽检合格率达到97%。", "农产品抽检合格率达到97%", True),
        ("三、农产品 抽检\n合格率达到97％。", "农产品抽检合格率达到97%", True),
        ("抽检合格率达到97%", "农产品抽检合格率达到97%", True),  # more than half of it
        ("达到97%", "农产品抽检合格率达到97%", False),
        # Half of it in one piece, and less than that.
        ("各地农产品抽检合格率达不到的", "农产品抽检合格率达到97%并逐年提高", True),
        ("农产品要抽检，合格率要达到97%", "农产品抽检合格率达到97%并逐年提高", False),
        ("", "农产品", False),
        ("合格率", "合格率", True),
        ("合格率达", "抽检合格率", False),
    ],
)  # fmt: skip
def test_what_covers_a_quotation(text: str, quote: str, right: bool) -> None:
    assert covers(text, quote) is rule_covers(text, quote) is right


SMALL = st.text("甲乙1. %", max_size=24)


@given(SMALL, SMALL)
def test_covering_follows_the_rule(text: str, quote: str) -> None:
    assert covers(text, quote) == rule_covers(text, quote)


@given(SMALL, SMALL.filter(lambda wording: bool(wording.strip())))
def test_saying_follows_the_rule(text: str, wording: str) -> None:
    assert says(text, wording) == rule_says(text, wording)


@pytest.mark.parametrize(
    ("text", "wording", "right"),
    [
        ("达到97%[1]", "97%", True),
        ("达到197%", "97%", False),
        ("达到1.97%", "97%", False),
        ("共97.5万吨", "97", True),  # kinder than `facts`
        ("共975吨", "97", False),
        ("由農業委員會負責", "农业委员会", True),
        ("三 十 日", "三十日", True),
    ],
)
def test_what_says_a_fact(text: str, wording: str, right: bool) -> None:
    assert says(text, wording) is right


# --- a question at a time -------------------------------------------------------------------------

DOC = make_doc("甲")
OTHER = make_doc("乙", "无关的话。\n农产品抽检合格率达到97%.\n")
RATE, OWNER = "农产品抽检合格率达到97%.", "由省农委负责。"


def row(name: str, **fields: Any) -> dict[str, Any]:
    gold = [{"doc": "甲.txt", "quote": RATE}, {"doc": "甲.txt", "quote": OWNER}]
    base = {"id": name, "question": name, "category": "c", "answerable": True, "gold": gold,
            "must_contain": [["97%"], ["农委", "农业委员会"]], "note": ""}  # fmt: skip
    return base | fields


ROWS = [
    row("both"),
    row("late"),
    row("refused"),
    row("other", gold=[{"doc": "甲.txt", "quote": "没有这话", "alt": [{"quote": OWNER}]}]),
    row("none", answerable=False, gold=[], must_contain=[]),
    row("near", answerable=False, gold=[], must_contain=[]),
]
SAID = {
    "both": answer("97%[1]，省农委[2]", [hit(DOC, RATE)], [cite(DOC, RATE), cite(DOC, OWNER)]),
    "late": answer("97%[1]", [hit(OTHER, RATE), hit(DOC, OWNER)], [cite(OTHER, RATE)]),
    "refused": answer("没有找到", [hit(DOC, RATE), hit(DOC, OWNER)], refused=True),
    "other": answer("省农委负责，97%", [hit(DOC, RATE), hit(DOC, OWNER)], [cite(DOC, OWNER)]),
    "none": answer("没有找到", refused=True),
    "near": answer("97%", [hit(DOC, RATE)]),
}
WANTED: dict[str, dict[str, float]] = {
    "both": {"hit1": 1, "mrr": 1, "r5": 0.5, "r10": 0.5, "answer": 1, "cite_r": 1, "cite_p": 1,
             "chars": 13, "clause1": 0, "clause3": 0},
    "late": {"hit1": 0, "mrr": 0.5, "r5": 0.5, "r10": 0.5, "answer": 0, "cite_r": 0, "cite_p": 0,
             "chars": 6, "clause1": 0, "clause3": 1},
    "refused": {"hit1": 1, "mrr": 1, "r5": 1, "r10": 1, "answer": 0, "cite_r": 0, "cite_p": 0,
                "chars": 4, "clause1": 0, "clause3": 1},
    "other": {"hit1": 0, "mrr": 0.5, "r5": 1, "r10": 1, "answer": 1, "cite_r": 1, "cite_p": 1,
              "chars": 9, "clause1": 0, "clause3": 1},
}  # fmt: skip


def judged(*names: str) -> list[QuestionResult]:
    items = [parse_question(r) for r in ROWS if r["id"] in (names or SAID)]
    run = run_questions(FakeSearch([DOC, OTHER], SAID), items, "hybrid", rule="words")
    return list(run.results)


@pytest.mark.parametrize("name", WANTED)
def test_a_question_by_hand(name: str) -> None:
    (result,) = judged(name)
    assert {key: result.scores[key] for key in WANTED[name]} == WANTED[name]
    assert "Success@1" not in result.scores  # places are not asked for


def test_all_together() -> None:
    results = judged()
    means = {key: estimate(results, key).value for key in ("hit1", "answer", "cite_p", "chars")}
    assert means == {"hit1": 0.5, "answer": 0.5, "cite_p": 0.5, "chars": 8.0}
    # One of two is rightly refused, one of four wrongly: precision and recall are one half.
    assert estimate(results, "refusal_F1").value == 0.5
    assert estimate(results, "exact").value == 1.0


def test_documents_that_are_not_there_and_words_that_were_not_read() -> None:
    items = [parse_question(r) for r in ROWS]
    texts = {doc.source.path: doc.text for doc in (DOC, OTHER)}
    assert unread(items, texts) == 0
    assert unread(items, {"corpus/甲.txt": "农产品抽检合格率达到97%"}) == 4  # all OWNERs
    with pytest.raises(QuestionSetError, match=r"1 份：甲\.txt"):
        require_documents(items, {"corpus/乙.txt": ""})
