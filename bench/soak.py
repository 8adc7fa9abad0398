"""`python -m bench soak --users 16 --minutes 15`: users do everything at once; is memory flat?

They ask, search, open originals and the page, ask what no one should, put documents into
collections and correct what was read of them; one of them uploads a document, has it indexed, and
removes it. What each put down must be there afterwards. The server is started here, on the loopback
address, over an index of its own. Memory is told each half minute, and at the end the growth after
the warm-up.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from bench.load import HOST, ask, resident_mb, served
from bench.measure import ROOT, keep
from bench.questions import question
from eval.files import read_questions
from youju.errors import InputError, YoujuError

MOST_USERS, MOST_MINUTES = 256, 24 * 60.0
GROWTH_LIMIT = 40.0  # MB from the end of the warm-up to the end
_FEWEST = 3  # measurements whose middle is taken: one peak is no growth
_WARM = 1 / 3  # of the time: caches, threads and the allocator's own room grow to what they need
_QUESTIONS = ROOT / "eval" / "questions" / "policy.jsonl"
_JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True, slots=True)
class Soak:
    """What was measured: MB of the server's memory over the minutes, deeds and errors."""

    users: int
    minutes: float
    deeds: dict[str, int]
    errors: int
    first_error: str | None
    memory: tuple[tuple[float, float], ...]

    @property
    def growth_mb(self) -> float | None:
        """The middle of the last fifth over the middle of the fifth after the warm-up."""
        after = [mb for minute, mb in self.memory if minute >= self.minutes * _WARM]
        part = max(1, min(len(after) // 2, max(_FEWEST, len(after) // 5)))
        return median(after[-part:]) - median(after[:part]) if len(after) > 1 else None

    @property
    def kept(self) -> bool:
        """No error, and memory flat."""
        return self.errors == 0 and (self.growth_mb or 0.0) <= GROWTH_LIMIT


class Visitor:
    """A user with a connection and a session, as a browser has them."""

    def __init__(self, port: int, number: int) -> None:
        self.number = number
        self._link = http.client.HTTPConnection(HOST, port, timeout=300)
        self._session = f"soak{number}"
        config = json.loads(self.call("GET", "/config"))
        self._named = {
            part["props"]["elem_id"]: part["id"]
            for part in config["components"]
            if part["props"].get("elem_id")
        }
        self._events = {tuple(aim): d["id"] for d in config["dependencies"] for aim in d["targets"]}

    def call(self, verb: str, path: str, body: bytes | None = None, **headers: str) -> str:
        """One request, to its end. ValueError for an answer that is none."""
        known = _JSON if body is not None and not headers else headers
        self._link.request(verb, path, body, {k.replace("_", "-"): v for k, v in known.items()})
        answer = self._link.getresponse()
        text = answer.read().decode("utf-8", "replace")
        if answer.status != 200:
            raise ValueError(f"{verb} {path}: {answer.status} {text[:200]}")
        return text

    def close(self) -> None:
        """After an error the connection is made anew."""
        self._link.close()

    def ask(self, text: str) -> None:
        """A question through the interface for programs."""
        ask(self._link, text, self._session)

    def program(self, name: str, *data: Any) -> Any:
        """What an interface for programs returns."""
        sent = json.dumps({"data": data, "session_hash": self._session}).encode()
        event = json.loads(self.call("POST", f"/gradio_api/call/{name}", sent))["event_id"]
        told = self.call("GET", f"/gradio_api/call/{name}/{event}").strip()
        head, _, given = told.rpartition("\ndata: ")
        if not head.endswith("event: complete"):
            raise ValueError(f"{name}: {told[-200:]}")
        return json.loads(given)[0]

    def original(self, doc: str, start: int, end: int) -> str:
        """The original of a document, opened at a place."""
        return self._served("yj-source", "read", {"doc": doc, "start": start, "end": end})

    def correct(self, doc: str, **fields: str) -> None:
        """Correct what was read of a document."""
        told = self._served("yj-library", "correct", {"doc": doc, **fields})
        if json.loads(told)["wrong"]:
            raise ValueError(f"correct: {told[:300]}")

    def _served(self, element: str, name: str, data: dict[str, Any]) -> str:
        asked = {
            "data": data, "fn_name": name, "component_id": self._named[element],
            "session_hash": self._session,
        }  # fmt: skip
        return self.call("POST", "/gradio_api/component_server", json.dumps(asked).encode())

    def upload(self, name: str, content: bytes) -> None:
        """Hand a document in; it is read and indexed."""
        mark = "youju-soak"
        head = (
            f'--{mark}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'
        )
        body = head.encode() + content + f"\r\n--{mark}--\r\n".encode()
        kind = f"multipart/form-data; boundary={mark}"
        (place,) = json.loads(self.call("POST", "/gradio_api/upload", body, Content_Type=kind))
        file = {"path": place, "orig_name": name, "meta": {"_type": "gradio.FileData"}}
        self._event("yj-upload", "upload", [[file]])

    def remove(self, source: str) -> None:
        """Take an uploaded document away again."""
        self._event("yj-library", "discard", [], {"source": source})

    def _event(self, element: str, name: str, data: list[Any], event: Any = None) -> None:
        component = self._named[element]
        asked = {
            "data": data, "fn_index": self._events[component, name], "trigger_id": component,
            "session_hash": self._session, "event_data": event,
        }  # fmt: skip
        self.call("POST", "/gradio_api/queue/join", json.dumps(asked).encode())
        told = self.call("GET", f"/gradio_api/queue/data?session_hash={self._session}")
        if '"process_completed"' not in told or '"success":false' in told:
            raise ValueError(f"{name}: {told[-300:]}")


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; 1 for an error, or memory that grows."""
    parser = argparse.ArgumentParser("python -m bench soak", description="长时间多人使用")
    parser.add_argument("--users", type=int, default=16, help="人数")
    parser.add_argument("--minutes", type=float, default=15.0, help="持续分钟数")
    parser.add_argument("--pause", type=float, default=1.0, help="每人两次操作之间的平均秒数")
    parser.add_argument("--no-reader", action="store_true", help="不用阅读模型")
    parser.add_argument("--no-uploads", action="store_true", help="没有人上传")
    parser.add_argument("--json", type=Path, help="同时把结果写入此文件")
    arguments = parser.parse_args(argv)
    try:
        if not 1 <= arguments.users <= MOST_USERS or not 0 < arguments.minutes <= MOST_MINUTES:
            raise InputError(f"人数应为 1–{MOST_USERS}，分钟数不超过 {MOST_MINUTES:g}，请改小。")
        with tempfile.TemporaryDirectory(prefix="youju-soak-") as folder:
            found = measured(Path(folder), arguments)
    except YoujuError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    print(told(found))
    keep(asdict(found) | {"growth_mb": found.growth_mb}, arguments.json)
    return int(not found.kept)


def measured(folder: Path, arguments: argparse.Namespace) -> Soak:
    """Index the built-in corpus below `folder`, serve it, and let the users do what users do."""
    from youju.service import PolicySearch
    from youju.settings import CORPUS, VARIABLES, Settings

    settings = Settings.from_env({}, index=folder / "index")
    PolicySearch.build([CORPUS], settings.index, settings)
    known = [item.question for item in read_questions(_QUESTIONS)]
    variable = {field: name for name, field in VARIABLES.items()}
    environ = {variable["data"]: str(folder / "data"), "TMPDIR": str(folder)}
    if arguments.no_reader:
        environ[variable["reader"]] = "none"
    with served(settings.index, read_only=False, environ=environ) as (port, pid):
        return _soaked(port, pid, known, arguments)


def _soaked(port: int, pid: int, known: Sequence[str], arguments: argparse.Namespace) -> Soak:
    began, done, errors = time.monotonic(), Counter[str](), list[str]()
    ends = began + 60 * arguments.minutes

    def user(number: int) -> None:
        chance, visitor = random.Random(number), None
        uploads = number == 0 and not arguments.no_uploads
        while time.monotonic() < ends:
            try:
                visitor = visitor or Visitor(port, number)
                done[(_exchanged if uploads else _deed)(visitor, chance, known)] += 1
            except (OSError, ValueError, KeyError, http.client.HTTPException) as error:
                errors.append(f"{type(error).__name__}: {error}"[:400])
                if visitor is not None:
                    visitor.close()
            time.sleep(arguments.pause * chance.uniform(0.5, 1.5))

    memory: list[tuple[float, float]] = []
    threads = [threading.Thread(target=user, args=[n]) for n in range(arguments.users)]
    for thread in threads:
        thread.start()
    said, apart = 0.0, min(5.0, 60 * arguments.minutes / 20)
    while (now := time.monotonic()) < ends:
        minute, mb = (now - began) / 60, resident_mb(pid)
        if mb is not None:
            memory.append((round(minute, 2), round(mb, 1)))
            if minute >= said:
                said += 0.5
                print(f"{minute:5.1f} min {mb:6.0f} MB {sum(done.values())} deeds", file=sys.stderr)
        time.sleep(min(apart, max(0.05, ends - now)))
    for thread in threads:
        thread.join()
    return Soak(
        arguments.users, arguments.minutes, dict(done), len(errors),
        errors[0] if errors else None, tuple(memory),
    )  # fmt: skip


def _deed(visitor: Visitor, chance: random.Random, known: Sequence[str]) -> str:
    """One thing that a user does; its name."""
    deeds: dict[str, Callable[[], object]] = {
        "ask": lambda: visitor.ask(chance.choice(known)),
        "search": lambda: visitor.program(
            *("search", chance.choice(known), 10, None, None, None, False, "hybrid", None)
        ),
        "odd": lambda: _odd(visitor, chance, known),
        "original": lambda: _opened(visitor, chance, known),
        "page": lambda: visitor.call("GET", "/"),
        "documents": lambda: visitor.program("documents", None),
        "collect": lambda: _collected(visitor, chance),
        "correct": lambda: _corrected(visitor, chance),
    }
    (name,) = chance.choices(list(deeds), (8, 4, 2, 4, 2, 2, 1, 1))
    deeds[name]()
    return name


def _odd(visitor: Visitor, chance: random.Random, known: Sequence[str]) -> None:
    text = question(chance.randrange(10**9), 1, known).encode("utf-8", "ignore").decode()
    try:
        visitor.ask(text)
    except ValueError as error:
        if '"Error"' not in str(error):  # so Gradio tells that a question was refused in a sentence
            raise


def _opened(visitor: Visitor, chance: random.Random, known: Sequence[str]) -> None:
    found = visitor.program(
        *("search", chance.choice(known), 3, None, None, None, False, "hybrid", None)
    )
    for hit in found["hits"][:1]:
        if "yj-original" not in visitor.original(hit["doc_id"], hit["start"], hit["end"]):
            raise ValueError(f"no original of {hit['doc_id']}")


def _collected(visitor: Visitor, chance: random.Random) -> None:
    """A collection of one's own: it must hold what was put into it, whatever others do."""
    name = f"第{visitor.number}人的专题"
    chosen = chance.sample([doc["doc_id"] for doc in _built_in(visitor)], 2)
    visitor.program("collect", name, chosen, False)
    there = {doc["doc_id"] for doc in visitor.program("documents", [name])}
    if not there.issuperset(chosen):
        raise ValueError(f"collect: {set(chosen) - there} is not in {name}")
    visitor.program("collect", name, chosen[:1], True)


def _corrected(visitor: Visitor, chance: random.Random) -> None:
    """All correct the issuers of the same documents: somebody's correction must stand."""
    doc = chance.choice(_built_in(visitor))
    visitor.correct(doc["doc_id"], issuer=f"云泽市第{chance.randrange(10**6)}局")
    (told,) = (one for one in _built_in(visitor) if one["doc_id"] == doc["doc_id"])
    if not told["issuer"].startswith("云泽市第"):
        raise ValueError(f"correct: the issuer of {doc['title']} is {told['issuer']}")


def _built_in(visitor: Visitor) -> list[Any]:
    """The documents that nobody uploaded: they stay."""
    documents: list[Any] = visitor.program("documents", None)
    return [doc for doc in documents if doc["source"].startswith("corpus/")]


def _exchanged(visitor: Visitor, chance: random.Random, known: Sequence[str]) -> str:
    """Upload a document, find it among the documents, remove it again."""
    name = f"云泽市第{chance.randrange(10**6)}号办法.txt"
    articles = "".join(
        f"第{n}条 云泽市按照{chance.randrange(10**6)}的标准办理第{n}项。\n" for n in range(1, 60)
    )
    visitor.upload(name, f"云泽市养犬管理办法\n{articles}".encode())
    there = [doc["source"] for doc in visitor.program("documents", None) if name in doc["source"]]
    if not there:
        raise ValueError(f"{name} was uploaded and is not there")
    visitor.remove(there[0])
    return "upload"


def told(found: Soak) -> str:
    """The figures, one a line."""
    deeds = ", ".join(f"{name} {count}" for name, count in sorted(found.deeds.items()))
    lines = [
        f"users {found.users}, {found.minutes:g} minutes, errors {found.errors}",
        f"{sum(found.deeds.values())} deeds: {deeds}",
    ]
    if found.memory:
        lines.append(
            f"server memory {found.memory[0][1]:.0f} MB at first, {found.memory[-1][1]:.0f} MB "
            f"at last, most {max(mb for _, mb in found.memory):.0f} MB"
        )
    if found.growth_mb is not None:
        lines.append(f"{found.growth_mb:+.1f} MB after the warm-up (limit {GROWTH_LIMIT:g})")
    if found.first_error:
        lines.append(f"first error: {found.first_error}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
