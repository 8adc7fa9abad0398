"""Plain text: bytes to the decoded text, strictly; nothing is ever replaced or guessed over.

Order: byte order mark, UTF-16 by its NUL pattern, UTF-8, then GB18030 or Big5, whichever gives the
more usual Chinese. The decoded text is the original, line ends included; only the mark is dropped.
"""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

from youju.errors import ReadError
from youju.records import ExtractedText

# UTF-32's little-endian mark begins with UTF-16's, so it comes first.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_SAMPLE = 65536  # bytes or characters that are enough to judge an encoding by
# A Chinese character as UTF-8 writes it.
_UTF8_HANZI = re.compile(rb"[\xe3-\xe9][\x80-\xbf]{2}|\xef[\xbc-\xbf][\x80-\xbf]")
_HIGH = re.compile(rb"[\x80-\xff]")
# The most frequent characters of written Chinese and of policy texts, in both scripts.
_FREQUENT = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过"
    "子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体"
    "制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新"
    "質這為個國時來們動對會發過種後學經進實業應開還當點從體機製產現兩與關質量務監"
    "质管理企业服务监督责任单位规定办法第条人民府省市县区局厅委会通知意见计划标准责"
)
_PUNCTUATION = frozenset(
    "，。、；：？！“”‘’（）《》〈〉【】〔〕「」『』—…·．％－～　\xa0\u2002\u2003―─"
)
_NAMES = {"gb18030": "GB18030", "big5hkscs": "Big5", "cp950": "Big5", "utf-8": "UTF-8"}


def read(data: bytes) -> ExtractedText:
    """The decoded text. ReadError names the byte offset and the encodings tried."""
    text, encoding = decode(data)
    if not text.strip():
        raise ReadError("文件里没有文字,请检查保存时是否出错")
    return ExtractedText(text=text, encoding=encoding)


def decode(data: bytes) -> tuple[str, str]:
    """(text, encoding); without the byte order mark. Raises ReadError."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strict(data, encoding, len(mark)), encoding
    wide = utf16(data)
    if wide is not None:
        return _strict(data, wide), wide
    if b"\0" in data:
        raise ReadError(f"第 {data.index(0)} 字节是空字节,不像文本文件,请另存为 UTF-8 文本")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        if _is_damaged_utf8(data, error):
            raise _broken(error, "UTF-8") from error
        return _decode_chinese(data)
    return (data.decode("gb18030"), "gb18030") if _is_gb_in_disguise(text) else (text, "utf-8")


def utf16(data: bytes) -> str | None:
    """ "utf-16-le" or "utf-16-be" when the NULs lie as in UTF-16 text without a mark, else None."""
    sample = data[: 2 * _SAMPLE]
    if b"\0" not in sample or len(data) < 4:
        return None
    sample = sample[: len(sample) // 2 * 2]
    best, best_score = None, 0.0
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            text = codecs.getincrementaldecoder(encoding)().decode(sample)
        except UnicodeDecodeError:
            continue
        score = _usual_share(text)
        if score > best_score and "\0" not in text:
            best, best_score = encoding, score
    return best if best_score > 0.9 else None


def _strict(data: bytes, encoding: str, skip: int = 0) -> str:
    """Decode all after the first `skip` bytes; offsets in messages count from the file's start."""
    try:
        return data[skip:].decode(encoding)
    except UnicodeDecodeError as error:
        raise _broken(error, _NAMES.get(encoding, encoding.upper()), skip) from error


def _broken(error: UnicodeDecodeError, tried: str, skip: int = 0) -> ReadError:
    at = error.start + skip
    if error.end == len(error.object) and re.search(
        "incomplete|truncated|unexpected", error.reason
    ):
        return ReadError(f"文件在第 {at} 字节处被截断,最后一个字符不完整(按 {tried} 读),请重新保存")
    return ReadError(f"第 {at} 字节起无法解码(已试 {tried}),请另存为 UTF-8 后重试")


def _is_gb_in_disguise(text: str) -> bool:
    """True for a short GB18030 text that happens to be valid UTF-8: 通知 is two Hebrew marks."""
    wide = {char for char in text[:_SAMPLE] if char > "\x7f"}
    if not wide or not all("\u0300" <= c < "\u0370" or "\u0530" <= c < "\u0800" for c in wide):
        return False
    try:
        return usual(text.encode("utf-8").decode("gb18030")) >= 1
    except UnicodeDecodeError:
        return False


def _is_damaged_utf8(data: bytes, error: UnicodeDecodeError) -> bool:
    """True when nearly all high bytes form UTF-8 characters: GB18030 would make rubbish of it."""
    around = data[max(0, error.start - _SAMPLE) : error.start + _SAMPLE]
    high = len(_HIGH.findall(around))
    formed = sum(len(found) for found in _UTF8_HANZI.findall(around))
    return formed >= 6 and formed >= 0.8 * high


def _decode_chinese(data: bytes) -> tuple[str, str]:
    """GB18030 or Big5, by decodability, then by how usual the characters are."""
    texts: list[tuple[float, str, str]] = []
    failures: list[tuple[float, int, str, UnicodeDecodeError]] = []
    for encoding in ("gb18030", "big5hkscs", "cp950"):
        try:
            text = data.decode(encoding)
            text.encode("utf-8")  # GB18030 can spell lone surrogates, which are no characters
        except UnicodeDecodeError as error:
            sample = data[max(0, error.start - _SAMPLE) : error.start]
            score = usual(_tail(sample, encoding)) if len(sample) >= 40 else 0.0
            failures.append((score, error.start, encoding, error))
        except UnicodeEncodeError:
            continue
        else:
            texts.append((usual(text), encoding, text))
    best = max(texts, key=lambda item: item[0], default=None)
    worst = max(failures, key=lambda item: item[:2], default=None)
    # A damaged Big5 file may still decode as GB18030, into rubbish: then report the damage.
    if best is not None and best[0] >= 0.8 and (worst is None or worst[0] < best[0] + 0.3):
        return best[2], best[1]
    if worst is not None and (worst[0] > 0.8 or best is None):
        raise _broken(worst[3], _tried(worst[2]))
    high = _HIGH.search(data)
    at = high.start() if high else 0
    raise ReadError(
        f"第 {at} 字节起看不出是哪种编码(已试 UTF-8、GB18030、Big5),请另存为 UTF-8 后重试"
    )


def _tried(best: str) -> str:
    others = [name for name in ("UTF-8", "GB18030", "Big5") if name != _NAMES[best]]
    return "、".join([_NAMES[best], *others])


def _tail(sample: bytes, encoding: str) -> str:
    """Decode what lies before a failure; a sample may begin inside a character."""
    for skip in range(min(4, len(sample))):
        try:
            return sample[skip:].decode(encoding)
        except UnicodeDecodeError:
            continue
    return ""


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    """The everyday characters that GB2312 and Big5 themselves put first (levels 1)."""
    simplified = bytes(b for lead in range(0xB0, 0xD8) for trail in range(0xA1, 0xFF)
                       if (lead, trail) < (0xD7, 0xFA) for b in (lead, trail))  # fmt: skip
    trails = [*range(0x40, 0x7F), *range(0xA1, 0xFF)]
    traditional = bytes(b for lead in range(0xA4, 0xC7) for trail in trails
                        if (lead, trail) < (0xC6, 0x7F) for b in (lead, trail))  # fmt: skip
    return frozenset(simplified.decode("gb2312")) | frozenset(traditional.decode("big5"))


def usual(text: str) -> float:
    """How usual the characters beyond ASCII are: 1 and more for Chinese prose, low for rubbish."""
    wide = [char for char in text[:_SAMPLE] if char > "\x7f"]
    if not wide:
        return 0.0
    common, frequent = _common(), _FREQUENT
    usual = sum(char in common or char in _PUNCTUATION for char in wide)
    often = sum(char in frequent or char in _PUNCTUATION for char in wide)
    return (usual + often) / len(wide)


def _usual_share(text: str) -> float:
    """Share of printable ASCII, white space, common Chinese characters and punctuation."""
    if not text:
        return 0.0
    common = _common()
    good = sum(" " <= c <= "~" or c in "\r\n\t\f" or c in common or c in _PUNCTUATION for c in text)
    return good / len(text)
