"""What the documents of a library do to each other: mentions matched to documents.

A 文号 decides; else the title, where place and time do not speak against it. Computed from what the
catalog keeps, so that it holds whichever of two documents came first.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from index.catalog import Entry
from text.normalize import fold, squeeze
from text.places import same_place
from youju.records import Mention, Relation
from youju.validity import Ending

_BY_NUMBER, _BY_TITLE, _BY_PART = 1.0, 0.9, 0.7
_MARKS = re.compile(r"[\s《》〈〉<>\"“”]")
_ISSUED = re.compile(
    r"关于(?:印发|发布|公布|颁布|转发|下发)(?P<what>.{4,80}?)的(?:通知|决定|公告|通告)$"
)
_ENDS = "废止"


def relations(entries: Sequence[Entry]) -> tuple[Relation, ...]:
    """Every mention whose document is in the library, in the order of its source."""
    by_number: dict[str, list[Entry]] = defaultdict(list)
    by_title: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.doc_number:
            by_number[_bare(entry.doc_number)].append(entry)
        for title in {key for name in (entry.name, *entry.also) for key in _keys(name)}:
            by_title[title].append(entry)
    found: dict[tuple[str, str, str], Relation] = {}
    for entry in entries:
        for mention in entry.mentions:
            matched = _matched(entry, mention, by_number, by_title)
            if matched is not None:
                target, certainty = matched
                relation = Relation(mention.kind, entry.id, target.id, mention.span, certainty)
                key = (mention.kind, entry.id, target.id)
                found[key] = max(found.get(key, relation), relation, key=lambda r: r.certainty)
    return tuple(found.values())


def endings(entries: Sequence[Entry], known: Sequence[Relation]) -> Mapping[str, Ending]:
    """Document id → what ended it; of several the earliest."""
    by_id = {entry.id: entry for entry in entries}
    ended: dict[str, Ending] = {}
    for relation in known:
        if relation.kind != _ENDS:
            continue
        source = by_id[relation.source]
        number = f"（{source.doc_number}）" if source.doc_number else ""
        on = source.effective_on or source.date
        ending = Ending(source.id, f"《{source.name}》{number}", on, relation.span)
        before = ended.get(relation.target)
        if before is None or (on or "9999") < (before.on or "9999"):
            ended[relation.target] = ending
    return ended


def _matched(
    source: Entry,
    mention: Mention,
    by_number: Mapping[str, Sequence[Entry]],
    by_title: Mapping[str, Sequence[Entry]],
) -> tuple[Entry, float] | None:
    if mention.number:
        same = [e for e in by_number.get(_bare(mention.number), ()) if e.id != source.id]
        if same:
            return same[0], _BY_NUMBER
    found: dict[str, tuple[Entry, float]] = {}
    for rank, key in enumerate(_keys(mention.title)):
        for entry in by_title.get(key, ()):
            if entry.id != source.id and _fits(source, mention, entry):
                certainty = _BY_TITLE if rank == 0 and _bare(entry.name) == key else _BY_PART
                found.setdefault(entry.id, (entry, certainty))
    if not found:
        return None
    # of several versions the youngest that is older than what ends it
    return max(found.values(), key=lambda pair: (pair[1], pair[0].date or "", pair[0].id))


def _fits(source: Entry, mention: Mention, entry: Entry) -> bool:
    """False when number, place or time say that another document is meant."""
    if mention.number and entry.doc_number and _bare(entry.doc_number) != _bare(mention.number):
        return False
    if mention.kind == _ENDS and source.date and entry.date and entry.date >= source.date:
        return False
    if source.region and entry.region and mention.kind == _ENDS:
        return same_place(source.region, entry.region) or entry.region in source.region
    return True


def _keys(title: str) -> list[str]:
    """The forms under which a title is looked up: whole, and what it issues."""
    bare = _bare(title)
    issued = _ISSUED.search(bare)
    return [bare, issued.group("what")] if issued else [bare]


def _bare(text: str) -> str:
    return _MARKS.sub("", squeeze(fold(text)))
