"""Text → HTML that can only ever be text: escaping, highlighting, one place for both.

Everything that comes from a document or from the user passes through `escape`.
"""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Iterable

from youju.records import Span

# Braces, dollar and back-quote are HTML-safe, but the page's template engine would read them.
_TEMPLATE = str.maketrans({"{": "&#123;", "}": "&#125;", "$": "&#36;", "`": "&#96;"})
_PLAIN_CONTROLS = frozenset("\n\r\t")


def escape(text: str) -> str:
    """HTML-escaped text for element content and quoted attributes alike.

    Characters that would reorder or hide their neighbours (bidi controls, other control and
    format characters) are named in place instead of being obeyed.
    """
    if not any(_unruly(char) for char in text):
        return _escape_plain(text)
    return "".join(_name(char) if _unruly(char) else _escape_plain(char) for char in text)


def attribute(text: str) -> str:
    """For attribute values: like `escape`, but unruly characters are dropped."""
    return _escape_plain("".join(char for char in text if not _unruly(char)))


def highlight(text: str, spans: Iterable[Span], origin: int = 0) -> str:
    """`text`, which starts at `origin` of the original, with the `spans` of the original marked.

    Spans are clipped to the text; touching and overlapping ones become one mark.
    """
    pieces: list[str] = []
    at = 0
    for start, end in _merged(spans, origin, len(text)):
        pieces.append(escape(text[at:start]))
        pieces.append(f"<mark>{escape(text[start:end])}</mark>")
        at = end
    pieces.append(escape(text[at:]))
    return "".join(pieces)


def _merged(spans: Iterable[Span], origin: int, length: int) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for span in sorted(spans):
        start, end = max(0, span.start - origin), min(length, span.end - origin)
        if start >= end:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _escape_plain(text: str) -> str:
    return html.escape(text, quote=True).translate(_TEMPLATE)


def _unruly(char: str) -> bool:
    if char < "\x7f":
        return char < " " and char not in _PLAIN_CONTROLS
    return unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")


def _name(char: str) -> str:
    return f'<span class="yj-ctl" data-code="U+{ord(char):04X}"></span>'
