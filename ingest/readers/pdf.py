"""PDF files with a text layer: paragraphs, and a block for every page.

Reading is done by a process of its own with limits (`pdf_pages`), the rest here. A scanned file
has no text layer and is refused: a guess at characters would be no quotation.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

from ingest.readers.pdf_layout import Piece, paragraphs
from youju.errors import ReadError
from youju.records import ExtractedText

SECONDS = 90  # wall time for one file
_PROGRAM = Path(__file__).with_name("pdf_pages.py")
_END_MARK = b"%%EOF"
_END_REACH = 16384  # some programs write a little after the end
_MIN_CHARACTERS = 10  # less is a stamp or a page number on a scanned picture
_MIN_PER_PAGE = 4
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


def read(data: bytes) -> ExtractedText:
    """The text of all pages, one paragraph per line, with a `page` block per page.

    ReadError: damaged, cut off, encrypted, scanned, or more than the limits of `pdf_pages`.
    """
    if _END_MARK not in data[-_END_REACH:]:
        raise ReadError("PDF 不完整(缺少文件结尾),请重新下载后再加入")
    pages = [_pieces(page) for page in _pages(data)]
    text, blocks = paragraphs(pages)
    characters = len("".join(text.split()))
    if characters < max(_MIN_CHARACTERS, _MIN_PER_PAGE * len(pages)):
        raise ReadError("PDF 是扫描件,没有文字层,请先做文字识别(OCR)再加入")
    if len(_UNREADABLE.findall(text)) > 0.1 * characters:
        raise ReadError("PDF 的字体没有文字编码,读出来是乱码,请先做文字识别(OCR)再加入")
    return ExtractedText(text, "pdf", blocks)


def _pages(data: bytes) -> list[dict[str, Any]]:
    """The records that `pdf_pages` writes; ReadError for every way in which it can fail."""
    command = [sys.executable, "-I", str(_PROGRAM)]
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
