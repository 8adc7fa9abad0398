"""A library of thousands of documents → the page of it that is looked at, without reading them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from text.counties import counties_in
from text.normalize import fold
from text.places import NATION, PROVINCES
from youju import membership
from youju.records import MEMBER
from youju.validity import VOID

if TYPE_CHECKING:
    from index.catalog import Entry

PAGE = 50  # documents at a time
SORTS = ("title", "number", "region", "date", "status")
FILTERS = ("level", "region", "year", "kind", "status", "ends", "format", "collection")
ENDS = (30, 90, 365)  # days within which a document ends
_LONGEST = 200  # characters of what is searched for
LEVELS = ("全国", "省级", "市级", "县级")  # of whoever issued it, told by the place
# What a title ends with; longer names before those that they end with.
KINDS = (
    *("条例", "办法", "规定", "细则", "规则", "决定", "决议", "意见", "通知", "通告", "公告"),
    *("规划", "计划", "方案", "纲要", "要点", "规范", "标准", "批复", "报告", "解读", "法", "函"),
)
_BEHIND = re.compile(r"(?:[(（\[][^()（）\[\]]{0,30}[)）\]]|[》〉”\s])$")
_BEHINDS = 4  # closing marks and brackets behind a title's last word


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of the list: words that all occur, one value per filter, an order, a page."""

    words: str = ""
    level: str = ""
    region: str = ""
    year: str = ""
    kind: str = ""
    status: str = ""
    ends: str = ""  # within how many days
    format: str = ""
    collection: str = ""
    sort: str = "title"
    down: bool = False
    page: int = 0


@dataclass(frozen=True, slots=True)
class Listed:
    """`ids` of one page; `choices` and `found` are of the whole library and of what fits.

    `collected` are the collections of each document.
    """

    wanted: Wanted
    ids: tuple[str, ...]
    found: int
    total: int
    choices: Mapping[str, tuple[str, ...]]
    collected: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def pages(self) -> int:
        """How many pages what fits has; at least one."""
        return max(1, -(-self.found // PAGE))


def wanted(given: Any) -> Wanted:
    """What a browser sends; anything impossible counts as not given."""
    known = given if isinstance(given, Mapping) else {}

    def words(name: str) -> str:
        value = known.get(name)
        return value[:_LONGEST] if isinstance(value, str) else ""

    page, sort = known.get("page"), words("sort")
    whole = isinstance(page, int) and not isinstance(page, bool) and 0 <= page < 10**6
    return Wanted(
        words=words("words"),
        **{name: words(name) for name in FILTERS},
        sort=sort if sort in SORTS else SORTS[0],
        down=known.get("down") is True,
        page=int(page) if whole else 0,  # type: ignore[arg-type]
    )


def fitting(
    entries: Sequence[Entry],
    states: Mapping[str, str],
    asked: Wanted,
    collections: Mapping[str, Collection[str]],
) -> list[Entry]:
    """The documents that all filters and words let through."""
    needles = folded(asked.words)
    names = [name for name in FILTERS if name != "collection" and getattr(asked, name)]
    inside = frozenset(collections.get(asked.collection, ())) if asked.collection else None
    return [
        entry
        for entry in entries
        if (inside is None or entry.id in inside)
        and all(getattr(asked, name) in _values(entry, states, name) for name in names)
        and holds(entry, needles)
    ]


def listed(
    entries: Sequence[Entry],
    states: Mapping[str, str],
    asked: Wanted,
    collections: Mapping[str, Collection[str]] | None = None,
) -> Listed:
    """The documents of a page; a page behind the last is the last.

    `collections` are the documents of each by name.
    """
    collections = collections or {}
    fit = fitting(entries, states, asked, collections)
    fit.sort(key=lambda entry: entry.id)
    fit.sort(key=lambda entry: _key(entry, states, asked.sort), reverse=asked.down)
    # Whatever has no value stands last, upwards and downwards.
    fit.sort(key=lambda entry: not _key(entry, states, asked.sort))
    found = len(fit)
    page = min(asked.page, max(0, (found - 1) // PAGE))
    shown = fit[page * PAGE : (page + 1) * PAGE]
    choices = {
        name: tuple(collections) if name == "collection" else _choices(entries, states, name)
        for name in FILTERS
    }
    at = Wanted(**{name: getattr(asked, name) for name in asked.__slots__} | {"page": page})
    ids = tuple(entry.id for entry in shown)
    return Listed(at, ids, found, len(entries), choices, membership.of_documents(collections))


def files(entries: Collection[Entry]) -> frozenset[str]:
    """The files that hold the documents; of an archive's members the archive."""
    return frozenset(entry.path.split(MEMBER, 1)[0] for entry in entries)


@cache
def level(place: str) -> str:
    """The level of the organs of a place."""
    if place == NATION:
        return LEVELS[0]
    if place in PROVINCES:
        return LEVELS[1]
    lowest = place.removesuffix("地区")
    county = lowest.endswith(("县", "区", "旗")) or any(
        (start, end) == (0, len(place)) for start, end, _ in counties_in(place)
    )
    return LEVELS[3] if county and lowest == place else LEVELS[2]


def kind(title: str) -> tuple[str, ...]:
    """What a title calls the document, at its end; nothing where it does not."""
    for _ in range(_BEHINDS):
        title = _BEHIND.sub("", title)
    return next(((one,) for one in KINDS if title.endswith(one)), ())


def _values(entry: Entry, states: Mapping[str, str], name: str) -> tuple[str, ...]:
    if name == "level":
        return (level(entry.region),) if entry.region else ()
    if name == "kind":
        return kind(entry.name)
    if name == "region":
        return (entry.region,) if entry.region else ()
    if name == "year":
        return tuple(str(year) for year in entry.years)
    if name == "status":
        return (states[entry.id],)
    if name == "ends":
        left = _days_left(entry, states)
        return tuple(str(days) for days in ENDS if left is not None and 0 <= left <= days)
    tail = entry.path.rsplit("/", 1)[-1].rpartition(".")
    return (tail[2].lower(),) if tail[0] else ()


def _choices(entries: Sequence[Entry], states: Mapping[str, str], name: str) -> tuple[str, ...]:
    found = {value for entry in entries for value in _values(entry, states, name)}
    if name == "ends":
        return tuple(sorted(found, key=int))
    if name in ("level", "kind"):
        return tuple(value for value in (LEVELS if name == "level" else KINDS) if value in found)
    return tuple(sorted(found, reverse=name == "year"))


def _days_left(entry: Entry, states: Mapping[str, str]) -> int | None:
    """How many days a document still holds by its own words; None where it does not say."""
    if entry.expires_on is None or len(entry.expires_on) != 10 or states[entry.id] in VOID:
        return None
    return (date.fromisoformat(entry.expires_on) - date.today()).days


def folded(words: str) -> list[str]:
    """Words that were typed, as `holds` looks for them."""
    return [fold(word).lower() for word in words[:_LONGEST].split()]


def holds(entry: Entry, needles: Sequence[str]) -> bool:
    """True when title, number, place or file hold every one of the folded words."""
    if not needles:
        return True
    told = (entry.name, entry.doc_number, entry.region, entry.path, *entry.also)
    text = fold("\n".join(part for part in told if part)).lower()
    return all(needle in text for needle in needles)


def _key(entry: Entry, states: Mapping[str, str], sort: str) -> str:
    if sort == "status":
        return states[entry.id]
    known = {"title": entry.name, "number": entry.doc_number, "region": entry.region}
    return known.get(sort, entry.date) or ""
