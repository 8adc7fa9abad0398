"""One peer, timed, in its own environment: `python -m bench.peers.runner NAME GIVEN TOLD`.

A peer is `bench/peers/NAME/peer.py` with `class Peer`: `Peer(texts, embed)` builds, and
`search(text, k)` gives the places of the best texts. Imports are done before the clock starts.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Protocol

import numpy as np

Embed = Callable[[Sequence[str], bool], np.ndarray]
DEPTH = 10


class Peer(Protocol):
    """What every peer offers."""

    def __init__(self, texts: Sequence[str], embed: Embed) -> None: ...

    def search(self, text: str, k: int) -> list[int]:
        """Places of the best texts, best first."""
        ...


def main(name: str, given: Path, told: Path) -> None:
    """Build, ask every question, write seconds, milliseconds, memory and what was found."""
    from index.encoder import load_encoder

    encoder = load_encoder("bundled")

    def embed(texts: Sequence[str], is_query: bool) -> np.ndarray:
        return encoder.encode(list(texts), is_query=is_query)

    made = import_module(f"bench.peers.{name}.peer").Peer
    work = json.loads(given.read_text("utf-8"))
    embed(work["texts"][:1], False)
    before, began, worked = _resident(), time.perf_counter(), time.process_time()
    peer: Peer = made(work["texts"], embed)
    seconds, cpu = time.perf_counter() - began, time.process_time() - worked
    peer.search(work["questions"][0], DEPTH)
    found, spent = [], []
    worked = time.process_time()
    for question in work["questions"]:
        began = time.perf_counter()
        found.append([int(place) for place in peer.search(question, DEPTH)])
        spent.append((time.perf_counter() - began) * 1000)
    figures = {"build": seconds, "build CPU": cpu, "found": found, "spent": spent}
    figures["ask CPU"] = (time.process_time() - worked) * 1000 / max(1, len(spent))
    figures["MB"] = _resident() - before
    told.write_text(json.dumps(figures), "utf-8")


def _resident() -> float:
    try:
        lines = Path(f"/proc/{os.getpid()}/status").read_text("utf-8").splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:"))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
