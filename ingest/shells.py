"""Shells: files that hold a title, a date or page marks, and nothing that could be quoted."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.labels import parse_label

_SHORT = 40  # characters; a text that only points elsewhere is no longer
_POINTS = re.compile(r"附件|下载|点击|查看|详见|见附|原文|全文|扫描件|\bpdf\b", re.I)
_PAIR = re.compile(r"\w{2,8}\s*[:：][^。；;]*|[\W_]+")  # 主题：民政、救灾
_MARKS = 3  # lines that say the same are no text


def is_shell(lines: Sequence[str]) -> bool:
    """True when the lines that are neither title nor metadata say nothing of their own."""
    if any(parse_label(line) is not None for line in lines):
        return False
    said = [re.sub(r"[\W\d_]+", "", line) for line in lines]
    said = [line for line in said if line]
    if not said or (len(said) >= _MARKS and len(set(said)) == 1):
        return True
    whole = "".join(lines)
    if len(whole) > _SHORT or re.search(r"\d", whole):
        return False
    return bool(_POINTS.search(whole)) or all(map(_PAIR.fullmatch, lines))
