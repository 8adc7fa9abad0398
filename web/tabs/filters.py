"""The filters that asking and searching share: document, region, year, only in force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from web.citing import bare_title
from web.shell import PRIVATE, Page
from youju.asking import day
from youju.records import Filters
from youju.service import PolicySearch

if TYPE_CHECKING:
    import gradio as gr

_DAY = 20  # characters of a day that are read
Choices = list[tuple[str, Any]]


def choices(search: PolicySearch) -> tuple[Choices, Choices, Choices]:
    """Documents, regions and years to choose from."""
    entries = search.entries()
    documents = sorted((bare_title(entry.name), entry.id) for entry in entries)
    regions = sorted({entry.region for entry in entries if entry.region})
    years = sorted({year for entry in entries for year in entry.years}, reverse=True)
    return documents, [(name, name) for name in regions], [(str(year), year) for year in years]


def chosen(docs: Any, regions: Any, years: Any, in_force: Any, as_of: Any = None) -> Filters | None:
    """What the browser sends → filters; nothing chosen is None.

    The day is what was typed: `within_reason` looks at it.
    """
    filters = Filters(
        doc_ids=tuple(str(doc) for doc in _several(docs)) or None,
        regions=tuple(str(region) for region in _several(regions)) or None,
        years=tuple(int(year) for year in _several(years) if str(year).isdecimal()) or None,
        in_force=in_force is True,
        as_of=(as_of.strip()[:_DAY] or None) if isinstance(as_of, str) else None,
    )
    return None if filters == Filters() else filters


def within_reason(filters: Filters | None) -> Filters | None:
    """The filters with a day that is one; raises InputError."""
    if filters is None or filters.as_of is None:
        return filters
    return replace(filters, as_of=day(filters.as_of))


def restored(event: Any, search: PolicySearch) -> list[Any]:
    """The values of the inputs that an address names, without what cannot be chosen any more."""
    offered = choices(search)
    kept: list[Any] = []
    for name, options in zip(("doc", "region", "year"), offered, strict=True):
        values = {str(value): value for _, value in options}
        given = getattr(event, name, None)
        kept.append([values[str(one)] for one in _several(given) if str(one) in values])
    as_of = getattr(event, "as_of", "")
    return [*kept, getattr(event, "in_force", False) is True, str(as_of or "")[:_DAY]]


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
                ("document", "region", "year"), listed, (3, 2, 2), strict=True
            )
        ]  # fmt: skip
        force = gr.Checkbox(
            label=page.say("filter.in_force"), min_width=104, scale=1,
            elem_id=f"yj-{name}-in_force", container=False,
        )  # fmt: skip
        as_of = gr.Textbox(
            label=page.say("filter.as_of"), placeholder=page.say("filter.today"), max_lines=1,
            min_width=150, scale=1, elem_id=f"yj-{name}-as_of",
        )  # fmt: skip

    def fresh() -> list[dict[str, Any]]:
        return [gr.update(choices=options) for options in choices(page.service.newest())]

    page.blocks.load(fresh, None, picks, **PRIVATE)
    return [*picks, force, as_of]


def _several(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else []
