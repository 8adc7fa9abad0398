"""Answer measures: facts contained, citations, exactness, length, refusal.

All per question and between 0 and 1 (`length` in characters); refusal, whose measures need many
questions, is counted by `refusal_counts` and finished by `refusal_measures`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from eval.records import Outcome, QuestionItem, QuestionResult
from text.normalize import fold

VOID = ("已失效", "已废止")
_VOID_WORDS = ("失效", "废止", "作废", "不再施行", "停止执行")
_MARK = re.compile(r"\[(\d{1,3})\]")


def without_marks(text: str, citations: int) -> str:
    """The answer without its [n] marks; a [2012] that belongs to a 文号 stays."""
    return _MARK.sub(lambda m: "" if 1 <= int(m[1]) <= citations else m[0], text)


def contains(text: str, wanted: str) -> bool:
    """True when `wanted` stands in `text`, both folded and without white space.

    A figure at an edge of `wanted` must be the whole figure: no digit beside it, and no decimal
    point or thousands comma with digits beyond it. Units are not looked at: 94 stands in 94%.
    """
    raw = "".join(text.split())
    folded, needle = fold(raw), fold("".join(wanted.split()))
    at = folded.find(needle) if needle else -1
    while at >= 0:
        end = at + len(needle)
        if not (_runs_on_before(raw, folded, at) or _runs_on_after(raw, folded, end)):
            return True
        at = folded.find(needle, at + 1)
    return False


def _runs_on_before(raw: str, folded: str, at: int) -> bool:
    """True when the figure that starts at `at` began earlier."""
    if not _digit(folded[at]) or at == 0:
        return False
    before = folded[at - 1]
    # Folding turns the list comma ， into the thousands comma: look at the text as typed.
    joint = before == "." or raw[at - 1] == ","
    return _digit(before) or (joint and at > 1 and _digit(folded[at - 2]))


def _runs_on_after(raw: str, folded: str, end: int) -> bool:
    """True when the figure that ends at `end` goes on."""
    if not _digit(folded[end - 1]) or end == len(folded):
        return False
    after, rest = folded[end], folded[end + 1 :]
    if _digit(after):
        return True
    if after == ".":
        return bool(rest) and _digit(rest[0])
    return raw[end] == "," and re.match(r"[0-9]{3}(?![0-9])", rest) is not None


def _digit(char: str) -> bool:
    return "0" <= char <= "9"


def facts(text: str, groups: Sequence[Sequence[str]]) -> float | None:
    """Share of the facts of which one wording stands in the text; None without facts."""
    if not groups:
        return None
    return sum(any(contains(text, w) for w in group) for group in groups) / len(groups)


def answer_scores(item: QuestionItem, outcome: Outcome) -> dict[str, float]:
    """The answer measures that apply to this question; refusing an answerable one scores zero."""
    cited = outcome.citations
    answered = not outcome.refused and outcome.error is None
    scores: dict[str, float] = {}
    if cited:
        scores["exact"] = sum(c.exact for c in cited) / len(cited)
    plain = without_marks(outcome.text, len(cited))
    if answered and any(c.status in VOID for c in cited):
        scores["void_named"] = float(any(word in fold(plain) for word in _VOID_WORDS))
    if not item.answerable:
        return scores
    share = facts(plain, item.must_contain) if answered else 0.0
    if item.must_contain and share is not None:
        scores["facts"] = share
    if item.gold:
        covered = {gold for c in cited for gold in c.right} if answered else set()
        scores["cite_recall"] = len(covered) / len(item.gold)
        if answered:
            right = sum(bool(c.right) for c in cited)
            scores["cite_precision"] = right / len(cited) if cited else 0.0
    if answered:
        scores["length"] = float(len(plain))
    return scores


def refusal_counts(results: Iterable[QuestionResult]) -> tuple[int, int, int]:
    """(rightly refused, refused, unanswerable); a missing question was not refused."""
    right = refused = unanswerable = 0
    for result in results:
        said_no = result.outcome.refused and not result.missing
        refused += said_no
        unanswerable += not result.answerable
        right += said_no and not result.answerable
    return right, refused, unanswerable


def refusal_measures(right: float, refused: float, unanswerable: float) -> dict[str, float | None]:
    """Precision, recall and F1 of refusing, the unanswerable being the positive class.

    Undefined (None) without unanswerable questions; refusing nothing at all scores zero.
    """
    if unanswerable == 0:
        precision = 0.0 if refused else None
        return {"refusal_P": precision, "refusal_R": None, "refusal_F1": None}
    return {
        "refusal_P": right / refused if refused else 0.0,
        "refusal_R": right / unanswerable,
        "refusal_F1": 2 * right / (refused + unanswerable),
    }
