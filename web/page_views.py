"""A page of the file as people look at it, the quoted lines framed on it."""

from __future__ import annotations

import base64

from web.markup import attribute
from web.strings import both
from youju.frames import Frame, PagePicture, framed, unpacked
from youju.records import PolicyDoc, Span

_EDGE = 1.5  # points that a frame stands off its words


def page_view(doc: PolicyDoc, number: int, picture: PagePicture, span: Span | None) -> str:
    """Page `number` (from 1) with a frame around every line of `span`, and buttons to turn it."""
    frames = framed(unpacked(doc.frames), span, doc.text) if span else ()
    boxes = "".join(_frame_html(one, picture) for one in frames if one.page == number)
    data = base64.b64encode(picture.jpeg).decode("ascii")
    label = f"第 {number} 页 Page {number}"
    return (
        f'<div class="yj-turn">{_turn(number - 1, "original.before", number > 1)}'
        f'<span role="status">{both("original.page", n=number, all=len(doc.pages))}</span>'
        f"{_turn(number + 1, 'original.after', number < len(doc.pages))}</div>"
        f'<figure class="yj-sheet"><img src="data:image/jpeg;base64,{data}" '
        f'alt="{attribute(label)}">{boxes}</figure>'
    )


def _turn(number: int, key: str, is_there: bool) -> str:
    off = "" if is_there else " disabled"
    return f'<button type="button" data-turn="{number}"{off}>{both(key)}</button>'


def _frame_html(frame: Frame, picture: PagePicture) -> str:
    """Its place in shares of the page, so that it holds at every size of the picture."""
    left, top, right, bottom = frame.box
    wide, high = 100 / picture.width, 100 / picture.height
    place = {
        "left": (left - _EDGE) * wide,
        "top": (top - _EDGE) * high,
        "width": (right - left + 2 * _EDGE) * wide,
        "height": (bottom - top + 2 * _EDGE) * high,
    }
    style = ";".join(f"{side}:{share:.2f}%" for side, share in place.items())
    return f'<span class="yj-frame" style="{style}"></span>'
