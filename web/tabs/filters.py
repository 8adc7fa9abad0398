"""The filters that asking and searching share: document, region, year, only in force."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from web.citing import bare_title
from web.shell import PRIVATE, Page
from youju.records import Filters
from youju.service import PolicySearch

if TYPE_CHECKING:
    import gradio as gr

Choices = list[tuple[str, Any]]


def choices(search: PolicySearch) -> tuple[Choices, Choices, Choices]:
    """Documents, regions and years to choose from."""
    entries = search.entries()
    documents = sorted((bare_title(entry.name), entry.id) for entry in entries)
    regions = sorted({entry.region for entry in entries if entry.region})
    years = sorted({year for entry in entries for year in entry.years}, reverse=True)
    return documents, [(name, name) for name in regions], [(str(year), year) for year in years]


def chosen(docs: Any, regions: Any, years: Any, in_force: Any) -> Filters | None:
    """What the browser sends → filters; nothing chosen is None."""
    filters = Filters(
        doc_ids=tuple(str(doc) for doc in _several(docs)) or None,
        regions=tuple(str(region) for region in _several(regions)) or None,
        years=tuple(int(year) for year in _several(years) if str(year).isdecimal()) or None,
        in_force=in_force is True,
    )
    return None if filters == Filters() else filters


def row(page: Page, name: str) -> list[gr.components.Component]:
    """The inputs of one tab, in the order of `chosen`; fresh whenever the page is opened."""
    import gradio as gr

    listed = choices(page.service.newest())
    with gr.Row(elem_id=f"yj-filters-{name}", elem_classes="yj-filters"):
        picks = [
            gr.Dropdown(
                options, value=[], multiselect=True, label=page.say(f"filter.{field}"),
                min_width=120, scale=scale, elem_id=f"yj-{name}-{field}",
            )
            for field, options, scale in zip(
                ("document", "region", "year"), listed, (4, 2, 2), strict=True
            )
        ]  # fmt: skip
        force = gr.Checkbox(
            label=page.say("filter.in_force"), min_width=110, scale=1,
            elem_id=f"yj-{name}-in_force", container=False,
        )  # fmt: skip

    def fresh() -> list[dict[str, Any]]:
        return [gr.update(choices=options) for options in choices(page.service.newest())]

    page.blocks.load(fresh, None, picks, **PRIVATE)
    return [*picks, force]


def _several(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else []
