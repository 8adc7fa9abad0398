"""The bundled encoder: its two loaders, its size, and whether it knows near from far."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from encoder.train.export import sizes
from text.normalize import fold

MODEL = Path(__file__).parent.parent / "encoder" / "model"

TEXTS = [
    "卖假货会被拉黑吗",
    "建立质量失信黑名单制度",
    "到2015年,主要农产品质量安全抽检合格率稳定在96%以上",
    "，。！",
    "",
    "Wi-Fi 6 与ＡＢＣ",
    "龘𠮷",
    "质量" * 600,
]

# An everyday question, a text that answers it, texts that do not.
NEAR_AND_FAR = [
    (
        "卖假货会被拉黑吗",
        "建立质量失信黑名单制度,对制售假冒伪劣产品的企业实行联合惩戒",
        ["完善农村公路养护管理机制", "推进中小学校标准化建设", "扩大企业对外贸易规模"],
    ),
    (
        "孩子上学要交多少钱",
        "义务教育阶段不收学费、杂费",
        ["建设工程应当依法招标", "加强森林防火工作", "企业应当建立产品召回制度"],
    ),
    (
        "老人看病能报销吗",
        "提高城乡居民基本医疗保险待遇水平,做好老年人医疗保障",
        ["加强道路运输车辆管理", "推进知识产权质押融资", "河道管理范围内禁止采砂"],
    ),
    (
        "楼上装修太吵找谁管",
        "在已竣工交付使用的住宅楼进行室内装修活动,应当限制作业时间,避免对周围居民造成环境噪声污染",
        ["发展现代种业", "完善统计调查制度", "支持企业参与国际标准制定"],
    ),
    (
        "食堂饭菜不干净吃坏肚子",
        "发生食品安全事故的单位应当立即采取措施,防止事故扩大,并及时报告",
        ["推进城市轨道交通建设", "健全科技成果转化机制", "加强档案管理"],
    ),
]


@pytest.fixture(scope="module")
def model():
    from model2vec import StaticModel

    return StaticModel.from_pretrained(MODEL)


def encode(model, texts: list[str]) -> np.ndarray:
    return model.encode([fold(text) for text in texts]).astype(np.float32)


def test_both_loaders_give_the_same_vectors(model) -> None:
    from sentence_transformers import SentenceTransformer

    # Half precision has no eps: sentence-transformers divides by zero where no word is known.
    texts = [text for text in TEXTS if encode(model, [text]).any()]
    assert len(texts) >= len(TEXTS) - 3
    light = encode(model, texts)
    heavy = SentenceTransformer(str(MODEL), device="cpu")
    full = heavy.encode([fold(text) for text in texts], convert_to_numpy=True).astype(np.float32)
    np.testing.assert_allclose(light, full, atol=2e-3)
    assert (light * full).sum(axis=1).min() > 0.999


def test_vectors_have_unit_length_and_texts_without_words_none(model) -> None:
    lengths = np.linalg.norm(encode(model, TEXTS), axis=1)
    np.testing.assert_allclose(lengths[[0, 1, 2, 5, 7]], 1, atol=2e-3)
    assert lengths[3] == lengths[4] == 0


@pytest.mark.parametrize(("question", "near", "far"), NEAR_AND_FAR)
def test_the_answer_ranks_before_strangers(model, question, near, far) -> None:
    vectors = encode(model, [question, near, *far])
    scores = vectors[1:] @ vectors[0]
    assert int(np.argmax(scores)) == 0, scores


def test_layout_traditional_width_and_case_do_not_matter(model) -> None:
    plain, strange = encode(model, ["ABC产品质量监督", "ａｂｃ產品質量，監督！"])
    assert float(plain @ strange) > 0.999


def test_all_words_of_a_long_text_count(model) -> None:
    tail = "养老保险" * 300
    cut, whole = encode(model, ["质量" * 600, "质量" * 600 + tail])
    assert float(cut @ whole) < 0.99


def test_the_folder_is_small_enough_for_git() -> None:
    on_disk, packed = sizes(MODEL)
    assert 1_000_000 < packed <= 12_000_000
    assert on_disk <= 24_000_000


def test_it_loads_without_torch() -> None:
    code = (
        "import sys; from model2vec import StaticModel;"
        f"model = StaticModel.from_pretrained({str(MODEL)!r}); model.encode(['质量']);"
        "print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
