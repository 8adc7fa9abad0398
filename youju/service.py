"""The public Python API: everything of ingest, index and qa that others use comes through here.

    search = PolicySearch.open(index_dir, settings)
    answer = search.ask("贵州省2017年农产品质量抽检合格率要达到多少？")

Opening and asking never import what only building needs (readers, torch).
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from youju import builds, corrections, membership
from youju.access import Access
from youju.asking import (
    CHINESE_ONLY,
    WHICH,
    Method,
    check_options,
    clean_question,
    is_foreign,
)
from youju.builds import BuildReport, Progress
from youju.errors import (
    IndexCorrupt,
    IndexError_,
    IndexMismatch,
    IndexMissing,
)
from youju.opened import Audit, Ranking, corrected_index, damaged, reader_of
from youju.records import (
    MEMBER,
    Answer,
    Comparison,
    Filters,
    FollowUp,
    Hit,
    Looser,
    Question,
)
from youju.settings import CORPUS, Settings
from youju.shelf import Hidden, Shelf

if TYPE_CHECKING:
    from index.catalog import Entry
    from index.retrieve import HybridIndex
    from qa.facts.aliases import Aliases
    from qa.proof.verify import Verification
    from youju.records import Reader


_PARTS = 16  # scopes that are kept ready

__all__ = ["BuildReport", "PolicySearch", "Progress", "damaged", "open_or_build"]


@dataclass(slots=True)
class _Line:
    """The searches that follow each other over an index that changes; the latest is for all."""

    latest: PolicySearch | None = None  # none while nothing has changed
    turn: threading.Lock = field(default_factory=threading.Lock)


class PolicySearch(Shelf):
    """An open index. It keeps the generation it opened, whatever is built later."""

    def __init__(
        self,
        index: HybridIndex,
        reopen: Callable[[], tuple[HybridIndex, membership.Members] | None],
        reader: Reader | None = None,
        aliases: Aliases | None = None,
        notice: str = "",
        members: membership.Members | None = None,
        access: Access | None = None,
        line: _Line | None = None,
    ) -> None:
        """`notice` is a sentence for whoever asks: what is not as it should be.

        `reopen` gives the index and its collections once one of them has changed. `access` says
        who may read which of them: see `without`. `line`: the searches that it follows.
        """
        super().__init__(index, members)
        self._line = line or _Line()
        self._reopen = reopen
        self._reader = reader
        self._aliases = aliases
        self.notice = notice
        self._audit: Audit | None = None
        self._parts: dict[tuple[str, ...], PolicySearch] = {}
        self.access = access
        self._without: OrderedDict[frozenset[str], PolicySearch] = OrderedDict()
        self._lock = threading.Lock()

    @classmethod
    def open(cls, index_dir: Path, settings: Settings) -> PolicySearch:
        """Load the index. Raises IndexMissing, IndexMismatch, IndexCorrupt, SettingsError."""
        from index import encoder, persist, retrieve, thesaurus
        from qa.facts import aliases
        from text import words

        words.use_dictionary(settings.user_dict)
        model = encoder.load_encoder(settings.encoder)
        reader, notice = reader_of(settings.reader)
        terms = thesaurus.load(extra=settings.thesaurus)
        names = aliases.load(settings.aliases)
        store: Any = settings.store
        made: tuple[str, int] | None = None
        sorted_: int | None = None
        index: HybridIndex | None = None

        def reopen() -> tuple[HybridIndex, membership.Members] | None:
            nonlocal made, sorted_, index
            found = (persist.current(index_dir), corrections.stamp(index_dir))
            collected = membership.stamp(index_dir)
            if found == made and collected == sorted_:
                return None
            members = membership.load(index_dir)
            if found != made or index is None:
                people = corrections.load(index_dir)
                data = persist.load(index_dir, model, builds.parameters())
                index = retrieve.HybridIndex(
                    corrected_index(data, people), model, store=store, thesaurus=terms
                )
            made, sorted_ = found, collected
            if settings.access is not None:
                paths = (entry.path for entry in index.catalog.entries)
                members = settings.access.gathered(members, paths)
            return index, members

        opened = reopen()
        assert opened is not None, "nothing was open before"
        return cls(opened[0], reopen, reader, names, notice, opened[1], settings.access)

    def newest(self) -> PolicySearch:
        """Itself, or a search over what was built since; a build that cannot be read is ignored.

        Raises IndexCorrupt once `watch` has found damage: no answer is better than a changed one.
        """
        with self._line.turn:  # whoever comes while another opens it must not have the old one
            latest = self._line.latest or self
            try:
                opened = self._reopen()
            except IndexError_:
                opened = None
            if opened is not None:
                index, members = opened
                audit = latest._audit
                latest = PolicySearch(
                    index, self._reopen, self._reader, self._aliases, self.notice, members,
                    self.access, self._line,
                )  # fmt: skip
                self._line.latest = latest
                if audit is not None:
                    latest.watch(audit.index_dir)
        if latest._audit is not None and latest._audit.damage is not None:
            raise IndexCorrupt(latest._audit.damage)
        return latest

    def within(self, collections: Sequence[str]) -> PolicySearch:
        """The same over the documents of some collections, as if there were no others.

        No collection is no limit. Raises InputError for an unknown one.
        """
        from index.part import Part

        if not collections:
            return self
        names = tuple(sorted(set(collections)))
        found = self._parts.get(names)
        if found is None:
            rows = self._index.catalog.names.rows(self.collected(names))
            part = Part(self._index, rows)
            found = PolicySearch(part, lambda: None, self._reader, self._aliases, self.notice)
            if len(self._parts) >= _PARTS:
                self._parts = {}
            self._parts[names] = found
        return found

    def without(self, closed: frozenset[str]) -> PolicySearch:
        """The same for whoever may not read some collections: as if their documents were not here.

        What lies in another one that has readers, and is not closed, is there.
        """
        if not closed:
            return self
        assert self.access is not None, "nothing says what lies in them"
        with self._lock:
            found = self._without.get(closed)
            if found is None:
                found = self._without[closed] = self._concealing(self.access, closed)
            self._without.move_to_end(closed)
            if len(self._without) > _PARTS:
                self._without.popitem(last=False)
        return found

    def _concealing(self, access: Access, closed: frozenset[str]) -> PolicySearch:
        from index.part import Part

        conceals = access.concealing(self._members, closed)
        entries = self._index.catalog.entries
        rows: list[int] = []
        hidden: list[Entry] = []
        for row, entry in enumerate(entries):
            if conceals(entry.path):
                hidden.append(entry)
            else:
                rows.append(row)
        index = self._index
        if hidden:
            index = Part(index.forgetting({entry.id for entry in hidden}), np.array(rows, np.int32))
        open_ = {name: paths for name, paths in self._members.items() if name not in closed}
        left = {name: frozenset(p for p in some if not conceals(p)) for name, some in open_.items()}
        made = PolicySearch(
            index,
            lambda: None,
            self._reader,
            self._aliases,
            self.notice,
            {name: paths for name, paths in left.items() if paths},
        )
        paths = {entry.path for entry in hidden}
        made._hidden = Hidden(
            closed,
            frozenset(paths | {path.split(MEMBER, 1)[0] for path in paths}),
            frozenset(entry.sha256 for entry in hidden),
            conceals,
        )
        return made

    def _narrowed(self, filters: Filters | None) -> tuple[PolicySearch, Filters | None]:
        """Who is to be asked, and the filters that are left."""
        if filters is None or filters.collections is None:
            return self, filters
        left = replace(filters, collections=None)
        return self.within(filters.collections), None if left == Filters() else left

    def watch(self, index_dir: Path) -> threading.Thread:
        """Read the open index to its last byte in the background; `newest` tells of damage.

        Opening compares the hashes of small files only.
        """
        audit = self._audit = Audit(index_dir)
        thread = threading.Thread(target=audit.run, name="check", daemon=True)
        thread.start()
        return thread

    @classmethod
    def build(
        cls,
        paths: Sequence[Path],
        index_dir: Path,
        settings: Settings,
        *,
        optional: Sequence[Path] = (),
        prune: bool = False,
        rebuild: bool = False,
        corpus: Path | None = None,
        progress: Progress | None = None,
    ) -> BuildReport:
        """Bring the index in line with `paths`: see `youju.builds.build`."""
        return builds.build(
            paths, index_dir, settings, optional=optional, prune=prune, rebuild=rebuild,
            corpus=corpus, progress=progress,
        )  # fmt: skip

    def search(
        self,
        text: str,
        k: int = 10,
        filters: Filters | None = None,
        method: Method = "hybrid",
    ) -> list[Hit]:
        """The best `k` passages. Raises QuestionError, InputError."""
        from qa.clauses import reading

        asked, filters = self._narrowed(filters)
        if asked is not self:
            return asked.search(text, k, filters, method)
        question = self._question(text)
        check_options(k, method)
        hits = self._ranking(method).search(question, max(k, reading.MOST), filters)
        if self._reader is None or method != "hybrid":
            return hits[:k]
        as_of = filters.as_of if filters is not None else None
        reads = reading.read(question, hits, self._ranking(method), self._reader)
        return self._index.living_first(question, reading.reordered(reads, hits), as_of)[:k]

    def ask(
        self,
        text: str,
        k: int = 10,
        filters: Filters | None = None,
        method: Method = "hybrid",
        *,
        context: Sequence[str] = (),
        retrieved: Callable[[], None] | None = None,
    ) -> Answer:
        """The answer with its proof, or a refusal. Raises QuestionError, InputError.

        `context` are the questions before this one, oldest first: a fragment (那重庆呢？) is
        completed from them, and one that says too little without them is asked back.
        `retrieved` is called once the clauses are found and only the answer has to be made.
        """
        from qa.pipeline import answer

        asked_of, filters = self._narrowed(filters)
        if asked_of is not self:
            return asked_of.ask(text, k, filters, method, context=context, retrieved=retrieved)
        check_options(k, method)
        began = time.perf_counter()
        follow = self.followed(text, context)
        if is_foreign(follow.text):
            return Answer(follow.typed, CHINESE_ONLY, (), True, CHINESE_ONLY, (), confidence=0.0)
        if follow.how == "bare" and not self._one_document(filters):
            return Answer(follow.typed, WHICH, (), True, WHICH, (), confidence=0.0)
        question = self._question(follow.text)
        understood = (time.perf_counter() - began) * 1000
        as_of = filters.as_of if filters is not None else None
        ranking = replace(self._ranking(method), retrieved=retrieved, as_of=as_of)
        reader = self._reader if method == "hybrid" else None
        found = answer(
            question, ranking, reader=reader, k=k, filters=filters, aliases=self._aliases
        )
        timings = {"question": understood, **found.timings_ms}
        asked = follow.text if follow.how == "completed" else None
        return replace(found, question=follow.typed, asked=asked, timings_ms=timings)

    def looser(self, text: str, filters: Filters | None = None) -> Looser | None:
        """What to drop of a question that was refused so that there is an answer; else None.

        First the filters that hide it, then the place or the year of the question itself. Raises
        QuestionError.
        """
        from qa.asked.follow import without_place, without_years

        question = self._question(text)
        limits = filters or Filters()
        open_ = None if limits.as_of is None else Filters(as_of=limits.as_of)
        if limits != (open_ or Filters()):
            found = self.ask(text, filters=open_)
            if not found.refused:
                first = found.citations[0].doc_id
                left, dropped = limits, list[str]()
                for name, only, none in _dimensions(limits):
                    if not self._admits(first, only):
                        left, dropped = replace(left, **none), [*dropped, name]
                kept = None if left == Filters() else left
                if dropped and not self.ask(text, filters=kept).refused:
                    return Looser(text, kept, tuple(dropped))
                return Looser(text, open_, tuple(name for name, _, _ in _dimensions(limits)))
        for name, there, shorter in (
            ("place", question.regions, without_place),
            ("time", question.years, without_years),
        ):
            if there:
                less = shorter(question.text, self._index.names())
                if less and not self.ask(less, filters=filters).refused:
                    return Looser(less, filters, (name,))
        return None

    def _admits(self, doc_id: str, only: Filters) -> bool:
        if only.collections is not None:
            return doc_id in self.collected(only.collections)
        return self._index.admits(doc_id, only)

    def loosens(self, text: str, filters: Filters | None = None) -> bool:
        """Whether `looser` has anything to drop. Raises QuestionError."""
        question = self._question(text)
        return bool(question.regions or question.years or _dimensions(filters or Filters()))

    def followed(self, text: str, context: Sequence[str] = ()) -> FollowUp:
        """The question as it stands after those before it. Raises QuestionError."""
        from qa.asked.follow import complete

        before = [clean_question(one) for one in context if one.strip()]
        return complete(clean_question(text), before, self._index.names(), self._likeness)

    def _likeness(self, wording: str, texts: Sequence[str]) -> Sequence[float]:
        vectors = self._index.embed([wording, *texts], is_query=True)
        return [float(score) for score in vectors[1:] @ vectors[0]]

    def _one_document(self, filters: Filters | None) -> bool:
        """True where a fragment can only mean the one document that is asked."""
        ids = filters.doc_ids if filters is not None else None
        return len(self._index.catalog.entries if ids is None else ids) == 1

    def compare(
        self,
        text: str,
        regions: Sequence[str] = (),
        years: Sequence[int] = (),
        collections: Sequence[str] = (),
    ) -> Comparison:
        """An indicator, or a question that compares, over the documents of the places, or all.

        Places and years given here go before those in the text. Raises QuestionError, InputError.
        """
        from qa.facts import aliases, table

        asked = self.within(collections)
        if asked is not self:
            return asked.compare(text, regions, years)
        question = self._question(text)
        if regions:
            chosen = tuple(dict.fromkeys(r for name in regions for r in self._regions(name)))
            question = replace(question, regions=chosen)
        if years:
            question = replace(question, years=tuple(sorted(set(years))))
        ranking = self._ranking("hybrid")
        return table.compare(question, ranking, self._aliases or aliases.load())

    def also_searched(self, text: str) -> tuple[str, ...]:
        """Official terms that the thesaurus adds to this question. Raises QuestionError."""
        return self._index.also_searched(self._question(text))

    def confidence(self, text: str, method: Method = "hybrid") -> float:
        """Probability (0–1) that the best clauses answer the question, as refusing weighs it.

        Raises QuestionError, InputError.
        """
        from qa.asked import scope
        from qa.clauses import confidence, lexical, reading

        question = self._question(text)
        check_options(scope.DEPTH, method)
        ranking = self._ranking(method)
        reader = self._reader if method == "hybrid" else None
        hits = ranking.search(question, scope.DEPTH)
        reads = reading.read(question, hits, ranking, reader or lexical.LexicalReader(ranking))
        return confidence.confidence(question, reads, ranking)

    def verify(self, quote: str) -> Verification:
        """Where a quotation stands verbatim, else the nearest text. Raises QuestionError."""
        from qa.proof.verify import verify

        return verify(quote, self._ranking("hybrid"))

    def _ranking(self, method: Method) -> Ranking:
        return Ranking(self._index, method)

    def _question(self, text: str) -> Question:
        from qa.asked.question import analyze

        return analyze(clean_question(text), self._index.names())


def _dimensions(limits: Filters) -> list[tuple[str, Filters, dict[str, Any]]]:
    """(name, the limit alone, what drops it) of each limit that is set."""
    as_of = limits.as_of
    found: list[tuple[str, Filters, dict[str, Any]]] = []
    if limits.doc_ids is not None:
        found.append(("document", Filters(doc_ids=limits.doc_ids), {"doc_ids": None}))
    if limits.collections is not None:
        only = Filters(collections=limits.collections)
        found.append(("collection", only, {"collections": None}))
    if limits.regions is not None:
        found.append(("region", Filters(regions=limits.regions), {"regions": None}))
    if limits.years is not None:
        found.append(("year", Filters(years=limits.years), {"years": None}))
    if limits.in_force:
        found.append(("in_force", Filters(in_force=True, as_of=as_of), {"in_force": False}))
    return found


def open_or_build(
    settings: Settings, progress: Progress | None = None
) -> tuple[PolicySearch, BuildReport | None]:
    """Open the index of `settings`; the default one is built if need be.

    It is made of the built-in corpus and the data folder of uploads. An index that somebody chose,
    or that holds other documents too, is never built silently.
    """
    try:
        return PolicySearch.open(settings.index, settings), None
    except (IndexMissing, IndexMismatch) as error:
        replaceable = isinstance(error, IndexMissing) or builds.replaceable(settings.index)
        if not settings.default_index or not replaceable:
            raise
    report = PolicySearch.build(
        [CORPUS], settings.index, settings,
        optional=[settings.data], corpus=CORPUS, progress=progress,
    )  # fmt: skip
    return PolicySearch.open(settings.index, settings), report
