"""What every tab is given: the open index, the options, the reader's language."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from web.login import ROLES, Role, visitor
from web.recent import Recent
from youju.feedback import Feedback
from youju.origins import remembered
from youju.service import PolicySearch
from youju.settings import PRODUCT_ROOT, Settings

if TYPE_CHECKING:
    import gradio as gr

# Who has been let in by what is no part of Gradio (MCP).
ASKER: ContextVar[str | None] = ContextVar("asker", default=None)
_PATH = re.compile(r"(?<![\w/:.])/(?:[^\s/，。：；（）]+/)+([^\s/，。：；（）]*)")
# An HTML component as our style sheet dresses it; an event that is no interface for programs.
BARE: dict[str, Any] = {"apply_default_css": False, "padding": False}
PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "minimal"}
QUIET: dict[str, Any] = {**PRIVATE, "show_progress": "hidden"}


@dataclass(frozen=True, slots=True)
class Options:
    """The choices of an installation.

    `read_only`: no upload, no removal, no evaluation, no feedback. `feedback`: where what users say
    of answers is kept; without it nothing is. `roots`: folders below which the paths of the index's
    sources lie, for downloads, beside those that are noted with the index in `index_dir`.
    `uploads`: where uploads go and how much is taken; without it there are none. `roles` of the
    accounts, for what each is shown; `web.watched` holds them to it.
    """

    read_only: bool = False
    feedback: Feedback | None = None
    roots: tuple[Path, ...] = (PRODUCT_ROOT,)
    uploads: Settings | None = None
    index_dir: Path | None = None
    roles: Mapping[str, Role] | None = None

    def may(self, name: str | None, role: Role) -> bool:
        """True for an account of that role or a greater one; for all where there are no roles."""
        if self.roles is None:
            return True
        return ROLES.index(self.roles.get(name or "", "reader")) >= ROLES.index(role)

    def folders(self) -> tuple[Path, ...]:
        """Where source files may lie, as of now."""
        noted = remembered(self.index_dir) if self.index_dir else ()
        return (*self.roots, *noted)


class Holder:
    """The open index, which follows what is built. It keeps no state of a visitor.

    The one place where somebody who asks gets at the documents: at those that he may read.
    """

    def __init__(self, search: PolicySearch, roles: Mapping[str, Role] | None = None) -> None:
        """Of the `roles` an administrator reads all; others what the search's `access` says."""
        self._search = search
        self._roles = roles or {}
        self.recent = Recent()

    def newest(self) -> PolicySearch:
        """What one request uses from beginning to end, while others may already use a newer one."""
        search = self._search = self._search.newest()
        if search.access is None:
            return search
        who = caller()
        if who is not None and self._roles.get(who) == "admin":
            return search
        return search.without(search.access.closed_to(who))


def caller() -> str | None:
    """The account or the key for which something is done here; None for nobody in particular.

    Gradio keeps its request where its functions run, whatever thread that is; what it does not
    know of is told by `ASKER`.
    """
    from gradio.context import LocalContext

    request: Any = LocalContext.request.get(None)
    if request is None:
        return ASKER.get()
    return getattr(request, "username", None) or visitor(request) or None


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
