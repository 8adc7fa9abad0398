"""Runs under faults.c: one operation again and again, another of its calls failing every time.

python fault_driver.py FOLDER OPERATION STEP   → one JSON object per finding, at last the counts
"""

from __future__ import annotations

import ctypes
import json
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]

from conftest import NOISE_RULES, WATER_PLAN
from index_helpers import CountingEncoder, make_model

from index import encoder, persist
from youju import reindexing, uploads, worker
from youju.errors import ReadError, YoujuError
from youju.service import PolicySearch
from youju.settings import Settings


def _steps(request: dict, _: threading.Event) -> Iterator[dict]:
    """What another process would do, here where calls are made to fail."""
    told: list[dict] = []
    worker.perform(request, told.append)
    yield from told


def _check(self: object, place: Path, name: str, limit: int, *, ocr: bool, office: str) -> None:
    found: list[dict] = []
    worker._limit = lambda: None
    request = {
        "task": "read", "place": str(place), "name": name, "limit": limit, "ocr": ocr,
        "office": office,
    }  # fmt: skip
    worker.perform(request, found.append)
    if "error" in found[-1]:
        raise ReadError(found[-1]["message"])


# Signals are for the process that is not there, and this may be no main thread.
worker._told = lambda tell, stage, done, total: tell({"stage": [stage, done, total]})
worker._steps = _steps  # type: ignore[assignment]
worker.Reader.check = _check  # type: ignore[assignment,method-assign]
KINDS = ("open", "read", "write", "fsync", "rename")
FAULTS = ctypes.CDLL(None)
OTHERS = {"别处/丙.txt", "别处/丁.txt"}  # documents that no operation is about


def arm(folder: Path | None, kind: int = -1, nth: int = 0) -> None:
    """Let the `nth` call of a kind fail below a folder; None: let all be."""
    arm.kept = None if folder is None else str(folder).encode()  # type: ignore[attr-defined]
    FAULTS.faults_arm(arm.kept, kind, nth)  # type: ignore[attr-defined]


class Place:
    """A folder with documents, uploads and their index."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.settings = replace(
            Settings.from_env({}, index=root / "索引"), data=root / "data", upload_files=9
        )

    def build(self, *names: str, prune: bool = False) -> None:
        """Index these folders and the uploads."""
        PolicySearch.build(
            [self.root / name for name in names], self.settings.index, self.settings,
            optional=[self.settings.data], prune=prune,
        )  # fmt: skip

    def sources(self) -> set[str]:
        """What the index answers from, every document read."""
        docs = persist.load(self.settings.index, None).documents
        return {doc.source.path for doc in docs}


def first(place: Place) -> None:
    """Two folders and one upload, indexed."""
    for folder, names in (("文件", "甲乙"), ("别处", "丙丁"), ("data", "戊")):
        (place.root / folder).mkdir(parents=True)
        for n, name in enumerate(names):
            text = (NOISE_RULES, WATER_PLAN)[n] + f"附件{folder}{name}\n"
            (place.root / folder / f"{name}.txt").write_text(text, "utf-8")
    place.build("文件", "别处")


def update(place: Place) -> None:
    """A file has gone."""
    (place.root / "文件/乙.txt").unlink(missing_ok=True)
    place.build("文件")


def prune(place: Place) -> None:
    """All but the other folder go."""
    place.build("别处", prune=True)


def upload(place: Place) -> None:
    """Another upload is taken and indexed."""
    box = place.root.parent / "己.txt"
    if not box.exists():
        box.write_text(WATER_PLAN.replace("12亿", "11亿"), "utf-8")
    search = PolicySearch.open(place.settings.index, place.settings)
    for taken in uploads.take([box], place.settings, search):
        if taken.path is None and "内容相同" not in str(taken.reason):
            raise YoujuError(taken.reason)
    list(reindexing.Builds().start(place.settings).steps())


def remove(place: Place) -> None:
    """The upload goes."""
    if "data/戊.txt" in uploads.listed(place.settings):
        search = PolicySearch.open(place.settings.index, place.settings)
        uploads.remove("data/戊.txt", place.settings, search)
    list(reindexing.Builds().start(place.settings).steps())


OPERATIONS: dict[str, tuple[Callable[[Place], None], set[str]]] = {
    "update": (update, {"文件/甲.txt", "data/戊.txt"} | OTHERS),
    "prune": (prune, OTHERS | {"data/戊.txt"}),
    "upload": (upload, {"文件/甲.txt", "文件/乙.txt", "data/戊.txt", "data/己.txt"} | OTHERS),
    "remove": (remove, {"文件/甲.txt", "文件/乙.txt"} | OTHERS),
}


def main(folder: Path, name: str, step: int) -> None:
    """Try every `step`-th call of each kind."""
    model = CountingEncoder(make_model(folder / "model"))
    encoder.load_encoder = lambda name: model  # type: ignore[assignment]
    good = Place(folder / "good")
    first(good)
    before = good.sources()
    operation, after = OPERATIONS[name]
    counts = {}
    for number, kind in enumerate(KINDS):
        nth, failed = 1, True
        while failed:
            place = Place(folder / "now")
            shutil.rmtree(place.root, ignore_errors=True)
            shutil.copytree(good.root, place.root)
            told, error = "", None
            arm(place.root, number, nth)
            try:
                operation(place)
            except YoujuError as raised:
                told = str(raised)
            except Exception as raised:
                error = repr(raised)
            failed = bool(FAULTS.faults_failed())
            arm(None)
            finding = {"kind": kind, "nth": nth, "told": told, "error": error}
            try:
                held = place.sources()
                lost = (before & after) - held
                operation(place)
                next_ = place.sources()
            except Exception as raised:
                print(json.dumps(finding | {"after": repr(raised)}), flush=True)
            else:
                if error or lost or next_ != after or (told and not told.endswith("。")):
                    found = {"lost": sorted(lost), "next": sorted(next_ ^ after)}
                    print(json.dumps(finding | found, ensure_ascii=False), flush=True)
            counts[kind] = nth
            nth += step
    print(json.dumps({"counts": counts}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
