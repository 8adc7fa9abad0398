"""Collections of any size for measuring: laws as files, questions made of their own clauses.

The clauses come from a JSON-lines file that is given (`law`, `article`, `section`, `text`); the
product holds none.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from youju.errors import InputError

_LEAST, _LONGEST = 8, 40  # characters of a question's first clause


@dataclass(frozen=True, slots=True)
class Law:
    """One document: its title and (article, section, text) of each clause."""

    title: str
    articles: tuple[tuple[str, str, str], ...]

    @property
    def text(self) -> str:
        """The law as people publish it."""
        lines, section = [self.title, ""], ""
        for article, named, text in self.articles:
            if named and named != section:
                section = named
                lines.append(named)
            lines.append(f"{article}　{text}")
        return "\n".join(lines) + "\n"


def laws(path: Path) -> list[Law]:
    """The laws of a file in an order that has nothing to do with their titles.

    Raises InputError when it cannot be read.
    """
    found: dict[str, list[tuple[str, str, str]]] = {}
    opened = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                article = (str(row["article"]), str(row.get("section") or ""), str(row["text"]))
                found.setdefault(str(row["law"]), []).append(article)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"读不出条款文件 {path}（{error}）：每行应是含 law、article、text 的 JSON，请检查路径。"
        ) from error
    made = [Law(title, tuple(articles)) for title, articles in found.items()]
    return sorted(made, key=lambda law: hashlib.sha256(law.title.encode()).digest())


def up_to(some: Sequence[Law], clauses: int) -> list[Law]:
    """The first laws that together have so many clauses, or all."""
    chosen: list[Law] = []
    count = 0
    for law in some:
        if count >= clauses:
            break
        chosen.append(law)
        count += len(law.articles)
    return chosen


def write(some: Sequence[Law], folder: Path) -> int:
    """One file per law; how many clauses they have."""
    folder.mkdir(parents=True)
    for number, law in enumerate(some):
        (folder / f"{number:05d}.txt").write_text(law.text, encoding="utf-8")
    return sum(len(law.articles) for law in some)


def questions(some: Sequence[Law], count: int) -> list[str]:
    """Questions in the words of clauses, evenly spread; every second one names its law."""
    return [question for _, question in zip(range(count), _asked(some, count), strict=False)]


def _asked(some: Sequence[Law], count: int) -> Iterator[str]:
    step = max(1, len(some) // max(1, count))
    named = False
    for law in (*some[::step], *some):
        for _, _, text in law.articles[len(law.articles) // 2 :]:
            first = text.split("。")[0].split("，")[-1]
            if _LEAST <= len(first) <= _LONGEST:
                yield f"{law.title}对{first}怎么规定？" if named else f"{first}，有什么要求？"
                named = not named
                break
