"""文库: the documents in the index; upload, removal and indexing where they are allowed."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from web import library_views as views
from web import listing
from web import page as dress
from web.shell import BARE, PRIVATE, Page, sentence
from web.strings import STRINGS
from youju import uploads
from youju.errors import YoujuError
from youju.service import BuildReport
from youju.settings import Settings
from youju.uploads import Taken

_PATIENCE = 120.0  # seconds that an upload waits for another build to end
_OFTEN = 0.2  # seconds between two looks at the bar


def tab(page: Page) -> None:
    """The list of documents, fresh whenever the page is opened; controls unless read only."""
    import gradio as gr

    settings = None if page.options.read_only else page.options.uploads
    shown = Listing(page, settings)

    def look(given: Any) -> str:
        """Another page of the list."""
        return shown.listing(given)

    if settings is None:
        library = gr.HTML(
            js_on_load=dress.script("library"), server_functions=[look], elem_id="yj-library",
            **BARE,
        )  # fmt: skip
        page.blocks.load(shown.listing, None, library, **PRIVATE)
        return
    file = gr.File(
        label=page.say("library.upload"), file_count="multiple", type="filepath", height=120,
        elem_id="yj-upload",
    )  # fmt: skip
    again = gr.Button(page.say("library.reindex"), size="sm", elem_id="yj-reindex")
    state = gr.HTML(elem_id="yj-library-state", **BARE)
    library = gr.HTML(
        js_on_load=dress.script("library"), server_functions=[look], elem_id="yj-library", **BARE
    )

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

    # The annotations above are strings, and `gr` is no global of this module: resolve them here.
    removed.__annotations__["event"] = gr.EventData
    quiet = {**PRIVATE, "show_progress": "hidden"}
    file.upload(upload, file, [library, state, file], **quiet)
    again.click(reindex, None, [library, state], **quiet)
    library.discard(removed, None, [library, state], **quiet)
    page.blocks.load(shown.listing, None, library, **PRIVATE)


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

    def remove(self, path: Any) -> Iterator[tuple[str, str]]:
        """Delete an uploaded file, then index without it."""
        try:
            uploads.remove(path, self._allowed())
        except YoujuError as error:
            yield views.report_view(None, (), {}, sentence(error)), self.listing()
            return
        yield from self.build((), _PATIENCE)

    def build(
        self, taken: Sequence[Taken] = (), patience: float = 0.0
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
        yield views.report_view(report, taken, clauses, ""), self.listing()

    def _allowed(self) -> Settings:
        assert self._settings is not None, "a page that is read only has no controls"
        return self._settings
