"""The index on disk: whole or not there, whatever happens while it is written."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from index_helpers import CountingEncoder, make_model, passages_of, some_docs

from index import build, files, persist, records
from text import words
from youju.errors import IndexBusy, IndexCorrupt, IndexMismatch, IndexMissing, IndexWriteError

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return make_model(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="module")
def encoder(model):
    return CountingEncoder(model)


@pytest.fixture(scope="module")
def data(encoder):
    return build.build(some_docs(), passages_of(some_docs()), encoder, parameters={"reader": 1})


@pytest.fixture
def root(tmp_path, data):
    put(tmp_path / "index", data)
    return tmp_path / "index"


def put(root: Path, data) -> str:
    with persist.building(root):
        return persist.publish(root, data)


def generation(root: Path) -> Path:
    return root / (root / "CURRENT").read_text().split()[0]


def same(one, two) -> None:
    assert list(one.documents) == list(two.documents)
    assert list(one.passages) == list(two.passages)
    assert tuple(one.catalog.entries) == tuple(two.catalog.entries)
    for name in ("vectors", "hashes"):
        assert getattr(one, name).tolist() == getattr(two, name).tolist()
    assert one.tokens.lists.ids.tolist() == two.tokens.lists.ids.tolist()
    for kind in ("words", "bigrams", "document_bigrams"):
        a, b = getattr(one, kind), getattr(two, kind)
        assert a.columns == b.columns and a.data.tolist() == b.data.tolist()


def test_there_and_back(root, data, encoder):
    loaded = persist.load(root, encoder, {"reader": 1})
    same(loaded, data)
    assert loaded.passages[-1] == data.passages[-1]
    assert loaded.passages[1:3] == data.passages[1:3]
    with pytest.raises(IndexError):
        loaded.passages[len(data.passages)]
    made = persist.manifest(root)
    assert made.counts == {"documents": 3, "passages": 8}
    assert made.sources == {doc.source.path: doc.source.sha256 for doc in some_docs()}
    assert made.encoder_name == "counting"


def test_empty_index(tmp_path, encoder):
    put(tmp_path, build.build([], [], encoder))
    loaded = persist.load(tmp_path, encoder)
    assert len(loaded.passages) == len(loaded.documents) == 0


def test_missing(tmp_path, encoder):
    for root in (tmp_path, tmp_path / "nothing"):
        with pytest.raises(IndexMissing, match=r"cli\.py index"):
            persist.load(root, encoder)
    (tmp_path / "file").write_text("")
    with pytest.raises(IndexMissing):
        persist.load(tmp_path / "file", encoder)
    assert persist.previous(tmp_path) is None


def test_other_format(root, encoder):
    path = generation(root) / "manifest.json"
    plain = json.loads(path.read_text()) | {"format": 99, "new": True}
    rewrite_manifest(root, json.dumps(plain).encode())
    with pytest.raises(IndexMismatch, match=r"格式.*99.*cli\.py index"):
        persist.load(root, encoder)
    with pytest.raises(IndexMismatch):  # not "nothing before": what it holds would be lost
        persist.previous(root)
    assert persist.sources(root) == {doc.source.path for doc in some_docs()}


def test_other_fields(root, encoder):
    path = generation(root) / "manifest.json"
    plain = json.loads(path.read_text()) | {"schema": "other"}
    rewrite_manifest(root, json.dumps(plain).encode())
    with pytest.raises(IndexMismatch, match=r"格式.*other"):
        persist.load(root, encoder)


def rewrite_manifest(root: Path, data: bytes) -> None:
    import hashlib

    (generation(root) / "manifest.json").write_bytes(data)
    pointer = f"{generation(root).name} {hashlib.sha256(data).hexdigest()}\n"
    (root / "CURRENT").write_text(pointer)


def test_other_encoder(root, tmp_path, encoder):
    other = CountingEncoder(make_model(tmp_path / "other", seed=1))
    with pytest.raises(IndexMismatch, match=r"向量模型.*counting.*cli\.py index"):
        persist.load(root, other)
    assert len(persist.load(root, None).passages) == 8


def test_other_words_and_parameters(root, encoder, tmp_path):
    with pytest.raises(IndexMismatch, match="读取规则"):
        persist.load(root, encoder, {"reader": 2})
    path = tmp_path / "user.txt"
    path.write_text("黔品出山 20000 n\n", "utf-8")
    words.use_dictionary(path)
    try:
        with pytest.raises(IndexMismatch, match="分词"):
            persist.load(root, encoder)
    finally:
        words.use_dictionary(None)
    persist.load(root, encoder, {"reader": 1})


def names(root: Path) -> list[str]:
    folder = generation(root)
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


@pytest.mark.parametrize("damage", ["absent", "truncated", "one byte", "empty"])
def test_every_damaged_file_is_named(tmp_path, data, encoder, damage):
    put(tmp_path, data)
    for name in names(tmp_path):
        path = generation(tmp_path) / name
        good = path.read_bytes()
        if not good and damage != "absent":
            continue  # nothing in it that could be damaged
        if damage == "absent":
            path.unlink()
        elif damage == "truncated":
            path.write_bytes(good[:-1])
        elif damage == "empty":
            path.write_bytes(b"")
        else:
            middle = len(good) // 2
            path.write_bytes(good[:middle] + bytes([good[middle] ^ 1]) + good[middle + 1 :])
        with pytest.raises(IndexCorrupt, match=r"cli\.py index") as caught:
            list(persist.load(tmp_path, encoder).documents)
        assert name in str(caught.value) and "gen-" in str(caught.value)
        assert f"--index {tmp_path}）" in str(caught.value)
        path.write_bytes(good)
    same(persist.load(tmp_path, encoder), data)


@pytest.mark.parametrize("text", ["", "gen-000001", "gen-000009 " + "0" * 64 + "\n", "../x y\n"])
def test_damaged_pointer(root, encoder, data, text):
    (root / "CURRENT").write_text(text)
    with pytest.raises(IndexCorrupt):
        persist.load(root, encoder)
    with pytest.raises(IndexCorrupt):
        persist.previous(root)
    if "gen-000009" not in text:  # which generation it was is not known: all of them count
        assert persist.sources(root) == {doc.source.path for doc in some_docs()}
    put(root, data)  # rebuilding mends it
    same(persist.load(root, encoder), data)
    assert (root / "gen-000001").is_dir()  # and keeps what was there


def test_a_lost_pointer_is_no_empty_index(root):
    (root / "CURRENT").unlink()
    with pytest.raises(IndexCorrupt, match="CURRENT"):
        persist.previous(root)
    assert persist.sources(root) == {doc.source.path for doc in some_docs()}


def test_what_is_reused_is_checked_however_big(root, encoder, monkeypatch):
    monkeypatch.setattr(files, "_HASHED_ON_OPEN", 0)
    path = generation(root) / "vectors.npy"
    good = path.read_bytes()
    path.write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
    persist.load(root, encoder)  # opening stays fast
    with pytest.raises(IndexCorrupt, match="vectors"):
        persist.previous(root)


def test_a_failure_after_publishing_does_not_promise_the_old_index(root, data, monkeypatch):
    real, calls = persist._sync_folder, []

    def failing(path: Path) -> None:
        calls.append(path)
        if len(calls) == 3:  # generation, index, and again after the pointer
            raise OSError(5, "Input/output error")
        real(path)

    monkeypatch.setattr(persist, "_sync_folder", failing)
    with pytest.raises(IndexWriteError, match="并启用") as caught:
        put(root, data)
    assert "不受影响" not in str(caught.value) and generation(root).name == "gen-000002"


def test_old_generations_go_but_the_one_before_stays(root, data):
    assert [put(root, data) for _ in range(3)] == ["gen-000002", "gen-000003", "gen-000004"]
    kept = sorted(path.name for path in root.glob("gen-*"))
    assert kept == ["gen-000003", "gen-000004"]


def test_open_index_outlives_later_builds(root, data, encoder):
    loaded = persist.load(root, encoder)
    for _ in range(3):
        put(root, data)
    assert list(loaded.passages) == list(data.passages)
    assert list(loaded.documents) == list(data.documents)


def test_leftovers_are_cleared(root, data):
    (root / "gen-000007.part" / "documents").mkdir(parents=True)
    (root / "unrelated").mkdir()
    with persist.building(root):
        assert not (root / "gen-000007.part").exists()
    assert (root / "unrelated").exists()


def test_same_input_same_bytes(tmp_path, data, encoder):
    docs = some_docs()
    again = build.build(docs[::-1], passages_of(docs)[::-1], encoder, parameters={"reader": 1})
    put(tmp_path / "one", data)
    put(tmp_path / "two", again)
    assert (tmp_path / "one/CURRENT").read_bytes() == (tmp_path / "two/CURRENT").read_bytes()


# --- other processes ----------------------------------------------------------------------------

CHILD = """
import os, resource, signal, sys, time
from pathlib import Path
sys.path[:0] = [{tests!r}, {root!r}]
from index_helpers import CountingEncoder, passages_of, some_docs
from index import build, files, persist
root, mode = Path(sys.argv[1]), sys.argv[2]
docs = some_docs()[:2]
data = build.build(docs, passages_of(docs), CountingEncoder(Path(sys.argv[3])))
real, steps = persist._write, 0
def write(path, *content):
    global steps
    steps += 1
    if mode.startswith("stop") and steps == int(mode[4:]):
        print("ready", flush=True)
        time.sleep(600)
    return real(path, *content)
persist._write = write
if mode == "full":
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
try:
    with persist.building(root):
        if mode == "hold":
            print("ready", flush=True)
            time.sleep(600)
        persist.publish(root, data)
except Exception as error:
    print(type(error).__name__, error)
    sys.exit(getattr(error, "exit_code", 3))
"""


def child(root: Path, mode: str, model: Path) -> subprocess.Popen[str]:
    code = CHILD.format(tests=str(HERE), root=str(HERE.parent))
    return subprocess.Popen(
        [sys.executable, "-c", code, str(root), mode, str(model)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_ready(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n", process.communicate()


def test_two_builds_at_once(root, data, encoder, model):
    holder = child(root, "hold", model)
    try:
        wait_ready(holder)
        with pytest.raises(IndexBusy, match="另一个进程正在建立索引"):
            put(root, data)  # at once: who waited would find it free in half a minute
        same(persist.load(root, encoder), data)  # readers need no lock
    finally:
        holder.kill()
        holder.communicate()
    put(root, data)  # a dead process holds nothing


@pytest.mark.parametrize("signal_", [signal.SIGKILL, signal.SIGINT])
@pytest.mark.parametrize("step", [1, 6, 58, 59])  # first file, in the middle, manifest, pointer
def test_interrupted_while_publishing(root, data, encoder, model, signal_, step):
    steps = len(names(root))
    assert steps == 58, "the steps below name the manifest and the pointer"
    process = child(root, f"stop{step}", model)
    wait_ready(process)
    process.send_signal(signal_)
    process.communicate(timeout=120)
    same(persist.load(root, encoder), data)
    if signal_ == signal.SIGINT:
        assert not list(root.glob("*.part")) or step == 23
    smaller = some_docs()[:2]
    fresh = build.build(smaller, passages_of(smaller), encoder)
    put(root, fresh)
    same(persist.load(root, encoder), fresh)
    assert not list(root.glob("gen-*.part")) and len(list(root.glob("gen-*"))) <= 2


def test_disk_full(root, data, encoder, model):
    process = child(root, "full", model)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 2, err
    assert out.startswith("IndexWriteError") and str(root) in out and "磁盘空间" in out
    assert not list(root.glob("*.part"))
    same(persist.load(root, encoder), data)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_no_permission(root, data, encoder):
    root.chmod(0o500)
    try:
        with pytest.raises(IndexWriteError, match="权限"):
            put(root, data)
        same(persist.load(root, encoder), data)
    finally:
        root.chmod(0o700)


def test_place_that_cannot_be_a_folder(tmp_path, data):
    (tmp_path / "file").write_text("")
    for root in (tmp_path / "file", tmp_path / "file" / "index"):
        with pytest.raises(IndexWriteError, match="无法写入索引文件夹"):
            put(root, data)


def test_lengths_must_agree(data):
    fields = {name: getattr(data, name) for name in records.IndexData.__slots__}
    with pytest.raises(ValueError, match="vectors"):
        records.IndexData(**fields | {"vectors": np.zeros((7, 16), np.float32)})
    with pytest.raises(ValueError, match="vectors of 15"):
        records.IndexData(**fields | {"vectors": np.zeros((8, 15), np.float32)})
