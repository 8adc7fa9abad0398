"""对比: one indicator across documents as table and chart; all targets of one document; exports."""

from __future__ import annotations

import hashlib
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from web import address
from web import comparison_views as views
from web import page as dress
from web.markup import attribute
from web.shell import BARE, PRIVATE, Page, sentence
from web.tabs.filters import choices, restored
from web.views import message_view, told_view
from youju import exports
from youju.errors import IndexError_, YoujuError
from youju.records import Comparison, Filters
from youju.service import PolicySearch

_READ = 50  # documents whose indicators are offered to choose from
_OFFERED = 400


def indicators(search: PolicySearch) -> list[str]:
    """Names to choose from, those of most documents first."""
    named: Counter[str] = Counter()
    for doc in search.documents()[:_READ]:
        named.update({" ".join(fact.indicator.split()) for fact in doc.facts})
    ranked = sorted(named, key=lambda name: (-named[name], name))
    return ranked[:_OFFERED]


class _Tab:
    """The components, and what their events do. It keeps nothing of a visitor."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._taken = tempfile.TemporaryDirectory(prefix="youju-compare-")

    # --- events ---

    def compare(self, text: Any, regions: Any, years: Any) -> tuple[str, Any, Any]:
        """Indicator → tables and charts, and the two files to take away."""
        import gradio as gr

        search = self._page.service.newest()
        off = gr.DownloadButton(interactive=False)
        try:
            found = search.compare(
                str(text or ""),
                [str(name) for name in regions or ()],
                [int(year) for year in years or () if str(year).isdecimal()],
            )
            within = Filters(
                regions=tuple(str(name) for name in regions or ()) or None,
                years=tuple(int(y) for y in years or () if str(y).isdecimal()) or None,
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
        """What an address asks: the indicator, the places, the years."""
        _, regions, years, _, _ = restored(event, self._page.service.newest())
        return [str(getattr(event, "q", "") or "") or None, regions, years]

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
        documents, regions, years = choices(search)
        offered = (indicators(search), regions, years, documents)
        return [gr.update(choices=names) for names in offered]

    # --- files ---

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
        if not folder.exists():
            folder.mkdir()
            table = text.encode("utf-8", "surrogatepass")
            (folder / f"{name}.csv").write_bytes(b"\xef\xbb\xbf" + table)
            (folder / f"{name}.xlsx").write_bytes(exports.workbook([(name, columns, rows)]))
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
        documents, regions, years = choices(search)
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
        inputs = [text, places, times]
        for event in (text.input, button.click):
            event(self.compare, inputs, [result, *taken], **PRIVATE)
        result.go(self.go, None, inputs, **PRIVATE).then(
            self.compare, inputs, [result, *taken], **PRIVATE
        )
        documents_box.input(self.facts, documents_box, [table, *files], **PRIVATE)
        boxes = [text, places, times, documents_box]
        self._page.blocks.load(self.refresh, None, boxes, **PRIVATE)

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
