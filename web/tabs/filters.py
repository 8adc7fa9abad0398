"""The filters that asking and searching share: document, region, year, validity, collection."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from heapq import nsmallest
from typing import TYPE_CHECKING, Any

from web import listing
from web.citing import bare_title
from web.shell import QUIET, Page
from youju.asking import day
from youju.records import Filters
from youju.service import PolicySearch

if TYPE_CHECKING:
    import gradio as gr

_DAY = 20  # characters of a day that are read
_NAME, _MOST = 100, 50  # characters of a collection's name, and collections, that are read
Choices = list[tuple[str, Any]]
# Documents that a field offers at once. Gradio sends all that a field offers with the page, and
# keeps it for every visitor.
OFFERED = 100


def choices(search: PolicySearch) -> tuple[Choices, Choices, Choices, Choices]:
    """Documents, regions, years and collections to choose from; of many documents the first."""
    entries = search.entries()
    regions = sorted({entry.region for entry in entries if entry.region})
    years = sorted({year for entry in entries for year in entry.years}, reverse=True)
    return (
        documents(search),
        [(name, name) for name in regions],
        [(str(year), year) for year in years],
        offered(search),
    )


def few(search: PolicySearch) -> bool:
    """True where a field can offer every document."""
    return len(search.entries()) <= OFFERED


def documents(search: PolicySearch, typed: str = "", kept: Collection[str] = ()) -> Choices:
    """The documents `kept`, by their ids, and the first by title that fit what is typed."""
    words = listing.folded(typed)
    entries = search.entries()
    stay = [(bare_title(entry.name), entry.id) for entry in entries if entry.id in kept]
    fit = (
        (bare_title(entry.name), entry.id)
        for entry in entries
        if entry.id not in kept and listing.holds(entry, words)
    )
    return [*sorted(stay), *nsmallest(OFFERED, fit)]


def showing(search: PolicySearch, kept: Collection[str], value: Any) -> Any:
    """The value of a field of documents, which has to offer what it shows."""
    import gradio as gr

    if few(search):
        return value
    return gr.update(value=value, choices=documents(search, kept=kept))


def on_demand(page: Page, field: gr.components.Component) -> None:
    """Let a field of documents offer what fits the words that are typed into it."""
    import gradio as gr

    def offer(chosen: Any, words: str) -> Any:
        search = page.service.newest()
        if few(search):
            return gr.skip()
        kept = {str(one) for one in (chosen if isinstance(chosen, list) else [chosen])}
        return gr.update(choices=documents(search, words, kept))

    def typed(chosen: Any, event: gr.KeyUpData) -> Any:
        return offer(chosen, str(event.input_value or ""))

    def left(chosen: Any) -> Any:
        return offer(chosen, "")

    typed.__annotations__["event"] = gr.KeyUpData
    quiet: dict[str, Any] = {**QUIET, "trigger_mode": "always_last"}
    field.key_up(typed, field, field, **quiet)  # type: ignore[attr-defined]
    field.blur(left, field, field, **quiet)  # type: ignore[attr-defined]


def offered(search: PolicySearch) -> Choices:
    """Collections to choose from."""
    return [(name, name) for name in search.collections]


def chosen(
    docs: Any, regions: Any, years: Any, in_force: Any, as_of: Any = None, collections: Any = None
) -> Filters | None:
    """What the browser sends → filters; nothing chosen is None.

    The day is what was typed: `within_reason` looks at it. A collection that is none is told by
    whoever is asked.
    """
    filters = Filters(
        doc_ids=tuple(str(doc) for doc in _several(docs)) or None,
        regions=tuple(str(region) for region in _several(regions)) or None,
        years=tuple(int(year) for year in _several(years) if str(year).isdecimal()) or None,
        in_force=in_force is True,
        as_of=(as_of.strip()[:_DAY] or None) if isinstance(as_of, str) else None,
        collections=named(collections),
    )
    return None if filters == Filters() else filters


def within_reason(filters: Filters | None) -> Filters | None:
    """The filters with a day that is one; raises InputError."""
    if filters is None or filters.as_of is None:
        return filters
    return replace(filters, as_of=day(filters.as_of))


def named(collections: Any) -> tuple[str, ...] | None:
    """Collections as a browser sends them."""
    return tuple(str(name)[:_NAME] for name in _several(collections)[:_MOST]) or None


def restored(event: Any, search: PolicySearch) -> list[Any]:
    """The values of the inputs that an address names, without what cannot be chosen any more.

    A collection that is gone stays: without it more would be asked than the address says.
    """
    import gradio as gr

    known = choices(search)
    there = {entry.id for entry in search.entries()}
    docs = [str(one) for one in _several(getattr(event, "doc", None)) if str(one) in there]
    kept: list[Any] = [showing(search, docs, docs)]
    for name, options in zip(("region", "year"), known[1:3], strict=True):
        values = {str(value): value for _, value in options}
        given = getattr(event, name, None)
        kept.append([values[str(one)] for one in _several(given) if str(one) in values])
    as_of = getattr(event, "as_of", "")
    force = getattr(event, "in_force", False) is True
    within = [*(named(getattr(event, "collection", None)) or ())]
    seen = gr.update(value=within, visible=bool(within or known[3]))
    return [*kept, force, str(as_of or "")[:_DAY], seen]


def row(page: Page, name: str) -> list[gr.components.Component]:
    """The inputs of one tab, in the order of `chosen`; fresh whenever the page is opened."""
    import gradio as gr

    listed = choices(page.service.newest())
    with gr.Row(elem_id=f"yj-filters-{name}", elem_classes="yj-filters"):
        picks = [
            gr.Dropdown(
                options, value=[], multiselect=True, label=page.say(f"filter.{field}"),
                min_width=96, scale=scale, elem_id=f"yj-{name}-{field}",
            )
            for field, options, scale in zip(
                ("document", "region", "year"), listed[:3], (3, 2, 2), strict=True
            )
        ]  # fmt: skip
        collection = collections(page, name, listed[3])
        force = gr.Checkbox(
            label=page.say("filter.in_force"), min_width=104, scale=1,
            elem_id=f"yj-{name}-in_force", container=False,
        )  # fmt: skip
        as_of = gr.Textbox(
            label=page.say("filter.as_of"), placeholder=page.say("filter.today"), max_lines=1,
            min_width=132, scale=1, elem_id=f"yj-{name}-as_of",
        )  # fmt: skip

    def fresh() -> list[Any]:
        search = page.service.newest()
        now = choices(search)
        return [refreshed(search), *(gr.update(choices=one) for one in now[1:3]), offering(now[3])]

    page.blocks.load(fresh, None, [*picks, collection], **QUIET)
    on_demand(page, picks[0])
    return [*picks, force, as_of, collection]


def refreshed(search: PolicySearch) -> Any:
    """A field of documents when the page is opened; of many, an address may have chosen by now."""
    import gradio as gr

    return gr.update(choices=documents(search)) if few(search) else gr.skip()


def alone(page: Page, name: str) -> gr.components.Component:
    """The field for collections in a tab that has no other filter."""
    field = collections(page, name, offered(page.service.newest()))

    def fresh() -> dict[str, Any]:
        return offering(offered(page.service.newest()))

    page.blocks.load(fresh, None, field, **QUIET)
    return field


def collections(page: Page, name: str, choices: Choices) -> gr.components.Component:
    """The field for collections; it is not seen where there are none.

    What is not offered can be typed, and told: a link may name what is gone.
    """
    import gradio as gr

    return gr.Dropdown(
        choices, value=[], multiselect=True, allow_custom_value=True, visible=bool(choices),
        label=page.say("filter.collection"), min_width=120, scale=2,
        elem_id=f"yj-{name}-collection",
    )  # fmt: skip


def offering(choices: Choices) -> dict[str, Any]:
    """The field with the collections that there are now; one that is seen stays."""
    import gradio as gr

    return gr.update(choices=choices, visible=True) if choices else gr.update(choices=choices)


def _several(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else []
