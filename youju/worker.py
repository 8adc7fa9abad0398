"""Work on strangers' files in a process of its own, with limits: what it costs ends with it.

    python -m youju.worker   one JSON object per line: a request comes in, steps and an end go out

Reading holds the interpreter, building takes hundreds of megabytes; a server that did either by
itself would make its visitors wait and keep the memory.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from youju import errors
from youju.errors import IndexStopped, IndexWriteError, ReadError, Unrecognised, YoujuError
from youju.records import SourceFile
from youju.service import BuildReport, PolicySearch
from youju.settings import PRODUCT_ROOT, Settings

Tell = Callable[[Mapping[str, Any]], None]

CPU_SECONDS = 120  # for one file
WALL_SECONDS = 300.0
MEMORY = 3 << 29  # bytes of address space while reading: 1.5 GB, of which libraries take a part
STOPPED = "已停止建立索引，原有索引没有改动，照常可用；已识别的页面会保留，再次建立时不用重新识别。"
_LOOK = 0.2  # seconds between two looks whether a build is to end
_GRACE = 20.0  # seconds that it has to end by itself
_ENDED = 143  # what a program that was asked to end returns
_PATHS = ("index", "data", "thesaurus", "aliases", "user_dict")


class Reader:
    """Reads files one after the other; begins anew after one that went beyond the limits."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def check(
        self, place: Path, name: str, limit: int, *, ocr: bool = False, office: str = "auto"
    ) -> None:
        """Read a file as a document, to its last passage. Raises ReadError."""
        request = {
            "task": "read", "place": str(place), "name": name, "limit": limit, "ocr": ocr,
            "office": office,
        }  # fmt: skip
        process = self._process = self._process or _started()
        assert process.stdin is not None and process.stdout is not None
        try:
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()
            answer = _line(process, WALL_SECONDS)
        except (OSError, ValueError):
            answer = None
        if answer is None:
            self._stop()
            raise ReadError(
                f"{name} 读取所需的时间或内存超过上限，已停止，没有加入；"
                "请拆分或另存为其他格式再试。"
            )
        if "error" in answer:
            raise ReadError(str(answer["message"]))

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            for stream in (process.stdin, process.stdout):
                with contextlib.suppress(OSError):
                    if stream is not None:
                        stream.close()
            process.wait()


def build(
    settings: Settings, roots: list[Path], corpus: Path, stopped: threading.Event | None = None
) -> Iterator[tuple[str, int, int] | BuildReport]:
    """`PolicySearch.build` of `roots` and the uploads: its stages, at last its report.

    Raises what it raises, and IndexStopped once it has ended because `stopped` was set. What is
    being written when that happens is written: then the build was not stopped.
    """
    stopped = stopped or threading.Event()
    request = {
        "task": "build", "settings": _plain(settings), "roots": [str(root) for root in roots],
        "corpus": str(corpus),
    }  # fmt: skip
    for told in _steps(request, stopped):
        if "stage" in told:
            name, done, total = told["stage"]
            yield str(name), int(done), int(total)
        elif "report" in told:
            yield _report(told["report"])
            return
        else:
            kind = getattr(errors, str(told["error"]), YoujuError)
            raise kind(str(told["message"]))
    if stopped.is_set():
        raise IndexStopped(STOPPED)
    raise IndexWriteError("建立索引的进程意外停止，没有更新；原有索引不受影响，请重试。")


def perform(request: Mapping[str, Any], tell: Tell) -> None:
    """Do what is asked, here and now."""
    try:
        if request["task"] == "read":
            from ingest.readers import office

            office.use(request["office"])
            _read(Path(request["place"]), request["name"], request["limit"], ocr=request["ocr"])
            tell({"done": True})
        else:
            report = PolicySearch.build(
                [Path(root) for root in request["roots"]],
                Path(request["settings"]["index"]),
                _settings(request["settings"]),
                optional=[Path(request["settings"]["data"])],
                corpus=Path(request["corpus"]),
                progress=lambda stage, done, total: _told(tell, stage, done, total),
            )
            tell({"report": dataclasses.asdict(report)})
    except YoujuError as error:
        tell({"error": type(error).__name__, "message": str(error)})
    except Exception as error:
        if os.environ.get("YOUJU_DEBUG", "") not in ("", "0"):
            import traceback

            traceback.print_exc()
        kind = type(error).__name__
        tell(
            {"error": "YoujuError", "message": f"程序内部出错（{kind}），没有改动，请报告给我们。"}
        )


def _told(tell: Tell, stage: str, done: int, total: int) -> None:
    if stage == "write":  # from here on it is a matter of moments, and the index of one step
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    tell({"stage": [stage, done, total]})


def _read(place: Path, name: str, limit: int, *, ocr: bool) -> None:
    from ingest.files import FoundFile, load, opened_archive

    _limit()
    source, data = load(FoundFile(place, name), limit=limit)
    if source.media_type != "zip":
        _try_out(source, data, ocr=ocr)
        return
    reasons = []
    for member in opened_archive(source, data):
        try:
            if member.source is not None:
                _try_out(member.source, member.data, ocr=ocr)
                return  # what else is in it is told when it is indexed
            reasons.append(member.refused or "")
        except ReadError as error:
            reasons.append(str(error))
    raise ReadError(f"{name} 里没有一份文件可以读取（例如 {reasons[0]}）。")


def _try_out(source: SourceFile, data: bytes, *, ocr: bool) -> None:
    """Read a document once; a scan is recognised only when it is indexed. ReadError."""
    from ingest import recognition
    from ingest.pipeline import read

    try:
        read(source, data, recognise=False)
    except Unrecognised:
        if not ocr:
            raise
        if not recognition.is_installed():
            raise ReadError(f"{source.path} 是扫描件，{recognition.MISSING}。") from None


def _limit() -> None:
    """CPU time from now on, and memory; where the system knows no limits the clock is left."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        used = sum(os.times()[:2])
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (int(used) + CPU_SECONDS, hard))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _steps(request: Mapping[str, Any], stopped: threading.Event) -> Iterator[Mapping[str, Any]]:
    process = _started()
    assert process.stdin is not None and process.stdout is not None
    threading.Thread(target=_end_when, args=(stopped, process), daemon=True).start()
    try:
        process.stdin.write(json.dumps(request).encode() + b"\n")
        process.stdin.close()
        for line in process.stdout:
            yield json.loads(line)
    finally:
        process.stdout.close()
        process.wait()


def _end_when(stopped: threading.Event, process: subprocess.Popen[bytes]) -> None:
    """End the process when somebody asks for it: first politely, so that it ends its own."""
    while process.poll() is None:
        if stopped.wait(_LOOK):
            process.terminate()
            try:
                process.wait(_GRACE)
            except subprocess.TimeoutExpired:
                process.kill()
            return


def _leave(*_: object) -> None:
    """Unwind: processes that were started end, and nothing half-written stays."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit(_ENDED)


def _started() -> subprocess.Popen[bytes]:
    paths = [str(PRODUCT_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "OPENBLAS_NUM_THREADS": "1"}
    return subprocess.Popen(
        [sys.executable, "-m", "youju.worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        env=environ,
    )  # fmt: skip


def _line(process: subprocess.Popen[bytes], seconds: float) -> dict[str, Any] | None:
    """The next answer; None when the process has died or takes too long."""
    assert process.stdout is not None
    until, got = time.monotonic() + seconds, b""
    handle = process.stdout.fileno()
    with selectors.DefaultSelector() as ready:
        ready.register(handle, selectors.EVENT_READ)
        while not got.endswith(b"\n"):
            if not ready.select(max(0.0, until - time.monotonic())):
                return None
            piece = os.read(handle, 1 << 16)
            if not piece:
                return None
            got += piece
    answer = json.loads(got)
    return answer if isinstance(answer, dict) else None


def _plain(settings: Settings) -> dict[str, Any]:
    """All that building needs: who may read is no matter of it."""
    names = [f.name for f in dataclasses.fields(settings) if f.name != "access"]
    values = {name: getattr(settings, name) for name in names}
    return {name: str(v) if isinstance(v, Path) else v for name, v in values.items()}


def _settings(plain: Mapping[str, Any]) -> Settings:
    values = {
        name: Path(value) if name in _PATHS and value is not None else value
        for name, value in plain.items()
    }
    return Settings(**values | {"upload_types": tuple(plain["upload_types"])})


def _report(plain: Mapping[str, Any]) -> BuildReport:
    def frozen(value: Any) -> Any:
        return tuple(map(frozen, value)) if isinstance(value, list) else value

    return BuildReport(**{name: frozen(value) for name, value in plain.items()})


def _main() -> None:
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints is no answer
    signal.signal(signal.SIGTERM, _leave)

    def tell(told: Mapping[str, Any]) -> None:
        with contextlib.suppress(OSError):  # nobody listens any more: the work goes on
            out.write(json.dumps(told) + "\n")
            out.flush()

    for line in sys.stdin.buffer:
        perform(json.loads(line), tell)


if __name__ == "__main__":
    _main()
