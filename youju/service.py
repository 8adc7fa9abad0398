"""The public Python API, and the only place that joins ingest, index and qa.

    search = PolicySearch.open(index_dir, settings)
    answer = search.ask("贵州省2017年农产品质量抽检合格率要达到多少？")

Opening and asking never import what only building needs (readers, torch).
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from youju.asking import Method, check_options, clean_question
from youju.errors import (
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
    DocName,
    Filters,
    Hit,
    Passage,
    PolicyDoc,
    Question,
    Relation,
)
from youju.settings import CORPUS, PRODUCT_ROOT, Settings

if TYPE_CHECKING:
    from index.build import Previous
    from index.catalog import Entry
    from index.retrieve import HybridIndex
    from qa.facts.aliases import Aliases
    from qa.proof.verify import Verification
    from youju.records import Reader

Progress = Callable[[str, int, int], None]  # stage, done, total

_BUILT_IN = "BUILT-IN"  # a file beside the generations: only corpus/ and uploads are indexed here
_LISTED = 8  # documents named in a message


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
    answering: bool = False

    def search(self, question: Question, k: int, filters: Filters | None = None) -> list[Hit]:
        found = self.index.search(question, k, filters, method=self.method)
        hits = self.index.living_first(question, found, self.as_of, drop=self.answering)
        if self.retrieved is not None:
            self.retrieved()
        return hits

    def names(self) -> Sequence[DocName]:
        return self.index.names()

    def document(self, doc_id: str) -> PolicyDoc:
        return self.index.document(doc_id, self.as_of)

    def facts(self, wordings: Sequence[str]) -> Sequence[DocFacts]:
        return self.index.facts(wordings)

    def rarity(self, pairs: Sequence[str]) -> np.ndarray:
        return self.index.rarity(pairs)

    def embed(self, texts: Sequence[str], *, is_query: bool = False) -> np.ndarray:
        return self.index.embed(texts, is_query=is_query)


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
        made = None

        def reopen() -> HybridIndex | None:
            nonlocal made
            if persist.manifest(index_dir) == made:
                return None
            data = persist.load(index_dir, model, _parameters())
            made = data.manifest
            return retrieve.HybridIndex(data, model, store=store, thesaurus=terms)

        index = reopen()
        assert index is not None, "nothing was open before"
        return cls(index, reopen, reader, names, notice)

    def newest(self) -> PolicySearch:
        """Itself, or a search over what was built since; a build that cannot be read is ignored."""
        try:
            index = self._reopen()
        except IndexError_:
            return self
        if index is None:
            return self
        return PolicySearch(index, self._reopen, self._reader, self._aliases, self.notice)

    @classmethod
    def build(
        cls,
        paths: Sequence[Path],
        index_dir: Path,
        settings: Settings,
        *,
        optional: Sequence[Path] = (),
        prune: bool = False,
        progress: Progress | None = None,
    ) -> BuildReport:
        """Bring the index in line with `paths` (files or folders); unchanged files are reused.

        `optional` are folders that belong to them but may be missing or empty. Documents that lie
        under none of them stay, unless `prune`. Nothing is published when no document is left.
        Raises ReadError, IndexBusy, IndexWriteError, SettingsError.
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
            old, before = _last(index_dir, parameters)
            known = {doc.source.sha256: doc for doc in before} if old and old.current else None
            there = [*paths, *_filled(optional)]
            report = ingest(there, known=known, progress=progress, recognise=settings.ocr)
            kept = () if prune else _elsewhere(before, (*paths, *optional), report.docs)
            docs = sorted((*report.docs, *kept), key=lambda doc: doc.id)
            if not report.docs and (paths or not kept):
                raise ReadError(_nothing_read(report.refused))
            pieces: list[Passage] = [piece for doc in docs for piece in passages(doc)]
            data = build.build(
                docs, pieces, model, previous=old, parameters=parameters, progress=progress
            )
            generation = persist.publish(index_dir, data, progress=progress)
            _mark(index_dir, paths, docs, settings.data)
        reused = {doc.id for doc in (*(known or {}).values(), *kept)}
        now = {doc.source.path for doc in docs}
        return BuildReport(
            generation=generation,
            documents=len(docs),
            passages=len(pieces),
            read=tuple(doc.source.path for doc in docs if doc.id not in reused),
            reused=tuple(doc.source.path for doc in docs if doc.id in reused),
            removed=tuple(sorted(d.source.path for d in before if d.source.path not in now)),
            refused=report.refused,
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
        retrieved: Callable[[], None] | None = None,
    ) -> Answer:
        """The answer with its proof, or a refusal. Raises QuestionError, InputError.

        `retrieved` is called once the clauses are found and only the answer has to be made.
        """
        from qa.pipeline import answer

        check_options(k, method)
        began = time.perf_counter()
        question = self._question(text)
        understood = (time.perf_counter() - began) * 1000
        as_of = filters.as_of if filters is not None else None
        ranking = replace(self._ranking(method), retrieved=retrieved, as_of=as_of, answering=True)
        reader = self._reader if method == "hybrid" else None
        found = answer(
            question, ranking, reader=reader, k=k, filters=filters, aliases=self._aliases
        )
        timings = {"question": understood, **found.timings_ms}
        return replace(found, timings_ms=timings)

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
        docs = self.documents()
        bare = name.strip("《》 ")
        exact = [doc for doc in docs if name in _exact_names(doc)]
        found = exact or [doc for doc in docs if bare and bare in doc.name]
        if len(found) == 1:
            return found[0]
        listed = "、".join(f"{doc.id}《{doc.name}》" for doc in (found or docs)[:_LISTED])
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
            as_of = _a_day(as_of)
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

    def _ranking(self, method: Method) -> _Ranking:
        return _Ranking(self._index, method)

    def _regions(self, name: str) -> list[str]:
        known = sorted({doc.region for doc in self._index.names() if doc.region})
        found = [region for region in known if region == name] or [
            region for region in known if name and (name in region or region in name)
        ]
        if not found:
            raise InputError(f"索引里没有地区“{name}”，现有：{'、'.join(known) or '（无）'}。")
        return found

    def _question(self, text: str) -> Question:
        from qa.asked.question import analyze

        return analyze(clean_question(text), self._index.names())


def _a_day(text: str) -> str:
    """An ISO day; raises InputError for what is none."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise InputError(f"“{text}”不是日期，请写成 2023-06-30 的形式。") from error


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


def _mark(index_dir: Path, paths: Sequence[Path], docs: Iterable[PolicyDoc], data: Path) -> None:
    """Note beside the generations whether the built-in corpus and uploads are all there is.

    An index of another format cannot tell; the note lets it be replaced without losing anything.
    """
    note = index_dir / _BUILT_IN
    only = [path.resolve() for path in paths] == [CORPUS.resolve()]
    roots = (f"{CORPUS.name}/", f"{data.name}/")
    if only and all(doc.source.path.startswith(roots) for doc in docs):
        note.touch()
    else:
        note.unlink(missing_ok=True)


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


def _exact_names(doc: PolicyDoc) -> set[str]:
    path = doc.source.path
    number = {doc.meta.doc_number.value} if doc.meta.doc_number else set()
    return {doc.id, path, path.rsplit("/", 1)[-1], doc.name, f"《{doc.name}》"} | number


def _last(
    index_dir: Path, parameters: Mapping[str, int | str]
) -> tuple[Previous | None, tuple[PolicyDoc, ...]]:
    """The last generation with all its documents, or nothing when it cannot be read whole."""
    from index import persist

    old = persist.previous(index_dir, parameters)
    try:
        return old, tuple(old.data.documents) if old else ()
    except IndexError_:
        return None, ()


def _elsewhere(
    before: Iterable[PolicyDoc], paths: Sequence[Path], read: Iterable[PolicyDoc]
) -> tuple[PolicyDoc, ...]:
    """Documents of the last generation that lie under none of `paths`.

    A source path starts with the name of the folder that was given, so two different folders of
    the same name count as one.
    """
    roots = {path.resolve().name for path in paths}
    taken = {doc.id for doc in read}
    return tuple(
        doc
        for doc in before
        if doc.source.path.split("/", 1)[0].split(MEMBER, 1)[0] not in roots and doc.id not in taken
    )


def _filled(folders: Iterable[Path]) -> list[Path]:
    """Those that hold a document."""
    from ingest.files import find

    filled = []
    for folder in folders:
        try:
            filled += [folder] if find(folder) else []
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
