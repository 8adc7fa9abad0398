"""Files to take away: answers, chosen citations, a batch; made whole, then written in one step."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from youju import exports
from youju import paper as papers
from youju.errors import InputError
from youju.leaves import MOST, FindSource, leaves
from youju.paper import ANSWER_KINDS, MEMO_KINDS, Paper, Source
from youju.records import Answer, PolicyDoc

__all__ = [
    "ANSWER_KINDS",
    "MEMO_KINDS",
    "answers_file",
    "file_name",
    "kind_of",
    "memo_file",
    "save",
]
_NAME = 40  # characters of a question in a file's name


def answers_file(
    kind: str,
    answers: Sequence[Answer],
    document: Callable[[str], PolicyDoc],
    source: FindSource | None = None,
) -> bytes:
    """Answers as a file of one of ANSWER_KINDS.

    With `source`, which gives the file of a document, a Word document shows the pages on which the
    quotations stand.
    """
    made = [papers.paper(answer, document) for answer in answers]
    if kind == "docx":
        from youju import word

        if source is not None:
            made = list(_with_leaves(made, document, source))

        return word.answers(made)
    told = papers.markdown(made) if kind == "md" else papers.text(made)
    return told.encode("utf-8", "replace")


def _with_leaves(
    made: Sequence[Paper], document: Callable[[str], PolicyDoc], source: FindSource
) -> Iterator[Paper]:
    left = MOST
    for one in made:
        cited = [known.citation for known in one.sources]
        found, missing = leaves(cited, document, source, left)
        left -= len(found)
        yield replace(one, leaves=found, leafless=missing)


def memo_file(kind: str, chosen: Sequence[Source]) -> bytes:
    """A chosen set of citations as a file of one of MEMO_KINDS."""
    if kind == "docx":
        from youju import word

        return word.memo(chosen)
    if kind == "xlsx":
        rows = [
            [number, *exports.excerpt_row(source.citation, papers.quoted(source))]
            for number, source in enumerate(chosen, 1)
        ]
        return exports.workbook([("摘录表", ("序号", *exports.EXCERPT_COLUMNS), rows)])
    return (papers.excerpt_text(chosen) + f"\n\n{papers.NOTE}\n").encode("utf-8", "replace")


def file_name(title: str, kind: str) -> str:
    """A name that every system takes, made of a question."""
    kept = "".join(char if char.isalnum() or char in "-_" else " " for char in title[: 4 * _NAME])
    return f"{'_'.join(kept.split())[:_NAME] or '有据'}.{kind}"


def kind_of(path: Path, kinds: Sequence[str]) -> str:
    """The kind that a file's name asks for. Raises InputError for another."""
    kind = path.suffix.lower().lstrip(".")
    if kind not in kinds:
        raise InputError(
            f"{path} 的类型不支持，请用 {'、'.join(f'.{name}' for name in kinds)} 结尾。"
        )
    return kind


def save(path: Path, data: bytes) -> None:
    """Write a file whole or not at all. Raises InputError."""
    writer = f"{os.getpid()}-{threading.get_ident()}"  # two may write one file at once
    part = path.with_name(f".{writer}-{path.name}"[:200])
    try:
        part.write_bytes(data)
        part.replace(path)
    except (OSError, ValueError) as error:
        with contextlib.suppress(OSError, ValueError):
            part.unlink(missing_ok=True)
        raise InputError(f"无法写入 {path}：请检查文件夹是否存在、是否可写。") from error
