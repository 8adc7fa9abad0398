"""Scanned pages made of the built-in documents, each with the faults that scans have.

Their text is known to the letter, so what is recognised can be held against it. Drawn with a font
of this machine: this measures the recogniser on these faults, not on every printer and camera.
"""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.pipeline import ingest
from ingest.readers.drawer import chinese_font
from youju.errors import InputError
from youju.settings import CORPUS

if TYPE_CHECKING:
    from PIL import Image, ImageDraw, ImageFont

_SIZE = (1240, 1754)  # A4 at 150 dots per inch
_MARGIN, _LETTER, _LINE = 150, 30, 54
_RED = (205, 30, 30)
_SEED = 7
_TABLE = (
    ("序号", "指标", "2015年", "2016年", "2017年"),
    ("1", "主要农产品质量安全监测合格率", "96%", "97%", "98%"),
    ("2", "制造业产品质量国家监督抽查合格率", "91.5%", "92.0%", "92.8%"),
    ("3", "有效期内驰名商标（件）", "40", "50", "60"),
    ("4", "检验检测机构年均增长率", "10.5%", "12%", "13.25%"),
    ("5", "质量安全投入（万元）", "1,250", "1,380", "1,516.5"),
)


@dataclass(frozen=True, slots=True)
class ScanPage:
    """A page as the bytes of a picture, and what stands on it."""

    name: str
    picture: bytes
    truth: str


def made() -> Iterator[ScanPage]:
    """The pages, always the same on one machine. InputError: no font has Chinese characters."""
    found = chinese_font(heavy=False)
    if found is None:
        raise InputError(
            "这台机器上没有中文字体，无法制作测试页；请安装一种（例如 fonts-noto-cjk）。"
        )
    texts = [doc.text for doc in ingest([CORPUS]).docs]
    faults = (
        ("平直清晰", _clean), ("歪斜 2.5 度", _skewed), ("横放", _turned), ("低分辨率", _coarse),
        ("红头和压字印章", _sealed),
    )  # fmt: skip
    for (name, spoiled), text in zip(faults, texts, strict=True):
        page, truth = _written(text, found, head=spoiled is _sealed)
        yield ScanPage(name, spoiled(page), truth)
    page, truth = _tabled(found)
    yield ScanPage("框线表格", _clean(page), truth)


def _written(text: str, found: tuple[str, int], *, head: bool) -> tuple[Image.Image, str]:
    """A page of running text, broken where the line is full."""
    page, draw, font = _sheet(found)
    top, truth = _MARGIN, []
    if head:
        large = font.font_variant(size=72)
        draw.text((_SIZE[0] / 2, top), "云山市人民政府文件", _RED, large, anchor="ma")
        draw.line((_MARGIN, top + 120, _SIZE[0] - _MARGIN, top + 120), _RED, 5)
        truth.append("云山市人民政府文件")
        top += 170
    for paragraph in filter(None, (line.strip() for line in text.splitlines())):
        truth.append("")
        left, line = _MARGIN + 2 * _LETTER, ""
        for char in paragraph:
            if left + font.getlength(line + char) > _SIZE[0] - _MARGIN:
                draw.text((left, top), line, "black", font)
                truth[-1] += line
                top, left, line = top + _LINE, _MARGIN, ""
                if top > _SIZE[1] - 2 * _MARGIN:
                    return page, "\n".join(truth)
            line += char
        draw.text((left, top), line, "black", font)
        truth[-1] += line
        top += _LINE
        if top > _SIZE[1] - 2 * _MARGIN:
            break
    return page, "\n".join(truth)


def _tabled(found: tuple[str, int]) -> tuple[Image.Image, str]:
    page, draw, font = _sheet(found)
    edges = (_MARGIN, 240, 760, 880, 1000, _SIZE[0] - _MARGIN + 40)
    top = 300
    for number in range(len(_TABLE) + 1):
        level = top + 80 * number
        draw.line((edges[0], level, edges[-1], level), "black", 2)
    for edge in edges:
        draw.line((edge, top, edge, top + 80 * len(_TABLE)), "black", 2)
    for number, row in enumerate(_TABLE):
        for cell, edge in zip(row, edges, strict=False):
            draw.text((edge + 12, top + 80 * number + 22), cell, "black", font)
    return page, "\n".join(cell for row in _TABLE for cell in row)


def _sheet(
    found: tuple[str, int],
) -> tuple[Image.Image, ImageDraw.ImageDraw, ImageFont.FreeTypeFont]:
    from PIL import Image, ImageDraw, ImageFont

    page = Image.new("RGB", _SIZE, "white")
    return page, ImageDraw.Draw(page), ImageFont.truetype(found[0], _LETTER, found[1])


def _saved(page: Image.Image, quality: int = 90) -> bytes:
    out = io.BytesIO()
    page.convert("RGB").save(out, "JPEG", quality=quality)
    return out.getvalue()


def _clean(page: Image.Image) -> bytes:
    return _saved(page)


def _skewed(page: Image.Image) -> bytes:
    from PIL import Image

    return _saved(_specks(page.rotate(-2.5, Image.Resampling.BICUBIC, fillcolor="white")), 70)


def _turned(page: Image.Image) -> bytes:
    return _saved(page.rotate(90, expand=True))


def _coarse(page: Image.Image) -> bytes:
    """As from a fax or a small scan: 90 dots per inch, blurred, hard pressed."""
    from PIL import Image, ImageFilter

    small = page.resize((744, 1052), Image.Resampling.BILINEAR)
    return _saved(small.filter(ImageFilter.GaussianBlur(0.6)), 45)


def _sealed(page: Image.Image) -> bytes:
    """A round seal over the text, as red ink: what is below shows through."""
    from PIL import Image, ImageChops, ImageDraw

    ink = Image.new("RGB", page.size, "white")
    draw = ImageDraw.Draw(ink)
    middle, radius = (900, 1180), 190
    box = (middle[0] - radius, middle[1] - radius, middle[0] + radius, middle[1] + radius)
    draw.ellipse(box, outline=_RED, width=14)
    draw.regular_polygon((*middle, 60), 5, fill=_RED)
    return _saved(ImageChops.multiply(page, ink), 80)


def _specks(page: Image.Image) -> Image.Image:
    from PIL import ImageDraw

    draw, chance = ImageDraw.Draw(page), random.Random(_SEED)
    for _ in range(400):
        x, y = chance.randrange(page.width), chance.randrange(page.height)
        draw.ellipse((x, y, x + 1, y + 2), (120, 120, 120))
    return page
