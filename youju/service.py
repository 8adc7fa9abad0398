"""The public Python API, and the only place that joins ingest, index and qa.

    search = PolicySearch.open(index_dir, settings)
    answer = search.ask("贵州省2017年农产品质量抽检合格率要达到多少？")

Opening and asking never import what only building needs (readers, torch).
"""

from __future__ import annotations

import contextlib
import hashlib
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from youju import corrections
from youju.asking import (
    CHINESE_ONLY,
    WHICH,
    Method,
    check_options,
    clean_question,
    day,
    is_foreign,
)
from youju.errors import (
    IndexCorrupt,
    IndexError_,
    IndexMismatch,
    IndexMissing,
    InputError,
    ReadError,
    SettingsError,
)
from youju.records import (
    MEMBER,
    Answer,
    Comparison,
    DocFacts,
    DocNames,
    Filters,
    FollowUp,
    Hit,
    IngestReport,
    Looser,
    Passage,
    PolicyDoc,
    Question,
    Relation,
)
from youju.settings import CORPUS, PRODUCT_ROOT, Settings

if TYPE_CHECKING:
    from index.build import Previous
    from index.catalog import Entry
    from index.records import IndexData
    from index.retrieve import HybridIndex
    from qa.facts.aliases import Aliases
    from qa.proof.verify import Verification
    from qa.versions import Change
    from youju.records import Reader

Progress = Callable[[str, int, int], None]  # stage, done, total

_BUILT_IN = "BUILT-IN"  # a file beside the generations: only corpus/ and uploads are indexed here
_LISTED = 8  # documents named in a message
_DAYS = 36_500  # the most that one may look ahead


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did. Paths are those of `SourceFile`; `seconds` is wall time."""

    generation: str
    documents: int
    passages: int
    read: tuple[str, ...]
    reused: tuple[str, ...]
    removed: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]
    duplicates: tuple[tuple[str, str], ...]
    seconds: float
    partial: tuple[tuple[str, str], ...] = ()  # (path, what of it was not read)


@dataclass(frozen=True, slots=True)
class _Ranking:
    """The index seen through one method: the `Retriever` that `qa` receives."""

    index: HybridIndex
    method: Method
    retrieved: Callable[[], None] | None = None
    as_of: str | None = None

    def search(self, question: Question, k: int, filters: Filters | None = None) -> list[Hit]:
        found = self.index.search(question, k, filters, method=self.method)
        hits = self.index.living_first(question, found, self.as_of)
        if self.retrieved is not None:
            self.retrieved()
        return hits

    def names(self) -> DocNames:
        return self.index.names()

    def in_state(self, states: Sequence[str]) -> Sequence[str]:
        return self.index.in_state(states, self.as_of)

    def document(self, doc_id: str) -> PolicyDoc:
        return self.index.document(doc_id, self.as_of)

    def facts(self, wordings: Sequence[str]) -> Sequence[DocFacts]:
        return self.index.facts(wordings)

    def rarity(self, pairs: Sequence[str]) -> np.ndarray:
        return self.index.rarity(pairs)

    def embed(self, texts: Sequence[str], *, is_query: bool = False) -> np.ndarray:
        return self.index.embed(texts, is_query=is_query)


@dataclass(slots=True)
class _Audit:
    """What the check of an open index has found."""

    index_dir: Path
    damage: str | None = None

    def run(self) -> None:
        """Look at every byte."""
        with contextlib.suppress(IndexError_):  # a pointer that has gone: `newest` knows
            found = damaged(self.index_dir)
            self.damage = _damage(found) if found else None


class PolicySearch:
    """An open index. It keeps the generation it opened, whatever is built later."""

    def __init__(
        self,
        index: HybridIndex,
        reopen: Callable[[], HybridIndex | None],
        reader: Reader | None = None,
        aliases: Aliases | None = None,
        notice: str = "",
    ) -> None:
        """`notice` is a sentence for whoever asks: what is not as it should be."""
        self._index = index
        self._reopen = reopen
        self._reader = reader
        self._aliases = aliases
        self.notice = notice
        self._audit: _Audit | None = None

    @classmethod
    def open(cls, index_dir: Path, settings: Settings) -> PolicySearch:
        """Load the index. Raises IndexMissing, IndexMismatch, IndexCorrupt, SettingsError."""
        from index import encoder, persist, retrieve, thesaurus
        from qa.facts import aliases
        from text import words

        words.use_dictionary(settings.user_dict)
        model = encoder.load_encoder(settings.encoder)
        reader, notice = _reader(settings.reader)
        terms = thesaurus.load(extra=settings.thesaurus)
        names = aliases.load(settings.aliases)
        store: Any = settings.store
        made: tuple[str, int] | None = None

        def reopen() -> HybridIndex | None:
            nonlocal made
            found = (persist.current(index_dir), corrections.stamp(index_dir))
            if found == made:
                return None
            people = corrections.load(index_dir)
            data = _corrected(persist.load(index_dir, model, _parameters()), people)
            made = found
            return retrieve.HybridIndex(data, model, store=store, thesaurus=terms)

        index = reopen()
        assert index is not None, "nothing was open before"
        return cls(index, reopen, reader, names, notice)

    def newest(self) -> PolicySearch:
        """Itself, or a search over what was built since; a build that cannot be read is ignored.

        Raises IndexCorrupt once `watch` has found damage: no answer is better than a changed one.
        """
        try:
            index = self._reopen()
        except IndexError_:
            index = None
        if index is None:
            if self._audit is not None and self._audit.damage is not None:
                raise IndexCorrupt(self._audit.damage)
            return self
        fresh = PolicySearch(index, self._reopen, self._reader, self._aliases, self.notice)
        if self._audit is not None:
            fresh.watch(self._audit.index_dir)
        return fresh

    def watch(self, index_dir: Path) -> threading.Thread:
        """Read the open index to its last byte in the background; `newest` tells of damage.

        Opening compares the hashes of small files only.
        """
        audit = self._audit = _Audit(index_dir)
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
        """Bring the index in line with `paths` (files or folders); unchanged files are reused.

        `optional` are folders that belong to them but may be missing or empty. Documents that lie
        under none of them stay, unless `prune`; so do those whose files the system cannot read
        now. `rebuild` reads all anew and keeps nothing else; `corpus` is the built-in one. Nothing
        is published when no document is left, nor when the last generation cannot be read and
        documents would be lost with it.
        Raises ReadError, IndexBusy, IndexCorrupt, IndexMismatch, IndexWriteError, SettingsError.
        """
        from index import build, encoder, persist
        from ingest.passages import passages
        from ingest.pipeline import ingest
        from text import words

        began = time.perf_counter()
        words.use_dictionary(settings.user_dict)
        model = encoder.load_encoder(settings.encoder)
        with persist.building(index_dir):
            parameters = _parameters()
            roots = frozenset(path.resolve().name for path in (*paths, *optional))
            stays = None if prune else roots
            old, before = (None, ()) if rebuild else _last(index_dir, parameters, stays)
            known = {doc.source.sha256: doc for doc in before} if old and old.current else None
            there = [*paths, *_filled(optional)]
            report = ingest(there, known=known, progress=progress, recognise=settings.ocr)
            kept = _kept(before, report, stays)
            docs = sorted((*report.docs, *kept), key=lambda doc: doc.id)
            if not report.docs and (paths or not kept):
                raise ReadError(_nothing_read(report.refused))
            pieces: list[Passage] = [piece for doc in docs for piece in passages(doc)]
            data = build.build(
                docs, pieces, model, previous=old, parameters=parameters, progress=progress
            )
            built_in = _built_in(paths, docs, settings.data, corpus or CORPUS)
            if not built_in:  # first: an index that holds more must never bear the note
                _unmark(index_dir)
            generation = persist.publish(index_dir, data, progress=progress)
            if built_in:
                _mark(index_dir)
        refused = tuple(_kept_as_it_was(report, kept))
        reused = {doc.id for doc in (*(known or {}).values(), *kept)}
        now = {doc.source.path for doc in docs}
        return BuildReport(
            generation=generation,
            documents=len(docs),
            passages=len(pieces),
            read=tuple(doc.source.path for doc in docs if doc.id not in reused),
            reused=tuple(doc.source.path for doc in docs if doc.id in reused),
            removed=tuple(sorted(d.source.path for d in before if d.source.path not in now)),
            refused=refused,
            duplicates=report.duplicates,
            seconds=time.perf_counter() - began,
            partial=report.partial,
        )

    def search(
        self,
        text: str,
        k: int = 10,
        filters: Filters | None = None,
        method: Method = "hybrid",
    ) -> list[Hit]:
        """The best `k` passages. Raises QuestionError, InputError."""
        from qa.clauses import reading

        question = self._question(text)
        check_options(k, method)
        hits = self._ranking(method).search(question, max(k, reading.DEPTH), filters)
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
                    if not self._index.admits(first, only):
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
        self, text: str, regions: Sequence[str] = (), years: Sequence[int] = ()
    ) -> Comparison:
        """An indicator, or a question that compares, over the documents of the places, or all.

        Places and years given here go before those in the text. Raises QuestionError, InputError.
        """
        from qa.facts import aliases, table

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

    def _ranking(self, method: Method) -> _Ranking:
        return _Ranking(self._index, method)

    def _regions(self, name: str) -> list[str]:
        known = self._index.names().regions()
        found = [region for region in known if region == name] or [
            region for region in known if name and (name in region or region in name)
        ]
        if not found:
            raise InputError(f"索引里没有地区“{name}”，现有：{'、'.join(known) or '（无）'}。")
        return found

    def _question(self, text: str) -> Question:
        from qa.asked.question import analyze

        return analyze(clean_question(text), self._index.names())


def _dimensions(limits: Filters) -> list[tuple[str, Filters, dict[str, Any]]]:
    """(name, the limit alone, what drops it) of each limit that is set."""
    as_of = limits.as_of
    found: list[tuple[str, Filters, dict[str, Any]]] = []
    if limits.doc_ids is not None:
        found.append(("document", Filters(doc_ids=limits.doc_ids), {"doc_ids": None}))
    if limits.regions is not None:
        found.append(("region", Filters(regions=limits.regions), {"regions": None}))
    if limits.years is not None:
        found.append(("year", Filters(years=limits.years), {"years": None}))
    if limits.in_force:
        found.append(("in_force", Filters(in_force=True, as_of=as_of), {"in_force": False}))
    return found


@dataclass(frozen=True)
class _Documents(Sequence[PolicyDoc]):
    """Documents with what people corrected, each read when it is asked for."""

    read: Sequence[PolicyDoc]
    people: corrections.Corrections

    def __len__(self) -> int:
        return len(self.read)

    def __getitem__(self, at: Any) -> Any:
        found = self.read[at]
        if isinstance(at, slice):
            return [self._over(doc) for doc in found]
        return self._over(found)

    def _over(self, doc: PolicyDoc) -> PolicyDoc:
        return corrections.corrected(doc, self.people.get(doc.source.path, {}))


def _corrected(data: IndexData, people: corrections.Corrections) -> IndexData:
    """The index with the metadata of the documents that people corrected."""
    from index.catalog import entry_of

    if not people:
        return data
    documents = _Documents(data.documents, people)
    entries = tuple(
        replace(entry_of(documents[i]), path=entry.path, places=entry.places)
        if entry.path in people
        else entry
        for i, entry in enumerate(data.catalog.entries)
    )
    return replace(data, documents=documents, catalog=replace(data.catalog, entries=entries))


def damaged(index_dir: Path, progress: Progress | None = None) -> list[Path]:
    """Files of the index that are not what was written. Raises IndexMissing, IndexCorrupt …"""
    from index import persist

    return persist.damaged(index_dir, progress)


def _damage(found: Sequence[Path]) -> str:
    named = "、".join(path.name for path in found[:_LISTED])
    return (
        f"索引有 {len(found)} 个文件已损坏（{named}），已停止回答："
        "请重新建立索引（python cli.py index 文件夹 --rebuild）。"
    )


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
        replaceable = isinstance(error, IndexMissing) or (settings.index / _BUILT_IN).exists()
        if not settings.default_index or not replaceable:
            raise
    report = PolicySearch.build(
        [CORPUS], settings.index, settings, optional=[settings.data], progress=progress
    )
    return PolicySearch.open(settings.index, settings), report


def _built_in(paths: Sequence[Path], docs: Iterable[PolicyDoc], data: Path, corpus: Path) -> bool:
    """True when the built-in corpus and uploads are all there is."""
    only = [path.resolve() for path in paths] == [corpus.resolve()]
    roots = (f"{corpus.name}/", f"{data.name}/")
    return only and all(doc.source.path.startswith(roots) for doc in docs)


def _mark(index_dir: Path) -> None:
    """Note beside the generations that the program can make them again by itself."""
    with contextlib.suppress(OSError):  # without the note it asks before it replaces them
        (index_dir / _BUILT_IN).touch()


def _unmark(index_dir: Path) -> None:
    from index import persist

    try:
        (index_dir / _BUILT_IN).unlink(missing_ok=True)
    except OSError as error:
        raise persist.unwritable(index_dir, error) from error


def _parameters() -> dict[str, int | str]:
    """Whatever decides how files become passages: part of the manifest, checked when opening."""
    from ingest.passages import PARAMETERS

    return {"reader": _reader_version(), **PARAMETERS}


@lru_cache(maxsize=1)
def _reader_version() -> str:
    """A digest of the code that reads documents, so that no change to it can be forgotten."""
    digest = hashlib.sha256()
    for package in ("ingest", "text"):
        for path in sorted((PRODUCT_ROOT / package).rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _exact_names(entry: Entry) -> set[str]:
    file_name = entry.path.rsplit("/", 1)[-1]
    names = {entry.id, entry.path, file_name, entry.name, f"《{entry.name}》"}
    return names | ({entry.doc_number} if entry.doc_number else set())


def _last(
    index_dir: Path, parameters: Mapping[str, int | str], roots: frozenset[str] | None
) -> tuple[Previous | None, tuple[PolicyDoc, ...]]:
    """The last generation with all its documents, or nothing where nothing can be lost.

    One that cannot be read is done without only when all that it holds lies under `roots` (None:
    when the rest is to go), where it is read anew. Raises IndexMismatch, IndexCorrupt.
    """
    from index import persist

    try:
        old = persist.previous(index_dir, parameters)
        return old, tuple(old.data.documents) if old else ()
    except (IndexMismatch, IndexCorrupt) as error:
        sources = persist.sources(index_dir)
        if roots is None or (sources is not None and not _outside(sources, roots)):
            return None, ()
        raise type(error)(_unsafe(error, sources, roots)) from error


def _outside(sources: Iterable[str], roots: frozenset[str]) -> list[str]:
    return sorted(path for path in sources if _root(path) not in roots)


def _root(path: str) -> str:
    """The folder, file or archive that was given when this source was read."""
    return path.split("/", 1)[0].split(MEMBER, 1)[0]


def _unsafe(error: IndexError_, sources: frozenset[str] | None, roots: frozenset[str]) -> str:
    told = str(error).split("：请", 1)[0]
    if sources is None:
        held = "其中有哪些文件无法得知"
    else:
        others = _outside(sources, roots)
        held = f"其中 {len(others)} 份不在这次给出的文件夹里（如 {others[0]}）"
    return (
        f"{told}，没有更新：{held}，更新会丢失它们；原有索引没有改动，可以重试，"
        "或把全部文件夹一起给出并加 --rebuild 重建。"
    )


def _kept(
    before: Iterable[PolicyDoc], report: IngestReport, roots: frozenset[str] | None
) -> tuple[PolicyDoc, ...]:
    """Documents of the last generation that stay though their files were not read.

    Those that lie under none of `roots` (None: they go), and those whose files the system could not
    read now. A source path starts with the name of the folder that was given, so two different
    folders of the same name count as one.
    """
    taken = {doc.id for doc in report.docs}

    def stays(path: str) -> bool:
        elsewhere = roots is not None and _root(path) not in roots
        return elsewhere or _lies_in(path, report.unread)

    return tuple(doc for doc in before if doc.id not in taken and stays(doc.source.path))


def _lies_in(path: str, places: Sequence[str]) -> bool:
    """True for a path that is one of these, or in one of these folders or archives."""
    within = tuple(f"{place}{mark}" for place in places for mark in ("/", MEMBER))
    return path in places or path.startswith(within)


def _kept_as_it_was(report: IngestReport, kept: Sequence[PolicyDoc]) -> Iterable[tuple[str, str]]:
    """The refused files; of those that stay as they were read before, it is said."""
    for path, reason in report.refused:
        stays = any(_lies_in(doc.source.path, (path,)) for doc in kept)
        noted = path in report.unread and stays
        yield path, f"{reason.rstrip('。')}，沿用上次读到的内容。" if noted else reason


def _filled(folders: Iterable[Path]) -> list[Path]:
    """Those that hold a document, or may hold one: who cannot look does not know."""
    from ingest.files import Unread, find

    filled = []
    for folder in folders:
        try:
            filled += [folder] if find(folder) else []
        except Unread:
            raise
        except ReadError:
            continue
    return filled


def _nothing_read(refused: Sequence[tuple[str, str]]) -> str:
    if refused:
        path, reason = refused[0]
        reason = reason.removeprefix(f"{path} ").rstrip("。")
        return f"没有一份文件可以读取（例如 {path}：{reason}），原有索引没有改动。"
    from ingest.kinds import SUPPORTED

    return f"没有找到可以读取的文件（支持 {SUPPORTED}），原有索引没有改动。"


def _reader(name: str) -> tuple[Reader | None, str]:
    """The reader that a setting names, and what to say when the bundled one cannot be used.

    Raises SettingsError, MissingDependency for a model that somebody chose.
    """
    if name == "none":
        return None, ""
    if name == "bundled":
        from reader.bundled import BundledReader

        try:
            return BundledReader(), ""
        except SettingsError as error:
            return None, f"{error}这次不用阅读模型回答，准确率较低。"
    from index.hub import CrossEncoder
    from reader.cross import CrossReader

    return CrossReader(CrossEncoder(name)), ""
