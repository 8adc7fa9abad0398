"""文库: the documents in the index; upload, removal and indexing where they are allowed."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from web import address, correcting, listing
from web import library_views as views
from web import page as dress
from web.login import visitor
from web.shell import BARE, QUIET, Page, sentence
from web.strings import STRINGS, both
from web.views import message_view, told_view
from web.watched import ROLE
from youju import membership, uploads
from youju.errors import YoujuError
from youju.records import PolicyDoc
from youju.reindexing import Build, Builds, Stage
from youju.service import BuildReport, PolicySearch
from youju.settings import Settings
from youju.uploads import Taken

if TYPE_CHECKING:
    import gradio as gr

_PATIENCE = 120.0  # seconds that an upload waits for another build to end
_MOST = 500  # documents that are removed at once
_FOLLOWERS = 20  # pages that follow a build which they did not start
_OFTEN = 0.2  # seconds between two looks at the bar


def tab(page: Page) -> None:
    """The list of documents, fresh whenever the page is opened; controls unless read only."""
    import gradio as gr

    settings = None if page.options.read_only else page.options.uploads
    shown = Listing(page, settings)
    library = _list(shown) if settings is None else _Controls(page, shown).connect()

    def first(request: gr.Request) -> str:
        """What an address asks for is asked by the script, once this is there."""
        editing = page.options.may(request.username, "editor")
        return shown.listing(quiet=True, editing=editing)

    first.__annotations__["request"] = gr.Request
    page.blocks.load(first, None, library, **QUIET)


def _list(shown: Listing, *more: Any) -> Any:
    """The table; `more` of what the browser may ask the server for."""
    import gradio as gr

    def look(given: Any) -> str:
        """Another page of the list."""
        return shown.listing(given, editing=ROLE.get() != "reader")

    return gr.HTML(
        js_on_load=dress.script("library"), server_functions=[look, *more], elem_id="yj-library",
        **BARE,
    )  # fmt: skip


class _Controls:
    """Upload, replacement, indexing and the table, and what their events do."""

    def __init__(self, page: Page, shown: Listing) -> None:
        import gradio as gr

        self._page, self._shown = page, shown
        self.file = gr.File(
            label=page.say("library.upload"), file_count="multiple", type="filepath", height=120,
            elem_id="yj-upload",
        )  # fmt: skip
        with gr.Row():
            self.again = gr.Button(page.say("library.reindex"), size="sm", elem_id="yj-reindex")
            self.stop = gr.Button(
                page.say("library.stop"), size="sm", visible=False, elem_id="yj-stop"
            )
        self.state = gr.HTML(elem_id="yj-library-state", **BARE)
        self.instead = gr.File(
            label=page.say("library.new_file"), type="filepath", height=120, visible=False,
            elem_id="yj-replace",
        )  # fmt: skip
        self.aimed = gr.State("")
        self.library = _list(shown, *_asked_for(shown))

    def connect(self) -> Any:
        """Bind the events; the table."""
        import gradio as gr

        # The annotations below are strings, and `gr` is no global of this module.
        for event in (type(self).removed, type(self).aim):
            event.__annotations__["event"] = gr.EventData
        for load in (type(self).offer, type(self).follow):
            load.__annotations__["request"] = gr.Request
        blocks, outcome = self._page.blocks, [self.library, self.state, self.stop]
        if self._page.options.roles is not None:
            blocks.load(self.offer, None, [self.file, self.again], **QUIET)
        self.file.upload(self.upload, self.file, [*outcome, self.file], **QUIET)
        self.again.click(self.reindex, None, outcome, **QUIET)
        self.stop.click(self.halt_index, None, self.stop, **QUIET)
        self.library.discard(self.removed, None, outcome, **QUIET)
        self.library.aim(self.aim, None, [self.aimed, self.instead, self.state], **QUIET)
        given = [self.instead, self.aimed]
        self.instead.upload(self.exchange, given, [*outcome, self.instead], **QUIET)
        blocks.load(self.follow, None, outcome, concurrency_limit=_FOLLOWERS, **QUIET)
        return self.library

    def offer(self, request: gr.Request) -> list[Any]:
        """What a reader cannot use is not shown."""
        import gradio as gr

        editing = self._page.options.may(request.username, "editor")
        return [gr.File(visible=editing), gr.Button(visible=editing)]

    def upload(self, files: Any) -> Iterator[tuple[Any, ...]]:
        """Keep what can be read, index it, tell of every file."""
        import gradio as gr

        yield gr.skip(), views.uploads_view([], len(files or ())), gr.skip(), gr.skip()
        for step in self._shows(self._shown.upload(files)):
            yield *step, None

    def removed(self, event: gr.EventData) -> Iterator[tuple[Any, ...]]:
        """Remove what the table names."""
        yield from self._shows(self._shown.remove(getattr(event, "source", None)))

    def reindex(self) -> Iterator[tuple[Any, ...]]:
        """Index the folder anew."""
        yield from self._shows(self._shown.build())

    def halt_index(self) -> Any:
        """Ask the builds to end; whoever follows them tells when they have."""
        import gradio as gr

        self._shown.builds.stop()
        return gr.Button(interactive=False)

    def follow(self, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        """A page that is opened while the index is built shows how far it is."""
        import gradio as gr

        editing = self._page.options.may(request.username, "editor")
        going = self._shown.builds.going() if editing else ()
        if not going:
            yield gr.skip(), gr.skip(), _no_button()
        else:
            yield from self._shows(self._shown.follow(going[-1]))

    def aim(self, event: gr.EventData) -> tuple[Any, ...]:
        """Ask for the file that takes the place of the one that the table names."""
        import gradio as gr

        source = str(getattr(event, "source", "") or "")
        return source, gr.File(visible=True, value=None), views.replacing_view(source)

    def exchange(self, one: Any, source: str) -> Iterator[tuple[Any, ...]]:
        """Put that file in its place."""
        import gradio as gr

        for step in self._shows(self._shown.exchange(one, source)):
            yield *step, gr.File(visible=False, value=None)

    def _shows(self, steps: Iterator[tuple[str, str]]) -> Iterator[tuple[Any, ...]]:
        """The list where it has changed, what is told, and the button that stops a build."""
        import gradio as gr

        for told, listed in steps:
            going = bool(self._shown.builds.going())
            button = gr.Button(visible=True) if going else _no_button()
            yield listed or gr.skip(), told, button


def _no_button() -> Any:
    import gradio as gr

    return gr.Button(visible=False, interactive=True)


def _asked_for(shown: Listing) -> tuple[Any, ...]:
    """What the table asks the server for."""
    import gradio as gr

    def form(given: Any, request: Any) -> str:
        return shown.form(given, visitor(request))

    def correct(given: Any, request: Any) -> dict[str, Any]:
        return shown.correct(given, visitor(request))

    def collect(given: Any) -> dict[str, Any]:
        return shown.collect(given)

    for asked in (form, correct):
        asked.__annotations__["request"] = gr.Request
    return form, correct, collect


class Listing:
    """What the controls do: (what is told, the list where it has changed or "") step by step."""

    def __init__(self, page: Page, settings: Settings | None) -> None:
        self._page = page
        self._settings = settings
        self.builds = Builds()

    def listing(self, given: Any = None, *, quiet: bool = False, editing: bool = True) -> str:
        """A page of the documents as they are now, the first unless the browser asks for another.

        Only those that are shown are read. `quiet`: the browser's address is left as it is.
        `editing`: with what changes documents, where that is allowed at all.
        """
        settings = self._settings if editing else None
        search = self._page.service.newest()
        files = uploads.listed(settings) if settings else ()
        there = [path for path in files if not search.hides(path)]
        entries = search.entries()
        found = listing.listed(entries, search.states(), listing.wanted(given), search.collections)
        first = found.wanted.page == 0 and not found.wanted.words
        return views.library_view(
            [search.document(doc_id) for doc_id in found.ids],
            there,
            removable=settings is not None,
            listed=found,
            waiting=set(there) - listing.files(entries) if first else (),
            address="" if quiet else address.library(asdict(found.wanted)),
        )

    def upload(self, files: Any) -> Iterator[tuple[str, str]]:
        """Take the files (places of Gradio's own temporary folder, emptied here), then index."""
        places = [Path(file) for file in files or () if isinstance(file, str)]
        taken: list[Taken] = []
        try:
            for one in uploads.take(places, self._allowed(), self._page.service.newest()):
                taken.append(one)
                yield views.uploads_view(taken, len(places)), ""
        finally:
            for place in places:
                place.unlink(missing_ok=True)
        if any(one.path for one in taken):
            yield from self.build(taken, _PATIENCE)
        else:
            yield views.report_view(None, taken, {}, ""), ""

    def remove(self, given: Any) -> Iterator[tuple[str, str]]:
        """Delete an uploaded file, or several, then index without them."""
        paths = given if isinstance(given, list) else [given]
        try:
            for path in dict.fromkeys(str(one) for one in paths[:_MOST]):
                uploads.remove(path, self._allowed(), self._page.service.newest())
        except YoujuError as error:
            yield views.report_view(None, (), {}, sentence(error)), self.listing()
            return
        yield from self.build((), _PATIENCE)

    def exchange(self, file: Any, source: Any) -> Iterator[tuple[str, str]]:
        """Put a file in the place of an uploaded one, then index it."""
        place = Path(str(file))
        try:
            taken = uploads.exchange(place, source, self._allowed(), self._page.service.newest())
        except YoujuError as error:
            yield views.report_view(None, (), {}, sentence(error)), self.listing()
            return
        finally:
            place.unlink(missing_ok=True)
        yield from self.build((taken,), _PATIENCE, exchanged=True)

    def form(self, given: Any, who: str = "") -> str:
        """The fields of a document that can be corrected."""
        doc = self._document(given)
        return told_view("original.gone") if doc is None else correcting.form_view(doc, who)

    def correct(self, given: Any, who: str = "") -> dict[str, Any]:
        """{"message": HTML, "wrong": whether nothing was kept} of what a form sends."""
        doc = self._document(given)
        if doc is None:
            return {"message": told_view("original.gone"), "wrong": True}
        try:
            told = correcting.correct(self._allowed().index, doc, given, who)
        except YoujuError as error:
            return {"message": message_view(sentence(error)), "wrong": True}
        return {"message": f'<p class="yj-note" role="status">{told}</p>', "wrong": False}

    def collect(self, given: Any) -> dict[str, Any]:
        """Put the chosen documents into a collection, or take them out; as `correct` tells it."""
        known = given if isinstance(given, dict) else {}
        search = self._page.service.newest()
        entries = search.entries()
        if known.get("all") is True:
            asked = listing.wanted(known.get("at"))
            chosen = listing.fitting(entries, search.states(), asked, search.collections)
        else:
            docs = known.get("docs")
            ids = {str(one) for one in docs[:_MOST]} if isinstance(docs, list) else set()
            chosen = [entry for entry in entries if entry.id in ids]
        if not chosen:
            return {"message": told_view("original.gone"), "wrong": True}
        paths, leaving = [entry.path for entry in chosen], known.get("remove") is True
        try:
            name = search.collecting(str(known.get("name") or ""), leaving=leaving)
            change = membership.remove if leaving else membership.add
            count = change(self._allowed().index, name, paths)
        except YoujuError as error:
            return {"message": message_view(sentence(error)), "wrong": True}
        told = both("library.uncollected" if leaving else "library.collected", name=name, n=count)
        return {"message": f'<p class="yj-note" role="status">{told}</p>', "wrong": False}

    def _document(self, given: Any) -> PolicyDoc | None:
        known = given if isinstance(given, dict) else {}
        try:
            return self._page.service.newest().document(str(known.get("doc")))
        except KeyError:
            return None

    def build(
        self, taken: Sequence[Taken] = (), patience: float = 0.0, *, exchanged: bool = False
    ) -> Iterator[tuple[str, str]]:
        """Index the folder anew; others go on asking the old generation."""
        build = self.builds.start(self._allowed(), patience=patience)
        yield from self.follow(build, taken, exchanged=exchanged, changed=bool(patience))

    def follow(
        self,
        build: Build,
        taken: Sequence[Taken] = (),
        *,
        exchanged: bool = False,
        changed: bool = False,
    ) -> Iterator[tuple[str, str]]:
        """How far a build is, and its end. `changed`: for files that it was to take in."""
        yield views.stage_view(None, taken), ""
        report, shown = None, 0.0
        try:
            for step in build.steps():
                if isinstance(step, BuildReport):
                    report = step
                elif time.monotonic() - shown > _OFTEN:
                    shown = time.monotonic()
                    yield views.stage_view(self._seen(step), taken), ""
        except YoujuError as error:
            message = sentence(error)
            if self._page.service.newest().mentions_hidden(message):
                message = STRINGS["library.not_built"][0]
            if changed:
                message += STRINGS["library.unindexed"][0]
            yield views.report_view(None, taken, {}, message), self.listing()
            return
        search = self._page.service.newest()
        documents = search.documents()
        report = report and _seen(report, search)
        clauses = {doc.source.path: len(doc.clauses) for doc in documents}
        told = views.report_view(report, taken, clauses, "", exchanged=exchanged)
        yield told, self._asked(taken, documents) + self.listing()

    def _seen(self, stage: Stage) -> Stage:
        """A stage without the name of a file that is not there for whoever looks."""
        hidden = self._page.service.newest().mentions_hidden(stage.name)
        return replace(stage, name=stage.name.partition(" ")[0]) if hidden else stage

    def _asked(self, taken: Sequence[Taken], documents: Sequence[PolicyDoc]) -> str:
        """A question for each upload whose name was known; nobody has to answer it."""
        by_path = {doc.source.path: doc for doc in documents}
        pairs = ((by_path.get(one.path or ""), by_path.get(one.like or "")) for one in taken)
        return "".join(views.asking_view(new, old) for new, old in pairs if new and old)

    def _allowed(self) -> Settings:
        assert self._settings is not None, "a page that is read only has no controls"
        return self._settings


def _seen(report: BuildReport, search: PolicySearch) -> BuildReport:
    """What of a build is told to somebody: nothing of what is not there for him."""

    def paths(some: Sequence[str]) -> tuple[str, ...]:
        return tuple(path for path in some if not search.hides(path))

    def pairs(some: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        return tuple((path, told) for path, told in some if not search.hides(path))

    return replace(
        report,
        documents=len(search.entries()),
        read=paths(report.read),
        reused=paths(report.reused),
        removed=paths(report.removed),
        refused=pairs(report.refused),
        duplicates=tuple(one for one in report.duplicates if not any(map(search.hides, one))),
        partial=pairs(report.partial),
    )
