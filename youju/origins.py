"""Where the folders lie that an index was made of: paths in an index are relative to them.

Kept beside the generations, on this machine and for it: a copied index is whole without it, only
its source files are then not found.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

_NAME = "origins.json"
_MOST = 100  # folders, the newest


def remember(index_dir: Path, roots: Iterable[Path]) -> None:
    """Note the folders that hold `roots`. What cannot be written is not noted."""
    new = [str(root.resolve().parent) for root in roots]
    known = [str(path) for path in remembered(index_dir)]
    kept = list(dict.fromkeys([*new, *known]))[:_MOST]
    if kept == known:
        return
    part = index_dir / f"{_NAME}.part"
    try:
        part.write_text(json.dumps(kept, ensure_ascii=False), "utf-8", "surrogatepass")
        part.replace(index_dir / _NAME)
    except OSError:
        part.unlink(missing_ok=True)


def remembered(index_dir: Path) -> tuple[Path, ...]:
    """The folders noted, newest first; none where nothing readable was noted."""
    try:
        found = json.loads((index_dir / _NAME).read_text("utf-8", "surrogatepass"))
    except (OSError, ValueError, RecursionError):
        return ()
    if not isinstance(found, list):
        return ()
    return tuple(Path(one) for one in found if isinstance(one, str))
