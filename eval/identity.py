"""What documents say of themselves against gold that was written by reading them, field by field.

The gold is JSONL, a document a line: its `file`, fields of PolicyMeta by name, its `state` on the
day AS_OF, `relations` (what it does to others) and `parts` (the documents it holds, by title). A
value is a string or a list of those that are right; None among them makes it optional. A field that
is not named is not in the document: whatever is read for it is wrong. Several issuers are joined by
、 and counted one by one.
"""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from eval.sets import BESIDE
from ingest.pipeline import ingest
from text.normalize import fold, squeeze
from youju.errors import QuestionSetError
from youju.records import Mention, PolicyDoc, PolicyMeta, Proven
from youju.validity import on_day

GOLD = Path(__file__).resolve().parent.parent / "tests" / "facts" / "metadata.jsonl"
SEALED = GOLD.with_name("metadata_sealed.jsonl")  # documents that nobody looks at
PUBLIC = GOLD.with_name("metadata_public.jsonl")  # texts of policies.jsonl.gz
DOCUMENTS = BESIDE / "docs"
AS_OF = date(2026, 11, 29)
FIELDS = (
    "title", "doc_number", "issuer", "region", "written_on", "issued_on", "effective_on",
    "expires_on",
)  # fmt: skip
MEASURES = (*FIELDS, "state", "relations", "parts")
_HEAD, _OPENING = 200, 20  # characters of a text that hold its title, and of the title
_UNKNOWN = "未注明"
_APART = re.compile(r"[、,\s]+")
_MARKS = re.compile(r"[\s《》〈〉<>()\"“”\[\]{}〔〕]")


@dataclass(slots=True)
class Tally:
    """What is right, too much and missed of each measure, and the differences in words."""

    right: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)

    def precision(self, measure: str) -> float:
        """Share of what was read that is right; 1.0 when nothing was."""
        said = self.right[measure] + self.wrong[measure]
        return self.right[measure] / said if said else 1.0

    def recall(self, measure: str) -> float:
        """Share of what the documents say that was read; 1.0 when they say nothing."""
        wanted = self.right[measure] + self.missed[measure]
        return self.right[measure] / wanted if wanted else 1.0

    def rows(self) -> list[list[str]]:
        """One row per measure: right, wrong, missed, precision, recall."""
        return [
            [
                measure,
                *(str(count[measure]) for count in (self.right, self.wrong, self.missed)),
                f"{self.precision(measure):.3f}",
                f"{self.recall(measure):.3f}",
            ]
            for measure in MEASURES
        ]


def read_gold(path: Path = GOLD) -> list[dict[str, Any]]:
    """The lines of a gold file. Raises QuestionSetError for one that cannot be read."""
    found = []
    try:
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
            row = json.loads(line)
            if not isinstance(row, dict) or not isinstance(row.get("file"), str):
                raise QuestionSetError(f"{path.name} 第 {number} 行没有 file，请补上文件名后重试。")
            found.append(row)
    except (OSError, ValueError) as error:
        raise QuestionSetError(f"{path} 不是可用的标注（{error}），请检查后重试。") from error
    return found


def lay_out(gold: Sequence[Mapping[str, Any]], policies: Path, folder: Path) -> None:
    """Write the texts of a gold whose rows name theirs (`of`, `length`) into the folder.

    Raises QuestionSetError when a text is not in `policies`.
    """
    texts: dict[tuple[str, int], str] = {}
    with gzip.open(policies, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            texts[row["title"], len(row["text"])] = row["text"].strip()
    for row in gold:
        title = str(row["of"])
        text = texts.get((title, int(row["length"])))
        if text is None:
            raise QuestionSetError(f"{policies.name} 里没有《{title}》，请换成标注所用的那一份。")
        head = re.sub(r"\s", "", text[:_HEAD])
        named = re.sub(r"\s", "", title)[:_OPENING] in head
        (folder / str(row["file"])).write_text(text if named else f"{title}\n{text}", "utf-8")


def judge_all(gold: Sequence[Mapping[str, Any]], folder: Path = DOCUMENTS) -> Tally:
    """Read the documents of the gold and compare. Raises ReadError when one is not there."""
    read = ingest([folder / str(row["file"]) for row in gold], recognise=False)
    by_name = {doc.source.path.rsplit("/", 1)[-1]: doc for doc in read.docs}
    tally = Tally()
    for row in gold:
        doc = by_name.get(str(row["file"]))
        if doc is None:
            raise QuestionSetError(f"{row['file']} 没有读入，无法评测；请检查文件后重试。")
        judge(row, doc, tally)
    return tally


def judge(row: Mapping[str, Any], doc: PolicyDoc, tally: Tally) -> None:
    """Add what is right and wrong of one document and of those that it holds."""
    where = str(row["file"])
    _fields(row, doc.meta, doc.name, where, tally)
    _relations(row.get("relations", ()), doc.mentions, where, tally)
    wanted = list(row.get("parts", ()))
    for part in doc.parts:
        title = _bare(part.meta.title.value) if part.meta.title else ""
        same = next((one for one in wanted if title in _accepted(one, "title")), None)
        if same is None:
            _note(tally, "parts", where, "+", title)
            continue
        tally.right["parts"] += 1
        wanted.remove(same)
        same = same | {"of": row["of"]} if "of" in row else same
        _fields(same, part.meta, title, f"{where} › {title}", tally)
    for one in wanted:
        if not one.get("optional"):
            _note(tally, "parts", where, "-", str(one["title"]))


def _fields(row: Mapping[str, Any], meta: PolicyMeta, name: str, where: str, tally: Tally) -> None:
    for measure in FIELDS:
        value = getattr(meta, measure)
        said = value.value if isinstance(value, Proven) else None
        if measure == "issuer":
            _issuers(row, said, where, tally)
        else:
            _value(row, measure, said, where, tally)
    if "of" in row:  # what holds on a day was not marked there
        return
    state = on_day(meta, name, AS_OF).status
    _value(row, "state", None if state == _UNKNOWN else state, where, tally)


def _value(
    row: Mapping[str, Any], measure: str, said: str | None, where: str, tally: Tally
) -> None:
    accepted = _accepted(row, measure)
    if said is not None and _bare(said) in accepted:
        tally.right[measure] += 1
        return
    if said is not None:
        _note(tally, measure, where, "+", said)
    if accepted and None not in accepted:
        _note(tally, measure, where, "-", str(row[measure]))


def _issuers(row: Mapping[str, Any], said: str | None, where: str, tally: Tally) -> None:
    """Organs one by one: what is named jointly may be named in part."""
    read = {_bare(one) for one in _APART.split(said.strip())} if said else set()
    for wanted in _listed(row.get("issuer")):
        names = {_bare(one) for one in str(wanted or "").split("、")}
        if names == read:
            break
    else:
        wanted = next(iter(_listed(row.get("issuer"))), None)
        names = {_bare(one) for one in str(wanted).split("、")} if wanted else set()
    tally.right["issuer"] += len(names & read)
    for one in sorted(read - names):
        _note(tally, "issuer", where, "+", one)
    for one in sorted(names - read):
        _note(tally, "issuer", where, "-", one)


def _relations(
    gold: Sequence[Mapping[str, Any]], mentions: Sequence[Mention], where: str, tally: Tally
) -> None:
    """Mentions one by one; several names of one document count once."""
    found: set[int] = set()
    for mention in mentions:
        at = next((i for i, one in enumerate(gold) if _same(one, mention)), None)
        if at is None:
            _note(tally, "relations", where, "+", f"{mention.kind} {mention.title}")
        elif at not in found:
            found.add(at)
            tally.right["relations"] += 1
    for at, one in enumerate(gold):
        if at not in found and not one.get("optional"):
            _note(tally, "relations", where, "-", f"{one['kind']} {one['title']}")


def _same(gold: Mapping[str, Any], mention: Mention) -> bool:
    if gold["kind"] != mention.kind:
        return False
    number = gold.get("number")
    if mention.number and number:
        return _bare(mention.number) == _bare(str(number))
    return not mention.number and _bare(mention.title) in _accepted(gold, "title")


def _note(tally: Tally, measure: str, where: str, sign: str, what: str) -> None:
    (tally.wrong if sign == "+" else tally.missed)[measure] += 1
    tally.differences.append(f"{sign} {where} {measure}：{what}")


def _accepted(row: Mapping[str, Any], measure: str) -> set[str | None]:
    return {None if one is None else _bare(one) for one in _listed(row.get(measure))}


def _listed(value: object) -> list[str | None]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [str(value)]


def _bare(text: str) -> str:
    return _MARKS.sub("", squeeze(fold(text)))
