"""What a document says of itself, each value with the place that proves it.

Sources in order of trust: the site's key–value lines, lines that are a title, 文号, signature or
date on their own, and sentences such as 本办法自2021年3月1日起施行,有效期5年.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ingest.header import Pair, pairs
from ingest.issuers import find_issuer, find_region, organs_apart, signature
from ingest.lines import Line
from ingest.mentions import mentions
from ingest.serials import decree_lines, find_serial, is_serial_line
from ingest.titles import find_title, first_line, title_groups
from ingest.validity import stated_status, title_period, with_dates, with_validity
from text.dates import dates
from youju.records import ExtractedText, Mention, PolicyMeta, Stated

_TOP = 40
_MASTHEAD_MAX = 24
_SHORT_VALUE = 24
# What a site says beside the document, kept as its own statement.
_OF_PAGE = ("issued_on", "effective_on", "expires_on", "status", "source", "page_date")


@dataclass(frozen=True, slots=True)
class Read:
    """The metadata and the numbers of the lines that carry it (no clause text)."""

    meta: PolicyMeta
    lines: frozenset[int] = field(default_factory=frozenset)
    mentions: tuple[Mention, ...] = ()


def metadata(extracted: ExtractedText, lines: Sequence[Line], dropped: frozenset[int]) -> Read:
    """Read the metadata; `lines` are physical lines, `dropped` the numbers of chrome lines."""
    entries = pairs(lines, extracted.blocks, extracted.text)
    used = {entry.line for entry in entries if entry.line is not None}
    body = [i for i in range(len(lines)) if i not in dropped and i not in used]
    signed = signature(lines, body)
    titles = title_groups(lines, body, signed)
    meta = PolicyMeta(
        title=find_title(entries, lines, body, titles, extracted),
        doc_number=find_serial(entries, lines, body),
    )
    issuer = find_issuer(entries, lines, body, signed, titles, meta, extracted.text)
    meta = replace(meta, issuer=organs_apart(issuer))
    meta = with_dates(meta, entries, lines, body, signed)
    meta = with_validity(meta, entries, lines, body, titles)
    region = find_region(meta, extracted.text)
    page = tuple(
        Stated(e.field, e.value, e.span) for e in entries if e.field in _OF_PAGE and _fits(e)
    )
    meta = replace(meta, region=region, period=title_period(meta.title), page=page)
    used |= {i for group in titles for i in group} | set(signed)
    used |= _other_lines(lines, body, titles, used, meta)
    return Read(meta, frozenset(used), mentions(meta, lines, body))


def _fits(entry: Pair) -> bool:
    """False for an entry left empty, which takes the next line for its value."""
    if entry.field == "status":
        return len(entry.value) <= _SHORT_VALUE and stated_status(entry.value) is not None
    return entry.field == "source" or bool(dates(entry.value))


def _other_lines(
    lines: Sequence[Line],
    body: Sequence[int],
    titles: Sequence[Sequence[int]],
    used: set[int],
    meta: PolicyMeta,
) -> set[int]:
    """Lines that carry no clause text: masthead, 文号 lines, a first line that is the title."""
    others = {i for i in body[:_TOP] if is_serial_line(lines[i].text)}
    others |= set(decree_lines(lines, body) or ())
    first = first_line(lines, body)
    if first is not None and meta.title is not None and lines[first].span.covers(meta.title.span):
        others.add(first)
    if titles:
        others |= _masthead(lines, [i for i in body if i < titles[0][0] and i not in used])
    return others


def _masthead(lines: Sequence[Line], above: Sequence[int]) -> set[int]:
    """Short lines above the title that say nothing: the site's name and its menu."""
    return {
        i
        for i in above
        if len(lines[i].text) <= _MASTHEAD_MAX and not re.search(r"[。;!?]", lines[i].text)
    }
