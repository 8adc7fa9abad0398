"""The code that makes the bundled encoder: splits, cutting, tokenizer, training, export, leaks."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import torch

from encoder.train import contrast, export, hard, leaks, pairs, pools, sources, vocabulary
from encoder.train.__main__ import EXCLUDED
from encoder.train.sources import Pair

COUNTS = Counter(
    {"质量": 500, "的": 3000, "黑名单": 60, "名单": 90, "拉黑": 40, "wi": 30, "2015": 30}
)


@pytest.fixture
def tokenizer():
    return vocabulary.make_tokenizer(vocabulary.choose_pieces(COUNTS, 200))


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("质量的黑名单", ["质量", "的", "黑名单"]),
        ("拉黑，名单！", ["拉黑", "名单"]),
        ("Ｗｉ 2015年", ["wi", "2015", "年"]),
        ("。、", []),
    ],
)
def test_the_tokenizer_cuts_like_a_language_model_over_words(tokenizer, text, tokens) -> None:
    found = tokenizer.encode(text, add_special_tokens=False)
    known = [token for token, number in zip(found.tokens, found.ids, strict=True) if number]
    assert known == [token for token in tokens if token != "年"]


def test_pieces_hold_every_usual_character_and_no_piece_twice() -> None:
    pieces = [piece for piece, _ in vocabulary.choose_pieces(COUNTS, 200)]
    assert len(pieces) == len(set(pieces))
    assert {"质", "量", "黑", "名", "单", "拉", "a", "9"} <= set(pieces)
    assert pieces[0] == vocabulary.UNKNOWN


def test_the_first_table_puts_frequent_words_low_and_unknown_at_zero() -> None:
    pieces = vocabulary.choose_pieces(COUNTS, 200)
    words = list(COUNTS)
    vectors = np.random.default_rng(0).normal(size=(len(words), 8)).astype(np.float32)
    table = vocabulary.initial_table(pieces, words, vectors, 1e-2)
    length = {piece: np.linalg.norm(row) for (piece, _), row in zip(pieces, table, strict=True)}
    assert length[vocabulary.UNKNOWN] == 0
    assert length["的"] < length["拉黑"]
    assert length["单"] > 0  # a character seen only inside words


def test_held_out_documents_are_the_same_for_ever() -> None:
    titles = [f"条例{number}" for number in range(2000)]
    chosen = [title for title in titles if sources.held_out(title, 0.05)]
    assert 60 < len(chosen) < 140
    assert set(chosen) <= {title for title in titles if sources.held_out(title, 0.2)}
    assert round(sources.fraction("条例", "held out"), 6) == 0.125764


def small_set(pairs_: list[tuple[list[int], list[int]]]) -> contrast.TrainingSet:
    numbers = np.arange(len(pairs_))
    return contrast.TrainingSet(
        queries=contrast.Ragged.of([left for left, _ in pairs_]),
        positives=contrast.Ragged.of([right for _, right in pairs_]),
        query_of=numbers,
        positive_of=numbers,
        subject=numbers % 4,
        share=np.ones(len(pairs_)),
    )


def test_training_brings_partners_together_and_is_repeatable() -> None:
    data = small_set([([1 + n], [65 + n]) for n in range(64)])
    start = np.random.default_rng(1).normal(size=(129, 16)).astype(np.float32)
    settings = contrast.Settings(
        epochs=60, batch=32, rate=0.05, clusters_per_batch=4, token_dropout=0.0
    )
    first = contrast.train(start, data, settings)
    left, right = contrast.encode(first, data.queries), contrast.encode(first, data.positives)
    assert (np.argmax(left @ right.T, axis=1) == np.arange(64)).mean() > 0.9
    np.testing.assert_array_equal(first, contrast.train(start, data, settings))


def test_ragged_takes_any_texts_in_any_order() -> None:
    lists = [[5, 6], [], [7], [8, 9, 10]]
    ids, lengths = contrast.Ragged.of(lists).take(np.array([3, 0, 1, 3]))
    assert ids.tolist() == [8, 9, 10, 5, 6, 0, 8, 9, 10]
    assert lengths.tolist() == [3, 2, 1, 3]


def test_batches_show_every_pair_at_most_once_an_epoch() -> None:
    data = small_set([([n], [n]) for n in range(1000)])
    settings = contrast.Settings(batch=64, clusters_per_batch=4)
    shown = np.concatenate(list(contrast.batches(data, settings, np.random.default_rng(0))))
    assert len(shown) == len(set(shown.tolist())) > 1000 - 2 * 64


def test_the_grid_keeps_directions_and_is_exact_in_half_precision() -> None:
    table = np.random.default_rng(2).normal(size=(300, 64)).astype(np.float32)
    grid = export.to_grid(table, 4.0)
    assert grid.dtype == np.float16
    assert (grid == np.rint(grid.astype(np.float32))).all()
    assert not np.signbit(grid[grid == 0]).any()
    left = table.reshape(30, 10, 64).sum(axis=1)
    right = grid.astype(np.float32).reshape(30, 10, 64).sum(axis=1)
    cosine = (left * right).sum(axis=1)
    cosine /= np.linalg.norm(left, axis=1) * np.linalg.norm(right, axis=1)
    assert cosine.min() > 0.99


def test_ranks_count_ties_against_us() -> None:
    clauses = np.eye(3, dtype=np.float32)
    questions = np.array([[1, 0, 0], [0.6, 0.8, 0], [0, 0, 0]], np.float32)
    members = np.array([[0, 1, 2], [0, 1, 2], [0, 1, 2]])
    assert pools.ranks(questions, clauses, members).tolist() == [1, 2, 3]


def test_pools_hold_the_right_clause_first_and_no_twin_of_it() -> None:
    titles = ["甲", "乙", "丙"]
    records = [sources.ClauseQuestions(t, "", t, t, t) for t in titles]
    records = [r for r in records if sources.held_out(r.title, 1.0)]
    words = [["质量", "监督"], ["质量", "监督"], ["质量", "检验"]]
    made = pools.make_pools(records, words, 1.0, size=2)
    assert made.members[0].tolist() == [0, 2]


def test_a_shared_formula_is_no_leak_but_a_copied_passage_is(tmp_path: Path) -> None:
    import gzip

    passage = "".join(chr(0x4E00 + number * 7 % 5000) for number in range(400))
    folder = tmp_path / "some"
    folder.mkdir()
    for name, text in (("corpus", passage), ("queries", "企业能拿多少补助资金")):
        with gzip.open(folder / f"{name}.jsonl.gz", "wt", encoding="utf-8") as out:
            out.write(json.dumps({"id": "1", "text": text}, ensure_ascii=False) + "\n")
    other = "".join(chr(0x9000 - number * 5 % 3000) for number in range(400))
    found = leaks.leaks(
        [
            Pair("甲", f"{passage[50:300]}。", "law"),
            Pair("乙", passage[:60] + other, "law"),
            Pair("企业，能拿多少补助资金？", other, "plain"),
            Pair("丙", "短", "plain"),
        ],
        tmp_path,
    )
    assert [pair.query for pair in found] == ["甲", "企业，能拿多少补助资金？"]


def test_the_list_of_excluded_pairs_is_read_whole() -> None:
    keys = leaks.excluded_keys(EXCLUDED)
    assert keys
    assert all(len(key) == 16 and int(key, 16) >= 0 for key in keys)


@pytest.mark.skipif(
    not (os.environ.get("YOUJU_BENCH") and os.environ.get("YOUJU_DATA")),
    reason="YOUJU_BENCH and YOUJU_DATA (folders of benchmarks and training data) are not set",
)
def test_no_benchmark_text_is_in_the_training_pairs() -> None:
    found = pairs.collect(
        Path(os.environ["YOUJU_DATA"]), lambda title: False, leaks.excluded_keys(EXCLUDED)
    )
    assert len(found) > 100_000
    assert list(leaks.leaks(found, Path(os.environ["YOUJU_BENCH"]))) == []


def test_the_second_loss_scores_as_search_does(tokenizer, tmp_path: Path) -> None:
    from index import late
    from index.encoder import StaticEncoder
    from index.ragged import Ragged
    from index.records import Tokens

    rng = np.random.default_rng(3)
    size = tokenizer.get_vocab_size()
    table = rng.normal(size=(size, 16)).astype(np.float32)
    table = export.to_grid(table, 8.0)
    export.save_model(tmp_path, table, tokenizer, "tiny")
    encoder = StaticEncoder(tmp_path)
    texts = ["质量黑名单", "拉黑名单2015", "质量的名单"]
    lists = [np.unique(np.array(ids, np.int32)) for ids in encoder.token_ids(texts)]
    found = np.bincount(np.concatenate(lists), minlength=size).astype(np.int32)
    expect = late.interaction("拉黑质量", range(3), Tokens(Ragged.join(lists), found), encoder)

    tokens = contrast.Ragged.of([ids.tolist() for ids in lists])
    asked = np.unique(np.array(encoder.token_ids(["拉黑质量"])[0]))
    given = np.zeros((1, 3, 8), np.int64)
    for place, ids in enumerate(lists):
        given[0, place, : len(ids)] = ids
    query = np.concatenate([asked, [0, 0]])[None, :]
    scores = hard.scores(
        contrast.Table(table.astype(np.float32)),
        query,
        given,
        torch.from_numpy(hard.idf(tokens, size)),
    )
    np.testing.assert_allclose(scores[0].detach().numpy(), expect, atol=1e-5)


def test_hard_texts_are_never_the_right_one() -> None:
    left = torch.eye(6)
    right = torch.eye(6) + 0.1
    same = torch.zeros(6, 6, dtype=torch.bool)
    same[0, 1] = True
    found = hard.nearest(left, right, same, torch.tensor([0, 3]), 2)
    assert found[:, 0].tolist() == [0, 3]
    assert 1 not in found[0, 1:].tolist() and 0 not in found[0, 1:].tolist()
    assert 3 not in found[1, 1:].tolist()
