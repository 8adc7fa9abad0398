"""`python -m bench load`: many users ask a server of this machine at once, over HTTP.

Every user asks, reads the answer, pauses and asks again. Load and server share the cores, so the
times are those of the worst case. The server is started here, on the loopback address only.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.measure import ROOT, keep, percentile
from eval.files import read_questions
from youju.errors import InputError, YoujuError

HOST = "127.0.0.1"
MOST_USERS, MOST_SECONDS = 256, 600
P95_LIMIT = 300.0  # milliseconds
GROWTH_LIMIT = 60.0  # MB between the first third and the end
_WARM = 10  # questions before the clock starts: a server is started once, then asked all day
_START = 300.0  # seconds that the server may take to be ready
_QUESTIONS = ROOT / "eval" / "questions" / "policy.jsonl"
_RSS = re.compile(r"^VmRSS:\s+(\d+) kB", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Load:
    """What was measured: milliseconds per answer, MB of the server's memory (None: unknown)."""

    users: int
    seconds: float
    pause: float
    answers: int
    errors: int
    p50_ms: float
    p95_ms: float
    worst_ms: float
    first_mb: float | None
    last_mb: float | None
    first_error: str | None

    @property
    def growth_mb(self) -> float | None:
        """Memory at the end over that after the first third."""
        if self.first_mb is None or self.last_mb is None:
            return None
        return self.last_mb - self.first_mb

    @property
    def kept(self) -> bool:
        """No error, quick, and memory flat."""
        return (
            self.errors == 0 and self.p95_ms <= P95_LIMIT and (self.growth_mb or 0) <= GROWTH_LIMIT
        )


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; 1 when --check is given and a limit is passed."""
    parser = argparse.ArgumentParser("python -m bench load", description="多人同时提问")
    parser.add_argument("--users", type=int, default=32, help="人数")
    parser.add_argument("--seconds", type=float, default=60.0, help="持续秒数")
    parser.add_argument("--pause", type=float, default=1.0, help="每人两次提问之间的平均秒数")
    parser.add_argument("--json", type=Path, help="同时把结果写入此文件")
    parser.add_argument("--check", action="store_true", help="超出限值时返回 1")
    arguments = parser.parse_args(argv)
    try:
        with tempfile.TemporaryDirectory(prefix="youju-load-") as folder:
            found = measured(Path(folder), arguments.users, arguments.seconds, arguments.pause)
    except YoujuError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    print(told(found))
    keep(asdict(found) | {"growth_mb": found.growth_mb}, arguments.json)
    return int(arguments.check and not found.kept)


def measured(folder: Path, users: int, seconds: float, pause: float) -> Load:
    """Index the built-in corpus below `folder`, serve it, and let the users ask."""
    if not 1 <= users <= MOST_USERS or not 0 < seconds <= MOST_SECONDS or not 0 <= pause <= 60:
        raise InputError(
            f"人数应为 1–{MOST_USERS}，秒数不超过 {MOST_SECONDS}，间隔不超过 60 秒，请改小。"
        )
    from youju.service import PolicySearch
    from youju.settings import CORPUS, Settings

    settings = Settings.from_env({}, index=folder / "index")
    PolicySearch.build([CORPUS], settings.index, settings)
    questions = [item.question for item in read_questions(_QUESTIONS)]
    with served(settings.index) as (port, pid):
        warm = http.client.HTTPConnection(HOST, port, timeout=60)
        for question in questions[:_WARM]:
            ask(warm, question, "warm")
        warm.close()
        return _loaded(port, pid, questions, users, seconds, pause)


@contextmanager
def served(
    index: Path, *, read_only: bool = True, environ: Mapping[str, str] | None = None
) -> Iterator[tuple[int, int]]:
    """(port, process id) of a server over an index, ready to answer."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = int(free.getsockname()[1])
    command = [sys.executable, str(ROOT / "app.py"), "--host", HOST, "--port", str(port)]
    command += ["--index", str(index), *(["--read-only"] if read_only else [])]
    server = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, env={**os.environ, **(environ or {})},
    )  # fmt: skip
    try:
        ends = time.monotonic() + _START
        while not _ready(port):
            if server.poll() is not None or time.monotonic() > ends:
                raise InputError("服务器没有启动，请先运行 python app.py 查看原因。")
            time.sleep(0.2)
        yield port, server.pid
    finally:
        server.terminate()
        server.wait(20)


def _ready(port: int) -> bool:
    try:
        return (
            _requested(http.client.HTTPConnection(HOST, port, timeout=5), "GET", "/healthz")[0]
            == 200
        )
    except OSError:
        return False


def _loaded(
    port: int, pid: int, questions: Sequence[str], users: int, seconds: float, pause: float
) -> Load:
    times: list[float] = []
    errors: list[str] = []
    ends = time.monotonic() + seconds

    def user(n: int) -> None:
        chance = random.Random(n)
        connection = http.client.HTTPConnection(HOST, port, timeout=60)
        time.sleep(chance.random() * min(pause, seconds / 2))
        while time.monotonic() < ends:
            began = time.perf_counter()
            try:
                ask(connection, chance.choice(questions), f"user{n}")
                times.append((time.perf_counter() - began) * 1000)
            except (OSError, ValueError, http.client.HTTPException) as error:
                errors.append(f"{type(error).__name__}: {error}"[:200])
                connection.close()
            time.sleep(pause * chance.uniform(0.5, 1.5))
        connection.close()

    first: list[float | None] = []
    weigher = threading.Timer(seconds / 3, lambda: first.append(resident_mb(pid)))
    weigher.start()
    _together([lambda n=n: user(n) for n in range(users)])  # type: ignore[misc]
    weigher.join()
    return Load(
        users, seconds, pause, len(times), len(errors),
        percentile(times, 50) if times else 0.0, percentile(times, 95) if times else 0.0,
        max(times, default=0.0), first[0], resident_mb(pid), errors[0] if errors else None,
    )  # fmt: skip


def _together(works: Sequence[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def ask(connection: http.client.HTTPConnection, question: str, session: str) -> str:
    """One question through Gradio's API, to the end; the answer's text. ValueError if none.

    A user keeps a session, as browsers do: Gradio copies its whole page for every new one.
    """
    path = "/gradio_api/call/ask"
    given = {
        "data": [question, 10, None, None, None, False, "hybrid", None, None],
        "session_hash": session,
    }
    status, body = _requested(connection, "POST", path, json.dumps(given))
    if status != 200:
        raise ValueError(f"{status} {body[:100]}")
    status, body = _requested(connection, "GET", f"{path}/{json.loads(body)['event_id']}")
    event, _, data = body.strip().rpartition("\ndata: ")
    if status != 200 or not event.endswith("event: complete"):
        raise ValueError(f"{status} {body[-200:]}")
    answer = json.loads(data)[0]
    if not answer["answer"] and not answer["refused"]:
        raise ValueError(f"neither answer nor refusal for {question}")
    return str(answer["answer"])


def _requested(
    connection: http.client.HTTPConnection, verb: str, path: str, body: str | None = None
) -> tuple[int, str]:
    connection.request(verb, path, body, {"Content-Type": "application/json"} if body else {})
    response = connection.getresponse()
    return response.status, response.read().decode("utf-8")


def resident_mb(pid: int) -> float | None:
    """Memory that a process holds; None where the system does not tell."""
    try:
        found = _RSS.search(Path(f"/proc/{pid}/status").read_text("utf-8"))
    except OSError:
        return None
    return int(found[1]) / 1024 if found else None


def told(found: Load) -> str:
    """The figures, one a line."""
    lines = [
        f"users {found.users}, {found.seconds:g} s, pause {found.pause:g} s",
        f"answers {found.answers} ({found.answers / found.seconds:.1f}/s), errors {found.errors}",
        f"p50 {found.p50_ms:.0f} ms, p95 {found.p95_ms:.0f} ms (limit {P95_LIMIT:g}), "
        f"worst {found.worst_ms:.0f} ms",
    ]
    if found.growth_mb is not None:
        lines.append(
            f"server memory {found.last_mb:.0f} MB, {found.growth_mb:+.1f} MB after the first third"
        )
    if found.first_error:
        lines.append(f"first error: {found.first_error}")
    return "\n".join(lines)
