"""Names of indicators that mean the same, from a plain file that people can edit.

One group per line, `抽检 = 抽查 = 监督抽查`; `#` starts a comment. A name may be a whole indicator
or a part of one; in `canonical` the first of its group takes its place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from text.normalize import fold, squeeze
from youju.errors import SettingsError

BUILT_IN = Path(__file__).with_name("aliases.txt")
_NAMED = 5  # bad lines named in a message


@dataclass(frozen=True, slots=True, eq=False)
class Aliases:
    """`first` maps each folded name to the first name of its group; `pattern` finds the longest.

    One per file and process: hashed by identity, so that what it gives can be remembered.
    """

    first: Mapping[str, str]
    pattern: re.Pattern[str]

    def canonical(self, name: str) -> str:
        """A name, folded and without white space, each alias in it replaced by its group's first.

        For matching only: never shown.
        """
        return _canonical(self, name)


@lru_cache(maxsize=65536)
def _canonical(aliases: Aliases, name: str) -> str:
    return aliases.pattern.sub(lambda m: aliases.first[m.group()], normal(name))


def normal(name: str) -> str:
    """A name for matching: folded, lower-cased, without white space and quotation marks."""
    return squeeze(fold(name)).lower().replace('"', "")


@lru_cache(maxsize=8)
def load(extra: Path | None = None) -> Aliases:
    """The built-in groups and those of an extra file, which wins where both hold a name.

    Raises SettingsError when a file is unreadable, naming bad lines by their numbers.
    """
    groups = read(BUILT_IN) + (read(extra) if extra is not None else ())
    first: dict[str, str] = {}
    for group in groups:
        for name in group:
            first[name] = group[0]
    longest = sorted(first, key=lambda name: (-len(name), name))
    return Aliases(first, re.compile("|".join(map(re.escape, longest)) or r"(?!)"))


def read(path: Path) -> tuple[tuple[str, ...], ...]:
    """The groups of one file, names folded. Raises SettingsError as `load` does."""
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"无法读取指标别名文件 {path}：请检查路径和权限，并确认文件是 UTF-8 编码。"
        ) from error
    groups: list[tuple[str, ...]] = []
    taken: set[str] = set()
    bad: list[int] = []
    for number, line in enumerate(lines, start=1):
        rule = line.split("#", 1)[0].strip()
        if not rule:
            continue
        names = tuple(normal(name) for name in rule.split("="))
        if len(names) < 2 or not all(names) or len({*names}) < len(names) or taken & {*names}:
            bad.append(number)
            continue
        taken |= {*names}
        groups.append(names)
    if bad:
        shown = "、".join(map(str, bad[:_NAMED])) + (" 等" if len(bad) > _NAMED else "")
        raise SettingsError(
            f"指标别名文件 {path} 第 {shown} 行有误：每行应写成“名称 = 别名 = …”，"
            "同一个名称只能出现一次。"
        )
    return tuple(groups)
