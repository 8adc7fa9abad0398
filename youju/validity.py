"""Whether a document holds on a day: computed when it is asked, never frozen in an index."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from youju.records import PolicyMeta, Span

VOID = ("已失效", "已废止")
NOT_IN_FORCE = (*VOID, "尚未生效", "征求意见稿")
_DRAFT = re.compile(r"征求意见稿|送审稿|草案|讨论稿")
_TRIAL = re.compile(r"试行|暂行")


@dataclass(frozen=True, slots=True)
class Ending:
    """A document that another one ends: from which day, if known, and the sentence that says so."""

    doc_id: str
    name: str
    on: str | None
    span: Span
    how: str = "废止"  # or 代替, by a version of the same rule


@dataclass(frozen=True, slots=True)
class Told:
    """What a document says of its validity: its status, its first and its last day."""

    title: str
    status: str
    starts: str | None
    ends: str | None


def state(told: Told, day: date, ending: Ending | None = None) -> tuple[str, str]:
    """(state, why) on a day. What is stated yields to a day that has passed; unknown stays so."""
    today = day.isoformat()
    title, starts, ends = told.title, told.starts, told.ends
    if told.status in VOID:
        return told.status, ""
    if ending is not None and (ending.on is None or ending.on <= today):
        since = f"，自{ending.on}起" if ending.on else ""
        return "已废止", f"被{ending.name}{ending.how}{since}"
    if ends is not None and _last(ends) < today:
        return "已失效", f"有效期届满，至{ends}"
    if starts is not None and starts > today:
        return "尚未生效", f"自{starts}起施行"
    if _DRAFT.search(title):
        return "征求意见稿", "尚未正式发布"
    begun = told.status == "尚未生效" and starts is not None
    if told.status != "未注明" and not begun:
        return told.status, ""
    if ends is not None:
        return "现行有效", f"有效期至{ends}"
    if begun:
        return "现行有效", f"自{starts}起施行"
    if _TRIAL.search(title):
        return "试行", "推定有效，没有找到废止或失效的说明"
    return told.status, ""


def on_day(meta: PolicyMeta, title: str, day: date, ending: Ending | None = None) -> PolicyMeta:
    """The metadata with the state of a day; what proves it is kept or named."""
    starts, ends = (
        value.value if value else None for value in (meta.effective_on, meta.expires_on)
    )
    status, why = state(Told(title, meta.status, starts, ends), day, ending)
    if status == meta.status and not why:
        return meta
    note = meta.status_note
    if status == "已失效" or why.startswith("有效期至"):
        note = meta.expires_on
    elif why.endswith("起施行"):
        note = meta.effective_on
    elif status in ("征求意见稿", "试行"):
        note = meta.title
    ended_by = (ending.doc_id, ending.span) if ending is not None and status == "已废止" else None
    return replace(meta, status=status, status_note=note, status_why=why, ended_by=ended_by)


def _last(iso: str) -> str:
    """The last day that a date without a day or month may mean."""
    return iso if len(iso) == 10 else f"{iso}-31"
