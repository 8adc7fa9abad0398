"""The training data: units of real documents, the questions about them, and their neighbours.

Everything leaves here folded, as texts are at run time. Texts that the product is measured on
(`--exclude`) are neither asked about nor used as wrong answers.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from encoder.train.sources import clause_questions, fraction, rows
from text.normalize import fold, squeeze
from text.sentences import segments
from youju.errors import YoujuError
from youju.records import ExtractedText, PolicyDoc, SourceFile, Unit

# Our own questions; each names its unit by where it stands in the data, and its answering words by
# their offsets: neither counts blanks, which differ between two prints of one text.
UNITS = Path(__file__).parent / "data" / "units.jsonl"
_HELD_OUT = 0.03  # share of the titles
_HEADINGS = 2  # of a unit's path that stand in its context
_NAME = re.compile(r"[^\u3400-\u9fffA-Za-z0-9]+")
_MIN_UNIT = 12  # characters


@dataclass(frozen=True, slots=True)
class Example:
    """A question about a unit; `answers` are the numbers of the spans that answer it.

    `answers` is None where only the unit is known to answer, and empty when it does not.
    """

    question: str
    title: str
    unit: Unit
    answers: tuple[int, ...] | None
    kind: str


def unit(title: str, path: Iterable[str], text: str) -> Unit:
    """A unit with its segments as spans; `context` is the title with the last headings."""
    folded = fold(text).strip()
    headings = [fold(part) for part in path if part][-_HEADINGS:]
    return Unit(" ".join([fold(title), *headings]), folded, tuple(segments(folded)))


def bare(title: str) -> str:
    """A title without punctuation and blanks, to be compared."""
    return _NAME.sub("", fold(title)).lower()


def held_out(title: str) -> bool:
    """True for the documents that no training sees."""
    return fraction(title, "reader held out") < _HELD_OUT


def excluded(documents: Path | None) -> frozenset[str]:
    """Bare titles of the documents that the product is measured on; none without the file."""
    if documents is None:
        return frozenset()
    return frozenset(bare(json.loads(line)["title"]) for line in documents.open(encoding="utf-8"))


def is_excluded(title: str, names: Collection[str]) -> bool:
    """True when the title is one of `names`, or one holds the other nearly whole."""
    own = bare(title)
    return any(own == name or (min(len(own), len(name)) >= 8 and (own in name or name in own))
               for name in names)  # fmt: skip


def reader_rows(paths: Sequence[Path], names: Collection[str]) -> Iterator[dict]:
    """Units as they stand in their documents, each with its questions and their answering words.

    Rows without a text (`UNITS`) are looked up in the data that lies beside the first file.
    """
    for path in paths:
        for row in _with_texts(list(rows(path)), paths[0].parent):
            if not is_excluded(row["title"], names):
                yield row


def reader_examples(paths: Sequence[Path], names: Collection[str]) -> Iterator[Example]:
    """Questions with exact answering words; kinds everyday, plain, list, item, none."""
    for row in reader_rows(paths, names):
        made = unit(row["title"], row["path"], row["text"])
        for asked in row["questions"]:
            yield Example(
                fold(asked["question"]), row["title"], made,
                _answering(made, asked["answers"]), asked["kind"],
            )  # fmt: skip


def _with_texts(asked: list[dict], data: Path) -> Iterator[dict]:
    """The rows with `text` and answering words; those whose unit the data lacks are left out."""
    missing = {row["title"] for row in asked if "text" not in row}
    texts = _texts_of(missing, data) if missing else {}
    lost = 0
    for row in asked:
        if "text" in row:
            yield row
            continue
        found = _placed(texts.get(row["title"], ""), row["opening"], row["length"])
        if found is None:
            lost += 1
            continue
        text, places = found
        questions = [
            one | {"answers": [text[places[a] : places[b - 1] + 1] for a, b in one["answers"]]}
            for one in row["questions"]
        ]
        yield row | {"text": text, "questions": questions}
    if lost:
        print(f"{lost} of {len(asked)} units are not in the data and are left out", flush=True)


def _texts_of(titles: Collection[str], data: Path) -> dict[str, str]:
    """Title → the whole text of the law or policy."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows(data / "laws.jsonl.gz"):
        if row["law"] in titles:
            found[row["law"]].append(f"{row['article'] or ''}\u3000{row['text']}")
    for row in rows(data / "policies.jsonl.gz"):
        if row["title"] in titles:
            found[row["title"]].append(row["text"])
    return {title: "\n".join(texts) for title, texts in found.items()}


def whole_texts(data: Path, names: Collection[str]) -> dict[str, str]:
    """Bare title → the text of the law or policy as a file holds it, the title first."""
    titles = {row["law"] for row in rows(data / "laws.jsonl.gz")}
    titles |= {row["title"] for row in rows(data / "policies.jsonl.gz")}
    texts = _texts_of({title for title in titles if bare(title) in names}, data)
    return {
        bare(title): text if text.startswith(title) else f"{title}\n{text}"
        for title, text in texts.items()
    }


def _placed(text: str, opening: str, length: int) -> tuple[str, list[int]] | None:
    """`length` characters from `opening` on, and where each stands; blanks not counted."""
    shown = [at for at, char in enumerate(text) if not char.isspace()]
    start = "".join(text[at] for at in shown).find(opening)
    if start < 0 or start + length > len(shown):
        return None
    places = shown[start : start + length]
    return text[places[0] : places[-1] + 1], [at - places[0] for at in places]


def _answering(made: Unit, answers: Iterable[str]) -> tuple[int, ...]:
    numbers: set[int] = set()
    for answer in answers:
        words = fold(answer).strip()
        at = made.text.find(words)
        if at < 0:
            continue
        middle = [
            number
            for number, (start, end) in enumerate(made.spans)
            if min(end, at + len(words)) - max(start, at) > 1
        ]
        numbers.update(middle)
    return tuple(sorted(numbers))


def clause_examples(data: Path, names: Collection[str]) -> Iterator[Example]:
    """Questions that a clause answers, without the words that do."""
    for record in clause_questions(data):
        if is_excluded(record.title, names):
            continue
        made = unit(record.title, [record.article], record.clause)
        for question in record.colloquial:
            yield Example(question, record.title, made, None, "everyday")
        yield Example(record.plain, record.title, made, None, "plain")


def neighbours(data: Path, names: Collection[str]) -> dict[str, list[Unit]]:
    """Bare title → the units of that document, for every law and policy of the data."""
    found: dict[str, list[Unit]] = defaultdict(list)
    for row in rows(data / "laws.jsonl.gz"):
        article, text = row["article"] or "", row["text"]
        if len(text) >= _MIN_UNIT:
            path = [row["section"] or "", article]
            found[bare(row["law"])].append(unit(row["law"], path, f"{article} {text}"))
    for row in rows(data / "policies.jsonl.gz"):
        found[bare(row["title"])].extend(_policy_units(row["title"], row["text"]))
    return {name: units for name, units in found.items() if not is_excluded(name, names)}


def _policy_units(title: str, text: str) -> Iterator[Unit]:
    """The passages of a policy as the product itself makes them."""
    from ingest.passages import passages

    doc = policy(text)
    if doc is None:
        return
    for passage in passages(doc):
        body = passage.span.of(doc.text)
        if passage.kind != "meta" and len(squeeze(body)) >= _MIN_UNIT:
            yield unit(title, passage.path, body)


def policy(text: str) -> PolicyDoc | None:
    """A text as the product reads it; None when it refuses it."""
    from ingest.pipeline import policy_doc

    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    source = SourceFile(f"{digest[:12]}.txt", digest, "txt", len(text))
    try:
        return policy_doc(source, ExtractedText(text, "utf-8"))
    except YoujuError:
        return None
