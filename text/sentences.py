"""Sentences and smaller pieces of folded text, as half-open spans, in linear time.

A piece is trimmed of white space; nothing but white space lies between two pieces. Line breaks
always end a piece: lines that belong together are joined before (see `text.offsets`). Brackets and
quotes that close on the same line within `_REACH` characters are kept whole.
"""

from __future__ import annotations

import re

_REACH = 300
_OPENERS = {"(": ")", "[": "]", "《": "》", "〈": "〉", "{": "}"}
_CLOSERS = {close: opener for opener, close in _OPENERS.items()}
_BREAKS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_TERMINALS = "。!?…"
_NUMERALS = "〇零一二三四五六七八九十百"

_PAIRED = re.compile(f'[()\\[\\]《》〈〉{{}}"{_BREAKS}]')
_EVENT = re.compile(f'[(\\[《〈{{".;,{_TERMINALS}{_BREAKS}]')
_TERMINAL_RUN = re.compile(f"[{_TERMINALS}]+")
_LABEL_INSIDE = re.compile(f"[0-9]{{1,3}}|[{_NUMERALS}]{{1,4}}|[A-Za-z]")
# A list label at the start of a piece, up to its dot: 1  (2)  1.2  十一  A
_LABEL_BEFORE_DOT = re.compile(
    f"\\(?(?:[0-9]{{1,3}}(?:\\.[0-9]{{1,3}}){{0,4}}|[{_NUMERALS}]{{1,4}}|[A-Za-z])\\)?"
)
# A label further on, as in 「附件:1.指标 2.项目」 or 「附件1.指标」.
_LABEL_INLINE = re.compile(r"(?:[:;\s(]|附件|附表|附录|表|图|专栏)[0-9]{1,2}$")
_THOUSANDS = re.compile(r"[0-9]{3}(?![0-9])")
_NONBLANK = re.compile(r"\S")
# What may follow a full stop written "." (a bracket, a quote, a Chinese character, or the end).
_AFTER_DOT = re.compile(r'[\u3400-\u9fff("\[《]|\s|$')
_CONTINUES = ",;:、)]。!?…"  # no sentence begins with one of these


def sentences(text: str) -> list[tuple[int, int]]:
    """Spans of the sentences of folded `text`, in order, trimmed, tiling all that is not blank."""
    return _pieces(text, "")


def segments(text: str) -> list[tuple[int, int]]:
    """Like `sentences`, split at semicolons too."""
    return _pieces(text, ";")


def commas(text: str) -> list[tuple[int, int]]:
    """Like `segments`, split at commas too (never inside 1,000)."""
    return _pieces(text, ";,")


def _pieces(text: str, marks: str) -> list[tuple[int, int]]:
    closes = _pairs(text)
    pieces: list[tuple[int, int]] = []
    first = _nonblank(text, 0)  # where the current piece begins
    fresh = True  # the current piece begins a line
    resume = 0
    for event in _EVENT.finditer(text):
        at = event.start()
        if at < resume or first > at:
            continue
        close = closes.get(at)
        if close is None:
            end = _end_at(text, at, first, marks, closes)
        else:
            end = _end_after_pair(text, at, close, first == at, fresh)
            resume = close + 1
        if end is None:
            continue
        _add(pieces, text, first, end)
        fresh = text[at] in _BREAKS
        first = _nonblank(text, end)
        fresh = fresh or any(char in _BREAKS for char in text[end:first])
        resume = max(resume, end)
    _add(pieces, text, first, len(text))
    return pieces


def _pairs(text: str) -> dict[int, int]:
    """Opener → closer for brackets and quotes that close on their line within reach.

    A stray closer is ignored; an opener that never closes loses its meaning. Folded quotes look
    alike, so a quote closes when one is open and opens otherwise.
    """
    closes: dict[int, int] = {}
    stack: list[int] = []
    open_now: dict[str, int] = {}
    for found in _PAIRED.finditer(text):
        at, char = found.start(), found.group()
        if char in _BREAKS:
            stack.clear()
            open_now.clear()
            continue
        while stack and at - stack[0] > _REACH:  # out of reach: everything above waits for it
            open_now[text[stack[0]]] -= 1
            del stack[0]
        opener = _CLOSERS.get(char, '"' if char == '"' else "")
        if opener and open_now.get(opener):
            while True:
                begin = stack.pop()
                open_now[text[begin]] -= 1
                if text[begin] == opener:
                    break
            closes[begin] = at
        elif char in _OPENERS or char == '"':
            stack.append(at)
            open_now[char] = open_now.get(char, 0) + 1
    return closes


def _end_at(text: str, at: int, first: int, marks: str, closes: dict[int, int]) -> int | None:
    """Where the piece ends if the character at `at`, outside all brackets, ends it."""
    char = text[at]
    if char in _BREAKS:
        return at
    if char in _TERMINALS:
        return _end_of_terminals(text, at, closes)
    if char == ".":
        ends = _is_full_stop(text, at, first)
    elif char == ",":
        ends = char in marks and not _groups_digits(text, at)
    else:
        ends = char in marks
    return _with_closers(text, at + 1, closes) if ends else None


def _end_of_terminals(text: str, at: int, closes: dict[int, int]) -> int | None:
    run = _TERMINAL_RUN.match(text, at)
    assert run is not None
    after = text[run.end() : run.end() + 1]
    before = text[at - 1 : at]
    if run.group().strip("…") == "" and after and after in "等的,、;:)":
        return None  # 「食品、药品……等行业」
    if run.group() in "!?" and (before + after).isascii() and before.isalnum() and after.isalnum():
        return None  # an address: index.php?id=3
    return _with_closers(text, run.end(), closes)


def _with_closers(text: str, end: int, closes: dict[int, int]) -> int:
    """Take in closing brackets and quotes that stand directly after the end mark."""
    while end < len(text) and (text[end] in _CLOSERS or (text[end] == '"' and end not in closes)):
        end += 1
    return end


def _is_full_stop(text: str, at: int, first: int) -> bool:
    """True for a "." that ends a sentence: not in 3.5, 1.提高, 1.2.加强, www.gov.cn or "..."."""
    before = text[at - 1 : at]
    if at == first or not _AFTER_DOT.match(text, at + 1) or before in ". ,;":
        return False
    if at - first <= 20 and _LABEL_BEFORE_DOT.fullmatch(text, first, at):
        return False
    return not _LABEL_INLINE.search(text, max(first, at - 5), at)


def _groups_digits(text: str, at: int) -> bool:
    return text[at - 1 : at].isdecimal() and _THOUSANDS.match(text, at + 1) is not None


def _end_after_pair(
    text: str, opener: int, close: int, starts_piece: bool, fresh: bool
) -> int | None:
    """Where the piece ends if the bracket or quote opener:close ends it."""
    after = text[close + 1 : close + 2]
    if after and (after in _CONTINUES or after == "的"):
        return None
    ended = text[close - 1] in _TERMINALS
    if text[opener] == '"':
        return close + 1 if ended else None
    if not starts_piece or text[opener] not in "([":
        return None
    # 「…。(省质监局负责)」: who is responsible has a sentence of its own; 「(一)…」 is a label.
    label = close - opener < 6 and _LABEL_INSIDE.fullmatch(text, opener + 1, close)
    return close + 1 if ended or not (fresh or label) else None


def _nonblank(text: str, start: int) -> int:
    found = _NONBLANK.search(text, start)
    return found.start() if found else len(text)


def _add(pieces: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    while end > start and text[end - 1].isspace():
        end -= 1
    if end > start:
        pieces.append((start, end))
