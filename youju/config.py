"""A configuration file, `youju.toml`: what a flag or a variable can say, said once for a server.

Flags win over the environment, and both over the file. Paths in it are relative to its folder.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from youju.errors import SettingsError

_MOST = 1 << 20  # bytes
_AT = re.compile(r"at line (\d{1,9}), column (\d{1,9})")
# (what it is called, an example, whether it is one)
_TEXT = ("文字", '"……"', lambda value: isinstance(value, str))
_PATH = ("路径", '"……"', lambda value: isinstance(value, str) and value.strip())
_WHOLE = ("整数", "32", lambda value: isinstance(value, int) and not isinstance(value, bool))
_FLAG = ("true 或 false", "true", lambda value: isinstance(value, bool))
_TEXTS = (
    "文字的列表", '["……", "……"]',
    lambda value: isinstance(value, list) and all(isinstance(one, str) for one in value),
)  # fmt: skip
# What `Settings` holds, and what only the page has.
SETTINGS: dict[str, tuple[str, str, Any]] = {
    "index": _PATH, "data": _PATH, "upload_mb": _WHOLE, "upload_files": _WHOLE,
    "upload_types": _TEXTS, "ocr": _FLAG, "office": _TEXT, "encoder": _TEXT, "reader": _TEXT,
    "store": _TEXT, "thesaurus": _PATH, "aliases": _PATH, "user_dict": _PATH,
    "eval_questions": _WHOLE, "eval_mb": _WHOLE, "feedback": _FLAG, "audit": _PATH, "debug": _FLAG,
}  # fmt: skip
SERVER: dict[str, tuple[str, str, Any]] = {
    "host": _TEXT, "port": (_WHOLE[0], "7860", _WHOLE[2]), "read_only": _FLAG,
    "auth_file": _PATH, "allow_host": _TEXTS, "allow_origin": _TEXTS, "mcp": _FLAG,
    "require_key": _FLAG,
}  # fmt: skip
# Sections of their own; `youju.access` reads what is in them.
SECTIONS = ("collections", "groups")
_KINDS = {list: "列表", dict: "一节", str: "文字", bool: "true 或 false", int: "整数"}


@dataclass(frozen=True, slots=True)
class Config:
    """What a file says; nothing without one."""

    path: Path | None = None
    values: Mapping[str, Any] = field(default_factory=dict)

    def source(self, name: str) -> str:
        """How a setting of the file is named in a message."""
        return f"配置文件 {self.path} 的 {name}"

    def texts(self) -> dict[str, tuple[str, str]]:
        """(how it is named, what a variable would say) of each setting."""
        return {
            name: (self.source(name), _said(self.values[name]))
            for name in SETTINGS
            if name in self.values
        }


def load(given: str) -> Config:
    """The file. Raises SettingsError: what cannot be read, what is not known, what is no such."""
    path = Path(given).expanduser()
    if "\0" in given or not path.is_file():
        raise SettingsError(f"找不到配置文件 {given}，请检查 --config 或 YOUJU_CONFIG 的路径。")
    try:
        if path.stat().st_size > _MOST:
            raise SettingsError(f"配置文件 {given} 超过 {_MOST >> 20} MB，请检查是不是这个文件。")
        raw = tomllib.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise SettingsError(
            f"配置文件 {given} 不能读取（{error.strerror}），请检查权限。"
        ) from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"配置文件 {given} 不是 UTF-8，请转换编码。") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        found = _AT.search(str(error))
        at = f"第 {found[1]} 行第 {found[2]} 个字附近" if found else "末尾"
        raise SettingsError(
            f"配置文件 {given} {at}不合 TOML 格式，请检查引号和等号，"
            "例如 port = 7860；中文的名称要放在引号里。"
        ) from error
    return Config(path, {name: _checked(path, name, value) for name, value in raw.items()})


def _checked(path: Path, name: str, value: Any) -> Any:
    if name in SECTIONS:
        if not isinstance(value, dict):
            raise SettingsError(
                f"配置文件 {path} 里的 {name} 应为一节，以 [{name}] 开头，请查看说明。"
            )
        return value
    kind = (SETTINGS | SERVER).get(name)
    if kind is None:
        known = "、".join((*SETTINGS, *SERVER, *SECTIONS))
        raise SettingsError(f"配置文件 {path} 里的 {name[:60]!r} 不认识，可用的是 {known}。")
    called, example, fits = kind
    if not fits(value):
        now = _KINDS.get(type(value), "别的")
        raise SettingsError(
            f"配置文件 {path} 里的 {name} 应为{called}（如 {name} = {example}），现在是{now}。"
        )
    if kind is _PATH:
        return str(path.absolute().parent / Path(value).expanduser())
    return value


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return ",".join(value) if isinstance(value, list) else str(value)
