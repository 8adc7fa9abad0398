"""A library of thousands of documents → the page of it that is looked at, without reading them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from text.normalize import fold
from youju.records import MEMBER

if TYPE_CHECKING:
    from index.catalog import Entry

PAGE = 50  # documents at a time
SORTS = ("title", "number", "region", "date", "status")
FILTERS = ("region", "year", "status", "format")
_LONGEST = 200  # characters of what is searched for


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of the list: words that all occur, one value per filter, an order, a page."""

    words: str = ""
    region: str = ""
    year: str = ""
    status: str = ""
    format: str = ""
    sort: str = "title"
    down: bool = False
    page: int = 0


@dataclass(frozen=True, slots=True)
class Listed:
    """`ids` of one page; `choices` and `found` are of the whole library and of what fits."""

    wanted: Wanted
    ids: tuple[str, ...]
    found: int
    total: int
    choices: Mapping[str, tuple[str, ...]]

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


def listed(entries: Sequence[Entry], states: Mapping[str, str], asked: Wanted) -> Listed:
    """The documents of a page; a page behind the last is the last."""
    needles = [fold(word).lower() for word in asked.words.split()]
    fitting = [
        entry
        for entry in entries
        if all(getattr(asked, name) in ("", *_values(entry, states, name)) for name in FILTERS)
        and _holds(entry, needles)
    ]
    fitting.sort(key=lambda entry: entry.id)
    fitting.sort(key=lambda entry: _key(entry, states, asked.sort), reverse=asked.down)
    # Whatever has no value stands last, upwards and downwards.
    fitting.sort(key=lambda entry: not _key(entry, states, asked.sort))
    found = len(fitting)
    page = min(asked.page, max(0, (found - 1) // PAGE))
    shown = fitting[page * PAGE : (page + 1) * PAGE]
    choices = {name: _choices(entries, states, name) for name in FILTERS}
    at = Wanted(**{name: getattr(asked, name) for name in asked.__slots__} | {"page": page})
    return Listed(at, tuple(entry.id for entry in shown), found, len(entries), choices)


def files(entries: Collection[Entry]) -> frozenset[str]:
    """The files that hold the documents; of an archive's members the archive."""
    return frozenset(entry.path.split(MEMBER, 1)[0] for entry in entries)


def _values(entry: Entry, states: Mapping[str, str], name: str) -> tuple[str, ...]:
    if name == "region":
        return (entry.region,) if entry.region else ()
    if name == "year":
        return tuple(str(year) for year in entry.years)
    if name == "status":
        return (states[entry.id],)
    tail = entry.path.rsplit("/", 1)[-1].rpartition(".")
    return (tail[2].lower(),) if tail[0] else ()


def _choices(entries: Sequence[Entry], states: Mapping[str, str], name: str) -> tuple[str, ...]:
    found = {value for entry in entries for value in _values(entry, states, name)}
    return tuple(sorted(found, reverse=name == "year"))


def _holds(entry: Entry, needles: Sequence[str]) -> bool:
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
