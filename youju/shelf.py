"""The documents of an open index: named, listed, narrowed, related, compared with each other."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from youju import membership
from youju.asking import day
from youju.errors import InputError
from youju.records import Clause, Filters, PolicyDoc, Relation, Span

if TYPE_CHECKING:
    from index.catalog import Entry
    from index.retrieve import HybridIndex
    from qa.versions import Change

_LISTED = 8  # documents named in a message
_DAYS = 36_500  # the most that one may look ahead

_STATE = "中华人民共和国"
_TITLES = 60  # names of other documents that are looked up of one
_SPEAKING = 40  # other documents that are read for places that refer to a clause

Related = tuple[Relation, PolicyDoc, PolicyDoc]  # with its source and its target


@dataclass(frozen=True, slots=True)
class Card:
    """A document with what is known of it beside its text, as of a day; None is today.

    `versions` are those of its rule, itself among them, oldest first; none where it is the only
    one. `count` is that of all its relations, of which `relations` may be the first.
    """

    doc: PolicyDoc
    as_of: str | None
    relations: tuple[Related, ...]
    count: int
    versions: tuple[PolicyDoc, ...]


@dataclass(frozen=True, slots=True)
class Referred:
    """A place at `span` of `source` that refers to `clause` of `doc`."""

    source: PolicyDoc
    span: Span
    doc: PolicyDoc
    clause: Clause


@dataclass(frozen=True, slots=True)
class Hidden:
    """What is not there for whoever asks: collections, the files of documents, their digests."""

    collections: frozenset[str]
    files: frozenset[str]
    digests: frozenset[str]
    conceals: Callable[[str], bool]

    def hides(self, path: str) -> bool:
        """True for a source path of it, or for a file that is to belong to it."""
        return path in self.files or self.conceals(path)


class Shelf:
    """What can be said of the documents without asking a question."""

    def __init__(self, index: HybridIndex, members: membership.Members | None = None) -> None:
        self._index = index
        self._members = members or {}
        self._hidden: Hidden | None = None

    def documents(self) -> Sequence[PolicyDoc]:
        """All documents, in id order."""
        return self._index.documents()

    def entries(self) -> Sequence[Entry]:
        """What the catalog knows of every document, in id order, without reading them."""
        return self._index.catalog.entries

    @cached_property
    def collections(self) -> Mapping[str, tuple[str, ...]]:
        """Ids of the documents of each collection, by name, in id order."""
        if not self._members:
            return {}
        ids = {entry.path: entry.id for entry in self._index.catalog.entries}
        return {
            name: tuple(sorted(ids[path] for path in paths if path in ids))
            for name, paths in self._members.items()
        }

    def collected(self, names: Sequence[str]) -> tuple[str, ...]:
        """Ids of the documents of some collections; InputError for an unknown or an empty one."""
        found: set[str] = set()
        for name in names:
            ids = self.collections[membership.known(name, self._members)]
            if not ids:
                raise InputError(f"专题“{name}”里的文件都已不在索引里，请先加入文件。")
            found.update(ids)
        return tuple(sorted(found))

    def collecting(self, name: str, *, leaving: bool = False) -> str:
        """The name of a collection that documents may join here, or leave. Raises InputError."""
        name = membership.name_of(name)
        if leaving:
            return membership.known(name, self._members)
        if self._hidden is not None and name in self._hidden.collections:
            raise InputError(f"专题不能用“{name}”这个名称，请换一个。")
        return name

    def hides(self, path: str) -> bool:
        """True for a source path, or a file, that is not there for whoever asks here."""
        return self._hidden is not None and self._hidden.hides(path)

    def mentions_hidden(self, text: str) -> bool:
        """True for a sentence of ours that names a file that is not there for whoever asks."""
        files = self._hidden.files if self._hidden is not None else ()
        return any(path.rsplit("/", 1)[-1] in text for path in files)

    def concealed_digests(self) -> Collection[str]:
        """sha256 of the files that are not there for whoever asks.

        The one thing that is told of them: whoever brings the very same file need not.
        """
        return self._hidden.digests if self._hidden is not None else ()

    def states(self) -> Mapping[str, str]:
        """Document id → its state today, without reading the documents."""
        return self._index.states()

    def document(self, doc_id: str) -> PolicyDoc:
        """One document; KeyError when unknown."""
        return self._index.document(doc_id)

    def passage_count(self) -> int:
        """How many passages can be found."""
        return len(self._index.passages)

    def find(self, name: str) -> PolicyDoc:
        """The one document with this id, source path or file name, 文号, or part of its title.

        Raises InputError when none or several fit.
        """
        entries = self._index.catalog.entries
        bare = name.strip("《》 ")
        exact = [i for i, entry in enumerate(entries) if name in _exact_names(entry)]
        found = exact or [i for i, entry in enumerate(entries) if bare and bare in entry.name]
        if len(found) == 1:
            return self._index.document(entries[found[0]].id)
        listed = "、".join(
            f"{entries[i].id}《{entries[i].name}》"
            for i in (found or range(len(entries)))[:_LISTED]
        )
        if found:
            raise InputError(f"“{name}”对应多份文件，请改用其中一个编号：{listed}。")
        raise InputError(f"索引里没有名为“{name}”的文件，现有：{listed}。")

    def filters(
        self,
        docs: Sequence[str] = (),
        regions: Sequence[str] = (),
        years: Sequence[int] = (),
        in_force: bool = False,
        as_of: str | None = None,
        collections: Sequence[str] = (),
    ) -> Filters | None:
        """Filters from what a user types; nothing given is None. Raises InputError."""
        if as_of is not None:
            as_of = day(as_of)
        if not (docs or regions or years or in_force or as_of or collections):
            return None
        self.collected(collections)
        return Filters(
            doc_ids=tuple(self.find(name).id for name in docs) or None,
            regions=tuple(r for name in regions for r in self._regions(name)) or None,
            years=tuple(years) or None,
            in_force=in_force,
            as_of=as_of,
            collections=tuple(collections) or None,
        )

    def relations(self, name: str | None = None) -> list[Related]:
        """What documents do to each other, with both; of one document only when it is named.

        Raises InputError when the name fits none or several.
        """
        if name is None:
            return self._both(self._index.relations)
        return self._both(self._index.related(self.find(name).id))

    def _both(self, found: Sequence[Relation], as_of: str | None = None) -> list[Related]:
        document = self._index.document
        return [(one, document(one.source, as_of), document(one.target, as_of)) for one in found]

    def card(self, doc_id: str, as_of: str | None = None, most: int | None = None) -> Card:
        """What is known of a document on a day, with its first `most` relations.

        Raises KeyError for an unknown document, InputError for a day that is none.
        """
        from qa.asked import editions
        from qa.versions import kin

        on = None if as_of is None else day(as_of)
        doc = self._index.document(doc_id, on)
        related = self._index.related(doc_id)
        names = kin(doc_id, self._index.names(), self._index)
        versions = [self._index.document(name.id, on) for name in names]
        return Card(
            doc,
            on,
            tuple(self._both(related[:most], on)),
            len(related),
            tuple(editions.in_time(versions)) if len(versions) > 1 else (),
        )

    def references(self, doc: PolicyDoc) -> list[Referred]:
        """The places that a document refers to, with the clause that each is, where it is here."""
        return self._referred(doc, None)

    def referring(self, doc: PolicyDoc, clause: Clause) -> list[Referred]:
        """The places that refer to a clause or to one below it, of its own document first.

        Of other documents those are read that hold most of the words of the title.
        """
        within = {clause.id}
        for one in doc.clauses:  # in document order: a parent stands before its children
            if one.parent in within:
                within.add(one.id)
        others = self._index.speaking_of(doc.name, _SPEAKING)
        called = self._called(doc)
        docs = [doc]
        for other in others:
            speaker = self._index.document(other) if other != doc.id else None
            if speaker is not None and any(name in speaker.text for name in called):
                docs.append(speaker)
        found = [one for speaker in docs for one in self._referred(speaker, doc)]
        return [one for one in found if one.clause.id in within]

    def _called(self, doc: PolicyDoc) -> set[str]:
        """What others call a document: its titles, what it issues, a law without its state."""
        (name,) = self._index.names().of_ids([doc.id])
        titles = {doc.name, name.title, *name.also}
        issued = {part.partition("》")[0] for title in titles for part in title.split("《")[1:]}
        return {title.strip("《》").removeprefix(_STATE) for title in titles | issued} - {""}

    def _referred(self, doc: PolicyDoc, only: PolicyDoc | None) -> list[Referred]:
        """What a document refers to, in all that it names or in one document `only`."""
        from ingest.references import Places, references

        known: dict[str, Places] = {}
        docs: dict[str | None, PolicyDoc | None] = {None: doc}
        found = []
        for one in references(doc):
            if one.title not in docs and len(docs) <= _TITLES:
                docs[one.title] = self._meant(doc, one.title or "", only)
            aim = docs.get(one.title)
            if aim is None or (only is not None and aim.id != only.id):
                continue
            if aim.id not in known:
                known[aim.id] = Places(aim)
            clause = known[aim.id].find(one, one.span.start if aim is doc else None)
            if clause is not None:
                found.append(Referred(doc, one.span, aim, clause))
        return found

    def _meant(self, doc: PolicyDoc, title: str, only: PolicyDoc | None) -> PolicyDoc | None:
        other = self._index.meant(doc.id, title)
        if other is None or (only is not None and other != only.id):
            return None
        return only or self._index.document(other)

    def clause(self, doc: PolicyDoc, name: str) -> Clause:
        """The clause of this id or label: c12, 第十条. Raises InputError for none or several."""
        from text.normalize import fold, squeeze

        bare = squeeze(fold(name))
        found = [c for c in doc.clauses if c.id == name] or [
            c for c in doc.clauses if c.label and squeeze(fold(c.label)) == bare
        ]
        if len(found) == 1:
            return found[0]
        if found:
            listed = "、".join(c.id for c in found[:_LISTED])
            raise InputError(f"《{doc.name}》里有多个“{name}”，请改用其中一个编号：{listed}。")
        raise InputError(f"《{doc.name}》里没有“{name}”，可用 cli.py ingest 查看全部编号。")

    def expiring(self, days: int) -> list[tuple[PolicyDoc, int]]:
        """Documents whose period ends within so many days from today, the first to end first."""
        if not 0 <= days <= _DAYS:
            raise InputError(f"天数 {days} 不在 0 到 {_DAYS:,} 之间。")
        now = date.today()
        found = []
        for entry in self._index.catalog.entries:
            if entry.expires_on is None or len(entry.expires_on) != 10:
                continue
            left = (date.fromisoformat(entry.expires_on) - now).days
            if 0 <= left <= days:
                doc = self._index.document(entry.id)
                found += [] if doc.meta.void else [(doc, left)]
        return sorted(found, key=lambda one: (one[1], one[0].id))

    def unknown_state(self) -> list[PolicyDoc]:
        """Documents of which nothing says whether they hold."""
        docs = (self._index.document(entry.id) for entry in self._index.catalog.entries)
        return [doc for doc in docs if doc.meta.status == "未注明"]

    def diff(self, old: str, new: str) -> tuple[PolicyDoc, PolicyDoc, list[Change]]:
        """Two documents and what became of every clause of the first in the second.

        Raises InputError when a name fits none or several, or both the same document.
        """
        from qa.versions import changes

        first, second = self.find(old), self.find(new)
        if first.id == second.id:
            raise InputError(f"“{old}”和“{new}”是同一份文件：请写两份不同的文件。")
        today = self._index.document
        return today(first.id), today(second.id), changes(first, second)

    def _regions(self, name: str) -> list[str]:
        known = self._index.names().regions()
        found = [region for region in known if region == name] or [
            region for region in known if name and (name in region or region in name)
        ]
        if not found:
            raise InputError(f"索引里没有地区“{name}”，现有：{'、'.join(known) or '（无）'}。")
        return found


def _exact_names(entry: Entry) -> set[str]:
    file_name = entry.path.rsplit("/", 1)[-1]
    names = {entry.id, entry.path, file_name, entry.name, f"《{entry.name}》"}
    return names | ({entry.doc_number} if entry.doc_number else set())
