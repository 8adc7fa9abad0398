"""`python -m encoder.train --data DATA --out encoder/model`: makes the bundled encoder anew."""

from __future__ import annotations

import argparse
import json
import logging
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from encoder.train import (
    benchmark,
    contrast,
    cutting,
    export,
    leaks,
    pairs,
    pools,
    sources,
    vocabulary,
    wordvectors,
)

log = logging.getLogger("encoder.train")
EXCLUDED = Path(__file__).parent / "data" / "excluded_pairs.txt"
SUBJECTS = 400
DEFAULTS = contrast.Settings()


def arguments(argv: list[str] | None = None) -> argparse.Namespace:
    """The command line; the defaults make the shipped model."""
    parser = argparse.ArgumentParser(
        prog="python -m encoder.train",
        description="训练随仓库发布的静态中文编码器（两核约 40 分钟，不需要显卡）。",
    )
    parser.add_argument("--data", type=Path, required=True, help="训练数据目录")
    parser.add_argument("--out", type=Path, required=True, help="模型写到哪个目录")
    parser.add_argument(
        "--work", type=Path, default=Path(".youju/encoder-train"), help="中间结果目录，可续跑"
    )
    parser.add_argument("--bench", type=Path, help="公开评测目录：只用来查重和打分，不参加训练")
    parser.add_argument("--seed", type=int, default=13, help="随机种子")
    parser.add_argument("--workers", type=int, default=2, help="词向量训练的线程数")
    parser.add_argument("--models", type=int, default=3, help="训练几个种子不同的表再取平均")
    parser.add_argument("--vocabulary", type=int, default=42_000, help="词表大小")
    parser.add_argument("--dimension", type=int, default=256, help="向量维数")
    parser.add_argument("--word-epochs", type=int, default=4, help="词向量训练轮数")
    parser.add_argument("--epochs", type=int, default=DEFAULTS.epochs, help="对比训练轮数")
    parser.add_argument("--rate", type=float, default=DEFAULTS.rate, help="学习率")
    parser.add_argument("--smoothing", type=float, default=1e-4, help="平滑逆词频的 a")
    parser.add_argument("--steps", type=float, default=3.0, help="量化：每个标准差分几级")
    parser.add_argument(
        "--held-out", type=float, default=0.05, help="按文件标题留出多少问题作验证（0–1）"
    )
    return parser.parse_args(argv)


def cut_text(options: argparse.Namespace) -> tuple[Path, Counter[str]]:
    """The cut text and its word counts, made once per work folder."""
    cut, counts_path = options.work / "cut.txt", options.work / "counts.json"
    if not counts_path.exists():
        cutter = cutting.make_cutter(sources.thesaurus_words(options.data))
        lines = sources.bulk_text(options.data, options.held_out)
        counts = cutting.cut_to_file(lines, cut, cutter)
        counts_path.write_text(json.dumps(counts, ensure_ascii=False), encoding="utf-8")
    counts = Counter(json.loads(counts_path.read_text(encoding="utf-8")))
    log.info("切词：共 %d 词，%d 个不同的词", sum(counts.values()), len(counts))
    return cut, counts


def word_vectors(options: argparse.Namespace, cut: Path) -> tuple[list[str], np.ndarray]:
    """Word vectors of the cut text, made once per work folder."""
    path = options.work / f"words-{options.dimension}.npz"
    if not path.exists():
        words, vectors = wordvectors.train_word2vec(
            cut, dimension=options.dimension, epochs=options.word_epochs,
            workers=options.workers, seed=options.seed,
        )  # fmt: skip
        wordvectors.save_vectors(path, words, vectors)
    return wordvectors.load_vectors(path)


def token_ids(tokenizer: Tokenizer, texts: list[str]) -> list[list[int]]:
    """Token ids of many texts."""
    return [e.ids for e in tokenizer.encode_batch_fast(texts, add_special_tokens=False)]


def validation(options: argparse.Namespace) -> pools.Pools:
    """The held-out questions in pools of one subject."""
    records = sources.clause_questions(options.data)
    cutter = cutting.make_cutter(sources.thesaurus_words(options.data))
    words = [cutting.words_of(cutter, record.clause) for record in records]
    return pools.make_pools(records, words, options.held_out)


def pool_ranks(
    table: np.ndarray, tokenizer: Tokenizer, judged: pools.Pools
) -> dict[str, np.ndarray]:
    """Ranks of the right clauses, per kind of question."""

    def encode(texts: tuple[str, ...]) -> np.ndarray:
        ragged = contrast.Ragged.of(token_ids(tokenizer, list(texts)))
        return contrast.encode(table, ragged)

    clauses = encode(judged.texts)
    return {
        "colloquial": pools.ranks(encode(judged.colloquial), clauses, judged.members),
        "plain": pools.ranks(encode(judged.plain), clauses, judged.members),
    }


def training_pairs(options: argparse.Namespace) -> list[sources.Pair]:
    """All pairs but the held-out and the excluded ones; refuses what a benchmark contains."""
    found = pairs.collect(
        options.data,
        lambda title: sources.held_out(title, options.held_out),
        leaks.excluded_keys(EXCLUDED),
    )
    log.info("训练对：%d", len(found))
    if options.bench:
        leaked = {leaks.pair_key(pair) for pair in leaks.leaks(found, options.bench)}
        if leaked:
            sys.exit(f"有 {len(leaked)} 个训练对与评测重复，请把它们的键加入 {EXCLUDED}：{leaked}")
    return found


def averaged_table(
    options: argparse.Namespace,
    start: np.ndarray,
    data: contrast.TrainingSet,
    judge: Callable[[np.ndarray], str],
) -> np.ndarray:
    """The mean of some tables that differ by their seed alone: what each overfits cancels out."""
    settings = contrast.Settings(epochs=options.epochs, rate=options.rate, seed=options.seed)
    seeds = range(options.seed, options.seed + options.models)
    tables = [contrast.train(start, data, replace(settings, seed=s), judge) for s in seeds]
    return np.mean(tables, axis=0)


def score(options: argparse.Namespace, table: np.ndarray, tokenizer: Tokenizer) -> dict:
    """Scores with 95 % intervals of a table, on validation and, where given, benchmarks."""
    ranks = {}
    if options.held_out > 0:
        found = pool_ranks(table, tokenizer, validation(options))
        ranks = {f"held-out/{kind}": value for kind, value in found.items()}
    for path in sorted(options.bench.glob("*/qrels.tsv")) if options.bench else ():
        ranks[path.parent.name] = benchmark.benchmark_ranks(
            path.parent,
            lambda texts: contrast.encode(table, contrast.Ragged.of(token_ids(tokenizer, texts))),
        )
    return {name: pools.report(value) for name, value in ranks.items()}


def main(argv: list[str] | None = None) -> int:
    """Run every step; steps whose result lies in the work folder are not run again."""
    options = arguments(argv)
    options.work.mkdir(parents=True, exist_ok=True)
    logging.basicConfig(
        level=logging.INFO,
        format="%(asctime)s %(message)s",
        handlers=[logging.StreamHandler(), logging.FileHandler(options.work / "train.log", "a")],
    )
    torch.set_num_threads(options.workers)
    logging.getLogger("gensim").setLevel(logging.WARNING)
    cut, counts = cut_text(options)
    words, vectors = word_vectors(options, cut)
    pieces = vocabulary.choose_pieces(counts, options.vocabulary)
    tokenizer = vocabulary.make_tokenizer(pieces)
    start = vocabulary.initial_table(pieces, words, vectors, options.smoothing)
    data = pairs.training_set(
        training_pairs(options),
        lambda texts: token_ids(tokenizer, texts),
        pairs.subjects_by_kmeans(start, SUBJECTS, options.seed),
    )
    judged = validation(options) if options.held_out > 0 else None

    def judge(table: np.ndarray) -> str:
        found = pool_ranks(table, tokenizer, judged) if judged else {}
        return str({kind: pools.summary(value) for kind, value in found.items()})

    table = export.to_grid(averaged_table(options, start, data, judge), options.steps)
    export.save_model(options.out, table, tokenizer, "youju-static-zh")
    scores = score(options, table.astype(np.float32), tokenizer)
    text = json.dumps(scores, ensure_ascii=False, indent=2)
    (options.work / "scores.json").write_text(text + "\n", encoding="utf-8")
    disk, packed = export.sizes(options.out)
    log.info("写好 %s：%.1f MB，压缩后 %.1f MB\n%s", options.out, disk / 1e6, packed / 1e6, text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
