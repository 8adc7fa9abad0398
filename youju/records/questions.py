"""What is asked, of which documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Filters:
    """Narrow a search. None means no filter; an empty tuple matches nothing."""

    doc_ids: Sequence[str] | None = None
    regions: tuple[str, ...] | None = None
    years: tuple[int, ...] | None = None
    in_force: bool = False
    as_of: str | None = None  # the day for which validity is asked, ISO; None is today
    # Names; what is asked within them is asked of an index that knows their documents alone.
    collections: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A question, understood. `text` is as typed; `normal` is folded for matching."""

    text: str
    normal: str
    kind: str = "open"
    regions: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    doc_ids: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    wanted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A question as it stands after those before it.

    `text` is what can be asked; `how` is whole (as typed), completed (from the question before),
    or bare (a fragment with nothing before it that says what is meant).
    """

    typed: str
    text: str
    how: Literal["whole", "completed", "bare"] = "whole"


@dataclass(frozen=True, slots=True)
class Looser:
    """A question that is answered once some limits are dropped.

    `dropped` names them: document, collection, region, year, in_force of the filters; place, time
    of the question itself. `text` within `filters` is what to ask instead.
    """

    text: str
    filters: Filters | None
    dropped: tuple[str, ...]
