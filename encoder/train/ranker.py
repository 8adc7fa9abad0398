"""`python -m encoder.train.ranker`: fits the ranker that orders candidates (`index/ranker.npz`).

Fitted on hand-written questions over policies and laws, and on encyclopedia questions, that the
encoder given here was trained without (`python -m encoder.train --held-out 0.3 …`); the built-in
documents are never used.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
from pathlib import Path
from typing import Any

import numpy as np

from encoder.train import pools, ranking
from encoder.train.ranking import Examples
from index.encoder import StaticEncoder
from index.features import NAMES, SCORES
from index.ranker import LinearRanker
from index.trees import TreeRanker, Trees, save

log = logging.getLogger("encoder.train.ranker")
# What every question has. Raw lexical scores depend on the size of the collection, so only their
# standings among the candidates are used; cosines mean the same everywhere. Lengths are left out:
# with them the trees learn how long these clauses are, and lose on passages cut otherwise
# (bench/covid_policy: Hit@1 .68 without, .56 with them).
FITTED = (
    "dense", "late",
    *(f"{name}_z" for name in SCORES), *(f"{name}_top" for name in SCORES),
    "cover", "cover_body", "cover_heading", "cover_last_heading", "rare", "run", "known",
    "pairs", "pairs_body", "pairs_near", "pairs_best",
    "figure_wanted", "time_wanted", "owner_wanted", "contact_wanted",
)  # fmt: skip
FOLDS = 5
# Everyday questions are most; those in the texts' own words, and on an encyclopedia, count double.
EVERYDAY = 0.5


def fit(data: Examples, rows: np.ndarray, seed: int, trees: int) -> Trees:
    """Trees that correct the weighted sum, fitted on the candidates `rows`.

    LightGBM is needed here only.
    """
    import lightgbm

    columns = [NAMES.index(name) for name in FITTED]
    lengths = np.bincount(data.question[rows])
    matrix = data.matrix[rows]
    everyday = np.char.endswith(data.setting, "everyday")[data.question[rows]]
    booster = lightgbm.train(
        {
            "objective": "lambdarank", "lambdarank_truncation_level": 20,
            "num_leaves": 12, "max_depth": 5, "learning_rate": 0.07,
            "min_data_in_leaf": 60, "lambda_l2": 5.0, "feature_fraction": 0.5,
            "bagging_fraction": 0.7, "bagging_freq": 1, "seed": seed, "deterministic": True,
            "force_row_wise": True, "num_threads": 1, "verbose": -1,
        },
        lightgbm.Dataset(
            matrix[:, columns], data.gold[rows], group=lengths[lengths > 0],
            weight=np.where(everyday, EVERYDAY, 1.0), init_score=LinearRanker().score(matrix),
        ),
        num_boost_round=trees,
    )  # fmt: skip
    return as_arrays(booster.dump_model()["tree_info"])


def as_arrays(dumped: list[dict[str, Any]]) -> Trees:
    """LightGBM's nested trees as padded arrays, nodes in depth-first order."""
    flat = [_flatten(tree["tree_structure"]) for tree in dumped]
    width = max(len(nodes) for nodes in flat)
    shape = (len(flat), width)
    feature, left, right = (np.zeros(shape, np.int16) for _ in range(3))
    threshold, value = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    for t, nodes in enumerate(flat):
        for j, (f, limit, low, high, leaf) in enumerate(nodes):
            feature[t, j], threshold[t, j] = f, limit
            left[t, j], right[t, j], value[t, j] = low, high, leaf
    return Trees(FITTED, feature, threshold, left, right, value, max(map(_depth, flat)))


_Node = tuple[int, float, int, int, float]  # feature, threshold, left, right, leaf value


def _flatten(root: dict[str, Any]) -> list[_Node]:
    nodes: list[_Node] = []

    def visit(node: dict[str, Any]) -> int:
        place = len(nodes)
        if "leaf_value" in node:
            nodes.append((0, 0.0, place, place, float(node["leaf_value"])))
            return place
        assert node["decision_type"] == "<=", node["decision_type"]
        nodes.append((0, 0.0, 0, 0, 0.0))
        left, right = visit(node["left_child"]), visit(node["right_child"])
        # A float32 feature is at most the threshold when it is at most the float32 below that.
        limit = np.float32(node["threshold"])
        if limit > node["threshold"]:
            limit = np.nextafter(limit, np.float32(-np.inf))
        nodes[place] = (int(node["split_feature"]), float(limit), left, right, 0.0)
        return place

    visit(root)
    return nodes


def _depth(nodes: list[_Node]) -> int:
    def below(place: int) -> int:
        _, _, left, right, _ = nodes[place]
        return 0 if left == place else 1 + max(below(left), below(right))

    return below(0)


def ranks(data: Examples, scores: np.ndarray, questions: np.ndarray) -> np.ndarray:
    """The rank of the best right candidate per question; 1000 when none is among them."""
    found = []
    starts = np.searchsorted(data.question, np.arange(len(data.document) + 1))
    for number in questions:
        part = slice(starts[number], starts[number + 1])
        gold = data.gold[part]
        best = scores[part][gold].max() if gold.any() else np.inf
        found.append(1 + int((scores[part][~gold] >= best).sum()) if gold.any() else 1000)
    return np.array(found)


def cross_validated(data: Examples, seed: int, trees: int) -> dict[str, np.ndarray]:
    """Scores of every candidate: plain weights, and trees that saw no question on its document."""
    fold_of = np.random.default_rng(seed).permutation(data.document.max() + 1) % FOLDS
    fold = fold_of[data.document][data.question]
    scores = np.zeros(len(data.matrix), np.float32)
    for number in range(FOLDS):
        ranker = TreeRanker(fit(data, np.flatnonzero(fold != number), seed, trees))
        scores[fold == number] = ranker.score(data.matrix[fold == number])
    dense = data.matrix[:, NAMES.index("dense")]
    return {"dense": dense, "linear": LinearRanker().score(data.matrix), "trees": scores}


def report(data: Examples, scores: dict[str, np.ndarray]) -> dict[str, dict]:
    """Scores with confidence intervals, by size of the collection and by kind of question."""
    kinds = {name: np.flatnonzero(data.setting == name) for name in np.unique(data.setting)}
    return {
        f"{kind}/{name}": pools.report(ranks(data, values, numbers))
        for kind, numbers in kinds.items()
        for name, values in scores.items()
    }


def arguments(argv: list[str] | None = None) -> argparse.Namespace:
    """The command line; the defaults make the shipped file."""
    parser = argparse.ArgumentParser(
        prog="python -m encoder.train.ranker", description="训练候选排序模型（需要 lightgbm）。"
    )
    parser.add_argument("--data", type=Path, required=True, help="训练数据目录")
    parser.add_argument("--encoder", type=Path, required=True, help="没见过这些问题的编码器目录")
    parser.add_argument("--held-out", type=float, default=0.3, help="该编码器留出的比例")
    parser.add_argument(
        "--together", type=int, nargs="+", default=[5, 300], help="几个相近的文件组成一个库"
    )
    parser.add_argument("--trees", type=int, default=150, help="树的棵数")
    parser.add_argument("--seed", type=int, default=13, help="随机种子")
    parser.add_argument("--out", type=Path, default=Path("index/ranker.npz"), help="写到哪个文件")
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    """Collect candidates, judge by cross-validation over documents, fit on all, write the file."""
    options = arguments(argv)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    encoder = StaticEncoder(options.encoder)
    data = ranking.examples(options.data, encoder, options.held_out, options.together)
    judged = report(data, cross_validated(data, options.seed, options.trees))
    log.info("交叉验证：\n%s", json.dumps(judged, ensure_ascii=False, indent=1))
    save(options.out, fit(data, np.arange(len(data.matrix)), options.seed, options.trees))
    log.info("写好 %s：%d 字节", options.out, options.out.stat().st_size)
    return 0


if __name__ == "__main__":
    sys.exit(main())
