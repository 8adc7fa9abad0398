"""The documents of an open index: named, listed, narrowed, related, compared with each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from youju.asking import day
from youju.errors import InputError
from youju.records import Filters, PolicyDoc, Relation

if TYPE_CHECKING:
    from index.catalog import Entry
    from index.retrieve import HybridIndex
    from qa.versions import Change

_LISTED = 8  # documents named in a message
_DAYS = 36_500  # the most that one may look ahead


class Shelf:
    """What can be said of the documents without asking a question."""

    def __init__(self, index: HybridIndex) -> None:
        self._index = index

    def documents(self) -> Sequence[PolicyDoc]:
        """All documents, in id order."""
        return self._index.documents()

    def entries(self) -> Sequence[Entry]:
        """What the catalog knows of every document, in id order, without reading them."""
        return self._index.catalog.entries

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
    ) -> Filters | None:
        """Filters from what a user types; nothing given is None. Raises InputError."""
        if as_of is not None:
            as_of = day(as_of)
        if not (docs or regions or years or in_force or as_of):
            return None
        return Filters(
            doc_ids=tuple(self.find(name).id for name in docs) or None,
            regions=tuple(r for name in regions for r in self._regions(name)) or None,
            years=tuple(years) or None,
            in_force=in_force,
            as_of=as_of,
        )

    def relations(self, name: str | None = None) -> list[tuple[Relation, PolicyDoc, PolicyDoc]]:
        """What documents do to each other, with both; of one document only when it is named.

        Raises InputError when the name fits none or several.
        """
        only = self.find(name).id if name is not None else None
        return [
            (relation, self._index.document(relation.source), self._index.document(relation.target))
            for relation in self._index.relations
            if only in (None, relation.source, relation.target)
        ]

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
