"""Cases of `python -m bench mutate`, one after the other, in a process of their own.

    python -m bench.trial '{"seed": 1, "first": 0, "last": 9, "seeds": ["corpus"], …}'

A line of JSON when a case begins and one when it has ended: what kills the process is known.
"""

from __future__ import annotations

import contextlib
import faulthandler
import io
import json
import os
import random
import re
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from bench.mutations import mutated

SECONDS = 5.0  # of processor time for a megabyte, and for less than one
RECOGNITION = 180.0  # more where text in pictures is recognised: its limit for one of them
MEMORY = 1024.0  # MB
LARGEST = 400_000  # bytes of a file to begin with: more is time that other cases need
_ADDRESS_SPACE = 6 << 30
_CHINESE = re.compile("[\u4e00-\u9fff]")
_CODES = (0, 2)  # read, or refused in a sentence
_FAULTS = ("程序内部出错", "Traceback", "Error", "Exception", "Warning")


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of one mutated file. `seconds` is processor time, `peak_mb` the most memory."""

    number: int
    kind: str
    origin: str
    size: int
    code: int
    seconds: float
    peak_mb: float
    told: str
    left: tuple[str, ...]
    traceback: str | None = None
    ocr: bool = False

    @property
    def allowed(self) -> float:
        """Processor time that a file of this size may take; recognising a picture takes its own."""
        return SECONDS * max(1.0, self.size / 1e6) + RECOGNITION * self.ocr

    @property
    def faults(self) -> list[str]:
        """What a user must never meet."""
        found = []
        if self.traceback is not None:
            found.append(f"raised {self.traceback.strip().splitlines()[-1]}")
        elif self.code not in _CODES:
            found.append(f"exit code {self.code}")
        found += [f"says {word}" for word in _FAULTS if word in self.told]
        lines = [line for line in self.told.splitlines() if not line.startswith("  ")]  # not names
        if any(not _CHINESE.search(line) for line in lines):
            found.append("says a line without Chinese")
        if self.code == 2 and not self.told.strip():
            found.append("refuses in silence")
        if self.seconds > self.allowed:
            found.append(f"took {self.seconds:.1f} s for {self.size:,} bytes")
        if self.peak_mb > MEMORY:
            found.append(f"took {self.peak_mb:.0f} MB")
        if self.left:
            found.append(f"left {self.left[0]}")
        return found


def seeds(folders: Sequence[Path]) -> dict[str, list[Path]]:
    """Kind (the suffix) → files that are not too large, in a fixed order."""
    found: dict[str, list[Path]] = {}
    for folder in folders:
        for path in [folder] if folder.is_file() else sorted(folder.rglob("*")):
            if path.is_file() and 0 < path.stat().st_size <= LARGEST:
                found.setdefault(path.suffix.lower().lstrip(".") or "none", []).append(path)
    return dict(sorted(found.items()))


def case(number: int, seed: int, files: Mapping[str, Sequence[Path]]) -> tuple[Path, bytes]:
    """(the file it began as, the mutated bytes) of a case: the same for the same seeds."""
    chance = random.Random(f"{seed}/{number}")
    kind = list(files)[number % len(files)]
    origin = chance.choice(files[kind])
    others = [path.read_bytes() for path in files[kind] if path != origin]
    return origin, mutated(origin.read_bytes(), chance, others)


def tried(number: int, origin: Path, data: bytes, folder: Path, *, ocr: bool = False) -> Trial:
    """`ingest --json` of a file, as a user calls it; `folder` is empty before and after."""
    from youju import cli

    place = folder / f"{number}{origin.suffix}"
    place.write_bytes(data)
    out, told = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO()
    traceback, code = None, 1
    _forget_peak()
    began = sum(os.times()[:4])
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(told):
            code = cli.main(["ingest", "--json", *([] if ocr else ["--no-ocr"]), str(place)])
    except Exception as error:
        traceback = f"{type(error).__name__}: {error}"
    spent = sum(os.times()[:4]) - began
    place.unlink()
    left = tuple(sorted(path.name for path in folder.iterdir()))
    for path in folder.iterdir():
        path.unlink()
    return Trial(
        number, origin.suffix.lower().lstrip(".") or "none", origin.name, len(data), code,
        spent, _peak(), told.getvalue()[-2000:], left, traceback, ocr,
    )  # fmt: skip


def _forget_peak() -> None:
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", "ascii")


def _peak() -> float:
    """Most memory of this process since then, or of any child ever: MB."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text("ascii", "replace").splitlines():
            if line.startswith("VmHWM:"):
                return max(children, int(line.split()[1]) / 1024)
    return children


def main(asked: str) -> None:
    """Try the cases from `first` to before `last`."""
    given = json.loads(asked)
    ocr = bool(given.get("ocr"))
    files = seeds([Path(folder) for folder in given["seeds"]])
    files = {kind: paths for kind, paths in files.items() if kind in (given["kinds"] or files)}
    os.environ["YOUJU_DEBUG"] = "1"
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE))
    faulthandler.register(signal.SIGPROF, chain=True)  # tells where it was, and dies
    with tempfile.TemporaryDirectory(prefix="youju-mutate-") as folder:
        tempfile.tempdir = os.environ["TMPDIR"] = folder
        for number in range(given["first"], given["last"]):
            print(json.dumps({"begins": number}), flush=True)
            origin, data = case(number, given["seed"], files)
            signal.setitimer(signal.ITIMER_PROF, 12 * SECONDS * max(1.0, len(data) / 1e6))
            began = time.time()
            done = tried(number, origin, data, Path(folder), ocr=ocr)
            for _ in range(2):
                if done.seconds > done.allowed:  # or the machine was busy
                    again = tried(number, origin, data, Path(folder), ocr=ocr)
                    done = replace(done, seconds=min(done.seconds, again.seconds))
            signal.setitimer(signal.ITIMER_PROF, 0)
            faults = done.faults
            if faults and given["keep"]:
                keep = Path(given["keep"])
                keep.mkdir(parents=True, exist_ok=True)
                (keep / f"{number}-{origin.name}").write_bytes(data)
            end = asdict(done) | {"faults": faults, "wall": round(time.time() - began, 2)}
            print(json.dumps(end), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
