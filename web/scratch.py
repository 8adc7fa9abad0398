"""Temporary files of the server: one folder of its own, swept while it runs and removed at its end.

Gradio keeps what is sent to it for good: files whose follow-up never came, empty leftovers,
downloads.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import threading
import time
from pathlib import Path

_PREFIX = "youju-page-"
_AGE = 3600.0  # seconds that an upload may wait, or a download be fetched
_EVERY = 300.0
_own: set[Path] = set()  # what the page itself offers


def own() -> Path:
    """Make the folder, let everything temporary go there, and clear what dead servers have left."""
    base = Path(tempfile.gettempdir())
    for left in base.glob(f"{_PREFIX}*"):
        number = left.name.removeprefix(_PREFIX).partition("-")[0]
        if number.isdigit() and not _runs(int(number)) and not left.is_symlink():
            shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=base))
    os.environ["GRADIO_TEMP_DIR"] = os.environ["TMPDIR"] = str(folder)
    tempfile.tempdir = str(folder)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    threading.Thread(target=_sweep_now_and_then, args=[folder], name="sweep", daemon=True).start()
    return folder


def keep(folder: Path) -> None:
    """What is there now is the page's own, templates and the folders of its tabs: it stays."""
    _own.update(folder.rglob("*"))


def sweep(folder: Path, age: float = _AGE) -> None:
    """Remove what nobody has touched for `age` seconds."""
    until = time.time() - age
    for path in sorted(folder.rglob("*"), reverse=True):  # what is inside first
        if path in _own:
            continue
        try:
            if path.lstat().st_mtime > until:
                continue
            if path.is_dir() and not path.is_symlink():
                path.rmdir()  # only when it is empty
            else:
                path.unlink()
        except OSError:
            continue


def _sweep_now_and_then(folder: Path) -> None:
    while True:
        time.sleep(_EVERY)
        sweep(folder)


def _runs(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
