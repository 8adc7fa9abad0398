"""Target questions against hand-written gold: is the asked figure told, quoted, and no other?

A line of the gold file: `{"id", "text", "set", "split", "refused", "says": [[wording, …], …],
"no": […], "quotes": […]}`. `set` names the documents that are asked. Of every group in `says` one
wording must stand in the answer, none of `no` may, and every one of `quotes` must stand in a
quotation. `refused` is true where nothing is known, "near" where the answer must be a refusal that
offers the nearest year with its quotation.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from eval.answer_metrics import contains
from text.normalize import fold, squeeze
from youju.errors import QuestionSetError
from youju.records import Answer

if TYPE_CHECKING:
    from youju.service import PolicySearch

HERE = Path(__file__).resolve().parent.parent
GOLD = HERE / "tests" / "facts" / "targets.jsonl"
SETS: Mapping[str, Path] = {
    "corpus": HERE / "corpus",
    "docs": HERE / "tests" / "facts" / "docs",
    "fitted": HERE / "tests" / "cases" / "fitted",
}

Expected = Literal["answer", "near", "nothing"]
Ask = Callable[[str], Answer]
_EXPECTED: Mapping[object, Expected] = {False: "answer", "near": "near", True: "nothing"}


@dataclass(frozen=True, slots=True)
class GoldTarget:
    """One question; see the module for the fields."""

    id: str
    text: str
    set: str
    split: str
    expected: Expected
    says: tuple[tuple[str, ...], ...]
    no: tuple[str, ...]
    quotes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class JudgedTarget:
    """What is wrong with an answer, in words; nothing when it is right."""

    gold: GoldTarget
    answer: str
    faults: tuple[str, ...]

    @property
    def right(self) -> bool:
        """True without faults."""
        return not self.faults


def read_targets(path: Path = GOLD) -> tuple[GoldTarget, ...]:
    """The gold of a file. Raises QuestionSetError naming a bad line."""
    found = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        try:
            found.append(_gold(line))
        except (ValueError, KeyError, TypeError) as error:
            raise QuestionSetError(
                f"{path.name} 第 {number} 行不是可用的目标问题（{error}），请改正后重试。"
            ) from error
    return tuple(found)


def _gold(line: str) -> GoldTarget:
    row = json.loads(line)
    if row["set"] not in SETS:
        raise ValueError(f"set {row['set']}")
    return GoldTarget(
        row["id"],
        row["text"],
        row["set"],
        row["split"],
        _EXPECTED[row["refused"]],
        tuple(tuple(group) for group in row["says"]),
        tuple(row["no"]),
        tuple(row["quotes"]),
    )


def judge(gold: GoldTarget, answer: Answer) -> JudgedTarget:
    """One answer against its gold."""
    faults = []
    if answer.refused != (gold.expected != "answer"):
        faults.append("拒答" if answer.refused else "没有拒答")
    if gold.expected == "nothing" and answer.citations:
        faults.append("引用了无关的条款")
    said = _without_marks(answer)
    faults += [f"没有说{'/'.join(g)}" for g in gold.says if not any(contains(said, w) for w in g)]
    faults += [f"多说了{wrong}" for wrong in gold.no if contains(said, wrong)]
    quoted = [squeeze(fold(citation.quote)) for citation in answer.citations]
    faults += [
        f"没有引用“{quote}”"
        for quote in gold.quotes
        if not any(squeeze(fold(quote)) in text for text in quoted)
    ]
    return JudgedTarget(gold, answer.text, tuple(faults))


def _without_marks(answer: Answer) -> str:
    said = answer.text
    for citation in answer.citations:
        said = said.replace(f"[{citation.n}]", " ")
    return said


def judge_targets(
    golds: Sequence[GoldTarget], opened: Mapping[str, Ask] | None = None
) -> list[JudgedTarget]:
    """Every gold question, asked of its documents and judged, in the order of the file.

    `opened` are sets that are open already; the others are indexed afresh.
    """
    found: dict[str, JudgedTarget] = {}
    for name in dict.fromkeys(gold.set for gold in golds):
        asked = [gold for gold in golds if gold.set == name]
        if opened and name in opened:
            found |= {gold.id: judge(gold, opened[name](gold.text)) for gold in asked}
            continue
        with indexed(SETS[name]) as product:
            found |= {gold.id: judge(gold, product.ask(gold.text)) for gold in asked}
    return [found[gold.id] for gold in golds]


@contextmanager
def indexed(folder: Path) -> Iterator[PolicySearch]:
    """The product over a folder's documents; what describes them (README) is none."""
    from youju.service import PolicySearch
    from youju.settings import Settings

    files = sorted(p for p in folder.iterdir() if p.is_file() and p.stem != "README")
    with tempfile.TemporaryDirectory(prefix="youju-eval-") as made:
        settings = Settings.from_env({}, index=Path(made) / "index")
        PolicySearch.build([p for p in files if p.suffix != ".jsonl"], settings.index, settings)
        yield PolicySearch.open(settings.index, settings)


def targets_table(results: Sequence[JudgedTarget]) -> list[list[str]]:
    """One row per half and one for all: questions, and the share that is right."""
    halves = list(dict.fromkeys(result.gold.split for result in results))
    rows = []
    for name in [*halves, "全部"]:
        chosen = [r for r in results if name in (r.gold.split, "全部")]
        rows.append([name, str(len(chosen)), f"{right(chosen):.3f}"])
    return rows


def right(results: Sequence[JudgedTarget]) -> float:
    """Share of right answers (0–1)."""
    return sum(result.right for result in results) / len(results) if results else 0.0


def targets_differences(results: Sequence[JudgedTarget]) -> list[str]:
    """What is wrong, of the tuning half only."""
    return [
        f"~ {result.gold.text}：{'；'.join(result.faults)}\n    {result.answer[:200]}"
        for result in results
        if not result.right and result.gold.split == "tune"
    ]
