"""A corpus and a product small enough to score by hand."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from eval.records import Outcome, QuestionItem, QuestionResult, RankedSpan
from youju.errors import QuestionError
from youju.records import (
    Answer,
    Citation,
    Filters,
    Hit,
    Passage,
    PolicyDoc,
    PolicyMeta,
    SourceFile,
    Span,
)

TEXT = (
    "一、目标。\n农产品抽检合格率达到97%.\n二、责任。\n"
    "由省农委负责。\n三、附则。本办法自2015年起施行。\n"
)


def make_doc(name: str, text: str = TEXT, status: str = "未注明") -> PolicyDoc:
    digest = hashlib.sha256(text.encode()).hexdigest()
    source = SourceFile(f"corpus/{name}.txt", digest, "txt", len(text.encode()))
    return PolicyDoc(name, source, text, digest, PolicyMeta(status=status), ())


def hit(doc: PolicyDoc, words: str, score: float = 1.0) -> Hit:
    start = doc.text.index(words)
    span = Span(start, start + len(words))
    passage = Passage(f"{doc.id}#{start:06}", doc.id, "clause", (), (), span, "", words)
    return Hit(passage, score)


def cite(doc: PolicyDoc, words: str, n: int = 1, shift: int = 0) -> Citation:
    start = doc.text.index(words) + shift
    return Citation(
        n, doc.id, doc.name, None, None, None, None, doc.meta.status, (),
        doc.source.path, start, start + len(words), words,
    )  # fmt: skip


def answer(
    text: str, hits: Sequence[Hit] = (), cited: Sequence[Citation] = (), refused: bool = False
) -> Answer:
    return Answer("", text, tuple(cited), refused, None, tuple(hits))


@dataclass
class FakeSearch:
    """Answers from a table; a question that is not in it cannot be asked."""

    docs: Sequence[PolicyDoc]
    answers: Mapping[str, Answer]
    asked: list[str] = field(default_factory=list)

    def ask(
        self, text: str, k: int = 10, filters: Filters | None = None, method: str = "hybrid"
    ) -> Answer:
        self.asked.append(method)
        if text not in self.answers:
            raise QuestionError("问题不能为空")
        return self.answers[text]

    def documents(self) -> Sequence[PolicyDoc]:
        return self.docs

    def document(self, doc_id: str) -> PolicyDoc:
        return {doc.id: doc for doc in self.docs}[doc_id]


def item(name: str, **fields: object) -> QuestionItem:
    base: dict[str, object] = {"question": name, "category": "target", "answerable": True}
    return QuestionItem(name, **(base | fields))  # type: ignore[arg-type]


def result(name: str, scores: dict[str, float] | None = None, **fields: object) -> QuestionResult:
    base: dict[str, object] = {
        "question": "", "category": "target", "answerable": True, "split": "tune",
        "outcome": Outcome(),
    }  # fmt: skip
    return QuestionResult(name, scores=scores or {}, **(base | fields))  # type: ignore[arg-type]


def ranked(name: str, *right: int, score: float = 1.0) -> RankedSpan:
    return RankedSpan(name, "corpus/a.txt", Span(0, 1), score, right)
