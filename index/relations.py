"""What the documents of a library do to each other: mentions matched to documents.

A 文号 decides; else the title, where place and time do not speak against it. A document that ends
another version of its rule takes its place (代替). Computed from what the catalog keeps, so that it
holds whichever of two documents came first.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.catalog import Entry
from text.normalize import fold, squeeze
from text.places import same_place
from youju.records import Mention, Relation, Span
from youju.validity import Ending

_BY_NUMBER, _BY_TITLE, _BY_PART, _BY_COPY = 1.0, 0.9, 0.7, 0.5  # a copy: what forwards it
_MARKS = re.compile(r"[\s《》〈〉<>\"“”]")
_ISSUED = re.compile(
    r"关于(?:印发|发布|公布|颁布|转发|下发)(?P<what>.{4,80}?)的(?:通知|决定|公告|通告)$"
)
_STATE = "中华人民共和国"
_MONTHS = 2
_ENDS, _REPLACES = "废止", "代替"
_LOOKED = 200  # documents of one title that are looked at: as many offices may have one each


@dataclass(frozen=True, slots=True)
class _Titled:
    entry: Entry
    bare: str  # its name


def relations(entries: Sequence[Entry]) -> tuple[Relation, ...]:
    """Every mention whose document is in the library, in the order of its source."""
    by_number: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.doc_number:
            by_number[_bare(entry.doc_number)].append(entry)
    by_title = _titled(entries)
    found: dict[tuple[str, str, str], Relation] = {}
    for entry in entries:
        for mention in entry.mentions:
            matched = _matched(entry, mention, by_number, by_title)
            if matched is not None:
                target, certainty = matched
                kind = mention.kind
                if kind == _ENDS and not entry.families.isdisjoint(target.families):
                    kind = _REPLACES
                relation = Relation(kind, entry.id, target.id, mention.span, certainty)
                key = (kind, entry.id, target.id)
                found[key] = max(found.get(key, relation), relation, key=lambda r: r.certainty)
    return tuple(found.values())


def endings(entries: Sequence[Entry], known: Sequence[Relation]) -> Mapping[str, Ending]:
    """Document id → what ended it; of several the earliest."""
    by_id = {entry.id: entry for entry in entries}
    ended: dict[str, Ending] = {}
    for relation in known:
        if relation.kind not in (_ENDS, _REPLACES):
            continue
        source = by_id[relation.source]
        number = f"（{source.doc_number}）" if source.doc_number else ""
        on = source.effective_on or source.date
        ending = Ending(source.id, f"《{source.name}》{number}", on, relation.span, relation.kind)
        before = ended.get(relation.target)
        if before is None or (on or "9999") < (before.on or "9999"):
            ended[relation.target] = ending
    return ended


def meant(source: Entry, title: str, among: Sequence[Entry]) -> Entry | None:
    """Which of some documents another one means by a name: the whole title, or what it issues.

    Laws are named without 中华人民共和国. Of several versions the last is meant that the other
    could know.
    """
    by_title = _titled(among, _STATE)
    bare = _bare(title).removeprefix(_STATE)
    found = _matched(source, Mention("依据", bare, None, Span(0, 0)), {}, by_title)
    return found[0] if found is not None else None


def _titled(entries: Sequence[Entry], without: str = "") -> dict[str, list[_Titled]]:
    """Form of a title, less how some begin → the documents that have it, the oldest first."""
    found: dict[str, list[_Titled]] = defaultdict(list)
    for entry in sorted(entries, key=lambda one: (one.date or "", one.id)):
        titled = _Titled(entry, _bare(entry.name))
        for key in {key for name in (entry.name, *entry.also) for key in _keys(name)}:
            found[key.removeprefix(without)].append(titled)
    return found


def _matched(
    source: Entry,
    mention: Mention,
    by_number: Mapping[str, Sequence[Entry]],
    by_title: Mapping[str, Sequence[_Titled]],
) -> tuple[Entry, float] | None:
    if mention.number:
        same = [e for e in by_number.get(_bare(mention.number), ()) if e.id != source.id]
        if same:
            return same[0], _BY_NUMBER
    found: dict[str, tuple[Entry, float]] = {}
    for rank, key in enumerate(_keys(mention.title)):
        for titled in _near(by_title.get(key, ()), source, mention):
            entry = titled.entry
            if entry.id != source.id and _fits(source, mention, entry):
                certainty = _BY_TITLE if rank == 0 and titled.bare == key else _BY_PART
                if certainty < _BY_TITLE and "转发" in entry.name:
                    certainty = _BY_COPY
                found.setdefault(entry.id, (entry, certainty))
    if not found:
        return None
    # of several versions the youngest that is older than what ends it
    return max(found.values(), key=lambda pair: (pair[1], pair[0].date or "", pair[0].id))


def _near(titled: Sequence[_Titled], source: Entry, mention: Mention) -> Sequence[_Titled]:
    """Of the documents of one title the youngest that the source could know."""
    if not source.date:
        return titled[-_LOOKED:]
    ends = mention.kind == _ENDS
    limit = source.date if ends else f"{int(source.date[:4]) + 2}"  # `_fits` looks at the months
    until = bisect_left(titled, limit, key=lambda one: one.entry.date or "")
    return titled[max(0, until - _LOOKED) : until]


def _fits(source: Entry, mention: Mention, entry: Entry) -> bool:
    """False when number, place or time say that another document is meant."""
    if mention.number and entry.doc_number and _bare(entry.doc_number) != _bare(mention.number):
        return False
    if mention.kind == _ENDS and source.date and entry.date and entry.date >= source.date:
        return False
    if mention.kind != _ENDS and _much_later(entry.date, source.date):
        return False
    if source.region and entry.region and mention.kind in (_ENDS, "附件"):
        return same_place(source.region, entry.region) or entry.region in source.region
    return True


def _much_later(day: str | None, other: str | None) -> bool:
    """True for a day months after the other: nobody speaks of what was not written yet.

    An explanation may come out some weeks before what it explains.
    """
    if not day or not other:
        return False
    (year, *months), (its_year, *its_months) = day.split("-"), other.split("-")
    apart = 12 * (int(year) - int(its_year))
    if months and its_months:
        apart += int(months[0]) - int(its_months[0])
    return apart > _MONTHS


def _keys(title: str) -> list[str]:
    """The forms under which a title is looked up: whole, and what it issues."""
    bare = _bare(title)
    issued = _ISSUED.search(bare)
    return [bare, issued.group("what")] if issued else [bare]


def _bare(text: str) -> str:
    return _MARKS.sub("", squeeze(fold(text)))
