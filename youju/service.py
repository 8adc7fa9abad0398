"""The public Python API: everything of ingest, index and qa that others use comes through here.

    search = PolicySearch.open(index_dir, settings)
    answer = search.ask("贵州省2017年农产品质量抽检合格率要达到多少？")

Opening and asking never import what only building needs (readers, torch).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from youju import builds, corrections
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
    Answer,
    Comparison,
    Filters,
    FollowUp,
    Hit,
    Looser,
    Question,
)
from youju.settings import CORPUS, Settings
from youju.shelf import Shelf

if TYPE_CHECKING:
    from index.retrieve import HybridIndex
    from qa.facts.aliases import Aliases
    from qa.proof.verify import Verification
    from youju.records import Reader


__all__ = ["BuildReport", "PolicySearch", "Progress", "damaged", "open_or_build"]


class PolicySearch(Shelf):
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
        super().__init__(index)
        self._reopen = reopen
        self._reader = reader
        self._aliases = aliases
        self.notice = notice
        self._audit: Audit | None = None

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

        def reopen() -> HybridIndex | None:
            nonlocal made
            found = (persist.current(index_dir), corrections.stamp(index_dir))
            if found == made:
                return None
            people = corrections.load(index_dir)
            data = corrected_index(persist.load(index_dir, model, builds.parameters()), people)
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
