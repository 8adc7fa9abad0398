"""对比: one indicator across documents as table and chart; a document's targets; two versions.

All of them leave as files.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from web import address
from web import comparison_views as views
from web import page as dress
from web.markup import attribute
from web.shell import BARE, PRIVATE, QUIET, Page, sentence
from web.strings import both
from web.tabs.filters import (
    Choices,
    choices,
    collections,
    named,
    offering,
    on_demand,
    refreshed,
    restored,
    showing,
)
from web.version_views import versions_view
from web.views import message_view, told_view
from youju import diff_views, exports, takeaway
from youju.errors import IndexError_, YoujuError
from youju.records import Comparison, Filters, PolicyDoc
from youju.service import PolicySearch

if TYPE_CHECKING:
    from qa.versions import Change

_READ = 50  # documents whose indicators are offered to choose from
_OFFERED = 400


def indicators(search: PolicySearch) -> list[str]:
    """Names to choose from, those of most documents first."""
    named: Counter[str] = Counter()
    for doc in search.documents()[:_READ]:
        named.update({" ".join(fact.indicator.split()) for fact in doc.facts})
    ranked = sorted(named, key=lambda name: (-named[name], name))
    return ranked[:_OFFERED]


def _made(place: Path, make: Callable[[], bytes]) -> None:
    """Have a file there, whole, whoever else wants it: it is swept a while after it was wanted."""
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.exists():
        place.touch()
    else:
        takeaway.save(place, make())


class _Tab:
    """The components, and what their events do. It keeps nothing of a visitor."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._taken = tempfile.TemporaryDirectory(prefix="youju-compare-")

    # --- events ---

    def compare(
        self, text: Any, regions: Any, years: Any, collected: Any = None
    ) -> tuple[str, Any, Any]:
        """Indicator → tables and charts, and the two files to take away."""
        import gradio as gr

        search = self._page.service.newest()
        off = gr.DownloadButton(interactive=False)
        try:
            found = search.compare(
                str(text or ""),
                [str(name) for name in regions or ()],
                [int(year) for year in years or () if str(year).isdecimal()],
                named(collected) or (),
            )
            within = Filters(
                regions=tuple(str(name) for name in regions or ()) or None,
                years=tuple(int(y) for y in years or () if str(y).isdecimal()) or None,
                collections=named(collected),
            )
            query = address.question("compare", str(text or ""), within)
            shown = views.comparison_view(found, search.document)
            shown = f'<div data-address="{attribute(query)}">{shown}</div>'
            if not found.indicators:
                return shown, off, off
            return shown, *self._comparison_files(found, search)
        except YoujuError as error:
            return message_view(sentence(error)), off, off

    def go(self, event: Any) -> list[Any]:
        """What an address asks: the indicator, the places, the years, the collections."""
        _, regions, years, _, _, collected = restored(event, self._page.service.newest())
        return [str(getattr(event, "q", "") or "") or None, regions, years, collected]

    def facts(self, doc_id: Any) -> tuple[str, Any, Any]:
        """A document → the table of its targets, and the two files."""
        import gradio as gr

        off = gr.DownloadButton(interactive=False)
        try:
            doc = self._page.service.newest().document(str(doc_id)) if doc_id else None
        except (KeyError, IndexError_):
            return told_view("facts.gone"), off, off
        if doc is None or not doc.facts:
            return views.facts_view(doc), off, off
        rows = exports.fact_rows([(doc, fact) for fact in doc.facts])
        files = self._files("数值目标", exports.FACT_COLUMNS, rows)
        return views.facts_view(doc), *files

    def refresh(self) -> list[Any]:
        """What can be chosen, as it is when the page is opened."""
        import gradio as gr

        search = self._page.service.newest()
        _, regions, years, collected = choices(search)
        offered = (indicators(search), regions, years)
        shown = [refreshed(search) for _ in range(3)]
        return [*(gr.update(choices=names) for names in offered), *shown, offering(collected)]

    def versions(self, old: Any, new: Any) -> tuple[str, Any, Any]:
        """Two documents → what became of every clause, and the two files."""
        import gradio as gr

        off = gr.DownloadButton(interactive=False)
        if not old or not new or old == new:
            return told_view("diff.choose"), off, off
        try:
            first, second, found = self._page.service.newest().diff(str(old), str(new))
        except YoujuError as error:
            return message_view(sentence(error)), off, off
        query = address.versions(first, second)
        shown = (
            f'<div data-address="{attribute(query)}">{versions_view(found, first, second)}</div>'
        )
        return shown, *self._version_files(found, first, second)

    def go_versions(self, event: Any) -> list[Any]:
        """The two documents that an address names, where they can be chosen."""
        search = self._page.service.newest()
        known = {entry.id for entry in search.entries()}
        given = [str(getattr(event, name, "") or "") for name in ("old", "new")]
        return [showing(search, [one], one if one in known else None) for one in given]

    # --- files ---

    def _version_files(
        self, found: Sequence[Change], old: PolicyDoc, new: PolicyDoc
    ) -> tuple[Any, ...]:
        """Word and Markdown of what changed, one folder per pair of documents."""
        import gradio as gr

        told = [change for change in found if change.kind != "same"]
        names = f"{old.id} {new.id} {diff_views.named(old)} {diff_views.named(new)}"
        digest = hashlib.sha256(names.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        folder = Path(self._taken.name) / digest
        for kind in diff_views.KINDS:
            make = partial(diff_views.file, kind, told, old, new)
            _made(folder / f"版本对照.{kind}", make)
        return tuple(
            gr.DownloadButton(value=str(folder / f"版本对照.{kind}"), interactive=True)
            for kind in diff_views.KINDS
        )

    def _comparison_files(self, found: Comparison, search: PolicySearch) -> tuple[Any, Any]:
        rows = exports.comparison_rows(found, search.document)
        return self._files("对比", exports.COMPARISON_COLUMNS, rows)

    def _files(
        self, name: str, columns: tuple[str, ...], rows: list[exports.Row]
    ) -> tuple[Any, Any]:
        """CSV (with the mark that makes Excel read UTF-8) and xlsx, one folder per content."""
        import gradio as gr

        text = exports.csv_text(columns, rows)
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        folder = Path(self._taken.name) / digest
        table = b"\xef\xbb\xbf" + text.encode("utf-8", "surrogatepass")
        _made(folder / f"{name}.csv", lambda: table)
        _made(folder / f"{name}.xlsx", lambda: exports.workbook([(name, columns, rows)]))
        return tuple(
            gr.DownloadButton(value=str(folder / f"{name}.{kind}"), interactive=True)
            for kind in ("csv", "xlsx")
        )  # type: ignore[return-value]

    # --- layout ---

    def build(self) -> None:
        """Fill the open tab."""
        import gradio as gr

        say = self._page.say
        search = self._page.service.newest()
        documents, regions, years, collected = choices(search)
        with gr.Row(equal_height=True):
            text = gr.Dropdown(
                indicators(search), value=None, allow_custom_value=True,
                label=say("compare.indicator"), scale=6, elem_id="yj-indicator",
            )  # fmt: skip
            places = gr.Dropdown(
                regions, value=[], multiselect=True, label=say("filter.region"),
                min_width=120, scale=3, elem_id="yj-compare-region",
            )  # fmt: skip
            times = gr.Dropdown(
                years, value=[], multiselect=True, label=say("filter.year"),
                min_width=120, scale=2, elem_id="yj-compare-year",
            )  # fmt: skip
            within = collections(self._page, "compare", collected)
            button = gr.Button(say("compare.button"), elem_id="yj-compare", scale=1)
        result = gr.HTML(
            js_on_load=f"const tab = 'compare';\n{dress.script('go')}\n{dress.script('tables')}",
            elem_id="yj-compared", **BARE,
        )  # fmt: skip
        taken = self._buttons("compared")
        documents_box = gr.Dropdown(
            documents, value=None, label=say("facts.document"), elem_id="yj-facts-document"
        )
        table = gr.HTML(js_on_load=dress.script("tables"), elem_id="yj-facts", **BARE)
        files = self._buttons("facts")
        self.go.__func__.__annotations__["event"] = gr.EventData  # type: ignore[attr-defined]
        inputs = [text, places, times, within]
        for event in (text.input, button.click):
            event(self.compare, inputs, [result, *taken], **PRIVATE)
        result.go(self.go, None, inputs, **PRIVATE).then(
            self.compare, inputs, [result, *taken], **PRIVATE
        )
        documents_box.input(self.facts, documents_box, [table, *files], **PRIVATE)
        pair = self._versions_row(documents)
        boxes = [text, places, times, documents_box, *pair, within]
        self._page.blocks.load(self.refresh, None, boxes, **QUIET)
        for field in (documents_box, *pair):
            on_demand(self._page, field)

    def _versions_row(self, documents: Choices) -> list[Any]:
        """The two documents to choose, what changed between them, its files."""
        import gradio as gr

        say = self._page.say
        gr.HTML(f"<h2>{both('diff.title')}</h2>", elem_id="yj-versions-title", **BARE)
        with gr.Row(equal_height=True):
            pair = [
                gr.Dropdown(
                    documents, value=None, label=say(f"diff.{name}"), scale=4,
                    elem_id=f"yj-versions-{name}",
                )
                for name in ("old", "new")
            ]  # fmt: skip
            button = gr.Button(say("diff.button"), elem_id="yj-versions-button", scale=1)
        result = gr.HTML(
            js_on_load=f"const tab = 'versions';\n{dress.script('go')}", elem_id="yj-versions",
            **BARE,
        )  # fmt: skip
        with gr.Row():
            files = [
                gr.DownloadButton(
                    say(f"diff.{kind}"), interactive=False, size="sm",
                    elem_id=f"yj-versions-{kind}",
                )
                for kind in diff_views.KINDS
            ]  # fmt: skip
        self.go_versions.__func__.__annotations__["event"] = gr.EventData  # type: ignore[attr-defined]
        button.click(self.versions, pair, [result, *files], **PRIVATE)
        result.go(self.go_versions, None, pair, **PRIVATE).then(
            self.versions, pair, [result, *files], **PRIVATE
        )
        return pair

    def _buttons(self, name: str) -> list[Any]:
        import gradio as gr

        with gr.Row():
            return [
                gr.DownloadButton(
                    self._page.say(f"compare.{kind}"), interactive=False, size="sm",
                    elem_id=f"yj-{name}-{kind}",
                )
                for kind in ("csv", "xlsx")
            ]  # fmt: skip


def tab(page: Page) -> None:
    """Indicator, places and years; table, chart, files; below, a document's targets."""
    _Tab(page).build()
