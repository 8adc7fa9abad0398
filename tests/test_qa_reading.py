"""The order of what was read: the ranking's score, the reader's logit, the asked place."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from qa_helpers import Even, Marking, asked, document, hit_of

from index.retrieve import HybridIndex
from ingest.passages import passages
from qa.asked import scope
from qa.clauses.lexical import LexicalReader
from qa.clauses.reading import (
    ELSEWHERE,
    FEWEST,
    MOST,
    NEAR,
    PART,
    RANK_WEIGHT,
    SPAN_WEIGHT,
    read,
    reordered,
)  # fmt: skip
from youju.records import Hit, PolicyDoc, Question

QUESTION = "食品监督抽查合格率"


class Holding(Even):
    """A retriever that knows some documents."""

    def __init__(self, *docs: PolicyDoc) -> None:
        self._docs = {doc.id: doc for doc in docs}

    def document(self, doc_id: str) -> PolicyDoc:
        return self._docs[doc_id]


def question_of(text: str, regions: tuple[str, ...] = ()) -> Question:
    return Question(text, text, regions=regions, terms=(text,))


def rules(place: str, number: str) -> PolicyDoc:
    return document(
        f"{place}人民政府关于停车收费的规定\n第一条 停车每小时收费{number}元。\n", f"{place}.txt"
    )


def test_the_best_comes_first_and_the_same_every_time(five: HybridIndex) -> None:
    question = asked(QUESTION, five)
    hits = five.search(question, scope.DEPTH)
    reader = Marking({"食品监督抽查合格率": 6.0}, -2.0)
    once, again = (read(question, hits, five, reader) for _ in range(2))
    assert once == again and 0 < len(once) <= MOST
    assert [r.score for r in once] == sorted((r.score for r in once), reverse=True)
    for one in once:
        assert one.score == pytest.approx(
            one.hit.score + SPAN_WEIGHT * max(one.reading.spans) + RANK_WEIGHT * one.reading.rank
        )
    assert "食品监督抽查合格率" in once[0].source.unit.text


def test_what_stands_near_the_best_hit_is_read(five: HybridIndex) -> None:
    question = asked(QUESTION, five)
    hits = five.search(question, scope.DEPTH)
    best = hits[0].score
    apart = [replace(hit, score=best - 2 * NEAR * at) for at, hit in enumerate(hits)]
    close = [replace(hit, score=best) for hit in hits]
    reader = Marking({}, 0.0)
    places = [len(read(question, some, five, reader)) for some in (apart, close, apart[:1])]
    assert places[0] <= FEWEST < places[1] <= MOST and places[2] == 1
    assert read(question, [], five, reader) == []


def test_the_reader_can_turn_the_order_round(five: HybridIndex) -> None:
    question = asked(QUESTION, five)
    hits = five.search(question, scope.DEPTH)
    last = read(question, hits, five, Marking({}, 0.0))[-1].source
    words = last.unit.text[slice(*last.unit.spans[0])]
    assert words in read(question, hits, five, Marking({words: 60.0}, 0.0))[0].source.unit.text


def test_without_a_model_words_and_likeness_read(five: HybridIndex) -> None:
    question = asked(QUESTION, five)
    hits = five.search(question, scope.DEPTH)
    reads = read(question, hits, five, LexicalReader(five))
    assert 0 < len(reads) <= MOST
    assert all(0 <= r.reading.answers <= 1 for r in reads)
    assert len({r.reading.rank for r in reads}) == 1, "words order nothing"
    assert all(len(r.reading.spans) == len(r.source.unit.spans) for r in reads)


def test_reordered_keeps_every_hit_once_and_scores_fall(five: HybridIndex) -> None:
    question = asked(QUESTION, five)
    hits = five.search(question, scope.DEPTH)
    reads = read(question, hits, five, Marking({"合格率": 3.0, "检测": 8.0}))
    after = reordered(reads, hits)
    assert sorted(h.passage.id for h in after) == sorted(h.passage.id for h in hits)
    assert [h.score for h in after] == sorted((h.score for h in hits), reverse=True)
    told = [h.passage.id for h in after if PART in h.parts]
    assert told == [r.hit.passage.id for r in reads] == [h.passage.id for h in after[: len(reads)]]
    rest = [h.passage.id for h in after[len(reads) :]]
    assert rest == [h.passage.id for h in hits if h.passage.id in set(rest)]
    assert all(PART not in h.parts for h in hits), "the hits that were given stay as they are"


@given(st.lists(st.floats(-30, 30), min_size=1, max_size=6), st.randoms())
def test_reordered_for_any_scores(scores: list[float], rng: object) -> None:
    doc = rules("云山市", "5")
    hits = [
        Hit(replace(passages(doc)[0], id=f"p{n}"), score)
        for n, score in enumerate(sorted(scores, reverse=True))
    ]
    reads = read(question_of("收费"), hits, Holding(doc), Marking({}))  # type: ignore[arg-type]
    after = reordered(reads, hits)
    assert {h.passage.id for h in after} == {h.passage.id for h in hits}
    assert [h.score for h in after] == sorted((h.score for h in hits), reverse=True)


def test_another_place_goes_behind_and_is_marked() -> None:
    there, else_ = rules("云山市", "5"), rules("海川市", "8")
    hits = [hit_of(else_, -1, 1.2), hit_of(there, -1, 1.0)]
    holding = Holding(there, else_)
    question = question_of("停车收费", ("云山市",))
    reads = read(question, hits, holding, Marking({}, 0.0))  # type: ignore[arg-type]
    assert [r.elsewhere for r in reads] == [False, True]
    assert reads[1].score == pytest.approx(1.2 - ELSEWHERE)
    free = read(question_of("停车收费"), hits, holding, Marking({}, 0.0))  # type: ignore[arg-type]
    assert [r.elsewhere for r in free] == [False, False] and free[0].source.doc.id == else_.id


def test_nothing_found_nothing_read() -> None:
    assert read(question_of("收费"), [], Even(), Marking({})) == []  # type: ignore[arg-type]
    assert reordered([], []) == []
