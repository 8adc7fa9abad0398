"""Characters that stand apart in one line, as scans and justified text have them."""

from __future__ import annotations

import pytest
from qa_helpers import document

from text.normalize import fold
from text.spacing import closed, spaced_out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("第 一 条 水 价 为 2 . 8 元 。", "第一条水价为2.8元。"),
        ("第 一 条  为 了 供 水 ， 制 定 。", "第一条 为了供水，制定。"),
        ("云 政 规 〔 2 0 2 0 〕 5 号", "云政规〔2020〕5号"),
        ("云山市民政局 云山市财政局", "云山市民政局 云山市财政局"),
        ("1 2 3 4 5 6 7", "1 2 3 4 5 6 7"),
        ("√ √ × √ ○ √", "√ √ × √ ○ √"),
        ("序号 类别 违法行为 违反条款", "序号 类别 违法行为 违反条款"),
        ("组 长:张三(市长)", "组 长:张三(市长)"),
    ],
)
def test_only_spaced_lines_are_closed_up(text: str, said: str) -> None:
    assert closed(text) == said
    assert spaced_out(text) == (closed(text) != text)


def test_a_spaced_document_is_read_and_quoted_as_it_stands() -> None:
    text = (
        "云 山 县 供 水 管 理 办 法\n云 政 规 〔 2 0 2 0 〕 5 号\n"
        "第 一 条  为 加 强 供 水 管 理 ， 制 定 本 办 法 。\n"
        "第 二 条  本 办 法 自 2 0 2 0 年 7 月 1 日 起 施 行 ， 有 效 期 5 年 。\n"
    )
    doc = document(text)
    meta = doc.meta
    assert meta.title is not None and meta.title.value == "云山县供水管理办法"
    assert meta.doc_number is not None and meta.doc_number.value == "云政规〔2020〕5号"
    assert meta.doc_number.span.of(text) == "云 政 规 〔 2 0 2 0 〕 5 号"
    assert meta.expires_on is not None and meta.expires_on.value == "2025-06-30"
    assert len(doc.clauses) == 2


def test_radicals_are_the_characters_they_look_like() -> None:
    assert fold("⼯业⽤⽔ ⾃⼆〇⼆⼆年⼋⽉⼀⽇起施⾏") == "工业用水 自二〇二二年八月一日起施行"
    every = [*range(0x2E80, 0x2FD6), *range(0xF900, 0xFB00)]
    assert all(len(fold(chr(code))) == 1 for code in every)
    assert all(fold(fold(chr(code))) == fold(chr(code)) for code in every)
