"""The bundled reader: what it says of any unit, and what happens without its files."""

from __future__ import annotations

import hashlib
import json
import math
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from test_reader_inputs import tiny_tokenizer

from reader.bundled import FOLDER, BundledReader
from text.sentences import segments
from youju.errors import SettingsError
from youju.records import Reader, Unit
from youju.service import PolicySearch
from youju.settings import PRODUCT_ROOT, Settings

QUESTION = "停车一小时要多少钱"
TEXTS = (
    "机动车停放每小时收费五元。夜间八点以后免费。",
    "市交通运输局负责停车管理。",
    "举报违规收费的,查实后给予二百元奖励;举报人可以要求保密。",
    "为了规范停车秩序,制定本条例。" * 12,
    "第一条",
)


def unit(text: str) -> Unit:
    return Unit("云山市停车管理条例 第二章 收费", text, tuple(segments(text)))


def close(one: object, two: object) -> bool:
    a, b = ([r.answers, r.rank, *r.spans] for r in (one, two))  # type: ignore[attr-defined]
    return len(a) == len(b) and all(abs(x - y) < 1e-3 for x, y in zip(a, b, strict=True))


def test_one_reading_per_unit_one_logit_per_span(reader: Reader) -> None:
    units = [unit(text) for text in TEXTS]
    readings = reader.read(QUESTION, units)
    assert [len(r.spans) for r in readings] == [len(u.spans) for u in units]
    for reading in readings:
        assert 0 <= reading.answers <= 1 and math.isfinite(reading.rank)
        assert all(math.isfinite(logit) for logit in reading.spans)
    assert reader.name == "bundled" and reader.revision


def test_what_answers_is_told_from_what_does_not(reader: Reader) -> None:
    fee, office, *_ = reader.read(QUESTION, [unit(TEXTS[0]), unit(TEXTS[1])])
    assert fee.answers > office.answers and fee.rank > office.rank
    assert fee.spans[0] == max(fee.spans), "the fee stands in the first sentence"


def test_any_order_says_the_same(reader: Reader) -> None:
    units = [unit(text) for text in TEXTS]
    together = reader.read(QUESTION, units)
    assert together == reader.read(QUESTION, units), "the same every time"
    backwards = reader.read(QUESTION, units[::-1])[::-1]
    turned = reader.read(QUESTION, units[2:] + units[:2])
    for number, reading in enumerate(together):
        assert close(reading, backwards[number]), number
        assert close(reading, turned[number - 2]), number


def test_what_is_read_beside_a_unit_moves_it_little(reader: Reader) -> None:
    """Eight-bit activations are scaled by all that is in a batch."""
    units = [unit(text) for text in TEXTS]
    for one, reading in zip(units, reader.read(QUESTION, units), strict=True):
        (alone,) = reader.read(QUESTION, [one])
        assert abs(alone.rank - reading.rank) < 1.0
        assert abs(alone.answers - reading.answers) < 0.15


def test_odd_units(reader: Reader) -> None:
    assert reader.read(QUESTION, []) == []
    (bare,) = reader.read(QUESTION, [Unit("", "停车收费五元", ())])
    assert bare.spans == () and 0 <= bare.answers <= 1
    (empty,) = reader.read("", [Unit("", "", ())])
    assert empty.spans == () and math.isfinite(empty.rank)
    long = unit("停车每小时收费五元。" * 2000)
    (read,) = reader.read(QUESTION * 200, [long])
    assert len(read.spans) == len(long.spans) == 2000
    assert read.spans[-1] == min(read.spans) < -10, "what did not fit was not read"
    (strange,) = reader.read("👍🏽\x00", [Unit("\ufeff", "\ud7ff𠮷①", ((0, 1), (1, 3)))])
    assert len(strange.spans) == 2


# --- without its files ---------------------------------------------------------------------------


def broken(folder: Path, how: str) -> Path:
    """A model folder with something wrong; small files of our own, none of the real model's."""
    folder.mkdir()
    model = b"no model at all"
    digest = hashlib.sha256(model).hexdigest()
    manifest: dict[str, object] = {"format": 1, "revision": digest[:12], "sha256": digest}
    (folder / "model.onnx").write_bytes(model)
    if how == "no tokenizer":
        (folder / "tokenizer.json").write_text("{}", "utf-8")
    else:
        tiny_tokenizer().save(str(folder / "tokenizer.json"))
    if how == "no revision":
        del manifest["revision"]
    if how == "format":
        manifest["format"] = 99
    elif how == "digest":
        manifest["sha256"] = "0" * 64
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    if how == "list":
        (folder / "manifest.json").write_text("[1]", "utf-8")
    elif how == "no json":
        (folder / "manifest.json").write_bytes(b"\xff{")
    elif how == "pointer":
        (folder / "model.onnx").write_text("version https://git-lfs.github.com/spec/v1\n", "utf-8")
    elif how in ("model.onnx", "tokenizer.json", "manifest.json"):
        (folder / how).unlink()
    elif how == "empty":
        shutil.rmtree(folder)
    return folder


HOW = (
    "empty", "model.onnx", "tokenizer.json", "manifest.json", "format", "digest", "list", "no json",
    "pointer", "no tokenizer", "no onnx", "no revision",
)  # fmt: skip


@pytest.mark.parametrize("how", HOW)
def test_bad_files_are_one_sentence(how: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        BundledReader(broken(tmp_path / "model", how))
    told = str(caught.value)
    assert "阅读模型" in told and told.endswith("。") and "\n" not in told
    assert str(tmp_path / "model") in told and told.count("。") == 1


@pytest.mark.parametrize("how", ["empty", "digest", "format"])
def test_the_product_goes_on_without_it_and_says_so(
    how: str, tmp_path: Path, corpus_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "reader.bundled.BundledReader.__init__.__defaults__", (broken(tmp_path / "m", how),)
    )
    search = PolicySearch.open(corpus_index, Settings.from_env({}, index=corpus_index))
    assert "阅读模型" in search.notice and "不用阅读模型" in search.notice
    made = search.ask("贵州省2017年服务质量满意度要达到多少？")
    assert not made.refused and made.citations
    assert search.newest().notice == search.notice


def test_none_is_a_choice_and_no_fault(corpus_index: Path) -> None:
    search = PolicySearch.open(
        corpus_index, Settings.from_env({"YOUJU_READER": "none"}, index=corpus_index)
    )
    assert search.notice == "" and search.ask("贵州省的文号是什么？").citations


def test_the_model_is_small_enough_to_keep() -> None:
    if not FOLDER.exists():
        pytest.skip("no model in this checkout")
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) <= 36_000_000


def test_the_library_below_writes_nothing_and_reports_to_nobody(tmp_path: Path) -> None:
    """Its telemetry, which is on unless told otherwise, leaves an id and a store behind."""
    program = "from reader.bundled import BundledReader; BundledReader()"
    environ = {n: v for n, v in os.environ.items() if n not in ("CI", "ORT_DISABLE_TELEMETRY")}
    places = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path), "TMPDIR": str(tmp_path)}
    subprocess.run(
        [sys.executable, "-c", program], check=True, cwd=PRODUCT_ROOT, env=environ | places
    )
    assert list(tmp_path.rglob("*")) == []
