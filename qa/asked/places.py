"""Whether a document speaks for a place that a question names.

A place is a wish, not a gate: a document of the nation, or of no known place, may answer, and so
may one that names the place in its title. A place contains its districts.
"""

from __future__ import annotations

from collections.abc import Sequence

from text.normalize import fold
from text.places import NATION, same_place, short_name


def speaks_for(asked: Sequence[str], region: str | None, title: str) -> bool:
    """False when the document is surely of another place than all that are asked for."""
    if not asked or region is None or region == NATION:
        return True
    return any(_one(place, region, fold(title)) for place in asked)


def _one(place: str, region: str, title: str) -> bool:
    short = short_name(place)
    return same_place(place, region) or short in region or short in title or region in place
