"""Correcting what was read of a document: the form, and what it says back. Pure but for `correct`.

The browser sends what stands in the fields; only what differs from what the document has now is
kept as a correction (`youju.corrections`), what was read is never lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from web.markup import attribute, escape
from web.strings import STRINGS, both, plain
from youju import corrections
from youju.records import PolicyDoc

FIELDS = ("title", "doc_number", "written_on", "status")
_LONGEST = 400  # characters of a field that are read


def form_view(doc: PolicyDoc) -> str:
    """The fields as they are now."""
    fields = "".join(_field_html(doc, name) for name in FIELDS)
    undo = (
        f'<button type="button" data-undo>{both("library.undo")}</button>'
        if doc.meta.corrected
        else ""
    )
    return (
        f'<form class="yj-correcting" data-correcting="{attribute(doc.id)}">{fields}'
        f'<p class="yj-where">{both("library.correct_hint")}</p>'
        f'<div class="yj-taking"><button type="submit">{both("library.save")}</button>{undo}'
        f'<button type="button" data-leave>{both("library.no")}</button></div>'
        '<div data-told role="status"></div></form>'
    )


def correct(index_dir: Path, doc: PolicyDoc, given: Mapping[str, Any]) -> str:
    """Keep what differs, or with `undo` take all back; what to tell, as HTML.

    Raises InputError for a value that is none, IndexCorrupt, IndexWriteError.
    """
    if given.get("undo") is True:
        with corrections.changing(index_dir, doc.source.path) as own:
            own.clear()
        return both("library.undone", title=doc.name)
    changed = {}
    for name in FIELDS:
        words = given.get(name)
        if not isinstance(words, str):
            continue
        value = corrections.read_value(name, words[:_LONGEST])
        if value != _value(doc, name):
            changed[name] = corrections.Correction(value, corrections.today())
    if not changed:
        return both("library.same")
    with corrections.changing(index_dir, doc.source.path) as own:
        own.update(changed)
    return both("library.corrected", title=doc.name)


def _value(doc: PolicyDoc, name: str) -> str:
    if name == "status":
        return doc.meta.status
    proven = getattr(doc.meta, name)
    return " ".join(proven.value.split()) if proven else ""


def _field_html(doc: PolicyDoc, name: str) -> str:
    now = _value(doc, name)
    if name == "status":
        states = (*corrections.STATES, *({now} - set(corrections.STATES)))
        options = "".join(
            f'<option value="{attribute(state)}"{" selected" if state == now else ""}'
            f"{_state(state)}</option>"
            for state in states
        )
        control = f'<select name="{name}">{options}</select>'
    else:
        control = (
            f'<input type="text" name="{name}" value="{attribute(now)}" maxlength="{_LONGEST}" '
            'lang="zh" autocomplete="off">'
        )
    return f"<label><span>{both(f'meta.{name}')}</span>{control}</label>"


def _state(state: str) -> str:
    key = f"status.{state}"
    return plain(key) if key in STRINGS else f' lang="zh">{escape(state)}'
