from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from text import dictionary, words
from youju.errors import SettingsError

CORPUS = Path(__file__).parent.parent / "corpus"


@pytest.fixture(autouse=True)
def no_user_dictionary():
    yield
    words.use_dictionary(None)


def plain(tmp_path: Path):
    """jieba as it comes: a cache folder that is a file cannot be written."""
    (tmp_path / "file").write_text("")
    tokenizer = dictionary.load(None, tmp_path / "file")
    assert isinstance(tokenizer.FREQ, dict)
    return tokenizer


def mapped(tmp_path: Path):
    tokenizer = dictionary.load(None, tmp_path / "cache")
    assert isinstance(tokenizer.FREQ, dictionary.Frequencies)
    return tokenizer


def library(tmp_path: Path):
    """jieba itself, no line of it replaced."""
    tokenizer = dictionary.jieba_module().Tokenizer()
    tokenizer.FREQ, tokenizer.total = dict(plain(tmp_path).FREQ), plain(tmp_path).total
    tokenizer.initialized = True
    return tokenizer


def test_mapped_dictionary_cuts_like_jieba(tmp_path):
    slow, fast = library(tmp_path), mapped(tmp_path)
    assert fast.total == slow.total
    assert all(fast.FREQ[word] == count for word, count in list(slow.FREQ.items())[::50])
    texts = [path.read_text("utf-8") for path in sorted(CORPUS.glob("*.txt"))]
    assert texts
    for text in texts:
        assert list(fast.cut_for_search(text)) == list(slow.cut_for_search(text))
        assert list(fast.cut(text)) == list(slow.cut(text))


def test_any_text_is_cut_like_jieba(tmp_path):
    slow, fast = library(tmp_path), mapped(tmp_path)
    for tokenizer in (slow, fast):
        tokenizer.add_word("黔品出山", 20000)
        tokenizer.add_word("质量", 0)  # known, and no word any more
    pieces = st.sampled_from(
        [*"的一质量强市建设黔品出山国家𠀀囧〇aZ9.。\n", "中华人民共和国", "黔品出山"]
    )

    @given(st.lists(pieces, max_size=14).map("".join))
    @settings(max_examples=200, deadline=None)
    def alike(text: str) -> None:
        assert list(fast.cut_for_search(text)) == list(slow.cut_for_search(text))

    alike()


@pytest.mark.parametrize(
    ("name", "damage"), [("words.marisa", b"not a dictionary"), ("frequencies.npy", b"")]
)
def test_damaged_cache_is_made_again(tmp_path, name, damage):
    mapped(tmp_path)
    (file,) = (tmp_path / "cache").glob(f"*/{name}")
    file.unlink()
    file.write_bytes(damage)
    assert list(mapped(tmp_path).cut("质量强市建设")) == ["质量", "强市", "建设"]
    assert file.stat().st_size > 1000


def test_user_dictionary(tmp_path):
    assert "黔品出山" not in words.words("推进黔品出山行动")
    before = words.fingerprint()
    path = tmp_path / "user.txt"
    path.write_text("黔品出山 20000 n\n", "utf-8")
    words.use_dictionary(path)
    assert "黔品出山" in words.words("推进黔品出山行动")
    assert words.fingerprint() != before
    words.use_dictionary(None)
    assert "黔品出山" not in words.words("推进黔品出山行动")
    assert words.fingerprint() == before


def test_unreadable_user_dictionary(tmp_path):
    with pytest.raises(SettingsError, match="用户词典"):
        words.use_dictionary(tmp_path / "absent.txt")
    (tmp_path / "gbk.txt").write_bytes("质量 5\n".encode("gbk"))
    with pytest.raises(SettingsError, match="用户词典"):
        words.use_dictionary(tmp_path / "gbk.txt")
    assert words.words("质量") == ["质量"]


@pytest.mark.parametrize(
    ("text", "expect"),
    [
        ("質量強國", ["质量", "强国"]),
        ("达到９５．５％以上，", ["达到", "95.5", "以上"]),
        ("ISO9001认证", ["iso", "9001", "认证"]),
        ("！？，、。 \n", []),
        ("满意度是多少呢？", ["满意", "满意度"]),
        ("", []),
    ],
)
def test_words(text, expect):
    assert words.words(text) == expect


def test_search_mode_gives_parts_and_precise_mode_does_not():
    assert {"产品", "质量", "产品质量"} <= set(words.words("产品质量监督"))
    assert "质量" not in words.precise("产品质量监督")


@pytest.mark.parametrize(
    ("text", "expect"),
    [
        ("质量提升", ["质量", "量提", "提升"]),
        ("達到97.5%，GDP", ["达到", "97.5", "gdp"]),
        ("市（区）", ["市", "区"]),
        ("2015年底", ["2015", "年底"]),
        ("", []),
    ],
)
def test_bigrams(text, expect):
    assert words.bigrams(text) == expect


@given(st.text(max_size=60))
@settings(max_examples=150, deadline=None)
def test_no_text_breaks_the_cutting(text):
    for token in words.words(text) + words.precise(text) + words.bigrams(text):
        assert token and any(c.isalnum() or ord(c) > 0x1FFFF for c in token)


def test_counts_are_mapped_not_copied(tmp_path):
    assert isinstance(mapped(tmp_path).FREQ._counts, memoryview)
    (file,) = (tmp_path / "cache").glob("*/frequencies.npy")
    assert int(np.load(file)[-1]) == 60101967
