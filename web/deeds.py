"""What a request does, known at the edge: what is told of it, and which role it needs.

Every function that asks, changes or removes is named here; a test knows all the others by name, so
that a new one is not forgotten.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from web import correcting
from web.gate import COMPONENT, JOIN, called
from web.login import Role

What = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Call:
    """What a request gives: values in their order, or by name; an event's own beside them."""

    data: list[Any]
    named: Mapping[str, Any]
    event: Mapping[str, Any]

    def get(self, place: int, name: str = "") -> Any:
        if name in self.named:
            return self.named[name]
        return self.data[place] if place < len(self.data) else None


Describe = Callable[[_Call], What]


def _question(call: _Call) -> What:
    return {"question": call.get(0, "question")}


def _versions(call: _Call) -> What:
    return {"old": call.get(0), "new": call.get(1)}


def _sources(call: _Call) -> What:
    source = call.event.get("source")
    return {"sources": source if isinstance(source, list) else [source]}


def _files(call: _Call) -> What:
    given = call.get(0)
    several = given if isinstance(given, list) else [given]
    return {"files": [one.get("orig_name") for one in several if isinstance(one, dict)]}


def _replaced(call: _Call) -> What:
    return {**_files(call), "sources": [call.get(1)]}


def _nothing(call: _Call) -> What:
    return {}


def _given(*names: str) -> Describe:
    """What a function of a component is given under some names."""
    return lambda call: {name: call.named[name] for name in names if name in call.named}


# Functions of the page by module and name → (what is done, what is told of it).
FUNCTIONS: dict[tuple[str, str], tuple[str, Describe]] = {
    ("web.tabs.ask", "_Tab.show_answer"): ("ask", _question),
    ("web.tabs.ask", "_Tab.show_linked"): ("ask", _question),
    ("web.tabs.search", "tab.<locals>.show_hits"): ("search", _question),
    ("web.tabs.search", "tab.<locals>.show_linked"): ("search", _question),
    ("web.tabs.compare", "_Tab.compare"): ("compare", _question),
    ("web.tabs.compare", "_Tab.versions"): ("compare_versions", _versions),
    ("web.tabs.library", "_Controls.upload"): ("upload", _files),
    ("web.tabs.library", "_Controls.reindex"): ("index", _nothing),
    ("web.tabs.library", "_Controls.halt_index"): ("stop_index", _nothing),
    ("web.tabs.library", "_Controls.removed"): ("remove", _sources),
    ("web.tabs.library", "_Controls.exchange"): ("replace", _replaced),
    ("web.tabs.batch", "_Tab.build.<locals>.run_batch"): ("ask_sheet", _nothing),
    ("web.tabs.evaluate", "_Tab._wire.<locals>.run_evaluation"): ("evaluate", _nothing),
    ("web.tabs.feedback", "Panel._look"): ("see_feedback", _nothing),
    ("web.tabs.feedback", "Panel._clear"): ("clear_feedback", _nothing),
}
# Functions that components ask the server for.
COMPONENTS: dict[str, tuple[str, Describe]] = {
    "correct": ("correct", _given("doc", *correcting.FIELDS, "by", "undo")),
    "collect": ("collect", _given("name", "docs", "all", "remove")),
}
# Interfaces and tools.
INTERFACES: dict[str, tuple[str, Describe]] = {
    "ask": ("ask", _question),
    "search": ("search", _question),
    "collect": (
        "collect",
        lambda call: {
            "name": call.get(0, "collection"),
            "docs": call.get(1, "documents"),
            "remove": call.get(2, "remove") is True,
        },
    ),
    "evaluate": ("evaluate", _nothing),
}
_NEEDS: dict[str, Role] = {
    **dict.fromkeys(
        ("upload", "index", "stop_index", "remove", "replace", "correct", "collect"), "editor"
    ),
    **dict.fromkeys(("evaluate", "see_feedback", "clear_feedback"), "admin"),
}  # type: ignore[dict-item]
# What others asked and were answered is seen in these tabs; that a run exists is told to all.
_ADMINS = ("web.tabs.evaluate", "web.tabs.feedback")
_ASKED = ("question", "old", "new")
_ANYBODY = ("_Tab.refresh",)


@dataclass(frozen=True, slots=True)
class Deed:
    """`did` is "" for what is not told."""

    did: str = ""
    what: What = field(default_factory=dict)
    needs: Role = "reader"


def looked_at(path: str, mcp: str | None) -> bool:
    """True for a path by which something is done."""
    known = JOIN.fullmatch(path) or COMPONENT.fullmatch(path) or called(path)
    return bool(known) or path == mcp


def deed(path: str, body: bytes, fns: Mapping[int, Any], mcp: str | None) -> Deed:
    """What a request does; `fns` are Gradio's functions by their numbers."""
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        return Deed()
    if not isinstance(given, dict):
        return Deed()
    data, named, needs = given.get("data"), given, "reader"
    entry: tuple[str, Describe] | None
    if path == mcp:
        call = given.get("params")
        call = call if given.get("method") == "tools/call" and isinstance(call, dict) else {}
        entry = INTERFACES.get(str(call.get("name")))
        named = call["arguments"] if isinstance(call.get("arguments"), dict) else {}
    elif COMPONENT.fullmatch(path):
        entry = COMPONENTS.get(str(given.get("fn_name")))
        named = data if isinstance(data, dict) else {}
    elif JOIN.fullmatch(path):
        name, entry = _function(given.get("fn_index"), fns)
        if name[0] in _ADMINS and name[1] not in _ANYBODY:
            needs = "admin"
    else:
        entry = INTERFACES.get(called(path) or "")
    if entry is None:
        return Deed(needs=needs)  # type: ignore[arg-type]
    event = given.get("event_data")
    values = data if isinstance(data, list) else []
    did, describe = entry
    what = describe(_Call(values, named, event if isinstance(event, dict) else {}))
    if any(what.get(name, "some") in ("", None) for name in _ASKED):  # nothing is asked
        return Deed()
    return Deed(did, what, _NEEDS.get(did, "reader"))


def _function(
    number: Any, fns: Mapping[int, Any]
) -> tuple[tuple[str, str], tuple[str, Describe] | None]:
    """Module and name of a function, and what is known of it."""
    if not isinstance(number, int) or isinstance(number, bool) or number not in fns:
        return ("", ""), None
    fn = fns[number]
    if fn.api_visibility == "public":
        return ("", ""), INTERFACES.get(str(fn.api_name))
    name = (getattr(fn.fn, "__module__", ""), getattr(fn.fn, "__qualname__", ""))
    return name, FUNCTIONS.get(name)
