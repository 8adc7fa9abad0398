"""What may happen to a file: damage of its bytes, of the parts of a package, of its structure.

Every mutation is a pure function of bytes and a random generator, so that a case is its seed.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Sequence
from random import Random

Mutation = Callable[[bytes, Random], bytes]

MOST_BYTES = 2_000_000  # what a mutation may let a file grow to
_WORDS = (0, 1, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF)
_NUMBERS = (
    *("0", "-1", "1", "65536", "2147483648", "99999999999999999999", "1e308", "1e999", "NaN"),
    *("", "0x10", "9" * 5000, "٣", "一", "1/2", "0.0000001", " "),
)
_STRANGE = (
    *("\0", "\ufeff", "\u202e", "\u2028", "\x85", "\x0b", "\x1b[31m", "&#xD800;", "&#0;", "&x;"),
    *("%s{}${x}`", "=1+1", "\U0001f600", "\U000f0000", "e\u0301" * 50, "第一千零一条 ", "（", "《"),
    *("9" * 400, "，" * 400, "一" * 400, "(" * 400, "\t" * 400, " " * 4000, "\n" * 400, "|" * 400),
    *("2015年" * 200, "达到5个、" * 200, "第一条第二款、" * 200, "附件1\n" * 200, "由市局" * 200),
    *("|a" * 200 + "\n" + "|-" * 200, "<td colspan=9999 rowspan=9999>", "<!--", "]]>", "<![CDATA["),
)
_NUMBER = re.compile(rb"\d{1,20}")
_TAG = re.compile(rb"<[/!?]?[A-Za-z][^<>]{0,300}>")
_STREAM = re.compile(rb"stream\r?\n")
_PNG = b"\x89PNG\r\n\x1a\n"
_BLOCK = 4096


def mutated(data: bytes, chance: Random, others: Sequence[bytes]) -> bytes:
    """One to four mutations, one after the other; `others` are files of the same kind."""
    for _ in range(chance.choice((1, 1, 1, 2, 2, 3, 4))):
        changed = _once(data, chance, others)
        data = changed if len(changed) <= MOST_BYTES else data
    return data


def _once(data: bytes, chance: Random, others: Sequence[bytes]) -> bytes:
    if data.startswith(b"PK\x03\x04") and chance.random() < 0.75:
        return package(data, chance, others)
    if data.startswith(b"%PDF") and chance.random() < 0.5:
        return pdf_stream(data, chance)
    if data.startswith(_PNG) and chance.random() < 0.5:
        return png_chunk(data, chance)
    if others and chance.random() < 0.05:
        return spliced(data, chance.choice(others), chance)
    kinds = BYTES if _is_binary(data) and chance.random() < 0.7 else (*BYTES, *TEXT, *TEXT)
    return chance.choice(kinds)(data, chance)


def _is_binary(data: bytes) -> bool:
    return b"\0" in data[:4096] or data.startswith((b"%PDF", b"PK"))


# --- bytes ---------------------------------------------------------------------------------------


def flipped(data: bytes, chance: Random) -> bytes:
    """A few bits are others."""
    out = bytearray(data)
    for _ in range(chance.choice((1, 1, 4, 20)) if out else 0):
        out[chance.randrange(len(out))] ^= 1 << chance.randrange(8)
    return bytes(out)


def cut(data: bytes, chance: Random) -> bytes:
    """The end is missing, or the beginning."""
    at = chance.randrange(len(data) + 1)
    return data[:at] if chance.random() < 0.8 else data[at:]


def removed(data: bytes, chance: Random) -> bytes:
    """A block is missing."""
    start, end = _block(data, chance)
    return data[:start] + data[end:]


def copied(data: bytes, chance: Random) -> bytes:
    """A block stands again somewhere else, up to a thousand times."""
    start, end = _block(data, chance)
    at = chance.randrange(len(data) + 1)
    times = chance.choice((1, 1, 2, 30, 1000))
    return data[:at] + data[start:end] * times + data[at:]


def swapped(data: bytes, chance: Random) -> bytes:
    """Two blocks change places."""
    (a, b), (c, d) = sorted((_block(data, chance), _block(data, chance)))
    return data if b > c else data[:a] + data[c:d] + data[b:c] + data[a:b] + data[d:]


def overwritten(data: bytes, chance: Random) -> bytes:
    """A number of the file's structure is extreme; most of those stand near the beginning."""
    out = bytearray(data)
    width = chance.choice((1, 2, 4, 8))
    for _ in range(chance.choice((1, 1, 3))):
        reach = chance.choice((64, 512, 4096, len(out)))
        at = chance.randrange(max(1, min(reach, len(out)))) // width * width
        value = chance.choice(_WORDS) & (1 << 8 * width) - 1
        out[at : at + width] = value.to_bytes(width, chance.choice(("little", "big")))
    return bytes(out)


def inserted(data: bytes, chance: Random) -> bytes:
    """Random bytes, or zeros, stand in between."""
    at, size = chance.randrange(len(data) + 1), chance.choice((1, 7, 512, 4096))
    return (
        data[:at] + (chance.randbytes(size) if chance.random() < 0.5 else bytes(size)) + data[at:]
    )


def spliced(data: bytes, other: bytes, chance: Random) -> bytes:
    """It begins as one file and ends as another."""
    return data[: chance.randrange(len(data) + 1)] + other[chance.randrange(len(other) + 1) :]


def _block(data: bytes, chance: Random) -> tuple[int, int]:
    start = chance.randrange(len(data) + 1)
    return start, min(len(data), start + chance.randrange(1, chance.choice((16, 256, _BLOCK))))


# --- text and markup -----------------------------------------------------------------------------


def renumbered(data: bytes, chance: Random) -> bytes:
    """A number is extreme, or none."""
    return _replaced(data, _NUMBER, lambda _: chance.choice(_NUMBERS).encode(), chance)


def estranged(data: bytes, chance: Random) -> bytes:
    """Characters that break what reads them, or that readers search again and again."""
    at = chance.randrange(len(data) + 1)
    encoding = "utf-16-le" if data.startswith(b"\xff\xfe") else "utf-8"
    return data[:at] + chance.choice(_STRANGE).encode(encoding) + data[at:]


def untagged(data: bytes, chance: Random) -> bytes:
    """A tag is missing."""
    return _replaced(data, _TAG, lambda _: b"", chance)


def retagged(data: bytes, chance: Random) -> bytes:
    """A tag stands where another one stood."""
    tags = _TAG.findall(data)
    return _replaced(data, _TAG, lambda _: chance.choice(tags), chance) if tags else data


def nested(data: bytes, chance: Random) -> bytes:
    """A few tags stand within themselves, to a depth that no one writes."""
    tags = list(_TAG.finditer(data))
    if not tags:
        return data
    first = chance.randrange(len(tags))
    some = b"".join(tag[0] for tag in tags[first : first + chance.choice((1, 2, 3, 6))])
    at = tags[first].start()
    return data[:at] + some * chance.choice((3, 60, 600, 6000)) + data[at:]


def repeated(data: bytes, chance: Random) -> bytes:
    """A line, or what stands between two tags, comes again up to thousands of times."""
    mark = chance.choice((b"\n", b">", "。".encode(), b"\n"))
    start = data.find(mark, chance.randrange(len(data) + 1)) + 1
    end = start
    for _ in range(chance.choice((1, 1, 2, 5, 20))):
        end = data.find(mark, end) + 1 or end
    return data[:end] + data[start:end] * chance.choice((2, 50, 1000, 5000)) + data[end:]


def joined(data: bytes, chance: Random) -> bytes:
    """What parts lines, sentences or cells is gone, everywhere or in a stretch."""
    mark = chance.choice((b"\n", b" ", b",", "。".encode(), "，".encode(), b"\t", b">"))
    start, end = sorted(chance.randrange(len(data) + 1) for _ in range(2))
    return data[:start] + data[start:end].replace(mark, b"") + data[end:]


def _replaced(
    data: bytes, pattern: re.Pattern[bytes], new: Callable[[bytes], bytes], chance: Random
) -> bytes:
    found = list(pattern.finditer(data))
    some = chance.sample(found, min(len(found), chance.choice((1, 1, 5))))
    for match in sorted(some, key=lambda match: -match.start()):
        data = data[: match.start()] + new(match[0]) + data[match.end() :]
    return data


# --- packages ------------------------------------------------------------------------------------


def package(data: bytes, chance: Random, others: Sequence[bytes] = ()) -> bytes:
    """A part of a zip file is changed and packed again, so that the parser within reads it."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = [(entry.filename, archive.read(entry)) for entry in archive.infolist()]
    except Exception:  # it was damaged by the mutation before
        return flipped(data, chance)
    if not parts:
        return flipped(data, chance)
    weights = [min(4, 1 + len(part) // 2000) for _, part in parts]
    at = chance.choices(range(len(parts)), weights)[0]
    name, part = parts[at]
    deed = chance.random()
    if deed < 0.8:
        parts[at] = (name, _once(part, chance, ()))
    elif deed < 0.85:
        del parts[at]
    elif deed < 0.9:
        parts.append((name, _once(part, chance, ())))
    elif deed < 0.95:
        parts[at] = (chance.choice((name + "x", "../" + name, name.upper(), "", "a" * 300)), part)
    else:
        parts[at] = (name, chance.choice(parts)[1])
    return packed(parts, zipfile.ZIP_STORED if chance.random() < 0.2 else zipfile.ZIP_DEFLATED)


def packed(parts: Sequence[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip file of parts, whatever their names."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method, compresslevel=1) as archive:
        for name, part in parts:
            info = zipfile.ZipInfo(name[:60000] or "-")
            info.compress_type = method
            archive.NameToInfo.pop(info.filename, None)  # a name may stand twice
            archive.writestr(info, part)
    return out.getvalue()


def pdf_stream(data: bytes, chance: Random) -> bytes:
    """What a PDF holds compressed is changed and compressed again."""
    starts = [match.end() for match in _STREAM.finditer(data)]
    chance.shuffle(starts)
    for start in starts[:8]:
        end = data.find(b"endstream", start)
        try:
            content = zlib.decompress(data[start:end])
        except zlib.error:
            continue
        changed = zlib.compress(_once(content, chance, ()), 1)
        return data[:start] + changed + b"\n" + data[end:]
    return chance.choice(BYTES)(data, chance)


def png_chunk(data: bytes, chance: Random) -> bytes:
    """A chunk of a PNG is changed, with the checksum that belongs to it: size, palette, pixels."""
    chunks, at = [], len(_PNG)
    while at + 12 <= len(data):
        end = at + 8 + int.from_bytes(data[at : at + 4], "big")
        chunks.append((data[at + 4 : at + 8], data[at + 8 : end]))
        at = end + 4
    if not chunks:
        return flipped(data, chance)
    number = chance.randrange(len(chunks))
    name, content = chunks[number]
    if name == b"IDAT" and chance.random() < 0.5:
        changed = zlib.compress(chance.randbytes(chance.choice((0, 64, 100_000))), 1)
    else:
        changed = chance.choice(BYTES)(content, chance)
    chunks[number] = (name, changed)
    if chance.random() < 0.2:
        chunks.insert(number, chance.choice(chunks))
    return _PNG + b"".join(
        len(content).to_bytes(4, "big") + name + content
        + zlib.crc32(name + content).to_bytes(4, "big")
        for name, content in chunks
    )  # fmt: skip


BYTES: tuple[Mutation, ...] = (flipped, cut, removed, copied, swapped, overwritten, inserted)
TEXT: tuple[Mutation, ...] = (
    *(renumbered, estranged, untagged, retagged, nested, repeated, joined),
)
