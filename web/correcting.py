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

FIELDS = (
    *("title", "doc_number", "issuer", "region", "written_on", "issued_on"),
    *("effective_on", "expires_on", "status", "family"),
)
_LONGEST = 400  # characters of a field that are read


def form_view(doc: PolicyDoc, who: str = "") -> str:
    """The fields as they are now; who corrects is asked where nobody has logged in."""
    fields = "".join(_field_html(doc, name) for name in FIELDS)
    if not who:
        fields += _input_html("by", "", "library.by_whom")
    undo = (
        f'<button type="button" data-undo>{both("library.undo")}</button>'
        if doc.meta.corrected
        else ""
    )
    return (
        f'<form class="yj-correcting" data-correcting="{attribute(doc.id)}">{fields}'
        f'<p class="yj-where">{both("library.correct_hint")}</p>'
        f'<div class="yj-taking"><button type="submit">{both("library.save")}</button>{undo}'
        f'<button type="button" data-leave>{both("library.leave")}</button></div>'
        '<div data-told role="status"></div></form>'
    )


def correct(index_dir: Path, doc: PolicyDoc, given: Mapping[str, Any], who: str = "") -> str:
    """Keep what differs, or with `undo` take all back; what to tell, as HTML.

    `who` has logged in; else the form says who corrects. A family that is emptied is taken back.
    Raises InputError for a value that is none, IndexCorrupt, IndexWriteError.
    """
    if given.get("undo") is True:
        with corrections.changing(index_dir, doc.source.path) as own:
            own.clear()
        return both("library.undone", title=doc.name)
    typed = given.get("by")
    who = corrections.name_of(who or (typed[:_LONGEST] if isinstance(typed, str) else ""))
    changed, dropped = {}, []
    for name in FIELDS:
        words = given.get(name)
        if not isinstance(words, str) or " ".join(words.split()) == _value(doc, name):
            continue
        if name == "family" and not words.strip():
            dropped.append(name)
            continue
        value = corrections.read_value(name, words[:_LONGEST])
        if name == "family" or value != _value(doc, name):
            changed[name] = corrections.Correction(value, corrections.today(), who)
    if not changed and not dropped:
        return both("library.same")
    with corrections.changing(index_dir, doc.source.path) as own:
        own.update(changed)
        for name in dropped:
            own.pop(name, None)
    return both("library.corrected", title=doc.name)


def _value(doc: PolicyDoc, name: str) -> str:
    if name == "status":
        return doc.meta.status
    if name == "family":
        return corrections.NONE[0] if doc.meta.family == "" else doc.meta.family or ""
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
        return f"<label><span>{both(f'meta.{name}')}</span>{control}</label>"
    return _input_html(name, now, f"meta.{name}")


def _input_html(name: str, now: str, key: str) -> str:
    words = attribute(STRINGS["library.family"][0])
    filled = f' placeholder="{words}" data-hint="library.family"' if name == "family" else ""
    return (
        f"<label><span>{both(key)}</span>"
        f'<input type="text" name="{name}" value="{attribute(now)}" maxlength="{_LONGEST}" '
        f'lang="zh" autocomplete="off"{filled}></label>'
    )


def _state(state: str) -> str:
    key = f"status.{state}"
    return plain(key) if key in STRINGS else f' lang="zh">{escape(state)}'
