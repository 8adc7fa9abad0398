from __future__ import annotations

import io
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from youju import terminal
from youju.progress import ConsoleProgress


@given(st.text())
def test_nothing_drives_the_terminal(text: str) -> None:
    shown = terminal.plain(text)
    assert all(char in "\n\t" or char.isprintable() or char.isspace() for char in shown)
    if text.isprintable():
        assert shown == text


def test_control_characters_are_named() -> None:
    assert terminal.plain("a\x1b[31mb\u202e\r\nc") == "a<U+001B>[31mb<U+202E>\nc"


def test_colour_can_be_switched_off() -> None:
    assert terminal.Style(False).status("已失效") == "已失效"
    assert "\x1b[31" in terminal.Style(True).status("已失效")


def test_progress_is_quiet_when_quick_and_tells_each_stage_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for quiet, expected in ((60.0, ""), (0.0, "读取 2/2\n写入索引 2/2\n")):
        out = io.StringIO()
        monkeypatch.setattr(sys, "stderr", out)
        with ConsoleProgress(quiet_seconds=quiet) as progress:
            for stage, done in (("读取", 1), ("读取", 2), ("读取", 2), ("write", 2)):
                progress(stage, done, 2)
        assert out.getvalue() == expected
