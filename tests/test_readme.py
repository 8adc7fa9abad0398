"""What the READMEs promise about commands, checked against the program."""

from __future__ import annotations

import re
import shlex

import pytest

from youju import arguments
from youju.settings import PRODUCT_ROOT

READMES = ("README.md", "README.zh-CN.md")
COMMANDS = {
    name
    for action in arguments.parser()._actions
    if isinstance(action.choices, dict)
    for name in action.choices
}


def _text(name: str) -> str:
    return (PRODUCT_ROOT / name).read_text("utf-8")


@pytest.mark.parametrize("name", READMES)
def test_every_command_shown_is_understood(name: str) -> None:
    shown = re.findall(r"^(?:\$ )?\S*python cli\.py (.+)$", _text(name), re.MULTILINE)
    assert len(shown) >= 4
    for line in shown:
        words = shlex.split(re.split(r" [<|#]", line)[0])
        assert arguments.parser().parse_args(words).command in COMMANDS


@pytest.mark.parametrize("name", READMES)
def test_the_table_lists_every_command(name: str) -> None:
    assert set(re.findall(r"^\| `(\w+) [^`]*` \|", _text(name), re.MULTILINE)) == COMMANDS


@pytest.mark.parametrize("name", READMES)
def test_every_flag_and_target_exists(name: str) -> None:
    text = _text(name)
    helps = (
        arguments.parser().format_help()
        + arguments.app_parser().format_help()
        + "".join(
            sub.format_help()
            for action in arguments.parser()._actions
            if isinstance(action.choices, dict)
            for sub in action.choices.values()
        )
    )
    for flag in set(re.findall(r"`(--[a-z-]+)", text)):
        assert flag in helps, flag
    makefile = _text("Makefile")
    for target in set(re.findall(r"make (\w+)", text)) - {"PYTHON"}:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_both_languages_say_the_same() -> None:
    """Same code blocks but for comments, same settings, same number of sections."""
    english, chinese = map(_text, READMES)
    for pattern in (r"^## ", r"^\| `", r"^```", r"^- "):
        counts = [len(re.findall(pattern, text, re.MULTILINE)) for text in (english, chinese)]
        assert counts[0] == counts[1], pattern
