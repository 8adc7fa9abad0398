"""What every command says and reads on its console."""

from __future__ import annotations

import getpass
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from youju import contracts, terminal
from youju.errors import InputError
from youju.progress import open_index
from youju.records import PolicyDoc
from youju.service import PolicySearch
from youju.settings import Settings

OUR_FAULT = "程序内部出错，请设置环境变量 YOUJU_DEBUG=1 后重试，并把显示的内容报告给我们。"


def opened(settings: Settings) -> PolicySearch:
    """The index; what is not as it should be with it is said on standard error."""
    search = open_index(settings)
    if search.notice:
        print(search.notice, file=sys.stderr, flush=True)
    return search


def paths(given: Sequence[str]) -> list[Path]:
    """What was typed as paths. Raises InputError."""
    if any(not path or "\0" in path for path in given):
        raise InputError("路径是空的或含有空字符，请给出文件或文件夹的路径。")
    return [Path(path) for path in given]


def style() -> terminal.Style:
    """Colours where a terminal shows them and nobody forbade them."""
    environ = os.environ
    wanted = not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"
    return terminal.Style(colour=wanted and sys.stdout.isatty())


def dump(value: contracts.Json) -> str:
    """One line of JSON."""
    return json.dumps(value, ensure_ascii=False)


def named(doc: PolicyDoc) -> str:
    """A document by its title and the id that commands take."""
    return f"《{doc.name.strip('《》')}》 {doc.id}"


def user() -> str:
    """Who is logged in on this machine; "" where the system does not say."""
    try:
        return getpass.getuser()
    except (KeyError, ImportError, OSError):  # no name is known for the number
        return ""


def our_fault() -> int:
    """Say that it is our fault, with the traceback where that is asked for; the exit code."""
    if os.environ.get("YOUJU_DEBUG", "") not in ("", "0"):
        import traceback

        traceback.print_exc()
    print(OUR_FAULT, file=sys.stderr)
    return 1
