"""Lines put together: numbers, regions, void documents, statements that fall out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from qa_helpers import document

from qa.proof.compose import Line, Outcome, Refusal, proven_answer, refusal
from youju.records import Question, Span

QUESTION = Question("问", "问")


def doc_of(region: str, body: str, status: str = "未注明", path: str = "甲.txt"):
    doc = document(f"{region}人民政府关于治水的意见\n一、目标\n{body}\n", path)
    return replace(doc, meta=replace(doc.meta, status=status))


def line(doc, words: str, text: str | None = None) -> Line:
    start = doc.text.index(words)
    return Line(doc, text or words, (Span(start, start + len(words)),), ("一、目标",))


@pytest.fixture(scope="module")
def docs():
    return (
        doc_of("云山市", "到2025年，漏损率低于9%。管网500公里。"),
        doc_of("海川市", "漏损率低于12%。", "已失效"),
        doc_of("云山市", "漏损率低于10%。", path="丙.txt"),
    )


def test_numbers_follow_the_citations(docs) -> None:
    first, second, _ = docs
    answer = proven_answer(
        QUESTION,
        Outcome(
            (
                line(first, "漏损率低于9%"),
                line(second, "漏损率低于12%"),
                line(first, "漏损率低于9%"),
            )
        ),
        (),
    )
    assert answer is not None
    assert [c.n for c in answer.citations] == [1, 2]
    assert answer.text.split("\n") == [
        "漏损率低于9%[1]",
        "漏损率低于12%[2]（注意：该文件已失效）",
        "漏损率低于9%[1]",
    ]


def test_each_document_is_led_by_its_region_once(docs) -> None:
    first, second, _ = docs
    lines = (line(first, "漏损率低于9%"), line(first, "管网500公里"), line(second, "漏损率低于12%"))
    answer = proven_answer(QUESTION, Outcome(lines, led=True, closing="完。"), ())
    assert answer is not None
    assert answer.text.split("\n") == [
        "云山市：漏损率低于9%[1]",
        "管网500公里[2]",
        "海川市：漏损率低于12%[3]（注意：该文件已失效）",
        "完。",
    ]


def test_documents_of_one_region_are_told_apart_by_title(docs) -> None:
    first, _, third = docs
    third = replace(third, id="other")
    lines = (line(first, "漏损率低于9%"), line(third, "漏损率低于10%"))
    answer = proven_answer(QUESTION, Outcome(lines, led=True), ())
    assert answer is not None
    assert answer.text.startswith(f"《{first.name}》：漏损率低于9%[1]\n《{third.name}》：")


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("漏损率低于9%", "漏损率低于8%"),
        ("漏损率低于9%", "漏损率不低于9%"),
        ("漏损率低于9%", "漏损率低于0.9%"),
        ("管网500公里", "管网500公里以上"),
    ],
)
def test_an_unproven_statement_falls_out_alone(docs, words: str, text: str) -> None:
    first, second, _ = docs
    bad, good = line(first, words, text), line(second, "漏损率低于12%")
    answer = proven_answer(QUESTION, Outcome((bad, good), closing="两地不同。"), ())
    assert answer is not None
    assert answer.text == "漏损率低于12%[1]（注意：该文件已失效）"
    assert len(answer.citations) == 1
    assert proven_answer(QUESTION, Outcome((bad,)), ()) is None


def test_nothing_to_say(docs) -> None:
    assert proven_answer(QUESTION, Outcome(()), ()) is None
    assert proven_answer(QUESTION, Outcome((replace(line(docs[0], "管网"), text=""),)), ()) is None


def test_a_refusal_is_one_sentence() -> None:
    answer = refusal(QUESTION, Refusal("没有找到"), ())
    assert answer.text == "没有找到。" and answer.refused and answer.reason == "没有找到"
    assert refusal(QUESTION, Refusal("没有找到。"), ()).text == "没有找到。"
