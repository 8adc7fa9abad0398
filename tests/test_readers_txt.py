from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from growth import linear
from hypothesis import example, given
from hypothesis import strategies as st

from ingest.readers.select import extract
from ingest.readers.txt import read
from youju.errors import ReadError
from youju.records import SourceFile

ROOT = Path(__file__).parents[1]
SIMPLIFIED = (
    "关于印发质量发展三年行动计划的通知\r\n到2017年,合格率达到98%以上。\n各县人民政府:请执行。"
)
TRADITIONAL = (
    "關於印發質量發展三年行動計劃的通知\r\n到2017年,合格率達到98%以上。\n各縣人民政府:請執行。"
)
CORPUS = sorted((ROOT / "corpus").glob("*.txt"))


@pytest.mark.parametrize("text", [SIMPLIFIED, TRADITIONAL], ids=["simplified", "traditional"])
@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("gb18030", "gb18030"), ("gbk", "gb18030"),
        ("utf-16", "utf-16-le"), ("utf-16-le", "utf-16-le"), ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32-le"),
    ],
)  # fmt: skip
def test_each_encoding_round_trips(text: str, encoding: str, name: str) -> None:
    extracted = read(text.encode(encoding))
    assert (extracted.text, extracted.encoding) == (text, name)


def test_big5_round_trips() -> None:
    extracted = read(TRADITIONAL.encode("big5"))
    assert (extracted.text, extracted.encoding) == (TRADITIONAL, "big5hkscs")


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem[:4])
def test_the_corpus_in_every_encoding_it_can_be_written_in(path: Path) -> None:
    text = path.read_bytes().decode("utf-8")
    for encoding in ("utf-8", "gb18030", "utf-16", "utf-16-be"):
        assert read(text.encode(encoding)).text == text
    for line in text.splitlines():
        if len(line.strip()) >= 8:  # a line alone is enough to tell GB18030 from Big5
            assert read(line.encode("gb18030")).text == line


@pytest.mark.parametrize("text", ["质量", "通知", "你好,世界", "負責", "办法", "条", "第一条 总则"])
def test_short_texts_in_gb18030(text: str) -> None:
    assert read(text.encode("gb18030")).text == text


@pytest.mark.parametrize("text", ["25°C ±3 café 5μm", "Привет", "שלום", "עברית נקודות", "مرحبا"])
def test_short_utf8_texts_stay_utf8(text: str) -> None:
    assert read(text.encode()).text == text


def test_wrong_bytes_are_named_by_offset() -> None:
    data = SIMPLIFIED.encode("utf-8")
    with pytest.raises(ReadError, match=r"第 30 字节.*UTF-8"):
        read(data[:30] + b"\xff" + data[30:])
    data = (SIMPLIFIED * 3).encode("gb18030")
    with pytest.raises(ReadError, match=r"第 34 字节.*GB18030"):
        read(data[:34] + b"\xff\xff" + data[34:])


def test_wrong_bytes_in_big5_are_not_read_as_gb18030() -> None:
    data = (TRADITIONAL * 3).encode("big5")
    with pytest.raises(ReadError, match=r"第 42 字节.*Big5"):
        read(data[:42] + b"\xff" + data[42:])


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_a_truncated_last_character_is_said(encoding: str) -> None:
    data = ("质量发展" * 20 + "贵州").encode(encoding)[:-1]
    with pytest.raises(ReadError, match="截断"):
        read(data)


@pytest.mark.parametrize(
    "data",
    [b"", b"\xef\xbb\xbf", b" \r\n\t", b"\x00\x01\x02\x03binary", b"caf\xe9 cr\xe8me br\xfbl\xe9e"],
)
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(ReadError):
        read(data)


def test_control_characters_and_line_ends_stay() -> None:
    text = "一\r\n二\x0b三\x01\r四\u2028五\ufeff"
    assert read(text.encode()).text == text


@given(
    st.binary(max_size=300) | st.text(max_size=60).map(lambda t: t.encode("utf-16-le", "replace"))
)
@example(b"\x81\x30\x81\x30")
@example(b"\x83\x36\xc7\x39" * 9)
@example(b"\xff\xfe\x00\xd8")
def test_any_bytes_give_text_or_one_clear_error(data: bytes) -> None:
    try:
        extracted = read(data)
    except ReadError as error:
        assert "\n" not in str(error) and str(error)
    else:
        extracted.text.encode("utf-8")
        assert extracted.text.encode(extracted.encoding) in data


@given(st.text(min_size=1, max_size=200).filter(str.strip))
def test_utf8_text_is_kept_exactly(text: str) -> None:
    data = b"\xef\xbb\xbf" + text.encode("utf-8", "ignore")
    if data[3:].strip():
        assert read(data).text.encode() == data[3:]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_large_files_are_read_in_linear_time(encoding: str) -> None:
    def work(unit: str, count: int) -> None:
        assert len(read((unit * count).encode(encoding)).text) == len(unit) * count

    linear(partial(work, "质量发展。\r\n"), 600_000)
    linear(partial(work, "质量发展"), 400_000)


def test_the_file_is_named_in_the_error() -> None:
    source = SourceFile("库/坏.txt", "0" * 64, "txt", 3)
    with pytest.raises(ReadError, match=r"库/坏\.txt"):
        extract(source, b"\xff\xff\xff")
