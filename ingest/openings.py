"""Where the head of a text that runs on is cut: number, title, date, whom it is addressed to.

某发〔2023〕15号某厅关于印发《某办法》的通知各市某局:为… has number, title and text on lines of
their own then, as the form of official documents (GB/T 9704) prescribes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.labels import parse_label
from ingest.lines import Line
from ingest.serials import SERIAL
from ingest.titles import KINDS

_LINES = 6  # of a head
_REACH = 400  # characters of a line that are looked at
_SENTENCE = 15  # characters of a line with a full stop that ends the head
_NOTICE = "通知|函|意见|决定|批复|通报|公告|通告|复函"
_NUMBER = r"(?!的)[\u4e00-\u9fff]{1,10}\[(?:19|20)\d{2}\]第?\d{1,5}号"
_DAY = r"\(?(?:19|20)\d{2}年\d{1,2}月\d{1,2}日\)?"
_HISTORY = r"(?:\((?:19|20)\d{2}年[^()]{4,160}\))?"  # (2012年4月27日…会议通过)
_BODY = rf"{_HISTORY}(?:目录)?第一[章条]"
# What an own number is followed by, where the line goes on; a number that is cited has others.
_CITED = re.compile(r"\s{0,4}(?:文|精神|规定|的|中|等|和|及|与|以|印发|下发|出台|[)》,、。;:]|$)")
_OF_NOTICE = re.compile(
    rf"[^。;:!?]{{0,200}}?(?:的|》)(?:{_NOTICE})(?:\([^()]{{2,12}}\))?"
    rf"(?=\s{{0,8}}(?:{_NUMBER}|{_DAY}|(?:各|省|市|县|区|有关|国务院|直属|自治区)[^。;!?《》:]{{1,240}}:"
    r"|为(?:了|进一步|贯彻|落实|深入|全面|加强|规范|切实|推进|做好)|根据|按照|现将))"
)
_OF_MEASURE = re.compile(
    rf"[^。;:!?,]{{4,100}}?(?:{KINDS})(?<!目录)(?:\((?!(?:19|20)\d{{2}}年\d)[^()]{{2,20}}\))?"
    rf"(?=\s{{0,8}}(?:{_NUMBER}|{_DAY}$|(?:{_DAY})?\s{{0,8}}{_BODY}))"
)
_DATED = re.compile(rf"\s{{0,8}}{_DAY}(?=\s{{0,8}}(?:$|{_BODY}|各))")


def cut_openings(lines: Sequence[Line]) -> dict[int, list[int]]:
    """Number of a line → the characters of it at which a piece of the head ends, ascending."""
    found: dict[int, list[int]] = {}
    for number, line in enumerate(lines[:_LINES]):
        text = line.text[:_REACH]
        if parse_label(text) is not None:
            break
        if ends := [end for end in _ends(text) if 0 < end < len(line.text)]:
            found[number] = ends
        if "。" in text and len(text) > _SENTENCE:
            break
    return found


def _ends(text: str) -> Iterator[int]:
    at = 0
    for piece in (_number, _title, _number, _date):
        end = piece(text, at)
        if end is not None:
            yield end
            at = end


def _number(text: str, at: int) -> int | None:
    """The end of the document's own number at `at`."""
    match = SERIAL.match(text, _first(text, at))
    return None if match is None or _CITED.match(text, match.end()) else match.end()


def _title(text: str, at: int) -> int | None:
    match = _OF_NOTICE.match(text, at) or _OF_MEASURE.match(text, at)
    return match.end() if match else None


def _date(text: str, at: int) -> int | None:
    match = _DATED.match(text, at) if at else None
    return match.end() if match else None


def _first(text: str, at: int) -> int:
    """The first character from `at` on that is no blank."""
    return at + len(text[at:]) - len(text[at:].lstrip())
