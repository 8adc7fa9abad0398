"""Several places side by side: each document's own words, then which figure is higher."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qa.asked import scope
from qa.asked.kinds import compared_kind
from qa.asked.weights import Asked
from qa.clauses import confidence
from qa.clauses.quoting import quoted
from qa.clauses.reading import read
from qa.proof.compose import Line, Outcome, Refusal, speaker
from text.normalize import fold, squeeze
from text.numerals import numbers
from youju.records import Filters, Question, Reader, Retriever

_UNITS = "个家项户件分元"
_ALIKE = 0.75  # share of the question that each line must hold to be of the same thing
# Where places are compared each document words the matter its own way.
_LEAST = 0.2  # confidence from which a place's best clause is quoted


def compare(
    question: Question, retriever: Retriever, reader: Reader, filters: Filters | None
) -> Outcome | Refusal:
    """One line per asked place, or why there is none; the question names two places or more."""
    lines: list[Line] = []
    missing: list[str] = []
    kind = compared_kind(question.normal)
    for region in question.regions:
        one = replace(question, regions=(region,), kind=kind)
        ids = scope.documents_of((region,), retriever.names())
        inside = scope.hits_within(one, retriever, filters, ids)
        reads = read(one, inside, retriever, reader)
        said = [line for line in quoted(reads) if not _is_heading(line)]
        if said and confidence.confidence(one, reads, retriever) >= _LEAST:
            lines.append(said[0])
        else:
            missing.append(region)
    if not lines:
        return Refusal(f"{'、'.join(question.regions)}的文件都没有提及")
    closing = f"{'、'.join(missing)}的文件没有提及。" if missing else ""
    asked = Asked.of(question.terms, retriever)
    alike = all(asked.share(fold(line.text)) >= _ALIKE for line in lines)
    if not missing and alike and kind == "target":
        closing = _conclusion(lines)
    return Outcome(tuple(lines), led=True, closing=closing)


def _is_heading(line: Line) -> bool:
    """True for a line that only says what its clause is called: 五、工作目标."""
    return bool(line.path) and squeeze(fold(line.text)) in squeeze(fold(line.path[-1]))


def _conclusion(lines: Sequence[Line]) -> str:
    """Which of two is higher, when each line holds exactly one figure and the units agree."""
    figures = [figure for line in lines if (figure := _only_figure(line.text)) is not None]
    if len(lines) != 2 or len(figures) != 2:
        return ""
    (one, one_unit), (two, two_unit) = figures
    if one_unit != two_unit:
        return "两地的计量单位不同，不能直接比较高低。"
    first, second = speaker(lines[0].doc), speaker(lines[1].doc)
    if one == two:
        return f"两地数值相同：{first}与{second}。"
    return f"{first}的数值{'高于' if one > two else '低于'}{second}。"


def _only_figure(text: str) -> tuple[float, str] | None:
    """(value, unit) when the text holds one figure besides years."""
    folded = fold(text)
    found = [n for n in numbers(folded) if folded[n.end : n.end + 1] != "年"]
    if len(found) != 1:
        return None
    following = folded[found[0].end : found[0].end + 1]
    return found[0].value, found[0].unit or (following if following in _UNITS else "")
