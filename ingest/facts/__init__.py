"""PolicyDoc → the numeric targets that it sets."""

from ingest.facts.document import facts

__all__ = ["facts"]
