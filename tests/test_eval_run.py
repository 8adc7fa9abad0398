from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from eval_fakes import FakeSearch, answer, cite, hit, item, make_doc, ranked, result

from eval.files import read_qrels, read_run
from eval.plain import PlainSearch
from eval.records import Gold, Outcome, QuestionItem
from eval.run import corpus_digest, run_questions
from eval.saved import load_run, newest_runs, save_run, trec_rows
from youju.errors import QuestionSetError

DOC = make_doc("甲")
OTHER = make_doc("乙", "无关的话。\n农产品抽检合格率达到97%.\n", "已失效")
GOLD = Gold("corpus/甲.txt", "农产品抽检合格率达到97%.")
ITEMS = [
    item("q1", gold=(GOLD,), must_contain=(("97",),), split="tune"),
    item("q2", category="none", answerable=False, split="report"),
    item("q3", gold=(GOLD,), must_contain=(("97",),)),
]


def searcher() -> FakeSearch:
    words = "农产品抽检合格率达到97%."
    return FakeSearch(
        [DOC, OTHER],
        {
            "q1": answer(
                "合格率达到97%[1]", [hit(OTHER, words), hit(DOC, words)], [cite(DOC, words)]
            ),
            "q2": answer("文件中没有找到", [hit(DOC, "二、责任。")], refused=True),
        },
    )


def test_every_question_is_asked_and_scored() -> None:
    fake, seen = searcher(), []
    run = run_questions(
        fake, ITEMS, "bm25", questions=("f", "d"), progress=lambda *a: seen.append(a)
    )
    assert fake.asked == ["bm25"] * 3
    assert seen == [(1, 3), (2, 3), (3, 3)]
    first, second, third = run.results
    # The same words in another document are no right hit.
    assert (first.scores["Success@1"], first.scores["RR@10"], first.scores["R@10"]) == (0, 0.5, 1)
    assert (first.scores["facts"], first.scores["exact"], first.scores["cite_recall"]) == (1, 1, 1)
    assert second.outcome.refused and second.scores == {"decision": 1.0}
    assert "问题不能为空" in (third.outcome.error or "")
    assert third.scores["R@10"] == third.scores["facts"] == 0.0
    assert run.info.corpus_digest == corpus_digest([OTHER, DOC])
    assert run.name.startswith("bm25-")


def test_a_citation_one_character_off_is_not_exact() -> None:
    fake = searcher()
    words = "农产品抽检合格率达到97%."
    fake.answers = {"q1": answer("97[1]", cited=[cite(DOC, words, shift=1)])}
    run = run_questions(fake, ITEMS[:1], "hybrid")
    assert (run.results[0].scores["exact"], run.results[0].scores["cite_recall"]) == (0.0, 1.0)


def test_the_name_follows_the_results_and_not_the_clock() -> None:
    runs = [run_questions(searcher(), ITEMS, "bm25") for _ in range(2)]
    assert runs[0].name == runs[1].name
    assert runs[0].results[0].outcome.ms != 0
    assert run_questions(searcher(), ITEMS, "dense").name[-10:] != runs[0].name[-10:]
    assert run_questions(searcher(), ITEMS[:2], "bm25").name != runs[0].name


def test_no_questions_and_lost_gold_are_errors() -> None:
    with pytest.raises(QuestionSetError, match="split=tune"):
        run_questions(searcher(), [], "bm25", split="tune")
    lost: QuestionItem = replace(ITEMS[0], gold=(Gold("corpus/丙.txt", "x"),))
    with pytest.raises(QuestionSetError, match="q1"):
        run_questions(searcher(), [lost], "bm25")


def test_a_saved_run_comes_back(tmp_path: Path) -> None:
    run = run_questions(searcher(), ITEMS, "bm25", questions=("f", "d"))
    folder = save_run(run, tmp_path)
    assert load_run(folder) == run
    assert [row.query_id for row in read_run(folder / "run.trec")] == ["q1", "q1", "q2"]
    assert {(q.query_id, q.relevance) for q in read_qrels(folder / "qrels.trec")} == {
        ("q1", 0), ("q1", 1),
    }  # fmt: skip


@pytest.mark.parametrize("damage", ["{", '{"id": "q1"}', '{"id": "q1", "hits": 3}', "3"])
def test_a_damaged_run_is_refused(tmp_path: Path, damage: str) -> None:
    folder = save_run(run_questions(searcher(), ITEMS, "bm25"), tmp_path)
    with (folder / "rows.jsonl").open("a", encoding="utf-8") as rows:
        rows.write(damage + "\n")
    with pytest.raises(QuestionSetError, match="不是完整的评测结果"):
        load_run(folder)
    (folder / "run.json").unlink()
    with pytest.raises(QuestionSetError, match="无法读取"):
        load_run(folder)


def test_the_newest_run_of_each_method(tmp_path: Path) -> None:
    import os

    for name, when in (("bm25-a", 1), ("bm25-b", 3), ("hybrid-c", 2)):
        (tmp_path / name).mkdir()
        path = tmp_path / name / "run.json"
        path.write_text(json.dumps({}))
        os.utime(path, (when, when))
    (tmp_path / "dense-unfinished").mkdir()
    assert [path.name for path in newest_runs(tmp_path)] == ["bm25-b", "hybrid-c"]
    assert newest_runs(tmp_path / "none") == []


def test_run_rows_keep_the_order_the_user_saw() -> None:
    hits = (ranked("b c", score=0.5), ranked("a", score=0.5))
    rows = trec_rows([result("q", outcome=Outcome(hits=hits))])
    assert [(row.doc_id, row.score) for row in rows] == [("b_c", 1.0), ("a", 0.5)]


def test_the_plain_baseline_quotes_the_best_paragraph() -> None:
    plain = PlainSearch.build([DOC, OTHER])
    found = plain.ask("农产品抽检合格率是多少")
    assert found.text == "农产品抽检合格率达到97%.[1]"
    assert [h.passage.doc_id for h in found.hits[:2]] == ["乙", "甲"]
    run = run_questions(plain, ITEMS, "plain")
    assert all(r.scores.get("exact", 1.0) == 1.0 for r in run.results)


def test_the_plain_baseline_with_nothing_to_find() -> None:
    empty = PlainSearch.build([make_doc("空", "\n \n")])
    assert empty.search("农产品") == []
    assert empty.ask("农产品").refused
    assert PlainSearch.build([DOC]).search("zzz") == []
