"""What the page is dressed in: style sheet, scripts, built-in examples; all from this folder."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

_HERE = Path(__file__).resolve().parent


@cache
def css() -> str:
    """The style sheets, one string."""
    sheets = (
        *("style.css", "page.css", "evaluate.css", "compare.css"),
        *("library.css", "taking.css", "batch.css"),
    )
    return "\n".join((_HERE / sheet).read_text("utf-8") for sheet in sheets)


@cache
def head() -> str:
    """What goes into the page's head: the rules that Gradio must not prefix."""
    sheets = ("frame.css", "narrow.css", "print.css")
    return "".join(f"<style>{(_HERE / sheet).read_text('utf-8')}</style>" for sheet in sheets)


@cache
def script(name: str) -> str:
    """A script that runs once per component, with `element`, `trigger`, `server` given to it."""
    return (_HERE / f"{name}.js").read_text("utf-8")


@cache
def examples() -> dict[str, list[str]]:
    """Built-in example questions by kind, in display order."""
    return json.loads((_HERE / "examples.json").read_text("utf-8"))
