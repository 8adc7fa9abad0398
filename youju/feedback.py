"""What users say of answers, and which questions found nothing: one local file beside the index.

Nobody is named in it. What is kept, of whom and for how long is told in README.md.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, get_args

from youju.errors import InputError
from youju.records import Answer, Filters
from youju.service import PolicySearch

Verdict = Literal["right", "wrong", "missing"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
MOST = 20_000  # judgements, and questions without an answer, that are kept: the newest
_SCHEMA = """
CREATE TABLE IF NOT EXISTS judged (
  question TEXT NOT NULL, within TEXT NOT NULL, verdict TEXT NOT NULL, at TEXT NOT NULL,
  answer TEXT NOT NULL, refused INTEGER NOT NULL, confidence REAL, cited TEXT NOT NULL,
  gold TEXT NOT NULL, state TEXT NOT NULL, PRIMARY KEY (question, within));
CREATE TABLE IF NOT EXISTS missed (
  question TEXT NOT NULL PRIMARY KEY, count INTEGER NOT NULL, first TEXT NOT NULL,
  last TEXT NOT NULL, reason TEXT NOT NULL, state TEXT NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Judged:
    """What one user said of one answer; `gold` is (document, quotation) that should be cited."""

    question: str
    within: str
    verdict: Verdict
    at: str
    answer: str
    refused: bool
    confidence: float | None
    cited: tuple[tuple[str, str], ...]
    gold: tuple[tuple[str, str], ...]
    state: str


@dataclass(frozen=True, slots=True)
class Missed:
    """A question that found nothing, and how often."""

    question: str
    count: int
    first: str
    last: str
    reason: str
    state: str


class Feedback:
    """The file; every call opens it for itself, so any number of threads may write."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._states: tuple[PolicySearch, str] | None = None

    @property
    def name(self) -> str:
        """The file's name, without the folders around it."""
        return self._path.name

    def judge(
        self,
        search: PolicySearch,
        answer: Answer,
        within: Filters | None,
        verdict: Verdict,
        gold: Sequence[tuple[str, str]] = (),
    ) -> None:
        """Keep a judgement; a later one of the same question takes its place. InputError."""
        cited = [(citation.source, citation.quote) for citation in answer.citations]
        row = (
            answer.question, _within(within), verdict, _now(), _text(answer.text),
            int(answer.refused), answer.confidence, _json(cited), _json(list(gold)),
            self._state(search),
        )  # fmt: skip
        with self._open() as file:
            file.execute("INSERT OR REPLACE INTO judged VALUES (?,?,?,?,?,?,?,?,?,?)", row)
            _trim(file, "judged", "at")

    def missed(self, search: PolicySearch, answer: Answer) -> None:
        """Count a question that was refused. Raises InputError."""
        state = self._state(search)
        now = _now()
        with self._open() as file:
            file.execute(
                "INSERT INTO missed VALUES (?,1,?,?,?,?) ON CONFLICT(question) DO UPDATE SET"
                " count=count+1, last=excluded.last, reason=excluded.reason, state=excluded.state",
                (answer.question, now, now, _text(answer.reason or answer.text), state),
            )
            _trim(file, "missed", "last")

    def judgements(self) -> list[Judged]:
        """All of them, newest first."""
        with self._open() as file:
            rows = file.execute("SELECT * FROM judged ORDER BY at DESC, question").fetchall()
        return [
            Judged(
                question, within, verdict, at, answer, bool(refused), confidence,
                _pairs(cited), _pairs(gold), state,
            )
            for question, within, verdict, at, answer, refused, confidence, cited, gold, state
            in rows
        ]  # fmt: skip

    def misses(self) -> list[Missed]:
        """All of them, most often asked first."""
        with self._open() as file:
            rows = file.execute(
                "SELECT * FROM missed ORDER BY count DESC, last DESC, question"
            ).fetchall()
        return [Missed(*row) for row in rows]

    def clear(self) -> None:
        """Forget everything."""
        with self._open() as file:
            file.execute("DELETE FROM judged")
            file.execute("DELETE FROM missed")

    def _state(self, search: PolicySearch) -> str:
        """Which documents were asked, as evaluations name it; computed once per index."""
        if self._states is None or self._states[0] is not search:
            self._states = (search, index_state(search))
        return self._states[1]

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.touch(mode=0o600, exist_ok=True)
            file = sqlite3.connect(self._path, timeout=10)
            try:
                file.executescript(_SCHEMA)
                with file:
                    yield file
            finally:
                file.close()
        except (sqlite3.Error, OSError) as error:
            raise InputError(
                f"反馈文件 {self._path.name} 无法读写，请检查磁盘空间和权限，或删除它后重试。"
            ) from error


def question_rows(found: Sequence[Judged]) -> list[dict[str, Any]]:
    """What can be measured of judgements, as lines of a question set.

    An answer that is right has its citations for gold, one that is not, the quotation that the
    user gave; a refusal that is right is a question that must be refused.
    """
    rows = []
    for one in found:
        gold = one.gold or (one.cited if one.verdict == "right" and not one.refused else ())
        refusable = one.verdict == "right" and one.refused
        if one.within != _within(None) or not (gold or refusable):
            continue
        rows.append(
            {
                "id": f"f{hashlib.sha256(one.question.encode()).hexdigest()[:10]}",
                "question": one.question,
                "category": f"反馈·{NAMES[one.verdict]}",
                "answerable": not refusable,
                "gold": [{"doc": doc, "quote": quote, "alt": []} for doc, quote in gold],
                "must_contain": [],
            }
        )
    return rows


NAMES: dict[Verdict, str] = {"right": "对", "wrong": "不对", "missing": "该答未答"}


def index_state(search: PolicySearch) -> str:
    """Number of documents and passages, and a digest of the files."""
    lines = sorted(f"{entry.path}\t{entry.sha256}\n" for entry in search.entries())
    digest = hashlib.sha256("".join(lines).encode()).hexdigest()[:12]
    return f"{len(lines)} 份文件，{search.passage_count()} 段，{digest}"


def _within(within: Filters | None) -> str:
    narrowed = within or Filters()
    told = [narrowed.doc_ids, narrowed.regions, narrowed.years, narrowed.in_force, narrowed.as_of]
    return _json([*told, narrowed.collections] if narrowed.collections else told)


def _trim(file: sqlite3.Connection, table: str, by: str) -> None:
    (count,) = file.execute(f"SELECT COUNT(*) FROM {table}").fetchone()
    if count > MOST:
        oldest = f"SELECT rowid FROM {table} ORDER BY {by} LIMIT ?"
        file.execute(f"DELETE FROM {table} WHERE rowid IN ({oldest})", (count - MOST,))


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((str(doc), str(quote)) for doc, quote in json.loads(text))


def _text(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=True)


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="milliseconds")
