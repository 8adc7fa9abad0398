"""文库: the documents in the index; upload, removal and indexing where they are allowed."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from web import correcting, listing
from web import library_views as views
from web import page as dress
from web.shell import BARE, PRIVATE, Page, sentence
from web.strings import STRINGS
from web.views import message_view, told_view
from youju import uploads
from youju.errors import YoujuError
from youju.records import PolicyDoc
from youju.service import BuildReport
from youju.settings import Settings
from youju.uploads import Taken

_PATIENCE = 120.0  # seconds that an upload waits for another build to end
_MOST = 500  # documents that are removed at once
_OFTEN = 0.2  # seconds between two looks at the bar


def tab(page: Page) -> None:
    """The list of documents, fresh whenever the page is opened; controls unless read only."""
    settings = None if page.options.read_only else page.options.uploads
    shown = Listing(page, settings)
    library = _list(shown) if settings is None else _controls(page, shown)
    page.blocks.load(shown.listing, None, library, **PRIVATE)


def _list(shown: Listing, *more: Any) -> Any:
    """The table; `more` of what the browser may ask the server for."""
    import gradio as gr

    def look(given: Any) -> str:
        """Another page of the list."""
        return shown.listing(given)

    return gr.HTML(
        js_on_load=dress.script("library"), server_functions=[look, *more], elem_id="yj-library",
        **BARE,
    )  # fmt: skip


def _controls(page: Page, shown: Listing) -> Any:
    """Upload, replacement, indexing and the table, with their events."""
    import gradio as gr

    file = gr.File(
        label=page.say("library.upload"), file_count="multiple", type="filepath", height=120,
        elem_id="yj-upload",
    )  # fmt: skip
    again = gr.Button(page.say("library.reindex"), size="sm", elem_id="yj-reindex")
    state = gr.HTML(elem_id="yj-library-state", **BARE)
    instead = gr.File(
        label=page.say("library.new_file"), type="filepath", height=120, visible=False,
        elem_id="yj-replace",
    )  # fmt: skip
    aimed = gr.State("")

    def form(given: Any) -> str:
        return shown.form(given)

    def correct(given: Any) -> dict[str, Any]:
        return shown.correct(given)

    library = _list(shown, form, correct)

    def upload(files: Any) -> Iterator[tuple[Any, ...]]:
        """Keep what can be read, index it, tell of every file."""
        yield gr.skip(), views.uploads_view([], len(files or ())), gr.skip()
        for told, listed in shown.upload(files):
            yield listed or gr.skip(), told, None

    def removed(event: gr.EventData) -> Iterator[tuple[Any, ...]]:
        for told, listed in shown.remove(getattr(event, "source", None)):
            yield listed or gr.skip(), told

    def reindex() -> Iterator[tuple[Any, ...]]:
        for told, listed in shown.build():
            yield listed or gr.skip(), told

    def aim(event: gr.EventData) -> tuple[Any, ...]:
        source = str(getattr(event, "source", "") or "")
        return source, gr.File(visible=True, value=None), views.replacing_view(source)

    def exchange(one: Any, source: str) -> Iterator[tuple[Any, ...]]:
        for told, listed in shown.exchange(one, source):
            yield listed or gr.skip(), told, gr.File(visible=False, value=None)

    # The annotations above are strings, and `gr` is no global of this module: resolve them here.
    for event in (removed, aim):
        event.__annotations__["event"] = gr.EventData
    quiet = {**PRIVATE, "show_progress": "hidden"}
    file.upload(upload, file, [library, state, file], **quiet)
    again.click(reindex, None, [library, state], **quiet)
    library.discard(removed, None, [library, state], **quiet)
    library.aim(aim, None, [aimed, instead, state], **quiet)
    instead.upload(exchange, [instead, aimed], [library, state, instead], **quiet)
    return library


class Listing:
    """What the controls do: (what is told, the list where it has changed or "") step by step."""

    def __init__(self, page: Page, settings: Settings | None) -> None:
        self._page = page
        self._settings = settings

    def listing(self, given: Any = None) -> str:
        """A page of the documents as they are now, the first unless the browser asks for another.

        Only those that are shown are read.
        """
        there = uploads.listed(self._settings) if self._settings else ()
        search = self._page.service.newest()
        entries = search.entries()
        found = listing.listed(entries, search.states(), listing.wanted(given))
        first = found.wanted.page == 0 and not found.wanted.words
        return views.library_view(
            [search.document(doc_id) for doc_id in found.ids],
            there,
            removable=self._settings is not None,
            listed=found,
            waiting=set(there) - listing.files(entries) if first else (),
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
                uploads.remove(path, self._allowed())
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

    def form(self, given: Any) -> str:
        """The fields of a document that can be corrected."""
        doc = self._document(given)
        return told_view("original.gone") if doc is None else correcting.form_view(doc)

    def correct(self, given: Any) -> dict[str, Any]:
        """{"message": HTML, "wrong": whether nothing was kept} of what a form sends."""
        doc = self._document(given)
        if doc is None:
            return {"message": told_view("original.gone"), "wrong": True}
        try:
            told = correcting.correct(self._allowed().index, doc, given)
        except YoujuError as error:
            return {"message": message_view(sentence(error)), "wrong": True}
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
        yield views.stage_view(None, taken), ""
        report, told = None, 0.0
        try:
            for step in uploads.rebuild(self._allowed(), patience=patience):
                if isinstance(step, BuildReport):
                    report = step
                elif time.monotonic() - told > _OFTEN:
                    told = time.monotonic()
                    yield views.stage_view(step, taken), ""
        except YoujuError as error:
            message = sentence(error)
            if patience:
                message += STRINGS["library.unindexed"][0]
            yield views.report_view(None, taken, {}, message), self.listing()
            return
        documents = self._page.service.newest().documents()
        clauses = {doc.source.path: len(doc.clauses) for doc in documents}
        yield views.report_view(report, taken, clauses, "", exchanged=exchanged), self.listing()

    def _allowed(self) -> Settings:
        assert self._settings is not None, "a page that is read only has no controls"
        return self._settings
