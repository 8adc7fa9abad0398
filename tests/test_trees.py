"""The fitted ranker: its arrays against LightGBM itself, its file, what it may not decide."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from index import trees
from index.features import NAMES
from index.trees import TreeRanker, Trees
from youju.errors import IndexCorrupt


def stump(name: str, limit: float, low: float, high: float) -> Trees:
    return Trees(
        names=(name,),
        feature=np.zeros((1, 3), np.int16),
        threshold=np.array([[limit, 0, 0]], np.float32),
        left=np.array([[1, 1, 2]], np.int16),
        right=np.array([[2, 1, 2]], np.int16),
        value=np.array([[0, low, high]], np.float32),
        depth=1,
    )


def rows(**columns: list[float]) -> np.ndarray:
    count = len(next(iter(columns.values())))
    matrix = np.zeros((count, len(NAMES)), np.float32)
    for name, values in columns.items():
        matrix[:, NAMES.index(name)] = values
    return matrix


def test_a_value_at_the_threshold_goes_left() -> None:
    ranker = TreeRanker(stump("dense", 0.5, -1, 2), weights={})
    assert ranker.score(rows(dense=[0.4, 0.5, 0.6])).tolist() == [-1, -1, 2]


def test_trees_correct_the_weighted_sum() -> None:
    ranker = TreeRanker(stump("dense", 0.5, -1, 0.5), weights={"dense": 2.0, "region_same": 3.0})
    scores = ranker.score(rows(dense=[1, 0], region_same=[0, 1]))
    assert scores.tolist() == pytest.approx([2.0 + 0.5, 3.0 - 1])


def test_no_candidates_no_scores() -> None:
    assert trees.load().score(np.zeros((0, len(NAMES)), np.float32)).shape == (0,)


def test_the_shipped_file_is_small_and_prefers_likeness() -> None:
    assert trees.FILE.stat().st_size < 1_000_000
    low = rows(dense=[0.1], dense_z=[-0.5], late=[0.1], late_z=[-0.5], words_z=[-0.5])
    high = rows(dense=[0.7], dense_z=[3.0], late=[0.6], late_z=[3.0], words_z=[2.0])
    ranker = trees.load()
    assert float(ranker.score(high)[0]) > float(ranker.score(low)[0]) + 1


def test_a_named_region_outranks_any_likeness() -> None:
    ranker = trees.load()
    alike = rows(dense=[0.8], dense_z=[3.0], late_z=[3.0], bigrams_z=[3.0], region_other=[1])
    right = rows(dense=[0.3], dense_z=[0.5], late_z=[0.5], bigrams_z=[0.5], region_same=[1])
    assert float(ranker.score(right)[0]) > float(ranker.score(alike)[0])


def test_a_damaged_or_missing_file_is_reported(tmp_path: Path) -> None:
    broken = tmp_path / "ranker.npz"
    with pytest.raises(IndexCorrupt):
        trees.load(broken)
    broken.write_bytes(trees.FILE.read_bytes()[:1000])
    with pytest.raises(IndexCorrupt):
        trees.load(broken)


def test_the_arrays_score_as_lightgbm_does(tmp_path: Path) -> None:
    lightgbm = pytest.importorskip("lightgbm")
    from encoder.train.ranker import FITTED, as_arrays

    rng = np.random.default_rng(3)
    # Coarse values, so that many stand exactly at a threshold.
    data = (rng.integers(0, 40, (2000, len(FITTED))) / 7).astype(np.float32)
    target = (data[:, 0] + data[:, 1] * data[:, 2] > 12).astype(int)
    booster = lightgbm.train(
        {"objective": "binary", "num_leaves": 9, "verbose": -1, "num_threads": 1},
        lightgbm.Dataset(data, target),
        num_boost_round=20,
    )
    ours = as_arrays(booster.dump_model()["tree_info"])
    expected = booster.predict(data, raw_score=True)
    np.testing.assert_allclose(ours.sums(data), expected, rtol=1e-4, atol=1e-4)
    trees.save(tmp_path / "small.npz", ours)
    matrix = np.zeros((len(data), len(NAMES)), np.float32)
    matrix[:, [NAMES.index(name) for name in FITTED]] = data
    again = trees.load(tmp_path / "small.npz").score(matrix)
    np.testing.assert_allclose(again, TreeRanker(ours).score(matrix))


def test_it_needs_neither_lightgbm_nor_scikit_learn() -> None:
    code = (
        "import sys; from index import trees; trees.load();"
        "print(sorted({'lightgbm', 'sklearn', 'torch', 'scipy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
