"""Reads the training data; every string leaves here folded, as texts are at run time.

Only data marked public domain, MIT, Apache-2.0, CC BY-SA or written for this project is named here.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from text.normalize import fold

# Lines of short headlines say little about everyday wording: one in this many is used.
SPARSE_TEXTS = {"weibo_titles": 3}
# Bulk text beside the legal texts; `text/<name>.txt.gz`.
TEXTS = ("zhihu", "weibo_titles", "kdconv", "crosswoz", "moss", "huatuo", "lctt", "work_reports")
# Questions written for this project; each names its clause by where it stands in the data.
QUESTIONS = Path(__file__).parent / "data" / "questions.jsonl"
MAX_CHARS = 400  # of a passage: what stands later hardly belongs to the question


@dataclass(frozen=True, slots=True)
class ClauseQuestions:
    """A clause with everyday questions and a plain one, all folded."""

    title: str
    article: str
    clause: str
    colloquial: tuple[str, ...]
    plain: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A text and one that belongs to it; `kind` names where the pair comes from."""

    query: str
    positive: str
    kind: str


def rows(path: Path) -> Iterator[dict]:
    """The objects of a JSON Lines file, gzipped or not."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as stream:
        for line in stream:
            yield json.loads(line)


def fraction(key: str, salt: str = "") -> float:
    """A number in [0, 1) that depends on nothing but the text: splits stay the same for ever."""
    digest = hashlib.sha256(f"{salt}|{key}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def clause_questions(data: Path) -> list[ClauseQuestions]:
    """The hand-written questions: those given with the data, then our own (`QUESTIONS`)."""
    given = [
        ClauseQuestions(
            title=fold(row["title"]),
            article=fold(row["article"] or ""),
            clause=fold(row["clause"]),
            colloquial=(fold(row["colloquial"]),),
            plain=fold(row["plain"]),
        )
        for row in rows(data / "clause_questions.jsonl")
    ]
    return given + own_questions(data)


def own_questions(data: Path, path: Path = QUESTIONS) -> list[ClauseQuestions]:
    """Our questions with their clauses; one whose clause the data does not have is left out.

    A row names the law and article, or the policy's title, the clause's opening and its length.
    """
    asked = list(rows(path))
    wanted = {(row["title"], row["article"]) for row in asked}
    texts: dict[tuple[str, str], str] = {}
    for row in rows(data / "laws.jsonl.gz"):
        key = (row["law"], row["article"])
        if key in wanted:
            texts[key] = row["text"]
    for row in rows(data / "policies.jsonl.gz"):
        if (row["title"], "") in wanted:
            texts.setdefault((row["title"], ""), row["text"])
    found = []
    for row in asked:
        text = texts.get((row["title"], row["article"]), "")
        start = text.find(row["opening"])
        if start >= 0 and text:
            found.append(
                ClauseQuestions(
                    title=fold(row["title"]),
                    article=fold(row["article"]),
                    clause=fold(text[start : start + row["length"]]),
                    colloquial=tuple(fold(question) for question in row["colloquial"]),
                    plain=fold(row["plain"]),
                )
            )
    return found


def held_out(title: str, share: float) -> bool:
    """True for the documents that are kept for validation, whole documents at a time."""
    return fraction(title, "held out") < share


def thesaurus_pairs(data: Path) -> list[Pair]:
    """Plain wording → official wording, every combination of a group."""
    pairs = []
    for row in rows(data / "thesaurus.jsonl"):
        official = " ".join(fold(word) for word in row["official"])
        for plain in row["plain"]:
            pairs.append(Pair(fold(plain), official, "thesaurus"))
        pairs.append(Pair(" ".join(fold(word) for word in row["plain"]), official, "thesaurus"))
    return pairs


def thesaurus_words(data: Path) -> list[str]:
    """Every term of the thesaurus, folded and lower-cased."""
    return [
        fold(word).lower()
        for row in rows(data / "thesaurus.jsonl")
        for word in (*row["plain"], *row["official"])
    ]


def law_pairs(data: Path, share: float) -> list[Pair]:
    """Law and section heading → the article's text, for a share of the articles."""
    pairs = []
    for row in rows(data / "laws.jsonl.gz"):
        key = f"{row['law']}|{row['article']}"
        if len(row["text"]) < 20 or fraction(key, "law pairs") >= share:
            continue
        heading = f"{row['law']} {row['section'] or ''}".strip()
        pairs.append(Pair(fold(heading), fold(row["text"])[:MAX_CHARS], "law"))
    return pairs


def file_pairs(data: Path, name: str, kind: str) -> list[Pair]:
    """The ready-made pairs of `<name>_pairs.jsonl.gz`."""
    return [
        Pair(fold(row["query"]), fold(row["positive"])[:MAX_CHARS], kind)
        for row in rows(data / f"{name}_pairs.jsonl.gz")
    ]


def bulk_text(data: Path, validation_share: float) -> Iterator[str]:
    """Every line for word statistics and word vectors, folded; validation questions left out."""
    for name in TEXTS:
        with gzip.open(data / "text" / f"{name}.txt.gz", "rt", encoding="utf-8") as stream:
            for number, line in enumerate(stream):
                if number % SPARSE_TEXTS.get(name, 1) == 0:
                    yield fold(line.strip())
    for row in rows(data / "policies.jsonl.gz"):
        yield from (fold(line) for line in row["text"].split("\n") if line.strip())
    for row in rows(data / "laws.jsonl.gz"):
        yield fold(f"{row['law']} {row['section'] or ''} {row['text']}")
    for record in clause_questions(data):
        if not held_out(record.title, validation_share):
            yield from record.colloquial
            yield record.plain
    for row in rows(data / "thesaurus.jsonl"):
        yield fold(" ".join(row["plain"] + row["official"]))
    for name in ("cmrc2018", "drcd"):
        seen = ""
        for pair in file_pairs(data, name, name):
            yield pair.query
            if pair.positive != seen:
                seen = pair.positive
                yield seen
