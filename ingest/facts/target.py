"""A target of a sentence, before it is placed in its document."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.facts.quantity import Quantity

Part = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Target:
    """One target. All pairs are half-open offsets into the folded sentence.

    `name` is the indicator as the text has it; `prefix` and `head` are other places of the sentence
    that complete it, so that the original characters can be shown. `year` is set when the sentence
    itself aligns years and values; `counted` when things to do are counted.
    """

    quantity: Quantity
    name: Part
    comparator: str
    prefix: tuple[Part, ...] = ()
    head: Part = (0, 0)
    year: int | None = None
    counted: bool = False

    @property
    def parts(self) -> tuple[Part, ...]:
        """The places that make the full name, in reading order, none empty."""
        return tuple(part for part in (*self.prefix, self.name, self.head) if part[1] > part[0])
