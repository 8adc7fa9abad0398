"""What every tab is given: the open index, the options, the reader's language."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from web.recent import Recent
from youju.feedback import Feedback
from youju.origins import remembered
from youju.service import PolicySearch
from youju.settings import PRODUCT_ROOT, Settings

if TYPE_CHECKING:
    import gradio as gr

_PATH = re.compile(r"(?<![\w/:.])/(?:[^\s/，。：；（）]+/)+([^\s/，。：；（）]*)")
# An HTML component as our style sheet dresses it; an event that is no interface for programs.
BARE: dict[str, Any] = {"apply_default_css": False, "padding": False}
PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "minimal"}


@dataclass(frozen=True, slots=True)
class Options:
    """The choices of an installation.

    `read_only`: no upload, no removal, no evaluation, no feedback. `feedback`: where what users say
    of answers is kept; without it nothing is. `roots`: folders below which the paths of the index's
    sources lie, for downloads, beside those that are noted with the index in `index_dir`.
    `uploads`: where uploads go and how much is taken; without it there are none.
    """

    read_only: bool = False
    feedback: Feedback | None = None
    roots: tuple[Path, ...] = (PRODUCT_ROOT,)
    uploads: Settings | None = None
    index_dir: Path | None = None

    def folders(self) -> tuple[Path, ...]:
        """Where source files may lie, as of now."""
        noted = remembered(self.index_dir) if self.index_dir else ()
        return (*self.roots, *noted)


class Holder:
    """The open index, which follows what is built. It keeps no state of a visitor."""

    def __init__(self, search: PolicySearch) -> None:
        self._search = search
        self.recent = Recent()

    def newest(self) -> PolicySearch:
        """What one request uses from beginning to end, while others may already use a newer one."""
        search = self._search = self._search.newest()
        return search


@dataclass(frozen=True, slots=True)
class Page:
    """What `tab(page)` receives; explained in `web/tabs/__init__.py`."""

    service: Holder
    options: Options
    blocks: gr.Blocks
    say: Callable[[str], Any]


def sentence(error: Exception) -> str:
    """An error's message on one line, closed by a full stop; still to be escaped.

    Where files lie on the server is nobody's business here: of a path the last name is left.
    """
    text = _PATH.sub(r"\1", " ".join(str(error).split()))
    return text if text.endswith(("。", "！", "？")) else f"{text}。"
