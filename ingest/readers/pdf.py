"""PDF files: paragraphs, and a block for every page.

Reading is done by a process of its own with limits (`pdf_pages`), the rest here. A page without a
sound text layer is recognised from its picture, and what is read so is marked as such.
"""

from __future__ import annotations

import base64
import json
import re
import subprocess
import sys
import unicodedata
from collections.abc import Container, Iterator, Sequence
from pathlib import Path
from typing import Any

from ingest.readers.pdf_grids import Rule
from ingest.readers.pdf_layout import Piece, paragraphs
from ingest.readers.txt import usual
from ingest.recognition import (
    MISSING,
    PageProgress,
    Recogniser,
    doubts,
    is_installed,
    page_names,
    pieces,
)
from ingest.recognition import rules as recognised_rules
from ingest.recognition import unread as not_recognised
from text.normalize import fold
from youju.errors import ReadError, Unrecognised
from youju.frames import PagePicture, packed
from youju.records import ExtractedText

SECONDS = 90  # wall time for one file
_PROGRAM = Path(__file__).with_name("pdf_pages.py")
_END_MARK = b"%%EOF"
_END_REACH = 16384  # some programs write a little after the end
_MIN_CHARACTERS = 10  # less is a stamp or a page number on a scanned picture
_MIN_PER_PAGE = 4
MAX_RECOGNISED = 300  # pages of a file
MAX_RULES = 30_000  # lines of a file; 234 pages of tables have 6,000
_MIN_JUDGED = 40  # Chinese characters that are enough to judge a page by
_LEAST_USUAL = 0.6  # `txt.usual` of sound text is above 1, of random characters near 0.5
_DAMAGED = "PDF 结构已损坏或不完整,请重新下载,或用阅读器打开后重新打印为 PDF"
_REASONS = {
    "password": "PDF 已加密,请取消打开密码后重新保存",
    "security": "PDF 使用了不支持的加密方式,请取消加密后重新保存",
    "pages": "PDF 有 {page} 页,超过 3000 页的上限,请拆分后再加入",
    "characters": "PDF 的文字超过 800 万字的上限,请拆分后再加入",
}
# Fonts that name radicals instead of characters; what Unicode does not equate itself.
_RADICALS = dict(
    zip(
        "⺠⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻬⻮⻰⻳",
        "民西见角贝车长门青韦页风飞食马骨鬼鱼鸟麦黄齐齿龙龟",
        strict=True,
    )
)
_FOLDED = str.maketrans(
    {
        chr(code): unicodedata.normalize("NFKC", chr(code))
        for code in range(0x2E80, 0x2FE0)
        if len(unicodedata.normalize("NFKC", chr(code))) == 1
    }
    | _RADICALS
)
_UNREADABLE = re.compile("[\ufffd\ue000-\uf8ff\U000f0000-\U0010ffff]")


def read(
    data: bytes, *, recognise: bool = False, progress: PageProgress | None = None
) -> ExtractedText:
    """The text of all pages, one paragraph per line, with a `page` block per page.

    Pages that are pictures, or whose text layer is garbled, are recognised when `recognise` is set;
    else, and where that fails, they are named as not read. ReadError: damaged, cut off, encrypted,
    without any text, or more than the limits of `pdf_pages`.
    """
    if _END_MARK not in data[-_END_REACH:]:
        raise ReadError("PDF 不完整(缺少文件结尾),请重新下载后再加入")
    raw = _pages(data)
    pages = [_pieces(page) for page in raw]
    wanted = [i for i, page in enumerate(pages) if raw[i]["drawn"] or _is_garbled(page)]
    unread: list[str] = []
    rules = list(_rules(raw, frozenset(wanted)))
    if wanted:
        unread = _recognised(data, pages, rules, wanted, recognise, progress)
    text, blocks, frames = paragraphs(pages, rules)
    characters = len("".join(text.split()))
    if characters < max(_MIN_CHARACTERS, _MIN_PER_PAGE * len(pages)):
        why = f",{unread[0]}" if unread else ",没有文字层"
        kind = Unrecognised if unread and not recognise else ReadError
        raise kind(f"PDF 是扫描件{why}")
    return ExtractedText(text, "pdf", blocks, unread=tuple(unread), frames=packed(frames))


def picture(data: bytes, page: int) -> PagePicture:
    """A page (from 1) as it is looked at. ReadError: damaged, or no such page."""
    (found,) = _run(data, "shown", str(page))
    return PagePicture(base64.b64decode(found["jpeg"]), found["width"], found["height"])


def _rules(raw: Sequence[dict[str, Any]], recognised: Container[int]) -> Iterator[list[Rule]]:
    """The ruled lines of every page, as many as a file of tables may have in all."""
    left = MAX_RULES
    for number, page in enumerate(raw):
        rules = page["rules"] if number not in recognised else []
        left -= len(rules)
        yield [Rule(*rule) for rule in rules] if left >= 0 else []


def _recognised(
    data: bytes,
    pages: list[list[Piece]],
    rules: list[list[Rule]],
    wanted: list[int],
    recognise: bool,
    progress: PageProgress | None,
) -> list[str]:
    """Put what is recognised in the place of the wanted pages; returns what was not read."""
    garbled = [i for i in wanted if pages[i]]
    for i in garbled:
        pages[i] = []
    if not recognise or not is_installed():
        why = "没有做文字识别(用了 --no-ocr)" if not recognise else MISSING
        return [f"第 {page_names(wanted)} 页是扫描的图片或文字层是乱码,没有读入:{why}"]
    lost: list[int] = wanted[MAX_RECOGNISED:]
    unsure = 0
    with Recogniser() as recogniser:
        for done, i in enumerate(wanted[:MAX_RECOGNISED]):
            if progress is not None:
                progress(done, len(wanted))
            picture = _run(data, "grey", str(i + 1))
            frames = recogniser.frames(picture[0]) if picture else None
            if frames is None:
                lost.append(i)
            else:
                pages[i] = pieces(frames[0], picture[0]["width"])
                rules[i] = recognised_rules(frames[0], picture[0]["width"])
                unsure += doubts(pages[i])
    if progress is not None:
        progress(len(wanted), len(wanted))
    return not_recognised(lost, unsure)


def _is_garbled(page: Sequence[Piece]) -> bool:
    """True for a text layer of characters that no Chinese text is made of.

    Private and replaced characters show fonts without an encoding; other fonts map their glyphs to
    characters at random, which are rare ones. Scripts that we cannot judge are left as they are.
    """
    text = "".join(piece.text for piece in page)
    if len(text) < _MIN_CHARACTERS:
        return False
    if len(_UNREADABLE.findall(text)) > 0.1 * len(text):
        return True
    chinese = "".join(char for char in fold(text) if "\u3400" <= char <= "\u9fff")
    return len(chinese) >= _MIN_JUDGED and usual(chinese) < _LEAST_USUAL


def _pages(data: bytes) -> list[dict[str, Any]]:
    return _run(data)


def _run(data: bytes, *pages: str) -> list[dict[str, Any]]:
    """The records that `pdf_pages` writes; ReadError for every way in which it can fail."""
    command = [sys.executable, "-I", str(_PROGRAM), *pages]
    try:
        run = subprocess.run(command, input=data, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise ReadError(f"PDF 读了 {SECONDS} 秒还没有读完,已停止,请拆分或重新打印为 PDF") from error
    try:
        records = [json.loads(line) for line in run.stdout.splitlines()]
    except ValueError as error:  # it died while writing
        raise ReadError(_DAMAGED) from error
    last = records.pop() if records else {}
    if "error" in last:
        raise ReadError(_REASONS.get(last["error"], _DAMAGED).format(page=last["page"]))
    if last.get("done") != len(records) or not records:
        if b"MemoryError" in run.stderr or run.returncode < 0:
            raise ReadError("读取 PDF 所需的内存或时间超过上限,已停止,请拆分或重新打印为 PDF")
        raise ReadError(_DAMAGED)
    return records


def _pieces(page: dict[str, Any]) -> list[Piece]:
    return [
        Piece(left, right, top, bottom, text.translate(_FOLDED), size)
        for left, right, top, bottom, text, size in page["pieces"]
    ]
