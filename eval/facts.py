"""Numeric targets against hand-annotated gold: precision and recall on value, unit and year.

A gold file is JSONL. Its first line names the document: `{"document": "corpus/….txt"}` (relative
to the product's folder) or `{"document": "policies.jsonl.gz:title"}` for a document that is not
part of the product; its further lines are targets: `{"indicator": [key words], "value": 85 |
[2, 3], "unit", "comparator", "year": 2015 | null, "quote", "optional": true?}`. An optional target
is one that good annotators may leave out: found it is right, missed it is no loss.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.facts import facts
from ingest.files import scan
from ingest.pipeline import policy_doc
from ingest.readers.select import extract
from text.normalize import fold, squeeze
from youju.errors import QuestionSetError, ReadError
from youju.records import ExtractedText, Fact, PolicyDoc, SourceFile

HERE = Path(__file__).resolve().parent.parent
GOLD = HERE / "tests" / "facts" / "gold"


@dataclass(frozen=True, slots=True)
class GoldFact:
    """One annotated target; `indicator` are key words that its name (or path) must hold."""

    indicator: tuple[str, ...]
    value: float | tuple[float, float]
    unit: str
    comparator: str
    year: int | None
    quote: str
    optional: bool = False


@dataclass(frozen=True, slots=True)
class GoldFile:
    """The targets of one document."""

    name: str
    document: str
    facts: tuple[GoldFact, ...]

    @property
    def outside(self) -> bool:
        """True when the document is not part of the product."""
        return ".jsonl" in self.document


@dataclass(frozen=True, slots=True)
class Judged:
    """How a document's facts compare with its gold; indicator and comparator over the matched."""

    name: str
    matched: tuple[tuple[Fact, GoldFact], ...]
    extra: tuple[Fact, ...]
    missed: tuple[GoldFact, ...]

    @property
    def precision(self) -> float:
        """Share of the facts that are in the gold; 1.0 when there are none."""
        total = len(self.matched) + len(self.extra)
        return len(self.matched) / total if total else 1.0

    @property
    def recall(self) -> float:
        """Share of the gold that was found; 1.0 when there is none."""
        needed = sum(not gold.optional for _, gold in self.matched)
        total = needed + len(self.missed)
        return needed / total if total else 1.0

    @property
    def indicators(self) -> float:
        """Share of the matched facts whose name or path holds the gold's key words."""
        good = sum(named(fact, gold) for fact, gold in self.matched)
        return good / len(self.matched) if self.matched else 1.0

    @property
    def comparators(self) -> float:
        """Share of the matched facts with the gold's comparator."""
        good = sum(fact.comparator == gold.comparator for fact, gold in self.matched)
        return good / len(self.matched) if self.matched else 1.0


def read_gold(folder: Path = GOLD) -> tuple[GoldFile, ...]:
    """Every gold file of a folder, by name. Raises QuestionSetError for a bad line."""
    paths = sorted(folder.glob("*.jsonl"))
    if not paths:
        raise QuestionSetError(f"{folder} 里没有标注文件（*.jsonl），请检查路径。")
    return tuple(_gold_file(path) for path in paths)


def _gold_file(path: Path) -> GoldFile:
    lines = path.read_text("utf-8").splitlines()
    entries = []
    document = ""
    for number, line in enumerate(lines, start=1):
        try:
            row: dict[str, Any] = json.loads(line)
            if number == 1:
                document = str(row["document"])
                continue
            entries.append(_gold_fact(row))
        except (ValueError, KeyError, TypeError) as error:
            raise QuestionSetError(
                f"{path.name} 第 {number} 行不是可用的标注（{error}），请改正后重试。"
            ) from error
    return GoldFile(path.stem, document, tuple(entries))


def _gold_fact(row: dict[str, Any]) -> GoldFact:
    value = row["value"]
    return GoldFact(
        tuple(row["indicator"]),
        (float(value[0]), float(value[1])) if isinstance(value, list) else float(value),
        row["unit"],
        row["comparator"],
        row["year"],
        row["quote"],
        bool(row.get("optional", False)),
    )


def load(gold: GoldFile, outside: Path | None) -> PolicyDoc | None:
    """The document of a gold file; None for an outside one when no file of them is given.

    Raises ReadError when the document is not there.
    """
    if not gold.outside:
        loaded = next(iter(scan([HERE / gold.document])))
        if loaded.source is None:
            raise ReadError(f"标注所指的文件 {gold.document} 无法读取，请检查标注的第一行。")
        return policy_doc(loaded.source, extract(loaded.source, loaded.data))
    if outside is None:
        return None
    title = gold.document.split(":", 1)[1]
    for doc_title, text in policies(outside):
        if doc_title == title:
            return as_document(doc_title, text)
    raise ReadError(f"{outside} 里没有题为“{title}”的文件，请检查标注的第一行。")


def policies(path: Path) -> Iterator[tuple[str, str]]:
    """(title, text) of each line of a gzipped JSONL file of documents."""
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        for line in stream:
            row = json.loads(line)
            yield row["title"], row["text"]


def as_document(title: str, text: str) -> PolicyDoc:
    """A document from its title and text, as if read from a file of that name."""
    whole = f"{title}\n{text}"
    data = whole.encode("utf-8")
    name = "".join(c for c in title if c not in "/\\\n")[:80]
    source = SourceFile(f"{name}.txt", hashlib.sha256(data).hexdigest(), "txt", len(data))
    return policy_doc(source, ExtractedText(whole, "utf-8"))


def judge(name: str, doc: PolicyDoc, found: Sequence[Fact], gold: Sequence[GoldFact]) -> Judged:
    """Match facts and gold one to one: value, unit, year and the quoted place must agree."""
    left = list(found)
    matched = []
    missed = []
    # needed ones first, so that an optional one never takes a needed one's fact
    for entry in sorted(gold, key=lambda g: g.optional):
        same = [fact for fact in left if _agree(doc, fact, entry)]
        best = max(same, key=lambda fact: named(fact, entry), default=None)
        if best is None:
            missed += [] if entry.optional else [entry]
            continue
        left.remove(best)
        matched.append((best, entry))
    return Judged(name, tuple(matched), tuple(left), tuple(missed))


def named(fact: Fact, gold: GoldFact) -> bool:
    """True when the fact's indicator, completed by its path, holds the gold's key words."""
    told = squeeze(fold(fact.indicator + "".join(fact.path)))
    return all(squeeze(fold(word)) in told for word in gold.indicator)


def _agree(doc: PolicyDoc, fact: Fact, gold: GoldFact) -> bool:
    if (fact.value, fact.unit, fact.year) != (gold.value, gold.unit, gold.year):
        return False
    return squeeze(fold(gold.quote)) in squeeze(fold(fact.sentence.of(doc.text)))


def judge_all(folder: Path = GOLD, outside: Path | None = None) -> tuple[list[Judged], list[str]]:
    """Every gold file judged, and the names of those whose document is not at hand."""
    results, skipped = [], []
    for gold in read_gold(folder):
        doc = load(gold, outside)
        if doc is None:
            skipped.append(gold.name)
        else:
            results.append(judge(gold.name, doc, facts(doc), gold.facts))
    return results, skipped


def pooled(results: Sequence[Judged]) -> Judged:
    """All documents as one."""
    return Judged(
        "全部",
        tuple(pair for result in results for pair in result.matched),
        tuple(fact for result in results for fact in result.extra),
        tuple(gold for result in results for gold in result.missed),
    )


def table(results: Sequence[Judged]) -> list[list[str]]:
    """One row per document and one for all: counts, precision, recall, indicator, comparator."""
    return [
        [
            result.name,
            str(len(result.matched) + len(result.extra)),
            f"{result.precision:.3f}",
            f"{result.recall:.3f}",
            f"{result.indicators:.3f}",
            f"{result.comparators:.3f}",
        ]
        for result in [*results, pooled(results)]
    ]


def differences(results: Sequence[Judged]) -> Iterator[str]:
    """What is missed, too much, or named otherwise, one line each."""
    for result in results:
        for gold in result.missed:
            words = " ".join(gold.indicator)
            yield f"- {result.name} 漏：{words} {gold.value}{gold.unit} {gold.year} “{gold.quote}”"
        for fact in result.extra:
            yield f"+ {result.name} 多：{fact.indicator} {fact.value}{fact.unit} {fact.year}"
        for fact, gold in result.matched:
            if not named(fact, gold):
                words = " ".join(gold.indicator)
                yield f"~ {result.name} 名：{fact.indicator} ≠ {words} {fact.value_text}"
            if fact.comparator != gold.comparator:
                yield (
                    f"~ {result.name} 式：{fact.indicator} {fact.value_text}"
                    f" “{fact.comparator}” ≠ “{gold.comparator}”"
                )
