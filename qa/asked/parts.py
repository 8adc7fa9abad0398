"""A question in several parts: 罚多少？什么时候交？ asks two things, each to be answered."""

from __future__ import annotations

import re

# What asks, in every question; a word here never decides what a text means.
_ASKS = re.compile(
    r"多少|多[久长大高远]|几(?![乎率])|什么|啥|哪|谁|怎|如何|何[时地]|[吗呢]|是否|是不是|能不能|可不可以|要不要"
)
_BREAK = re.compile(r"[,?;。!]+")
_MOST = 3  # parts that are looked for one by one


def parts(normal: str) -> list[str]:
    """The parts of a folded question that ask, each with what stands before it; [] for one part."""
    found: list[str] = []
    before = ""
    for piece in _BREAK.split(normal):
        if _ASKS.search(piece):
            found.append(f"{before},{piece}".strip(", "))
            before = ""
        else:
            before = f"{before},{piece}".strip(", ")
    return found[:_MOST] if len(found) > 1 else []
