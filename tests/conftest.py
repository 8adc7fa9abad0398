"""Shared fixtures: the built-in corpus, indexed once per session with the bundled encoder."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from app_helpers import chromium, serving, visiting

from index.retrieve import HybridIndex
from youju.errors import SettingsError
from youju.records import Encoder, Reader
from youju.service import BuildReport, PolicySearch
from youju.settings import CORPUS, Settings

# The same examples every time, so that a run says something of the change and nothing of luck;
# HYPOTHESIS_PROFILE=explore looks for new ones.
hypothesis.settings.register_profile("fixed", derandomize=True, deadline=None)
hypothesis.settings.register_profile("explore", deadline=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))


@pytest.fixture(autouse=True)
def no_office(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test sees of a broken file does not depend on what this machine has installed."""
    from ingest.readers import office

    monkeypatch.setattr(office, "_NAMES", ())
    monkeypatch.setattr(office, "_PLACES", ())
    monkeypatch.setattr(office, "_asked", office.AUTO)


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of the test session, deaf to the environment."""
    return Settings.from_env({}, index=tmp_path_factory.mktemp("corpus") / "index")


@pytest.fixture(scope="session")
def bundled() -> Encoder:
    """The bundled encoder, loaded once: half a second that hundreds of tests need not pay."""
    from index.encoder import load_encoder

    return load_encoder("bundled")


@pytest.fixture(scope="session")
def reader() -> Reader:
    """The bundled reader; a checkout without its files skips what was judged by it."""
    from reader.bundled import BundledReader

    try:
        return BundledReader()
    except SettingsError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def corpus_build(settings: Settings) -> BuildReport:
    """The report of building the corpus index."""
    return PolicySearch.build([CORPUS], settings.index, settings)


@pytest.fixture(scope="session")
def corpus_index(settings: Settings, corpus_build: BuildReport) -> Path:
    """The folder of the corpus index; tests must not change it."""
    return settings.index


@pytest.fixture(scope="session")
def search(corpus_index: Path, settings: Settings) -> PolicySearch:
    """The open corpus index."""
    return PolicySearch.open(corpus_index, settings)


@pytest.fixture(scope="session")
def qa_encoder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    """The bundled encoder, else (in a checkout without it) a tiny one of random vectors."""
    from index_helpers import make_model

    if (Path(__file__).parent.parent / "encoder/model/tokenizer.json").exists():
        return request.getfixturevalue("bundled")
    from index.encoder import StaticEncoder

    return StaticEncoder(make_model(tmp_path_factory.mktemp("tiny")), "tiny")


@pytest.fixture(scope="session")
def five(qa_encoder: Encoder) -> HybridIndex:
    """The built-in documents as `qa` sees them: a retriever."""
    from qa_helpers import index_folder

    return index_folder(CORPUS, qa_encoder)


@pytest.fixture(scope="session")
def fitted(qa_encoder: Encoder) -> HybridIndex:
    """The invented documents on whose questions the refusal is fitted, as a retriever."""
    from qa_helpers import FITTED, index_folder

    return index_folder(FITTED, qa_encoder)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A headless Chromium."""
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def own_index(corpus_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the corpus index for one module: what a page keeps is kept beside it."""
    own = tmp_path_factory.mktemp("own") / "index"
    shutil.copytree(corpus_index, own)
    return own


@pytest.fixture(scope="session")
def address(corpus_index: Path) -> Iterator[str]:
    """A running app over the corpus index, which it leaves as it is, for all modules."""
    with serving(corpus_index, "--no-feedback") as url:
        yield url


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Any]:
    """The page with the first tab; afterwards: no foreign request, no script error, no dialog."""
    with visiting(browser, address) as opened:
        yield opened


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A small folder of documents that a test may change."""
    folder = tmp_path / "文件"
    folder.mkdir()
    (folder / "甲.txt").write_text(NOISE_RULES, "utf-8")
    (folder / "乙.txt").write_bytes(WATER_PLAN.encode("gb18030"))
    return folder


NOISE_RULES = """云山市环境噪声管理办法
云山市人民政府令第12号
第一章 总则
第一条 为了防治环境噪声污染，保护和改善生活环境，制定本办法。
第二条 市生态环境局负责本市环境噪声污染防治的监督管理。
第二章 管理
第三条 夜间建筑施工噪声不得超过55分贝。
第四条 违反本办法第三条规定的，处一万元以上五万元以下罚款。
第五条 本办法自2021年3月1日起施行。
"""
WATER_PLAN = """云山市节约用水行动计划（2022—2025年）
云政发〔2022〕8号
一、总体目标
到2025年，全市用水总量控制在12亿立方米以内，农田灌溉水有效利用系数达到0.62。
二、重点任务
（一）推广节水器具。新建公共建筑必须安装节水器具。（市住房城乡建设局负责）
（二）减少管网漏损。到2025年，城市公共供水管网漏损率低于9%。（市水务局负责）
云山市人民政府
2022年4月6日
"""
