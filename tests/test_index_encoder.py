from __future__ import annotations

import shutil
import threading

import numpy as np
import pytest
from index_helpers import make_model

from index import encoder
from index.encoder import StaticEncoder, TokenEncoder, load_encoder
from youju.errors import SettingsError


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return make_model(tmp_path_factory.mktemp("model"))


def test_unit_rows_and_zero_for_nothing(model):
    static = StaticEncoder(model)
    vectors = static.encode(["质量强市", "", "😀"])
    assert vectors.shape == (3, static.dimension) and vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 0, 0], abs=1e-6)
    assert static.encode([]).shape == (0, static.dimension)


def test_a_vector_does_not_depend_on_its_batch(model):
    static = StaticEncoder(model)
    texts = ["质量", "产品质量安全", "服务", "名牌产品", "质量" * 400]
    together = static.encode(texts)
    alone = np.concatenate([static.encode([text]) for text in texts])
    assert together.tolist() == alone.tolist()


def test_traditional_reads_like_simplified(model):
    static = StaticEncoder(model)
    assert static.encode(["質量強國"]).tolist() == static.encode(["质量强国"]).tolist()


def test_tokens_average_to_the_text(model):
    static = StaticEncoder(model)
    assert isinstance(static, TokenEncoder)
    (ids,) = static.token_ids(["质量😀强市"])
    assert len(ids) == 4
    vectors = static.token_vectors(np.array(ids))
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-6)
    (one,) = static.token_ids(["质"])
    assert static.token_vectors(np.array(one))[0] == pytest.approx(static.encode(["质"])[0])


def test_revision_follows_the_content_not_the_place(model, tmp_path):
    moved = tmp_path / "moved"
    shutil.copytree(model, moved)
    (moved / "README.md").write_text("a card")
    assert StaticEncoder(moved).revision == StaticEncoder(model).revision
    other = make_model(tmp_path / "other", seed=1)
    assert StaticEncoder(other).revision != StaticEncoder(model).revision


def test_threads_share_an_encoder(model):
    static = StaticEncoder(model)
    expect = static.encode(["质量安全"]).tolist()
    wrong: list[object] = []

    def work() -> None:
        for _ in range(50):
            try:
                static.token_ids(["质量"])
                if static.encode(["质量安全"]).tolist() != expect:
                    wrong.append("vector")
            except Exception as error:
                wrong.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_local_folder_is_loaded_without_torch(model):
    loaded = load_encoder(str(model))
    assert isinstance(loaded, StaticEncoder) and loaded.name == str(model)


def test_broken_model(model, tmp_path):
    broken = tmp_path / "broken"
    shutil.copytree(model, broken)
    (weights,) = broken.glob("*.safetensors")
    weights.write_bytes(weights.read_bytes()[:100])
    with pytest.raises(SettingsError, match="向量模型"):
        load_encoder(str(broken))
    (broken / "modules.json").write_text("{")
    with pytest.raises(SettingsError, match=r"modules\.json"):
        load_encoder(str(broken))


def test_absent_bundled_model(monkeypatch, tmp_path):
    monkeypatch.setattr(encoder, "BUNDLED_FOLDER", tmp_path / "nothing")
    with pytest.raises(SettingsError, match="内置向量模型"):
        load_encoder("bundled")


@pytest.mark.parametrize("name", ["no-such-folder", "./no/such", "/no/such", "a/b/c", ""])
def test_no_such_model(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SettingsError, match="YOUJU_ENCODER"):
        load_encoder(name) if name else load_encoder("no/such/folder")
