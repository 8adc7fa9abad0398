"""How well scans are read: characters and figures held against what really stands on the page."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from eval.scan_pages import made
from ingest.files import scan
from ingest.readers.select import extract
from text.normalize import fold
from youju.errors import InputError, ReadError
from youju.records import ExtractedText, SourceFile

# 1,250 and 2015 and 13.25 are figures; of 1.2.3 the parts count.
_FIGURE = re.compile(r"\d{1,30}(?:[.,]\d{1,30})?")


@dataclass(frozen=True, slots=True)
class Score:
    """A page: `characters` and `figures` in all, `wrong` and `missed` of them."""

    name: str
    characters: int
    wrong: int
    figures: int
    missed: int
    confidence: float | None = None
    seconds: float = 0.0

    @property
    def accuracy(self) -> float:
        """Share of the characters that are right; edits that would mend the text are wrong."""
        return max(0.0, 1 - self.wrong / self.characters) if self.characters else 1.0

    @property
    def exact(self) -> float:
        """Share of the figures that are read exactly."""
        return 1 - self.missed / self.figures if self.figures else 1.0


def score(name: str, truth: str, read: str) -> Score:
    """What was read against the truth; white space and the width of characters do not count."""
    wanted, found = _plain(truth), _plain(read)
    figures = Counter(_FIGURE.findall(fold(truth)))
    missed = figures - Counter(_FIGURE.findall(fold(read)))
    return Score(name, len(wanted), edits(wanted, found), figures.total(), missed.total())


def edits(one: str, two: str) -> int:
    """How many characters must be put in, taken out or changed to make one text of the other."""
    while one and two and one[0] == two[0]:
        one, two = one[1:], two[1:]
    above = list(range(len(two) + 1))
    for number, char in enumerate(one, 1):
        row = [number]
        for at, other in enumerate(two, 1):
            row.append(min(above[at] + 1, row[-1] + 1, above[at - 1] + (char != other)))
        above = row
    return above[-1]


def generated() -> Iterator[Score]:
    """The pages of `scan_pages`, recognised and scored."""
    for page in made():
        source = SourceFile(f"{page.name}.jpg", "", "image", len(page.picture))
        began = time.perf_counter()
        read = extract(source, page.picture)
        yield _timed(score(page.name, page.truth, read.text), read, began)


def transcribed(folder: Path) -> Iterator[Score]:
    """Files of a folder with their transcriptions beside them.

    `通知.pdf` is held against `通知.txt`, or its page 3 against `通知.3.txt`. InputError: there are
    none, or a file is not read.
    """
    if not folder.is_dir():
        raise InputError(f"找不到文件夹 {folder}，请检查路径。")
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() != ".txt")
    pairs = [(path, text) for path in files for text in _transcriptions(folder, path)]
    if not pairs:
        raise InputError(
            f"{folder} 里没有带转写的扫描件：转写与文件同名，以 .txt（或 .页码.txt）结尾。"
        )
    read: dict[Path, tuple[ExtractedText, float]] = {}
    for path, transcription in pairs:
        if path not in read:
            began = time.perf_counter()
            try:
                (loaded,) = scan([path])
                if loaded.source is None:
                    raise InputError(f"{path.name} 没有读入：{loaded.refused}")
                read[path] = (extract(loaded.source, loaded.data), began)
            except ReadError as error:
                raise InputError(f"{path.name} 没有读入：{error}") from error
        found, began = read[path]
        text = found.text
        number = transcription.stem.removeprefix(path.stem).lstrip(".")
        if number:
            spans = [block.span for block in found.blocks if block.kind == "page"]
            text = spans[int(number) - 1].of(text) if int(number) <= len(spans) else ""
        yield _timed(
            score(transcription.stem, transcription.read_text("utf-8"), text), found, began
        )


def table(scores: Sequence[Score]) -> list[list[str]]:
    """Rows of a table, the last of all pages together."""
    rows = [
        [
            one.name, str(one.characters), f"{one.accuracy:.4f}",
            f"{one.exact:.4f} ({one.figures})",
            "" if one.confidence is None else f"{one.confidence:.3f}", f"{one.seconds:.1f}",
        ]
        for one in scores
    ]  # fmt: skip
    whole = Score(
        "全部", sum(s.characters for s in scores), sum(s.wrong for s in scores),
        sum(s.figures for s in scores), sum(s.missed for s in scores),
    )  # fmt: skip
    told = [str(whole.characters), f"{whole.accuracy:.4f}", f"{whole.exact:.4f} ({whole.figures})"]
    return [*rows, [whole.name, *told, "", f"{sum(s.seconds for s in scores):.1f}"]]


def _transcriptions(folder: Path, path: Path) -> list[Path]:
    whole = folder / f"{path.stem}.txt"
    paged = [
        one for one in sorted(folder.glob("*.txt"))
        if one.stem.rpartition(".")[0] == path.stem and one.stem.rpartition(".")[2].isdecimal()
    ]  # fmt: skip
    return [whole] if whole.is_file() else paged


def _timed(one: Score, read: ExtractedText, began: float) -> Score:
    sure = [
        (block.span.end - block.span.start, block.confidence)
        for block in read.blocks
        if block.kind == "recognised" and block.confidence is not None
    ]
    mean = sum(n * c for n, c in sure) / sum(n for n, _ in sure) if sure else None
    return replace(one, confidence=mean, seconds=time.perf_counter() - began)


def _plain(text: str) -> str:
    return "".join(fold(text).split())
