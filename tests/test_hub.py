"""Transformers by name or folder: tiny ones, made here, through the product's own path."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from index import encoder, hub
from index.encoder import StaticEncoder, TokenEncoder, load_encoder
from index.families import Usage, usage_of
from qa.clauses.reading import PART
from reader.cross import CrossReader
from text.normalize import fold
from youju.errors import IndexMismatch, MissingDependency, SettingsError
from youju.records import Unit
from youju.service import PolicySearch
from youju.settings import CORPUS, PRODUCT_ROOT, Settings

WATER = """供水管理办法

第一条 供水企业应当保证水质，每日公布水质检测结果。
第二条 停水超过二十四小时的，应当提前三日通知用户。
第三条 水费按月收取，逾期不缴的加收百分之一的滞纳金。
第四条 举报偷水的，给予五百元奖励。
"""
QUESTION = "停水要提前几天通知？"


def _make_folder(folder: Path, kind: str, labels: int = 1, seed: int = 0) -> Path:
    """A BERT of two layers over the characters of the corpus, with random weights."""
    import torch
    from transformers import (
        BertConfig,
        BertForSequenceClassification,
        BertModel,
        BertTokenizerFast,
    )

    text = "".join(path.read_text("utf-8") for path in sorted(CORPUS.glob("*.txt"))) + WATER
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    folder.mkdir(parents=True)
    characters = sorted(set(text) - set(" \n"))
    (folder / "vocab.txt").write_text("\n".join([*special, *characters]), "utf-8")
    tokenizer = BertTokenizerFast(str(folder / "vocab.txt"), model_max_length=64)
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=64, max_position_embeddings=64, num_labels=labels,
    )  # fmt: skip
    model = BertModel(config) if kind == "encoder" else BertForSequenceClassification(config)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("models")
    _make_folder(root / "bge-tiny-zh", "encoder")
    _make_folder(root / "cross", "cross")
    _make_folder(root / "classifier", "cross", labels=3)
    return root


@pytest.fixture(scope="module")
def tiny(models: Path) -> hub.HubEncoder:
    loaded = load_encoder(str(models / "bge-tiny-zh"))
    assert isinstance(loaded, hub.HubEncoder)
    return loaded


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("library")
    (folder / "供水.txt").write_text(WATER, "utf-8")
    return folder


@pytest.fixture(scope="module")
def tiny_settings(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    environ = {"YOUJU_ENCODER": str(models / "bge-tiny-zh")}
    return Settings.from_env(environ, index=tmp_path_factory.mktemp("hub") / "index")


@pytest.fixture(scope="module")
def built(tiny_settings: Settings, library: Path) -> Path:
    seen: list[tuple[str, int, int]] = []
    report = PolicySearch.build(
        [library], tiny_settings.index, tiny_settings, progress=lambda *step: seen.append(step)
    )
    assert ("vectors", report.passages, report.passages) in seen
    return tiny_settings.index


def test_unit_vectors_that_do_not_depend_on_the_batch(tiny: hub.HubEncoder) -> None:
    texts = ["质量", "停水通知" * 40, "", "水"]
    vectors = tiny.encode(texts)
    assert vectors.shape == (4, tiny.dimension) == (4, 32) and vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1] * 4, abs=1e-5)
    for text, vector in zip(texts, vectors, strict=True):
        assert tiny.encode([text])[0] == pytest.approx(vector, abs=1e-5)
    assert tiny.encode([]).shape == (0, 32)


def test_questions_get_the_instruction_of_the_family(tiny: hub.HubEncoder) -> None:
    instruction = "为这个句子生成表示以用于检索相关文章："
    asked = tiny.encode([QUESTION], is_query=True)[0]
    expect = tiny._model.encode(instruction + fold(QUESTION), normalize_embeddings=True)
    assert asked == pytest.approx(expect, abs=1e-5)
    assert not np.allclose(asked, tiny.encode([QUESTION])[0], atol=1e-3)


def test_no_vectors_of_tokens_no_late_interaction(tiny: hub.HubEncoder) -> None:
    assert not isinstance(tiny, TokenEncoder)


def test_revision_follows_weights_and_use(models: Path, tmp_path: Path) -> None:
    first = load_encoder(str(models / "bge-tiny-zh"))
    same = tmp_path / "bge-other-name-zh"
    same.symlink_to(models / "bge-tiny-zh")
    assert load_encoder(str(same)).revision == first.revision
    e5 = tmp_path / "e5-tiny"
    e5.symlink_to(models / "bge-tiny-zh")
    assert load_encoder(str(e5)).revision != first.revision, "another prompt for passages"
    other = _make_folder(tmp_path / "bge-seed-zh", "encoder", seed=1)
    assert load_encoder(str(other)).revision != first.revision


def test_build_open_and_ask(built: Path, tiny_settings: Settings) -> None:
    from index import persist

    made = persist.manifest(built)
    assert (made.encoder_name, made.dimension) == (tiny_settings.encoder, 32)
    assert made.encoder_revision == load_encoder(tiny_settings.encoder).revision
    answer = PolicySearch.open(built, tiny_settings).ask(QUESTION)
    assert "提前三日" in answer.text
    hit = answer.hits[0]
    assert hit.parts["late"] == 0 and -1 <= hit.parts["dense"] <= 1 and hit.parts["dense"] != 0


def test_index_of_another_encoder_is_refused(built: Path, tiny_settings: Settings) -> None:
    with pytest.raises(IndexMismatch, match=r"向量模型.*bge-tiny-zh.*bundled"):
        PolicySearch.open(built, Settings.from_env({}, index=built))


def test_a_cross_encoder_reads_in_place_of_the_bundled_reader(
    built: Path, tiny_settings: Settings, models: Path
) -> None:
    model = str(models / "cross")
    chosen = {"YOUJU_ENCODER": tiny_settings.encoder, "YOUJU_READER": model}
    reading = PolicySearch.open(built, Settings.from_env(chosen, index=built))
    plain = PolicySearch.open(
        built, Settings.from_env(chosen | {"YOUJU_READER": "none"}, index=built)
    )
    before, after = plain.search(QUESTION, 10), reading.search(QUESTION, 10)
    assert {h.passage.id for h in after} == {h.passage.id for h in before}
    assert all(PART not in h.parts for h in before)
    read = [h for h in after if PART in h.parts]
    assert read and read == after[: len(read)], "what was read comes first"
    scores = [h.score for h in after]
    assert scores == sorted(scores, reverse=True)
    assert reading.search(QUESTION, 2) == after[:2], "reads the same hits whatever is asked for"
    assert all(PART not in h.parts for h in reading.search(QUESTION, 10, method="bm25"))
    assert 0 <= (reading.ask(QUESTION).confidence or 0.0) <= 1
    assert reading.newest() is reading and reading.notice == plain.notice == ""


def test_a_scorer_reads_a_unit_and_its_segments(models: Path) -> None:
    scorer = hub.CrossEncoder(str(models / "cross"))
    reader = CrossReader(scorer)
    units = [
        Unit("供水办法", "供水企业应当保证水质。停水应当通知。", ((0, 11), (11, 18))),
        Unit("", "水费按月收取", ()),
        Unit(
            "长", "。".join("水费" for _ in range(40)), tuple((3 * n, 3 * n + 2) for n in range(40))
        ),
    ]
    first, bare, long = reader.read("停水要通知吗", units)
    texts = ["供水办法\n供水企业应当保证水质。停水应当通知。", "供水办法\n停水应当通知。"]
    scores = scorer.score("停水要通知吗", texts).tolist()
    assert first.rank == pytest.approx(scores[0], abs=1e-5)
    assert first.spans[1] == pytest.approx(scores[1], abs=1e-5) and len(first.spans) == 2
    assert bare.spans == () and len(long.spans) == 40 and long.spans[-1] == min(long.spans)
    assert all(0 <= reading.answers <= 1 for reading in (first, bare, long))
    assert reader.read("?", []) == [] and reader.name == scorer.name


def test_a_classifier_is_no_reader(models: Path) -> None:
    with pytest.raises(SettingsError, match="3 个类别"):
        hub.CrossEncoder(str(models / "classifier"))
    assert hub.CrossEncoder(str(models / "cross")).score("问", []).shape == (0,)
    assert hub.CrossEncoder(str(models / "cross")).score("问", ["质" * 3000]).shape == (1,)


@pytest.mark.parametrize(
    ("name", "query", "passage", "tokens"),
    [
        ("BAAI/bge-small-zh-v1.5", "为这个句子生成表示以用于检索相关文章：", "", 512),
        ("BAAI/bge-large-zh", "为这个句子生成表示以用于检索相关文章：", "", 512),
        ("BAAI/bge-m3", "", "", 1024),
        (
            "BAAI/bge-base-en-v1.5",
            "Represent this sentence for searching relevant passages: ",
            "",
            512,
        ),
        ("moka-ai/m3e-base", "", "", 512),
        ("thenlper/gte-large-zh", "", "", 512),
        ("intfloat/multilingual-e5-small", "query: ", "passage: ", 512),
        ("/models/multilingual-e5-base/", "query: ", "passage: ", 512),
        ("shibing624/text2vec-base-chinese", "", "", 512),
        ("someone/own-model", "", "", 512),
    ],
)  # fmt: skip
def test_families(name: str, query: str, passage: str, tokens: int, tmp_path: Path) -> None:
    assert usage_of(name, tmp_path) == Usage(query, passage, tokens)


@pytest.mark.parametrize(
    "name", ["Qwen/Qwen3-Embedding-0.6B", "intfloat/multilingual-e5-large-instruct"]
)
def test_instructed_families(name: str, tmp_path: Path) -> None:
    usage = usage_of(name, tmp_path)
    assert usage.query.startswith("Instruct: ") and "\nQuery:" in usage.query
    assert usage.passage == ""


def test_own_prompts_win_over_the_family(tmp_path: Path) -> None:
    def with_config(**config: object) -> Usage:
        (tmp_path / "config_sentence_transformers.json").write_text(json.dumps(config), "utf-8")
        return usage_of("intfloat/e5-small", tmp_path)

    assert with_config(prompts={"query": "问：", "document": ""}) == Usage("问：", "")
    assert with_config(
        prompts={"passage": "文：", "all": "甲"}, default_prompt_name="all"
    ) == Usage("甲", "文：")
    # What the library writes by itself is no statement of the model's authors.
    assert with_config(prompts={"query": "", "document": ""}) == Usage("query: ", "passage: ")
    (tmp_path / "config_sentence_transformers.json").write_text("[", "utf-8")
    with pytest.raises(SettingsError, match="config_sentence_transformers"):
        usage_of("intfloat/e5-small", tmp_path)


@pytest.mark.parametrize("variable", ["YOUJU_ENCODER", "YOUJU_READER"])
def test_offline_and_missing_is_one_sentence(
    variable: str, corpus_index: Path, tmp_path: Path
) -> None:
    environ = os.environ | {
        "HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path), variable: "nobody/no-such-model",
        "YOUJU_INDEX": str(corpus_index),
    }  # fmt: skip
    run = subprocess.run(
        [sys.executable, "cli.py", "ask", QUESTION],
        cwd=PRODUCT_ROOT, env=environ, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert run.returncode == 2 and run.stdout == ""
    (line,) = run.stderr.splitlines()
    assert "nobody/no-such-model" in line and "离线模式" in line and variable in line
    assert line.endswith("。")


def test_no_network_is_noticed_soon(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The hub's address leads nowhere: nothing listens at port 9 of this machine."""
    code = (
        "from index import hub\n"
        "from youju.errors import SettingsError\n"
        "try:\n    hub.fetch('nobody/no-such-model', hub.ENCODER)\n"
        "except SettingsError as error:\n    print(error)\n"
    )
    environ = os.environ | {"HF_ENDPOINT": "http://127.0.0.1:9", "HF_HOME": str(tmp_path)}
    environ.pop("HF_HUB_OFFLINE", None)
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=PRODUCT_ROOT, env=environ, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert "也无法从模型库下载" in run.stdout and "请检查网络" in run.stdout, run.stderr


class FakeHub:
    """Stands for huggingface_hub where the network would be asked."""

    class constants:
        HF_HUB_OFFLINE = False

    class errors:
        class RepositoryNotFoundError(OSError):
            pass

    def __init__(self, files: list[str] | None, folder: Path) -> None:
        self.files, self.folder = files, folder
        self.asked: dict[str, object] = {}

    def HfApi(self) -> FakeHub:
        return self

    def model_info(self, name: str, timeout: float) -> SimpleNamespace:
        assert timeout <= 10
        if self.files is None:
            raise self.errors.RepositoryNotFoundError(name)
        siblings = [SimpleNamespace(rfilename=file) for file in self.files]
        return SimpleNamespace(sha="c0ffee", siblings=siblings)

    def snapshot_download(self, name: str, **options: object) -> str:
        if options.get("local_files_only"):
            raise FileNotFoundError(name)
        self.asked = options
        return str(self.folder / str(options["revision"]))


@pytest.mark.parametrize(
    ("files", "skipped"),
    [(["model.safetensors", "pytorch_model.bin"], True), (["pytorch_model.bin"], False)],
)
def test_download_takes_one_revision_and_one_kind_of_weights(
    files: list[str], skipped: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = FakeHub(files, tmp_path)
    monkeypatch.setattr(hub.importlib, "import_module", lambda name: fake)
    assert hub.fetch("some/model", hub.ENCODER) == (tmp_path / "c0ffee", "c0ffee")
    assert fake.asked["revision"] == "c0ffee"
    assert ("*.bin" in fake.asked["ignore_patterns"]) is skipped  # type: ignore[operator]
    with pytest.raises(SettingsError, match="离线模式"):
        hub.fetch("some/model", hub.ENCODER, offline=True)


def test_unknown_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub.importlib, "import_module", lambda name: FakeHub(None, tmp_path))
    with pytest.raises(SettingsError, match="模型库里没有可以下载的阅读模型 some/model"):
        hub.fetch("some/model", hub.READER)


def test_broken_folder(models: Path, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "bert"}', "utf-8")
    with pytest.raises(SettingsError, match="无法读取向量模型"):
        load_encoder(str(tmp_path))


def test_library_that_is_not_installed(monkeypatch: pytest.MonkeyPatch, models: Path) -> None:
    def absent(name: str) -> object:
        raise ImportError(name)

    monkeypatch.setattr(hub.importlib, "import_module", absent)
    with pytest.raises(MissingDependency, match="pip install huggingface-hub"):
        load_encoder("BAAI/bge-small-zh-v1.5")
    with pytest.raises(MissingDependency, match="pip install sentence-transformers"):
        load_encoder(str(models / "bge-tiny-zh"))


def test_a_static_model_of_the_hub_needs_no_torch(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(hub, "_cached", lambda library, name: encoder.BUNDLED_FOLDER)
    loaded = load_encoder("someone/static")
    assert isinstance(loaded, StaticEncoder) and loaded.name == "someone/static"
