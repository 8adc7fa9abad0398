"""Files of an index left on disk and mapped: opening one costs the same for any size."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import marisa_trie


def array(path: Path) -> np.ndarray:
    """A plain view of an array, because slices of `np.memmap` itself are slow.

    Raises OSError or ValueError.
    """
    return np.asarray(np.load(path, mmap_mode="r"))


def trie(path: Path) -> marisa_trie.Trie:
    """A trie. Raises OSError or ValueError."""
    import marisa_trie

    made = marisa_trie.Trie()
    try:
        made.mmap(str(path))
    except RuntimeError as error:
        raise ValueError(str(error)) from error
    return made
