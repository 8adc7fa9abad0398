"""Text that remembers where each of its characters came from.

Cleaning drops and joins pieces of the original; an `AlignedText` is the result together with the
original offset of every character, recorded while editing (never recovered by a diff afterwards).
Characters may be replaced one for one (folding); nothing can be inserted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class AlignedText:
    """`text[i]` came from original offset `origins[i]`; origins ascend strictly.

    An unedited stretch keeps its origins as a `range`, so that large files stay small.
    """

    text: str
    origins: Sequence[int]

    def __post_init__(self) -> None:
        assert len(self.text) == len(self.origins), "one origin per character"

    def __len__(self) -> int:
        return len(self.text)

    def __bool__(self) -> bool:
        return bool(self.text)

    @classmethod
    def of(cls, original: str, start: int = 0, end: int | None = None) -> AlignedText:
        """The stretch `original[start:end]`, aligned with itself."""
        end = len(original) if end is None else end
        return cls(original[start:end], range(start, end))

    @classmethod
    def join(cls, parts: Iterable[AlignedText]) -> AlignedText:
        """Pieces one after the other, which must stand in original order."""
        kept = [part for part in parts if part]
        if len(kept) == 1:
            return kept[0]
        for left, right in pairwise(kept):
            assert left.origins[-1] < right.origins[0], "pieces out of order"
        origins = tuple(origin for part in kept for origin in part.origins)
        return cls("".join(part.text for part in kept), origins)

    def map(self, fold: Callable[[str], str]) -> AlignedText:
        """Replace characters one for one; `fold` must keep the length."""
        folded = fold(self.text)
        assert len(folded) == len(self.text), "a fold must keep the length"
        return AlignedText(folded, self.origins)

    def keep(self, wanted: Callable[[str], bool]) -> AlignedText:
        """Drop the characters that are not wanted."""
        pairs = [(c, o) for c, o in zip(self.text, self.origins, strict=True) if wanted(c)]
        return AlignedText("".join(c for c, _ in pairs), tuple(o for _, o in pairs))

    def slice(self, start: int, end: int) -> AlignedText:
        """The characters start:end of this text."""
        return AlignedText(self.text[start:end], self.origins[start:end])

    def strip(self) -> AlignedText:
        """Without white space at both ends."""
        start = len(self.text) - len(self.text.lstrip())
        end = max(start, len(self.text.rstrip()))
        return self.slice(start, end)

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """The smallest half-open stretch of the original that holds the characters start:end.

        Raises IndexError for an empty or outlying stretch: it has no place in the original.
        """
        if not 0 <= start < end <= len(self.origins):
            raise IndexError(f"no characters at {start}:{end} of {len(self.origins)}")
        return self.origins[start], self.origins[end - 1] + 1
