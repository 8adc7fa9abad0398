"""Many questions at once → HTML: how far they are, and what became of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from web.english import both_told, marked
from web.strings import both, named
from youju.batch import ANSWERED, FAILED, REFUSED, Result

LISTED = 100  # rows on the page
_TONES = {ANSWERED: "ok", REFUSED: "none", FAILED: "void"}
_HEAD = ("row", "question", "answer", "state")


def progress_view(done: int, total: int) -> str:
    """The bar."""
    told = both("batch.busy", done=done, total=total)
    return (
        f'<div class="yj-progress" role="status"><progress max="{max(1, total)}" value="{done}">'
        f"</progress><span>{told}</span></div>"
    )


def stopped_view(done: int, total: int) -> str:
    """That the run has ended before its end, and what is left of it: nothing."""
    told = both("batch.stopped", done=done, total=total)
    return f'<div class="yj-hint" role="status">{told}</div>'


def hint_view(key: str) -> str:
    """A line of ours."""
    return f'<div class="yj-hint" role="status">{both(key)}</div>'


def results_view(found: Sequence[Result]) -> str:
    """The counts, then the first rows."""
    counts = Counter(one.state for one in found)
    told = both(
        "batch.counted",
        n=len(found),
        answered=counts[ANSWERED],
        refused=counts[REFUSED],
        failed=counts[FAILED],
    )
    head = "".join(f'<th scope="col">{both(f"batch.{name}")}</th>' for name in _HEAD)
    rows = "".join(map(_row, found[:LISTED]))
    more = f'<p class="yj-where">{both("batch.more", n=LISTED)}</p>' if len(found) > LISTED else ""
    return (
        f'<section><h2 class="yj-h" role="status">{told}</h2><div class="yj-scroll" tabindex="0">'
        f'<table class="yj-batch"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
        f"{more}</section>"
    )


def _row(one: Result) -> str:
    if one.answer is None:
        said = both_told(one.error)
    elif one.answer.refused:
        said = both_told(one.answer.text.strip() or one.answer.reason or "")
    else:
        said = marked(one.answer.text.strip())
    chip = (
        f'<span class="yj-status yj-{_TONES[one.state]}">{named("batch.state", one.state)}</span>'
    )
    return (
        f"<tr><td>{one.asked.row}</td><td>{marked(one.asked.question)}</td>"
        f"<td>{said}</td><td>{chip}</td></tr>"
    )
