"""The documents that one file holds: those a crawler strung together, and what a notice annexes.

A notice (关于印发《某办法》的通知) and the measure it issues are both documents: the measure has a
title of its own and the number, issuer and dates of its envelope.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from ingest.header import opens_document
from ingest.issued import issued
from ingest.issuers import closings, signature
from ingest.lines import Line
from ingest.metadata import Read, metadata
from ingest.serials import is_serial_line
from ingest.titles import KINDS, proven_text, title_groups
from ingest.validity import with_validity
from text.normalize import squeeze
from youju.records import ExtractedText, Part, PolicyMeta, Span

# 某局关于…的通知: a title that opens a document of its own
_NOTICE = re.compile(
    r"[\u4e00-\u9fff、()·]{2,40}关于[^。;:]{4,90}的(?:通知|意见|决定|批复|公告|通告|通报|函|复函)$"
)
_WRAPPED = 3  # lines that a title may be wrapped over
_MOST = 200  # documents of one file
# a title that runs into its text: (此件公开发布)某某制度第一条为…
RUN_ON = re.compile(
    r"\s{0,8}(?:\([^()]{2,20}\)\s{0,8})?(?:附件?\s{0,8}\d{0,2}\s{0,8}:?\s{0,8})?"
    rf"(?P<title>[^。;:,]{{6,60}}?(?:{KINDS}))"
    r"(?=\s{0,8}(?:第[一1][条章]|为(?!期|止|准|主)|根据|一、|\())"
)


@dataclass(frozen=True, slots=True)
class Found:
    """The documents of a file, none when it is one; `whole` is what the first says of itself."""

    whole: Read
    parts: tuple[Part, ...] = field(default_factory=tuple)


def read_parts(extracted: ExtractedText, lines: Sequence[Line], dropped: frozenset[int]) -> Found:
    """Metadata of a file and of each document in it."""
    starts = [i for i, line in enumerate(lines) if opens_document(line)]
    starts = starts or _numbered_titles(lines, [i for i in range(len(lines)) if i not in dropped])
    if not 2 <= len(starts) <= _MOST:
        read = metadata(extracted, lines, dropped)
        parts = _with_annexes(extracted, lines, dropped, read, Span(0, len(extracted.text)))
        return Found(read, parts if len(parts) > 1 else ())
    bounds = [0, *starts[1:], len(lines)]
    found: list[Part] = []
    reads: list[Read] = []
    used: set[int] = set()
    for first, last in pairwise(bounds):
        inside = lines[first:last]
        apart = frozenset(i - first for i in dropped if first <= i < last)
        read = metadata(extracted, inside, apart)
        reads.append(read)
        used |= {first + i for i in read.lines}
        begin = inside[0].span.start if first else 0
        end = lines[last].span.start if last < len(lines) else len(extracted.text)
        found += _with_annexes(extracted, inside, apart, read, Span(begin, end))
    return Found(
        Read(reads[0].meta, frozenset(used), tuple(m for read in reads for m in read.mentions)),
        tuple(found),
    )


def _numbered_titles(lines: Sequence[Line], body: Sequence[int]) -> list[int]:
    """Where the notices of a compilation or a gazette begin: a title, a number alone below it.

    The second and later ones follow the closing of another, or its text; a title that is said again
    begins nothing.
    """
    found: list[int] = []
    said: set[str] = set()
    for at in range(1, len(body)):
        if not is_serial_line(lines[body[at]].text):
            continue
        for size in range(1, _WRAPPED + 1):
            title = squeeze("".join(lines[j].text for j in body[max(0, at - size) : at]))
            if _NOTICE.match(title):
                if title not in said:
                    found.append(body[max(0, at - size)])
                    said.add(title)
                break
    return found


def _with_annexes(
    extracted: ExtractedText,
    lines: Sequence[Line],
    dropped: frozenset[int],
    read: Read,
    span: Span,
) -> tuple[Part, ...]:
    """The document and what it annexes, in order; together they are the span."""
    body = [i for i in range(len(lines)) if i not in dropped]
    titles = _annexed(lines, body) or _run_on(lines, body)
    titles = [t for t in titles if span.covers(t)]
    if not titles:
        return (Part(read.meta, span),)
    parts = [Part(read.meta, Span(span.start, titles[0].start))]
    for title, end in zip(titles, [*(t.start for t in titles[1:]), span.end], strict=True):
        part = Span(title.start, end)
        inside = _inside([lines[i] for i in body], part)
        envelope = _before(read.meta, titles[0].start)
        meta = _annex_meta(envelope, title, extracted, inside)
        parts.append(Part(meta, part))
    return tuple(parts)


def _before(meta: PolicyMeta, start: int) -> PolicyMeta:
    """What a notice says above its annexes: what stands in one of them is said of that one."""
    own = {
        name: None
        for name in ("effective_on", "expires_on", "status_note")
        if (said := getattr(meta, name)) is not None and said.span.start >= start
    }
    status = "未注明" if "status_note" in own else meta.status
    return replace(meta, **own, status=status)  # type: ignore[arg-type]


def _inside(lines: Sequence[Line], part: Span) -> list[Line]:
    """The lines of a part; of one in the midst of which it begins or ends, what is of the part."""
    found = []
    for line in lines:
        if not line.span.overlap(part):
            continue
        origins = line.body.origins
        first, last = bisect_left(origins, part.start), bisect_left(origins, part.end)
        if last - first < len(origins):
            line = replace(line, body=line.body.slice(first, last).strip())
        if line.body:
            found.append(line)
    return found


def _annex_meta(
    envelope: PolicyMeta, title: Span, extracted: ExtractedText, lines: Sequence[Line]
) -> PolicyMeta:
    bare = replace(
        envelope,
        title=proven_text(extracted.text, title),
        expires_on=None,
        status_note=None,
        status="未注明",
    )
    own = with_validity(bare, (), lines, range(len(lines)), ())
    return replace(
        own,
        expires_on=own.expires_on or envelope.expires_on,
        status=own.status if own.status_note else envelope.status,
        status_note=own.status_note or envelope.status_note,
    )


def _annexed(lines: Sequence[Line], body: Sequence[int]) -> list[Span]:
    """Titles of what the notice issues: as it names them, else the title below its signature."""
    signed = signature(lines, body)
    named = issued(lines, body, signed)
    if named or not signed:
        return named
    groups = [g for g in title_groups(lines, body, signed) if g[0] > signed[-1]][:1]
    return [Span(lines[g[0]].span.start, lines[g[-1]].span.end) for g in groups]


def _run_on(lines: Sequence[Line], body: Sequence[int]) -> list[Span]:
    """The title that follows the closing of a notice within one line."""
    for closed in closings(lines, body):
        match = RUN_ON.match(closed.line.text, closed.date.end) if closed.organ else None
        if match is not None:
            return [closed.line.sub(match.start("title"), match.end("title"))]
    return []
