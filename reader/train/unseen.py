"""`python -m reader.train.unseen --data DIR --out DIR`: a question set on what no training saw.

The held-out documents as files, and the questions about them whose answering words are known, near
misses without an answer among them: `python -m eval` asks them and fits the confidence on them.
A near miss was written for one clause; those that another clause answers are left out
(`ANSWERED`, found by reading what the product found for each).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from reader.train import sources
from reader.train.sources import UNITS

ANSWERED = UNITS.parent / "answered_elsewhere.txt"
_NAME_MAX = 60  # characters of a title in its file's name
_SLASHES = str.maketrans("/\\", "／＼")


def write(
    data: Path, own: Sequence[Path], exclude: Path | None, out: Path, without: Sequence[str] = ()
) -> tuple[int, int]:
    """`out`/questions.jsonl and `out`/docs; how many questions and documents they hold.

    Questions of the kinds `without` are left out, and documents that no others ask about.
    """
    names = sources.excluded(exclude)
    found = [
        row
        for row in sources.reader_rows([data / "reader.jsonl", *own], names)
        if sources.held_out(row["title"])
    ]
    for row in found:
        row["questions"] = [one for one in row["questions"] if one["kind"] not in without]
    found = [row for row in found if row["questions"]]
    texts = sources.whole_texts(data, {sources.bare(row["title"]) for row in found})
    texts = {name: text for name, text in texts.items() if sources.policy(text) is not None}
    files = {name: _file_name(text) for name, text in texts.items()}
    folder = out / "docs"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / files[name]).write_text(text, "utf-8")
    rows = list(_questions(found, files))
    (out / "questions.jsonl").write_text("".join(f"{row}\n" for row in rows), "utf-8")
    return len(rows), len(files)


def _file_name(text: str) -> str:
    title = " ".join(text.split("\n", 1)[0].split())
    return f"{title.translate(_SLASHES)[:_NAME_MAX]}.txt"


def _questions(found: Sequence[dict], files: Mapping[str, str]) -> Iterator[str]:
    """One line of a question set for each question whose document is there."""
    answered = frozenset(ANSWERED.read_text("utf-8").splitlines())
    for number, row in enumerate(found):
        doc = files.get(sources.bare(row["title"]))
        for at, asked in enumerate(row["questions"] if doc else ()):
            words = asked["answers"]
            if not words and asked["question"] in answered:
                continue
            made = {
                "id": f"unseen-{number}-{at}", "question": asked["question"],
                "category": asked["kind"] if words else "unanswerable", "answerable": bool(words),
                "gold": [{"doc": doc, "quote": row["text"]}] if words else [],
                "must_contain": [[word] for word in words],
            }  # fmt: skip
            yield json.dumps(made, ensure_ascii=False)


def main() -> None:
    """Write the set; say how much it holds."""
    parser = argparse.ArgumentParser(prog="python -m reader.train.unseen", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder of training data")
    parser.add_argument("--rows", type=Path, nargs="*", default=[UNITS], help="further reader rows")
    parser.add_argument("--exclude", type=Path, help="documents.jsonl of what is measured on")
    parser.add_argument("--out", type=Path, required=True, help="folder to write to")
    parser.add_argument("--without", nargs="*", default=[], help="kinds of questions: story, …")
    args = parser.parse_args()
    asked, docs = write(args.data, args.rows, args.exclude, args.out, args.without)
    print(f"{asked} questions on {docs} documents in {args.out}")


if __name__ == "__main__":
    main()
