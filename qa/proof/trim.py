"""Original characters made fit to show: without label, line breaks and the stop at the end."""

from __future__ import annotations

import re

from text import spacing

# A clause's label: the path names it, a sentence need not repeat it.
_LABEL = re.compile(
    r"^(?:第[一二三四五六七八九十百零〇\d]+条(?:之[一二三四五六七八九十])?|[(（][一二三四五六七八九十\d]{1,3}[)）]、?"
    r"|[一二三四五六七八九十]{1,3}、|\d{1,3}[.、．](?!\d)|[①-⑳]|[―—•●■◆]+)\s*"
)
TRAILING = "。;,、:：；，. \u3000"


def unlabelled(text: str) -> str:
    """Original characters made fit to show: white space closed up, label and stops trimmed."""
    tight = re.sub(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])", "", spacing.closed(text))
    said = " ".join(tight.split()).strip(TRAILING)
    return _LABEL.sub("", said) or said
