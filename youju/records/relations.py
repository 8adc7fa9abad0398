"""What the documents of a library do to each other."""

from __future__ import annotations

from dataclasses import dataclass

from youju.records.spans import Span


@dataclass(frozen=True, slots=True)
class Relation:
    """What one document of the library does to another; `certainty` (0–1) of the match.

    `kind` is that of the mention; 代替 where a version ends one before it.
    """

    kind: str
    source: str
    target: str
    span: Span  # of the sentence in the source
    certainty: float


_TOWARDS = {"依据": "是{}的依据", "附件": "是{}的附件"}


def related(relation: Relation, other: str, *, outgoing: bool) -> str:
    """A relation as one of its documents has it to the `other`: 代替《乙》, 被《乙》废止."""
    if outgoing:
        return f"{relation.kind}{other}"
    return _TOWARDS.get(relation.kind, f"被{{}}{relation.kind}").format(other)
